//! The configuration: defaults, under the user's file, under the folder's file, under flags. Strict: an unknown name is
//! an error that says where and which name is meant.

pub mod alerts;
mod amend;
mod columns;
pub mod filters;
mod goals;
mod keys;
mod layout;
mod looks;
mod print;
mod stakes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

pub use self::keys::Keys;
pub use self::layout::Layout;

use self::goals::{SaidBudget, SaidObjective};
use crate::figures::Goals;
use crate::figures::Stakes;
use crate::figures::budget::Budget;
use crate::figures::objective::Objective;
use crate::ingest::format::fields::OwnFormat;
use crate::ingest::format::{Cached, Field, Role};
use crate::model::text::nearest;
use crate::model::{Currency, Stamp};
use crate::price::{Mistake, OwnPrices};

pub use amend::amend;
pub use looks::ThemeChoice;

/// What a file says, and the defaults for what it does not.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub theme: Option<ThemeChoice>,
    /// `auto`, `braille`, `block` or `ascii`.
    pub graphs: Option<String>,
    pub mouse: Option<bool>,
    /// Keys and passwords in texts of logs: only the user's own file may say `show`.
    pub secrets: Option<Secrets>,
    /// The terminal's title tells what today has cost.
    pub title: Option<bool>,
    /// The next start is as the last end was.
    pub remember: Option<bool>,
    /// Sources to watch where none are named.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Logs whose fields callscope cannot guess: `[formats.acme]`.
    #[serde(default)]
    formats: BTreeMap<String, BTreeMap<String, String>>,
    /// Prices of models that the catalogue does not know, or knows wrongly: `[prices]`.
    #[serde(skip)]
    pub prices: OwnPrices,
    #[serde(default, rename = "prices")]
    said_prices: BTreeMap<String, toml::Value>,
    /// A second currency that costs are shown in: `[currency]`.
    #[serde(skip)]
    pub currency: Option<Currency>,
    #[serde(rename = "currency")]
    said_currency: Option<SaidCurrency>,
    #[serde(skip)]
    pub own_formats: Vec<OwnFormat>,
    /// What calls may use in a period: `[[budgets]]`.
    #[serde(skip)]
    pub budgets: Vec<Budget>,
    #[serde(default, rename = "budgets")]
    said_budgets: Vec<SaidBudget>,
    /// How many calls may be bad: `[[objectives]]`.
    #[serde(skip)]
    pub objectives: Vec<Objective>,
    #[serde(default, rename = "objectives")]
    said_objectives: Vec<SaidObjective>,
    /// What it costs to send a call on, and to be wrong: `[trust]`.
    #[serde(skip)]
    pub trust: Stakes,
    #[serde(default, rename = "trust")]
    said_trust: stakes::Said,
    /// Other keys: `[keys]`.
    #[serde(skip)]
    pub keys: Keys,
    #[serde(default, rename = "keys")]
    said_keys: BTreeMap<String, toml::Value>,
    /// Filters that have a name: `[filters]`.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// The sizes at which the screen changes: `[layout]`.
    #[serde(default)]
    pub layout: Layout,
    /// Limits of rules: `[rules.low_success_rate]`.
    #[serde(default)]
    pub rules: BTreeMap<String, toml::Table>,
    /// Who is told of findings: `[alerts]`.
    #[serde(default)]
    pub alerts: alerts::Alerts,
    /// Which columns tables have: `[columns]`.
    #[serde(skip)]
    pub columns: columns::Columns,
    #[serde(default, rename = "columns")]
    said_columns: columns::Said,
    /// What was left out on purpose, and why.
    #[serde(skip)]
    pub complaints: Vec<String>,
}

/// Whether keys and passwords in texts of logs are seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Secrets {
    #[default]
    Hide,
    Show,
}

/// `[currency]` as it is written: no network is asked for a rate.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidCurrency {
    code: String,
    rate: f64,
    date: Option<toml::Value>,
}

/// The file in the current folder.
pub const FOLDER_FILE: &str = "callscope.toml";

impl Config {
    /// Reads `named`, or the folder's file over the user's. The error names file, line and what to do.
    pub fn load(named: Option<&Path>) -> Result<Self, String> {
        if let Some(path) = named {
            return Self::read(path)?.ok_or_else(|| format!("{}: no such file", path.display()));
        }
        let user = user_file().map_or(Ok(None), |path| Self::read(&path))?.unwrap_or_default();
        let mut folder = Self::read(Path::new(FOLDER_FILE))?.unwrap_or_default();
        folder.disarm();
        folder.over(user).map_err(|mistake| mistake.why)
    }

