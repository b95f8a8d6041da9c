//! Which sources are books of the same calls.
//!
//! Two sources are a pair if they are made to witness the same executions, if at least half of the smaller's calls are
//! in the other by their ids, or if as many look alike: by time, model and tokens. That many must be, because two logs
//! that share a call or two (one was forked, rotated or copied in part) are no two books.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::MatchedBy;
use crate::model::{Flags, SourceId, Stamp, Usd};
use crate::store::{Row, Store, is_alike};

/// Formats that are made to tell of the same executions; see the store's witnesses.
const WITNESSES: [&str; 3] = ["token_usage", "audit_trail", "agent_logs"];

/// Calls that are searched for others that look like them, in the smaller books first: all are put in one order for it,
/// which takes about 20 ms.
const SEARCHED: usize = 200_000;

/// Fewer calls that look alike are chance.
const LEAST_ALIKE: u64 = 3;

/// What a source tells.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// All its calls, whatever is asked of them: what is a pair must not depend on a filter.
    calls: u64,
    pub first: Option<Stamp>,
    /// Those that are looked at.
    pub rows: Vec<u32>,
    /// What it states that they cost.
    pub cost: Option<Usd>,
}

impl Book {
    fn note(&mut self, at: Stamp) {
        self.calls += 1;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
    }

    fn enter(&mut self, row: u32, cost: Option<Usd>) {
        self.rows.push(row);
        if let Some(cost) = cost {
            self.cost = Some(self.cost.unwrap_or_default() + cost);
        }
    }
}

/// Every source's calls.
#[derive(Debug, Default)]
pub(super) struct Books {
    by_source: Vec<Book>,
    /// Calls that two sources tell, by their ids or their bytes.
    shared: BTreeMap<(SourceId, SourceId), u64>,
}

impl Books {
    /// Notes who tells a call.
    pub fn note(&mut self, store: &Store, row: Row<'_>) {
        self.book_mut(row.source()).note(row.at());
        for (nth, twin) in row.twins().iter().enumerate() {
            self.book_mut(twin.source).note(row.at());
            let before = row.twins()[..nth].iter().map(|twin| twin.source);
            for other in std::iter::once(row.source()).chain(before) {
                if !are_parts_of_one_log(store, row, twin.source, other) {
                    let pair = (twin.source.min(other), twin.source.max(other));
                    *self.shared.entry(pair).or_default() += 1;
                }
            }
        }
    }

    /// Enters a call that is looked at into the books of all who tell it.
    pub fn enter(&mut self, store: &Store, row: Row<'_>) {
        if !row.flags().has(Flags::TWIN) {
            return self.book_mut(row.source()).enter(row.index, row.logged_cost());
        }
        for (account, _) in store.accounts(row.index) {
            self.book_mut(account.source).enter(row.index, account.cost);
        }
    }

    fn book_mut(&mut self, source: SourceId) -> &mut Book {
        let at = source.0 as usize;
        if self.by_source.len() <= at {
            self.by_source.resize_with(at + 1, Book::default);
        }
        &mut self.by_source[at]
    }

    pub fn book(&self, source: SourceId) -> &Book {
        static EMPTY: Book = Book { calls: 0, first: None, rows: Vec::new(), cost: None };
        self.by_source.get(source.0 as usize).unwrap_or(&EMPTY)
    }

    /// Which sources are pairs, the one first whose name comes first, and how their calls are matched.
    pub fn pairs(&self, store: &Store) -> Vec<(SourceId, SourceId, MatchedBy)> {
        let mut found: BTreeMap<(SourceId, SourceId), MatchedBy> = BTreeMap::new();
        for ((one, other), calls) in &self.shared {
            if self.are_most(*calls, *one, *other) {
                found.insert((*one, *other), MatchedBy::Id);
            }
        }
        for pair in self.witnesses(store) {
            found.insert(pair, MatchedBy::Execution);
        }
        for pair in self.look_alikes(store, &found) {
            found.entry(pair).or_insert(MatchedBy::Likeness);
        }
        let in_order = |((one, other), by)| {
            let falls = store.label_of(one) > store.label_of(other);
            if falls { (other, one, by) } else { (one, other, by) }
        };
        found.into_iter().map(in_order).collect()
    }

