//! What a threshold of confidence does: calls that were said to be less sure go to a person, or to a better model; the
//! others are accepted as they are.
//!
//! Everything here is over the calls whose outcome is known: of the others nobody can say what a threshold would have
//! caught. The share of wrong calls among the accepted ones need not fall as the threshold rises, and nothing here assumes
//! that it does.

use super::calibration::Score;
use super::interval::{Rate, is_at_most, wilson};
use super::stats::ratio;
use crate::model::Usd;

/// The calls on one side of a threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Side {
    pub right: u64,
    pub wrong: u64,
    /// Of the wrong ones, those that were overridden; the others failed.
    pub overridden: u64,
    /// What they cost, as far as it is known.
    pub cost: Usd,
    /// Calls whose cost is known.
    pub priced: u64,
}

impl Side {
    pub fn calls(&self) -> u64 {
        self.right + self.wrong
    }

    pub fn failed(&self) -> u64 {
        self.wrong - self.overridden
    }

    /// `None` where there are calls, and the cost of none is known.
    pub fn known_cost(&self) -> Option<Usd> {
        (self.priced > 0 || self.calls() == 0).then_some(self.cost)
    }

    fn take_in(&mut self, score: &Score) {
        self.right += score.right;
        self.wrong += score.wrong;
        self.overridden += score.overridden;
        self.cost += score.cost;
        self.priced += score.priced;
    }

    fn less(self, other: Self) -> Self {
        Self {
            right: self.right - other.right,
            wrong: self.wrong - other.wrong,
            overridden: self.overridden - other.overridden,
            cost: self.cost - other.cost,
            priced: self.priced - other.priced,
        }
    }
}

/// See the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    /// Billionths: these and surer ones are accepted.
    pub at: u32,
    pub auto: Side,
    pub sent: Side,
}

impl Cut {
    /// 0 to 1.
    pub fn threshold(&self) -> f64 {
        f64::from(self.at) / 1e9
    }

    pub fn calls(&self) -> u64 {
        self.auto.calls() + self.sent.calls()
    }

    /// The share of the accepted calls that were wrong.
    pub fn wrong(&self) -> Option<Rate> {
        wilson(self.auto.wrong, self.auto.calls())
    }

    pub fn auto_share(&self) -> Option<f64> {
        ratio(self.auto.calls(), self.calls())
    }

    pub fn sent_share(&self) -> Option<f64> {
        ratio(self.sent.calls(), self.calls())
    }

    /// Of the wrong calls, the share that is sent on.
    pub fn caught_share(&self) -> Option<f64> {
        ratio(self.sent.wrong, self.sent.wrong + self.auto.wrong)
    }

    /// Of the overridden calls, the share that is sent on.
    pub fn caught_overrides(&self) -> Option<f64> {
        ratio(self.sent.overridden, self.sent.overridden + self.auto.overridden)
    }

    /// Of the calls that failed and were not overridden, the share that is sent on.
    pub fn caught_failures(&self) -> Option<f64> {
        ratio(self.sent.failed(), self.sent.failed() + self.auto.failed())
    }
}

/// A step of the grid of thresholds, in billionths: hundredths.
pub const STEP: u32 = 10_000_000;

/// What each threshold does, from 0 to 1 in hundredths. The scores are by what was said, the least first.
pub fn grid(scores: &[Score]) -> Vec<Cut> {
    let mut all = Side::default();
    for score in scores {
        all.take_in(score);
    }
    let (mut sent, mut rest) = (Side::default(), scores.iter().peekable());
    (0..=100)
        .map(|hundredths| {
            let at = hundredths * STEP;
            while let Some(score) = rest.next_if(|score| score.said < at) {
                sent.take_in(score);
            }
            Cut { at, auto: all.less(sent), sent }
        })
        .collect()
}

/// Why no threshold holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Even if none of them were wrong, so few calls prove nothing: so many more are needed, at the least.
    TooFew { more: u64 },
    /// The strictest threshold that could be tested lets too many wrong calls through to be sure of the limit. If fewer are
    /// wrong than it says, so many more calls like them would do; if not, none would.
    TooOften { first: Cut, more: Option<u64> },
}

/// How unlikely luck must be before a threshold holds: one chance in twenty.
pub const DELTA: f64 = 0.05;

/// How many calls, none of them wrong, prove that at most `limit` are.
pub fn least_calls(limit: f64, delta: f64) -> u64 {
    // (1 - limit)^n ≤ delta.
    (delta.ln() / (-limit).ln_1p()).ceil().max(1.0) as u64
}

