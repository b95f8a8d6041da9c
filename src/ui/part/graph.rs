//! Values over time as an area: how high is how much, and the colour says the same, row by row.
//!
//! Cells are written here and not through a canvas, because a braille cell has one colour: where two series meet in
//! one, a canvas draws the dots of both in the colour of the last. Here each cell belongs to one.
//!
//! ```text
//! $0.24                ⣷
//!            ⢀⣆  ⢀⣀   ⢠⣿⡆
//! $0.12    ⣀⣼⣿⣿⣿⣶⣿⣿⣷⣄⣀⣼⣿⣿⣷
//!         ⣠⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣷⣄
//!    $0 ⣀⣼⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣷
//!         11:15     11:30
//! ```

mod axis;
mod samples;
mod shape;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

pub use axis::{Tick, ticks};
pub use samples::{Fold, resample, round_up};
use shape::Grain;

use crate::ui::ink::Ink;
use crate::ui::theme::{Ramp, Role};

/// Samples at equal steps of time, the last one now. `None` is a time of which nothing is known; it stays blank, while
/// a zero draws the base line.
pub type Samples<'a> = &'a [Option<f64>];

/// From this height on, times stand below the graph.
const ROWS_FOR_TIMES: u16 = 7;
/// So much of the width must be left beside the values.
const LEAST_WIDTH: u16 = 12;

/// An area graph of one series, or of several stacked.
#[derive(Clone, Copy)]
pub struct Graph<'a> {
    layers: &'a [Samples<'a>],
    single: Samples<'a>,
    fold: Fold,
    ramp: Ramp,
    top: Option<f64>,
    label: Option<&'a dyn Fn(f64) -> String>,
    ticks: &'a [Tick],
    ghost: Samples<'a>,
    cursor: Option<usize>,
}

impl std::fmt::Debug for Graph<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("layers", &self.layers.len()).field("samples", &self.samples()).finish()
    }
}

impl<'a> Graph<'a> {
    /// One series, coloured by height.
    pub fn new(samples: Samples<'a>, ramp: Ramp) -> Self {
        Self {
            layers: &[],
            single: samples,
            fold: Fold::default(),
            ramp,
            top: None,
            label: None,
            ticks: &[],
            ghost: &[],
            cursor: None,
        }
    }

    /// Several series of the same times, the first one lowest, each in the colour of its place among the series.
    pub fn stacked(layers: &'a [Samples<'a>]) -> Self {
        Self { layers, ..Self::new(&[], Ramp::Cost) }
    }

    #[must_use]
    pub fn fold(self, fold: Fold) -> Self {
        Self { fold, ..self }
    }

    /// The value of the upper edge; without it, the highest value rounded up.
    #[must_use]
    pub fn top(self, top: f64) -> Self {
        Self { top: Some(top).filter(|top| top.is_finite() && *top > 0.0), ..self }
    }

    /// Writes values on the left, where there is room.
    #[must_use]
    pub fn labels(self, label: &'a dyn Fn(f64) -> String) -> Self {
        Self { label: Some(label), ..self }
    }

    /// Writes times below, where there is room.
    #[must_use]
    pub fn ticks(self, ticks: &'a [Tick]) -> Self {
        Self { ticks, ..self }
    }

    /// The same times of another week, faint behind.
    #[must_use]
    pub fn ghost(self, ghost: Samples<'a>) -> Self {
        Self { ghost, ..self }
    }

    /// Marks the columns of one sample.
    #[must_use]
    pub fn cursor(self, sample: Option<usize>) -> Self {
        Self { cursor: sample, ..self }
    }

    /// Draws, and tells where each sample came to lie.
    pub fn draw(&self, ink: Ink, area: Rect, buf: &mut Buffer) -> Plot {
        let area = area.intersection(buf.area);
        let mut plot = area;
        if area.is_empty() {
            return Plot { area, samples: 0, across: 1 };
        }
        let times = !self.ticks.is_empty() && area.height >= ROWS_FOR_TIMES;
        plot.height -= u16::from(times);
        let grain = Grain::area(ink.glyphs);
        let dots = |plot: Rect| usize::from(plot.width) * grain.across;
        // The scale is that of the whole width: the few columns that the labels take must not change the labels.
        let top = self.top.unwrap_or_else(|| self.highest(dots(plot)));
        if let Some(label) = self.label.filter(|_| plot.height >= 2) {
            let gutter = axis::gutter(label, top);
            if plot.width >= gutter + LEAST_WIDTH {
                axis::draw_values(ink, label, top, Rect { width: gutter, ..plot }, buf);
                plot.x += gutter;
                plot.width -= gutter;
            }
        }
        if times {
            axis::draw_times(ink, self.ticks, Rect { y: plot.bottom(), height: 1, ..plot }, buf);
        }
        let columns = self.columns(dots(plot));
        let ghost = if self.ghost.is_empty() { Vec::new() } else { resample(self.ghost, dots(plot), self.fold) };
        Painter { ink, grain, top, ramp: self.ramp, stacked: !self.layers.is_empty(), columns, ghost }.paint(plot, buf);
        let plot = Plot { area: plot, samples: self.samples(), across: grain.across };
        if let Some(sample) = self.cursor {
            ink.select(plot.columns_of(sample), buf);
        }
        plot
    }

    fn samples(&self) -> usize {
        self.layers.first().map_or(self.single.len(), |layer| layer.len())
    }

    fn highest(&self, dots: usize) -> f64 {
        let ghost = if self.ghost.is_empty() { Vec::new() } else { resample(self.ghost, dots, self.fold) };
        let columns = self.columns(dots);
        let totals = columns.iter().filter_map(|column| column.last()).copied();
        round_up(totals.chain(ghost.into_iter().flatten()).fold(0.0, f64::max))
    }

    /// For each column of dots, the upper edges of its layers; none where nothing is known.
    fn columns(&self, dots: usize) -> Vec<Vec<f64>> {
        let single = [self.single];
        let layers = if self.layers.is_empty() { &single } else { self.layers };
        let mut columns = vec![Vec::new(); dots];
        let layers: Vec<Vec<Option<f64>>> = layers.iter().map(|layer| resample(layer, dots, self.fold)).collect();
        for (dot, column) in columns.iter_mut().enumerate() {
            if layers.iter().all(|layer| layer[dot].is_none()) {
                continue;
            }
            let mut edge = 0.0;
            column.extend(layers.iter().map(|layer| {
                edge += layer[dot].unwrap_or(0.0);
                edge
            }));
        }
        columns
    }
}

