//! What a budget is counted in: money, or tokens.

use std::fmt;

use super::{Usd, numbers};

/// So much money, or so many tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    Usd(Usd),
    Tokens(u64),
}

impl Amount {
    /// Nano-dollars, or tokens: what two amounts of a kind are compared by.
    pub fn units(self) -> i64 {
        match self {
            Self::Usd(usd) => usd.0,
            Self::Tokens(tokens) => i64::try_from(tokens).unwrap_or(i64::MAX),
        }
    }

    /// So many units of the same kind; of tokens there are never fewer than none.
    #[must_use]
    pub fn with(self, units: i64) -> Self {
        match self {
            Self::Usd(_) => Self::Usd(Usd(units)),
            Self::Tokens(_) => Self::Tokens(units.max(0) as u64),
        }
    }

    pub fn usd(self) -> Option<Usd> {
        match self {
            Self::Usd(usd) => Some(usd),
            Self::Tokens(_) => None,
        }
    }

    pub fn tokens(self) -> Option<u64> {
        match self {
            Self::Usd(_) => None,
            Self::Tokens(tokens) => Some(tokens),
        }
    }
}

/// `$13.51`, `1.20M tok`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usd(usd) => f.write_str(&numbers::money(*usd)),
            Self::Tokens(tokens) => write!(f, "{} tok", numbers::tokens(Some(*tokens))),
        }
    }
}
