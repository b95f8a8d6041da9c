//! How budgets and objectives stand, for scripts and for people.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::analytics::number;
use crate::figures::budget::BudgetState;
use crate::figures::goals::{Mood, State};
use crate::figures::objective::{ObjectiveState, PAIRS, span_word};
use crate::figures::{Goals, Scope, Standing};
use crate::model::numbers::{foreign, grouped, percent_whole, span, times};
use crate::model::{Amount, Currency, Stamp, clean};
use crate::store::Store;

/// How those that are configured stand at the end of a scope, whatever else it keeps.
pub fn standing(mut goals: Goals, store: &Store, scope: &Scope, now: Stamp) -> Standing {
    goals = goals.until(scope.until);
    goals.fold(store, now);
    goals.standing(now)
}

/// `budgets` and `objectives`, each only where any is configured.
pub fn add_json(answer: &mut Json, standing: &Standing, currency: Option<&Currency>) {
    if !standing.budgets.is_empty() {
        answer["budgets"] = standing.budgets.iter().map(|state| budget(state, currency)).collect();
    }
    if !standing.objectives.is_empty() {
        answer["objectives"] = standing.objectives.iter().map(objective).collect();
    }
}

/// The word of a mood, and of what it is that stands so.
fn word(state: State<'_>) -> &'static str {
    match (state.mood(), state) {
        (Mood::Good, _) => "good",
        (Mood::Watch, _) => "watch",
        (Mood::Bad, State::Budget(_)) => "spent",
        (Mood::Bad, State::Objective(known)) if known.is_missed() => "missed",
        (Mood::Bad, _) => "burning",
    }
}

/// What budgets and objectives have in common.
fn common(state: State<'_>, per: &str, filter: &str) -> Json {
    json!({
        "name": state.name(),
        "per": per,
        "filter": filter,
        "state": word(state),
        "start": state.since().iso(),
        "left": state.left().map(number),
        "burn": state.burn().map(|(_, burn)| number(burn)),
        "burnWindow": state.burn().map(|(window, _)| span_word(window)),
        "goneInSeconds": state.gone_in().map(|millis| millis / 1_000),
        "evidence": state.terms().join(" "),
    })
}

fn budget(state: &BudgetState, currency: Option<&Currency>) -> Json {
    let budget = &state.budget;
    let (used, forecast) = (state.used(), state.forecast);
    let mut json = common(State::Budget(state), budget.per.word(), &budget.text);
    for (name, value) in [
        ("end", json!(state.until.iso())),
        ("limitUsd", json!(budget.amount.usd())),
        ("limitTokens", json!(budget.amount.tokens())),
        ("spentUsd", json!(used.and_then(Amount::usd))),
        ("spentTokens", json!(used.and_then(Amount::tokens))),
        ("calls", json!(state.spent.calls)),
        ("atLeast", json!(state.is_at_least())),
        ("unpricedCalls", json!(state.spent.unpriced)),
        ("estimatedUsd", json!(state.spent.estimated)),
        ("warn", json!(budget.warn)),
        ("level", json!(state.level())),
        ("forecastUsd", json!(forecast.and_then(|forecast| forecast.amount.usd()))),
        ("forecastTokens", json!(forecast.and_then(|forecast| forecast.amount.tokens()))),
        ("forecastMethod", json!(forecast.map(|forecast| forecast.method.word()))),
    ] {
        json[name] = value;
    }
    if let (Some(currency), Some(limit)) = (currency, budget.amount.usd()) {
        let spent = used.and_then(Amount::usd).map(|usd| currency.of(usd));
        json["currency"] =
            json!({"code": currency.code, "rate": currency.rate, "limit": currency.of(limit), "spent": spent});
    }
    json
}

fn objective(state: &ObjectiveState) -> Json {
    let objective = &state.objective;
    let allowed = objective.goal.allowed();
    let mut json = common(State::Objective(state), &span_word(objective.per), &objective.text);
    let windows = PAIRS.iter().zip(state.spans).map(|(pair, (long, short))| {
        json!({
            "long": span_word(pair.long),
            "short": span_word(pair.short),
            "factor": pair.factor,
            "longBurn": long.burn(allowed).map(number),
            "shortBurn": short.burn(allowed).map(number),
            "bad": long.bad,
            "calls": long.calls,
            "burns": state.alert == Some(*pair),
        })
    });
    json["windows"] = windows.collect();
    for (name, value) in [
        ("goal", json!(objective.goal.word())),
        ("allowed", number(allowed)),
        ("words", json!(objective.words())),
        ("calls", json!(state.events.calls)),
        ("bad", json!(state.events.bad)),
    ] {
        json[name] = value;
    }
    json
}

/// What a part of an amount is, or nothing.
fn used(state: &BudgetState) -> String {
    let at_least = if state.is_at_least() { "at least " } else { "" };
    let about = if state.is_estimated() { "~" } else { "" };
    state.used().map_or_else(
        || "–".to_owned(),
        |used| format!("{at_least}{about}{}", used.to_string().trim_end_matches(" tok")),
    )
}

/// A line each.
pub fn text(mut out: impl Write, standing: &Standing, currency: Option<&Currency>) -> io::Result<()> {
    let states = standing.budgets.iter().map(State::Budget);
    let all: Vec<State<'_>> = states.chain(standing.objectives.iter().map(State::Objective)).collect();
    let rows: Vec<[String; 3]> = all
        .iter()
        .map(|state| {
            let left = match state.left() {
                None => "–".to_owned(),
                Some(left) => format!("{} left", percent_whole(left.max(0.0))),
            };
            let what = match state {
                State::Budget(state) => format!("{} of {}", used(state), state.budget.words()),
                State::Objective(state) => {
                    let (bad, calls) = (grouped(state.events.bad), grouped(state.events.calls));
                    format!("{}: {bad} of {calls}", state.objective.words())
                }
            };
            [clean::field(state.name()).into_owned(), what, left]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for (nth, (state, [name, what, left])) in all.iter().zip(&rows).enumerate() {
        let title = match state {
            State::Budget(_) if nth == 0 => "\nBUDGETS\n",
            State::Objective(_) if nth == standing.budgets.len() => "\nOBJECTIVES\n",
            _ => "",
        };
        let mut said = vec![word(*state).to_owned()];
        said.extend(state.burn().map(|(window, burn)| format!("burn {} in {}", times(burn), span_word(window))));
        if let State::Budget(state) = state {
            said.extend(
                state.forecast.map(|forecast| format!("{} forecast {}", forecast.amount, forecast.method.words())),
            );
            let also = currency.zip(state.used().and_then(Amount::usd));
            said.extend(also.map(|(currency, usd)| foreign(currency, usd)));
        }
        said.extend(state.gone_in().map(|millis| format!("gone in {}", span(millis))));
        let [one, two, three] = widths;
        writeln!(out, "{title}  {name:<one$}  {what:<two$}  {left:>three$}  {}", said.join(", "))?;
    }
    Ok(())
}
