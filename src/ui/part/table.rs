//! A table of any number of rows, of which only those on the screen are made.
//!
//! ```text
//!  TIME▾    MODEL       ROUTE         IN    COST   TOOK
//!  12:04:29 sonnet-4.5  chat       19.6k $0.0228   4.3s ▲
//! ▸12:04:24 opus-4.1    summarise   1.9k $0.0420  11.8s ┃
//!  12:04:20 sonnet-4.5  chat       22.0k       –  30.0s │
//!  total                           43.5k $0.0648        ▼
//! ```

mod columns;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

pub use columns::{Column, Placed, Width, place, place_from, scrolled};

use super::line::{self, Align};
use super::scroll;
use crate::ui::ink::Ink;
use crate::ui::layout;
use crate::ui::theme::Role;

/// The cells of one row, one for each column of the table, shown or not.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    pub cells: Vec<Line<'a>>,
    /// Marked by the user, for copying or comparing.
    pub marked: bool,
    /// Under all its cells; for rows that are new or that do not count.
    pub style: Style,
}

impl<'a> From<Vec<Line<'a>>> for Row<'a> {
    fn from(cells: Vec<Line<'a>>) -> Self {
        Self { cells, ..Self::default() }
    }
}

/// What a table shows, but for its rows.
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    pub columns: &'a [Column],
    /// How many rows there are in all.
    pub rows: usize,
    /// The first row to show, if the selected one is seen then; see [`scroll::top`].
    pub top: usize,
    pub selected: Option<usize>,
    /// Columns from this one on, as many as have room, all of them reached by scrolling; without it the columns that have
    /// room by their rank.
    pub from: Option<usize>,
    /// The column under the cursor: its cell in the selected row is underlined.
    pub cell: Option<usize>,
    /// The column that the rows are sorted by, and whether its largest come first.
    pub sort: Option<(usize, bool)>,
    /// A last line with sums, under the rows, always on the screen.
    pub total: Option<Vec<Line<'a>>>,
    /// The cursor is on that line.
    pub on_total: bool,
}

/// Where things were drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    pub head: Rect,
    /// The rows, without head, total and scroll bar.
    pub body: Rect,
    /// The rows that are on the screen.
    pub shown: Range<usize>,
    columns: Vec<Placed>,
}

impl Drawn {
    /// Where the headings are, the blank after each included, and whose they are.
    pub fn headings(&self) -> impl Iterator<Item = (usize, Rect)> {
        let of = |placed: &Placed| Rect { x: self.head.x + MARK + placed.x, width: placed.width + 1, ..self.head };
        self.columns.iter().map(move |placed| (placed.index, of(placed).intersection(self.head)))
    }

    /// The columns that fitted, in their order.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|placed| placed.index)
    }
}

/// The column of the `▸`, before all others.
const MARK: u16 = 1;

/// The column of the scroll bar, after all others, with a blank before it where there is room to spare.
fn margin(width: u16) -> u16 {
    if width >= 48 { 2 } else { 1 }
}

/// The cells that a table of a width has for its columns.
pub fn room(width: u16) -> u16 {
    width.saturating_sub(MARK + margin(width))
}

