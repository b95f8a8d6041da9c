//! The table of calls in the hands of a person: columns, order, cells as filters, marks, times, and what is typed.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use callscope::app::{App, Code, Column, Effect, Key, Options, PairLine, PairText, Pane, Screen};
use callscope::ingest::event::{Event, SourceInfo, Transcript};
use callscope::model::time::{HOUR, MINUTE, SECOND};
use callscope::model::{Bill, Call, CostSource, Scribe, SourceId, Span, Stamp, Status, Usage, Usd, Window};
use callscope::store::{Priced, Pricer, Row};
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::layout::Thresholds;
use callscope::ui::theme::{Depth, Theme};
use callscope::ui::{Look, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use serde_json::json;

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
}

struct Desk {
    app: App,
    now: Stamp,
    scribe: Scribe,
    told: u64,
    effects: Vec<Effect>,
    size: (u16, u16),
}

impl Desk {
    fn new(options: Options) -> Self {
        // In the middle of an hour, so that a minute more or less crosses no bound.
        let now = Stamp(1_763_900_000_000).floor(HOUR).plus(HOUR / 2);
        let options = Options { window: options.window.or(Some(Window::Day)), ..options };
        let mut app = App::new(options, Box::new(Flat), now);
        app.absorb(Event::Found(SourceInfo { path: "calls.jsonl".into(), ..SourceInfo::default() }), now);
        let mut desk =
            Self { app, now, scribe: Scribe::new(SourceId(0)), told: 0, effects: Vec::new(), size: (120, 36) };
        desk.app.absorb(Event::CaughtUp, now);
        desk.look();
        desk
    }

    /// A call so many milliseconds ago, and whatever else is said of it.
    fn call(&mut self, ago: i64, rest: Call<'_>) {
        self.told += 1;
        let call = Call { at: self.now.minus(ago), ..rest };
        self.scribe.write(&call, self.told, Span { at: self.told * 100, len: 99 });
    }

    fn tell(&mut self) {
        let batch = self.scribe.take();
        self.app.absorb(Event::Batch(batch), self.now);
        self.look();
    }

    /// Draws as the loop does: what a frame tells back is known to the next.
    fn look(&mut self) -> Buffer {
        self.draw(&Theme::default())
    }

    fn draw(&mut self, theme: &Theme) -> Buffer {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let look =
            Look { theme, glyphs: GlyphSet::Braille.glyphs(), thresholds: Thresholds::default(), swatches: None };
        let mut buf = Buffer::empty(area);
        for _ in 0..2 {
            let effects = self.app.settle(self.now);
            self.effects.extend(effects);
            buf.reset();
            self.app.shown = draw(&self.app, &look, area, &mut buf);
        }
        buf
    }

    fn lines(&mut self) -> Vec<String> {
        let buf = self.look();
        let rows = buf.content.chunks(usize::from(self.size.0));
        rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned())
            .collect()
    }

    fn screen(&mut self) -> String {
        self.lines().join("\n")
    }

    fn press(&mut self, key: Key) {
        let effects = self.app.press(key, self.now);
        self.effects.extend(effects);
        self.look();
    }

    /// Presses keys written as text; `⏎` is Enter, `⎋` Esc.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            self.press(match c {
                '⏎' => Key::plain(Code::Enter),
                '⎋' => Key::plain(Code::Esc),
                c => Key::char(c),
            });
        }
        self
    }

    fn said(&self) -> &str {
        self.app.toast.as_ref().map_or("", |toast| toast.text.as_str())
    }

    fn remembered(&self) -> Option<&Vec<String>> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::RememberColumns(words) => Some(words),
            _ => None,
        })
    }

    fn listed(&self) -> Vec<u32> {
        (0..self.app.calls_len()).map(|nth| self.app.call_at(nth).unwrap()).collect()
    }
}

