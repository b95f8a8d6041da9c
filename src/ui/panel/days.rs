//! What each local day has cost, newest first: the days of the scope where it spans several, else the last thirty.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::figures::board::DaySum;
use crate::model::time::day_of_number;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::{bars, pane};
use crate::ui::theme::{Ramp, Role};

/// Cells of a day's name, of its cost and of its calls.
const NAME: u16 = 12;
const COST: u16 = 9;
const CALLS: u16 = 9;

/// Whether there is a trend to see: more days than one.
pub fn are_known(cx: Cx) -> bool {
    days(cx).nth(1).is_some()
}

/// The day numbers and their sums, newest first.
fn days(cx: Cx<'_>) -> Box<dyn Iterator<Item = (i32, DaySum)> + '_> {
    if cx.spans_days() { Box::new(cx.app.board.days().rev()) } else { Box::new(cx.app.daily.days().rev()) }
}

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let days: Vec<_> = days(cx).collect();
    let all = if cx.spans_days() || cx.app.filter.is_empty() { "" } else { "all calls   " };
    let words = Words::new("cost per day").details(format!("{all}{} days", days.len()));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let most = days.iter().map(|(_, sum)| sum.cost.dollars()).fold(0.0, f64::max);
    let calls = if inner.width >= NAME + COST + CALLS + 8 { CALLS } else { 0 };
    for (at, (day, sum)) in days.iter().take(usize::from(inner.height)).enumerate() {
        let row = layout::row(inner, at as u16);
        let share = if most > 0.0 { sum.cost.dollars() / most } else { 0.0 };
        let style = ratatui::style::Style::new().fg(cx.ink.theme.ramp(Ramp::Cost, share));
        let name = day_of_number(*day).format("%a %b %e").to_string();
        let room = row.width.saturating_sub(NAME + COST + calls);
        let name = format!("{name:<width$}", width = usize::from(NAME));
        out.left(cx.ink, vec![cx.ink.text(Role::Muted, name), bars::bar(cx.ink, share, room, style)], row);
        let mut right: Vec<Span> = cx.ink.number(Role::Text, &sum.cost_text(|cost| numbers::money_places(cost, 2)));
        if calls > 0 {
            let width = usize::from(calls);
            right.push(cx.ink.text(Role::Muted, format!("{:>width$}", numbers::grouped(sum.calls))));
        }
        out.right(cx.ink, Line::from(right), row);
    }
}