impl<'a> Table<'a> {
    /// Draws the head, then as many rows as there is room for; `row` makes the cells of each.
    pub fn draw<R>(&self, ink: Ink, area: Rect, buf: &mut Buffer, mut row: impl FnMut(usize) -> R) -> Drawn
    where
        R: Into<Row<'a>>,
    {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return Drawn::default();
        }
        let columns = self.placed(area);
        let head = layout::row(area, 0);
        self.draw_head(ink, &columns, head, buf);
        self.draw_more(ink, &columns, head, buf);
        let mut body = Rect {
            y: area.y + 1,
            height: area.height - 1,
            width: area.width.saturating_sub(margin(area.width)),
            ..area
        };
        body.height -= u16::from(self.total.is_some()).min(body.height);
        let height = usize::from(body.height);
        let top = scroll::top(self.top, self.selected, self.rows, height);
        let shown = top..self.rows.min(top + height);
        for index in shown.clone() {
            let place = layout::row(body, (index - top) as u16);
            self.draw_row(ink, &columns, index, &row(index).into(), place, buf);
        }
        if let Some(total) = self.total.as_ref().filter(|_| area.height > 1) {
            let under = Rect { y: body.y + shown.len() as u16, height: 1, ..body };
            let style = ink.style(Role::Strong);
            draw_cells(ink, self.columns, &columns, total, style, under, buf);
            if self.on_total {
                buf.set_string(under.x, under.y, ink.glyphs.pointer, ink.style(Role::Key));
                ink.select(under, buf);
            }
        }
        let bar = Rect { x: area.right() - 1, width: 1, ..body };
        scroll::bar(ink, top, height, self.rows, bar, buf);
        Drawn { head, body, shown, columns }
    }

    /// The cells that a column gets in an area, 0 if it is dropped there: for bars that fill theirs.
    pub fn width_of(&self, column: usize, area: Rect) -> u16 {
        self.placed(area).into_iter().find(|placed| placed.index == column).map_or(0, |placed| placed.width)
    }

    fn placed(&self, area: Rect) -> Vec<Placed> {
        match self.from {
            Some(from) => place_from(self.columns, from, room(area.width)),
            None => place(self.columns, room(area.width)),
        }
    }

    /// Marks at the ends of the head where columns lie beyond them.
    fn draw_more(&self, ink: Ink, columns: &[Placed], head: Rect, buf: &mut Buffer) {
        let Some(from) = self.from else { return };
        let style = ink.style(Role::Key);
        if from > 0 {
            buf.set_string(head.x, head.y, ink.glyphs.left, style);
        }
        if columns.last().is_some_and(|last| last.index + 1 < self.columns.len()) {
            buf.set_string(head.right() - 1, head.y, ink.glyphs.right, style);
        }
    }

    fn draw_head(&self, ink: Ink, columns: &[Placed], head: Rect, buf: &mut Buffer) {
        for placed in columns {
            let column = &self.columns[placed.index];
            let sort = self.sort.filter(|(by, _)| *by == placed.index);
            let style = ink.style(Role::Muted);
            let style = if sort.is_some() { ink.style(Role::Title) } else { style };
            let mark = match sort {
                None => "",
                Some((_, true)) => ink.glyphs.sort_down,
                Some((_, false)) => ink.glyphs.sort_up,
            };
            let text = format!("{}{mark}", column.name);
            // A name as wide as its column puts the mark into the blank beside it.
            let room = placed.width.max(line::width(&text).min(usize::from(placed.width) + 1) as u16);
            let area = Rect { x: head.x + MARK + placed.x, width: room, ..head };
            line::draw(ink, &Line::styled(text, style), column.align, area.intersection(head), buf);
        }
    }

    fn draw_row(&self, ink: Ink, columns: &[Placed], index: usize, row: &Row, place: Rect, buf: &mut Buffer) {
        let selected = self.selected == Some(index);
        let mark = match (selected, row.marked) {
            (true, _) => ink.glyphs.pointer,
            (false, true) => ink.glyphs.marked,
            (false, false) => " ",
        };
        buf.set_string(place.x, place.y, mark, ink.style(Role::Key));
        draw_cells(ink, self.columns, columns, &row.cells, row.style, place, buf);
        if !selected {
            return;
        }
        ink.select(place, buf);
        let cursor = columns.iter().find(|placed| Some(placed.index) == self.cell);
        if let Some(placed) = cursor {
            let cell = Rect { x: place.x + MARK + placed.x, width: placed.width, ..place };
            buf.set_style(cell, Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD));
        }
    }
}

fn draw_cells(ink: Ink, all: &[Column], placed: &[Placed], cells: &[Line], style: Style, row: Rect, buf: &mut Buffer) {
    for placed in placed {
        let Some(cell) = cells.get(placed.index) else { continue };
        let area = Rect { x: row.x + MARK + placed.x, width: placed.width, ..row };
        let align = if cell.alignment == Some(ratatui::layout::Alignment::Left) {
            Align::Left
        } else {
            all[placed.index].align
        };
        let cell = Line { style: style.patch(cell.style), ..cell.clone() };
        line::draw(ink, &cell, align, area, buf);
    }
}

#[cfg(test)]
mod tests;
