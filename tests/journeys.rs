//! Keys in, state out: what a person does with the monitor, told as journeys.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test or a benchmark may fail loudly")]

use callscope::app::{
    Action, App, Area, CallText, Clock, Code, Column, Daily, Effect, GroupRow, Key, Options, Pane, Screen, Search,
    Shown, ShownPane, SoFar, Within, Written, keys,
};
use callscope::figures::budget::{Budget, Per};
use callscope::figures::{Board, Goals, Listing};
use callscope::ingest::event::{Event, Health, SourceInfo, Transcript};
use callscope::model::time::{DAY, HOUR, MINUTE, SECOND};
use callscope::model::{
    Amount, Batch, Bill, Call, CostSource, Scribe, SourceId, Span, Stamp, Status, Usage, Usd, Window,
};
use callscope::store::{Priced, Pricer, Row};
use proptest::prelude::*;

/// A tenth of a cent a token.
struct Flat;

impl Pricer for Flat {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let ours = row.usage().total().map(|total| Usd(total as i64 * 1_000_000));
        let source = if ours.is_some() { CostSource::Computed } else { CostSource::None };
        Priced { ours, source, mismatch: false }
    }

    fn bill(&mut self, row: Row<'_>) -> Option<Bill> {
        Some(Bill { total: row.cost()?, ..Bill::default() })
    }

    /// One model is known beside those in use, at half the price.
    fn what_if(&mut self, row: Row<'_>, model: &str) -> Option<(Usd, Usd)> {
        let cost = row.cost()?;
        (model == "maker/half").then_some((cost, Usd(cost.0 / 2)))
    }

    fn models(&self, part: &str) -> Vec<String> {
        ["maker/half"].into_iter().filter(|name| name.contains(part)).map(str::to_owned).collect()
    }
}

/// One call, as a test states it.
#[derive(Debug, Clone)]
struct Seen {
    ago: i64,
    model: &'static str,
    route: &'static str,
    tokens: u32,
    confidence: f64,
    failed: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { ago: MINUTE, model: "opus", route: "chat", tokens: 10, confidence: 0.85, failed: false }
    }
}

struct World {
    app: App,
    now: Stamp,
    scribe: Scribe,
    told: u64,
    overrides_told: bool,
    session: Option<&'static str>,
    effects: Vec<Effect>,
}

fn source() -> SourceInfo {
    SourceInfo { path: "calls.jsonl".into(), format: "decisions".into(), ..SourceInfo::default() }
}

impl World {
    fn new() -> Self {
        Self::with(Options {
            themes: vec!["default".into(), "nord".into()],
            theme: "default".into(),
            ..Options::default()
        })
    }

    fn with(options: Options) -> Self {
        // In the middle of an hour, so that a minute more or less crosses no bound.
        let now = Stamp(1_763_900_000_000).floor(HOUR).plus(HOUR / 2);
        let mut app = App::new(options, Box::new(Flat), now);
        app.absorb(Event::Found(source()), now);
        let mut world = Self {
            app,
            now,
            scribe: Scribe::new(SourceId(0)),
            told: 0,
            overrides_told: true,
            session: None,
            effects: Vec::new(),
        };
        world.settle();
        world
    }

    fn batch(&mut self, calls: &[Seen]) -> Batch {
        for seen in calls {
            self.told += 1;
            let call = Call {
                at: self.now.minus(seen.ago),
                model: Some(seen.model.into()),
                route: Some(seen.route.into()),
                session: self.session.map(Into::into),
                usage: Usage { input: Some(seen.tokens), output: Some(1), ..Usage::default() },
                confidence: Some(seen.confidence),
                overridden: self.overrides_told.then_some(seen.tokens % 7 == 0),
                took: Some(u64::from(seen.tokens) * 1_000_000),
                status: if seen.failed { Status::Error } else { Status::Success },
                ..Call::default()
            };
            self.scribe.write(&call, self.told, Span { at: self.told * 100, len: 99 });
        }
        self.scribe.take()
    }

    fn tell(&mut self, calls: &[Seen]) {
        let batch = self.batch(calls);
        self.app.absorb(Event::Batch(batch), self.now);
        self.settle();
    }

    fn settle(&mut self) {
        let effects = self.app.settle(self.now);
        self.effects.extend(effects);
    }

    fn press(&mut self, key: Key) {
        let effects = self.app.press(key, self.now);
        self.effects.extend(effects);
        self.settle();
    }

    fn click(&mut self, x: u16, y: u16) {
        let effects = self.app.click(x, y, self.now);
        self.effects.extend(effects);
        self.settle();
    }

    /// Presses keys written as text; `⏎` is Enter, `⎋` Esc, `⇥` Tab.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            self.press(match c {
                '⏎' => Key::plain(Code::Enter),
                '⎋' => Key::plain(Code::Esc),
                '⇥' => Key::plain(Code::Tab),
                '⇤' => Key::plain(Code::BackTab),
                c => Key::char(c),
            });
        }
        self
    }

    fn pass(&mut self, millis: i64) {
        self.now = self.now.plus(millis);
        self.settle();
    }

    fn model_under_cursor(&self) -> String {
        let row = self.app.current_call().expect("a call under the cursor");
        self.app.store.row(row).model().unwrap_or("").to_owned()
    }

    fn said(&self) -> &str {
        self.app.toast.as_ref().map_or("", |toast| toast.text.as_str())
    }

    /// Every figure equals one folded afresh: nothing is counted twice or lost on the way.
    fn check(&self) {
        let app = &self.app;
        assert!(!app.trail.is_empty());
        for pane in app.screen().panes() {
            let cursor = app.place().cursor(*pane);
            assert!(cursor.nth < app.len(*pane).max(1), "{pane:?} {cursor:?} of {}", app.len(*pane));
        }
        assert!(app.due() > app.now, "what is due now has been done");
        if !app.is_current() {
            return;
        }
        let fresh = Board::fold(&app.store, app.scope(), Some(app.now));
        assert_eq!(app.board.total, fresh.total);
        assert_eq!(app.daily, Daily::fold(&app.store, app.now));
        assert_eq!(app.within, Within::fold(&app.store, &app.scope()));
        assert_eq!(app.board.days().collect::<Vec<_>>(), fresh.days().collect::<Vec<_>>());
        assert_eq!(app.board.confidence, fresh.confidence);
        for by in callscope::figures::GroupBy::ALL {
            let sums = |board: &Board| {
                let mut sums: Vec<_> = board.by(by).iter().map(|g| (g.name, g.stats.clone())).collect();
                sums.sort_by_key(|(name, _)| *name);
                sums
            };
            assert_eq!(sums(&app.board), sums(&fresh));
        }
        let listing = Listing::fold(&app.store, app.scope());
        assert_eq!(app.listing().newest_first().collect::<Vec<_>>(), listing.newest_first().collect::<Vec<_>>());
        assert_eq!(app.calls_len() as u64, fresh.total.calls);
    }
}

fn three_models() -> Vec<Seen> {
    let call = |ago, model, route, tokens| Seen { ago: ago * SECOND, model, route, tokens, ..Seen::default() };
    vec![
        call(50, "opus", "chat", 900),
        call(40, "sonnet", "chat", 300),
        call(30, "haiku", "triage", 20),
        call(20, "sonnet", "triage", 310),
        call(10, "haiku", "triage", 21),
    ]
}

#[test]
fn a_way_down_and_back_loses_nothing() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("3j");
    assert_eq!(world.app.group_label(world.app.current_group(Pane::Groups).unwrap()), "sonnet");
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Calls, "model=sonnet"));
    assert_eq!(world.app.board.total.calls, 2, "every figure follows the way down");
    world.keys("j⏎");
    assert_eq!(world.app.screen(), Screen::Call);
    assert_eq!(world.model_under_cursor(), "sonnet");
    world.keys("⎋");
    assert_eq!(world.app.place().cursor(Pane::Calls).nth, 1, "the row comes back");
    world.keys("⎋");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Models, ""));
    assert_eq!(world.app.place().cursor(Pane::Groups).nth, 1);
    world.check();
    world.keys("⎋");
    assert!(world.said().contains("q quits"), "the first screen cannot be left by Esc");
}

