//! Which ones? The table of calls, and at the bottom what they add up to; where there is room, the call under the
//! cursor beside it.

use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::app::Pane;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{columns, rows};
use crate::ui::panel::{bill, brush, calls, heat, outcome, shares, summary, timeline};
use crate::ui::theme::Role;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let detail = cx.app.focus() == Pane::Summary;
    if cx.app.zoomed && cx.app.focus() == Pane::Heat {
        return heat::draw(cx, body, out);
    }
    // Above the list, and never more than a third of it.
    let strip = if cx.app.wants_heat() && !cx.app.zoomed { (body.height / 3).clamp(6, 14) } else { 0 };
    let [strip, body] = rows(body, [Fixed(strip), Share(1)]);
    if strip.height > 0 {
        heat::draw(cx, strip, out);
    }
    if cx.app.zoomed && detail {
        return beside(cx, body, out);
    }
    if cx.is_large() && !cx.app.zoomed {
        let [list, side] = columns(body, [Share(61), Share(39)]);
        let [table, sums] = rows(list, [Share(1), Fixed(1)]);
        calls::boxed(cx, "calls", calls::Form::Full, table, out);
        out.left(cx.ink, calls::totals(cx, sums.width.saturating_sub(4)), layout::inset(sums, 2, 0));
        return beside(cx, side, out);
    }
    let [list, side] = if detail { rows(body, [Share(5), Share(6)]) } else { rows(body, [Share(1), Fixed(0)]) };
    plain(cx, list, out);
    if detail {
        beside(cx, side, out);
    }
}

/// The table from edge to edge, a rule, and the sums.
fn plain(cx: Cx, area: Rect, out: &mut Canvas) {
    let [table, rule, sums] = rows(area, [Share(1), Fixed(1), Fixed(1)]);
    calls::table(cx, calls::Form::Full, table, table, out);
    let line = cx.ink.glyphs.border.horizontal.repeat(usize::from(rule.width.saturating_sub(2)));
    out.left(cx.ink, Span::styled(line, cx.ink.style(Role::Faint)), layout::inset(rule, 1, 0));
    let news = if cx.app.brushes(Pane::Calls) { brush::says(cx, Pane::Calls) } else { calls::news(cx) };
    let width = crate::ui::part::line::line_width(&news) as u16;
    if width > 0 {
        let words = Span::raw(" ");
        let place = Rect { x: rule.right().saturating_sub(width + 4), width: (width + 2).min(rule.width), ..rule };
        let mut spans = vec![words];
        spans.extend(news.style(cx.ink.style(Role::Muted)).spans.into_iter().map(|span| {
            if span.style == ratatui::style::Style::new() { span.style(cx.ink.style(Role::Muted)) } else { span }
        }));
        spans.push(Span::raw(" "));
        out.left(cx.ink, spans, place);
    }
    out.left(cx.ink, calls::totals(cx, sums.width.saturating_sub(4)), layout::inset(sums, 2, 0));
}

/// The call under the cursor: what it was, what it cost, how long it took.
fn beside(cx: Cx, area: Rect, out: &mut Canvas) {
    let Some(row) = cx.app.current_call().and_then(|row| cx.app.store.get(row)) else { return };
    let facts = summary::rows(cx, row, area.width) as u16 + 2;
    let sums = bill::rows(cx, area.width) as u16 + 2;
    if area.height >= facts + sums + 5 + 16 {
        let lengths = [Fixed(facts), Fixed(sums), Fixed(5), Share(1), Share(1)];
        let [what, cost, time, ends, spread] = rows(area, lengths);
        summary::draw(cx, row, what, out);
        bill::draw(cx, cost, out);
        timeline::draw(cx, row, time, out);
        outcome::draw(cx, ends, out);
        shares::draw(cx, spread, out);
    } else if area.height >= facts + sums + 5 {
        let [what, cost, time] = rows(area, [Share(1), Fixed(sums), Fixed(5)]);
        summary::draw(cx, row, what, out);
        bill::draw(cx, cost, out);
        timeline::draw(cx, row, time, out);
    } else if area.width >= 100 {
        let [what, cost] = columns(area, [Share(1), Share(1)]);
        summary::draw(cx, row, what, out);
        bill::draw(cx, cost, out);
    } else {
        summary::draw(cx, row, area, out);
    }
}