    fn are_most(&self, calls: u64, one: SourceId, other: SourceId) -> bool {
        let smaller = self.book(one).calls.min(self.book(other).calls);
        calls * 2 >= smaller
    }

    /// Tables of one database that are made to tell of the same executions; one of them may be empty.
    fn witnesses(&self, store: &Store) -> Vec<(SourceId, SourceId)> {
        let rank = |source: SourceId| WITNESSES.iter().position(|format| *format == store.card_of(source).format);
        let all: Vec<SourceId> = store.sources().filter(|source| rank(*source).is_some()).collect();
        let mut pairs = Vec::new();
        for (nth, one) in all.iter().enumerate() {
            for other in &all[nth + 1..] {
                let related = store.card_of(*one).family == store.card_of(*other).family && rank(*one) != rank(*other);
                let told = [one, other].iter().any(|source| self.book(**source).calls > 0);
                if related && told {
                    pairs.push((*one, *other));
                }
            }
        }
        pairs
    }

    /// Sources that are no pair yet and tell calls that look alike.
    fn look_alikes(
        &self,
        store: &Store,
        known: &BTreeMap<(SourceId, SourceId), MatchedBy>,
    ) -> Vec<(SourceId, SourceId)> {
        let mut searched: Vec<&Book> = self.by_source.iter().filter(|book| !book.rows.is_empty()).collect();
        searched.sort_by_key(|book| book.rows.len());
        let mut room = SEARCHED;
        searched.retain(|book| {
            let fits = book.rows.len() <= room;
            room -= if fits { book.rows.len() } else { room };
            fits
        });
        if searched.len() < 2 {
            return Vec::new();
        }
        let mut calls: Vec<(u64, Stamp, u32)> = searched
            .into_iter()
            .flat_map(|book| &book.rows)
            .map(|row| store.row(*row))
            .filter(|row| !row.flags().has(Flags::TWIN))
            .filter_map(|row| Some((row.usage().total().filter(|total| *total > 0)?, row.at(), row.index)))
            .collect();
        calls.sort_unstable();
        let mut alike: HashMap<(SourceId, SourceId), u64> = HashMap::new();
        let mut used: HashSet<(u32, SourceId)> = HashSet::new();
        for (nth, (tokens, _, row)) in calls.iter().enumerate() {
            let one = store.row(*row);
            for (_, _, other) in calls[nth + 1..].iter().take(NEAR).take_while(|(count, ..)| count == tokens) {
                let other = store.row(*other);
                let pair = (one.source().min(other.source()), one.source().max(other.source()));
                if known.contains_key(&pair)
                    || are_parts_of_one_log(store, one, pair.0, pair.1)
                    || used.contains(&(one.index, other.source()))
                    || used.contains(&(other.index, one.source()))
                    || !is_alike(one, other)
                {
                    continue;
                }
                used.extend([(one.index, other.source()), (other.index, one.source())]);
                *alike.entry(pair).or_default() += 1;
            }
        }
        let looked_at = |source: SourceId| self.book(source).rows.len() as u64;
        let is_pair = |(pair, calls): &(&(SourceId, SourceId), &u64)| {
            **calls >= LEAST_ALIKE && **calls * 2 >= looked_at(pair.0).min(looked_at(pair.1))
        };
        alike.iter().filter(is_pair).map(|(pair, _)| *pair).collect()
    }
}

/// Calls of equally many tokens that are held against one: more, and the log repeats itself.
const NEAR: usize = 8;

/// Side chains and forks tell their parents' calls again: that is one tool's one book, in many files.
fn are_parts_of_one_log(store: &Store, row: Row<'_>, one: SourceId, other: SourceId) -> bool {
    one == other || row.flags().has(Flags::KIN) && store.card_of(one).format == store.card_of(other).format
}
