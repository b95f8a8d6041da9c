//! The heat strip and its brush, told as journeys: what a box counts is what it opens, copies and writes, to the last
//! call on its edges.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use callscope::app::{App, Area, Code, Effect, Key, Options, Pane, Screen, ShownPane};
use callscope::figures::Quantity;
use callscope::ingest::event::{Event, SourceInfo};
use callscope::model::time::{HOUR, MINUTE};
use callscope::model::{Bill, Call, CostSource, Scribe, SourceId, Span, Stamp, Status, Usage, Usd};
use callscope::query::parse;
use callscope::store::{Priced, Pricer, Row};
use proptest::prelude::*;

/// A logged cost, or none.
struct AsLogged;

impl Pricer for AsLogged {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let source = if row.logged_cost().is_some() { CostSource::Logged } else { CostSource::None };
        Priced { ours: None, source, mismatch: false }
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

/// Milliseconds ago, milliseconds taken, nano-dollars, whether it failed.
type Seen = (i64, Option<u64>, Option<i64>, bool);

struct World {
    app: App,
    now: Stamp,
    told: u64,
    effects: Vec<Effect>,
}

impl World {
    fn with(calls: &[Seen]) -> Self {
        let now = Stamp(1_763_900_000_000).floor(HOUR).plus(HOUR / 2);
        let mut app = App::new(Options::default(), Box::new(AsLogged), now);
        let source = SourceInfo { path: "calls.jsonl".into(), format: "decisions".into(), ..SourceInfo::default() };
        app.absorb(Event::Found(source), now);
        app.absorb(Event::CaughtUp, now);
        let mut world = Self { app, now, told: 0, effects: Vec::new() };
        world.tell(calls);
        world
    }

    fn tell(&mut self, calls: &[Seen]) {
        let mut scribe = Scribe::new(SourceId(0));
        for (ago, took, cost, failed) in calls {
            self.told += 1;
            let call = Call {
                at: self.now.minus(*ago),
                model: Some("opus".into()),
                usage: Usage { input: Some(10), output: Some(1), ..Usage::default() },
                took: took.map(|millis| millis * 1_000_000),
                logged_cost: cost.map(Usd),
                status: if *failed { Status::Error } else { Status::Success },
                ..Call::default()
            };
            scribe.write(&call, self.told, Span { at: self.told * 100, len: 99 });
        }
        self.app.absorb(Event::Batch(scribe.take()), self.now);
        self.settle();
    }

    fn settle(&mut self) {
        let effects = self.app.settle(self.now);
        self.effects.extend(effects);
    }

    /// Lays a pane over the whole of an 80 × 20 screen, as a frame tells it.
    fn show(&mut self, pane: Pane, len: usize) {
        let area = Area { x: 0, y: 0, width: 80, height: 20 };
        self.app.shown.panes = vec![ShownPane { pane, area, lines: area, top: 0, len, columns: Vec::new() }];
        self.settle();
    }

    /// Presses keys written as text; `⏎` is Enter, `⎋` Esc.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let key = match c {
                '⏎' => Key::plain(Code::Enter),
                '⎋' => Key::plain(Code::Esc),
                c => Key::char(c),
            };
            let effects = self.app.press(key, self.now);
            self.effects.extend(effects);
            self.settle();
        }
        self
    }

    fn counted(&self) -> u64 {
        self.app.brushed(self.app.focus()).expect("a box counts its calls").calls
    }

    fn said(&self) -> &str {
        self.app.toast.as_ref().map_or("", |toast| toast.text.as_str())
    }

    fn copied(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        })
    }

    fn exported(&self) -> Option<usize> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Export { rows, .. } => Some(rows.len()),
            _ => None,
        })
    }
}

