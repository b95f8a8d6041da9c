//! Bins of confidence that came out worse than was said, beyond what chance explains.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::interval::{Rate, wilson};
use crate::figures::{Bin, Group};
use crate::model::numbers::{confidence, percent};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "over-sure",
    kind: Kind::Quality,
    about: "calls that the router was surer of than it should have been",
    is_advice: false,
    limits: &[
        ("gap", "what was said less the best that may be true, 0 to 1, at the least"),
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
        Self { gap: 0.02, calls: 30 }
    }
}

/// A tenth of confidence, by what was said and what came of it.
pub(super) struct Tenth {
    nth: usize,
    pub said: f64,
    pub right: Rate,
    pub judged: u64,
}

impl Tenth {
    /// `.9–1.0`.
    pub fn name(&self) -> String {
        if self.nth == 9 { ".9–1.0".to_owned() } else { format!(".{}–.{}", self.nth, self.nth + 1) }
    }

    /// The calls of it. The last tenth holds what is quite sure, too.
    pub fn term(&self) -> String {
        let from = format!("conf>=0.{}", self.nth);
        if self.nth == 9 { from } else { format!("{from} conf<0.{}", self.nth + 1) }
    }
}

/// The tenths of a route that have enough calls whose outcome is known.
pub(super) fn tenths(group: &Group, calls: u64) -> impl Iterator<Item = Tenth> {
    let of = move |(nth, bin): (usize, Bin)| {
        let said = bin.mean_said().filter(|_| bin.judged() >= calls.max(1))?;
        Some(Tenth { nth, said, right: wilson(bin.right(), bin.judged())?, judged: bin.judged() })
    };
    group.confidence.tenths().into_iter().enumerate().filter_map(of)
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &Group| {
            let too_sure = |tenth: &Tenth| tenth.said - tenth.right.high;
            let worst = tenths(group, self.calls)
                .filter(|tenth| too_sure(tenth) >= self.gap)
                .max_by(|one, other| too_sure(one).total_cmp(&too_sure(other)))?;
            let route = facts.label(group.name).to_owned();
            let wrong = 1.0 - worst.right.rate;
            Some(Finding {
                severity: Severity::Medium,
                subject: route.clone(),
                message: format!(
                    "{route}: over-sure at {}: {} said, {} right",
                    worst.name(),
                    confidence(worst.said),
                    confidence(worst.right.rate)
                ),
                because: vec![
                    format!(
                        "said {} − at best {} ≥ {}",
                        confidence(worst.said),
                        confidence(worst.right.high),
                        self.gap
                    ),
                    format!("calls {} ≥ {}", worst.judged, self.calls),
                    format!("{} of them were overridden or failed", percent(wrong)),
                ],
                data: data([
                    ("said", rounded(worst.said)),
                    ("right", rounded(worst.right.rate)),
                    ("rightAtBest", rounded(worst.right.high)),
                    ("count", json!(worst.judged)),
                ]),
                since: facts.board.first,
                evidence: format!("{} {}", only("route", &route), worst.term()),
                route: Some(route),
                check: "the same bin's share of right calls should come up to what is said, or the threshold go above it",
                ..PLAN.finding()
            })
        };
        facts.board.routes().iter().filter_map(of).collect()
    }
}
