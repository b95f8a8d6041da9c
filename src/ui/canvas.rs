//! Where a frame is drawn, and what it tells back: which pane is where, and what a click does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::ink::Ink;
use super::part::line::{self, Align};
use crate::app::{Action, Area, Column, Pane, Shown, ShownPane};

/// See the module.
#[derive(Debug)]
pub struct Canvas<'b> {
    pub buf: &'b mut Buffer,
    pub shown: Shown,
}

/// A rectangle of the terminal in the application's own words.
pub fn area(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}

impl Canvas<'_> {
    /// Says that a click there does this.
    pub fn click(&mut self, rect: Rect, action: Action) {
        if !rect.is_empty() {
            self.shown.clicks.push((area(rect), action));
        }
    }

    /// Says that something new lies there: what could be clicked under it no longer can.
    pub fn cover(&mut self, rect: Rect) {
        let seen = |at: &Area| !rect.intersects(Rect { x: at.x, y: at.y, width: at.width, height: at.height });
        self.shown.clicks.retain(|(at, _)| seen(at));
    }

    /// Says where a pane is, and where its lines are: `lines` without borders and headings.
    pub fn place(&mut self, pane: Pane, whole: Rect, lines: Rect, top: usize, len: usize) {
        self.place_table(pane, whole, lines, top, len, Vec::new());
    }

    /// The same for a table, whose columns the cursor walks.
    pub fn place_table(&mut self, pane: Pane, whole: Rect, lines: Rect, top: usize, len: usize, columns: Vec<Column>) {
        self.shown.panes.push(ShownPane { pane, area: area(whole), lines: area(lines), top, len, columns });
    }

    /// Words from the left edge of the first row; returns the cells they took.
    pub fn left<'l>(&mut self, ink: Ink, words: impl Into<Line<'l>>, row: Rect) -> u16 {
        line::draw(ink, &words.into(), Align::Left, row, self.buf)
    }

    /// Words up to the right edge of the first row.
    pub fn right<'l>(&mut self, ink: Ink, words: impl Into<Line<'l>>, row: Rect) -> u16 {
        line::draw(ink, &words.into(), Align::Right, row, self.buf)
    }
}
