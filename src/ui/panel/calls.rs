//! The calls themselves, newest first or as sorted, one line each. Only the lines on the screen are made.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::{figures, graphs};
use crate::app::{Action, Column, Pane, Screen};
use crate::model::{CostSource, Dim, Flags, Status, clean};
use crate::store::Row;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::part::table::{self, Table, Width};
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
        let gap = if words.spans.is_empty() { "" } else { "   " };
        let marked = cx.ink.text(Role::Key, format!("{} marked{gap}", numbers::grouped(marked as u64)));
        words.spans.insert(0, marked);
    }
    words
}

/// `▼ following`, `▼ 12 new`: whether the newest is under the eyes.
fn newest(cx: Cx) -> Line<'static> {
    let down = cx.ink.glyphs.down;
    let cursor = cx.app.place().cursor(Pane::Calls);
    match cx.app.new_calls() {
        Some(new) if new > 0 => {
            Line::from(cx.ink.text(Role::New, format!("{down} {} new", numbers::grouped(new as u64))))
        }
        _ if cursor.sort.by != Column::Time => Line::from(format!("by {}", cursor.sort.by.title().to_lowercase())),
        _ if cursor.id.is_none() && cursor.sort.falling => Line::from(format!("{down} following")),
        _ => Line::default(),
    }
}

/// The columns, those left out that no call has a value for. Names beyond model and route have room last.
fn columns(cx: Cx, form: Form) -> Vec<(Column, table::Column)> {
    let fine = form == Form::Full && !cx.is_small();
    let time = match (cx.spans_days(), fine) {
        (false, false) => 8,
        (false, true) => 12,
        (true, _) => 15,
    };
    let store = &cx.app.store;
    // Where logs tell only totals, the parts are mostly blank: the total takes their place.
    let crate::app::Shape { whole, cached, confident, .. } = cx.app.shape;
    let by_parts = |parts: u8, total: u8| if whole { total } else { parts };
    let width = |column: Column| match column {
        Column::Time => (Width::Fixed(time), 0),
        Column::Model => (Width::Between(16, 30), 0),
        Column::Provider => (Width::Between(8, 14), 11),
        Column::Route => (Width::Between(8, 20), 4),
        Column::User => (Width::Between(6, 14), 12),
        Column::Session => (Width::Between(8, 18), 16),
        Column::Project => (Width::Between(8, 18), 14),
        Column::Agent => (Width::Between(7, 18), 13),
        Column::UseCase => (Width::Between(8, 18), 15),
        Column::Input => (Width::Fixed(6), by_parts(2, 9)),
        Column::Cache => (Width::Fixed(5), by_parts(8, 18)),
        Column::Output => (Width::Fixed(5), by_parts(3, 9)),
        Column::Tokens => (Width::Fixed(6), by_parts(17, 2)),
        Column::Cost => (Width::Fixed(8), 0),
        Column::Took => (Width::Fixed(6), 1),
        Column::FirstToken => (Width::Fixed(5), by_parts(9, 17)),
        Column::Confidence => (Width::Fixed(4), 6),
        Column::Status => (Width::Between(if cx.is_small() { 6 } else { 12 }, 16), 5),
        _ => (Width::Between(9, 26), 10),
    };
    let has = |dim: Dim| store.has(dim);
    let logged = |column: Column| match column {
        Column::Provider => form == Form::Full && has(Dim::Provider),
        Column::Route => has(Dim::Route),
        Column::User => form == Form::Full && has(Dim::User),
        Column::Session => form == Form::Full && has(Dim::Session),
        Column::Project => form == Form::Full && has(Dim::Project),
        Column::Agent => form == Form::Full && has(Dim::Agent),
        Column::UseCase => form == Form::Full && has(Dim::UseCase),
        Column::Cache => cached,
        Column::Confidence => confident,
        Column::Tokens => whole || form == Form::Full,
        Column::FirstToken => form == Form::Full,
        Column::Source => form == Form::Full && cx.app.sources.len() > 1,
        _ => true,
    };
    let made = |column: Column| {
        let (width, rank) = width(column);
        let right = matches!(
            column,
            Column::Input
                | Column::Cache
                | Column::Output
                | Column::Tokens
                | Column::Cost
                | Column::Took
                | Column::FirstToken
                | Column::Confidence
        );
        let make = if right { table::Column::right } else { table::Column::left };
        (column, make(if column == Column::Status { "" } else { column.title() }, width, rank))
    };
    Column::OF_CALLS.into_iter().filter(|column| logged(*column)).map(made).collect()
}

