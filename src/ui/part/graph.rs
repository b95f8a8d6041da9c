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
use crate::ui::theme::Ramp;
use paint::Painter;
use shape::Grain;

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

#[cfg(test)]
mod tests;