    fn read(path: &Path) -> Result<Option<Self>, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => match Self::parse(&text) {
                Ok(mut config) => {
                    config.keys.of_file(&path.display().to_string());
                    Ok(Some(config))
                }
                Err(why) => Err(format!("{}: {why}", path.display())),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            match error.span() {
                Some(span) => {
                    let line = line_at(text, span.start);
                    // Of a section that lacks something only its line is told.
                    let head = text.lines().nth(line - 1).map(str::trim).filter(|head| head.starts_with('['));
                    let within = head.filter(|_| message.starts_with("missing")).map(|head| format!("{head} "));
                    format!("line {line}: {}{message}", within.unwrap_or_default())
                }
                None => message,
            }
        })?;
        config.understand(text).map_err(|Mistake { path, why }| match line_of(text, &path) {
            Some(line) => format!("line {line}: {why}"),
            None => why,
        })?;
        Ok(config)
    }

    /// The budgets and objectives, with nothing counted yet.
    pub fn goals(&self, now: Stamp) -> Goals {
        Goals::new(&self.budgets, &self.objectives, now)
    }

    /// What goes beyond the types of the values.
    fn understand(&mut self, text: &str) -> Result<(), Mistake> {
        let under = |section: &str, mistake: Mistake| {
            let path = std::iter::once(section.to_owned()).chain(mistake.path).collect();
            Mistake { path, ..mistake }
        };
        self.prices = std::mem::take(&mut self.said_prices).try_into().map_err(|wrong| under("prices", wrong))?;
        let formats = std::mem::take(&mut self.formats).into_iter();
        let own = formats.map(|(name, table)| own_format(name, table));
        self.own_formats = own.collect::<Result<_, _>>().map_err(|wrong| under("formats", wrong))?;
        let currency = self.said_currency.take().map(currency).transpose();
        self.currency = currency.map_err(|(key, why)| Mistake {
            path: vec!["currency".to_owned(), key.to_owned()],
            why: format!("[currency] {why}"),
        })?;
        self.budgets = goals::budgets(std::mem::take(&mut self.said_budgets))?;
        self.objectives = goals::objectives(std::mem::take(&mut self.said_objectives))?;
        let line = |name: &str| line_of(text, &["keys".to_owned(), name.to_owned()]);
        self.keys = Keys::read(&std::mem::take(&mut self.said_keys), line)?;
        filters::check(&self.filters)?;
        self.layout.check()?;
        self.columns = std::mem::take(&mut self.said_columns).columns().map_err(|wrong| under("columns", wrong))?;
        self.trust = self.said_trust.stakes().map_err(|wrong| under("trust", wrong))?;
        crate::rules::Rules::new(self.rules.clone())
            .map_err(|wrong| under("rules", Mistake { path: wrong.path, why: wrong.why }))?;
        self.alerts.check()
    }

    /// Takes out what only the user's own file may say.
    fn disarm(&mut self) {
        if self.secrets.take_if(|secrets| *secrets == Secrets::Show).is_some() {
            self.complaints.push(format!(
                "{FOLDER_FILE}: secrets = \"show\" is left out: it is taken only from your own configuration, or from \
                 --config"
            ));
        }
        for severity in self.alerts.disarm() {
            self.complaints.push(format!(
                "{FOLDER_FILE}: [alerts.{severity}] is left out: commands and webhooks are taken only from your own \
                 configuration, or from --config"
            ));
        }
    }

    /// This file's settings, and below them another's.
    fn over(mut self, below: Self) -> Result<Self, Mistake> {
        self.theme = self.theme.or(below.theme);
        self.graphs = self.graphs.or(below.graphs);
        self.mouse = self.mouse.or(below.mouse);
        self.secrets = self.secrets.or(below.secrets);
        self.title = self.title.or(below.title);
        self.remember = self.remember.or(below.remember);
        self.keys = self.keys.over(below.keys)?;
        self.layout = self.layout.over(below.layout);
        self.layout.check()?;
        for (name, filter) in below.filters {
            self.filters.entry(name).or_insert(filter);
        }
        if self.sources.is_empty() {
            self.sources = below.sources;
        }
        self.prices = self.prices.over(below.prices)?;
        self.currency = self.currency.or(below.currency);
        self.alerts = self.alerts.over(below.alerts);
        self.columns.calls = self.columns.calls.or(below.columns.calls);
        let is_new = |name: &str, known: &[&str]| !known.contains(&name);
        let known: Vec<&str> = self.budgets.iter().map(|own| own.name.as_str()).collect();
        let budgets: Vec<_> = below.budgets.into_iter().filter(|own| is_new(&own.name, &known)).collect();
        self.budgets.extend(budgets);
        let known: Vec<&str> = self.objectives.iter().map(|own| own.name.as_str()).collect();
        let objectives: Vec<_> = below.objectives.into_iter().filter(|own| is_new(&own.name, &known)).collect();
        self.objectives.extend(objectives);
        self.said_trust = self.said_trust.over(below.said_trust);
        self.trust = self.said_trust.stakes()?;
        for (name, limits) in below.rules {
            let mine = self.rules.entry(name).or_default();
            for (key, value) in limits {
                mine.entry(key).or_insert(value);
            }
        }
        let known: Vec<String> = self.own_formats.iter().map(|own| own.name.clone()).collect();
        self.own_formats.extend(below.own_formats.into_iter().filter(|own| !known.contains(&own.name)));
        Ok(self)
    }
}

