//! The router is sure of other shares of its calls than it was: what was measured of its confidence may hold no more.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::ledger::{Cell, SURE};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "confidence-drift",
    kind: Kind::Quality,
    about: "a route whose confidence is distributed otherwise than in the week before",
    is_advice: false,
    limits: &[
        ("psi", "population stability index of the last day beside the week before, at the least"),
        ("calls", "calls with a confidence in either, at the least"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    psi: f64,
    calls: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { psi: 0.25, calls: 200 }
    }
}

/// The population stability index over tenths: the sum of (p − q) · ln(p / q). Half a call is added to each tenth, so
/// that an empty one is no infinity.
fn psi(now: &Cell, before: &Cell) -> f64 {
    let share = |cell: &Cell, tenth: u8| {
        let calls = cell.sure.of(tenth * 2) + cell.sure.of(tenth * 2 + 1);
        (calls as f64 + 0.5) / (cell.sure.total() as f64 + 0.5 * f64::from(SURE / 2))
    };
    let of = |tenth: u8| {
        let (p, q) = (share(now, tenth), share(before, tenth));
        (p - q) * (p / q).ln()
    };
    (0..SURE / 2).map(of).sum()
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let day = facts.before(24);
        let day = day.start..day.end + 2;
        let week = day.start - 7 * 24..day.start;
        let of = |group: &crate::figures::Group| {
            let now = facts.ledger.sum(day.clone(), |_, route| route == group.name);
            let before = facts.ledger.sum(week.clone(), |_, route| route == group.name);
            if now.sure.total() < self.calls || before.sure.total() < self.calls {
                return None;
            }
            let psi = Some(psi(&now, &before)).filter(|psi| *psi >= self.psi)?;
            let route = facts.label(group.name).to_owned();
            let since = facts.now.minus(24 * crate::model::time::HOUR);
            Some(Finding {
                severity: Severity::Medium,
                subject: route.clone(),
                message: format!("{route}: confidence is distributed otherwise than in the week before"),
                because: vec![
                    format!("stability index {psi:.2} ≥ {}", self.psi),
                    format!("calls {} and {} ≥ {}", now.sure.total(), before.sure.total(), self.calls),
                ],
                data: data([("psi", rounded(psi)), ("count", json!(now.sure.total()))]),
                since: Some(since),
                evidence: format!("{} conf>=0 {}", only("route", &route), super::since_term(since)),
                route: Some(route),
                check: "thresholds that were chosen before should be measured anew; after a week this is the usual",
                ..PLAN.finding()
            })
        };
        facts.board.routes().iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_the_same_distribution_is_nothing() {
        assert!(psi(&Cell::default(), &Cell::default()).abs() < 1e-12);
    }
}