#[test]
fn the_cursor_sticks_to_its_row_and_new_calls_are_counted() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2");
    assert_eq!(world.app.new_calls(), None, "it follows the newest at first");
    world.keys("jj");
    assert_eq!(world.model_under_cursor(), "haiku");
    let row = world.app.current_call();
    world.tell(&[Seen { ago: 5 * SECOND, ..Seen::default() }, Seen { ago: 4 * SECOND, ..Seen::default() }]);
    assert_eq!(world.app.current_call(), row, "new calls do not move the cursor off its row");
    assert_eq!(world.app.place().cursor(Pane::Calls).nth, 4);
    assert_eq!(world.app.new_calls(), Some(2));
    world.keys("f");
    assert_eq!((world.app.new_calls(), world.app.place().cursor(Pane::Calls).nth), (None, 0));
    world.tell(&[Seen { ago: SECOND, model: "gpt", ..Seen::default() }]);
    assert_eq!(world.model_under_cursor(), "gpt", "following, the newest is under the cursor");
    world.check();
}

#[test]
fn a_filter_counts_while_it_is_typed_and_esc_takes_it_back() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2/model:hai");
    assert_eq!(world.app.board.total.calls, 2);
    world.keys(" \"");
    let error = world.app.prompt.as_ref().and_then(|prompt| prompt.error.clone()).expect("an error with its column");
    assert_eq!(error.column, 11);
    assert_eq!(world.app.board.total.calls, 2, "what could be read last stays in force");
    world.keys("⏎");
    assert!(world.app.prompt.is_some() && world.said().contains("column 11"), "a broken filter is not kept");
    world.keys("⎋");
    assert_eq!((world.app.filter.text.as_str(), world.app.board.total.calls), ("", 5));
    world.keys("/model:hai⏎/route:tri⏎");
    assert_eq!(world.app.filter.chips, ["model:hai", "route:tri"]);
    world.keys("⎋");
    assert_eq!(world.app.filter.chips, ["model:hai"], "Esc takes chips one by one");
    world.keys("4");
    assert_eq!(world.app.board.total.calls, 2, "the filter stays when the screen changes");
    world.check();
}

#[test]
fn names_are_completed_from_what_was_seen() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("/mod⇥");
    assert_eq!(world.app.prompt.as_ref().unwrap().text(), "model:");
    world.keys("so⇥⏎");
    assert_eq!(world.app.filter.text, "model:sonnet");
}

#[test]
fn the_cell_under_the_cursor_narrows_and_excludes() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2");
    world.keys(&"h".repeat(40));
    world.keys("l=");
    assert_eq!(world.app.filter.text, "model=haiku");
    world.keys("⎋!");
    assert_eq!((world.app.filter.text.as_str(), world.app.board.total.calls), ("-model=haiku", 3));
    world.check();
}

#[test]
fn the_drawer_and_the_filter_are_one() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("F");
    let models = |world: &World| -> Vec<(String, u64, bool)> {
        let drawer = world.app.drawer.as_ref().unwrap();
        let facet = drawer.facets.iter().find(|facet| facet.kind.title() == "models").unwrap();
        facet.values.iter().map(|value| (value.label.clone(), value.calls, value.on)).collect()
    };
    let all = vec![("haiku".to_owned(), 2, false), ("sonnet".to_owned(), 2, false), ("opus".to_owned(), 1, false)];
    assert_eq!(models(&world), all);
    world.keys(" ");
    assert_eq!((world.app.filter.text.as_str(), world.app.board.total.calls), ("model=haiku", 2));
    world.keys("jj⏎");
    assert_eq!((world.app.filter.text.as_str(), world.app.board.total.calls), ("model=haiku,opus", 3));
    let counts: Vec<_> = models(&world).into_iter().map(|(_, calls, on)| (calls, on)).collect();
    assert_eq!(counts, [(2, true), (2, false), (1, true)], "a facet is counted as if it chose nothing");
    world.keys(" kk ");
    assert_eq!(world.app.filter.text, "", "the last mark off, the term is gone");
    world.keys("/model=OPUS is:ok⏎");
    assert_eq!(models(&world)[2], ("opus".to_owned(), 1, true), "what is typed is checked in the drawer");
    world.keys("⎋");
    assert!(world.app.drawer.is_none());
    world.check();
}

#[test]
fn a_pause_freezes_the_figures_and_says_how_far_behind() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("p");
    world.tell(&three_models());
    assert_eq!(world.app.board.total.calls, 5);
    assert!(matches!(world.app.clock, Clock::Paused { behind: 5, .. }));
    world.pass(5 * MINUTE);
    assert_eq!(world.app.board.total.calls, 5, "time does not pass either");
    world.keys("p");
    assert_eq!(world.app.board.total.calls, 10);
    world.check();
}

#[test]
fn a_long_pause_does_not_fill_the_memory() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("p");
    for _ in 0..11 {
        let batch = world.batch(&vec![Seen::default(); 10_000]);
        world.app.absorb(Event::Batch(batch), world.now);
    }
    world.settle();
    assert!(matches!(world.app.clock, Clock::Paused { behind: 110_000, .. }));
    assert_eq!(world.app.store.calls(), 110_005, "what does not fit is stored");
    assert_eq!((world.app.board.total.calls, world.app.calls_len()), (5, 5), "and not shown");
    world.keys("p");
    assert_eq!(world.app.board.total.calls, 110_005);
    world.check();
}

#[test]
fn the_first_window_is_the_smallest_that_holds_calls() {
    for (ago, window) in
        [(MINUTE, Window::Hour), (5 * HOUR, Window::Day), (20 * DAY, Window::Month), (90 * DAY, Window::All)]
    {
        let mut world = World::new();
        world.tell(&[Seen { ago, ..Seen::default() }]);
        world.app.absorb(Event::CaughtUp, world.now);
        world.settle();
        assert_eq!((world.app.window, world.app.board.total.calls), (window, 1), "{ago}");
        world.check();
    }
    let mut asked = World::with(Options { window: Some(Window::Hour), ..Options::default() });
    asked.tell(&[Seen { ago: DAY, ..Seen::default() }]);
    asked.app.absorb(Event::CaughtUp, asked.now);
    asked.settle();
    assert_eq!(asked.app.window, Window::Hour, "a window that was asked for stays");
}

#[test]
fn from_an_empty_window_one_key_leads_to_the_calls() {
    let mut world = World::with(Options { window: Some(Window::Hour), ..Options::default() });
    world.tell(&[Seen { ago: 20 * DAY, ..Seen::default() }]);
    world.app.absorb(Event::CaughtUp, world.now);
    world.settle();
    world.keys("w");
    assert_eq!((world.app.window, world.app.board.total.calls), (Window::Month, 1));
    world.keys("w");
    assert_eq!(world.app.window, Window::All, "from one with calls to the next");
}

#[test]
fn calls_leave_the_window_as_time_passes() {
    let mut world = World::new();
    world.tell(&[Seen { ago: 58 * MINUTE, ..Seen::default() }, Seen::default()]);
    assert_eq!(world.app.board.total.calls, 2);
    assert!(world.app.due() <= world.now.floor(MINUTE).plus(MINUTE));
    world.pass(3 * MINUTE);
    assert_eq!(world.app.board.total.calls, 1);
    world.keys("w");
    assert_eq!((world.app.window, world.app.board.total.calls), (Window::Day, 2));
    world.check();
}

