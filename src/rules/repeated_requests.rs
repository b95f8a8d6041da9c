//! The same request again and again: a cache of responses would have answered it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::model::numbers::money;
use crate::model::time::MINUTE;
use crate::model::{Dim, Usd};
use crate::query::repeated::Repeated;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "repeated-requests",
    kind: Kind::Cost,
    about: "identical requests that a response cache would have answered",
    is_advice: false,
    limits: &[
        ("calls", "that a cache would have answered, at the least"),
        ("share", "of the calls whose request is known, at the least"),
        ("minutes", "that the cache keeps an answer"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

/// An answer is kept for an hour, as the chat cache of seed 001 does.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    calls: u64,
    share: f64,
    minutes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls: 20, share: 0.02, minutes: 60 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let scope = &facts.board.scope;
        let repeated = Repeated::within(i64::from(self.minutes) * MINUTE);
        let (mut known, mut calls, mut unpriced, mut cost) = (0_u64, 0_u64, 0_u64, Usd::ZERO);
        let (mut requests, mut since) = (HashSet::new(), None);
        let segments = facts.store.segments().iter().enumerate();
        let touched = segments
            .filter(|(_, segment)| segment.has_requests() && scope.touches(segment.earliest, segment.latest))
            .flat_map(|(at, _)| facts.store.rows_of(at));
        for row in touched.filter(|row| row.request().is_some() && scope.keeps(*row)) {
            known += 1;
            if repeated.has(row) {
                calls += 1;
                requests.insert((row.request(), row.sym(Dim::Model)));
                unpriced += u64::from(row.cost().is_none());
                cost += row.cost().unwrap_or_default();
                since = Some(since.map_or(row.at(), |first| row.at().min(first)));
            }
        }
        if calls < self.calls.max(1) || (calls as f64) < self.share * known as f64 {
            return Vec::new();
        }
        let share = calls as f64 / known as f64;
        let worth = facts.monthly(cost);
        let different = requests.len();
        let mut because = vec![
            format!("calls that repeat one {calls} ≥ {}, of {known} whose request is logged", self.calls),
            format!("share {:.3} ≥ {}", share, self.share),
            format!("{different} different requests, each answered at most {} minutes before", self.minutes),
        ];
        if unpriced > 0 {
            because.push(format!("what {unpriced} of them cost is not known"));
        }
        vec![Finding {
            severity: if share >= 0.1 { Severity::Medium } else { Severity::Low },
            message: format!(
                "{calls} calls asked word for word what had been answered within {} minutes: a response cache would have saved {}",
                self.minutes,
                money(cost)
            ),
            because,
            data: data([
                ("calls", json!(calls)),
                ("requests", json!(different)),
                ("share", rounded(share)),
                ("known", json!(known)),
                ("costUsd", json!(cost)),
                ("minutes", json!(self.minutes)),
            ]),
            worth: worth.filter(|worth| !worth.is_zero()),
            saves: Some(cost).filter(|cost| !cost.is_zero()),
            since,
            evidence: format!("repeated:{}m", self.minutes),
            check: "with a cache in front, these calls come as cached; where answers must vary, or belong to one user, it is none of theirs",
            ..PLAN.finding()
        }]
    }
}
