//! What the rules find, on the screen: that it is what the command tells, that it comes and goes calmly, and what a person
//! does with it.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

#[allow(dead_code, reason = "the scenes are those of the screens")]
#[path = "screens/scene.rs"]
mod scene;

use callscope::app::{Action, App, Code, Effect, Key, Pane, Screen, Selection, Show};
use callscope::figures::{Growing, Listing, Scope};
use callscope::ingest::event::{Event, SourceInfo};
use callscope::model::time::{DAY, HOUR, MINUTE, SECOND};
use callscope::model::{Bill, Call, Scribe, SourceId, Span, Stamp, Status, Usage, Window};
use callscope::query::Filter;
use callscope::rules::verdict::Verdict;
use callscope::rules::{Finding, Folded, Rules, SourceFact, evidence};
use callscope::store::{Priced, Pricer, Row};
use scene::{NOW, Without};

/// Knows no price: the scene's rules ask for none.
struct Blank;

impl Pricer for Blank {
    fn price(&mut self, _: Row<'_>) -> Priced {
        Priced::default()
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

struct World {
    app: App,
    now: Stamp,
    scribe: Scribe,
    effects: Vec<Effect>,
}

impl World {
    fn new() -> Self {
        let mut app = scene::scene(Without::default());
        let source = SourceInfo { id: SourceId(7), path: "late.jsonl".into(), ..SourceInfo::default() };
        app.absorb(Event::Found(source), NOW);
        let mut world = Self { app, now: NOW, scribe: Scribe::new(SourceId(7)), effects: Vec::new() };
        world.look();
        world
    }

    fn settle(&mut self) {
        let effects = self.app.settle(self.now);
        self.effects.extend(effects);
    }

    /// As the loop does, until nothing is left to be looked at.
    fn look(&mut self) {
        self.settle();
        while self.app.look(self.now) {}
        self.settle();
    }

    fn pass(&mut self, millis: i64) {
        self.now = self.now.plus(millis);
        self.look();
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let key = match c {
                '⏎' => Key::plain(Code::Enter),
                '⎋' => Key::plain(Code::Esc),
                '⇥' => Key::plain(Code::Tab),
                c => Key::char(c),
            };
            let effects = self.app.press(key, self.now);
            self.effects.extend(effects);
            self.settle();
        }
        self
    }

    fn said(&self) -> &str {
        self.app.toast.as_ref().map_or("", |toast| toast.text.as_str())
    }

    /// Rule, evidence, calls that show it.
    fn shown(&self) -> Vec<(String, String, u64)> {
        let of = |finding: &Finding, calls| (finding.message.clone(), finding.evidence.clone(), calls);
        let all = self.app.alerts_in(Show::All);
        all.map(|stands| of(&stands.finding, self.app.evidence(stands).map_or(0, |shows| shows.calls))).collect()
    }

    /// The same as the command tells of the same window and calls.
    fn told(&self) -> Vec<(String, String, u64)> {
        let scope = Scope { filter: Filter::All, sessions: false, ..self.app.scope() };
        let sources: Vec<SourceFact> = self
            .app
            .sources
            .iter()
            .map(|source| SourceFact { id: source.info.id, label: source.info.label(), quiet: None })
            .collect();
        let store = &self.app.store;
        let folded = Folded::of(store, scope.clone(), self.now);
        let found = Rules::default().check(&folded.facts(store, &sources, self.now), &mut Blank);
        let counted = found.into_iter().map(|finding| {
            let filter = evidence(&finding.evidence, self.now);
            let calls = Listing::fold(store, Scope { filter, ..scope.clone() }).len() as u64;
            let calls = if finding.evidence.is_empty() { 0 } else { calls };
            (finding.message, finding.evidence, calls)
        });
        counted.collect()
    }

    /// Calls of a model that fail, one a second up to now.
    fn fail(&mut self, model: &'static str, calls: i64) {
        for nth in 0..calls {
            let call = Call {
                model: Some(model.into()),
                at: self.now.minus((calls - nth) * SECOND),
                status: Status::Error,
                error_type: Some("timeout".into()),
                usage: Usage { input: Some(100), ..Usage::default() },
                ..Call::default()
            };
            let place = self.now.0 as u64 + nth as u64;
            self.scribe.write(&call, place, Span { at: place, len: 9 });
        }
        self.app.absorb(Event::Batch(self.scribe.take()), self.now);
    }
}

#[test]
fn the_screen_finds_what_the_command_finds() {
    let mut world = World::new();
    assert_eq!(world.shown(), world.told());
    assert_eq!(world.shown().len(), 5, "{:?}", world.shown());
    for window in [Window::Day, Window::All, Window::Week, Window::Hour] {
        world.app.update(Action::Window(window), world.now);
        world.look();
        assert_eq!(world.shown(), world.told(), "{window:?}");
        // The figures are kept from here on, and not folded again.
        for _ in 0..3 {
            world.pass(2 * SECOND);
            world.fail("gpt-5", 3);
            world.look();
            let clearing = world.app.alerts_in(Show::All).filter(|stands| stands.is_clearing()).count();
            assert_eq!(clearing, 0);
            assert_eq!(world.shown(), world.told(), "{window:?}");
        }
    }
}

#[test]
fn calls_that_come_during_a_look_are_counted_by_the_next() {
    let mut world = World::new();
    world.fail("gpt-5", 1);
    world.app.look(world.now);
    world.fail("gpt-5", 30);
    world.look();
    world.look();
    assert_eq!(world.shown(), world.told());
    assert!(world.shown().iter().any(|(message, ..)| message.contains("gpt-5 ")), "{:?}", world.shown());
}

#[test]
fn figures_that_grow_are_right_at_every_step() {
    use callscope::figures::{Board, Ledger};
    let app = scene::scene(Without::default());
    let board = Growing::whole(Board::begin(&app.store, Scope::default(), Some(NOW)), &app.store);
    assert_eq!(board.get().unwrap().total, Board::fold(&app.store, Scope::default(), Some(NOW)).total);
    let ledger = Growing::whole(Ledger::begin(&app.store, Filter::All), &app.store);
    let whole = Ledger::fold(&app.store, Filter::All);
    let hours = whole.first().unwrap()..i64::MAX;
    assert_eq!(ledger.get().unwrap().sum(hours.clone(), |_, _| true), whole.sum(hours, |_, _| true));
}

#[test]
fn the_filter_and_a_look_into_the_past_change_nothing_of_the_findings() {
    let mut world = World::new();
    let before = world.shown();
    world.keys("/model:nothing⏎");
    world.look();
    assert_eq!((world.shown(), world.app.board.total.calls), (before, 0));
}

#[test]
fn enter_opens_the_calls_that_show_it_and_esc_comes_back_to_the_line() {
    let mut world = World::new();
    world.keys("/route:chat⏎5jj");
    let stands = world.app.current_alert().unwrap();
    let (text, calls) = (stands.finding.evidence.clone(), world.app.evidence(stands).unwrap().calls);
    assert!(calls > 0);
    world.keys("⏎");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Calls, text.as_str()));
    assert_eq!(world.app.board.total.calls, calls, "all of them, whatever the filter was");
    world.keys("⎋");
    assert_eq!((world.app.screen(), world.app.filter.text.as_str()), (Screen::Alerts, "route:chat"));
    assert_eq!(world.app.current_alert().unwrap().finding.evidence, text);
    // The newest of them are beside it, and open from there.
    world.keys("⇥⇥j⏎");
    let row = world.app.place().row.unwrap();
    assert_eq!(world.app.screen(), Screen::Call);
    assert!(evidence(&text, world.now).keeps(world.app.store.row(row)));
    world.keys("⎋");
    assert_eq!((world.app.focus(), world.app.place().cursor(Pane::Evidence).nth), (Pane::Evidence, 1));
}

