//! Live or paused. A pause stops the counting, not the reading: what comes meanwhile waits here.

use std::collections::VecDeque;

use crate::model::{Batch, Stamp};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clock {
    #[default]
    Live,
    Paused {
        at: Stamp,
        /// Records that came since and are not on the screen.
        behind: usize,
    },
}

/// Records that may wait; what comes beyond them goes into the store at once, where the frozen figures do not see it.
pub const ROOM: usize = 100_000;

/// Batches that came while paused.
#[derive(Debug, Default)]
pub struct Held {
    pub batches: VecDeque<Batch>,
    pub records: usize,
    /// The room was full: the figures must be made anew from the store.
    pub overflowed: bool,
}
