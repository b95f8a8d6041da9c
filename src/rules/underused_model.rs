//! A model that hardly anything is routed to. Seed 003: less than 2 % of at least 50 calls, low.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::stats::ratio;
use crate::model::numbers::percent;
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "underused-model",
    kind: Kind::Quality,
    about: "a model that hardly any call goes to",
    is_advice: true,
    limits: &[("below", "share of all calls, 0 to 1"), ("calls", "calls of all models, at the least")],
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
        Self { below: 0.02, calls: 50 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let all = facts.board.total.calls;
        let of = |group: &crate::figures::Group| {
            let share = ratio(group.stats.calls, all).filter(|share| *share < self.below && all >= self.calls)?;
            let model = facts.label(group.name).to_owned();
            Some(Finding {
                severity: Severity::Low,
                subject: model.clone(),
                message: format!("{model} serves only {} of all calls", percent(share)),
                because: vec![
                    format!("share {} < {}", percent(share), percent(self.below)),
                    format!("calls {all} ≥ {}", self.calls),
                ],
                data: data([("usageRate", rounded(share)), ("count", json!(group.stats.calls))]),
                since: facts.board.first,
                evidence: only("model", &model),
                model: Some(model),
                check: "either more calls go to it, or it is taken out of the router's list",
                ..PLAN.finding()
            })
        };
        facts.board.models().iter().filter(|group| group.name.is_some()).filter_map(of).collect()
    }
}
