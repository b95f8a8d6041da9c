//! What is compared: some calls with the rest of the scope, and the scope's span with the one before it. Both look at
//! every row of the scope, so they are made when their screen is shown, and then again after a rest.

use std::collections::HashSet;
use std::sync::Arc;

use super::{App, Clock, Pane, Place, Screen, Span, chips};
use crate::figures::waterfall::{Against, Period, Step, periods};
use crate::figures::{Differ, Scope, Waterfall};
use crate::model::Stamp;
use crate::query::{Filter, parse};

/// Whose calls are compared with the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Selection {
    /// Those that the filter keeps, with those of the window that it drops.
    #[default]
    Filter,
    /// Those of the scope that a term keeps, with those that it drops.
    Term(String),
    /// Calls that were marked, and the term that keeps them.
    Rows { rows: Arc<HashSet<u32>>, term: String },
}

/// Something that was made of the store, of what, and when it may be made again.
#[derive(Debug)]
pub(super) struct Made<K, T> {
    pub of: K,
    pub revision: u64,
    pub again: Stamp,
    pub it: T,
}

/// Why the bill changed, or why that cannot be said.
type Change = Result<Waterfall, &'static str>;

/// The last comparisons asked for.
#[derive(Debug, Default)]
pub struct Compared {
    differ: Option<Made<(Scope, Filter), Differ>>,
    change: Option<Made<(Scope, Against), Change>>,
}

impl App {
    /// What is different about the calls that [`Screen::Differ`] is about.
    pub fn differ(&self) -> Option<&Differ> {
        self.compared.differ.as_ref().filter(|_| self.screen() == Screen::Differ).map(|made| &made.it)
    }

