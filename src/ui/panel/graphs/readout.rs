//! What the border of a graph says: the bucket under its cursor, else now, mean and peak; whose its colours are; and
//! which hours lie behind.

use ratatui::text::{Line, Span};

use crate::app::Pane;
use crate::figures::{Group, Series};
use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{Stamp, Usd};
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// Cells that the corners, and what stands around the words of a border, take.
const AROUND: usize = 9;

/// The step under the cursor of a pane that has the keys.
pub fn cursor(cx: Cx, pane: Pane) -> Option<usize> {
    let cursor = cx.app.place().cursor(pane);
    (cx.has_focus(pane) && !cx.app.board.series.buckets.is_empty()).then_some(cursor.nth)
}

/// When a bucket was: `11:42–11:43`, `11:42:10–11:42:20`, `Nov 23 12:00–13:00`, `Nov 23`, `Nov 16–22`.
pub fn when(cx: Cx, series: &Series, at: usize) -> String {
    let (from, to) = (series.time(at), series.time(at + 1));
    let write = |at: Stamp, format: &str| at.local().format(format).to_string();
    // Where the clock changes inside a bucket, its last moment is surely of its last day.
    let (first, last) = (from.day(), to.minus(HOUR.min(series.step)).day());
    if series.step >= DAY {
        let month = if write(from, "%b") == write(to.minus(DAY), "%b") { "%-d" } else { "%b %-d" };
        let one = series.step == DAY || first == last;
        let end = if one { String::new() } else { format!("–{}", write(to.minus(HOUR), month)) };
        return write(from, "%b %-d") + &end;
    }
    let clock = if series.step < MINUTE { "%H:%M:%S" } else { "%H:%M" };
    let day = if cx.spans_days() { write(from, "%b %-d ") } else { String::new() };
    format!("{day}{}–{}", write(from, clock), write(to, clock))
}

/// `label number` pairs, for the right of a border.
pub fn facts(cx: Cx, facts: &[(&str, String)]) -> Line<'static> {
    let mut spans: Vec<Span> = Vec::new();
    for (name, number) in facts {
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        spans.push(cx.ink.text(Role::Muted, format!("{name} ")));
        spans.extend(cx.ink.number(Role::Text, number));
    }
    Line::from(spans)
}

/// As many of these from the first on as the border of a pane of so many cells has room for beside its title; always the
/// first.
pub fn fitting(parts: Vec<Vec<Span<'static>>>, width: u16, title: &str) -> Line<'static> {
    let room = usize::from(width).saturating_sub(line::width(title) + AROUND);
    let mut words = Line::default();
    for part in parts {
        let gap = if words.spans.is_empty() { 0 } else { 2 };
        let more = line::line_width(&Line::from(part.clone())) + gap;
        if gap > 0 && line::line_width(&words) + more > room {
            break;
        }
        if gap > 0 {
            words.push_span(Span::raw("  "));
        }
        words.spans.extend(part);
    }
    words
}

/// A cost of which calls are known, or the mark of why not.
fn cost(calls: u64, priced: u64, unpriced: u64, cost: Usd) -> String {
    match (priced, unpriced) {
        (0, 1..) => numbers::UNPRICED.to_owned(),
        (0, 0) if calls > 0 => numbers::UNKNOWN.to_owned(),
        (_, 0) => numbers::money(cost),
        _ => format!("{}{}", numbers::money(cost), numbers::UNPRICED),
    }
}

fn bucket(cx: Cx, when: String, cost: &str, calls: u64) -> Vec<Vec<Span<'static>>> {
    let many = if calls == 1 { "call" } else { "calls" };
    let mut count = cx.ink.number(Role::Text, &numbers::grouped(calls));
    count.push(cx.ink.text(Role::Muted, format!(" {many}")));
    vec![vec![cx.ink.text(Role::Strong, when)], cx.ink.number(Role::Strong, cost), count]
}

