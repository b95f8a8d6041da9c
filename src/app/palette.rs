//! The palette: every action, screen, window, grouping and theme by name, found by some of its letters.

use super::{Action, App, Graphs, Grouping, Judgement, PaletteItem, PromptKind, Screen, Show, keys};
use crate::model::Window;

/// What the palette begins with where a theme is chosen.
pub(super) const THEMES: &str = "theme ";

impl App {
    /// What the command's text finds, the best first.
    pub(super) fn refresh_palette(&mut self) {
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Command) else { return };
        let wanted = prompt.text().trim().to_lowercase();
        let themes_only = prompt.text().starts_with(THEMES);
        let mut found: Vec<(u32, PaletteItem)> = self
            .commands(&wanted)
            .into_iter()
            .filter(|item| !themes_only || matches!(item.action, Action::Theme(_)))
            .filter_map(|item| Some((score(&item.title.to_lowercase(), &wanted)?, item)))
            .collect();
        found.sort_by_key(|(score, _)| *score);
        if let Some(prompt) = &mut self.prompt {
            prompt.items = found.into_iter().map(|(_, item)| item).collect();
            let before = Action::Theme(prompt.before.clone());
            let here = prompt.items.iter().position(|item| item.action == before);
            prompt.chosen = here.filter(|_| prompt.text() == THEMES).unwrap_or(0);
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

    fn commands(&self, typed: &str) -> Vec<PaletteItem> {
        let line =
            |title: String, detail: String, action: Action| PaletteItem { title, detail, keys: String::new(), action };
        // What is done with the prompt itself is no command.
        let context = keys::context_of(self.screen());
        let mut all: Vec<PaletteItem> = keys::BINDINGS
            .iter()
            .filter(|binding| binding.when.holds(context) && !binding.is_motion() && (binding.refuses)(self).is_none())
            .map(|binding| PaletteItem {
                title: binding.name(),
                detail: binding.help.to_owned(),
                keys: binding.keys_text(),
                action: binding.action.clone(),
            })
            .collect();
        // Keys that do the same stand on one line, with the first of them.
        all.dedup_by(|next, before| next.title == before.title && next.action == before.action);
        if !self.filter.is_empty() {
            all.push(line("clear filter".into(), "all calls of the window".into(), Action::ClearFilter));
        }
        for window in Window::ALL {
            let detail = "how far back the figures look".to_owned();
            all.push(line(format!("window {}", window.word()), detail, Action::Window(window)));
        }
        for grouping in Grouping::ALL.into_iter().filter(|grouping| self.can_group(*grouping)) {
            let detail = format!("{} with calls, cost and latency", grouping.plural());
            all.push(line(format!("group by {}", grouping.word()), detail, Action::GroupBy(grouping)));
        }
        if self.screen() == Screen::Alerts {
            for show in Show::ALL {
                all.push(line(format!("show {}", show.word()), "findings in this state".into(), Action::Show(show)));
            }
            for (words, millis) in Judgement::SNOOZES.into_iter().filter(|_| self.current_alert().is_some()) {
                let detail = "it is new again after that".to_owned();
                let snooze = Action::Judge(Judgement::Snooze(millis));
                all.push(line(format!("snooze for {words}"), detail, snooze));
            }
        }
        for graphs in Graphs::ALL {
            let detail = "what graphs are drawn with".to_owned();
            all.push(line(format!("graphs {}", graphs.word()), detail, Action::Graphs(graphs)));
        }
        all.extend(self.models_to_compare(typed));
        for theme in &self.themes {
            all.push(line(format!("theme {theme}"), "colours".into(), Action::Theme(theme.clone())));
        }
        all
    }
}

/// How well a title is found by some of its letters in order, less is better: the whole name at its end is best, whoever
/// provides it, then letters together and at the beginning of words. `None` if one is missing.
fn score(title: &str, wanted: &str) -> Option<u32> {
    let is_whole = |name: &str| {
        let before = title.strip_suffix(name).unwrap_or(title);
        before.len() < title.len() && (before.is_empty() || before.ends_with([' ', '/']))
    };
    let mut words = wanted.split_whitespace();
    if words.next_back().is_none_or(is_whole) && words.all(|word| title.contains(word)) {
        return Some(0);
    }
    if let Some(at) = title.find(wanted) {
        let begins = at == 0 || title.as_bytes().get(at - 1) == Some(&b' ');
        return Some(if begins { 1 + at as u32 } else { 100 + at as u32 });
    }
    let mut rest = title.char_indices();
    let mut last = None;
    let mut score = 1_000;
    for letter in wanted.chars().filter(|letter| !letter.is_whitespace()) {
        let (at, _) = rest.find(|(_, c)| *c == letter)?;
        score += last.map_or(at, |last| at - last) as u32;
        last = Some(at);
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn letters_together_are_found_first() {
        let mut titles = ["group by route", "theme gruvbox-dark"];
        titles.sort_by_key(|title| score(title, "gru"));
        assert_eq!(titles, ["theme gruvbox-dark", "group by route"]);
        assert_eq!(score("theme nord", "xyz"), None);
        assert!(score("theme nord", "thno").is_some());
        assert_eq!(score("anything", ""), Some(0));
        let mut models = ["what if gpt-5.4-mini", "what if gpt-5-mini-2025-08-07", "what if openai/gpt-5-mini"];
        models.sort_by_key(|title| score(title, "what if gpt-5-mini"));
        assert_eq!(models[0], "what if openai/gpt-5-mini", "the very name comes first");
    }
}