#[test]
fn history_read_backwards_is_counted_in_the_end() {
    let mut world = World::with(Options { window: Some(Window::All), ..Options::default() });
    for day in 0..40 {
        let calls: Vec<_> = (0..50).map(|n| Seen { ago: day * DAY + n * MINUTE, ..Seen::default() }).collect();
        world.tell(&calls);
        world.pass(10);
    }
    world.pass(10 * SECOND);
    assert_eq!((world.app.board.total.calls, world.app.calls_len()), (2_000, 2_000));
    world.check();
}

#[test]
fn another_order_is_by_the_column_under_the_cursor() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2");
    world.keys("hh");
    world.keys("lls");
    assert_eq!(world.model_under_cursor(), "opus", "the dearest first");
    world.keys("s");
    assert_eq!(world.model_under_cursor(), "haiku", "again, the other way round");
    world.keys("jS");
    assert_eq!(world.model_under_cursor(), "opus");
    world.check();
}

#[test]
fn routes_go_by_overrides_where_logs_tell_of_them_and_by_calls_elsewhere() {
    let mut world = World::new();
    let overridden = Seen { route: "triage", tokens: 7, ..Seen::default() };
    world.tell(&[Seen::default(), Seen::default(), overridden]);
    world.keys("4");
    let first = |world: &World| world.app.group_label(world.app.group_at(Pane::Routes, 0).unwrap());
    assert_eq!((first(&world).as_str(), world.app.sort(Pane::Routes).by), ("triage", Column::Overrides));
    world.keys("/is:override⏎");
    let group = world.app.current_group(Pane::Routes).and_then(GroupRow::named).unwrap();
    let seen = group.course.iter().fold((0, 0), |sum, step| (sum.0 + step.overrides, sum.1 + step.override_known));
    assert_eq!(seen, (1, 1), "told step by step");
    world.check();

    let mut world = World::new();
    world.overrides_told = false;
    world.tell(&[Seen::default(), Seen::default(), Seen { route: "triage", ..Seen::default() }]);
    world.keys("4");
    assert_eq!((first(&world).as_str(), world.app.sort(Pane::Routes).by), ("chat", Column::Calls));
}

/// Forty calls of a route, the unsure half of them overridden.
fn a_router() -> Vec<Seen> {
    let call = |nth: i64| {
        let sure = nth % 2 == 0;
        let (tokens, confidence) = if sure { (11, 0.93) } else { (7, 0.41) };
        Seen { ago: nth * SECOND, route: "triage", tokens, confidence, ..Seen::default() }
    };
    (1..=40).map(call).collect()
}

#[test]
fn a_line_is_moved_over_the_bins_and_copied_for_the_router() {
    let mut world = World::new();
    world.tell(&a_router());
    world.tell(&three_models());
    world.keys("4⇥");
    assert_eq!(world.app.focus(), Pane::Confidence);
    let cut = world.app.cut().unwrap();
    assert_eq!((cut.at, cut.auto.calls(), cut.sent.overridden, cut.auto.wrong), (800_000_000, 23, 20, 1), "of triage");
    world.keys("hhl");
    assert_eq!(world.app.place().lab.line(), 79);
    world.keys("%");
    assert!(world.said().contains("at most 1% wrong") && world.said().contains("more calls"), "{}", world.said());
    assert_eq!(world.app.place().lab.line(), 79, "nothing holds: the line stays");
    world.keys("%%%");
    assert!(world.said().contains("at most 10% wrong"), "{}", world.said());
    world.keys("y");
    let line = "confidence_threshold = 0.79  # route triage";
    assert!(matches!(world.effects.last(), Some(Effect::Copy(text)) if text == line), "{:?}", world.effects.last());
    world.check();
}

#[test]
fn a_bin_and_a_correction_open_their_calls() {
    let mut world = World::new();
    world.tell(&a_router());
    world.tell(&three_models());
    world.keys("4⇥+");
    assert_eq!(world.app.len(Pane::Confidence), 20);
    world.keys("-jjjj⏎");
    assert_eq!(world.app.filter.text, "route=triage conf>=0.4 conf<0.5");
    assert_eq!(world.app.board.total.calls, 20);
    world.keys("⎋⇥");
    assert_eq!(world.app.focus(), Pane::Corrections);
    let pairs = &world.app.verdicts().unwrap().corrections;
    let (pairs, most) = (pairs.len(), pairs[0].calls);
    assert_eq!((pairs, most), (2, 20), "opus was taken instead of what is not told, and haiku once");
    world.keys("⏎");
    assert_eq!(world.app.board.total.calls, most, "{}", world.app.filter.text);
    world.check();
}

#[test]
fn the_last_line_of_the_routes_is_all_of_them() {
    let mut world = World::new();
    world.tell(&a_router());
    world.tell(&three_models());
    world.keys("4");
    let calls = |world: &World| world.app.trust().unwrap().calls();
    assert_eq!(calls(&world), 43);
    world.keys("G");
    assert_eq!(calls(&world), 45);
    world.tell(&[Seen { route: "plan", ..Seen::default() }]);
    world.pass(SECOND);
    assert_eq!((world.app.judged_group().is_none(), calls(&world)), (true, 46), "it stays the last, and is live");
    world.keys("b");
    assert_eq!(calls(&world), 2, "now of a model, the one most often overruled");
    world.check();
    world.keys("bb⏎");
    assert_eq!(world.app.filter.text, "route=triage");
}

#[test]
fn unlike_confidences_are_never_mixed_and_each_can_be_looked_at() {
    let mut world = World::new();
    world.tell(&a_router());
    let other = SourceInfo { id: SourceId(1), path: "other.jsonl".into(), format: "litellm".into(), ..source() };
    world.app.absorb(Event::Found(other), world.now);
    let mut scribe = Scribe::new(SourceId(1));
    for nth in 0..12 {
        let call = Call {
            at: world.now.minus(nth * SECOND),
            model: Some("gpt-5".into()),
            route: Some("triage".into()),
            confidence: Some(0.45),
            status: Status::Success,
            ..Call::default()
        };
        scribe.write(&call, 1_000 + nth as u64, Span { at: nth as u64 * 100, len: 99 });
    }
    world.app.absorb(Event::Batch(scribe.take()), world.now);
    world.settle();
    world.keys("4");
    let told = |world: &World| world.app.trust().map(|trust| (trust.scale.clone(), trust.calls())).unwrap();
    assert_eq!(told(&world), ("decisions".to_owned(), 40));
    world.keys("u");
    assert_eq!(told(&world), ("litellm".to_owned(), 12));
    world.keys("⇥jjjj⏎");
    assert_eq!(world.app.filter.text, "route=triage conf>=0.4 conf<0.5 source=other.jsonl");
    assert_eq!(world.app.board.total.calls, 12, "of the other router's twenty in this bin, none");
    world.check();
}

#[test]
fn the_days_before_are_known_whatever_the_window_and_the_filter() {
    let mut world = World::new();
    let call = |ago| Seen { ago, tokens: 9, ..Seen::default() };
    world.tell(&[call(MINUTE), call(3 * DAY), call(3 * DAY), call(29 * DAY), call(31 * DAY)]);
    world.keys("/model:none⏎");
    assert_eq!((world.app.window, world.app.board.total.calls), (Window::Hour, 0));
    let days: Vec<u64> = world.app.daily.days().rev().map(|(_, sum)| sum.calls).collect();
    assert_eq!((days.len(), &days[..5], days[29]), (30, &[1, 0, 0, 2, 0][..], 1));
    assert_eq!(world.app.daily.today().cost, Usd(10_000_000));
    world.pass(DAY);
    let days: Vec<u64> = world.app.daily.days().rev().map(|(_, sum)| sum.calls).collect();
    assert_eq!((days.len(), &days[..5]), (5, &[0, 1, 0, 0, 2][..]), "a day is over");
    world.check();
}