/// How many more calls, wrong as often as these, prove that at most `limit` are; `None` where none do.
fn more_alike(wrong: u64, calls: u64, limit: f64, delta: f64) -> Option<u64> {
    if wrong as f64 >= limit * calls as f64 {
        return None;
    }
    let proves = |all: u64| is_at_most((wrong * all).div_ceil(calls), all, limit, delta);
    // Beyond this nobody would wait.
    let enough = (0..14).map(|doubled| calls << doubled).find(|all| proves(*all))?;
    let (mut low, mut high) = (enough / 2, enough);
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        *(if proves(middle) { &mut high } else { &mut low }) = middle;
    }
    Some(high - calls)
}

/// The lowest threshold of a grid at which at most `limit` of the accepted calls are wrong, and which is not so by luck
/// with more than a chance of `delta`.
///
/// The share of wrong ones need not fall as the threshold rises, so it is not enough to look for the lowest one that
/// passes: the thresholds are tried from strict to loose in a fixed order, and the first that fails is the end (fixed
/// sequence testing. Source: A. Angelopoulos and others, Learn then Test, arXiv 2110.01052). Where so few calls are
/// accepted that even no error at all proved nothing, nothing is tried: how many there are says nothing of their outcomes.
pub fn certified(grid: &[Cut], limit: f64, delta: f64) -> Result<Cut, Refusal> {
    // Calls above the loosest line that lets no wrong one pass: more of their kind would prove it.
    let clean = grid.iter().find(|cut| cut.auto.wrong == 0).map_or(0, |cut| cut.auto.calls());
    let too_few = || Refusal::TooFew { more: least_calls(limit, delta).saturating_sub(clean).max(1) };
    let mut tried = grid.iter().rev().skip_while(|cut| !is_at_most(0, cut.auto.calls(), limit, delta)).peekable();
    let Some(first) = tried.peek().copied().copied() else {
        return Err(too_few());
    };
    let holds = |cut: &&Cut| is_at_most(cut.auto.wrong, cut.auto.calls(), limit, delta);
    tried.take_while(holds).last().copied().ok_or_else(|| {
        if clean > 0 {
            return too_few();
        }
        let more = more_alike(first.auto.wrong, first.auto.calls(), limit, delta);
        Refusal::TooOften { first, more }
    })
}

/// The lowest threshold of a grid at which at most `limit` of **all** calls are wrong and accepted, on average over what
/// may come, if what comes is like what came. Unlike the share among the accepted, this falls as the threshold rises.
/// Source: A. Angelopoulos and others, Conformal risk control (2022), arXiv 2208.02814.
pub fn conformal(grid: &[Cut], limit: f64) -> Option<Cut> {
    let holds = |cut: &&Cut| cut.calls() > 0 && (cut.auto.wrong + 1) as f64 <= limit * (cut.calls() + 1) as f64;
    grid.iter().find(holds).copied()
}

/// What it costs to be unsure, and to be wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Stakes {
    /// What a call costs more that goes to a person, or to a better model.
    pub escalation: Option<Usd>,
    /// What a wrong call costs that is accepted.
    pub wrong: Option<Usd>,
    /// Shares of wrong calls among the accepted ones that are worth asking for, 0 to 1; never empty.
    pub limits: Vec<f64>,
}

impl Default for Stakes {
    fn default() -> Self {
        Self { escalation: None, wrong: None, limits: vec![0.01, 0.02, 0.05, 0.1] }
    }
}

impl Stakes {
    pub fn are_known(&self) -> bool {
        self.escalation.is_some() || self.wrong.is_some()
    }

    /// What the calls would have cost with a threshold, as far as prices are known: their own cost, and what is at stake.
    /// Where nothing is said to be, what the calls under the line have cost.
    pub fn cost(&self, cut: &Cut) -> Option<Usd> {
        if !self.are_known() {
            return cut.sent.known_cost();
        }
        let times = |usd: Option<Usd>, calls: u64| Usd(usd.unwrap_or_default().0.saturating_mul(calls as i64));
        // What has no known cost has none at any threshold: it makes none of them cheaper than another.
        let calls = [cut.sent, cut.auto].map(|side| side.known_cost().unwrap_or_default()).into_iter().sum::<Usd>();
        Some(calls + times(self.escalation, cut.sent.calls()) + times(self.wrong, cut.auto.wrong))
    }

