//! Sums by model, by route, by user …: one table of groups a dimension.

use std::sync::LazyLock;

use super::stats::{Facts, Sign};
use super::{Confidence, Quantiles, Stats};
use crate::model::quick::QuickMap;
use crate::model::{CostSource, Dim, Status, Sym, Usd};
use crate::store::Row;

/// What calls are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum GroupBy {
    Model,
    Provider,
    Route,
    User,
    Session,
    Project,
    Agent,
    UseCase,
    Endpoint,
    ErrorType,
}

impl GroupBy {
    pub const ALL: [Self; 10] = [
        Self::Model,
        Self::Provider,
        Self::Route,
        Self::User,
        Self::Session,
        Self::Project,
        Self::Agent,
        Self::UseCase,
        Self::Endpoint,
        Self::ErrorType,
    ];

    pub fn dim(self) -> Dim {
        match self {
            Self::Model => Dim::Model,
            Self::Provider => Dim::Provider,
            Self::Route => Dim::Route,
            Self::User => Dim::User,
            Self::Session => Dim::Session,
            Self::Project => Dim::Project,
            Self::Agent => Dim::Agent,
            Self::UseCase => Dim::UseCase,
            Self::Endpoint => Dim::Endpoint,
            Self::ErrorType => Dim::ErrorType,
        }
    }

    /// The word of filters and headings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Route => "route",
            Self::User => "user",
            Self::Session => "session",
            Self::Project => "project",
            Self::Agent => "agent",
            Self::UseCase => "use_case",
            Self::Endpoint => "endpoint",
            Self::ErrorType => "error",
        }
    }

    /// A set of these is a number.
    pub(super) fn bit(self) -> u16 {
        1 << self as u16
    }

    /// Counts every call, each once, and nothing but its sums and times.
    pub(super) fn is_plain(self) -> bool {
        !self.is_rich() && self != Self::ErrorType
    }

    /// Few and looked at closely: these carry a trend, bins and a mix.
    fn is_rich(self) -> bool {
        matches!(self, Self::Model | Self::Provider | Self::Route)
    }
}

/// How often each of a few names occurs, and what its calls cost.
#[derive(Debug, Clone, Default)]
pub struct Tally(Vec<Share>);

/// What one name has of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub name: Sym,
    pub calls: u64,
    pub cost: Usd,
    /// Calls whose cost is known, and of these the ones it is estimated for.
    pub priced: u64,
    pub estimated: u64,
    /// Calls with tokens and no known price.
    pub unpriced: u64,
}

impl Tally {
    fn count(&mut self, name: Sym, call: &Facts, sign: Sign) {
        let at = self.0.iter().position(|known| known.name == name).unwrap_or_else(|| {
            self.0.push(Share { name, ..Share::default() });
            self.0.len() - 1
        });
        let share = &mut self.0[at];
        sign.apply(&mut share.calls, 1);
        if let Some(cost) = call.cost {
            sign.apply_usd(&mut share.cost, cost);
            sign.apply(&mut share.priced, 1);
        }
        match call.cost_source {
            CostSource::Estimated => sign.apply(&mut share.estimated, 1),
            CostSource::Unpriced => sign.apply(&mut share.unpriced, 1),
            _ => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        for theirs in &other.0 {
            match self.0.iter_mut().find(|known| known.name == theirs.name) {
                Some(mine) => {
                    mine.calls += theirs.calls;
                    mine.cost += theirs.cost;
                    mine.priced += theirs.priced;
                    mine.estimated += theirs.estimated;
                    mine.unpriced += theirs.unpriced;
                }
                None => self.0.push(*theirs),
            }
        }
    }

    /// Most calls first, then by symbol.
    pub fn sorted(&self) -> Vec<Share> {
        let mut list: Vec<_> = self.0.iter().filter(|share| share.calls > 0).copied().collect();
        list.sort_by_key(|share| (std::cmp::Reverse(share.calls), share.name));
        list
    }
}

/// The calls that share a name.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// [`Sym::NONE`] stands for the calls without one.
    pub name: Sym,
    pub stats: Stats,
    /// Nanoseconds.
    pub took: Quantiles,
    rich: Option<Box<Rich>>,
}

/// What models, providers and routes carry beyond their sums and times: they are few and looked at closely.
#[derive(Debug, Clone, Default)]
pub struct Rich {
    /// Cost by bucket of the board's series.
    pub trend: Vec<Usd>,
    pub confidence: Confidence,
    /// How the calls went, by bucket of the board's series.
    pub course: Vec<Course>,
    /// Models of a route or provider, routes of a model.
    pub mix: Tally,
    /// Providers of a model.
    pub providers: Tally,
    /// Names for people of a model.
    pub titles: Tally,
}

impl Group {
    fn rich_mut(&mut self) -> &mut Rich {
        self.rich.get_or_insert_default()
    }
}

/// How the calls of one step of time went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    pub calls: u64,
    pub errors: u64,
    /// Calls whose source says whether they were overridden.
    pub override_known: u64,
    pub overrides: u64,
    /// Calls whose cost is known, and calls with tokens and no known price.
    pub priced: u64,
    pub unpriced: u64,
}