/// Where a graph was drawn, for the cursor and the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plot {
    /// The cells of the graph itself, without its labels.
    pub area: Rect,
    samples: usize,
    across: usize,
}

impl Plot {
    /// The samples drawn in the column at `x`; `None` beside the graph.
    pub fn samples_at(&self, x: u16) -> Option<Range<usize>> {
        let inside = self.samples > 0 && (self.area.left()..self.area.right()).contains(&x);
        let dots = usize::from(self.area.width) * self.across;
        let first = usize::from(x.saturating_sub(self.area.x)) * self.across;
        let range = |dot| samples::span(dot, dots, self.samples);
        inside.then(|| range(first).start..range(first + self.across - 1).end)
    }

    /// The columns that show a sample.
    pub fn columns_of(&self, sample: usize) -> Rect {
        let shows = |x: &u16| self.samples_at(*x).is_some_and(|range| range.contains(&sample));
        let mut columns = (self.area.left()..self.area.right()).filter(shows);
        let Some(first) = columns.next() else { return Rect { width: 0, ..self.area } };
        Rect { x: first, width: columns.next_back().unwrap_or(first) - first + 1, ..self.area }
    }
}

/// All that the cells of one graph need to know.
struct Painter<'a> {
    ink: Ink<'a>,
    grain: Grain<'a>,
    top: f64,
    ramp: Ramp,
    stacked: bool,
    columns: Vec<Vec<f64>>,
    ghost: Vec<Option<f64>>,
}

impl Painter<'_> {
    fn paint(&self, area: Rect, buf: &mut Buffer) {
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
        let filled = dots.map(|dot| self.filled(self.columns[dot].last().copied(), above, rows));
        if let Some(symbol) = self.grain.symbol(filled) {
            // The other half of a cell that has something, where it is a known zero, goes on with the base line.
            let base = [0, 1].map(|side| self.base_level(dots[side], above).max(filled[side]));
            return Some((self.grain.symbol(base).unwrap_or(symbol), self.style(dots, above, rows)));
        }
        let ghost = dots.map(|dot| self.filled(self.ghost.get(dot).copied().flatten(), above, rows));
        let base = dots.map(|dot| self.base_level(dot, above));
        let symbol = self.grain.symbol(ghost).or_else(|| self.grain.symbol(base))?;
        Some((symbol, self.ink.style(Role::Faint)))
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
        if self.stacked {
            return self.ink.theme.series_style(self.owner(dots, above, rows));
        }
        let position = if rows > 1 {
            above as f64 / (rows - 1) as f64
        } else {
            dots.iter().filter_map(|dot| self.columns[*dot].last()).fold(0.0, |a: f64, b| a.max(*b)) / self.top
        };
        Style::new().fg(self.ink.theme.ramp(self.ramp, position))
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

/// A graph of one row as spans, exactly `width` cells: for tables. Without `top` it is as high as its highest sample.
pub fn spark(ink: Ink, samples: Samples, fold: Fold, ramp: Ramp, top: Option<f64>, width: u16) -> Vec<Span<'static>> {
    let grain = Grain::spark(ink.glyphs);
    let values = resample(samples, usize::from(width), fold);
    let top = top.unwrap_or_else(|| values.iter().flatten().copied().fold(0.0, f64::max));
    let mut spans: Vec<Span<'static>> = Vec::new();
    for value in values {
        let (symbol, style) = match value {
            None => (' ', Style::new()),
            Some(value) => {
                let level = grain.level(value, top, 1);
                let color = ink.theme.ramp(ramp, if top > 0.0 { value / top } else { 0.0 });
                let style = if level == 0 { ink.style(Role::Faint) } else { Style::new().fg(color) };
                (grain.symbol([level.max(1); 2]).unwrap_or(' '), style)
            }
        };
        match spans.last_mut().filter(|span| span.style == style) {
            Some(span) => span.content.to_mut().push(symbol),
            None => spans.push(Span::styled(symbol.to_string(), style)),
        }
    }
    spans
}

/// `■ name` for each layer of a stacked graph, in its colour.
pub fn legend<'t>(ink: Ink, names: impl IntoIterator<Item = &'t str>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        spans.push(Span::styled(ink.glyphs.swatch, ink.theme.series_style(index)));
        spans.push(ink.text(Role::Muted, format!(" {name}  ")));
    }
    spans
}

#[cfg(test)]
mod tests;
