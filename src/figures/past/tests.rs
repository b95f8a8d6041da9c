//! What a past says of calls that a test states by when they were.

use super::*;
use crate::figures::Growing;
use crate::model::time::HOUR;
use crate::model::{Bill, Call, CostSource, Scribe, SourceId, Span, Status, Usage};
use crate::query::Filter;
use crate::store::{Priced, Pricer, SourceCard, Unobserved};

/// A cent a token of the prompt; `free` has no price.
struct Cents;

impl Pricer for Cents {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let known = row.model() != Some("free");
        let ours = row.usage().input.filter(|_| known).map(|tokens| Usd(i64::from(tokens) * 10_000_000));
        let source = if known { CostSource::Computed } else { CostSource::Unpriced };
        Priced { ours, source, mismatch: false }
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

/// A Wednesday at noon UTC, on which no clock changes.
const SINCE: Stamp = Stamp(1_795_608_000_000);

fn store(calls: &[(i64, &'static str, u32, bool)]) -> Store {
    let mut store = Store::default();
    store.add_source(SourceId(0), SourceCard::default());
    let mut scribe = Scribe::new(SourceId(0));
    for (nth, (after, model, tokens, failed)) in (1..).zip(calls) {
        let call = Call {
            at: SINCE.plus(*after),
            model: Some((*model).into()),
            usage: Usage { input: Some(*tokens), ..Usage::default() },
            status: if *failed { Status::Error } else { Status::Success },
            took: Some(u64::from(*tokens) * 1_000_000),
            ..Call::default()
        };
        scribe.write(&call, nth, Span { at: nth * 100, len: 99 });
    }
    store.absorb(scribe.take(), &mut Cents, &mut Unobserved);
    store
}

fn of(series: Option<(Stamp, i64, usize)>) -> Of {
    let scope = Scope { filter: Filter::All, since: Some(SINCE), ..Scope::default() };
    Of { scope, length: HOUR, series }
}

/// The past, and the figures of the hour from [`SINCE`] on.
fn folded(calls: &[(i64, &'static str, u32, bool)], series: Option<(Stamp, i64, usize)>) -> (Past, Stats, Quantiles) {
    let store = store(calls);
    let past = Growing::whole(Past::begin(&of(series)), &store).get().unwrap().clone();
    let (mut stats, mut took) = (Stats::default(), Quantiles::default());
    for row in store.rows().filter(|row| row.at() >= SINCE) {
        let call = Facts::of(row);
        stats.count(&call, Sign::Plus);
        call.took.into_iter().for_each(|nanos| took.add(nanos));
    }
    (past, stats, took)
}

fn change(calls: &[(i64, &'static str, u32, bool)], measure: Measure) -> Option<Change> {
    let (past, stats, took) = folded(calls, None);
    past.change(measure, &stats, &took)
}

/// A call of so many tokens in each of the hours before, the last one first.
fn hours(tokens: &[u32]) -> Vec<(i64, &'static str, u32, bool)> {
    (1..).zip(tokens).map(|(before, tokens)| (-before * HOUR, "opus", *tokens, false)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn a_change_is_against_the_span_directly_before() {
    let mut calls = hours(&[100, 900]);
    calls.push((5, "opus", 118, false));
    let cost = change(&calls, Measure::Cost).unwrap();
    assert!(near(cost.by, 0.18) && cost.usual.is_none() && !cost.is_partial, "{cost:?}");
    assert!(near(change(&calls, Measure::P95).unwrap().by, 0.18));
    assert!(near(change(&calls, Measure::Calls).unwrap().by, 0.0));
    assert_eq!(change(&calls, Measure::Overrides), None, "nobody tells of overrides");
    // The bounds: the last moment before belongs to the span before, the first one to the scope.
    calls.extend([(-1, "opus", 100, false), (0, "opus", 82, false)]);
    assert!(near(change(&calls, Measure::Cost).unwrap().by, 0.0));
}

#[test]
fn nothing_is_compared_with_nothing() {
    let now = (5, "opus", 118, false);
    assert_eq!(change(&[now], Measure::Calls), None);
    assert_eq!(change(&[now, (-3 * HOUR, "opus", 5, false)], Measure::Cost), None, "the span before has no calls");
    assert_eq!(change(&[now, (-5, "free", 100, false)], Measure::Cost), None, "and no known cost here");
    let partial = change(&[now, (-5, "free", 100, false), (-6, "opus", 118, false)], Measure::Cost).unwrap();
    assert!(partial.is_partial && near(partial.by, 0.0));
}

#[test]
fn what_is_usual_is_the_repeatability_of_the_spans_before() {
    // Median 100, deviations 0, 0, 2, 2, 4: their median is 2.
    let mut calls = hours(&[100, 102, 98, 104, 100]);
    calls.push((5, "opus", 110, false));
    let cost = change(&calls, Measure::Cost).unwrap();
    let expected = 1.96 * 2_f64.sqrt() * 1.4826 * 0.02;
    assert!(near(cost.usual.unwrap(), expected) && cost.is_usual() == Some(false), "{cost:?}");
    // One odd span widens it little, and spans without calls count for nothing.
    let odd = hours(&[100, 102, 98, 104, 9_000]).into_iter().chain([(5, "opus", 105, false)]);
    let odd = change(&odd.collect::<Vec<_>>(), Measure::Cost).unwrap();
    assert!(odd.usual.unwrap() < 0.1 && odd.is_usual() == Some(true), "{odd:?}");
    // Not shown below four.
    let few = hours(&[100, 102, 98]).into_iter().chain([(5, "opus", 105, false)]);
    assert_eq!(change(&few.collect::<Vec<_>>(), Measure::Cost).unwrap().usual, None);
}

#[test]
fn a_share_changes_by_points() {
    let mut calls = Vec::new();
    for hour in 0..=5_i64 {
        // One of ten fails, in the hour itself three.
        calls.extend((0..10).map(|nth| (1_000 + nth - hour * HOUR, "opus", 10, nth < if hour == 0 { 3 } else { 1 })));
    }
    let errors = change(&calls, Measure::Errors).unwrap();
    assert!(near(errors.by, 0.2) && errors.usual == Some(0.0) && errors.is_usual() == Some(false), "{errors:?}");
}

#[test]
fn a_ghost_is_of_last_week_or_else_of_what_there_is() {
    let series = Some((SINCE, HOUR / 60, 60));
    let minute = HOUR / 60;
    let of = |calls: &[(i64, &'static str, u32, bool)]| {
        let (past, ..) = folded(calls, series);
        past.ghost().map(|ghost| {
            let filled = ghost.buckets.iter().enumerate().filter(|(_, bucket)| bucket.calls > 0);
            (ghost.before, filled.map(|(at, bucket)| (at, bucket.cost)).collect::<Vec<_>>())
        })
    };
    let week = (7 * minute - 7 * DAY, "opus", 3, false);
    let day = (8 * minute - DAY, "opus", 4, false);
    let span = (9 * minute - HOUR, "opus", 5, false);
    let cents = |cents: i64| Usd(cents * 10_000_000);
    assert_eq!(of(&[week, day, span]), Some((Before::LastWeek, vec![(7, cents(3))])));
    assert_eq!(of(&[day, span]), Some((Before::Yesterday, vec![(8, cents(4))])));
    assert_eq!(of(&[span]), Some((Before::Span, vec![(9, cents(5))])));
    assert_eq!(of(&[(5, "opus", 9, false)]), None, "what is of the scope is no ghost of it");
}

#[test]
fn what_comes_late_is_counted_and_what_goes_is_not() {
    let (early, late) = (hours(&[100, 102, 98, 104]), (-30 * HOUR / 60, "opus", 50, false));
    let store = store(&[early.as_slice(), &[late]].concat());
    let mut past = Growing::whole(Past::begin(&of(None)), &store);
    let row = store.rows().find(|row| row.usage().input == Some(50)).unwrap();
    past.leaving(row);
    assert_eq!(past.get().unwrap().before().map(|stats| stats.calls), Some(1));
    past.entering(row);
    assert_eq!(past.get().unwrap().before().map(|stats| (stats.calls, stats.cost)), Some((2, Usd(1_500_000_000))));
}
