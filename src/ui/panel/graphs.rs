//! What happened when: cost, tokens, latency and overrides along the steps of the board's series.

mod readout;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::{Pane, Screen};
use crate::figures::evidence::{Evidence, Moment};
use crate::figures::series::Bucket;
use crate::figures::{Group, GroupBy, Series};
use crate::model::time::DAY;
use crate::model::{Stamp, Sym, Usd};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length;
use crate::ui::numbers;
use crate::ui::part::graph::{self, Fold, Graph, Tick};
use crate::ui::part::{line, pane};
use crate::ui::screen::state;
use crate::ui::theme::{Ramp, Role};

/// Layers of a stacked graph, the last one all the others.
const LAYERS: usize = 4;

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
    numbers::tokens_mark(value)
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

/// Cost of everything in the scope; with room to spare, by model.
pub fn cost(cx: Cx, area: Rect, out: &mut Canvas) {
    let series = &cx.app.board.series;
    let at = readout::cursor(cx, Pane::Cost);
    let title = format!("cost per {}", series.step_words());
    let layers = if cx.is_large() || cx.app.zoomed && area.width >= 100 { by_model(cx) } else { Vec::new() };
    let shown = layers.len() > 1 && at.is_none();
    let names = Line::from(if shown { legend(cx, &layers) } else { Vec::new() });
    let taken = line::line_width(&names) as u16;
    let mut details = match at {
        Some(at) => readout::fitting(readout::of_all(cx, at), area.width, &title),
        None => {
            let known: Vec<Usd> = series.buckets.iter().filter_map(Bucket::known_cost).collect();
            readout::now_and_peak(cx, &known, area.width.saturating_sub(taken), &title)
        }
    };
    // Which colour is whose goes before the numbers.
    let room = usize::from(area.width.saturating_sub(taken)).saturating_sub(line::width(&title) + 12);
    if shown && line::line_width(&details) > room {
        details = names;
    } else if shown {
        details.spans.splice(0..0, names.spans.into_iter().chain([Span::raw("   ")]));
    }
    let words = Words::new(title.clone()).details(readout::haunted(cx, details, area.width, &title));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Cost), words, area, out));
    if cx.app.board.total.calls == 0 {
        let back = cx.app.range.is_some();
        let way = if back { "{whole-window} goes back" } else { "{longer-window} looks further back" };
        let words = format!("{}: {}", state::none_in(cx), cx.keyed(way));
        return nothing(cx, &words, Pane::Cost, area, inner, out);
    }
    let samples = values(series, |bucket| bucket.known_cost().map(Usd::dollars));
    let unknown: Vec<bool> = series.buckets.iter().map(|bucket| bucket.priced == 0 && bucket.unpriced > 0).collect();
    let ghost = ghost(cx, |bucket| bucket.known_cost().map(Usd::dollars));
    let stacked: Vec<&[Option<f64>]> = layers.iter().map(|layer| layer.values.as_slice()).collect();
    let hues: Vec<usize> = layers.iter().map(|layer| layer.hue).collect();
    // Where a column stands for several steps it shows the dearest, so that its height is what the title calls the peak;
    // layers are added up, and their dearest moments may not be the same.
    let graph = match stacked.len() {
        0 | 1 => Graph::new(&samples, Ramp::Cost).fold(Fold::Max),
        _ => Graph::stacked(&stacked).hues(&hues).fold(Fold::Mean),
    };
    plot(cx, Pane::Cost, graph.labels(&usd).ghost(&ghost).unknown(&unknown).cuts(), area, inner, at, out);
}

/// Cost of one group of a dimension by step.
pub fn group_cost(cx: Cx, title: &str, by: GroupBy, group: &Group, area: Rect, out: &mut Canvas) {
    let series = &cx.app.board.series;
    let course = |index: usize| group.course.get(index).copied().unwrap_or_default();
    let per = |index: usize| {
        let known = course(index).priced > 0 || course(index).calls == 0;
        known.then(|| group.trend.get(index).copied().unwrap_or_default())
    };
    let steps = 0..series.buckets.len();
    let at = readout::cursor(cx, Pane::Cost);
    let details = match at {
        Some(at) => readout::fitting(readout::of_group(cx, group, at), area.width, title),
        None => {
            let known: Vec<Usd> = steps.clone().filter_map(per).collect();
            readout::now_and_peak(cx, &known, area.width, title)
        }
    };
    let words = Words::new(title.to_owned()).details(readout::haunted(cx, details, area.width, title));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Cost), words, area, out));
    let samples: Vec<_> = steps.clone().map(|index| per(index).map(Usd::dollars)).collect();
    let unknown: Vec<bool> =
        steps.clone().map(|index| course(index).priced == 0 && course(index).unpriced > 0).collect();
    let then = trend_then(cx, by, group);
    let graph = Graph::new(&samples, Ramp::Cost).fold(Fold::Max).labels(&usd).ghost(&then).unknown(&unknown).cuts();
    plot(cx, Pane::Cost, graph, area, inner, at, out);
}

/// What the other hours were, step by step of the series; empty while they are not to be seen.
fn ghost(cx: Cx, value: impl Fn(&Bucket) -> Option<f64>) -> Vec<Option<f64>> {
    let Some(ghost) = cx.app.ghost() else { return Vec::new() };
    (0..cx.app.board.series.buckets.len()).map(|at| ghost.buckets.get(at).and_then(&value)).collect()
}

