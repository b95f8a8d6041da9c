//! Whether two sets of calls differ by more than chance: tests, and what is left of them when many are made at once.

use statrs::function::gamma::checked_gamma_ur;

/// How far two distributions lie apart, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Apart {
    /// The largest difference of the two cumulative shares, the first less the second: -1 to 1. Negative where the first
    /// has the larger values.
    pub distance: f64,
    /// The step after which it is reached, counted from 0.
    pub step: usize,
    /// The chance of a distance as large or larger where both are of one kind.
    pub p: f64,
}

/// The two-sample Kolmogorov-Smirnov distance of two counts over the same steps of a scale, the least first, with its
/// asymptotic p: too large, never too small, where values are often equal. `None` where either is empty. Sources:
/// A. Kolmogorov (1933); N. Smirnov, Table for estimating the goodness of fit of empirical distributions (1948).
pub fn kolmogorov_smirnov(steps: impl Iterator<Item = [u64; 2]> + Clone) -> Option<Apart> {
    let [one, other] = steps.clone().fold([0, 0], |sum, step| [sum[0] + step[0], sum[1] + step[1]]).map(|n| n as f64);
    if one == 0.0 || other == 0.0 {
        return None;
    }
    let (mut below, mut found) = ([0, 0], Apart { distance: 0.0, step: 0, p: 1.0 });
    for (nth, step) in steps.enumerate() {
        below = [below[0] + step[0], below[1] + step[1]];
        let distance = below[0] as f64 / one - below[1] as f64 / other;
        if distance.abs() > found.distance.abs() {
            (found.distance, found.step) = (distance, nth);
        }
    }
    found.p = kolmogorov(found.distance.abs() * (one * other / (one + other)).sqrt());
    Some(found)
}

/// The chance that a Brownian bridge leaves a band of `x`: Kolmogorov's distribution, from its upper end. Of its two
/// series each is taken where four terms are exact to 1e-15.
fn kolmogorov(x: f64) -> f64 {
    use std::f64::consts::PI;
    let terms = (1..=4_i32).map(f64::from);
    if x <= 0.0 {
        1.0
    } else if x < 1.18 {
        let sum: f64 = terms.map(|k| (-((2.0 * k - 1.0) * PI / x).powi(2) / 8.0).exp()).sum();
        (1.0 - (2.0 * PI).sqrt() / x * sum).clamp(0.0, 1.0)
    } else {
        let sum: f64 = terms.map(|k| if k % 2.0 == 0.0 { -1.0 } else { 1.0 } * (-2.0 * (k * x).powi(2)).exp()).sum();
        (2.0 * sum).clamp(0.0, 1.0)
    }
}

/// The least that is expected of a value on either side: with less, chi-square promises too much.
const EXPECTED: f64 = 5.0;

/// The p of Pearson's test that two sets have their values in the same shares. Values of which fewer than five are
/// expected are taken together. Sources: K. Pearson (1900); the limit is W. G. Cochran's (1954).
pub fn chi_square(values: impl Iterator<Item = [u64; 2]>) -> f64 {
    let values: Vec<[u64; 2]> = values.filter(|pair| pair[0] + pair[1] > 0).collect();
    let [one, other] = values.iter().fold([0, 0], |sum, pair| [sum[0] + pair[0], sum[1] + pair[1]]).map(|n| n as f64);
    let all = one + other;
    let expected = |pair: &[u64; 2]| [one, other].map(|side| side * (pair[0] + pair[1]) as f64 / all);
    let is_rare = |pair: &&[u64; 2]| expected(pair).iter().any(|count| *count < EXPECTED);
    let rare = values.iter().filter(is_rare).fold([0, 0], |sum, pair| [sum[0] + pair[0], sum[1] + pair[1]]);
    let kept = values.iter().filter(|pair| !is_rare(pair)).chain((rare != [0, 0]).then_some(&rare));
    let (mut sum, mut kinds) = (0.0, 0);
    for pair in kept {
        kinds += 1;
        let gaps = pair.iter().zip(expected(pair)).filter(|(_, expected)| *expected > 0.0);
        sum += gaps.map(|(count, expected)| (*count as f64 - expected).powi(2) / expected).sum::<f64>();
    }
    if kinds < 2 { 1.0 } else { checked_gamma_ur(f64::from(kinds - 1) / 2.0, sum / 2.0).unwrap_or(1.0) }
}

/// For each p the share of false ones among all that are no larger, at most: q. Source: Y. Benjamini and Y. Hochberg,
/// Controlling the false discovery rate (1995).
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (nth, at) in order.into_iter().enumerate() {
        least = least.min(p[at] * p.len() as f64 / (p.len() - nth) as f64);
        q[at] = least;
    }
    q
}
