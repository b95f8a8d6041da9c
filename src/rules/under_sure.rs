//! Bins of confidence that came out better than was said, beyond what chance explains: more could go through.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::over_sure::{Tenth, tenths};
use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::Group;
use crate::model::numbers::confidence;
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "under-sure",
    kind: Kind::Quality,
    about: "calls that the router was less sure of than it could have been",
    is_advice: false,
    limits: &[
        ("gap", "the worst that may be true less what was said, 0 to 1, at the least"),
        ("calls", "calls of the bin whose outcome is known, at the least"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    gap: f64,
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { gap: 0.1, calls: 50 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &Group| {
            // Where nobody reviews, what succeeds is not known to be right.
            if group.stats.override_known == 0 {
                return None;
            }
            let unsure = |tenth: &Tenth| tenth.right.low - tenth.said;
            let worst = tenths(group, self.calls)
                .filter(|tenth| unsure(tenth) >= self.gap)
                .max_by(|one, other| unsure(one).total_cmp(&unsure(other)))?;
            let route = facts.label(group.name).to_owned();
            Some(Finding {
                severity: Severity::Low,
                subject: route.clone(),
                message: format!(
                    "{route}: under-sure at {}: {} said, {} right",
                    worst.name(),
                    confidence(worst.said),
                    confidence(worst.right.rate)
                ),
                because: vec![
                    format!(
                        "at worst {} − said {} ≥ {}",
                        confidence(worst.right.low),
                        confidence(worst.said),
                        self.gap
                    ),
                    format!("calls {} ≥ {}", worst.judged, self.calls),
                ],
                data: data([
                    ("said", rounded(worst.said)),
                    ("right", rounded(worst.right.rate)),
                    ("rightAtWorst", rounded(worst.right.low)),
                    ("count", json!(worst.judged)),
                ]),
                since: facts.board.first,
                evidence: format!("{} {}", only("route", &route), worst.term()),
                route: Some(route),
                check: "with a lower threshold the share of right calls above it should stay as it is",
                ..PLAN.finding()
            })
        };
        facts.board.routes().iter().filter_map(of).collect()
    }
}
