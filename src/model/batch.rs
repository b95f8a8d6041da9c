//! What a reader thread hands to the one who keeps the store: calls with their names already interned, a block at a
//! time, so that the loop only appends.

use std::num::NonZeroU64;
use std::sync::Arc;

use super::call::{Call, Relation};
use super::quick::QuickMap;
use super::{Flags, Runs, Span, Stamp, Status, Text, Usage, Usd};

/// A source as the program counts them: a file, or one table of a database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Stands for an absent name in answers and filters.
pub const ABSENT: &str = "(none)";

/// An interned name. 0 is "not logged".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u32);

impl Sym {
    pub const NONE: Self = Self(0);

    pub fn is_some(self) -> bool {
        self.0 != 0
    }
}

/// The text fields that are interned, each a column of the store and a thing to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Dim {
    Model,
    ModelName,
    Requested,
    Provider,
    Route,
    User,
    Session,
    Project,
    Agent,
    UseCase,
    Endpoint,
    ErrorType,
    ErrorMessage,
    Patterns,
}

impl Dim {
    pub const COUNT: usize = 14;
    pub const ALL: [Self; Self::COUNT] = [
        Self::Model,
        Self::ModelName,
        Self::Requested,
        Self::Provider,
        Self::Route,
        Self::User,
        Self::Session,
        Self::Project,
        Self::Agent,
        Self::UseCase,
        Self::Endpoint,
        Self::ErrorType,
        Self::ErrorMessage,
        Self::Patterns,
    ];
}

/// Long free text is cut here before it is kept: what a screen row or a search can use.
pub const TEXT_LIMIT: usize = 240;

/// One record's telling of a call, ready for the store. Names are symbols of the batch's own table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    /// Hash of the record's own id, if it has one; its text lies in [`Batch::text`].
    pub own_id: Option<u64>,
    pub id_text: TextRange,
    /// Hash of what tellings of one call share whose ids differ.
    pub kin: Option<u64>,
    /// Its id does not tell it from others of its kin.
    pub is_loose: bool,
    /// Hash of the kin of the call that it is a part of.
    pub within: Option<u64>,
    /// Hash of what the record is: its bytes in a file; table, key and time in a table.
    pub fingerprint: u64,
    pub link: Link,
    pub at: Stamp,
    pub names: [Sym; Dim::COUNT],
    pub usage: Usage,
    pub logged_cost: Option<Usd>,
    pub baseline: Option<Usd>,
    pub took: Option<u64>,
    pub first_token: Option<u64>,
    pub processing: Option<u64>,
    pub status: Status,
    /// Billionths, 0 to 10⁹, so that sums and bucket edges are exact.
    pub confidence: Option<u32>,
    pub flags: Flags,
    pub prompt_length: Option<u32>,
    /// See [`Call::request`].
    pub request: Option<NonZeroU64>,
    pub preview: TextRange,
    pub span: Span,
}

/// [`Relation`] with its keys hashed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Alone,
    Opens(u64),
    Completes(u64),
    Witness {
        execution: u64,
        rank: u8,
        /// The execution's own id, in [`Batch::text`].
        name: TextRange,
    },
}

/// A piece of [`Batch::text`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextRange {
    pub at: u32,
    pub len: u32,
}

/// A line or row that could not be read as a call, with its place and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    pub span: Span,
    /// The line's number in its file (from 1) where it is known; for a table the row's key.
    pub line: u64,
    pub why: String,
}

/// What one reading step of one source brought.
#[derive(Debug, Default)]
pub struct Batch {
    pub source: SourceId,
    /// Whose symbols the names are: a source may be read by several threads.
    pub lane: u8,
    /// Counts up when the source begins anew (truncated, replaced): records told in another pass may repeat.
    pub pass: u32,
    pub told: Vec<Told>,
    /// Names first met in this batch, in the order of their symbols.
    pub new_names: Vec<Arc<str>>,
    /// Ids and previews, back to back.
    pub text: String,
    /// Keys of table rows that are gone.
    pub gone: Vec<u64>,
    pub malformed: u64,
    pub malformed_first: Vec<Malformed>,
    pub skipped: u64,
    pub runs: Runs,
    /// Lines this batch was read from.
    pub lines: u64,
    /// Bytes or rows this batch was read from, for the progress bar.
    pub read: u64,
}

