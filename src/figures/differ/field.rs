//! The fields that calls are compared by: each a name or a number of a call, and the term of a filter that says it.

use crate::figures::GroupBy;
use crate::model::Usd;
use crate::model::numbers::{confidence, duration, money_places, tokens};
use crate::model::{Dim, Status, Tier, Usage};
use crate::query::filter::{Fact, Field as Asked};
use crate::query::parse::MEASURES;
use crate::query::{Filter, Measure, write};
use crate::store::{Row, Store};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    By(GroupBy),
    Status,
    /// Among the calls whose source tells it.
    Overridden,
    Source,
    Tier,
    Number(Measure),
    /// Tokens written to a prompt cache.
    Written,
}

impl Field {
    /// Names first, in the order of [`GroupBy::ALL`], then numbers.
    pub const ALL: [Self; 24] = [
        Self::By(GroupBy::Model),
        Self::By(GroupBy::Provider),
        Self::By(GroupBy::Route),
        Self::By(GroupBy::User),
        Self::By(GroupBy::Session),
        Self::By(GroupBy::Project),
        Self::By(GroupBy::Agent),
        Self::By(GroupBy::UseCase),
        Self::By(GroupBy::Endpoint),
        Self::By(GroupBy::ErrorType),
        Self::Status,
        Self::Overridden,
        Self::Source,
        Self::Tier,
        Self::Number(Measure::Cost),
        Self::Number(Measure::Took),
        Self::Number(Measure::FirstToken),
        Self::Number(Measure::Input),
        Self::Number(Measure::Output),
        Self::Number(Measure::Tokens),
        Self::Number(Measure::Cached),
        Self::Written,
        Self::Number(Measure::Confidence),
        Self::Number(Measure::PromptLength),
    ];

