//! The threshold lab: how many calls are how sure, how many of those that pass a line are wrong, and what it costs, under
//! one cursor; and beside it, what was said against what came of it.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::figures::interval::{LEAST, told};
use crate::figures::{Bin, Bins, Cut, Trust};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{columns, row, rows};
use crate::ui::numbers;
use crate::ui::part::graph::{Band, Fold, Graph, Point, Tick, top_of, towers};
use crate::ui::part::pane;
use crate::ui::theme::{Ramp, Role};

/// Cells of the values beside each graph, so that all stand on the same columns.
const GUTTER: usize = 6;

pub fn draw(cx: Cx, name: &str, trust: &Trust, area: Rect, out: &mut Canvas) {
    let words = Words::new(format!("{name}: threshold")).details(asked(cx, trust)).foot(foot(cx, trust));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    if trust.judged() == 0 {
        return graphs::hush(cx, "nobody knows what came of these calls", inner, out);
    }
    // Two cells of width are one of height.
    let beside = inner.width >= 66 && inner.height >= 8;
    let [curves, stairs] = if beside {
        let width = (inner.height * 2 + 6).clamp(24, inner.width * 2 / 5);
        let [curves, _, stairs] = columns(inner, [Share(1), Fixed(2), Fixed(width)]);
        [curves, Rect { height: stairs.height.min(width / 2 + 3), ..stairs }]
    } else if inner.height >= 19 {
        let [curves, _, stairs] = rows(inner, [Share(3), Fixed(1), Share(2)]);
        [curves, stairs]
    } else {
        [inner, Rect { height: 0, ..inner }]
    };
    draw_curves(cx, trust, curves, out);
    draw_stairs(cx, trust, stairs, out);
}

/// What `%` asked for, and whether it holds.
fn asked(cx: Cx, trust: &Trust) -> Line<'static> {
    let Some(limit) = cx.app.asked_limit() else { return Line::default() };
    let most = numbers::percent(limit).replace(".0%", "%");
    match trust.holding(limit) {
        Ok(cut) => Line::from(vec![
            cx.ink.text(Role::Good, cx.ink.glyphs.ok),
            cx.ink.text(Role::Muted, format!(" at most {most} wrong from ")),
            cx.ink.text(Role::Strong, numbers::confidence(cut.threshold())),
        ]),
        Err(_) => Line::from(vec![
            cx.ink.text(Role::Warn, cx.ink.glyphs.failed),
            cx.ink.text(Role::Muted, format!(" none proves at most {most} wrong")),
        ]),
    }
}

fn foot(cx: Cx, trust: &Trust) -> Line<'static> {
    match cx.app.stakes.cheapest(&trust.grid) {
        Some(cut) => Line::from(format!("cheapest at {}", numbers::confidence(cut.threshold()))),
        None => Line::default(),
    }
}

fn marks() -> Vec<Tick> {
    [(0.0, "0"), (0.2, ".2"), (0.4, ".4"), (0.6, ".6"), (0.8, ".8"), (1.0, "1")]
        .map(|(at, label)| Tick { at, label: label.to_owned() })
        .into()
}

/// Values of the same width, whatever they are.
fn wide(text: &str) -> String {
    format!("{text:>GUTTER$}")
}

fn draw_curves(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    let histogram = if area.height >= 17 { Share(3) } else { Fixed(0) };
    let [calls, wrong, cost] = rows(area, [histogram, Share(4), Share(4)]);
    if calls.height > 2 {
        draw_calls(cx, trust, calls, out);
    }
    draw_wrong(cx, trust, wrong, out);
    draw_cost(cx, trust, cost, out);
}

/// The name of a graph, and what it says under the cursor.
fn caption(cx: Cx, name: &str, said: &str, area: Rect, out: &mut Canvas) -> Rect {
    let line = row(area, 0);
    out.left(cx.ink, cx.ink.text(Role::Muted, name.to_owned()), line);
    out.right(cx.ink, cx.ink.number(Role::Text, said), line);
    Rect { y: area.y + line.height, height: area.height - line.height, ..area }
}

fn cursor(cx: Cx) -> Option<usize> {
    Some(cx.app.place().lab.line() as usize)
}

