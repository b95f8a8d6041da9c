//! One telling of one call, by one record of one source, as a format hands it over.

use std::num::NonZeroU64;

use super::{Stamp, Text, Usage, Usd};

/// How a call ended, as far as its log says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    #[default]
    Success,
    Error,
    /// Answered from a cache, at no cost.
    Cached,
    /// Logged when it began; its outcome is not known yet.
    Pending,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Cached, Self::Pending];

    /// The word of `calls --json` and of `is:` filters.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Cached => "cached",
            Self::Pending => "pending",
        }
    }

    /// Whether the outcome is known.
    pub fn is_settled(self) -> bool {
        self != Self::Pending
    }
}

/// Where a call's cost comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CostSource {
    /// Nothing to price: no cost is logged and no tokens are. Neither priced nor counted as unpriced.
    #[default]
    None,
    /// As the log states it.
    Logged,
    /// From token parts and the catalogue's rates of the call's date.
    Computed,
    /// From a total of tokens alone: total × (¾ input rate + ¼ output rate).
    Estimated,
    /// Tokens are known, a price is not.
    Unpriced,
}

impl CostSource {
    /// The word of `costSource` in JSON; `None` where there is nothing to price.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Logged => Some("logged"),
            Self::Computed => Some("computed"),
            Self::Estimated => Some("estimated"),
            Self::Unpriced => Some("unpriced"),
        }
    }
}

/// Where a record lies in its source: enough to read it again. For a file `at` is the byte offset of the line; for a
/// table it is the integer key, and `len` says which of its calls it is: nearly all rows tell one, the 0th.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub at: u64,
    pub len: u32,
}

/// What a record is recognised by when it is read again: files are rotated and rewritten, and another record may stand
/// in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing is known of it.
    #[default]
    None,
    /// See [`nth_key`](super::batch::nth_key).
    Key(u64),
    /// One of its values is this id.
    Id(String),
    /// Either of both: its bytes may have been rewritten, and its id may be made of several values.
    Either(u64, String),
}

/// Where a record stands, and how it is recognised there. Without a length it goes to the end of its line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    pub at: u64,
    pub len: Option<u32>,
    pub proof: Proof,
}

/// Yes-or-no facts of a row, packed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    /// A person or a rule chose another model than the router.
    pub const OVERRIDE: Self = Self(1);
    /// The source says whether it was overridden; without this bit "not overridden" is not known.
    pub const OVERRIDE_KNOWN: Self = Self(2);
    /// The logged cost and ours differ by more than rounding, or a logged 0 stands beside tokens.
    pub const MISMATCH: Self = Self(4);
    /// Told by more than one record of different sources.
    pub const TWIN: Self = Self(8);
    /// Superseded, or a lesser witness of another row: kept for tracing, not counted.
    pub const HIDDEN: Self = Self(16);
    /// Told by a side chain, which may tell again what the main chain tells.
    pub const SIDE: Self = Self(32);
    /// How long it took is not logged, but follows from when the lines around were written.
    pub const INFERRED: Self = Self(512);
    /// It stands for many calls, so that no tier of prompt sizes applies to it.
    pub const SUM: Self = Self(1024);
    /// Its tool is usually paid by a subscription, so that a computed cost is what the API would have charged.
    pub const EQUIVALENT: Self = Self(2048);
    /// Its record has no time: it is the one of its file.
    pub const UNDATED: Self = Self(4096);
    /// Others may tell it under other ids.
    pub const KIN: Self = Self(8192);
    /// Its tokens were paid with a key of the user's own: what is logged is the router's fee alone.
    pub const FEE: Self = Self(1 << 16);
    /// Facts that a record tells of itself; the others are found out by comparing.
    pub const TOLD: Self = Self(
        Self::OVERRIDE.0
            | Self::OVERRIDE_KNOWN.0
            | Self::SIDE.0
            | Self::KIN.0
            | Self::TIER.0
            | Self::INFERRED.0
            | Self::SUM.0
            | Self::FEE.0
            | Self::EQUIVALENT.0
            | Self::UNDATED.0
            | Self::ODD.0,
    );
    /// Two bits: see [`Odd`].
    const ODD: Self = Self(3 << Self::ODD_AT);
    const ODD_AT: u32 = 14;
    /// The tier's three bits.
    const TIER: Self = Self(7 << Self::TIER_AT);
    const TIER_AT: u32 = 6;

    pub fn tier(self) -> Tier {
        Tier::ALL[((self.0 & Self::TIER.0) >> Self::TIER_AT) as usize % Tier::ALL.len()]
    }

    #[must_use]
    pub fn with_tier(self, tier: Tier) -> Self {
        Self(self.0 & !Self::TIER.0 | (tier as u32) << Self::TIER_AT)
    }

    pub fn odd(self) -> Odd {
        Odd::ALL[((self.0 & Self::ODD.0) >> Self::ODD_AT) as usize]
    }

    #[must_use]
    pub fn with_odd(self, odd: Odd) -> Self {
        Self(self.0 & !Self::ODD.0 | (odd as u32) << Self::ODD_AT)
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub fn with(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { Self(self.0 & !other.0) }
    }
}

