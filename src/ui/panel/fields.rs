//! The fields of some calls against those of the rest: shares of a value as bars, numbers as distributions.

mod detail;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

pub use detail::draw as detail;

use super::frame::{self, Words};
use crate::app::{Pane, Selection};
use crate::figures::Differ;
use crate::figures::differ::{Difference, Field, Sides};
use crate::figures::stats::ratio;
use crate::model::Window;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::table::{Column, Row, Table, Width};
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;

const COLUMNS: [Column; 8] = [
    Column::left("FIELD", Width::Between(8, 11), 0),
    Column::left("VALUE", Width::Grow(9), 0),
    Column::right("THESE", Width::Fixed(7), 0),
    Column::left("", Width::Between(5, 24), 2),
    Column::right("REST", Width::Fixed(7), 0),
    Column::left("", Width::Between(5, 24), 2),
    Column::right("GAP", Width::Fixed(7), 0),
    Column::right("CHANCE", Width::Fixed(6), 1),
];
/// Places in [`COLUMNS`].
const BARS: [usize; 2] = [3, 5];

/// The sentence, and under it a row a field.
pub fn table(cx: Cx, differ: &Differ, area: Rect, out: &mut Canvas) {
    let all = differ.selected + differ.rest;
    let sides = format!("{} of {}", numbers::grouped(differ.selected), numbers::grouped(all));
    let words = Words::new(title(cx)).details(sides).foot(hidden(differ));
    let inner = frame::draw(cx, Some(Pane::Fields), words, area, out);
    let said = said(cx, differ, pane::padded(inner).width);
    for (at, line) in said.iter().enumerate() {
        let row = layout::row(pane::padded(inner), at as u16);
        out.left(cx.ink, cx.ink.text(Role::Strong, line.clone()), row);
    }
    let taken = (said.len() as u16 + 1).min(inner.height);
    let place = Rect { y: inner.y + taken, height: inner.height - taken, ..inner };
    let len = differ.fields.len();
    if len == 0 {
        out.place(Pane::Fields, area, place, 0, 0);
        return;
    }
    let cursor = cx.app.place().cursor(Pane::Fields);
    let table = Table {
        columns: &COLUMNS,
        rows: len,
        top: cursor.top(usize::from(place.height.saturating_sub(1)), len),
        selected: Some(cursor.nth),
        ..Table::default()
    };
    let widths = BARS.map(|column| table.width_of(column, place));
    let drawn = table.draw(cx.ink, place, out.buf, |nth| {
        differ.fields.get(nth).map(|found| row(cx, found, widths)).unwrap_or_default()
    });
    out.place_table(Pane::Fields, area, drawn.body, drawn.shown.start, len, Vec::new());
}

/// `route=billing against the rest`.
fn title(cx: Cx) -> Line<'static> {
    let terms: Vec<String> = match &cx.app.place().selection {
        Selection::Filter => cx.app.filter.chips.iter().map(|chip| cx.term(chip)).collect(),
        Selection::Term(term) => vec![cx.term(term)],
        Selection::Rows { rows, .. } => vec![format!("{} marked calls", numbers::grouped(rows.len() as u64))],
    };
    let words = terms.join(" ");
    let words = line::fit(&words, 34, cx.ink.glyphs.ellipsis).into_owned();
    Line::from(if words.is_empty() { "all calls".to_owned() } else { format!("{words} against the rest") })
}

/// The sentence in as many lines as it needs; without fields, why there are none and what to do.
fn said(cx: Cx, differ: &Differ, width: u16) -> Vec<String> {
    let phrases: Vec<String> =
        differ.leading().map(|found| format!("{}{}", found.less(), cx.term(&found.phrase))).collect();
    let mut words = differ.sentence(&phrases, numbers::grouped);
    if differ.too_few().is_some() && matches!(cx.app.place().selection, Selection::Rows { .. }) {
        words = format!("{words}; {}", cx.keyed("{mark} marks more, {mark-range} a range"));
    } else if differ.too_few().is_some() && cx.app.window != Window::All {
        words = format!("{words}; {}", cx.keyed("{longer-window} looks further back"));
    }
    line::wrap(&words, usize::from(width)).into_iter().take(3).collect()
}

