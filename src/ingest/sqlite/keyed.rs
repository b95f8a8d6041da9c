//! Finds new, changed and deleted rows of a table that has row ids.
//!
//! Where it looks, from the cheapest and likeliest place to the dearest:
//! 1. beyond the last key: new rows;
//! 2. rows whose outcome was still open when they were read (`pending.rs`);
//! 3. the last 256 rows: corrections, a key used again, ids that were committed out of order;
//! 4. the whole table, a chunk at a time, when its count is not what it should be, when the schema moved (VACUUM gives
//!    new row ids), or when a minute has passed in which something changed: old rows that were changed or deleted.
//!
//! The last three are kept to a share of the time, so that a writer with a thousand commits a second costs little more
//! than one with ten. What was put off is done by a later poll, also when nothing has changed since.

use std::time::{Duration, Instant};

use super::batch::{Batch, End};
use super::follow::{Out, Row};
use super::known::Known;
use super::layout::Layout;
use super::pace::Pace;
use super::pending::Pending;
use super::{Database, Unreadable};

/// Rows in one statement of a WAL database: about 2 ms. Reading is no faster with more; 500 to 20,000 were tried.
const STRIDE: usize = 2_000;
/// The same where the writer has to wait for us.
const GENTLE_STRIDE: usize = 1_000;
/// Rows at the end that are looked at again after each change.
const WINDOW: usize = 256;
const GENTLE_WINDOW: usize = 64;

#[derive(Debug)]
pub(super) struct Keyed {
    known: Known,
    pending: Pending,
    /// Reading on from this key to the end.
    forward: Option<i64>,
    /// Comparing the whole table, at this key.
    sweep: Option<i64>,
    owed: Owed,
    paces: Paces,
    batch: Batch,
    /// Rows of the batch that differ from what is known.
    changed: Vec<usize>,
}

/// What still has to be looked at because of the last change.
#[derive(Debug, Default)]
struct Owed {
    window: bool,
    count: bool,
    sweep: bool,
    /// Something changed since the last sweep began.
    changed: bool,
}

#[derive(Debug)]
struct Paces {
    window: Pace,
    count: Pace,
    sweep: Pace,
    sweep_cost: Duration,
    sweep_every: Duration,
    swept: Instant,
}

impl Default for Keyed {
    fn default() -> Self {
        let paces = Paces {
            window: Pace::new(10),
            count: Pace::new(50),
            sweep: Pace::new(50),
            sweep_cost: Duration::ZERO,
            sweep_every: Duration::from_mins(1),
            swept: Instant::now(),
        };
        Self {
            known: Known::default(),
            pending: Pending::default(),
            forward: Some(i64::MIN),
            sweep: None,
            owed: Owed::default(),
            paces,
            batch: Batch::default(),
            changed: Vec::new(),
        }
    }
}

impl Keyed {
    pub fn sweep_every(&mut self, every: Duration) {
        self.paces.sweep_every = every;
    }

    /// It is another file: every row is new again, or gone.
    pub fn start_again(&mut self) {
        self.known.doubt();
        self.pending.clear();
        self.forward = Some(i64::MIN);
        self.sweep = None;
    }

    /// Forgets everything and returns the keys.
    pub fn drain(&mut self) -> Vec<i64> {
        self.start_again();
        self.known.drain()
    }

    /// Something may have changed; for the first time (`again` is false) nothing is known yet to compare with.
    pub fn owe(&mut self, again: bool, schema_moved: bool) {
        if self.forward.is_none() {
            self.forward = self.known.last().map_or(Some(i64::MIN), |last| last.checked_add(1));
        }
        self.pending.owe();
        self.owed.window = true;
        self.owed.count = true;
        self.owed.changed |= again;
        self.owed.sweep |= again && schema_moved;
    }

    /// Says whether there is more to do at once.
    pub fn poll(&mut self, db: &mut Database, layout: &Layout, out: &mut Out<'_>) -> Result<bool, Unreadable> {
        while let Some(from) = self.forward.filter(|_| out.left > 0) {
            self.forward = self.read_range(db, layout, from, out)?;
        }
        if self.forward.is_some() {
            return Ok(true);
        }
        self.read_pending(db, layout, out)?;
        self.read_window(db, layout, out)?;
        self.compare_count(db, layout);
        self.read_sweep(db, layout, out)?;
        Ok((self.sweep.is_some() || self.pending.is_amid()) && !db.is_gentle())
    }

    /// Reads a chunk from key `from` on and hands over what differs from what is known. Returns where to go on.
    fn read_range(
        &mut self,
        db: &mut Database,
        layout: &Layout,
        from: i64,
        out: &mut Out<'_>,
    ) -> Result<Option<i64>, Unreadable> {
        let limit = out.left.min(stride(db));
        let batch = &mut self.batch;
        let end =
            db.read(|connection| batch.fill(connection, &layout.range, (from, limit as i64), layout.width, limit))?;
        let last = self.batch.keys.last().copied().filter(|_| end == End::Cut);
        let range = (from, last.unwrap_or(i64::MAX));
        let mut gone = Vec::new();
        self.changed.clear();
        self.known.merge(range, &self.batch.keys, &self.batch.hashes, &mut self.changed, &mut gone);
        self.pending.forget(&gone);
        out.gone.extend(gone);
        self.hand_over(layout, out);
        Ok(last.and_then(|last| last.checked_add(1)))
    }

