//! How the filter changes, and the terms that cells, groups and bins stand for.

use super::{ActiveFilter, App, GroupRow, Grouping, Pane, ToastKind, cell, chips};
use crate::figures::audit;
use crate::model::Stamp;
use crate::query::{ParseError, parse_since};
use crate::store::Row;

impl App {
    pub(super) fn read_filter(&self, text: &str) -> Result<ActiveFilter, ParseError> {
        ActiveFilter::read(text, self.moment())
    }

    /// Puts a filter in force, the names in it written out.
    pub(super) fn set_filter(&mut self, text: &str) -> Result<(), ParseError> {
        let filter = self.read_filter(&self.written_out(text))?;
        if filter.text != self.filter.text {
            self.filter = filter;
            self.fill_bodies();
            self.rescoped = true;
        }
        Ok(())
    }

    /// Puts a filter in force, or says why not.
    pub(super) fn try_filter(&mut self, text: &str) {
        if let Err(error) = self.set_filter(text) {
            self.say(ToastKind::Failed, error.to_string());
        }
    }

    /// Takes one chip out of the filter.
    pub(super) fn unchip(&mut self, nth: usize) {
        if nth >= self.filter.chips.len() {
            return;
        }
        let mut left = self.filter.chips.clone();
        left.remove(nth);
        let place = self.place_mut();
        place.chips -= usize::from(nth < place.chips);
        self.try_filter(&chips::join(&left));
    }

    /// Reads the filter's text again: spans in it count back from now.
    pub(super) fn reread_filter(&mut self) {
        if let Ok(filter) = self.read_filter(&self.filter.text) {
            self.filter = filter;
            self.fill_bodies();
        }
    }

    /// Keeps only what is as the cell under the cursor, or drops it.
    pub(super) fn narrow(&mut self, without: bool) {
        match self.cell_term() {
            Some(term) if without => {
                let negated = chips::negated(&term);
                self.try_filter(&chips::with(&self.filter.text, &negated));
                self.typed = self.rescoped;
            }
            Some(term) => {
                self.try_filter(&chips::with(&self.filter.text, &term));
                self.typed = self.rescoped;
            }
            None => {
                self.refuse_keyed("no filter can be made of this cell: move to another column with {left} and {right}");
            }
        }
    }

    /// The filter that the cell under the cursor stands for.
    fn cell_term(&self) -> Option<String> {
        let pane = self.focus();
        let cursor = self.place().cursor(pane);
        match pane {
            Pane::Calls => {
                let row = self.store.get(self.call_at(cursor.nth)?)?;
                cell::term(row, cursor.column)
            }
            _ => self.line_term(pane),
        }
    }

    /// The filter that the line under a pane's cursor stands for: the calls behind it.
    pub(super) fn line_term(&self, pane: Pane) -> Option<String> {
        let nth = self.place().cursor(pane).nth;
        match pane {
            Pane::Groups | Pane::Routes => self.group_term(pane),
            Pane::Confidence => Some(self.bin_terms(nth).join(" ")),
            Pane::Corrections => self.correction_term(nth),
            Pane::Cost | Pane::Latency => {
                let (series, range) = (&self.board.series, self.brush_range(pane));
                (range.end <= series.buckets.len()).then(|| span_term(series.time(range.start), series.time(range.end)))
            }
            Pane::Heat => {
                let (heat, area) = (self.heat()?, self.heat_area()?);
                let span = span_term(heat.time(area.steps.start), heat.time(area.steps.end));
                Some(format!("{span} {}", heat.of.terms(&area.bins)))
            }
            Pane::Pairs => {
                let pair = self.audit().pairs.get(nth)?;
                let labels = [pair.left, pair.right].map(|source| self.store.label_of(source).to_owned());
                Some(chips::term("source", &labels))
            }
            Pane::Sources => {
                let label = self.sources.get(nth)?.info.label();
                Some(chips::term("source", &[label]))
            }
            Pane::Fields => self.differ()?.fields.get(nth)?.term.clone(),
            Pane::Findings | Pane::Finding => self.evidence_term(),
            Pane::Steps => self.steps().get(nth).map(|step| step.term.clone()).filter(|term| !term.is_empty()),
            Pane::Templates => self.template_term(nth),
            Pane::Figures => self.figure_term(),
            _ => None,
        }
    }

    fn group_term(&self, pane: Pane) -> Option<String> {
        Some(match (self.current_group(pane)?, self.grouping(pane)) {
            (GroupRow::Named(group), Grouping::By(by)) => {
                chips::term(by.word(), &[self.store.label(group.name).to_owned()])
            }
            (GroupRow::Day(day, _), _) => format!("since:{day} until:{day}"),
            (GroupRow::Named(_), Grouping::Day) => return None,
        })
    }

    /// The text of the cell under the cursor, as `y` copies it.
    pub(super) fn cell_text(&self) -> Option<String> {
        let pane = self.focus();
        let cursor = self.place().cursor(pane);
        match pane {
            Pane::Calls => cell::text(self.store.get(self.call_at(cursor.nth)?)?, cursor.column),
            Pane::Groups | Pane::Routes => {
                let row = self.current_group(pane)?;
                Some(self.group_label(row))
            }
            Pane::Sources => self.sources.get(cursor.nth).map(|source| source.info.label()),
            Pane::Pairs => {
                let pair = self.audit().pairs.get(cursor.nth)?;
                Some(format!("{} {}", self.store.label_of(pair.left), self.store.label_of(pair.right)))
            }
            Pane::Checks => {
                self.current_finding().map(|finding| audit::what(&self.store, finding.about, self.cause_of(finding)))
            }
            Pane::Cases => self.current_case().map(|case| self.store.row(case.row).id()),
            Pane::Fields => self.differ()?.fields.get(cursor.nth).map(|found| found.phrase.clone()),
            Pane::Templates => self.template_term(cursor.nth),
            Pane::Steps => self.steps().get(cursor.nth).map(|step| step.usd.to_string()),
            Pane::Evidence => self.current_call().and_then(|row| self.store.get(row)).map(Row::id),
            Pane::Burn => self.goals().get(cursor.nth).map(|(_, state)| state.name().to_owned()),
            Pane::Cost | Pane::Latency | Pane::Heat => {
                let terms = self.selected_terms()?;
                Some(terms.iter().fold(self.filter.text.clone(), |text, term| chips::with(&text, term)))
            }
            Pane::Confidence => self.config_line(),
            Pane::Corrections => self.correction_term(cursor.nth),
            _ => None,
        }
    }
}

/// From a moment to just before another. In local time where that is unambiguous, because the screen's clock is.
pub(super) fn span_term(from: Stamp, to: Stamp) -> String {
    let last = to.minus(1);
    let local = |at: Stamp, format: &str| {
        let text = at.local().format(format).to_string();
        if parse_since(&text, at) == Some(at) { text } else { at.iso() }
    };
    format!("since:{} until:{}", local(from, "%Y-%m-%dT%H:%M"), local(last, "%Y-%m-%dT%H:%M:%S%.3f"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::MINUTE;
    use crate::query::{Filter, parse};

    #[test]
    fn a_span_is_read_back_to_the_millisecond() {
        let from = Stamp(1_763_900_040_000).floor(MINUTE);
        let text = span_term(from, from.plus(MINUTE));
        let expected = Filter::And(vec![Filter::Since(from), Filter::Until(from.plus(MINUTE - 1))]);
        assert_eq!(parse(&text, Stamp(0)), Ok(expected), "{text}");
    }
}