/// `11:42–11:43  $0.21  34 calls  opus-4-1 $0.18`: all that a bucket of everything is.
pub fn of_all(cx: Cx, at: usize) -> Vec<Vec<Span<'static>>> {
    let board = &cx.app.board;
    let Some(sum) = board.series.buckets.get(at) else { return Vec::new() };
    let known = cost(sum.calls, sum.priced, sum.unpriced, sum.cost);
    let mut parts = bucket(cx, when(cx, &board.series, at), &known, sum.calls);
    let in_it = |group: &&Group| group.trend.get(at).copied().unwrap_or_default();
    let dearest = board.models().iter().max_by_key(|group| (in_it(group), group.name));
    if let Some(dearest) = dearest.filter(|group| in_it(group) > Usd::ZERO && board.models().len() > 1) {
        let name = super::short(cx, dearest.name);
        let mut words = vec![cx.ink.text(Role::Muted, format!("{name} "))];
        words.extend(cx.ink.number(Role::Text, &numbers::money(in_it(&dearest))));
        parts.push(words);
    }
    parts
}

/// The same of one group.
pub fn of_group(cx: Cx, group: &Group, at: usize) -> Vec<Vec<Span<'static>>> {
    let usd = group.trend.get(at).copied().unwrap_or_default();
    let course = group.course.get(at).copied().unwrap_or_default();
    let known = cost(course.calls, course.priced, course.unpriced, usd);
    bucket(cx, when(cx, &cx.app.board.series, at), &known, course.calls)
}

/// How long the calls of a bucket took.
pub fn of_latency(cx: Cx, at: usize) -> Vec<Vec<Span<'static>>> {
    let series = &cx.app.board.series;
    let Some(sum) = series.buckets.get(at) else { return Vec::new() };
    let took = |q: f64| numbers::duration(sum.took.at(q));
    let mut parts = vec![vec![cx.ink.text(Role::Strong, when(cx, series, at))]];
    parts.extend([("p95", 0.95), ("p50", 0.5)].map(|(name, q)| facts(cx, &[(name, took(q))]).spans));
    let many = if sum.calls == 1 { "call" } else { "calls" };
    parts.push(vec![cx.ink.text(Role::Muted, format!("{} {many}", numbers::grouped(sum.calls)))]);
    parts
}

/// Now, mean and peak of what is known, the mean first to go.
pub fn now_and_peak(cx: Cx, known: &[Usd], width: u16, title: &str) -> Line<'static> {
    let Some(now) = known.last().copied() else { return Line::default() };
    let room = usize::from(width).saturating_sub(line::width(title) + AROUND);
    let peak = known.iter().max().copied();
    let mean = Usd(known.iter().map(|usd| usd.0).sum::<i64>() / known.len() as i64);
    let [now, mean, peak] = [Some(now), Some(mean), peak].map(numbers::money);
    // What is seen may be the past.
    let last = if cx.app.ago().is_some() { "last" } else { "now" };
    let full = facts(cx, &[(last, now.clone()), ("mean", mean), ("peak", peak.clone())]);
    let short = facts(cx, &[(last, now.clone()), ("peak", peak)]);
    let fits = |words: &Line| line::line_width(words) <= room;
    [full, short].into_iter().find(fits).unwrap_or_else(|| facts(cx, &[(last, now)]))
}

/// `░ last week`, before what else the border says, where there is room for both.
pub fn haunted(cx: Cx, words: Line<'static>, width: u16, title: &str) -> Line<'static> {
    let Some(ghost) = cx.app.ghost() else { return words };
    let room = usize::from(width).saturating_sub(line::width(title) + AROUND);
    let mut legend = vec![
        cx.ink.text(Role::Muted, cx.ink.glyphs.ghost.to_owned()),
        cx.ink.text(Role::Muted, format!(" {}   ", ghost.before.words())),
    ];
    if line::line_width(&Line::from(legend.clone())) + line::line_width(&words) > room {
        return words;
    }
    legend.extend(words.spans);
    Line::from(legend)
}