#[test]
fn the_listed_calls_are_exported_in_their_order() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2/model:sonnet⏎e");
    let Some(Effect::Export { name, form, rows }) = world.effects.pop() else { panic!("a file is asked for") };
    assert!(name.starts_with("callscope-calls-2025"), "{name}");
    assert_eq!((form, rows), (Written::Csv, vec![3, 1]));
    world.keys("E");
    assert!(matches!(world.effects.pop(), Some(Effect::Export { form: Written::Ndjson, .. })));
    // What is written while masked says so in its name; what is in it is hidden too.
    world.keys("*e");
    let Some(Effect::Export { name, .. }) = world.effects.pop() else { panic!("a file is asked for") };
    assert!(name.starts_with("callscope-calls-masked-"), "{name}");
}

#[test]
fn marked_calls_are_what_is_exported_and_compared() {
    let mut world = World::new();
    world.tell(&three_models());
    let exported = |world: &mut World| {
        world.keys("e");
        match world.effects.pop() {
            Some(Effect::Export { rows, .. }) => rows,
            other => panic!("a file is asked for: {other:?}"),
        }
    };
    world.keys("2mjm");
    assert_eq!((world.app.marked(), exported(&mut world)), (2, vec![4, 2]), "in the order of the list");
    world.keys("M");
    assert_eq!(exported(&mut world), [4, 2, 1], "from the last mark to the cursor");
    world.keys("d");
    assert_eq!(world.app.screen(), Screen::Differ);
    let differ = world.app.differ().unwrap();
    assert_eq!((differ.selected, differ.rest), (3, 2));
    world.keys("⎋gm");
    assert_eq!(world.app.marked(), 2, "again takes it back");
    world.keys("⎋");
    assert_eq!((world.app.marked(), world.app.screen()), (0, Screen::Calls), "Esc takes all back, and goes nowhere");
    assert_eq!(exported(&mut world).len(), 5);
    world.keys("M");
    assert!(world.said().contains("m marks where the range begins"), "{}", world.said());
    world.check();
}

#[test]
fn tab_leaves_out_a_pane_with_nothing_in_it() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("3⇥⇥");
    assert_eq!(world.app.focus(), Pane::Mix, "the routes of a model");
    world.keys("⇥bbb⇥⇥");
    assert_eq!((world.app.place().grouping.word(), world.app.focus()), ("day", Pane::Groups));
}

#[test]
fn help_scrolls_to_its_end_and_no_further() {
    let mut world = World::new();
    world.keys("?");
    world.app.shown.help = Some((50, 20));
    world.keys("G");
    assert_eq!(world.app.help, Some(30));
    world.keys("k");
    assert_eq!(world.app.help, Some(29), "the way back begins at once");
}

#[test]
fn a_call_knows_its_place_in_its_session() {
    let mut world = World::new();
    world.session = Some("s_7f31");
    world.tell(&three_models());
    world.session = None;
    world.tell(&[Seen { ago: 5 * SECOND, ..Seen::default() }]);
    world.keys("2⏎");
    assert_eq!(world.app.so_far(), None);
    world.keys("]]");
    assert_eq!(
        world.app.so_far(),
        Some(SoFar { nth: 4, of: 5, cost: Usd((900 + 300 + 20 + 310 + 4) * 1_000_000), is_short: false })
    );
}

#[test]
fn groups_go_by_what_was_logged() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("3b");
    assert_eq!(world.app.place().grouping.word(), "provider");
    world.keys("b");
    assert_eq!(world.app.place().grouping.word(), "route");
    world.keys("b");
    assert_eq!(world.app.place().grouping.word(), "day", "agents and users are in no log here");
    world.keys("⏎");
    assert_eq!(world.app.screen(), Screen::Calls);
    assert_eq!(world.app.board.total.calls, 5);
    world.check();
}

#[test]
fn a_bin_of_confidence_opens_its_calls() {
    let mut world = World::new();
    world.tell(&[
        Seen { confidence: 0.95, ..Seen::default() },
        Seen { confidence: 0.45, route: "triage", ..Seen::default() },
    ]);
    world.keys("4⇥G⏎");
    assert_eq!(world.app.filter.text, "route=chat conf>=0.9");
    assert_eq!(world.app.board.total.calls, 1);
    world.keys("⎋");
    assert_eq!(world.app.screen(), Screen::Routes);
}

#[test]
fn a_moment_of_the_graph_opens_its_calls() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("⇥⇥⇥⇥⇥");
    assert_eq!(world.app.focus(), Pane::Cost);
    let last = world.app.place().cursor(Pane::Cost).nth;
    assert_eq!(last + 1, world.app.board.series.buckets.len());
    world.keys("h⏎");
    assert_eq!(world.app.screen(), Screen::Calls);
    assert_eq!(world.app.board.total.calls, 5, "the calls of the last full minute: {}", world.app.filter.text);
}

#[test]
fn a_call_is_read_searched_copied_and_walked_from() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2⏎");
    let Some(Effect::Read(address)) = world.effects.pop() else { panic!("the record is asked for") };
    assert_eq!((address.source.path.as_str(), address.span.len), ("calls.jsonl", 99));
    let transcript = Transcript {
        request: Some(serde_json::json!({"messages": [{"role": "user", "content": "Where is my parcel?"}]})),
        response: Some(serde_json::json!("On its way. The parcel left.")),
        raw: vec![serde_json::json!({"model": "haiku"})],
        caution: None,
        ..Transcript::default()
    };
    world.app.arrived(address.row, address.span, Ok(transcript), world.now);
    world.settle();
    assert!(world.app.text.lines(Pane::Request).iter().any(|line| line.text.contains("Where is my parcel?")));
    world.keys("/parcel⏎");
    assert_eq!(world.app.focus(), Pane::Request, "the first match is gone to");
    world.keys("n");
    assert_eq!(world.app.focus(), Pane::Response);
    world.keys("y");
    assert!(matches!(world.effects.pop(), Some(Effect::Copy(text)) if text.contains("On its way")));
    world.keys("o");
    assert!(matches!(world.effects.pop(), Some(Effect::Pager { text, .. }) if text.contains("haiku")));
    world.keys("*y");
    assert!(world.said().contains("masked"), "masked text is not copied");
    world.keys("*]");
    assert_eq!(world.model_under_cursor(), "sonnet");
    assert!(matches!(world.effects.pop(), Some(Effect::Read(_))), "the neighbour's record is asked for");
    world.keys("[[");
    assert!(world.said().contains("first call"));
    world.keys("]⎋");
    assert_eq!((world.app.screen(), world.model_under_cursor().as_str()), (Screen::Calls, "sonnet"));
}

