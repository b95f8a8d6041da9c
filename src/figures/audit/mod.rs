//! Do the books agree? Sources that tell of the same calls, side by side, and what is wrong within one.
//!
//! A pass over the rows ([`Fold`]) sorts them by who tells them and looks at each for what cannot be; then the sources
//! are paired (see [`books`]) and the accounts of each call compared. What a call is worth, and why a log may claim what
//! it does, is for those to add who know prices.

mod books;
mod pairs;
mod sound;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use pairs::{Field, MatchedBy, Pair, accounts_of, differences};
pub use sound::Unsound;
pub use words::{name, passed, title, what};

use self::books::Books;
use self::pairs::Balances;
use super::Scope;
use crate::model::{CostSource, Dim, Flags, SourceId, Sym, Usd};
use crate::store::{Row, Store};

/// What is asked of the books, in the order it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// A call that one source of a pair tells and the other does not.
    Missing,
    /// Two sources name different models for one call.
    Model,
    /// What a log claims is not what the tokens cost, or not what another log claims.
    Cost,
    /// Two sources count different tokens for one call.
    Tokens,
    /// Two sources put one call at times that are far apart.
    Time,
    /// Values that no call can have.
    Impossible,
    /// A model that no catalogue knows.
    UnknownModel,
}

impl Check {
    pub const ALL: [Self; 7] =
        [Self::Missing, Self::Model, Self::Cost, Self::Tokens, Self::Time, Self::Impossible, Self::UnknownModel];

    /// The word of the JSON answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Model => "model",
            Self::Cost => "cost",
            Self::Tokens => "tokens",
            Self::Time => "time",
            Self::Impossible => "impossible",
            Self::UnknownModel => "unknown-model",
        }
    }

    /// Whether it takes two sources to ask.
    pub fn needs_pair(self) -> bool {
        matches!(self, Self::Missing | Self::Model | Self::Tokens | Self::Time)
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Told by the first source, and not by the second.
    Only {
        of: SourceId,
        not: SourceId,
    },
    /// The two sources of a pair differ in a field.
    Differ {
        left: SourceId,
        right: SourceId,
        field: Field,
    },
    /// Costs that a source logs disagree with ours.
    Claim {
        source: SourceId,
    },
    Unsound {
        source: SourceId,
        what: Unsound,
    },
    Unknown {
        model: Sym,
    },
}

impl Subject {
    pub fn check(self) -> Check {
        match self {
            Self::Only { .. } => Check::Missing,
            Self::Differ { field, .. } => match field {
                Field::Model => Check::Model,
                Field::Tokens => Check::Tokens,
                Field::Cost => Check::Cost,
                Field::Time => Check::Time,
            },
            Self::Claim { .. } => Check::Cost,
            Self::Unsound { .. } => Check::Impossible,
            Self::Unknown { .. } => Check::UnknownModel,
        }
    }

    /// The two sources that disagree.
    pub fn sources(self) -> Option<(SourceId, SourceId)> {
        match self {
            Self::Only { of, not } => Some((of.min(not), of.max(not))),
            Self::Differ { left, right, .. } => Some((left.min(right), left.max(right))),
            _ => None,
        }
    }
}

/// A call that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub row: u32,
    /// The row of the other source, where the two only look like one call.
    pub other: Option<u32>,
}

/// Calls that fail a check for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub about: Subject,
    /// Newest first.
    pub cases: Vec<Case>,
    /// What is at stake, where it is known: the cost of calls that are missing, the sum of the gaps of costs.
    pub usd: Option<Usd>,
}

/// Calls of a finding that are asked why their log claims what it does, to name the finding by what most of them say.
const ASKED: usize = 8;

impl Finding {
    /// The calls to ask for a cause.
    pub fn sample(&self) -> impl Iterator<Item = u32> {
        self.cases.iter().take(ASKED).map(|case| case.row)
    }

    /// What most of the calls say that were asked; `None` where most know no cause.
    pub fn usual(causes: impl IntoIterator<Item = Option<String>>) -> Option<String> {
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for cause in causes {
            *counts.entry(cause).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, calls)| *calls)?.0
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// In the order of their names.
    pub pairs: Vec<Pair>,
    /// In the order of the checks; of one check the largest first.
    pub findings: Vec<Finding>,
    /// Calls that were looked at.
    pub calls: u64,
    /// Of these, the ones whose logged cost could be held against what their tokens cost.
    pub claims: u64,
    /// Records of the sources that could not be read.
    pub malformed: u64,
}