impl Batch {
    pub fn slice(&self, range: TextRange) -> &str {
        let at = range.at as usize;
        self.text.get(at..at + range.len as usize).unwrap_or("")
    }

    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.gone.is_empty() && self.malformed == 0 && self.skipped == 0
    }
}

/// Interns the names of one source and writes its calls into batches.
#[derive(Debug)]
pub struct Scribe {
    symbols: QuickMap<Arc<str>, Sym>,
    /// Short names lately met, by a hash that costs next to nothing: logs repeat themselves.
    recent: Box<[(Short, Sym)]>,
    next: u32,
    pub batch: Batch,
}

/// A stable hash, the same in every run and on every machine: ids are made of it.
pub fn hash(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}

/// What a record is known by that is the `nth` of its bytes, counted from 1, where `fingerprint` is their hash.
pub fn nth_key(fingerprint: u64, nth: u32) -> u64 {
    fingerprint ^ u64::from(nth.max(1) - 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Scribe {
    pub fn new(source: SourceId) -> Self {
        Self {
            symbols: QuickMap::default(),
            recent: vec![(Short::default(), Sym::NONE); FEW].into(),
            next: 1,
            batch: Batch { source, ..Batch::default() },
        }
    }

    /// Adds one call that was read at `span`, from a record with this `fingerprint`.
    pub fn write(&mut self, call: &Call<'_>, fingerprint: u64, span: Span) {
        let mut told = Told {
            fingerprint,
            span,
            at: call.at,
            usage: call.usage,
            logged_cost: call.logged_cost,
            baseline: call.baseline,
            took: call.took,
            first_token: call.first_token,
            processing: call.processing,
            status: call.status,
            confidence: call
                .confidence
                .filter(|said| (0.0..=1.0).contains(said))
                .map(|said| (said * 1e9).round() as u32),
            flags: Flags::default()
                .with(Flags::OVERRIDE_KNOWN, call.overridden.is_some())
                .with(Flags::OVERRIDE, call.overridden == Some(true))
                .with(Flags::SIDE, call.side)
                .with(Flags::KIN, call.kin.is_some())
                .with(Flags::SUM, call.is_sum)
                .with(Flags::INFERRED, call.inferred)
                .with(Flags::EQUIVALENT, call.subscription)
                .with(Flags::FEE, call.fee)
                .with(Flags::UNDATED, call.undated)
                .with_tier(call.tier)
                .with_odd(call.odd),
            kin: call.kin.as_ref().map(|kin| hash(kin.as_bytes())),
            is_loose: call.side || call.loose,
            within: call.within.as_ref().map(|outer| hash(outer.as_bytes())),
            prompt_length: call.prompt_length,
            request: call.request,
            link: match &call.relation {
                Relation::Alone => Link::Alone,
                Relation::Opens(key) => Link::Opens(*key),
                Relation::Completes(key) => Link::Completes(*key),
                Relation::Witness { execution, rank } => {
                    let name = self.text(&execution.to_str(), TEXT_LIMIT);
                    Link::Witness { execution: hash(execution.as_bytes()), rank: *rank, name }
                }
            },
            ..Told::default()
        };
        if let Some(id) = call.id.as_ref().filter(|id| !id.is_empty()) {
            told.own_id = Some(hash(id.as_bytes()));
            told.id_text = self.text(&id.to_str(), usize::MAX);
        }
        if let Some(preview) = &call.preview {
            told.preview = self.text(&preview.to_str(), TEXT_LIMIT);
        }
        let names = [
            (Dim::Model, &call.model),
            (Dim::ModelName, &call.model_name),
            (Dim::Requested, &call.requested),
            (Dim::Provider, &call.provider),
            (Dim::Route, &call.route),
            (Dim::User, &call.user),
            (Dim::Session, &call.session),
            (Dim::Project, &call.project),
            (Dim::Agent, &call.agent),
            (Dim::UseCase, &call.use_case),
            (Dim::Endpoint, &call.endpoint),
            (Dim::ErrorType, &call.error_type),
            (Dim::ErrorMessage, &call.error_message),
            (Dim::Patterns, &call.patterns),
        ];
        for (dim, name) in names {
            if let Some(name) = name.as_ref().filter(|name| !name.is_empty()) {
                told.names[dim as usize] = self.intern(name.as_bytes());
            }
        }
        self.batch.told.push(told);
        let says = call.usage != Usage::default() || call.logged_cost.is_some_and(|cost| !cost.is_zero());
        self.batch.runs.call((says || call.status == Status::Success).then_some(says));
    }

    /// Notes a record that is understood, and not a call.
    pub fn skipped(&mut self) {
        self.batch.skipped += 1;
        self.batch.runs.no_call();
    }

    /// Notes a record that could not be read; the first few of a batch keep their place and reason.
    pub fn malformed(&mut self, span: Span, line: u64, why: impl Into<String>) {
        self.batch.malformed += 1;
        self.batch.runs.malformed();
        if self.batch.malformed_first.len() < 8 {
            self.batch.malformed_first.push(Malformed { span, line, why: why.into() });
        }
    }

    /// Hands over what was written and begins anew.
    pub fn take(&mut self) -> Batch {
        let Batch { source, lane, pass, ref told, .. } = self.batch;
        if told.len() > FULL && self.recent.len() < RECENT {
            self.recent = vec![(Short::default(), Sym::NONE); RECENT].into();
        }
        // Of a backlog one batch is as large as the next; what comes live, or from a small file, is not.
        let told = Vec::with_capacity(if told.len() > FULL { told.len() + told.len() / 8 } else { 0 });
        let next = Batch { source, lane, pass, told, ..Batch::default() };
        std::mem::replace(&mut self.batch, next)
    }

    fn text(&mut self, text: &str, limit: usize) -> TextRange {
        let text = cut(text, limit);
        let at = self.batch.text.len() as u32;
        self.batch.text.push_str(text);
        TextRange { at, len: text.len() as u32 }
    }

    fn intern(&mut self, name: &[u8]) -> Sym {
        let Some(short) = Short::of(name) else { return self.look_up(name) };
        let place = short.place() % self.recent.len();
        let (known, sym) = &self.recent[place];
        if *known == short {
            return *sym;
        }
        let found = self.look_up(name);
        self.recent[place] = (short, found);
        found
    }

    fn look_up(&mut self, name: &[u8]) -> Sym {
        // A log that writes the word for an absent name means that there is none.
        if name == ABSENT.as_bytes() {
            return Sym::NONE;
        }
        let text = Text::from(name);
        let name = text.to_str();
        let name = cut(&name, TEXT_LIMIT);
        if let Some(found) = self.symbols.get(name) {
            return *found;
        }
        let new = Sym(self.next);
        self.next += 1;
        // One copy for everybody: many names are ids, as many as there are calls.
        let name: Arc<str> = name.into();
        self.symbols.insert(Arc::clone(&name), new);
        self.batch.new_names.push(name);
        new
    }
}

/// More than these come from a whole block of a large file, and as many will come from the next.
const FULL: usize = 512;

/// Places for names lately met; a power of two. A home has thousands of small logs: they begin with few.
const RECENT: usize = 1 << 10;
const FEW: usize = 1 << 4;

/// A name of up to 32 bytes in four words that tell it from any other: compared and hashed without a loop.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    len: u64,
    head: u64,
    tail: u64,
    after_head: u64,
    before_tail: u64,
}

/// Word by word: an array would be compared in memory, where it has just been written.
impl PartialEq for Short {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        (self.len ^ other.len)
            | (self.head ^ other.head)
            | (self.tail ^ other.tail)
            | (self.after_head ^ other.after_head)
            | (self.before_tail ^ other.before_tail)
            == 0
    }
}

