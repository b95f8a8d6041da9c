//! One kind of error that is far more frequent than usual.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded, since_term};
use crate::figures::stats::ratio;
use crate::model::numbers::percent;
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "error-burst",
    kind: Kind::Health,
    about: "a kind of error that is far more frequent than usual",
    is_advice: false,
    limits: &[
        ("errors", "of the kind in the last hour, at the least"),
        ("rate", "of the hour's outcomes, 0 to 1, at the least"),
        ("times", "as frequent as in the day before"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    errors: u64,
    rate: f64,
    times: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { errors: 10, rate: 0.05, times: 3.0 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let settled = facts.recent.total.settled();
        let day = facts.ledger.sum(facts.before(24), |_, _| true);
        let of = |group: &crate::figures::Group| {
            let errors = group.stats.calls;
            let rate = ratio(errors, settled).filter(|rate| *rate >= self.rate && errors >= self.errors)?;
            let usual = ratio(facts.ledger.errors(facts.before(24), group.name), day.settled).unwrap_or(0.0);
            if rate < usual * self.times {
                return None;
            }
            let kind = facts.label(group.name).to_owned();
            let beside = if day.settled > 0 { format!(", the day before {}", percent(usual)) } else { String::new() };
            Some(Finding {
                severity: if rate >= 0.2 { Severity::High } else { Severity::Medium },
                subject: kind.clone(),
                message: format!("{kind}: {} of the last hour's calls fail with it{beside}", percent(rate)),
                because: vec![
                    format!("errors {errors} ≥ {}", self.errors),
                    format!("rate {} ≥ {}", percent(rate), percent(self.rate)),
                    format!("{} ≥ {} × {}", percent(rate), self.times, percent(usual)),
                ],
                data: data([("errors", json!(errors)), ("rate", rounded(rate)), ("usualRate", rounded(usual))]),
                since: Some(facts.hour_ago()),
                evidence: format!("{} {}", only("error", &kind), since_term(facts.hour_ago())),
                check: "the rate of the next hour should be the usual one",
                ..PLAN.finding()
            })
        };
        let types = facts.recent.by(crate::figures::GroupBy::ErrorType);
        types.iter().filter(|group| group.name.is_some()).filter_map(of).collect()
    }
}
