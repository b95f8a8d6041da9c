//! Tables that keep running totals, a row a session, and no calls: what a row has grown by since it was last read is a
//! call of its own. Between two looks there may have been several: then they are one, which no log could tell apart.
//!
//! What a row holds when it is first read is one call, marked as a sum. All calls of a row add up to what the row says,
//! always: so a monitor that is started again shows one call where it showed several, with the same totals. Where totals
//! fall, the session was reset or edited, and nobody knows which calls are still in them: it is told again as one sum, in
//! place of all that it told.

use std::collections::HashMap;

use crate::model::batch::hash;
use crate::model::{Call, Stamp, Text, Usage, Usd};

/// What is known of the rows of one table.
#[derive(Debug, Default)]
pub(super) struct Growth {
    rows: HashMap<i64, Seen>,
}

/// What a row said.
#[derive(Debug, Default)]
struct Seen {
    /// A row may be given to another session.
    session: Option<u64>,
    at: Stamp,
    totals: Totals,
    /// The totals that the latest call was told after.
    before: Totals,
    /// Calls told of it.
    told: u32,
    /// The first of them is a sum: it began before anybody looked.
    is_sum: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Totals {
    usage: Usage,
    cost: Option<Usd>,
}

/// What a row has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Nothing,
    /// It holds no call.
    NoCall,
    /// This one of its calls, counted from 0. A first one stands in place of all that the row told.
    Call(u32),
}

impl News {
    /// Of a row that tells one call or none.
    pub fn of(is_call: bool) -> Self {
        if is_call { Self::Call(0) } else { Self::NoCall }
    }
}

impl Growth {
    /// Makes the call out of a row's totals that it has to tell.
    pub fn news(&mut self, key: i64, call: &mut Call<'_>) -> News {
        let totals = Totals { usage: call.usage, cost: call.logged_cost };
        let session = call.id.as_ref().map(|id| hash(id.as_bytes()));
        let is_empty = totals.is_empty();
        let known = self.rows.get(&key).filter(|seen| seen.session == session && totals.hold(&seen.totals));
        let (told, before, is_sum) = match known {
            Some(seen) if seen.totals == totals => return News::Nothing,
            // A cost that came later belongs to the latest call.
            Some(seen) if seen.totals.usage == totals.usage && seen.told > 0 => {
                (seen.told - 1, seen.before, seen.is_sum)
            }
            Some(seen) => (seen.told, seen.totals, seen.is_sum),
            None => (0, Totals::default(), !is_empty),
        };
        let said = call.at;
        if !(is_sum && told == 0) {
            (call.usage, call.logged_cost) = totals.since(&before);
            let total = totals.usage.total().unwrap_or(0);
            call.id = call.id.take().map(|id| Text::from(format!("{}:{total}", id.to_str())));
            if known.is_some_and(|seen| seen.at >= said) {
                // It grew and does not say when.
                call.at = Stamp::now();
            }
        }
        call.is_sum = is_sum && told == 0;
        let seen = Seen { session, at: said, totals, before, told: told + u32::from(!is_empty), is_sum };
        self.rows.insert(key, seen);
        if is_empty { News::NoCall } else { News::Call(told) }
    }

    pub fn forget(&mut self, key: i64) {
        self.rows.remove(&key);
    }
}

impl Totals {
    /// Whether these are totals that those went before.
    fn hold(&self, before: &Self) -> bool {
        let (mut now, mut then) = (self.usage, before.usage);
        let grew = |(now, then): (&mut Option<u32>, &mut Option<u32>)| now.unwrap_or(0) >= then.unwrap_or(0);
        parts(&mut now).into_iter().zip(parts(&mut then)).all(grew)
            && self.cost.unwrap_or_default() >= before.cost.unwrap_or_default()
    }

    /// What came to those before to make these.
    fn since(&self, before: &Self) -> (Usage, Option<Usd>) {
        let (mut usage, mut then) = (self.usage, before.usage);
        for (part, before) in parts(&mut usage).into_iter().zip(parts(&mut then)) {
            *part = part.map(|now| now.saturating_sub(before.unwrap_or(0)));
        }
        for (now, then) in usage.media.0.iter_mut().zip(then.media.0) {
            *now = now.saturating_sub(then);
        }
        let cost = match before.cost {
            // Of what those before cost nothing is known, unless they are none.
            None => self.cost.filter(|_| before.is_empty()),
            Some(before) => self.cost.map(|now| now - before),
        };
        (usage, cost)
    }

