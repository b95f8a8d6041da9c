//! What a group's tokens are: fresh input, cache, output, and how much of the output was thought.

use ratatui::layout::Rect;
use ratatui::style::Style;
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
        let number = numbers::tokens(Some(count));
        let bar = Bar { name, length: share.unwrap_or(0.0), style: cx.ink.style(role), number, share };
        draw_bar(cx, &bar, layout::row(inner, at as u16), out);
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
        let length = value.unwrap_or(0) as f64 / most as f64;
        let style = Style::new().fg(cx.ink.theme.ramp(Ramp::Latency, length));
        let bar = Bar { name, length, style, number: numbers::duration(value), share: None };
        draw_bar(cx, &bar, layout::row(inner, at as u16), out);
    }
}

/// A line of a pane: how much, as a bar and as a number.
struct Bar<'t> {
    name: &'t str,
    /// 0 to 1.
    length: f64,
    style: Style,
    number: String,
    share: Option<f64>,
}

fn draw_bar(cx: Cx, bar: &Bar, row: Rect, out: &mut Canvas) {
    let spans = vec![
        cx.ink.text(Role::Text, format!("{:<14}", bar.name)),
        bars::bar(cx.ink, bar.length, row.width.saturating_sub(14 + 8 + 6), bar.style),
    ];
    out.left(cx.ink, spans, row);
    let mut right: Vec<Span> = cx.ink.number(Role::Text, &bar.number);
    if bar.share.is_some() {
        right.push(cx.ink.text(Role::Muted, format!("{:>6}", numbers::percent_whole(bar.share))));
    }
    out.right(cx.ink, Line::from(right), row);
}
