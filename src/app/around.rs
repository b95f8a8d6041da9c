//! What stands around a call: which one of its session it is and what the session has cost up to it, and the calls of
//! other sources that may be the same.

use std::sync::Arc;

use super::App;
use crate::ingest::event::SourceInfo;
use crate::model::{Dim, Mark, Stamp, Usd};
use crate::store::Twin;

/// How many other records of a call are read.
const MOST: usize = 8;

/// Where a call stands in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// Its place among the calls of the session, from 1, and how many those are by now.
    pub nth: u64,
    pub of: u64,
    /// Of the calls up to this one, itself included.
    pub cost: Usd,
    /// Some of these used tokens that nobody knows a price of.
    pub is_short: bool,
}

/// What stands around the call last asked for, and the state of the store that was looked at.
#[derive(Debug)]
pub struct Around {
    row: u32,
    revision: u64,
    again: Stamp,
    so_far: Option<SoFar>,
    alike: Vec<u32>,
    same: [Option<u32>; 2],
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

    /// Rows of the calls last before and first after [`App::current_call`] that asked the very same.
    pub fn same(&self) -> [Option<u32>; 2] {
        self.around_current().map_or([None; 2], |around| around.same)
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
            let (so_far, alike, same) = (self.count_session(row), self.store.alike(row), self.asked_again(row));
            self.around = Some(Around { row, revision, again, so_far, alike, same });
        }
    }

    /// Whether other records tell of [`App::current_call`], or may.
    pub fn has_twins(&self) -> bool {
        let told = |row| self.store.get(row).is_some_and(|row| !row.twins().is_empty());
        !self.alike().is_empty() || self.current_call().is_some_and(told)
    }

    /// Where the other records of a call lie, and those that may be of it: one of each source first.
    pub(super) fn elsewhere(&self, row: u32) -> Vec<(String, Arc<SourceInfo>, Mark)> {
        let Some(call) = self.store.get(row) else { return Vec::new() };
        let info = |id| Some(Arc::clone(&self.source(id)?.info));
        let mut twins = call.twins().to_vec();
        twins.sort_by_key(|twin| twins_before(call.twins(), *twin));
        let told = twins.into_iter().filter_map(|twin| {
            let info = info(twin.source)?;
            Some((info.place(twin.span.at), info, call.mark_of(twin)))
        });
        let alike = self.alike().iter().filter_map(|other| {
            let other = self.store.get(*other)?;
            let info = info(other.source())?;
            Some((format!("may be the same: {}", info.place(other.span().at)), info, other.mark()))
        });
        told.chain(alike).take(MOST).collect()
    }

    /// By the fingerprint of the request, which only whole ones have.
    fn asked_again(&self, row: u32) -> [Option<u32>; 2] {
        let Some((call, request)) = self.store.get(row).and_then(|call| Some((call, call.request()?))) else {
            return [None; 2];
        };
        let here = (call.at(), row);
        let mut nearest: [Option<(Stamp, u32)>; 2] = [None; 2];
        for other in self.store.rows().filter(|other| other.request() == Some(request) && other.counts()) {
            let there = (other.at(), other.index);
            if there < here {
                nearest[0] = nearest[0].max(Some(there));
            } else if there > here && nearest[1].is_none_or(|after| there < after) {
                nearest[1] = Some(there);
            }
        }
        nearest.map(|found| found.map(|(_, row)| row))
    }

    fn count_session(&self, row: u32) -> Option<SoFar> {
        let call = self.store.get(row)?;
        let session = Some(call.sym(Dim::Session)).filter(|session| session.is_some())?;
        let last = (call.at(), row);
        let mut so_far = SoFar { nth: 0, of: 0, cost: Usd::ZERO, is_short: false };
        for (at, segment) in self.store.segments().iter().enumerate() {
            if !segment.has(Dim::Session) {
                continue;
            }
            for row in self.store.rows_of(at).filter(|row| row.sym(Dim::Session) == session && row.counts()) {
                so_far.of += 1;
                if (row.at(), row.index) <= last {
                    so_far.nth += 1;
                    so_far.cost += row.cost().unwrap_or_default();
                    so_far.is_short |= row.cost().is_none() && row.usage().total().is_some_and(|tokens| tokens > 0);
                }
            }
        }
        Some(so_far)
    }
}

/// How many of the same source stand before it.
fn twins_before(all: &[Twin], twin: Twin) -> usize {
    all.iter().take_while(|other| **other != twin).filter(|other| other.source == twin.source).count()
}
