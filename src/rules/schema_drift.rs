//! A log whose records are no longer understood, or no longer say what they said: its writer has changed.

use serde::{Deserialize, Serialize};

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make};
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "schema-drift",
    kind: Kind::Data,
    about: "a log whose records are no longer understood",
    is_advice: false,
    limits: &[],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Limits {}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |source: &super::SourceFact| {
            let counts = facts.store.counts_of(source.id);
            let complaint = counts.runs.complaint()?;
            Some(Finding {
                severity: Severity::High,
                subject: source.label.clone(),
                message: format!("{}: {complaint}", source.label),
                because: vec![complaint],
                data: data([("path", source.label.clone().into())]),
                since: counts.newest,
                check: "`callscope sources` shows which field means what; with the right paths the calls come back",
                ..PLAN.finding()
            })
        };
        facts.sources.iter().filter_map(of).collect()
    }
}
