//! The columns, in segments of 65,536 rows.
//!
//! A column that no record of a segment fills takes no memory there: most sources log a third of the fields.

use std::num::NonZeroU64;

use crate::model::batch::TextRange;
use crate::model::quick::QuickMap;
use crate::model::{CostSource, Dim, Flags, Media, Span, Stamp, Status, Sym, Told, Usage, Usd};

/// Rows a segment holds.
pub const SEGMENT: usize = 1 << 16;

/// One column of a segment: values up to the last row that has one; beyond them, and between, the absent value.
#[derive(Debug, Clone)]
pub struct Column<T> {
    values: Vec<T>,
    absent: T,
}

impl<T: Copy + PartialEq> Column<T> {
    pub fn new(absent: T) -> Self {
        Self { values: Vec::new(), absent }
    }

    #[inline]
    pub fn get(&self, row: usize) -> T {
        self.values.get(row).copied().unwrap_or(self.absent)
    }

    #[inline]
    pub fn set(&mut self, row: usize, value: T) {
        match self.values.get_mut(row) {
            Some(place) => *place = value,
            None if value == self.absent => {}
            None => self.extend_to(row, value),
        }
    }

    #[inline]
    fn extend_to(&mut self, row: usize, value: T) {
        if self.values.capacity() == 0 {
            // Once: what is not written to is not there yet.
            self.values.reserve_exact(SEGMENT);
        }
        if row > self.values.len() {
            self.values.resize(row, self.absent);
        }
        self.values.push(value);
    }

    /// Whether no row of the segment has a value.
    pub fn is_blank(&self) -> bool {
        self.values.is_empty()
    }
}

/// "Not known" in a column of counts.
pub(super) const NO_COUNT: u32 = u32::MAX;
/// "Not known" in a column of nanoseconds.
pub(super) const NO_TIME: u64 = u64::MAX;
/// "Not known" in a column of amounts.
pub(super) const NO_COST: i64 = i64::MIN;

fn count(value: Option<u32>) -> u32 {
    value.unwrap_or(NO_COUNT)
}

fn set_known<T: Copy + PartialEq>(column: &mut Column<T>, row: usize, value: Option<T>) {
    if let Some(value) = value {
        column.set(row, value);
    }
}

pub(super) fn known(value: u32) -> Option<u32> {
    (value != NO_COUNT).then_some(value)
}

/// 65,536 rows, column by column, in the order they came.
#[derive(Debug)]
pub struct Segment {
    len: usize,
    /// The earliest and the latest moment in it: windows skip whole segments.
    pub earliest: Stamp,
    pub latest: Stamp,
    pub(super) at: Vec<Stamp>,
    pub(super) teller: Vec<u32>,
    pub(super) span_at: Vec<u64>,
    pub(super) span_len: Column<u32>,
    pub(super) names: [Column<Sym>; Dim::COUNT],
    pub(super) input: Column<u32>,
    pub(super) cache_read: Column<u32>,
    pub(super) cache_write_5m: Column<u32>,
    pub(super) cache_write_1h: Column<u32>,
    pub(super) output: Column<u32>,
    pub(super) reasoning: Column<u32>,
    pub(super) total_logged: Column<u32>,
    /// By row: hardly a call has any, and those that have are all over the log.
    pub(super) web_searches: QuickMap<u32, u32>,
    /// Likewise.
    pub(super) media: QuickMap<u32, Media>,
    /// Milliseconds from the call's beginning to the time of the telling that counts, by row: where they are not the
    /// same, as for an answer that was logged while it grew.
    pub(super) late: QuickMap<u32, i64>,
    pub(super) logged: Column<i64>,
    pub(super) baseline: Column<i64>,
    pub(super) computed: Column<i64>,
    pub(super) cost_source: Column<CostSource>,
    pub(super) took: Column<u64>,
    pub(super) first_token: Column<u64>,
    pub(super) processing: Column<u64>,
    pub(super) status: Column<Status>,
    pub(super) confidence: Column<u32>,
    pub(super) flags: Column<Flags>,
    pub(super) prompt_length: Column<u32>,
    /// What the request is known by; 0 is not known.
    pub(super) request: Column<u64>,
    pub(super) fingerprint: Vec<u64>,
    /// Which of the records with the same bytes this is; 0 and 1 are the first.
    pub(super) occurrence: Column<u32>,
    /// Where the record that opened the call stands, one more than its offset; the row's span is the outcome's.
    pub(super) opened: Column<u64>,
    /// Who told that record, plus one; 0 if it is the row's teller.
    pub(super) opener: Column<u32>,
    /// What the record is known by that completed the call.
    pub(super) outcome_key: Column<u64>,
    pub(super) id_text: Column<TextRange>,
    pub(super) preview: Column<TextRange>,
    text: String,
}

