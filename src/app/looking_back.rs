//! `repeated:` terms of the filter: which calls they keep is a matter of all calls, so they are asked again as more come.

use super::{App, Clock};
use crate::model::Stamp;

/// What was looked at, and when it may be looked at again.
#[derive(Debug, Default)]
pub struct LookingBack {
    revision: u64,
    again: Stamp,
}

impl App {
    pub(super) fn look_back(&mut self) {
        if self.back_due().is_some_and(|due| self.now >= due) {
            self.looking_back = LookingBack { revision: self.store.revision(), again: self.now.plus(4 * self.rest()) };
            self.reread_filter();
            self.rescoped = true;
        }
    }

    pub(super) fn back_due(&self) -> Option<Stamp> {
        let behind = self.clock == Clock::Live && self.looking_back.revision != self.store.revision();
        (behind && self.filter.parsed.looks_back()).then_some(self.looking_back.again)
    }
}