/// What cannot be in a record, and is lost as soon as the call is made of it: the call has no such value, or a mended
/// one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Odd {
    #[default]
    None,
    /// It ended before it began.
    Backwards,
    /// More tokens came from the cache than the prompt had.
    OverCached,
    /// A count of tokens below zero.
    Negative,
}

impl Odd {
    const ALL: [Self; 4] = [Self::None, Self::Backwards, Self::OverCached, Self::Negative];
}

/// What a call was billed as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tier {
    #[default]
    Standard,
    /// Answered within a day.
    Batch,
    /// Answered when there is room.
    Flex,
    /// Answered first.
    Priority,
    /// Answered by faster hardware.
    Fast,
}

impl Tier {
    pub const ALL: [Self; 5] = [Self::Standard, Self::Batch, Self::Flex, Self::Priority, Self::Fast];

    /// The word of logs and bills.
    pub fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
        }
    }

    /// `None` for a word that names no tier.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.word().eq_ignore_ascii_case(word))
    }
}

/// One telling of one call. Text is borrowed from the record it was read from; `None` is "not logged".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Call<'a> {
    /// The record's own id (a request id, a generation id), if it has one.
    pub id: Option<Text<'a>>,
    /// The number of the record in its log, where it has no id that no other log has.
    pub number: Option<Text<'a>>,
    pub at: Stamp,
    /// Its record has no time: `at` is when its file was last written to.
    pub undated: bool,
    pub model: Option<Text<'a>>,
    /// The model's name for people, where the log carries one.
    pub model_name: Option<Text<'a>>,
    /// The model that was asked for, where another served.
    pub requested: Option<Text<'a>>,
    pub provider: Option<Text<'a>>,
    pub route: Option<Text<'a>>,
    pub user: Option<Text<'a>>,
    pub session: Option<Text<'a>>,
    pub project: Option<Text<'a>>,
    pub agent: Option<Text<'a>>,
    pub use_case: Option<Text<'a>>,
    pub endpoint: Option<Text<'a>>,
    pub error_type: Option<Text<'a>>,
    pub error_message: Option<Text<'a>>,
    pub usage: Usage,
    /// What the log claims the call cost.
    pub logged_cost: Option<Usd>,
    /// What the log claims it would have cost with the model that its router compares with.
    pub baseline: Option<Usd>,
    /// Nanoseconds from request to last byte.
    pub took: Option<u64>,
    /// `took` is not logged, but follows from when the lines around were written.
    pub inferred: bool,
    /// Nanoseconds from request to first token.
    pub first_token: Option<u64>,
    /// Nanoseconds the router itself took to decide.
    pub processing: Option<u64>,
    pub status: Status,
    /// The router's confidence, 0 to 1.
    pub confidence: Option<f64>,
    /// Whether the router was overridden; `None` where the source does not say.
    pub overridden: Option<bool>,
    /// Characters of the prompt.
    pub prompt_length: Option<u32>,
    /// A hash of the request's bytes, where the record has all of it: equal requests have equal ones.
    pub request: Option<NonZeroU64>,
    /// The patterns that decided the route, as JSON text of an array.
    pub patterns: Option<Text<'a>>,
    /// A few words of the response or prompt, for searching and for a look.
    pub preview: Option<Text<'a>>,
    pub tier: Tier,
    pub odd: Odd,
    /// It stands for many calls: its prompt is no call's.
    pub is_sum: bool,
    /// Its tool is usually paid by a subscription, and not by the token.
    pub subscription: bool,
    /// Its tokens were paid with a key of the user's own: its logged cost is the router's fee.
    pub fee: bool,
    /// What the tellings of a call have in common whose ids differ: a side chain tells it again under another id.
    pub kin: Option<Text<'a>>,
    /// Its id does not tell it from others of its kin: it is the same call as any of them.
    pub loose: bool,
    /// Told by a side chain: loose, and less to be trusted.
    pub side: bool,
    /// The kin of the call that it is a part of: one library calls another, and both tell of the call. What has such a
    /// part is no call of its own.
    pub within: Option<Text<'a>>,
    /// What else the record says about its relation to other records.
    pub relation: Relation<'a>,
}

impl Call<'_> {
    /// Lets the number of a line be its id. Another log counts from 1 too, and so does the same one when its app is
    /// started anew: of one moment it is one call.
    pub fn name_by_number(&mut self) {
        let alone = self.relation == Relation::Alone && self.id.is_none() && !self.undated;
        if let Some(number) = self.number.take().filter(|_| alone) {
            self.id = Some(Text::from(format!("{}@{}", number.to_str(), self.at.0)));
        }
    }
}

/// How a record relates to others of its format.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Relation<'a> {
    /// It stands alone.
    #[default]
    Alone,
    /// It opens a call that a later record with an equal key completes.
    Opens(u64),
    /// It completes the oldest open call with an equal key, or is one complete call.
    Completes(u64),
    /// It is one witness of an execution that other tables may witness too. The highest rank counts.
    Witness { execution: Text<'a>, rank: u8 },
}
