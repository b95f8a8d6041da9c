//! A frame with its name on the left of the border and what it says about itself on the right.
//!
//! ```text
//! ╭─ models ─────────────── by cost ▾ ─╮
//! │                                    │
//! ╰──────────────────────── 3 of 171 ──╯
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::line::{self, Align};
use crate::ui::glyphs::Border;
use crate::ui::ink::Ink;
use crate::ui::layout;
use crate::ui::theme::Role;

/// Corners, one line and a blank on either side of a title.
const AROUND: u16 = 6;

/// A frame to draw something in.
#[derive(Debug, Clone, Default)]
pub struct Pane<'a> {
    title: Line<'a>,
    details: Line<'a>,
    foot: Line<'a>,
    focused: bool,
}

impl<'a> Pane<'a> {
    pub fn new(title: impl Into<Line<'a>>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// On the right of the upper border. Spans without a style are muted; cut, then left out, where room is short.
    #[must_use]
    pub fn details(self, details: impl Into<Line<'a>>) -> Self {
        Self { details: details.into(), ..self }
    }

    /// On the right of the lower border: a place in a list, new rows below.
    #[must_use]
    pub fn foot(self, foot: impl Into<Line<'a>>) -> Self {
        Self { foot: foot.into(), ..self }
    }

    /// The pane that has the keys: its title and its border stand out, without colours by double lines.
    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// Draws the frame and returns the area inside it; see [`padded`] for words.
    pub fn draw(&self, ink: Ink, area: Rect, buf: &mut Buffer) -> Rect {
        let area = area.intersection(buf.area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        let (style, shapes) = self.look(ink);
        frame(shapes, style, area, buf);
        let title_style = if self.focused { style } else { ink.style(Role::Title) };
        let top = layout::row(area, 0);
        let taken = write(ink, &self.title, title_style, Align::Left, top, buf);
        let rest = Rect { x: top.x + taken, width: top.width - taken, ..top };
        write(ink, &self.details, ink.style(Role::Muted), Align::Right, rest, buf);
        write(ink, &self.foot, ink.style(Role::Muted), Align::Right, layout::row(area, area.height - 1), buf);
        layout::inset(area, 1, 1)
    }

    fn look<'g>(&self, ink: Ink<'g>) -> (Style, &'g Border) {
        if !self.focused {
            return (ink.style(Role::Border), &ink.glyphs.border);
        }
        let style = ink.style(Role::Focus).add_modifier(Modifier::BOLD);
        (style, if ink.theme.is_mono() { &ink.glyphs.double } else { &ink.glyphs.border })
    }
}

/// The inside of a pane without its first and last columns, which words leave free and tables use.
pub fn padded(inner: Rect) -> Rect {
    layout::inset(inner, 1, 0)
}

/// A frame that crosses itself nowhere; `area` is at least 2 × 2.
fn frame(shapes: &Border, style: Style, area: Rect, buf: &mut Buffer) {
    let (left, top, right, bottom) = (area.left(), area.top(), area.right() - 1, area.bottom() - 1);
    let mut put = |x: u16, y: u16, symbol: &str| {
        buf[(x, y)].set_symbol(symbol).set_style(style);
    };
    for x in left + 1..right {
        put(x, top, shapes.horizontal);
        put(x, bottom, shapes.horizontal);
    }
    for y in top + 1..bottom {
        put(left, y, shapes.vertical);
        put(right, y, shapes.vertical);
    }
    put(left, top, shapes.top_left);
    put(right, top, shapes.top_right);
    put(left, bottom, shapes.bottom_left);
    put(right, bottom, shapes.bottom_right);
}

/// Writes words into a border, a blank on either side of them. Returns how much of the row they used up, from the left
/// corner on. Words that would not keep two letters are left out.
fn write(ink: Ink, words: &Line, style: Style, align: Align, row: Rect, buf: &mut Buffer) -> u16 {
    // A remark that is cut says less than one that ends earlier.
    let shorter = line::whole_words(words, usize::from(row.width.saturating_sub(AROUND - 1)));
    let words = if align == Align::Right { &shorter } else { words };
    let wanted = line::line_width(words).min(usize::from(u16::MAX)) as u16;
    // Beside a title there is one line and no corner.
    let around = if align == Align::Left { AROUND } else { AROUND - 1 };
    let room = row.width.saturating_sub(around);
    if wanted == 0 || room < 2 || (wanted > room && room < 4) {
        return 0;
    }
    let width = wanted.min(room);
    let x = if align == Align::Left { row.x + 3 } else { row.right() - 3 - width };
    let area = Rect { x, width, ..row };
    for blank in [x - 1, area.right()] {
        buf[(blank, row.y)].set_symbol(" ");
    }
    // The words do not take over the weight of a border in focus.
    buf.set_style(area, Style::new().remove_modifier(Modifier::all()).patch(style));
    line::draw(ink, &words.clone().style(style.patch(words.style)), Align::Left, area, buf);
    width + 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::GlyphSet;
    use crate::ui::part::testing::{check, text};
    use crate::ui::theme::{Depth, Theme};

    fn drawn(pane: &Pane, width: u16, height: u16) -> String {
        text(width, height, |ink, area, buf| {
            pane.draw(ink, area, buf);
        })
    }

    #[test]
    fn the_title_is_left_and_the_details_are_right() {
        let pane = Pane::new("models").details("by cost ▾").foot("3 of 9");
        check(
            &drawn(&pane, 33, 3),
            "
            ╭─ models ────────── by cost ▾ ─╮
            │                               │
            ╰────────────────────── 3 of 9 ─╯
            ",
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_never_overflows() {
        let pane = Pane::new("a rather long title").details("and details");
        for width in 0..60 {
            let shown = drawn(&pane, width, 3);
            let rows: Vec<&str> = shown.lines().collect();
            assert!(rows.iter().all(|row| line::width(row) == usize::from(width)), "{shown}");
            if width >= 2 {
                assert!(rows[0].starts_with('╭') && rows[0].ends_with('╮'), "{shown}");
            }
        }
        assert_eq!(drawn(&pane, 16, 2).lines().next(), Some("╭─ a rather … ─╮"));
        assert_eq!(drawn(&pane, 34, 2).lines().next(), Some("╭─ a rather long title ──── and ─╮"));
    }

    #[test]
    fn the_inside_is_what_the_frame_leaves() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 5));
        let theme = Theme::default();
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        let area = buf.area;
        let inner = Pane::new("x").draw(ink, area, &mut buf);
        assert_eq!(inner, Rect::new(1, 1, 8, 3));
        assert_eq!(padded(inner), Rect::new(2, 1, 6, 3));
        assert!(Pane::new("x").draw(ink, Rect::new(0, 0, 1, 5), &mut buf).is_empty());
        assert!(Pane::new("x").draw(ink, Rect::new(50, 50, 9, 9), &mut buf).is_empty());
    }

    #[test]
    fn focus_shows_without_colour() {
        let theme = Theme::default().at_depth(Depth::Mono);
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 3));
        let area = buf.area;
        Pane::new("x").focused(true).draw(ink, area, &mut buf);
        assert_eq!(buf[(0, 0)].symbol(), "╔");
        assert!(buf[(0, 0)].modifier.contains(Modifier::BOLD));
    }
}
