//! `?`: every key that works here, from the table that makes them work; what cannot work now is dim and says why.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::app::keys::{self, Binding};
use crate::app::{Action, Step};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, centered};
use crate::ui::panel::frame::{self, Words};
use crate::ui::part::{line, scroll};
use crate::ui::theme::Role;

/// Cells of a column: keys, and what they do.
const KEYS: usize = 10;
const COLUMN: u16 = 76;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Move,
    Go,
    Count,
    Here,
    View,
}

impl Part {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Here, "THIS SCREEN"),
        (Self::Count, "WHAT IS COUNTED"),
        (Self::Move, "MOVE"),
        (Self::Go, "GO"),
        (Self::View, "VIEW"),
    ];

    fn of(action: &Action) -> Self {
        match action {
            Action::Move(Step::Up | Step::Down | _) | Action::Side(_) | Action::Focus(_) => Self::Move,
            Action::Screen(_)
            | Action::Sibling(_)
            | Action::Palette
            | Action::Sources
            | Action::Back
            | Action::Quit => Self::Go,
            Action::Find
            | Action::Drawer
            | Action::Only
            | Action::Without
            | Action::WindowLonger
            | Action::WindowShorter
            | Action::ClearFilter
            | Action::Pause => Self::Count,
            Action::Zoom
            | Action::ThemeNext
            | Action::Themes
            | Action::Mask
            | Action::Help
            | Action::Redraw
            | Action::Suspend
            | Action::Graphs(_) => Self::View,
            _ => Self::Here,
        }
    }
}

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let lines = lines(cx);
    let two = body.width >= 2 * COLUMN + 6;
    let wanted = if two { 2 * COLUMN + 5 } else { COLUMN + 5 };
    let rows = if two { lines.len().div_ceil(2) } else { lines.len() };
    let area = centered(body, wanted, (rows as u16).saturating_add(2));
    let hints = Line::from(vec![
        cx.ink.text(Role::Key, "j k"),
        cx.ink.text(Role::Muted, " scroll  "),
        cx.ink.text(Role::Key, "Esc"),
        cx.ink.text(Role::Muted, " closes"),
    ]);
    let title = format!("keys: {}", cx.app.screen().name());
    let inner = frame::card(cx, Words::new(title).details(hints), area, out);
    let height = usize::from(inner.height);
    out.shown.help = Some((rows, height));
    let top = cx.app.help.unwrap_or(0).min(rows.saturating_sub(height));
    for at in 0..height.min(rows - top) {
        let row = layout::row(inner, at as u16);
        if two {
            let [left, right] = layout::columns(row, [layout::Length::Share(1), layout::Length::Share(1)]);
            out.left(cx.ink, lines[top + at].clone(), Rect { width: left.width.saturating_sub(1), ..left });
            if let Some(second) = lines.get(top + at + rows) {
                out.left(cx.ink, second.clone(), right);
            }
        } else {
            out.left(cx.ink, lines[top + at].clone(), row);
        }
    }
    let bar = Rect { x: area.right().saturating_sub(1), width: 1, y: inner.y, height: inner.height };
    scroll::bar(cx.ink, top, height, rows, bar, out.buf);
}

fn lines(cx: Cx) -> Vec<Line<'static>> {
    let all = keys::listed(cx.app);
    let mut lines = Vec::new();
    for (part, title) in Part::ALL {
        let mut here = all.iter().filter(|(binding, _)| Part::of(&binding.action) == part).peekable();
        if here.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(cx.ink.text(Role::Title, title)));
        // Keys that do the same stand on one line.
        while let Some((binding, refused)) = here.next() {
            let mut keys = binding.keys_text();
            while let Some((same, _)) = here.next_if(|(next, _)| next.help == binding.help) {
                keys.push(' ');
                keys.push_str(&same.keys_text());
            }
            lines.extend(entry(cx, &keys, binding, *refused));
        }
    }
    lines
}

/// A key and what it does, in as many lines as that needs.
fn entry(cx: Cx, keys: &str, binding: &Binding, refused: Option<&'static str>) -> Vec<Line<'static>> {
    let keys = cx.keys(keys);
    let blank = KEYS.saturating_sub(line::width(&keys)).max(1);
    let dim = |style: ratatui::style::Style| if refused.is_some() { style.add_modifier(Modifier::DIM) } else { style };
    let start = 2 + line::width(&keys) + blank;
    let words = line::wrap(binding.help, usize::from(COLUMN).saturating_sub(start + 1));
    let style = dim(cx.ink.style(if refused.is_some() { Role::Muted } else { Role::Text }));
    let mut lines: Vec<Line> = words
        .into_iter()
        .map(|words| Line::from(vec![Span::raw(" ".repeat(start)), Span::styled(words, style)]))
        .collect();
    if let Some(first) = lines.first_mut() {
        let key = Span::styled(keys, dim(cx.ink.style(if refused.is_some() { Role::Muted } else { Role::Key })));
        first.spans.splice(..1, [Span::raw("  "), key, Span::raw(" ".repeat(blank))]);
    }
    lines
}
