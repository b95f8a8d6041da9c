//! An objective of `[[objectives]]` is used up too fast, in two spans at once. Which spans, how fast, and from how many bad
//! calls on: `figures::objective`, which says where that comes from.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded, since_term};
use crate::figures::goals::State;
use crate::figures::objective::{FEWEST_BAD, ObjectiveState, PAIRS, span_word};
use crate::model::numbers::{grouped, percent, span, times};
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "objective-burn",
    kind: Kind::Health,
    about: "an objective is used up too fast, in a long and a short span at once; its limits are those of [[objectives]]",
    is_advice: false,
    limits: &[],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Limits {}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        facts.standing.objectives.iter().filter_map(|state| finding(state, facts)).collect()
    }
}

fn finding(state: &ObjectiveState, facts: &Facts<'_>) -> Option<Finding> {
    let (objective, pair) = (&state.objective, state.alert?);
    let allowed = objective.goal.allowed();
    let (long, short) = PAIRS.iter().zip(state.spans).find(|(known, _)| **known == pair)?.1;
    let (burn, brief) = (long.burn(allowed)?, short.burn(allowed)?);
    let spans = [pair.long, pair.short].map(span_word);
    let left = state.left()?;
    let ends = match state.gone_in {
        _ if left <= 0.0 => "; nothing is left of it".to_owned(),
        Some(millis) => format!("; what is left is gone in {}", span(millis)),
        None => String::new(),
    };
    let name = &objective.name;
    let terms = std::iter::once(since_term(facts.now.minus(pair.long))).chain(State::Objective(state).terms());
    Some(Finding {
        severity: if pair.urgent { Severity::High } else { Severity::Medium },
        subject: name.clone(),
        message: format!("{name}: {}, burn {} in {}{ends}", objective.words(), times(burn), spans[0]),
        because: vec![
            format!("{} in {} ≥ {}", times(burn), spans[0], times(pair.factor)),
            format!("{} in {} ≥ {}", times(brief), spans[1], times(pair.factor)),
            format!(
                "{} bad of {}, at least {FEWEST_BAD}, surely above {}",
                grouped(long.bad),
                grouped(long.calls),
                percent(allowed)
            ),
        ],
        data: data([
            ("objective", json!(name)),
            ("burn", rounded(burn)),
            ("window", json!(spans[0])),
            ("left", rounded(left)),
            ("bad", json!(long.bad)),
            ("count", json!(long.calls)),
            ("goneInSeconds", json!(state.gone_in.map(|millis| millis / 1_000))),
        ]),
        since: Some(facts.now.minus(pair.long)),
        evidence: terms.collect::<Vec<_>>().join(" "),
        check: "it ends by itself when the shorter span burns no faster than is allowed",
        ..PLAN.finding()
    })
}