    /// The threshold with the least cost, the lowest of equals; `None` unless both sides have a price: with one alone
    /// it would be none, or all.
    pub fn cheapest(&self, grid: &[Cut]) -> Option<Cut> {
        self.escalation.and(self.wrong)?;
        let cost = |cut: &&Cut| self.cost(cut).map(|usd| (usd, cut.at));
        grid.iter().filter(|cut| cost(cut).is_some()).min_by_key(cost).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    fn score(tenths: u32, right: u64, wrong: u64) -> Score {
        Score { said: tenths * 100_000_000, right, wrong, ..Score::default() }
    }

    fn at(scores: &[Score], hundredths: usize) -> Cut {
        grid(scores)[hundredths]
    }

    /// Beside what numpy and scipy say: `tests/oracle/threshold.py` wrote it down.
    #[test]
    fn every_threshold_is_that_of_the_oracle() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/threshold.json");
        let sets: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(sets.len() > 4);
        for set in sets {
            let name = set["name"].as_str().unwrap();
            let grid = grid(&scores_of(&set["calls"]));
            let stakes =
                Stakes { escalation: Some(Usd(20_000_000)), wrong: Some(Usd(150_000_000)), ..Stakes::default() };
            for (cut, told) in grid.iter().zip(set["grid"].as_array().unwrap()) {
                let wrong = cut.wrong();
                for (what, ours) in [
                    ("coverage", cut.auto_share()),
                    ("risk", wrong.map(|rate| rate.rate)),
                    ("low", wrong.map(|rate| rate.low)),
                    ("high", wrong.map(|rate| rate.high)),
                ] {
                    let near = ours.zip(told[what].as_f64()).map(|(ours, theirs)| (ours - theirs).abs() < 1e-9);
                    assert!(
                        near.unwrap_or(ours.is_none() && told[what].is_null()),
                        "{name} {} {what} {ours:?}",
                        cut.at
                    );
                }
                assert_eq!(cut.sent.overridden, told["caughtOverrides"], "{name} {}", cut.at);
                assert_eq!(cut.sent.failed(), told["caughtFailures"], "{name} {}", cut.at);
                assert_eq!(cut.sent.cost.0, told["costSent"], "{name} {}", cut.at);
                assert_eq!(stakes.cost(cut).unwrap().0, told["cost"], "{name} {}", cut.at);
            }
            let hundredths = |cut: Option<Cut>| json!(cut.map(|cut| cut.at / STEP));
            for (held, mean) in set["certified"].as_array().unwrap().iter().zip(set["conformal"].as_array().unwrap()) {
                let limit = held[0].as_f64().unwrap();
                assert_eq!(hundredths(certified(&grid, limit, DELTA).ok()), held[1], "{name} {limit}");
                assert_eq!(hundredths(conformal(&grid, limit)), mean[1], "{name} {limit}");
            }
            assert_eq!(hundredths(stakes.cheapest(&grid)), set["cheapest"], "{name}");
        }
    }

    fn scores_of(calls: &Value) -> Vec<Score> {
        let mut scores: BTreeMap<u32, Score> = BTreeMap::new();
        for call in calls.as_array().unwrap() {
            let said = (call[0].as_f64().unwrap() * 1e9).round() as u32;
            let (right, over) = (call[1].as_u64().unwrap(), call[2].as_u64().unwrap());
            let score = scores.entry(said).or_insert(Score { said, ..Score::default() });
            score.right += right;
            score.wrong += 1 - right;
            score.overridden += over;
            score.cost += Usd(call[3].as_i64().unwrap());
            score.priced += 1;
        }
        scores.into_values().collect()
    }

    #[test]
    fn a_threshold_sends_on_what_is_less_sure_and_tells_what_it_catches_and_misses() {
        let priced = |score: Score, cents: i64| Score { cost: Usd(cents * 10_000_000), priced: 1, ..score };
        let scores = [
            Score { overridden: 2, open: 2, ..priced(score(4, 1, 3), 40) },
            score(8, 10, 2),
            Score { overridden: 1, open: 5, ..priced(score(9, 30, 1), 90) },
        ];
        let cut = at(&scores, 80);
        assert_eq!((cut.auto.calls(), cut.sent.calls(), cut.auto.wrong, cut.sent.wrong), (43, 4, 3, 3));
        assert_eq!((cut.caught_share(), cut.sent.cost), (Some(0.5), Usd(400_000_000)), "80 itself is accepted");
        assert_eq!((cut.caught_overrides(), cut.caught_failures()), (Some(2.0 / 3.0), Some(1.0 / 3.0)));
        assert_eq!(at(&scores, 0).sent_share(), Some(0.0));
        let none = at(&scores, 91);
        assert_eq!((none.wrong(), none.auto.known_cost()), (None, Some(Usd::ZERO)), "nothing is accepted");
        assert_eq!(at(&[score(8, 10, 2)], 100).sent.known_cost(), None, "what is not known is not free");
    }

