//! A message in the footer: one at a time, the last wins, and it goes by itself.

use crate::model::Stamp;

/// Milliseconds a message stays.
pub const STAYS: i64 = 4_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub since: Stamp,
    pub kind: ToastKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// It was done.
    Done,
    /// It cannot be done now, and why.
    Refused,
    /// Something went wrong.
    Failed,
}

impl Toast {
    pub fn ends(&self) -> Stamp {
        self.since.plus(STAYS)
    }
}
