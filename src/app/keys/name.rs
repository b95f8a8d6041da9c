//! What the configuration calls a line of the table: the same word wherever the same thing is done, so that a letter
//! means the same on every screen after it was rebound, too.

use std::borrow::Cow;

use super::{Binding, When};
use crate::app::{Action, Edit, Judgement, Side, Step, Turn, Written};

/// Stable: people write it under `[keys]`. What a prompt does has names of its own, or a list's `down = "j"` would take
/// the arrow from the palette.
pub fn of(binding: &Binding) -> Cow<'static, str> {
    let known = if When::PROMPTS.covers(binding.when) { in_a_prompt(&binding.action) } else { on_a_screen(binding) };
    known.map_or_else(|| kebab(binding.hint), Cow::Borrowed)
}

fn in_a_prompt(action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::Accept => "prompt-accept",
        Action::Back => "prompt-close",
        Action::Complete => "prompt-complete",
        Action::Move(Step::Up) => "prompt-up",
        Action::Move(_) => "prompt-down",
        Action::Edit(Edit::Left) => "prompt-left",
        Action::Edit(Edit::Right) => "prompt-right",
        Action::Edit(Edit::WordLeft) => "prompt-word-left",
        Action::Edit(Edit::WordRight) => "prompt-word-right",
        Action::Edit(Edit::Start) => "prompt-start",
        Action::Edit(Edit::End) => "prompt-end",
        Action::Edit(Edit::Backspace) => "prompt-backspace",
        Action::Edit(Edit::Delete) => "prompt-delete",
        Action::Edit(Edit::DeleteWord) => "prompt-delete-word",
        Action::Edit(Edit::DeleteToStart) => "prompt-clear",
        Action::Edit(Edit::DeleteToEnd) => "prompt-cut",
        Action::SaveFilter => "save-filter",
        _ => return None,
    })
}

/// What is not here is called as its hint.
fn on_a_screen(binding: &Binding) -> Option<&'static str> {
    Some(match &binding.action {
        // The terminal's own way out goes through prompts too, where a letter is typed.
        Action::Quit if binding.when == When::ANYWHERE => "interrupt",
        Action::Move(step) => match step {
            Step::Up => "up",
            Step::Down => "down",
            Step::HalfUp => "half-page-up",
            Step::HalfDown => "half-page-down",
            Step::PageUp => "page-up",
            Step::PageDown => "page-down",
            Step::First => "first",
            Step::Last => "last",
        },
        Action::Side(Side::Left) => "left",
        Action::Side(Side::Right) => "right",
        Action::Focus(Turn::Next) => "next-pane",
        Action::Focus(Turn::Previous) => "previous-pane",
        Action::Sibling(Turn::Next) => "next",
        Action::Sibling(Turn::Previous) => "previous",
        Action::Match(Turn::Next) => "next-match",
        Action::Match(Turn::Previous) => "previous-match",
        Action::Failed(Turn::Next) => "next-check",
        Action::Failed(Turn::Previous) => "previous-check",
        Action::Judge(Judgement::Accept) => "accept",
        Action::Judge(Judgement::Dismiss) => "dismiss",
        Action::Judge(Judgement::Snooze(_)) => "snooze",
        Action::Palette => "palette",
        Action::Find if binding.when == When::CALL => "search",
        Action::Find => "filter",
        Action::Drawer => "drawer",
        Action::HelpForm => "help-in-full",
        Action::Check => "check",
        Action::Columns => "columns",
        Action::ResetColumns => "automatic-columns",
        Action::Shift(Turn::Next) => "move-column-on",
        Action::Shift(Turn::Previous) => "move-column-back",
        Action::InSession(Turn::Next) => "next-in-session",
        Action::InSession(Turn::Previous) => "previous-in-session",
        Action::GroupNext => "group-by",
        Action::Only => "only",
        Action::Without => "without",
        Action::WindowLonger => "longer-window",
        Action::WindowShorter => "shorter-window",
        Action::Against => "against",
        Action::ThemeNext => "next-theme",
        Action::CopyRecord => "copy-record",
        Action::Export(Written::Csv) => "export",
        Action::Export(Written::Ndjson) => "export-json",
        _ => return None,
    })
}

fn kebab(hint: &str) -> Cow<'static, str> {
    hint.to_lowercase().replace(' ', "-").into()
}
