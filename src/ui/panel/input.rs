//! A line of text that is being typed, with its cursor.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::app::Prompt;
use crate::model::clean;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// Draws the text so that its cursor is seen, however long it is.
pub fn draw(cx: Cx, prompt: &Prompt, row: Rect, out: &mut Canvas) {
    if row.width < 2 {
        return;
    }
    let letters: Vec<char> = prompt.text().chars().collect();
    let at = prompt.input.cursor().min(letters.len());
    let text = |part: &[char]| clean::line(&part.iter().collect::<String>()).into_owned();
    let mut first = 0;
    while first < at && line::width(&text(&letters[first..at])) + 1 > usize::from(row.width) {
        first += 1;
    }
    let under = letters.get(at).map_or_else(|| " ".to_owned(), |letter| text(&[*letter]));
    let spans = vec![
        cx.ink.text(Role::Strong, text(&letters[first..at])),
        Span::styled(under, cx.ink.style(Role::Strong).add_modifier(Modifier::REVERSED)),
        cx.ink.text(Role::Strong, text(letters.get(at + 1..).unwrap_or_default())),
    ];
    out.left(cx.ink, Line::from(spans), row);
}
