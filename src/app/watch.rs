//! Who keeps figures over the rows as they come: the board, the list of calls, what the window holds, the days, and the
//! budgets.

use super::alerts::Alerting;
use super::past::Pasts;
use super::{Daily, Within};
use crate::figures::{Board, Goals, Heat, Listing, Recount};
use crate::model::Stamp;
use crate::store::{Observer, Row, Store};

/// Calls among the newest that may come out of order at no cost worth counting.
const NEAR: usize = 4_096;
/// List entries that may be moved to make room for older calls, per batch: 4 M entries take about 6 ms. A history
/// that is read backwards would move them for every single call; beyond this the list is made anew instead.
const MOVES: usize = 4_000_000;

/// The list of calls, and whether it must be made anew.
#[derive(Debug, Default)]
pub struct Kept {
    pub listing: Listing,
    pub stale: bool,
}

/// All of them, for one batch.
pub struct Watch<'a> {
    pub board: &'a mut Board,
    pub daily: &'a mut Daily,
    pub within: &'a mut Within,
    pub goals: &'a mut Goals,
    /// The figures that rules look at.
    pub alerting: Option<&'a mut Alerting>,
    /// The strip, while it is shown.
    pub heat: Option<&'a mut Heat>,
    /// What is being counted beside the keys.
    pub counting: Option<&'a mut Recount>,
    /// Calls after a range of the past.
    pub newer: Option<&'a mut Within>,
    /// What was before the scope.
    pub pasts: Option<&'a mut Pasts>,
    kept: &'a mut Kept,
    /// Calls from here on are among the newest.
    near: Stamp,
    moves: usize,
}

impl<'a> Watch<'a> {
    pub fn new(
        store: &Store,
        board: &'a mut Board,
        kept: &'a mut Kept,
        daily: &'a mut Daily,
        within: &'a mut Within,
        goals: &'a mut Goals,
    ) -> Self {
        let near = kept.listing.newest(NEAR).and_then(|row| store.get(row)).map_or(Stamp(i64::MIN), Row::at);
        Self {
            board,
            daily,
            within,
            goals,
            alerting: None,
            heat: None,
            counting: None,
            newer: None,
            pasts: None,
            kept,
            near,
            moves: MOVES,
        }
    }

    /// Whether the list may still be changed in place for this call; if not it is stale from here on.
    fn in_place(&mut self, row: Row<'_>) -> bool {
        if !self.kept.stale && row.at() < self.near {
            let moved = self.kept.listing.len();
            self.kept.stale = moved > self.moves;
            self.moves = self.moves.saturating_sub(moved);
        }
        !self.kept.stale
    }
}

impl Observer for Watch<'_> {
    fn leaving(&mut self, row: Row<'_>) {
        // What is stale is folded anew soon: counting on would be for nothing.
        if !self.board.stale {
            self.board.leaving(row);
        }
        if self.in_place(row) {
            self.kept.listing.leaving(row);
        }
        self.daily.leaving(row);
        self.within.leaving(row);
        self.goals.leaving(row);
        if let Some(newer) = &mut self.newer {
            newer.leaving(row);
        }
        if let Some(pasts) = &mut self.pasts {
            pasts.leaving(row);
        }
        if let Some(alerting) = &mut self.alerting {
            alerting.watching.leaving(row);
        }
        self.heat.leaving(row);
        if let Some(counting) = &mut self.counting {
            counting.leaving(row);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if !self.board.stale {
            self.board.entering(row);
        }
        if self.in_place(row) {
            self.kept.listing.entering(row);
        }
        self.daily.entering(row);
        self.within.entering(row);
        self.goals.entering(row);
        if let Some(newer) = &mut self.newer {
            newer.entering(row);
        }
        if let Some(pasts) = &mut self.pasts {
            pasts.entering(row);
        }
        if let Some(alerting) = &mut self.alerting {
            alerting.watching.entering(row);
        }
        self.heat.entering(row);
        if let Some(counting) = &mut self.counting {
            counting.entering(row);
        }
    }
}
