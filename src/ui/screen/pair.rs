//! What is different between these two calls?

use ratatui::layout::Rect;

use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::panel::pair;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    pair::draw(cx, body, out);
}
