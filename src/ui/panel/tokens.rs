//! What a group's tokens are: fresh input, cache, output, and how much of the output was thought.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::figures::stats::ratio;
use crate::figures::{Quantiles, Stats};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{bars, pane};
use crate::ui::theme::{Ramp, Role};
use crate::ui::{layout, numbers};

pub fn draw(cx: Cx, stats: &Stats, area: Rect, out: &mut Canvas) {
    let tokens = &stats.tokens;
    let total = numbers::tokens((tokens.calls > 0).then_some(tokens.total));
    let inner = pane::padded(frame::draw(cx, None, Words::new("tokens").details(total), area, out));
    let parts = [
        ("fresh input", tokens.input, Role::Info),
        ("cache read", tokens.cache_read, Role::Good),
        ("cache write", tokens.cache_write, Role::Warn),
        ("output", tokens.output, Role::Link),
        ("  reasoning", tokens.reasoning, Role::Muted),
    ];
    let listed = parts.into_iter().filter(|(_, count, _)| *count > 0);
    let rest = tokens.total.saturating_sub(tokens.input + tokens.cache_read + tokens.cache_write + tokens.output);
    let rest = (rest > 0).then_some(("parts unknown", rest, Role::Muted));
    for (at, (name, count, role)) in listed.chain(rest).take(usize::from(inner.height)).enumerate() {
        let share = ratio(count, tokens.total);
        let style = cx.ink.style(role);
        row(
            cx,
            name,
            share.unwrap_or(0.0),
            style,
            &numbers::tokens(Some(count)),
            share,
            layout::row(inner, at as u16),
            out,
        );
    }
}

/// How long calls took, from the quick half to the slowest hundredth.
pub fn latency(cx: Cx, took: &Quantiles, area: Rect, out: &mut Canvas) {
    let words = Words::new("latency").details(format!("{} calls", numbers::grouped(took.count())));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let Some(most) = took.at(0.99).filter(|most| *most > 0) else {
        return super::graphs::hush(cx, "no log tells how long calls took", inner, out);
    };
    for (at, (name, q)) in
        [("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)].into_iter().enumerate()
    {
        let value = took.at(q);
        let share = value.unwrap_or(0) as f64 / most as f64;
        let style = ratatui::style::Style::new().fg(cx.ink.theme.ramp(Ramp::Latency, share));
        row(cx, name, share, style, &numbers::duration(value), None, layout::row(inner, at as u16), out);
    }
}

fn row(
    cx: Cx,
    name: &str,
    length: f64,
    style: ratatui::style::Style,
    number: &str,
    share: Option<f64>,
    row: Rect,
    out: &mut Canvas,
) {
    let spans = vec![
        cx.ink.text(Role::Text, format!("{name:<14}")),
        bars::bar(cx.ink, length, row.width.saturating_sub(14 + 8 + 6), style),
    ];
    out.left(cx.ink, spans, row);
    let mut right: Vec<Span> = cx.ink.number(Role::Text, number);
    if share.is_some() {
        right.push(cx.ink.text(Role::Muted, format!("{:>6}", numbers::percent_whole(share))));
    }
    out.right(cx.ink, Line::from(right), row);
}