/// The table alone, in `area` of a pane that is `whole`.
pub fn table(cx: Cx, form: Form, whole: Rect, area: Rect, out: &mut Canvas) {
    let list = columns(cx, form);
    let columns: Vec<_> = list.iter().map(|(_, column)| *column).collect();
    let cursor = cx.app.place().cursor(Pane::Calls);
    let len = cx.app.calls_len();
    let focused = cx.has_focus(Pane::Calls);
    let brushed = if cx.app.brushes(Pane::Calls) { cx.app.brush_range(Pane::Calls) } else { 0..0 };
    let at = |column: Column| list.iter().position(|(known, _)| *known == column);
    let table = Table {
        columns: &columns,
        rows: len,
        top: cursor.top(usize::from(area.height.saturating_sub(1)), len),
        selected: (len > 0 && (focused || cx.app.screen() == Screen::Calls)).then_some(cursor.nth),
        cell: at(cursor.column).filter(|_| focused),
        sort: at(cursor.sort.by).map(|at| (at, cursor.sort.falling)),
        total: None,
        on_total: false,
    };
    let drawn =
        table.draw(cx.ink, area, out.buf, |nth| match cx.app.call_at(nth).and_then(|row| cx.app.store.get(row)) {
            Some(row) => table::Row {
                cells: list.iter().map(|(column, _)| cell(cx, row, *column, form)).collect(),
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

/// What a column says of a call.
pub fn cell(cx: Cx, row: Row, column: Column, form: Form) -> Line<'static> {
    let usage = row.usage();
    let number = |text: String| Line::from(cx.ink.number(Role::Text, &text));
    let name = |dim: Dim, role: Role| {
        let text = cx.name(row, dim).map_or_else(|| numbers::UNKNOWN.to_owned(), Cow::into_owned);
        Line::from(cx.ink.text(if row.name(dim).is_some() { role } else { Role::Muted }, text))
    };
    match column {
        Column::Time => time(cx, row, form),
        Column::Model => name(Dim::Model, Role::Text),
        Column::Provider => name(Dim::Provider, Role::Muted),
        Column::Route => name(Dim::Route, Role::Text),
        Column::User => name(Dim::User, Role::Muted),
        Column::Session => name(Dim::Session, Role::Muted),
        Column::Project => name(Dim::Project, Role::Muted),
        Column::Agent => name(Dim::Agent, Role::Muted),
        Column::UseCase => name(Dim::UseCase, Role::Muted),
        Column::Input => number(numbers::tokens(usage.has_parts().then(|| usage.prompt()))),
        Column::Cache => {
            let share = usage.cache_read.and_then(|read| crate::figures::stats::ratio(read.into(), usage.prompt()));
            number(numbers::percent_whole(share))
        }
        Column::Output => number(numbers::tokens(usage.output)),
        Column::Tokens => number(numbers::tokens(usage.total())),
        Column::Cost => Line::from(cost(cx, row)),
        Column::Took => number(format!("{}{}", row.about(), numbers::duration(row.took()))),
        Column::FirstToken => number(numbers::duration(row.first_token())),
        Column::Confidence => number(numbers::confidence(row.confidence())),
        Column::Status if cx.is_small() => Line::from(short_status(cx, row)),
        Column::Status => Line::from(status(cx, row)),
        Column::Source => {
            let label = clean::line(row.source_label());
            let file = label.rsplit('/').next().unwrap_or_default();
            Line::from(cx.ink.text(Role::Muted, file.to_owned()))
        }
        _ => Line::default(),
    }
}

/// The time, what is the same for all calls of a minute muted. `~07:02` is that of the file: the record has none.
fn time(cx: Cx, row: Row, form: Form) -> Line<'static> {
    let local = row.at().local();
    let mut spans = Vec::new();
    if row.is_undated() {
        let form = if cx.spans_days() { "~%b %e %H:%M" } else { "~%H:%M" };
        return Line::from(cx.ink.text(Role::Muted, local.format(form).to_string()));
    }
    if cx.spans_days() {
        spans.push(cx.ink.text(Role::Muted, local.format("%b %e ").to_string()));
    }
    spans.push(cx.ink.text(Role::Text, local.format("%H:%M:%S").to_string()));
    if form == Form::Full && !cx.spans_days() && !cx.is_small() {
        spans.push(cx.ink.text(Role::Muted, local.format("%.3f").to_string()));
    }
    Line::from(spans)
}

/// `$0.0228`, `~$0.0031` estimated, `?` without a price, `–` without tokens, `▲` where log and bill differ.
pub fn cost(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let source = row.cost_source();
    if source == CostSource::Unpriced {
        return vec![cx.ink.text(Role::Warn, numbers::UNPRICED)];
    }
    let about = if source == CostSource::Estimated { "~" } else { "" };
    let role = if row.flags().has(Flags::MISMATCH) { Role::Warn } else { Role::Text };
    cx.ink.number(role, &format!("{about}{}", numbers::money_places(row.cost(), 4)))
}

/// `✗ 429`, `◆ over`, `✓ cached`, `… pending`; a call that went well says nothing.
pub fn status(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let glyphs = cx.ink.glyphs;
    let mut spans = match row.status() {
        Status::Error => {
            let kind = cx.name(row, Dim::ErrorType).map_or(Cow::Borrowed("error"), |kind| kind);
            vec![cx.ink.text(Role::Bad, format!("{} {kind}", glyphs.failed))]
        }
        Status::Cached => vec![cx.ink.text(Role::Good, format!("{} cached", glyphs.ok))],
        Status::Pending => vec![cx.ink.text(Role::Muted, format!("{} pending", glyphs.low))],
        Status::Success => Vec::new(),
    };
    if row.overridden() == Some(true) {
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        spans.push(cx.ink.text(Role::Warn, format!("{} over", glyphs.over)));
    }
    spans
}

/// The same in six cells: `✗ time`, `✓ hit`, `○ open`.
fn short_status(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let glyphs = cx.ink.glyphs;
    match row.status() {
        Status::Error => {
            let kind = cx.name(row, Dim::ErrorType).unwrap_or(Cow::Borrowed("fail"));
            let kind: String = kind.chars().take(4).collect();
            vec![cx.ink.text(Role::Bad, format!("{} {kind}", glyphs.failed))]
        }
        Status::Cached => vec![cx.ink.text(Role::Good, format!("{} hit", glyphs.ok))],
        Status::Pending => vec![cx.ink.text(Role::Muted, format!("{} open", glyphs.low))],
        Status::Success => status(cx, row),
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
