//! Beside the same in exact fractions, call by call: `tests/oracle/waterfall.py` wrote it down.

use std::collections::HashMap;

use serde_json::Value;

use super::*;
use crate::model::time::{HOUR, MINUTE};
use crate::model::{Bill, BillLine, Call, CostSource, Per, Scribe, SourceId, Span, Status, Usage};
use crate::query::parse;
use crate::store::{Priced, Row, SourceCard, Unobserved};

/// The rates of the oracle, at which logs may charge what they like.
struct Rates;

impl Pricer for Rates {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let source = match row.logged_cost() {
            Some(_) => CostSource::Logged,
            None => CostSource::Unpriced,
        };
        Priced { ours: None, source, mismatch: false }
    }

    fn bill(&mut self, row: Row<'_>) -> Option<Bill> {
        let rates = match row.model()? {
            "opus" => [15.0, 1.5, 18.75, 30.0, 75.0],
            "sonnet" => [3.0, 0.3, 3.75, 6.0, 15.0],
            "haiku" => [1.0, 0.1, 1.25, 2.0, 5.0],
            _ => [0.25, 0.025, 0.25, 0.25, 2.0],
        };
        let tokens = sums::by_kind(&row.usage());
        let lines = sums::KINDS.iter().zip(tokens).zip(rates).map(|((part, count), rate)| BillLine {
            part,
            count,
            per: Per::MillionTokens,
            price: Some((rate, Usd::ZERO)),
        });
        Some(Bill { lines: lines.collect(), ..Bill::default() })
    }
}

const THIS: Period = Period { since: Stamp(1_795_435_440_000), until: Stamp(1_795_435_440_000 + HOUR - 1) };

fn oracle() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/waterfall.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn call(told: &Value, at: Stamp) -> Call<'_> {
    let tokens = |kind: usize| told["tokens"][kind].as_u64().map(|tokens| tokens as u32);
    let total = told["total"].as_u64().map(|tokens| tokens as u32);
    Call {
        at,
        model: told["model"].as_str().map(Into::into),
        route: told["route"].as_str().map(Into::into),
        status: if told["status"] == "cached" { Status::Cached } else { Status::Success },
        logged_cost: told["usd"].as_i64().map(Usd),
        usage: Usage {
            input: tokens(0),
            cache_read: tokens(1),
            cache_write_5m: tokens(2),
            cache_write_1h: tokens(3),
            output: tokens(4),
            total_logged: total.filter(|_| told["tokens"].is_null()),
            ..Usage::default()
        },
        ..Call::default()
    }
}

fn store(set: &Value) -> Store {
    let mut store = Store::default();
    store.add_source(SourceId(0), SourceCard::default());
    let mut scribe = Scribe::new(SourceId(0));
    let before = Against::Previous.before(THIS).unwrap();
    let told = [("before", before), ("now", THIS)].into_iter().flat_map(|(key, period)| {
        set[key].as_array().unwrap().iter().map(move |told| call(told, period.since.plus(MINUTE)))
    });
    for (nth, call) in (1..).zip(told) {
        scribe.write(&call, nth, Span { at: nth, len: 1 });
    }
    store.absorb(scribe.take(), &mut Rates, &mut Unobserved);
    store
}

fn fold(store: &Store, filter: &Filter) -> Waterfall {
    let before = Against::Previous.before(THIS).unwrap();
    Waterfall::fold(store, &mut Rates, filter, [before, THIS])
}

#[test]
fn every_step_is_that_of_the_oracle_and_all_add_up_to_the_nano_dollar() {
    for set in oracle() {
        let title = set["title"].as_str().unwrap();
        let found = fold(&store(&set), &Filter::All);
        assert_eq!(found.difference(), Usd(set["difference"].as_i64().unwrap()), "{title}");
        assert_eq!(found.steps.iter().map(|step| step.usd).sum::<Usd>(), found.difference(), "{title}");
        assert_eq!(found.running().last().map(|(_, _, sum)| sum), Some(found.this.1.cost), "{title}");
        let ours: HashMap<&str, Usd> = found.steps.iter().map(|step| (step.factor.words().1, step.usd)).collect();
        for (name, theirs) in set["steps"].as_object().unwrap() {
            let (ours, theirs) = (ours.get(name.as_str()).copied().unwrap_or_default(), theirs.as_f64().unwrap());
            // A level is rounded once a model, and there are four.
            assert!((ours.0 as f64 - theirs).abs() <= 4.0, "{title}: {name} is {ours}, not {theirs} nano-dollars");
        }
        for step in &found.steps {
            assert_eq!(step.parts.iter().map(|(_, usd)| *usd).sum::<Usd>(), step.usd, "{title}: {step:?}");
        }
    }
}

