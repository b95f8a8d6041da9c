//! Calls by time and value as cells that stand out the more, the more calls they hold.
//!
//! Where the theme has shades, a cell shows two rows, an upper and a lower half. Where it has not, a cell is one row and
//! its glyph is the denser, the more calls there are; the hue stays that of the value. So nothing is told by colour alone.
//!
//! ```text
//! 20s              ▄    ✗ ▀▄▀▄█▄
//!  5s  ▄▄  ▀▀▄▀─▄▄▀▀▄─▄▀▄▀▄▀▄▀▀▄
//!  1s  ██▄█▀█▄██▀█▀██▄█▄█▀█▄██▄█
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use super::graph;
use crate::figures::heat::{part_at, places_of};
use crate::ui::glyphs::GlyphSet;
use crate::ui::ink::Ink;
use crate::ui::theme::{HEAT_STEPS, Ramp, Role};

/// The calls of one cell of the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spot {
    pub calls: u64,
    pub failed: u64,
}

/// The shade that a glyph or a mark over the cell leaves of it, so that it can be read.
const UNDER: usize = 3;

/// How many calls each shade stands for: in equal ratios up to the most there are.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    most: f64,
}

impl Scale {
    /// The most is rounded up, so that a call more does not change every shade.
    pub fn up_to(most: u64) -> Self {
        Self { most: if most > 1 { graph::round_up(most as f64).ceil() } else { most as f64 } }
    }

    /// 1 to [`HEAT_STEPS`]; 0 for no calls.
    pub fn shade(self, calls: u64) -> usize {
        match calls {
            0 => 0,
            // Alone everywhere, a call is neither few nor many.
            _ if self.most <= 1.0 => HEAT_STEPS / 2,
            calls => 1 + ((calls as f64).ln() / self.most.ln() * (HEAT_STEPS - 1) as f64).round() as usize,
        }
        .min(HEAT_STEPS)
    }

    /// The least calls of each shade that there is, with the shade.
    pub fn steps(self) -> Vec<(usize, u64)> {
        let mut steps: Vec<(usize, u64)> = Vec::new();
        let most = self.most as u64;
        for shade in 1..=HEAT_STEPS {
            let near = self.most.powf((shade as f64 - 1.5).max(0.0) / (HEAT_STEPS - 1) as f64).floor() as u64;
            let least = (near.max(1)..=near + 2).find(|calls| self.shade(*calls) == shade);
            steps.extend(least.filter(|least| *least <= most).map(|least| (shade, least)));
        }
        steps
    }
}

/// A strip of so many columns and rows.
#[derive(Debug, Clone, Copy)]
pub struct Strip<'a> {
    pub ink: Ink<'a>,
    pub ramp: Ramp,
    /// Small values are the ones to mind.
    pub falling: bool,
    pub columns: usize,
    pub rows: usize,
    /// Row by row, the lowest first.
    pub spots: &'a [Spot],
    pub scale: Scale,
}

/// Rows that a cell can show.
pub fn rows_per_cell(ink: Ink) -> u16 {
    if ink.theme.has_heat() && ink.glyphs.set != GlyphSet::Ascii { 2 } else { 1 }
}

