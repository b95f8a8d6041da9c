//! What the palette has to offer, in the order it stands before anything is typed.

use super::SAVE;
use crate::app::{Action, App, Graphs, Grouping, Judgement, PaletteItem, Screen, Show, chips, keys, saved};
use crate::figures::GroupBy;
use crate::model::Window;
use crate::model::numbers::grouped;

/// What a line is, as its right end says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Action,
    Screen,
    Window,
    /// A filter, by its name.
    Filter,
    /// A value that calls have, to filter by.
    Value,
    Group,
    Sort,
    Graphs,
    Theme,
    WhatIf,
    Call,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Screen => "screen",
            Self::Window => "window",
            Self::Filter => "filter",
            Self::Value => "keep only",
            Self::Group => "group by",
            Self::Sort => "sort",
            Self::Graphs => "graphs",
            Self::Theme => "theme",
            Self::WhatIf => "what if",
            Self::Call => "call",
        }
    }
}

/// What calls are filtered by from the palette; who made them is private, and chosen in the drawer.
const VALUES: [GroupBy; 5] = [GroupBy::Model, GroupBy::Route, GroupBy::Provider, GroupBy::Agent, GroupBy::Project];
/// Values of each, the ones with the most calls.
const MOST: usize = 300;

impl App {
    /// Everything, given what was typed so far in lower case.
    pub(super) fn offered(&self, typed: &str) -> Vec<PaletteItem> {
        let mut all = self.bound_actions();
        if !self.filter.is_empty() {
            let clear = PaletteItem::new(Kind::Filter, "clear filter".to_owned(), Action::ClearFilter);
            all.push(PaletteItem { detail: "all calls of the window".to_owned(), ..clear });
        }
        all.extend(self.filters_to_choose(typed));
        all.extend(Window::ALL.map(|window| {
            let item = PaletteItem::new(Kind::Window, format!("window {}", window.word()), Action::Window(window));
            PaletteItem { detail: "how far back the figures look".to_owned(), ..item }
        }));
        all.extend(Grouping::ALL.into_iter().filter(|grouping| self.can_group(*grouping)).map(|grouping| {
            let title = format!("group by {}", grouping.word());
            let detail = format!("{} with calls, cost and latency", grouping.plural());
            PaletteItem { detail, ..PaletteItem::new(Kind::Group, title, Action::GroupBy(grouping)) }
        }));
        let pane = self.focus();
        all.extend(pane.columns().iter().filter(|column| pane.sorts_by(**column)).map(|column| {
            let title = format!("sort by {}", column.title().to_lowercase());
            let detail = column.meaning().to_owned();
            PaletteItem { detail, ..PaletteItem::new(Kind::Sort, title, Action::SortBy(*column)) }
        }));
        if self.screen() == Screen::Alerts {
            all.extend(self.states_of_findings());
        }
        all.extend(Graphs::ALL.map(|graphs| {
            let item = PaletteItem::new(Kind::Graphs, format!("graphs {}", graphs.word()), Action::Graphs(graphs));
            PaletteItem { detail: "what graphs are drawn with".to_owned(), ..item }
        }));
        all.extend(self.models_to_compare(typed));
        all.extend(self.themes.iter().map(|theme| {
            let item = PaletteItem::new(Kind::Theme, format!("theme {theme}"), Action::Theme(theme.clone()));
            PaletteItem { detail: "colours".to_owned(), ..item }
        }));
        if !typed.trim().is_empty() {
            all.extend(self.values_to_keep());
        }
        all
    }

