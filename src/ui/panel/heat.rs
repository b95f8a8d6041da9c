//! The heat strip: calls by time and by latency, cost, tokens or confidence, with what each value is on the left, times
//! below, the half and the 95th of a hundred of each column as thin marks, and how many calls lie at each value at the
//! right, as far as there is room.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::{brush, graphs};
use crate::app::{Action, Pane};
use crate::figures::heat::{Area, part_at, places_of};
use crate::figures::{Heat, Quantity};
use crate::model::numbers;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::glyphs::GlyphSet;
use crate::ui::part::heat::{Scale, Spot, Strip, rows_per_cell};
use crate::ui::part::{bars, graph, line, pane};
use crate::ui::theme::{Ramp, Role};

/// From this height on, times stand below.
const ROWS_FOR_TIMES: u16 = 6;
/// From so many rows on, half and 95th are marked: in fewer they would hide what they tell of.
const ROWS_FOR_MARKS: u16 = 16;
/// Columns that the strip keeps beside its values, and those that it must leave for the counts at the right.
const LEAST_WIDTH: u16 = 12;
const WIDTH_FOR_COUNTS: u16 = 64;
/// Columns of the counts at the right.
const COUNTS: u16 = 18;

fn ramp(of: Quantity) -> Ramp {
    match of {
        Quantity::Latency | Quantity::Confidence => Ramp::Latency,
        Quantity::Cost => Ramp::Cost,
        Quantity::Tokens => Ramp::Tokens,
    }
}

/// What is marked, and from how many calls of a column on: of fewer, the 95th of a hundred is the slowest one.
const MARKED: [(f64, u64); 2] = [(0.5, 5), (0.95, 20)];

fn calls_in(heat: &Heat, steps: &Range<usize>) -> u64 {
    heat.sum(&Area { steps: steps.clone(), bins: 0..heat.of.bins() }).calls
}

/// The marks of the half and of the 95th.
fn marks(cx: Cx) -> [&'static str; 2] {
    if cx.ink.glyphs.set == GlyphSet::Ascii { ["_", "'"] } else { ["┄", "─"] }
}

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let Some(of) = cx.app.heat_of() else {
        let inner = pane::padded(frame::draw(cx, Some(Pane::Heat), Words::new("heat"), area, out));
        return graphs::nothing(cx, "no log tells latency, cost, tokens or confidence", Pane::Heat, area, inner, out);
    };
    let inner = pane::padded(crate::ui::layout::inset(area, 1, 1));
    let heat = cx.app.heat().filter(|heat| heat.of == of);
    let room = Room::of(cx, of, heat, inner);
    let slots = usize::from(room.plot.height * rows_per_cell(cx.ink));
    let title = format!("{} heat", of.word());
    let Some(heat) = heat else {
        frame::draw(cx, Some(Pane::Heat), Words::new(title), area, out);
        return out.place(Pane::Heat, area, room.plot, 0, slots);
    };
    let (rows, columns) = (heat.rows(slots), heat.columns(usize::from(room.plot.width)));
    let spots: Vec<Spot> = rows
        .iter()
        .flat_map(|bins| columns.iter().map(move |steps| Area { steps: steps.clone(), bins: bins.clone() }))
        .map(|area| heat.sum(&area))
        .map(|sum| Spot { calls: sum.calls, failed: sum.failed })
        .collect();
    let strip = Strip {
        ink: cx.ink,
        ramp: ramp(of),
        falling: of == Quantity::Confidence,
        columns: columns.len(),
        rows: rows.len(),
        spots: &spots,
        scale: Scale::up_to(spots.iter().map(|spot| spot.calls).max().unwrap_or(0)),
    };
    let words = Words::new(title).details(details(cx, heat, &columns, &room)).foot(foot(cx, heat, &strip, area.width));
    let words = if cx.has_focus(Pane::Heat) { brush::about(cx, Pane::Heat, words, area.width) } else { words };
    frame::draw(cx, Some(Pane::Heat), words, area, out);
    strip.draw(room.plot, out.buf);
    strip.mark_failed(room.plot, out.buf);
    values(cx, heat, &rows, &strip, &room, out);
    if room.times.height > 0 {
        let series = &cx.app.board.series;
        let ticks = graph::ticks(series.start, series.end(), room.times.width);
        graph::draw_times(cx.ink, &ticks, room.times, out.buf);
    }
    if slots >= usize::from(ROWS_FOR_MARKS) {
        for ((q, least), symbol) in MARKED.into_iter().zip(marks(cx)) {
            for (column, steps) in columns.iter().enumerate().filter(|(_, steps)| calls_in(heat, steps) >= least) {
                let bin = heat.quantile(steps.clone(), q);
                if let Some(row) = bin.and_then(|bin| rows.iter().position(|row| row.contains(&bin))) {
                    strip.mark(symbol, column, row, room.plot, out.buf);
                }
            }
        }
    }
    if room.counts.width > 0 {
        counts(cx, heat, &rows, &strip, &room, out);
    }
    if let Some(area) = cx.app.heat_area().filter(|_| cx.has_focus(Pane::Heat)) {
        let within = |parts: &[Range<usize>], of: &Range<usize>| {
            let held = |part: &Range<usize>| part.start < of.end && of.start < part.end;
            Some((parts.iter().position(held)?, parts.iter().rposition(held)?))
        };
        if let Some((columns, rows)) = within(&columns, &area.steps).zip(within(&rows, &area.bins)) {
            strip.outline(strip.cells(columns, rows, room.plot), room.plot, out.buf);
        }
    }
    out.place(Pane::Heat, area, room.plot, 0, slots);
}

