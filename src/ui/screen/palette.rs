//! `:`: every action, screen, window, grouping and theme by name, with the key that is the shorter way; and below the
//! filter's line, ways to go on with the word that is typed.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::keys::When;
use crate::app::{Action, Kind, PaletteItem, Prompt, terms};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, Length};
use crate::ui::panel::frame::{self, Words};
use crate::ui::panel::input;
use crate::ui::part::{line, scroll};
use crate::ui::theme::Role;

/// Cells of a line's parts: its name, its key, and at the right end what it is.
const TITLE: usize = 25;
const KEYS: usize = 6;
const KIND: usize = 9;

/// The width of the card while a theme is chosen.
const THEMES: u16 = 54;

pub fn draw(cx: Cx, prompt: &Prompt, body: Rect, out: &mut Canvas) {
    let height = (prompt.items.len() as u16).clamp(8, (body.height * 2 / 3).max(8)) + 5;
    let area = layout::centered(body, (body.width * 3 / 4).clamp(72, 104), height);
    // It stays where it is while the list gets shorter.
    let area = Rect { y: body.y + (body.height - area.height).min(3), ..area };
    // Themes are seen on the screen beside.
    let themes = !prompt.items.is_empty() && prompt.items.iter().all(|item| matches!(item.action, Action::Theme(_)));
    let area = if themes { Rect { x: body.right().saturating_sub(THEMES + 2), width: THEMES, ..area } } else { area };
    let close = cx.key_in(When::COMMAND, "prompt-close").map(|key| cx.ink.hint(&key, "closes").to_vec());
    let found = format!("{} found", prompt.items.len());
    let found = if cx.app.is_scanning() { format!("{found}, looking through older calls …") } else { found };
    let words = Words::new("command").details(Line::from(close.unwrap_or_default())).foot(found);
    let inner = frame::card(cx, words, area, out);
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
        out.left(cx.ink, cx.ink.text(Role::Muted, "nothing is called so, and no call's id begins so"), list);
    }
}

/// `▸sort by cost       calls; again, the other way round     s  sort`. What cannot be done now is dim, and says why.
fn item_row(cx: Cx, item: &PaletteItem, chosen: bool, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    let dim = |style: Style| if item.refused.is_some() { style.add_modifier(Modifier::DIM) } else { style };
    let title = title(cx, item, dim(ink.style(if item.refused.is_some() { Role::Muted } else { Role::Text })));
    let blank = TITLE.saturating_sub(line::line_width(&title)).max(2);
    let mark = if chosen { ink.glyphs.pointer } else { " " };
    let mut words = vec![ink.text(Role::Key, mark)];
    words.extend(title.spans);
    words.push(" ".repeat(blank).into());
    if let Action::Theme(name) = &item.action
        && let Some((mode, colours)) = cx.swatches.and_then(|all| all.of_theme(name, ink.glyphs.swatch))
    {
        words.push(ink.text(Role::Muted, format!("{mode:<6}")));
        let before = line::line_width(&Line::from(words.clone())) as u16;
        out.left(ink, words, row);
        if chosen {
            ink.select(Rect { width: before.min(row.width), ..row }, out.buf);
        }
        // After the selection, which must not take the colours away.
        let after = Rect { x: row.x + before.min(row.width), width: row.width.saturating_sub(before), ..row };
        out.left(ink, colours, after);
        return;
    }
    let keys = cx.keys(&item.keys);
    let right = vec![
        Span::styled(format!("{keys:>KEYS$}"), dim(ink.style(Role::Key))),
        Span::styled(format!("{:>width$}", item.kind.word(), width = KIND + 1), dim(ink.style(Role::Muted))),
    ];
    let taken = out.right(ink, right, row);
    let detail = match (&item.refused, item.kind) {
        (Some(why), _) => cx.keys(why),
        // A filter may name persons.
        (None, Kind::Filter) => terms(&item.detail).iter().map(|term| cx.term(term)).collect::<Vec<_>>().join(" "),
        (None, _) => cx.open(&item.detail).into_owned(),
    };
    words.push(Span::styled(detail, dim(ink.style(Role::Muted))));
    out.left(ink, words, Rect { width: row.width.saturating_sub(taken + 1), ..row });
    if chosen {
        ink.select(row, out.buf);
    }
}

/// The name, with the letters that were found.
fn title(cx: Cx, item: &PaletteItem, style: Style) -> Line<'static> {
    let clean = cx.open(&item.title);
    let most = usize::from(item.kind == Kind::Call) * 12 + TITLE;
    let shown = line::fit_middle(&clean, most, cx.ink.glyphs.ellipsis);
    // Where the text was changed the letters are no longer where they were.
    if item.hits.is_empty() || shown != item.title {
        return Line::from(Span::styled(shown.into_owned(), style));
    }
    // The style of matches in a text would be a row of blocks here.
    let found = style.patch(cx.ink.style(Role::Key)).add_modifier(Modifier::UNDERLINED);
    let letters = shown.chars().enumerate().map(|(at, letter)| {
        Span::styled(letter.to_string(), if item.hits.contains(&(at as u32)) { found } else { style })
    });
    Line::from(letters.collect::<Vec<_>>())
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
    let tab = cx.key_in(When::FILTER, "prompt-complete");
    let hint = Line::from(tab.map_or_else(Vec::new, |key| vec![cx.ink.text(Role::Key, key)]));
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
