//! When a call waited and when it spoke, on a line of time.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::model::Status;
use crate::store::Row;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::bars::{self, Fill};
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

pub fn draw(cx: Cx, row: Row, area: Rect, out: &mut Canvas) {
    let speed = row
        .tokens_per_second()
        .map(|speed| format!("{} tok/s", numbers::grouped(speed.round() as u64)))
        .unwrap_or_default();
    let inner = pane::padded(frame::draw(cx, None, Words::new("time").details(speed), area, out));
    let Some(took) = row.took().filter(|took| *took > 0) else {
        let words = if row.status() == Status::Pending {
            format!("open since {}", row.at().local().format("%H:%M:%S"))
        } else {
            "this log does not tell how long it took".to_owned()
        };
        return graphs::hush(cx, &words, inner, out);
    };
    let first = row.first_token().map(|first| first.min(took));
    let share = |nanos: u64| nanos as f64 / took as f64;
    let (waited, spoken) = (first.unwrap_or(0), took - first.unwrap_or(0));
    let parts = [
        (share(waited), Fill::Medium, cx.ink.style(Role::Muted)),
        (share(spoken), Fill::Solid, cx.ink.style(Role::Info)),
    ];
    words(cx, row, took, first, layout::row(inner, 0), out);
    // As on a ruler, times stand over what they measure.
    let scaled = u16::from(inner.height >= 3);
    if scaled > 0 {
        scale(cx, took, layout::row(inner, 1), out);
    }
    out.left(cx.ink, bars::stacked(cx.ink, &parts, inner.width), layout::row(inner, 1 + scaled));
}

/// `▒ first token 0.8s   █ stream 3.4s   routed in 2ms`.
fn words(cx: Cx, row: Row, took: u64, first: Option<u64>, place: Rect, out: &mut Canvas) {
    let glyphs = cx.ink.glyphs;
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |glyph: &'static str, role: Role, name: &str, nanos: u64| {
        if !spans.is_empty() {
            spans.push(Span::raw("   "));
        }
        spans.push(cx.ink.text(role, glyph));
        spans.push(cx.ink.text(Role::Muted, format!(" {name} ")));
        spans.extend(cx.ink.number(Role::Text, &numbers::duration(Some(nanos))));
    };
    match first {
        Some(first) => {
            add(glyphs.medium_shade, Role::Muted, "first token", first);
            add(glyphs.full, Role::Info, "stream", took - first);
        }
        None => add(glyphs.full, Role::Info, "took", took),
    }
    if let Some(nanos) = row.processing() {
        add(glyphs.over, Role::Link, "routed in", nanos);
    }
    out.left(cx.ink, Line::from(spans), place);
}

/// Cells that a time on the scale takes with its distance to the next.
const TICK: u16 = 12;

/// Times at even distances: `0s   0.5s   1.0s`, the last one at the end of the bar.
fn scale(cx: Cx, took: u64, row: Rect, out: &mut Canvas) {
    let end = numbers::duration(Some(took));
    let free = row.width.saturating_sub(line::width(&end) as u16 + 2);
    out.left(cx.ink, cx.ink.text(Role::Muted, "0s"), row);
    let step = step(took, u64::from(row.width / TICK).max(1));
    let times = (1..).map(|nth| nth * step).take_while(|time| *time < took);
    for time in times {
        let words = numbers::duration(Some(time));
        let x = (time as f64 / took as f64 * f64::from(row.width)) as u16;
        if x + line::width(&words) as u16 <= free {
            out.left(cx.ink, cx.ink.text(Role::Muted, words), Rect { x: row.x + x, width: row.width - x, ..row });
        }
    }
    out.right(cx.ink, cx.ink.text(Role::Muted, end), row);
}

/// The least of 1, 2 or 5 times a power of ten, in nanoseconds and a tenth of a millisecond or more, that parts a
/// time into no more than so many.
fn step(took: u64, most: u64) -> u64 {
    let steps = (5..=18).flat_map(|power| [1, 2, 5].map(|times| times * 10_u64.pow(power)));
    steps.into_iter().find(|step| took / step <= most).unwrap_or(took.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_the_scale_are_round_and_not_too_many() {
        for (took, most, expected) in [
            (4_300_000_000, 9, 500_000_000),
            (4_300_000_000, 4, 1_000_000_000),
            (90_000_000, 9, 10_000_000),
            (1, 9, 100_000),
            (u64::MAX, 1, 10_000_000_000_000_000_000),
        ] {
            let step = step(took, most);
            assert!(took / step <= most, "{took}");
            assert!(took > u64::MAX / 2 || step == expected, "{took}: {step}");
        }
    }
}
