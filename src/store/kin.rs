//! One call under several ids: a side chain, a fork or a poorer log tells again what was told already, and gives it an
//! id of its own. What the tellings share is their kin; they are one call as soon as one of them says that it stands
//! aside.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;

use super::{Observer, Row, Store, Twin};
use crate::model::{Flags, Told};

impl Store {
    /// The row of the same call under another id: a side chain tells again what the main chain told.
    pub(super) fn of_kin(&self, told: &Told) -> Option<u32> {
        told.kin?;
        let is_side = |row: &u32| self.row(*row).flags().has(Flags::SIDE);
        // What is an id here may be what another telling calls the kin.
        [told.kin, told.own_id].into_iter().flatten().find_map(|kin| {
            let first = *self.by_kin.get(&kin)?;
            let more = self.more_kin.get(&kin).map_or(&[][..], Vec::as_slice);
            let mut all = std::iter::once(first).chain(more.iter().copied());
            all.find(|row| told.flags.has(Flags::SIDE) || is_side(row))
        })
    }

    /// Lets a row be found by what its tellings share. Rows that turn out to be one call, now that this was told, count
    /// once.
    pub(super) fn note_kin(&mut self, told: &Told, index: u32, observer: &mut impl Observer) {
        if told.kin.is_none() {
            return;
        }
        let own = told.own_id.filter(|own| Some(*own) != told.kin);
        for kin in [told.kin, own].into_iter().flatten() {
            match self.by_kin.entry(kin) {
                Entry::Vacant(first) => {
                    first.insert(index);
                }
                Entry::Occupied(first) if *first.get() == index => {}
                Entry::Occupied(first) => {
                    let first = *first.get();
                    let more = self.more_kin.entry(kin).or_default();
                    if !more.contains(&index) {
                        more.push(index);
                    }
                    for other in std::iter::once(first).chain(more.clone()).filter(|other| *other != index) {
                        self.unite(index, other, observer);
                    }
                }
            }
        }
    }

    /// Of two rows of one kin the lesser is hidden, if one of them stands aside.
    fn unite(&mut self, one: u32, other: u32, observer: &mut impl Observer) {
        let rows = [self.row(one), self.row(other)];
        let is_one_call = rows.iter().all(|row| row.counts()) && rows.iter().any(|row| row.flags().has(Flags::SIDE));
        if !is_one_call {
            return;
        }
        let rank = |row: &Row<'_>| {
            let side = row.flags().has(Flags::SIDE);
            (side, !row.status().is_settled(), Reverse(row.usage().total()), row.at(), row.id())
        };
        let best = if rank(&rows[0]) <= rank(&rows[1]) { one } else { other };
        let lesser = one ^ other ^ best;
        self.show(lesser, false, observer);
        let twin = Twin { source: self.row(lesser).source(), span: self.row(lesser).span() };
        self.note_twin_at(best, twin);
    }
}
