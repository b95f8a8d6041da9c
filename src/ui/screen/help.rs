//! `?`: every key that works here, from the map that makes them work, and what the configuration calls each; what cannot
//! work now is dim and says why.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::keys::{self, When};
use crate::app::{Action, Step};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, centered};
use crate::ui::panel::frame::{self, Words};
use crate::ui::part::{line, scroll};
use crate::ui::theme::Role;

/// Cells of a key or several, the widest column that is still read in one look, and the narrowest of two.
const KEYS: usize = 10;
const COLUMN: u16 = 76;
const NARROW: u16 = 52;
/// The same for a word or two; and the blanks between columns.
const SHORT: usize = 8;
const BRIEF: u16 = 24;
const GAP: u16 = 1;

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
    let room = body.width.saturating_sub(4);
    let rows_of = |columns: &[Vec<Line>]| columns.iter().map(Vec::len).max().unwrap_or(0);
    let fits = |columns: &[Vec<Line>]| rows_of(columns) <= usize::from(body.height.saturating_sub(2));
    let (full, few) = (in_full(cx, room), few_words(cx, room, body.height));
    // All keys at a look go before all that they do.
    let brief = (cx.is_small() || !fits(&full.1) && fits(&few.1)) != cx.app.help_turned;
    let (column, columns) = if brief { few } else { full };
    let rows = rows_of(&columns);
    let wanted = (column + GAP) * columns.len() as u16 + 4 - GAP;
    let area = centered(body, wanted, (rows as u16).saturating_add(2));
    let height = usize::from(area.height.saturating_sub(2));
    let top = cx.app.help.unwrap_or(0).min(rows.saturating_sub(height));
    let words = Words::new(format!("keys: {}", cx.app.screen().name()));
    let words = words.details(hints(cx, brief, rows > height)).foot(foot(cx, brief, rows - top, height));
    let inner = frame::card(cx, words, area, out);
    out.shown.help = Some((rows, height));
    for (nth, lines) in columns.into_iter().enumerate() {
        let x = inner.x + nth as u16 * (column + GAP);
        let place = Rect { x, width: column.min(inner.right().saturating_sub(x)), ..inner };
        for (at, words) in lines.into_iter().skip(top).take(height).enumerate() {
            out.left(cx.ink, words, layout::row(place, at as u16));
        }
    }
    let bar = Rect { x: area.right().saturating_sub(1), width: 1, y: inner.y, height: inner.height };
    scroll::bar(cx.ink, top, height, rows, bar, out.buf);
}

/// All that each key does, in two columns where there is room.
fn in_full(cx: Cx, room: u16) -> (u16, Vec<Vec<Line<'static>>>) {
    let half_of_it = room.saturating_sub(GAP) / 2;
    let two = half_of_it >= NARROW;
    let column = if two { half_of_it.min(COLUMN) } else { room.min(COLUMN) };
    let mut parts = parts(cx, |keys, line| entry(cx, keys, line, usize::from(column)));
    let right = if two { parts.split_off(half(&parts)) } else { Vec::new() };
    let columns = [parts, right].into_iter().filter(|parts| !parts.is_empty());
    (column, columns.map(|parts| parts.join(&Line::default())).collect())
}

/// A word or two for each, so that all are seen at once: as many columns as there is room for, one after the other.
fn few_words(cx: Cx, room: u16, height: u16) -> (u16, Vec<Vec<Line<'static>>>) {
    let most = ((room + GAP) / (BRIEF + GAP)).max(1);
    let column = if most == 1 { room } else { BRIEF };
    let parts = parts(cx, |keys, line| vec![word(cx, keys, line)]);
    let all = parts.join(&Line::default());
    // No more columns than needed, and these as long as each other.
    let fits = usize::from(height.saturating_sub(2)).max(1);
    let count = all.len().div_ceil(fits).clamp(1, usize::from(most));
    let rows = all.len().div_ceil(count);
    let mut columns: Vec<Vec<Line>> = vec![Vec::new()];
    for line in all {
        let is_full = columns.last().is_some_and(|column| column.len() >= rows) && columns.len() < count;
        if is_full {
            columns.push(Vec::new());
        }
        // No column begins with a blank.
        if let Some(column) = columns.last_mut().filter(|column| !(column.is_empty() && line.spans.is_empty())) {
            column.push(line);
        }
    }
    (column, columns)
}

