//! A message in the footer: one at a time, the last wins, and it goes by itself.

use super::{App, keys};
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

impl App {
    pub(super) fn say(&mut self, kind: ToastKind, text: impl Into<String>) {
        self.toast = Some(Toast { text: text.into(), since: self.now, kind });
    }

    /// Tells of something outside that went wrong.
    pub fn fail(&mut self, why: impl Into<String>) {
        self.say(ToastKind::Failed, why);
    }

    /// Tells of something outside that is done.
    pub fn done(&mut self, what: impl Into<String>) {
        self.say(ToastKind::Done, what);
    }

    pub(super) fn refuse(&mut self, why: impl Into<String>) {
        self.say(ToastKind::Refused, why);
    }

    /// The same for a sentence that names keys by their actions: `{mask} shows it`.
    pub(super) fn refuse_keyed(&mut self, why: &str) {
        let why = self.keymap.fill(why, keys::context(self)).into_owned();
        self.refuse(why);
    }
}
