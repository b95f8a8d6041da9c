//! A route that the router is not sure of. Seed 003: below 0.6 on average over at least 10 calls, medium.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::model::numbers::confidence;
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "low-confidence",
    kind: Kind::Quality,
    about: "a route that the router is not sure of",
    is_advice: true,
    limits: &[("below", "average confidence, 0 to 1"), ("calls", "calls with a confidence, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    below: f64,
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { below: 0.6, calls: 10 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &crate::figures::Group| {
            let stats = &group.stats;
            let said = stats.avg_confidence().filter(|said| *said < self.below && stats.confident >= self.calls)?;
            let route = facts.label(group.name).to_owned();
            Some(Finding {
                severity: Severity::Medium,
                subject: route.clone(),
                message: format!("the router is only {} sure of route {route} on average", confidence(said)),
                because: vec![
                    format!("average confidence {} < {}", confidence(said), confidence(self.below)),
                    format!("calls {} ≥ {}", stats.confident, self.calls),
                ],
                data: data([("avgConfidence", rounded(said)), ("count", json!(stats.confident))]),
                since: facts.board.first,
                evidence: format!("{} conf<{}", only("route", &route), self.below),
                route: Some(route),
                check: "sharper patterns, or a route of their own for these prompts, should raise the average",
                ..PLAN.finding()
            })
        };
        facts.board.routes().iter().filter_map(of).collect()
    }
}
