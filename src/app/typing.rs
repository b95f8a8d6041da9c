//! What happens while a prompt is open.

use super::{App, Edit, Grouping, Prompt, PromptKind, Screen, Search, Step, Turn, chips};
use crate::figures::GroupBy;
use crate::query::Fact;
use crate::query::parse::{FIELDS, MEASURES};

/// Ways to go on that are offered at once.
const OFFERED: usize = 8;

impl App {
    /// `/`: the filter, or inside a call the search.
    pub(super) fn find(&mut self) {
        let (kind, before) = if self.screen() == Screen::Call {
            (PromptKind::Search, self.search.as_ref().map_or_else(String::new, |search| search.needle.clone()))
        } else {
            (PromptKind::Filter, self.filter.text.clone())
        };
        let text = match kind {
            // A term is usually added.
            PromptKind::Filter if !before.is_empty() => format!("{before} "),
            PromptKind::Filter => String::new(),
            _ => before.clone(),
        };
        self.prompt = Some(Prompt::new(kind, &text, before));
        self.complete_anew();
    }

    pub(super) fn open_palette(&mut self, text: &str) {
        self.help = None;
        self.prompt = Some(Prompt::new(PromptKind::Command, text, self.theme.clone()));
        self.refresh_palette();
    }

    /// Changes the prompt's text and applies it.
    pub(super) fn edit(&mut self, edit: &Edit) {
        let Some(prompt) = &mut self.prompt else { return };
        if *edit == Edit::Backspace && prompt.text().is_empty() {
            return self.abandon();
        }
        let before = prompt.text().to_owned();
        prompt.edit(edit);
        let text = prompt.text().to_owned();
        let kind = prompt.kind;
        if text == before {
            if kind == PromptKind::Filter {
                self.complete_anew();
            }
            return;
        }
        match kind {
            PromptKind::Filter => {
                // A term that is still without its value keeps nothing away.
                let error = self.set_filter(chips::finished(&text)).err();
                self.typed = self.rescoped;
                if let Some(prompt) = &mut self.prompt {
                    prompt.error = error;
                }
                self.complete_anew();
            }
            PromptKind::Command => self.refresh_palette(),
            PromptKind::Search => self.search_for(&text),
            PromptKind::Time => {}
        }
    }

    /// Takes the prompt's text for good.
    pub(super) fn accept(&mut self) {
        let Some(prompt) = &self.prompt else { return };
        match prompt.kind {
            PromptKind::Filter => {
                if let Some(error) = &prompt.error {
                    let why = error.to_string();
                    return self.refuse(why);
                }
                self.prompt = None;
            }
            PromptKind::Time => self.go_to_typed(),
            PromptKind::Search => {
                self.prompt = None;
                let missing = |search: &Search| !search.needle.is_empty() && search.hits.is_empty() && !search.looking;
                if self.search.as_ref().is_some_and(missing) {
                    self.refuse("not found in this call");
                }
            }
            PromptKind::Command => self.do_chosen(),
        }
    }

    /// Closes the prompt and restores what was before it.
    pub(super) fn abandon(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        match prompt.kind {
            PromptKind::Filter => {
                self.try_filter(&prompt.before);
                self.typed = self.rescoped;
            }
            PromptKind::Command => self.theme = prompt.before,
            PromptKind::Time => {}
            PromptKind::Search => {
                self.search = None;
                if !prompt.before.is_empty() {
                    self.search_for(&prompt.before);
                }
            }
        }
    }

    /// Takes a line of what is offered.
    pub(super) fn pick(&mut self, nth: usize) {
        let Some(prompt) = &mut self.prompt else {
            if let Some(chooser) = self.chooser.as_mut().filter(|chooser| nth < chooser.list.len()) {
                chooser.nth = nth;
                self.check_column();
            } else if let Some(drawer) = self.drawer.as_mut().filter(|drawer| nth < drawer.len()) {
                drawer.nth = nth;
                self.check();
            }
            return;
        };
        prompt.chosen = nth;
        match prompt.kind {
            PromptKind::Command => self.accept(),
            PromptKind::Filter => self.complete(),
            PromptKind::Search | PromptKind::Time => {}
        }
    }

