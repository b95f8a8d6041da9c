//! The order of calls: by any column, newest first where nothing else decides.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::{Dim, SourceId, Sym};
use crate::store::{Row, Store};

/// What calls are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Time,
    Model,
    Requested,
    Provider,
    Route,
    User,
    Session,
    Project,
    Agent,
    UseCase,
    Endpoint,
    /// Everything the model was shown: fresh, cache read and cache write.
    Input,
    /// The share of the input that was read from a cache.
    Cache,
    CacheRead,
    CacheWrite,
    Output,
    Reasoning,
    Tokens,
    Cost,
    Baseline,
    Saved,
    Took,
    FirstToken,
    Speed,
    Deciding,
    Confidence,
    Override,
    Status,
    Error,
    PromptLength,
    Id,
    Source,
    Twins,
}

impl SortBy {
    pub const ALL: [Self; 33] = [
        Self::Time,
        Self::Model,
        Self::Requested,
        Self::Provider,
        Self::Route,
        Self::User,
        Self::Session,
        Self::Project,
        Self::Agent,
        Self::UseCase,
        Self::Endpoint,
        Self::Input,
        Self::Cache,
        Self::CacheRead,
        Self::CacheWrite,
        Self::Output,
        Self::Reasoning,
        Self::Tokens,
        Self::Cost,
        Self::Baseline,
        Self::Saved,
        Self::Took,
        Self::FirstToken,
        Self::Speed,
        Self::Deciding,
        Self::Confidence,
        Self::Override,
        Self::Status,
        Self::Error,
        Self::PromptLength,
        Self::Id,
        Self::Source,
        Self::Twins,
    ];

    /// The word of `--sort`, and of `[columns]` in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Model => "model",
            Self::Requested => "requested",
            Self::Provider => "provider",
            Self::Route => "route",
            Self::User => "user",
            Self::Session => "session",
            Self::Project => "project",
            Self::Agent => "agent",
            Self::UseCase => "use_case",
            Self::Endpoint => "endpoint",
            Self::Input => "in",
            Self::Cache => "cache",
            Self::CacheRead => "cached",
            Self::CacheWrite => "written",
            Self::Output => "out",
            Self::Reasoning => "reasoning",
            Self::Tokens => "tokens",
            Self::Cost => "cost",
            Self::Baseline => "baseline",
            Self::Saved => "saved",
            Self::Took => "took",
            Self::FirstToken => "ttft",
            Self::Speed => "speed",
            Self::Deciding => "deciding",
            Self::Confidence => "conf",
            Self::Override => "override",
            Self::Status => "status",
            Self::Error => "error",
            Self::PromptLength => "prompt",
            Self::Id => "id",
            Self::Source => "source",
            Self::Twins => "twins",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }

    /// Whether the largest comes first when the column is chosen: amounts do, names do not.
    pub fn falls(self) -> bool {
        self.dim().is_none() && !matches!(self, Self::Status | Self::Source | Self::Id)
    }

    /// The name that it is, if it is one.
    pub fn dim(self) -> Option<Dim> {
        Some(match self {
            Self::Model => Dim::Model,
            Self::Requested => Dim::Requested,
            Self::Provider => Dim::Provider,
            Self::Route => Dim::Route,
            Self::User => Dim::User,
            Self::Session => Dim::Session,
            Self::Project => Dim::Project,
            Self::Agent => Dim::Agent,
            Self::UseCase => Dim::UseCase,
            Self::Endpoint => Dim::Endpoint,
            Self::Error => Dim::ErrorType,
            _ => return None,
        })
    }
}

/// What a row is sorted by. Unknown values come last in either direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey<'s> {
    Number(i64),
    Name(&'s str),
    Text(String),
}

