//! Budgets: so much money, or so many tokens, for the calls of a filter in an hour, a day, a week or a month of the local
//! calendar. What of one is spent, how fast it goes, and what it will have come to when its period ends.

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};

use super::stats::{Facts, Sign};
use super::timeline::{Sum, Timeline};
use crate::model::time::{DAY, HOUR, MINUTE, SECOND, start_of_day};
use crate::model::{Amount, CostSource, Stamp, Status, Usd, numbers};
use crate::query::Filter;

/// How long a budget is for: a period of the local calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Hour,
    Day,
    /// From Monday.
    Week,
    Month,
}

impl Per {
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|per| per.word() == word)
    }

    /// The period that a moment lies in: its first moment, and the first of the next.
    pub fn around(self, at: Stamp) -> (Stamp, Stamp) {
        let day = at.day();
        let next = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
        let days = |first: NaiveDate, next: NaiveDate| (start_of_day(first), start_of_day(next));
        match self {
            Self::Hour => {
                let ahead = i64::from(at.local().offset().local_minus_utc()) * SECOND;
                let start = at.plus(ahead).floor(HOUR).minus(ahead);
                (start, start.plus(HOUR))
            }
            Self::Day => days(day, next(day, 1)),
            Self::Week => {
                let monday = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
                days(monday, next(monday, 7))
            }
            Self::Month => {
                let first = day.with_day(1).unwrap_or(day);
                days(first, next(first, 31).with_day(1).unwrap_or(first))
            }
        }
    }

    /// The span that tells how fast it goes: long enough to be no accident, short enough to be of now.
    pub fn recent(self) -> i64 {
        match self {
            Self::Hour => 5 * MINUTE,
            Self::Day => HOUR,
            Self::Week | Self::Month => DAY,
        }
    }

    /// What is kept of the past: the period, and the weeks that tell what is usual.
    fn kept(self) -> i64 {
        match self {
            Self::Hour => 2 * DAY,
            Self::Day => 2 * DAY + USUAL_WEEKS * WEEK,
            Self::Week => 9 * DAY + USUAL_WEEKS * WEEK,
            Self::Month => 33 * DAY + USUAL_WEEKS * WEEK,
        }
    }
}

const WEEK: i64 = 7 * DAY;
/// What is usual is of so many weeks before the period, as far as they are known, and of two at the least.
const USUAL_WEEKS: i64 = 4;
const FEWEST_WEEKS: i64 = 2;
/// How much a whole usual period weighs beside what there is of this one, where this one is compared with what is usual:
/// after a quarter of it the two weigh the same.
const PRIOR: f64 = 0.25;
/// A straight line is drawn from a tenth of the period and ten calls on: before that it is a guess.
const LEAST_PART: i64 = 10;
const LEAST_CALLS: u64 = 10;

/// A budget as it is configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    pub name: String,
    /// More than nothing.
    pub amount: Amount,
    pub per: Per,
    pub filter: Filter,
    /// The filter as it is written.
    pub text: String,
    /// Shares of the amount that are told when they are reached, rising.
    pub warn: Vec<f64>,
}

impl Budget {
    /// Where what it counts is kept.
    pub fn timeline(&self, now: Stamp) -> Timeline<Spent> {
        Timeline::new(self.per.kept(), now)
    }

    /// `$20/day`, `20M tok/week`.
    pub fn words(&self) -> String {
        let amount = match self.amount {
            Amount::Usd(usd) => numbers::money(usd),
            Amount::Tokens(tokens) => format!("{} tok", numbers::tokens_mark(tokens as f64)),
        };
        format!("{amount}/{}", self.per.word())
    }
}

/// What calls have used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub calls: u64,
    pub cost: Usd,
    /// Within `cost`: made of a total of tokens.
    pub estimated: Usd,
    /// Calls whose cost is known, and calls with tokens and no known price.
    pub priced: u64,
    pub unpriced: u64,
    pub tokens: u64,
    /// Calls that succeeded, and whose tokens are not told.
    pub untold: u64,
}

impl Spent {
    pub(super) fn count(&mut self, call: &Facts, sign: Sign) {
        sign.apply(&mut self.calls, 1);
        if let Some(cost) = call.cost {
            sign.apply(&mut self.priced, 1);
            sign.apply_usd(&mut self.cost, cost);
            if call.cost_source == CostSource::Estimated {
                sign.apply_usd(&mut self.estimated, cost);
            }
        }
        sign.apply(&mut self.unpriced, u64::from(call.cost_source == CostSource::Unpriced));
        sign.apply(&mut self.tokens, call.total_tokens.unwrap_or(0));
        let untold = call.total_tokens.is_none() && call.status == Status::Success;
        sign.apply(&mut self.untold, u64::from(untold));
    }

