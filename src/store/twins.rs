//! The same call told twice: by a later line, by another file, by another table. Which row it is, and which telling
//! counts. The rules are those of the interface: equal ids are one call and the fullest telling wins; without an id
//! the same bytes in *another* file are the same call, the k-th matching the k-th; an outcome completes the oldest open
//! decision like it (see [`outcome`](super::outcome)); tables that witness one execution are one call where they are one to one.

use super::account::Kept;
use super::index::Gap;
use super::owner::place;
use super::tellings::{Telling, same, settled, stretched, told_of};
use super::{Hearing, Observer, Pricer, Row, Store, Twin};
use crate::model::batch::{hash, nth_key};
use crate::model::{Batch, Link, Stamp, Told};

/// Keeps ids and fingerprints apart: an id that happens to read like a hash is not one.
const ID_SALT: u64 = 0x6361_6c6c_6964_2121;

/// What a record turns out to be.
enum Known {
    /// The first telling of a call, the `nth` of its bytes, and where it belongs in the index.
    New { nth: u32, gap: Gap },
    /// The same place of the same table, changed.
    Again(u32),
    /// Equal ids: another telling, perhaps a fuller one.
    Same(u32),
    /// The same bytes in another file or another pass: nothing new in it.
    Copy(u32),
}

/// What a record is known by: its own id, or which one it is of the records with its bytes.
fn key_of(told: &Told, nth: u32) -> u64 {
    told.own_id.map_or_else(|| nth_key(told.fingerprint, nth), |id| id ^ ID_SALT)
}

/// The key of a record that is the first of its bytes, as nearly all are.
pub(super) fn key(told: &Told) -> u64 {
    key_of(told, 1)
}

impl Row<'_> {
    /// What the record is known by that opened this row; see [`key`].
    pub(super) fn key(self) -> u64 {
        match self.own_id() {
            Some(id) => hash(id.as_bytes()) ^ ID_SALT,
            None => self.opener_key(),
        }
    }
}

impl Store {
    pub(super) fn tell(
        &mut self,
        told: &Told,
        hearing: Hearing,
        batch: &Batch,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        match self.recognise(told, hearing) {
            Known::Again(row) => {
                self.replace(row, told, hearing, batch, pricer, observer);
                self.note_kin(told, row, pricer, observer);
                self.note_part(told, row, false, observer);
                if told.span.len == 0 {
                    // The first of a key stands in place of all that it told.
                    self.forget_from(batch.source, told.span.at, 1, observer);
                }
            }
            Known::Same(row) => {
                self.merge(row, told, hearing, batch, pricer, observer);
                self.note_kin(told, row, pricer, observer);
                self.note_part(told, row, false, observer);
            }
            Known::Copy(row) => {
                let new = Twin { source: batch.source, span: told.span };
                if self.outranks(batch.source, self.row(row).source()) && self.row(row).opened().is_none() {
                    self.hand_over(row, new, hearing.teller, observer);
                } else {
                    self.counts[batch.source.0 as usize].duplicates += 1;
                    self.note_twin_at(row, new);
                }
            }
            Known::New { nth, gap } => {
                let row = self.add(told, hearing, batch, nth, pricer, observer);
                self.by_key.fill(gap, key_of(told, nth), row);
            }
        }
    }

    /// The row that a record with this key opened or completed.
    fn find(&self, key: u64) -> Result<u32, Gap> {
        self.by_key.find(key, |index| {
            let row = self.row(index);
            // The record that opened a call may have had no id, and the one that completed it one.
            [row.key(), row.outcome_key(), row.opener_key()].contains(&key)
        })
    }

    fn recognise(&mut self, told: &Told, hearing: Hearing) -> Known {
        let Hearing { source, teller, in_table, .. } = hearing;
        if in_table && let Some(row) = self.by_place.get(&place(source, told.span)) {
            return Known::Again(self.leader(*row));
        }
        let mut nth = 1;
        let known = loop {
            let key = key_of(told, nth);
            let index = match self.find(key) {
                Ok(index) => self.leader(index),
                Err(gap) => {
                    let by_id = told.own_id.and_then(|id| self.other_ids.get(&id)).map(|row| self.leader(*row));
                    break match by_id.or_else(|| self.of_kin(told)) {
                        Some(index) => Known::Same(index),
                        None => Known::New { nth, gap },
                    };
                }
            };
            if in_table || told.own_id.is_some() {
                return Known::Same(index);
            }
            let row = self.row(index);
            let first = if row.outcome_key() == key { row.teller() } else { row.opener() };
            let told_here = first == teller || self.also_told.get(&key).is_some_and(|also| also.contains(&teller));
            if !told_here {
                self.also_told.entry(key).or_default().push(teller);
                break Known::Copy(index);
            }
            // A log may repeat one line for ever.
            let repeated = if nth == 1 { self.repeated.get(&(told.fingerprint, teller)) } else { None };
            nth = repeated.copied().unwrap_or(nth) + 1;
        };
        if nth > 1 {
            self.repeated.insert((told.fingerprint, teller), nth);
        }
        known
    }

