//! What a line of confidence would do: how many calls below it would go to a person, and how many of the overruled
//! ones would be among them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::figures::Confidence;
use crate::figures::histogram::FINE;
use crate::figures::stats::ratio;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::line;
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Lines in twentieths, the width of the finest bins.
const LINES: [usize; 4] = [12, 14, 16, 18];

/// Draws as much as there is room for.
pub fn draw(cx: Cx, bins: &Confidence, average: Option<f64>, area: Rect, out: &mut Canvas) {
    let mut lines = vec![calibration(cx, bins, average)];
    if area.height >= 7 {
        lines.push(Line::default());
        lines.push(muted(cx, "if calls under the line went to a person"));
        let head = [("line", 5), ("to a person", 12), ("caught", 9), ("missed", 8)];
        lines.push(columns(cx, Role::Muted, &head.map(|(text, width)| (text.to_owned(), width))));
        lines.extend(LINES.iter().map(|line| threshold(cx, bins, *line)));
    }
    if let Some(warning) = sure_and_wrong(cx, bins) {
        if area.height >= 10 {
            lines.push(Line::default());
        }
        lines.push(warning);
    }
    for (at, words) in lines.into_iter().take(usize::from(area.height)).enumerate() {
        out.left(cx.ink, words, layout::row(area, at as u16));
    }
}

fn muted(cx: Cx, words: &'static str) -> Line<'static> {
    Line::from(cx.ink.text(Role::Muted, words))
}

/// `said .92  kept .91`: what the router believed, and how often it was left alone.
fn calibration(cx: Cx, bins: &Confidence, average: Option<f64>) -> Line<'static> {
    let kept: u64 = bins.fine.iter().map(|bin| bin.calls() - bin.overridden).sum();
    let share = ratio(kept, bins.calls());
    Line::from(vec![
        cx.ink.text(Role::Muted, "calibration   said "),
        cx.ink.text(Role::Strong, numbers::confidence(average)),
        cx.ink.text(Role::Muted, "   kept "),
        cx.ink.text(Role::Strong, numbers::confidence(share)),
    ])
}

fn threshold(cx: Cx, bins: &Confidence, line: usize) -> Line<'static> {
    let (below, above) = bins.fine.split_at(line.min(FINE));
    let calls: u64 = below.iter().map(crate::figures::Bin::calls).sum();
    let caught: u64 = below.iter().map(|bin| bin.overridden).sum();
    let missed: u64 = above.iter().map(|bin| bin.overridden).sum();
    let cells = [
        (numbers::confidence(line as f64 / FINE as f64), 5),
        (numbers::percent_whole(ratio(calls, bins.calls())), 12),
        (numbers::percent_whole(ratio(caught, caught + missed)), 9),
        (numbers::grouped(missed), 8),
    ];
    columns(cx, Role::Text, &cells)
}

fn columns(cx: Cx, role: Role, cells: &[(String, usize)]) -> Line<'static> {
    let mut spans: Vec<Span> = Vec::new();
    for (text, width) in cells {
        spans.push(Span::raw(" ".repeat(width.saturating_sub(line::width(text)))));
        spans.extend(cx.ink.number(role, text));
    }
    Line::from(spans)
}

/// Being overruled often where the router was surest is the one thing that a threshold cannot catch.
fn sure_and_wrong(cx: Cx, bins: &Confidence) -> Option<Line<'static>> {
    let surest = bins.tenths()[9];
    let share = ratio(surest.overridden, surest.calls()).filter(|share| *share >= 0.05 && surest.calls() >= 20)?;
    Some(Line::from(vec![
        cx.ink.text(Role::Warn, format!("{} {}", cx.ink.glyphs.high, numbers::percent_whole(share))),
        cx.ink.text(Role::Text, " of the surest were overruled: over-sure there"),
    ]))
}