    /// One lucky stretch of sure calls proves nothing of the looser thresholds below an unlucky one.
    #[test]
    fn the_first_threshold_that_fails_is_the_end() {
        let grid = grid(&[score(5, 100_000, 0), score(8, 0, 400), score(9, 2_000, 0)]);
        assert!(is_at_most(400, 102_400, 0.05, DELTA), "of all calls few enough are wrong");
        assert_eq!(certified(&grid, 0.05, DELTA).map(|cut| cut.at), Ok(810_000_000));
    }

    #[test]
    fn so_many_more_calls_as_are_asked_for_prove_it_and_one_less_does_not() {
        let held = |right: u64| certified(&grid(&[score(3, 0, 50), score(9, right, 0)]), 0.01, DELTA);
        assert_eq!(held(200), Err(Refusal::TooFew { more: 99 }), "the wrong ones lie below the line");
        assert_eq!(held(298), Err(Refusal::TooFew { more: 1 }));
        assert_eq!(held(299).map(|cut| cut.at), Ok(310_000_000));
    }

    #[test]
    fn calls_without_a_price_make_no_threshold_dearer() {
        let unpriced = score(3, 0, 50);
        let priced = Score { cost: Usd(220_000_000), priced: 200, ..score(9, 200, 0) };
        let stakes =
            Stakes { escalation: Some(Usd(100_000_000)), wrong: Some(Usd(1_000_000_000)), ..Stakes::default() };
        let grid = grid(&[unpriced, priced]);
        assert!(grid.iter().all(|cut| stakes.cost(cut).is_some()));
        let best = stakes.cheapest(&grid).unwrap();
        assert_eq!((best.at, stakes.cost(&best)), (310_000_000, Some(Usd(5_220_000_000))));
    }

    #[test]
    fn why_no_threshold_holds_is_said() {
        assert_eq!((least_calls(0.01, DELTA), least_calls(0.05, DELTA), least_calls(0.1, DELTA)), (299, 59, 29));
        assert!(is_at_most(0, 299, 0.01, DELTA) && !is_at_most(0, 298, 0.01, DELTA));
        let few = grid(&[score(9, 40, 0)]);
        assert_eq!(certified(&few, 0.05, DELTA), Err(Refusal::TooFew { more: 19 }));
        assert_eq!(certified(&grid(&[]), 0.05, DELTA), Err(Refusal::TooFew { more: 59 }));
        let wrong = grid(&[score(3, 900, 0), score(9, 70, 30)]);
        let Err(Refusal::TooOften { first, more }) = certified(&wrong, 0.05, DELTA) else { panic!("it holds") };
        assert_eq!((first.at, first.auto.wrong, more), (900_000_000, 30, None), "more of such calls would not help");
        let near = grid(&[score(9, 97, 2)]);
        let Err(Refusal::TooOften { more: Some(more), .. }) = certified(&near, 0.05, DELTA) else { panic!("it holds") };
        let as_often = |all: u64| is_at_most((2 * all).div_ceil(99), all, 0.05, DELTA);
        assert!(as_often(99 + more) && !as_often(98 + more), "{more}");
    }

    #[test]
    fn the_cheapest_threshold_weighs_persons_against_mistakes() {
        let grid = grid(&[Score { priced: 60, ..score(3, 10, 50) }, Score { priced: 200, ..score(9, 199, 1) }]);
        let dollars = Usd::from_dollars;
        let stakes = |escalation, wrong| Stakes { escalation, wrong, ..Stakes::default() };
        let cheapest = |stakes: &Stakes| stakes.cheapest(&grid).map(|cut| cut.at / STEP);
        assert_eq!(cheapest(&stakes(dollars(0.1), dollars(1.0))), Some(31), "60 persons cost $6, and save $50");
        assert_eq!(cheapest(&stakes(dollars(10.0), dollars(0.1))), Some(0), "nothing is worth a person");
        assert_eq!(cheapest(&stakes(dollars(0.1), None)), None);
        assert_eq!(stakes(dollars(0.1), dollars(1.0)).cost(&grid[31]), dollars(7.0));
        assert_eq!(stakes(None, None).cost(&grid[31]), dollars(0.0), "what the calls under the line have cost");
    }
}
