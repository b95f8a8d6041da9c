//! The keys: one table that makes dispatch, footer, `?`, palette and the README.

mod keymap;
mod name;
mod refusals;
pub mod spell;
mod table;

use std::borrow::Cow;
use std::fmt::Write;

pub use keymap::{Keymap, Mistake, Said, names};
pub use table::BINDINGS;

use super::{Action, App, Key, Pane, PaneKind, PromptKind, Screen};

/// What the keys go to, as a bit: a screen, or what lies over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When(u32);

impl When {
    pub const OVERVIEW: Self = Self(1);
    pub const CALLS: Self = Self(1 << 1);
    pub const MODELS: Self = Self(1 << 2);
    pub const ROUTES: Self = Self::OTHER_ROUTES.or(Self::BINS);
    /// Routes, but for its bins.
    pub const OTHER_ROUTES: Self = Self(1 << 3);
    /// The bins of Routes, where some keys are about confidence.
    pub const BINS: Self = Self(1 << 19);
    pub const CALL: Self = Self(1 << 4);
    pub const SOURCES: Self = Self(1 << 5);
    pub const DRAWER: Self = Self(1 << 6);
    pub const HELP: Self = Self(1 << 7);
    pub const FILTER: Self = Self(1 << 8);
    pub const COMMAND: Self = Self(1 << 9);
    pub const SEARCH: Self = Self(1 << 10);
    pub const AUDIT: Self = Self(1 << 11);
    pub const DIFFER: Self = Self(1 << 12);
    pub const CHANGE: Self = Self(1 << 13);
    pub const ALERTS: Self = Self(1 << 14);
    pub const TEMPLATES: Self = Self(1 << 15);
    pub const COLUMNS: Self = Self(1 << 16);
    pub const TIME: Self = Self(1 << 17);
    pub const PAIR: Self = Self(1 << 18);

    /// Some rows of the terminal instead of a screen.
    pub const INLINE: Self = Self(1 << 31);

    /// The screens with tables.
    pub const TABLES: Self = Self(0b10_0111)
        .or(Self::ROUTES)
        .or(Self::AUDIT)
        .or(Self::DIFFER)
        .or(Self::CHANGE)
        .or(Self::ALERTS)
        .or(Self::TEMPLATES);
    pub const SCREENS: Self = Self::TABLES.or(Self::CALL).or(Self::PAIR);
    pub const PROMPTS: Self = Self(0b111 << 8).or(Self::TIME);
    pub const ANYWHERE: Self = Self(u32::MAX);
    pub const NOWHERE: Self = Self(0);

    /// Every single context, with the word that the README uses for it.
    pub const EACH: &'static [(Self, &'static str)] = &[
        (Self::OVERVIEW, "Overview"),
        (Self::CALLS, "Calls"),
        (Self::MODELS, "Models"),
        (Self::OTHER_ROUTES, "Routes"),
        (Self::BINS, "bins of Routes"),
        (Self::ALERTS, "Alerts"),
        (Self::AUDIT, "Audit"),
        (Self::CALL, "Call"),
        (Self::SOURCES, "Sources"),
        (Self::DIFFER, "Differ"),
        (Self::CHANGE, "Change"),
        (Self::TEMPLATES, "Templates"),
        (Self::PAIR, "Compare"),
        (Self::DRAWER, "drawer"),
        (Self::COLUMNS, "columns"),
        (Self::HELP, "help"),
        (Self::FILTER, "filter"),
        (Self::COMMAND, "palette"),
        (Self::SEARCH, "search"),
        (Self::INLINE, "inline"),
        (Self::TIME, "time"),
    ];

    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn holds(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether they have a place in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Where, in words.
    fn words(self) -> String {
        match self {
            Self::ANYWHERE => return "everywhere".to_owned(),
            Self::PROMPTS => return "prompts".to_owned(),
            Self::SCREENS => return "screens".to_owned(),
            Self::TABLES => return "tables".to_owned(),
            _ => {}
        }
        let mut left = self;
        let mut words = Vec::new();
        for (group, word) in [(Self::SCREENS, "screens"), (Self::TABLES, "tables"), (Self::PROMPTS, "prompts")] {
            if left.0 & group.0 == group.0 {
                words.push(word);
                left = Self(left.0 & !group.0);
            }
        }
        if left.0 & Self::ROUTES.0 == Self::ROUTES.0 {
            left = Self(left.0 & !Self::BINS.0);
        }
        words.extend(Self::EACH.iter().filter(|(one, _)| left.holds(*one)).map(|(_, word)| *word));
        words.join(", ")
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    pub keys: &'static [Key],
    pub action: Action,
    /// A word or two, for the footer.
    pub hint: &'static str,
    /// What it does, for `?`.
    pub help: &'static str,
    pub when: When,
    /// The footer shows the lowest first, as many as have room; 9 is not shown there.
    pub rank: u8,
    /// Why it cannot work now.
    pub refuses: fn(&App) -> Option<&'static str>,
}

impl Binding {
    /// What the configuration calls it.
    pub fn name(&self) -> Cow<'static, str> {
        name::of(self)
    }

    /// What the palette calls it.
    pub(super) fn title(&self) -> String {
        match &self.action {
            Action::Screen(screen) => format!("go to {}", screen.name().to_lowercase()),
            _ => self.hint.to_owned(),
        }
    }

    /// Whether it only moves about: nothing to look for in a palette.
    pub(super) fn is_motion(&self) -> bool {
        matches!(
            self.action,
            Action::Move(_) | Action::Side(_) | Action::Focus(_) | Action::Back | Action::Palette | Action::Sibling(_)
        )
    }
}

