//! Whether a router was as sure as it should have been: what it said against what came of it.
//!
//! A call is **right** when it succeeded and was not overridden. Calls whose outcome is not known say nothing here; where
//! nobody reviews what succeeds, the right ones are an upper bound. Everything is over the distinct values that were said,
//! so that a million calls cost no more than the values they have.

use super::interval::{Rate, wilson};
use super::stats::ratio;
use crate::model::Usd;

/// The calls of which one confidence was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Billionths.
    pub said: u32,
    pub right: u64,
    pub wrong: u64,
    /// Of the wrong ones, those that were overridden.
    pub overridden: u64,
    /// Calls whose outcome is not known.
    pub open: u64,
    /// What those cost whose outcome is known, as far as it is known.
    pub cost: Usd,
    /// Of these, calls whose cost is known.
    pub priced: u64,
}

impl Score {
    /// 0 to 1.
    pub fn confidence(&self) -> f64 {
        f64::from(self.said) / 1e9
    }

    /// Calls whose outcome is known.
    pub fn judged(&self) -> u64 {
        self.right + self.wrong
    }

    pub fn calls(&self) -> u64 {
        self.judged() + self.open
    }
}

/// A step of the reliability staircase: among calls of which so much was said, so many were right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The least and the most that was said, 0 to 1.
    pub from: f64,
    pub to: f64,
    pub right: Rate,
    pub judged: u64,
}

/// Over how many bins of equal mass the calibration error is taken.
pub const BINS: u64 = 10;

/// See the module. Rates and scores are from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    pub judged: u64,
    pub right: u64,
    pub said: f64,
    /// What share was right.
    pub kept: f64,
    /// The mean squared distance of what was said from what came: 0 is perfect.
    pub brier: f64,
    /// 1 less Brier's score over that of always saying the mean; `None` where all came out alike.
    pub skill: Option<f64>,
    /// Brier's score is miscalibration − discrimination + uncertainty. Source: T. Dimitriadis, T. Gneiting, A. Jordan,
    /// Stable reliability diagrams (2021), arXiv 2008.03033: CORP.
    pub miscalibration: f64,
    pub discrimination: f64,
    pub uncertainty: f64,
    /// The mean distance of said from kept over bins of equal mass, and the largest.
    pub ece: f64,
    pub mce: f64,
    /// What the error would be by chance alone if every said confidence were true: the mean of a half-normal of each bin's
    /// spread. A small sample has a large one.
    pub ece_by_chance: f64,
    /// Nats. What was said is taken to be no surer than a millionth from certain.
    pub log_loss: f64,
    /// The chance that a right call was said to be surer than a wrong one; `None` without either.
    pub auroc: Option<f64>,
    /// The mean error over the surest calls, for every count of them, in the mean order of equals; and less what a
    /// perfect order would have.
    pub aurc: f64,
    pub excess_aurc: f64,
    /// The area under error times coverage: the mean error that is accepted in silence. Source: J. Traub and others,
    /// arXiv 2407.01032.
    pub augrc: f64,
    pub staircase: Vec<Step>,
}

impl Calibration {
    /// `None` where no outcome is known. The scores are by what was said, the least first, each value once.
    pub fn of(scores: &[Score]) -> Option<Self> {
        let scores: Vec<Score> = scores.iter().filter(|score| score.judged() > 0).copied().collect();
        let (right, judged) =
            scores.iter().fold((0, 0), |(right, judged), score| (right + score.right, judged + score.judged()));
        let n = judged as f64;
        let kept = ratio(right, judged)?;
        let mean = |part: &dyn Fn(&Score) -> f64| scores.iter().map(part).sum::<f64>() / n;
        let uncertainty = kept * (1.0 - kept);
        let brier = mean(&|score| squares(score, score.confidence()));
        let staircase = staircase(&scores);
        let best = best_squares(&scores, &staircase) / n;
        let (ece, mce, ece_by_chance) = errors_of_bins(&scores, judged);
        let (aurc, augrc) = areas(&scores, judged);
        Some(Self {
            judged,
            right,
            said: mean(&|score| score.judged() as f64 * score.confidence()),
            kept,
            brier,
            skill: (uncertainty > 0.0).then(|| 1.0 - brier / uncertainty),
            miscalibration: brier - best,
            discrimination: uncertainty - best,
            uncertainty,
            ece,
            mce,
            ece_by_chance,
            log_loss: mean(&surprise),
            auroc: auroc(&scores),
            aurc,
            excess_aurc: aurc - perfect_aurc(judged - right, judged),
            augrc,
            staircase,
        })
    }

    /// By how much the router was too sure, negative where it was not sure enough. -1 to 1.
    pub fn over_confidence(&self) -> f64 {
        self.said - self.kept
    }
}

