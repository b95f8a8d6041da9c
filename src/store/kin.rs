//! One call under several ids: a side chain, a fork or a poorer log tells again what was told already, and gives it an
//! id of its own. What the tellings share is their kin; they are one call as soon as one of them says that it stands
//! aside.

use std::collections::hash_map::Entry;

use super::Store;
use crate::model::{Flags, Told};

impl Store {
    /// The row of the same call under another id: a side chain tells again what the main chain told.
    pub(super) fn of_kin(&self, told: &Told) -> Option<u32> {
        let kin = told.kin?;
        let first = *self.by_kin.get(&kin)?;
        let more = self.more_kin.get(&kin).map_or(&[][..], Vec::as_slice);
        let is_side = |row: &u32| self.row(*row).flags().has(Flags::SIDE);
        std::iter::once(first).chain(more.iter().copied()).find(|row| told.flags.has(Flags::SIDE) || is_side(row))
    }

    /// Lets a row be found by what its tellings share.
    pub(super) fn note_kin(&mut self, told: &Told, index: u32) {
        let Some(kin) = told.kin else { return };
        match self.by_kin.entry(kin) {
            Entry::Vacant(first) => {
                first.insert(index);
            }
            Entry::Occupied(_) => self.more_kin.entry(kin).or_default().push(index),
        }
    }
}
