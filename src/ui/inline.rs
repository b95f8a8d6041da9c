//! Some rows at the end of a shell instead of a screen of one's own: what is counted, how much it is, and the newest calls
//! as far as there are rows.
//!
//! ```text
//!  60m ▾  4 sources  no filter                      ● live 12:04
//!   $3.41 cost   412 calls   1.20M tok   1.5% err   p95 11.9s
//!  cost per minute ▁▂▁▃▂▅▂▁▁▂▃▂▁▇▂▁▂▁▂▃▂▁▂▁▂▃▂▁▂ peak $0.21
//!  TIME      MODEL            IN    OUT      COST
//!  12:04:11  sonnet-4.5    19.6k    811   $0.0712
//! ```

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::canvas::Canvas;
use super::chrome;
use super::cx::Cx;
use super::layout::Length::{Fixed, Share};
use super::layout::rows;
use super::numbers;
use super::panel::calls::{self, Form};
use super::panel::figures;
use super::part::graph::spark;
use super::part::line;
use super::theme::{Ramp, Role};

/// The fewest rows and the most that are asked for.
pub const LEAST: u16 = 3;
pub const MOST: u16 = 20;

pub(super) fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let [scope, told, graph, list] = rows(area, [Fixed(1), Fixed(1), Fixed(1), Share(1)]);
    head(cx, scope, out);
    figures::draw(cx, told, out);
    cost(cx, graph, out);
    // A heading alone tells nothing.
    if list.height > 1 {
        let list = Rect { x: list.x + 1, width: list.width.saturating_sub(2), ..list };
        calls::table(cx, Form::Brief, list, list, out);
    }
}

/// What is counted, and whether it is live; a message or the filter that is typed takes its place.
fn head(cx: Cx, row: Rect, out: &mut Canvas) {
    if cx.app.toast.is_some() && cx.app.prompt.is_none() {
        return chrome::footer::draw(cx, row, out);
    }
    let mut state = Line::from(chrome::tabs::state(cx));
    state.spans.push(" ".into());
    let taken = out.right(cx.ink, state, row);
    let left = Rect { width: row.width.saturating_sub(taken + 1), ..row };
    chrome::scope::draw(cx, left, out);
}

fn cost(cx: Cx, row: Rect, out: &mut Canvas) {
    let series = &cx.app.board.series;
    let row = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    let samples: Vec<Option<f64>> = series.buckets.iter().map(|bucket| Some(bucket.cost.dollars())).collect();
    // Calls without a known price have no peak, and not one of nothing.
    let known = cx.app.board.total.known_cost().is_some();
    let peak = series.buckets.iter().map(|bucket| bucket.cost).max().filter(|_| known);
    let taken = out.right(cx.ink, cx.ink.text(Role::Muted, format!("peak {}", numbers::money(peak))), row);
    let title = format!("cost per {} ", series.step_words());
    let title = line::fit(&title, usize::from(row.width / 3), cx.ink.glyphs.ellipsis).into_owned();
    let named = out.left(cx.ink, cx.ink.text(Role::Muted, title), row);
    let width = row.width.saturating_sub(named + taken + 1);
    let place = Rect { x: row.x + named, width, ..row };
    out.left(cx.ink, spark(cx.ink, &samples, &[], Ramp::Cost, None, width), place);
}
