//! The books that are held against each other, what was asked of them, and the calls that fail: the tables of the audit.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::Pane;
use crate::figures::audit::{self, Check, Finding, MatchedBy, Pair, passed, title, what};
use crate::model::clean;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{self, rows};
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::part::table::{Column, Table, Width};
use crate::ui::theme::Role;

static PAIRS: [Column; 9] = [
    Column::left("PAIR", Width::Between(28, 60), 0),
    Column::right("LEFT", Width::Fixed(6), 5),
    Column::right("RIGHT", Width::Fixed(6), 5),
    Column::right("MATCHED", Width::Fixed(7), 1),
    Column::right("ONLY L", Width::Fixed(7), 0),
    Column::right("ONLY R", Width::Fixed(7), 0),
    Column::right("DIFFER", Width::Fixed(7), 2),
    Column::right("COST L", Width::Fixed(9), 7),
    Column::right("COST R", Width::Fixed(9), 7),
];

/// Rows that the pairs take, with frame, head and foot, in a body of so many.
pub fn pairs_height(cx: Cx, body: u16) -> u16 {
    let wanted = (cx.app.audit().pairs.len() as u16).saturating_add(4);
    wanted.clamp(4, (body / 3).max(5))
}

/// `proxy.jsonl ⇄ calls.db`: one line a pair, and under them what is to be said of the one under the cursor.
pub fn pairs(cx: Cx, area: Rect, out: &mut Canvas) {
    let all = &cx.app.audit().pairs;
    let found = match all.len() {
        0 => "no two tell the same calls".to_owned(),
        1 => "1 pair".to_owned(),
        many => format!("{many} pairs"),
    };
    let inner = frame::draw(cx, Some(Pane::Pairs), Words::new("books").details(found), area, out);
    if all.is_empty() {
        let words = "a pair is two sources that tell of the same calls: a proxy and an app, say";
        out.left(cx.ink, cx.ink.text(Role::Muted, words), layout::row(layout::inset(inner, 1, 0), 0));
        return out.place(Pane::Pairs, area, inner, 0, 0);
    }
    let [list, foot] = rows(inner, [Share(1), Fixed(u16::from(inner.height >= 3))]);
    let cursor = cx.app.place().cursor(Pane::Pairs);
    let table = Table {
        columns: &PAIRS,
        rows: all.len(),
        top: cursor.top(usize::from(list.height.saturating_sub(1)), all.len()),
        selected: cx.has_focus(Pane::Pairs).then_some(cursor.nth),
        ..Table::default()
    };
    let room = usize::from(table.width_of(0, list));
    let drawn = table
        .draw(cx.ink, list, out.buf, |nth| all.get(nth).map(|pair| pair_cells(cx, pair, room)).unwrap_or_default());
    out.place_table(Pane::Pairs, area, drawn.body, drawn.shown.start, all.len(), Vec::new());
    if let Some(pair) = all.get(cursor.nth) {
        out.left(
            cx.ink,
            line::whole_words(&remarks(cx, pair), usize::from(foot.width.saturating_sub(2))),
            layout::inset(foot, 1, 0),
        );
    }
}

