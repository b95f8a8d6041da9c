//! Looking closer, looking back, and looking at what was before: the time axis under a person's keys.

#![allow(clippy::unwrap_used, dead_code, reason = "a test that unwraps asserts; the scene is shared")]

#[path = "screens/picture.rs"]
mod picture;
#[path = "screens/scene.rs"]
mod scene;

use callscope::app::{Action, App, Code, Key, Pane, Screen, Turn};
use callscope::figures::past::Measure;
use callscope::ingest::event::Event;
use callscope::model::time::{DAY, HOUR, MINUTE};
use callscope::model::{Call, Scribe, SourceId, Span, Usage, Window};
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::theme::{Depth, Theme};
use picture::Camera;
use scene::{NOW, answer};

/// A call so many milliseconds ago.
fn call(ago: i64, model: &'static str, tokens: u32) -> Call<'static> {
    Call {
        at: NOW.minus(ago),
        model: Some(model.into()),
        route: Some("chat".into()),
        usage: Usage { input: Some(tokens), output: Some(10), ..Usage::default() },
        took: Some(1_000_000_000),
        ..Call::default()
    }
}

/// One each half minute of the last three hours.
fn busy() -> Vec<Call<'static>> {
    (0..360).rev().map(|nth| call(nth * MINUTE / 2, "gpt-5", 100_000)).collect()
}

struct Desk(App);

impl Desk {
    fn of(calls: &[Call<'_>], window: Window) -> Self {
        let mut app = scene::only(calls);
        app.update(Action::Window(window), NOW);
        answer(&mut app);
        let mut desk = Self(app);
        desk.screen();
        desk
    }

    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let key = match c {
                '⏎' => Key::plain(Code::Enter),
                '⎋' => Key::plain(Code::Esc),
                c => Key::char(c),
            };
            self.0.press(key, NOW);
            answer(&mut self.0);
            self.screen();
        }
        self
    }

    fn screen(&mut self) -> String {
        Camera { theme: Theme::default(), set: GlyphSet::Braille }.take(&mut self.0, 160, 40).1
    }

    fn calls(&self) -> u64 {
        self.0.board.total.calls
    }
}

#[test]
fn zooming_goes_about_the_cursor_and_the_whole_screen_follows() {
    let mut desk = Desk::of(&busy(), Window::Hour);
    assert_eq!(desk.calls(), 120);
    desk.0.update(Action::Pane(Pane::Cost), NOW);
    desk.keys("hhhhhhhhhhhhhhhhhhhh");
    let series = &desk.0.board.series;
    let under = series.time(desk.0.place().cursor(Pane::Cost).nth);
    desk.keys("+");
    let range = desk.0.span().range.unwrap();
    assert_eq!(range.length, 30 * MINUTE);
    let (since, close) = (range.since(NOW), range.close(NOW));
    assert!(since <= under && under < close, "{under:?} is in {since:?}–{close:?}");
    assert_eq!(desk.calls(), 60, "the figures are those of the half hour");
    assert!(desk.0.board.series.step < MINUTE, "and their steps are finer");
    desk.keys("+++++++");
    assert_eq!(desk.0.span().range.unwrap().length, 2 * MINUTE);
    assert!(desk.0.toast.as_ref().unwrap().text.contains("single calls"), "no closer, and it says so");
    desk.keys("0");
    assert_eq!((desk.0.span().range, desk.calls()), (None, 120));
    // Further out than there are calls it goes no further.
    desk.keys("------------");
    assert_eq!(desk.calls(), 360);
    assert!(desk.0.toast.as_ref().unwrap().text.contains("all calls"), "{:?}", desk.0.toast);
}

