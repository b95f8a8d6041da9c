//! Why did the bill change? The steps from what the span before cost to what this one does, and the one under the cursor
//! in full.

use ratatui::layout::Rect;

use super::state;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::panel::{graphs, steps};

/// A graph with fewer rows says nothing.
const LEAST_GRAPH: u16 = 6;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let change = match cx.app.change() {
        None => return,
        Some(Err(why)) => return state::card(cx, "why the bill changed", &[why], body, out),
        Some(Ok(change)) => change,
    };
    if cx.app.zoomed {
        return steps::table(cx, change, body, out);
    }
    let lines = steps::lines(change);
    let [list, told] = match cx.density {
        Density::Large | Density::Medium => columns(body, [Share(62), Share(38)]),
        _ => rows(body, [Fixed(lines.min(body.height.saturating_sub(6))), Share(1)]),
    };
    let [list, time] = match list.height.saturating_sub(lines) {
        LEAST_GRAPH.. => rows(list, [Fixed(lines), Share(1)]),
        _ => [list, Rect::default()],
    };
    if !time.is_empty() {
        graphs::cost(cx, time, out);
    }
    steps::table(cx, change, list, out);
    steps::detail(cx, change, told, out);
}
