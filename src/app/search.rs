//! Looking for text inside a call.

use super::Pane;

/// What was looked for, and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// In lower case.
    pub needle: String,
    /// Section and line, in order.
    pub hits: Vec<(Pane, usize)>,
    /// The hit last jumped to.
    pub at: usize,
}