/// Three calls: one that says everything, one that says something, one that says next to nothing.
fn three(desk: &mut Desk) {
    let usage = Usage {
        input: Some(1_200),
        cache_read: Some(18_000),
        cache_write_5m: Some(40),
        output: Some(911),
        reasoning: Some(30),
        ..Usage::default()
    };
    desk.call(
        30 * SECOND,
        Call {
            id: Some("full".into()),
            model: Some("sonnet".into()),
            requested: Some("sonnet-latest".into()),
            provider: Some("anthropic".into()),
            route: Some("chat".into()),
            user: Some("ana".into()),
            session: Some("s 1".into()),
            project: Some("shop".into()),
            agent: Some("helper".into()),
            use_case: Some("support".into()),
            endpoint: Some("/v1/messages".into()),
            usage,
            logged_cost: None,
            baseline: Some(Usd(90_000_000_000)),
            took: Some(4_300_000_000),
            first_token: Some(800_000_000),
            processing: Some(2_000_000),
            confidence: Some(0.41),
            overridden: Some(true),
            prompt_length: Some(1_204),
            ..Call::default()
        },
    );
    desk.call(
        20 * SECOND,
        Call {
            id: Some("some".into()),
            model: Some("opus".into()),
            route: Some("plan".into()),
            usage: Usage { input: Some(90), output: Some(0), ..Usage::default() },
            took: Some(900_000_000),
            status: Status::Error,
            error_type: Some("rate_limit".into()),
            overridden: Some(false),
            ..Call::default()
        },
    );
    desk.call(10 * SECOND, Call { id: Some("bare".into()), ..Call::default() });
    desk.tell();
    desk.keys("2");
}

#[test]
fn columns_are_chosen_moved_and_remembered() {
    let mut desk = Desk::new(Options::default());
    three(&mut desk);
    assert!(desk.screen().contains(" TIME▾"), "{}", desk.screen());
    desk.keys("c");
    let card = desk.screen();
    assert!(card.contains("columns") && card.contains("the model that was asked for"), "{card}");
    desk.keys("J⎋");
    let words = desk.remembered().unwrap().clone();
    assert_eq!(words[..2], ["model", "time"], "the column under the cursor went a place on");
    assert_eq!(desk.app.columns().unwrap()[..2], [Column::Model, Column::Time]);
    let head = desk.lines()[2].clone();
    assert!(head.find("MODEL") < head.find("TIME"), "{head}");
    desk.keys("c ⎋");
    assert!(!desk.lines()[2].contains("MODEL"), "the first of the list was taken out");
    desk.keys("cr");
    assert_eq!((desk.remembered().unwrap().len(), desk.app.columns()), (0, None), "nothing is remembered any more");
    desk.keys("r");
    assert!(desk.said().contains("automatic already"), "{}", desk.said());
    desk.keys("⎋");
    let head = desk.lines()[2].clone();
    assert!(head.find("TIME") < head.find("MODEL"), "{head}");
}

#[test]
fn one_column_always_stays() {
    let mut desk = Desk::new(Options { columns: Some(vec![Column::Cost]), ..Options::default() });
    three(&mut desk);
    desk.keys("c ");
    assert!(desk.said().contains("one column must stay"), "{}", desk.said());
    assert_eq!(desk.app.columns(), Some(&[Column::Cost][..]));
    assert!(desk.screen().contains("1 shown, as the configuration says"), "{}", desk.screen());
}

#[test]
fn what_was_chosen_here_goes_before_the_configuration_and_comes_back() {
    let mut desk = Desk::new(Options { columns: Some(vec![Column::Cost]), ..Options::default() });
    desk.app.remember_columns(&["id".to_owned(), "no such column".to_owned(), "took".to_owned()]);
    three(&mut desk);
    assert!(desk.lines()[2].contains("ID") && desk.lines()[2].contains("TOOK"), "{}", desk.lines()[2]);
    desk.keys("cr");
    assert_eq!(desk.app.columns(), Some(&[Column::Cost][..]));
}

