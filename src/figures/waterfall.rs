//! Why the bill changed: what a span of time cost less what the one before it did, told as steps that add up to the
//! difference, to the nano-dollar.
//!
//! Let `N` be priced calls, `C` their cost, `m` a model, and 0 and 1 the span before and this one. What routes and
//! models cost that only one of the spans has is set apart. For the models that stay, each step takes one thing as it is
//! now and leaves what follows as it was, in this order:
//!
//! | step | what the calls of a model would have cost after it |
//! |---|---|
//! | volume | `C0m N1/N0`: as many calls, in the old mix |
//! | model mix | `N1m C0m/N0m`: as many calls of each model as now |
//! | answered from a cache | the same over the calls that a model had to answer |
//! | input, output | the tokens shown, in the old parts of a prompt cache; then the tokens answered |
//! | tokens | both, where logs tell only their sum |
//! | prompt cache | the tokens shown, in the parts they were really fresh, read and written |
//! | price | `C1m`: rates, tiers, and what logs charged beyond them |
//!
//! Where some calls of a model are told by kinds of tokens and some by a sum alone, in both spans, each are compared with
//! their like. What tokens of each kind cost beside each other is read off the bill of a model's last call that has some;
//! the whole is scaled so that the tokens of before cost what they did: rates that a log charges in excess change nothing
//! as long as they stay. All is rational arithmetic in integers, rounded once a model and step; a step is the difference
//! of two such sums, and that is why they add up. Calls without a known price are in no step; they are counted. Source:
//! the chain of single replacements of a price index (E. Laspeyres, 1871), here for volume, mix and rate.

mod levels;
mod sums;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::sums::{Sums, Told};
use super::{Scope, lanes};
use crate::model::time::{DAY, days_before};
use crate::model::{Dim, Stamp, Sym, Usd};
use crate::query::{Filter, write};
use crate::store::{Pricer, Store};

/// From one moment to another, both inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    pub since: Stamp,
    pub until: Stamp,
}

impl Period {
    fn holds(self, at: Stamp) -> bool {
        self.since <= at && at <= self.until
    }

    /// As terms of a filter, to the millisecond.
    pub fn term(self) -> String {
        format!("since:{} until:{}", self.since.iso(), self.until.iso())
    }
}

/// What a span is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Against {
    /// The span of the same length that ends where it begins.
    #[default]
    Previous,
    /// The same hours a week ago, by the local clock.
    LastWeek,
}

impl Against {
    pub const ALL: [Self; 2] = [Self::Previous, Self::LastWeek];

    /// The word of `--compare`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::LastWeek => "last-week",
        }
    }

    /// The span that this one is compared with, or why there is none.
    pub fn before(self, now: Period) -> Result<Period, &'static str> {
        let length = now.until.0 - now.since.0 + 1;
        match self {
            Self::Previous => Ok(Period { since: now.since.minus(length), until: now.since.minus(1) }),
            Self::LastWeek if length > 7 * DAY => Err("more than a week overlaps with the week before it"),
            Self::LastWeek => Ok(Period { since: days_before(now.since, 7), until: days_before(now.until, 7) }),
        }
    }
}

/// The two spans of a scope, or why it cannot be compared. A scope without an end ends `now`.
pub fn periods(scope: &Scope, against: Against, now: Stamp) -> Result<[Period; 2], &'static str> {
    let since = scope.since.ok_or("all of time has nothing before it: choose a window, or a bound with --since")?;
    if has_bounds(&scope.filter) {
        return Err("since: and until: in the filter bound both spans: leave them to the window, --since and --until");
    }
    let until = scope.until.unwrap_or(now);
    if until < since {
        return Err("the span ends before it begins");
    }
    let this = Period { since, until };
    Ok([against.before(this)?, this])
}

fn has_bounds(filter: &Filter) -> bool {
    match filter {
        Filter::Since(_) | Filter::Until(_) => true,
        Filter::Not(inner) => has_bounds(inner),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(has_bounds),
        _ => false,
    }
}

/// What made the difference; see the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Factor {
    Volume,
    Mix,
    Answered,
    Input,
    Output,
    Tokens,
    Cache,
    Price,
    NewRoutes,
    EndedRoutes,
    NewModels,
    EndedModels,
}

impl Factor {
    /// Those that are steps of the models that stay, in their order.
    const CHAIN: [Self; 8] =
        [Self::Volume, Self::Mix, Self::Answered, Self::Input, Self::Output, Self::Tokens, Self::Cache, Self::Price];

