//! Objectives: at most so many of the calls of a filter may fail, be overridden or take too long, over the last days. What
//! they are allowed is a budget, too: how fast it burns, what is left of it, and when it will be gone.
//!
//! Burn is the rate of bad calls in a span over the rate that is allowed: 1 uses up exactly what is allowed. An alert needs
//! it in two spans at once, a long one so that it is no accident and a short one so that it ends when the trouble does.
//! Source: Google, The Site Reliability Workbook (2018), chapter 5, table 5-8. The text there warns that the scheme is not
//! for low traffic: hence [`ObjectiveState::is_sure`].

use std::sync::Arc;

use super::interval::wilson;
use super::stats::{Facts, Sign, ratio};
use super::timeline::{Sum, Timeline};
use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{Stamp, Status, numbers};
use crate::query::Filter;

/// What may be bad about a call, and how often it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// The rate of failed calls among those whose outcome is known, 0 to 1.
    Errors(f64),
    /// The rate of overridden calls among those of which it is told, 0 to 1.
    Overrides(f64),
    /// At least the share `p` of the calls whose time is told takes no longer than so many nanoseconds.
    Latency { p: f64, under: u64 },
}

impl Goal {
    /// The rate of bad calls that is allowed, 0 to 1.
    pub fn allowed(self) -> f64 {
        match self {
            Self::Errors(rate) | Self::Overrides(rate) => rate,
            // Of 0.95 in binary a hair more than 0.05 would be left.
            Self::Latency { p, .. } => ((1.0 - p) * 1e9).round() / 1e9,
        }
    }

    /// Whether a call is bad; `None` where its log does not tell.
    fn is_bad(self, call: &Facts) -> Option<bool> {
        match self {
            Self::Errors(_) => call.status.is_settled().then_some(call.status == Status::Error),
            Self::Overrides(_) => call.overridden,
            Self::Latency { under, .. } => call.took.map(|took| took > under),
        }
    }

    /// The word of `report --json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Errors(_) => "error_rate",
            Self::Overrides(_) => "override_rate",
            Self::Latency { .. } => "latency",
        }
    }

    /// `errors ≤ 2%`, `p95 ≤ 8s`.
    pub fn words(self) -> String {
        let rate = |rate: f64| format!("{}%", (rate * 1e6).round() / 1e4);
        match self {
            Self::Errors(allowed) => format!("errors ≤ {}", rate(allowed)),
            Self::Overrides(allowed) => format!("overrides ≤ {}", rate(allowed)),
            Self::Latency { p, under } => {
                format!("p{} ≤ {}", (p * 1e6).round() / 1e4, numbers::seconds_mark(under as f64 / 1e6))
            }
        }
    }

    /// The filter that keeps the bad calls.
    pub fn term(self) -> String {
        match self {
            Self::Errors(_) => "is:error".to_owned(),
            Self::Overrides(_) => "is:override".to_owned(),
            Self::Latency { under, .. } => format!("took>{}s", under as f64 / 1e9),
        }
    }
}

/// An objective as it is configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    pub name: String,
    pub goal: Goal,
    /// Milliseconds back from now that it is kept over.
    pub per: i64,
    pub filter: Filter,
    /// The filter as it is written.
    pub text: String,
}

impl Objective {
    /// Where what it counts is kept.
    pub fn timeline(&self, now: Stamp) -> Timeline<Events> {
        Timeline::new(self.per.max(3 * DAY) + HOUR, now)
    }

    /// `errors ≤ 2%/30d`.
    pub fn words(&self) -> String {
        format!("{}/{}", self.goal.words(), span_word(self.per))
    }
}

/// `30d`, `12h`, `30m`: as a configuration and a filter write it.
pub fn span_word(millis: i64) -> String {
    match millis {
        millis if millis % DAY == 0 => format!("{}d", millis / DAY),
        millis if millis % HOUR == 0 => format!("{}h", millis / HOUR),
        millis => format!("{}m", millis / MINUTE),
    }
}

/// Calls of which it is told whether they are bad, and those that are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Events {
    pub calls: u64,
    pub bad: u64,
}

impl Events {
    pub(super) fn count(&mut self, goal: Goal, call: &Facts, sign: Sign) {
        if let Some(bad) = goal.is_bad(call) {
            sign.apply(&mut self.calls, 1);
            sign.apply(&mut self.bad, u64::from(bad));
        }
    }