#[test]
fn more_columns_than_have_room_scroll_with_the_cursor() {
    for size in [(80, 24), (120, 36), (200, 50)] {
        let mut desk = Desk::new(Options { columns: Some(Column::OF_CALLS.to_vec()), ..Options::default() });
        desk.size = size;
        three(&mut desk);
        let head = |desk: &mut Desk| desk.lines().into_iter().find(|line| line.contains('›') || line.contains('‹'));
        let first = head(&mut desk).unwrap_or_default();
        assert!(first.contains('›') && !first.contains('‹') && first.contains("TIME"), "{first}");
        desk.keys("hhhh");
        for column in Column::OF_CALLS {
            assert_eq!(desk.app.place().cursor(Pane::Calls).column, column);
            let shown = desk.app.shown.pane(Pane::Calls).unwrap().columns.clone();
            assert!(shown.contains(&column), "{column:?} is under the cursor and not in {shown:?}");
            desk.keys("l");
        }
        let last = head(&mut desk).unwrap_or_default();
        assert!(last.contains('‹') && !last.contains('›') && last.contains("ALSO IN"), "{last}");
    }
}

#[test]
fn which_call_cost_the_most_is_asked_with_keys_that_the_screen_tells() {
    let mut desk = Desk::new(Options::default());
    three(&mut desk);
    assert!(desk.screen().contains("s sort by cost"), "{}", desk.screen());
    desk.keys("s");
    assert!(desk.screen().contains("s turn order round"), "{}", desk.screen());
    let dearest = desk.listed()[0];
    assert!(desk.listed().iter().all(|row| desk.app.store.row(*row).cost() <= desk.app.store.row(dearest).cost()));
    desk.keys("⏎");
    assert_eq!(desk.app.current_call(), Some(dearest));
    desk.keys("⎋h");
    assert!(!desk.screen().contains("sort by cost"), "the hint goes with the cursor\n{}", desk.screen());
}

#[test]
fn every_column_sorts_both_ways_with_the_unknown_last_and_following_stops() {
    let mut desk = Desk::new(Options { columns: Some(Column::OF_CALLS.to_vec()), ..Options::default() });
    three(&mut desk);
    desk.keys("hhhh");
    for column in Column::OF_CALLS {
        desk.keys("s");
        let one = desk.listed();
        let lines = desk.screen();
        let marked = format!("{}{}", column.title(), if column.falls() { "▾" } else { "▴" });
        assert!(lines.contains(&marked) || column == Column::Time, "{marked}:\n{lines}");
        assert_eq!(lines.contains("not following"), column != Column::Time, "{lines}");
        desk.keys("s");
        let other = desk.listed();
        let key = |row: u32| callscope::query::sort::key(desk.app.store.row(row), column.sort_by().unwrap());
        let known = one.iter().filter(|row| key(**row).is_some()).count();
        for order in [&one, &other] {
            assert!(order[..known].iter().all(|row| key(*row).is_some()), "{column:?}: what is unknown comes last");
        }
        let ends = (key(one[0]), key(other[0]));
        assert!(known < 2 || ends.0 != ends.1 || key(one[0]) == key(one[known - 1]), "{column:?} is turned round");
        desk.keys("l");
    }
    desk.keys("f");
    assert!(desk.screen().contains("following") && !desk.screen().contains("not following"), "{}", desk.screen());
    assert_eq!(desk.app.place().cursor(Pane::Calls).sort.by, Column::Time);
}

#[test]
fn every_cell_is_a_filter_that_keeps_it_or_drops_it() {
    let mut desk = Desk::new(Options { columns: Some(Column::OF_CALLS.to_vec()), ..Options::default() });
    three(&mut desk);
    desk.keys("hhhh");
    for nth in 0..3 {
        for column in Column::OF_CALLS {
            let row = desk.app.current_call().unwrap();
            assert_eq!(desk.app.place().cursor(Pane::Calls).column, column);
            desk.keys("=");
            assert!(desk.listed().contains(&row), "{column:?}, line {nth}: {} drops it", desk.app.filter.text);
            let kept = (desk.app.filter.text.clone(), desk.listed());
            desk.keys("⎋⎋!");
            assert!(!desk.listed().contains(&row), "{column:?}, line {nth}: {} keeps it", desk.app.filter.text);
            assert_eq!(desk.listed().len() + kept.1.len(), 3, "{} and {}", kept.0, desk.app.filter.text);
            desk.app.update(callscope::app::Action::ClearFilter, desk.now);
            desk.look();
            desk.keys("g");
            (0..nth).for_each(|_| {
                desk.keys("j");
            });
            desk.keys("l");
        }
        desk.keys("j");
        (0..Column::OF_CALLS.len()).for_each(|_| {
            desk.keys("h");
        });
    }
}

