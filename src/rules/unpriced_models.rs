//! Calls that no price is known for: whatever they cost is in no sum.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make};
use crate::model::numbers::grouped;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "unpriced-models",
    kind: Kind::Data,
    about: "models that no price is known for",
    is_advice: false,
    limits: &[("calls", "calls without a price, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls: 1 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let calls = facts.board.total.unpriced;
        if calls < self.calls.max(1) {
            return Vec::new();
        }
        let mut models: Vec<_> = facts.board.models().iter().filter(|group| group.stats.unpriced > 0).collect();
        models.sort_by_key(|group| (std::cmp::Reverse(group.stats.unpriced), group.name));
        let names: Vec<&str> = models.iter().map(|group| facts.label(group.name)).collect();
        let shown = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        vec![Finding {
            severity: Severity::Low,
            model: if let [one] = &names[..] { Some((*one).to_owned()) } else { None },
            message: format!("no price is known for {shown}{more}: what their calls cost is in no sum"),
            because: vec![format!("calls without a price {} ≥ {}", grouped(calls), self.calls)],
            data: data([("count", json!(calls)), ("models", json!(names))]),
            since: facts.board.first,
            evidence: "is:unpriced".to_owned(),
            check: "a line under [prices] in callscope.toml prices them at once; `callscope prices MODEL` says why not yet",
            ..PLAN.finding()
        }]
    }
}
