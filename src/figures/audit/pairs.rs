//! Which sources are books of the same calls, and what each has that the other has not.
//!
//! Two sources are a pair if they are made to witness the same executions, if at least half of the smaller's calls are
//! in the other by their ids, or if as many look alike: by time, model and tokens. That many must be, because two logs
//! that share a call or two (one was forked, rotated or copied in part) are no two books.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Case, Finding, Subject};
use crate::model::bill::differs;
use crate::model::time::{HOUR, MINUTE};
use crate::model::{Flags, SourceId, Span, Stamp, Usd};
use crate::store::{Account, Row, Store, is_alike, is_alike_but_for_model, is_same_model};

/// Formats that are made to tell of the same executions; see the store's witnesses.
const WITNESSES: [&str; 3] = ["token_usage", "audit_trail", "agent_logs"];

/// Books of more calls are not searched for others that look like them: every call would be held against every other.
const SEARCHED: usize = 100_000;

/// Fewer calls that look alike are chance.
const LEAST_ALIKE: u64 = 3;

/// Calls that stood this much before the other source's first are not missing there: it had not begun. Milliseconds.
const BEGUN: i64 = HOUR;

/// How far apart, beside the time that a call took, two accounts of it may be: logs write when it began, when it ended,
/// or when they were flushed. Milliseconds.
const APART: i64 = 5 * MINUTE;

/// Pairs that are kept, those with the most calls in both.
const KEPT: usize = 40;

/// How the calls of two sources were found to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    Execution,
    Id,
    /// By time, model and tokens: weak.
    Likeness,
}

impl MatchedBy {
    pub fn words(self) -> &'static str {
        match self {
            Self::Execution => "execution_id",
            Self::Id => "id",
            Self::Likeness => "time, model and tokens",
        }
    }
}

/// What two accounts of a call may differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Model,
    Tokens,
    Cost,
    Time,
}

impl Field {
    pub const ALL: [Self; 4] = [Self::Model, Self::Tokens, Self::Cost, Self::Time];
}

/// Two books, side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The one whose name comes first.
    pub left: SourceId,
    pub right: SourceId,
    pub matched_by: MatchedBy,
    /// Calls in each.
    pub left_calls: u64,
    pub right_calls: u64,
    /// Calls in both.
    pub matched: u64,
    /// Of these, calls that only look alike.
    pub weak: u64,
    pub left_only: u64,
    pub right_only: u64,
    /// Calls that can be neither matched nor missed: the other book has their execution and fewer calls of it, or had
    /// not begun.
    pub unclear: u64,
    /// Matched calls of which the two say different things.
    pub differ: u64,
    /// Sums of what each states; `None` where it states no costs.
    pub left_cost: Option<Usd>,
    pub right_cost: Option<Usd>,
    /// The median by which the right is later, in milliseconds.
    pub skew: Option<i64>,
}

impl Pair {
    /// Whether the books agree.
    pub fn agrees(&self) -> bool {
        self.left_only == 0 && self.right_only == 0 && self.differ == 0
    }

    /// By how much more the left states, where both state costs.
    pub fn gap(&self) -> Option<Usd> {
        Some(self.left_cost? - self.right_cost?)
    }
}

/// What a source tells.
#[derive(Debug, Default)]
struct Book {
    /// All its calls, whatever is asked of them: what is a pair must not depend on a filter.
    calls: u64,
    first: Option<Stamp>,
    /// Those that are looked at.
    rows: Vec<u32>,
    cost: Option<Usd>,
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

    fn book(&self, source: SourceId) -> &Book {
        static EMPTY: Book = Book { calls: 0, first: None, rows: Vec::new(), cost: None };
        self.by_source.get(source.0 as usize).unwrap_or(&EMPTY)
    }

