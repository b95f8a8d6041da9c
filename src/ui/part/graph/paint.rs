//! The cells of a graph: what shape each has, and whose colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::shape::Grain;
use crate::ui::ink::Ink;
use crate::ui::theme::{Ramp, Role};

/// All that the cells of one graph need to know.
pub(super) struct Painter<'a> {
    pub ink: Ink<'a>,
    pub grain: Grain<'a>,
    pub top: f64,
    pub shade: Shade<'a>,
    /// For each column of dots, the upper edges of its layers; none where nothing is known.
    pub columns: Vec<Vec<f64>>,
    pub ghost: Vec<Option<f64>>,
    /// For each cell across, whether something in it is not known.
    pub unknown: Vec<bool>,
}

/// What gives a cell its colour.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shade<'a> {
    /// How high it is.
    Height(Ramp),
    /// Whose it is: the place among the series of each layer's colour.
    Layers(&'a [usize]),
}

impl Painter<'_> {
    pub fn paint(&self, area: Rect, buf: &mut Buffer) {
        let rows = usize::from(area.height);
        for column in 0..usize::from(area.width) {
            for above in 0..rows {
                if let Some((symbol, style)) = self.cell(column, above, rows) {
                    let y = area.bottom() - 1 - above as u16;
                    buf[(area.x + column as u16, y)].set_char(symbol).set_style(style);
                }
            }
        }
    }

    /// The cell so many rows above the lowest.
    fn cell(&self, column: usize, above: usize, rows: usize) -> Option<(char, Style)> {
        let dots: [usize; 2] = [column * self.grain.across, (column + 1) * self.grain.across - 1];
        let total = |dot: usize| self.columns[dot].last().copied();
        // More than there is room for.
        if above + 1 == rows && rows > 1 && dots.into_iter().filter_map(total).any(|total| total > self.top * 1.001) {
            return self.ink.glyphs.up.chars().next().map(|mark| (mark, self.ink.style(Role::Strong)));
        }
        let filled = dots.map(|dot| self.filled(total(dot), above, rows));
        if let Some(symbol) = self.grain.symbol(filled) {
            // The other half of a cell that has something, where it is a known zero, goes on with the base line.
            let base = [0, 1].map(|side| self.base_level(dots[side], above).max(filled[side]));
            let style = self.style(dots, above, rows);
            // Under more than it was itself the ghost is a line.
            let ends = self.is_haunted(dots, above, rows) && !self.is_haunted(dots, above + 1, rows);
            let style = if ends && above + 1 < rows { style.add_modifier(Modifier::UNDERLINED) } else { style };
            return Some((self.grain.symbol(base).unwrap_or(symbol), style));
        }
        if above == 0 && self.unknown.get(column) == Some(&true) {
            return Some(('?', self.ink.style(Role::Warn)));
        }
        if self.is_haunted(dots, above, rows) {
            // Not the glyphs of an area: where there is no colour, nobody must take it for one.
            return self.ink.glyphs.ghost.chars().next().map(|shade| (shade, self.ink.style(Role::Muted)));
        }
        let base = dots.map(|dot| self.base_level(dot, above));
        Some((self.grain.symbol(base)?, self.ink.style(Role::Faint)))
    }

    /// Whether the ghost reaches the middle of a cell; what is there at all fills the lowest.
    fn is_haunted(&self, dots: [usize; 2], above: usize, rows: usize) -> bool {
        let most = dots.iter().filter_map(|dot| self.ghost.get(*dot).copied().flatten()).fold(0.0, f64::max);
        let reach = if self.top > 0.0 { most / self.top * rows as f64 } else { 0.0 };
        most > 0.0 && (above == 0 || reach >= above as f64 + 0.5)
    }

    /// How many levels of this cell a value fills.
    fn filled(&self, value: Option<f64>, above: usize, rows: usize) -> usize {
        let level = value.map_or(0, |value| self.grain.level(value, self.top, rows));
        level.saturating_sub(above * self.grain.up).min(self.grain.up)
    }

    fn base_level(&self, dot: usize, above: usize) -> usize {
        usize::from(above == 0 && !self.columns[dot].is_empty())
    }

    fn style(&self, dots: [usize; 2], above: usize, rows: usize) -> Style {
        let ramp = match self.shade {
            Shade::Height(ramp) => ramp,
            Shade::Layers(hues) => {
                let owner = self.owner(dots, above, rows);
                return self.ink.theme.series_style(hues.get(owner).copied().unwrap_or(owner));
            }
        };
        let position = if rows > 1 {
            above as f64 / (rows - 1) as f64
        } else {
            dots.iter().filter_map(|dot| self.columns[*dot].last()).fold(0.0, |a: f64, b| a.max(*b)) / self.top
        };
        Style::new().fg(self.ink.theme.ramp(ramp, position))
    }

    /// The layer that the middle of a cell's filled part belongs to, in the higher of its columns.
    fn owner(&self, dots: [usize; 2], above: usize, rows: usize) -> usize {
        let total = |dot: usize| self.columns[dot].last().copied().unwrap_or(0.0);
        let dot = if total(dots[0]) >= total(dots[1]) { dots[0] } else { dots[1] };
        let row = self.top / rows as f64;
        let (lower, upper) = (above as f64 * row, (above + 1) as f64 * row);
        let middle = f64::midpoint(lower.min(total(dot)), upper.min(total(dot)));
        self.columns[dot].iter().position(|edge| *edge >= middle && *edge > 0.0).unwrap_or(0)
    }
}