#[test]
fn a_very_long_record_is_laid_out_and_searched_elsewhere() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2⏎");
    let Some(Effect::Read(address)) = world.effects.pop() else { panic!("the record is asked for") };
    let response = serde_json::json!("many words\n".repeat(20_000) + "a needle");
    let transcript = Transcript { response: Some(response.clone()), raw: vec![response], ..Transcript::default() };
    world.app.arrived(address.row, address.span, Ok(transcript), world.now);
    world.settle();
    let Some(Effect::Lay { row, transcript, widths, manner }) = world.effects.pop() else {
        panic!("not between two frames")
    };
    let begun = world.app.text.lines(Pane::Response);
    assert_eq!(
        (begun.get(0).unwrap().text, begun.get(begun.len() - 1).unwrap().text),
        ("many words", "laying out the rest …")
    );
    assert!(begun.len() < 10_000, "and no more of it between two frames");
    world.app.laid(CallText::lay(row, &transcript, widths, manner), world.now);
    world.settle();
    assert_eq!(world.app.text.lines(Pane::Response).len(), 20_001);
    world.keys("/needle");
    assert!(world.app.search.as_ref().is_some_and(|search| search.looking));
    let Some(Effect::Look { needle, sections }) = world.effects.pop() else { panic!("somebody must look") };
    let hits = Search::look(&needle, &sections, || false).unwrap();
    world.app.found_text(&needle, &sections, hits, world.now);
    world.settle();
    assert_eq!(world.app.search.as_ref().map(|search| (search.hits.len(), search.looking)), Some((2, false)));
    assert_eq!(world.app.focus(), Pane::Response, "the first match is gone to");
    world.keys("⏎y");
    assert!(world.said().contains("too long"), "nothing slow is done for what cannot be copied");
    world.keys("⎋SG");
    assert_eq!(world.app.text.lines(Pane::Response).len(), 20_001, "what was there stays while more is shown of it");
    let Some(Effect::Lay { row, transcript, widths, manner }) = world.effects.pop() else { panic!("it is laid anew") };
    world.app.laid(CallText::lay(row, &transcript, widths, manner), world.now);
    world.settle();
    world.keys("S");
    assert!(world.app.text.lines(Pane::Response).len() < 10_000, "and goes at once when less is shown");
    world.keys("G");
    let Some(Effect::Lay { row, transcript, widths, manner }) = world.effects.pop() else { panic!("it is laid anew") };
    world.app.laid(CallText::lay(row, &transcript, widths, manner), world.now);
    world.settle();
    assert_eq!(world.app.place().cursor(Pane::Response).nth, 20_000, "who was at the end stays there");
}

#[test]
fn a_record_that_cannot_be_read_says_why() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2⏎");
    let Some(Effect::Read(address)) = world.effects.pop() else { panic!("the record is asked for") };
    world.app.arrived(address.row, address.span, Err("the file is gone".into()), world.now);
    world.settle();
    assert_eq!(world.app.text.lines(Pane::Raw).get(0).unwrap().text, "the file is gone");
    world.keys("Y");
    let Some(Effect::Read(address)) = world.effects.pop() else { panic!("it is tried again") };
    world.app.arrived(address.row, address.span, Err("still gone".into()), world.now);
    assert!(world.said().contains("still gone"));
}

#[test]
fn bodies_are_looked_into_once_and_then_as_calls_come() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("/body:refund");
    assert!(world.effects.is_empty(), "not for every letter");
    world.keys("⏎");
    let Some(Effect::FindBodies { needle, among }) = world.effects.pop() else { panic!("somebody must look") };
    assert_eq!((needle.as_str(), among.len()), ("refund", 5));
    assert!(world.app.searching_bodies);
    world.app.found_bodies("refund", [3], world.now);
    world.settle();
    assert_eq!(world.app.board.total.calls, 1);
    assert!(!world.app.searching_bodies);
    world.pass(SECOND);
    world.tell(&[Seen::default()]);
    let Some(Effect::FindBodies { among, .. }) = world.effects.pop() else { panic!("the new call is looked into") };
    assert_eq!(among.iter().map(|address| address.row).collect::<Vec<_>>(), [5]);
    world.app.found_bodies("refund", [5], world.now);
    world.settle();
    assert_eq!(world.app.board.total.calls, 2);
}

#[test]
fn the_palette_finds_by_letters_and_shows_themes_live() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys(":theme nord");
    assert_eq!(world.app.theme, "nord", "seen before it is taken");
    world.keys("⎋");
    assert_eq!(world.app.theme, "default");
    world.keys(":win 7⏎");
    assert_eq!(world.app.window, Window::Week);
    world.keys(":go rou⏎");
    assert_eq!(world.app.screen(), Screen::Routes);
}

#[test]
fn the_same_tokens_at_another_price_are_asked_of_a_model_and_of_a_call() {
    let mut world = World::new();
    world.tell(&three_models());
    let said = |world: &World| world.app.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default();
    world.keys("3Rhalf⏎");
    let calls = world.app.current_group(Pane::Groups).unwrap().named().unwrap().stats.calls;
    let of = if calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
    assert!(said(&world).contains(&format!("{of} with maker/half $")), "{}", said(&world));
    let first: String = said(&world).chars().take(40).collect();
    assert!(first.contains(" less (prices, not quality)"), "a narrow screen shows it: {first}");
    world.keys("2⏎Rhalf⏎");
    assert!(said(&world).contains(": 1 call with maker/half $"), "{}", said(&world));
    world.keys("Ropus⏎");
    assert!(said(&world).starts_with("no price is known for opus"), "{}", said(&world));
}

#[test]
fn tools_of_the_home_are_read_when_they_are_asked_for() {
    let mut world = World::with(Options { tools: vec!["Claude Code".into()], ..Options::default() });
    let asked = |world: &World| world.effects.iter().any(|effect| matches!(effect, Effect::ReadTools));
    world.keys("o");
    assert!(!asked(&world), "not while the folder is still looked through");
    world.app.absorb(Event::CaughtUp, world.now);
    world.settle();
    world.keys("o");
    assert!(asked(&world));
    assert!(world.app.tools.is_empty() && !world.app.loading.caught_up, "they are being read");
}

#[test]
fn help_zoom_and_filter_are_closed_from_the_top() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("=z?");
    assert!(world.app.help.is_some());
    world.keys("⎋");
    assert!(world.app.help.is_none() && world.app.zoomed);
    world.keys("⎋");
    assert!(!world.app.zoomed && !world.app.filter.is_empty());
    world.keys("⎋");
    assert!(world.app.filter.is_empty());
}

#[test]
fn the_mouse_hits_what_it_points_at() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2");
    let lines = Area { x: 0, y: 3, width: 80, height: 10 };
    let pane = ShownPane { pane: Pane::Calls, area: lines, lines, top: 0, len: 5, columns: Vec::new() };
    let tab = (Area { x: 20, y: 0, width: 8, height: 1 }, Action::Screen(Screen::Routes));
    world.app.shown = Shown { panes: vec![pane], clicks: vec![tab], ..Shown::default() };
    world.app.click(5, 6, world.now);
    assert_eq!(world.app.place().cursor(Pane::Calls).nth, 3);
    world.app.click(5, 6, world.now);
    assert_eq!(world.app.screen(), Screen::Call, "a second click opens");
    world.app.click(21, 0, world.now);
    assert_eq!(world.app.screen(), Screen::Routes);
}

#[test]
fn a_click_on_a_heading_sorts_and_again_turns_round() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys("2");
    let head = (Area { x: 40, y: 2, width: 9, height: 1 }, Action::SortBy(Column::Tokens));
    let whole = Area { x: 0, y: 2, width: 80, height: 11 };
    let pane =
        ShownPane { pane: Pane::Calls, area: whole, lines: Area { y: 3, ..whole }, top: 0, len: 5, columns: vec![] };
    world.app.shown = Shown { panes: vec![pane], clicks: vec![head], ..Shown::default() };
    world.click(41, 2);
    assert_eq!(world.model_under_cursor(), "opus", "the most tokens first");
    world.click(41, 2);
    assert_eq!(world.model_under_cursor(), "haiku");
    world.keys("⇥");
    assert_eq!(world.app.focus(), Pane::Summary);
    world.click(41, 2);
    assert_eq!((world.app.focus(), world.model_under_cursor().as_str()), (Pane::Calls, "opus"));
    world.check();
}

#[test]
fn a_click_on_what_is_offered_takes_it_and_closes_the_prompt() {
    let mut world = World::new();
    world.tell(&three_models());
    world.keys(":theme ");
    let nth = world.app.prompt.as_ref().unwrap().items.iter().position(|item| item.title == "theme nord").unwrap();
    let row = |action| Shown {
        panes: vec![],
        clicks: vec![(Area { x: 0, y: 0, width: 9, height: 1 }, action)],
        ..Shown::default()
    };
    world.app.shown = row(Action::Pick(nth));
    world.click(1, 0);
    assert_eq!((world.app.prompt.is_none(), world.app.theme.as_str()), (true, "nord"));
    world.keys(":theme default");
    world.app.shown = row(Action::Screen(Screen::Models));
    world.click(1, 0);
    assert_eq!((world.app.prompt.is_none(), world.app.screen()), (true, Screen::Models));
    assert_eq!(world.app.theme, "nord", "a theme that was only looked at is not kept");
    world.keys("F");
    world.app.shown = row(Action::Pick(2));
    world.click(1, 0);
    assert_eq!(world.app.filter.text, "model=opus");
}