    fn is_empty(&self) -> bool {
        self.usage.total().is_none_or(|total| total == 0)
    }
}

fn parts(usage: &mut Usage) -> [&mut Option<u32>; 7] {
    [
        &mut usage.input,
        &mut usage.cache_read,
        &mut usage.cache_write_5m,
        &mut usage.cache_write_1h,
        &mut usage.output,
        &mut usage.reasoning,
        &mut usage.total_logged,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of session `s`: tokens of input, and what they cost.
    fn row(growth: &mut Growth, at: i64, input: u32, nanos: Option<i64>) -> (News, Call<'static>) {
        let usage = Usage { input: Some(input), output: Some(input / 10), ..Usage::default() };
        let logged_cost = nanos.map(Usd);
        let mut call = Call { id: Some("s".into()), at: Stamp(at), usage, logged_cost, ..Call::default() };
        (growth.news(7, &mut call), call)
    }

    #[test]
    fn what_was_there_is_a_sum_and_what_comes_is_a_call_each() {
        let mut growth = Growth::default();
        let (news, sum) = row(&mut growth, 10, 100, Some(50));
        assert_eq!((news, sum.is_sum, sum.usage.total()), (News::Call(0), true, Some(110)));
        assert_eq!(row(&mut growth, 20, 100, Some(50)).0, News::Nothing, "it was touched, and has not grown");
        let (news, call) = row(&mut growth, 30, 130, Some(70));
        assert_eq!((news, call.is_sum, call.at), (News::Call(1), false, Stamp(30)));
        assert_eq!((call.usage.input, call.usage.output, call.logged_cost), (Some(30), Some(3), Some(Usd(20))));
        assert_eq!((sum.id, call.id), (Some("s".into()), Some("s:143".into())));
        assert_eq!(row(&mut growth, 40, 140, Some(70)).0, News::Call(2));
    }

    #[test]
    fn a_session_that_is_followed_from_its_beginning_is_no_sum() {
        let mut growth = Growth::default();
        assert_eq!(row(&mut growth, 10, 0, None).0, News::NoCall);
        let (news, call) = row(&mut growth, 20, 50, Some(9));
        assert_eq!((news, call.is_sum, call.logged_cost), (News::Call(0), false, Some(Usd(9))));
        assert_eq!(call.id, Some("s:55".into()));
    }

    #[test]
    fn totals_that_fall_are_told_again_in_place_of_all_that_was() {
        let mut growth = Growth::default();
        row(&mut growth, 10, 100, None);
        row(&mut growth, 20, 150, None);
        let (news, call) = row(&mut growth, 30, 40, None);
        assert_eq!((news, call.is_sum, call.usage.input), (News::Call(0), true, Some(40)));
        assert_eq!(row(&mut growth, 40, 60, None).0, News::Call(1));
        assert_eq!(row(&mut growth, 50, 0, None).0, News::NoCall);
    }

    #[test]
    fn a_row_that_is_another_session_now_is_told_from_its_beginning() {
        let mut growth = Growth::default();
        row(&mut growth, 10, 100, None);
        let usage = Usage { input: Some(900), ..Usage::default() };
        let mut other = Call { id: Some("t".into()), usage, ..Call::default() };
        assert_eq!((growth.news(7, &mut other), other.usage.input), (News::Call(0), Some(900)));
    }

    #[test]
    fn a_cost_that_comes_later_belongs_to_the_latest_call() {
        let mut growth = Growth::default();
        row(&mut growth, 10, 100, Some(50));
        row(&mut growth, 20, 150, Some(50));
        let (news, call) = row(&mut growth, 20, 150, Some(80));
        assert_eq!((news, call.usage.input, call.logged_cost), (News::Call(1), Some(50), Some(Usd(30))));
    }

    #[test]
    fn what_grows_without_a_time_grew_now() {
        let mut growth = Growth::default();
        row(&mut growth, 10, 100, None);
        let before = Stamp::now();
        assert!(row(&mut growth, 10, 150, None).1.at >= before);
    }

    #[test]
    fn what_earlier_calls_cost_is_not_put_on_the_latest() {
        let mut growth = Growth::default();
        row(&mut growth, 10, 100, None);
        assert_eq!(row(&mut growth, 20, 150, Some(80)).1.logged_cost, None);
        assert_eq!(row(&mut growth, 30, 200, Some(95)).1.logged_cost, Some(Usd(15)));
    }
}
