//! When the demo's calls happen: a daily rhythm, arrivals that know nothing of each other, and now and then a batch
//! job that sends a burst.

use super::super::rng::Rng;
use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, SECOND};

/// How busy each hour of the day is; 1 is the day's mean.
const RHYTHM: [f64; 24] = [
    0.25, 0.20, 0.18, 0.18, 0.22, 0.35, 0.60, 1.00, 1.50, 1.75, 1.80, 1.65, 1.35, 1.55, 1.75, 1.70, 1.55, 1.30, 1.05,
    0.95, 0.90, 0.80, 0.60, 0.42,
];

/// One arrival in so many starts a burst, which comes so many times faster than the rest.
const BURST_EVERY: f64 = 300.0;
const BURST_SPEED: f64 = 12.0;

/// Arrivals one after the other.
#[derive(Debug)]
pub struct Traffic {
    rng: Rng,
    at: i64,
    /// Milliseconds that local time is ahead of UTC: night is where the user lives.
    ahead: i64,
    /// Mean calls a second over a day, without bursts.
    pub rate: f64,
    /// Whether the hour of the day matters. Where it does not, calls also come more evenly, so that somebody who
    /// watches sees something happen every second.
    pub rhythm: bool,
    burst: u32,
    /// What is left of a millisecond.
    rest: f64,
}

/// One call begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub at: Stamp,
    /// It belongs to a batch job's burst.
    pub burst: bool,
}

impl Traffic {
    pub fn new(seed: u64, start: Stamp, ahead: i64, rate: f64) -> Self {
        Self { rng: Rng::new(seed), at: start.0, ahead, rate, rhythm: true, burst: 0, rest: 0.0 }
    }

    /// The next arrival, at or after the one before.
    pub fn next(&mut self) -> Arrival {
        let burst = self.burst > 0;
        if burst {
            self.burst -= 1;
        } else if self.rng.chance(1.0 / BURST_EVERY) {
            self.burst = self.rng.between(15, 45);
        }
        let arrival = Arrival { at: Stamp(self.at), burst };
        let speed = self.rate * if self.burst > 0 { BURST_SPEED } else { self.busy() };
        let wait = if self.rhythm { self.rng.wait() } else { 0.4 + 0.6 * self.rng.wait() };
        self.rest += wait * SECOND as f64 / speed.max(1e-6);
        self.at += self.rest as i64;
        self.rest -= self.rest.floor();
        arrival
    }

    /// When the next call arrives.
    pub fn due(&self) -> Stamp {
        Stamp(self.at)
    }

    /// Lets no call arrive before `at`.
    pub fn skip_to(&mut self, at: Stamp) {
        self.at = self.at.max(at.0);
    }

    /// Brings a next call that is later than `at` forward to it: a wait drawn at a slow pace does not hold up a fast one.
    pub fn cut_to(&mut self, at: Stamp) {
        self.at = self.at.min(at.0);
    }

    fn busy(&self) -> f64 {
        if !self.rhythm {
            return 1.0;
        }
        let of_day = (self.at + self.ahead).rem_euclid(DAY);
        let hour = (of_day / HOUR) as usize;
        let part = (of_day % HOUR) as f64 / HOUR as f64;
        RHYTHM[hour] * (1.0 - part) + RHYTHM[(hour + 1) % 24] * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY: Stamp = Stamp(1_767_571_200_000);

    #[test]
    fn a_day_has_its_rate_and_its_night() {
        let mut traffic = Traffic::new(3, MONDAY, 0, 1.0);
        let day: Vec<Arrival> =
            std::iter::from_fn(|| Some(traffic.next())).take_while(|a| a.at.0 < MONDAY.0 + DAY).collect();
        assert!((80_000..110_000).contains(&day.len()), "{}", day.len());
        let hour = |hour: i64| day.iter().filter(|a| (a.at.0 - MONDAY.0) / HOUR == hour && !a.burst).count();
        assert!(hour(10) > 5 * hour(3), "{} by day, {} by night", hour(10), hour(3));
        assert!(day.is_sorted_by_key(|a| a.at));
    }

    #[test]
    fn bursts_are_dense() {
        let mut traffic = Traffic::new(3, MONDAY, 0, 1.0);
        let arrivals: Vec<Arrival> = (0..20_000).map(|_| traffic.next()).collect();
        let bursts = arrivals.iter().filter(|a| a.burst).count();
        assert!((1_000..5_000).contains(&bursts), "{bursts}");
        assert!(arrivals.windows(10).any(|ten| ten[9].at.0 - ten[0].at.0 < SECOND));
    }
}