#[test]
fn no_key_works_that_help_does_not_show() {
    let codes = [
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::BackTab,
        Code::Backspace,
        Code::Delete,
        Code::Up,
        Code::Down,
        Code::Left,
        Code::Right,
        Code::Home,
        Code::End,
        Code::PageUp,
        Code::PageDown,
    ];
    let letters = ' '..='~';
    let keyboard: Vec<Key> =
        letters.clone().map(Key::char).chain(letters.map(Key::ctrl)).chain(codes.map(Key::plain)).collect();
    for way in ["1", "2", "3", "4", "2⏎", "D", "F"] {
        for key in &keyboard {
            let mut world = World::new();
            world.tell(&three_models());
            world.keys(way);
            world.app.toast = None;
            let before = format!("{:?} {:?} {:?}", world.app, world.app.drawer, world.app.text);
            let shown = keys::listed(&world.app).into_iter().find(|line| line.keys.contains(key));
            let effects = world.app.press(*key, world.now);
            match shown {
                None => {
                    let after = format!("{:?} {:?} {:?}", world.app, world.app.drawer, world.app.text);
                    assert!(effects.is_empty() && world.app.toast.is_none() && before == after, "{key} in {way}");
                }
                Some(line) => {
                    if let Some(why) = line.refused {
                        assert_eq!(world.said(), why, "{key} in {way} says why not");
                    }
                }
            }
        }
    }
}

#[test]
fn progress_and_silence_are_known() {
    let mut world = World::new();
    world.app.absorb(Event::Health(SourceId(0), Health::Reading { done: 25, of: 100 }), world.now);
    assert_eq!(world.app.loading.share(), Some(0.25));
    world.tell(&three_models());
    world.app.absorb(Event::CaughtUp, world.now);
    world.pass(5 * MINUTE);
    assert_eq!(world.app.loading.share(), None);
    assert_eq!(world.app.silent_for(), Some(5 * MINUTE));
}

#[derive(Debug, Clone)]
enum Deed {
    Press(Key),
    Tell(Vec<Seen>),
    Pass(i64),
    Answer(bool),
    Click(u16, u16),
    CaughtUp,
}

fn key() -> impl Strategy<Value = Key> {
    let codes = [
        Code::Enter,
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::BackTab,
        Code::Backspace,
        Code::Delete,
        Code::Up,
        Code::Down,
        Code::Left,
        Code::Right,
        Code::Home,
        Code::End,
        Code::PageUp,
        Code::PageDown,
    ];
    prop_oneof![
        6 => proptest::sample::select("jkhlgG1234[]/nN:DF=!wWbsSfpztT*yYoe? ".chars().collect::<Vec<_>>()).prop_map(Key::char),
        3 => proptest::sample::select(codes.to_vec()).prop_map(Key::plain),
        1 => proptest::sample::select("dufbpwak".chars().collect::<Vec<_>>()).prop_map(Key::ctrl),
        1 => proptest::sample::select("model:opus,x=\"().-0é".chars().collect::<Vec<_>>()).prop_map(Key::char),
    ]
}

fn seen() -> impl Strategy<Value = Seen> {
    let ago = prop_oneof![4 => 0..90 * MINUTE, 1 => 0..400 * DAY, 1 => -2 * DAY..0_i64];
    let model = proptest::sample::select(&["opus", "sonnet, x", "(odd)", "\u{1b}[2J"][..]);
    let route = proptest::sample::select(&["chat", "triage", ""][..]);
    (ago, model, route, 0..2_000_u32, 0.0..=1.0, any::<bool>()).prop_map(
        |(ago, model, route, tokens, confidence, failed)| Seen { ago, model, route, tokens, confidence, failed },
    )
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => key().prop_map(Deed::Press),
        3 => proptest::collection::vec(seen(), 0..8).prop_map(Deed::Tell),
        2 => (0..3 * HOUR).prop_map(Deed::Pass),
        1 => any::<bool>().prop_map(Deed::Answer),
        1 => (0..90_u16, 0..30_u16).prop_map(|(x, y)| Deed::Click(x, y)),
        1 => Just(Deed::CaughtUp),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_the_state_stays_sound(deeds in proptest::collection::vec(deed(), 1..60)) {
        let mut world = World::new();
        let lines = Area { x: 1, y: 2, width: 40, height: 7 };
        world.app.shown.panes = [Pane::Calls, Pane::Groups, Pane::Request]
            .map(|pane| ShownPane { pane, area: lines, lines, top: 0, len: 3, columns: pane.columns().to_vec() }).into();
        for deed in deeds {
            match deed {
                Deed::Press(key) => world.press(key),
                Deed::Tell(calls) => world.tell(&calls),
                Deed::Pass(millis) => world.pass(millis),
                Deed::Click(x, y) => drop(world.app.click(x, y, world.now)),
                Deed::CaughtUp => world.app.absorb(Event::CaughtUp, world.now),
                Deed::Answer(well) => {
                    for effect in std::mem::take(&mut world.effects) {
                        match effect {
                            Effect::Read(to) if well => {
                                let raw = vec![serde_json::json!({"role": "user", "content": "a b"})];
                                let transcript = Transcript { raw, ..Transcript::default() };
                                world.app.arrived(to.row, to.span, Ok(transcript), world.now);
                            }
                            Effect::Read(to) => world.app.arrived(to.row, to.span, Err("no".into()), world.now),
                            Effect::FindBodies { needle, among } => {
                                let rows = among.iter().map(|to| to.row).filter(|row| row % 2 == 0);
                                world.app.found_bodies(&needle, rows.collect::<Vec<_>>(), world.now);
                            }
                            _ => {}
                        }
                    }
                }
            }
            world.settle();
            world.check();
        }
        if world.app.clock != Clock::Live {
            world.app.update(Action::Pause, world.now);
        }
        world.pass(MINUTE);
        prop_assert!(world.app.is_current(), "everything is counted in the end");
        world.check();
    }
}

/// A log and a table of the same six calls: one lacks a call, and the other names another model for one.
fn two_books(world: &mut World) {
    let table = SourceInfo {
        id: SourceId(1),
        path: "calls.db".into(),
        table: Some("calls".into()),
        format: "llm_usage_logs".into(),
        ..SourceInfo::default()
    };
    world.app.absorb(Event::Found(table), world.now);
    let mut scribe = Scribe::new(SourceId(1));
    for nth in 0..6 {
        let told = |model: &'static str| Call {
            id: Some(format!("req-{nth}").into()),
            at: world.now.minus((6 - nth) * MINUTE),
            model: Some(model.into()),
            usage: Usage { input: Some(100 + nth as u32), output: Some(9), ..Usage::default() },
            ..Call::default()
        };
        world.scribe.write(&told("opus"), nth as u64 + 1, Span { at: nth as u64 * 100, len: 99 });
        if nth != 2 {
            let model = if nth == 4 || nth == 1 { "sonnet" } else { "opus" };
            scribe.write(&told(model), nth as u64 + 100, Span { at: nth as u64 + 1, len: 0 });
        }
    }
    for batch in [world.scribe.take(), scribe.take()] {
        world.app.absorb(Event::Batch(batch), world.now);
    }
    world.app.absorb(Event::CaughtUp, world.now);
    world.settle();
}