/// What the list itself can be done with.
fn hints(cx: Cx, brief: bool, scrolls: bool) -> Line<'static> {
    let here = |name| cx.key_in(When::HELP, name);
    let scroll = [here("down"), here("up")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let form = if brief { "in full" } else { "in short" };
    let all = [
        (Some(scroll).filter(|_| scrolls), "scroll"),
        (here("help-in-full"), form),
        (here("palette"), "find"),
        (here("back"), "closes"),
    ];
    let mut spans = Vec::new();
    for (key, does) in all {
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            spans.extend(cx.ink.hint(&key, does));
            spans.push(Span::raw("  "));
        }
    }
    spans.pop();
    Line::from(spans)
}

/// How much there is below, and what the names at the right are for.
fn foot(cx: Cx, brief: bool, left: usize, height: usize) -> Line<'static> {
    let more = left.saturating_sub(height);
    let mut words = Vec::new();
    if more > 0 {
        words.push(format!("{} {more} more", cx.ink.glyphs.sort_down));
    }
    if !brief {
        words.push("names are for [keys] in callscope.toml".to_owned());
    }
    Line::from(cx.ink.text(Role::Muted, words.join("   ")))
}

/// Where two columns are as long as each other, or nearly: a part is never broken.
fn half(parts: &[Vec<Line>]) -> usize {
    let len = |parts: &[Vec<Line>]| parts.iter().map(|part| part.len() + 1).sum::<usize>();
    (0..=parts.len()).min_by_key(|at| len(&parts[..*at]).max(len(&parts[*at..]))).unwrap_or(0)
}

/// The keys by what they are for, each part with its heading.
fn parts(cx: Cx, write: impl Fn(&str, &keys::Line) -> Vec<Line<'static>>) -> Vec<Vec<Line<'static>>> {
    let all = keys::listed(cx.app);
    let mut parts = Vec::new();
    for (part, title) in Part::ALL {
        let mut here = all.iter().filter(|line| Part::of(&line.binding.action) == part).peekable();
        if here.peek().is_none() {
            continue;
        }
        let mut lines = vec![Line::from(cx.ink.text(Role::Title, title))];
        // Keys that do the same stand on one line.
        while let Some(first) = here.next() {
            let mut keys = first.keys_text();
            while let Some(same) = here.next_if(|next| next.binding.help == first.binding.help) {
                if same.keys != first.keys {
                    keys.push(' ');
                    keys.push_str(&same.keys_text());
                }
            }
            lines.extend(write(&keys, first));
        }
        parts.push(lines);
    }
    parts
}

/// A key and a word or two. What cannot work now is dim.
fn word(cx: Cx, keys: &str, of: &keys::Line) -> Line<'static> {
    let keys = cx.keys(keys);
    let blank = " ".repeat(SHORT.saturating_sub(line::width(&keys)).max(1));
    let (key, does) = if of.refused.is_some() { (Role::Muted, Role::Muted) } else { (Role::Key, Role::Text) };
    let dim = |style: Style| if of.refused.is_some() { style.add_modifier(Modifier::DIM) } else { style };
    Line::from(vec![
        Span::styled(keys, dim(cx.ink.style(key))),
        Span::raw(blank),
        Span::styled(of.binding.hint, dim(cx.ink.style(does))),
    ])
}

/// A key and what it does, in as many lines as that needs; at the end of the last its name, where there is room.
fn entry(cx: Cx, keys: &str, of: &keys::Line, column: usize) -> Vec<Line<'static>> {
    let keys = cx.keys(keys);
    let blank = KEYS.saturating_sub(line::width(&keys)).max(1);
    let refused = of.refused.is_some();
    let dim = |style: Style| if refused { style.add_modifier(Modifier::DIM) } else { style };
    let start = 2 + line::width(&keys) + blank;
    let words = line::wrap(&cx.keyed(of.binding.help), column.saturating_sub(start + 1));
    let style = dim(cx.ink.style(if refused { Role::Muted } else { Role::Text }));
    let mut lines: Vec<Line> = words
        .into_iter()
        .map(|words| Line::from(vec![Span::raw(" ".repeat(start)), Span::styled(words, style)]))
        .collect();
    if let Some(first) = lines.first_mut() {
        let key = Span::styled(keys, dim(cx.ink.style(if refused { Role::Muted } else { Role::Key })));
        first.spans.splice(..1, [Span::raw("  "), key, Span::raw(" ".repeat(blank))]);
    }
    if let Some(last) = lines.last_mut() {
        let name = of.binding.name();
        let room = column.saturating_sub(line::line_width(last) + 1);
        if line::width(&name) + 2 <= room {
            last.spans.push(cx.ink.text(Role::Muted, format!("{name:>room$}")));
        }
    }
    lines
}
