//! A filter that is typed over many calls is counted beside the keys: in parts between two turns of the loop, each new
//! letter in the place of the count before. Until a count stands, the screen shows the last one that did, and `…`.

use super::{App, Clock};
use crate::figures::Recount;

/// Calls that are counted between two frames without anybody noticing.
const AT_ONCE: u32 = 30_000;

impl App {
    /// Whether the figures are still those of another filter.
    pub fn is_counting(&self) -> bool {
        self.counting.is_some()
    }

    /// Counts on for a part of a few milliseconds. Whether the count goes on; if not, it stands.
    pub fn count_on(&mut self) -> bool {
        let Some(counting) = &mut self.counting else { return false };
        if counting.step(&self.store) {
            return true;
        }
        if let Some((listing, board)) = self.counting.take().and_then(|counting| counting.whole()) {
            self.kept.listing = listing;
            self.kept.stale = false;
            self.board = board;
            self.figures_stand();
        }
        false
    }

    /// Begins to count beside the keys, where the filter was typed and there is much to count.
    pub(super) fn counts_beside(&mut self) -> bool {
        let scope = self.scope();
        let same_span = self.within.is_of(&scope);
        if !(self.rescoped && self.typed && same_span && self.store.len() > AT_ONCE && self.clock == Clock::Live) {
            return false;
        }
        self.counting = Some(Box::new(Recount::new(scope, self.board_ends())));
        (self.rescoped, self.typed) = (false, false);
        true
    }
}