    fn read_pending(&mut self, db: &mut Database, layout: &Layout, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        let asked = self.pending.next(now, out.left.min(stride(db)));
        if asked.is_empty() {
            return Ok(());
        }
        let (batch, held) = (&mut self.batch, db.held());
        // One more than there can be, so that finding all of them is not taken for being cut off.
        let limit = asked.len() + 1;
        let end =
            db.read(|connection| batch.fill(connection, &layout.some, [json_list(&asked)], layout.width, limit))?;
        let last = if end == End::Cut { self.batch.keys.last() } else { asked.last() };
        self.pending.reached(last.copied(), now, db.held().saturating_sub(held));
        if end == End::All {
            let gone = without(&asked, &self.batch.keys);
            self.pending.forget(&gone);
            self.known.remove(&gone);
            out.gone.extend(gone);
        }
        self.changed.clear();
        for (place, (key, hash)) in self.batch.keys.iter().zip(&self.batch.hashes).enumerate() {
            if self.pending.is_news(*key, *hash) {
                self.known.update(*key, *hash);
                self.changed.push(place);
            }
        }
        self.hand_over(layout, out);
        Ok(())
    }

    fn read_window(&mut self, db: &mut Database, layout: &Layout, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        if !self.owed.window || out.left == 0 || !self.paces.window.ready(now) {
            return Ok(());
        }
        let rows = if db.is_gentle() { GENTLE_WINDOW } else { WINDOW };
        if let Some(from) = self.known.window(rows) {
            let (held, gone) = (db.held(), out.gone.len());
            self.read_range(db, layout, from, out)?;
            self.paces.window.spent(now, db.held().saturating_sub(held));
            // Where some went, others may have gone.
            self.owed.sweep |= out.gone.len() > gone;
        }
        self.owed.window = false;
        Ok(())
    }

    /// A count that is not what it should be means deleted rows, or rows below the last key. Dear without an index, and
    /// so left out where the writer would have to wait for it.
    fn compare_count(&mut self, db: &mut Database, layout: &Layout) {
        let now = Instant::now();
        let is_useful = self.owed.count && self.sweep.is_none() && !self.owed.sweep && !self.known.is_trimmed();
        if !is_useful || db.is_gentle() || !self.paces.count.ready(now) {
            return;
        }
        let last = self.known.last().unwrap_or(i64::MIN);
        let held = db.held();
        let counted = db.read(|connection| {
            let mut statement = connection.prepare_cached(&layout.count)?;
            statement.query_row([last], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        });
        self.paces.count.spent(now, db.held().saturating_sub(held));
        self.owed.count = false;
        // One that fails is no loss: what ails the table shows when it is read, and sweeps come without it.
        self.owed.sweep |= counted.is_ok_and(|(all, beyond)| all - beyond != self.known.len() as i64);
    }

    /// Compares one chunk, and begins when it is time to.
    fn read_sweep(&mut self, db: &mut Database, layout: &Layout, out: &mut Out<'_>) -> Result<(), Unreadable> {
        let now = Instant::now();
        self.owed.sweep |= self.owed.changed && now.duration_since(self.paces.swept) >= self.paces.sweep_every;
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
        self.sweep = self.read_range(db, layout, from, out)?;
        self.paces.sweep_cost += db.held().saturating_sub(held);
        if self.sweep.is_none() {
            self.paces.swept = Instant::now();
            self.paces.sweep.spent(self.paces.swept, self.paces.sweep_cost);
        }
        Ok(())
    }

    /// Hands over the rows of the batch that `changed` names.
    fn hand_over(&mut self, layout: &Layout, out: &mut Out<'_>) {
        let mut values = Vec::with_capacity(layout.slots.len());
        for place in &self.changed {
            let (key, hash) = (self.batch.keys[*place], self.batch.hashes[*place]);
            self.batch.values(*place, &layout.slots, &mut values);
            let stays = out.row(Row { key, hash, values: &values });
            self.pending.note(key, hash, stays);
        }
    }
}

fn stride(db: &Database) -> usize {
    if db.is_gentle() { GENTLE_STRIDE } else { STRIDE }
}

/// Those of `asked` that are not in `found`; both in order.
fn without(asked: &[i64], found: &[i64]) -> Vec<i64> {
    asked.iter().copied().filter(|key| found.binary_search(key).is_err()).collect()
}

fn json_list(keys: &[i64]) -> String {
    let keys: Vec<String> = keys.iter().map(i64::to_string).collect();
    format!("[{}]", keys.join(","))
}
