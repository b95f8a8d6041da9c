//! The filter that is in force: its text, what it means, and its chips.

use super::chips;
use crate::model::Stamp;
use crate::query::{Filter, ParseError, parse};

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActiveFilter {
    /// As typed.
    pub text: String,
    /// Its terms, each a chip on the scope line.
    pub chips: Vec<String>,
    pub parsed: Filter,
}

impl ActiveFilter {
    pub fn read(text: &str, now: Stamp) -> Result<Self, ParseError> {
        let parsed = parse(text, now)?;
        let text = text.trim().to_owned();
        Ok(Self { chips: chips::split(&text), text, parsed })
    }

    pub fn is_empty(&self) -> bool {
        self.chips.is_empty()
    }
}
