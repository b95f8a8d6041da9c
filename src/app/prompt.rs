//! The line at the bottom that takes text: a filter, a command, or what to look for in a call.

use tui_input::{Input, InputRequest};

use super::{Action, Edit, Kind};
use crate::query::ParseError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// `/` over calls: applied while it is typed.
    Filter,
    /// `:` over everything.
    Command,
    /// `/` inside a call.
    Search,
    /// `@` over calls: a time.
    Time,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub kind: PromptKind,
    /// The text and its cursor.
    pub input: Input,
    /// Why the filter cannot be read, and at which column (from 1); until it can, the last one that could stays.
    pub error: Option<ParseError>,
    /// What `Esc` restores: the filter, the needle; for a command the theme.
    pub before: String,
    /// Ways to go on with the word at the cursor of a filter.
    pub completions: Vec<String>,
    /// What a command's text finds.
    pub items: Vec<PaletteItem>,
    /// The line chosen among `completions` or `items`.
    pub chosen: usize,
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteItem {
    pub kind: Kind,
    pub title: String,
    /// In a sentence.
    pub detail: String,
    /// The short way, if there is a key.
    pub keys: String,
    pub action: Action,
    /// Why it cannot be done now.
    pub refused: Option<String>,
    /// The letters of the title that were found, counted in characters.
    pub hits: Vec<u32>,
}

impl PaletteItem {
    pub fn new(kind: Kind, title: String, action: Action) -> Self {
        Self { kind, title, detail: String::new(), keys: String::new(), action, refused: None, hits: Vec::new() }
    }
}

impl Prompt {
    pub fn new(kind: PromptKind, text: &str, before: String) -> Self {
        Self {
            kind,
            input: Input::new(text.to_owned()),
            error: None,
            before,
            completions: Vec::new(),
            items: Vec::new(),
            chosen: 0,
        }
    }

    pub fn text(&self) -> &str {
        self.input.value()
    }

    pub fn edit(&mut self, edit: &Edit) {
        let request = match edit {
            Edit::Insert(text) => {
                for c in text.chars().filter(|c| !c.is_control()) {
                    self.input.handle(InputRequest::InsertChar(c));
                }
                return;
            }
            Edit::Backspace => InputRequest::DeletePrevChar,
            Edit::Delete => InputRequest::DeleteNextChar,
            Edit::DeleteWord => InputRequest::DeletePrevWord,
            Edit::DeleteToStart => {
                let rest: String = self.text().chars().skip(self.input.cursor()).collect();
                self.input = Input::new(rest).with_cursor(0);
                return;
            }
            Edit::DeleteToEnd => InputRequest::DeleteTillEnd,
            Edit::Left => InputRequest::GoToPrevChar,
            Edit::Right => InputRequest::GoToNextChar,
            Edit::WordLeft => InputRequest::GoToPrevWord,
            Edit::WordRight => InputRequest::GoToNextWord,
            Edit::Start => InputRequest::GoToStart,
            Edit::End => InputRequest::GoToEnd,
        };
        self.input.handle(request);
    }
}
