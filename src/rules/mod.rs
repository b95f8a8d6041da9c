//! What to tell the user. One file a rule, all the same shape: a plain struct of limits that `[rules.<name>]` in the
//! configuration may change, and what it finds in the figures. Nothing here looks at a call's text, a file or a clock.
//!
//! A rule says nothing below its least sample: of three calls a third is one call.

mod budget_burn;
mod cache_collapse;
mod cheaper_model;
mod confidence_drift;
mod cost_spike;
mod error_burst;
mod high_override_rate;
mod latency_regression;
mod limits;
mod low_confidence;
mod low_success_rate;
mod malformed_records;
mod objective_burn;
mod over_sure;
mod rate_limits;
mod repeated_requests;
mod retry_storm;
mod schema_drift;
mod source_quiet;
pub mod standing;
mod under_sure;
mod underused_model;
mod unpriced_models;
pub mod verdict;
pub mod watching;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::figures::ledger::{Hour, hour_of};
use crate::figures::{Board, Ledger, Scope, Standing};
use crate::model::text::nearest;
use crate::model::time::HOUR;
use crate::model::{SourceId, Stamp, Sym, Usd};
use crate::query::Filter;
use crate::store::{Pricer, Store};

/// Every rule there is, in the order in which equals are shown.
pub static RULES: [Plan; 21] = [
    low_success_rate::PLAN,
    low_confidence::PLAN,
    high_override_rate::PLAN,
    underused_model::PLAN,
    cheaper_model::PLAN,
    over_sure::PLAN,
    under_sure::PLAN,
    confidence_drift::PLAN,
    budget_burn::PLAN,
    objective_burn::PLAN,
    cost_spike::PLAN,
    cache_collapse::PLAN,
    repeated_requests::PLAN,
    latency_regression::PLAN,
    error_burst::PLAN,
    retry_storm::PLAN,
    rate_limits::PLAN,
    unpriced_models::PLAN,
    schema_drift::PLAN,
    source_quiet::PLAN,
    malformed_records::PLAN,
];

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Cost,
    Health,
    Quality,
    Data,
}

impl Kind {
    /// The word of `alerts --json` and of the screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Health => "health",
            Self::Quality => "quality",
            Self::Data => "data",
        }
    }
}

