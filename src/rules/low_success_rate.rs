//! A model that fails too often. Seed 003: below 0.8 over at least 10 outcomes, high.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::model::numbers::percent;
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "low-success-rate",
    kind: Kind::Quality,
    about: "a model whose calls fail too often",
    is_advice: true,
    limits: &[("below", "success rate, 0 to 1"), ("outcomes", "calls whose outcome is known, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    below: f64,
    outcomes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { below: 0.8, outcomes: 10 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &crate::figures::Group| {
            let stats = &group.stats;
            let rate = stats.success_rate().filter(|rate| *rate < self.below && stats.settled() >= self.outcomes)?;
            let model = facts.label(group.name).to_owned();
            Some(Finding {
                severity: Severity::High,
                subject: model.clone(),
                message: format!("{model} succeeds in only {} of its calls", percent(rate)),
                because: vec![
                    format!("success rate {} < {}", percent(rate), percent(self.below)),
                    format!("outcomes {} ≥ {}", stats.settled(), self.outcomes),
                ],
                data: data([("successRate", rounded(rate)), ("count", json!(stats.settled()))]),
                since: facts.board.first,
                evidence: format!("{} is:error", only("model", &model)),
                model: Some(model),
                check: "after a change the same model's success rate over as many calls should be above the limit",
                ..PLAN.finding()
            })
        };
        facts.board.models().iter().filter_map(of).collect()
    }
}
