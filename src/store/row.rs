//! The cursor over the columns: one call, read field by field.

use std::num::NonZeroU64;

use super::columns::{NO_COST, NO_TIME, Segment, known};
use crate::model::batch::{SourceId, nth_key};
use crate::model::{CostSource, Dim, Flags, Mark, Proof, Span, Stamp, Status, Sym, Usage, Usd};

/// A row of the store, read column by column.
#[derive(Debug, Clone, Copy)]
pub struct Row<'s> {
    pub(super) store: &'s super::Store,
    pub(super) segment: &'s Segment,
    pub(super) nth: usize,
    /// The row's number in the store: it never changes.
    pub index: u32,
}

impl<'s> Row<'s> {
    pub fn store(self) -> &'s super::Store {
        self.store
    }

    pub fn at(self) -> Stamp {
        self.segment.at[self.nth]
    }

    /// When the telling was told that counts: a long answer is logged while it grows.
    pub(super) fn said(self) -> Stamp {
        let late = self.segment.late.get(&(self.nth as u32)).copied().unwrap_or(0);
        Stamp(self.at().0.saturating_add(late))
    }

    pub fn sym(self, dim: Dim) -> Sym {
        self.segment.names[dim as usize].get(self.nth)
    }

    pub fn name(self, dim: Dim) -> Option<&'s str> {
        self.store.names().get(self.sym(dim))
    }

    pub fn model(self) -> Option<&'s str> {
        self.name(Dim::Model)
    }

    pub fn usage(self) -> Usage {
        let (segment, row) = (self.segment, self.nth);
        Usage {
            input: known(segment.input.get(row)),
            cache_read: known(segment.cache_read.get(row)),
            cache_write_5m: known(segment.cache_write_5m.get(row)),
            cache_write_1h: known(segment.cache_write_1h.get(row)),
            output: known(segment.output.get(row)),
            reasoning: known(segment.reasoning.get(row)),
            total_logged: known(segment.total_logged.get(row)),
            web_searches: segment.web_searches.get(&(row as u32)).copied().unwrap_or(0),
            media: segment.media.get(&(row as u32)).copied().unwrap_or_default(),
        }
    }

    /// What the log claims.
    pub fn logged_cost(self) -> Option<Usd> {
        let nanos = self.segment.logged.get(self.nth);
        (nanos != NO_COST).then_some(Usd(nanos))
    }

    /// What the log claims it would have cost with the model that its router compares with.
    pub fn baseline(self) -> Option<Usd> {
        let nanos = self.segment.baseline.get(self.nth);
        (nanos != NO_COST).then_some(Usd(nanos))
    }

    /// What the log's router claims to have saved by its choice, negative where it cost more. `None` for a call that was
    /// not served: it would have cost nothing with any model.
    pub fn saved(self) -> Option<Usd> {
        let baseline = self.baseline()?;
        let served = matches!(self.status(), Status::Success | Status::Cached) || self.usage().is_billable();
        self.cost().filter(|_| served).map(|cost| baseline - cost)
    }

    /// What we make of it: computed from its parts, or estimated from a total.
    pub fn our_cost(self) -> Option<Usd> {
        let nanos = self.segment.computed.get(self.nth);
        (nanos != NO_COST).then_some(Usd(nanos))
    }

    /// What the tokens cost at the price of the model that served: for comparing prices. A call that was answered from a
    /// cache has asked no model.
    pub fn priced_cost(self) -> Option<Usd> {
        self.our_cost().filter(|_| self.status() != Status::Cached)
    }

    pub fn cost_source(self) -> CostSource {
        self.segment.cost_source.get(self.nth)
    }

    /// The cost that counts: as logged, else ours; `None` where it is unknown.
    pub fn cost(self) -> Option<Usd> {
        match self.cost_source() {
            CostSource::Logged => self.logged_cost(),
            CostSource::Computed | CostSource::Estimated => self.our_cost(),
            CostSource::None | CostSource::Unpriced => None,
        }
    }

    /// Nanoseconds.
    pub fn took(self) -> Option<u64> {
        let nanos = self.segment.took.get(self.nth);
        (nanos != NO_TIME).then_some(nanos)
    }

    /// Nanoseconds.
    pub fn first_token(self) -> Option<u64> {
        let nanos = self.segment.first_token.get(self.nth);
        (nanos != NO_TIME).then_some(nanos)
    }

    /// Output tokens a second: from the first token on where that is known, else over the whole call.
    pub fn tokens_per_second(self) -> Option<f64> {
        let spoken = self.took()?.checked_sub(self.first_token().unwrap_or(0)).filter(|nanos| *nanos > 0)?;
        let tokens = self.usage().output.filter(|tokens| *tokens > 0)?;
        Some(f64::from(tokens) / (spoken as f64 / 1e9))
    }

    /// The share of the prompt that was read from a cache, 0 to 1; `None` where the log does not say.
    pub fn cache_share(self) -> Option<f64> {
        let usage = self.usage();
        let prompt = usage.prompt();
        usage.cache_read.filter(|_| prompt > 0).map(|read| f64::from(read) / prompt as f64)
    }

    /// Nanoseconds.
    pub fn processing(self) -> Option<u64> {
        let nanos = self.segment.processing.get(self.nth);
        (nanos != NO_TIME).then_some(nanos)
    }

    pub fn status(self) -> Status {
        self.segment.status.get(self.nth)
    }

    /// Billionths.
    pub fn confidence_billionths(self) -> Option<u32> {
        known(self.segment.confidence.get(self.nth))
    }

    /// 0 to 1.
    pub fn confidence(self) -> Option<f64> {
        self.confidence_billionths().map(|said| f64::from(said) / 1e9)
    }

    /// `~` where its duration is not logged, but follows from the lines around; nothing elsewhere.
    pub fn about(self) -> &'static str {
        if self.flags().has(Flags::INFERRED) && self.took().is_some() { "~" } else { "" }
    }

    /// Whether its time is that of its file, for want of one of its own.
    pub fn is_undated(self) -> bool {
        self.flags().has(Flags::UNDATED)
    }

    /// Whether its cost is what the API would have charged, where a subscription may have paid.
    pub fn is_api_equivalent(self) -> bool {
        self.flags().has(Flags::EQUIVALENT)
            && matches!(self.cost_source(), CostSource::Computed | CostSource::Estimated)
    }

    pub fn flags(self) -> Flags {
        self.segment.flags.get(self.nth)
    }

    /// `None` where the source does not say.
    pub fn overridden(self) -> Option<bool> {
        self.flags().has(Flags::OVERRIDE_KNOWN).then(|| self.flags().has(Flags::OVERRIDE))
    }

    /// Whether the row is counted: neither superseded nor a lesser witness of another.
    pub fn counts(self) -> bool {
        !self.flags().has(Flags::HIDDEN)
    }

    pub fn prompt_length(self) -> Option<u32> {
        known(self.segment.prompt_length.get(self.nth))
    }

    /// What the request is known by, where its record has all of it: equal requests have equal ones.
    pub fn request(self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.segment.request.get(self.nth))
    }

    pub fn preview(self) -> &'s str {
        self.segment.slice(self.segment.preview.get(self.nth))
    }

    pub fn fingerprint(self) -> u64 {
        self.segment.fingerprint[self.nth]
    }

    pub fn span(self) -> Span {
        Span { at: self.segment.span_at[self.nth], len: self.segment.span_len.get(self.nth) }
    }

    /// The record that tells the call, or that completed it.
    pub fn mark(self) -> Mark {
        let span = self.span();
        let proof = match self.own_id() {
            // An id may have come with the decision alone.
            Some(id) if self.opened_at().is_none() => Proof::Either(self.opener_key(), id.to_owned()),
            Some(id) if self.outcome_key() == self.key() => Proof::Id(id.to_owned()),
            _ if self.opened_at().is_some() => Proof::Key(self.outcome_key()),
            _ => self.opener_proof(),
        };
        Mark { at: span.at, len: Some(span.len), proof }
    }

    /// Where another record of the call lies. It is recognised by an id that they share; a row of a table by its key.
    pub fn mark_of(self, twin: super::Twin) -> Mark {
        let proof = match self.own_id() {
            _ if self.store.table_of(twin.source).is_some() => Proof::None,
            Some(id) => Proof::Id(id.to_owned()),
            None => Proof::Key(self.opener_key()),
        };
        Mark { at: twin.span.at, len: Some(twin.span.len), proof }
    }

    /// The record that opened the call, if another completed it, and the source it stands in.
    pub fn opened(self) -> Option<(SourceId, Mark)> {
        let mark = Mark { at: self.opened_at()?, len: None, proof: self.opener_proof() };
        Some((self.store.source_of(self.opener()), mark))
    }

    fn opened_at(self) -> Option<u64> {
        self.segment.opened.get(self.nth).checked_sub(1)
    }

    fn opener_proof(self) -> Proof {
        // Of several tellings with one id it is not known whose the fingerprint is.
        let is_shared = self.flags().has(Flags::TWIN) && self.own_id().is_some();
        if is_shared { Proof::None } else { Proof::Key(self.opener_key()) }
    }

    /// What the record is known by that opened the row, unless it has an id.
    pub(super) fn opener_key(self) -> u64 {
        nth_key(self.fingerprint(), self.occurrence())
    }

    /// Who told the record that opened the row.
    pub(super) fn opener(self) -> u32 {
        match self.segment.opener.get(self.nth) {
            0 => self.teller(),
            teller => teller - 1,
        }
    }

    /// What the record is known by that completed the row; 0 if none did.
    pub(super) fn outcome_key(self) -> u64 {
        self.segment.outcome_key.get(self.nth)
    }

    /// Which one it is of the records with the same bytes; 0 and 1 are the first.
    pub(super) fn occurrence(self) -> u32 {
        self.segment.occurrence.get(self.nth)
    }

    pub(super) fn teller(self) -> u32 {
        self.segment.teller[self.nth]
    }

    pub fn source(self) -> SourceId {
        self.store.source_of(self.teller())
    }

    /// Which scale its confidence is of: see [`Store::scale`](super::Store::scale).
    pub fn scale(self) -> u16 {
        self.store.scale_of(self.source())
    }

    /// The source's path, and its table if it has one.
    pub fn source_label(self) -> &'s str {
        self.store.label_of(self.source())
    }

    /// The other tellings of this call: which source, and where in it.
    pub fn twins(self) -> &'s [super::Twin] {
        self.store.twins_of(self.index)
    }

    /// The record's own id, if it has one.
    pub fn own_id(self) -> Option<&'s str> {
        let id = self.segment.slice(self.segment.id_text.get(self.nth));
        (!id.is_empty()).then_some(id)
    }

    /// The stable id: the record's own, else `table:key`, else the fingerprint of its bytes and, from the second
    /// record with the same bytes on, which one it is.
    pub fn id(self) -> String {
        if let Some(own) = self.own_id() {
            return own.to_owned();
        }
        if let Some(table) = self.store.table_of(self.source()) {
            return format!("{table}:{}", self.span().at as i64);
        }
        match self.occurrence() {
            0 | 1 => format!("{:016x}", self.fingerprint()),
            nth => format!("{:016x}-{nth}", self.fingerprint()),
        }
    }

    /// Whether the id begins so: for looking through all rows, without writing the ids that cannot.
    pub fn id_begins(self, with: &str) -> bool {
        if let Some(own) = self.own_id() {
            return own.starts_with(with);
        }
        let may = match self.store.table_of(self.source()) {
            Some(table) => table.starts_with(with) || with.starts_with(table),
            None => {
                let digits = with.get(..with.len().min(16)).unwrap_or_default();
                let is_so = |said| said == self.fingerprint() >> (64 - 4 * digits.len());
                with.is_empty() || u64::from_str_radix(digits, 16).is_ok_and(is_so)
            }
        };
        may && self.id().starts_with(with)
    }
}
