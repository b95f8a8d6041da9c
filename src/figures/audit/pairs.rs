//! Two books of the same calls: what each has that the other has not, and in what they differ where both tell.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::books::Books;
use super::{Case, Finding, Subject};
use crate::model::bill::differs;
use crate::model::time::{HOUR, MINUTE};
use crate::model::{SourceId, Span, Stamp, Usd};
use crate::store::{Account, Row, Store, is_alike, is_alike_but_for_model, is_same_model};

/// Calls that stood this much before the other source's first are not missing there: it had not begun. Milliseconds.
const BEGUN: i64 = HOUR;

/// How far apart, beside the time that a call took, two accounts of it may be: logs write when it began, when it ended,
/// or when they were flushed. Milliseconds.
const APART: i64 = 5 * MINUTE;

/// Pairs that are kept, those with the most calls in both.
const KEPT: usize = 40;

/// Calls that are compared between two frames: about 4 ms.
const AT_ONCE: usize = 20_000;

/// Calls of equally many tokens that one is held against to find the nearest.
const HELD: usize = 64;

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

/// Every pair, a part at a time.
#[derive(Debug)]
pub(super) struct Balances {
    todo: Vec<(SourceId, SourceId, MatchedBy)>,
    done: Vec<Balance>,
    now: Option<Balance>,
}

impl Balances {
    pub fn new(books: &Books, store: &Store) -> Self {
        Self { todo: books.pairs(store), done: Vec::new(), now: None }
    }

    /// Goes on; how many calls were compared, or `None` when all were.
    pub fn step(&mut self, books: &Books, store: &Store) -> Option<usize> {
        let mut balance = match self.now.take() {
            Some(balance) => balance,
            None => self.todo.pop().map(|(left, right, by)| Balance::new(books, left, right, by))?,
        };
        let compared = balance.go_on(books, store);
        if compared == AT_ONCE {
            self.now = Some(balance);
        } else {
            balance.close(books, store);
            self.done.push(balance);
        }
        Some(compared)
    }

    /// The pairs in the order of their names, and what they disagree in.
    pub fn finish(mut self, store: &Store) -> (Vec<Pair>, Vec<Finding>) {
        let names = |balance: &Balance| (store.label_of(balance.pair.left), store.label_of(balance.pair.right));
        self.done.sort_by(|a, b| b.pair.matched.cmp(&a.pair.matched).then_with(|| names(a).cmp(&names(b))));
        self.done.truncate(KEPT);
        self.done.sort_by(|a, b| names(a).cmp(&names(b)));
        let (mut kept, mut findings) = (Vec::new(), Vec::new());
        for balance in self.done {
            kept.push(balance.pair);
            findings.extend(balance.findings.into_iter().map(|(about, (cases, usd))| Finding { about, cases, usd }));
        }
        (kept, findings)
    }
}

/// A pair while it is made.
#[derive(Debug)]
struct Balance {
    pair: Pair,
    /// The next call of the left that is compared.
    next: usize,
    /// Calls of the left that the right does not tell.
    alone: Vec<u32>,
    skews: Vec<i64>,
    findings: BTreeMap<Subject, (Vec<Case>, Option<Usd>)>,
}

impl Balance {
    fn new(books: &Books, left: SourceId, right: SourceId, matched_by: MatchedBy) -> Self {
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
        Self { pair, next: 0, alone: Vec::new(), skews: Vec::new(), findings: BTreeMap::new() }
    }

    /// Compares the next calls of the left; how many they were.
    fn go_on(&mut self, books: &Books, store: &Store) -> usize {
        let rows = books.book(self.pair.left).rows.get(self.next..).unwrap_or_default();
        let rows = &rows[..rows.len().min(AT_ONCE)];
        for row in rows {
            if tells(store.row(*row), self.pair.right) {
                self.compare(store, Case { row: *row, other: None });
            } else {
                self.alone.push(*row);
            }
        }
        self.next += rows.len();
        rows.len()
    }

    /// All that the left tells was compared: what is left over looks like a call of the other, or is missing there.
    fn close(&mut self, books: &Books, store: &Store) {
        let (left, right) = (self.pair.left, self.pair.right);
        let (l, r) = (books.book(left), books.book(right));
        let mut left_alone = std::mem::take(&mut self.alone);
        let mut right_alone: Vec<u32> = r.rows.iter().copied().filter(|row| !tells(store.row(*row), left)).collect();
        // Tables that are made to tell of the same executions may well name different models.
        let witness = self.pair.matched_by == MatchedBy::Execution;
        let ways: &[fn(Row<'_>, Row<'_>) -> bool] =
            if witness { &[is_alike, is_alike_but_for_model] } else { &[is_alike] };
        for is_alike in ways {
            for (row, other) in alike(store, &mut left_alone, &mut right_alone, *is_alike) {
                self.pair.weak += 1;
                self.compare(store, Case { row, other: Some(other) });
            }
        }
        self.pair.left_only = self.miss(store, &left_alone, (left, right), r.first);
        self.pair.right_only = self.miss(store, &right_alone, (right, left), l.first);
        if witness && self.pair.weak > 0 && self.pair.weak == self.pair.matched {
            self.pair.matched_by = MatchedBy::Likeness;
        }
        let middle = self.skews.len() / 2;
        self.pair.skew = (!self.skews.is_empty()).then(|| *self.skews.select_nth_unstable(middle).1);
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
            // Beside another difference, the same cost is not worth a word.
            let gap = gap.filter(|gap| field == Field::Cost || !gap.is_zero());
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
