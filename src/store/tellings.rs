//! What a call comes to that is told in several ways. Of its tellings one counts, by an order that any two of them have
//! whatever was read first, and the others lend what it does not know. What can lend nothing is not kept, so that
//! nearly every call is its row alone.

use std::cmp::{Ordering, Reverse};

use super::{Row, Store};
use crate::model::batch::hash;
use crate::model::{Dim, Flags, Media, Stamp, Status, Told, Usage, Usd};

/// One telling of a call, with the store's own symbols, as it was before others lent to it.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    pub told: Told,
    pub teller: u32,
    pub id: Box<str>,
}

impl Telling {
    /// What a row has been told, where it was told in one way. What is the most or the least of all tellings in it does
    /// not take part in their order.
    fn of(row: Row<'_>) -> Self {
        let told = Told { at: row.said(), ..told_of(row) };
        Self { told, teller: row.teller(), id: row.own_id().unwrap_or_default().into() }
    }

    /// How much it says: a known outcome first, then more tokens, then more fields. A side chain's telling is the last,
    /// whatever it says; and what a call of a kin knows beside its tokens may be what a copy says of itself.
    fn fullness(&self) -> (bool, bool, u64, u32) {
        let told = &self.told;
        (
            !told.flags.has(Flags::SIDE),
            told.status.is_settled(),
            told.usage.total().unwrap_or(0),
            if told.flags.has(Flags::KIN) { 0 } else { fields(told).count_ones() },
        )
    }

    /// Whether nothing that it says can ever count beside `other`, which comes before it: whatever else is told.
    fn is_idle_beside(&self, other: &Self) -> bool {
        let (one, other) = (&self.told, &other.told);
        let lends_by_total = one.logged_cost.is_some() || one.baseline.is_some() || !one.usage.media.is_none();
        fields(one) & !fields(other) == 0
            && one.names[Dim::Session as usize] == other.names[Dim::Session as usize]
            && (!lends_by_total || one.usage.total() == other.usage.total())
            && (one.own_id.is_none() || other.own_id.is_some())
    }
}

impl Store {
    /// The tellings of a row, the one that counts first. The row is to be [`settled`] with them, or with more.
    pub(super) fn tellings(&mut self, index: u32) -> Vec<Telling> {
        self.told_apart.remove(&index).map_or_else(|| vec![Telling::of(self.row(index))], Vec::from)
    }

    /// Adds a telling where it belongs; whether it is the one that counts.
    pub(super) fn hear(&self, all: &mut Vec<Telling>, new: Telling) -> bool {
        let at = all.partition_point(|known| self.order(known, &new).is_le());
        if all[..at].iter().any(|known| new.is_idle_beside(known)) {
            return false;
        }
        let mut place = 0;
        all.retain(|known| {
            place += 1;
            place <= at || !known.is_idle_beside(&new)
        });
        all.insert(at, new);
        at == 0
    }

    /// Which of two tellings comes first. Of two that say as much it is the earlier one, which a replay is not. A copy
    /// may have the time of what it copies; then its id is the later one. And if all is the same it is always the same
    /// one, whichever was read first.
    fn order(&self, one: &Telling, other: &Telling) -> Ordering {
        let rank = |telling: &Telling| (Reverse(telling.fullness()), telling.told.at);
        let label = |telling: &Telling| self.label_of(self.source_of(telling.teller));
        rank(one)
            .cmp(&rank(other))
            .then_with(|| one.id.cmp(&other.id))
            .then_with(|| one.told.fingerprint.cmp(&other.told.fingerprint))
            .then_with(|| label(one).cmp(label(other)))
    }

    /// Keeps the tellings of a row, if it is more than the first of them.
    pub(super) fn keep_tellings(&mut self, index: u32, all: Vec<Telling>) {
        if all.len() > 1 {
            self.told_apart.insert(index, all.into());
        }
    }
}

/// What a call comes to: the first of its tellings, and what the others lend. A fork's telling of its parent's call
/// knows nothing more of it, and other things wrong.
///
/// # Panics
/// If there is none.
pub(super) fn settled(all: &[Telling]) -> Telling {
    let mut best = all[0].clone();
    for other in &all[1..] {
        let session = |telling: &Telling| telling.told.names[Dim::Session as usize];
        let strangers = session(&best).is_some() && session(other).is_some() && session(&best) != session(other);
        if !strangers {
            best.told = filled(&best.told, &other.told);
            if best.id.is_empty() {
                best.id.clone_from(&other.id);
            }
        }
    }
    best
}

