//! What a person said of a finding: that it will be done, that it is wrong here, or that it can wait.

use serde::{Deserialize, Serialize};

use crate::model::Stamp;

/// What is remembered of a finding, by its [`key`](super::Finding::key).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state", content = "until")]
pub enum Verdict {
    /// Nobody has said anything.
    #[default]
    New,
    Accepted,
    Dismissed,
    /// Until this moment, in milliseconds since 1970.
    Snoozed(i64),
}

impl Verdict {
    /// What it comes to at a moment: who snoozed is woken.
    #[must_use]
    pub fn at(self, now: Stamp) -> Self {
        match self {
            Self::Snoozed(until) if until <= now.0 => Self::New,
            other => other,
        }
    }

    /// The word of the interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Snoozed(_) => "snoozed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_snoozed_is_woken() {
        assert_eq!(Verdict::Snoozed(5).at(Stamp(4)), Verdict::Snoozed(5));
        assert_eq!(Verdict::Snoozed(5).at(Stamp(5)), Verdict::New);
        assert_eq!(Verdict::Dismissed.at(Stamp(i64::MAX)), Verdict::Dismissed);
    }
}
