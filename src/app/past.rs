//! What was before the scope, for the changes beside the headline's figures and for the ghost behind the graphs. It is
//! folded a segment at a time for the screens that show it, so that no frame waits for it, and kept as calls come.

use super::{App, Clock, Pane, Screen};
use crate::figures::growing::Growing;
use crate::figures::past::{Change, Ghost, Measure, Of, Past};
use crate::figures::waterfall::Against;
use crate::model::Stamp;
use crate::model::time::MINUTE;
use crate::store::{Observer, Row};

/// Calls that are looked at between two frames, a segment of the store: about 3 ms.
const AT_ONCE: usize = 65_536;

/// The past that is shown, and the one that is being folded in its place.
#[derive(Debug, Default)]
pub struct Pasts {
    shown: Option<(Of, Growing<Past>)>,
    next: Option<(Of, Growing<Past>)>,
}

impl Pasts {
    fn both(&mut self) -> impl Iterator<Item = &mut Growing<Past>> {
        self.shown.iter_mut().chain(&mut self.next).map(|(_, past)| past)
    }
}

impl Observer for Pasts {
    fn leaving(&mut self, row: Row<'_>) {
        self.both().for_each(|past| past.leaving(row));
    }

    fn entering(&mut self, row: Row<'_>) {
        self.both().for_each(|past| past.entering(row));
    }
}

impl App {
    /// Whether there is a time before the scope, so that changes and ghosts can come.
    pub fn has_past(&self) -> bool {
        self.board.scope.since.is_some()
    }

    /// How a figure of the whole scope has changed against the span before.
    pub fn change_of(&self, measure: Measure) -> Option<Change> {
        // A span that the logs do not cover tells of the logs, not of the calls.
        let since = self.board.scope.since?;
        let length = self.past_wanted()?.length;
        self.earliest().filter(|earliest| *earliest <= since.minus(length))?;
        self.past()?.change(measure, &self.board.total, &self.board.took)
    }

    /// Last week's hours behind the graphs, or others; `None` while nobody wants to see them, or none hold calls.
    pub fn ghost(&self) -> Option<&Ghost> {
        self.past().filter(|_| self.ghosts)?.ghost()
    }

    /// The figure of the headline under the cursor.
    fn current_figure(&self) -> Measure {
        let nth = self.place().cursor(Pane::Figures).nth;
        Measure::ALL.get(nth).copied().unwrap_or(Measure::Cost)
    }

    /// The calls that make a figure what it is, where that are some of them.
    pub(super) fn figure_term(&self) -> Option<String> {
        match self.current_figure() {
            Measure::Errors => Some("is:error".to_owned()),
            Measure::Overrides => Some("is:override".to_owned()),
            Measure::P50 => Some(format!("took>={}ms", self.board.took.at(0.5)? / 1_000_000)),
            Measure::P95 => Some(format!("took>={}ms", self.board.took.at(0.95)? / 1_000_000)),
            Measure::Cost | Measure::Calls | Measure::Tokens | Measure::CacheHit => None,
        }
    }

    /// Opens what a figure is made of: some of the calls, or the steps from what the span before has cost.
    pub(super) fn open_figure(&mut self) {
        match (self.figure_term(), self.periods(Against::Previous)) {
            (Some(term), _) => self.open_calls(std::iter::once(term)),
            (None, Ok(_)) => self.open_change(),
            (None, Err(why)) => self.refuse(why),
        }
    }

    fn past(&self) -> Option<&Past> {
        let (of, past) = self.pasts.shown.as_ref()?;
        // A new one is made when the minute turns; for a few frames the one before is as good.
        past.get().filter(|_| self.past_wanted().is_some_and(|wanted| wanted.is_near(of, 2 * MINUTE)))
    }

    /// The past of what is shown now.
    fn past_wanted(&self) -> Option<Of> {
        let graphs = matches!(self.screen(), Screen::Overview | Screen::Models | Screen::Routes);
        let is_seen = self.screen() == Screen::Overview || self.ghosts && graphs;
        if !is_seen || !self.loading.caught_up || self.store.is_empty() {
            return None;
        }
        let scope = &self.board.scope;
        let until = match scope.until.filter(|until| *until < self.moment()) {
            Some(until) => until.plus(1),
            // The last minute of a live window is running; in the mean half of it is over.
            None => self.moment().floor(MINUTE).plus(MINUTE / 2),
        };
        Of::before(scope, until, self.ghosts.then_some(&self.board.series))
    }

    /// Folds on, as far as there is time for it.
    pub(super) fn refresh_past(&mut self) {
        let Some(wanted) = self.past_wanted() else { return };
        let is = |made: &Option<(Of, Growing<Past>)>| made.as_ref().is_some_and(|(of, _)| *of == wanted);
        if is(&self.pasts.shown) {
            return;
        }
        if !is(&self.pasts.next) {
            let past = Growing::new(Past::begin(&wanted));
            self.pasts.next = Some((wanted, past));
        }
        let Some((_, past)) = &mut self.pasts.next else { return };
        let mut looked = 0;
        while looked < AT_ONCE {
            match past.step(&self.store) {
                0 => {
                    self.pasts.shown = self.pasts.next.take();
                    return;
                }
                rows => looked += rows,
            }
        }
    }

    /// When it is to be folded on.
    pub(super) fn past_due(&self) -> Option<Stamp> {
        (self.pasts.next.is_some() && self.clock == Clock::Live && self.past_wanted().is_some()).then_some(self.now)
    }

    /// What was folded is no longer what the store holds.
    pub(super) fn forget_past(&mut self) {
        self.pasts = Pasts::default();
    }

    /// Shows last week's hours behind the graphs, or no longer.
    pub(super) fn toggle_ghost(&mut self) {
        self.ghosts = !self.ghosts;
        // Which hours they are is said in the borders, as soon as it is known.
        let has_any = self.earliest().zip(self.board.scope.since).is_some_and(|(earliest, since)| earliest < since);
        let words = match (self.ghosts, has_any) {
            (true, true) => "earlier hours lie behind the graphs",
            (true, false) => "no call is earlier than these: nothing lies behind the graphs yet",
            (false, _) => "graphs show this time alone",
        };
        self.done(words);
    }
}
