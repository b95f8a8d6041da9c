//! The same call failing again and again within seconds: somebody tries anew without waiting.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, since_term};
use crate::model::numbers::seconds;
use crate::model::{Dim, Stamp, Status, Sym, Usd};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "retry-storm",
    kind: Kind::Health,
    about: "failures of one kind in a row, seconds apart",
    is_advice: false,
    limits: &[
        ("failures", "in a row on one model and route, at the least"),
        ("seconds", "between two of them, at the most"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    failures: u64,
    seconds: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { failures: 10, seconds: 10.0 }
    }
}

/// Failures of one kind in a row.
#[derive(Debug, Clone, Copy)]
struct Run {
    kind: Sym,
    first: Stamp,
    last: Stamp,
    failures: u64,
    cost: Usd,
}

impl Limits {
    /// The longest run of each model and route in the last hour.
    fn longest(&self, facts: &Facts<'_>) -> HashMap<(Sym, Sym), Run> {
        let scope = &facts.recent.scope;
        let segments = facts.store.segments().iter().enumerate();
        let mut rows: Vec<_> = segments
            .filter(|(_, segment)| scope.touches(segment.earliest, segment.latest))
            .flat_map(|(at, _)| facts.store.rows_of(at))
            .filter(|row| scope.keeps(*row) && row.status().is_settled())
            .collect();
        rows.sort_by_key(|row| (row.at(), row.index));
        let pause = (self.seconds * 1_000.0) as i64;
        let (mut running, mut longest): (HashMap<_, Run>, HashMap<_, Run>) = (HashMap::new(), HashMap::new());
        for row in rows {
            let place = (row.sym(Dim::Model), row.sym(Dim::Route));
            if row.status() != Status::Error {
                running.remove(&place);
                continue;
            }
            let kind = row.sym(Dim::ErrorType);
            let cost = row.cost().unwrap_or_default();
            let run = match running.get(&place) {
                Some(run) if run.kind == kind && row.at().0 - run.last.0 <= pause => {
                    Run { last: row.at(), failures: run.failures + 1, cost: run.cost + cost, ..*run }
                }
                _ => Run { kind, first: row.at(), last: row.at(), failures: 1, cost },
            };
            running.insert(place, run);
            let known = longest.entry(place).or_insert(run);
            if run.failures > known.failures {
                *known = run;
            }
        }
        longest
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        if facts.recent.total.errors() < self.failures {
            return Vec::new();
        }
        let of = |((model, route), run): ((Sym, Sym), Run)| {
            let names = [(model, "model"), (route, "route")];
            let terms = names.iter().map(|(name, key)| only(key, facts.label(*name)));
            let evidence: Vec<String> = terms.collect();
            let named = |name: Sym| name.is_some().then(|| facts.label(name).to_owned());
            let (model, route) = (named(model), named(route));
            let kind = facts.label(run.kind);
            let on = model.as_ref().map(|model| format!(" on {model}")).unwrap_or_default();
            let of = route.as_ref().map(|route| format!("{route}: ")).unwrap_or_default();
            let lasted = seconds(u64::try_from(run.last.0 - run.first.0).ok());
            Finding {
                severity: Severity::High,
                subject: format!("{}/{}", model.as_deref().unwrap_or("-"), route.as_deref().unwrap_or("-")),
                message: format!("{of}{kind} retry storm{on}: {} failures in {lasted}", run.failures),
                because: vec![
                    format!("failures in a row {} ≥ {}", run.failures, self.failures),
                    format!("never more than {}s apart", self.seconds),
                ],
                data: data([
                    ("failures", json!(run.failures)),
                    ("errorType", kind.into()),
                    ("costUsd", json!(run.cost)),
                ]),
                since: Some(run.first),
                evidence: format!("{} is:error {}", evidence.join(" "), since_term(run.first)),
                model,
                route,
                check: "with a growing pause between two attempts the run ends; the error's own text says what it waits for",
                ..PLAN.finding()
            }
        };
        let found = self.longest(facts).into_iter().filter(|(_, run)| run.failures >= self.failures.max(1));
        found.map(of).collect()
    }
}