/// How much it matters; the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Low,
    Medium,
    High,
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word of `alerts --json` and `--fail-on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

/// One thing that somebody should know.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's name: the `type` of the interface.
    pub rule: &'static str,
    pub kind: Kind,
    pub severity: Severity,
    /// What it is about, the same as long as it is the same finding: a model, a route, a source.
    pub subject: String,
    pub model: Option<String>,
    pub route: Option<String>,
    /// One sentence.
    pub message: String,
    /// The figures against the limits, a line each.
    pub because: Vec<String>,
    /// The figures beside each other for people, a row each under a row of headings; empty where there is nothing to
    /// compare.
    pub table: Vec<Vec<String>>,
    /// The figures, by the names of the interface.
    pub data: Map<String, Json>,
    /// What it costs, or would save, in thirty days at the present rate.
    pub worth: Option<Usd>,
    /// What it would have saved of the calls that were looked at.
    pub saves: Option<Usd>,
    /// Since when it is so: the first moment of the calls that were looked at, or of those that show it.
    pub since: Option<Stamp>,
    /// A filter that keeps the calls which show it; empty where no call does.
    pub evidence: String,
    /// How to see later whether the advice was right.
    pub check: &'static str,
}

impl Finding {
    /// What it is remembered by.
    pub fn key(&self) -> String {
        format!("{}:{}", self.rule, self.subject)
    }
}

/// A source as the rules see it. How its records are understood is in the store's counts.
#[derive(Debug, Clone)]
pub struct SourceFact {
    pub id: SourceId,
    pub label: String,
    /// Milliseconds since a writer that wrote steadily was last heard.
    pub quiet: Option<i64>,
}

/// What the rules look at.
#[derive(Debug)]
pub struct Facts<'a> {
    pub store: &'a Store,
    /// The calls that are asked about.
    pub board: &'a Board,
    /// Of these the ones of the last hour.
    pub recent: &'a Board,
    /// What is usual: of all days, whatever window is asked about.
    pub ledger: &'a Ledger,
    /// How budgets and objectives stand, whatever is asked about.
    pub standing: &'a Standing,
    pub sources: &'a [SourceFact],
    pub now: Stamp,
}

impl Facts<'_> {
    /// The last hour begins here.
    pub fn hour_ago(&self) -> Stamp {
        self.now.minus(HOUR)
    }

    /// The whole hours before the last one, so many of them.
    pub fn before(&self, hours: Hour) -> std::ops::Range<Hour> {
        let end = hour_of(self.hour_ago());
        end - hours..end
    }

    pub fn label(&self, name: Sym) -> &str {
        self.store.label(name)
    }

    /// A sum over the calls that are asked about, as one of thirty days; `None` where they are of less than a day.
    pub fn monthly(&self, sum: Usd) -> Option<Usd> {
        const MONTH: i128 = 30 * 24 * HOUR as i128;
        let span = self.board.scope.until.unwrap_or(self.now).0 - self.board.scope.since.or(self.board.first)?.0;
        let span = i128::from(span.max(1));
        (span >= MONTH / 30).then(|| Usd((i128::from(sum.0) * MONTH / span) as i64))
    }
}

/// One rule with its limits.
pub trait Rule: Send + Sync + std::fmt::Debug {
    /// What it finds.
    fn check(&self, facts: &Facts<'_>, prices: &mut dyn Pricer) -> Vec<Finding>;
}

/// A rule as the list has it.
#[derive(Debug)]
pub struct Plan {
    /// The `type` of the interface, in `kebab-case`.
    pub name: &'static str,
    pub kind: Kind,
    /// What it looks for, in one line.
    pub about: &'static str,
    /// Whether it says what to change about the routing: these are the `recommendations` of seed 003.
    pub is_advice: bool,
    /// Each limit and what it means.
    pub limits: &'static [(&'static str, &'static str)],
    make: fn(toml::Table) -> Result<Box<dyn Rule>, toml::de::Error>,
    defaults: fn() -> toml::Table,
}

impl Plan {
    /// Its name in the configuration.
    pub fn section(&self) -> String {
        self.name.replace('-', "_")
    }

    /// One of its findings, with everything still to be said that is not the same for all.
    pub(crate) fn finding(&self) -> Finding {
        Finding {
            rule: self.name,
            kind: self.kind,
            severity: Severity::Low,
            subject: String::new(),
            model: None,
            route: None,
            message: String::new(),
            because: Vec::new(),
            table: Vec::new(),
            data: Map::new(),
            worth: None,
            saves: None,
            since: None,
            evidence: String::new(),
            check: "",
        }
    }

    /// Its limits as they are if nobody changes them.
    pub fn defaults(&self) -> toml::Table {
        (self.defaults)()
    }
}

fn make<R: Rule + DeserializeOwned + 'static>(limits: toml::Table) -> Result<Box<dyn Rule>, toml::de::Error> {
    Ok(Box::new(limits.try_into::<R>()?))
}

fn defaults<R: Rule + Default + Serialize>() -> toml::Table {
    toml::Table::try_from(R::default()).unwrap_or_default()
}

/// The rules that are on, with their limits.
#[derive(Debug)]
pub struct Rules(Vec<(&'static Plan, Box<dyn Rule>)>);

/// What is wrong with a limit: the path of the key in the configuration, and why.
#[derive(Debug)]
pub struct Mistake {
    pub path: Vec<String>,
    pub why: String,
}

impl Rules {
    /// `tables` are the sections under `[rules]`. `on = false` puts a rule out.
    pub fn new(mut tables: BTreeMap<String, toml::Table>) -> Result<Self, Mistake> {
        let mut rules = Vec::new();
        for plan in &RULES {
            let section = plan.section();
            let mut limits = tables.remove(&section).unwrap_or_default();
            let wrong = |key: Option<&str>, why: String| Mistake {
                path: std::iter::once(section.as_str()).chain(key).map(str::to_owned).collect(),
                why: format!("[rules.{section}] {why}"),
            };
            let is_on = match limits.remove("on") {
                None => true,
                Some(toml::Value::Boolean(on)) => on,
                Some(other) => return Err(wrong(Some("on"), format!("on = {other}: expected true or false"))),
            };
            limits::check(plan, &limits).map_err(|(key, why)| wrong(Some(&key), why))?;
            let rule = (plan.make)(limits).map_err(|error| wrong(None, error.message().to_owned()))?;
            if is_on {
                rules.push((plan, rule));
            }
        }
        match tables.keys().next() {
            None => Ok(Self(rules)),
            Some(name) => {
                let sections: Vec<String> = RULES.iter().map(Plan::section).collect();
                let near = nearest(name, sections.iter().map(String::as_str));
                let why = format!("there is no rule `{name}`: did you mean `{near}`?");
                Err(Mistake { path: vec![name.clone()], why: format!("[rules] {why}") })
            }
        }
    }

    /// What they find that says what to change about the routing.
    pub fn advice(&self, facts: &Facts<'_>, prices: &mut dyn Pricer) -> Vec<Finding> {
        self.found(facts, prices, |plan| plan.is_advice)
    }

    /// Everything they find: what matters most first, then in the order of the rules, then by subject.
    pub fn check(&self, facts: &Facts<'_>, prices: &mut dyn Pricer) -> Vec<Finding> {
        self.found(facts, prices, |_| true)
    }

    fn found(&self, facts: &Facts<'_>, prices: &mut dyn Pricer, asked: fn(&Plan) -> bool) -> Vec<Finding> {
        let asked = self.0.iter().filter(|(plan, _)| asked(plan));
        let mut found: Vec<Finding> = asked.flat_map(|(_, rule)| rule.check(facts, prices)).collect();
        found.sort_by(|one, other| rank(one).cmp(&rank(other)));
        found
    }
}

/// The order that findings are told in.
fn rank(finding: &Finding) -> (std::cmp::Reverse<Severity>, Option<usize>, &str) {
    let nth = RULES.iter().position(|plan| plan.name == finding.rule);
    (std::cmp::Reverse(finding.severity), nth, &finding.subject)
}

impl Default for Rules {
    fn default() -> Self {
        Self(RULES.iter().filter_map(|plan| Some((plan, (plan.make)(toml::Table::new()).ok()?))).collect())
    }
}

/// The plan of a rule.
pub fn plan(name: &str) -> Option<&'static Plan> {
    RULES.iter().find(|plan| plan.name == name)
}

/// The section of the configuration that says when a rule finds something.
pub fn limits_of(rule: &str) -> String {
    match rule {
        "budget-burn" => "[[budgets]]".to_owned(),
        "objective-burn" => "[[objectives]]".to_owned(),
        rule => format!("[rules.{}]", rule.replace('-', "_")),
    }
}

/// Everything the rules look at, folded from a store for once. A monitor keeps these as calls come.
#[derive(Debug)]
pub struct Folded {
    pub board: Board,
    pub recent: Board,
    pub ledger: Ledger,
    /// Of the budgets and objectives, if there are any.
    pub standing: Standing,
}

impl Folded {
    /// `now` is the moment that is asked about.
    pub fn of(store: &Store, scope: Scope, now: Stamp) -> Self {
        let hour = recent_of(&scope, now);
        let ledger = Ledger::fold(store, scope.filter.clone());
        Self {
            board: Board::fold(store, scope, None),
            recent: Board::fold(store, hour, None),
            ledger,
            standing: Standing::default(),
        }
    }

    /// As much as [`Rules::advice`] looks at.
    pub fn for_advice(store: &Store, scope: Scope) -> Self {
        let board = Board::fold(store, scope, None);
        // Advice that asks what is usual is about routes.
        let routed = board.routes().is_named();
        let ledger = if routed { Ledger::fold(store, board.scope.filter.clone()) } else { Ledger::default() };
        Self { board, recent: Board::default(), ledger, standing: Standing::default() }
    }

    pub fn facts<'a>(&'a self, store: &'a Store, sources: &'a [SourceFact], now: Stamp) -> Facts<'a> {
        let Self { board, recent, ledger, standing } = self;
        Facts { store, board, recent, ledger, standing, sources, now }
    }
}

/// The last hour of a scope.
pub fn recent_of(scope: &Scope, now: Stamp) -> Scope {
    let since = now.minus(HOUR);
    Scope {
        filter: scope.filter.clone(),
        since: Some(scope.since.map_or(since, |known| known.max(since))),
        until: Some(scope.until.map_or(now, |known| known.min(now))),
        ..Scope::default()
    }
}

/// `since:` an instant, as a filter says it.
fn since_term(at: Stamp) -> String {
    format!("since:{}", at.iso())
}

/// What a filter of the interface keeps; a rule's own text is always one.
pub fn evidence(text: &str, now: Stamp) -> Filter {
    crate::query::parse(text, now).unwrap_or_default()
}

/// The entries of a finding's data.
fn data<const N: usize>(entries: [(&str, Json); N]) -> Map<String, Json> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// To three places: more digits of a rate say nothing.
fn rounded(share: f64) -> Json {
    Json::from((share * 1_000.0).round() / 1_000.0)
}
