//! What is different about these calls? One row a field, the most different first, and the field under the cursor in
//! full.

use ratatui::layout::Rect;

use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::panel::fields;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let Some(differ) = cx.app.differ() else { return };
    if cx.app.zoomed || differ.fields.is_empty() {
        return fields::table(cx, differ, body, out);
    }
    let [list, told] = match cx.density {
        Density::Large => columns(body, [Share(60), Share(40)]),
        Density::Medium => columns(body, [Share(64), Share(36)]),
        _ if cx.is_tall(body) => rows(body, [Share(3), Share(2)]),
        _ => rows(body, [Share(1), Fixed(8)]),
    };
    fields::table(cx, differ, list, out);
    fields::detail(cx, differ, told, out);
}