fn pair_cells(cx: Cx, pair: &Pair, room: usize) -> Vec<Line<'static>> {
    let store = &cx.app.store;
    let [left, right] = [pair.left, pair.right].map(|source| clean::line(audit::name(store, source)).into_owned());
    // Two tables of one database: it is said once.
    let file = left.split_once(':').map(|(file, _)| format!("{file}:"));
    let right = file.and_then(|file| right.strip_prefix(&file)).map_or_else(|| right.clone(), str::to_owned);
    let half = room.saturating_sub(3) / 2;
    let (left_room, right_room) = match (line::width(&left), line::width(&right)) {
        (one, other) if one + other <= room.saturating_sub(3) => (one, other),
        (one, _) if one < half => (one, room.saturating_sub(3 + one)),
        (_, other) if other < half => (room.saturating_sub(3 + other), other),
        _ => (half, half),
    };
    let fit = |text: &str, room: usize| line::fit_middle(text, room, cx.ink.glyphs.ellipsis).into_owned();
    let name = Line::from(vec![
        cx.ink.text(Role::Text, fit(&left, left_room)),
        cx.ink.text(Role::Muted, " ⇄ "),
        cx.ink.text(Role::Text, fit(&right, right_room)),
    ]);
    // As wide as its column.
    let short =
        |calls: u64, most: u64| if calls < most { numbers::grouped(calls) } else { numbers::tokens(Some(calls)) };
    let count = |calls: u64| Line::from(cx.ink.number(Role::Text, &short(calls, 100_000)));
    let bad = |calls: u64| match calls {
        0 => Line::from(cx.ink.text(Role::Muted, "0")),
        calls => Line::from(vec![
            cx.ink.text(Role::Text, format!("{} ", short(calls, 10_000))),
            cx.ink.text(Role::Warn, cx.ink.glyphs.high),
        ]),
    };
    let cost = |cost| Line::from(cx.ink.number(Role::Text, &numbers::money_places(cost, 2)));
    vec![
        name,
        count(pair.left_calls),
        count(pair.right_calls),
        count(pair.matched),
        bad(pair.left_only),
        bad(pair.right_only),
        bad(pair.differ),
        cost(pair.left_cost),
        cost(pair.right_cost),
    ]
}

/// `matched by id 99.1%   clocks 0.2s apart   3 lines not read`.
fn remarks(cx: Cx, pair: &Pair) -> Line<'static> {
    let mut spans: Vec<Span> = Vec::new();
    let mut say = |name: &str, number: String, role: Role| {
        if !spans.is_empty() {
            spans.push(Span::raw("   "));
        }
        spans.push(cx.ink.text(Role::Muted, format!("{name} ")));
        spans.push(cx.ink.text(role, number));
    };
    let by = match pair.matched_by {
        MatchedBy::Likeness => "looks alike by time, model and tokens".to_owned(),
        by => format!("matched by {}", by.words()),
    };
    let all = pair.matched + pair.left_only + pair.right_only;
    say(&by, numbers::percent(crate::figures::stats::ratio(pair.matched, all)), Role::Strong);
    if pair.weak > 0 && pair.matched_by != MatchedBy::Likeness {
        say("only look alike", numbers::grouped(pair.weak), Role::Warn);
    }
    if let Some(skew) = pair.skew {
        say("clocks apart", numbers::seconds(Some(skew.unsigned_abs())), Role::Strong);
    }
    if let Some(gap) = pair.gap() {
        say("gap", numbers::money(gap), Role::Strong);
    }
    if pair.unclear > 0 {
        say("cannot be compared", numbers::grouped(pair.unclear), Role::Strong);
    }
    if cx.app.audit().malformed > 0 {
        say("lines not read", numbers::grouped(cx.app.audit().malformed), Role::Warn);
    }
    Line::from(spans)
}

static CHECKS: [Column; 4] = [
    Column::left("  CHECK", Width::Fixed(15), 0),
    Column::left("WHAT", Width::Grow(24), 0),
    Column::right("CALLS", Width::Fixed(8), 0),
    Column::right("AMOUNT", Width::Fixed(9), 0),
];

/// A line for each finding, and one for each check that finds nothing.
pub fn checks(cx: Cx, area: Rect, out: &mut Canvas) {
    let len = cx.app.len(Pane::Checks);
    let cursor = cx.app.place().cursor(Pane::Checks);
    let table = Table {
        columns: &CHECKS,
        rows: len,
        top: cursor.top(usize::from(area.height.saturating_sub(1)), len),
        selected: (len > 0).then_some(cursor.nth),
        ..Table::default()
    };
    let room = usize::from(table.width_of(1, area));
    let drawn = table.draw(cx.ink, area, out.buf, |nth| match cx.app.check_at(nth) {
        Some((check, finding)) => check_cells(cx, check, finding, room),
        None => Vec::new(),
    });
    out.place_table(Pane::Checks, area, drawn.body, drawn.shown.start, len, Vec::new());
    if !cx.app.is_audited() {
        super::graphs::hush(cx, "looking at the books …", area, out);
    }
}

