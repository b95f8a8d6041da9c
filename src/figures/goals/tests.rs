//! Beside the same minute by minute in Python (`tests/oracle/burn.py` wrote it down), and beside the board that reports are
//! made of.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::figures::budget::{Method, Per};
use crate::figures::objective::Goal;
use crate::figures::{Board, Scope};
use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{Amount, Batch, Call, CostSource, Scribe, SourceId, Span, Status, Usage, Usd};
use crate::query::{Filter, parse};
use crate::store::{Priced, Pricer, SourceCard};

/// What a log claims is what a call costs.
struct AsLogged;

impl Pricer for AsLogged {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let source = if row.logged_cost().is_some() { CostSource::Logged } else { CostSource::Unpriced };
        Priced { source, ..Priced::default() }
    }

    fn bill(&mut self, _: Row<'_>) -> Option<crate::model::Bill> {
        None
    }
}

fn budget(amount: Amount, per: Per, text: &str) -> Budget {
    let filter = parse(text, Stamp(0)).unwrap();
    Budget { name: text.to_owned(), amount, per, filter, text: text.to_owned(), warn: vec![0.5, 1.0] }
}

fn objective(goal: Goal, per: i64, text: &str) -> Objective {
    let filter = parse(text, Stamp(0)).unwrap();
    Objective { name: text.to_owned(), goal, per, filter, text: text.to_owned() }
}

fn near(one: Option<f64>, other: &Value) -> bool {
    match (one, other.as_f64()) {
        (None, None) => true,
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * other.abs().max(1.0),
        _ => false,
    }
}

#[test]
fn they_stand_as_the_oracle_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/burn.json");
    let scenes: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut methods, mut alerts) = (Vec::new(), Vec::new());
    for scene in &scenes {
        let number = |name: &str| scene[name].as_i64().unwrap();
        let (name, now) = (scene["name"].as_str().unwrap(), Stamp(number("now")));
        let per = Per::parse(scene["per"].as_str().unwrap()).unwrap();
        let mut goals = Goals::new(
            &[budget(Amount::Usd(Usd(number("limit"))), per, "")],
            &[objective(Goal::Overrides(scene["allowed"].as_f64().unwrap()), number("kept"), "")],
            now,
        );
        let mut store = Store::default();
        let mut scribe = Scribe::new(SourceId(0));
        for (nth, call) in (1..).zip(scene["calls"].as_array().unwrap()) {
            let call = Call {
                at: Stamp(call[0].as_i64().unwrap()),
                logged_cost: call[1].as_i64().map(Usd),
                overridden: call[2].as_bool(),
                ..Call::default()
            };
            scribe.write(&call, nth, Span { at: nth, len: 1 });
        }
        store.absorb(scribe.take(), &mut AsLogged, &mut goals);

        let (own, timeline) = &goals.budgets[0];
        let period = (Stamp(number("since")), Stamp(number("until")));
        let state = BudgetState::within(own, timeline, period, now);
        let told = &scene["budget"];
        assert_eq!(state.spent.cost.0, told["spent"].as_i64().unwrap(), "{name}");
        assert!(near(state.burn, &told["burn"]), "{name}: {:?} and {}", state.burn, told["burn"]);
        assert_eq!(state.forecast.map(|forecast| forecast.method.word()), told["method"].as_str(), "{name}");
        let (mine, theirs) = (state.forecast.map(|forecast| forecast.amount.units() as f64), told["forecast"].as_f64());
        assert!(
            mine.zip(theirs).is_none_or(|(mine, theirs)| (mine - theirs).abs() <= 1.0),
            "{name}: {mine:?} {theirs:?}"
        );
        assert_eq!(
            state.gone_in.map(|millis| millis / 1_000),
            told["gone"].as_i64().map(|millis| millis / 1_000),
            "{name}"
        );
        methods.push(state.forecast.map(|forecast| forecast.method));

        let state = goals.standing(now).objectives.remove(0);
        let told = &scene["objective"];
        assert_eq!(
            (state.events.calls, state.events.bad),
            (told["calls"].as_u64().unwrap(), told["bad"].as_u64().unwrap())
        );
        assert!(near(state.left(), &told["left"]), "{name}: {:?} and {}", state.left(), told["left"]);
        assert_eq!(state.alert.map(|pair| pair.long), told["alert"].as_i64(), "{name}");
        assert_eq!(state.burn.map(|(span, _)| span), told["span"].as_i64(), "{name}");
        assert!(near(state.burn.map(|(_, burn)| burn), &told["burn"]), "{name}");
        let gone = told["gone"].as_f64().map(|millis| (millis / 1e3) as i64);
        assert_eq!(state.gone_in.map(|millis| millis / 1_000), gone, "{name}");
        alerts.push(state.alert.map(|pair| pair.long));
    }
    for method in [None, Some(Method::Linear), Some(Method::UsualHours)] {
        assert!(methods.contains(&method), "no scene has {method:?}");
    }
    for alert in [None, Some(HOUR), Some(6 * HOUR), Some(3 * DAY)] {
        assert!(alerts.contains(&alert), "no scene has {alert:?}");
    }
}