/// The same of a group's cost.
pub fn trend_then(cx: Cx, by: GroupBy, group: &Group) -> Vec<Option<f64>> {
    let Some(trend) = cx.app.ghost().and_then(|ghost| ghost.trend(by, group.name)) else { return Vec::new() };
    (0..cx.app.board.series.buckets.len()).map(|at| trend.get(at).map(|usd| usd.dollars())).collect()
}

/// One model of a stacked graph, or all others.
struct Layer {
    name: String,
    /// The place of its colour among the series.
    hue: usize,
    values: Vec<Option<f64>>,
}

fn legend(cx: Cx, layers: &[Layer]) -> Vec<Span<'static>> {
    graph::legend(cx.ink, layers.iter().map(|layer| (layer.name.as_str(), layer.hue)))
}

/// The dearest models and the rest, by step.
fn by_model(cx: Cx) -> Vec<Layer> {
    let series = &cx.app.board.series;
    let groups = cx.app.board.models().by_cost();
    let few = groups.len().min(LAYERS - usize::from(groups.len() > LAYERS));
    let sums = |groups: &[&Group]| -> Vec<Option<f64>> {
        let cost = |at: usize| -> Usd { groups.iter().filter_map(|group| group.trend.get(at).copied()).sum() };
        let known = |(at, bucket): (usize, &Bucket)| bucket.known_cost().map(|_| cost(at).dollars());
        series.buckets.iter().enumerate().map(known).collect()
    };
    let other = cx.app.other_hue();
    let own = |group: &&Group| {
        let hue = cx.app.hue(group.name).unwrap_or(other);
        Layer { name: short(cx, group.name), hue, values: sums(&[*group]) }
    };
    let mut layers: Vec<Layer> = groups[..few].iter().map(own).collect();
    if groups.len() > few {
        layers.push(Layer { name: "other".to_owned(), hue: other, values: sums(&groups[few..]) });
    }
    layers
}

/// A model's name in a border.
fn short(cx: Cx, model: Sym) -> String {
    let name = cx.label(GroupBy::Model, cx.app.store.label(model));
    line::fit_middle(&name, 18, cx.ink.glyphs.ellipsis).into_owned()
}

/// The cost of all, stacked by model, not to be focused.
pub fn all_models(cx: Cx, area: Rect, out: &mut Canvas) {
    let layers = by_model(cx);
    let title = format!("all models, cost per {}", cx.app.board.series.step_words());
    let details = readout::haunted(cx, Line::from(legend(cx, &layers)), area.width, &title);
    let inner = pane::padded(frame::draw(cx, None, Words::new(title).details(details), area, out));
    let stacked: Vec<&[Option<f64>]> = layers.iter().map(|layer| layer.values.as_slice()).collect();
    let hues: Vec<usize> = layers.iter().map(|layer| layer.hue).collect();
    let ticks = ticks(&cx.app.board.series, inner.width);
    let ghost = ghost(cx, |bucket| bucket.known_cost().map(Usd::dollars));
    let graph = Graph::stacked(&stacked).hues(&hues).fold(Fold::Mean).labels(&usd).ticks(&ticks);
    graph.ghost(&ghost).cuts().draw(cx.ink, inner, out.buf);
}

/// Tokens of everything in the scope.
pub fn tokens(cx: Cx, area: Rect, out: &mut Canvas) {
    let board = &cx.app.board;
    let tokens = &board.total.tokens;
    let shown = |sum: u64| numbers::tokens((tokens.calls > 0).then_some(sum));
    let sums = [("in", shown(tokens.input + tokens.cache_read + tokens.cache_write)), ("out", shown(tokens.output))];
    let title = format!("tokens per {}", board.series.step_words());
    let details = readout::haunted(cx, readout::facts(cx, &sums), area.width, &title);
    let inner = pane::padded(frame::draw(cx, None, Words::new(title).details(details), area, out));
    let samples = values(&board.series, |bucket| Some(bucket.total_tokens as f64));
    let ghost = ghost(cx, |bucket| Some(bucket.total_tokens as f64));
    let ticks = ticks(&board.series, inner.width);
    let graph = Graph::new(&samples, Ramp::Tokens).fold(Fold::Max).labels(&count).ticks(&ticks);
    graph.ghost(&ghost).cuts().draw(cx.ink, inner, out.buf);
}

/// How long calls took: the 95th of a hundred, step by step.
pub fn latency(cx: Cx, area: Rect, out: &mut Canvas) {
    let board = &cx.app.board;
    let at = readout::cursor(cx, Pane::Latency);
    // Beside the panes of one route it must be said whose it is.
    let name = if cx.app.screen() == Screen::Routes { "latency p95 of all" } else { "latency p95" };
    let of = |q: f64| numbers::duration(board.took.at(q));
    let few = [("p50", of(0.5)), ("p95", of(0.95)), ("p99", of(0.99))];
    let details = match at {
        Some(at) => readout::fitting(readout::of_latency(cx, at), area.width, name),
        None => readout::facts(cx, if cx.is_large() && area.width >= 60 { &few } else { &few[..2] }),
    };
    let words = Words::new(name).details(readout::haunted(cx, details, area.width, name));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Latency), words, area, out));
    if board.took.count() == 0 {
        let why = if board.total.calls == 0 { "no calls" } else { "no log tells how long calls took" };
        return nothing(cx, why, Pane::Latency, area, inner, out);
    }
    let p95 = |bucket: &Bucket| bucket.took.at(0.95).map(|nanos| nanos as f64);
    let (samples, ghost) = (values(&board.series, p95), ghost(cx, p95));
    let graph = Graph::new(&samples, Ramp::Latency).labels(&nanos).ghost(&ghost).cuts();
    plot(cx, Pane::Latency, graph, area, inner, at, out);
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
