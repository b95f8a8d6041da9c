//! Looking for text inside a call.

use super::text::{SECTIONS, Sections};
use super::{App, Effect, Pane};
use crate::model::Stamp;

/// Lines that are looked through between two frames; more are looked through elsewhere.
const AT_ONCE: usize = 10_000;

/// The sections of a call's text, in the order of [`Sections`].
pub(super) const TEXTS: [Pane; SECTIONS] = [Pane::Request, Pane::Response, Pane::Raw, Pane::Twins];

/// What was looked for, and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// In lower case.
    pub needle: String,
    /// Section and line, in order.
    pub hits: Vec<(Pane, usize)>,
    /// The hit last jumped to.
    pub at: usize,
    /// It is being looked for: more may be found.
    pub looking: bool,
    /// The first hit is gone to as soon as it is known.
    eager: bool,
}

impl Search {
    /// Where `needle`, in lower case, stands in a text. `None` if `give_up` says so on the way.
    pub fn look(needle: &str, sections: &Sections, give_up: impl Fn() -> bool) -> Option<Vec<(Pane, usize)>> {
        let mut hits = Vec::new();
        for (pane, lines) in TEXTS.into_iter().zip(sections.iter()) {
            for nth in 0..lines.len() {
                if nth % 4_096 == 0 && give_up() {
                    return None;
                }
                if lines.begins(nth, needle) {
                    hits.push((pane, nth));
                }
            }
        }
        Some(hits)
    }
}

impl App {
    /// Looks for a text in the call that is shown, and goes to the first match.
    pub(super) fn search_for(&mut self, text: &str) {
        self.search = Some(Search { needle: text.to_lowercase(), eager: true, ..Search::default() });
        self.search_again();
    }

    /// Finds the matches anew: the text has changed.
    pub(super) fn search_again(&mut self) {
        let Some(search) = &mut self.search else { return };
        let sections = &self.text.sections;
        search.looking = false;
        if search.needle.is_empty() {
            search.hits.clear();
        } else if sections.iter().map(super::TextLines::len).sum::<usize>() > AT_ONCE {
            search.looking = true;
            self.outbox.push(Effect::Look { needle: search.needle.clone(), sections: sections.clone() });
        } else {
            let hits = Search::look(&search.needle, sections, || false).unwrap_or_default();
            self.take_hits(hits);
        }
    }

    /// Takes what [`Effect::Look`] has found.
    pub fn found_text(&mut self, needle: &str, sections: &Sections, hits: Vec<(Pane, usize)>, now: Stamp) {
        self.now = self.now.max(now);
        let wanted = self.search.as_ref().is_some_and(|search| search.looking && search.needle == needle);
        if wanted && std::sync::Arc::ptr_eq(sections, &self.text.sections) {
            self.take_hits(hits);
        }
    }

    fn take_hits(&mut self, hits: Vec<(Pane, usize)>) {
        let Some(search) = &mut self.search else { return };
        search.looking = false;
        search.hits = hits;
        search.at = search.at.min(search.hits.len().saturating_sub(1));
        if std::mem::take(&mut search.eager) {
            self.show_hit();
        }
    }
}