fn check_cells(cx: Cx, check: Check, finding: Option<&Finding>, room: usize) -> Vec<Line<'static>> {
    let glyphs = cx.ink.glyphs;
    let unasked = cx.app.audit().unasked(check);
    let (mark, role) = match finding {
        Some(_) => (glyphs.failed, Role::Bad),
        None if unasked.is_none() => (glyphs.ok, Role::Good),
        None => (glyphs.unknown, Role::Muted),
    };
    let name = Line::from(vec![
        cx.ink.text(role, format!("{mark} ")),
        cx.ink.text(if finding.is_some() { Role::Strong } else { Role::Muted }, title(check)),
    ]);
    let Some(finding) = finding else {
        let words = unasked.unwrap_or_else(|| passed(check));
        let muted = |words: &'static str| Line::from(cx.ink.text(Role::Muted, words));
        return vec![name, muted(words), muted("0"), muted(numbers::UNKNOWN)];
    };
    let words = clean::line(&what(&cx.app.store, finding.about, cx.app.cause_of(finding))).into_owned();
    let words = line::fit_middle(&words, room, glyphs.ellipsis).into_owned();
    vec![
        name,
        Line::from(cx.ink.text(Role::Text, words)),
        Line::from(cx.ink.number(Role::Text, &numbers::grouped(finding.cases.len() as u64))),
        Line::from(cx.ink.number(Role::Text, &numbers::money(finding.usd))),
    ]
}

static CASES: [Column; 5] = [
    Column::left("TIME", Width::Fixed(15), 0),
    Column::left("MODEL", Width::Between(12, 26), 0),
    Column::right("TOKENS", Width::Fixed(7), 1),
    Column::right("COST", Width::Fixed(9), 0),
    Column::left("ID", Width::Grow(10), 2),
];

/// The calls that fail the check under the cursor, newest first.
pub fn cases(cx: Cx, area: Rect, out: &mut Canvas) {
    let finding = cx.app.current_finding();
    let len = finding.map_or(0, |finding| finding.cases.len());
    let name = finding.map_or("calls that fail", |finding| title(finding.about.check()));
    let words = Words::new(format!("calls that fail: {name}")).details(numbers::grouped(len as u64));
    let words = if finding.is_none() { Words::new(name) } else { words };
    let inner = frame::draw(cx, Some(Pane::Cases), words, area, out);
    let cursor = cx.app.place().cursor(Pane::Cases);
    let table = Table {
        columns: &CASES,
        rows: len,
        top: cursor.top(usize::from(inner.height.saturating_sub(1)), len),
        selected: (len > 0).then_some(cursor.nth),
        ..Table::default()
    };
    let room = usize::from(table.width_of(4, inner));
    let drawn = table.draw(cx.ink, inner, out.buf, |nth| {
        let Some(row) = finding.and_then(|finding| finding.cases.get(nth)).and_then(|case| cx.app.store.get(case.row))
        else {
            return Vec::new();
        };
        let text = |role: Role, text: String| Line::from(cx.ink.text(role, text));
        let id = cx.private(&row.id());
        vec![
            text(Role::Muted, row.at().local().format("%b %d %H:%M:%S").to_string()),
            text(Role::Text, clean::line(row.model().unwrap_or(numbers::UNKNOWN)).into_owned()),
            Line::from(cx.ink.number(Role::Text, &numbers::tokens(row.usage().total()))),
            Line::from(cx.ink.number(Role::Text, &numbers::money_places(row.cost(), 4))),
            text(Role::Muted, line::fit_middle(&id, room, cx.ink.glyphs.ellipsis).into_owned()),
        ]
    });
    out.place_table(Pane::Cases, area, drawn.body, drawn.shown.start, len, Vec::new());
    if len == 0 {
        super::graphs::hush(cx, "no call fails this check", inner, out);
    }
}