    /// Something else is turned to: what is typed stays in force, a theme that was only looked at does not.
    pub(super) fn leave_prompt(&mut self) {
        if self.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Command) {
            self.abandon();
        }
        self.prompt = None;
    }

    /// Chooses among completions or commands.
    pub(super) fn choose(&mut self, step: Step) {
        let Some(prompt) = &mut self.prompt else { return };
        let len = if prompt.kind == PromptKind::Command { prompt.items.len() } else { prompt.completions.len() };
        prompt.chosen = match step {
            Step::Up => (prompt.chosen + len).saturating_sub(1) % len.max(1),
            _ => (prompt.chosen + 1) % len.max(1),
        };
        self.preview_theme();
    }

    /// Puts the chosen completion in the place of the word at the cursor.
    pub(super) fn complete(&mut self) {
        let Some(prompt) = &self.prompt else { return };
        let Some(word) = prompt.completions.get(prompt.chosen).cloned() else {
            return self.refuse("nothing follows here: a word's beginning is completed, as mod or model:op");
        };
        let text = prompt.text().to_owned();
        let at = byte_of(&text, prompt.input.cursor());
        let start = value_start(&text[..at]);
        // A name is written out, so that its terms can be changed.
        let word = self.written_out(&word);
        let done = format!("{}{word}{}", &text[..start], &text[at..]);
        let cursor = text[..start].chars().count() + word.chars().count();
        if let Some(prompt) = &mut self.prompt {
            prompt.input = tui_input::Input::new(done.clone()).with_cursor(cursor);
            prompt.error = None;
        }
        let error = self.set_filter(&done).err();
        self.typed = self.rescoped;
        if let Some(prompt) = &mut self.prompt {
            prompt.error = error;
        }
        self.complete_anew();
    }

    /// What can follow the word at the cursor of a filter: keys, then the values that calls have.
    fn complete_anew(&mut self) {
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Filter) else { return };
        let text = prompt.text();
        let before = &text[..byte_of(text, prompt.input.cursor())];
        let word = &before[word_start(before)..];
        let word = word.trim_start_matches(['-', '(']);
        let value = &before[value_start(before)..];
        let completions = match word.split_once([':', '=']) {
            _ if word.starts_with('@') => self.names_like(word),
            None => self.keys_like(value),
            Some((key, _)) => self.values_like(key, value),
        };
        if let Some(prompt) = &mut self.prompt {
            prompt.completions = completions;
            prompt.chosen = 0;
        }
    }

    fn names_like(&self, part: &str) -> Vec<String> {
        let names = self.saved.iter().map(|saved| format!("@{}", saved.name));
        names.filter(|name| name.starts_with(part)).take(OFFERED).collect()
    }

    fn keys_like(&self, part: &str) -> Vec<String> {
        let part = part.to_lowercase();
        let dims = FIELDS.iter().filter(|(_, field)| match field {
            crate::query::filter::Field::Dim(dim) => self.store.has(*dim),
            _ => true,
        });
        let keys = dims.map(|(key, _)| format!("{key}:"));
        let keys = keys.chain(MEASURES.iter().map(|(key, _)| format!("{key}>")));
        let keys = keys.chain(["is:", "since:", "until:", "body:", "repeated:", "template:"].map(str::to_owned));
        keys.filter(|key| key.starts_with(&part) && !part.is_empty()).take(OFFERED).collect()
    }

    fn values_like(&self, key: &str, part: &str) -> Vec<String> {
        let part = part.trim_matches('"').to_lowercase();
        if key == "is" {
            let words = Fact::ALL.iter().map(|fact| fact.word().to_owned());
            return words.filter(|word| word.starts_with(&part) && *word != part).collect();
        }
        let Some(by) = GroupBy::ALL.into_iter().find(|by| by.word() == key) else { return Vec::new() };
        let mut found: Vec<(u64, &str)> = self
            .board
            .by(by)
            .iter()
            .map(|group| (group.stats.calls, self.store.label(group.name)))
            .filter(|(_, name)| crate::model::text::contains(name, &part) && name.to_lowercase() != part)
            .collect();
        found.sort_by_key(|(calls, name)| (std::cmp::Reverse(*calls), *name));
        found.into_iter().take(OFFERED).map(|(_, name)| super::chips::quote(name)).collect()
    }

    pub(super) fn turn_match(&mut self, turn: Turn) {
        let Some(search) = self.search.as_mut().filter(|search| !search.hits.is_empty()) else {
            return self.refuse_keyed("nothing was found: {search} looks for text");
        };
        let len = search.hits.len();
        search.at = if turn == Turn::Next { search.at + 1 } else { search.at + len - 1 } % len;
        self.show_hit();
    }

    pub(super) fn show_hit(&mut self) {
        let Some((pane, line)) = self.search.as_ref().and_then(|search| search.hits.get(search.at).copied()) else {
            return;
        };
        self.place_mut().focus = pane;
        self.go_to_line(pane, line);
    }

    /// The next dimension that calls carry.
    pub(super) fn group_next(&mut self) {
        if self.calls_len() == 0 {
            return self.refuse("there are no calls to group");
        }
        if self.screen() == Screen::Routes {
            // Whoever was sure: a route, a model, or all calls of a provider.
            let next = match self.place().grouping {
                Grouping::By(GroupBy::Route) => GroupBy::Model,
                Grouping::By(GroupBy::Model) => GroupBy::Provider,
                _ => GroupBy::Route,
            };
            let place = self.place_mut();
            place.grouping = Grouping::By(next);
            let cursor = place.cursor_mut(super::Pane::Routes);
            (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
            return;
        }
        let here = Grouping::ALL.iter().position(|grouping| *grouping == self.place().grouping).unwrap_or(0);
        let mut next = Grouping::ALL.iter().cycle().skip(here + 1).take(Grouping::ALL.len()).copied();
        if let Some(grouping) = next.find(|grouping| self.can_group(*grouping)) {
            self.group_by(grouping);
        }
    }

    pub(super) fn group_by(&mut self, grouping: Grouping) {
        if !matches!(self.screen(), Screen::Overview | Screen::Models) {
            self.go(Screen::Models);
        }
        let place = self.place_mut();
        place.grouping = grouping;
        let cursor = place.cursor_mut(super::Pane::Groups);
        (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
    }
}

/// The byte at which the `nth` character begins.
fn byte_of(text: &str, nth: usize) -> usize {
    text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at)
}

/// Where the term at the end of a text begins.
fn word_start(text: &str) -> usize {
    let mut quoted = false;
    let blank = text.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && (c.is_whitespace() || *c == '(')
    });
    blank.last().map_or(0, |(at, c)| at + c.len_utf8())
}

/// Where the value at the end of a text begins: after the key's sign, and after a comma.
fn value_start(text: &str) -> usize {
    let word = word_start(text);
    let mut quoted = false;
    let sign = text[word..].char_indices().filter(|(at, c)| {
        quoted ^= *c == '"';
        !quoted && (":=,".contains(*c) || *at == 0 && *c == '-')
    });
    sign.last().map_or(word, |(at, c)| word + at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_cursor_is_found() {
        for (text, value) in
            [("mod", "mod"), ("cost>1 -rou", "rou"), ("model:opus,son", "son"), ("(model=\"a b", "\"a b"), ("x ", "")]
        {
            assert_eq!(&text[value_start(text)..], value, "{text}");
        }
    }
}