impl Short {
    /// `None` for a longer name: it is somebody's id, and rarely met again soon.
    #[inline]
    fn of(name: &[u8]) -> Option<Self> {
        let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let len = name.len() as u64;
        let ends = |of: &[u8]| (word(of.first_chunk()), word(of.last_chunk()));
        // Both ends; between them they hold every byte.
        Some(match name.len() {
            0..8 => {
                let head = name.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                Self { len, head, ..Self::default() }
            }
            8..=16 => {
                let (head, tail) = ends(name);
                Self { len, head, tail, ..Self::default() }
            }
            17..=32 => {
                let (head, tail) = ends(name);
                // Of a shorter name these overlap, or reach into the ends.
                let (after_head, before_tail) =
                    (word(name[8..].first_chunk()), word(name[..name.len() - 8].last_chunk()));
                Self { len, head, tail, after_head, before_tail }
            }
            _ => return None,
        })
    }

    #[inline]
    fn place(&self) -> usize {
        let ends = self.head ^ self.tail.rotate_left(31);
        let middle = self.after_head.rotate_left(17) ^ self.before_tail.rotate_left(47);
        ((ends ^ middle ^ self.len).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
    }
}

/// The first `limit` bytes, cut at a character.
fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit { text } else { &text[..text.floor_char_boundary(limit)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_handed_over_once_and_then_by_symbol() {
        let mut scribe = Scribe::new(SourceId(3));
        let call = Call { model: Some(Text::from("gpt-5")), route: Some(Text::from("chat")), ..Call::default() };
        scribe.write(&call, 1, Span::default());
        let first = scribe.take();
        scribe.write(&call, 2, Span::default());
        let second = scribe.take();
        assert_eq!(first.new_names, ["gpt-5".into(), "chat".into()]);
        assert!(second.new_names.is_empty());
        assert_eq!(first.told[0].names, second.told[0].names);
    }

    proptest::proptest! {
        #[test]
        fn short_names_are_told_apart(a in "[ab\u{0}]{0,34}", b in "[ab\u{0}]{0,34}") {
            let (x, y) = (Short::of(a.as_bytes()), Short::of(b.as_bytes()));
            proptest::prop_assert_eq!(x.is_some(), a.len() <= 32);
            proptest::prop_assert_eq!(x.is_some() && x == y, a.len() <= 32 && a == b);
        }
    }

    #[test]
    fn names_that_differ_in_one_byte_are_two() {
        for len in 1..=40 {
            let name = vec![b'x'; len];
            for at in 0..len {
                let mut other = name.clone();
                other[at] = b'y';
                let (a, b) = (Short::of(&name), Short::of(&other));
                assert!(a.is_none() || a != b, "byte {at} of {len}");
            }
        }
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let mut scribe = Scribe::new(SourceId(0));
        let call = Call { preview: Some("å".repeat(400).into()), id: Some("x".into()), ..Call::default() };
        scribe.write(&call, 1, Span::default());
        let batch = scribe.take();
        assert_eq!(batch.slice(batch.told[0].preview).chars().count(), TEXT_LIMIT / 2);
        assert_eq!(batch.slice(batch.told[0].id_text), "x");
    }

    #[test]
    fn confidence_out_of_range_is_unknown() {
        let mut scribe = Scribe::new(SourceId(0));
        for said in [0.45, -0.1, 1.5, f64::NAN] {
            scribe.write(&Call { confidence: Some(said), ..Call::default() }, 1, Span::default());
        }
        let told: Vec<_> = scribe.take().told.iter().map(|told| told.confidence).collect();
        assert_eq!(told, [Some(450_000_000), None, None, None]);
    }
}
