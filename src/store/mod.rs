//! All calls seen, column by column, in the order they came. Knows rows, not files and not screens.
//!
//! A record either opens a row or tells of a call that has one already (see [`twins`](self::twins)); then the row is
//! changed in place, so its number stays valid for whoever points at it. Everyone who keeps figures over the rows
//! learns of each change through [`Observer`]: the row as it leaves, and the row as it comes back.

mod account;
mod alike;
mod card;
mod columns;
mod index;
mod kin;
mod names;
mod observer;
mod outcome;
mod owner;
mod row;
mod tellings;
mod twins;
mod witness;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;

pub use account::Account;
pub use alike::{is_alike, is_alike_but_for_model, is_same_model};
pub use card::{SourceCard, SourceCounts};
pub use columns::{SEGMENT, Segment};
pub use names::{NONE, Names};
pub use observer::{Observer, Unobserved};
pub use row::Row;

use index::Index;
use kin::Kin;
use tellings::Telling;
use witness::Execution;

use crate::model::batch::SourceId;
use crate::model::quick::{QuickMap, QuickSet};
use crate::model::{Batch, Bill, CostSource, Dim, Flags, Span, Sym, Told, Usd};

/// What a call costs by our own reckoning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Priced {
    pub ours: Option<Usd>,
    pub source: CostSource,
    /// The log's claim and ours differ by more than rounding.
    pub mismatch: bool,
}

/// Prices rows.
pub trait Pricer {
    /// The store asks once for every new or changed row.
    fn price(&mut self, row: Row<'_>) -> Priced;

    /// The bill behind the price; `None` for a call with neither tokens nor a logged cost.
    fn bill(&mut self, row: Row<'_>) -> Option<Bill>;

    /// What the row costs at the price of its own model, and at another's of that day; `None` where either is not known.
    fn what_if(&mut self, _: Row<'_>, _: &str) -> Option<(Usd, Usd)> {
        None
    }

    /// Why the log may claim another cost than ours.
    fn likely_cause(&mut self, row: Row<'_>) -> Option<String> {
        self.bill(row)?.likely_cause
    }

    /// The model with a price that a name without one may mean.
    fn nearest(&self, _: &str) -> Option<String> {
        None
    }

    /// Names of models that have a price, with these letters in them.
    fn models(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

impl<P: Pricer + ?Sized> Pricer for Box<P> {
    fn price(&mut self, row: Row<'_>) -> Priced {
        (**self).price(row)
    }

    fn bill(&mut self, row: Row<'_>) -> Option<Bill> {
        (**self).bill(row)
    }

    fn what_if(&mut self, row: Row<'_>, model: &str) -> Option<(Usd, Usd)> {
        (**self).what_if(row, model)
    }

    fn likely_cause(&mut self, row: Row<'_>) -> Option<String> {
        (**self).likely_cause(row)
    }

    fn nearest(&self, model: &str) -> Option<String> {
        (**self).nearest(model)
    }

    fn models(&self, part: &str) -> Vec<String> {
        (**self).models(part)
    }
}

/// Another telling of a call: who told it, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twin {
    pub source: SourceId,
    pub span: Span,
}

/// Who tells: the same for a whole batch.
#[derive(Debug, Clone, Copy)]
struct Hearing {
    source: SourceId,
    teller: u32,
    in_table: bool,
    family: u64,
}

/// The open calls of one pairing key, oldest first. Nearly always there is one.
#[derive(Debug)]
struct Waiting {
    oldest: u32,
    #[expect(clippy::box_collection, reason = "a pointer in the map instead of four words, for the one in a thousand")]
    more: Option<Box<VecDeque<u32>>>,
}

/// How many malformed places a source keeps.
const FIRST_KEPT: usize = 20;

/// See the module.
#[derive(Debug, Default)]
pub struct Store {
    names: Names,
    segments: Vec<Segment>,
    len: u32,
    cards: Vec<SourceCard>,
    /// The scales of confidence, and which one each source is of.
    scales: Vec<String>,
    scale_of: Vec<u16>,
    counts: Vec<SourceCounts>,
    /// The store's symbol for each symbol of a source's lane.
    translation: Vec<Vec<Vec<Sym>>>,
    /// A teller is a source in one of its passes.
    tellers: Vec<(SourceId, u32)>,
    teller_of: HashMap<(SourceId, u32), u32>,
    /// Identity of a record → its row.
    by_key: Index,
    /// Tellers after the first, for the few records that have any.
    also_told: QuickMap<u64, Vec<u32>>,
    /// How often a teller has told the same bytes, where more than once.
    repeated: QuickMap<(u64, u32), u32>,
    /// Place in a table → row: rows change in place. Source, key, and which of the calls that the key tells.
    by_place: QuickMap<(u32, u64, u32), u32>,
    open: QuickMap<u64, Waiting>,
    /// Outcomes that no open call was found for, by their pairing key.
    early: Vec<(u64, u32)>,
    executions: QuickMap<u64, Execution>,
    /// Row → the execution it witnesses.
    witness_of: QuickMap<u32, u64>,
    /// The tellings of the few rows that are told in several ways, the one that counts first.
    told_apart: QuickMap<u32, Box<[Telling]>>,
    /// Ids under which a row was told as well → the row.
    other_ids: QuickMap<u64, u32>,
    /// What tellings share whose ids differ → the first row of it.
    by_kin: QuickMap<u64, Kin>,
    /// Kins that others are parts of.
    outer: QuickSet<u64>,
    /// The others, while they are calls of their own.
    more_kin: QuickMap<u64, Vec<u32>>,
    /// Row → the row of the same call that stands for it.
    stands_behind: QuickMap<u32, u32>,
    twins: QuickMap<u32, Vec<Twin>>,
    /// What sources say of a row by themselves, where that is not what the row says.
    accounts: QuickMap<u32, Box<[account::Kept]>>,
    counting: u64,
    revision: u64,
}

impl Store {
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Rows, the hidden ones included: row numbers run from 0 to this.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Calls that count.
    pub fn calls(&self) -> u64 {
        self.counting
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Counts up with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Every row of a segment, hidden ones included.
    pub fn rows_of(&self, segment: usize) -> impl DoubleEndedIterator<Item = Row<'_>> {
        let part = &self.segments[segment];
        (0..part.len()).map(move |row| Row {
            store: self,
            segment: part,
            nth: row,
            index: (segment * SEGMENT + row) as u32,
        })
    }

    /// Every counted row, in the order they came.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> {
        (0..self.segments.len()).flat_map(|segment| self.rows_of(segment)).filter(|row| row.counts())
    }

    /// # Panics
    /// If there is no such row.
    pub fn row(&self, index: u32) -> Row<'_> {
        let segment = &self.segments[index as usize / SEGMENT];
        Row { store: self, segment, nth: index as usize % SEGMENT, index }
    }

    pub fn get(&self, index: u32) -> Option<Row<'_>> {
        (index < self.len).then(|| self.row(index))
    }

