//! Which prompts cost? Templates learnt from the requests, and the one under the cursor in full.

use ratatui::layout::Rect;

use crate::app::Pane;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::panel::templates;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let Some(found) = cx.app.templates() else { return };
    if cx.app.zoomed {
        return match cx.app.focus() {
            Pane::Summary => templates::detail(cx, found, body, out),
            _ => templates::table(cx, found, body, out),
        };
    }
    if !found.is_any() {
        return templates::table(cx, found, body, out);
    }
    let [list, told] = match cx.density {
        Density::Large => columns(body, [Share(62), Share(38)]),
        _ if cx.is_tall(body) => rows(body, [Share(3), Share(2)]),
        Density::Medium => rows(body, [Share(1), Fixed(12)]),
        _ => rows(body, [Share(1), Fixed(9)]),
    };
    templates::table(cx, found, list, out);
    templates::detail(cx, found, told, out);
}