#[test]
fn an_audit_is_walked_from_check_to_check_and_from_call_to_call() {
    let mut world = World::new();
    two_books(&mut world);
    assert_eq!(world.app.failed_checks(), 2, "the tab says so before anybody looks");
    world.keys("6");
    assert_eq!(world.app.screen(), Screen::Audit);
    let failing = |world: &World| world.app.current_finding().map(|finding| finding.about.check().word());
    let id = |world: &World| world.app.current_call().map(|row| world.app.store.row(row).id());
    assert_eq!(
        (failing(&world), id(&world).as_deref()),
        (Some("missing"), Some("req-2")),
        "it begins where a check fails"
    );
    world.keys("n");
    assert_eq!((failing(&world), id(&world).as_deref()), (Some("model"), Some("req-4")), "the newest call first");
    world.keys("]");
    assert_eq!(id(&world).as_deref(), Some("req-1"));
    world.keys("]");
    assert!(world.said().contains("last call that fails"), "{}", world.said());
    world.keys("⏎");
    assert_eq!((world.app.screen(), id(&world).as_deref()), (Screen::Call, Some("req-1")));
    assert_eq!(world.app.focus(), Pane::Twins, "what both books say, side by side");
    let Some(Effect::Read(address)) = world.effects.pop() else { panic!("the records are asked for") };
    let places: Vec<&str> = address.others.iter().map(|(place, ..)| place.as_str()).collect();
    assert!(matches!(places.as_slice(), [one] if *one != address.source.place(address.span.at)), "{places:?}");
    assert_eq!(world.app.place_in_list(), (Some(1), 2));
    world.keys("[");
    assert_eq!(id(&world).as_deref(), Some("req-4"), "the calls beside it are those that fail");
    world.keys("[");
    assert!(world.said().contains("first call that fails"), "{}", world.said());
    world.keys("]");
    world.keys("⎋");
    assert_eq!(
        (failing(&world), id(&world).as_deref()),
        (Some("model"), Some("req-1")),
        "nothing is lost on the way back"
    );
    world.keys("nN");
    assert_eq!(id(&world).as_deref(), Some("req-4"), "round again, and each check begins anew");
    world.keys("jjj");
    assert_eq!((failing(&world), world.app.current_call()), (None, None), "a check that passes has no calls");
    world.keys("⏎");
    assert!(world.said().contains("no call"), "{}", world.said());
    // From the pair to what it fails in.
    world.keys("⇥⇥");
    assert_eq!(world.app.focus(), Pane::Pairs);
    world.keys("⏎");
    assert_eq!((world.app.focus(), failing(&world)), (Pane::Checks, Some("missing")));
    world.keys("e");
    let rows = world.effects.iter().find_map(|effect| match effect {
        Effect::Export { rows, .. } => Some(rows.len()),
        _ => None,
    });
    assert_eq!(rows, Some(1), "what fails is what is written");
    world.check();
}

#[test]
fn an_audit_follows_filter_and_calls_and_is_the_same_as_one_made_afresh() {
    use callscope::figures::Audit;
    let mut world = World::new();
    two_books(&mut world);
    let agrees = |world: &World| {
        let fresh = Audit::of(&world.app.store, world.app.scope());
        assert_eq!((&fresh.pairs, &fresh.findings), (&world.app.audit().pairs, &world.app.audit().findings));
    };
    agrees(&world);
    world.keys("6/id=req-2⏎");
    assert_eq!(world.app.failed_checks(), 1, "only what the filter keeps is looked at");
    agrees(&world);
    world.keys("⎋");
    assert_eq!(world.app.failed_checks(), 2);
    let row = world.app.current_call();
    // The call that was missing comes late.
    let late = Call {
        id: Some("req-2".into()),
        at: world.now.minus(4 * MINUTE),
        model: Some("opus".into()),
        usage: Usage { input: Some(102), output: Some(9), ..Usage::default() },
        ..Call::default()
    };
    let mut scribe = Scribe::new(SourceId(1));
    scribe.write(&late, 777, Span { at: 9, len: 0 });
    // The names of a source are told once: this one knows none yet.
    scribe.batch.lane = 1;
    world.app.absorb(Event::Batch(scribe.take()), world.now);
    world.settle();
    assert_eq!(world.app.current_call(), row, "it is looked at again after a rest");
    world.pass(SECOND);
    assert_eq!(world.app.failed_checks(), 1);
    agrees(&world);
}

/// Long calls of opus on chat, and short ones of haiku on triage and chat.
fn two_kinds() -> Vec<Seen> {
    let call = |nth: u32| {
        let long = nth.is_multiple_of(2);
        let (model, route) =
            if long { ("opus", "chat") } else { ("haiku", if nth.is_multiple_of(5) { "chat" } else { "triage" }) };
        let tokens = if long { 5_000 + nth } else { 100 + nth };
        Seen { ago: i64::from(nth) * SECOND, model, route, tokens, ..Seen::default() }
    };
    (1..=80).map(call).collect()
}

#[test]
fn what_is_different_about_a_group_leads_to_its_calls_and_back() {
    let mut world = World::new();
    world.tell(&two_kinds());
    world.keys("3d");
    assert_eq!(world.app.screen(), Screen::Differ);
    let differ = world.app.differ().expect("it is made with the place").clone();
    assert_eq!((differ.selected, differ.rest), (40, 40), "opus is the dearest, and the cursor is on it");
    let route = differ.fields.iter().position(|found| found.field.word() == "route").unwrap();
    let own = differ.fields.last().unwrap();
    assert!(own.by_construction && own.field.word() == "model", "{own:?}");
    world.keys(&"j".repeat(route));
    assert_eq!(world.app.place().cursor(Pane::Fields).nth, route);
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Calls, "model=opus route=chat"));
    assert_eq!(world.app.board.total.calls, 40);
    world.keys("⎋");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Differ, ""));
    assert_eq!(world.app.place().cursor(Pane::Fields).nth, route);
    world.check();
    world.keys("⎋");
    assert_eq!(world.app.screen(), Screen::Models);
}

#[test]
fn on_calls_the_filter_is_compared_with_what_it_drops() {
    let mut world = World::new();
    world.tell(&two_kinds());
    world.keys("2d");
    assert!(world.said().contains("nothing is selected"), "{}", world.said());
    world.keys("/route=chat⏎d");
    let differ = world.app.differ().unwrap();
    assert_eq!((differ.selected, differ.rest), (48, 32));
    assert!(differ.fields.last().unwrap().by_construction);
    let first = differ.fields[0].term.clone().unwrap();
    world.keys("=");
    assert_eq!(world.app.filter.text, format!("route=chat {first}"), "a field narrows what is compared");
    assert_eq!(world.app.screen(), Screen::Differ);
    let narrowed = world.app.differ().unwrap();
    assert!(narrowed.selected < 48 && narrowed.selected + narrowed.rest == 80);
    world.check();
}

#[test]
fn a_comparison_follows_the_calls_after_a_rest() {
    let mut world = World::new();
    world.tell(&two_kinds());
    world.keys("3d");
    world.tell(&two_kinds());
    assert_eq!(world.app.differ().unwrap().selected, 40, "every row is looked at: not with every call");
    let due = world.app.due();
    assert!(due > world.now && due < world.now.plus(10 * SECOND));
    world.pass(due.0 - world.now.0);
    assert_eq!(world.app.differ().unwrap().selected, 80);
    world.check();
}

