//! What happened when: cost, tokens, latency and overrides along the steps of the board's series.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::{Pane, Screen};
use crate::figures::evidence::{Evidence, Moment};
use crate::figures::series::Bucket;
use crate::figures::{Group, GroupBy, Series};
use crate::model::time::DAY;
use crate::model::{Stamp, Usd};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length;
use crate::ui::numbers;
use crate::ui::part::graph::{self, Fold, Graph, Tick};
use crate::ui::part::{line, pane};
use crate::ui::theme::{Ramp, Role};

/// Layers of a stacked graph, the last one all the others.
const LAYERS: usize = 4;

/// Cells that the corners, and what stands around the words of a border, take.
const AROUND: usize = 9;

fn ticks(series: &Series, width: u16) -> Vec<Tick> {
    graph::ticks(series.start, series.end(), width)
}

fn values(series: &Series, value: impl Fn(&Bucket) -> Option<f64>) -> Vec<Option<f64>> {
    series.buckets.iter().map(value).collect()
}

fn usd(value: f64) -> String {
    numbers::money(Usd::from_dollars(value))
}

fn nanos(value: f64) -> String {
    let text = numbers::duration(Some(value.max(0.0) as u64));
    if value <= 0.0 { "0s".to_owned() } else { text.replace(".0s", "s") }
}

fn count(value: f64) -> String {
    numbers::tokens(Some(value as u64)).replace(".0k", "k").replace(".00M", "M")
}

/// When a step was: `12:04`, `Nov 23`.
pub fn moment(at: Stamp, step: i64) -> String {
    let format = if step >= DAY {
        "%b %-d"
    } else if step * 60 > DAY {
        "%b %-d %H:%M"
    } else {
        "%H:%M"
    };
    at.local().format(format).to_string()
}

/// `label number` pairs, for the right of a border.
fn facts(cx: Cx, facts: &[(&str, String)]) -> Line<'static> {
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

/// The step under the cursor of a pane that has the keys.
fn cursor(cx: Cx, pane: Pane) -> Option<usize> {
    let cursor = cx.app.place().cursor(pane);
    (cx.has_focus(pane) && !cx.app.board.series.buckets.is_empty()).then_some(cursor.nth)
}

/// Cost of everything in the scope; with room to spare, by model.
pub fn cost(cx: Cx, area: Rect, out: &mut Canvas) {
    let series = &cx.app.board.series;
    let per = |index: usize| series.buckets.get(index).map(|bucket| bucket.cost);
    let at = cursor(cx, Pane::Cost);
    let title = format!("cost per {}", series.step_words());
    let layers = if cx.is_large() { by_model(cx) } else { Vec::new() };
    let names = layers.iter().map(|(name, _)| name.as_str());
    let shown = layers.len() > 1 && at.is_none();
    let legend = Line::from(if shown { graph::legend(cx.ink, names) } else { Vec::new() });
    let taken = line::width(&title) + line::line_width(&legend);
    let room = usize::from(area.width).saturating_sub(taken);
    let mut details = cost_facts(cx, series, at, &per, room);
    // Beside the names there may be no room for any.
    if shown && line::line_width(&details) + AROUND + 3 > room {
        details = legend;
    } else if shown {
        details.spans.splice(0..0, legend.spans.into_iter().chain([Span::raw("   ")]));
    }
    let words = Words::new(title).details(details);
    let inner = pane::padded(frame::draw(cx, Some(Pane::Cost), words, area, out));
    let samples = values(series, |bucket| Some(bucket.cost.dollars()));
    let stacked: Vec<&[Option<f64>]> = layers.iter().map(|(_, values)| values.as_slice()).collect();
    // Where a column stands for several steps it shows the dearest, so that its height is what the title calls the peak;
    // layers are added up, and their dearest moments may not be the same.
    let graph = match stacked.len() {
        0 | 1 => Graph::new(&samples, Ramp::Cost).fold(Fold::Max),
        _ => Graph::stacked(&stacked).fold(Fold::Mean),
    };
    plot(cx, Pane::Cost, graph.labels(&usd), area, inner, at, out);
}

