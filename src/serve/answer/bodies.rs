//! `body:` terms of a filter: records are read again, a few at a time, so that what comes is taken in meanwhile.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use crate::figures::{Listing, Scope};
use crate::query::Filter;
use crate::serve::live::Live;
use crate::serve::reply::Refusal;

/// Records that are read before others have their turn: some milliseconds.
const AT_ONCE: usize = 64;

/// Finds the rows for every `body:` term of a scope's filter; refuses what is not done by `until`.
pub fn find(live: &Live, scope: &mut Scope, until: Instant) -> Result<(), Refusal> {
    let bounds = Scope { filter: Filter::All, ..scope.clone() };
    let mut result = Ok(());
    scope.filter.bodies(&mut |needle, hits| {
        if result.is_ok() {
            result = holding(live, &bounds, needle, until).map(|found| *hits = Some(Arc::new(found)));
        }
    });
    result
}

fn holding(live: &Live, bounds: &Scope, needle: &str, until: Instant) -> Result<HashSet<u32>, Refusal> {
    let rows: Vec<u32> = Listing::fold(&live.books().store, bounds.clone()).newest_first().collect();
    let mut found = HashSet::new();
    for part in rows.chunks(AT_ONCE) {
        if Instant::now() > until {
            return Err(Refusal::busy("body: reads every record again, and this takes too long: give a startDate"));
        }
        let books = live.books();
        found.extend(part.iter().copied().filter(|index| books.has_text(*index, needle)));
    }
    Ok(found)
}