/// The sum of squared distances of the calls' outcomes from a forecast.
fn squares(score: &Score, forecast: f64) -> f64 {
    score.right as f64 * (1.0 - forecast).powi(2) + score.wrong as f64 * forecast.powi(2)
}

/// The sum of squared distances from the staircase: what would be left if what is said were said right.
fn best_squares(scores: &[Score], staircase: &[Step]) -> f64 {
    let mut steps = staircase.iter().peekable();
    let of = |score: &Score| {
        while steps.peek().is_some_and(|step| step.to < score.confidence()) {
            steps.next();
        }
        steps.peek().map_or(0.0, |step| squares(score, step.right.rate))
    };
    scores.iter().map(of).sum()
}

fn surprise(score: &Score) -> f64 {
    let said = score.confidence().clamp(1e-6, 1.0 - 1e-6);
    -(score.right as f64 * said.ln() + score.wrong as f64 * (1.0 - said).ln())
}

/// The rate of right ones as a function of what was said that never falls, as near to the calls as one can be: the pool
/// adjacent violators algorithm.
fn staircase(scores: &[Score]) -> Vec<Step> {
    let mut pools: Vec<Score> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for score in scores {
        pools.push(*score);
        ends.push(score.said);
        while let [.., before, last] = &mut pools[..] {
            // Counts, so that equal rates pool whatever their fractions round to.
            let falls = u128::from(before.right) * u128::from(last.judged())
                >= u128::from(last.right) * u128::from(before.judged());
            if !falls {
                break;
            }
            before.right += last.right;
            before.wrong += last.wrong;
            pools.pop();
            let end = ends.pop().unwrap_or_default();
            if let Some(last) = ends.last_mut() {
                *last = end;
            }
        }
    }
    let step = |(pool, to): (&Score, u32)| {
        let right = wilson(pool.right, pool.judged())?;
        Some(Step { from: pool.confidence(), to: f64::from(to) / 1e9, right, judged: pool.judged() })
    };
    pools.iter().zip(ends).filter_map(step).collect()
}

/// The mean and the largest distance of said from kept over bins of about equal mass, and the mean by chance. Equal
/// values share a bin.
fn errors_of_bins(scores: &[Score], judged: u64) -> (f64, f64, f64) {
    let (mut mean, mut most, mut chance) = (0.0, 0.0_f64, 0.0);
    let mut rest = scores;
    let mut before = 0;
    for bin in 1..=BINS {
        let end = judged * bin / BINS;
        let mut upto = before;
        // A value belongs to the bin that its middle falls in.
        let len = rest
            .iter()
            .take_while(|score| {
                let belongs = upto + score.judged().div_ceil(2) <= end;
                upto += if belongs { score.judged() } else { 0 };
                belongs
            })
            .count();
        let (bin, after) = rest.split_at(len);
        rest = after;
        let calls = upto - before;
        before = upto;
        if calls == 0 {
            continue;
        }
        let over = |part: &dyn Fn(&Score) -> f64| bin.iter().map(part).sum::<f64>() / calls as f64;
        let said = over(&|score| score.judged() as f64 * score.confidence());
        let kept = over(&|score| score.right as f64);
        let spread = over(&|score| score.judged() as f64 * score.confidence() * (1.0 - score.confidence()));
        let weight = calls as f64 / judged as f64;
        mean += weight * (said - kept).abs();
        most = most.max((said - kept).abs());
        chance += weight * (spread / calls as f64 * std::f64::consts::FRAC_2_PI).sqrt();
    }
    (mean, most, chance)
}

/// By ranks, half for equals: Mann and Whitney's statistic.
fn auroc(scores: &[Score]) -> Option<f64> {
    let (mut below, mut pairs, mut right) = (0_u64, 0.0, 0_u64);
    for score in scores {
        pairs += score.right as f64 * (below as f64 + score.wrong as f64 / 2.0);
        below += score.wrong;
        right += score.right;
    }
    (below > 0 && right > 0).then(|| pairs / (below as f64 * right as f64))
}

/// The areas under the error among the surest, and under that times their share. Among equals every order is as good, so
/// the mean of all orders is taken.
fn areas(scores: &[Score], judged: u64) -> (f64, f64) {
    let (mut calls, mut wrong, mut risk, mut joint) = (0_u64, 0.0, 0.0, 0.0);
    for score in scores.iter().rev() {
        let share = score.wrong as f64 / score.judged() as f64;
        for _ in 0..score.judged() {
            calls += 1;
            wrong += share;
            risk += wrong / calls as f64;
            joint += wrong / judged as f64;
        }
    }
    (risk / judged as f64, joint / judged as f64)
}

/// The area under the error where all that are wrong come last.
fn perfect_aurc(wrong: u64, judged: u64) -> f64 {
    let right = judged - wrong;
    (1..=wrong).map(|nth| nth as f64 / (right + nth) as f64).sum::<f64>() / judged as f64
}

#[cfg(test)]
mod tests;
