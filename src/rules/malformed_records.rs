//! Records of a log that could not be read as calls: they are in no figure.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::stats::ratio;
use crate::model::numbers::{grouped, percent};
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "malformed-records",
    kind: Kind::Data,
    about: "records of a log that could not be read",
    is_advice: false,
    limits: &[("records", "records that could not be read, at the least")],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    records: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { records: 1 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |source: &super::SourceFact| {
            let counts = facts.store.counts_of(source.id);
            // A log whose format has changed is told of by the rule for that.
            if counts.malformed < self.records.max(1) || counts.runs.complaint().is_some() {
                return None;
            }
            let all = counts.malformed + counts.calls + counts.updates + counts.duplicates + counts.skipped;
            let share = ratio(counts.malformed, all).unwrap_or(0.0);
            let mut because = vec![format!("unreadable records {} ≥ {}", grouped(counts.malformed), self.records)];
            let place = |bad: &crate::model::Malformed| format!("the first at {}: {}", bad.line, bad.why);
            because.extend(counts.first.first().map(place));
            let records = if counts.malformed == 1 { "record" } else { "records" };
            Some(Finding {
                severity: if share > 0.05 { Severity::Medium } else { Severity::Low },
                subject: source.label.clone(),
                message: format!(
                    "{}: {} {records} ({}) could not be read",
                    source.label,
                    grouped(counts.malformed),
                    percent(share)
                ),
                because,
                data: data([("malformed", json!(counts.malformed)), ("share", rounded(share))]),
                check: "`callscope sources` names the first places; the count should stop growing",
                ..PLAN.finding()
            })
        };
        facts.sources.iter().filter_map(of).collect()
    }
}
