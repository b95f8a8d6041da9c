//! What is remembered until the next start: where one was, what was counted, and how it was looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{App, Column, Grouping, Pane, Place, Screen, Sort, ToastKind};
use crate::model::Window;

/// See the module. Everything by its word; a word that is no longer known is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    pub screen: String,
    /// Only one that was chosen: else the smallest that holds calls is taken again.
    pub window: Option<String>,
    pub filter: String,
    /// By screen.
    pub grouping: BTreeMap<String, String>,
    /// By screen and pane: the column, and whether the largest comes first.
    pub sort: BTreeMap<String, (String, bool)>,
    /// One that was chosen here, and not in the configuration.
    pub theme: Option<String>,
}

/// What the command line and the configuration leave to be restored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Free {
    pub window: bool,
    pub filter: bool,
    pub theme: bool,
}

fn panes(screen: Screen) -> impl Iterator<Item = (Pane, String)> {
    let sorted = screen.panes().iter().filter(|pane| pane.columns().iter().any(|column| pane.sorts_by(*column)));
    sorted.map(move |pane| (*pane, format!("{} {}", screen.name(), pane.name())))
}

impl App {
    /// What there is to remember. A call or a comparison is not gone back to, but the screen it was reached from.
    pub fn view(&self) -> View {
        let root = self.trail.first();
        let deep = root.filter(|_| self.trail.len() > 1);
        let places = self.tabs.iter().map(|tab| root.filter(|root| root.screen == tab.screen).unwrap_or(tab));
        let mut view = View {
            screen: self.tab().name().to_owned(),
            window: self.window_chosen.then(|| self.window.word().to_owned()),
            filter: deep.map_or(&self.filter.text, |root| &root.filter).clone(),
            theme: Some(self.theme.clone()),
            ..View::default()
        };
        for place in places {
            let plain = Place::new(place.screen);
            if place.grouping != plain.grouping {
                view.grouping.insert(place.screen.name().to_owned(), place.grouping.word().to_owned());
            }
            for (pane, name) in panes(place.screen) {
                let sort = place.cursor(pane).sort;
                if sort != plain.cursor(pane).sort {
                    view.sort.insert(name, (sort.by.title().to_owned(), sort.falling));
                }
            }
        }
        view
    }

    /// Begins as it was left.
    pub fn restore(&mut self, view: &View, free: Free) {
        for tab in &mut self.tabs {
            let grouping = view.grouping.get(tab.screen.name());
            if let Some(known) = grouping.and_then(|word| Grouping::ALL.into_iter().find(|known| known.word() == word))
            {
                tab.grouping = known;
            }
            for (pane, name) in panes(tab.screen) {
                let Some((title, falling)) = view.sort.get(&name) else { continue };
                let by = pane.columns().iter().copied().find(|known: &Column| known.title() == title);
                if let Some(by) = by.filter(|by| pane.sorts_by(*by)) {
                    tab.cursor_mut(pane).sort = Sort { by, falling: *falling };
                }
            }
        }
        let screen = Screen::TABS.into_iter().find(|tab| tab.name() == view.screen).unwrap_or(Screen::Overview);
        if let Some(tab) = self.tabs.iter().find(|tab| tab.screen == screen) {
            self.trail = vec![tab.clone()];
        }
        if let Some(window) = view.window.as_deref().and_then(Window::parse).filter(|_| free.window) {
            (self.window, self.window_settled, self.window_chosen, self.rescoped) = (window, true, true, true);
        }
        if let Some(theme) = view.theme.as_ref().filter(|theme| free.theme && self.themes.contains(theme)) {
            self.theme.clone_from(theme);
        }
        // What was understood then may not be now; then all calls are counted.
        if free.filter && !view.filter.is_empty() && self.set_filter(&view.filter).is_ok() {
            // Who does not know it would take a part for the whole.
            let taken_back = self
                .keymap
                .fill("the filter of the last time is in force: {back} takes it back", super::keys::context(self));
            self.say(ToastKind::Done, taken_back.into_owned());
        }
    }
}
