//! Whether a writer that wrote steadily has stopped.
//!
//! A pause tells it only beside what is usual: it is some minutes at the least, and many times the longest one before.
//! Of a log that one has not followed so far, the times of its last calls tell what is usual. There the pause must also
//! be of this half day, and shorter than the time that was written for: a log of yesterday, or of a job that is done,
//! is old, and nobody's alarm. Who goes on in another file, of the next day or after a rotation, has not stopped.

use std::collections::HashMap;

use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{SourceId, Stamp};
use crate::store::Store;

/// When a source was heard, all in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulse {
    beats: usize,
    last: Option<Stamp>,
    /// Between two beats at most.
    longest: i64,
    /// A longer pause is none any more; known of a log that was not followed.
    most: Option<i64>,
}

/// Beats before which a writer is not known to be steady: of one that was followed, and of one that was not.
const STEADY: usize = 10;
const STEADY_BEFORE: usize = 30;

/// Of the calls before only so many of the last tell what is usual: habits change.
const LAST: usize = 100;

/// A shorter pause is none yet, and how many times the longest so far it must be.
const PAUSE: i64 = 5 * MINUTE;
const TIMES: i64 = 10;

/// A writer that has been silent for longer before anybody looked is old.
const OLD: i64 = 12 * HOUR;

impl Pulse {
    pub fn beat(&mut self, now: Stamp) {
        if self.most.is_some() {
            // What it did before is no measure for when it is heard.
            *self = Self::default();
        }
        if let Some(last) = self.last {
            self.longest = self.longest.max(now.0 - last.0);
        }
        self.beats += 1;
        self.last = Some(now);
    }

    /// Whether it was heard after another was heard last.
    pub fn goes_on_after(&self, other: &Self) -> bool {
        self.last > other.last
    }

    /// For how long a writer that wrote steadily has written nothing.
    pub fn quiet_for(&self, now: Stamp) -> Option<i64> {
        let pause = now.0 - self.last?.0;
        let is_long = pause >= PAUSE.max(self.longest.saturating_mul(TIMES));
        let is_old = self.most.is_some_and(|most| pause > most);
        (self.beats >= STEADY && is_long && !is_old).then_some(pause)
    }
}

/// The pulses of those of these logs that may have gone quiet before anybody looked.
pub fn before(store: &Store, logs: &[SourceId], now: Stamp) -> HashMap<SourceId, Pulse> {
    let newest = |log: SourceId| store.counts_of(log).newest;
    let mut latest: HashMap<String, Stamp> = HashMap::new();
    for (log, at) in logs.iter().filter_map(|log| Some((*log, newest(*log)?))) {
        let known = latest.entry(writer(store.label_of(log))).or_insert(at);
        *known = at.max(*known);
    }
    let ends = |log: &SourceId| {
        let counts = store.counts_of(*log);
        let (newest, oldest) = (counts.newest?, counts.oldest?);
        let pause = now.0 - newest.0;
        let most = OLD.min(newest.0 - oldest.0);
        let stopped = latest.get(&writer(store.label_of(*log))) == Some(&newest);
        ((PAUSE..=most).contains(&pause) && stopped).then_some((*log, most))
    };
    let ended: HashMap<SourceId, i64> = logs.iter().filter_map(ends).collect();
    let mut times: HashMap<SourceId, Vec<Stamp>> = HashMap::new();
    let recent = now.minus(DAY);
    let segments = store.segments().iter().enumerate().filter(|(_, segment)| segment.latest >= recent);
    for (at, _) in segments.filter(|_| !ended.is_empty()) {
        for row in store.rows_of(at).filter(|row| row.at() >= recent && row.counts() && !row.is_undated()) {
            if ended.contains_key(&row.source()) {
                times.entry(row.source()).or_default().push(row.at());
            }
        }
    }
    times.retain(|_, times| times.len() >= STEADY_BEFORE);
    times.into_iter().map(|(log, times)| (log, of(times, ended.get(&log).copied()))).collect()
}

fn of(mut times: Vec<Stamp>, most: Option<i64>) -> Pulse {
    times.sort_unstable();
    let last = &times[times.len().saturating_sub(LAST)..];
    let longest = last.windows(2).map(|pair| pair[1].0 - pair[0].0).max().unwrap_or(0);
    Pulse { beats: last.len(), last: last.last().copied(), longest, most }
}