    /// A record that no row knows: it completes an open call, or is one itself.
    fn add(
        &mut self,
        told: &Told,
        hearing: Hearing,
        batch: &Batch,
        nth: u32,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) -> u32 {
        if let Link::Completes(pair) = told.link
            && let Some(index) = self.oldest_open(pair ^ hearing.family, told, hearing.source)
        {
            let index = self.leader(index);
            let texts = [told.id_text, told.preview].map(|text| batch.slice(text));
            self.complete(index, told, hearing.teller, texts, pricer, observer);
            let (segment, row) = self.split(index);
            segment.set_outcome_key(row, key_of(told, nth));
            return index;
        }
        let index = self.push(told, batch, hearing.teller);
        let (segment, row) = self.split(index);
        segment.set_occurrence(row, if nth > 1 { nth } else { 0 });
        self.price(index, pricer);
        self.enter(index, observer);
        if hearing.in_table {
            self.by_place.insert(place(batch.source, told.span), index);
        }
        self.note_kin(told, index, pricer, observer);
        self.note_part(told, index, true, observer);
        match told.link {
            Link::Opens(key) => self.wait(key ^ hearing.family, index),
            Link::Witness { execution, rank, name } => {
                self.witness(execution, batch.slice(name), rank, index, observer);
            }
            Link::Completes(key) if !hearing.in_table => self.came_early(key ^ hearing.family, index),
            Link::Completes(_) | Link::Alone => {}
        }
        index
    }

    /// A row of a table, read again after it changed: the table is the truth, unless another source tells more, or the row
    /// is the copy of another.
    fn replace(
        &mut self,
        index: u32,
        told: &Told,
        hearing: Hearing,
        batch: &Batch,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        let row = self.row(index);
        let is_copy = row.own_id().map(|id| hash(id.as_bytes())) != told.own_id && self.of_kin(told) == Some(index);
        if is_copy || row.source() != batch.source || self.told_apart.contains_key(&index) {
            self.merge(index, told, hearing, batch, pricer, observer);
            return;
        }
        let hidden = !row.counts();
        if same(&told_of(row), told) && row.preview() == batch.slice(told.preview) {
            return;
        }
        let accounts = self.shared_accounts(index, Kept::of(told, batch.source), true);
        let new = Telling { told: *told, teller: hearing.teller, id: batch.slice(told.id_text).into() };
        self.change(index, &new, batch.slice(told.preview), told.at, pricer, observer);
        self.keep_accounts(index, accounts);
        self.counts[batch.source.0 as usize].updates += 1;
        if let Link::Witness { execution, rank, name } = told.link
            && !hidden
        {
            self.witness(execution, batch.slice(name), rank, index, observer);
        }
    }

    /// Another telling of a call: the fullest wins, and the others lend what it does not know.
    fn merge(
        &mut self,
        index: u32,
        told: &Told,
        hearing: Hearing,
        batch: &Batch,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        let row = self.row(index);
        let before = Twin { source: row.source(), span: row.span() };
        let known = told_of(row);
        let here = Twin { source: batch.source, span: told.span };
        let elsewhere = before.source != here.source;
        let again = hearing.in_table && self.by_place.contains_key(&place(batch.source, told.span));
        let accounts = self.shared_accounts(index, Kept::of(told, batch.source), again);
        let mut all = self.tellings(index);
        if hearing.in_table {
            // What this row of the table said before is no telling any more.
            all.retain(|telling| (self.source_of(telling.teller), telling.told.span) != (here.source, here.span));
        }
        let new = Telling { told: *told, teller: hearing.teller, id: batch.slice(told.id_text).into() };
        let leads = self.hear(&mut all, new);
        let mut call = settled(&all);
        let said = call.told.at;
        call.told = stretched(&stretched(&call.told, &known), told);
        let news = !same(&known, &call.told);
        let takes_over = leads && elsewhere;
        // Whoever told it best may say less by now.
        let owner = self.source_of(call.teller);
        if news || leads || owner != before.source {
            let preview = if leads || self.row(index).preview().is_empty() { batch.slice(told.preview) } else { "" };
            self.change(index, &call, preview, said, pricer, observer);
        }
        self.keep_tellings(index, all);
        for id in [known.own_id, told.own_id].into_iter().flatten().filter(|id| call.told.own_id != Some(*id)) {
            self.other_ids.insert(id, index);
        }
        if elsewhere || owner != here.source {
            self.note_twin_at(index, if leads { before } else { here });
        }
        self.keep_accounts(index, accounts);
        if news && !elsewhere {
            self.counts[here.source.0 as usize].updates += 1;
        } else if takes_over {
            self.counts[before.source.0 as usize].duplicates += 1;
        } else {
            self.counts[here.source.0 as usize].duplicates += 1;
        }
        if hearing.in_table {
            self.by_place.insert(place(batch.source, told.span), index);
            if owner == here.source && told.own_id == known.own_id {
                // VACUUM gives rows new keys.
                let (segment, row) = self.split(index);
                segment.set_place(row, told.span, hearing.teller);
            }
        }
    }

    /// Writes a row anew and lets the observers see it leave and come back. `said` is when the telling was told that
    /// counts.
    pub(super) fn change(
        &mut self,
        index: u32,
        call: &Telling,
        preview: &str,
        said: Stamp,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        let (known_by, counts) = (self.row(index).key(), self.row(index).counts());
        if counts {
            self.leave(index, observer);
        }
        let (segment, row) = self.split(index);
        segment.write(row, &call.told, call.teller, &call.id, preview);
        segment.set_said(row, said);
        self.price(index, pricer);
        if counts {
            self.enter(index, observer);
        }
        self.rekey(index, known_by);
    }

    /// The row's identity may have changed: an id came later, or the key was given to another record.
    fn rekey(&mut self, index: u32, before: u64) {
        let now = self.row(index).key();
        if now != before {
            self.by_key.remove(before, index);
            self.by_key.insert(now, index);
        }
    }
}
