//! The filter drawer: which providers, models, routes, agents, users and outcomes there are, and which of them the
//! filter keeps. It holds no filter of its own: a check mark is a word of the filter's text.

use crate::figures::GroupBy;

/// What can be chosen among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetKind {
    /// Filters that have a name: one of them stands for the whole filter.
    Saved,
    Provider,
    Model,
    Route,
    Agent,
    User,
    Status,
}

impl FacetKind {
    /// What calls have.
    pub const ALL: [Self; 6] = [Self::Provider, Self::Model, Self::Route, Self::Agent, Self::User, Self::Status];

    /// The key of the filter grammar.
    pub fn key(self) -> &'static str {
        match self {
            // In a filter a name stands by itself.
            Self::Saved => "@",
            Self::Provider => "provider",
            Self::Model => "model",
            Self::Route => "route",
            Self::Agent => "agent",
            Self::User => "user",
            Self::Status => "is",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Saved => "saved filters",
            Self::Provider => "providers",
            Self::Model => "models",
            Self::Route => "routes",
            Self::Agent => "agents",
            Self::User => "users",
            Self::Status => "status",
        }
    }

    /// `None` for the outcome, which is no name.
    pub fn group(self) -> Option<GroupBy> {
        Some(match self {
            Self::Provider => GroupBy::Provider,
            Self::Model => GroupBy::Model,
            Self::Route => GroupBy::Route,
            Self::Agent => GroupBy::Agent,
            Self::User => GroupBy::User,
            Self::Status | Self::Saved => return None,
        })
    }
}

/// One value that can be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// A name, or `(none)`; for the outcome the word of `is:`.
    pub label: String,
    /// Calls in the window that have it, whatever else of this facet is checked.
    pub calls: u64,
    /// Whether the filter names it. Where none is checked, all are kept.
    pub on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub kind: FacetKind,
    /// Most calls first.
    pub values: Vec<FacetValue>,
    /// Values left out for their number.
    pub more: usize,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawer {
    pub facets: Vec<Facet>,
    /// The value under the cursor, counted over all facets.
    pub nth: usize,
    /// The first line shown, headings counted.
    pub top: usize,
}

impl Drawer {
    pub fn len(&self) -> usize {
        self.facets.iter().map(|facet| facet.values.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The facet and the value at a place counted over all facets.
    pub fn at(&self, nth: usize) -> Option<(FacetKind, &FacetValue)> {
        self.facets.iter().flat_map(|facet| facet.values.iter().map(|value| (facet.kind, value))).nth(nth)
    }
}