/// The value of a row in a column.
pub fn key(row: Row<'_>, by: SortBy) -> Option<SortKey<'_>> {
    if let Some(dim) = by.dim() {
        return row.name(dim).map(SortKey::Name);
    }
    match by {
        SortBy::Source => Some(SortKey::Name(row.source_label())),
        SortBy::Id => Some(SortKey::Text(row.id())),
        _ => number(row, by).map(SortKey::Number),
    }
}

/// The value of a row in a column of numbers, in whatever unit orders it.
fn number(row: Row<'_>, by: SortBy) -> Option<i64> {
    let usage = row.usage();
    let of = |value: Option<u64>| value.map(|value| value as i64);
    let count = |value: Option<u32>| value.map(i64::from);
    match by {
        SortBy::Time => Some(row.at().0),
        SortBy::Input => of(usage.has_parts().then(|| usage.prompt())),
        // A share as billionths: numbers of one kind are quick to sort.
        SortBy::Cache => row.cache_share().map(|share| (share * 1e9) as i64),
        SortBy::CacheRead => count(usage.cache_read),
        SortBy::CacheWrite => of(usage.cache_write()),
        SortBy::Output => count(usage.output),
        SortBy::Reasoning => count(usage.reasoning),
        SortBy::Tokens => of(usage.total()),
        SortBy::Cost => row.cost().map(|usd| usd.0),
        SortBy::Baseline => row.baseline().map(|usd| usd.0),
        SortBy::Saved => row.saved().map(|usd| usd.0),
        SortBy::Took => of(row.took()),
        SortBy::FirstToken => of(row.first_token()),
        SortBy::Speed => row.tokens_per_second().map(|speed| (speed * 1e3) as i64),
        SortBy::Deciding => of(row.processing()),
        SortBy::Confidence => count(row.confidence_billionths()),
        SortBy::Override => row.overridden().map(i64::from),
        SortBy::Status => Some(row.status() as i64),
        SortBy::PromptLength => count(row.prompt_length()),
        SortBy::Twins => Some(row.twins().len() as i64),
        _ => None,
    }
}

/// Sorts row numbers; ties are broken by time, newest first, then by the row that came last.
pub fn sort(store: &Store, rows: &mut [u32], by: SortBy, falling: bool) {
    if by == SortBy::Time {
        rows.sort_unstable_by_key(|index| {
            let at = store.row(*index).at().0;
            (if falling { -at } else { at }, if falling { u32::MAX - index } else { *index })
        });
        return;
    }
    // A key is made once a row, and a name's is its rank among the names: a million calls in a tenth of a second.
    let key: Box<dyn Fn(Row<'_>) -> Option<i64>> = match (by, by.dim()) {
        (_, Some(dim)) => {
            let ranks = ranks(rows, |index| store.row(index).sym(dim), |sym: Sym| store.names().get(sym));
            Box::new(move |row| ranks.get(&row.sym(dim)).copied())
        }
        (SortBy::Source, None) => {
            let label = |source: SourceId| Some(store.label_of(source));
            let ranks = ranks(rows, |index| store.row(index).source(), label);
            Box::new(move |row| ranks.get(&row.source()).copied())
        }
        (SortBy::Id, None) => {
            let ranks = ranks(rows, |index| index, |index: u32| Some(store.row(index).id()));
            Box::new(move |row| ranks.get(&row.index).copied())
        }
        _ => Box::new(move |row| number(row, by)),
    };
    let place = |index: u32| {
        let row = store.row(index);
        // `!` turns the order of numbers round, and none of them overflows.
        let key = key(row).map(|key| if falling { !key } else { key });
        ((key.is_none(), key.unwrap_or(0)), (Reverse(row.at()), Reverse(index)))
    };
    let mut keyed: Vec<_> = rows.iter().map(|index| place(*index)).collect();
    keyed.sort_unstable();
    for (row, (_, (_, Reverse(index)))) in rows.iter_mut().zip(keyed) {
        *row = index;
    }
}

/// The place of each value among those that occur, in the order of their names; equal names share a place. What has no
/// name has no place.
fn ranks<K, N>(rows: &[u32], of: impl Fn(u32) -> K, name: impl Fn(K) -> Option<N>) -> HashMap<K, i64>
where
    K: Copy + Eq + std::hash::Hash,
    N: Ord,
{
    let distinct: std::collections::HashSet<K> = rows.iter().map(|index| of(*index)).collect();
    let mut named: Vec<(N, K)> = distinct.into_iter().filter_map(|value| Some((name(value)?, value))).collect();
    named.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut rank = 0;
    let mut ranks = HashMap::with_capacity(named.len());
    for (nth, (name, value)) in named.iter().enumerate() {
        rank += i64::from(nth > 0 && named[nth - 1].0 != *name);
        ranks.insert(*value, rank);
    }
    ranks
}
