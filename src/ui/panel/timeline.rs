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
    let speed = row.tokens_per_second().map(|speed| format!("{speed:.0} tok/s")).unwrap_or_default();
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
    out.left(cx.ink, bars::stacked(cx.ink, &parts, inner.width), layout::row(inner, 0));
    words(cx, row, took, first, layout::row(inner, 1), out);
    if inner.height >= 3 {
        scale(cx, took, layout::row(inner, 2), out);
    }
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

/// Times at the two ends and the middle.
fn scale(cx: Cx, took: u64, row: Rect, out: &mut Canvas) {
    out.left(cx.ink, cx.ink.text(Role::Muted, "0s"), row);
    let middle = numbers::duration(Some(took / 2));
    let x = row.x + (row.width / 2).saturating_sub(line::width(&middle) as u16 / 2);
    out.left(cx.ink, cx.ink.text(Role::Muted, middle), Rect { x, width: row.right().saturating_sub(x), ..row });
    out.right(cx.ink, cx.ink.text(Role::Muted, numbers::duration(Some(took))), row);
}