/// The context that keys go to: what lies on top.
pub fn context(app: &App) -> When {
    match &app.prompt {
        Some(prompt) => match prompt.kind {
            PromptKind::Filter => When::FILTER,
            PromptKind::Command => When::COMMAND,
            PromptKind::Search => When::SEARCH,
            PromptKind::Time => When::TIME,
        },
        None if app.inline => When::INLINE,
        None if app.help.is_some() => When::HELP,
        None if app.drawer.is_some() => When::DRAWER,
        None if app.chooser.is_some() => When::COLUMNS,
        None => context_below(app),
    }
}

/// The context of the screen, whatever lies over it.
pub fn context_below(app: &App) -> When {
    match app.screen() {
        Screen::Overview => When::OVERVIEW,
        Screen::Calls => When::CALLS,
        Screen::Models => When::MODELS,
        Screen::Routes if app.focus() == Pane::Confidence => When::BINS,
        Screen::Routes => When::OTHER_ROUTES,
        Screen::Alerts => When::ALERTS,
        Screen::Audit => When::AUDIT,
        Screen::Call => When::CALL,
        Screen::Sources => When::SOURCES,
        Screen::Differ => When::DIFFER,
        Screen::Change => When::CHANGE,
        Screen::Templates => When::TEMPLATES,
        Screen::Pair => When::PAIR,
    }
}

/// A line of the table as it is in force at a place.
#[derive(Debug)]
pub struct Line {
    pub binding: &'static Binding,
    pub keys: Vec<Key>,
    /// Why it cannot work now.
    pub refused: Option<Cow<'static, str>>,
}

impl Line {
    /// `j ↓`.
    pub fn keys_text(&self) -> String {
        keys_text(&self.keys)
    }
}

pub(super) fn keys_text(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn line(app: &App, context: When, (binding, keys): (&'static Binding, Vec<Key>)) -> Line {
    let refused = (binding.refuses)(app).map(|why| app.keymap.fill(why, context));
    Line { binding, keys, refused }
}

/// The context that `?` shows the keys of: what lies under it.
pub fn context_under_help(app: &App) -> When {
    match app.drawer {
        _ if app.inline => When::INLINE,
        Some(_) => When::DRAWER,
        None if app.chooser.is_some() => When::COLUMNS,
        None => context_below(app),
    }
}

/// The keys that `?` shows: all of the context under it, each with why it cannot work now.
pub fn listed(app: &App) -> Vec<Line> {
    let context = context_under_help(app);
    app.keymap.lines(context).filter(|(_, keys)| !keys.is_empty()).map(|found| line(app, context, found)).collect()
}

/// The keys that the footer shows, the most useful first, each with why it cannot work now.
pub fn hints(app: &App) -> Vec<Line> {
    let context = context(app);
    let shown = |(binding, keys): &(&Binding, Vec<Key>)| binding.rank < 9 && !keys.is_empty();
    let mut here: Vec<_> = app.keymap.lines(context).filter(shown).map(|found| line(app, context, found)).collect();
    let on_time = When::SCREENS.holds(context) && matches!(app.focus().kind(), PaneKind::Graph | PaneKind::Strip);
    if on_time {
        // What is about tables leaves its room to what is about time.
        here.retain(|line| line.refused.is_none());
    }
    let is_near = |line: &Line| matches!(line.binding.action, Action::ZoomIn | Action::Earlier | Action::Brush);
    here.sort_by_key(|line| if on_time && is_near(line) { 3 } else { line.binding.rank });
    here
}

/// The table of the README: every line that has a key, and what the configuration calls it.
pub fn markdown(map: &Keymap) -> String {
    let mut out = String::from("| key | does | where | name |\n|---|---|---|---|\n");
    for (binding, keys) in map.all().filter(|(_, keys)| !keys.is_empty()) {
        let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.to_string().replace('|', "\\|"))).collect();
        let (help, name) = (map.fill(binding.help, binding.when), binding.name());
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {} | {help} | {} | `{name}` |", keys.join(" "), binding.when.words());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &(context, name) in When::EACH {
            let here: Vec<_> = BINDINGS.iter().filter(|binding| binding.when.holds(context)).collect();
            for (nth, binding) in here.iter().enumerate() {
                for key in binding.keys {
                    let other = here[nth + 1..].iter().find(|other| other.keys.contains(key));
                    assert!(other.is_none(), "{key} in {name}: {} and {}", binding.help, other.unwrap().help);
                }
            }
        }
    }

    #[test]
    fn a_letter_that_is_typed_is_never_a_command() {
        for binding in BINDINGS.iter().filter(|binding| binding.when.0 & When::PROMPTS.0 != 0) {
            for key in binding.keys {
                assert!(key.ctrl || key.alt || !matches!(key.code, crate::app::Code::Char(_)), "{key}");
            }
        }
    }

    #[test]
    fn every_context_can_be_left_quit_and_repainted() {
        for &(context, name) in When::EACH {
            for action in [Action::Quit, Action::Back, Action::Redraw, Action::Suspend] {
                let found = BINDINGS.iter().any(|binding| binding.when.holds(context) && binding.action == action);
                assert!(found, "{action:?} in {name}");
            }
        }
    }

    #[test]
    fn the_readme_has_every_key() {
        let table = markdown(&Keymap::default());
        for binding in BINDINGS {
            assert!(table.contains(&format!("| `{}` |", binding.name())));
            assert!(!binding.help.is_empty() && !binding.hint.is_empty());
        }
        assert!(table.contains("| `=` | only calls with the value under the cursor | tables | `only` |"), "{table}");
        for line in table.lines().filter(|line| line.contains('{')) {
            assert!(line.starts_with("| `{` |"), "a key that is named is one there is: {line}");
        }
    }
}