    /// For people, and for JSON.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Volume => ("volume", "volume"),
            Self::Mix => ("model mix", "modelMix"),
            Self::Answered => ("cached answers", "cachedAnswers"),
            Self::Input => ("input length", "inputLength"),
            Self::Output => ("output length", "outputLength"),
            Self::Tokens => ("tokens a call", "tokensPerCall"),
            Self::Cache => ("prompt cache", "promptCache"),
            Self::Price => ("price", "price"),
            Self::NewRoutes => ("new routes", "newRoutes"),
            Self::EndedRoutes => ("ended routes", "endedRoutes"),
            Self::NewModels => ("new models", "newModels"),
            Self::EndedModels => ("ended models", "endedModels"),
        }
    }

    /// Shown even where it is nothing, because that is said by it.
    fn is_always_told(self) -> bool {
        !matches!(self, Self::Answered | Self::Tokens) && (self as u8) < Self::NewRoutes as u8
    }

    /// Whether its calls are those of the span before.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::EndedRoutes | Self::EndedModels)
    }

    /// What the parts of its step are, in the word of filters.
    pub fn by(self) -> &'static str {
        if matches!(self, Self::NewRoutes | Self::EndedRoutes) { "route" } else { "model" }
    }
}

/// One step of the difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub factor: Factor,
    pub usd: Usd,
    /// The models or routes that it is made of, the largest first; those of nothing are left out.
    pub parts: Vec<(Sym, Usd)>,
    /// A filter of its calls within their span; nothing where those are all.
    pub term: String,
}

/// Calls and cost of a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub calls: u64,
    /// Calls whose cost is known: those that are in the steps.
    pub priced: u64,
    /// Calls with tokens and no known price.
    pub unpriced: u64,
    pub cost: Usd,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Waterfall {
    pub before: (Period, Spent),
    pub this: (Period, Spent),
    pub steps: Vec<Step>,
}

/// Of which calls sums are made: those of a route and a model whose tokens are told alike.
type Key = (Sym, Sym, Told);
/// What is summed of them, before and now.
type Cells = BTreeMap<Key, [Sums; 2]>;

impl Waterfall {
    /// The calls that the filter keeps, in two spans.
    pub fn fold(store: &Store, pricer: &mut impl Pricer, filter: &Filter, [before, this]: [Period; 2]) -> Self {
        let whole = Scope {
            filter: filter.clone(),
            since: Some(before.since.min(this.since)),
            until: Some(before.until.max(this.until)),
            ..Scope::default()
        };
        let segments = lanes::segments(store, &whole);
        let parts = lanes::over(store, &segments, |run| {
            let mut cells = Cells::new();
            for row in run.iter().flat_map(|at| store.rows_of(*at)) {
                let side = usize::from(this.holds(row.at()));
                if (side == 1 || before.holds(row.at())) && whole.keeps(row) {
                    let key = (row.sym(Dim::Route), row.sym(Dim::Model), Told::of(&row.usage()));
                    cells.entry(key).or_default()[side].count(row);
                }
            }
            cells
        });
        let mut cells = Cells::new();
        for (key, found) in parts.into_iter().flatten() {
            add(cells.entry(key).or_default(), &found);
        }
        let spent = |side: usize| {
            let sums = cells.values().map(|sides| &sides[side]);
            sums.fold(Spent::default(), |sum, part| Spent {
                calls: sum.calls + part.calls,
                priced: sum.priced + part.priced,
                unpriced: sum.unpriced + part.unpriced,
                cost: sum.cost + part.cost,
            })
        };
        let (before, this) = ((before, spent(0)), (this, spent(1)));
        Self { before, this, steps: steps(store, pricer, &cells) }
    }

    pub fn difference(&self) -> Usd {
        self.this.1.cost - self.before.1.cost
    }

    /// The span that the calls of a step are in.
    pub fn period_of(&self, step: &Step) -> Period {
        if step.factor.is_ended() { self.before.0 } else { self.this.0 }
    }

    /// The steps with what has been spent before and after each, from the one sum to the other.
    pub fn running(&self) -> impl Iterator<Item = (&Step, Usd, Usd)> {
        self.steps.iter().scan(self.before.1.cost, |sum, step| {
            let from = *sum;
            *sum += step.usd;
            Some((step, from, *sum))
        })
    }
}

/// Names that only one side has, with what they cost there: first those of before, then the new ones.
fn apart(cells: &Cells, name: impl Fn(&Key) -> Sym) -> [BTreeMap<Sym, Usd>; 2] {
    let mut costs: [BTreeMap<Sym, Usd>; 2] = Default::default();
    for (key, sides) in cells {
        for (costs, sums) in costs.iter_mut().zip(sides).filter(|(_, sums)| sums.priced > 0) {
            *costs.entry(name(key)).or_default() += sums.cost;
        }
    }
    let [mut ended, mut new] = costs;
    let both: BTreeSet<Sym> = ended.keys().filter(|name| new.contains_key(*name)).copied().collect();
    ended.retain(|name, _| !both.contains(name));
    new.retain(|name, _| !both.contains(name));
    [ended, new]
}

