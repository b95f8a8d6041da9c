//! Keeps a repeated cost to a share of the time.

use std::time::{Duration, Instant};

/// After work that took `d`, rests `times × d`.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    times: u32,
    next: Option<Instant>,
}

impl Pace {
    pub fn new(times: u32) -> Self {
        Self { times, next: None }
    }

    pub fn ready(&self, now: Instant) -> bool {
        self.next.is_none_or(|next| now >= next)
    }

    pub fn spent(&mut self, now: Instant, cost: Duration) {
        self.next = Some(now + cost * self.times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_work_rests_longer() {
        let now = Instant::now();
        let mut pace = Pace::new(10);
        assert!(pace.ready(now), "the first is free");
        pace.spent(now, Duration::from_millis(5));
        assert!(!pace.ready(now + Duration::from_millis(49)));
        assert!(pace.ready(now + Duration::from_millis(50)));
    }
}
