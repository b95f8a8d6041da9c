//! What stands around a call: which one of its session it is and what the session has cost up to it, and the calls of
//! other sources that may be the same.

use super::App;
use crate::model::{Dim, Stamp, Usd};

/// Where a call stands in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// Its place among the calls of the session, from 1.
    pub nth: u64,
    /// Of the calls up to this one, itself included.
    pub cost: Usd,
}

/// What stands around the call last asked for, and the state of the store that was looked at.
#[derive(Debug)]
pub struct Around {
    row: u32,
    revision: u64,
    again: Stamp,
    so_far: Option<SoFar>,
    alike: Vec<u32>,
}

impl App {
    /// Where [`App::current_call`] stands in its session; `None` for a call without one.
    pub fn so_far(&self) -> Option<SoFar> {
        self.around_current()?.so_far
    }

    /// Rows of other sources that may tell [`App::current_call`] again.
    pub fn alike(&self) -> &[u32] {
        self.around_current().map_or(&[], |around| &around.alike)
    }

    fn around_current(&self) -> Option<&Around> {
        self.around.as_ref().filter(|around| Some(around.row) == self.current_call())
    }

    /// Counts anew for another call; for the same one after a rest, because every row is looked at.
    pub(super) fn look_around(&mut self, row: u32) {
        let revision = self.store.revision();
        let known = self.around.as_ref().filter(|around| around.row == row);
        if known.is_none_or(|around| around.revision != revision && self.now >= around.again) {
            let again = self.now.plus(self.rest());
            let (so_far, alike) = (self.count_session(row), self.store.alike(row));
            self.around = Some(Around { row, revision, again, so_far, alike });
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
