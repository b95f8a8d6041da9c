//! A rate and how far it may be from the truth, column by column: a line where it was counted, shade where it may be.
//!
//! ```text
//! 40%    ░░░        ░░░
//!     ░░░▀▀▀░░░  ░░░▄▄▄░░
//!     ▀▀▀░░░▄▄▄▄▄▀▀▀   ▄▄
//!  0% ░░░         ░░░
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{LEAST_WIDTH, Plot, ROWS_FOR_TIMES, Tick, axis, round_up, samples};
use crate::ui::ink::Ink;
use crate::ui::theme::Role;

/// What is drawn in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Of too few calls: dotted, and without shade.
    pub dotted: bool,
}

/// See the module.
#[derive(Clone, Copy)]
pub struct Band<'a> {
    points: &'a [Option<Point>],
    top: f64,
    style: Style,
    label: &'a dyn Fn(f64) -> String,
    ticks: &'a [Tick],
    cursor: Option<usize>,
    diagonal: bool,
}

impl std::fmt::Debug for Band<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Band").field("points", &self.points.len()).field("top", &self.top).finish()
    }
}

/// Heights of a line that a cell can show.
const LEVELS: usize = 2;

impl<'a> Band<'a> {
    /// Points at equal steps; `top` is the value of the upper edge.
    pub fn new(points: &'a [Option<Point>], top: f64, style: Style, label: &'a dyn Fn(f64) -> String) -> Self {
        let top = if top.is_finite() && top > 0.0 { top } else { 1.0 };
        Self { points, top, style, label, ticks: &[], cursor: None, diagonal: false }
    }

    /// Writes marks below, where there is room for them; they are given the last row of a higher graph.
    #[must_use]
    pub fn ticks(self, ticks: &'a [Tick]) -> Self {
        Self { ticks, ..self }
    }

    /// Marks the columns of one point.
    #[must_use]
    pub fn cursor(self, point: Option<usize>) -> Self {
        Self { cursor: point, ..self }
    }

    /// Draws where value and place would be the same.
    #[must_use]
    pub fn diagonal(self) -> Self {
        Self { diagonal: true, ..self }
    }

    /// Draws, and tells where each point came to lie.
    pub fn draw(&self, ink: Ink, area: Rect, buf: &mut Buffer) -> Plot {
        let mut plot = area.intersection(buf.area);
        if plot.is_empty() {
            return Plot { area: plot, samples: 0, across: 1 };
        }
        let times = !self.ticks.is_empty() && plot.height >= ROWS_FOR_TIMES - 2;
        plot.height -= u16::from(times);
        let gutter = axis::gutter(self.label, self.top, plot.height);
        if plot.height >= 2 && plot.width >= gutter + LEAST_WIDTH {
            axis::draw_values(ink, self.label, self.top, Rect { width: gutter, ..plot }, buf);
            plot.x += gutter;
            plot.width -= gutter;
        }
        if times {
            axis::draw_times(ink, self.ticks, Rect { y: plot.bottom(), height: 1, ..plot }, buf);
        }
        for column in 0..plot.width {
            self.column(ink, column, plot, buf);
        }
        let plot = Plot { area: plot, samples: self.points.len(), across: 1 };
        if let Some(point) = self.cursor {
            ink.select(plot.columns_of(point), buf);
        }
        plot
    }

    fn column(&self, ink: Ink, column: u16, plot: Rect, buf: &mut Buffer) {
        let x = plot.x + column;
        let mut put = |level: usize, glyph: &str, style: Style| {
            let y = plot.bottom() - 1 - (level / LEVELS) as u16;
            buf[(x, y)].set_symbol(glyph).set_style(style);
        };
        if self.diagonal {
            let share = (f64::from(column) + 0.5) / f64::from(plot.width);
            put(self.level(share, plot.height), ink.glyphs.meter_off, ink.style(Role::Muted));
        }
        let span = samples::span(usize::from(column), usize::from(plot.width), self.points.len());
        let points: Vec<Point> = self.points[span].iter().flatten().copied().collect();
        let Some(point) = join(&points) else { return };
        let level = self.level(point.value, plot.height);
        if !point.dotted {
            let (low, high) =
                (self.level(point.low, plot.height) / LEVELS, self.level(point.high, plot.height) / LEVELS);
            for row in low..=high {
                put(row * LEVELS, ink.glyphs.light, ink.style(Role::Muted));
            }
        }
        let glyph = if point.dotted { ink.glyphs.dotted } else { ink.glyphs.line[level % LEVELS] };
        put(level, glyph, self.style);
    }

