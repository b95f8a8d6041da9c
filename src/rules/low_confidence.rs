//! A route that the router is not sure of. Seed 003: below 0.6 on average over at least 10 calls, medium.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::{Group, GroupBy, trust};
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
        let finding = |group: &Group, scale: Option<&str>, said: f64, calls: u64| {
            let route = facts.label(group.name).to_owned();
            let by = scale.map(|scale| format!(", by {scale}")).unwrap_or_default();
            Finding {
                severity: Severity::Medium,
                subject: format!("{route}{by}"),
                message: format!("the router is only {} sure of route {route} on average{by}", confidence(said)),
                because: vec![
                    format!("average confidence {said:.3} < {}", self.below),
                    format!("calls {calls} ≥ {}", self.calls),
                ],
                data: data([("avgConfidence", rounded(said)), ("count", json!(calls))]),
                since: facts.board.first,
                evidence: format!("{} conf<{}", only("route", &route), self.below),
                route: Some(route),
                check: "sharper patterns, or a route of their own for these prompts, should raise the average",
                ..PLAN.finding()
            }
        };
        let is_low = |said: f64, calls: u64| said < self.below && calls >= self.calls;
        let of = |group: &Group| -> Vec<Finding> {
            let stats = &group.stats;
            if stats.mixes_scales() {
                // Confidence of unlike sources has no average: each is asked by itself.
                let scales = trust::fold(facts.store, &facts.board.scope, Some((GroupBy::Route, group.name)));
                let low = scales.iter().filter_map(|scale| Some((scale, scale.said()?)));
                let low = low.filter(|(scale, said)| is_low(*said, scale.calls()));
                return low.map(|(scale, said)| finding(group, Some(&scale.scale), said, scale.calls())).collect();
            }
            let said = stats.avg_confidence().filter(|said| is_low(*said, stats.confident));
            said.map(|said| finding(group, None, said, stats.confident)).into_iter().collect()
        };
        facts.board.routes().iter().flat_map(of).collect()
    }
}
