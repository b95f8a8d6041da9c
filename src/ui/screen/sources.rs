//! What was found, how it was read, and what was left out and why.

use ratatui::layout::Rect;

use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{columns, rows};
use crate::ui::panel::sources;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    if cx.app.zoomed {
        return sources::table(cx, body, out);
    }
    if cx.is_large() {
        let [list, told] = columns(body, [Share(55), Share(45)]);
        let [list, missed] = rows(list, [Share(1), Fixed(sources::left_out_height(cx, list.height / 2))]);
        sources::table(cx, list, out);
        sources::left_out(cx, missed, out);
        return sources::detail(cx, told, out);
    }
    let most = if body.height < 15 { 0 } else { body.height / 3 };
    let [body, missed] = rows(body, [Share(1), Fixed(sources::left_out_height(cx, most))]);
    sources::left_out(cx, missed, out);
    let lines = (cx.app.sources.len() as u16).saturating_add(3).clamp(5, (body.height / 2).max(5));
    let [list, told] = rows(body, [Fixed(lines), Share(1)]);
    sources::table(cx, list, out);
    sources::detail(cx, told, out);
}
