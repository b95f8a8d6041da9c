//! How far a rate that was counted may be from the truth. 95 % unless said otherwise.

use statrs::function::beta::{beta_reg, inv_beta_reg};

use super::stats::ratio;

/// The standard normal's 97.5th percentile.
const Z: f64 = 1.959_963_984_540_054;

/// A rate, and where the truth lies in 95 of 100 such counts. All from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub rate: f64,
    pub low: f64,
    pub high: f64,
}

/// Of fewer calls no rate is told: it would be all, half or nothing.
pub const LEAST: u64 = 10;

/// `hits` of `calls` with Wilson's interval; `None` over nothing. Source: E. B. Wilson, Probable inference (1927).
pub fn wilson(hits: u64, calls: u64) -> Option<Rate> {
    let rate = ratio(hits, calls)?;
    let (n, square) = (calls as f64, Z * Z);
    let middle = rate + square / (2.0 * n);
    let reach = Z * (rate * (1.0 - rate) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    // The ends are exact where the rate is: rounding must not put it outside.
    let low = if hits == 0 { 0.0 } else { ((middle - reach) / scale).min(rate) };
    let high = if hits >= calls { 1.0 } else { ((middle + reach) / scale).max(rate) };
    Some(Rate { rate, low, high })
}

/// The same, unless there are too few calls to tell a rate of.
pub fn told(hits: u64, calls: u64) -> Option<Rate> {
    wilson(hits, calls).filter(|_| calls >= LEAST)
}

/// Rates along steps of time, each `(hits, calls)`, and over how many steps each is taken: as many as hold five times
/// [`LEAST`] calls on average, and a sixth of all at the most. A step too few calls lead up to has none.
pub fn over_time(steps: &[(u64, u64)]) -> (usize, Vec<Option<Rate>>) {
    let calls: u64 = steps.iter().map(|step| step.1).sum();
    let wanted = (5 * LEAST * steps.len() as u64).div_ceil(calls.max(1));
    let over = wanted.clamp(1, (steps.len() as u64 / 6).max(1)) as usize;
    let rate = |at: usize| {
        let seen = &steps[(at + 1).saturating_sub(over)..=at];
        let (hits, calls) = seen.iter().fold((0, 0), |(hits, calls), step| (hits + step.0, calls + step.1));
        told(hits, calls)
    };
    (over, (0..steps.len()).map(rate).collect())
}

/// The difference of two rates, the first less the second, from -1 to 1. Source: R. G. Newcombe, Interval estimation for
/// the difference between independent proportions (1998), method 10.
pub fn newcombe(one: Rate, other: Rate) -> Rate {
    let rate = one.rate - other.rate;
    let down = ((one.rate - one.low).powi(2) + (other.high - other.rate).powi(2)).sqrt();
    let up = ((one.high - one.rate).powi(2) + (other.rate - other.low).powi(2)).sqrt();
    Rate { rate, low: rate - down, high: rate + up }
}

/// The highest rate that would show no more than `hits` of `calls` with a chance of `delta`: 1 over nothing. Source:
/// C. J. Clopper and E. S. Pearson (1934).
pub fn clopper_pearson_upper(hits: u64, calls: u64, delta: f64) -> f64 {
    if hits >= calls { 1.0 } else { inv_beta_reg(hits as f64 + 1.0, (calls - hits) as f64, 1.0 - delta) }
}

/// Whether a rate of at most `limit` would show `hits` of `calls`, or more, with a chance of at most `delta`: what
/// [`clopper_pearson_upper`] says, without looking for the rate.
pub fn is_at_most(hits: u64, calls: u64, limit: f64, delta: f64) -> bool {
    hits < calls && 1.0 - beta_reg(hits as f64 + 1.0, (calls - hits) as f64, limit) <= delta
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    /// From statsmodels' and scipy's formulas, worked out in Python.
    #[test]
    fn the_intervals_are_those_of_the_books() {
        let rate = wilson(8, 51).unwrap();
        assert!(near(rate.low, 0.081_692_232_200_487_06) && near(rate.high, 0.280_104_467_729_877_6), "{rate:?}");
        let none = wilson(0, 20).unwrap();
        assert!(near(none.low, 0.0) && near(none.high, 0.161_125_158_052_819_38), "{none:?}");
        assert!(near(wilson(20, 20).unwrap().high, 1.0));
        assert_eq!(wilson(0, 0), None);
        let gap = newcombe(wilson(56, 70).unwrap(), wilson(48, 80).unwrap());
        assert!(near(gap.low, 0.052_431_472_402_364_98) && near(gap.high, 0.333_872_654_036_906), "{gap:?}");
    }

    #[test]
    fn a_rate_over_time_stands_on_enough_calls_or_is_not_told() {
        let busy = [(10, 20), (5, 20), (0, 3), (0, 0)];
        let (over, rates) = over_time(&busy);
        assert_eq!(
            (over, rates.iter().map(|rate| rate.map(|rate| rate.rate)).collect::<Vec<_>>()),
            (1, vec![Some(0.5), Some(0.25), None, None])
        );
        let quiet: Vec<(u64, u64)> = (0..60).map(|minute| (u64::from(minute == 30), 5)).collect();
        let (over, rates) = over_time(&quiet);
        assert_eq!((over, rates[0], rates[30].map(|rate| rate.rate)), (10, None, Some(0.02)));
        assert_eq!(over_time(&[]), (1, Vec::new()));
    }

    #[test]
    fn what_is_surely_below_a_limit_is_so_by_either_way_of_asking() {
        for (hits, calls, upper) in [(0, 59, 0.049_507_609_888_226_93), (3, 100, 0.075_710_793_749_830_04)] {
            assert!((clopper_pearson_upper(hits, calls, 0.05) - upper).abs() < 1e-7, "{hits} of {calls}");
            assert!(is_at_most(hits, calls, upper + 1e-6, 0.05) && !is_at_most(hits, calls, upper - 1e-6, 0.05));
        }
        assert!(near(clopper_pearson_upper(5, 5, 0.05), 1.0) && near(clopper_pearson_upper(0, 0, 0.05), 1.0));
        assert!(!is_at_most(0, 0, 0.5, 0.05));
    }
}
