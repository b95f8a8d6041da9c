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
mod band;
mod paint;
mod samples;
mod shape;
mod spark;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use axis::{Tick, draw_times, ticks};
pub use band::{Band, Point, top_of, towers};
pub use samples::{Fold, resample, round_up};
pub use spark::{legend, spark};

use crate::ui::ink::Ink;
use crate::ui::theme::{Ramp, Role};
use paint::{Painter, Shade};
use shape::Grain;

/// Samples at equal steps of time, the last one now. `None` is a time of which nothing is known; it stays blank, while
/// a zero draws the base line.
pub type Samples<'a> = &'a [Option<f64>];

/// From this height on, times stand below the graph.
const ROWS_FOR_TIMES: u16 = 5;
/// A column so many times as high as nine in ten of the others is cut, where that is asked for.
const TOWER: f64 = 10.0;
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
    hues: &'a [usize],
    unknown: &'a [bool],
    cuts: bool,
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
            hues: &[],
            unknown: &[],
            cuts: false,
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

    /// The place of each layer's colour among the series; without, that of the layer.
    #[must_use]
    pub fn hues(self, hues: &'a [usize]) -> Self {
        Self { hues, ..self }
    }

    /// Samples that have something of which nobody knows how much: `?` stands there, unless a neighbour shares its column.
    #[must_use]
    pub fn unknown(self, unknown: &'a [bool]) -> Self {
        Self { unknown, ..self }
    }

    /// Lets a few columns that tower above all others end at the upper edge, with a mark, so that the others are seen.
    #[must_use]
    pub fn cuts(self) -> Self {
        Self { cuts: true, ..self }
    }

    /// The same times of another week, in shade behind.
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
            let gutter = axis::gutter(label, top, plot.height);
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
        let area = plot;
        let plot = Plot { area, samples: self.samples(), across: grain.across };
        let is_unknown = |x: u16| {
            let samples = plot.samples_at(x).and_then(|samples| self.unknown.get(samples));
            samples.is_some_and(|samples| samples.contains(&true))
        };
        let unknown = (area.left()..area.right()).map(is_unknown).collect();
        let shade = if self.layers.is_empty() { Shade::Height(self.ramp) } else { Shade::Layers(self.hues) };
        Painter { ink, grain, top, shade, columns, ghost, unknown }.paint(area, buf);
        if let Some(sample) = self.cursor {
            point_out(ink, plot.columns_of(sample), buf);
        }
        plot
    }

    fn samples(&self) -> usize {
        self.layers.first().map_or(self.single.len(), |layer| layer.len())
    }

    fn highest(&self, dots: usize) -> f64 {
        let ghost = if self.ghost.is_empty() { Vec::new() } else { resample(self.ghost, dots, self.fold) };
        let columns = self.columns(dots);
        let totals: Vec<f64> = columns.iter().filter_map(|column| column.last()).copied().collect();
        let behind = ghost.into_iter().flatten().fold(0.0, f64::max);
        let highest = totals.iter().copied().fold(0.0, f64::max);
        let most = round_up(highest.max(behind));
        match low(totals).filter(|low| self.cuts && highest > TOWER * low) {
            Some(low) => round_up((2.0 * low).max(behind.min(4.0 * low))),
            None => most,
        }
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

/// Marks the columns of the cursor: what is drawn in them is selected, and above it a line goes up to the edge, so that
/// a high slab of colour tells nothing of a value.
fn point_out(ink: Ink, columns: Rect, buf: &mut Buffer) {
    let middle = columns.x + columns.width.saturating_sub(1) / 2;
    for at in columns.positions() {
        if buf[at].symbol() != " " {
            ink.select(Rect::new(at.x, at.y, 1, 1), buf);
        } else if at.x == middle {
            buf[at].set_symbol(ink.glyphs.border.vertical).set_style(ink.style(Role::Focus));
        }
    }
}

/// What nine in ten of the columns that have something do not exceed; `None` of too few.
fn low(totals: Vec<f64>) -> Option<f64> {
    let mut some: Vec<f64> = totals.into_iter().filter(|total| *total > 0.0).collect();
    some.sort_by(f64::total_cmp);
    (some.len() >= 10).then(|| some[(some.len() - 1) * 9 / 10])
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

#[cfg(test)]
mod tests;
