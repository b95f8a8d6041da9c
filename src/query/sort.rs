//! The order of calls: by any column, newest first where nothing else decides.

use crate::model::Dim;
use crate::store::{Row, Store};

/// What calls are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Time,
    Model,
    Provider,
    Route,
    User,
    Input,
    Cache,
    Output,
    Tokens,
    Cost,
    Took,
    FirstToken,
    Confidence,
    Status,
    Source,
}

impl SortBy {
    pub const ALL: [Self; 15] = [
        Self::Time,
        Self::Model,
        Self::Provider,
        Self::Route,
        Self::User,
        Self::Input,
        Self::Cache,
        Self::Output,
        Self::Tokens,
        Self::Cost,
        Self::Took,
        Self::FirstToken,
        Self::Confidence,
        Self::Status,
        Self::Source,
    ];

    /// The word of `--sort`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Route => "route",
            Self::User => "user",
            Self::Input => "in",
            Self::Cache => "cache",
            Self::Output => "out",
            Self::Tokens => "tokens",
            Self::Cost => "cost",
            Self::Took => "took",
            Self::FirstToken => "ttft",
            Self::Confidence => "conf",
            Self::Status => "status",
            Self::Source => "source",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }

    /// Whether the largest comes first when the column is chosen: amounts do, names do not.
    pub fn falls(self) -> bool {
        !matches!(self, Self::Model | Self::Provider | Self::Route | Self::User | Self::Status | Self::Source)
    }
}

/// What a row is sorted by. Unknown values come last in either direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey<'s> {
    Number(i128),
    Name(&'s str),
}

/// The value of a row in a column.
pub fn key(row: Row<'_>, by: SortBy) -> Option<SortKey<'_>> {
    let usage = row.usage();
    let number = |value: u64| Some(SortKey::Number(i128::from(value)));
    let name = |dim: Dim| row.name(dim).map(SortKey::Name);
    match by {
        SortBy::Time => Some(SortKey::Number(i128::from(row.at().0))),
        SortBy::Model => name(Dim::Model),
        SortBy::Provider => name(Dim::Provider),
        SortBy::Route => name(Dim::Route),
        SortBy::User => name(Dim::User),
        SortBy::Input => usage.input.and_then(|count| number(u64::from(count))),
        SortBy::Cache => usage.cache_read.and_then(|count| number(u64::from(count))),
        SortBy::Output => usage.output.and_then(|count| number(u64::from(count))),
        SortBy::Tokens => usage.total().and_then(number),
        SortBy::Cost => row.cost().map(|usd| SortKey::Number(i128::from(usd.0))),
        SortBy::Took => row.took().and_then(number),
        SortBy::FirstToken => row.first_token().and_then(number),
        SortBy::Confidence => row.confidence_billionths().and_then(|said| number(u64::from(said))),
        SortBy::Status => number(row.status() as u64),
        SortBy::Source => Some(SortKey::Name(row.source_label())),
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
    let newest = |index: u32| (std::cmp::Reverse(store.row(index).at()), std::cmp::Reverse(index));
    rows.sort_by(|a, b| {
        let order = match (key(store.row(*a), by), key(store.row(*b), by)) {
            (Some(a), Some(b)) => {
                if falling {
                    b.cmp(&a)
                } else {
                    a.cmp(&b)
                }
            }
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        order.then_with(|| newest(*a).cmp(&newest(*b)))
    });
}
