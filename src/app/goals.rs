//! Budgets and objectives on the screen: brought up to date once a minute and with every call, and opened.

use super::{App, Clock, Pane, Place, Screen, chips};
use crate::figures::goals::State;
use crate::model::Stamp;
use crate::model::time::MINUTE;

/// What they stood by when last looked at: the store's revision, and the minute.
pub type Looked = (u64, Stamp);

impl App {
    /// Budgets and objectives, the worst first, each with its place in the configuration.
    pub fn goals(&self) -> Vec<(usize, State<'_>)> {
        self.standing.ranked()
    }

    /// Says how they stand now: time alone changes it, too.
    pub(super) fn refresh_goals(&mut self) {
        let looked = (self.store.revision(), self.moment().floor(MINUTE));
        if !self.goals.is_empty() && self.goals_looked != Some(looked) && self.clock == Clock::Live {
            self.standing = self.goals.standing(self.now);
            self.goals_looked = Some(looked);
        }
    }

    /// Counts them anew over everything there is.
    pub(super) fn fold_goals(&mut self) {
        self.goals.fold(&self.store, self.now);
        self.goals_looked = None;
    }

    /// The calls that used what the line under the cursor tells of: of its filter and its period, whatever the screen was
    /// looking at.
    pub(super) fn open_goal(&mut self) {
        let goals = self.goals();
        let Some((_, state)) = goals.get(self.place().cursor(Pane::Burn).nth) else {
            return self.refuse("there is nothing here to open");
        };
        let (terms, since) = (chips::join(&state.terms()), state.since());
        let here = self.span();
        self.push(Place::new(Screen::Calls));
        self.try_filter(&terms);
        self.place_mut().chips = self.filter.chips.len();
        self.look_at(here, (Some(since), None));
    }
}