#[test]
fn the_past_stands_still_while_calls_go_on_being_counted() {
    let mut desk = Desk::of(&busy(), Window::Hour);
    desk.keys("<<");
    assert!(desk.0.ago().is_some());
    let (before, total) = (desk.screen(), desk.0.board.total.clone());
    assert!(before.contains("ago, 120 newer calls") && before.contains("f live"), "{before}");
    let mut scribe = Scribe::new(SourceId(0));
    scribe.write(&call(0, "gpt-5", 5), 1_000, Span { at: 900_000, len: 300 });
    desk.0.absorb(Event::Batch(scribe.take()), NOW);
    let after = desk.screen();
    assert!(after.contains("ago, 121 newer calls"), "{after}");
    assert_eq!(desk.0.board.total.calls, total.calls);
    assert_eq!(desk.0.board.total.cost, total.cost);
    // Back by the same way, and by one key.
    desk.keys(">>");
    assert_eq!((desk.0.ago(), desk.calls()), (None, 121));
    desk.keys("<f");
    assert_eq!((desk.0.ago(), desk.calls()), (None, 121));
    desk.keys("<⎋");
    assert_eq!(desk.0.span().range, None, "Esc leaves it too");
    desk.keys(">");
    assert!(desk.0.toast.as_ref().unwrap().text.contains("this is now"));
}

#[test]
fn the_calls_of_a_part_of_time_are_opened_and_the_way_back_leads_to_it() {
    let mut desk = Desk::of(&busy(), Window::Hour);
    desk.keys("+<");
    let range = desk.0.span().range;
    let there = desk.calls();
    desk.0.update(Action::Screen(Screen::Models), NOW);
    desk.keys("⏎");
    assert_eq!(desk.0.screen(), Screen::Calls);
    assert_eq!((desk.0.span().range, desk.0.calls_len() as u64), (range, there));
    desk.keys("⎋");
    assert_eq!((desk.0.screen(), desk.0.span().range), (Screen::Models, range));
}

#[test]
fn a_figure_says_how_it_has_changed_and_what_is_usual() {
    // Ten calls in each of eight hours, then twenty.
    let mut calls: Vec<Call<'_>> = (1..=8)
        .flat_map(|hour| (0..10 + hour % 2).map(move |nth| call(hour * HOUR + 30_000 + nth * 60_000, "gpt-5", 1_000)))
        .collect();
    calls.extend((0..22).map(|nth| call(nth * 60_000, "gpt-5", 1_000)));
    calls.sort_by_key(|call| call.at);
    let mut desk = Desk::of(&calls, Window::Hour);
    let change = desk.0.change_of(Measure::Calls).unwrap();
    assert!((change.by - 1.0).abs() < 1e-9, "{change:?}");
    assert!(change.usual.is_some_and(|usual| usual < 0.5) && change.is_usual() == Some(false), "{change:?}");
    let picture = desk.screen();
    assert!(picture.contains("22 calls ▲100%"), "{picture}");
    // Fewer spans than four say nothing of what is usual, and none before says nothing at all.
    let young: Vec<Call<'_>> = calls.iter().filter(|call| call.at > NOW.minus(3 * HOUR)).cloned().collect();
    let desk = Desk::of(&young, Window::Hour);
    assert_eq!(desk.0.change_of(Measure::Calls).unwrap().usual, None);
    let newborn: Vec<Call<'_>> = young.iter().filter(|call| call.at > NOW.minus(HOUR / 2)).cloned().collect();
    assert_eq!(Desk::of(&newborn, Window::Hour).0.change_of(Measure::Calls), None);
}

#[test]
fn last_week_lies_behind_the_graphs_and_says_that_it_does() {
    let mut calls: Vec<Call<'_>> =
        (0..50).map(|nth| call(7 * DAY + nth * MINUTE + MINUTE / 2, "gpt-5", 900_000)).collect();
    calls.extend((0..50).map(|nth| call(nth * MINUTE + MINUTE / 2, "gpt-5", 1_000)));
    calls.sort_by_key(|call| call.at);
    let mut desk = Desk::of(&calls, Window::Hour);
    assert!(!desk.screen().contains('░'));
    desk.keys("~");
    let picture = desk.screen();
    assert!(picture.contains("░ last week"), "{picture}");
    assert!(picture.matches('░').count() > 20, "the weeks before were dearer, and are seen\n{picture}");
    // In ASCII, too, nothing that is drawn for calls can be taken for it.
    let ascii = Camera { theme: Theme::default().at_depth(Depth::Mono), set: GlyphSet::Ascii };
    let text = ascii.take(&mut desk.0, 160, 40).1;
    let legend = text.lines().find(|line| line.contains(" last week")).unwrap();
    let mark = legend[..legend.find(" last week").unwrap()].chars().last().unwrap();
    assert!(mark.is_ascii_punctuation() && text.matches(mark).count() > 20, "{text}");
    desk.keys("~");
    assert!(!desk.screen().contains('░'));
}