/// How many calls are how sure.
fn draw_calls(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    let bins = Bins::Twenty.of(&trust.bins());
    let ink = cx.ink;
    let tower = |bin: &Bin| -> [(f64, &str, Style); 3] {
        [
            (bin.kept as f64, ink.glyphs.full, ink.style(Role::Info)),
            (bin.overridden as f64, ink.glyphs.light, ink.style(Role::Warn)),
            (bin.failed as f64, ink.glyphs.medium_shade, ink.style(Role::Bad)),
        ]
    };
    let all: Vec<_> = bins.iter().map(tower).collect();
    let line = cx.app.place().lab.line();
    let here = bins.get(Bins::Twenty.holding(line)).map_or(0, Bin::calls);
    let plot = caption(cx, "calls", &numbers::grouped(here), area, out);
    let most = bins.iter().map(Bin::calls).max().unwrap_or(0) as f64;
    // The values and the cursor are those of an empty graph on the same columns.
    let label = |value: f64| wide(&numbers::tokens(Some(value as u64)));
    let drawn = Band::new(&[None; 101], most, Style::new(), &label).draw(ink, plot, out.buf);
    towers(&all, most, drawn.area, out.buf);
    if let Some(line) = cursor(cx) {
        ink.select(drawn.columns_of(line), out.buf);
    }
}

/// How many of those that pass are wrong, and where the truth may lie.
fn draw_wrong(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    let point = |cut: &Cut| {
        let rate = cut.wrong()?;
        let dotted = cut.auto.calls() < LEAST;
        Some(Point { value: rate.rate, low: rate.low, high: rate.high, dotted })
    };
    let points: Vec<Option<Point>> = trust.grid.iter().map(point).collect();
    let now = cx.app.cut().and_then(|cut| told(cut.auto.wrong, cut.auto.calls()));
    let said = now.map_or_else(|| "too few".to_owned(), |rate| numbers::percent(rate.rate));
    let plot = caption(cx, "wrong among those that pass", &said, area, out);
    let label = |value: f64| wide(&numbers::percent_whole(value));
    let band = Band::new(&points, top_of(&points, 0.02), cx.ink.style(Role::Bad), &label);
    band.cursor(cursor(cx)).draw(cx.ink, plot, out.buf);
}

/// What a line costs.
fn draw_cost(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    let stakes = &cx.app.stakes;
    let name = if stakes.are_known() { "cost with persons and mistakes" } else { "cost of the calls under it" };
    let said = numbers::money(cx.app.cut().and_then(|cut| stakes.cost(&cut)));
    let plot = caption(cx, name, &said, area, out);
    let samples: Vec<Option<f64>> =
        trust.grid.iter().map(|cut| stakes.cost(cut).map(crate::model::Usd::dollars)).collect();
    if samples.iter().all(Option::is_none) {
        return graphs::hush(cx, "no cost of them is known", plot, out);
    }
    let label = |value: f64| wide(&numbers::money_mark(value));
    let marks = marks();
    // Marks take a row, and a graph draws them only where it has several.
    let [plot, below] = rows(plot, [Share(1), Fixed(u16::from(plot.height > 2))]);
    let drawn =
        Graph::new(&samples, Ramp::Cost).fold(Fold::Mean).labels(&label).cursor(cursor(cx)).draw(cx.ink, plot, out.buf);
    crate::ui::part::graph::draw_times(
        cx.ink,
        &marks,
        Rect { x: drawn.area.x, width: drawn.area.width, ..below },
        out.buf,
    );
}

/// Of calls of which so much was said, so many were right: the staircase against the diagonal.
fn draw_stairs(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    let Some(known) = trust.calibration.as_ref().filter(|_| area.height >= 5) else { return };
    let point = |hundredths: usize| {
        let said = hundredths as f64 / 100.0;
        let step = known.staircase.iter().find(|step| step.from - 0.005 <= said && said < step.to + 0.005)?;
        let right = step.right;
        Some(Point { value: right.rate, low: right.low, high: right.high, dotted: step.judged < LEAST })
    };
    let points: Vec<Option<Point>> = (0..=100).map(point).collect();
    let line = row(area, 0);
    out.left(cx.ink, cx.ink.text(Role::Muted, "right, by what was said"), line);
    let plot = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let label = |value: f64| numbers::percent_whole(value);
    let marks = marks();
    let band = Band::new(&points, 1.0, cx.ink.style(Role::Good), &label).diagonal().ticks(&marks);
    band.cursor(cursor(cx)).draw(cx.ink, plot, out.buf);
    let beside = vec![Span::raw(""), cx.ink.text(Role::Muted, format!("{} sure = right", cx.ink.glyphs.meter_off))];
    if line.width >= 44 {
        out.right(cx.ink, Line::from(beside), line);
    }
}
