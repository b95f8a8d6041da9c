//! When to look again after a file-system event.
//!
//! The event of a commit comes before the commit can be seen: the log is written (event), synced, and only then is its
//! index changed, in shared memory, without an event. One look at once finds almost nothing under `synchronous=FULL`.

use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_millis(1);
const LAST: Duration = Duration::from_millis(64);

/// Looks 1, 2, 4, … 64 ms apart after an event, then none until the next.
#[derive(Debug, Clone, Default)]
pub struct Ladder {
    next: Option<(Instant, Duration)>,
}

impl Ladder {
    /// Starts again from the lowest rung.
    pub fn event(&mut self, now: Instant) {
        self.next = Some((now + FIRST, FIRST));
    }

    /// How long to sleep until the next look; `None` while there is nothing to wait for.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        self.next.map(|(at, _)| at.saturating_duration_since(now))
    }

    /// Whether a look is due; if so, climbs to the next rung.
    pub fn due(&mut self, now: Instant) -> bool {
        let Some((at, rung)) = self.next.filter(|(at, _)| *at <= now) else {
            return false;
        };
        let higher = rung * 2;
        self.next = (higher <= LAST).then(|| (at.max(now) + higher, higher));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_looks_each_twice_as_far_away_and_then_rest() {
        let mut now = Instant::now();
        let mut ladder = Ladder::default();
        assert_eq!(ladder.wait(now), None);
        ladder.event(now);
        let mut waits = Vec::new();
        while let Some(wait) = ladder.wait(now) {
            assert!(!ladder.due(now), "not before its time");
            now += wait;
            assert!(ladder.due(now));
            waits.push(wait.as_millis());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
        assert!(!ladder.due(now + Duration::from_secs(9)));
    }

    #[test]
    fn an_event_starts_it_again() {
        let now = Instant::now();
        let mut ladder = Ladder::default();
        ladder.event(now);
        assert!(ladder.due(now + FIRST) && ladder.due(now + 3 * FIRST));
        ladder.event(now + 4 * FIRST);
        assert_eq!(ladder.wait(now + 4 * FIRST), Some(FIRST));
    }
}