    pub fn counts_of(&self, source: SourceId) -> &SourceCounts {
        static EMPTY: LazyLock<SourceCounts> = LazyLock::new(SourceCounts::default);
        self.counts.get(source.0 as usize).unwrap_or(&EMPTY)
    }

    pub fn twins_of(&self, row: u32) -> &[Twin] {
        self.twins.get(&row).map_or(&[], Vec::as_slice)
    }

    pub fn table_of(&self, source: SourceId) -> Option<&str> {
        self.cards.get(source.0 as usize)?.table.as_deref()
    }

    /// What is known of a source; that of an unknown one is blank.
    pub fn card_of(&self, source: SourceId) -> &SourceCard {
        static BLANK: LazyLock<SourceCard> = LazyLock::new(SourceCard::default);
        self.cards.get(source.0 as usize).unwrap_or(&BLANK)
    }

    /// Every source there is.
    pub fn sources(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.cards.len() as u32).map(SourceId)
    }

    pub fn label_of(&self, source: SourceId) -> &str {
        self.cards.get(source.0 as usize).map_or("", |card| card.label.as_str())
    }

    /// The number of the scale that a source's confidence is on.
    pub fn scale_of(&self, source: SourceId) -> u16 {
        self.scale_of.get(source.0 as usize).copied().unwrap_or_default()
    }

    /// A scale of confidence by its number.
    pub fn scale(&self, nth: u16) -> &str {
        self.scales.get(usize::from(nth)).map_or("", String::as_str)
    }

    pub(crate) fn source_of(&self, teller: u32) -> SourceId {
        self.tellers.get(teller as usize).map_or(SourceId(0), |(source, _)| *source)
    }

    /// Makes a source known; batches of it may follow.
    pub fn add_source(&mut self, source: SourceId, card: SourceCard) {
        let at = source.0 as usize;
        if self.cards.len() <= at {
            self.cards.resize(at + 1, SourceCard::default());
            self.counts.resize(at + 1, SourceCounts::default());
            self.translation.resize(at + 1, Vec::new());
        }
        let scale = self.scales.iter().position(|known| *known == card.scale).unwrap_or_else(|| {
            self.scales.push(card.scale.clone());
            self.scales.len() - 1
        });
        self.scale_of.resize(self.cards.len(), 0);
        self.scale_of[at] = scale as u16;
        self.cards[at] = card;
        self.revision += 1;
    }

    /// Takes in what a reader handed over.
    pub fn absorb(&mut self, mut batch: Batch, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        let at = batch.source.0 as usize;
        if self.cards.len() <= at {
            self.add_source(batch.source, SourceCard::default());
        }
        self.revision += 1;
        let lane = usize::from(batch.lane);
        if self.translation[at].len() <= lane {
            self.translation[at].resize(lane + 1, Vec::new());
        }
        for name in &batch.new_names {
            let sym = self.names.intern(name);
            self.translation[at][lane].push(sym);
        }
        let hearing = Hearing {
            source: batch.source,
            teller: self.teller(batch.source, batch.pass),
            in_table: self.cards[at].table.is_some(),
            family: self.cards[at].family,
        };
        self.by_key.call_up(batch.told.iter().map(twins::key));
        let names = std::mem::take(&mut self.translation[at][lane]);
        let mut told = std::mem::take(&mut batch.told);
        for told in &mut told {
            for sym in &mut told.names {
                *sym = match sym.0.checked_sub(1) {
                    Some(local) => names.get(local as usize).copied().unwrap_or_default(),
                    None => Sym::NONE,
                };
            }
            self.tell(told, hearing, &batch, pricer, observer);
        }
        self.translation[at][lane] = names;
        for key in &batch.gone {
            self.forget(batch.source, *key, observer);
        }
        let counts = &mut self.counts[at];
        counts.malformed += batch.malformed;
        counts.skipped += batch.skipped;
        counts.runs.then(&batch.runs);
        let room = FIRST_KEPT.saturating_sub(counts.first.len());
        counts.first.extend(batch.malformed_first.drain(..).take(room));
    }

    /// Prices every row anew: the catalogue has just been loaded, or has changed.
    pub fn reprice(&mut self, pricer: &mut impl Pricer, observer: &mut impl Observer) {
        for index in 0..self.len {
            if self.row(index).counts() {
                observer.leaving(self.row(index));
                self.price(index, pricer);
                observer.entering(self.row(index));
            } else {
                self.price(index, pricer);
            }
        }
        self.revision += 1;
    }

    fn teller(&mut self, source: SourceId, pass: u32) -> u32 {
        let tellers = &mut self.tellers;
        *self.teller_of.entry((source, pass)).or_insert_with(|| {
            tellers.push((source, pass));
            tellers.len() as u32 - 1
        })
    }

    fn split(&mut self, index: u32) -> (&mut Segment, usize) {
        (&mut self.segments[index as usize / SEGMENT], index as usize % SEGMENT)
    }

    fn push(&mut self, told: &Told, batch: &Batch, teller: u32) -> u32 {
        if self.segments.last().is_none_or(|segment| segment.len() >= SEGMENT) {
            self.segments.push(Segment::new());
        }
        if let Some(segment) = self.segments.last_mut() {
            segment.push(told, teller, batch.slice(told.id_text), batch.slice(told.preview));
        }
        self.len += 1;
        self.len - 1
    }

    fn price(&mut self, index: u32, pricer: &mut impl Pricer) {
        let bill = pricer.price(self.row(index));
        let (segment, row) = self.split(index);
        segment.set_priced(row, bill.ours, bill.source);
        segment.set_flag(row, Flags::MISMATCH, bill.mismatch);
    }

    fn enter(&mut self, index: u32, observer: &mut impl Observer) {
        let row = self.row(index);
        let (source, at) = (row.source().0 as usize, row.at());
        observer.entering(row);
        self.counting += 1;
        let counts = &mut self.counts[source];
        counts.calls += 1;
        counts.oldest = Some(counts.oldest.map_or(at, |oldest| oldest.min(at)));
        counts.newest = Some(counts.newest.map_or(at, |newest| newest.max(at)));
    }

    fn leave(&mut self, index: u32, observer: &mut impl Observer) {
        let row = self.row(index);
        let source = row.source().0 as usize;
        observer.leaving(row);
        self.counting -= 1;
        self.counts[source].calls -= 1;
    }
}

impl Store {
    pub fn label(&self, sym: Sym) -> &str {
        self.names.label(sym)
    }

    /// Whether any row has a value in a dimension.
    pub fn has(&self, dim: Dim) -> bool {
        self.segments.iter().any(|segment| segment.has(dim))
    }
}