/// Cost of one group by step.
pub fn group_cost(cx: Cx, title: &str, group: &Group, pane: Pane, area: Rect, out: &mut Canvas) {
    let series = &cx.app.board.series;
    let per =
        |index: usize| (index < series.buckets.len()).then(|| group.trend.get(index).copied().unwrap_or_default());
    let at = cursor(cx, pane);
    let room = usize::from(area.width).saturating_sub(line::width(title));
    let details = cost_facts(cx, series, at, &per, room);
    let words = Words::new(title.to_owned()).details(details);
    let inner = pane::padded(frame::draw(cx, Some(pane), words, area, out));
    let samples: Vec<_> = (0..series.buckets.len()).map(|index| per(index).map(Usd::dollars)).collect();
    plot(cx, pane, Graph::new(&samples, Ramp::Cost).fold(Fold::Max).labels(&usd), area, inner, at, out);
}

/// The step under the cursor, or now, mean and peak, as far as there is `room` in the border.
fn cost_facts(
    cx: Cx,
    series: &Series,
    cursor: Option<usize>,
    per: &dyn Fn(usize) -> Option<Usd>,
    room: usize,
) -> Line<'static> {
    if let Some(at) = cursor {
        let calls = series.buckets.get(at).map_or(0, |bucket| bucket.calls);
        let when = moment(series.time(at), series.step);
        return facts(cx, &[(&when, numbers::money(per(at))), ("calls", numbers::grouped(calls))]);
    }
    let all: Vec<Usd> = (0..series.buckets.len()).filter_map(per).collect();
    let Some(now) = all.last().copied() else { return Line::default() };
    let peak = all.iter().max().copied();
    let mean = Usd(all.iter().map(|usd| usd.0).sum::<i64>() / all.len() as i64);
    let [now, mean, peak] = [Some(now), Some(mean), peak].map(numbers::money);
    let full = facts(cx, &[("now", now.clone()), ("mean", mean), ("peak", peak.clone())]);
    let fits = |words: &Line| line::line_width(words) + AROUND <= room;
    let short = facts(cx, &[("now", now.clone()), ("peak", peak)]);
    [full, short].into_iter().find(fits).unwrap_or_else(|| facts(cx, &[("now", now)]))
}

/// The dearest models and the rest, by step, in the order of the series' colours.
fn by_model(cx: Cx) -> Vec<(String, Vec<Option<f64>>)> {
    let series = &cx.app.board.series;
    let groups = cx.app.board.by(GroupBy::Model).by_cost();
    let at = |group: &Group, index: usize| group.trend.get(index).copied().unwrap_or_default().dollars();
    let few = groups.len().min(LAYERS - usize::from(groups.len() > LAYERS));
    let mut layers: Vec<(String, Vec<Option<f64>>)> = groups[..few]
        .iter()
        .map(|group| {
            let values = (0..series.buckets.len()).map(|index| Some(at(group, index))).collect();
            (short(&cx.label(GroupBy::Model, cx.app.store.label(group.name)), cx), values)
        })
        .collect();
    if groups.len() > few {
        let rest = |index| Some(groups[few..].iter().map(|group| at(group, index)).sum());
        layers.push(("other".to_owned(), (0..series.buckets.len()).map(rest).collect()));
    }
    layers
}

fn short(name: &str, cx: Cx) -> String {
    line::fit_middle(name, 18, cx.ink.glyphs.ellipsis).into_owned()
}

/// The cost of all, stacked by model, not to be focused.
pub fn all_models(cx: Cx, area: Rect, out: &mut Canvas) {
    let layers = by_model(cx);
    let legend = graph::legend(cx.ink, layers.iter().map(|(name, _)| name.as_str()));
    let words = Words::new(format!("all models, cost per {}", cx.app.board.series.step_words())).details(legend);
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let stacked: Vec<&[Option<f64>]> = layers.iter().map(|(_, values)| values.as_slice()).collect();
    let ticks = ticks(&cx.app.board.series, inner.width);
    Graph::stacked(&stacked).fold(Fold::Mean).labels(&usd).ticks(&ticks).draw(cx.ink, inner, out.buf);
}

/// Tokens of everything in the scope.
pub fn tokens(cx: Cx, area: Rect, out: &mut Canvas) {
    let board = &cx.app.board;
    let tokens = &board.total.tokens;
    let shown = |sum: u64| numbers::tokens((tokens.calls > 0).then_some(sum));
    let details = facts(
        cx,
        &[("in", shown(tokens.input + tokens.cache_read + tokens.cache_write)), ("out", shown(tokens.output))],
    );
    let words = Words::new(format!("tokens per {}", board.series.step_words())).details(details);
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let samples = values(&board.series, |bucket| Some(bucket.total_tokens as f64));
    let ticks = ticks(&board.series, inner.width);
    Graph::new(&samples, Ramp::Tokens).fold(Fold::Max).labels(&count).ticks(&ticks).draw(cx.ink, inner, out.buf);
}

