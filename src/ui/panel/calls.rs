//! The calls themselves, newest first or as sorted, one line each. Only the lines on the screen are made.

mod cells;
mod columns;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use self::cells::lit;
pub use self::cells::{cell, status};
use super::frame::{self, Words};
use super::{figures, graphs};
use crate::app::{Action, Column, Pane, Screen};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::part::table::{self, Table};
use crate::ui::theme::Role;

/// How much of a call a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Beside other panes: what fits, without names that rarely matter.
    Brief,
    Full,
}

/// A table in a frame, with what is new in its border.
pub fn boxed(cx: Cx, title: &'static str, form: Form, area: Rect, out: &mut Canvas) {
    let inner = frame::draw(cx, Some(Pane::Calls), Words::new(title).details(news(cx)), area, out);
    table(cx, form, area, inner, out);
}

/// `3 marked   ▼ following`.
pub fn news(cx: Cx) -> Line<'static> {
    let mut words = newest(cx);
    let marked = cx.app.marked();
    if marked > 0 {
        let mut before = vec![cx.ink.text(Role::Key, format!("{} marked", numbers::grouped(marked as u64)))];
        if cx.app.two_calls().is_some() {
            before.push(Span::raw("  "));
            before.extend(cx.ink.hint("d", "compares two"));
        }
        if !words.spans.is_empty() {
            before.push(Span::raw("   "));
        }
        words.spans.splice(0..0, before);
    }
    words
}

/// `▼ following`, `▼ 12 new`, `by cost, not following`: whether the newest is under the eyes.
fn newest(cx: Cx) -> Line<'static> {
    let down = cx.ink.glyphs.down;
    let cursor = cx.app.place().cursor(Pane::Calls);
    if cursor.sort.by != Column::Time {
        let mut words = vec![Span::raw(format!("by {}, not following", cursor.sort.by.title().to_lowercase()))];
        if let Some(new) = cx.app.new_calls().filter(|new| *new > 0) {
            words.push(cx.ink.text(Role::New, format!("   {down} {} new", numbers::grouped(new as u64))));
        }
        return Line::from(words);
    }
    match cx.app.new_calls() {
        Some(new) if new > 0 => {
            Line::from(cx.ink.text(Role::New, format!("{down} {} new", numbers::grouped(new as u64))))
        }
        _ if cursor.id.is_none() && cursor.sort.falling => Line::from(format!("{down} following")),
        _ => Line::default(),
    }
}

/// The table alone, in `area` of a pane that is `whole`.
pub fn table(cx: Cx, form: Form, whole: Rect, area: Rect, out: &mut Canvas) {
    let list = columns::of(cx, form);
    let columns: Vec<_> = list.iter().map(|(_, column)| *column).collect();
    let cursor = cx.app.place().cursor(Pane::Calls);
    let len = cx.app.calls_len();
    let focused = cx.has_focus(Pane::Calls);
    let brushed = if cx.app.brushes(Pane::Calls) { cx.app.brush_range(Pane::Calls) } else { 0..0 };
    let at = |column: Column| list.iter().position(|(known, _)| *known == column);
    let table = Table {
        columns: &columns,
        from: columns::from(cx, form, &list, area),
        rows: len,
        top: cursor.top(usize::from(area.height.saturating_sub(1)), len),
        selected: (len > 0 && (focused || cx.app.screen() == Screen::Calls)).then_some(cursor.nth),
        cell: at(cursor.column).filter(|_| focused),
        sort: at(cursor.sort.by).map(|at| (at, cursor.sort.falling)),
        total: None,
        on_total: false,
    };
    let needles = cx.app.filter.parsed.needles();
    let drawn =
        table.draw(cx.ink, area, out.buf, |nth| match cx.app.call_at(nth).and_then(|row| cx.app.store.get(row)) {
            Some(row) => table::Row {
                cells: list
                    .iter()
                    .map(|(column, _)| lit(cx, &needles, *column, cell(cx, row, *column, form)))
                    .collect(),
                marked: cx.app.is_marked(row.index) || brushed.contains(&nth),
                ..table::Row::default()
            },
            None => table::Row::default(),
        });
    let columns = drawn.columns().map(|index| list[index].0).collect();
    for (index, heading) in drawn.headings().filter(|(index, _)| Pane::Calls.sorts_by(list[*index].0)) {
        out.click(heading, Action::SortBy(list[index].0));
    }
    out.place_table(Pane::Calls, whole, drawn.body, drawn.shown.start, len, columns);
    if len == 0 {
        graphs::hush(cx, "no calls", drawn.body, out);
    }
    if focused && cursor.id.is_some() {
        out.click(Rect { height: 1, ..drawn.head }, Action::Follow);
    }
}

