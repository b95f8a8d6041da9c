//! `repeated:1h`: calls that a response cache would have answered, had there been one that keeps an answer for an hour.
//!
//! The cache is played through, each request by itself, in the order of time. A call that finds no answer asks the
//! model, and if it succeeds leaves its answer from the moment it was there, for so long. A call that finds one is a
//! repetition. Two calls ask the same if the bytes of their requests are equal, see [`Row::request`], and their models
//! are. Where the log has no whole request nothing is known, and no call is a repetition; calls that a cache did
//! answer, calls still open, embeddings and lists of models have no part in it.

use std::collections::HashSet;
use std::num::NonZeroU64;
use std::sync::{Arc, OnceLock};

use crate::model::quick::{QuickMap, mix};
use crate::model::text::contains;
use crate::model::{Dim, Stamp, Status, Sym};
use crate::store::{Row, Store};

/// Which calls repeat others. They are found when the first is asked for, and are then those of that moment.
#[derive(Debug, Clone)]
pub struct Repeated {
    /// How long an answer is kept, in milliseconds.
    pub within: i64,
    found: Arc<OnceLock<HashSet<u32>>>,
}

/// By what is asked for: two that were asked at different moments may have found different calls.
impl PartialEq for Repeated {
    fn eq(&self, other: &Self) -> bool {
        self.within == other.within && (Arc::ptr_eq(&self.found, &other.found) || self.found.get() == other.found.get())
    }
}

impl Repeated {
    pub fn within(millis: i64) -> Self {
        Self { within: millis, found: Arc::default() }
    }

    pub fn has(&self, row: Row<'_>) -> bool {
        row.request().is_some() && self.of(row.store()).contains(&row.index)
    }

    /// The rows of the store that repeat others.
    pub fn of(&self, store: &Store) -> &HashSet<u32> {
        self.found.get_or_init(|| find(store, self.within))
    }
}

/// A call that asks a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Asking {
    key: u64,
    at: Stamp,
    row: u32,
}

fn find(store: &Store, within: i64) -> HashSet<u32> {
    let segments = || store.segments().iter().enumerate().filter(|(_, segment)| segment.has_requests());
    let asking = || segments().flat_map(|(at, _)| store.rows_of(at)).filter_map(asking);
    // Nearly all requests stand alone, and two bits tell so of most of them before anything is sorted.
    let mut seen = Seen::new(segments().map(|(_, segment)| segment.len()).sum());
    asking().for_each(|call| seen.add(call.key));
    let mut left_out = QuickMap::default();
    let mut calls: Vec<Asking> = asking()
        .filter(|call| seen.again(call.key))
        .filter(|call| !is_left_out(store.row(call.row), &mut left_out))
        .collect();
    calls.sort_unstable();
    let mut found = HashSet::new();
    for same in calls.chunk_by(|one, next| one.key == next.key) {
        let mut kept: Option<(Stamp, Stamp)> = None;
        for call in same {
            if kept.is_some_and(|(from, until)| from <= call.at && call.at <= until) {
                found.insert(call.row);
                continue;
            }
            let row = store.row(call.row);
            if row.status() == Status::Success {
                let from = call.at.plus((row.took().unwrap_or(0) / 1_000_000) as i64);
                kept = Some((from, from.plus(within)));
            }
        }
    }
    found
}

fn asking(row: Row<'_>) -> Option<Asking> {
    let request = row.request().filter(|_| row.counts())?;
    let asks = matches!(row.status(), Status::Success | Status::Error);
    asks.then(|| Asking { key: key(request, row.sym(Dim::Model)), at: row.at(), row: row.index })
}

fn key(request: NonZeroU64, model: Sym) -> u64 {
    mix(request.get(), &model.0.to_le_bytes())
}

/// Embeddings and lists of models: nobody keeps a chat's cache for them.
fn is_left_out(row: Row<'_>, known: &mut QuickMap<u32, bool>) -> bool {
    [Dim::Model, Dim::Endpoint].into_iter().any(|dim| {
        let (sym, name) = (row.sym(dim), row.name(dim).unwrap_or_default());
        *known
            .entry(sym.0)
            .or_insert_with(|| contains(name, "embed") || name.trim_end_matches('/').ends_with("/models"))
    })
}

/// Which keys came, and which came again: four bytes a call, and wrong only to the side of "again".
struct Seen {
    bits: Vec<u64>,
    mask: u64,
}

impl Seen {
    fn new(calls: usize) -> Self {
        let bits = (calls * 16).next_power_of_two().max(64);
        Self { bits: vec![0; 2 * bits / 64], mask: bits as u64 - 1 }
    }

    /// The word and the shift of a key's two bits.
    fn place(&self, key: u64) -> (usize, u32) {
        let bit = 2 * (key & self.mask);
        ((bit / 64) as usize, (bit % 64) as u32)
    }