/// A Thursday at noon UTC.
const NOW: Stamp = Stamp(1_795_694_400_000);

/// A record of a log or of a row in a table: which one, how many minutes ago, and what it says.
#[derive(Debug, Clone)]
struct Record {
    nth: u64,
    in_table: bool,
    ago: i64,
    cents: Option<i64>,
    tokens: Option<u32>,
    status: Status,
    overridden: Option<bool>,
    seconds: u64,
    route: &'static str,
    gone: bool,
}

fn record() -> impl Strategy<Value = Record> {
    let status = prop::sample::select(Status::ALL.to_vec());
    let ago = prop_oneof![-5i64..90, 0i64..3_000, 0i64..60_000];
    let told = (prop::option::of(0i64..900), prop::option::of(0u32..9_000), status, prop::option::of(any::<bool>()));
    let rest = (1u64..20, prop::sample::select(vec!["chat", "plan"]), prop::bool::weighted(0.1));
    (0u64..12, any::<bool>(), ago, told, rest).prop_map(|(nth, in_table, ago, told, rest)| {
        let (cents, tokens, status, overridden) = told;
        let (seconds, route, gone) = rest;
        Record { nth, in_table, ago, cents, tokens, status, overridden, seconds, route, gone }
    })
}

fn batch(record: &Record, nth: u64) -> Batch {
    let mut scribe = Scribe::new(SourceId(u32::from(record.in_table)));
    let call = Call {
        id: (!record.in_table).then(|| format!("call-{}", record.nth).into()),
        at: NOW.minus(record.ago * MINUTE),
        route: Some(record.route.into()),
        logged_cost: record.cents.map(|cents| Usd(cents * 10_000_000)),
        usage: Usage { total_logged: record.tokens, ..Usage::default() },
        status: record.status,
        overridden: record.overridden,
        took: Some(record.seconds * 1_000_000_000),
        ..Call::default()
    };
    if record.gone && record.in_table {
        scribe.batch.gone.push(record.nth);
    } else {
        // A row of a table changes in place; a line of a log stands where no other does.
        let at = if record.in_table { record.nth } else { nth };
        scribe.write(&call, nth + 1, Span { at, len: u32::from(!record.in_table) });
    }
    scribe.take()
}

const TEXTS: [&str; 4] = ["", "route:chat", "cost>2 -route=plan", "is:error or tokens>1k"];

fn every_goal() -> Goals {
    let amounts = [Amount::Usd(Usd(20_000_000_000)), Amount::Tokens(40_000)];
    let budgets: Vec<Budget> = TEXTS
        .iter()
        .flat_map(|text| Per::ALL.map(|per| amounts.map(|amount| budget(amount, per, text))).concat())
        .collect();
    let goals = [Goal::Errors(0.1), Goal::Overrides(0.3), Goal::Latency { p: 0.9, under: 12_000_000_000 }];
    let objectives: Vec<Objective> = TEXTS
        .iter()
        .flat_map(|text| [HOUR, 2 * DAY, 30 * DAY].map(|per| goals.map(|goal| objective(goal, per, text))).concat())
        .collect();
    Goals::new(&budgets, &objectives, NOW)
}