    /// See the module; `None` over nothing.
    pub fn burn(&self, allowed: f64) -> Option<f64> {
        ratio(self.bad, self.calls).map(|rate| rate / allowed)
    }
}

impl Sum for Events {
    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.bad += other.bad;
    }

    fn is_empty(&self) -> bool {
        self.calls == 0
    }
}

/// Two spans, in milliseconds, that must both burn so many times as fast as is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub long: i64,
    pub short: i64,
    pub factor: f64,
    /// Somebody should look at once.
    pub urgent: bool,
}

/// The fastest first.
pub const PAIRS: [Pair; 3] = [
    Pair { long: HOUR, short: 5 * MINUTE, factor: 14.4, urgent: true },
    Pair { long: 6 * HOUR, short: 30 * MINUTE, factor: 6.0, urgent: true },
    Pair { long: 3 * DAY, short: 6 * HOUR, factor: 1.0, urgent: false },
];

/// Bad calls below which nothing is said: of few calls a few are many.
pub const FEWEST_BAD: u64 = 10;
/// Calls that a span has at least whose burn is shown.
const FEWEST_CALLS: u64 = 10;

/// How an objective stands at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveState {
    pub objective: Arc<Objective>,
    /// The first moment of what it is kept over.
    pub since: Stamp,
    pub events: Events,
    /// The long and the short span of each of [`PAIRS`].
    pub spans: [(Events, Events); PAIRS.len()],
    /// The fastest of [`PAIRS`] that burns.
    pub alert: Option<Pair>,
    /// Over how many milliseconds, and how fast: of the pair that burns, else over the shortest long span with enough calls.
    pub burn: Option<(i64, f64)>,
    /// Milliseconds until nothing is left at that burn. `None` where it burns no faster than is allowed, and where nothing is
    /// left.
    pub gone_in: Option<i64>,
}

impl ObjectiveState {
    pub fn of(objective: &Arc<Objective>, timeline: &Timeline<Events>, now: Stamp) -> Self {
        let end = now.floor(MINUTE).plus(MINUTE);
        let over = |span: i64| timeline.sum(end.minus(span), end);
        let allowed = objective.goal.allowed();
        let spans = PAIRS.map(|pair| (over(pair.long), over(pair.short)));
        let pairs = || PAIRS.into_iter().zip(spans).filter(|(pair, _)| pair.long <= objective.per);
        let fast = |events: Events, pair: Pair| events.burn(allowed).is_some_and(|burn| burn >= pair.factor);
        let burns = |(pair, (long, short)): &(Pair, (Events, Events))| {
            fast(*long, *pair) && fast(*short, *pair) && Self::is_sure(*long, allowed)
        };
        let alert = pairs().find(burns);
        let shown = alert.or_else(|| pairs().find(|(_, (long, _))| long.calls >= FEWEST_CALLS));
        let burn = shown.and_then(|(pair, (long, _))| Some((pair.long, long.burn(allowed)?)));
        let mut state = Self {
            objective: Arc::clone(objective),
            since: end.minus(objective.per),
            events: over(objective.per),
            spans,
            alert: alert.map(|(pair, _)| pair),
            burn,
            gone_in: None,
        };
        let left = state.left().filter(|left| *left > 0.0);
        let fast = left.zip(burn).filter(|(_, (_, burn))| *burn > 1.0);
        state.gone_in = fast.map(|(left, (_, burn))| (left * objective.per as f64 / burn) as i64);
        state
    }

    /// Whether so many bad calls are no accident: enough of them, and a rate whose whole interval is above what is allowed.
    pub fn is_sure(events: Events, allowed: f64) -> bool {
        events.bad >= FEWEST_BAD && wilson(events.bad, events.calls).is_some_and(|rate| rate.low >= allowed)
    }

    /// The share that is left of what is allowed, less than nothing where more was bad; `None` without calls.
    pub fn left(&self) -> Option<f64> {
        self.events.burn(self.objective.goal.allowed()).map(|used| 1.0 - used)
    }

    /// Whether nothing is left of what is allowed, by more than a few calls.
    pub fn is_used_up(&self) -> bool {
        self.events.bad >= FEWEST_BAD && self.left().is_some_and(|left| left <= 0.0)
    }

    /// Whether more was bad than is allowed, surely.
    pub fn is_missed(&self) -> bool {
        Self::is_sure(self.events, self.objective.goal.allowed())
    }
}
