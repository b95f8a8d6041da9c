//! What the flags that all commands share mean: sources, filter and bounds.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::CommandFactory;

use super::{Failure, moment, remembered};
use crate::cli::{Cli, Look};
use crate::config::{self, Config};
use crate::figures::Scope;
use crate::ingest::discover::{self, Known, Named};
use crate::ingest::event::LeftOut;
use crate::ingest::{self, format};
use crate::model::text::is_near;
use crate::model::{Currency, Stamp, Window};
use crate::query::{self, bounds};

/// Resolved flags.
#[derive(Debug)]
pub struct Resolved {
    pub config: Config,
    pub ingest: ingest::Options,
    pub scope: Scope,
    /// The second currency that costs are shown in.
    pub currency: Option<Currency>,
}

/// Reads configuration and flags. `window` is what counts where none is asked for.
pub fn resolve(look: &Look, follow: bool, window: Window) -> Result<Resolved, Failure> {
    let config = Config::load(look.config.as_deref())?;
    let look = &named_filters(look, &config)?;
    let scope = scope(look, window, Stamp::now())?;
    let ingest = options(look, &config, follow)?;
    let currency = currency(look.currency.as_deref(), &config)?;
    Ok(Resolved { currency, config, ingest, scope })
}

/// The flags with the names in `--filter` written out. A slip of a name is told: as text it would find nothing.
pub fn named_filters(look: &Look, config: &Config) -> Result<Look, Failure> {
    let Some(text) = look.filter.as_deref().filter(|text| text.contains('@')) else { return Ok(look.clone()) };
    let known = config::filters::beside(&config.filters, &remembered::filters());
    let names = known.iter().map(|saved| saved.name.as_str());
    if let Some((name, meant)) = query::saved::slip(text, &names) {
        return Err(Failure::Usage(format!("no filter is named @{name}: did you mean @{meant}?")));
    }
    let of = |name: &str| known.iter().find(|saved| saved.name == name).map(|saved| saved.text.as_str());
    Ok(Look { filter: Some(query::saved::expand(text, of)), ..look.clone() })
}

/// Which calls the flags mean at a moment: `7d` and windows look back from it.
pub fn scope(look: &Look, window: Window, now: Stamp) -> Result<Scope, Failure> {
    let filter = match &look.filter {
        Some(text) => query::parse(text, now).map_err(|error| Failure::Usage(error.to_string()))?,
        None => query::Filter::All,
    };
    let since = look.since.as_deref().map(|text| moment("since", text, bounds::parse_since, now)).transpose()?;
    let until = look.until.as_deref().map(|text| moment("until", text, bounds::parse_until, now)).transpose()?;
    let bounded = since.is_some() || until.is_some();
    let window = if bounded { None } else { look.window.unwrap_or(window).start(now) };
    Ok(Scope { filter, since: since.or(window), until, ..Scope::default() })
}

/// The currency of the configuration; one that is asked for must be it.
pub fn currency(asked: Option<&str>, config: &Config) -> Result<Option<Currency>, Failure> {
    match (asked, &config.currency) {
        (None, known) => Ok(known.clone()),
        (Some(code), _) if code.eq_ignore_ascii_case("USD") => Ok(None),
        (Some(code), Some(known)) if code.eq_ignore_ascii_case(&known.code) => Ok(Some(known.clone())),
        (Some(code), _) => Err(Failure::Usage(format!(
            "no rate is known for {code}: put it into callscope.toml under [currency]: code = \"{code}\", rate = how many \
             of it a dollar is, date = the day of the rate"
        ))),
    }
}

fn options(look: &Look, config: &Config, follow: bool) -> Result<ingest::Options, Failure> {
    if let Some(forced) = &look.format {
        let names = format::names(&config.own_formats);
        if !names.contains(forced) {
            return Err(Failure::Usage(format!("no format is named {forced}: there are {}", names.join(", "))));
        }
    }
    let Sources { named, refused } = named(look, config)?;
    Ok(ingest::Options {
        named,
        refused,
        forced: look.format.clone(),
        own_formats: config.own_formats.clone(),
        follow,
        poll: look.poll,
    })
}

/// The command that a word for a source was likely meant to be.
fn command_meant(word: &str) -> Option<String> {
    let cli = Cli::command();
    let found = cli.get_subcommands().find(|command| is_near(word, command.get_name()))?;
    Some(format!("`callscope {}`", found.get_name()))
}

/// What the words for sources mean.
#[derive(Default)]
struct Sources {
    named: Vec<Named>,
    refused: Vec<LeftOut>,
}

/// The sources as named, else those of the configuration; none are the current folder.
fn named(look: &Look, config: &Config) -> Result<Sources, Failure> {
    let configured: Vec<OsString> = config.sources.iter().map(OsString::from).collect();
    let words = if look.sources.is_empty() { &configured } else { &look.sources };
    if words.iter().any(|word| word == "-") && std::io::stdin().is_terminal() {
        return Err(Failure::Could(
            "standard input is a terminal: pipe a log into callscope, as in `tail -f log.jsonl | callscope -`"
                .to_owned(),
        ));
    }
    let mut known = Known::default();
    let mut all = Sources::default();
    for word in words {
        match discover::named(word, &mut known) {
            Ok(named) => all.named.push(named),
            Err(why) => {
                let path = word.to_string_lossy().into_owned();
                let why = command_meant(&path).map_or(why.clone(), |meant| format!("{why}; did you mean {meant}?"));
                all.refused.push(LeftOut { path, why, missed: true });
            }
        }
    }
    match all.refused.first() {
        // Nothing is left to go on with.
        Some(first) if all.named.is_empty() => Err(Failure::Could(first.why.clone())),
        _ => Ok(all),
    }
}
