//! Rows whose outcome is still to come. A call is logged first and finished later, by an UPDATE that no look beyond the
//! last key would see.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Stays;
use super::pace::Pace;

/// Of more, only the newest are watched.
const MOST: usize = 50_000;

#[derive(Debug)]
pub(super) struct Pending {
    /// Key and last hash.
    rows: BTreeMap<i64, u64>,
    /// To be read again from this key on.
    from: Option<i64>,
    /// And from the first one, after that: something changed while they were being read.
    again: bool,
    pace: Pace,
}

impl Default for Pending {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), from: None, again: false, pace: Pace::new(10) }
    }
}

impl Pending {
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// Something changed.
    pub fn owe(&mut self) {
        self.again = self.from.is_some();
        self.from.get_or_insert(i64::MIN);
    }

    /// What became of a row that was handed over.
    pub fn note(&mut self, key: i64, hash: u64, stays: Stays) {
        if stays == Stays::Done {
            self.rows.remove(&key);
            return;
        }
        self.rows.insert(key, hash);
        if self.rows.len() > MOST {
            self.rows.pop_first();
        }
    }

    pub fn forget(&mut self, gone: &[i64]) {
        for key in gone {
            self.rows.remove(key);
        }
    }

    /// Whether a row says other than before.
    pub fn is_news(&self, key: i64, hash: u64) -> bool {
        self.rows.get(&key) != Some(&hash)
    }

    /// Whether some have been read again and others have not.
    pub fn is_amid(&self) -> bool {
        self.from.is_some_and(|from| from != i64::MIN)
    }

    /// Keys to read again now, in order.
    pub fn next(&mut self, now: Instant, limit: usize) -> Vec<i64> {
        let Some(from) = self.from.filter(|_| limit > 0 && (self.is_amid() || self.pace.ready(now))) else {
            return Vec::new();
        };
        let keys: Vec<i64> = self.rows.range(from..).map(|(key, _)| *key).take(limit).collect();
        if keys.is_empty() {
            self.from = std::mem::take(&mut self.again).then_some(i64::MIN);
        }
        keys
    }

    /// They have been read up to this key.
    pub fn reached(&mut self, last: Option<i64>, now: Instant, cost: Duration) {
        self.from = last.and_then(|last| last.checked_add(1));
        self.pace.spent(now, cost);
    }
}