#[test]
fn a_ghost_lower_than_what_is_drawn_is_a_line_through_it() {
    let mut calls: Vec<Call<'_>> =
        (0..50).map(|nth| call(7 * DAY + nth * MINUTE + MINUTE / 2, "gpt-5", 300_000)).collect();
    calls.extend((0..50).map(|nth| call(nth * MINUTE + MINUTE / 2, "gpt-5", 900_000)));
    calls.sort_by_key(|call| call.at);
    let mut desk = Desk::of(&calls, Window::Hour);
    let lined = |desk: &mut Desk| {
        let mono = Camera { theme: Theme::default().at_depth(Depth::Mono), set: GlyphSet::Braille };
        let buf = mono.take(&mut desk.0, 160, 40).0;
        let line = |cell: &&ratatui::buffer::Cell| {
            ('⠀'..='⣿').contains(&cell.symbol().chars().next().unwrap_or(' '))
                && cell.modifier.contains(ratatui::style::Modifier::UNDERLINED)
        };
        buf.content.iter().filter(line).count()
    };
    assert_eq!(lined(&mut desk), 0);
    desk.keys("~");
    assert!(lined(&mut desk) > 20, "{}", desk.screen());
}

#[test]
fn a_bucket_whose_cost_nobody_knows_is_no_nought() {
    let mut calls = vec![call(40 * MINUTE, "gpt-5", 100_000), call(20 * MINUTE, "who-knows", 100_000)];
    calls.push(call(MINUTE, "gpt-5", 100_000));
    let mut desk = Desk::of(&calls, Window::Hour);
    desk.0.update(Action::Pane(Pane::Cost), NOW);
    let graph = |text: &str| -> String {
        let lines = text.lines().skip_while(|line| !line.contains("cost per")).skip(1);
        lines.take_while(|line| !line.starts_with('╰')).map(|line| line.chars().take(80).collect::<String>()).collect()
    };
    let picture = desk.screen();
    assert!(graph(&picture).contains('?'), "{picture}");
    // Under the cursor it is named, not counted.
    for _ in 0..60 {
        if desk.0.board.series.buckets[desk.0.place().cursor(Pane::Cost).nth].unpriced > 0 {
            break;
        }
        desk.0.update(Action::Side(callscope::app::Side::Left), NOW);
    }
    let picture = desk.screen();
    let border = picture.lines().find(|line| line.contains("cost per")).unwrap();
    assert!(border.contains("1 call") && !border.contains("$0 "), "{border}");
}

#[test]
fn an_empty_window_says_when_the_last_call_was_and_what_looks_further() {
    let mut desk = Desk::of(&[call(3 * HOUR, "gpt-5", 100)], Window::Hour);
    let picture = desk.screen();
    assert!(picture.contains("the last was 3 h ago") && picture.contains("look at 24h instead"), "{picture}");
    // A part of the past that holds none says how to leave it.
    let mut desk = Desk::of(&[call(30 * HOUR, "gpt-5", 100), call(MINUTE, "gpt-5", 100)], Window::Hour);
    desk.keys("<<<<");
    let picture = desk.screen();
    assert!(picture.contains(": 0 goes back") && picture.contains("0 60m"), "{picture}");
    desk.keys("0");
    assert_eq!(desk.calls(), 1);
}

#[test]
fn keys_of_time_say_why_they_cannot() {
    let mut app = scene::only(&[]);
    for (key, why) in [('+', "no calls yet"), ('<', "no calls yet"), ('0', "whole window"), ('>', "this is now")] {
        app.press(Key::char(key), NOW);
        let said = app.toast.as_ref().map_or("", |toast| toast.text.as_str());
        assert!(said.contains(why), "{key}: {said}");
    }
    // On the bins of Routes plus and minus are about bins.
    let mut desk = Desk::of(&busy(), Window::Hour);
    desk.0.update(Action::Screen(Screen::Routes), NOW);
    desk.0.update(Action::Focus(Turn::Next), NOW);
    desk.0.update(Action::Pane(Pane::Confidence), NOW);
    desk.keys("+");
    assert_eq!(desk.0.span().range, None);
}
