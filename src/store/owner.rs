//! Who tells a call that several tell alike, and who tells it when that one is gone.

use super::{Observer, Store, Twin};
use crate::model::{Flags, SourceId, Span};

/// Where in a table a call is told.
pub(super) fn place(source: SourceId, span: Span) -> (u32, u64, u32) {
    (source.0, span.at, span.len)
}

impl Store {
    /// Whether one source tells a call rather than another that says the same: by their names, so that it does not depend
    /// on which was read first.
    pub(super) fn outranks(&self, one: SourceId, other: SourceId) -> bool {
        self.label_of(one) < self.label_of(other)
    }

    /// Lets another telling stand for a row; the one that did becomes its twin.
    pub(super) fn hand_over(&mut self, index: u32, to: Twin, teller: u32, observer: &mut impl Observer) {
        let row = self.row(index);
        let (before, counts) = (Twin { source: row.source(), span: row.span() }, row.counts());
        self.stand_in(index, to, teller, counts, observer);
        self.counts[before.source.0 as usize].duplicates += 1;
        self.note_twin_at(index, before);
    }

    fn stand_in(&mut self, index: u32, to: Twin, teller: u32, counts: bool, observer: &mut impl Observer) {
        if counts {
            self.leave(index, observer);
        }
        let (segment, row) = self.split(index);
        segment.set_place(row, to.span, teller);
        self.told_apart.remove(&index);
        if counts {
            self.enter(index, observer);
        }
    }

    /// A row of a table that is there no more.
    pub(super) fn forget(&mut self, source: SourceId, key: u64, observer: &mut impl Observer) {
        self.forget_from(source, key, 0, observer);
    }

    /// The calls that a row of a table tells no more, from this one on.
    pub(super) fn forget_from(&mut self, source: SourceId, key: u64, first: u32, observer: &mut impl Observer) {
        for nth in first.. {
            let Some(index) = self.by_place.remove(&(source.0, key, nth)) else { return };
            // It may stand at another place by now, or be a copy of one that does.
            let here = place(self.row(index).source(), self.row(index).span());
            if here.0 != source.0 || here == (source.0, key, nth) {
                self.disown(index, source, key, observer);
            }
        }
    }

    /// Whoever else tells the call tells it from now on.
    fn disown(&mut self, index: u32, source: SourceId, key: u64, observer: &mut impl Observer) {
        let (owner, known_by, counts) = (self.row(index).source(), self.row(index).key(), self.row(index).counts());
        self.drop_account(index, source);
        if owner != source {
            if let Some(twins) = self.twins.get_mut(&index) {
                twins.retain(|twin| (twin.source, twin.span.at) != (source, key));
            }
            self.counts[source.0 as usize].duplicates = self.counts[source.0 as usize].duplicates.saturating_sub(1);
            return;
        }
        let heir = self.twins.get_mut(&index).and_then(Vec::pop);
        let execution = self.witness_of.get(&index).copied();
        if let Some(heir) = heir.filter(|_| execution.is_none()) {
            let teller = self.teller(heir.source, 0);
            self.drop_account(index, heir.source);
            self.stand_in(index, heir, teller, counts, observer);
            let duplicates = &mut self.counts[heir.source.0 as usize].duplicates;
            *duplicates = duplicates.saturating_sub(1);
            return;
        }
        self.by_key.remove(known_by, index);
        self.no_witness(index);
        if counts {
            self.leave(index, observer);
            let (segment, row) = self.split(index);
            segment.set_flag(row, Flags::HIDDEN, true);
        }
        if let Some(execution) = execution {
            self.settle_witnesses(execution, observer);
        }
    }

    /// Another place that tells the call. Of each other source it is the last that counts, and none of the row's own: so
    /// it does not depend on which was read first.
    pub(super) fn note_twin_at(&mut self, index: u32, twin: Twin) {
        let here = self.row(index).source();
        let twins = self.twins.entry(index).or_default();
        twins.retain(|known| known.source != here);
        match twins.iter_mut().find(|known| known.source == twin.source) {
            Some(known) if known.span.at < twin.span.at => *known = twin,
            Some(_) => {}
            None if twin.source == here => {}
            None => twins.push(twin),
        }
        if !twins.is_empty() {
            let (segment, row) = self.split(index);
            segment.set_flag(row, Flags::TWIN, true);
        }
    }

    /// Lets a row count, or hides it as a lesser telling.
    pub(super) fn show(&mut self, index: u32, counts: bool, observer: &mut impl Observer) {
        if self.row(index).counts() == counts {
            return;
        }
        if !counts {
            self.leave(index, observer);
            let source = self.row(index).source().0 as usize;
            self.counts[source].duplicates += 1;
        }
        let (segment, row) = self.split(index);
        segment.set_flag(row, Flags::HIDDEN, !counts);
        if counts {
            let source = self.row(index).source().0 as usize;
            self.counts[source].duplicates = self.counts[source].duplicates.saturating_sub(1);
            self.enter(index, observer);
        }
    }
}
