//! People choose another model than the router too often. Seed 003: above 0.2 over at least 20 calls, medium.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::Group;
use crate::model::numbers::percent;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "high-override-rate",
    kind: Kind::Quality,
    about: "the router is overridden too often",
    is_advice: true,
    limits: &[("above", "override rate, 0 to 1"), ("calls", "calls whose log tells of overrides, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    above: f64,
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { above: 0.2, calls: 20 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let total = &facts.board.total;
        let Some(rate) = total.override_rate().filter(|rate| *rate > self.above && total.override_known >= self.calls)
        else {
            return Vec::new();
        };
        let most = facts.board.routes().iter().max_by_key(|group: &&Group| (group.stats.overrides, group.name));
        let mostly = most
            .filter(|group| group.name.is_some() && group.stats.overrides * 2 > total.overrides)
            .map(|group| format!(", mostly on route {}", facts.label(group.name)))
            .unwrap_or_default();
        vec![Finding {
            severity: Severity::Medium,
            message: format!("{} of the router's choices are overridden{mostly}", percent(rate)),
            because: vec![
                format!("override rate {} > {}", percent(rate), percent(self.above)),
                format!("calls {} ≥ {}", total.override_known, self.calls),
            ],
            data: data([
                ("overrideRate", rounded(rate)),
                ("overrides", json!(total.overrides)),
                ("count", json!(total.override_known)),
            ]),
            since: facts.board.first,
            evidence: "is:override".to_owned(),
            check: "the rate of the next as many calls should be below the limit",
            ..PLAN.finding()
        }]
    }
}
