//! The same call told twice: by a later line, by another file, by another table. Which row it is, and which telling
//! counts. The rules are those of the interface: equal ids are one call and the fullest telling wins; without an id
//! the same bytes in *another* file are the same call, the k-th matching the k-th; an outcome completes the oldest open
//! decision like it (see [`outcome`](super::outcome)); tables that witness one execution are one call where they are one to one.

use std::cmp::Ordering;

use super::index::Gap;
use super::owner::place;
use super::{Hearing, Observer, Pricer, Row, Store, Twin};
use crate::model::batch::{hash, nth_key};
use crate::model::{Batch, Dim, Flags, Link, Status, Told, Usage, Usd};

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
                self.note_kin(told, row, observer);
                if told.span.len == 0 {
                    // The first of a key stands in place of all that it told.
                    self.forget_from(batch.source, told.span.at, 1, observer);
                }
            }
            Known::Same(row) => {
                self.merge(row, told, hearing, batch, pricer, observer);
                self.note_kin(told, row, observer);
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
            return Known::Again(*row);
        }
        let mut nth = 1;
        let known = loop {
            let key = key_of(told, nth);
            let index = match self.find(key) {
                Ok(index) => index,
                Err(gap) => {
                    break match self.of_kin(told) {
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
        self.note_kin(told, index, observer);
        match told.link {
            Link::Opens(key) => self.wait(key ^ hearing.family, index),
            Link::Witness { execution, rank } => self.witness(execution, rank, index, observer),
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
        let known_id = self.row(index).own_id().map(|id| hash(id.as_bytes()));
        let is_copy = known_id != told.own_id && self.of_kin(told) == Some(index);
        if is_copy || self.row(index).source() != batch.source {
            self.merge(index, told, hearing, batch, pricer, observer);
            return;
        }
        let before = Self::told_of(self.row(index));
        let hidden = !self.row(index).counts();
        let known_by = self.row(index).key();
        if same(&before, told) && self.row(index).preview() == batch.slice(told.preview) {
            return;
        }
        self.change(index, told, hearing.teller, batch, pricer, observer);
        self.rekey(index, known_by);
        self.counts[batch.source.0 as usize].updates += 1;
        if let Link::Witness { execution, rank } = told.link
            && !hidden
        {
            self.witness(execution, rank, index, observer);
        }
    }

    /// The row's identity may have changed: an id came later, or the key was given to another record.
    fn rekey(&mut self, index: u32, before: u64) {
        let now = self.row(index).key();
        if now != before {
            self.by_key.remove(before, index);
            self.by_key.insert(now, index);
        }
    }

    /// Another telling of a call with the same id: the fuller one wins, and lends what the other does not know.
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
        let elsewhere = row.source() != batch.source;
        let (known, counts) = (Self::told_of(row), batch.source.0 as usize);
        let at = known.at.min(told.at);
        let known_by = row.key();
        let by_kin = told.own_id != known.own_id;
        let said = row.said();
        // Of two that say as much it is the earlier one, which a replay is not. A copy may have the time of what it
        // copies; then its id is the later one.
        let order = fullness(told, by_kin).cmp(&fullness(&known, by_kin)).then(said.cmp(&told.at));
        let order = order.then_with(|| match (row.own_id(), batch.slice(told.id_text)) {
            (Some(known), id) if by_kin && !id.is_empty() => known.cmp(id),
            _ => Ordering::Equal,
        });
        // And if all is the same it is always the same one, whichever is read first.
        let order = order.then(known.fingerprint.cmp(&told.fingerprint));
        let fuller = match order {
            Ordering::Equal => elsewhere && self.outranks(batch.source, row.source()),
            order => order.is_gt(),
        };
        let owner = row.source();
        // A fork's telling of its parent's call knows nothing more of it, and other things wrong.
        let session = |told: &Told| told.names[Dim::Session as usize];
        let strangers = session(told).is_some() && session(&known).is_some() && session(told) != session(&known);
        let mut best = match (fuller, strangers) {
            (true, true) => *told,
            (true, false) => filled(told, &known),
            (false, true) => known,
            (false, false) => filled(&known, told),
        };
        best.at = at;
        if told.kin.is_some() {
            // It grew while it was answered: the last word came at the end of it.
            best.took = best.took.max(known.took).max(told.took);
        }
        best.preview = told.preview;
        let news = !same(&known, &best);
        let lesser = if fuller {
            Twin { source: row.source(), span: row.span() }
        } else {
            Twin { source: batch.source, span: told.span }
        };
        let takes_over = fuller && elsewhere;
        if news || takes_over {
            let teller = if fuller { hearing.teller } else { row.teller() };
            self.change(index, &best, teller, batch, pricer, observer);
            self.rekey(index, known_by);
            let (segment, row) = self.split(index);
            segment.set_said(row, if fuller { told.at } else { said });
        }
        if elsewhere {
            self.note_twin_at(index, lesser);
        }
        if news && !elsewhere {
            self.counts[counts].updates += 1;
        } else if takes_over {
            self.counts[owner.0 as usize].duplicates += 1;
        } else {
            self.counts[counts].duplicates += 1;
        }
        if hearing.in_table {
            self.by_place.insert(place(batch.source, told.span), index);
            if !elsewhere && !by_kin {
                // VACUUM gives rows new keys.
                let (segment, row) = self.split(index);
                segment.set_place(row, told.span, hearing.teller);
            }
        }
    }

    /// Writes a row anew and lets the observers see it leave and come back.
    fn change(
        &mut self,
        index: u32,
        told: &Told,
        teller: u32,
        batch: &Batch,
        pricer: &mut impl Pricer,
        observer: &mut impl Observer,
    ) {
        let counts = self.row(index).counts();
        if counts {
            self.leave(index, observer);
        }
        let (id, preview) = (batch.slice(told.id_text), batch.slice(told.preview));
        let (segment, row) = self.split(index);
        segment.write(row, told, teller, id, preview);
        self.price(index, pricer);
        if counts {
            self.enter(index, observer);
        }
    }

    /// A row as a telling again, with the store's own symbols.
    pub(super) fn told_of(row: Row<'_>) -> Told {
        Told {
            own_id: row.own_id().map(|id| hash(id.as_bytes())),
            fingerprint: row.fingerprint(),
            at: row.at(),
            names: Dim::ALL.map(|dim| row.sym(dim)),
            usage: row.usage(),
            logged_cost: row.logged_cost(),
            baseline: row.baseline(),
            took: row.took(),
            first_token: row.first_token(),
            processing: row.processing(),
            status: row.status(),
            confidence: row.confidence_billionths(),
            flags: Flags(row.flags().0 & Flags::TOLD.0),
            prompt_length: row.prompt_length(),
            span: row.span(),
            ..Told::default()
        }
    }
}

/// How much a telling says: a known outcome first, then more tokens, then more fields. Of two that are one call only by
/// their kin, the main chain's is the one, whatever it says; and a copy's fields may be those of its own session.
fn fullness(told: &Told, by_kin: bool) -> (bool, bool, u64, usize) {
    let known = told.names.iter().filter(|sym| sym.is_some()).count()
        + [told.logged_cost.is_some(), told.took.is_some(), told.confidence.is_some(), told.first_token.is_some()]
            .into_iter()
            .filter(|known| *known)
            .count();
    (
        !(by_kin && told.flags.has(Flags::SIDE)),
        told.status.is_settled(),
        told.usage.total().unwrap_or(0),
        if by_kin { 0 } else { known },
    )
}

/// `best`, with its gaps filled from `other`. Token parts are taken whole from one telling or the other: a mix of two
/// would be the usage of no call.
fn filled(best: &Told, other: &Told) -> Told {
    let mut names = best.names;
    for (name, other) in names.iter_mut().zip(other.names) {
        if !name.is_some() {
            *name = other;
        }
    }
    let mut usage = if best.usage == Usage::default() { other.usage } else { best.usage };
    usage.web_searches = best.usage.web_searches.max(other.usage.web_searches);
    let mut flags = best.flags;
    if !flags.has(Flags::OVERRIDE_KNOWN) {
        let overridden = other.flags.has(Flags::OVERRIDE);
        flags = flags.with(Flags::OVERRIDE_KNOWN, other.flags.has(Flags::OVERRIDE_KNOWN));
        flags = flags.with(Flags::OVERRIDE, overridden);
    }
    let status = if best.status == Status::Pending { other.status } else { best.status };
    // What a lesser telling cost is not what this one did.
    let lends_cost = best.usage.total() == other.usage.total()
        || [&best.usage, &other.usage].into_iter().any(|usage| *usage == Usage::default());
    let lent = |cost: Option<Usd>| cost.filter(|_| lends_cost);
    Told {
        own_id: best.own_id.or(other.own_id),
        names,
        usage,
        flags,
        status,
        logged_cost: best.logged_cost.or(lent(other.logged_cost)),
        baseline: best.baseline.or(lent(other.baseline)),
        took: best.took.or(other.took),
        first_token: best.first_token.or(other.first_token),
        processing: best.processing.or(other.processing),
        confidence: best.confidence.or(other.confidence),
        prompt_length: best.prompt_length.or(other.prompt_length),
        ..*best
    }
}

/// Whether two tellings say the same, wherever they stand.
fn same(a: &Told, b: &Told) -> bool {
    a.at == b.at
        && a.names == b.names
        && a.usage == b.usage
        && a.logged_cost == b.logged_cost
        && a.baseline == b.baseline
        && a.took == b.took
        && a.first_token == b.first_token
        && a.processing == b.processing
        && a.status == b.status
        && a.confidence == b.confidence
        && a.flags == b.flags
        && a.prompt_length == b.prompt_length
        && a.own_id == b.own_id
}