/// What the report says of a filter in a span.
fn board(store: &Store, filter: &Filter, since: Stamp, until: Stamp) -> Board {
    let scope = Scope { filter: filter.clone(), since: Some(since), until: Some(until.minus(1)), ..Scope::default() };
    Board::fold(store, scope, None)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sums_are_those_of_the_report_after_any_order_of_arrivals_and_corrections(
        records in prop::collection::vec(record(), 1..40),
        later in 0i64..3_000,
    ) {
        let mut goals = every_goal();
        let mut store = Store::default();
        for (id, table) in [(0, None), (1, Some("calls".to_owned()))] {
            store.add_source(SourceId(id), SourceCard { table, ..SourceCard::default() });
        }
        for (nth, record) in records.iter().enumerate() {
            store.absorb(batch(record, nth as u64), &mut AsLogged, &mut goals);
            // Somebody looks in between.
            if nth % 7 == 3 {
                goals.standing(NOW);
            }
        }
        store.settle(&mut AsLogged, &mut goals);
        // Time goes on, and nothing is folded again.
        let now = NOW.plus(later * MINUTE);
        let standing = goals.standing(now);
        for state in &standing.budgets {
            let total = board(&store, &state.budget.filter, state.since, state.until).total;
            let spent = state.spent;
            prop_assert_eq!((spent.calls, spent.cost, spent.priced), (total.calls, total.cost, total.priced));
            prop_assert_eq!((spent.unpriced, spent.tokens), (total.unpriced, total.tokens.total));
        }
        for state in &standing.objectives {
            let end = now.floor(MINUTE).plus(MINUTE);
            let total = board(&store, &state.objective.filter, state.since, end).total;
            let events = (state.events.calls, state.events.bad);
            match state.objective.goal {
                Goal::Errors(_) => prop_assert_eq!(events, (total.settled(), total.errors())),
                Goal::Overrides(_) => prop_assert_eq!(events, (total.override_known, total.overrides)),
                Goal::Latency { .. } => prop_assert_eq!(events.0, total.took.calls),
            }
            // What a row opens is what was bad.
            let bad = state.objective.filter.clone().and(parse(&state.objective.goal.term(), now).unwrap());
            prop_assert_eq!(events.1, board(&store, &bad, state.since, end).total.calls);
        }
        let mut again = every_goal();
        again.fold(&store, now);
        prop_assert_eq!(again.standing(now), standing);
    }
}

#[test]
fn what_is_not_known_is_not_nothing() {
    let mut goals = Goals::new(
        &[budget(Amount::Usd(Usd(1_000_000_000)), Per::Day, ""), budget(Amount::Tokens(10), Per::Day, "")],
        &[objective(Goal::Overrides(0.1), DAY, "")],
        NOW,
    );
    let empty = goals.standing(NOW);
    assert_eq!((empty.budgets[0].used(), empty.budgets[0].forecast), (Some(Amount::Usd(Usd::ZERO)), None));
    assert_eq!((empty.objectives[0].left(), empty.objectives[0].burn), (None, None));
    let mut store = Store::default();
    let mut scribe = Scribe::new(SourceId(0));
    scribe.write(&Call { at: NOW, status: Status::Success, ..Call::default() }, 1, Span { at: 1, len: 1 });
    store.absorb(scribe.take(), &mut AsLogged, &mut goals);
    let unknown = goals.standing(NOW);
    for state in &unknown.budgets {
        assert!(
            state.used().is_none() && state.is_at_least() && !state.is_spent() && state.burn.is_none(),
            "{state:?}"
        );
    }
    assert_eq!(unknown.objectives[0].left(), None, "no log tells of overrides");

    let mut past = Goals::new(&[budget(Amount::Tokens(10), Per::Day, "")], &[], NOW).until(Some(NOW.minus(1)));
    past.fold(&store, NOW.minus(1));
    assert_eq!(past.standing(NOW.minus(1)).budgets[0].spent.calls, 0, "what comes later does not count");
}