#[test]
fn d_tells_what_is_different_about_the_calls_that_show_it() {
    let mut world = World::new();
    world.keys("5");
    let text = world.app.current_alert().unwrap().finding.evidence.clone();
    world.keys("d");
    assert_eq!(world.app.screen(), Screen::Differ);
    assert_eq!(world.app.place().selection, Selection::Term(text));
    assert!(world.app.differ().unwrap().selected > 0);
    world.keys("⎋");
    assert_eq!(world.app.screen(), Screen::Alerts);
}

#[test]
fn what_a_person_says_moves_a_finding_and_is_taken_back_by_the_same_key() {
    let mut world = World::new();
    world.keys("5");
    let new = |world: &World| world.app.alerts_in(Show::New).count();
    let keys: Vec<String> = world.app.alerts_in(Show::New).map(|stands| stands.finding.key()).collect();
    world.effects.clear();
    world.keys("axZ");
    assert_eq!(new(&world), keys.len() - 3);
    let remembered: Vec<(String, Verdict)> = world
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Remember { key, verdict } => Some((key.clone(), *verdict)),
            _ => None,
        })
        .collect();
    let until = Verdict::Snoozed(NOW.0 + DAY);
    let said = [Verdict::Accepted, Verdict::Dismissed, until];
    assert_eq!(remembered, keys.iter().cloned().zip(said).collect::<Vec<_>>());
    for (show, key, letter) in [(Show::Accepted, 0, "a"), (Show::Dismissed, 1, "x"), (Show::Snoozed, 2, "Z")] {
        world.keys("v");
        assert_eq!((world.app.show(), world.app.current_alert().unwrap().finding.key()), (show, keys[key].clone()));
        world.keys(letter);
        assert_eq!(world.app.current_alert(), None, "it is new again");
    }
    assert_eq!(new(&world), keys.len());
    // With none under the cursor the keys say why they do nothing.
    for letter in ["a", "x", "Z", "⏎", "Y"] {
        world.keys(letter);
        assert!(
            world.said().starts_with("there is no") || world.said().starts_with("there is nothing"),
            "{letter} {}",
            world.said()
        );
    }
}