    /// Half rows above the lowest.
    fn level(&self, value: f64, height: u16) -> usize {
        let levels = f64::from(height) * LEVELS as f64;
        (value / self.top * levels).clamp(0.0, levels - 1.0) as usize
    }
}

/// The upper edge of a graph of bands: three times the highest line, unless all shade ends below. The shade of few calls
/// reaches far, and would press the lines of many to the ground.
pub fn top_of(points: &[Option<Point>], least: f64) -> f64 {
    let sure = || points.iter().flatten().filter(|point| !point.dotted);
    let (value, high) =
        sure().fold((0.0_f64, 0.0_f64), |(value, high), point| (value.max(point.value), high.max(point.high)));
    round_up(high.min((3.0 * value).max(0.1)).max(least)).min(1.0)
}

/// What a column shows that stands for several points: their mean, and all that may be.
fn join(points: &[Point]) -> Option<Point> {
    let first = points.first()?;
    let value = points.iter().map(|point| point.value).sum::<f64>() / points.len() as f64;
    Some(points.iter().fold(Point { value, ..*first }, |all, point| Point {
        value,
        low: all.low.min(point.low),
        high: all.high.max(point.high),
        dotted: all.dotted && point.dotted,
    }))
}

/// Towers side by side, each of parts that stand on each other, on one scale of which `top` is the whole height. A part
/// that is there at all has a cell, as far as there are enough.
pub fn towers(towers: &[[(f64, &str, Style); 3]], top: f64, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for column in 0..usize::from(area.width) {
        let Some(parts) = towers.get(column * towers.len() / usize::from(area.width)) else { continue };
        let (mut sum, mut used) = (0.0, 0_u16);
        for (value, glyph, style) in parts {
            sum += value;
            let edge = (sum / top.max(f64::MIN_POSITIVE) * f64::from(area.height)).round() as u16;
            let end = edge.max(used + u16::from(*value > 0.0)).min(area.height);
            for above in used..end {
                buf[(area.x + column as u16, area.bottom() - 1 - above)].set_symbol(glyph).set_style(*style);
            }
            used = used.max(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::GlyphSet;
    use crate::ui::theme::Theme;

    fn drawn(points: &[Option<Point>], diagonal: bool) -> Vec<String> {
        let (area, theme) = (Rect::new(0, 0, 8, 4), Theme::default());
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Ascii.glyphs() };
        let mut buf = Buffer::empty(area);
        let none = |_: f64| String::new();
        let band = Band::new(points, 1.0, Style::new(), &none);
        if diagonal { band.diagonal() } else { band }.draw(ink, area, &mut buf);
        (0..4).map(|y| (0..8).map(|x| buf[(x, y)].symbol().to_owned()).collect()).collect()
    }

    #[test]
    fn a_line_stands_in_its_shade_and_too_few_calls_make_dots() {
        let point = |value, low, high, dotted| Some(Point { value, low, high, dotted });
        let sure = point(0.5, 0.3, 0.8, false);
        let few = point(0.1, 0.0, 0.9, true);
        assert_eq!(
            drawn(&[sure, sure, None, None, few, few, sure, sure], false),
            ["::    ::", "__    __", "::    ::", "    .."].map(|line| format!("{line:<8}"))
        );
    }

    #[test]
    fn the_diagonal_goes_from_corner_to_corner() {
        assert_eq!(drawn(&[None; 8], true), ["      ..", "    ..  ", "  ..    ", "..      "]);
    }

    #[test]
    fn a_small_part_of_a_tower_is_seen() {
        let area = Rect::new(0, 0, 2, 4);
        let mut buf = Buffer::empty(area);
        let parts = [(100.0, "#", Style::new()), (1.0, ":", Style::new()), (0.0, "%", Style::new())];
        towers(&[parts, [(0.0, "#", Style::new()); 3]], 200.0, area, &mut buf);
        let column: String = (0..4).map(|y| buf[(0, y)].symbol().to_owned()).collect();
        assert_eq!(column, " :##");
        assert_eq!(buf[(1, 3)].symbol(), " ");
    }
}
