//! Filters that have a name: those of the configuration, and those that were saved here.

use super::{App, Effect, ToastKind};
use crate::query::saved::expand;

/// A filter and its name, which stands for it as `@name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    pub text: String,
    /// The configuration says so, and only there it can be changed.
    pub is_configured: bool,
}

/// A name as it can follow `@`: other letters become dashes.
pub fn as_name(text: &str) -> String {
    let fine = |c: char| if crate::query::saved::is_of_a_name(c) { c } else { '-' };
    text.trim().trim_start_matches('@').chars().map(fine).collect()
}

impl App {
    /// A filter with its names written out.
    pub(super) fn written_out(&self, text: &str) -> String {
        expand(text, |name| self.saved.iter().find(|saved| saved.name == name).map(|saved| saved.text.as_str()))
    }

    /// Puts a saved filter in force, instead of the one that is.
    pub(super) fn apply_filter(&mut self, name: &str) {
        if let Some(text) = self.saved.iter().find(|saved| saved.name == name).map(|saved| saved.text.clone()) {
            self.try_filter(&text);
        }
    }

    /// Gives the filter a name and keeps it.
    pub(super) fn keep_filter(&mut self, name: &str) {
        if self.filter.is_empty() {
            return self.refuse("there is no filter to save");
        }
        if name.is_empty() {
            return self.open_palette(super::palette::SAVE);
        }
        let known = self.saved.iter().find(|saved| saved.name == name);
        if known.is_some_and(|saved| saved.is_configured) {
            return self.refuse(format!("the configuration has a filter @{name}: choose another name"));
        }
        let text = self.filter.text.clone();
        self.saved.retain(|saved| saved.name != name);
        let at = self.saved.partition_point(|saved| saved.name.as_str() < name);
        self.saved.insert(at, Saved { name: name.to_owned(), text: text.clone(), is_configured: false });
        self.outbox.push(Effect::KeepFilter { name: name.to_owned(), text: Some(text) });
        self.say(ToastKind::Done, format!("saved: @{name} stands for it in every filter"));
    }

    /// Keeps the filter that is being typed, and asks for its name.
    pub(super) fn save_typed(&mut self) {
        if self.filter.is_empty() {
            return self.refuse("there is no filter to save");
        }
        self.accept();
        if self.prompt.is_none() {
            self.open_palette(super::palette::SAVE);
        }
    }

    pub(super) fn forget_filter(&mut self, name: &str) {
        let before = self.saved.len();
        self.saved.retain(|saved| saved.name != name || saved.is_configured);
        if self.saved.len() == before {
            return self.refuse(format!("@{name} is a filter of the configuration"));
        }
        self.outbox.push(Effect::KeepFilter { name: name.to_owned(), text: None });
        self.say(ToastKind::Done, format!("@{name} is forgotten"));
    }
}
