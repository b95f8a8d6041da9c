//! Follows a table or view without row ids by reading all of it on each change. A row's key is a hash of what it says,
//! so a changed row is one that is gone and one that is new.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use rusqlite::Connection;

use super::batch::{Batch, End};
use super::follow::{Out, Row};
use super::layout::Layout;
use super::pace::Pace;
use super::{Database, Unreadable};

/// What lies beyond is not read.
pub(super) const MOST_ROWS: usize = 200_000;
/// New rows of one pass.
const STRIDE: usize = 20_000;

#[derive(Debug)]
pub(super) struct Whole {
    known: HashSet<i64>,
    /// Handed over before the file was replaced: to be handed over again, or gone.
    doubted: HashSet<i64>,
    owed: bool,
    pace: Pace,
    batch: Batch,
}

impl Default for Whole {
    fn default() -> Self {
        Self {
            known: HashSet::new(),
            doubted: HashSet::new(),
            owed: true,
            pace: Pace::new(10),
            batch: Batch::default(),
        }
    }
}

impl Whole {
    pub fn owe(&mut self) {
        self.owed = true;
    }

    /// It is another file: every row is new again, or gone.
    pub fn start_again(&mut self) {
        self.doubted.extend(self.known.drain());
    }

    /// Forgets everything and returns the keys.
    pub fn drain(&mut self) -> Vec<i64> {
        self.known.drain().chain(self.doubted.drain()).collect()
    }

    /// Says whether there is more to do at once.
    pub fn poll(&mut self, db: &mut Database, layout: &Layout, out: &mut Out<'_>) -> Result<bool, Unreadable> {
        let now = Instant::now();
        if !self.owed || !self.pace.ready(now) {
            return Ok(false);
        }
        let (known, batch, limit) = (&self.known, &mut self.batch, out.left.min(STRIDE));
        let held = db.held();
        let (end, met) = db.read(|connection| pass(connection, layout, known, batch, limit))?;
        let mut values = Vec::with_capacity(layout.slots.len());
        for (row, key) in self.batch.keys.iter().copied().enumerate() {
            self.known.insert(key);
            self.doubted.remove(&key);
            self.batch.values(row, &layout.slots, &mut values);
            out.row(Row { key, hash: self.batch.hashes[row], values: &values });
        }
        if end == End::Cut {
            return Ok(true);
        }
        self.pace.spent(now, db.held().saturating_sub(held));
        out.gone.extend(self.known.extract_if(|key| !met.contains(key)));
        out.gone.extend(self.doubted.drain());
        self.owed = false;
        Ok(false)
    }
}

/// Reads all rows and keeps those that are not known, at most `limit`. Returns the keys of all it met.
fn pass(
    connection: &Connection,
    layout: &Layout,
    known: &HashSet<i64>,
    batch: &mut Batch,
    limit: usize,
) -> rusqlite::Result<(End, HashSet<i64>)> {
    let mut met = HashSet::with_capacity(known.len());
    let mut twins = HashMap::new();
    batch.clear(layout.width);
    let mut statement = connection.prepare_cached(&layout.whole)?;
    let mut rows = statement.query([MOST_ROWS as i64])?;
    while let Some(row) = rows.next()? {
        let start = batch.end();
        batch.push(row)?;
        let key = content_key(batch.hashes.last().copied().unwrap_or_default(), &mut twins);
        met.insert(key);
        if known.contains(&key) {
            batch.pop(start);
            continue;
        }
        if let Some(last) = batch.keys.last_mut() {
            *last = key;
        }
        if batch.len() >= limit || batch.is_heavy() {
            return Ok((End::Cut, met));
        }
    }
    Ok((End::All, met))
}

/// The key of a row that says what `hash` stands for; equal rows are counted, so that each has its own.
pub(super) fn content_key(hash: u64, twins: &mut HashMap<u64, u64>) -> i64 {
    let before = twins.entry(hash).or_default();
    let key = hash.wrapping_add(before.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    *before += 1;
    key as i64
}
