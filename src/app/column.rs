//! The columns of the tables: one list for heading, sort, cell filter and copy. Which of them fit is the screen's
//! affair; it tells through [`Shown`](super::Shown).

use crate::query::SortBy;

/// A column of the calls' table, of a table of groups, or of the sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Column {
    #[default]
    Time,
    Model,
    Provider,
    Route,
    User,
    Session,
    Project,
    Agent,
    UseCase,
    /// Everything the model was shown: fresh, cache read and cache write.
    Input,
    /// The share of the input that was read from a cache.
    Cache,
    Output,
    Tokens,
    Cost,
    Took,
    FirstToken,
    Confidence,
    /// How a call ended, and whether it was overridden.
    Status,
    Source,
    /// Of a group: what its calls share.
    Name,
    Calls,
    PerCall,
    P50,
    P95,
    Errors,
    Overrides,
    /// Of a group: how many of its calls whose outcome is known succeeded.
    Success,
    /// Of a group: the models that serve it, or its routes.
    Mix,
    /// Of a group: its share of the cost.
    Share,
    /// Of a group: its cost over time.
    Trend,
    /// Of a source.
    Format,
    Health,
    Malformed,
}

impl Column {
    /// Every column of the calls' table, in the order they stand.
    pub const OF_CALLS: [Self; 19] = [
        Self::Time,
        Self::Model,
        Self::Provider,
        Self::Route,
        Self::User,
        Self::Session,
        Self::Project,
        Self::Agent,
        Self::UseCase,
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

    /// Every column of a table of groups.
    pub const OF_GROUPS: [Self; 17] = [
        Self::Name,
        Self::Calls,
        Self::Input,
        Self::Output,
        Self::Cache,
        Self::Tokens,
        Self::Cost,
        Self::Share,
        Self::PerCall,
        Self::P50,
        Self::P95,
        Self::Errors,
        Self::Overrides,
        Self::Success,
        Self::Mix,
        Self::Confidence,
        Self::Trend,
    ];

    pub const OF_SOURCES: [Self; 6] =
        [Self::Source, Self::Format, Self::Health, Self::Calls, Self::Malformed, Self::Time];

    /// The heading, in capitals as the tables write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Time => "TIME",
            Self::Model => "MODEL",
            Self::Provider => "PROVIDER",
            Self::Route => "ROUTE",
            Self::User => "USER",
            Self::Session => "SESSION",
            Self::Project => "PROJECT",
            Self::Agent => "AGENT",
            Self::UseCase => "USE CASE",
            Self::Input => "IN",
            Self::Cache => "CACHE",
            Self::Output => "OUT",
            Self::Tokens => "TOKENS",
            Self::Cost => "COST",
            Self::Took => "TOOK",
            Self::FirstToken => "TTFT",
            Self::Confidence => "CONF",
            Self::Status => "STATUS",
            Self::Source => "SOURCE",
            Self::Name => "NAME",
            Self::Calls => "CALLS",
            Self::PerCall => "$/CALL",
            Self::P50 => "P50",
            Self::P95 => "P95",
            Self::Errors => "ERR",
            Self::Overrides => "OVER",
            Self::Success => "OK",
            Self::Mix => "MIX",
            Self::Share => "SHARE",
            Self::Trend => "TREND",
            Self::Format => "FORMAT",
            Self::Health => "HEALTH",
            Self::Malformed => "MALFORMED",
        }
    }

    /// The order of calls that this column stands for; `None` where calls cannot be sorted by it.
    pub fn sort_by(self) -> Option<SortBy> {
        Some(match self {
            Self::Time => SortBy::Time,
            Self::Model => SortBy::Model,
            Self::Provider => SortBy::Provider,
            Self::Route => SortBy::Route,
            Self::User => SortBy::User,
            Self::Input => SortBy::Input,
            Self::Cache => SortBy::Cache,
            Self::Output => SortBy::Output,
            Self::Tokens => SortBy::Tokens,
            Self::Cost => SortBy::Cost,
            Self::Took => SortBy::Took,
            Self::FirstToken => SortBy::FirstToken,
            Self::Confidence => SortBy::Confidence,
            Self::Status => SortBy::Status,
            Self::Source => SortBy::Source,
            _ => return None,
        })
    }

    /// Whether the largest comes first when the column is chosen: amounts do, names do not.
    pub fn falls(self) -> bool {
        !matches!(
            self,
            Self::Model
                | Self::Provider
                | Self::Route
                | Self::User
                | Self::Status
                | Self::Source
                | Self::Name
                | Self::Format
                | Self::Health
        )
    }
}