/// Where the parts of the pane go.
struct Room {
    values: Rect,
    plot: Rect,
    times: Rect,
    counts: Rect,
}

impl Room {
    fn of(cx: Cx, of: Quantity, heat: Option<&Heat>, inner: Rect) -> Self {
        let times = u16::from(inner.height >= ROWS_FOR_TIMES);
        let mut plot = Rect { height: inner.height - times, ..inner };
        // All labels that the rows may have, so that the strip keeps its place.
        let rows = heat.map_or_else(Vec::new, |heat| heat.rows(usize::from(plot.height * rows_per_cell(cx.ink))));
        let width = |bins: &Range<usize>| line::width(&label(of, bins)) as u16;
        let gutter = rows.iter().filter(|bins| of.is_round(bins.start)).map(width).max().unwrap_or(4) + 1;
        let gutter = if plot.width >= gutter + LEAST_WIDTH { gutter } else { 0 };
        let counts = if plot.width >= gutter + WIDTH_FOR_COUNTS + COUNTS { COUNTS } else { 0 };
        let values = Rect { width: gutter, ..plot };
        plot = Rect { x: plot.x + gutter, width: plot.width - gutter - counts, ..plot };
        Self {
            values,
            times: Rect { y: plot.bottom(), height: times, ..plot },
            counts: Rect { x: plot.right(), width: counts, ..plot },
            plot,
        }
    }
}

/// The value that a row begins with; of the lowest, where it holds all that is rare, the one it ends with.
fn label(of: Quantity, row: &Range<usize>) -> String {
    if of.is_joined(row) { format!("<{}", of.label(of.from(row.end))) } else { of.label(of.from(row.start)) }
}

/// What the border says of all calls.
fn details(cx: Cx, heat: &Heat, columns: &[Range<usize>], room: &Room) -> Line<'static> {
    let mut spans = Vec::new();
    for (((q, least), name), mark) in MARKED.into_iter().zip(["p50", "p95"]).zip(marks(cx)) {
        let enough = |steps: &Range<usize>| calls_in(heat, steps) >= least;
        let marked = room.plot.height * rows_per_cell(cx.ink) >= ROWS_FOR_MARKS && columns.iter().any(enough);
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        let mark = if marked { format!("{mark} ") } else { String::new() };
        spans.push(cx.ink.text(Role::Muted, format!("{mark}{name} ")));
        let value = quantile(cx, heat, q);
        spans.extend(cx.ink.number(Role::Text, &value));
    }
    Line::from(spans)
}