#[test]
fn the_next_finding_comes_under_the_cursor_and_not_the_first() {
    let mut world = World::new();
    world.keys("5j");
    let keys: Vec<String> = world.app.alerts_in(Show::New).map(|stands| stands.finding.key()).collect();
    assert!(keys.len() > 3, "{keys:?}");
    let here = |world: &World| world.app.current_alert().map(|stands| stands.finding.key());
    assert_eq!(here(&world), Some(keys[1].clone()));
    world.keys("a");
    assert_eq!(here(&world), Some(keys[2].clone()));
    world.keys("Gx");
    assert_eq!(here(&world), Some(keys[keys.len() - 2].clone()), "at the end the one before it");
}

#[test]
fn who_snoozed_is_woken_after_a_day() {
    let mut world = World::new();
    world.app.update(Action::Window(Window::All), world.now);
    world.look();
    let key = world.keys("5").app.current_alert().unwrap().finding.key();
    world.keys("Z");
    let is_new = |world: &World| world.app.alerts_in(Show::New).any(|stands| stands.finding.key() == key);
    assert!(!is_new(&world));
    world.pass(DAY - SECOND);
    assert!(!is_new(&world));
    world.pass(SECOND);
    assert!(is_new(&world));
}

#[test]
fn a_finding_clears_before_it_is_gone() {
    let mut world = World::new();
    let states = |world: &World| {
        let all: Vec<bool> =
            world.app.alerts_in(Show::All).map(callscope::rules::standing::Stands::is_clearing).collect();
        (all.len(), all.iter().filter(|clearing| **clearing).count())
    };
    assert_eq!(states(&world), (5, 0));
    // The window has moved past all calls: what is left is about a log.
    world.pass(2 * HOUR);
    let (all, clearing) = states(&world);
    assert!(all >= 5 && clearing == 4, "{:?}", world.shown());
    let shown = world.app.alerts_in(Show::All).find(|stands| stands.is_clearing()).unwrap();
    assert!(world.app.evidence(shown).is_some_and(|shows| shows.calls > 0), "it keeps the calls that showed it");
    world.pass(20 * SECOND);
    assert_eq!(states(&world).1, 4, "two looks are not enough");
    world.pass(20 * SECOND);
    assert_eq!(states(&world).1, 0);
    assert!(states(&world).0 < all);
}

#[test]
fn nothing_is_looked_at_while_nothing_changes() {
    let mut world = World::new();
    let minute = world.now.floor(MINUTE).plus(MINUTE);
    assert_eq!(world.app.look_due(), Some(minute), "the hour slides");
    world.fail("gpt-5", 1);
    assert_eq!(world.app.look_due(), Some(world.now));
    world.look();
    world.keys("p");
    world.fail("gpt-5", 1);
    assert_eq!(world.app.look_due(), None, "paused");
}

#[test]
fn each_finding_is_told_once_and_what_was_dismissed_never() {
    let told = |world: &mut World| {
        let effects = std::mem::take(&mut world.effects);
        let told = effects.into_iter().filter_map(|effect| match effect {
            Effect::Tell { finding, calls } => Some((finding.key(), calls)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let mut world = World::new();
    assert_eq!(told(&mut world).len(), 5);
    world.pass(MINUTE);
    world.app.update(Action::Window(Window::Day), world.now);
    world.look();
    let other: Vec<_> = told(&mut world);
    world.app.update(Action::Window(Window::Hour), world.now);
    world.look();
    assert_eq!(told(&mut world), [], "another window and back: {other:?}");
    world.app.remember([("low-success-rate:gpt-5".to_owned(), Verdict::Dismissed)].into());
    world.fail("gpt-5", 40);
    world.look();
    let keys = told(&mut world);
    assert!(world.app.alerts_in(Show::Dismissed).count() == 1 && !keys.is_empty(), "{keys:?}");
    assert!(keys.iter().all(|(key, calls)| key != "low-success-rate:gpt-5" && *calls > 0), "{keys:?}");
}

#[test]
fn a_finding_is_copied_in_words_and_its_evidence_as_a_filter() {
    let mut world = World::new();
    world.keys("5");
    let finding = world.app.current_alert().unwrap().finding.clone();
    world.effects.clear();
    world.keys("yY");
    let copied: Vec<&str> = world
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Copy(text) = effect { Some(text.as_str()) } else { None })
        .collect();
    assert!(copied[0].starts_with(&finding.message) && copied[0].contains(&finding.because[0]), "{copied:?}");
    assert_eq!(copied[1], finding.evidence);
    // What no call shows has nothing to open or to copy.
    world.keys("G");
    assert_eq!(world.app.current_alert().unwrap().finding.evidence, "");
    for key in ["⏎", "Y", "e"] {
        world.keys(key);
        assert!(world.said().contains("D says what is known of the sources"), "{key}: {}", world.said());
    }
}

#[test]
fn an_alert_on_the_first_screen_opens_the_calls_that_show_it() {
    let mut world = World::new();
    world.fail("gpt-5", 30);
    world.keys("⇥⇥⇥⇥");
    assert_eq!(world.app.focus(), Pane::Findings);
    let shows = world.app.current_evidence().map(|shows| shows.calls);
    assert!(shows.is_some_and(|calls| calls > 0));
    world.keys("⏎");
    assert_eq!(world.app.screen(), Screen::Calls);
    assert_eq!(Some(world.app.board.total.calls), shows);
}
