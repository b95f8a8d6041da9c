//! Beside what scipy says: `tests/oracle/differ.py` wrote it down.

use serde_json::Value;

use super::*;
use crate::model::{Call, Scribe, SourceId, Span, Stamp, Status, Tier, Usage};
use crate::query::parse;
use crate::store::{Priced, Pricer, SourceCard, Unobserved};

/// Nothing has a price.
struct Free;

impl Pricer for Free {
    fn price(&mut self, _: crate::store::Row<'_>) -> Priced {
        Priced::default()
    }

    fn bill(&mut self, _: crate::store::Row<'_>) -> Option<crate::model::Bill> {
        None
    }
}

fn store<'a>(calls: impl Iterator<Item = Call<'a>>) -> Store {
    let mut store = Store::default();
    store.add_source(SourceId(0), SourceCard { label: "calls.jsonl".to_owned(), ..SourceCard::default() });
    let mut scribe = Scribe::new(SourceId(0));
    for (nth, call) in (1..).zip(calls) {
        scribe.write(&call, nth, Span { at: nth, len: 1 });
    }
    store.absorb(scribe.take(), &mut Free, &mut Unobserved);
    store
}

fn oracle() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/differ.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn call(told: &Value) -> Call<'_> {
    let count = |key: &str| told[key].as_u64().map(|count| count as u32);
    let text = |key: &str| told[key].as_str().map(Into::into);
    Call {
        at: Stamp(1_795_435_471_000),
        project: Some(if told["selected"] == true { "this" } else { "other" }.into()),
        model: text("model"),
        route: text("route"),
        session: text("session"),
        status: if told["status"] == "error" { Status::Error } else { Status::Success },
        overridden: told["override"].as_bool(),
        tier: told["tier"].as_str().and_then(Tier::parse).unwrap_or_default(),
        usage: Usage { input: count("in"), output: count("out"), ..Usage::default() },
        took: told["took"].as_u64().map(|millis| millis * 1_000_000),
        confidence: told["conf"].as_f64(),
        ..Call::default()
    }
}

fn differ(store: &Store, selection: &str) -> Differ {
    Differ::fold(store, &Scope::default(), &parse(selection, Stamp(0)).unwrap())
}

#[test]
fn every_field_differs_as_the_oracle_says() {
    for set in oracle() {
        let title = set["title"].as_str().unwrap();
        let found = differ(&store(set["calls"].as_array().unwrap().iter().map(call)), "project=this");
        // What follows from others is not in the oracle.
        let derived = ["project", "error", "tokens"];
        let mut seen = 0;
        for ours in found.fields.iter().filter(|ours| !derived.contains(&ours.field.word())) {
            let field = ours.field.word();
            let theirs = &set["fields"][field];
            // Times are put into steps of a thousandth; what shares one may lie on either side of a cut.
            let close = if field == "took" { 0.01 } else { 1e-9 };
            let near = |ours: f64, key: &str, close: f64| {
                let theirs = theirs[key].as_f64().unwrap();
                assert!((ours - theirs).abs() <= close, "{title}, {field}: {key} is {ours}, not {theirs}");
            };
            near(ours.gap, "gap", close);
            near(ours.p, "p", if field == "took" { 0.05 } else { 1e-7 });
            match &ours.sides {
                Sides::Names { values, .. } => {
                    let value = values[0].label.replace("yes", "True");
                    assert_eq!(value, theirs["value"].as_str().unwrap(), "{title}, {field}");
                    near(ours.range.unwrap().0, "low", 1e-9);
                    near(ours.range.unwrap().1, "high", 1e-9);
                }
                Sides::Numbers { medians, .. } => {
                    let unit = if field == "took" { 1e6 } else { 1e9_f64.powi(i32::from(field == "conf")) };
                    for (side, median) in medians.iter().enumerate() {
                        let theirs = theirs["medians"][side].as_f64().unwrap();
                        assert!(
                            (*median as f64 / unit - theirs).abs() <= theirs / 1_000.0,
                            "{title}, {field}: {median}"
                        );
                    }
                }
            }
            seen += 1;
        }
        assert_eq!(seen, set["fields"].as_object().unwrap().len(), "{title}");
    }
}

#[test]
fn q_is_what_scipy_makes_of_many_p() {
    for set in oracle() {
        let fields: Vec<&Value> = set["fields"].as_object().unwrap().values().collect();
        let p: Vec<f64> = fields.iter().map(|field| field["p"].as_f64().unwrap()).collect();
        for (ours, theirs) in benjamini_hochberg(&p).iter().zip(&fields) {
            assert!((ours - theirs["q"].as_f64().unwrap()).abs() < 1e-12, "{ours} {theirs}");
        }
    }
}