    /// As much of it as a budget counts, in the units of its amount. `None` where there are calls and of none it is known.
    pub fn units(&self, amount: Amount) -> Option<i64> {
        match amount {
            Amount::Usd(_) => (self.priced > 0 || self.calls == 0).then_some(self.cost.0),
            Amount::Tokens(_) => (self.tokens > 0 || self.untold == 0).then(|| Amount::Tokens(self.tokens).units()),
        }
    }
}

impl Sum for Spent {
    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.cost += other.cost;
        self.estimated += other.estimated;
        self.priced += other.priced;
        self.unpriced += other.unpriced;
        self.tokens += other.tokens;
        self.untold += other.untold;
    }

    fn is_empty(&self) -> bool {
        self.calls == 0
    }
}

/// How a forecast is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The rest of the period goes on at the rate of what there is of it.
    Linear,
    /// The rest of the period is what the hours of the week usually are, as much more or less as this period is so far.
    UsualHours,
}

impl Method {
    /// The word of `report --json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::UsualHours => "usual-hours",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Linear => "at this rate",
            Self::UsualHours => "by the usual hours",
        }
    }
}

/// What a period will have come to at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    pub amount: Amount,
    pub method: Method,
}

/// How a budget stands at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetState {
    pub budget: Arc<Budget>,
    /// The period, and the first moment after it.
    pub since: Stamp,
    pub until: Stamp,
    pub spent: Spent,
    /// How many times as fast it goes as would just last: 1 spends the budget exactly. Over [`Per::recent`].
    pub burn: Option<f64>,
    pub forecast: Option<Forecast>,
    /// Milliseconds until it is spent at that burn, where that is before the period ends: unless the usual hours tell that the
    /// burn will not go on.
    pub gone_in: Option<i64>,
}

impl BudgetState {
    pub fn of(budget: &Arc<Budget>, timeline: &Timeline<Spent>, now: Stamp) -> Self {
        Self::within(budget, timeline, budget.per.around(now), now)
    }

    /// The same in a period whose bounds are known.
    pub(super) fn within(
        budget: &Arc<Budget>,
        timeline: &Timeline<Spent>,
        (since, until): (Stamp, Stamp),
        now: Stamp,
    ) -> Self {
        let spent = timeline.sum(since, until);
        let end = now.floor(MINUTE).plus(MINUTE);
        let window = budget.per.recent();
        let (limit, length) = (budget.amount.units() as f64, (until.0 - since.0) as f64);
        let recent = timeline.sum(end.minus(window), end).units(budget.amount).map(|units| units as f64);
        let burn = recent.map(|recent| recent / (limit * window as f64 / length));
        let used = spent.units(budget.amount);
        let left = used.map(|used| limit - used as f64).filter(|left| *left > 0.0);
        let gone_in = left.zip(recent).filter(|(_, recent)| *recent > 0.0);
        let gone_in = gone_in.map(|(left, recent)| (left / recent * window as f64) as i64);
        let forecast = used.and_then(|used| forecast(budget, timeline, (since, until), (spent.calls, used), now));
        let mut state = Self { budget: Arc::clone(budget), since, until, spent, burn, forecast, gone_in: None };
        let lasts = forecast.is_some_and(|forecast| forecast.method == Method::UsualHours) && !state.will_not_last();
        state.gone_in = gone_in.filter(|millis| !lasts && now.plus(*millis) < until);
        state
    }

    /// What is spent; `None` where there are calls, and of none it is known.
    pub fn used(&self) -> Option<Amount> {
        self.spent.units(self.budget.amount).map(|units| self.budget.amount.with(units))
    }

    /// The share of the budget that is spent, more than 1 where more is.
    pub fn share(&self) -> Option<f64> {
        self.used().map(|used| used.units() as f64 / self.budget.amount.units() as f64)
    }

    pub fn is_spent(&self) -> bool {
        self.used().is_some_and(|used| used.units() >= self.budget.amount.units())
    }

    /// The highest level of [`Budget::warn`] that is reached.
    pub fn level(&self) -> Option<f64> {
        let share = self.share()?;
        self.budget.warn.iter().rev().copied().find(|level| share >= *level)
    }