/// The currency, or the key that is wrong and why.
fn currency(said: SaidCurrency) -> Result<Currency, (&'static str, String)> {
    let SaidCurrency { code, rate, date } = said;
    if !(1..=5).contains(&code.chars().count()) || !code.chars().all(char::is_alphanumeric) {
        return Err(("code", format!("code = {code:?}: expected one like SEK")));
    }
    if !(1e-6..1e9).contains(&rate) {
        return Err(("rate", format!("rate = {rate}: expected how many {code} a dollar is")));
    }
    // A date of TOML's own, or a text.
    let text = date.as_ref().map(|date| date.as_str().map_or_else(|| date.to_string(), str::to_owned));
    let day = text.map(|text| match chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(("date", format!("date = {text:?} is no day: expected one like 2026-11-01"))),
    });
    Ok(Currency { code, rate, date: day.transpose()? })
}

fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of the last of these keys that is there; of a list a key is a place.
fn line_of(text: &str, path: &[String]) -> Option<usize> {
    let document = toml::de::DeTable::parse(text).ok()?;
    let (mut table, mut list, mut line) = (Some(document.get_ref()), None, None);
    for name in path {
        let (at, value) = if let Some((key, value)) = table.and_then(|table| table.get_key_value(name.as_str())) {
            (key.span().start, value)
        } else if let Some(value) = list.and_then(|list: &toml::de::DeArray<'_>| list.get(name.parse::<usize>().ok()?))
        {
            (value.span().start, value)
        } else {
            break;
        };
        line = Some(line_at(text, at));
        (table, list) = (value.get_ref().as_table(), value.get_ref().as_array());
    }
    line
}

/// `callscope/callscope.toml` in the user's config folder.
fn user_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("callscope").join(FOLDER_FILE))
}