#[test]
fn an_amount_stands_for_its_band_and_what_is_unknown_for_what_has_it_not() {
    let mut desk = Desk::new(Options { columns: Some(vec![Column::Took, Column::FirstToken]), ..Options::default() });
    three(&mut desk);
    desk.keys("jj=");
    assert_eq!(desk.app.filter.text, "took>=2s took<5s");
    desk.keys("⎋⎋gl=");
    assert_eq!(desk.app.filter.text, "-has:ttft");
    desk.keys("⎋!");
    assert_eq!(desk.app.filter.text, "has:ttft");
}

#[test]
fn what_the_filter_looks_for_stands_out_while_it_is_typed_and_after() {
    let mut desk = Desk::new(Options::default());
    three(&mut desk);
    let mono = Theme::default().at_depth(Depth::Mono);
    let lit = |desk: &mut Desk| -> Vec<String> {
        let buf = desk.draw(&mono);
        let rows = buf.content.chunks(usize::from(desk.size.0)).skip(3).take(3);
        let marked = |cell: &&ratatui::buffer::Cell| {
            cell.modifier.contains(Modifier::UNDERLINED) && !cell.modifier.contains(Modifier::BOLD)
        };
        rows.map(|row| row.iter().filter(marked).map(ratatui::buffer::Cell::symbol).collect()).collect()
    };
    desk.keys("h/ONN");
    assert_eq!(lit(&mut desk), ["onn", "", ""], "without a colour it is underlined, in whatever case");
    desk.keys("⏎");
    assert_eq!(lit(&mut desk)[0], "onn", "and it stays when the filter is kept");
    desk.keys("⎋/route:pla");
    assert_eq!(lit(&mut desk)[0], "pla");
    desk.keys("⎋/-route:pla");
    assert!(lit(&mut desk).iter().all(String::is_empty), "what is left out is nowhere");
}

#[test]
fn a_time_is_gone_to_and_the_window_grows_for_it() {
    let mut desk = Desk::new(Options { window: Some(Window::Hour), ..Options::default() });
    for ago in [2 * MINUTE, 5 * MINUTE, 20 * MINUTE, 30 * HOUR, 32 * HOUR] {
        desk.call(ago, Call { model: Some("opus".into()), ..Call::default() });
    }
    desk.tell();
    desk.keys("2@");
    assert!(desk.screen().contains("yesterday 9:00"), "the prompt says what it understands: {}", desk.screen());
    desk.keys("soon⏎");
    assert!(desk.said().contains("this is no time") && desk.app.prompt.is_some(), "{}", desk.said());
    desk.keys("⎋@-18m⏎");
    assert_eq!(desk.app.place().cursor(Pane::Calls).nth, 2, "20 minutes ago is nearest");
    assert!(desk.said().contains("the nearest call") && !desk.said().contains("window"), "{}", desk.said());
    desk.keys("@31.5h⏎");
    assert_eq!((desk.app.window, desk.app.place().cursor(Pane::Calls).nth), (Window::Week, 4));
    assert!(desk.said().contains("the window is 7d now"), "{}", desk.said());
    desk.keys("1@5m⏎");
    assert_eq!((desk.app.screen(), desk.app.focus()), (Screen::Overview, Pane::Calls));
    assert_eq!(desk.app.place().cursor(Pane::Calls).nth, 1);
}

/// What the records of two calls say.
fn transcript(words: &str) -> Transcript {
    let system = "be brief\nbe kind\nbe right\nbe quick\nbe calm\nbe here\nbe there\nbe gone";
    Transcript {
        request: Some(json!([{"role": "system", "content": system}, {"role": "user", "content": words}])),
        response: Some(json!("it is on its way")),
        ..Transcript::default()
    }
}

impl Desk {
    /// Answers what was asked of the world: records, and their comparison.
    fn answer(&mut self) {
        for _ in 0..3 {
            for effect in std::mem::take(&mut self.effects) {
                match effect {
                    Effect::Read(address) => {
                        let words = if address.row == 0 { "where is my parcel now" } else { "where is my order now" };
                        self.app.arrived(address.row, address.span, Ok(transcript(words)), self.now);
                    }
                    Effect::Pair { of, calls } => {
                        let text = PairText::lay(of, &calls, None);
                        self.app.paired(text, self.now);
                    }
                    _ => {}
                }
            }
            self.look();
        }
    }
}

