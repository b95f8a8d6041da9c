//! Where a call stands in its session: which one it is, and what the session has cost up to it.

use super::App;
use crate::model::{Dim, Stamp, Usd};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// Its place among the calls of the session, from 1.
    pub nth: u64,
    /// Of the calls up to this one, itself included.
    pub cost: Usd,
}

/// Where the call last asked for stands, and the state of the store that was counted in.
#[derive(Debug)]
pub struct SessionOf {
    row: u32,
    revision: u64,
    again: Stamp,
    so_far: Option<SoFar>,
}

impl App {
    /// Where [`App::current_call`] stands in its session; `None` for a call without one.
    pub fn so_far(&self) -> Option<SoFar> {
        self.session.as_ref().filter(|session| Some(session.row) == self.current_call())?.so_far
    }

    /// Counts anew for another call; for the same one after a rest, because every row is looked at.
    pub(super) fn refresh_session(&mut self, row: u32) {
        let revision = self.store.revision();
        let known = self.session.as_ref().filter(|session| session.row == row);
        if known.is_none_or(|session| session.revision != revision && self.now >= session.again) {
            let again = self.now.plus(self.rest());
            self.session = Some(SessionOf { row, revision, again, so_far: self.count_session(row) });
        }
    }

    fn count_session(&self, row: u32) -> Option<SoFar> {
        let call = self.store.get(row)?;
        let session = Some(call.sym(Dim::Session)).filter(|session| session.is_some())?;
        let last = (call.at(), row);
        let mut so_far = SoFar { nth: 0, cost: Usd::ZERO };
        for (at, segment) in self.store.segments().iter().enumerate() {
            if segment.earliest > call.at() || !segment.has(Dim::Session) {
                continue;
            }
            for row in self.store.rows_of(at).filter(|row| row.sym(Dim::Session) == session && row.counts()) {
                if (row.at(), row.index) <= last {
                    so_far.nth += 1;
                    so_far.cost += row.cost().unwrap_or_default();
                }
            }
        }
        Some(so_far)
    }
}