    /// Whether the forecast is more than there is.
    pub fn will_not_last(&self) -> bool {
        self.forecast.is_some_and(|forecast| forecast.amount.units() > self.budget.amount.units())
    }

    /// Whether more is spent than is known.
    pub fn is_at_least(&self) -> bool {
        match self.budget.amount {
            Amount::Usd(_) => self.spent.unpriced > 0,
            Amount::Tokens(_) => self.spent.untold > 0,
        }
    }

    /// Whether a part of what is spent is estimated.
    pub fn is_estimated(&self) -> bool {
        matches!(self.budget.amount, Amount::Usd(_)) && !self.spent.estimated.is_zero()
    }
}

/// See [`Method`]; `None` where too little is known for either. `so_far` are calls and what they have used.
fn forecast(
    budget: &Budget,
    timeline: &Timeline<Spent>,
    (since, until): (Stamp, Stamp),
    so_far: (u64, i64),
    now: Stamp,
) -> Option<Forecast> {
    let known = timeline.hours().next().map(|(hour, _)| Stamp(hour * HOUR))?;
    let usual = Usual::before(budget, timeline, known, since);
    let of = |units: f64, method| Forecast { amount: budget.amount.with(units.round() as i64), method };
    if let Some(usual) = usual {
        let whole = usual.between(since, until);
        let prior = whole * PRIOR;
        let level = (so_far.1 as f64 + prior) / (usual.between(since, now) + prior);
        return Some(of(so_far.1 as f64 + usual.between(now, until) * level, Method::UsualHours));
    }
    let elapsed = now.0 - since.max(known).0;
    let enough = elapsed >= (until.0 - since.0) / LEAST_PART && so_far.0 >= LEAST_CALLS;
    let rest = (until.0 - now.0) as f64 / elapsed.max(1) as f64;
    enough.then(|| of(so_far.1 as f64 * (1.0 + rest), Method::Linear))
}

/// What the hours of a week usually use, in the units of a budget, by the hours since 1970: for the hour in which the
/// clock is changed they are an hour off.
struct Usual([f64; 168]);

impl Usual {
    /// Of the weeks before a period, if enough of them are known and anything is usual.
    fn before(budget: &Budget, timeline: &Timeline<Spent>, known: Stamp, period: Stamp) -> Option<Self> {
        let weeks = ((period.0 - known.0) / WEEK).min(USUAL_WEEKS);
        if budget.per == Per::Hour || weeks < FEWEST_WEEKS {
            return None;
        }
        let end = period.0.div_euclid(HOUR);
        let mut usual = [0.0; 168];
        for (hour, spent) in timeline.hours().filter(|(hour, _)| (end - weeks * 168..end).contains(hour)) {
            usual[hour.rem_euclid(168) as usize] += spent.units(budget.amount).unwrap_or(0) as f64 / weeks as f64;
        }
        usual.iter().any(|units| *units > 0.0).then_some(Self(usual))
    }

    /// What a span usually uses; of an hour that is in it in part, that part.
    fn between(&self, from: Stamp, to: Stamp) -> f64 {
        let hours = from.0.div_euclid(HOUR)..=(to.0 - 1).div_euclid(HOUR);
        let part = |hour: i64| ((hour + 1) * HOUR).min(to.0) - (hour * HOUR).max(from.0);
        hours.map(|hour| self.0[hour.rem_euclid(168) as usize] * part(hour) as f64 / HOUR as f64).sum()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Timelike, Weekday};

    use super::*;

    #[test]
    fn periods_are_those_of_the_local_calendar_and_meet() {
        for at in (0..4_000).map(|nth| Stamp(1_740_000_000_000 + nth * 7 * HOUR + nth * 61_001)) {
            for per in Per::ALL {
                let (since, until) = per.around(at);
                assert!(since <= at && at < until, "{per:?} of {at}");
                assert_eq!(per.around(since), (since, until), "{per:?} of {at}");
                assert_eq!(per.around(until.minus(1)), (since, until));
                assert_eq!(per.around(until).0, until);
                let start = since.local();
                assert_eq!((start.minute(), start.second()), (0, 0));
                match per {
                    Per::Hour => assert_eq!(until.0 - since.0, HOUR),
                    Per::Day => assert_eq!(since.day(), at.day()),
                    Per::Week => assert_eq!(start.weekday(), Weekday::Mon),
                    Per::Month => assert_eq!((start.day(), start.month()), (1, at.local().month())),
                }
            }
        }
    }
}
