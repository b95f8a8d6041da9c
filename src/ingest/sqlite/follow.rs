//! Follows one table: hands over each row once, and again whenever its values change.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::ingest::format::Value;

use super::keyed::Keyed;
use super::layout::Layout;
use super::whole::Whole;
use super::{Database, Key, Mark, Table, Unreadable};

/// A row as it is now.
#[derive(Debug)]
pub struct Row<'a> {
    /// The row id; of a table without one, a hash of the whole row.
    pub key: i64,
    /// Of the values read.
    pub hash: u64,
    /// One for each column wanted, in that order.
    pub values: &'a [Value<'a>],
}

/// What becomes of a row after it has been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// Its outcome is still to come: look at it again on every change.
    Open,
    Done,
}

/// What one poll did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Polled {
    /// Rows handed over.
    pub rows: u64,
    /// There is more to read at once. Where the writer has to wait for readers it is said only of rows that were never
    /// read; the rest comes with the polls after [`Database::min_interval`].
    pub more: bool,
    /// Keys of rows that are no longer there.
    pub gone: Vec<i64>,
}

/// One table being followed. Outlives connections and even the file; it takes any [`Database`] of the same path.
#[derive(Debug)]
pub struct Follow {
    table: String,
    wanted: Vec<String>,
    layout: Option<Layout>,
    seen: Option<Mark>,
    keyed: Keyed,
    whole: Whole,
    /// Not told yet: an error may come between finding out and telling.
    gone: BTreeSet<i64>,
}

/// Where the rows of a poll go, and how many more it takes.
pub(super) struct Out<'a> {
    each: &'a mut dyn FnMut(Row<'_>) -> Stays,
    pub left: usize,
    rows: u64,
    pub gone: &'a mut BTreeSet<i64>,
}

impl Out<'_> {
    pub fn row(&mut self, row: Row<'_>) -> Stays {
        self.gone.remove(&row.key);
        self.left = self.left.saturating_sub(1);
        self.rows += 1;
        (self.each)(row)
    }
}

impl Follow {
    /// `columns` are the ones wanted, in the order of the slots; those that the table does not have, or loses later,
    /// are `Value::Missing`.
    pub fn new(table: &Table, columns: Vec<String>) -> Self {
        Self {
            table: table.name.clone(),
            wanted: columns,
            layout: None,
            seen: None,
            keyed: Keyed::default(),
            whole: Whole::default(),
            gone: BTreeSet::new(),
        }
    }

    /// How often the whole table is compared while it changes; a minute unless said otherwise.
    #[must_use]
    pub fn sweeping_every(mut self, every: Duration) -> Self {
        self.keyed.sweep_every(every);
        self
    }

    /// Hands over at most `limit` new or changed rows. Costs a few µs when there is nothing to do, so it may be called
    /// at any event and at any tick. After an error the next poll goes on where this one stopped.
    pub fn poll(
        &mut self,
        db: &mut Database,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>) -> Stays,
    ) -> Result<Polled, Unreadable> {
        let mark = db.look()?;
        if self.layout.is_none() || self.seen != Some(mark) {
            self.notice(mark, db)?;
        }
        let mut out = Out { each, left: limit.max(1), rows: 0, gone: &mut self.gone };
        let done = match &self.layout {
            Some(layout) if layout.key == Key::None => self.whole.poll(db, layout, &mut out),
            Some(layout) => self.keyed.poll(db, layout, &mut out),
            None => Ok(false),
        };
        let rows = out.rows;
        if done.as_ref().is_err_and(|why| matches!(why, Unreadable::Other(_))) {
            // The table may have been altered since it was looked at.
            self.layout = None;
        }
        Ok(Polled { rows, more: done?, gone: std::mem::take(&mut self.gone).into_iter().collect() })
    }

    /// Decides what has to be looked at because of a change.
    fn notice(&mut self, mark: Mark, db: &mut Database) -> Result<(), Unreadable> {
        let other_file = self.seen.is_some_and(|seen| seen.file != mark.file);
        let other_schema = self.seen.is_some_and(|seen| seen.schema != mark.schema);
        if self.layout.is_none() || other_file || other_schema {
            self.introspect(db)?;
        }
        if other_file {
            self.keyed.start_again();
            self.whole.start_again();
        }
        self.keyed.owe(self.seen.is_some(), other_schema && !other_file);
        self.whole.owe();
        self.seen = Some(mark);
        Ok(())
    }

    fn introspect(&mut self, db: &mut Database) -> Result<(), Unreadable> {
        self.layout = None;
        let Some(table) = db.table(&self.table)? else {
            return Err(Unreadable::Other(format!("the table {} is gone; waiting for it", self.table)));
        };
        let layout = Layout::new(&table, &self.wanted);
        // Keys of the two kinds have nothing to do with each other.
        self.gone.extend(if layout.key == Key::None { self.keyed.drain() } else { self.whole.drain() });
        self.layout = Some(layout);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_back_is_not_gone() {
        let mut gone = BTreeSet::from([7, 8]);
        let mut out = Out { each: &mut |_| Stays::Done, left: 1, rows: 0, gone: &mut gone };
        out.row(Row { key: 7, hash: 1, values: &[] });
        assert_eq!((out.rows, out.left), (1, 0));
        assert_eq!(gone, BTreeSet::from([8]));
    }
}
