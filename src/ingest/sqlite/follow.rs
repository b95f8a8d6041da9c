//! Follows one table: hands over each row once, and again whenever its values change.
//!
//! Where to look, from the cheapest and most likely place to the dearest:
//! 1. rows beyond the last key: new ones;
//! 2. rows whose outcome was still open when they were read: a call is logged first and finished later;
//! 3. the last 256 rows: corrections, a key used again, ids that were committed out of order;
//! 4. the whole table, a chunk at a time, when its count is not what it should be, when the schema moved (VACUUM gives
//!    new row ids), or when a minute has passed in which something changed: old rows that were changed or deleted.
//!
//! The last three are kept to a share of the time, so that a writer with a thousand commits a second costs no more
//! than one with ten. What was put off is done by a later poll, also when nothing has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::ingest::format::Value;

use super::batch::{Batch, End};
use super::known::Known;
use super::layout::Layout;
use super::pace::Pace;
use super::whole::Whole;
use super::{Database, Key, Mark, Table, Unreadable};

/// Rows in one statement of a WAL database: about 2 ms. Reading is no faster with more; 500 to 20,000 were tried.
const STRIDE: usize = 2_000;
/// The same where the writer has to wait for us.
const GENTLE_STRIDE: usize = 1_000;
/// Rows at the end that are looked at again after each change.
const WINDOW: usize = 256;
/// Rows watched for their outcome; the newest.
const MOST_OPEN: usize = 50_000;
/// At least this often the whole table is compared while it changes.
const SWEEP: Duration = Duration::from_secs(60);

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
    /// There is more to read at once. A database whose writer has to wait for readers asks for the next poll only
    /// after [`Database::min_interval`], except while a table is read for the first time.
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
    known: Known,
    whole: Whole,
    /// Rows whose outcome is open, with their last hash.
    open: BTreeMap<i64, u64>,
    /// Reading on from this key to the end.
    forward: Option<i64>,
    /// Comparing the whole table, at this key.
    sweep: Option<i64>,
    owed: Owed,
    paces: Paces,
    /// Not yet told: an error may come between finding out and telling.
    gone: BTreeSet<i64>,
    batch: Batch,
    changed: Vec<usize>,
}

/// What still has to be looked at because of the last change.
#[derive(Debug, Default)]
struct Owed {
    /// Open rows from this key on.
    open: Option<i64>,
    /// And from the first one again, after that.
    open_again: bool,
    window: bool,
    count: bool,
    sweep: bool,
    /// Something changed since the last sweep began.
    changed: bool,
}

#[derive(Debug)]
struct Paces {
    open: Pace,
    window: Pace,
    count: Pace,
    sweep: Pace,
    sweep_cost: Duration,
    sweep_every: Duration,
    swept: Instant,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            open: Pace::new(10),
            window: Pace::new(10),
            count: Pace::new(50),
            sweep: Pace::new(50),
            sweep_cost: Duration::ZERO,
            sweep_every: SWEEP,
            swept: Instant::now(),
        }
    }
}