/// How long calls took: the 95th of a hundred, step by step.
pub fn latency(cx: Cx, area: Rect, out: &mut Canvas) {
    let board = &cx.app.board;
    let at = cursor(cx, Pane::Latency);
    let of = |q: f64| numbers::duration(board.took.at(q));
    let details = match at.and_then(|at| Some((at, board.series.buckets.get(at)?))) {
        Some((at, bucket)) => {
            let when = moment(board.series.time(at), board.series.step);
            facts(
                cx,
                &[
                    (&when, String::new()),
                    ("p50", numbers::duration(bucket.took.at(0.5))),
                    ("p95", numbers::duration(bucket.took.at(0.95))),
                ],
            )
        }
        None if cx.is_large() && area.width >= 60 => {
            facts(cx, &[("p50", of(0.5)), ("p95", of(0.95)), ("p99", of(0.99))])
        }
        None => facts(cx, &[("p50", of(0.5)), ("p95", of(0.95))]),
    };
    // Beside the panes of one route it must be said whose it is.
    let name = if cx.app.screen() == Screen::Routes { "latency p95 of all" } else { "latency p95" };
    let words = Words::new(name).details(details);
    let inner = pane::padded(frame::draw(cx, Some(Pane::Latency), words, area, out));
    if board.took.count() == 0 {
        return nothing(cx, "no log tells how long calls took", Pane::Latency, area, inner, out);
    }
    let samples = values(&board.series, |bucket| bucket.took.at(0.95).map(|nanos| nanos as f64));
    plot(cx, Pane::Latency, Graph::new(&samples, Ramp::Latency).labels(&nanos), area, inner, at, out);
}

/// When the calls were that show a finding, by their cost; by their number where that is not known.
pub fn of_evidence(cx: Cx, shows: &Evidence, area: Rect, out: &mut Canvas) {
    if area.height < 4 {
        return;
    }
    // More rows than these say nothing more of few calls.
    let area = Rect { height: area.height.min(13), ..area };
    let [head, graph] = crate::ui::layout::rows(area, [Length::Fixed(1), Length::Share(1)]);
    let step = Series { step: shows.step, ..Series::default() }.step_words();
    let by_cost = shows.cost > Usd::ZERO;
    let what = if by_cost { "cost of these calls" } else { "these calls" };
    out.left(cx.ink, cx.ink.text(Role::Muted, format!("{what} per {step}")), head);
    let value = |moment: &Moment| if by_cost { moment.cost.dollars() } else { moment.calls as f64 };
    let samples: Vec<_> = shows.moments.iter().map(|moment| Some(value(moment))).collect();
    let ticks = graph::ticks(shows.start, shows.end(), graph.width);
    let (ramp, label): (_, &dyn Fn(f64) -> String) = if by_cost { (Ramp::Cost, &usd) } else { (Ramp::Tokens, &count) };
    Graph::new(&samples, ramp).fold(Fold::Max).labels(label).ticks(&ticks).draw(cx.ink, graph, out.buf);
}

fn plot(cx: Cx, pane: Pane, graph: Graph, area: Rect, inner: Rect, at: Option<usize>, out: &mut Canvas) {
    let ticks = ticks(&cx.app.board.series, inner.width);
    let drawn = graph.ticks(&ticks).cursor(at).draw(cx.ink, inner, out.buf);
    if cx.app.brushes(pane) {
        let range = cx.app.brush_range(pane);
        let [first, last] = [range.start, range.end - 1].map(|step| drawn.columns_of(step));
        cx.ink.select(first.union(last), out.buf);
    }
    out.place(pane, area, drawn.area, 0, cx.app.board.series.buckets.len());
}

/// A sentence in the middle of a pane that has nothing to show.
pub fn nothing(cx: Cx, words: &str, pane: Pane, area: Rect, inner: Rect, out: &mut Canvas) {
    out.place(pane, area, inner, 0, 0);
    hush(cx, words, inner, out);
}

/// The same for a pane that cannot be focused.
pub fn hush(cx: Cx, words: &str, inner: Rect, out: &mut Canvas) {
    let lines = line::wrap(words, usize::from(inner.width));
    let width = lines.iter().map(|words| line::width(words)).max().unwrap_or(0) as u16;
    let block = crate::ui::layout::centered(inner, width, lines.len() as u16);
    for (at, words) in lines.into_iter().take(usize::from(block.height)).enumerate() {
        out.left(cx.ink, cx.ink.text(Role::Muted, words), crate::ui::layout::row(block, at as u16));
    }
}