impl Segment {
    pub fn new() -> Self {
        Self {
            len: 0,
            earliest: Stamp(i64::MAX),
            latest: Stamp(i64::MIN),
            at: Vec::with_capacity(SEGMENT),
            teller: Vec::with_capacity(SEGMENT),
            span_at: Vec::with_capacity(SEGMENT),
            span_len: Column::new(0),
            names: std::array::from_fn(|_| Column::new(Sym::NONE)),
            input: Column::new(NO_COUNT),
            cache_read: Column::new(NO_COUNT),
            cache_write_5m: Column::new(NO_COUNT),
            cache_write_1h: Column::new(NO_COUNT),
            output: Column::new(NO_COUNT),
            reasoning: Column::new(NO_COUNT),
            total_logged: Column::new(NO_COUNT),
            web_searches: QuickMap::default(),
            media: QuickMap::default(),
            late: QuickMap::default(),
            logged: Column::new(NO_COST),
            baseline: Column::new(NO_COST),
            computed: Column::new(NO_COST),
            cost_source: Column::new(CostSource::None),
            took: Column::new(NO_TIME),
            first_token: Column::new(NO_TIME),
            processing: Column::new(NO_TIME),
            status: Column::new(Status::Success),
            confidence: Column::new(NO_COUNT),
            flags: Column::new(Flags(0)),
            prompt_length: Column::new(NO_COUNT),
            request: Column::new(0),
            fingerprint: Vec::with_capacity(SEGMENT),
            occurrence: Column::new(0),
            opened: Column::new(0),
            opener: Column::new(0),
            outcome_key: Column::new(0),
            id_text: Column::new(TextRange { at: 0, len: 0 }),
            preview: Column::new(TextRange { at: 0, len: 0 }),
            text: String::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether any row has a value of this dimension.
    pub fn has(&self, dim: Dim) -> bool {
        !self.names[dim as usize].is_blank()
    }

    /// Whether the request of any row is known.
    pub fn has_requests(&self) -> bool {
        !self.request.is_blank()
    }

    /// Adds a row for what was told; `told.names` are the store's own symbols.
    pub(super) fn push(&mut self, told: &Told, teller: u32, id: &str, preview: &str) -> usize {
        let row = self.len;
        self.len += 1;
        self.at.push(told.at);
        self.teller.push(teller);
        self.span_at.push(told.span.at);
        self.fingerprint.push(told.fingerprint);
        self.write(row, told, teller, id, preview);
        row
    }

    /// Puts what was told into a row, whatever stood there.
    pub(super) fn write(&mut self, row: usize, told: &Told, teller: u32, id: &str, preview: &str) {
        self.set_at(row, told.at);
        if !self.late.is_empty() {
            self.late.remove(&(row as u32));
        }
        self.teller[row] = teller;
        self.span_at[row] = told.span.at;
        self.span_len.set(row, told.span.len);
        self.fingerprint[row] = told.fingerprint;
        for (column, sym) in self.names.iter_mut().zip(told.names) {
            column.set(row, sym);
        }
        self.set_usage(row, &told.usage);
        self.logged.set(row, told.logged_cost.map_or(NO_COST, |usd| usd.0));
        self.baseline.set(row, told.baseline.map_or(NO_COST, |usd| usd.0));
        self.took.set(row, told.took.unwrap_or(NO_TIME));
        self.first_token.set(row, told.first_token.unwrap_or(NO_TIME));
        self.processing.set(row, told.processing.unwrap_or(NO_TIME));
        self.status.set(row, told.status);
        self.confidence.set(row, count(told.confidence));
        let kept = Flags(self.flags.get(row).0 & (Flags::TWIN.0 | Flags::HIDDEN.0));
        self.flags.set(row, Flags(told.flags.0 | kept.0));
        self.prompt_length.set(row, count(told.prompt_length));
        self.request.set(row, told.request.map_or(0, NonZeroU64::get));
        if !id.is_empty() {
            self.set_id(row, id);
        }
        // A telling without a preview takes none away.
        if !preview.is_empty() {
            let preview = self.keep(preview);
            self.preview.set(row, preview);
        }
    }

    /// Adds what an outcome says; what it leaves out stays as the decision made it, and so do its time and identity.
    pub(super) fn complete(&mut self, row: usize, told: &Told, teller: u32, id: &str, preview: &str) {
        self.opened.set(row, self.span_at[row] + 1);
        if self.teller[row] != teller {
            self.opener.set(row, self.teller[row] + 1);
        }
        self.teller[row] = teller;
        self.span_at[row] = told.span.at;
        self.span_len.set(row, told.span.len);
        for (column, sym) in self.names.iter_mut().zip(told.names) {
            if sym.is_some() {
                column.set(row, sym);
            }
        }
        if told.usage != Usage::default() {
            self.set_usage(row, &told.usage);
        }
        self.status.set(row, told.status);
        set_known(&mut self.logged, row, told.logged_cost.map(|usd| usd.0));
        set_known(&mut self.baseline, row, told.baseline.map(|usd| usd.0));
        set_known(&mut self.took, row, told.took);
        set_known(&mut self.first_token, row, told.first_token);
        // What the router said when it decided is not for the outcome to change.
        if self.confidence.get(row) == NO_COUNT {
            set_known(&mut self.confidence, row, told.confidence);
        }
        if self.processing.get(row) == NO_TIME {
            set_known(&mut self.processing, row, told.processing);
        }
        set_known(&mut self.prompt_length, row, told.prompt_length);
        set_known(&mut self.request, row, told.request.map(NonZeroU64::get));
        if told.flags.has(Flags::OVERRIDE_KNOWN) {
            self.set_flag(row, Flags::OVERRIDE_KNOWN, true);
            self.set_flag(row, Flags::OVERRIDE, told.flags.has(Flags::OVERRIDE));
        }
        if !id.is_empty() {
            self.set_id(row, id);
        }
        if !preview.is_empty() {
            let preview = self.keep(preview);
            self.preview.set(row, preview);
        }
    }

    fn keep(&mut self, text: &str) -> TextRange {
        if text.is_empty() {
            return TextRange::default();
        }
        let at = self.text.len() as u32;
        self.text.push_str(text);
        TextRange { at, len: text.len() as u32 }
    }

    pub(super) fn slice(&self, range: TextRange) -> &str {
        let at = range.at as usize;
        self.text.get(at..at + range.len as usize).unwrap_or("")
    }

    pub(super) fn set_id(&mut self, row: usize, id: &str) {
        if self.slice(self.id_text.get(row)) != id {
            let range = self.keep(id);
            self.id_text.set(row, range);
        }
    }

    pub(super) fn set_at(&mut self, row: usize, at: Stamp) {
        self.at[row] = at;
        self.earliest = self.earliest.min(at);
        self.latest = self.latest.max(at);
    }

    pub(super) fn set_usage(&mut self, row: usize, usage: &Usage) {
        self.input.set(row, count(usage.input));
        self.cache_read.set(row, count(usage.cache_read));
        self.cache_write_5m.set(row, count(usage.cache_write_5m));
        self.cache_write_1h.set(row, count(usage.cache_write_1h));
        self.output.set(row, count(usage.output));
        self.reasoning.set(row, count(usage.reasoning));
        self.total_logged.set(row, count(usage.total_logged));
        if usage.web_searches > 0 {
            self.web_searches.insert(row as u32, usage.web_searches);
        } else if !self.web_searches.is_empty() {
            self.web_searches.remove(&(row as u32));
        }
        if !usage.media.is_none() {
            self.media.insert(row as u32, usage.media);
        } else if !self.media.is_empty() {
            self.media.remove(&(row as u32));
        }
    }

    /// When the telling that counts was told; [`write`](Self::write) takes it for the call's own time.
    pub(super) fn set_said(&mut self, row: usize, said: Stamp) {
        let late = said.0.saturating_sub(self.at[row].0);
        if late != 0 {
            self.late.insert(row as u32, late);
        }
    }

    pub(super) fn set_flag(&mut self, row: usize, flag: Flags, on: bool) {
        self.flags.set(row, self.flags.get(row).with(flag, on));
    }

    /// Puts the row's record elsewhere: another tells the same.
    pub(super) fn set_place(&mut self, row: usize, span: Span, teller: u32) {
        self.teller[row] = teller;
        self.span_at[row] = span.at;
        self.span_len.set(row, span.len);
    }

    pub(super) fn set_outcome_key(&mut self, row: usize, key: u64) {
        self.outcome_key.set(row, key);
    }

    pub(super) fn set_occurrence(&mut self, row: usize, occurrence: u32) {
        self.occurrence.set(row, occurrence);
    }

    pub(super) fn set_priced(&mut self, row: usize, computed: Option<Usd>, source: CostSource) {
        self.computed.set(row, computed.map_or(NO_COST, |usd| usd.0));
        self.cost_source.set(row, source);
    }
}

impl Default for Segment {
    fn default() -> Self {
        Self::new()
    }
}
