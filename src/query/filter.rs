//! A filter as a tree, and whether it keeps a row.

use std::collections::HashSet;
use std::sync::Arc;

use super::repeated::Repeated;
use crate::model::text::contains;
use crate::model::{CostSource, Dim, Flags, Stamp, Status};
use crate::store::Row;

/// Which rows to keep.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Filter {
    #[default]
    All,
    /// A name has, or is, one of a few texts.
    Named {
        field: Field,
        names: Names,
    },
    /// A number stands in an order to another.
    Compare {
        measure: Measure,
        op: Op,
        than: f64,
    },
    Is(Fact),
    /// Its log tells it.
    Has(Known),
    Since(Stamp),
    Until(Stamp),
    /// Text in id, model, route, user, error or preview, in lower case.
    Text(String),
    /// Text in the request or response, which lie in the source: the rows that have it are found beforehand.
    Body {
        needle: String,
        hits: Hits,
    },
    /// Calls that a response cache would have answered.
    Repeated(Repeated),
    /// Calls made from a prompt template: who has learnt the templates knows them.
    Template {
        name: String,
        hits: Hits,
    },
    Not(Box<Filter>),
    And(Vec<Filter>),
    Or(Vec<Filter>),
}

/// The rows whose bodies have a text; `None` until somebody has looked.
pub type Hits = Option<Arc<HashSet<u32>>>;

/// What a name is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Dim(Dim),
    /// The error's type or its message.
    Error,
    Id,
    Source,
}

/// Texts in lower case; one of them must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub any: Vec<String>,
    /// The whole name instead of a part of it.
    pub exact: bool,
}

/// A number of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Dollars.
    Cost,
    /// Seconds.
    Took,
    /// Seconds to the first token.
    FirstToken,
    /// Everything the model was shown: fresh, cache read and cache write.
    Input,
    Output,
    Tokens,
    Cached,
    /// The share of the input that was read from a cache, 0 to 1.
    CacheShare,
    Written,
    Reasoning,
    /// Output tokens a second.
    Speed,
    /// Dollars that the router's baseline would cost, as it says; and dollars saved against it.
    Baseline,
    Saved,
    /// Seconds that the router took to decide.
    Deciding,
    Confidence,
    PromptLength,
}

/// What a number is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Dollars,
    Seconds,
    /// 0 to 1.
    Share,
    Count,
}

/// What `has:` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Field(Field),
    Measure(Measure),
    /// Whether it was overridden.
    Override,
}

impl Known {
    fn is_told(self, row: Row<'_>) -> bool {
        match self {
            Self::Field(Field::Dim(dim)) => row.name(dim).is_some(),
            Self::Field(Field::Error) => row.name(Dim::ErrorType).is_some() || row.name(Dim::ErrorMessage).is_some(),
            Self::Field(Field::Id) => row.own_id().is_some(),
            Self::Field(Field::Source) => true,
            Self::Measure(measure) => measure.of(row).is_some(),
            Self::Override => row.overridden().is_some(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    More,
    AtLeast,
    Less,
    AtMost,
    Equal,
}

impl Op {
    pub fn sign(self) -> &'static str {
        match self {
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
        }
    }

    fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Self::More => value > than,
            Self::AtLeast => value >= than,
            Self::Less => value < than,
            Self::AtMost => value <= than,
            Self::Equal => (value - than).abs() <= f64::EPSILON * value.abs().max(than.abs()).max(1.0),
        }
    }
}

/// What `is:` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    Status(Status),
    Override,
    Unpriced,
    Estimated,
    Twin,
    Mismatch,
}

impl Fact {
    pub const ALL: [Self; 9] = [
        Self::Status(Status::Success),
        Self::Status(Status::Error),
        Self::Status(Status::Cached),
        Self::Status(Status::Pending),
        Self::Override,
        Self::Unpriced,
        Self::Estimated,
        Self::Twin,
        Self::Mismatch,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Status(Status::Success) => "ok",
            Self::Status(status) => status.word(),
            Self::Override => "override",
            Self::Unpriced => "unpriced",
            Self::Estimated => "estimated",
            Self::Twin => "twin",
            Self::Mismatch => "mismatch",
        }
    }

    fn is_true(self, row: Row<'_>) -> bool {
        match self {
            Self::Status(status) => row.status() == status,
            Self::Override => row.overridden() == Some(true),
            Self::Unpriced => row.cost_source() == CostSource::Unpriced,
            Self::Estimated => row.cost_source() == CostSource::Estimated,
            Self::Twin => row.flags().has(Flags::TWIN),
            Self::Mismatch => row.flags().has(Flags::MISMATCH),
        }
    }
}

impl Measure {
    pub fn unit(self) -> Unit {
        match self {
            Self::Cost | Self::Baseline | Self::Saved => Unit::Dollars,
            Self::Took | Self::FirstToken | Self::Deciding => Unit::Seconds,
            Self::Confidence | Self::CacheShare => Unit::Share,
            _ => Unit::Count,
        }
    }

