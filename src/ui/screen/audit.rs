//! Do the books agree? The pairs, what was asked of them, and one call that fails as both books tell it.

use ratatui::layout::Rect;

use crate::app::Pane;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{columns, rows};
use crate::ui::panel::{books, compare};

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    if cx.app.zoomed {
        return match cx.app.focus() {
            Pane::Pairs => books::pairs(cx, body, out),
            Pane::Cases => books::cases(cx, body, out),
            _ => books::checks(cx, body, out),
        };
    }
    let [left, right] =
        if cx.is_large() { columns(body, [Share(60), Share(40)]) } else { columns(body, [Share(1), Fixed(0)]) };
    // Head and lines, and a blank between the list and the frame under it.
    let lines = (cx.app.len(Pane::Checks) as u16).saturating_add(2);
    let pairs = books::pairs_height(cx, left.height);
    let least = if cx.is_small() { 8 } else { 10 };
    let most = left.height.saturating_sub(pairs + least).max(4);
    let [top, middle, bottom] = rows(left, [Fixed(pairs), Fixed(lines.clamp(4, most)), Share(1)]);
    books::pairs(cx, top, out);
    let [list, _] = rows(middle, [Share(1), Fixed(u16::from(lines <= most))]);
    books::checks(cx, list, out);
    if cx.is_large() {
        compare::draw(cx, bottom, out);
        books::cases(cx, right, out);
    } else if cx.app.focus() == Pane::Cases {
        // It takes the place of what is compared, which its cursor chooses.
        books::cases(cx, bottom, out);
    } else {
        compare::draw(cx, bottom, out);
    }
}
