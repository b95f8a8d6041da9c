//! What the table of groups groups by: a dimension of the calls, or their days.

use crate::figures::GroupBy;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grouping {
    By(GroupBy),
    /// Local days; cost and calls only.
    Day,
}

impl Default for Grouping {
    fn default() -> Self {
        Self::By(GroupBy::Model)
    }
}

impl Grouping {
    /// In the order that `b` walks.
    pub const ALL: [Self; 9] = [
        Self::By(GroupBy::Model),
        Self::By(GroupBy::Provider),
        Self::By(GroupBy::Route),
        Self::By(GroupBy::Agent),
        Self::By(GroupBy::Project),
        Self::By(GroupBy::UseCase),
        Self::By(GroupBy::User),
        Self::By(GroupBy::Session),
        Self::Day,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::By(by) => by.word(),
            Self::Day => "day",
        }
    }

    /// For people, in the plural: the title of the pane.
    pub fn plural(self) -> &'static str {
        match self {
            Self::By(GroupBy::Model) => "models",
            Self::By(GroupBy::Provider) => "providers",
            Self::By(GroupBy::Route) => "routes",
            Self::By(GroupBy::Agent) => "agents",
            Self::By(GroupBy::Project) => "projects",
            Self::By(GroupBy::UseCase) => "use cases",
            Self::By(GroupBy::User) => "users",
            Self::By(GroupBy::Session) => "sessions",
            Self::By(GroupBy::Endpoint) => "endpoints",
            Self::By(GroupBy::ErrorType) => "errors",
            Self::Day => "days",
        }
    }
}
