//! The palette: whatever can be done, gone to or looked at, found by some of the letters of its name.

mod calls;
mod find;
mod offered;

use super::{Action, App, PaletteItem, PromptKind};
pub use calls::Scan;
pub use offered::Kind;

/// What the palette begins with where a theme is chosen.
pub(super) const THEMES: &str = "theme ";
/// And where the filter gets a name.
pub(super) const SAVE: &str = "save ";

/// Choices that are offered again before anything is typed.
const RECENT: usize = 6;

impl App {
    /// What the command's text finds, the best first.
    pub(super) fn refresh_palette(&mut self) {
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Command) else { return };
        let text = prompt.text().to_owned();
        let themes_only = text.starts_with(THEMES);
        let mut items = self.offered(&text.to_lowercase());
        items.retain(|item| !themes_only || matches!(item.action, Action::Theme(_)));
        // Before a name is typed they stand in the order that the key for the next one walks.
        let wanted = if text == THEMES { "" } else { text.trim() };
        let mut items = find::ranked(items, wanted);
        if text.trim().is_empty() {
            let recent = |item: &PaletteItem| self.recent.iter().position(|action| *action == item.action);
            // The sort is stable: whatever was not chosen lately stays in its order.
            items.sort_by_key(|item| recent(item).unwrap_or(usize::MAX));
        }
        self.begin_scan(text.trim());
        let found = self.scanned_items();
        if let Some(prompt) = &mut self.prompt {
            prompt.items = items;
            prompt.items.extend(found);
            let before = Action::Theme(prompt.before.clone());
            let here = prompt.items.iter().position(|item| item.action == before);
            prompt.chosen = here.filter(|_| text == THEMES).unwrap_or(0);
        }
        self.preview_theme();
    }

    /// A theme is seen while it is chosen.
    pub(super) fn preview_theme(&mut self) {
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Command) else { return };
        self.theme = match prompt.items.get(prompt.chosen).map(|item| &item.action) {
            Some(Action::Theme(name)) => name.clone(),
            _ => prompt.before.clone(),
        };
    }

    /// Does the chosen line, or says why it cannot be done now.
    pub(super) fn do_chosen(&mut self) {
        let chosen = self.prompt.as_ref().and_then(|prompt| prompt.items.get(prompt.chosen)).cloned();
        let Some(item) = chosen else { return self.refuse("nothing is called so") };
        if let Some(why) = item.refused {
            return self.refuse(why);
        }
        self.abandon();
        self.recent.retain(|action| *action != item.action);
        // A call is found by its id again, not by having been looked at.
        if !matches!(item.action, Action::OpenCall(_)) {
            self.recent.insert(0, item.action.clone());
            self.recent.truncate(RECENT);
        }
        self.act(item.action);
    }
}
