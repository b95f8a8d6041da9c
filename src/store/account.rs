//! What each source says of a call by itself. A row says what all of them come to; whether they agree is asked of their
//! accounts. Only those are kept that are not what the row says, so that a call told by one source, or by several alike,
//! takes no room.

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
    /// Told by a side chain, which is believed last.
    side: bool,
    settled: bool,
    session: Sym,
    /// How many fields its fullest record knows.
    fields: u8,
}

impl Account {
    pub(super) fn of(told: &Told, source: SourceId) -> Self {
        Self {
            source,
            at: told.at,
            model: told.names[Dim::Model as usize],
            tokens: told.usage.total(),
            output: told.usage.output,
            cost: told.logged_cost,
            side: told.flags.has(Flags::SIDE),
            settled: told.status.is_settled(),
            session: told.names[Dim::Session as usize],
            fields: fields(told).count_ones() as u8,
        }
    }

    /// The row as its source's account.
    pub fn of_row(row: Row<'_>) -> Self {
        Self::of(&told_of(row), row.source())
    }

    /// With another record of the same source: the fuller one counts, and the other lends what it does not know, as it
    /// is between sources.
    fn and(self, new: Self) -> Self {
        let rank = |account: &Self| (!account.side, account.settled, account.tokens.unwrap_or(0), account.fields);
        let leads = rank(&new) > rank(&self) || rank(&new) == rank(&self) && new.at < self.at;
        let (best, other) = if leads { (new, self) } else { (self, new) };
        let at = best.at.min(other.at);
        if best.session.is_some() && other.session.is_some() && best.session != other.session {
            return Self { at, ..best };
        }
        let lends = best.tokens == other.tokens || best.tokens.is_none() || other.tokens.is_none();
        Self {
            at,
            session: if best.session.is_some() { best.session } else { other.session },
            model: if best.model.is_some() { best.model } else { other.model },
            tokens: best.tokens.or(other.tokens),
            output: if best.tokens.is_some() { best.output } else { other.output },
            cost: best.cost.or(other.cost.filter(|_| lends)),
            ..best
        }
    }

    /// Whether another source says all that this one does, in records as full.
    fn says_the_same(self, other: Self) -> bool {
        Self { source: other.source, ..self } == other
    }
}

impl Store {
    /// What every source that tells a call says of it by itself, and where; the one that counts comes first.
    pub fn accounts(&self, index: u32) -> Vec<(Account, Span)> {
        let row = self.row(index);
        let own = (self.account(index, row.source()), row.span());
        let twins = row.twins().iter().map(|twin| {
            // A lesser witness is a row of its own that does not count.
            let witness = self.by_place.get(&place(twin.source, twin.span)).filter(|row| **row != index);
            let witness = witness.filter(|row| self.witness_of.contains_key(row));
            let account = witness.map_or_else(
                || self.account(index, twin.source),
                |row| Account { source: twin.source, ..Account::of_row(self.row(*row)) },
            );
            (account, twin.span)
        });
        std::iter::once(own).chain(twins).collect()
    }

    /// A source that is not listed says what the row says.
    fn account(&self, index: u32, source: SourceId) -> Account {
        let kept = self.accounts.get(&index).and_then(|kept| kept.iter().find(|kept| kept.source == source));
        kept.copied().unwrap_or_else(|| Account { source, ..Account::of_row(self.row(index)) })
    }

    fn all_accounts(&self, index: u32) -> Vec<Account> {
        let row = self.row(index);
        let twins = row.twins().iter().map(|twin| twin.source);
        std::iter::once(row.source()).chain(twins).map(|source| self.account(index, source)).collect()
    }

    /// The accounts of a row once `new` is told; none where no other source tells it. A row of a table that has changed
    /// says nothing any more of what it said before.
    pub(super) fn shared_accounts(&self, index: u32, new: Account, again: bool) -> Vec<Account> {
        let row = self.row(index);
        if row.source() == new.source && !row.flags().has(Flags::TWIN) {
            return Vec::new();
        }
        joined(self.all_accounts(index), new, again)
    }

    /// The accounts of two rows that are one call.
    pub(super) fn joint_accounts(&self, one: u32, other: u32) -> Vec<Account> {
        self.all_accounts(other).into_iter().fold(self.all_accounts(one), |all, new| joined(all, new, false))
    }

    /// Keeps the accounts of a row that are not what it says.
    pub(super) fn keep_accounts(&mut self, index: u32, all: Vec<Account>) {
        if all.is_empty() {
            return;
        }
        let row = Account::of_row(self.row(index));
        let kept: Box<[Account]> = all.into_iter().filter(|account| !account.says_the_same(row)).collect();
        if kept.is_empty() {
            self.accounts.remove(&index);
        } else {
            self.accounts.insert(index, kept);
        }
    }

    /// A source tells a row no more.
    pub(super) fn drop_account(&mut self, index: u32, source: SourceId) {
        if let Some(kept) = self.accounts.remove(&index) {
            let left: Box<[Account]> = kept.into_iter().filter(|account| account.source != source).collect();
            if !left.is_empty() {
                self.accounts.insert(index, left);
            }
        }
    }
}

fn joined(mut all: Vec<Account>, new: Account, again: bool) -> Vec<Account> {
    match all.iter_mut().find(|known| known.source == new.source) {
        Some(known) => *known = if again { new } else { known.and(new) },
        None => all.push(new),
    }
    all
}
