//! Line 3: the keys of what has the focus, the most useful first, as many as fit. A message takes their place, and a
//! search in a call is typed here.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::app::keys;
use crate::app::{Action, Pane, Prompt, PromptKind, ToastKind};
use crate::query::bounds::MOMENTS;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::panel::input;
use crate::ui::part::line;
use crate::ui::theme::Role;

pub fn draw(cx: Cx, row: Rect, out: &mut Canvas) {
    let row = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    if let Some(prompt) = cx.app.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Search) {
        let key = out.left(cx.ink, cx.ink.text(Role::Key, "find "), row);
        let hits = cx.app.search.as_ref().map_or(0, |search| search.hits.len());
        let found = match hits {
            _ if cx.app.search.as_ref().is_some_and(|search| search.looking) => "looking …".to_owned(),
            1 => "1 match".to_owned(),
            hits => format!("{} matches", numbers::grouped(hits as u64)),
        };
        let found = cx.ink.text(Role::Muted, found);
        let taken = out.right(cx.ink, found, row);
        let place = Rect { x: row.x + key, width: row.width.saturating_sub(key + taken + 2), ..row };
        return input::draw(cx, prompt, place, out);
    }
    if let Some(prompt) = cx.app.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Time) {
        return time(cx, prompt, row, out);
    }
    if let Some(toast) = &cx.app.toast {
        let (mark, role) = match toast.kind {
            ToastKind::Done => (cx.ink.glyphs.ok, Role::Good),
            ToastKind::Refused => (cx.ink.glyphs.medium, Role::Warn),
            ToastKind::Failed => (cx.ink.glyphs.failed, Role::Bad),
        };
        let words = cx.open(&toast.text).into_owned();
        out.left(cx.ink, vec![cx.ink.text(role, format!("{mark} ")), cx.ink.text(Role::Text, words)], row);
        return;
    }
    hints(cx, row, out);
}

/// `go to -2h    Nov 24 12:04:31`: the time that is typed, and what is meant or understood.
fn time(cx: Cx, prompt: &Prompt, row: Rect, out: &mut Canvas) {
    let key = out.left(cx.ink, cx.ink.text(Role::Key, "go to "), row);
    let refused = cx.app.toast.as_ref().is_some_and(|toast| toast.kind == ToastKind::Refused);
    let meant = match cx.app.typed_moment() {
        Some(at) => cx.ink.text(Role::Text, at.local().format("%a %b %-d %Y %H:%M:%S").to_string()),
        None if refused => cx.ink.text(Role::Warn, format!("expected {MOMENTS}")),
        None => cx.ink.text(Role::Muted, MOMENTS),
    };
    let taken = out.right(cx.ink, meant, Rect { x: row.x + 16, width: row.width.saturating_sub(16), ..row });
    let place = Rect { x: row.x + key, width: row.width.saturating_sub(key + taken + 2), ..row };
    input::draw(cx, prompt, place, out);
}

fn hints(cx: Cx, row: Rect, out: &mut Canvas) {
    let mut row = row;
    let all = keys::hints(cx.app);
    // `?` finds all others, so it is never the one that is left out.
    let help = all.iter().position(|line| line.binding.action == Action::Help);
    let kept = help.map_or(0, |at| hint_width(cx, &all[at]) + 2);
    for (index, hint) in all.iter().enumerate() {
        let width = hint_width(cx, hint);
        let is_help = Some(index) == help;
        let needed = width + if is_help || help.is_none_or(|at| at < index) { 0 } else { kept };
        if needed > usize::from(row.width) {
            continue;
        }
        let (key, does) = (first_key(cx, hint), does(cx, hint));
        let mut words = Line::from(cx.ink.hint(&key, &does).to_vec());
        if hint.refused.is_some() {
            words = Line::from(Span::styled(
                format!("{key} {does}"),
                cx.ink.style(Role::Muted).add_modifier(Modifier::DIM),
            ));
        }
        let taken = out.left(cx.ink, words, row);
        out.click(Rect { width: taken, ..row }, hint.binding.action.clone());
        let taken = (taken + 2).min(row.width);
        row = Rect { x: row.x + taken, width: row.width - taken, ..row };
    }
}

fn first_key(cx: Cx, hint: &keys::Line) -> String {
    cx.keys(&hint.keys.first().map(ToString::to_string).unwrap_or_default())
}

fn hint_width(cx: Cx, hint: &keys::Line) -> usize {
    line::width(&first_key(cx, hint)) + 1 + line::width(&does(cx, hint))
}

/// What a key does, in a word or two; sorting says by what, so that moving to a column is seen to matter.
fn does(cx: Cx, hint: &keys::Line) -> Cow<'static, str> {
    let cursor = cx.app.place().cursor(cx.app.focus());
    match hint.binding.action {
        Action::Sort if hint.refused.is_none() && cursor.sort.by == cursor.column => Cow::Borrowed("turn order round"),
        Action::Sort if hint.refused.is_none() => format!("sort by {}", cursor.column.title().to_lowercase()).into(),
        Action::GroupNext if cx.app.focus() == Pane::Heat => Cow::Borrowed("measure"),
        _ => Cow::Borrowed(hint.binding.hint),
    }
}
