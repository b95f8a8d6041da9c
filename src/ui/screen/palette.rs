//! `:`: every action, screen, window, grouping and theme by name, with the key that is the shorter way; and below the
//! filter's line, ways to go on with the word that is typed.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{Action, PaletteItem, Prompt};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, Length};
use crate::ui::panel::frame::{self, Words};
use crate::ui::panel::input;
use crate::ui::part::{line, scroll};
use crate::ui::theme::Role;

const TITLE: usize = 24;

/// The width of the card while a theme is chosen.
const THEMES: u16 = 54;

pub fn draw(cx: Cx, prompt: &Prompt, body: Rect, out: &mut Canvas) {
    let height = (prompt.items.len() as u16).clamp(8, (body.height * 2 / 3).max(8)) + 5;
    let area = layout::centered(body, (body.width * 3 / 4).clamp(60, 92), height);
    // It stays where it is while the list gets shorter.
    let area = Rect { y: body.y + (body.height - area.height).min(3), ..area };
    // Themes are seen on the screen beside.
    let themes = !prompt.items.is_empty() && prompt.items.iter().all(|item| matches!(item.action, Action::Theme(_)));
    let area = if themes { Rect { x: body.right().saturating_sub(THEMES + 2), width: THEMES, ..area } } else { area };
    let hints = Line::from(vec![cx.ink.text(Role::Key, "Esc"), cx.ink.text(Role::Muted, " closes")]);
    let found = format!("{} found", prompt.items.len());
    let inner = frame::card(cx, Words::new("command").details(hints).foot(found), area, out);
    let [typed, rule, list] = layout::rows(inner, [Length::Fixed(1), Length::Fixed(1), Length::Share(1)]);
    let width = out.left(cx.ink, cx.ink.text(Role::Key, "> "), typed);
    input::draw(cx, prompt, Rect { x: typed.x + width, width: typed.width.saturating_sub(width), ..typed }, out);
    let dashes = cx.ink.glyphs.border.horizontal.repeat(usize::from(rule.width));
    out.left(cx.ink, cx.ink.text(Role::Faint, dashes), rule);
    let rows = usize::from(list.height);
    let top = scroll::top(prompt.chosen.saturating_sub(rows / 2), Some(prompt.chosen), prompt.items.len(), rows);
    for (at, item) in prompt.items.iter().enumerate().skip(top).take(rows) {
        let row = layout::row(list, (at - top) as u16);
        item_row(cx, item, at == prompt.chosen, row, out);
        out.click(row, Action::Pick(at));
    }
    let bar = Rect { x: area.right().saturating_sub(1), width: 1, y: list.y, height: list.height };
    scroll::bar(cx.ink, top, rows, prompt.items.len(), bar, out.buf);
    if prompt.items.is_empty() {
        out.left(cx.ink, cx.ink.text(Role::Muted, "nothing is called so"), list);
    }
}

fn item_row(cx: Cx, item: &PaletteItem, chosen: bool, row: Rect, out: &mut Canvas) {
    let title = cx.open(&item.title).into_owned();
    let blank = TITLE.saturating_sub(line::width(&title)).max(2);
    let mark = if chosen { cx.ink.glyphs.pointer } else { " " };
    let keys = cx.ink.text(Role::Key, cx.keys(&item.keys));
    let taken = out.right(cx.ink, keys, row);
    let mut words = vec![cx.ink.text(Role::Key, mark), cx.ink.text(Role::Text, title), " ".repeat(blank).into()];
    if let Action::Theme(name) = &item.action
        && let Some((mode, colours)) = cx.swatches.and_then(|all| all.of_theme(name, cx.ink.glyphs.swatch))
    {
        words.push(cx.ink.text(Role::Muted, format!("{mode:<6}")));
        let before = line::line_width(&Line::from(words.clone())) as u16;
        out.left(cx.ink, words, row);
        if chosen {
            cx.ink.select(Rect { width: before.min(row.width), ..row }, out.buf);
        }
        // After the selection, which must not take the colours away.
        let after = Rect { x: row.x + before.min(row.width), width: row.width.saturating_sub(before), ..row };
        out.left(cx.ink, colours, after);
        return;
    }
    words.push(cx.ink.text(Role::Muted, cx.open(&item.detail).into_owned()));
    out.left(cx.ink, words, Rect { width: row.width.saturating_sub(taken + 1), ..row });
    if chosen {
        cx.ink.select(row, out.buf);
    }
}

/// Below the line where a filter is typed: what can follow, the chosen one first in reach of `Tab`.
pub fn completions(cx: Cx, prompt: &Prompt, scope: Rect, body: Rect, out: &mut Canvas) {
    if prompt.completions.is_empty() || body.height < 4 {
        return whole_error(cx, prompt, scope, body, out);
    }
    let widest = prompt.completions.iter().map(|word| line::width(word)).max().unwrap_or(0) as u16;
    let before: String = prompt.text().chars().take(prompt.input.cursor()).collect();
    let width = (widest + 4).clamp(16, 44).min(body.width);
    let x = (scope.x + 3 + line::width(&before) as u16).min(body.right() - width);
    let height = (prompt.completions.len() as u16 + 2).min(body.height);
    let area = Rect { x, y: body.y, width, height };
    let hint = Line::from(vec![cx.ink.text(Role::Key, "Tab")]);
    let inner = frame::card(cx, Words::new("").details(hint), area, out);
    for (at, word) in prompt.completions.iter().take(usize::from(inner.height)).enumerate() {
        let row = layout::row(inner, at as u16);
        let private = cx.app.masked && ["user", "session", "id"].iter().any(|key| before.contains(key));
        let word = if private { cx.private("") } else { cx.open(word).into_owned() };
        out.left(cx.ink, cx.ink.text(Role::Text, word), row);
        out.click(row, Action::Pick(at));
        if at == prompt.chosen {
            cx.ink.select(row, out.buf);
        }
    }
}

/// Why the filter cannot be read, where its own line has no room for all of it.
fn whole_error(cx: Cx, prompt: &Prompt, scope: Rect, body: Rect, out: &mut Canvas) {
    let Some(error) = prompt.error.as_ref().map(ToString::to_string) else { return };
    if line::width(&error) < usize::from(scope.width / 2) || body.height < 4 {
        return;
    }
    let width = body.width.min(76);
    let lines = wrapped(&error, usize::from(width.saturating_sub(4)));
    let height = (lines.len() as u16 + 2).min(body.height);
    let inner = frame::card(cx, Words::new("the filter"), Rect { height, width, ..body }, out);
    for (at, words) in lines.into_iter().enumerate().take(usize::from(inner.height)) {
        out.left(cx.ink, cx.ink.text(Role::Bad, words), layout::row(inner, at as u16));
    }
}

/// Words in lines of so many cells.
fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, |line| line::width(line));
        match lines.last_mut() {
            Some(line) if last == 0 => line.push_str(word),
            Some(line) if last + 1 + line::width(word) <= cells => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
