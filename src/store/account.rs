//! What each source says of a call by itself. A row says what all of them come to; whether they agree is asked of their
//! accounts. Only those are kept that are not what the row says, so that a call told by one source, or by several alike,
//! takes no room.
//!
//! An account is what the row would be if nobody else had told it, for up to two records of one source; of more that
//! contradict each other within that source, it depends on the order which of them is believed.

use super::columns::{NO_COST, NO_COUNT, known};
use super::owner::place;
use super::tellings::{fields, told_of};
use super::{Row, Store};
use crate::model::{Dim, Flags, SourceId, Span, Stamp, Sym, Told, Usd};

/// One source's account of a call, in all its records of it. `None` is "it does not say".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub source: SourceId,
    pub at: Stamp,
    pub model: Sym,
    /// All of them together.
    pub tokens: Option<u64>,
    pub output: Option<u32>,
    /// As the source states it.
    pub cost: Option<Usd>,
}

impl Account {
    fn of(row: Row<'_>, source: SourceId) -> Self {
        let usage = row.usage();
        Self {
            source,
            at: row.at(),
            model: row.sym(Dim::Model),
            tokens: usage.total(),
            output: usage.output,
            cost: row.logged_cost(),
        }
    }
}

/// An account as it is kept: small, as there may be as many as calls, and with what decides between two records of one
/// source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    source: SourceId,
    at: Stamp,
    /// Nano-dollars.
    cost: i64,
    model: Sym,
    session: Sym,
    tokens: u32,
    output: u32,
    /// Told by a side chain, which is believed last.
    side: bool,
    settled: bool,
    /// How many fields its fullest record knows.
    fields: u8,
}

impl Kept {
    pub fn of(told: &Told, source: SourceId) -> Self {
        Self {
            source,
            at: told.at,
            cost: told.logged_cost.map_or(NO_COST, |usd| usd.0),
            model: told.names[Dim::Model as usize],
            session: told.names[Dim::Session as usize],
            // No call has so many that they are not counted.
            tokens: told.usage.total().map_or(NO_COUNT, |total| u32::try_from(total).unwrap_or(NO_COUNT - 1)),
            output: told.usage.output.unwrap_or(NO_COUNT),
            side: told.flags.has(Flags::SIDE),
            settled: told.status.is_settled(),
            fields: fields(told).count_ones() as u8,
        }
    }

    fn account(self) -> Account {
        Account {
            source: self.source,
            at: self.at,
            model: self.model,
            tokens: known(self.tokens).map(u64::from),
            output: known(self.output),
            cost: (self.cost != NO_COST).then_some(Usd(self.cost)),
        }
    }

    /// With another record of the same source: the fuller one counts, and the other lends what it does not know, as it
    /// is between sources.
    fn and(self, new: Self) -> Self {
        let tokens = |kept: &Self| known(kept.tokens);
        let rank = |kept: &Self| (!kept.side, kept.settled, tokens(kept).unwrap_or(0), kept.fields);
        let leads = rank(&new) > rank(&self) || rank(&new) == rank(&self) && new.at < self.at;
        let (best, other) = if leads { (new, self) } else { (self, new) };
        let at = best.at.min(other.at);
        if best.session.is_some() && other.session.is_some() && best.session != other.session {
            return Self { at, ..best };
        }
        let lends = best.tokens == other.tokens || tokens(&best).is_none() || tokens(&other).is_none();
        let told = if tokens(&best).is_some() { best } else { other };
        Self {
            at,
            session: if best.session.is_some() { best.session } else { other.session },
            model: if best.model.is_some() { best.model } else { other.model },
            tokens: told.tokens,
            output: told.output,
            cost: if best.cost == NO_COST && lends { other.cost } else { best.cost },
            ..best
        }
    }

    /// Whether another source says all that this one does, in records as full.
    fn says_the_same(self, other: Self) -> bool {
        Self { source: other.source, ..self } == other
    }
}

impl Store {
    /// What a source says of a call by itself, and where; `None` where it does not tell it.
    pub fn account(&self, index: u32, source: SourceId) -> Option<(Account, Span)> {
        let row = self.row(index);
        if row.source() == source {
            return Some((self.account_in(row, source), row.span()));
        }
        let twin = row.twins().iter().find(|twin| twin.source == source)?;
        // A lesser witness is a row of its own that does not count.
        let witness = self.by_place.get(&place(twin.source, twin.span)).filter(|row| **row != index);
        let account = match witness.filter(|row| self.witness_of.contains_key(row)) {
            Some(witness) => Account::of(self.row(*witness), source),
            None => self.account_in(row, source),
        };
        Some((account, twin.span))
    }

    /// What every source that tells a call says of it by itself; the one that counts comes first.
    pub fn accounts(&self, index: u32) -> impl Iterator<Item = (Account, Span)> {
        tellers(self.row(index)).filter_map(move |source| self.account(index, source))
    }

    fn account_in(&self, row: Row<'_>, source: SourceId) -> Account {
        self.kept(row.index, source).map_or_else(|| Account::of(row, source), Kept::account)
    }

    fn kept(&self, index: u32, source: SourceId) -> Option<Kept> {
        self.accounts.get(&index)?.iter().find(|kept| kept.source == source).copied()
    }

    /// The accounts of a row; a source that has none kept says what the row says.
    fn all_kept(&self, index: u32) -> Vec<Kept> {
        let row = self.row(index);
        let same = Kept::of(&told_of(row), row.source());
        tellers(row).map(|source| self.kept(index, source).unwrap_or(Kept { source, ..same })).collect()
    }

    /// The accounts of a row once `new` is told; none where no other source tells it. A row of a table that has changed
    /// says nothing any more of what it said before.
    pub(super) fn shared_accounts(&self, index: u32, new: Kept, again: bool) -> Vec<Kept> {
        let row = self.row(index);
        if row.source() == new.source && !row.flags().has(Flags::TWIN) {
            return Vec::new();
        }
        joined(self.all_kept(index), new, again)
    }

    /// The accounts of two rows that are one call.
    pub(super) fn joint_accounts(&self, one: u32, other: u32) -> Vec<Kept> {
        self.all_kept(other).into_iter().fold(self.all_kept(one), |all, new| joined(all, new, false))
    }

    /// Keeps the accounts of a row that are not what it says.
    pub(super) fn keep_accounts(&mut self, index: u32, all: Vec<Kept>) {
        if all.is_empty() {
            return;
        }
        let row = self.row(index);
        let row = Kept::of(&told_of(row), row.source());
        let kept: Box<[Kept]> = all.into_iter().filter(|kept| !kept.says_the_same(row)).collect();
        if kept.is_empty() {
            self.accounts.remove(&index);
        } else {
            self.accounts.insert(index, kept);
        }
    }

    /// A source tells a row no more.
    pub(super) fn drop_account(&mut self, index: u32, source: SourceId) {
        if let Some(kept) = self.accounts.remove(&index) {
            let left: Box<[Kept]> = kept.into_iter().filter(|kept| kept.source != source).collect();
            if !left.is_empty() {
                self.accounts.insert(index, left);
            }
        }
    }
}

/// Who tells a row, the one that counts first.
fn tellers(row: Row<'_>) -> impl Iterator<Item = SourceId> {
    std::iter::once(row.source()).chain(row.twins().iter().map(|twin| twin.source))
}

fn joined(mut all: Vec<Kept>, new: Kept, again: bool) -> Vec<Kept> {
    match all.iter_mut().find(|known| known.source == new.source) {
        Some(known) => *known = if again { new } else { known.and(new) },
        None => all.push(new),
    }
    all
}