/// Where the rows of a poll go, and how many more it takes.
pub(super) struct Out<'a> {
    pub each: &'a mut dyn FnMut(Row<'_>) -> Stays,
    pub left: usize,
    pub rows: u64,
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
            known: Known::default(),
            whole: Whole::default(),
            open: BTreeMap::new(),
            forward: Some(i64::MIN),
            sweep: None,
            owed: Owed::default(),
            paces: Paces::default(),
            gone: BTreeSet::new(),
            batch: Batch::default(),
            changed: Vec::new(),
        }
    }

    /// How often the whole table is compared while it changes; a minute unless said otherwise.
    #[must_use]
    pub fn sweeping_every(mut self, every: Duration) -> Self {
        self.paces.sweep_every = every;
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
        self.notice(mark, db)?;
        let mut out = Out { each, left: limit.max(1), rows: 0 };
        let done = match self.layout.as_ref().map(|layout| &layout.key) {
            Some(Key::None) => self.poll_whole(db, &mut out),
            _ => self.poll_keyed(db, &mut out),
        };
        if done.as_ref().is_err_and(|why| matches!(why, Unreadable::Other(_))) {
            self.layout = None;
        }
        let more = done?;
        Ok(Polled { rows: out.rows, more, gone: std::mem::take(&mut self.gone).into_iter().collect() })
    }

    /// Decides what has to be looked at.
    fn notice(&mut self, mark: Mark, db: &mut Database) -> Result<(), Unreadable> {
        if self.layout.is_some() && self.seen == Some(mark) {
            let is_time = self.owed.changed && self.paces.swept.elapsed() >= self.paces.sweep_every;
            self.owed.sweep |= is_time;
            return Ok(());
        }
        let same_file = self.seen.is_none_or(|seen| seen.file == mark.file);
        let same_schema = self.seen.is_some_and(|seen| seen.schema == mark.schema);
        if !same_file {
            self.known.doubt();
            self.whole.doubt();
            self.open.clear();
            self.forward = Some(i64::MIN);
            self.sweep = None;
        }
        if self.layout.is_none() || !same_file || !same_schema {
            self.introspect(db)?;
            self.owed.sweep |= !same_schema && self.known.len() > 0;
        }
        self.owed.changed |= self.seen.is_some();
        self.seen = Some(mark);
        if self.forward.is_none() {
            self.forward = self.known.last().map_or(Some(i64::MIN), |last| last.checked_add(1));
        }
        self.owed.open_again = self.owed.open.is_some();
        self.owed.open.get_or_insert(i64::MIN);
        self.owed.window = true;
        self.owed.count = true;
        self.whole.owe();
        Ok(())
    }

    fn introspect(&mut self, db: &mut Database) -> Result<(), Unreadable> {
        self.layout = None;
        let Some(table) = db.table(&self.table)? else {
            return Err(Unreadable::Other(format!("the table {} is gone; waiting for it", self.table)));
        };
        let layout = Layout::new(&table, &self.wanted);
        let other = if layout.key == Key::None { self.known.drain() } else { self.whole.drain() };
        self.gone.extend(other);
        self.layout = Some(layout);
        Ok(())
    }

    fn poll_whole(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<bool, Unreadable> {
        let Some(layout) = &self.layout else {
            return Ok(false);
        };
        self.whole.poll(db, layout, out, &mut self.gone)
    }

    /// Says whether there is more to do at once.
    fn poll_keyed(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<bool, Unreadable> {
        self.read_forward(db, out)?;
        if self.forward.is_some() {
            return Ok(true);
        }
        self.read_open(db, out)?;
        self.read_window(db, out)?;
        self.compare_count(db);
        self.read_sweep(db, out)?;
        let pending = self.sweep.is_some() || self.is_amid_open();
        Ok(pending && !db.is_gentle())
    }

    fn read_forward(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<(), Unreadable> {
        while let Some(from) = self.forward.filter(|_| out.left > 0) {
            self.forward = self.read_range(db, from, out)?;
        }
        Ok(())
    }

    fn read_window(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        if !self.owed.window || out.left == 0 || !self.paces.window.ready(now) {
            return Ok(());
        }
        if let Some(from) = self.known.window(WINDOW) {
            let before = self.gone.len();
            let held = db.held();
            self.read_range(db, from, out)?;
            self.paces.window.spent(now, db.held().saturating_sub(held));
            self.owed.sweep |= self.gone.len() > before;
        }
        self.owed.window = false;
        Ok(())
    }

    /// One chunk.
    fn read_sweep(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        if self.sweep.is_none() && self.owed.sweep && self.paces.sweep.ready(now) {
            self.sweep = Some(self.known.floor());
            self.owed.sweep = false;
            self.owed.changed = false;
            self.paces.sweep_cost = Duration::ZERO;
        }
        let Some(from) = self.sweep.filter(|_| out.left > 0) else {
            return Ok(());
        };
        let held = db.held();
        self.sweep = self.read_range(db, from, out)?;
        self.paces.sweep_cost += db.held().saturating_sub(held);
        if self.sweep.is_none() {
            self.paces.swept = Instant::now();
            self.paces.sweep.spent(self.paces.swept, self.paces.sweep_cost);
        }
        Ok(())
    }

    /// Reads a chunk from key `from` on and hands over what differs from what is known. Returns where to go on.
    fn read_range(&mut self, db: &mut Database, from: i64, out: &mut Out<'_>) -> Result<Option<i64>, Unreadable> {
        let Some(layout) = &self.layout else {
            return Ok(Some(from));
        };
        let limit = out.left.min(stride(db));
        let batch = &mut self.batch;
        let end =
            db.read(|connection| batch.fill(connection, &layout.range, (from, limit as i64), layout.width, limit))?;
        let last = self.batch.keys.last().copied().filter(|_| end == End::Cut);
        let mut gone = Vec::new();
        self.changed.clear();
        self.known.merge(
            (from, last.unwrap_or(i64::MAX)),
            &self.batch.keys,
            &self.batch.hashes,
            &mut self.changed,
            &mut gone,
        );
        for key in &gone {
            self.open.remove(key);
        }
        self.gone.extend(gone);
        self.hand_over(out);
        Ok(last.and_then(|last| last.checked_add(1)))
    }

    /// Reads some of the open rows again.
    fn read_open(&mut self, db: &mut Database, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        let (Some(from), Some(layout)) = (self.owed.open, &self.layout) else {
            return Ok(());
        };
        if out.left == 0 || !(self.is_amid_open() || self.paces.open.ready(now)) {
            return Ok(());
        }
        let limit = out.left.min(stride(db));
        let asked: Vec<i64> = self.open.range(from..).map(|(key, _)| *key).take(limit).collect();
        if asked.is_empty() {
            self.owed.open = std::mem::take(&mut self.owed.open_again).then_some(i64::MIN);
            return Ok(());
        }
        let batch = &mut self.batch;
        let held = db.held();
        // One more than there can be, so that finding all of them is not taken for being cut off.
        let end = db.read(|connection| {
            batch.fill(connection, &layout.some, [json_list(&asked)], layout.width, asked.len() + 1)
        })?;
        self.paces.open.spent(now, db.held().saturating_sub(held));
        let last = if end == End::Cut { self.batch.keys.last() } else { asked.last() };
        self.owed.open = last.and_then(|last| last.checked_add(1));
        if end == End::All {
            self.take_gone(&asked);
        }
        self.take_open(out);
        Ok(())
    }

    /// Whether some of the open rows have been read again and others have not.
    fn is_amid_open(&self) -> bool {
        self.owed.open.is_some_and(|from| from != i64::MIN)
    }

    fn take_gone(&mut self, asked: &[i64]) {
        let mut gone: BTreeSet<i64> = asked.iter().copied().collect();
        for key in &self.batch.keys {
            gone.remove(key);
        }
        if gone.is_empty() {
            return;
        }
        self.open.retain(|key, _| !gone.contains(key));
        self.known.remove(&gone);
        self.gone.extend(gone);
    }

    fn take_open(&mut self, out: &mut Out<'_>) {
        self.changed.clear();
        for (place, (key, hash)) in self.batch.keys.iter().zip(&self.batch.hashes).enumerate() {
            if self.open.get(key) != Some(hash) {
                self.known.set(*key, *hash);
                self.changed.push(place);
            }
        }
        self.hand_over(out);
    }

    /// Hands over the rows of the batch that `changed` names.
    fn hand_over(&mut self, out: &mut Out<'_>) {
        let Some(layout) = &self.layout else {
            return;
        };
        let mut values = Vec::with_capacity(layout.slots.len());
        for place in &self.changed {
            let (key, hash) = (self.batch.keys[*place], self.batch.hashes[*place]);
            self.batch.values(*place, &layout.slots, &mut values);
            match (out.each)(Row { key, hash, values: &values }) {
                Stays::Open => {
                    self.open.insert(key, hash);
                }
                Stays::Done => {
                    self.open.remove(&key);
                }
            }
            self.gone.remove(&key);
        }
        while self.open.len() > MOST_OPEN {
            self.open.pop_first();
        }
        out.rows += self.changed.len() as u64;
        out.left = out.left.saturating_sub(self.changed.len());
    }

    /// A count that is not what it should be means deleted rows, or rows below the last key. Dear without an index, and
    /// so left out where the writer would have to wait for it.
    fn compare_count(&mut self, db: &mut Database) {
        let now = Instant::now();
        let is_useful = self.owed.count && self.sweep.is_none() && !self.owed.sweep && !self.known.is_trimmed();
        let (Some(layout), true) = (&self.layout, is_useful && !db.is_gentle() && self.paces.count.ready(now)) else {
            return;
        };
        let last = self.known.last().unwrap_or(i64::MIN);
        let held = db.held();
        let counted = db.read(|connection| {
            connection
                .prepare_cached(&layout.count)?
                .query_row([last], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        });
        self.paces.count.spent(now, db.held().saturating_sub(held));
        self.owed.count = false;
        // One that fails is no loss: what ails the table shows when it is read, and sweeps come without it.
        self.owed.sweep |= counted.is_ok_and(|(all, beyond)| all - beyond != self.known.len() as i64);
    }
}

fn stride(db: &Database) -> usize {
    if db.is_gentle() { GENTLE_STRIDE } else { STRIDE }
}

fn json_list(keys: &[i64]) -> String {
    let mut list = String::with_capacity(keys.len() * 8 + 2);
    for key in keys {
        let _ = write!(list, "{}{key}", if list.is_empty() { '[' } else { ',' });
    }
    list + "]"
}
