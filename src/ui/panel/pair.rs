//! Two calls side by side, as one page: fields that differ, tokens, cost and time, then what was asked and answered.
//!
//! ```text
//!               12:04:20 sonnet-4.5            12:04:24 opus-4.1
//!  model        sonnet-4.5                     opus-4.1                    ≠
//!  cost
//!   output      $0.0137                        $0.0683                     +399%
//!  request
//!   … 212 lines that are the same
//!    My parcel says delivered              │   My order says delivered
//! ```

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::keys::When;
use crate::app::{PairLine, Pane, Stretch, TextKind};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{line, pane, scroll};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Cells of a field's name, and of how it differs.
const NAME: usize = 19;
const MARK: usize = 8;

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let (before, changes) = cx.app.pair_changes();
    let mut details = Vec::new();
    if changes > 0 {
        let of = format!(" of {} change{}   ", numbers::grouped(changes as u64), if changes == 1 { "" } else { "s" });
        details.push(cx.ink.text(Role::Strong, numbers::grouped(before as u64)));
        details.push(cx.ink.text(Role::Muted, of));
        details.extend(cx.ink.hint("n N", "next, previous"));
    }
    let words = Words::new("compare").details(Line::from(details));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Pair), words, area, out));
    let [head, page] = layout::rows(inner, [layout::Length::Fixed(1), layout::Length::Share(1)]);
    heads(cx, head, out);
    let lines = cx.app.pair_lines();
    let height = usize::from(page.height);
    let top = cx.app.place().cursor(Pane::Pair).nth.min(lines.len().saturating_sub(height));
    for (at, line) in lines.iter().skip(top).take(height).enumerate() {
        draw_line(cx, line, layout::row(page, at as u16), out);
    }
    let bar = Rect { x: area.right().saturating_sub(1), width: 1, ..page };
    scroll::bar(cx.ink, top, height, lines.len(), bar, out.buf);
    out.place(Pane::Pair, area, page, top, lines.len());
}

/// Where the two sides of the fields stand.
fn halves(row: Rect) -> [Rect; 2] {
    let width = (usize::from(row.width).saturating_sub(NAME + MARK) / 2) as u16;
    let at = |nth: u16| Rect { x: row.x + NAME as u16 + nth * width, width: width.saturating_sub(1), ..row };
    [at(0).intersection(row), at(1).intersection(row)]
}

/// When each of them was made, and its id.
fn heads(cx: Cx, row: Rect, out: &mut Canvas) {
    let Some(rows) = cx.app.pair() else { return };
    for (index, place) in rows.into_iter().zip(halves(row)) {
        let Some(call) = cx.app.store.get(index) else { continue };
        let when = call.at().local().format("%b %-d %H:%M:%S").to_string();
        let room = usize::from(place.width).saturating_sub(when.len() + 2);
        let id = line::fit_middle(&cx.private(&call.id()), room, cx.ink.glyphs.ellipsis).into_owned();
        let spans = vec![cx.ink.text(Role::Title, when), Span::raw("  "), cx.ink.text(Role::Muted, id)];
        out.left(cx.ink, spans, place);
    }
}

fn draw_line(cx: Cx, line: &PairLine, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    match line {
        PairLine::Heading(title) => {
            let taken = out.left(ink, ink.text(Role::Title, *title), row);
            let rule = ink.glyphs.border.horizontal.repeat(usize::from(row.width.saturating_sub(taken + 1)));
            out.left(
                ink,
                ink.text(Role::Faint, rule),
                Rect { x: row.x + taken + 1, width: row.width - taken - 1, ..row },
            );
        }
        PairLine::Fact { name, sides, mark } => {
            let role = if mark.is_empty() { Role::Muted } else { Role::Strong };
            out.left(ink, ink.text(Role::Muted, *name), row);
            for (text, place) in sides.iter().zip(halves(row)) {
                let text = cx.open(text);
                let text = line::fit_middle(&text, usize::from(place.width), ink.glyphs.ellipsis);
                out.left(ink, ink.text(role, text.into_owned()), place);
            }
            out.right(ink, ink.text(Role::Warn, mark.clone()), row);
        }
        PairLine::Same(words) => {
            out.left(ink, ink.text(Role::Muted, "the same"), row);
            let place = Rect { x: row.x + NAME as u16, width: row.width.saturating_sub(NAME as u16), ..row };
            out.left(ink, ink.text(Role::Muted, cx.open(words).into_owned()), place.intersection(row));
        }
        PairLine::Text { kind, sides, changed } => text(cx, *kind, sides, *changed, row, out),
        PairLine::Folded(count) => {
            let many = if *count == 1 { "line that is" } else { "lines that are" };
            let words = format!("  {} {} {many} the same  ", ink.glyphs.ellipsis, numbers::grouped(*count as u64));
            let mut spans = vec![ink.text(Role::Muted, words)];
            spans.extend(cx.key_in(When::PAIR, "unfold").map(|key| ink.hint(&key, "shows them")).into_iter().flatten());
            out.left(ink, spans, row);
        }
        PairLine::Note(words) => {
            out.left(ink, ink.text(Role::Muted, cx.open(words).into_owned()), row);
        }
    }
}

/// A line of a text: with a sign before what only one side has, its changed words underlined.
fn text(cx: Cx, kind: TextKind, sides: &[Option<Vec<Stretch>>; 2], changed: bool, row: Rect, out: &mut Canvas) {
    let plain = if kind == TextKind::Heading {
        Role::Title
    } else if changed {
        Role::Text
    } else {
        Role::Muted
    };
    let words = |side: &[Stretch], sign: &'static str, role: Role| -> Line<'static> {
        // Where all of a line is another its sign says so.
        let in_part = side.iter().any(|(is_changed, _)| !is_changed);
        let mut spans = vec![cx.ink.text(role, sign)];
        spans.extend(side.iter().map(|(is_changed, text)| {
            let style = cx.ink.style(if *is_changed { role } else { plain });
            let style = if *is_changed && in_part { style.add_modifier(Modifier::UNDERLINED) } else { style };
            Span::styled(text.clone(), style)
        }));
        Line::from(spans)
    };
    let signs = if changed { ["- ", "+ "] } else { ["  ", "  "] };
    let roles = if changed { [Role::Bad, Role::Good] } else { [plain, plain] };
    if cx.app.pair_is_split() {
        let half = (row.width - 1) / 2;
        for (nth, side) in sides.iter().enumerate() {
            let place = Rect { x: row.x + nth as u16 * (half + 1), width: half, ..row };
            if let Some(side) = side {
                out.left(cx.ink, words(side, signs[nth], roles[nth]), place.intersection(row));
            }
        }
        let between = Rect { x: row.x + half, width: 1, ..row };
        out.left(cx.ink, cx.ink.text(Role::Faint, cx.ink.glyphs.border.vertical), between.intersection(row));
        return;
    }
    if let Some((nth, side)) = sides.iter().enumerate().find_map(|(nth, side)| Some((nth, side.as_ref()?))) {
        out.left(cx.ink, words(side, signs[nth], roles[nth]), row);
    }
}
