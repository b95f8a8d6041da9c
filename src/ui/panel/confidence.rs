//! How sure the router was, and how often it was overruled when it was so sure.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::app::Pane;
use crate::figures::{Bin, Confidence};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::bars::{self, Fill};
use crate::ui::part::line::{self, Align};
use crate::ui::part::pane;
use crate::ui::theme::Role;

const TENTHS: [&str; 10] = [".0–.1", ".1–.2", ".2–.3", ".3–.4", ".4–.5", ".5–.6", ".6–.7", ".7–.8", ".8–.9", ".9–1.0"];
/// The fewest bins that still say something, and which of the fine ones each is made of.
const COARSE: [(&str, std::ops::Range<usize>); 4] =
    [(".0–.5", 0..10), (".5–.7", 10..14), (".7–.9", 14..18), (".9–1.0", 18..20)];

/// Whose confidence it is, and whether logs tell of its overrides.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    pub name: &'a str,
    pub bins: &'a Confidence,
    pub overrides_known: bool,
}

pub fn everyone(cx: Cx<'_>) -> Whose<'_> {
    let board = &cx.app.board;
    Whose { name: "", bins: &board.confidence, overrides_known: board.total.override_known > 0 }
}

pub fn draw(cx: Cx, whose: Whose, area: Rect, out: &mut Canvas) {
    let title = if whose.name.is_empty() { "confidence".to_owned() } else { format!("{}: confidence", whose.name) };
    let words = Words::new(title.clone()).details(legend(cx, whose, &title, area.width));
    let inner = frame::draw(cx, Some(Pane::Confidence), words, area, out);
    body(cx, whose, area, pane::padded(inner), out);
}

/// What the parts of a bar are, as far as there is room beside the title.
pub fn legend(cx: Cx, whose: Whose, title: &str, width: u16) -> Line<'static> {
    let glyphs = cx.ink.glyphs;
    let mut spans = Vec::new();
    let part = |glyph: &'static str, role: Role, word: &str| {
        [Span::styled(glyph, cx.ink.style(role)), cx.ink.text(Role::Muted, format!(" {word} "))]
    };
    // The title, the corners and what stands around words.
    let room = usize::from(width).saturating_sub(line::width(title) + 9);
    if room >= 6 {
        spans.extend(part(glyphs.full, Role::Info, "kept"));
    }
    if whose.overrides_known && room >= 13 {
        spans.extend(part(glyphs.light, Role::Warn, "over"));
    }
    if failed(whose.bins) > 0 && room >= 22 {
        spans.extend(part(glyphs.medium_shade, Role::Bad, "failed"));
    }
    if let Some(last) = spans.last_mut() {
        last.content = last.content.trim_end().to_owned().into();
    }
    Line::from(spans)
}

fn failed(bins: &Confidence) -> u64 {
    bins.fine.iter().map(|bin| bin.failed).sum()
}

/// The bins alone: ten rows, or four where there is not room for ten. Returns the rows that were used.
pub fn body(cx: Cx, whose: Whose, whole: Rect, area: Rect, out: &mut Canvas) -> u16 {
    if whose.bins.calls() == 0 {
        graphs::nothing(cx, "no log tells how sure the router was", Pane::Confidence, whole, area, out);
        return area.height;
    }
    let cursor = cx.app.place().cursor(Pane::Confidence);
    let focused = cx.has_focus(Pane::Confidence);
    let tenths = area.height >= 10;
    let bins: Vec<(&str, Bin)> = if tenths {
        TENTHS.into_iter().zip(whose.bins.tenths()).collect()
    } else {
        COARSE.into_iter().map(|(name, range)| (name, sum(&whose.bins.fine[range]))).collect()
    };
    let most = bins.iter().map(|(_, bin)| bin.calls()).max().unwrap_or(0).max(1) as f64;
    for (at, (name, bin)) in bins.iter().enumerate().take(usize::from(area.height)) {
        let row = crate::ui::layout::row(area, at as u16);
        row_of(cx, whose, name, *bin, most, row, out);
        if focused && tenths && cursor.nth == at {
            cx.ink.select(row, out.buf);
        }
    }
    let lines = Rect { height: area.height.min(bins.len() as u16), ..area };
    out.place(Pane::Confidence, whole, lines, 0, 10);
    lines.height
}

fn sum(bins: &[Bin]) -> Bin {
    bins.iter().fold(Bin::default(), |all, bin| all.plus(*bin))
}

/// `.9–1.0 ████████████░░ 31  12%`: a bar on one scale for all, the calls, and the share that was overruled.
fn row_of(cx: Cx, whose: Whose, name: &str, bin: Bin, most: f64, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    let wide = row.width >= 34;
    let notes = if wide { 12 } else { 6 };
    let part = |calls: u64| calls as f64 / most;
    let parts = [
        (part(bin.kept), Fill::Solid, ink.style(Role::Info)),
        (part(bin.overridden), Fill::Light, ink.style(Role::Warn)),
        (part(bin.failed), Fill::Medium, ink.style(Role::Bad)),
    ];
    let mut spans = vec![ink.text(Role::Muted, format!("{name:<6} "))];
    spans.extend(bars::stacked(ink, &parts, row.width.saturating_sub(7 + notes)));
    out.left(ink, spans, row);
    let calls = numbers::tokens(Some(bin.calls()));
    let mut right = Vec::new();
    if wide || !whose.overrides_known {
        let role = if bin.calls() == 0 { Role::Muted } else { Role::Text };
        right.push(Span::raw(" ".repeat(6_usize.saturating_sub(calls.len()))));
        right.extend(ink.number(role, &calls));
    }
    if whose.overrides_known {
        let share = (bin.calls() > 0).then(|| bin.overridden as f64 / bin.calls() as f64);
        let text = numbers::percent_whole(share);
        right.push(Span::raw(" ".repeat(6_usize.saturating_sub(line::width(&text)))));
        let role = match super::figures::alarm(share, 0.25, 0.5) {
            Role::Strong => Role::Text,
            other => other,
        };
        right.extend(ink.number(role, &text));
    }
    line::draw(ink, &Line::from(right), Align::Right, row, out.buf);
}