/// Calls on the very edges of minutes and of bins, and just beside them.
fn on_the_edges() -> Vec<Seen> {
    let mut calls = Vec::new();
    for minute in 1..6 {
        for beside in [-1, 0, 1] {
            for took in [499, 500, 501, 999, 1_000, 1_001, 1_999, 2_000, 2_001] {
                calls.push((minute * MINUTE + beside, Some(took), Some(1_000_000), took == 1_000));
            }
        }
    }
    calls
}

#[test]
fn a_box_opens_the_calls_it_counts() {
    let mut world = World::with(&on_the_edges());
    world.keys("H");
    world.show(Pane::Heat, 20);
    assert_eq!((world.app.focus(), world.app.heat_of()), (Pane::Heat, Some(Quantity::Latency)));
    world.keys("hhvhhk");
    let (counted, sum) = (world.counted(), world.app.brushed(Pane::Heat).unwrap());
    assert!(counted > 0 && counted < world.app.board.total.calls, "{counted}");
    assert_eq!(sum.cost, Usd(counted as i64 * 1_000_000));
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.board.total.calls), (Screen::Calls, counted));
    assert_eq!(world.app.board.total.cost, sum.cost);
    assert_eq!(world.app.board.total.status[1], sum.failed, "{}", world.app.filter.text);
    let text = world.app.filter.text.clone();
    assert!(text.contains("since:") && text.contains("until:") && text.contains("took"), "{text}");
    world.keys("⎋");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Overview, ""), "one Esc leads back");
    assert_eq!(world.counted(), counted, "to the box as it was");
    world.keys("y");
    assert_eq!(world.copied(), Some(text.as_str()), "the filter is what was opened");
    world.keys("e");
    assert_eq!(world.exported(), Some(counted as usize));
    world.keys("d");
    assert_eq!(world.app.screen(), Screen::Differ);
    assert_eq!(world.app.differ().unwrap().selected, counted);
    world.keys("⎋⎋");
    assert!(!world.app.brushes(Pane::Heat) && world.app.focus() == Pane::Heat, "Esc drops the box and stays");
}

#[test]
fn what_has_no_value_is_counted_and_lies_nowhere() {
    let mut world =
        World::with(&[(MINUTE, Some(700), None, false), (MINUTE, None, None, false), (2, None, None, true)]);
    world.keys("H");
    world.show(Pane::Heat, 20);
    let heat = world.app.heat().unwrap();
    assert_eq!((heat.calls(), heat.without), (1, 2));
    // From corner to corner.
    world.keys("gvGhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh");
    assert_eq!(world.counted(), 1);
    world.keys("⏎");
    assert_eq!(world.app.board.total.calls, 1, "{}", world.app.filter.text);
}

#[test]
fn it_measures_what_is_told_and_says_what_is_not() {
    let mut world = World::with(&[(MINUTE, None, Some(5_000_000), false)]);
    world.keys("H");
    assert_eq!(world.app.heat_of(), Some(Quantity::Cost), "of latency nothing is told");
    world.show(Pane::Heat, 20);
    world.keys("b");
    assert_eq!(world.app.heat_of(), Some(Quantity::Tokens));
    world.keys("b");
    assert_eq!(world.app.heat_of(), Some(Quantity::Cost), "and of confidence neither");
    world.keys("H");
    assert_eq!(world.app.focus(), Pane::Latency, "away with it");
    world.keys("2b");
    assert!(world.said().contains("H shows it"), "{}", world.said());
    let mut nothing = World::with(&[]);
    nothing.keys("H");
    assert!(nothing.said().contains("no log tells"), "{}", nothing.said());
}

#[test]
fn a_call_that_comes_lies_on_the_strip_at_once_and_moves_no_box() {
    let mut world = World::with(&on_the_edges());
    world.keys("H");
    world.show(Pane::Heat, 20);
    world.keys("vhhhhhkk");
    let (before, area) = (world.counted(), world.app.heat_area());
    let took = Quantity::Latency.from(area.as_ref().unwrap().bins.start).div_ceil(1_000_000);
    world.tell(&[(2 * MINUTE, Some(took), None, false), (20 * MINUTE, Some(took), None, false)]);
    assert_eq!(world.app.heat_area(), area);
    assert_eq!(world.counted(), before + 1, "of two calls one lies in the box");
}