/// Long calls of one route against short ones of others.
fn scene() -> Store {
    let calls = (0..300_u32).map(|nth| {
        let long = nth % 3 == 0;
        Call {
            at: Stamp(1_795_435_471_000 + i64::from(nth)),
            model: Some("m".into()),
            route: Some(if long && nth % 10 != 0 { "a billing" } else { "chat" }.into()),
            session: Some(format!("s{nth}").into()),
            usage: Usage { input: Some(if long { 900 + nth } else { nth }), output: Some(7), ..Usage::default() },
            status: if long { Status::Error } else { Status::Success },
            error_type: long.then(|| "timeout".into()),
            confidence: (nth < 15).then_some(0.5),
            ..Call::default()
        }
    });
    store(calls)
}

#[test]
fn the_most_different_comes_first_and_can_be_opened() {
    let found = differ(&scene(), "is:error");
    let words: Vec<&str> = found.fields.iter().map(|field| field.field.word()).collect();
    assert_eq!(words[..3], ["in", "tokens", "route"], "{words:?}");
    let terms: Vec<_> = found.fields.iter().take(3).map(|field| field.term.as_deref()).collect();
    assert_eq!(terms, [Some("in>=900"), Some("tokens>=907"), Some("route=\"a billing\"")]);
    let phrases: Vec<String> = found.leading().map(|field| field.phrase.clone()).collect();
    assert_eq!(
        found.sentence(&phrases, |count| count.to_string()),
        "These 100 calls differ mostly by in>=900 and tokens>=907."
    );
}

#[test]
fn what_the_selection_is_made_of_is_no_news() {
    let found = differ(&scene(), "is:error in>=900");
    let made: Vec<(&str, Option<f64>)> =
        found.fields.iter().filter(|field| field.by_construction).map(|field| (field.field.word(), field.q)).collect();
    assert_eq!(made.iter().map(|(word, _)| *word).collect::<Vec<_>>().len(), 3, "{made:?}");
    for word in ["status", "error", "in"] {
        assert!(made.contains(&(word, None)), "{word} in {made:?}");
    }
    let first_made = found.fields.iter().position(|field| field.by_construction).unwrap();
    assert!(found.fields[first_made..].iter().all(|field| field.by_construction), "and it comes last");
}

#[test]
fn few_calls_and_few_values_say_nothing() {
    let scene = scene();
    let few = differ(&scene, "in>=1182");
    assert!(few.selected < LEAST && few.fields.is_empty());
    assert_eq!(
        few.sentence(&[], |count| count.to_string()),
        "too few to compare: 6 selected, and 20 are needed on either side"
    );
    let all = differ(&scene, "model=m");
    assert_eq!(all.too_few().unwrap(), "too few to compare: 0 in the rest, and 20 are needed on either side");
    let found = differ(&scene, "is:error");
    assert_eq!(found.hidden, [Field::Number(crate::query::Measure::Confidence)], "known of five and ten");
    assert!(!found.fields.iter().any(|field| field.field.word() == "model"), "all have the same");
}

#[test]
fn values_without_number_are_counted_exactly_where_they_are_frequent() {
    let calls = (0..9_000_u32).map(|nth| Call {
        at: Stamp(1_795_435_471_000),
        user: Some(if nth % 4 == 0 && nth % 3 == 0 { "ana".into() } else { format!("u{nth}").into() }),
        project: Some(if nth % 4 == 0 { "this" } else { "other" }.into()),
        ..Call::default()
    });
    let found = differ(&store(calls), "project=this");
    let user = found.fields.iter().find(|field| field.field.word() == "user").unwrap();
    let Sides::Names { values, known } = &user.sides else { panic!("{user:?}") };
    assert_eq!((values[0].label.as_str(), values[0].calls, *known), ("ana", [750, 0], [2_250, 6_750]));
}

#[test]
fn the_figures_do_not_depend_on_how_many_rows_are_read_at_once() {
    // More than a segment, so that two threads share it.
    let calls = (0..120_000_u32).map(|nth| Call {
        at: Stamp(1_795_435_471_000),
        route: Some(if nth % 7 < 3 { "a" } else { "b" }.into()),
        session: Some(format!("s{}", nth % 5_000).into()),
        took: Some(u64::from(nth % 911) * 1_000_000),
        project: Some(if nth % 7 < 2 { "this" } else { "other" }.into()),
        ..Call::default()
    });
    let store = store(calls);
    let scope = Scope::default();
    let selection = parse("project=this", Stamp(0)).unwrap();
    let one = Counts::fold(&store, &[0, 1], &scope, &selection);
    let mut two = Counts::fold(&store, &[0], &scope, &selection);
    two.merge(&Counts::fold(&store, &[1], &scope, &selection));
    assert_eq!(one.calls, two.calls);
    assert_eq!(one.numbers[1].steps().collect::<Vec<_>>(), two.numbers[1].steps().collect::<Vec<_>>());
    let found = Differ::fold(&store, &scope, &selection);
    assert_eq!(found, Differ::fold(&store, &scope, &selection));
    assert_eq!(found.fields[0].term.as_deref(), Some("route=a"));
}
