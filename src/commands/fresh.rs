//! What a batch has changed, for those who tell calls one after the other: `calls --follow` and the event stream.

use std::collections::{BTreeMap, BTreeSet};

use crate::figures::Scope;
use crate::store::{Observer, Row};

/// The rows of a scope that are new or have changed, each once, and under which ids those were printed that were in it
/// before.
#[derive(Debug)]
pub struct Fresh<'s> {
    scope: &'s Scope,
    pub rows: BTreeSet<u32>,
    /// The ids of rows that were in the scope before.
    pub printed: BTreeMap<u32, String>,
}

impl<'s> Fresh<'s> {
    pub fn new(scope: &'s Scope) -> Self {
        Self { scope, rows: BTreeSet::new(), printed: BTreeMap::new() }
    }

    /// The id that a row was printed under, where it has another now: a better telling of the call has come.
    pub fn replaced(&self, row: Row<'_>) -> Option<&String> {
        self.printed.get(&row.index).filter(|id| **id != row.id())
    }

    /// Ids that were printed, and stand for no call of the scope any more.
    pub fn gone(&self) -> impl Iterator<Item = &String> {
        self.printed.iter().filter(|(row, _)| !self.rows.contains(row)).map(|(_, id)| id)
    }
}

impl Observer for Fresh<'_> {
    fn leaving(&mut self, row: Row<'_>) {
        if !self.rows.remove(&row.index) && self.scope.keeps(row) {
            self.printed.entry(row.index).or_insert_with(|| row.id());
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if self.scope.keeps(row) {
            self.rows.insert(row.index);
        }
    }
}