    fn add(&mut self, key: u64) {
        let (word, shift) = self.place(key);
        let once = self.bits[word] >> shift & 1;
        self.bits[word] |= (1 | once << 1) << shift;
    }

    fn again(&self, key: u64) -> bool {
        let (word, shift) = self.place(key);
        self.bits[word] >> shift & 2 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::MINUTE;
    use crate::model::{Call, Scribe, SourceId, Span};
    use crate::price::Catalog;
    use crate::store::{SourceCard, Unobserved};
    use proptest::prelude::*;

    const SECOND: u64 = 1_000_000_000;

    /// Minutes, request, model, status, seconds it took.
    type Line = (i64, u64, &'static str, Status, u64);

    fn store(lines: &[Line]) -> Store {
        let mut store = Store::default();
        store.add_source(SourceId(0), SourceCard::default());
        let mut scribe = Scribe::new(SourceId(0));
        for (nth, (at, request, model, status, took)) in lines.iter().enumerate() {
            let call = Call {
                at: Stamp(at * MINUTE),
                request: NonZeroU64::new(*request),
                model: Some((*model).into()),
                status: *status,
                took: Some(took * SECOND),
                ..Call::default()
            };
            scribe.write(&call, nth as u64 + 1, Span { at: nth as u64, len: 1 });
        }
        store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        store
    }

    fn repeated(lines: &[Line]) -> Vec<u32> {
        let mut found: Vec<u32> = Repeated::within(60 * MINUTE).of(&store(lines)).iter().copied().collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_cache_answers_what_was_answered_and_is_not_too_old() {
        use Status::{Cached, Error, Pending, Success};
        let cases: [(&[Line], &[u32], &str); 13] = [
            (&[(0, 7, "a", Success, 1), (30, 7, "a", Success, 1)], &[1], "within the hour"),
            (&[(0, 7, "a", Success, 0), (61, 7, "a", Success, 0)], &[], "over an hour later"),
            (
                &[(0, 7, "a", Success, 0), (50, 7, "a", Success, 0), (90, 7, "a", Success, 0)],
                &[1],
                "no new answer at 50",
            ),
            (&[(0, 7, "a", Success, 0), (30, 7, "b", Success, 0)], &[], "another model"),
            (&[(0, 7, "a", Success, 0), (30, 8, "a", Success, 0)], &[], "another request"),
            (&[(0, 0, "a", Success, 0), (30, 0, "a", Success, 0)], &[], "not known what was asked"),
            (&[(0, 7, "a", Error, 0), (30, 7, "a", Success, 0)], &[], "nothing was answered"),
            (&[(0, 7, "a", Success, 0), (30, 7, "a", Error, 0)], &[1], "it would not have failed"),
            (&[(0, 7, "a", Success, 120), (1, 7, "a", Success, 9)], &[], "the answer was not there yet"),
            (&[(0, 7, "a", Success, 0), (30, 7, "a", Cached, 0)], &[], "a cache did answer"),
            (&[(0, 7, "a", Success, 0), (30, 7, "a", Pending, 0)], &[], "still open"),
            (&[(30, 7, "a", Success, 0), (0, 7, "a", Success, 0)], &[0], "read in another order"),
            (&[(0, 7, "text-embedding-3", Success, 0), (3, 7, "text-embedding-3", Success, 0)], &[], "an embedding"),
        ];
        for (lines, expected, why) in cases {
            assert_eq!(repeated(lines), expected, "{why}");
        }
    }

    proptest! {
        /// Against a cache that is a map of answers, asked call after call.
        #[test]
        fn it_is_what_a_cache_would_have_answered(
            mut lines in prop::collection::vec((0_i64..400, 0_u64..4, 0..2_u8, 0..4_u8, 0_u64..300), 0..60)
        ) {
            let lines: Vec<Line> = lines.drain(..).map(|(at, request, model, status, took)| {
                (at, request, ["a", "b"][usize::from(model)], Status::ALL[usize::from(status)], took)
            }).collect();
            let mut order: Vec<usize> = (0..lines.len()).collect();
            order.sort_by_key(|nth| lines[*nth].0);
            let mut cache = std::collections::HashMap::new();
            let mut expected = Vec::new();
            for nth in order {
                let (at, request, model, status, took) = lines[nth];
                if request == 0 || matches!(status, Status::Cached | Status::Pending) {
                    continue;
                }
                let at = at * 60;
                match cache.get(&(request, model)) {
                    Some(from) if *from <= at && at <= from + 3_600 => expected.push(nth as u32),
                    _ if status == Status::Success => drop(cache.insert((request, model), at + took as i64)),
                    _ => {}
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(repeated(&lines), expected);
        }
    }
}
