//! A budget of `[[budgets]]` is spent, has reached one of its levels, or will not last until its period ends. Its limits
//! are its own: the amount, and `warn`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded, since_term};
use crate::figures::budget::BudgetState;
use crate::figures::goals::State;
use crate::figures::objective::span_word;
use crate::model::numbers::{percent_whole, times};
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "budget-burn",
    kind: Kind::Cost,
    about: "a budget is spent, has reached a level, or will not last; its limits are those of [[budgets]]",
    is_advice: false,
    limits: &[],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Limits {}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        facts.standing.budgets.iter().filter_map(finding).collect()
    }
}

fn finding(state: &BudgetState) -> Option<Finding> {
    let (budget, share) = (&state.budget, state.share()?);
    let level = state.level();
    let wont_last = state.will_not_last();
    if !state.is_spent() && level.is_none() && !wont_last {
        return None;
    }
    let at_least = if state.is_at_least() { "at least " } else { "" };
    let (name, used, per) = (&budget.name, state.used()?, budget.per.word());
    let forecast = state.forecast.filter(|_| wont_last);
    let ahead = forecast.map(|forecast| format!(", {} when it ends", forecast.amount)).unwrap_or_default();
    let message = if state.is_spent() {
        format!("{name}: the budget of {} is spent: {at_least}{used} in this {per}", budget.amount)
    } else {
        format!("{name}: {at_least}{used} of {} in this {per} ({}){ahead}", budget.amount, percent_whole(share))
    };
    let mut because = vec![match level {
        Some(level) => format!("spent {} ≥ {}", percent_whole(share), percent_whole(level)),
        None => format!("spent {}", percent_whole(share)),
    }];
    because.extend(
        forecast
            .map(|forecast| format!("forecast {} > {} ({})", forecast.amount, budget.amount, forecast.method.words())),
    );
    because.extend(state.burn.map(|burn| format!("burn {} in {}", times(burn), span_word(budget.per.recent()))));
    let last_before_spent = budget.warn.iter().copied().rfind(|level| *level < 1.0);
    let severity = match level {
        _ if state.is_spent() => Severity::High,
        Some(level) if last_before_spent.is_some_and(|last| level >= last) => Severity::Medium,
        _ if wont_last => Severity::Medium,
        _ => Severity::Low,
    };
    let terms = std::iter::once(since_term(state.since)).chain(State::Budget(state).terms());
    Some(Finding {
        severity,
        subject: name.clone(),
        message,
        because,
        data: data([
            ("budget", json!(name)),
            ("per", json!(per)),
            ("spentUsd", json!(used.usd())),
            ("spentTokens", json!(used.tokens())),
            ("limitUsd", json!(budget.amount.usd())),
            ("limitTokens", json!(budget.amount.tokens())),
            ("share", rounded(share)),
            ("level", json!(level)),
            ("forecastUsd", json!(state.forecast.and_then(|forecast| forecast.amount.usd()))),
            ("forecastTokens", json!(state.forecast.and_then(|forecast| forecast.amount.tokens()))),
            ("forecastMethod", json!(state.forecast.map(|forecast| forecast.method.word()))),
        ]),
        since: Some(state.since),
        evidence: terms.collect::<Vec<_>>().join(" "),
        check: "the next period begins with nothing spent; `d` on its calls says what is different about them",
        ..PLAN.finding()
    })
}
