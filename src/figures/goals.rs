//! The budgets and objectives that are configured, kept as calls come, change and go. They have filters and periods of
//! their own: what a screen or a report looks at changes nothing here.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::budget::{Budget, BudgetState, Spent};
use super::objective::{Events, Objective, ObjectiveState};
use super::stats::{Facts, Sign};
use super::timeline::Timeline;
use crate::model::Stamp;
use crate::store::{Observer, Row, Store};

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Goals {
    budgets: Vec<(Arc<Budget>, Timeline<Spent>)>,
    objectives: Vec<(Arc<Objective>, Timeline<Events>)>,
    /// Calls after this do not count.
    until: Option<Stamp>,
}

impl Goals {
    /// Nothing is counted yet.
    pub fn new(budgets: &[Budget], objectives: &[Objective], now: Stamp) -> Self {
        let budgets = budgets.iter().map(|budget| (Arc::new(budget.clone()), budget.timeline(now)));
        let objectives = objectives.iter().map(|objective| (Arc::new(objective.clone()), objective.timeline(now)));
        Self { budgets: budgets.collect(), objectives: objectives.collect(), until: None }
    }

    /// As of a moment that is past: later calls do not count.
    #[must_use]
    pub fn until(self, until: Option<Stamp>) -> Self {
        Self { until, ..self }
    }

    pub fn is_empty(&self) -> bool {
        self.budgets.is_empty() && self.objectives.is_empty()
    }

    /// Counts every call of the store anew.
    pub fn fold(&mut self, store: &Store, now: Stamp) {
        self.budgets.iter_mut().for_each(|(budget, timeline)| *timeline = budget.timeline(now));
        self.objectives.iter_mut().for_each(|(objective, timeline)| *timeline = objective.timeline(now));
        let starts = self.budgets.iter().map(|(_, timeline)| timeline.start());
        let starts = starts.chain(self.objectives.iter().map(|(_, timeline)| timeline.start()));
        let Some(since) = starts.min() else { return };
        for (at, segment) in store.segments().iter().enumerate() {
            if segment.latest >= since {
                store.rows_of(at).filter(|row| row.at() >= since).for_each(|row| self.count(row, Sign::Plus));
            }
        }
    }

    /// How they stand at a moment; what is too old by then is dropped.
    pub fn standing(&mut self, now: Stamp) -> Standing {
        self.budgets.iter_mut().for_each(|(_, timeline)| timeline.advance(now));
        self.objectives.iter_mut().for_each(|(_, timeline)| timeline.advance(now));
        Standing {
            budgets: self.budgets.iter().map(|(budget, timeline)| BudgetState::of(budget, timeline, now)).collect(),
            objectives: self
                .objectives
                .iter()
                .map(|(objective, timeline)| ObjectiveState::of(objective, timeline, now))
                .collect(),
        }
    }

    fn count(&mut self, row: Row<'_>, sign: Sign) {
        if self.is_empty() || !row.counts() || self.until.is_some_and(|until| row.at() > until) {
            return;
        }
        let call = Facts::of(row);
        for (budget, timeline) in &mut self.budgets {
            if budget.filter.keeps(row) {
                timeline.change(call.at, |spent| spent.count(&call, sign));
            }
        }
        for (objective, timeline) in &mut self.objectives {
            if objective.filter.keeps(row) {
                timeline.change(call.at, |events| events.count(objective.goal, &call, sign));
            }
        }
    }
}

impl Observer for Goals {
    fn leaving(&mut self, row: Row<'_>) {
        self.count(row, Sign::Minus);
    }

    fn entering(&mut self, row: Row<'_>) {
        self.count(row, Sign::Plus);
    }
}

/// How all of them stand, in the order of the configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    pub budgets: Vec<BudgetState>,
    pub objectives: Vec<ObjectiveState>,
}

/// How one of them stands, in a word; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    Good,
    /// A level is reached, it will not last, or nothing is left of what is allowed.
    Watch,
    /// A budget is spent; an objective is missed, or burns fast.
    Bad,
}

/// A budget or an objective.
#[derive(Debug, Clone, Copy)]
pub enum State<'a> {
    Budget(&'a BudgetState),
    Objective(&'a ObjectiveState),
}

impl<'a> State<'a> {
    pub fn mood(self) -> Mood {
        match self {
            Self::Budget(state) if state.is_spent() => Mood::Bad,
            Self::Budget(state) if state.level().is_some() || state.will_not_last() || state.gone_in.is_some() => {
                Mood::Watch
            }
            Self::Objective(state) if state.is_missed() || state.alert.is_some_and(|pair| pair.urgent) => Mood::Bad,
            Self::Objective(state) if state.is_used_up() || state.alert.is_some() => Mood::Watch,
            _ => Mood::Good,
        }
    }

    pub fn name(self) -> &'a str {
        match self {
            Self::Budget(state) => &state.budget.name,
            Self::Objective(state) => &state.objective.name,
        }
    }

    /// The share of it that is left, below nothing where more than all is used.
    pub fn left(self) -> Option<f64> {
        match self {
            Self::Budget(state) => state.share().map(|share| 1.0 - share),
            Self::Objective(state) => state.left(),
        }
    }

    /// Over how many milliseconds, and how many times as fast as would just last.
    pub fn burn(self) -> Option<(i64, f64)> {
        match self {
            Self::Budget(state) => state.burn.map(|burn| (state.budget.per.recent(), burn)),
            Self::Objective(state) => state.burn,
        }
    }

    /// Milliseconds until nothing is left, if it goes on so.
    pub fn gone_in(self) -> Option<i64> {
        match self {
            Self::Budget(state) => state.gone_in,
            Self::Objective(state) => state.gone_in,
        }
    }

    /// The filter that keeps the calls which used it, without their period.
    pub fn terms(self) -> Vec<String> {
        let (text, bad) = match self {
            Self::Budget(state) => (&state.budget.text, None),
            Self::Objective(state) => (&state.objective.text, Some(state.objective.goal.term())),
        };
        let own = match bad {
            Some(_) if text.contains(" or ") => format!("({text})"),
            _ => text.clone(),
        };
        Some(own).filter(|own| !own.is_empty()).into_iter().chain(bad).collect()
    }

    /// When these calls begin.
    pub fn since(self) -> Stamp {
        match self {
            Self::Budget(state) => state.since,
            Self::Objective(state) => state.since,
        }
    }
}

impl Standing {
    pub fn is_empty(&self) -> bool {
        self.budgets.is_empty() && self.objectives.is_empty()
    }

    /// Whether the money or the tokens of a budget are spent.
    pub fn has_spent(&self) -> bool {
        self.budgets.iter().any(BudgetState::is_spent)
    }

    /// All of them with their places in the configuration, budgets first; then the worst first.
    pub fn ranked(&self) -> Vec<(usize, State<'_>)> {
        let budgets = self.budgets.iter().map(State::Budget);
        let mut all: Vec<_> = budgets.chain(self.objectives.iter().map(State::Objective)).enumerate().collect();
        all.sort_by_key(|(_, state)| std::cmp::Reverse(state.mood()));
        all
    }
}