#[test]
fn a_range_of_a_graph_opens_its_calls() {
    let mut world = World::with(&on_the_edges());
    let tab = Key::plain(Code::Tab);
    for _ in 0..Screen::Overview.panes().len() {
        if world.app.focus() != Pane::Cost {
            world.app.press(tab, world.now);
        }
    }
    assert_eq!(world.app.focus(), Pane::Cost);
    world.settle();
    world.keys("hvhh");
    let counted = world.counted();
    assert!(counted > 27, "{counted}");
    world.keys("⏎");
    assert_eq!(world.app.board.total.calls, counted);
    world.keys("⎋v");
    assert!(!world.app.brushes(Pane::Cost), "v again drops the range");
}

#[test]
fn a_range_of_the_list_is_opened_marked_and_written() {
    let mut world = World::with(&on_the_edges());
    world.keys("2jvjj");
    assert_eq!(world.counted(), 3);
    world.keys("e");
    assert_eq!(world.exported(), Some(3));
    world.keys("⏎");
    assert_eq!((world.app.board.total.calls, world.app.trail.len()), (3, 2));
    world.keys("⎋m");
    assert_eq!((world.app.marked(), world.app.brushes(Pane::Calls)), (3, false), "m marks the whole range");
    world.keys("3v");
    assert!(world.said().contains("Tab goes to a graph"), "{}", world.said());
}

#[test]
fn the_mouse_draws_a_box_from_where_it_was_pressed() {
    let mut world = World::with(&on_the_edges());
    world.keys("H");
    world.show(Pane::Heat, 20);
    world.app.click(70, 4, world.now);
    assert!(!world.app.brushes(Pane::Heat), "a click only puts the cursor there");
    world.app.drag(79, 19, world.now);
    world.settle();
    let part = world.counted();
    world.app.drag(0, 0, world.now);
    world.app.drag(200, 200, world.now);
    world.settle();
    assert!(world.app.brushes(Pane::Heat) && world.counted() >= part, "what lies beside the pane is its edge");
    world.app.click(3, 3, world.now);
    assert!(!world.app.brushes(Pane::Heat), "a click drops the box");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_box_opens_what_it_counts(
        calls in prop::collection::vec(
            (0..50 * MINUTE, prop::option::of(0u64..90_000), prop::option::of(0i64..90_000_000_000), any::<bool>()), 1..60),
        measure in 0usize..3,
        slots in 1usize..50,
        moves in prop::collection::vec(0usize..6, 0..60),
    ) {
        let mut world = World::with(&calls);
        world.keys("H");
        world.show(Pane::Heat, slots);
        for _ in 0..measure {
            world.keys("b");
        }
        let at = moves.len() / 2;
        for (nth, to) in moves.iter().enumerate() {
            world.keys(["h", "l", "j", "k", "hhhhh", "kkk"][*to]);
            if nth == at {
                world.keys("v");
            }
        }
        let sum = world.app.brushed(Pane::Heat).unwrap();
        if sum.calls == 0 {
            world.keys("⏎");
            prop_assert_eq!(world.app.screen(), Screen::Overview);
            return Ok(());
        }
        world.keys("y");
        let text = world.copied().unwrap().to_owned();
        let kept = parse(&text, world.now).unwrap();
        let rows = world.app.listing().newest_first().filter(|row| kept.keeps(world.app.store.row(*row)));
        prop_assert_eq!(rows.count() as u64, sum.calls, "{}", text);
        world.keys("⏎");
        prop_assert_eq!(world.app.board.total.calls, sum.calls, "{}", text);
        prop_assert_eq!(world.app.board.total.cost, sum.cost);
    }
}
