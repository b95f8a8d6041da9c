//! What a box or a range says of itself in the border of its pane, while it is drawn: how many calls, what they cost,
//! when and between which values; and below, what can be done with them.

use ratatui::text::{Line, Span};

use super::frame::Words;
use super::graphs;
use crate::app::{Action, Pane, PaneKind, Written, keys};
use crate::figures::heat::Sum;
use crate::figures::stats::ratio;
use crate::model::numbers;
use crate::ui::cx::Cx;
use crate::ui::theme::Role;

/// The border of a pane that a box is drawn on says what it holds instead of what it usually says.
pub fn over<'w>(cx: Cx, pane: Pane, words: Words<'w>) -> Words<'w> {
    if !cx.app.brushes(pane) {
        return words;
    }
    Words { details: says(cx, pane), foot: hints(cx), ..words }
}

/// `34 calls  $0.41  12%  3 failed  11:42–11:47  2–5s`.
pub fn says(cx: Cx, pane: Pane) -> Line<'static> {
    let Some(sum) = cx.app.brushed(pane) else { return Line::default() };
    let mut spans = counts(cx, &sum);
    let share = numbers::percent(ratio(sum.calls, cx.app.board.total.calls));
    spans.push(Span::raw("  "));
    spans.extend(cx.ink.number(Role::Text, &share));
    let range = cx.app.brush_range(pane);
    match pane.kind() {
        PaneKind::Strip => spans.extend(cell(cx)),
        PaneKind::Graph => spans.push(when(cx, range.start, range.end)),
        _ => spans.push(cx.ink.text(Role::Muted, format!("  {} rows", numbers::grouped(range.len() as u64)))),
    }
    Line::from(spans)
}

/// `34 calls  $0.41  3 failed`.
pub fn counts(cx: Cx, sum: &Sum) -> Vec<Span<'static>> {
    let noun = if sum.calls == 1 { " call" } else { " calls" };
    let mut spans = vec![cx.ink.text(Role::Strong, numbers::grouped(sum.calls)), cx.ink.text(Role::Muted, noun)];
    spans.push(Span::raw("  "));
    spans.push(cx.ink.text(Role::Strong, numbers::money(sum.known_cost())));
    if sum.priced < sum.calls && sum.priced > 0 {
        spans.push(cx.ink.text(Role::Warn, "?"));
    }
    if sum.failed > 0 {
        let words = format!("  {} {}", cx.ink.glyphs.failed, numbers::grouped(sum.failed));
        spans.push(cx.ink.text(Role::Bad, words));
    }
    spans
}

/// When and between which values the cells under the strip's cursor lie.
pub fn cell(cx: Cx) -> Vec<Span<'static>> {
    let Some((heat, area)) = cx.app.heat().zip(cx.app.heat_area()) else { return Vec::new() };
    let values = format!("  {}", heat.of.span(&area.bins));
    vec![when(cx, area.steps.start, area.steps.end), cx.ink.text(Role::Text, values)]
}

/// From one step of the board's series to before another: `  11:42–11:47`.
fn when(cx: Cx, from: usize, to: usize) -> Span<'static> {
    let series = &cx.app.board.series;
    let [from, to] = [from, to].map(|step| graphs::moment(series.time(step), series.step));
    cx.ink.text(Role::Text, format!("  {from}–{to}"))
}

/// What can be done with the calls, by the keys that do it here.
fn hints(cx: Cx) -> Line<'static> {
    let context = keys::context(cx.app);
    let doings = [
        (Action::Open, "open"),
        (Action::Differ, "differ"),
        (Action::Export(Written::Csv), "export"),
        (Action::CopyCell, "copy filter"),
        (Action::Back, "drop"),
    ];
    let mut spans = Vec::new();
    for (action, does) in doings {
        let bound = keys::BINDINGS.iter().find(|binding| binding.when.holds(context) && binding.action == action);
        let Some(key) = bound.and_then(|binding| binding.keys.first()) else { continue };
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        spans.extend(cx.ink.hint(&cx.keys(&key.to_string()), does));
    }
    Line::from(spans)
}
