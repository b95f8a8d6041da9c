//! The frame of a pane, and whether it has the keys.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::brush;
use crate::app::Pane;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::pane;

/// What a pane's border says.
#[derive(Debug, Clone, Default)]
pub struct Words<'w> {
    pub title: Line<'w>,
    pub details: Line<'w>,
    pub foot: Line<'w>,
}

impl<'w> Words<'w> {
    pub fn new(title: impl Into<Line<'w>>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    #[must_use]
    pub fn details(self, details: impl Into<Line<'w>>) -> Self {
        Self { details: details.into(), ..self }
    }

    #[must_use]
    pub fn foot(self, foot: impl Into<Line<'w>>) -> Self {
        Self { foot: foot.into(), ..self }
    }
}

/// What has a style of its own is not dimmed by that of the border's words.
fn vivid(words: Line) -> Line {
    let spans = words.spans.into_iter().map(|span| {
        let own = span.style.fg.is_some() && !span.style.add_modifier.contains(Modifier::DIM);
        if own { Span { style: span.style.remove_modifier(Modifier::DIM), ..span } } else { span }
    });
    Line { spans: spans.collect(), ..words }
}

/// Draws a card that lies over the screen and returns the area inside it, with a margin.
pub fn card(cx: Cx, words: Words, area: Rect, out: &mut Canvas) -> Rect {
    let screen = out.buf.area;
    // A cell or two of what lies below, left and right of a card, would look torn.
    let is_narrow = |cells: u16| cells < 4;
    let beside = is_narrow(area.x - screen.x) && is_narrow(screen.right().saturating_sub(area.right()));
    let covered = if beside { Rect { x: screen.x, width: screen.width, ..area } } else { area };
    cx.ink.theme.paint(covered, out.buf);
    out.cover(covered);
    let card = pane::Pane::new(words.title).details(vivid(words.details)).foot(words.foot).focused(true);
    pane::padded(card.draw(cx.ink, area, out.buf))
}

/// Draws a frame and returns the area inside it, without a margin. A pane that cannot be focused is `None`.
pub fn draw(cx: Cx, pane: Option<Pane>, words: Words, area: Rect, out: &mut Canvas) -> Rect {
    let focused = pane.is_some_and(|pane| cx.has_focus(pane));
    let words = match pane {
        Some(pane) => brush::over(cx, pane, words, area.width),
        None => words,
    };
    pane::Pane::new(words.title)
        .details(vivid(words.details))
        .foot(words.foot)
        .focused(focused)
        .draw(cx.ink, area, out.buf)
}