#[test]
fn why_the_bill_changed_leads_to_the_calls_of_each_step() {
    let mut world = World::new();
    let call = |ago: i64, route, tokens| Seen { ago: ago * MINUTE, route, tokens, model: "opus", ..Seen::default() };
    world.tell(&[call(90, "chat", 99), call(80, "chat", 99), call(70, "old", 400), call(5, "chat", 299)]);
    world.keys("B");
    assert_eq!(world.app.screen(), Screen::Change);
    let change = world.app.change().unwrap().unwrap().clone();
    assert_eq!((change.before.1.calls, change.this.1.calls), (3, 1));
    assert_eq!(change.this.1.cost, world.app.board.total.cost, "it is the sum of every screen");
    let told: Vec<(&str, i64)> = change.steps.iter().map(|step| (step.factor.words().0, step.usd.0)).collect();
    assert_eq!(told.iter().map(|(_, nanos)| nanos).sum::<i64>(), change.difference().0);
    assert!(told.contains(&("ended routes", -401_000_000)) && told.contains(&("volume", -100_000_000)), "{told:?}");
    assert!(told.contains(&("tokens a call", 200_000_000)), "{told:?}");
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.board.total.calls), (Screen::Calls, 1));
    world.keys("⎋G⏎");
    assert_eq!(world.app.filter.text, "route=old");
    assert_eq!(world.app.board.total.calls, 1, "the calls of what ended lie before the window");
    assert!(world.app.bounds.is_some());
    world.check();
    world.keys("⎋");
    assert_eq!((world.app.bounds, world.app.window, world.app.screen()), (None, Window::Hour, Screen::Change));
    assert_eq!(world.app.board.total.calls, 1, "and the window is as it was");
    world.keys("~");
    let change = world.app.change().unwrap().unwrap();
    assert_eq!((change.before.1.calls, change.difference()), (0, change.this.1.cost), "last week had none");
    world.keys("G⏎1");
    assert_eq!((world.app.bounds, world.app.tab()), (None, Screen::Overview));
    world.check();
}

#[test]
fn all_of_time_has_no_bill_before_it() {
    let mut world = World::new();
    world.tell(&two_kinds());
    world.keys("WB");
    assert_eq!((world.app.window, world.app.screen()), (Window::All, Screen::Overview));
    assert!(world.said().contains("all of time has nothing before it"), "{}", world.said());
    world.keys("wB");
    assert_eq!(world.app.screen(), Screen::Change);
    world.keys("W");
    assert_eq!(world.app.change().map(|change| change.is_err()), Some(true), "and the screen says so too");
    world.check();
}

/// So many dollars an hour for one route.
fn of_an_hour(dollars: i64) -> Budget {
    let text = "route=chat".to_owned();
    let filter = callscope::query::parse(&text, Stamp(0)).unwrap();
    let amount = Amount::Usd(Usd(dollars * 1_000_000_000));
    Budget { name: "chat".to_owned(), amount, per: Per::Hour, filter, text, warn: vec![0.5, 1.0] }
}

#[test]
fn a_budget_opens_the_calls_that_used_it_and_gives_the_window_back() {
    let now = Stamp(1_763_900_000_000);
    let goals = Goals::new(&[of_an_hour(1)], &[], now);
    let mut world = World::with(Options { goals, window: Some(Window::Day), ..Options::default() });
    let seen = |ago, route| Seen { ago, route, tokens: 99, ..Seen::default() };
    world.tell(&[seen(MINUTE, "chat"), seen(2 * MINUTE, "plan"), seen(3 * HOUR, "chat")]);
    world.keys("/plan⏎");
    let spent = |world: &World| world.app.standing.budgets[0].used();
    let dollars = |tenths: i64| Some(Amount::Usd(Usd(tenths * 100_000_000)));
    assert_eq!(spent(&world), dollars(1), "the filter of the screen changes nothing about it");
    world.keys("⇤");
    assert_eq!(world.app.focus(), Pane::Burn);
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Calls, "route=chat"));
    assert_eq!(world.app.board.total.calls, 1, "of this hour, and of no other route");
    world.keys("⎋");
    assert_eq!((world.app.screen(), world.app.focus()), (Screen::Overview, Pane::Burn));
    assert_eq!((world.app.filter.text.as_str(), world.app.bounds, world.app.window), ("plan", None, Window::Day));

    // While paused nothing moves; what came meanwhile counts then.
    world.keys("p");
    world.tell(&[seen(0, "chat")]);
    assert_eq!(spent(&world), dollars(1));
    world.keys("p");
    assert_eq!(spent(&world), dollars(2));
    // A new hour begins with nothing spent, though no call comes.
    world.pass(HOUR);
    assert_eq!(spent(&world), dollars(0));
}

#[test]
fn without_budgets_there_is_no_pane_to_go_to() {
    let mut world = World::new();
    world.tell(&two_kinds());
    for _ in 0..12 {
        world.keys("⇤");
        assert_ne!(world.app.focus(), Pane::Burn);
    }
}

#[test]
fn templates_are_learnt_while_they_are_shown_and_lead_to_their_calls() {
    use callscope::figures::templates::{Learner, sketch_of};
    let mut world = World::new();
    world.tell(&two_kinds());
    world.app.absorb(Event::CaughtUp, world.now);
    world.settle();
    assert!(!world.effects.iter().any(|effect| matches!(effect, Effect::Learn { .. })), "nobody has asked");
    world.keys("3P");
    assert_eq!(world.app.screen(), Screen::Templates);
    let asked = |world: &mut World| {
        let effects = std::mem::take(&mut world.effects);
        let learn = effects.into_iter().find_map(|effect| match effect {
            Effect::Learn { among, .. } => Some(among.iter().map(|address| address.row).collect::<Vec<u32>>()),
            _ => None,
        });
        learn.unwrap_or_default()
    };
    let rows = asked(&mut world);
    assert_eq!(rows.len(), 80);
    let mut learner = Learner::default();
    let mut answer = |world: &mut World, rows: &[u32]| {
        for row in rows {
            let prompt = serde_json::json!(if row % 4 == 0 { "Tell me a joke".to_owned() } else { format!("{row}") });
            learner.add(*row, sketch_of((row % 4 != 3).then_some(&prompt), &[]));
        }
        world.app.learnt(Some(learner.learn().into()), rows.len(), true, world.now);
        world.settle();
    };
    answer(&mut world, &rows);
    let calls =
        |world: &World| world.app.templates().unwrap().lines.iter().map(|line| line.stats.calls).collect::<Vec<_>>();
    assert_eq!(calls(&world), [20, 40, 20], "the joke, what is like no other, and what is not logged");
    world.keys("⏎");
    assert_eq!(world.app.screen(), Screen::Calls);
    assert!(world.app.filter.text.starts_with("template:"), "{}", world.app.filter.text);
    assert_eq!(world.app.board.total.calls, 20);
    world.check();

    // More of them come: they are read as well, and the filter keeps them.
    world.tell(&two_kinds()[..8]);
    world.pass(5_000);
    let more = asked(&mut world);
    assert_eq!(more.len(), 8, "only those that were not read");
    answer(&mut world, &more);
    assert_eq!(world.app.board.total.calls, 22);
    world.keys("⎋");
    world.pass(5_000);
    assert_eq!(calls(&world), [22, 44, 22]);
    world.keys("⇥⏎");
    assert_eq!(world.app.screen(), Screen::Call, "the example");
    world.keys("⎋⎋");
    assert_eq!(world.app.screen(), Screen::Models);
}

#[test]
fn nobody_reads_prompts_for_a_screen_that_was_left() {
    let mut world = World::new();
    world.tell(&two_kinds());
    world.app.absorb(Event::CaughtUp, world.now);
    world.keys("3P");
    assert_eq!(world.app.learning_so_far(), Some((0, 80)));
    world.keys("⎋");
    assert_eq!(world.app.learning_so_far(), None);
    let last = world.effects.iter().rev().find_map(|effect| match effect {
        Effect::Learn { among, .. } => Some(among.len()),
        _ => None,
    });
    assert_eq!(last, Some(0), "the reader is told to stop");
    world.keys("P");
    assert_eq!(world.app.learning_so_far(), Some((0, 80)), "and begins again when it is wanted");
}