    /// What has a key here. What cannot be done now says why instead of what it does.
    fn bound_actions(&self) -> Vec<PaletteItem> {
        let context = keys::context_below(self);
        // What is done with the prompt itself is no command.
        let lines = self.keymap.lines(context).filter(|(binding, _)| !binding.is_motion());
        let mut all: Vec<PaletteItem> = lines
            .map(|(binding, bound)| {
                let refused = (binding.refuses)(self).map(|why| self.keymap.fill(why, context).into_owned());
                let kind = if matches!(binding.action, Action::Screen(_)) { Kind::Screen } else { Kind::Action };
                PaletteItem {
                    detail: self.keymap.fill(binding.help, context).into_owned(),
                    keys: keys::keys_text(&bound),
                    refused,
                    ..PaletteItem::new(kind, binding.title(), binding.action.clone())
                }
            })
            .collect();
        // Keys that do the same stand on one line.
        all.dedup_by(|next, before| {
            let same = next.title == before.title && next.action == before.action;
            if same && !next.keys.is_empty() {
                let between = if before.keys.is_empty() { "" } else { " " };
                before.keys.extend([between, &next.keys]);
            }
            same
        });
        all
    }

    /// The filters that have names; a name for the one in force; and those that may be forgotten.
    fn filters_to_choose(&self, typed: &str) -> Vec<PaletteItem> {
        let mut all: Vec<PaletteItem> = Vec::new();
        for saved in &self.saved {
            let apply = Action::ApplyFilter(saved.name.clone());
            let item = PaletteItem::new(Kind::Filter, format!("@{}", saved.name), apply);
            all.push(PaletteItem { detail: saved.text.clone(), ..item });
        }
        let name = typed.strip_prefix(SAVE).map(saved::as_name).unwrap_or_default();
        let title = if name.is_empty() { "save filter as …".to_owned() } else { format!("{SAVE}{name}") };
        let keep = PaletteItem::new(Kind::Filter, title, Action::KeepFilter(name));
        let refused = self.filter.is_empty().then(|| "there is no filter to save".to_owned());
        let keys = self.keymap.key("save-filter", keys::When::FILTER).map(|key| key.to_string()).unwrap_or_default();
        all.push(PaletteItem { detail: self.filter.text.clone(), refused, keys, ..keep });
        for saved in self.saved.iter().filter(|saved| !saved.is_configured) {
            let forget = Action::ForgetFilter(saved.name.clone());
            let item = PaletteItem::new(Kind::Filter, format!("forget @{}", saved.name), forget);
            all.push(PaletteItem { detail: "the filter is saved no longer".to_owned(), ..item });
        }
        all
    }

    fn states_of_findings(&self) -> Vec<PaletteItem> {
        let shows = Show::ALL.map(|show| {
            let item = PaletteItem::new(Kind::Action, format!("show {}", show.word()), Action::Show(show));
            PaletteItem { detail: "findings in this state".to_owned(), ..item }
        });
        let snoozes =
            Judgement::SNOOZES.into_iter().filter(|_| self.current_alert().is_some()).map(|(words, millis)| {
                let snooze = Action::Judge(Judgement::Snooze(millis));
                let item = PaletteItem::new(Kind::Action, format!("snooze for {words}"), snooze);
                PaletteItem { detail: "it is new again after that".to_owned(), ..item }
            });
        shows.into_iter().chain(snoozes).collect()
    }

    /// `model:opus-4.1`, of whatever the calls of the scope have.
    fn values_to_keep(&self) -> Vec<PaletteItem> {
        let mut all = Vec::new();
        for by in VALUES {
            let groups = self.board.by(by);
            if !groups.is_named() {
                continue;
            }
            let mut named: Vec<(u64, &str)> =
                groups.iter().map(|group| (group.stats.calls, self.store.label(group.name))).collect();
            named.sort_unstable_by_key(|(calls, name)| (std::cmp::Reverse(*calls), *name));
            all.extend(named.into_iter().take(MOST).map(|(calls, name)| {
                let term = Action::Filter(chips::term(by.word(), &[name.to_owned()]));
                let item = PaletteItem::new(Kind::Value, format!("{}:{name}", by.word()), term);
                let unit = if calls == 1 { "call" } else { "calls" };
                PaletteItem { detail: format!("{} {unit}", grouped(calls)), ..item }
            }));
        }
        all
    }
}
