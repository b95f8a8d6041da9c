//! A window on a long text: wrapped, scrolled, searched, and coloured where it is JSON.
//!
//! ```text
//! {                                  ▲
//!   "role": "user",                  ┃
//!   "content": "My parcel says       │
//!   delivered but I never got it."   │
//! }                                  ▼
//! ```

mod body;
mod find;
mod wrap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

pub use body::{Body, Spot};
pub use find::{matches, next, previous};
pub use wrap::{Row, wrap};

use super::scroll;
use crate::ui::ink::Ink;
use crate::ui::theme::Role;

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The first row, moved up if the text ends before the window does.
    pub top: Spot,
    /// Whether the last row of the text is seen.
    pub at_end: bool,
}

/// Cells of a row in an area; the last column is the scroll bar's. What scrolls a body asks here for its width.
pub fn width_in(area: Rect) -> u16 {
    area.width.saturating_sub(1).max(1)
}

/// Draws the rows from `top` on; where `find` is not empty, its matches stand out.
pub fn draw(ink: Ink, body: &Body, top: Spot, find: &str, area: Rect, buf: &mut Buffer) -> Shown {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return Shown { top, at_end: false };
    }
    let width = width_in(area);
    let top = body.scroll(top, 0, width).min(body.last_top(width, area.height));
    let mut y = area.y;
    let (mut piece, mut skip) = (top.piece, top.row);
    let mut seen = 0;
    let mut at_end = false;
    while y < area.bottom() && piece < body.len() {
        let rows = body.rows(piece, width);
        let paints = paints(ink, body, piece, find);
        let last = rows.len() - 1;
        for (index, row) in rows.into_iter().enumerate().skip(skip) {
            if y >= area.bottom() {
                break;
            }
            let place = Rect { y, height: 1, width, ..area };
            draw_row(&paints, body.piece(piece), &row, place, buf);
            seen = body.bytes(piece).start + row.bytes.end;
            at_end = index == last && piece + 1 == body.len();
            y += 1;
        }
        skip = 0;
        piece += 1;
    }
    let start = body.bytes(top.piece).start + body.rows(top.piece, width).get(top.row).map_or(0, |row| row.bytes.start);
    let whole = if at_end { seen.max(1) } else { body.text().len() };
    let bar = Rect { x: area.right() - 1, width: 1, ..area };
    scroll::bar(ink, start, seen - start, whole, bar, buf);
    Shown { top, at_end }
}

/// The style of each stretch of a piece, up to the byte where it ends: roles, and matches over them.
fn paints(ink: Ink, body: &Body, piece: usize, find: &str) -> Vec<(usize, Style)> {
    let text = body.piece(piece);
    let mut found = find::matches(text, find).peekable();
    let mut paints = Vec::new();
    let mut at = 0;
    for (end, role) in body.roles(piece) {
        while at < end {
            // A match that began in the stretch before goes on here.
            while found.peek().is_some_and(|range| range.end <= at) {
                found.next();
            }
            let (next, role) = match found.peek() {
                Some(range) if range.start <= at => (range.end.min(end), Role::Match),
                Some(range) => (range.start.min(end), role),
                None => (end, role),
            };
            paints.push((next, ink.style(role)));
            at = next;
        }
    }
    paints
}

fn draw_row(paints: &[(usize, Style)], text: &str, row: &Row, place: Rect, buf: &mut Buffer) {
    let mut x = place.x + row.indent.min(place.width);
    let mut at = row.bytes.start;
    let first = paints.partition_point(|(end, _)| *end <= at);
    for (end, style) in &paints[first..] {
        let end = (*end).min(row.bytes.end);
        if at >= end {
            break;
        }
        let room = usize::from(place.right() - x);
        (x, _) = buf.set_stringn(x, place.y, &text[at..end], room, *style);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::part::testing::{check, text};

    #[test]
    fn words_wrap_and_the_bar_says_where() {
        let body = Body::plain("one two three four\nfive six\nseven\neight\nnine");
        check(
            &text(11, 4, |ink, area, buf| {
                let shown = draw(ink, &body, Spot { piece: 0, row: 1 }, "", area, buf);
                assert!(!shown.at_end);
            }),
            "
            three four▲
            five six  ┃
            seven     │
            eight     ▼
            ",
        );
    }

    #[test]
    fn the_window_never_goes_past_the_end() {
        let body = Body::plain("one\ntwo\nthree");
        text(9, 2, |ink, area, buf| {
            let shown = draw(ink, &body, Spot { piece: 9, row: 9 }, "", area, buf);
            assert_eq!(shown, Shown { top: Spot { piece: 1, row: 0 }, at_end: true });
        });
        let all = text(9, 5, |ink, area, buf| {
            assert!(draw(ink, &body, Spot::default(), "", area, buf).at_end);
        });
        assert!(!all.contains('┃'), "{all}");
    }

    #[test]
    fn matches_stand_out_across_roles_and_rows() {
        let body = Body::of(r#"{"error": "an Error here"}"#);
        text(40, 4, |ink, area, buf| {
            draw(ink, &body, Spot::default(), "error", area, buf);
            let found = ink.style(Role::Match);
            let is_found = |x: u16| buf[(x, 1)].style().add_modifier.contains(found.add_modifier);
            let cells: String = (0..39).filter(|x| is_found(*x)).map(|x| buf[(x, 1)].symbol()).collect();
            assert_eq!(cells, "errorError");
        });
        let both = Body::of(r#"{"a":1}"#);
        text(40, 4, |ink, area, buf| {
            draw(ink, &both, Spot::default(), "\": 1", area, buf);
            let reversed = ink.style(Role::Match).add_modifier;
            let count = (0..39).filter(|x| buf[(*x, 1)].style().add_modifier.contains(reversed)).count();
            assert_eq!(count, 4);
        });
    }

    #[test]
    fn no_size_and_no_text_do_harm() {
        for raw in ["", "\n\n", "日本", "{}", "a\u{301}\u{301}"] {
            let body = Body::of(raw);
            for (width, height) in [(0, 0), (1, 1), (2, 3), (9, 1)] {
                text(width, height, |ink, area, buf| {
                    draw(ink, &body, Spot { piece: 5, row: 5 }, "a", area, buf);
                    draw(ink, &body, Spot::default(), "", Rect::new(80, 80, 4, 4), buf);
                });
            }
        }
    }
}