/// Fields that cannot be compared.
fn hidden(differ: &Differ) -> String {
    if differ.hidden.is_empty() {
        return String::new();
    }
    let words: Vec<&str> = differ.hidden.iter().map(|field| field.word()).collect();
    format!("too few know {}", words.join(", "))
}

fn row(cx: Cx, found: &Difference, widths: [u16; 2]) -> Row<'static> {
    let ink = cx.ink;
    let own = found.by_construction;
    let role = |role: Role| if own { Role::Muted } else { role };
    let [these, rest] = numbers_of(found);
    let gap = if found.is_sure() { Role::Strong } else { Role::Muted };
    let [mine, theirs] = shapes(cx, found, widths);
    let number = |text: &str, style: Role| Line::from(ink.number(role(style), text));
    let cells = vec![
        Line::from(ink.text(role(Role::Text), found.field.word())),
        Line::from(ink.text(role(Role::Text), value(cx, found))),
        number(&these, Role::Text),
        mine,
        number(&rest, Role::Text),
        theirs,
        number(&numbers::points(found.gap), gap),
        Line::from(ink.text(Role::Muted, if own { "own".to_owned() } else { numbers::chance(found.q) })),
    ];
    cells.into()
}

/// The value that differs most, or what the numbers beside are.
fn value(cx: Cx, found: &Difference) -> String {
    match &found.sides {
        Sides::Names { values, .. } => {
            let name = name(cx, found.field, values.first().map_or("", |value| &value.label));
            match found.field {
                // The end of a path says more than its beginning.
                Field::Source => name.rsplit('/').next().unwrap_or(&name).to_owned(),
                _ => name,
            }
        }
        Sides::Numbers { .. } => "median".to_owned(),
    }
}

/// A value ready to be drawn.
fn name(cx: Cx, field: Field, label: &str) -> String {
    match field {
        Field::By(by) => cx.label(by, label),
        _ => cx.open(label).into_owned(),
    }
}

/// The share of either side that has the value, or its median.
fn numbers_of(found: &Difference) -> [String; 2] {
    match &found.sides {
        Sides::Names { values, known } => [0, 1]
            .map(|side| numbers::percent_whole(values.first().and_then(|value| ratio(value.calls[side], known[side])))),
        Sides::Numbers { medians, .. } => medians.map(|median| crate::figures::differ::measured(found.field, median)),
    }
}

/// Whose colour is whose.
fn styles(cx: Cx, own: bool) -> [Style; 2] {
    if own { [cx.ink.style(Role::Muted); 2] } else { [cx.ink.style(Role::Info), cx.ink.style(Role::Muted)] }
}

/// A bar of a share, or a distribution in one row: both sides on one scale.
fn shapes(cx: Cx, found: &Difference, widths: [u16; 2]) -> [Line<'static>; 2] {
    let styles = styles(cx, found.by_construction);
    let shape = |side: usize| match &found.sides {
        Sides::Names { values, known } => {
            let share = values.first().and_then(|value| ratio(value.calls[side], known[side])).unwrap_or(0.0);
            Line::from(bars::bar(cx.ink, share, widths[side], styles[side]))
        }
        Sides::Numbers { bins, .. } => {
            let shares = detail::shares(bins, widths[side]);
            // Not quite as high as the row, or it would grow into the bar above.
            let most = shares.iter().flatten().copied().fold(0.0, f64::max) * 1.15;
            let cell = |share: f64| match share {
                0.0 => cx.ink.text(Role::Faint, cx.ink.glyphs.heights[0]),
                share => Span::styled(detail::height(cx, share, most), styles[side]),
            };
            shares.iter().map(|share| cell(share[side])).collect()
        }
    };
    [shape(0), shape(1)]
}