    /// `None` where the call does not have the number.
    pub fn of(self, row: Row<'_>) -> Option<f64> {
        let usage = row.usage();
        let seconds = |nanos: u64| nanos as f64 / 1e9;
        match self {
            Self::Cost => row.cost().map(crate::model::Usd::dollars),
            Self::Took => row.took().map(seconds),
            Self::FirstToken => row.first_token().map(seconds),
            Self::Input => usage.has_parts().then(|| usage.prompt() as f64),
            Self::Output => usage.output.map(f64::from),
            Self::Tokens => usage.total().map(|total| total as f64),
            Self::Cached => usage.cache_read.map(f64::from),
            Self::CacheShare => row.cache_share(),
            Self::Written => usage.cache_write().map(|count| count as f64),
            Self::Reasoning => usage.reasoning.map(f64::from),
            Self::Speed => row.tokens_per_second(),
            Self::Baseline => row.baseline().map(crate::model::Usd::dollars),
            Self::Saved => row.saved().map(crate::model::Usd::dollars),
            Self::Deciding => row.processing().map(seconds),
            Self::Confidence => row.confidence(),
            Self::PromptLength => row.prompt_length().map(f64::from),
        }
    }
}

impl Names {
    fn fit(&self, name: Option<&str>) -> bool {
        let name = name.unwrap_or(crate::store::NONE);
        self.any.iter().any(|wanted| if self.exact { same(name, wanted) } else { contains(name, wanted) })
    }
}

impl Filter {
    pub fn keeps(&self, row: Row<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Named { field, names } => match field {
                Field::Dim(dim) => names.fit(row.name(*dim)),
                Field::Error => {
                    row.status() == Status::Error
                        && (names.fit(row.name(Dim::ErrorType))
                            || row.name(Dim::ErrorMessage).is_some_and(|text| names.fit(Some(text))))
                }
                Field::Id => names.fit(Some(&row.id())),
                Field::Source => names.fit(Some(row.source_label())),
            },
            Self::Compare { measure, op, than } => measure.of(row).is_some_and(|value| op.holds(value, *than)),
            Self::Is(fact) => fact.is_true(row),
            Self::Has(known) => known.is_told(row),
            Self::Since(at) => row.at() >= *at,
            Self::Until(at) => row.at() <= *at,
            Self::Text(text) => {
                let dims = [Dim::Model, Dim::Route, Dim::User, Dim::ErrorType, Dim::ErrorMessage];
                dims.iter().any(|dim| row.name(*dim).is_some_and(|name| contains(name, text)))
                    || contains(row.preview(), text)
                    || contains(&row.id(), text)
            }
            Self::Repeated(repeated) => repeated.has(row),
            Self::Body { hits, .. } | Self::Template { hits, .. } => {
                hits.as_ref().is_some_and(|hits| hits.contains(&row.index))
            }
            Self::Not(inner) => !inner.keeps(row),
            Self::And(parts) => parts.iter().all(|part| part.keeps(row)),
            Self::Or(parts) => parts.iter().any(|part| part.keeps(row)),
        }
    }

    /// Exactly these rows.
    pub fn rows(rows: Arc<HashSet<u32>>) -> Self {
        Self::Body { needle: String::new(), hits: Some(rows) }
    }

    /// Both this and another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, filter) | (filter, Self::All) => filter,
            (Self::And(mut parts), Self::And(more)) => {
                parts.extend(more);
                Self::And(parts)
            }
            (Self::And(mut parts), filter) => {
                parts.push(filter);
                Self::And(parts)
            }
            (filter, Self::And(mut parts)) => {
                parts.insert(0, filter);
                Self::And(parts)
            }
            (a, b) => Self::And(vec![a, b]),
        }
    }

    /// Calls `visit` for every `body:` term, so that whoever can read the sources fills in its hits.
    pub fn bodies(&mut self, visit: &mut dyn FnMut(&str, &mut Hits)) {
        match self {
            Self::Body { needle, hits } => visit(needle, hits),
            Self::Not(inner) => inner.bodies(visit),
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.bodies(visit)),
            _ => {}
        }
    }

    /// The same for every `template:` term.
    pub fn templates(&mut self, visit: &mut dyn FnMut(&str, &mut Hits)) {
        match self {
            Self::Template { name, hits } => visit(name, hits),
            Self::Not(inner) => inner.templates(visit),
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.templates(visit)),
            _ => {}
        }
    }

    /// The texts, in lower case, that it looks for in names; with the field, where it looks in one. What it leaves out is
    /// not among them, nor are whole names: every call that is left has them.
    pub fn needles(&self) -> Vec<(Option<Field>, &str)> {
        match self {
            Self::Text(text) => vec![(None, text)],
            Self::Named { field, names } if !names.exact => {
                names.any.iter().map(|name| (Some(*field), name.as_str())).collect()
            }
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::needles).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it has a `repeated:` term, which keeps other calls as more come.
    pub fn looks_back(&self) -> bool {
        match self {
            Self::Repeated(_) => true,
            Self::Not(inner) => inner.looks_back(),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::looks_back),
            _ => false,
        }
    }
}

/// `needle` must be in lower case.
fn same(name: &str, needle: &str) -> bool {
    name.eq_ignore_ascii_case(needle) || !name.is_ascii() && name.to_lowercase() == needle
}
