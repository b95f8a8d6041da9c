//! Which rows have been handed over, and what they were like: 12 bytes a row.

use std::ops::Range;

/// Of larger tables only the newest rows are remembered; changes to older ones go unnoticed.
const MOST: usize = 2_000_000;

/// Key and hash of rows, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Known {
    keys: Vec<i64>,
    /// Never 0, which stands for "known to be there, contents unknown".
    hashes: Vec<u32>,
    trimmed: bool,
}

impl Known {
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn last(&self) -> Option<i64> {
        self.keys.last().copied()
    }

    /// The lowest key that is watched: where a look at the whole table begins.
    pub fn floor(&self) -> i64 {
        if self.trimmed { self.keys.first().copied().unwrap_or(i64::MIN) } else { i64::MIN }
    }

    /// Whether rows below the floor are not remembered.
    pub fn is_trimmed(&self) -> bool {
        self.trimmed
    }

    /// The key at which the last `rows` begin.
    pub fn window(&self, rows: usize) -> Option<i64> {
        self.keys.get(self.keys.len().saturating_sub(rows)).copied()
    }

    /// Keeps the keys and forgets what the rows were like, so that each is new when it is met again, and gone if not.
    pub fn doubt(&mut self) {
        self.hashes.fill(0);
        self.trimmed = false;
    }

    /// Forgets everything and returns the keys.
    pub fn drain(&mut self) -> Vec<i64> {
        self.hashes.clear();
        self.trimmed = false;
        std::mem::take(&mut self.keys)
    }

    /// Takes over the rows that lie between two keys (both included), all of them and in order. Puts the places of
    /// those that are new or changed into `changed`, and the keys that are no longer there into `gone`.
    pub fn merge(
        &mut self,
        range: (i64, i64),
        keys: &[i64],
        hashes: &[u64],
        changed: &mut Vec<usize>,
        gone: &mut Vec<i64>,
    ) {
        let first = self.keys.partition_point(|key| *key < range.0);
        let here = first..first + self.keys[first..].partition_point(|key| *key <= range.1);
        if self.keys[here.clone()] == *keys {
            self.compare(here, hashes, changed);
        } else {
            self.replace(here, keys, hashes, changed, gone);
        }
        self.trim();
    }

    /// The same for one row, if it is known.
    pub fn update(&mut self, key: i64, hash: u64) {
        if let Ok(place) = self.keys.binary_search(&key) {
            self.hashes[place] = shorten(hash);
        }
    }

    /// Forgets some rows, given in order.
    pub fn remove(&mut self, gone: &[i64]) {
        if gone.is_empty() {
            return;
        }
        let mut kept = 0;
        for place in 0..self.keys.len() {
            if gone.binary_search(&self.keys[place]).is_err() {
                self.keys[kept] = self.keys[place];
                self.hashes[kept] = self.hashes[place];
                kept += 1;
            }
        }
        self.keys.truncate(kept);
        self.hashes.truncate(kept);
    }

    fn compare(&mut self, here: Range<usize>, hashes: &[u64], changed: &mut Vec<usize>) {
        for (place, (old, new)) in self.hashes[here].iter_mut().zip(hashes).enumerate() {
            let new = shorten(*new);
            if *old != new {
                *old = new;
                changed.push(place);
            }
        }
    }

    fn replace(
        &mut self,
        here: Range<usize>,
        keys: &[i64],
        hashes: &[u64],
        changed: &mut Vec<usize>,
        gone: &mut Vec<i64>,
    ) {
        let mut old = here.clone();
        for (place, (key, hash)) in keys.iter().zip(hashes).enumerate() {
            while !old.is_empty() && self.keys[old.start] < *key {
                gone.push(self.keys[old.start]);
                old.start += 1;
            }
            let is_known = !old.is_empty() && self.keys[old.start] == *key;
            if !is_known || self.hashes[old.start] != shorten(*hash) {
                changed.push(place);
            }
            old.start += usize::from(is_known);
        }
        gone.extend_from_slice(&self.keys[old]);
        self.keys.splice(here.clone(), keys.iter().copied());
        self.hashes.splice(here, hashes.iter().map(|hash| shorten(*hash)));
    }

    /// Not one by one: each time moves all that stay.
    fn trim(&mut self) {
        if self.keys.len() > MOST + MOST / 16 {
            let excess = self.keys.len() - MOST;
            self.keys.drain(..excess);
            self.hashes.drain(..excess);
            self.trimmed = true;
        }
    }
}

fn shorten(hash: u64) -> u32 {
    hash as u32 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(known: &mut Known, range: (i64, i64), rows: &[(i64, u64)]) -> (Vec<usize>, Vec<i64>) {
        let (keys, hashes): (Vec<i64>, Vec<u64>) = rows.iter().copied().unzip();
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        known.merge(range, &keys, &hashes, &mut changed, &mut gone);
        (changed, gone)
    }

    const ALL: (i64, i64) = (i64::MIN, i64::MAX);

    #[test]
    fn only_new_and_changed_rows_are_named_and_the_missing_ones_are_gone() {
        let mut known = Known::default();
        assert_eq!(merge(&mut known, ALL, &[(1, 10), (2, 20), (4, 40), (6, 60)]), (vec![0, 1, 2, 3], vec![]));
        assert_eq!(merge(&mut known, ALL, &[(1, 10), (2, 20), (4, 40), (6, 60)]), (vec![], vec![]));
        assert_eq!(merge(&mut known, (2, 4), &[(2, 22), (3, 30)]), (vec![0, 1], vec![4]));
        assert_eq!(merge(&mut known, ALL, &[(1, 10), (2, 22), (3, 30), (6, 60)]), (vec![], vec![]));
        assert_eq!(merge(&mut known, (3, i64::MAX), &[]), (vec![], vec![3, 6]));
        assert_eq!((known.len(), known.last()), (2, Some(2)));
    }

    #[test]
    fn doubt_makes_every_row_new_and_still_knows_which_went_away() {
        let mut known = Known::default();
        merge(&mut known, ALL, &[(1, 10), (2, 20)]);
        known.doubt();
        assert_eq!(merge(&mut known, ALL, &[(1, 10)]), (vec![0], vec![2]));
    }

    #[test]
    fn the_newest_rows_of_a_huge_table_are_remembered() {
        let mut known = Known::default();
        let rows: Vec<(i64, u64)> = (0..(MOST + MOST / 8) as i64).map(|key| (key, 9)).collect();
        merge(&mut known, ALL, &rows);
        assert_eq!((known.len(), known.floor()), (MOST, (MOST / 8) as i64));
        assert_eq!(known.last(), Some((MOST + MOST / 8 - 1) as i64));
    }
}
