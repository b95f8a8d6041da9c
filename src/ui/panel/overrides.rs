//! How often the router was overruled, step by step, and what was taken instead of what.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::confidence::low_high;
use super::frame::{self, Words};
use super::graphs;
use crate::app::Pane;
use crate::figures::interval::{over_time, told};
use crate::figures::{Group, Series, Stats};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::graph::{Band, Point, ticks, top_of};
use crate::ui::part::{bars, line, pane, scroll};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Cells that the corners, and what stands around the words of a border, take.
const AROUND: usize = 9;

/// The rate of a group's calls, or of all, step by step; where no log tells of overrides, how often they failed.
pub fn rate(cx: Cx, name: &str, group: Option<&Group>, area: Rect, out: &mut Canvas) {
    let board = &cx.app.board;
    let stats = group.map_or(&board.total, |group| &group.stats);
    let known = stats.override_known > 0;
    let counts = |stats: &Stats| {
        if known { (stats.overrides, stats.override_known) } else { (stats.errors(), stats.settled()) }
    };
    let course = |at: usize| -> (u64, u64) {
        let of = |calls, errors, told, over| if known { (over, told) } else { (errors, calls) };
        match group {
            None => board.series.buckets.get(at).map(|at| of(at.calls, at.errors, at.override_known, at.overrides)),
            Some(group) => group.course.get(at).map(|at| of(at.calls, at.errors, at.override_known, at.overrides)),
        }
        .unwrap_or_default()
    };
    let steps: Vec<(u64, u64)> = (0..board.series.buckets.len()).map(course).collect();
    let (over, rates) = over_time(&steps);
    let title = format!("{} rate, {name}", if known { "override" } else { "error" });
    let room = usize::from(area.width).saturating_sub(line::width(&title) + AROUND);
    let details = details(cx, counts(stats), known, over, room);
    let inner = pane::padded(frame::draw(cx, None, Words::new(title).details(details), area, out));
    if rates.iter().all(Option::is_none) {
        return graphs::hush(cx, "too few calls for a rate over time", inner, out);
    }
    let point = |rate: &Option<crate::figures::interval::Rate>| {
        rate.map(|rate| Point { value: rate.rate, low: rate.low, high: rate.high, dotted: false })
    };
    let points: Vec<Option<Point>> = rates.iter().map(point).collect();
    let label = |value: f64| numbers::percent_whole(value);
    let marks = ticks(board.series.start, board.series.end(), inner.width);
    let style = cx.ink.style(if known { Role::Warn } else { Role::Bad });
    Band::new(&points, top_of(&points, 0.02), style, &label).ticks(&marks).draw(cx.ink, inner, out.buf);
}

/// `now 18.8% (12–29)  month 7.7%  over 10 min`, as far as there is room: of the window, and of the last thirty days.
fn details(cx: Cx, (hits, calls): (u64, u64), known: bool, over: usize, room: usize) -> Line<'static> {
    let ink = cx.ink;
    let fact = |name: &str, number: &str| {
        let mut spans = vec![ink.text(Role::Muted, format!("{name} "))];
        spans.extend(ink.number(Role::Text, number));
        spans
    };
    let now = told(hits, calls);
    let mut parts: Vec<Vec<Span>> = Vec::new();
    match now {
        Some(rate) => {
            parts.push(fact("now", &numbers::percent(rate.rate)));
            parts.push(vec![ink.text(Role::Muted, low_high(rate))]);
        }
        None => parts.push(vec![ink.text(Role::Muted, format!("{hits} of {calls}"))]),
    }
    if known {
        let month = cx.app.verdicts().and_then(|verdicts| told(verdicts.month.0, verdicts.month.1));
        parts.insert(1, fact("month", &numbers::percent(month.map(|rate| rate.rate))));
    } else {
        parts.insert(1, vec![ink.text(Role::Muted, "overrides not logged")]);
    }
    if over > 1 {
        let step = Series { step: cx.app.board.series.step * over as i64, ..Series::default() };
        parts.push(fact("over", &step.step_words()));
    }
    let mut line = Line::default();
    for part in parts {
        let part = Line::from(part);
        let blank = usize::from(!line.spans.is_empty()) * 2;
        if line::line_width(&line) + blank + line::line_width(&part) > room {
            continue;
        }
        line.spans.push(Span::raw(" ".repeat(blank)));
        line.spans.extend(part.spans);
    }
    line
}

/// What people took instead of what the router chose, the most frequent first.
pub fn corrections(cx: Cx, name: &str, area: Rect, out: &mut Canvas) {
    let all = cx.app.verdicts().map_or(&[][..], |verdicts| &verdicts.corrections);
    let calls: u64 = all.iter().map(|pair| pair.calls).sum();
    let words = Words::new(format!("corrections, {name}")).details(numbers::grouped(calls));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Corrections), words, area, out));
    let cursor = cx.app.place().cursor(Pane::Corrections);
    let top = cursor.top(usize::from(inner.height), all.len());
    let label = |sym| {
        let name = cx.app.store.names().get(sym).unwrap_or(numbers::UNKNOWN);
        cx.label(crate::figures::GroupBy::Model, name)
    };
    let pairs: Vec<String> = all.iter().map(|pair| format!("{} → {}", label(pair.from), label(pair.to))).collect();
    let widest = pairs.iter().map(|pair| line::width(pair)).max().unwrap_or(0);
    let width = widest.min(usize::from(inner.width) * 2 / 3);
    let most = all.first().map_or(1, |pair| pair.calls).max(1) as f64;
    for (at, nth) in (top..all.len()).take(usize::from(inner.height)).enumerate() {
        let row = layout::row(inner, at as u16);
        let pair = line::fit(&pairs[nth], width, cx.ink.glyphs.ellipsis).into_owned();
        let blank = width.saturating_sub(line::width(&pair)) + 1;
        let room = row.width.saturating_sub(width as u16 + 8);
        let share = all[nth].calls as f64 / most;
        let spans = vec![
            cx.ink.text(Role::Text, pair),
            Span::raw(" ".repeat(blank)),
            cx.ink.text(Role::Text, format!("{:>6} ", numbers::grouped(all[nth].calls))),
            bars::bar(cx.ink, share, room, cx.ink.style(Role::Warn)),
        ];
        out.left(cx.ink, spans, row);
        if cx.has_focus(Pane::Corrections) && cursor.nth == nth {
            cx.ink.select(row, out.buf);
        }
    }
    let bar = Rect { x: inner.right(), width: 1, ..inner };
    scroll::bar(cx.ink, top, usize::from(inner.height), all.len(), bar, out.buf);
    out.place(Pane::Corrections, area, inner, top, all.len());
}
