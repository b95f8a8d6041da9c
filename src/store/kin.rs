//! One call under several ids: a side chain, a fork or a poorer log tells again what was told already, and gives it an
//! id of its own. What the tellings share is their kin. All of a kin are one call as soon as one of them says that its
//! own id does not tell it from the others.

use std::collections::hash_map::Entry;

use super::tellings::{settled, stretched, told_of};
use super::{Observer, Pricer, Store, Twin};
use crate::model::Told;

/// A row that is filed under a kin, and whether all that are filed there are one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kin {
    row: u32,
    is_one: bool,
}

/// What a telling is filed under: what is an id here may be what another telling calls the kin.
fn kins(told: &Told) -> impl Iterator<Item = u64> + use<> {
    let own = told.own_id.filter(|own| told.kin.is_some_and(|kin| kin != *own));
    told.kin.into_iter().chain(own)
}

impl Store {
    /// The row that stands for this one: itself, or the one that it was found to be one call with.
    pub(super) fn leader(&self, row: u32) -> u32 {
        std::iter::successors(Some(row), |row| self.stands_behind.get(row).copied()).last().unwrap_or(row)
    }

    /// The row of the same call under another id.
    pub(super) fn of_kin(&self, told: &Told) -> Option<u32> {
        let filed = kins(told).find_map(|kin| self.by_kin.get(&kin).filter(|filed| filed.is_one || told.is_loose))?;
        Some(self.leader(filed.row))
    }

    /// Lets a row be found by what its tellings share. Rows that turn out to be one call, now that this was told, count
    /// once.
    pub(super) fn note_kin(&mut self, told: &Told, index: u32, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        for kin in kins(told) {
            let filed = match self.by_kin.entry(kin) {
                Entry::Vacant(first) => *first.insert(Kin { row: index, is_one: told.is_loose }),
                Entry::Occupied(mut filed) => {
                    filed.get_mut().is_one |= told.is_loose;
                    *filed.get()
                }
            };
            if filed.is_one {
                for other in self.more_kin.remove(&kin).unwrap_or_default() {
                    self.unite(other, index, pricer, observer);
                }
                self.unite(filed.row, index, pricer, observer);
            } else if filed.row != index {
                let more = self.more_kin.entry(kin).or_default();
                if !more.contains(&index) {
                    more.push(index);
                }
            }
        }
    }

    /// What has a part that is told is no call of its own: only the innermost counts. `is_new` says that nothing else was
    /// told of the row.
    pub(super) fn note_part(&mut self, told: &Told, index: u32, is_new: bool, observer: &mut impl Observer) {
        let index = self.leader(index);
        if let Some(outer) = told.within
            && self.outer.insert(outer)
        {
            let first = self.by_kin.get(&outer).map(|filed| filed.row);
            let more = self.more_kin.get(&outer).cloned().unwrap_or_default();
            for row in first.into_iter().chain(more).map(|row| self.leader(row)).collect::<Vec<_>>() {
                if row != index {
                    self.show(row, false, observer);
                }
            }
        }
        let Some(kin) = told.kin.filter(|_| !self.outer.is_empty()) else { return };
        let is_outer = self.outer.contains(&kin);
        if is_outer && is_new {
            self.show(index, false, observer);
        } else if !is_outer && told.within.is_some() {
            self.show(index, true, observer);
        }
    }

    /// Makes two rows one: the one that is told better stands for both.
    fn unite(&mut self, one: u32, other: u32, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        let (one, other) = (self.leader(one), self.leader(other));
        if one == other {
            return;
        }
        let known = [one, other].map(|row| told_of(self.row(row)));
        let accounts = self.joint_accounts(one, other);
        let mut all = self.tellings(one);
        let mut other_leads = false;
        for telling in self.tellings(other) {
            other_leads |= self.hear(&mut all, telling);
        }
        let (best, lesser) = if other_leads { (other, one) } else { (one, other) };
        self.show(lesser, false, observer);
        self.stands_behind.insert(lesser, best);
        let mut call = settled(&all);
        let said = call.told.at;
        call.told = known.iter().fold(call.told, |call, known| stretched(&call, known));
        self.change(best, &call, "", said, pricer, observer);
        self.keep_tellings(best, all);
        for twin in self.twins.get(&lesser).cloned().unwrap_or_default() {
            self.note_twin_at(best, twin);
        }
        let twin = Twin { source: self.row(lesser).source(), span: self.row(lesser).span() };
        self.note_twin_at(best, twin);
        self.keep_accounts(best, accounts);
    }
}