impl Course {
    fn count(&mut self, call: &Facts, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        sign.apply(&mut self.errors, u64::from(call.status == Status::Error));
        sign.apply(&mut self.override_known, u64::from(call.overridden.is_some()));
        sign.apply(&mut self.overrides, u64::from(call.overridden == Some(true)));
        sign.apply(&mut self.priced, u64::from(call.cost.is_some()));
        sign.apply(&mut self.unpriced, u64::from(call.cost_source == CostSource::Unpriced));
    }

    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.override_known += other.override_known;
        self.overrides += other.overrides;
        self.priced += other.priced;
        self.unpriced += other.unpriced;
    }
}

/// What a group without more has of it: nothing.
static POOR: LazyLock<Rich> = LazyLock::new(Rich::default);

impl std::ops::Deref for Group {
    type Target = Rich;

    fn deref(&self) -> &Rich {
        self.rich.as_deref().unwrap_or(&POOR)
    }
}

/// All groups of one dimension.
#[derive(Debug, Clone)]
pub struct Groups {
    pub by: GroupBy,
    list: Vec<Group>,
    index: QuickMap<u32, usize>,
    last: (Sym, usize),
}

impl Groups {
    pub fn new(by: GroupBy) -> Self {
        Self { by, list: Vec::new(), index: QuickMap::default(), last: (Sym(u32::MAX), 0) }
    }

    pub fn count(&mut self, row: Row<'_>, call: &Facts, bucket: Option<usize>, sign: Sign) {
        let name = row.sym(self.by.dim());
        if self.by == GroupBy::ErrorType && call.status != Status::Error {
            return;
        }
        let at = self.at(name);
        let group = &mut self.list[at];
        group.stats.count(call, sign);
        if let Some(took) = call.took {
            match sign {
                Sign::Plus => group.took.add(took),
                Sign::Minus => group.took.remove(took),
            }
        }
        if !self.by.is_rich() {
            return;
        }
        let group = group.rich_mut();
        let cost = call.cost.unwrap_or_default();
        if let Some(bucket) = bucket {
            if group.trend.len() <= bucket {
                group.trend.resize(bucket + 1, Usd::ZERO);
            }
            sign.apply_usd(&mut group.trend[bucket], cost);
            if group.course.len() <= bucket {
                group.course.resize(bucket + 1, Course::default());
            }
            group.course[bucket].count(call, sign);
        }
        group.confidence.count(call, sign);
        let other = if self.by == GroupBy::Model { Dim::Route } else { Dim::Model };
        group.mix.count(row.sym(other), call, sign);
        if self.by == GroupBy::Model {
            group.providers.count(row.sym(Dim::Provider), call, sign);
            group.titles.count(row.sym(Dim::ModelName), call, sign);
        }
    }

    /// Adds calls that have no name here, summed already.
    pub(super) fn merge_nameless(&mut self, stats: &Stats, took: &Quantiles) {
        if stats.calls > 0 {
            let at = self.at(Sym::NONE);
            self.list[at].stats.merge(stats);
            self.list[at].took.merge(took);
        }
    }

    fn at(&mut self, name: Sym) -> usize {
        if self.last.0 == name {
            return self.last.1;
        }
        let list = &mut self.list;
        let at = *self.index.entry(name.0).or_insert_with(|| {
            list.push(Group { name, ..Group::default() });
            list.len() - 1
        });
        self.last = (name, at);
        at
    }

    pub fn merge(&mut self, other: &Self) {
        for theirs in &other.list {
            let at = self.at(theirs.name);
            let mine = &mut self.list[at];
            mine.stats.merge(&theirs.stats);
            mine.took.merge(&theirs.took);
            let Some(theirs) = &theirs.rich else { continue };
            let mine = mine.rich_mut();
            if mine.trend.len() < theirs.trend.len() {
                mine.trend.resize(theirs.trend.len(), Usd::ZERO);
            }
            for (mine, theirs) in mine.trend.iter_mut().zip(&theirs.trend) {
                *mine += *theirs;
            }
            if mine.course.len() < theirs.course.len() {
                mine.course.resize(theirs.course.len(), Course::default());
            }
            for (mine, theirs) in mine.course.iter_mut().zip(&theirs.course) {
                mine.merge(*theirs);
            }
            mine.confidence.merge(&theirs.confidence);
            mine.mix.merge(&theirs.mix);
            mine.providers.merge(&theirs.providers);
            mine.titles.merge(&theirs.titles);
        }
    }

    /// Groups that hold calls, in the order they were first met.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.list.iter().filter(|group| group.stats.calls > 0)
    }

    /// Groups that hold calls: the dearest first, then the most frequent, then by symbol.
    pub fn by_cost(&self) -> Vec<&Group> {
        let mut list: Vec<_> = self.iter().collect();
        list.sort_by_key(|group| {
            (std::cmp::Reverse(group.stats.cost), std::cmp::Reverse(group.stats.calls), group.name)
        });
        list
    }

    pub fn get(&self, name: Sym) -> Option<&Group> {
        self.index.get(&name.0).map(|at| &self.list[*at]).filter(|group| group.stats.calls > 0)
    }

    /// Whether any call has a name in this dimension.
    pub fn is_named(&self) -> bool {
        self.iter().any(|group| group.name.is_some())
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