fn own_format(name: String, table: BTreeMap<String, String>) -> Result<OwnFormat, Mistake> {
    let mut own = OwnFormat { name, ..OwnFormat::default() };
    let wrong = |name: &str, key: Option<&str>, why: String| Mistake {
        path: std::iter::once(name).chain(key).map(str::to_owned).collect(),
        why: format!("[formats.{name}] {why}"),
    };
    for (key, value) in table {
        match (key.as_str(), Role::parse(&key)) {
            ("match", _) => own.marks = Some(value),
            ("table", _) => own.table = Some(value),
            ("file", _) => own.file = Some(value),
            ("cached", _) => match value.as_str() {
                "inside" => own.cached = Cached::Inside,
                "beside" => own.cached = Cached::Beside,
                _ => {
                    let why = format!("cached = \"{value}\": expected \"inside\" or \"beside\"");
                    return Err(wrong(&own.name, Some(&key), why));
                }
            },
            (_, Some(role)) => own.fields.push(Field::noted(role, &value)),
            (key, None) => {
                let nearest =
                    nearest(key, Role::ALL.iter().map(|role| role.word()).chain(["match", "table", "file", "cached"]));
                return Err(wrong(&own.name, Some(key), format!("has no key `{key}`: did you mean `{nearest}`?")));
            }
        }
    }
    // The rank of a field among those of its role is its place; across roles the order says nothing.
    own.fields.sort_by_key(|field| field.role);
    if !own.fields.iter().any(|field| field.role == Role::Time) {
        let why = "needs `time`: the path of the field that says when a call was made".to_owned();
        return Err(wrong(&own.name, None, why));
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Key;

    #[test]
    fn a_log_is_described_without_code() {
        let config = Config::parse(
            "theme = \"nord\"\n[formats.acme]\nmatch = \"acme_trace\"\ntime = \"ts\"\nmodel = \"llm.model\"\nlatency = \"took_seconds\"\n",
        )
        .unwrap();
        let own = &config.own_formats[0];
        assert_eq!((own.name.as_str(), own.marks.as_deref(), own.fields.len()), ("acme", Some("acme_trace"), 3));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_the_name_that_is_meant() {
        for (text, part) in [
            ("thme = \"x\"\n", "line 1: unknown field `thme`"),
            ("mouse = true\n\nthme = \"x\"\n", "line 3: unknown field `thme`"),
            ("theme = \"x\"\nmouse = 3\n", "line 2"),
            ("theme = 3\n", "line 1: invalid type: integer `3`, expected a theme's name, or { dark"),
            ("theme = { dark = \"nord\" }\n", "line 1: missing field `light`"),
            (
                "[formats.a]\ntime = \"t\"\nmodle = \"m\"\n",
                "line 3: [formats.a] has no key `modle`: did you mean `model`?",
            ),
            ("[formats.a]\nmodel = \"m\"\n", "line 1: [formats.a] needs `time`"),
            ("[prices]\na = \"free\"\nm = { inputs = 1 }\n", "line 3: [prices] \"m\": there is no `inputs`"),
            ("[prices.m]\ninput = 1\noutputs = 1\n", "line 3: [prices] \"m\": there is no `outputs`"),
            ("[prices]\nm = \"fre\"\n", "expected \"free\""),
            ("[prices]\nm = { output = 1 }\n", "`input` is missing"),
            ("[prices]\nm = { input = -1, output = 1 }\n", "no price in dollars"),
            ("[prices]\na = { like = \"b\" }\nb = { like = \"a\" }\n", "line 2: [prices] \"a\" is like \"b\""),
            (
                "[currency]\ncode = \"SEK\"\nrate = 0\n",
                "line 3: [currency] rate = 0: expected how many SEK a dollar is",
            ),
            (
                "[currency]\ncode = \"SEK\"\nrate = 9\ndate = \"yesterday\"\n",
                "line 4: [currency] date = \"yesterday\" is no day",
            ),
            ("[currency]\ncode = \"SEK\"\nrate = 9\ndate = 10:00:00\n", "line 4"),
            (
                "[rules.low_succes_rate]\nbelow = 0.5\n",
                "line 1: [rules] there is no rule `low_succes_rate`: did you mean `low_success_rate`?",
            ),
            (
                "[rules.cost_spike]\nusd = 2\ntime = 3\n",
                "line 3: [rules.cost_spike] has no limit `time`: did you mean `times`?",
            ),
            ("[keys]\n\npase = \"P\"\n", "line 3: [keys] there is no action `pase`: did you mean `pause`?"),
            ("[keys]\npause = \"contrl-p\"\n", "line 2: [keys] pause = \"contrl-p\": expected a character, f1 to f12"),
            ("[keys]\npause = true\n", "line 2: [keys] pause = true: expected a key as \"P\""),
            (
                "[keys]\nsort = \"r\"\nzoom = [\"z\", \"r\"]\n",
                "line 3: [keys] zoom: r would do two things on Overview, Calls, Models, Routes, Sources: sort (sort), and \
                 zoom (zoom) (line 2, sort)",
            ),
            ("[keys]\nhelp = false\n", "line 2: [keys] help: no key would be left to see the keys (Overview)"),
            ("[keys]\nquit = \"x\"\ninterrupt = false\n", "line 3: [keys] interrupt: no key would be left to quit"),
            (
                "[filters]\nslow = \"took>8s\"\nbad = \"cost>x\"\n",
                "line 3: [filters] bad = \"cost>x\": filter, column 6",
            ),
            ("[filters]\n\"a b\" = \"x\"\n", "line 2: [filters] \"a b\": expected a name of letters"),
            (
                "[layout]\nmedium = [90, 10]\n",
                "line 2: [layout] medium = [90, 10]: expected columns and rows from [60, 16]",
            ),
            ("[layout]\nsmall = [90, 10]\n", "line 2: unknown field `small`"),
            (
                "[columns]\ncalls = [\"time\", \"cots\"]\n",
                "line 2: [columns] calls: there is no column \"cots\": did you mean \"cost\"?",
            ),
            ("[columns]\ncalls = [\"time\",\n\"time\"]\n", "line 3: [columns] calls: \"time\" stands there twice"),
            ("[columns]\n\ncalls = []\n", "line 3: [columns] calls: at least one"),
            ("[trust]\nescalation = 1\n", "line 2: unknown field `escalation`"),
            ("[trust]\n\nwrong_usd = -1\n", "line 3: [trust] wrong_usd = -1: expected dollars"),
            ("[trust]\nalpha = [0.02, 2]\n", "line 2: [trust] alpha = 2: expected a share above 0 and below 1"),
            ("[trust]\nalpha = []\n", "line 2: [trust] alpha is empty"),
            ("[rules.cost_spike]\n\nusd = \"much\"\n", "line 3: [rules.cost_spike] usd = \"much\""),
            ("[alerts.high]\nwebhook = \"ftp://x\"\n", "line 2: [alerts.high] webhook: expected an address"),
            ("[alerts.high]\ncommand = [\"\"]\n", "line 2: [alerts.high] command: expected a program"),
            ("[alerts]\nbel = true\n", "unknown field `bel`"),
            ("[rules.cost_spike]\non = 1\n", "line 2: [rules.cost_spike] on = 1: expected true or false"),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\n\n[[budgets]]\nname = \"b\"\nusd = 1\nper = \"dya\"\n",
                "line 9: [[budgets]] per = \"dya\": expected hour, day, week or month; did you mean day?",
            ),
            ("[[budgets]]\nname = \"a\"\nper = \"day\"\n", "line 1: [[budgets]] \"a\" needs `usd = 50`"),
            ("[[budgets]]\nname = \"a\"\nusd = 1\ntokens = 5\nper = \"day\"\n", "line 4: [[budgets]] has `usd` and"),
            ("[[budgets]]\nname = \"a\"\nusd = -1\nper = \"day\"\n", "line 3: [[budgets]] usd = -1: expected dollars"),
            ("[[budgets]]\nname = \"a\"\nusd = \"much\"\nper = \"day\"\n", "line 3"),
            ("[[budgets]]\nname = \"a\"\nusd = 1\nevery = \"day\"\n", "line 4: unknown field `every`"),
            ("[[budgets]]\nname = \"a\"\nusd = 1\n", "line 1: [[budgets]] missing field `per`"),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\nfilter = \"cost>x\"\n",
                "line 5: [[budgets]] filter = \"cost>x\": column ",
            ),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\nfilter = \"-(is:ok or body:x)\"\n",
                "line 5: [[budgets]] filter = \"-(is:ok or body:x)\": `body:` reads every record again",
            ),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\nfilter = \"since:7d\"\n",
                "line 5: [[budgets]] filter = \"since:7d\": it counts back from now",
            ),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\nwarn = [0.8, 0.5]\n",
                "line 5: [[budgets]] warn = [0.8, 0.5]: expected rising shares",
            ),
            (
                "[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\n[[budgets]]\nname = \"a\"\nusd = 1\nper = \"day\"\n",
                "line 6: [[budgets]] name = \"a\": expected another name",
            ),
            (
                "[[objectives]]\nname = \"a\"\nerror_rate = 2\nper = \"30d\"\n",
                "line 3: [[objectives]] error_rate = 2: expected a share between 0 and 1",
            ),
            (
                "[[objectives]]\nname = \"a\"\nerror_rate = 0.1\nper = \"month\"\n",
                "line 4: [[objectives]] per = \"month\": expected a span such as \"30d\"",
            ),
            (
                "[[objectives]]\nname = \"a\"\nlatency = { p = 0.9, under = \"soon\" }\nper = \"1d\"\n",
                "line 3: [[objectives]] latency: under = \"soon\": expected a time like \"8s\"",
            ),
            (
                "[[objectives]]\nname = \"a\"\nper = \"1d\"\n",
                "line 1: [[objectives]] \"a\" needs one of `error_rate = 0.02`",
            ),
            (
                "[formats.a]\ntime = \"t\"\ncached = \"maybe\"\n",
                "line 3: [formats.a] cached = \"maybe\": expected \"inside\"",
            ),
        ] {
            let error = Config::parse(text).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_day_is_a_date_or_a_text() {
        for date in ["2026-11-01", "\"2026-11-01\""] {
            let config = Config::parse(&format!("[currency]\ncode = \"SEK\"\nrate = 10.4\ndate = {date}\n")).unwrap();
            assert_eq!(config.currency.unwrap().date.as_deref(), Some("2026-11-01"));
        }
    }

    #[test]
    fn a_folder_hides_secrets_and_never_shows_them() {
        let of = |folder: &str, user: &str| {
            let mut folder = Config::parse(folder).unwrap();
            folder.disarm();
            let both = folder.over(Config::parse(user).unwrap()).unwrap();
            (both.secrets.unwrap_or_default(), both.complaints.len())
        };
        let (show, hide) = ("secrets = \"show\"", "secrets = \"hide\"");
        assert_eq!(of(show, ""), (Secrets::Hide, 1));
        assert_eq!(of("", show), (Secrets::Show, 0));
        assert_eq!(of(hide, show), (Secrets::Hide, 0));
        assert!(Config::parse("secrets = \"maybe\"").unwrap_err().contains("line 1"));
    }

    #[test]
    fn only_the_users_own_file_runs_or_sends_anything() {
        let own =
            "[alerts]\nbell = true\n[alerts.high]\ncommand = [\"mine\"]\nwebhook = \"https://example.org/mine\"\n";
        let theirs =
            "[alerts]\nnotify = true\n[alerts.high]\ncommand = [\"theirs\"]\n[alerts.low]\nwebhook = \"http://x\"\n";
        for (user, mine) in [(own, true), ("", false)] {
            let mut folder = Config::parse(theirs).unwrap();
            folder.disarm();
            let both = folder.over(Config::parse(user).unwrap()).unwrap();
            let high = both.alerts.of(crate::rules::Severity::High);
            assert_eq!(high.map(|ways| ways.command.clone()), mine.then(|| vec!["mine".to_owned()]));
            assert!(both.alerts.of(crate::rules::Severity::Low).is_none());
            assert_eq!((both.alerts.notify, both.alerts.bell), (Some(true), mine.then_some(true)));
            assert_eq!(both.complaints.len(), 2, "{:?}", both.complaints);
        }
        // A file that was named is the user's word.
        let dir = tempfile::tempdir().unwrap();
        let named = dir.path().join(FOLDER_FILE);
        std::fs::write(&named, theirs).unwrap();
        let config = Config::load(Some(&named)).unwrap();
        assert_eq!(config.alerts.of(crate::rules::Severity::High).unwrap().command, ["theirs"]);
    }

    #[test]
    fn a_budget_of_the_folder_stands_for_that_of_the_user() {
        let budget = |name: &str, usd: u32| format!("[[budgets]]\nname = \"{name}\"\nusd = {usd}\nper = \"day\"\n");
        let user = Config::parse(&(budget("a", 1) + &budget("b", 2))).unwrap();
        let both = Config::parse(&budget("b", 3)).unwrap().over(user).unwrap();
        let named: Vec<(&str, String)> =
            both.budgets.iter().map(|budget| (budget.name.as_str(), budget.amount.to_string())).collect();
        assert_eq!(named, [("b", "$3".to_owned()), ("a", "$1".to_owned())]);
    }

    #[test]
    fn keys_of_two_files_are_told_with_both_places() {
        let file = |name: &str, text: &str| {
            let mut config = Config::parse(text).unwrap();
            config.keys.of_file(name);
            config
        };
        let folder = || file("callscope.toml", "[keys]\npause = \"P\"\n");
        let both = folder().over(file("mine", "[keys]\npause = \"Q\"\ncopy = \"C\"\n")).unwrap();
        let (map, lost) = both.keys.map().unwrap();
        assert_eq!((map.keys_of("pause"), map.keys_of("copy")), (vec![Key::char('P')], vec![Key::char('C')]));
        assert!(!lost.is_empty(), "prompt templates had this key");
        let why = folder().over(file("mine", "[keys]\n\nzoom = \"P\"\n")).unwrap_err().why;
        assert!(why.contains("callscope.toml line 2") && why.contains("mine line 3"), "{why}");
    }

    #[test]
    fn the_folder_outranks_the_user() {
        let user = Config::parse("theme = \"a\"\nmouse = false\n[formats.x]\ntime = \"t\"\n").unwrap();
        let folder = Config::parse("theme = \"b\"\n[formats.x]\ntime = \"u\"\n").unwrap();
        let both = folder.over(user).unwrap();
        assert_eq!((both.theme, both.mouse), (Some(ThemeChoice::One("b".into())), Some(false)));
        assert_eq!(both.own_formats.len(), 1);
        assert_eq!(both.own_formats[0].fields[0].path, "u");
    }
}
