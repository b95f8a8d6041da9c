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
use crate::ui::part::line;
use crate::ui::theme::Role;

/// Cells that the corners of a border take, and what stands around its words.
const AROUND: usize = 11;

/// The border of a pane that a box is drawn on says what it holds instead of what it usually says.
pub fn over<'w>(cx: Cx, pane: Pane, words: Words<'w>, width: u16) -> Words<'w> {
    if !cx.app.brushes(pane) {
        return words;
    }
    let doings = [
        (Action::Open, "open"),
        (Action::Differ, "differ"),
        (Action::Export(Written::Csv), "export"),
        (Action::CopyCell, "copy filter"),
        (Action::Back, "drop"),
    ];
    about(cx, pane, Words { foot: hints(cx, &doings), ..words }, width)
}

/// What the calls under the cursor, or in the box, come to, and where they lie: both above where there is room, else the
/// latter below.
pub fn about<'w>(cx: Cx, pane: Pane, words: Words<'w>, width: u16) -> Words<'w> {
    let (counts, place) = (says(cx, pane), place(cx, pane));
    let taken = [&words.title, &counts, &place].map(line::line_width).into_iter().sum::<usize>() + 2 + AROUND;
    if taken > usize::from(width) {
        return Words { details: counts, foot: place, ..words };
    }
    let spans = counts.spans.into_iter().chain([Span::raw("  ")]).chain(place.spans);
    Words { details: spans.collect::<Vec<_>>().into(), ..words }
}

/// `34 calls  $0.41  3 failed  12%`.
pub fn says(cx: Cx, pane: Pane) -> Line<'static> {
    let Some(sum) = cx.app.brushed(pane) else { return Line::default() };
    let mut spans = counts(cx, &sum);
    if cx.app.brushes(pane) {
        let share = numbers::percent(ratio(sum.calls, cx.app.board.total.calls));
        spans.push(Span::raw("  "));
        spans.extend(cx.ink.number(Role::Text, &share));
    }
    Line::from(spans)
}

/// Where they lie: `11:42–11:47  2–5s`.
fn place(cx: Cx, pane: Pane) -> Line<'static> {
    let range = cx.app.brush_range(pane);
    match pane.kind() {
        PaneKind::Strip => {
            let Some((heat, area)) = cx.app.heat().zip(cx.app.heat_area()) else { return Line::default() };
            let values = format!("  {}", heat.of.span(&area.bins));
            Line::from(vec![when(cx, area.steps.start, area.steps.end), cx.ink.text(Role::Text, values)])
        }
        PaneKind::Graph => Line::from(when(cx, range.start, range.end)),
        _ => Line::from(cx.ink.text(Role::Muted, format!("{} rows", numbers::grouped(range.len() as u64)))),
    }
}

/// `34 calls  $0.41  3 failed`.
fn counts(cx: Cx, sum: &Sum) -> Vec<Span<'static>> {
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

/// From one step of the board's series to before another.
fn when(cx: Cx, from: usize, to: usize) -> Span<'static> {
    let series = &cx.app.board.series;
    let [from, to] = [from, to].map(|step| graphs::moment(series.time(step), series.step));
    cx.ink.text(Role::Text, format!("{from}–{to}"))
}

/// What can be done, by the keys that do it here.
pub fn hints(cx: Cx, doings: &[(Action, &str)]) -> Line<'static> {
    let context = keys::context(cx.app);
    let mut spans = Vec::new();
    for (action, does) in doings {
        let bound = keys::BINDINGS.iter().find(|binding| binding.when.holds(context) && binding.action == *action);
        let Some(key) = bound.and_then(|binding| binding.keys.first()) else { continue };
        if !spans.is_empty() {
            spans.push(Span::raw("  "));
        }
        spans.extend(cx.ink.hint(&cx.keys(&key.to_string()), does));
    }
    Line::from(spans)
}
