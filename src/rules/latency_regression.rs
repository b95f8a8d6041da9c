//! Calls of a model take much longer than they did the day before.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, since_term};
use crate::model::numbers::{seconds, times};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "latency-regression",
    kind: Kind::Health,
    about: "a model that takes much longer than it did the day before",
    is_advice: false,
    limits: &[
        ("times", "the 95th percentile of the day before"),
        ("seconds", "longer, at the least"),
        ("calls", "timed calls in the last hour, at the least; of the day before five times as many"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    times: f64,
    seconds: f64,
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { times: 1.5, seconds: 1.0, calls: 20 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &crate::figures::Group| {
            let now = group.took.at(0.95).filter(|_| group.took.count() >= self.calls)? as f64 / 1e6;
            let day = facts.ledger.sum(facts.before(24), |model, _| model == group.name);
            let usual = day.took(0.95).filter(|_| day.timed() >= self.calls.saturating_mul(5))?;
            let factor = now / usual;
            if factor < self.times || now - usual < self.seconds * 1_000.0 {
                return None;
            }
            let model = facts.label(group.name).to_owned();
            let said = |millis: f64| seconds(Some(millis as u64));
            Some(Finding {
                severity: if factor >= self.times * 2.0 { Severity::High } else { Severity::Medium },
                subject: model.clone(),
                message: format!("{model}: p95 is {}, the day before it was {}", said(now), said(usual)),
                because: vec![
                    format!("{} ≥ {}", times(factor), times(self.times)),
                    format!("{} longer ≥ {}s", said(now - usual), self.seconds),
                    format!("calls {} ≥ {}", group.took.count(), self.calls),
                ],
                data: data([
                    ("p95LatencyMs", json!(now.round())),
                    ("usualP95LatencyMs", json!(usual.round())),
                    ("count", json!(group.took.count())),
                ]),
                since: Some(facts.hour_ago()),
                evidence: format!(
                    "{} took>{}s {}",
                    only("model", &model),
                    (usual / 10.0).round() / 100.0,
                    since_term(facts.hour_ago())
                ),
                model: Some(model),
                check: "p95 of the next hours; the provider's status page, and whether prompts grew, say why",
                ..PLAN.finding()
            })
        };
        facts.recent.models().iter().filter_map(of).collect()
    }
}
