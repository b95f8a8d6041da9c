//! Decisions and their outcomes: two lines that tell one call. An outcome completes the oldest open decision like it.
//!
//! Where a log was cut between the two, its parts may be read in any order. An outcome that comes before its decision is a
//! call of its own until everything has been read: a decision is completed by its own file first.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use super::tellings::told_of;
use super::{Observer, Pricer, Row, Store, Waiting};
use crate::model::{Flags, SourceId, Told};

/// Calls of a source among which an outcome may be one whose decision stands elsewhere: a cut parts few of them, and they
/// come first.
const MOST: u64 = 1_024;

impl Store {
    pub(super) fn wait(&mut self, key: u64, index: u32) {
        match self.open.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Waiting { oldest: index, more: None });
            }
            Entry::Occupied(mut entry) => entry.get_mut().more.get_or_insert_default().push_back(index),
        }
    }

    /// The open decision that an outcome completes: the one that was read first. Another file may hold later ones, and be
    /// read before.
    pub(super) fn oldest_open(&mut self, key: u64, outcome: &Told, source: SourceId) -> Option<u32> {
        let fits = |row: Row<'_>| row.source() == source || row.at() <= outcome.at;
        let decision = self.waiting(key).find(|row| fits(self.row(*row)))?;
        self.no_longer_open(key, decision);
        Some(decision)
    }

    fn waiting(&self, key: u64) -> impl Iterator<Item = u32> {
        let waiting = self.open.get(&key).into_iter();
        waiting.flat_map(|waiting| {
            std::iter::once(waiting.oldest).chain(waiting.more.as_deref().into_iter().flatten().copied())
        })
    }

    fn no_longer_open(&mut self, key: u64, index: u32) {
        let Entry::Occupied(mut entry) = self.open.entry(key) else { return };
        let is_oldest = entry.get().oldest == index;
        let more = entry.get_mut().more.as_deref_mut();
        if is_oldest {
            match more.and_then(VecDeque::pop_front) {
                Some(next) => entry.get_mut().oldest = next,
                None => drop(entry.remove()),
            }
        } else if let Some(more) = more {
            more.retain(|row| *row != index);
        }
    }

    /// What it says is added, the rest of the decision stays as it was made.
    pub(super) fn complete(
        &mut self,
        index: u32,
        told: &Told,
        teller: u32,
        [id, preview]: [&str; 2],
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        let counts = self.row(index).counts();
        if counts {
            self.leave(index, observer);
        }
        let (segment, row) = self.split(index);
        segment.complete(row, told, teller, id, preview);
        self.price(index, pricer);
        if counts {
            self.enter(index, observer);
        }
        self.told_apart.remove(&index);
        let source = self.source_of(teller).0 as usize;
        self.counts[source].updates += 1;
    }

    /// An outcome of no decision that was read so far.
    pub(super) fn came_early(&mut self, key: u64, index: u32) {
        if self.counts_of(self.row(index).source()).calls <= MOST {
            self.early.push((key, index));
        }
    }

    /// Everything that is there has been read: outcomes meet the decisions that were read after them.
    pub fn settle(&mut self, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        let mut early = std::mem::take(&mut self.early);
        early.sort_by_key(|(_, outcome)| (self.row(*outcome).at(), *outcome));
        for (key, outcome) in early {
            match self.decision_of(key, outcome) {
                Some(decision) if self.row(outcome).counts() => {
                    self.no_longer_open(key, decision);
                    self.join(decision, outcome, pricer, observer);
                }
                _ => self.early.push((key, outcome)),
            }
        }
        self.revision += 1;
    }

    /// The oldest open decision of another source that an outcome may complete: in one file the decision stands first.
    fn decision_of(&self, key: u64, outcome: u32) -> Option<u32> {
        let outcome = self.row(outcome);
        let fits = |row: &u32| self.row(*row).source() != outcome.source() && self.row(*row).at() <= outcome.at();
        self.waiting(key).filter(fits).min_by_key(|row| (self.row(*row).at(), *row))
    }

    /// Lets an outcome that stood for a call of its own complete the decision.
    fn join(&mut self, decision: u32, outcome: u32, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        let row = self.row(outcome);
        let (told, teller, key) = (told_of(row), row.teller(), row.key());
        let (id, preview) = (row.own_id().unwrap_or_default().to_owned(), row.preview().to_owned());
        self.leave(outcome, observer);
        let (segment, row) = self.split(outcome);
        segment.set_flag(row, Flags::HIDDEN, true);
        self.stands_behind.insert(outcome, decision);
        self.by_key.remove(key, outcome);
        self.complete(decision, &told, teller, [&id, &preview], pricer, observer);
        let (segment, row) = self.split(decision);
        segment.set_outcome_key(row, key);
        self.by_key.insert(key, decision);
        for twin in self.twins.remove(&outcome).unwrap_or_default() {
            self.note_twin_at(decision, twin);
        }
    }
}
