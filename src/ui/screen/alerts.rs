//! What should I do? What the rules find, all about the one under the cursor, and the calls that show it.

use ratatui::layout::Rect;

use crate::app::Pane;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{columns, rows};
use crate::ui::panel::{evidence, findings};

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let focus = cx.app.focus();
    if cx.app.len(Pane::Findings) == 0 {
        return findings::none(cx, body, out);
    }
    if cx.app.zoomed {
        return match focus {
            Pane::Finding => findings::detail(cx, body, out),
            Pane::Evidence => evidence::draw(cx, body, out),
            _ => findings::table(cx, body, out),
        };
    }
    let [left, right] =
        if cx.is_large() { columns(body, [Share(60), Share(40)]) } else { columns(body, [Share(1), Fixed(0)]) };
    // Head and lines, and a blank between the list and the frame under it.
    let lines = (cx.app.len(Pane::Findings) as u16).saturating_add(2);
    let most = (left.height * 2 / 5).max(4);
    let [list, detail] = rows(left, [Fixed(lines.clamp(3, most)), Share(1)]);
    let [list, _] = rows(list, [Share(1), Fixed(u16::from(lines <= most))]);
    findings::table(cx, list, out);
    if cx.is_large() {
        findings::detail(cx, detail, out);
        evidence::draw(cx, right, out);
    } else if focus == Pane::Evidence {
        // It takes the place of what its finding says.
        evidence::draw(cx, detail, out);
    } else {
        findings::detail(cx, detail, out);
    }
}
