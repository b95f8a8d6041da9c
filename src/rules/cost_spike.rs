//! The last hour cost far more than the same hour of other days.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, since_term};
use crate::figures::ledger::{Hour, hour_of};
use crate::model::Usd;
use crate::model::numbers::{money, times};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "cost-spike",
    kind: Kind::Cost,
    about: "an hour that costs far more than the same hour of other days",
    is_advice: false,
    limits: &[
        ("times", "as much as the median of the same hour of other days"),
        ("usd", "cost of the hour, at the least"),
        ("days", "other days with calls in that hour, at the least"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    times: f64,
    usd: f64,
    days: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { times: 3.0, usd: 1.0, days: 3 }
    }
}

/// How many days back.
const BACK: Hour = 28;

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let cost = facts.recent.total.cost;
        let start = hour_of(facts.hour_ago());
        // The last hour lies in two hours of the clock; of other days the dearer of the two is what is usual.
        let usual_of = |day: Hour| {
            let hours =
                [0, 1].map(|next| facts.ledger.sum(start - day * 24 + next..start - day * 24 + next + 1, |_, _| true));
            hours.into_iter().filter(|cell| cell.calls > 0).map(|cell| cell.cost).max()
        };
        let mut usual: Vec<Usd> = (1..=BACK).filter_map(usual_of).collect();
        usual.sort_unstable();
        let Some(median) = usual.get(usual.len() / 2).copied().filter(|_| usual.len() >= self.days.max(1)) else {
            return Vec::new();
        };
        let dollars = |usd: Usd| usd.0 as f64 / 1e9;
        let most = usual.last().copied().unwrap_or_default();
        let factor = dollars(cost) / dollars(median).max(1e-9);
        if factor < self.times || dollars(cost) < self.usd || cost <= most {
            return Vec::new();
        }
        let dearest = facts.recent.models().by_cost().into_iter().next();
        let dearest =
            dearest.filter(|group| group.stats.cost.0 * 2 > cost.0).map(|group| facts.label(group.name).to_owned());
        let mostly = dearest.as_ref().map(|model| format!(", mostly for {model}")).unwrap_or_default();
        let model = dearest.as_ref().map(|model| format!(" {}", only("model", model))).unwrap_or_default();
        vec![Finding {
            severity: if factor >= self.times * 3.0 { Severity::High } else { Severity::Medium },
            message: format!(
                "the last hour cost {}, {} the usual {}{mostly}",
                money(cost),
                times(factor),
                money(median)
            ),
            because: vec![
                format!("{} the median of {} other days ≥ {}", times(factor), usual.len(), times(self.times)),
                format!("cost {} ≥ ${}", money(cost), self.usd),
                format!("the dearest of those hours cost {}", money(most)),
            ],
            data: data([("costUsd", json!(cost)), ("usualUsd", json!(median)), ("days", json!(usual.len()))]),
            since: Some(facts.hour_ago()),
            evidence: format!("{}{model}", since_term(facts.hour_ago())),
            model: dearest,
            check: "it ends when an hour costs what it usually does; `d` says what is different about these calls",
            ..PLAN.finding()
        }]
    }
}
