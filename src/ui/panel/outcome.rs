//! How calls ended, why they failed, and where their costs come from.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::figures::stats::ratio;
use crate::figures::{GroupBy, Stats};
use crate::model::Status;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Of everything in the scope, with the kinds of errors.
pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    of(cx, "outcome", &cx.app.board.total, true, area, out);
}

/// Of some calls; the kinds of errors are known of all only.
pub fn of(cx: Cx, title: &str, total: &Stats, with_kinds: bool, area: Rect, out: &mut Canvas) {
    let words = Words::new(title.to_owned()).details(format!("{} settled", numbers::grouped(total.settled())));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let mut lines = statuses(cx, total, inner.width);
    let money = money(cx, total, inner.width);
    let room = usize::from(inner.height).saturating_sub(lines.len() + money.len());
    let errors = cx.app.board.by(GroupBy::ErrorType);
    let mut kinds: Vec<_> = errors.iter().map(|group| (group.stats.calls, group.name)).collect();
    kinds.truncate(if with_kinds { kinds.len() } else { 0 });
    kinds.sort_by_key(|(calls, name)| (std::cmp::Reverse(*calls), *name));
    for (calls, name) in kinds.into_iter().take(room) {
        let label = cx.label(GroupBy::ErrorType, cx.app.store.label(name));
        lines.push(bar(cx, &format!("  {label}"), calls, total.errors(), Role::Bad, inner.width));
    }
    lines.extend(money);
    for (at, line) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, line, layout::row(inner, at as u16));
    }
}

fn statuses(cx: Cx, stats: &Stats, width: u16) -> Vec<Line<'static>> {
    [
        (Status::Success, cx.ink.glyphs.ok, Role::Good),
        (Status::Cached, cx.ink.glyphs.ok, Role::Info),
        (Status::Pending, cx.ink.glyphs.low, Role::Muted),
        // Last, because the kinds of errors follow.
        (Status::Error, cx.ink.glyphs.failed, Role::Bad),
    ]
    .into_iter()
    .filter(|(status, ..)| stats.with(*status) > 0 || matches!(status, Status::Success | Status::Error))
    .map(|(status, mark, role)| {
        bar(cx, &format!("{mark} {}", status.word()), stats.with(status), stats.calls, role, width)
    })
    .collect()
}

/// Where the cost comes from; what has no price is counted and not guessed.
fn money(cx: Cx, stats: &Stats, width: u16) -> Vec<Line<'static>> {
    let all = stats.cost.dollars();
    let mut lines = Vec::new();
    for (name, usd) in [("$ logged", stats.logged), ("$ computed", stats.computed), ("~ estimated", stats.estimated)] {
        if !usd.is_zero() {
            let share = if all > 0.0 { usd.dollars() / all } else { 0.0 };
            lines.push(row(cx, name, share, &numbers::money_places(usd, 2), Some(share), Role::Info, width));
        }
    }
    if stats.unpriced > 0 {
        let share = ratio(stats.unpriced, stats.calls).unwrap_or(0.0);
        let calls = numbers::grouped(stats.unpriced);
        lines.push(row(cx, "? unpriced", share, &calls, Some(share), Role::Warn, width));
    }
    lines
}

fn bar(cx: Cx, name: &str, part: u64, whole: u64, role: Role, width: u16) -> Line<'static> {
    let share = ratio(part, whole);
    row(cx, name, share.unwrap_or(0.0), &numbers::grouped(part), share, role, width)
}

/// `✓ success  ■■■■■■■■■■■■■  1,204  98.5%`; where a bar would be too short to say anything, without it.
fn row(cx: Cx, name: &str, length: f64, number: &str, share: Option<f64>, role: Role, width: u16) -> Line<'static> {
    const NUMBER: u16 = 8;
    const SHARE: u16 = 7;
    let share = numbers::percent(share);
    let (names, bar) = match width {
        0..28 => (width.saturating_sub(NUMBER + SHARE), 0),
        28..32 => (15, width - 15 - NUMBER),
        _ => (15, width - 15 - NUMBER - SHARE),
    };
    let name = line::fit(name, usize::from(names).saturating_sub(1), cx.ink.glyphs.ellipsis).into_owned();
    let blank = usize::from(names).saturating_sub(line::width(&name));
    let mut spans = vec![
        cx.ink.text(Role::Text, name),
        Span::raw(" ".repeat(blank)),
        bars::bar(cx.ink, length, bar, cx.ink.style(role)),
        cx.ink.text(Role::Text, format!("{number:>8}")),
    ];
    // Of a bar and the share one says it where there is no room for both.
    if !(28..32).contains(&width) {
        spans.push(Span::raw(" ".repeat(usize::from(SHARE).saturating_sub(line::width(&share)))));
        spans.extend(cx.ink.number(Role::Muted, &share));
    }
    Line::from(spans)
}