#[test]
fn two_marked_calls_are_compared_one_to_one() {
    for size in [(80, 24), (120, 36), (200, 50)] {
        let mut desk = Desk::new(Options::default());
        desk.size = size;
        three(&mut desk);
        desk.keys("jm");
        assert!(desk.screen().contains("d compares two"), "the mark and the cursor are two: {}", desk.screen());
        desk.keys("d");
        assert_eq!((desk.app.screen(), desk.app.pair()), (Screen::Pair, Some([0, 1])), "the earlier stands first");
        desk.answer();
        let shown = desk.screen();
        for words in ["compare", "sonnet", "opus", "rate_limit", "tokens"] {
            assert!(shown.contains(words), "{words} is missing:\n{shown}");
        }
        let lines = desk.app.pair_lines();
        let fact = |wanted: &str| {
            let of = |line: &PairLine| match line {
                PairLine::Fact { name, sides, mark } if *name == wanted => Some((sides.clone(), mark.clone())),
                _ => None,
            };
            lines.iter().find_map(of).unwrap_or_else(|| panic!("{wanted} is missing in {lines:#?}"))
        };
        assert_eq!(fact("input"), (["1,200".to_owned(), "90".to_owned()], "−93%".to_owned()));
        assert_eq!(fact("user"), (["ana".to_owned(), "–".to_owned()], "≠".to_owned()));
        assert!(lines.iter().any(|line| matches!(line, PairLine::Folded(_))), "what is the same is folded");
        assert!(lines.contains(&PairLine::Note("the response is the same".to_owned())));
        let (_, changes) = desk.app.pair_changes();
        assert_eq!(changes, 1);
        let changed = |desk: &Desk| {
            desk.app.pair_lines().iter().filter(|line| matches!(line, PairLine::Text { changed: true, .. })).count()
        };
        assert_eq!(changed(&desk), if size.0 >= 120 { 1 } else { 2 }, "side by side where there is room");
        desk.keys("n");
        assert!(desk.screen().contains("parcel") && desk.screen().contains("order"), "{}", desk.screen());
        desk.keys("⏎");
        desk.answer();
        assert!(!desk.app.pair_lines().iter().any(|line| matches!(line, PairLine::Folded(_))));
        desk.keys("*");
        let masked = desk.screen();
        assert!(!masked.contains("parcel") && !masked.contains(" ana "), "{masked}");
        desk.keys("*⎋");
        assert_eq!(desk.app.screen(), Screen::Calls);
    }
}

#[test]
fn a_filter_over_many_calls_is_counted_beside_the_keys() {
    let mut desk = Desk::new(Options::default());
    for nth in 0..40_000_i64 {
        let model = if nth % 4 == 0 { "opus" } else { "sonnet" };
        desk.call(nth * 1_000, Call { model: Some(model.into()), ..Call::default() });
    }
    desk.tell();
    desk.keys("2/model:op");
    assert!(desk.app.is_counting(), "no key waits for the count");
    assert!(desk.lines()[1].contains("… of 40,000"), "{}", desk.lines()[1]);
    assert_eq!(desk.app.board.total.calls, 40_000, "what stood last is shown until then");
    // Calls that come meanwhile are counted too, and the letter after takes the place of the one before.
    desk.call(0, Call { model: Some("opus".into()), ..Call::default() });
    desk.tell();
    desk.keys("u");
    while desk.app.count_on() {}
    assert_eq!((desk.app.board.total.calls, desk.app.calls_len()), (10_001, 10_001));
    assert!(desk.lines()[1].contains("10,001 of 40,001"), "{}", desk.lines()[1]);
    desk.keys("⎋");
    while desk.app.count_on() {}
    assert_eq!(desk.app.board.total.calls, 40_001);
    // Who goes deeper is not shown what lies elsewhere first.
    desk.keys("3⏎");
    assert!(!desk.app.is_counting() && desk.app.board.total.calls == 30_000, "{}", desk.app.filter.text);
}
