//! Where a window on something long stands: which part is seen, and the bar that says so.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::ink::Ink;
use crate::ui::theme::Role;

/// The first row to show so that `selected` is seen, moved as little as possible from `top`; never past the end.
pub fn top(top: usize, selected: Option<usize>, rows: usize, height: usize) -> usize {
    let last = rows.saturating_sub(height);
    let Some(selected) = selected.filter(|_| rows > 0 && height > 0) else { return top.min(last) };
    let selected = selected.min(rows - 1);
    top.clamp((selected + 1).saturating_sub(height), selected).min(last)
}

/// `▲┃│▼` in a column of its own; nothing where all is seen. `start` and `seen` are parts of `whole`, in rows or bytes
/// or whatever is long.
pub fn bar(ink: Ink, start: usize, seen: usize, whole: usize, column: Rect, buf: &mut Buffer) {
    let column = Rect { width: 1, ..column }.intersection(buf.area);
    if seen >= whole || column.is_empty() {
        return;
    }
    let height = usize::from(column.height);
    let ends = height >= 4;
    let track = if ends { height - 2 } else { height };
    // At least one cell; and only at the very ends does it touch them.
    let thumb = (track * seen / whole).clamp(1, track);
    let hidden = whole - seen;
    let free = track - thumb;
    let offset = match start.min(hidden) {
        0 => 0,
        start if start == hidden => free,
        start => (free * start / hidden).clamp(usize::from(free > 1), free.saturating_sub(usize::from(free > 1))),
    };
    for row in 0..height {
        let (glyph, role) = match row {
            0 if ends => (ink.glyphs.up, Role::Muted),
            _ if ends && row == height - 1 => (ink.glyphs.down, Role::Muted),
            _ => {
                let place = row - usize::from(ends);
                if (offset..offset + thumb).contains(&place) {
                    (ink.glyphs.thumb, Role::Text)
                } else {
                    (ink.glyphs.track, Role::Faint)
                }
            }
        };
        buf[(column.x, column.y + row as u16)].set_symbol(glyph).set_style(ink.style(role));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::part::testing::text;

    #[test]
    fn the_selected_row_is_always_seen() {
        assert_eq!(top(0, Some(3), 100, 10), 0);
        assert_eq!(top(0, Some(10), 100, 10), 1);
        assert_eq!(top(50, Some(49), 100, 10), 49);
        assert_eq!(top(95, None, 100, 10), 90);
        assert_eq!(top(5, Some(500), 8, 10), 0);
        assert_eq!(top(5, Some(2), 0, 10), 0);
        assert_eq!(top(5, Some(2), 9, 0), 5);
    }

    #[test]
    fn the_thumb_touches_an_end_only_at_the_end() {
        let column = |start, seen, whole, height| {
            text(1, height, |ink, area, buf| bar(ink, start, seen, whole, area, buf)).replace('\n', "")
        };
        assert_eq!(column(0, 10, 100, 7), "▲┃││││▼");
        assert_eq!(column(1, 10, 100, 7), "▲│┃│││▼");
        assert_eq!(column(89, 10, 100, 7), "▲│││┃│▼");
        assert_eq!(column(90, 10, 100, 7), "▲││││┃▼");
        assert_eq!(column(0, 10, 20, 3), "┃││");
        assert_eq!(column(0, 10, 10, 7).trim(), "");
    }
}
