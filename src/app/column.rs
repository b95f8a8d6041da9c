//! The columns of the tables: one list for heading, sort, cell filter and copy. Which of them fit is the screen's
//! affair; it tells through [`Shown`](super::Shown).

use crate::query::SortBy;

/// A column of the calls' table, of a table of groups, or of the sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Column {
    #[default]
    Time,
    Model,
    /// The model that was asked for, where another served.
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
    /// What the router's baseline would have cost, as it says.
    Baseline,
    Saved,
    Took,
    FirstToken,
    /// Output tokens a second.
    Speed,
    /// How long the router took to decide.
    Deciding,
    Confidence,
    Override,
    /// How a call ended, and whether it was overridden.
    Status,
    Error,
    PromptLength,
    Id,
    Source,
    /// How many other records tell of it.
    Twins,
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
    /// Every column of the calls' table, in the order they stand where nobody has chosen another.
    pub const OF_CALLS: [Self; 33] = [
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
            Self::Requested => "ASKED FOR",
            Self::Provider => "PROVIDER",
            Self::Route => "ROUTE",
            Self::User => "USER",
            Self::Session => "SESSION",
            Self::Project => "PROJECT",
            Self::Agent => "AGENT",
            Self::UseCase => "USE CASE",
            Self::Endpoint => "ENDPOINT",
            Self::Input => "IN",
            Self::Cache => "CACHE",
            Self::CacheRead => "READ",
            Self::CacheWrite => "WRITTEN",
            Self::Output => "OUT",
            Self::Reasoning => "REASON",
            Self::Tokens => "TOKENS",
            Self::Cost => "COST",
            Self::Baseline => "BASELINE",
            Self::Saved => "SAVED",
            Self::Took => "TOOK",
            Self::FirstToken => "TTFT",
            Self::Speed => "TOK/S",
            Self::Deciding => "DECIDED",
            Self::Confidence => "CONF",
            Self::Override => "OVERRIDE",
            Self::Status => "STATUS",
            Self::Error => "ERROR",
            Self::PromptLength => "PROMPT",
            Self::Id => "ID",
            Self::Source => "SOURCE",
            Self::Twins => "ALSO IN",
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

    /// What it tells, in a line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Time => "when it began",
            Self::Model => "the model that answered",
            Self::Requested => "the model that was asked for, where another answered",
            Self::Provider => "who runs the model",
            Self::Route => "where the router sent it",
            Self::User => "who asked",
            Self::Session => "the conversation it belongs to",
            Self::Project => "the project it was made for",
            Self::Agent => "the agent that made it",
            Self::UseCase => "what it was made for",
            Self::Endpoint => "the path that was called",
            Self::Input => "tokens shown: fresh, read and written",
            Self::Cache => "share of them read from a cache",
            Self::CacheRead => "tokens read from a cache",
            Self::CacheWrite => "tokens written to a cache",
            Self::Output => "tokens answered",
            Self::Reasoning => "of these, tokens of reasoning",
            Self::Tokens => "all tokens",
            Self::Cost => "as logged, else as computed",
            Self::Baseline => "what the router's baseline would cost, as it says",
            Self::Saved => "baseline less cost",
            Self::Took => "from request to last byte",
            Self::FirstToken => "from request to first token",
            Self::Speed => "output tokens a second",
            Self::Deciding => "how long the router took to decide",
            Self::Confidence => "how sure the router was",
            Self::Override => "whether the router was overridden",
            Self::Status => "how it ended; overridden or not",
            Self::Error => "the type of its error",
            Self::PromptLength => "characters of the prompt",
            Self::Id => "what it is known by",
            Self::Source => "the log it stands in",
            Self::Twins => "other records that tell of it",
            _ => "",
        }
    }

    /// The order of calls that this column stands for; `None` where calls cannot be sorted by it.
    pub fn sort_by(self) -> Option<SortBy> {
        let nth = Self::OF_CALLS.iter().position(|column| *column == self)?;
        Some(SortBy::ALL[nth])
    }

    /// The name of a column of calls in the configuration and in `--sort`.
    pub fn word(self) -> &'static str {
        self.sort_by().map_or("", SortBy::word)
    }

    /// The column of calls that has a name.
    pub fn parse(word: &str) -> Option<Self> {
        let by = SortBy::parse(word)?;
        Self::OF_CALLS.into_iter().find(|column| column.sort_by() == Some(by))
    }

    /// Whether the largest comes first when the column is chosen: amounts do, names do not.
    pub fn falls(self) -> bool {
        let falls = |by: SortBy| by.falls();
        self.sort_by().map_or(!matches!(self, Self::Name | Self::Format | Self::Health), falls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_calls_has_a_name_a_meaning_and_an_order_of_its_own() {
        let mut words: Vec<&str> = Column::OF_CALLS.iter().map(|column| column.word()).collect();
        for column in Column::OF_CALLS {
            assert_eq!(Column::parse(column.word()), Some(column));
            assert_eq!(format!("{column:?}"), format!("{:?}", column.sort_by().unwrap()), "the lists run side by side");
            assert!(!column.meaning().is_empty() && !column.title().is_empty());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Column::OF_CALLS.len());
        assert_eq!(Column::parse("cots"), None);
    }
}