const OF_IT: &str = "of it";

/// The sums of the scope, for the line under the table: as many as fit into `width`, the first ones first to stay.
pub fn totals(cx: Cx, width: u16) -> Line<'static> {
    let board = &cx.app.board;
    let (total, tokens) = (&board.total, &board.total.tokens);
    let known = |sum: u64| numbers::tokens((tokens.parted > 0).then_some(sum));
    let word = |count: u64, one: &'static str, many: &'static str| if count == 1 { one } else { many };
    let errors = total.errors();
    let bad = if errors > 0 { Role::Bad } else { Role::Text };
    let whole = Some(figures::cost_name(board)).filter(|name| *name == figures::EQUIVALENT);
    let part = figures::equivalent_part(board);
    let mut sums = vec![
        (0, "", numbers::grouped(total.calls), word(total.calls, "call", "calls"), Role::Strong),
        (0, "", figures::cost(board), whole.unwrap_or(""), Role::Strong),
        (0, OF_IT, numbers::money(part), figures::EQUIVALENT, Role::Text),
        (4, "", known(tokens.input + tokens.cache_read + tokens.cache_write), "in", Role::Text),
        (5, "", known(tokens.output), "out", Role::Text),
        (4, "", numbers::tokens((tokens.calls > 0).then_some(tokens.total)), "tok", Role::Text),
        (6, "cache", numbers::percent_whole(total.cache_share()), "", Role::Text),
        (7, "p50", numbers::duration(board.took.at(0.5)), "", Role::Text),
        (3, "p95", numbers::duration(board.took.at(0.95)), "", Role::Text),
        (1, "", numbers::grouped(errors), word(errors, "error", "errors"), bad),
        (8, "", numbers::grouped(total.overrides), word(total.overrides, "override", "overrides"), Role::Text),
        (2, "", numbers::grouped(total.unpriced), "unpriced", Role::Warn),
    ];
    sums.retain(|(_, before, _, after, _)| match (*before, *after) {
        ("cache", _) => tokens.cache_read > 0,
        // Where logs tell only totals, the total takes the place of its parts.
        (_, "in" | "out") => tokens.parted > 0,
        (_, "tok") => tokens.parted == 0,
        (OF_IT, _) => part.is_some(),
        (_, "override" | "overrides") => total.override_known > 0,
        (_, "unpriced") => total.unpriced > 0,
        _ => true,
    });
    loop {
        let spans = sums.iter().enumerate().flat_map(|(at, (_, before, number, after, role))| {
            let mut spans = vec![Span::raw(if at > 0 { "   " } else { "" })];
            if !before.is_empty() {
                spans.push(cx.ink.text(Role::Muted, format!("{before} ")));
            }
            spans.extend(cx.ink.number(*role, number));
            if !after.is_empty() {
                spans.push(cx.ink.text(Role::Muted, format!(" {after}")));
            }
            spans
        });
        let words = Line::from(spans.collect::<Vec<_>>());
        let last = sums.iter().enumerate().max_by_key(|(_, sum)| sum.0).filter(|(_, sum)| sum.0 > 0);
        match last.map(|(at, _)| at) {
            Some(at) if line::line_width(&words) > usize::from(width) => sums.remove(at),
            _ => return words,
        };
    }
}
