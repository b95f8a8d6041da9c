//! `[[budgets]]` and `[[objectives]]`: as they are written, and what they mean.

use serde::Deserialize;

use crate::figures::budget::{Budget, Per};
use crate::figures::objective::{Goal, Objective};
use crate::model::text::nearest;
use crate::model::time::{DAY, MINUTE};
use crate::model::{Amount, Stamp, Usd};
use crate::price::Mistake;
use crate::query::{Filter, bounds, parse};

/// Levels that are told where none are configured.
const WARN: [f64; 3] = [0.5, 0.8, 1.0];
/// The longest that an objective is kept over: what is kept of it is in memory.
const LONGEST: i64 = 92 * DAY;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaidBudget {
    name: String,
    usd: Option<f64>,
    tokens: Option<u64>,
    per: String,
    #[serde(default)]
    filter: String,
    warn: Option<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaidObjective {
    name: String,
    error_rate: Option<f64>,
    override_rate: Option<f64>,
    latency: Option<SaidLatency>,
    per: String,
    #[serde(default)]
    filter: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidLatency {
    p: f64,
    under: String,
}

/// The key that is wrong, if one is, and why.
type Wrong = (Option<&'static str>, String);

fn wrong<T>(key: &'static str, why: impl Into<String>) -> Result<T, Wrong> {
    Err((Some(key), why.into()))
}

pub(super) fn budgets(said: Vec<SaidBudget>) -> Result<Vec<Budget>, Mistake> {
    all("budgets", said, |said| said.name.clone(), budget)
}

pub(super) fn objectives(said: Vec<SaidObjective>) -> Result<Vec<Objective>, Mistake> {
    all("objectives", said, |said| said.name.clone(), objective)
}

/// What all of a list mean; two of one name cannot be told apart.
fn all<S, T>(
    section: &str,
    said: Vec<S>,
    name: impl Fn(&S) -> String,
    read: impl Fn(S) -> Result<T, Wrong>,
) -> Result<Vec<T>, Mistake> {
    let mut names = Vec::new();
    let mut found = Vec::new();
    for (nth, said) in said.into_iter().enumerate() {
        let name = name(&said);
        let taken = names.contains(&name);
        let read = if name.trim().is_empty() {
            wrong("name", "name = \"\": expected a word to know it by")
        } else if taken {
            wrong("name", format!("name = {name:?}: expected another name, this is that of one before it"))
        } else {
            read(said)
        };
        found.push(read.map_err(|(key, why)| Mistake {
            path: [section.to_owned(), nth.to_string()].into_iter().chain(key.map(str::to_owned)).collect(),
            why: format!("[[{section}]] {why}"),
        })?);
        names.push(name);
    }
    Ok(found)
}

fn budget(said: SaidBudget) -> Result<Budget, Wrong> {
    let amount = match (said.usd, said.tokens) {
        (Some(dollars), None) => match Usd::from_dollars(dollars).filter(|usd| *usd > Usd::ZERO) {
            Some(usd) => Amount::Usd(usd),
            None => return wrong("usd", format!("usd = {dollars}: expected dollars, more than 0")),
        },
        (None, Some(0)) => return wrong("tokens", "tokens = 0: expected more than 0"),
        (None, Some(tokens)) => Amount::Tokens(tokens),
        (None, None) => return Err((None, format!("{:?} needs `usd = 50` or `tokens = 20_000_000`", said.name))),
        (Some(_), Some(_)) => return wrong("tokens", "has `usd` and `tokens`: expected one of them"),
    };
    let Some(per) = Per::parse(&said.per) else {
        let meant = nearest(&said.per, Per::ALL.into_iter().map(Per::word));
        let why = format!("per = {:?}: expected hour, day, week or month; did you mean {meant}?", said.per);
        return wrong("per", why);
    };
    let warn = said.warn.unwrap_or_else(|| WARN.into());
    let rises = warn.windows(2).all(|pair| pair[0] < pair[1]);
    if !rises || !warn.iter().all(|level| (0.0..=10.0).contains(level) && *level > 0.0) {
        return wrong(
            "warn",
            format!("warn = {warn:?}: expected rising shares of the budget, such as [0.5, 0.8, 1.0]"),
        );
    }
    let filter = filter(&said.filter)?;
    Ok(Budget { name: said.name, amount, per, filter, text: said.filter.trim().to_owned(), warn })
}

fn objective(said: SaidObjective) -> Result<Objective, Wrong> {
    let share = |key: &'static str, rate: f64| match rate {
        rate if rate > 0.0 && rate < 1.0 => Ok(rate),
        rate => wrong(key, format!("{key} = {rate}: expected a share between 0 and 1, such as 0.02")),
    };
    let goal = match (said.error_rate, said.override_rate, said.latency) {
        (Some(rate), None, None) => Goal::Errors(share("error_rate", rate)?),
        (None, Some(rate), None) => Goal::Overrides(share("override_rate", rate)?),
        (None, None, Some(SaidLatency { p, under })) => {
            let millis = millis(&under).filter(|millis| *millis > 0);
            let Some(millis) = millis else {
                return wrong(
                    "latency",
                    format!("latency: under = {under:?}: expected a time like \"8s\" or \"500ms\""),
                );
            };
            if !(p > 0.0 && p < 1.0) {
                return wrong("latency", format!("latency: p = {p}: expected a share between 0 and 1, such as 0.95"));
            }
            Goal::Latency { p, under: millis as u64 * 1_000_000 }
        }
        _ => {
            let why =
                "needs one of `error_rate = 0.02`, `override_rate = 0.05`, `latency = { p = 0.95, under = \"8s\" }`";
            return Err((None, format!("{:?} {why}", said.name)));
        }
    };
    let per = bounds::span(&said.per).filter(|per| (30 * MINUTE..=LONGEST).contains(per) && per % MINUTE == 0);
    let Some(per) = per else {
        return wrong("per", format!("per = {:?}: expected a span such as \"30d\", from 30m to 92d", said.per));
    };
    let filter = filter(&said.filter)?;
    Ok(Objective { name: said.name, goal, per, filter, text: said.filter.trim().to_owned() })
}

/// `8s`, `500ms`, `2m`, in milliseconds.
fn millis(text: &str) -> Option<i64> {
    match text.strip_suffix("ms") {
        Some(count) => count.trim().parse().ok(),
        None => bounds::span(text),
    }
}

/// A filter that means the same whenever it is asked, and that needs no record to be read again.
fn filter(text: &str) -> Result<Filter, Wrong> {
    let read = |now: Stamp| parse(text, now);
    let mut filter = match read(Stamp::EARLIEST) {
        Ok(filter) => filter,
        Err(error) => return wrong("filter", format!("filter = {text:?}: column {}: {}", error.column, error.message)),
    };
    let mut bodies = false;
    filter.bodies(&mut |_, _| bodies = true);
    let words = text.to_lowercase();
    if words.contains("template:") || words.contains("repeated:") {
        let why = "`template:` and `repeated:` look at other calls too, and this is counted call by call: expected terms without them";
        return wrong("filter", format!("filter = {text:?}: {why}"));
    }
    if bodies {
        let why = "`body:` reads every record again, and this is counted with every call: expected terms without it";
        return wrong("filter", format!("filter = {text:?}: {why}"));
    }
    if read(Stamp::LATEST).ok().as_ref() != Some(&filter) {
        let why = "it counts back from now: expected terms without such a span, `per` says the period";
        return wrong("filter", format!("filter = {text:?}: {why}"));
    }
    Ok(filter)
}
