//! How sure the router was, and how often it was wrong when it was so sure: overruled, or failed.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::app::Pane;
use crate::figures::interval::Rate;
use crate::figures::{Bin, Bins, Confidence};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::bars::{self, Fill};
use crate::ui::part::line::{self, Align};
use crate::ui::part::{pane, scroll};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Whose confidence it is, and whether logs tell of its overrides.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    pub name: &'a str,
    pub bins: &'a Confidence,
    pub overrides_known: bool,
    /// Where the line stands, in hundredths: bins above it are marked as accepted.
    pub line: Option<u32>,
}

pub fn everyone(cx: Cx<'_>) -> Whose<'_> {
    let board = &cx.app.board;
    let overrides_known = board.total.override_known > 0;
    Whose { name: "", bins: &board.confidence, overrides_known, line: None }
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
    let has_failed = failed(whose.bins) > 0;
    // With little room what is good can be guessed; what is bad must be told.
    let wanted = 6 + if whose.overrides_known { 7 } else { 0 } + if has_failed { 9 } else { 0 };
    if room >= wanted || !has_failed && room >= 6 {
        spans.extend(part(glyphs.full, Role::Info, "kept"));
    }
    if whose.overrides_known && room >= if has_failed { 15 } else { 13 } {
        spans.extend(part(glyphs.light, Role::Warn, "over"));
    }
    if has_failed && room >= 8 {
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

/// The bins alone, as wide as was chosen; where there is not room for ten, the four. Returns the rows that were used.
pub fn body(cx: Cx, whose: Whose, whole: Rect, area: Rect, out: &mut Canvas) -> u16 {
    if whose.bins.calls() == 0 {
        graphs::nothing(cx, "no log tells how sure the router was", Pane::Confidence, whole, area, out);
        return area.height;
    }
    let chosen = cx.app.place().lab.bins;
    let shown = if usize::from(area.height) < chosen.count() && whose.line.is_none() { Bins::Four } else { chosen };
    let bins = shown.of(whose.bins);
    let most = bins.iter().map(Bin::calls).max().unwrap_or(0).max(1) as f64;
    let cursor = cx.app.place().cursor(Pane::Confidence);
    let top = if shown == chosen { cursor.top(usize::from(area.height), bins.len()) } else { 0 };
    for (at, (nth, bin)) in bins.iter().enumerate().skip(top).take(usize::from(area.height)).enumerate() {
        let row = layout::row(area, at as u16);
        row_of(cx, whose, shown.range(nth), *bin, most, row, out);
        if cx.has_focus(Pane::Confidence) && shown == chosen && cursor.nth == nth {
            cx.ink.select(row, out.buf);
        }
    }
    let lines = Rect { height: area.height.min((bins.len() - top) as u16), ..area };
    let bar = Rect { x: area.right(), width: 1, ..area };
    scroll::bar(cx.ink, top, usize::from(area.height), bins.len(), bar, out.buf);
    out.place(Pane::Confidence, whole, lines, top, chosen.count());
    lines.height
}

/// `.9–1.0`, `.85–.90`.
fn range_text((from, to): (u32, u32)) -> String {
    let edge = |hundredths: u32| match (hundredths, from % 10 + to % 10) {
        (100, _) => "1.0".to_owned(),
        (_, 0) => format!(".{}", hundredths / 10),
        _ => format!(".{hundredths:02}"),
    };
    format!("{}–{}", edge(from), edge(to))
}

/// On which side of the line a bin is: `✓` accepted, `τ` the line is in it.
fn mark(cx: Cx, whose: Whose, (from, to): (u32, u32)) -> Span<'static> {
    match whose.line {
        Some(line) if line <= from => cx.ink.text(Role::Good, cx.ink.glyphs.ok),
        Some(line) if line < to || line == 100 && to == 100 => cx.ink.text(Role::Key, "τ"),
        _ => Span::raw(" "),
    }
}

/// Which numbers stand beside the bars.
#[derive(Debug, Clone, Copy)]
struct Form {
    marked: bool,
    calls: bool,
    low_high: bool,
}

impl Form {
    fn of(whose: Whose, width: u16) -> Self {
        Self { marked: whose.line.is_some(), calls: !(26..44).contains(&width), low_high: width >= 30 }
    }

    /// Cells of the numbers.
    fn notes(self) -> u16 {
        5 + if self.calls { 6 } else { 0 } + if self.low_high { 9 } else { 0 }
    }
}

/// What the numbers are, for the line above them.
pub fn head(cx: Cx, whose: Whose, width: u16) -> Line<'static> {
    let form = Form::of(whose, width);
    let calls = if form.calls { " CALLS" } else { "" };
    let low_high = if form.low_high { "95 %" } else { "" };
    Line::from(
        cx.ink.text(Role::Muted, format!("{calls} WRONG{low_high:>width$}", width = if form.low_high { 8 } else { 0 })),
    )
}

/// `.9–1.0 ✓ ████████████░░▒    31  12% (8–17)`: a bar on one scale for all, the calls, and the share of those whose outcome
/// is known that was wrong; `·` where they are too few.
fn row_of(cx: Cx, whose: Whose, range: (u32, u32), bin: Bin, most: f64, row: Rect, out: &mut Canvas) {
    let (ink, form, name) = (cx.ink, Form::of(whose, row.width), range_text(range));
    let part = |calls: u64| calls as f64 / most;
    let parts = [
        (part(bin.kept), Fill::Solid, ink.style(Role::Info)),
        (part(bin.overridden), Fill::Light, ink.style(Role::Warn)),
        (part(bin.failed), Fill::Medium, ink.style(Role::Bad)),
    ];
    let wide = if range.1 - range.0 < 10 { 7 } else { 6 };
    let mut spans = vec![ink.text(Role::Muted, format!("{name:<wide$} "))];
    if form.marked {
        spans.extend([mark(cx, whose, range), Span::raw(" ")]);
    }
    let before = wide as u16 + 1 + if form.marked { 2 } else { 0 };
    spans.extend(bars::stacked(ink, &parts, row.width.saturating_sub(before + form.notes())));
    out.left(ink, spans, row);
    let mut right = Vec::new();
    if form.calls {
        let calls = numbers::tokens(Some(bin.calls()));
        right.push(Span::raw(" ".repeat(6_usize.saturating_sub(calls.len()))));
        right.extend(ink.number(if bin.calls() == 0 { Role::Muted } else { Role::Text }, &calls));
    }
    let wrong = bin.wrong();
    let text = match wrong {
        Some(rate) => numbers::percent_whole(rate.rate),
        None if bin.judged() > 0 => ink.glyphs.meter_off.to_owned(),
        None => numbers::UNKNOWN.to_owned(),
    };
    right.push(Span::raw(" ".repeat(5_usize.saturating_sub(line::width(&text)))));
    let role = match super::figures::alarm(wrong.map(|rate| rate.rate), 0.25, 0.5) {
        _ if wrong.is_none() => Role::Muted,
        Role::Strong => Role::Text,
        other => other,
    };
    right.extend(ink.number(role, &text));
    if form.low_high {
        let text = wrong.map(low_high).unwrap_or_default();
        right.push(ink.text(Role::Muted, format!("{text:>9}")));
    }
    line::draw(ink, &Line::from(right), Align::Right, row, out.buf);
}

/// Where the truth lies, in whole percent: `(8–17)`.
pub fn low_high(rate: Rate) -> String {
    let whole = |share: f64| (share * 100.0).round() as u64;
    format!("({}–{})", whole(rate.low), whole(rate.high))
}
