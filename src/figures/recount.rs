//! A scope's list and figures counted anew a part at a time, so that no key waits for a million rows; and kept right
//! meanwhile: what changes in a part that has been looked at is counted at once, what changes in another is met there
//! later.
//!
//! The filter is asked once a row, because it may look into texts: first the list is made, which says where the steps of
//! time begin and end, then the board is folded over the rows that are in it.

use super::{Board, Listing, Scope};
use crate::model::Stamp;
use crate::store::{Observer, Row, SEGMENT, Store};

/// Rows of a part: 1 to 3 ms with a filter that looks into texts.
const PART: u32 = 1 << 13;

/// Beyond every row.
const ALL: u32 = u32::MAX;

/// See the module.
#[derive(Debug, Clone)]
pub struct Recount {
    /// Where a live series ends.
    now: Option<Stamp>,
    listing: Listing,
    /// A bit for each row: whether the scope keeps it.
    kept: Vec<u64>,
    /// Rows before these have been looked at for the list, and counted on the board; once all have, whatever comes counts.
    listed: u32,
    counted: u32,
    /// Not before the list is whole.
    board: Option<Board>,
}

impl Recount {
    /// Nothing counted yet.
    pub fn new(scope: Scope, now: Option<Stamp>) -> Self {
        Self { now, listing: Listing::of(scope), kept: Vec::new(), listed: 0, counted: 0, board: None }
    }

    pub fn scope(&self) -> &Scope {
        &self.listing.scope
    }

    /// Looks at the next part; whether there is another.
    pub fn step(&mut self, store: &Store) -> bool {
        if self.listed < ALL {
            let part = next(store, self.scope(), self.listed);
            self.listed = if part.end < store.len() { part.end } else { ALL };
            let rows = part.map(|index| store.row(index));
            let kept: Vec<Row<'_>> = rows.filter(|row| self.listing.scope.keeps(*row)).collect();
            for row in &kept {
                self.keep(row.index, true);
            }
            self.listing.extend(kept.into_iter());
            return true;
        }
        let Self { board, listing, kept, counted, now, .. } = self;
        let board = board.get_or_insert_with(|| Board::over(store, listing, *now));
        if *counted < ALL {
            let part = next(store, &listing.scope, *counted);
            *counted = if part.end < store.len() { part.end } else { ALL };
            board.add_part(store, part, |_, row| holds(kept, row.index));
            return true;
        }
        false
    }

    /// List and board, once [`step`](Self::step) has said that there is nothing more to look at.
    pub fn whole(self) -> Option<(Listing, Board)> {
        Some((self.listing, self.board?))
    }

    fn keep(&mut self, row: u32, on: bool) {
        let word = row as usize / 64;
        if self.kept.len() <= word {
            self.kept.resize(word + 1, 0);
        }
        let bit = 1 << (row % 64);
        if on { self.kept[word] |= bit } else { self.kept[word] &= !bit }
    }
}

fn holds(kept: &[u64], row: u32) -> bool {
    kept.get(row as usize / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
}

/// The rows of the next part, all of one segment; segments that hold no row of the scope are skipped, and belong to the
/// part before them.
fn next(store: &Store, scope: &Scope, from: u32) -> std::ops::Range<u32> {
    let mut from = from;
    while let Some(segment) = store.segments().get(from as usize / SEGMENT) {
        let begin = (from as usize / SEGMENT * SEGMENT) as u32;
        let end = begin + segment.len() as u32;
        if scope.touches(segment.earliest, segment.latest) && from < end {
            return from..end.min(from + PART);
        }
        if end >= store.len() {
            break;
        }
        from = begin + SEGMENT as u32;
    }
    store.len()..store.len()
}

impl Observer for Recount {
    fn leaving(&mut self, row: Row<'_>) {
        if row.index < self.listed {
            self.listing.leaving(row);
            self.keep(row.index, false);
        }
        if let Some(board) = self.board.as_mut().filter(|_| row.index < self.counted) {
            board.leaving(row);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if row.index < self.listed && self.listing.scope.keeps(row) {
            self.listing.entering(row);
            self.keep(row.index, true);
        }
        if let Some(board) = self.board.as_mut().filter(|_| row.index < self.counted) {
            board.entering(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, Scribe, SourceId, Span, Status, Usage};
    use crate::query::parse;
    use crate::store::{Priced, Pricer};

    struct Free;

    impl Pricer for Free {
        fn price(&mut self, _: Row<'_>) -> Priced {
            Priced::default()
        }

        fn bill(&mut self, _: Row<'_>) -> Option<crate::model::Bill> {
            None
        }
    }

    fn tell(scribe: &mut Scribe, nth: u64, failed: bool) {
        let id = format!("c{nth}");
        let call = Call {
            id: Some(id.as_str().into()),
            // Every seventh comes late.
            at: Stamp(1_763_900_000_000 + nth as i64 * 500 - i64::from(nth.is_multiple_of(7)) * 40_000_000),
            model: Some(["opus", "sonnet", "haiku"][nth as usize % 3].into()),
            route: (nth > 60_000).then(|| "chat".into()),
            usage: Usage { output: Some(nth as u32 % 900), ..Usage::default() },
            status: if failed { Status::Error } else { Status::Success },
            ..Call::default()
        };
        scribe.write(&call, nth + 1, Span { at: nth * 100, len: 99 });
    }

    #[test]
    fn what_is_counted_in_parts_while_calls_come_and_change_is_what_is_folded_at_once() {
        let mut store = Store::default();
        let mut scribe = Scribe::new(SourceId(0));
        (0..100_000).for_each(|nth| tell(&mut scribe, nth, nth % 5 == 0));
        store.absorb(scribe.take(), &mut Free, &mut crate::store::Unobserved);
        for text in ["", "model:opus", "is:error -model:haiku", "since:2025-11-23T12:30 out>100", "model:nothing"] {
            let filter = parse(text, Stamp(0)).unwrap();
            let scope = Scope { filter, sessions: true, ..Scope::default() };
            let mut recount = Recount::new(scope.clone(), None);
            let mut turn = u64::from(store.len());
            while recount.step(&store) {
                // New ones, and old ones told again with another end: everywhere, those that fit and those that do not.
                for nth in [turn, turn + 1, turn * 7_919 % 100_000, turn * 104_729 % 100_000] {
                    tell(&mut scribe, nth, turn.is_multiple_of(2));
                }
                turn += 2;
                store.absorb(scribe.take(), &mut Free, &mut recount);
            }
            let (listing, board) = recount.whole().unwrap();
            let fresh = Board::fold(&store, scope.clone(), None);
            let rows = |listing: &Listing| listing.newest_first().collect::<Vec<_>>();
            assert_eq!(rows(&listing), rows(&Listing::fold(&store, scope)), "{text}");
            assert_eq!(board.total, fresh.total, "{text}");
            assert_eq!(board.days().collect::<Vec<_>>(), fresh.days().collect::<Vec<_>>(), "{text}");
            for by in super::super::GroupBy::ALL {
                let sums = |board: &Board| {
                    let mut sums: Vec<_> = board.by(by).iter().map(|one| (one.name, one.stats.clone())).collect();
                    sums.retain(|(_, stats)| stats.calls > 0);
                    sums.sort_by_key(|(name, _)| *name);
                    sums
                };
                assert_eq!(sums(&board), sums(&fresh), "{text} by {by:?}");
            }
        }
    }
}
