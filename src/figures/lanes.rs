//! The rows of a scope, folded on all cores: each takes a run of segments, and the parts are put together in order.

use std::thread;

use super::Scope;
use crate::store::Store;

/// Below this many rows a second thread costs more than it brings.
const WORTH_A_THREAD: u32 = 100_000;

/// The segments that can hold a row of a scope.
pub(super) fn segments(store: &Store, scope: &Scope) -> Vec<usize> {
    let touched = |at: &usize| scope.touches(store.segments()[*at].earliest, store.segments()[*at].latest);
    (0..store.segments().len()).filter(touched).collect()
}

/// What `fold` makes of each run of segments; at least one part.
pub(super) fn over<T: Send>(store: &Store, segments: &[usize], fold: impl Fn(&[usize]) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(segments.len());
    if store.len() < WORTH_A_THREAD || threads < 2 {
        return vec![fold(segments)];
    }
    let fold = &fold;
    thread::scope(|scope| {
        let runs = segments.chunks(segments.len().div_ceil(threads));
        let workers: Vec<_> = runs.map(|run| scope.spawn(move || fold(run))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    })
}