    /// The pairs, and what they disagree in.
    pub fn balance(&self, store: &Store) -> (Vec<Pair>, Vec<Finding>) {
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
        let mut pairs = Vec::new();
        for ((one, other), by) in found {
            let falls = store.label_of(one) > store.label_of(other);
            let (left, right) = if falls { (other, one) } else { (one, other) };
            pairs.push(Balance::of(self, store, left, right, by));
        }
        pairs.sort_by_key(|balance| std::cmp::Reverse(balance.pair.matched));
        pairs.truncate(KEPT);
        pairs.sort_by_key(|balance| (store.label_of(balance.pair.left), store.label_of(balance.pair.right)));
        let (mut kept, mut findings) = (Vec::new(), Vec::new());
        for balance in pairs {
            kept.push(balance.pair);
            findings.extend(balance.findings.into_iter().map(|(about, (cases, usd))| Finding { about, cases, usd }));
        }
        (kept, findings)
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
        let searched: Vec<&Book> =
            self.by_source.iter().filter(|book| (1..=SEARCHED).contains(&book.rows.len())).collect();
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

/// Calls of equally many tokens that one is held against to find the nearest.
const HELD: usize = 64;

/// Side chains and forks tell their parents' calls again: that is one tool's one book, in many files.
fn are_parts_of_one_log(store: &Store, row: Row<'_>, one: SourceId, other: SourceId) -> bool {
    one == other || row.flags().has(Flags::KIN) && store.card_of(one).format == store.card_of(other).format
}

/// Whether a source tells a call.
fn tells(row: Row<'_>, source: SourceId) -> bool {
    row.source() == source || row.twins().iter().any(|twin| twin.source == source)
}

/// The fields in which two accounts of a call differ. What one does not say is no difference.
pub fn differences(store: &Store, row: Row<'_>, left: &Account, right: &Account) -> Vec<Field> {
    let names = store.names();
    let reach = APART + row.took().map_or(0, |nanos| (nanos / 1_000_000) as i64);
    let both = |one: Option<u64>, other: Option<u64>| one.zip(other).is_some_and(|(one, other)| one != other);
    Field::ALL
        .into_iter()
        .filter(|field| match field {
            Field::Model => {
                names.get(left.model).zip(names.get(right.model)).is_some_and(|(one, other)| !is_same_model(one, other))
            }
            Field::Tokens => {
                both(left.tokens, right.tokens) || both(left.output.map(u64::from), right.output.map(u64::from))
            }
            Field::Cost => left.cost.zip(right.cost).is_some_and(|(one, other)| differs(one, other)),
            Field::Time => !row.is_undated() && (left.at.0 - right.at.0).abs() > reach,
        })
        .collect()
}

/// The accounts of a case in the books of two sources, left and right, and where they stand; `None` where one does not
/// tell it.
pub fn accounts_of(store: &Store, case: Case, left: SourceId, right: SourceId) -> [Option<(Account, Span)>; 2] {
    [left, right].map(|source| {
        let other = || case.other.and_then(|row| store.account(row, source));
        store.account(case.row, source).or_else(other)
    })
}

/// A pair while it is made.
struct Balance {
    pair: Pair,
    skews: Vec<i64>,
    findings: BTreeMap<Subject, (Vec<Case>, Option<Usd>)>,
}

impl Balance {
    fn of(books: &Books, store: &Store, left: SourceId, right: SourceId, matched_by: MatchedBy) -> Self {
        let (l, r) = (books.book(left), books.book(right));
        let pair = Pair {
            left,
            right,
            matched_by,
            left_calls: l.rows.len() as u64,
            right_calls: r.rows.len() as u64,
            matched: 0,
            weak: 0,
            left_only: 0,
            right_only: 0,
            unclear: 0,
            differ: 0,
            left_cost: l.cost,
            right_cost: r.cost,
            skew: None,
        };
        let mut balance = Self { pair, skews: Vec::new(), findings: BTreeMap::new() };
        let (both, mut left_alone): (Vec<u32>, Vec<u32>) =
            l.rows.iter().partition(|row| tells(store.row(**row), right));
        let mut right_alone: Vec<u32> = r.rows.iter().copied().filter(|row| !tells(store.row(*row), left)).collect();
        for row in both {
            balance.compare(store, Case { row, other: None });
        }
        // Tables that are made to tell of the same executions may well name different models.
        let witness = matched_by == MatchedBy::Execution;
        let ways: &[fn(Row<'_>, Row<'_>) -> bool] =
            if witness { &[is_alike, is_alike_but_for_model] } else { &[is_alike] };
        for is_alike in ways {
            for (row, other) in alike(store, &mut left_alone, &mut right_alone, *is_alike) {
                balance.pair.weak += 1;
                balance.compare(store, Case { row, other: Some(other) });
            }
        }
        balance.pair.left_only = balance.miss(store, &left_alone, (left, right), r.first);
        balance.pair.right_only = balance.miss(store, &right_alone, (right, left), l.first);
        if witness && balance.pair.weak > 0 && balance.pair.weak == balance.pair.matched {
            balance.pair.matched_by = MatchedBy::Likeness;
        }
        let middle = balance.skews.len() / 2;
        balance.pair.skew = (!balance.skews.is_empty()).then(|| *balance.skews.select_nth_unstable(middle).1);
        balance
    }

    fn compare(&mut self, store: &Store, case: Case) {
        let (left, right) = (self.pair.left, self.pair.right);
        let [Some((one, _)), Some((other, _))] = accounts_of(store, case, left, right) else { return };
        self.pair.matched += 1;
        self.skews.push(other.at.0 - one.at.0);
        let fields = differences(store, store.row(case.row), &one, &other);
        self.pair.differ += u64::from(!fields.is_empty());
        let gap = one.cost.zip(other.cost).map(|(one, other)| one - other);
        for field in fields {
            self.find(Subject::Differ { left, right, field }, case, gap);
        }
    }

    /// Calls of a source that the other does not tell; says how many there are.
    fn miss(&mut self, store: &Store, rows: &[u32], (of, not): (SourceId, SourceId), first: Option<Stamp>) -> u64 {
        let witness = self.pair.matched_by == MatchedBy::Execution;
        let mut missing = 0;
        for row in rows {
            let early = !witness && first.is_some_and(|first| store.row(*row).at().0 < first.0 - BEGUN);
            if early || store.is_witnessed_by(*row, not) {
                self.pair.unclear += 1;
                continue;
            }
            missing += 1;
            let case = Case { row: *row, other: None };
            let cost = store.account(*row, of).and_then(|(account, _)| account.cost);
            self.find(Subject::Only { of, not }, case, cost);
        }
        missing
    }

    fn find(&mut self, about: Subject, case: Case, usd: Option<Usd>) {
        let (cases, sum) = self.findings.entry(about).or_default();
        cases.push(case);
        if let Some(usd) = usd {
            *sum = Some(sum.unwrap_or_default() + usd);
        }
    }
}

/// Takes out of both lists the calls that look alike, each once, and gives them in pairs.
fn alike(
    store: &Store,
    left: &mut Vec<u32>,
    right: &mut Vec<u32>,
    is_alike: fn(Row<'_>, Row<'_>) -> bool,
) -> Vec<(u32, u32)> {
    let mut by_tokens: HashMap<u64, Vec<u32>> = HashMap::new();
    for row in right.iter() {
        if let Some(total) = store.row(*row).usage().total().filter(|total| *total > 0) {
            by_tokens.entry(total).or_default().push(*row);
        }
    }
    let mut found = Vec::new();
    let mut taken = HashSet::new();
    for row in left.iter() {
        let call = store.row(*row);
        let near = call.usage().total().and_then(|total| by_tokens.get_mut(&total));
        let Some(near) = near else { continue };
        let apart = |other: &u32| (store.row(*other).at().0 - call.at().0).abs();
        let fits = near.iter().take(HELD).enumerate().filter(|(_, other)| is_alike(call, store.row(**other)));
        if let Some((at, _)) = fits.min_by_key(|(_, other)| apart(other)) {
            let other = near.remove(at);
            taken.extend([*row, other]);
            found.push((*row, other));
        }
    }
    left.retain(|row| !taken.contains(row));
    right.retain(|row| !taken.contains(row));
    found
}
