//! The sources as the screens show them, and how far the reading of their history is.

use std::sync::Arc;

use crate::figures::{Pulse, pulse};
use crate::ingest::event::{Health, SourceInfo};
use crate::model::Stamp;

/// A source and how it is doing.
#[derive(Debug, Clone)]
pub struct SourceState {
    pub info: Arc<SourceInfo>,
    pub health: Health,
    pub pulse: Pulse,
}

impl SourceState {
    /// Milliseconds since a writer that wrote steadily was last heard.
    pub fn quiet_for(&self, all: &[Self], now: Stamp) -> Option<i64> {
        let pause = self.pulse.quiet_for(now).filter(|_| !self.info.ends())?;
        let mut later = all.iter().filter(|other| other.pulse.goes_on_after(&self.pulse));
        let writer = pulse::writer(&self.info.label());
        (!later.any(|other| pulse::writer(&other.info.label()) == writer)).then_some(pause)
    }
}

/// How far the history has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    pub since: Stamp,
    /// Bytes (or rows of tables) read, of how many; both 0 before anything is known.
    pub done: u64,
    pub of: u64,
    /// Every source that was found at the start has been read once.
    pub caught_up: bool,
}

impl Loading {
    pub fn new(now: Stamp) -> Self {
        Self { since: now, done: 0, of: 0, caught_up: false }
    }

    /// 0 to 1; `None` when there is nothing to wait for, or nothing known of it.
    pub fn share(&self) -> Option<f64> {
        (!self.caught_up && self.of > 0).then(|| self.done.min(self.of) as f64 / self.of as f64)
    }

    /// Milliseconds still to go at the pace so far; `None` in the first half second, when the pace is not known.
    pub fn left(&self, now: Stamp) -> Option<i64> {
        let share = self.share().filter(|share| *share > 0.0)?;
        let spent = now.0 - self.since.0;
        (spent >= 500).then(|| (spent as f64 * (1.0 - share) / share) as i64)
    }

    /// Adds up what the sources say of themselves.
    pub fn add_up(&mut self, sources: &[SourceState]) {
        let mut sum = (0, 0);
        for source in sources {
            if let Health::Reading { done, of } = source.health {
                sum = (sum.0 + done.min(of), sum.1 + of);
            }
        }
        // A source that is done says no more of its size: what it had counts as done.
        if sum.1 >= self.of {
            (self.done, self.of) = sum;
        } else {
            self.done = self.done.max(self.of - (sum.1 - sum.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(health: Health) -> SourceState {
        SourceState { info: Arc::default(), health, pulse: Pulse::default() }
    }

    #[test]
    fn progress_never_goes_back_when_a_source_is_done() {
        let mut loading = Loading::new(Stamp(0));
        assert_eq!(loading.share(), None);
        loading.add_up(&[source(Health::Reading { done: 50, of: 100 }), source(Health::Reading { done: 0, of: 100 })]);
        assert_eq!(loading.share(), Some(0.25));
        loading.add_up(&[source(Health::Following), source(Health::Reading { done: 20, of: 100 })]);
        assert_eq!(loading.share(), Some(0.6));
        assert_eq!(loading.left(Stamp(600)), Some(400));
        loading.caught_up = true;
        assert_eq!(loading.share(), None);
    }
}