impl Strip<'_> {
    /// The column at `x`, from the left edge.
    fn column(&self, x: u16, area: Rect) -> usize {
        part_at(usize::from(x), usize::from(area.width), self.columns)
    }

    /// The row of a slot, from the lower edge.
    fn row(&self, slot: usize, area: Rect) -> usize {
        part_at(slot, self.slots(area), self.rows)
    }

    fn slots(&self, area: Rect) -> usize {
        usize::from(area.height * rows_per_cell(self.ink))
    }

    /// The cells of some columns and rows.
    pub fn cells(&self, columns: (usize, usize), rows: (usize, usize), area: Rect) -> Rect {
        let across = |column| places_of(column, usize::from(area.width), self.columns);
        let slots = |row| places_of(row, self.slots(area), self.rows);
        let up = usize::from(rows_per_cell(self.ink));
        let (left, right) = (across(columns.0).start as u16, across(columns.1).end as u16);
        let (lower, upper) = (slots(rows.0).start / up, slots(rows.1).end.div_ceil(up));
        let height = (upper - lower) as u16;
        let y = area.bottom().saturating_sub(upper as u16);
        Rect { x: area.x + left, y, width: right.saturating_sub(left), height }.intersection(area)
    }

    /// The row of cells in which a row begins.
    pub fn line_of(&self, row: usize, area: Rect) -> u16 {
        let slot = places_of(row, self.slots(area), self.rows).start / usize::from(rows_per_cell(self.ink));
        area.bottom().saturating_sub(slot as u16 + 1).max(area.y)
    }

    fn spot(&self, column: usize, row: usize) -> Spot {
        self.spots.get(row * self.columns + column).copied().unwrap_or_default()
    }

    /// How far up its scale a row's hue is.
    pub fn position(&self, row: usize) -> f64 {
        let up = if self.rows > 1 { row as f64 / (self.rows - 1) as f64 } else { 0.5 };
        if self.falling { 1.0 - up } else { up }
    }

    pub fn draw(&self, area: Rect, buf: &mut Buffer) {
        let up = usize::from(rows_per_cell(self.ink));
        for y in 0..area.height {
            let slot = usize::from(area.height - 1 - y) * up;
            let (lower, upper) = (self.row(slot, area), self.row(slot + up - 1, area));
            for x in 0..area.width {
                let column = self.column(x, area);
                if let Some((symbol, style)) =
                    self.cell(self.spot(column, lower), self.spot(column, upper), lower, upper)
                {
                    buf[(area.x + x, area.y + y)].set_symbol(symbol).set_style(style);
                }
            }
        }
    }

    /// Tells the cells of which half the calls failed or more: by a mark in their middle.
    pub fn mark_failed(&self, area: Rect, buf: &mut Buffer) {
        let up = usize::from(rows_per_cell(self.ink));
        for column in 0..self.columns {
            for row in 0..self.rows {
                let spot = self.spot(column, row);
                if spot.failed == 0 || 2 * spot.failed < spot.calls {
                    continue;
                }
                // Of two rows that share a cell, both must have failed for it.
                let slots = places_of(row, self.slots(area), self.rows);
                let shared = if slots.len() < up { self.row(slots.start ^ 1, area) } else { row };
                let other = if shared == row { Spot::default() } else { self.spot(column, shared) };
                if 2 * (spot.failed + other.failed) >= spot.calls + other.calls {
                    let cells = self.cells((column, column), (row, row), area);
                    let (x, y) = (cells.x + (cells.width - 1) / 2, cells.y + cells.height.saturating_sub(1) / 2);
                    let style = self.under(spot.calls, row).patch(self.ink.style(Role::Bad));
                    buf[(x, y)].set_symbol(self.ink.glyphs.failed).set_style(style);
                }
            }
        }
    }

    fn cell(&self, below: Spot, above: Spot, lower: usize, upper: usize) -> Option<(&'static str, Style)> {
        let glyphs = self.ink.glyphs;
        let calls = below.calls.max(above.calls);
        if calls == 0 {
            return None;
        }
        let tint = |spot: Spot, row| self.ink.theme.heat(self.ramp, self.position(row), self.scale.shade(spot.calls));
        if rows_per_cell(self.ink) == 1 {
            let ramp = glyphs.shades;
            let shade = (self.scale.shade(calls) * ramp.len()).div_ceil(HEAT_STEPS).clamp(1, ramp.len());
            let style = Style::new().fg(self.ink.theme.ramp(self.ramp, self.position(upper)));
            return Some((ramp[shade - 1], style));
        }
        let [lower_half, upper_half] = glyphs.line;
        Some(match (tint(below, lower), tint(above, upper)) {
            (Some(below), Some(above)) if below == above => (glyphs.full, Style::new().fg(above).bg(below)),
            (Some(below), Some(above)) => (upper_half, Style::new().fg(above).bg(below)),
            (Some(below), None) => (lower_half, Style::new().fg(below)),
            (None, above) => (upper_half, Style::new().fg(above?)),
        })
    }

    /// The ground of a glyph that stands over a cell: some of the cell's own shade.
    fn under(&self, calls: u64, row: usize) -> Style {
        let shade = self.scale.shade(calls).min(UNDER);
        let tint = self.ink.theme.heat(self.ramp, self.position(row), shade);
        tint.filter(|_| rows_per_cell(self.ink) == 2).map_or(Style::new(), |tint| Style::new().bg(tint))
    }

    /// A thin mark over one row of a column.
    pub fn mark(&self, symbol: &str, column: usize, row: usize, area: Rect, buf: &mut Buffer) {
        let cells = self.cells((column, column), (row, row), area);
        let y = cells.y + cells.height / 2;
        let calls = self.spot(column, row).calls;
        let style = if rows_per_cell(self.ink) == 2 {
            self.under(calls, row).patch(self.ink.style(Role::Strong))
        } else {
            // Without shades the cell's colour is its ground, or the mark would be a hole in the strip.
            let color = self.ink.theme.ramp(self.ramp, self.position(row));
            Style::new().fg(color).add_modifier(Modifier::REVERSED)
        };
        for x in cells.left()..cells.right() {
            buf[(x, y)].set_symbol(symbol).set_style(style);
        }
    }

    /// A line around some cells; what lies in them stays to be seen. Of one or two cells, the ends.
    pub fn outline(&self, cells: Rect, area: Rect, buf: &mut Buffer) {
        let border = &self.ink.glyphs.border;
        let ascii = self.ink.glyphs.set == GlyphSet::Ascii;
        let cells = cells.intersection(buf.area);
        if cells.is_empty() {
            return;
        }
        let style = self.ink.style(Role::Strong).add_modifier(Modifier::BOLD);
        let up = usize::from(rows_per_cell(self.ink));
        let (right, bottom) = (cells.right() - 1, cells.bottom() - 1);
        let cross = if ascii { "+" } else { "┼" };
        let mut put = |x: u16, y: u16, symbol: &str| {
            let column = self.column(x - area.x, area);
            let slot = usize::from(area.bottom() - 1 - y) * up;
            let (lower, upper) = (self.row(slot, area), self.row(slot + up - 1, area));
            let calls = self.spot(column, lower).calls.max(self.spot(column, upper).calls);
            buf[(x, y)].reset();
            buf[(x, y)]
                .set_symbol(symbol)
                .set_style(self.ink.theme.base().patch(self.under(calls, upper)).patch(style));
        };
        match (cells.width, cells.height) {
            (1, 1) => put(cells.x, cells.y, cross),
            (_, 1) => {
                put(cells.x, cells.y, "[");
                put(right, cells.y, "]");
            }
            (1, _) => {
                put(cells.x, cells.y, if ascii { "+" } else { "┬" });
                put(cells.x, bottom, if ascii { "+" } else { "┴" });
            }
            _ => {
                for x in cells.x + 1..right {
                    put(x, cells.y, border.horizontal);
                    put(x, bottom, border.horizontal);
                }
                for y in cells.y + 1..bottom {
                    put(cells.x, y, border.vertical);
                    put(right, y, border.vertical);
                }
                put(cells.x, cells.y, border.top_left);
                put(right, cells.y, border.top_right);
                put(cells.x, bottom, border.bottom_left);
                put(right, bottom, border.bottom_right);
            }
        }
    }

    /// What each shade stands for: `░1 ▒4 ▓12 █35`.
    pub fn legend(&self) -> Vec<Span<'static>> {
        let glyphs = self.ink.glyphs;
        let mut spans = Vec::new();
        let mut last = "";
        for (shade, least) in self.scale.steps() {
            let (symbol, style) = if rows_per_cell(self.ink) == 2 {
                let tint = self.ink.theme.heat(self.ramp, 0.0, shade).unwrap_or_default();
                (glyphs.full, Style::new().fg(tint))
            } else {
                let at = (shade * glyphs.shades.len()).div_ceil(HEAT_STEPS).clamp(1, glyphs.shades.len());
                (glyphs.shades[at - 1], Style::new().fg(self.ink.theme.ramp(self.ramp, 0.0)))
            };
            // Fewer glyphs than shades: each once.
            if symbol == last && rows_per_cell(self.ink) == 1 {
                continue;
            }
            last = symbol;
            if !spans.is_empty() {
                spans.push(Span::raw(" "));
            }
            spans.push(Span::styled(symbol, style));
            spans.push(self.ink.text(Role::Muted, least.to_string()));
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::part::testing::{check, text};

    #[test]
    fn more_calls_are_never_a_lesser_shade() {
        for most in [1, 2, 3, 9, 40, 7_000, 1_000_000] {
            let scale = Scale::up_to(most);
            let shades: Vec<usize> = (0..=most.min(200)).map(|calls| scale.shade(calls)).collect();
            assert!(shades.windows(2).all(|pair| pair[0] <= pair[1]) && shades[0] == 0 && shades[1] > 0, "{most}");
            assert!(scale.shade(most) >= HEAT_STEPS / 2 && scale.shade(u64::MAX) <= HEAT_STEPS);
            for (shade, least) in scale.steps() {
                assert!(scale.shade(least) == shade && scale.shade(least - 1) < shade, "{most} {shade} {least}");
            }
        }
    }

    #[test]
    fn a_strip_without_colours_tells_by_its_glyphs() {
        let spot = |calls, failed| Spot { calls, failed };
        let spots = [spot(1, 0), spot(9, 0), spot(0, 0), spot(100, 0), spot(2, 1), spot(0, 0)];
        let shown = text(6, 2, |ink, area, buf| {
            let scale = Scale::up_to(100);
            let strip = Strip { ink, ramp: Ramp::Latency, falling: false, columns: 3, rows: 2, spots: &spots, scale };
            strip.draw(area, buf);
            strip.mark_failed(area, buf);
        });
        check(
            &shown,
            "
            ██✗░
            ░░▒▒
            ",
        );
    }
}
