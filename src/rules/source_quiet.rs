//! A writer that wrote steadily and has stopped: it may be down, or log elsewhere.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make};
use crate::model::numbers;
use crate::model::time::MINUTE;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "source-quiet",
    kind: Kind::Health,
    about: "a log whose writer wrote steadily and has stopped",
    is_advice: false,
    limits: &[("minutes", "without a record, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    minutes: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { minutes: 5 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |source: &super::SourceFact| {
            let quiet = source.quiet.filter(|quiet| *quiet >= self.minutes.saturating_mul(MINUTE))?;
            Some(Finding {
                severity: Severity::Medium,
                subject: source.label.clone(),
                message: format!("{}: {}", source.label, numbers::quiet(quiet)),
                because: vec![format!("minutes without a record {} ≥ {}", quiet / MINUTE, self.minutes)],
                data: data([("path", source.label.clone().into()), ("quietMs", json!(quiet))]),
                since: Some(facts.now.minus(quiet)),
                check: "the next record of this log ends it",
                ..PLAN.finding()
            })
        };
        facts.sources.iter().filter_map(of).collect()
    }
}