/// A row as a telling again.
pub(super) fn told_of(row: Row<'_>) -> Told {
    Told {
        own_id: row.own_id().map(|id| hash(id.as_bytes())),
        fingerprint: row.fingerprint(),
        at: row.at(),
        names: Dim::ALL.map(|dim| row.sym(dim)),
        usage: row.usage(),
        logged_cost: row.logged_cost(),
        baseline: row.baseline(),
        took: row.took(),
        first_token: row.first_token(),
        processing: row.processing(),
        status: row.status(),
        confidence: row.confidence_billionths(),
        flags: Flags(row.flags().0 & Flags::TOLD.0),
        prompt_length: row.prompt_length(),
        request: row.request(),
        span: row.span(),
        ..Told::default()
    }
}

/// Which fields a telling knows, a bit each.
pub(super) fn fields(told: &Told) -> u32 {
    let names = told.names.iter().map(|sym| sym.is_some());
    let rest = [
        says_tokens(&told.usage),
        told.logged_cost.is_some(),
        told.baseline.is_some(),
        told.took.is_some(),
        told.first_token.is_some(),
        told.processing.is_some(),
        told.confidence.is_some(),
        told.prompt_length.is_some(),
        told.request.is_some(),
        told.flags.has(Flags::OVERRIDE_KNOWN),
        !told.usage.media.is_none(),
    ];
    names.chain(rest).fold(0, |bits, known| bits << 1 | u32::from(known))
}

/// Searches are counted apart: they are the most that any telling knows of. What is sound or a picture is no token more.
fn says_tokens(usage: &Usage) -> bool {
    Usage { web_searches: 0, media: Media::NONE, ..*usage } != Usage::default()
}

/// `best`, with its gaps filled from `other`. Token parts are taken whole from one telling or the other: a mix of two
/// would be the usage of no call. Only which of them are sound and pictures may another telling of as many say.
fn filled(best: &Told, other: &Told) -> Told {
    let mut names = best.names;
    for (name, other) in names.iter_mut().zip(other.names) {
        if !name.is_some() {
            *name = other;
        }
    }
    let mut usage = if says_tokens(&best.usage) { best.usage } else { other.usage };
    usage.web_searches = best.usage.web_searches.max(other.usage.web_searches);
    if usage.media.is_none() && usage.total() == other.usage.total() {
        usage.media = other.usage.media;
    }
    let mut flags = best.flags;
    if !flags.has(Flags::OVERRIDE_KNOWN) {
        flags = flags.with(Flags::OVERRIDE_KNOWN, other.flags.has(Flags::OVERRIDE_KNOWN));
        flags = flags.with(Flags::OVERRIDE, other.flags.has(Flags::OVERRIDE));
    }
    if best.took.is_none() && other.took.is_some() {
        flags = flags.with(Flags::INFERRED, other.flags.has(Flags::INFERRED));
    }
    if best.logged_cost.is_none() {
        flags = flags.with(Flags::FEE, other.flags.has(Flags::FEE));
    }
    // What a lesser telling cost is not what this one did.
    let lends_cost = best.usage.total() == other.usage.total()
        || [&best.usage, &other.usage].into_iter().any(|usage| !says_tokens(usage));
    let cost = |cost: Option<Usd>| cost.filter(|_| lends_cost);
    Told {
        own_id: best.own_id.or(other.own_id),
        names,
        usage,
        flags,
        status: if best.status == Status::Pending { other.status } else { best.status },
        logged_cost: best.logged_cost.or(cost(other.logged_cost)),
        baseline: best.baseline.or(cost(other.baseline)),
        took: best.took.or(other.took),
        first_token: best.first_token.or(other.first_token),
        processing: best.processing.or(other.processing),
        confidence: best.confidence.or(other.confidence),
        prompt_length: best.prompt_length.or(other.prompt_length),
        request: best.request.or(other.request),
        ..*best
    }
}

/// What is the least or the most of all that was told, whichever counts: when the call began, how often it searched,
/// and, where it grew while it was answered, when the last word came.
pub(super) fn stretched(told: &Told, by: &Told) -> Told {
    let usage = Usage { web_searches: told.usage.web_searches.max(by.usage.web_searches), ..told.usage };
    let took = if told.flags.has(Flags::KIN) { told.took.max(by.took) } else { told.took };
    Told { at: Stamp(told.at.0.min(by.at.0)), usage, took, ..*told }
}

/// Whether two tellings say the same, wherever they stand.
pub(super) fn same(a: &Told, b: &Told) -> bool {
    a.at == b.at
        && a.names == b.names
        && a.usage == b.usage
        && a.logged_cost == b.logged_cost
        && a.baseline == b.baseline
        && a.took == b.took
        && a.first_token == b.first_token
        && a.processing == b.processing
        && a.status == b.status
        && a.confidence == b.confidence
        && a.flags == b.flags
        && a.prompt_length == b.prompt_length
        && a.request == b.request
        && a.own_id == b.own_id
}