/// The calls of each model by how their tokens are told, where both sides have all that there is; else all together.
fn alike(cells: &Cells) -> Vec<(Sym, [Sums; 2])> {
    let mut models: BTreeMap<Sym, BTreeMap<Told, [Sums; 2]>> = BTreeMap::new();
    for ((_, model, told), found) in cells {
        add(models.entry(*model).or_default().entry(*told).or_default(), found);
    }
    let mut all = Vec::new();
    for (model, mut told) in models {
        // What has no price is in no step.
        told.retain(|_, sides| sides.iter().any(|sums| sums.priced > 0));
        if told.values().all(|sides| sides.iter().all(|sums| sums.priced > 0)) {
            all.extend(told.into_values().map(|sides| (model, sides)));
        } else {
            let mut whole = <[Sums; 2]>::default();
            for sides in told.values() {
                add(&mut whole, sides);
            }
            all.push((model, whole));
        }
    }
    all
}

fn add(mine: &mut [Sums; 2], theirs: &[Sums; 2]) {
    mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
}

fn steps(store: &Store, pricer: &mut impl Pricer, cells: &Cells) -> Vec<Step> {
    let mut cells = cells.clone();
    let routes = apart(&cells, |key| key.0);
    cells.retain(|(route, ..), _| !routes.iter().any(|names| names.contains_key(route)));
    let models = apart(&cells, |key| key.1);
    cells.retain(|(_, model, _), _| !models.iter().any(|names| names.contains_key(model)));
    let staying = alike(&cells);
    let calls = [0, 1].map(|side| staying.iter().map(|(_, sides)| i128::from(sides[side].priced)).sum());
    let mut chain: [BTreeMap<Sym, Usd>; Factor::CHAIN.len()] = Default::default();
    for (model, sides) in &staying {
        let rates = levels::rates(store, pricer, sides);
        for (parts, usd) in chain.iter_mut().zip(levels::steps(sides, calls, rates)) {
            *parts.entry(*model).or_default() += usd;
        }
    }
    let chain = chain.map(Vec::from_iter);
    let [ended_routes, new_routes] = routes;
    let [ended_models, new_models] = models;
    let less = |names: BTreeMap<Sym, Usd>| names.into_iter().map(|(name, usd)| (name, -usd)).collect();
    let sides = [
        (Factor::NewRoutes, new_routes.clone().into_iter().collect()),
        (Factor::EndedRoutes, less(ended_routes.clone())),
        (Factor::NewModels, new_models.into_iter().collect()),
        (Factor::EndedModels, less(ended_models)),
    ];
    let without = |routes: &BTreeMap<Sym, Usd>| match names(store, routes.keys().copied()) {
        routes if routes.is_empty() => None,
        routes => Some(format!("-{}", write::term("route", &routes))),
    };
    let without = [without(&new_routes), without(&ended_routes)];
    let told = Factor::CHAIN.into_iter().zip(chain).chain(sides).map(|(factor, parts)| {
        let mut parts: Vec<(Sym, Usd)> = parts;
        let usd = parts.iter().map(|(_, usd)| *usd).sum();
        parts.retain(|(_, usd)| !usd.is_zero());
        parts.sort_by(|a, b| b.1.0.abs().cmp(&a.1.0.abs()).then_with(|| store.label(a.0).cmp(store.label(b.0))));
        let term = term(store, factor, &parts, without[usize::from(factor.is_ended())].as_deref());
        Step { factor, usd, parts, term }
    });
    told.filter(|step| step.factor.is_always_told() || !step.parts.is_empty()).collect()
}

fn names(store: &Store, names: impl Iterator<Item = Sym>) -> Vec<String> {
    names.map(|name| store.label(name).to_owned()).collect()
}

/// A step is opened by the names that make most of it, at most so many.
const OPENED: usize = 8;

/// The filter of a step's calls: of those that make nine tenths of it, outside of the routes that are a step of theirs.
fn term(store: &Store, factor: Factor, parts: &[(Sym, Usd)], without: Option<&str>) -> String {
    let all: i64 = parts.iter().map(|(_, usd)| usd.0.abs()).sum();
    let mut told = 0;
    let main = parts.iter().take_while(|(_, usd)| {
        let is_wanted = told < all - all / 10;
        told += usd.0.abs();
        is_wanted
    });
    let main = names(store, main.take(OPENED).map(|(name, _)| *name));
    let own = (factor != Factor::Volume && !main.is_empty()).then(|| write::term(factor.by(), &main));
    let without = without.filter(|_| factor.by() == "model").map(str::to_owned);
    own.into_iter().chain(without).collect::<Vec<_>>().join(" ")
}
