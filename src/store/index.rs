//! Which row has a key, where keys are hashes: half of a key stands beside the row's number, and the row itself knows
//! the rest. Eight bytes a slot, filled in the order of the keys, so that growing is one walk from end to end.

/// A row's number and the upper half of its key; 0 is an empty slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot(u64);

impl Slot {
    const EMPTY: Self = Self(0);
    /// Stands for a row that was taken out; the slots behind it are still looked at.
    const GONE: u32 = u32::MAX - 1;

    fn new(key: u64, row: u32) -> Self {
        Self((spread(key) & !0xffff_ffff) | (u64::from(row) + 1))
    }

    fn row(self) -> u32 {
        (self.0 as u32).wrapping_sub(1)
    }

    fn is_like(self, key: u64) -> bool {
        (self.0 ^ spread(key)) >> 32 == 0 && self != Self::EMPTY
    }
}

/// Lets every bit of a key reach its upper half.
#[inline]
fn spread(key: u64) -> u64 {
    (key ^ (key >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// See the module.
#[derive(Debug, Default)]
pub struct Index {
    slots: Vec<Slot>,
    used: usize,
    /// A key's slot is its upper bits when it is spread, this many places down.
    shift: u32,
}

/// An empty slot, found while looking for a key.
#[derive(Debug, Clone, Copy)]
pub struct Gap(usize);

/// Slots of the smallest table.
const LEAST: usize = 64;

impl Index {
    /// The first row that has this key, if `is_it` agrees: half of the key may be another's. Else the gap where a row
    /// with this key belongs.
    #[inline]
    pub fn find(&self, key: u64, mut is_it: impl FnMut(u32) -> bool) -> Result<u32, Gap> {
        for at in self.places(spread(key)) {
            let slot = self.slots[at];
            if slot == Slot::EMPTY {
                return Err(Gap(at));
            }
            if slot.is_like(key) && slot.row() != Slot::GONE && is_it(slot.row()) {
                return Ok(slot.row());
            }
        }
        Err(Gap(usize::MAX))
    }

    /// Puts a row into the gap that was found for its key. Nothing may have been put in meanwhile.
    #[inline]
    pub fn fill(&mut self, gap: Gap, key: u64, row: u32) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.insert(key, row);
        } else if let Some(slot) = self.slots.get_mut(gap.0) {
            *slot = Slot::new(key, row);
            self.used += 1;
        }
    }

    pub fn insert(&mut self, key: u64, row: u32) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        self.put(Slot::new(key, row));
    }

    fn put(&mut self, slot: Slot) {
        if let Some(free) = self.places(slot.0).find(|at| self.slots[*at] == Slot::EMPTY) {
            self.slots[free] = slot;
            self.used += 1;
        }
    }

    /// Takes a row out from under a key.
    pub fn remove(&mut self, key: u64, row: u32) {
        let found = self
            .places(spread(key))
            .take_while(|at| self.slots[*at] != Slot::EMPTY)
            .find(|at| self.slots[*at] == Slot::new(key, row));
        if let Some(at) = found {
            self.slots[at] = Slot::new(key, Slot::GONE);
        }
    }

    /// Looks at the slots of keys that will be asked for next: the memory behind them comes all at once, instead of one
    /// after the other as each is asked for.
    pub fn call_up(&self, keys: impl Iterator<Item = u64>) {
        if self.slots.is_empty() {
            return;
        }
        std::hint::black_box(keys.fold(0, |sum, key| sum ^ self.slots[(spread(key) >> self.shift) as usize].0));
    }

    /// The slots where a key may stand, once it is spread: all of them in the end.
    #[inline]
    fn places(&self, spread: u64) -> impl Iterator<Item = usize> + use<> {
        let (first, count) = ((spread >> self.shift.min(63)) as usize, self.slots.len());
        (0..count).map(move |step| (first + step) & (count - 1))
    }

    fn grow(&mut self) {
        let count = (self.slots.len() * 2).max(LEAST);
        let old = std::mem::replace(&mut self.slots, vec![Slot::EMPTY; count]);
        self.shift = u64::BITS - count.ilog2();
        self.used = 0;
        for slot in old.into_iter().filter(|slot| *slot != Slot::EMPTY && slot.row() != Slot::GONE) {
            // The upper half of a key is all that a table of up to 2³² slots asks for.
            self.put(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    proptest::proptest! {
        #[test]
        fn it_finds_what_was_put_in(deeds in proptest::collection::vec((proptest::num::u64::ANY, 0_u64..4, proptest::bool::ANY), 0..400)) {
            let mut index = Index::default();
            let mut keys: Vec<u64> = Vec::new();
            let mut truth: HashMap<u64, u32> = HashMap::new();
            for (number, (word, upper, goes)) in deeds.into_iter().enumerate() {
                // Many keys share a half.
                let key = if word % 2 == 0 { (upper << 62) | (word % 64) } else { (upper << 62) | ((word % 64) << 40) };
                match truth.get(&key).copied() {
                    Some(row) if goes => {
                        index.remove(key, row);
                        truth.remove(&key);
                    }
                    Some(_) => {}
                    None => {
                        match index.find(key, |_| false) {
                            Err(gap) if goes => index.fill(gap, key, number as u32),
                            _ => index.insert(key, number as u32),
                        }
                        truth.insert(key, number as u32);
                    }
                }
                keys.push(key);
            }
            index.call_up(keys.iter().copied());
            for key in keys {
                let is_it = |row: u32| truth.get(&key) == Some(&row);
                proptest::prop_assert_eq!(index.find(key, is_it).ok(), truth.get(&key).copied());
            }
        }
    }
}