#[test]
fn calls_without_a_price_are_counted_apart() {
    let set = oracle().into_iter().find(|set| set["title"] == "some without a price").unwrap();
    let found = fold(&store(&set), &Filter::All);
    let (calls, lost) = (set["now"].as_array().unwrap().len() as u64, 15);
    let this = found.this.1;
    assert_eq!((this.calls, this.priced, this.unpriced), (calls, calls - lost, lost));
}

#[test]
fn a_step_opens_the_calls_that_made_it() {
    let set = oracle().into_iter().find(|set| set["title"] == "new and ended").unwrap();
    let store = store(&set);
    let found = fold(&store, &Filter::All);
    let step = |factor: Factor| found.steps.iter().find(|step| step.factor == factor).unwrap();
    let usd = |factor: Factor| {
        let step = step(factor);
        let filter = format!("{} {}", found.period_of(step).term(), step.term);
        let scope = Scope { filter: parse(&filter, Stamp(0)).unwrap(), ..Scope::default() };
        store.rows().filter(|row| scope.keeps(*row)).filter_map(Row::cost).sum::<Usd>()
    };
    assert_eq!(step(Factor::NewRoutes).term, "route=new");
    assert_eq!(step(Factor::NewModels).term, "model=mini -route=new");
    assert_eq!(step(Factor::Volume).term, "-route=new");
    for factor in [Factor::NewRoutes, Factor::NewModels] {
        assert_eq!(usd(factor), step(factor).usd, "{factor:?}");
    }
    for factor in [Factor::EndedRoutes, Factor::EndedModels] {
        assert_eq!(-usd(factor), step(factor).usd, "{factor:?}");
    }
}

#[test]
fn a_filter_keeps_the_same_calls_of_both_spans() {
    let set = oracle().into_iter().next().unwrap();
    let store = store(&set);
    let found = fold(&store, &parse("model=opus", Stamp(0)).unwrap());
    let calls = |key: &str| set[key].as_array().unwrap().iter().filter(|call| call["model"] == "opus").count() as u64;
    assert_eq!((found.before.1.calls, found.this.1.calls), (calls("before"), calls("now")));
    let mix = found.steps.iter().find(|step| step.factor == Factor::Mix).unwrap();
    assert!(mix.usd.0.abs() <= 1, "one model has no mix: {mix:?}");
}

#[test]
fn a_span_is_compared_with_what_lies_before_it() {
    let scope = |since: Option<i64>, until: Option<i64>, filter: &str| Scope {
        filter: parse(filter, Stamp(0)).unwrap(),
        since: since.map(Stamp),
        until: until.map(Stamp),
        ..Scope::default()
    };
    let now = Stamp(1_795_435_471_000);
    let since = now.0 - HOUR;
    let [before, this] = periods(&scope(Some(since), None, ""), Against::Previous, now).unwrap();
    assert_eq!(this, Period { since: Stamp(since), until: now });
    assert_eq!(before, Period { since: Stamp(since - HOUR - 1), until: Stamp(since - 1) });
    let [before, _] = periods(&scope(Some(since), None, ""), Against::LastWeek, now).unwrap();
    assert_eq!(before.since.local().time(), this.since.local().time(), "the same hours, whatever the clocks did");
    for (scope, why) in [
        (scope(None, None, ""), "all of time"),
        (scope(Some(since), None, "-(model:a since:7d)"), "bound both spans"),
        (scope(Some(since), Some(since - 1), ""), "before it begins"),
    ] {
        let refused = periods(&scope, Against::Previous, now).unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
    let long = scope(Some(now.0 - 8 * DAY), None, "");
    assert!(periods(&long, Against::LastWeek, now).unwrap_err().contains("more than a week"));
}
