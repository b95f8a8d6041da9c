//! `c`: every column that the table can have, whether it is shown, what it tells, and what it says of the call under the
//! cursor.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Chooser, Column, Pane};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::panel::calls::{self, Form};
use crate::ui::panel::frame::{self, Words};
use crate::ui::part::{line, scroll};
use crate::ui::theme::Role;

/// Cells of a column's heading, and of what it says of the call.
const NAME: usize = 10;
const EXAMPLE: u16 = 16;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let Some(chooser) = &cx.app.chooser else { return };
    let width = 76.min(body.width);
    let height = (chooser.list.len() as u16 + 2).min(body.height);
    let area = Rect { x: body.right() - width, width, height, ..body };
    let mut hints = cx.hint("check", "show  ");
    hints.extend(cx.hints(["move-column-on", "move-column-back"], "move  "));
    hints.extend(cx.hint("automatic-columns", "automatic"));
    let words = Words::new("columns").details(Line::from(hints)).foot(state(cx, chooser));
    let inner = frame::card(cx, words, area, out);
    let rows = usize::from(inner.height);
    let top = scroll::top(chooser.nth.saturating_sub(rows / 2), Some(chooser.nth), chooser.list.len(), rows);
    for (at, (column, on)) in chooser.list.iter().enumerate().skip(top).take(rows) {
        let row = layout::row(inner, (at - top) as u16);
        column_row(cx, *column, *on, row, out);
        out.click(row, Action::Pick(at));
        if at == chooser.nth {
            cx.ink.select(row, out.buf);
        }
    }
    let bar = Rect { x: area.right() - 1, width: 1, y: inner.y, height: inner.height };
    scroll::bar(cx.ink, top, rows, chooser.list.len(), bar, out.buf);
}

/// `7 shown, remembered for this folder`.
fn state(cx: Cx, chooser: &Chooser) -> String {
    let shown = chooser.list.iter().filter(|(_, on)| *on).count();
    let whose = match cx.app.columns() {
        None => "automatic",
        Some(_) if cx.app.has_own_columns() => "remembered for this folder",
        Some(_) => "as the configuration says",
    };
    format!("{shown} shown, {whose}")
}

/// `[✓] COST      as logged, else as computed          $0.0228`.
fn column_row(cx: Cx, column: Column, on: bool, row: Rect, out: &mut Canvas) {
    let mark = if on { format!("[{}] ", cx.ink.glyphs.ok) } else { "[ ] ".to_owned() };
    let title = column.title();
    let spans = vec![
        cx.ink.text(if on { Role::Good } else { Role::Muted }, mark),
        cx.ink.text(if on { Role::Strong } else { Role::Text }, title),
        Span::raw(" ".repeat(NAME.saturating_sub(line::width(title)) + 1)),
        cx.ink.text(Role::Muted, column.meaning()),
    ];
    out.left(cx.ink, spans, Rect { width: row.width.saturating_sub(EXAMPLE + 1), ..row });
    let call = cx.app.call_at(cx.app.place().cursor(Pane::Calls).nth).and_then(|call| cx.app.store.get(call));
    if let Some(call) = call {
        let example = Rect { x: row.right().saturating_sub(EXAMPLE), width: EXAMPLE, ..row };
        let words = calls::cell(cx, call, column, Form::Full);
        let words: String = words.iter().map(|span| span.content.as_ref()).collect();
        out.right(cx.ink, cx.ink.text(Role::Muted, words), example);
    }
}
