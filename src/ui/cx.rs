//! What every screen reads while it draws: the state, the look, and how much room there is.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::Span;

use super::glyphs::GlyphSet;
use super::ink::Ink;
use super::layout::Density;
use super::theme::Swatches;
use crate::app::keys::{self, When};
use crate::app::{App, Pane, TimeRange};
use crate::figures::GroupBy;
use crate::model::clean::HIDDEN;
use crate::model::time::MINUTE;
use crate::model::{Dim, Stamp, Window, clean, secret};
use crate::store::Row;

/// See the module; small, so that it is passed by value.
#[derive(Debug, Clone, Copy)]
pub struct Cx<'a> {
    pub app: &'a App,
    pub ink: Ink<'a>,
    pub density: Density,
    /// The moment the screen stands for.
    pub now: Stamp,
    /// The colours of the themes that can be chosen.
    pub swatches: Option<&'a Swatches>,
}

impl<'a> Cx<'a> {
    /// Whether a pane has the keys: something that lies on top takes them away.
    pub fn has_focus(self, pane: Pane) -> bool {
        let app = self.app;
        let covered = app.prompt.is_some() || app.help.is_some() || app.drawer.is_some() || app.chooser.is_some();
        app.focus() == pane && !covered
    }

    pub fn is_small(self) -> bool {
        self.density <= Density::Small
    }

    pub fn is_large(self) -> bool {
        self.density == Density::Large
    }

    /// Higher than wide, as half of a split screen: panes stack.
    pub fn is_tall(self, area: Rect) -> bool {
        area.width < 100 && area.height >= 32
    }

    /// A name of a row, ready to be drawn; private ones are hidden while masked. `None` where it is not logged.
    pub fn name(self, row: Row<'a>, dim: Dim) -> Option<Cow<'a, str>> {
        let name = row.name(dim)?;
        let private = self.app.masked && matches!(dim, Dim::User | Dim::Session);
        Some(if private { Cow::Borrowed(HIDDEN) } else { self.open(name) })
    }

    /// The label of a group, ready to be drawn.
    pub fn label(self, by: GroupBy, label: &str) -> String {
        let private = self.app.masked && matches!(by, GroupBy::User | GroupBy::Session) && label != crate::store::NONE;
        if private { HIDDEN.to_owned() } else { self.open(label).into_owned() }
    }

    /// The key that an action has here, as it is written; `None` where it has none.
    pub fn key(self, name: &str) -> Option<String> {
        self.key_in(keys::context_under_help(self.app), name)
    }

    /// The same for what lies on top of a screen.
    pub fn key_in(self, context: When, name: &str) -> Option<String> {
        self.app.keymap.key(name, context).map(|key| self.keys(&key.to_string()))
    }

    /// The key of an action and what it does: `/ filter`. Nothing where it has no key.
    pub fn hint(self, name: &str, does: &str) -> Vec<Span<'static>> {
        self.key(name).map_or_else(Vec::new, |key| self.ink.hint(&key, does).to_vec())
    }

    /// The same for the two ways of one thing: `[ ] prev/next`.
    pub fn hints(self, names: [&str; 2], does: &str) -> Vec<Span<'static>> {
        let keys: Vec<String> = names.iter().filter_map(|name| self.key(name)).collect();
        if keys.is_empty() { Vec::new() } else { self.ink.hint(&keys.join(" "), does).to_vec() }
    }

    /// A sentence that names keys by their actions: `{sources} says what is known`.
    pub fn keyed(self, text: &str) -> String {
        self.keys(&self.app.keymap.fill(text, keys::context_under_help(self.app)))
    }

    /// Keys as they are written; in ASCII those that are drawn as arrows have their names.
    pub fn keys(self, keys: &str) -> String {
        const NAMES: [(&str, &str); 7] = [
            ("↵", "Enter"),
            ("⇧Tab", "S-Tab"),
            ("⌫", "BkSp"),
            ("↑", "Up"),
            ("↓", "Down"),
            ("←", "Left"),
            ("→", "Right"),
        ];
        if self.ink.glyphs.set != GlyphSet::Ascii {
            return keys.to_owned();
        }
        NAMES.iter().fold(keys.to_owned(), |text, (drawn, name)| text.replace(drawn, name))
    }

    /// A text of a log or of the person, ready to be drawn: without keys and passwords, unless they are shown.
    pub fn open(self, text: &str) -> Cow<'_, str> {
        if self.app.manner.secrets {
            return clean::line(text);
        }
        match secret::hide(text) {
            Cow::Borrowed(text) => clean::line(text),
            Cow::Owned(text) => Cow::Owned(clean::line(&text).into_owned()),
        }
    }

    /// A text of the person or of the call that nobody else may read while masked.
    pub fn private(self, text: &str) -> String {
        if self.app.masked { HIDDEN.to_owned() } else { self.open(text).into_owned() }
    }

    /// Terms of a filter; the values of those that name persons, ids and texts are hidden while masked.
    pub fn term(self, chip: &str) -> String {
        const OPEN: [&str; 10] =
            ["model", "provider", "route", "project", "agent", "use_case", "endpoint", "is", "repeated", "template"];
        let bare = chip.trim_start_matches(['-', '(']);
        let key = bare.split([':', '=', '>', '<']).next().unwrap_or_default();
        let measured = bare.contains(['>', '<']) || matches!(key, "since" | "until" | "source" | "error");
        if self.app.masked && !measured && (!OPEN.contains(&key) || bare.contains(" or ")) {
            return if bare.contains([':', '=']) { format!("{key}:{HIDDEN}") } else { HIDDEN.to_owned() };
        }
        self.open(chip).into_owned()
    }

    /// Whether the calls of the scope may lie on several days, so that a time alone does not tell which.
    pub fn spans_days(self) -> bool {
        match self.app.range {
            Some(range) => range.since(self.now).day() != self.now.day(),
            None => self.app.bounds.is_some() || matches!(self.app.window, Window::Week | Window::Month | Window::All),
        }
    }

    /// How the scope's span reads: `60m`, `since Nov 20`.
    pub fn span(self) -> String {
        if let Some(range) = self.app.range {
            return self.range(range);
        }
        let day = |at: Stamp| at.local().format("%b %-d %H:%M").to_string();
        match self.app.bounds {
            Some((Some(since), Some(until))) => format!("{} – {}", day(since), day(until)),
            Some((Some(since), None)) => format!("since {}", day(since)),
            Some((None, Some(until))) => format!("until {}", day(until)),
            _ => self.app.window.word().to_owned(),
        }
    }

    /// `11:30–11:45`, `11:30–now`, with the day where it is another one.
    fn range(self, range: TimeRange) -> String {
        let (since, end) = (range.since(self.now), range.close(self.now));
        let clock = |at: Stamp| {
            let format = if at == at.floor(MINUTE) { "%H:%M" } else { "%H:%M:%S" };
            at.local().format(format).to_string()
        };
        let day = |at: Stamp| at.local().format("%b %-d ").to_string();
        let is_long = since.day() != end.minus(1).day();
        let from = if is_long || since.day() != self.now.day() { day(since) } else { String::new() };
        match (range.end, is_long) {
            (None, _) => format!("{from}{}–now", clock(since)),
            (Some(_), false) => format!("{from}{}–{}", clock(since), clock(end)),
            (Some(_), true) => format!("{from}{} – {}{}", clock(since), day(end), clock(end)),
        }
    }
}