/// What the names of the logs of one writer have in common: `calls-2026-11-25.jsonl` and the one of the next day,
/// `calls.jsonl` and `calls.jsonl.1`.
pub fn writer(label: &str) -> String {
    let label = label.trim_end_matches(|end: char| end == '.' || end.is_ascii_digit());
    label.chars().filter(|char| !char.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Scribe, Span};
    use crate::price::Catalog;
    use crate::store::{SourceCard, Unobserved};

    #[test]
    fn a_steady_writer_that_stops_is_quiet_and_a_slow_one_is_not() {
        let beats = |gap: i64, count: i64| {
            let mut pulse = Pulse::default();
            (0..count).for_each(|nth| pulse.beat(Stamp(nth * gap)));
            move |after: i64| pulse.quiet_for(Stamp((count - 1) * gap + after))
        };
        assert_eq!(beats(1_000, 10)(PAUSE), Some(PAUSE));
        assert_eq!(beats(1_000, 10)(PAUSE - 1), None);
        assert_eq!(beats(1_000, 9)(PAUSE), None);
        assert_eq!(beats(60_000, 10)(PAUSE), None);
        assert_eq!(beats(60_000, 10)(600_000), Some(600_000));
    }

    const NOW: Stamp = Stamp(1_795_435_471_000);

    /// A store with a call at each of these moments before now, by log.
    fn store(logs: &[(&str, &[i64])]) -> (Store, Vec<SourceId>) {
        let mut store = Store::default();
        let mut ids = Vec::new();
        for (nth, (label, ago)) in (0..).zip(logs) {
            let id = SourceId(nth);
            store.add_source(id, SourceCard { label: (*label).to_owned(), ..SourceCard::default() });
            let mut scribe = Scribe::new(id);
            for (row, ago) in (1..).zip(*ago) {
                let call = Call { model: Some("m".into()), at: NOW.minus(*ago), ..Call::default() };
                scribe.write(&call, u64::from(nth) << 32 | row, Span { at: row, len: 1 });
            }
            store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
            ids.push(id);
        }
        (store, ids)
    }

    fn every(gap: i64, from: i64, to: i64) -> Vec<i64> {
        (0..=(from - to) / gap).map(|nth| from - nth * gap).collect()
    }

    fn quiet(logs: &[(&str, &[i64])]) -> Vec<Option<i64>> {
        let (store, ids) = store(logs);
        let known = before(&store, &ids, NOW);
        ids.iter().map(|id| known.get(id).and_then(|pulse| pulse.quiet_for(NOW))).collect()
    }

    #[test]
    fn a_writer_that_had_stopped_before_is_quiet_until_it_is_old() {
        let check = |times: Vec<i64>, expected| assert_eq!(quiet(&[("app.jsonl", &times)]), [expected]);
        check(every(MINUTE, 9 * HOUR, 3 * HOUR), Some(3 * HOUR));
        check(every(MINUTE, 2 * HOUR, 9 * MINUTE), None);
        check(every(MINUTE, 20 * HOUR, 13 * HOUR), None);
        // An hour's job that was done two hours ago; too few calls; a writer that often pauses.
        check(every(MINUTE, 3 * HOUR, 2 * HOUR), None);
        check(every(MINUTE, 38 * MINUTE, 10 * MINUTE), None);
        check([every(MINUTE, 8 * HOUR, 4 * HOUR), every(MINUTE, 3 * HOUR, 2 * HOUR)].concat(), None);
    }

    #[test]
    fn who_goes_on_in_another_file_has_not_stopped() {
        let (old, new) = (every(MINUTE, 9 * HOUR, 3 * HOUR), every(MINUTE, 2 * HOUR, MINUTE));
        for (first, second, expected) in [
            ("logs/calls-2026-11-22.jsonl", "logs/calls-2026-11-23.jsonl", None),
            ("calls.jsonl.1", "calls.jsonl", None),
            ("app.db:calls", "app.db:audit", Some(3 * HOUR)),
        ] {
            assert_eq!(quiet(&[(first, &old), (second, &new)]), [expected, None], "{first}");
        }
    }

    #[test]
    fn one_that_is_heard_again_is_measured_anew() {
        let mut pulse = of((0..50).map(|nth| Stamp(nth * MINUTE)).collect(), Some(HOUR));
        pulse.beat(Stamp(100 * MINUTE));
        assert_eq!(pulse, Pulse { beats: 1, last: Some(Stamp(100 * MINUTE)), ..Pulse::default() });
    }
}