    /// Its place in [`Self::ALL`].
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|field| *field == self).unwrap_or(0)
    }

    /// The word of filters, where they know the field.
    pub fn word(self) -> &'static str {
        match self {
            Self::By(by) => by.word(),
            Self::Status => "status",
            Self::Overridden => "override",
            Self::Source => "source",
            Self::Tier => "tier",
            Self::Number(measure) => MEASURES.iter().find(|(_, known)| *known == measure).map_or("", |(key, _)| key),
            Self::Written => "written",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Self::Number(_) | Self::Written)
    }

    /// A number in whole units: nano-dollars, nanoseconds, tokens, characters, billionths of confidence. `None` where it
    /// is not known, and for a name. The usage is the row's, which is read once for all fields.
    pub(super) fn number(self, row: Row<'_>, usage: &Usage) -> Option<u64> {
        match self {
            Self::Number(Measure::Cost) => row.cost().map(|usd| usd.0.max(0) as u64),
            Self::Number(Measure::Took) => row.took(),
            Self::Number(Measure::FirstToken) => row.first_token(),
            Self::Number(Measure::Input) => usage.has_parts().then(|| usage.prompt()),
            Self::Number(Measure::Output) => usage.output.map(u64::from),
            Self::Number(Measure::Tokens) => usage.total(),
            Self::Number(Measure::Cached) => usage.cache_read.map(u64::from),
            Self::Number(Measure::Confidence) => row.confidence_billionths().map(u64::from),
            Self::Number(Measure::PromptLength) => row.prompt_length().map(u64::from),
            Self::Written => usage.cache_write(),
            _ => None,
        }
    }

    /// A name as a number: a symbol, or a place in a list. `None` where the call is not counted for the field.
    #[inline]
    pub(super) fn value(self, row: Row<'_>) -> Option<u32> {
        match self {
            Self::By(GroupBy::ErrorType) if row.status() != Status::Error => Some(0),
            Self::By(by) => Some(row.sym(by.dim()).0),
            Self::Status => Some(row.status() as u32),
            Self::Overridden => row.overridden().map(u32::from),
            Self::Source => Some(row.source().0),
            Self::Tier => Some(row.flags().tier() as u32),
            Self::Number(_) | Self::Written => None,
        }
    }

    /// Whether a value is one that calls can differ by: having no error, and not being overridden, are the absence of it.
    pub(super) fn tells(self, value: u32) -> bool {
        value > 0 || !matches!(self, Self::By(GroupBy::ErrorType) | Self::Overridden)
    }

    /// A value in words.
    pub(super) fn label(self, store: &Store, value: u32) -> String {
        match self {
            Self::By(_) => store.label(crate::model::Sym(value)).to_owned(),
            Self::Status => Status::ALL.get(value as usize).map_or("", |status| status.word()).to_owned(),
            Self::Overridden => if value == 1 { "yes" } else { "no" }.to_owned(),
            Self::Source => store.label_of(crate::model::SourceId(value)).to_owned(),
            Self::Tier => Tier::ALL.get(value as usize).map_or("", |tier| tier.word()).to_owned(),
            Self::Number(_) | Self::Written => value.to_string(),
        }
    }

    /// The filter that keeps the calls with a value.
    pub(super) fn term(self, store: &Store, value: u32) -> Option<String> {
        match self {
            Self::By(_) | Self::Source => Some(write::term(self.word(), &[self.label(store, value)])),
            Self::Status => Some(format!("is:{}", Fact::Status(*Status::ALL.get(value as usize)?).word())),
            Self::Overridden => Some("is:override".to_owned()),
            Self::Tier | Self::Number(_) | Self::Written => None,
        }
    }

    /// `took>=4.31s`: the filter that keeps the numbers from `cut` on, or those below it. Three digits of it are kept.
    pub(super) fn bound(self, cut: u64, from: bool) -> String {
        let sign = if from { ">=" } else { "<" };
        let unit = match self {
            Self::Number(Measure::Cost | Measure::Took | Measure::FirstToken | Measure::Confidence) => 1e9,
            _ => 1.0,
        };
        let value = three_digits(cut as f64 / unit);
        let (value, letter) = match self {
            Self::Number(Measure::Took | Measure::FirstToken) if value < 1.0 => (value * 1e3, "ms"),
            Self::Number(Measure::Took | Measure::FirstToken) => (value, "s"),
            _ if unit > 1.0 => (value, ""),
            _ if value >= 1e6 => (value / 1e6, "M"),
            _ if value >= 1e4 => (value / 1e3, "k"),
            _ => (value, ""),
        };
        format!("{}{sign}{}{letter}", self.word(), three_digits(value))
    }

    /// Whether a filter says something of the field, so that what it keeps differs in it by construction. Whose a model
    /// is follows from the model.
    pub(super) fn is_asked(self, filter: &Filter) -> bool {
        match filter {
            Filter::All | Filter::Since(_) | Filter::Until(_) | Filter::Text(_) => false,
            Filter::Body { .. } | Filter::Repeated(_) | Filter::Template { .. } | Filter::Has(_) => false,
            Filter::Named { field, .. } => match field {
                Asked::Dim(Dim::Model) => matches!(self, Self::By(GroupBy::Model | GroupBy::Provider)),
                Asked::Dim(dim) => matches!(self, Self::By(by) if by.dim() == *dim),
                Asked::Error => matches!(self, Self::Status | Self::By(GroupBy::ErrorType)),
                Asked::Source => self == Self::Source,
                Asked::Id => false,
            },
            Filter::Compare { measure, .. } => self == Self::Number(*measure),
            Filter::Is(Fact::Status(Status::Error)) => matches!(self, Self::Status | Self::By(GroupBy::ErrorType)),
            Filter::Is(Fact::Status(_)) => self == Self::Status,
            Filter::Is(Fact::Override) => self == Self::Overridden,
            Filter::Is(_) => false,
            Filter::Not(inner) => self.is_asked(inner),
            Filter::And(parts) | Filter::Or(parts) => parts.iter().any(|part| self.is_asked(part)),
        }
    }
}

/// A number to three digits: whoever types a limit types no more.
fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// A number of a field, in the field's own unit.
pub fn measured(field: Field, value: u64) -> String {
    match field {
        Field::Number(Measure::Cost) => money_places(Usd(i64::try_from(value).unwrap_or(i64::MAX)), 4),
        Field::Number(Measure::Took | Measure::FirstToken) => duration(Some(value)),
        Field::Number(Measure::Confidence) => confidence(value as f64 / 1e9),
        _ => tokens(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamp;
    use crate::query::{Op, parse};

    #[test]
    fn a_bound_is_read_back_as_what_it_says() {
        for (field, cut, text, than) in [
            (Measure::Took, 4_313_841_664, "took>=4.31s", 4.31),
            (Measure::Took, 350_123_000, "took>=350ms", 0.35),
            (Measure::Cost, 12_345_678, "cost>=0.0123", 0.0123),
            (Measure::Input, 48_211, "in>=48.2k", 48_200.0),
            (Measure::Output, 390, "out>=390", 390.0),
            (Measure::Tokens, 0, "tokens>=0", 0.0),
            (Measure::Confidence, 650_000_000, "conf>=0.65", 0.65),
        ] {
            let written = Field::Number(field).bound(cut, true);
            assert_eq!(written, text);
            let expected = Filter::Compare { measure: field, op: Op::AtLeast, than };
            assert_eq!(parse(&written, Stamp(0)), Ok(expected), "{text}");
        }
    }
}
