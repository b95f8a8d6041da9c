//! What each local day of the scope has cost, newest first.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::model::time::day_of_number;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::{bars, pane};
use crate::ui::theme::{Ramp, Role};

/// Fewer days than this show no trend.
pub const LEAST: usize = 2;

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let days: Vec<_> = cx.app.board.days().collect();
    let words = Words::new("cost per day").details(format!("{} days", days.len()));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let most = days.iter().map(|(_, sum)| sum.cost.dollars()).fold(0.0, f64::max);
    for (at, (day, sum)) in days.iter().rev().take(usize::from(inner.height)).enumerate() {
        let row = layout::row(inner, at as u16);
        let share = if most > 0.0 { sum.cost.dollars() / most } else { 0.0 };
        let style = ratatui::style::Style::new().fg(cx.ink.theme.ramp(Ramp::Cost, share));
        let name = day_of_number(*day).format("%a %b %e").to_string();
        let calls = numbers::grouped(sum.calls);
        let spans = vec![
            cx.ink.text(Role::Muted, format!("{name:<11} ")),
            bars::bar(cx.ink, share, row.width.saturating_sub(12 + 9 + 9), style),
        ];
        out.left(cx.ink, spans, row);
        let mut right: Vec<Span> = cx.ink.number(Role::Text, &numbers::money_places(sum.cost, 2));
        right.push(cx.ink.text(Role::Muted, format!("{calls:>9}")));
        out.right(cx.ink, Line::from(right), row);
    }
    if days.is_empty() {
        graphs::hush(cx, "no days yet", inner, out);
    }
}