impl Audit {
    /// Why nothing could be asked of the calls by a check; `None` where it was.
    pub fn unasked(&self, check: Check) -> Option<&'static str> {
        match check {
            _ if self.calls == 0 => Some("there are no calls"),
            check if check.needs_pair() && self.pairs.is_empty() => Some("no two sources tell the same calls"),
            Check::Cost if self.claims == 0 => Some("no cost is logged of tokens that have a price"),
            _ => None,
        }
    }

    pub fn of(store: &Store, scope: Scope) -> Self {
        let mut fold = Fold::new(scope);
        while fold.step(store).is_some() {}
        fold.finish(store)
    }

    /// How many of the checks fail.
    pub fn failed(&self) -> usize {
        Check::ALL
            .into_iter()
            .filter(|check| self.findings.iter().any(|finding| finding.about.check() == *check))
            .count()
    }

    /// The checks as they are listed: a line for each finding, and one for each check that finds nothing.
    pub fn lines(&self) -> impl Iterator<Item = (Check, Option<&Finding>)> {
        Check::ALL.into_iter().flat_map(|check| {
            let failed = self.findings.iter().filter(move |finding| finding.about.check() == check);
            let passes = failed.clone().next().is_none();
            failed.map(move |finding| (check, Some(finding))).chain(passes.then_some((check, None)))
        })
    }

    /// The pair of two sources.
    pub fn pair(&self, one: SourceId, other: SourceId) -> Option<&Pair> {
        self.pairs.iter().find(|pair| [(one, other), (other, one)].contains(&(pair.left, pair.right)))
    }
}

/// The pass over the rows, then over the pairs, a part at a time, so that a screen can go on meanwhile.
#[derive(Debug)]
pub struct Fold {
    scope: Scope,
    /// The next segment.
    next: usize,
    books: Books,
    balances: Option<Balances>,
    alone: BTreeMap<Subject, (Vec<u32>, Option<Usd>)>,
    calls: u64,
    claims: u64,
}

impl Fold {
    pub fn new(scope: Scope) -> Self {
        Self { scope, next: 0, books: Books::default(), balances: None, alone: BTreeMap::new(), calls: 0, claims: 0 }
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Goes on; how many calls were looked at, or `None` when all were.
    pub fn step(&mut self, store: &Store) -> Option<usize> {
        let Some(segment) = store.segments().get(self.next) else {
            let balances = self.balances.get_or_insert_with(|| Balances::new(&self.books, store));
            return balances.step(&self.books, store);
        };
        let touched = self.scope.touches(segment.earliest, segment.latest);
        for row in store.rows_of(self.next).filter(|row| row.counts()) {
            self.books.note(store, row);
            if touched && self.scope.keeps(row) {
                self.look_at(store, row);
            }
        }
        self.next += 1;
        Some(segment.len())
    }

    fn look_at(&mut self, store: &Store, row: Row<'_>) {
        self.calls += 1;
        self.claims += u64::from(row.logged_cost().and(row.our_cost()).is_some());
        self.books.enter(store, row);
        let mut fails = |subject: Subject, usd: Option<Usd>| {
            let (rows, sum) = self.alone.entry(subject).or_default();
            rows.push(row.index);
            *sum = match (*sum, usd) {
                (Some(sum), Some(usd)) => Some(sum + usd),
                (sum, usd) => sum.or(usd),
            };
        };
        if row.flags().has(Flags::MISMATCH) {
            let gap = row.logged_cost().zip(row.our_cost()).map(|(logged, ours)| logged - ours);
            fails(Subject::Claim { source: row.source() }, gap);
        }
        // A logged cost tells nothing of whether the model is known: ours does.
        let is_unknown = row.model().is_some() && row.our_cost().is_none() && row.usage().is_billable();
        if is_unknown && matches!(row.cost_source(), CostSource::Unpriced | CostSource::Logged) {
            fails(Subject::Unknown { model: row.sym(Dim::Model) }, None);
        }
        if let Some(what) = sound::unsound(row) {
            fails(Subject::Unsound { source: row.source(), what }, None);
        }
    }

    /// Puts the findings in order, once all was looked at. The store must be the one that was.
    pub fn finish(self, store: &Store) -> Audit {
        let (pairs, mut findings) = self.balances.map(|balances| balances.finish(store)).unwrap_or_default();
        findings.extend(self.alone.into_iter().map(|(about, (rows, usd))| {
            let cases = rows.into_iter().map(|row| Case { row, other: None }).collect();
            Finding { about, cases, usd }
        }));
        for finding in &mut findings {
            finding.cases.sort_by_cached_key(|case| std::cmp::Reverse((store.row(case.row).at(), case.row)));
        }
        findings.sort_by(|a, b| {
            let size = |finding: &Finding| (finding.about.check(), std::cmp::Reverse(finding.cases.len()));
            size(a).cmp(&size(b)).then_with(|| what(store, a.about, None).cmp(&what(store, b.about, None)))
        });
        let malformed = store.sources().map(|source| store.counts_of(source).malformed).sum();
        Audit { pairs, findings, calls: self.calls, claims: self.claims, malformed }
    }
}