/// Of latency as the other panes tell it; of others as near as the bins are, which is about six in a hundred.
fn quantile(cx: Cx, heat: &Heat, q: f64) -> String {
    if heat.of == Quantity::Latency {
        return numbers::duration(cx.app.board.took.at(q));
    }
    let about = |bin: usize| format!("~{}", heat.of.label(heat.of.from(bin)));
    heat.quantile_of_all(q).map_or(numbers::UNKNOWN.to_owned(), about)
}

/// Below: what the shades stand for, and which calls are not among them.
fn foot(cx: Cx, heat: &Heat, strip: &Strip, width: u16) -> Line<'static> {
    let mut spans = Vec::new();
    if heat.without > 0 {
        let words = format!("{} without {}", numbers::grouped(heat.without), heat.of.word());
        spans.push(Span::raw(words));
    }
    let mut legend = strip.legend();
    legend.push(Span::raw(if legend.len() > 3 { " calls" } else { " call" }));
    let keys = [(Action::GroupNext, "measure"), (Action::Brush, "box"), (Action::Heat, "away")];
    let keys = if cx.has_focus(Pane::Heat) { brush::hints(cx, &keys).spans } else { Vec::new() };
    // What is told stays; then come the shades, then the keys, as far as there is room.
    for mut more in [legend, keys] {
        let taken = spans.iter().chain(&more).map(|span| line::width(&span.content)).sum::<usize>();
        if !more.is_empty() && taken + 12 <= usize::from(width) {
            if !spans.is_empty() {
                more.push(Span::raw("   "));
            }
            spans.splice(0..0, more);
        }
    }
    Line::from(spans)
}

/// Round values beside the rows that begin with them: a decade first, what would touch it left out.
fn values(cx: Cx, heat: &Heat, rows: &[Range<usize>], strip: &Strip, room: &Room, out: &mut Canvas) {
    if room.values.width == 0 {
        return;
    }
    let mut taken = Vec::new();
    let round = |at: &usize| heat.of.is_round(rows[*at].start);
    let (major, minor): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).filter(round).partition(|at| heat.of.is_major(rows[*at].start));
    // Where more than every other line would have a label, there is room for decades only.
    let dense = 2 * (major.len() + minor.len()) > usize::from(room.plot.height) + 1;
    for at in major.into_iter().chain(minor.into_iter().filter(|at| !dense || *at == 0)) {
        let y = strip.line_of(at, room.plot);
        if taken.contains(&y) {
            continue;
        }
        taken.push(y);
        let label = label(heat.of, &rows[at]);
        let place = Rect { y, height: 1, width: room.values.width - 1, ..room.values };
        out.right(cx.ink, cx.ink.text(Role::Muted, label), place);
    }
}

/// How many calls lie at each value over all of the time: the shape that a p95 hides.
fn counts(cx: Cx, heat: &Heat, rows: &[Range<usize>], strip: &Strip, room: &Room, out: &mut Canvas) {
    let area = Rect { x: room.counts.x + 2, width: room.counts.width - 2, ..room.counts };
    let up = usize::from(rows_per_cell(cx.ink));
    let slots = usize::from(area.height) * up;
    // A row that has several slots shares its calls among them.
    let of_slot = |slot: usize| {
        let row = part_at(slot, slots, rows.len());
        let places = places_of(row, slots, rows.len()).len().max(1);
        heat.sum_of_bins(rows[row].clone()).calls as f64 / places as f64
    };
    let lines: Vec<f64> = (0..usize::from(area.height)).map(|at| (0..up).map(|n| of_slot(at * up + n)).sum()).collect();
    let most = lines.iter().copied().fold(0.0, f64::max);
    for (at, calls) in lines.into_iter().enumerate() {
        let y = area.bottom() - 1 - at as u16;
        let row = part_at(at * up + up - 1, slots, rows.len());
        let style = Style::new().fg(cx.ink.theme.ramp(strip.ramp, strip.position(row)));
        let share = if most > 0.0 { calls / most } else { 0.0 };
        let place = Rect { y, height: 1, ..area };
        out.left(cx.ink, bars::bar(cx.ink, share, area.width, style), place);
    }
    if room.times.height > 0 {
        let words = format!("{} calls", numbers::grouped(heat.calls()));
        out.left(cx.ink, cx.ink.text(Role::Muted, words), Rect { y: room.times.y, height: 1, ..area });
    }
}