    /// Why the bill changed, or why that cannot be said.
    pub fn change(&self) -> Option<Result<&Waterfall, &'static str>> {
        let made = self.compared.change.as_ref().filter(|_| self.screen() == Screen::Change)?;
        Some(made.it.as_ref().map_err(|why| *why))
    }

    /// The steps of [`Self::change`].
    pub fn steps(&self) -> &[Step] {
        match self.change() {
            Some(Ok(change)) => &change.steps,
            _ => &[],
        }
    }

    /// The spans that a bill is compared over, or why there are none.
    pub fn periods(&self, against: Against) -> Result<[Period; 2], &'static str> {
        periods(&self.scope(), against, self.moment())
    }

    /// What the cursor selects: the calls of its line, else those of the filter.
    pub fn selection(&self) -> Option<Selection> {
        match self.focus() {
            Pane::Calls | Pane::Summary | Pane::Mix => {
                let marked = || self.brushed_selection().or_else(|| self.marked_selection());
                marked().or_else(|| (!self.filter.is_empty()).then_some(Selection::Filter))
            }
            _ => self.selected_terms().map(|terms| Selection::Term(chips::join(&terms))),
        }
    }

    pub(super) fn open_differ(&mut self) {
        if let Some(rows) = self.two_calls() {
            return self.compare_two(rows);
        }
        let Some(selection) = self.selection() else { return self.refuse("nothing is selected") };
        let mut place = Place::new(Screen::Differ);
        place.selection = selection;
        self.push(place);
    }

    pub(super) fn open_change(&mut self) {
        self.push(Place::new(Screen::Change));
    }

    /// Compares with the next of the spans there are.
    pub(super) fn turn_against(&mut self) {
        let other = match self.place().against {
            Against::Previous => Against::LastWeek,
            Against::LastWeek => Against::Previous,
        };
        match self.periods(other) {
            Ok(_) => self.place_mut().against = other,
            Err(why) => self.refuse(why),
        }
    }

    /// The selected calls that are as the field under the cursor says.
    pub(super) fn open_field(&mut self) {
        let Some(term) = self.line_term(Pane::Fields) else {
            return self.refuse("no filter can say this");
        };
        let selected = match &self.place().selection {
            Selection::Filter => None,
            Selection::Term(term) | Selection::Rows { term, .. } => Some(term.clone()),
        };
        self.open_calls(selected.into_iter().chain([term]));
    }

    /// The calls that a step is made of: those that are no more lie outside of the window.
    pub(super) fn open_step(&mut self) {
        let nth = self.place().cursor(Pane::Steps).nth;
        let Some(Ok(change)) = self.change() else { return self.refuse("there is nothing here to open") };
        let Some(step) = change.steps.get(nth) else { return self.refuse("there is nothing here to open") };
        let Period { since, until } = change.period_of(step);
        let (term, is_ended) = (step.term.clone(), step.factor.is_ended());
        let here = self.span();
        self.open_calls(Some(term).filter(|term| !term.is_empty()).into_iter());
        if is_ended {
            self.look_at(here, (Some(since), Some(until)));
        }
    }

    /// Looks at a span of time that this place has led to; the way back leads to the one before.
    pub(super) fn look_at(&mut self, here: Span, bounds: (Option<Stamp>, Option<Stamp>)) {
        let place = self.place_mut();
        (place.came_from, place.range) = (Some(here), None);
        self.set_span(Span { bounds: Some(bounds), range: None, ..here });
    }

    /// Takes back the window that a place from this stop on has left for its calls; whether one has.
    pub(super) fn leave_window(&mut self, stop: usize) -> bool {
        let left = self.trail.iter().skip(stop).find_map(|place| place.came_from);
        if let Some(span) = left {
            self.set_span(span);
            self.trail.iter_mut().for_each(|place| place.came_from = None);
        }
        left.is_some()
    }

    /// Makes the comparison that is shown, unless it is that of this moment.
    pub(super) fn refresh_comparison(&mut self) {
        let (revision, again) = (self.store.revision(), self.now.plus(4 * self.rest()));
        match self.screen() {
            Screen::Differ => {
                let of = self.compared_calls();
                if is_due(self.compared.differ.as_ref(), &of, revision, self) {
                    let it = Differ::fold(&self.store, &of.0, &of.1);
                    self.compared.differ = Some(Made { of, revision, again, it });
                }
            }
            Screen::Change => {
                let of = (self.scope(), self.place().against);
                if is_due(self.compared.change.as_ref(), &of, revision, self) {
                    let spans = self.periods(of.1);
                    let it = spans.map(|spans| Waterfall::fold(&self.store, &mut self.pricer, &of.0.filter, spans));
                    self.compared.change = Some(Made { of, revision, again, it });
                }
            }
            _ => {}
        }
    }

    /// Everything, and what of it is selected.
    fn compared_calls(&self) -> (Scope, Filter) {
        let scope = self.scope();
        match &self.place().selection {
            Selection::Filter => (Scope { filter: Filter::All, ..scope }, self.filter.parsed.clone()),
            // It was made of what is on the screen; one that is not read keeps nothing.
            Selection::Term(term) => {
                let nothing = || Filter::Not(Box::new(Filter::All));
                let selected = parse(term, self.moment()).unwrap_or_else(|_| nothing());
                (scope, selected)
            }
            Selection::Rows { rows, .. } => (scope, Filter::rows(Arc::clone(rows))),
        }
    }

    /// When a comparison that is behind may be made again.
    pub(super) fn comparison_due(&self) -> Option<Stamp> {
        let revision = self.store.revision();
        let behind = match self.screen() {
            Screen::Differ => self.compared.differ.as_ref().filter(|made| made.revision != revision)?.again,
            Screen::Change => self.compared.change.as_ref().filter(|made| made.revision != revision)?.again,
            _ => return None,
        };
        (self.clock == Clock::Live).then_some(behind)
    }
}

pub(super) fn is_due<K: PartialEq, T>(made: Option<&Made<K, T>>, of: &K, revision: u64, app: &App) -> bool {
    let rested = |made: &Made<K, T>| app.clock == Clock::Live && made.revision != revision && app.now >= made.again;
    made.is_none_or(|made| made.of != *of || rested(made))
}
