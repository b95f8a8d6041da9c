//! Calls that a provider turned away because there were too many of them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::GroupBy;
use crate::figures::stats::ratio;
use crate::model::numbers::{grouped, percent};
use crate::query::write::term;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "rate-limits",
    kind: Kind::Health,
    about: "calls that providers turned away because there were too many",
    is_advice: false,
    limits: &[("hits", "calls that were turned away, at the least"), ("rate", "of all outcomes, 0 to 1, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    hits: u64,
    rate: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { hits: 5, rate: 0.01 }
    }
}

/// What providers and routers call it.
const WORDS: [&str; 7] = ["rate_limit", "ratelimit", "rate limit", "429", "too_many", "throttl", "resource_exhausted"];

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let is_limit = |name: &str| WORDS.iter().any(|word| name.to_ascii_lowercase().contains(word));
        let mut kinds: Vec<(String, u64)> = facts
            .board
            .by(GroupBy::ErrorType)
            .iter()
            .map(|group| (facts.label(group.name).to_owned(), group.stats.calls))
            .filter(|(name, _)| is_limit(name))
            .collect();
        kinds.sort();
        let hits: u64 = kinds.iter().map(|(_, calls)| calls).sum();
        let rate = ratio(hits, facts.board.total.settled()).unwrap_or(0.0);
        if hits < self.hits.max(1) || rate < self.rate {
            return Vec::new();
        }
        let names: Vec<String> = kinds.into_iter().map(|(name, _)| name).collect();
        vec![Finding {
            severity: if rate >= 0.05 { Severity::High } else { Severity::Medium },
            message: format!("providers turned away {} calls ({}) as too many", grouped(hits), percent(rate)),
            because: vec![
                format!("hits {} ≥ {}", grouped(hits), self.hits),
                format!("rate {} ≥ {}", percent(rate), percent(self.rate)),
            ],
            data: data([("hits", json!(hits)), ("rate", rounded(rate)), ("errorTypes", json!(names))]),
            since: facts.board.first,
            evidence: term("error", &names),
            check: "fewer calls at once, or a second provider, and the count stays where it is",
            ..PLAN.finding()
        }]
    }
}
