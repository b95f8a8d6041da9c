//! As many samples as there are dots to draw: many become one by the fold, one spans several.

use std::ops::Range;

/// How samples that share a dot are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fold {
    /// Amounts: a dot stands for all that came in its time.
    Sum,
    /// Peaks: none is lost, however many samples share a dot.
    #[default]
    Max,
    /// Levels, as latencies and rates.
    Mean,
}

/// One value a dot, the last sample at the right end. A sample that lies across two dots counts in each by its share,
/// so that sixty minutes on fifty dots show no stripes. What is not a number, or below zero, draws as nothing.
pub fn resample(samples: &[Option<f64>], dots: usize, fold: Fold) -> Vec<Option<f64>> {
    if samples.is_empty() {
        return vec![None; dots];
    }
    (0..dots)
        .map(|dot| {
            let range = span(dot, dots, samples.len());
            if samples.len() <= dots { usable(samples[range.start]) } else { join(samples, dot, dots, fold) }
        })
        .collect()
}

/// The samples that a dot stands for; never empty where there are any.
pub fn span(dot: usize, dots: usize, samples: usize) -> Range<usize> {
    let start = dot * samples / dots.max(1);
    start..((dot + 1) * samples).div_ceil(dots.max(1)).clamp(start + 1, samples.max(start + 1))
}

fn usable(sample: Option<f64>) -> Option<f64> {
    sample.filter(|value| value.is_finite()).map(|value| value.max(0.0))
}

fn join(samples: &[Option<f64>], dot: usize, dots: usize, fold: Fold) -> Option<f64> {
    let width = samples.len() as f64 / dots as f64;
    let (from, to) = (dot as f64 * width, (dot + 1) as f64 * width);
    let (mut sum, mut weights, mut most) = (0.0, 0.0, None::<f64>);
    for index in span(dot, dots, samples.len()) {
        let Some(value) = usable(samples[index]) else { continue };
        let share = ((index + 1) as f64).min(to) - (index as f64).max(from);
        sum += value * share;
        weights += share;
        // A sliver is a neighbour that rounding let in.
        if share > 1e-9 {
            most = Some(most.map_or(value, |most| most.max(value)));
        }
    }
    match fold {
        Fold::Sum => most.map(|_| sum),
        Fold::Max => most,
        Fold::Mean => most.map(|_| sum / weights),
    }
}

/// The next round number at or above: an axis that ends on it does not move with every sample, and half of it is short
/// to write.
pub fn round_up(most: f64) -> f64 {
    const STEPS: [f64; 11] = [1.0, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    if !most.is_finite() || most <= 0.0 {
        return 1.0;
    }
    let unit = 10_f64.powf(most.log10().floor());
    // The tolerance keeps 0.3 from becoming 0.4 because it is a little more than 3 × 0.1.
    STEPS.into_iter().map(|step| step * unit).find(|top| *top >= most * (1.0 - 1e-9)).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn few_samples_span_several_dots() {
        assert_eq!(resample(&some(&[1.0, 2.0, 3.0]), 6, Fold::Sum), some(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0]));
        assert_eq!(resample(&some(&[1.0, 2.0]), 3, Fold::Sum).last(), Some(&Some(2.0)));
        assert_eq!(resample(&[], 2, Fold::Sum), [None, None]);
    }

    #[test]
    fn many_samples_are_joined_as_asked() {
        let samples = some(&[1.0, 3.0, 2.0, 8.0]);
        assert_eq!(resample(&samples, 2, Fold::Sum), some(&[4.0, 10.0]));
        assert_eq!(resample(&samples, 2, Fold::Max), some(&[3.0, 8.0]));
        assert_eq!(resample(&samples, 2, Fold::Mean), some(&[2.0, 5.0]));
    }

    #[test]
    fn a_gap_is_left_out_and_a_gap_among_gaps_stays() {
        let samples = [None, Some(4.0), None, None];
        assert_eq!(resample(&samples, 2, Fold::Mean), [Some(4.0), None]);
        assert_eq!(resample(&[Some(f64::NAN), Some(-1.0)], 2, Fold::Max), [None, Some(0.0)]);
    }

    #[test]
    fn axes_end_on_round_numbers() {
        for (most, top) in [(0.21, 0.24), (0.3, 0.3), (11.9, 12.0), (41_000.0, 50_000.0), (1.0, 1.0), (99.0, 100.0)] {
            assert!((round_up(most) / top - 1.0).abs() < 1e-9, "{most} → {}", round_up(most));
        }
        for nothing in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!((round_up(nothing) - 1.0).abs() < 1e-9);
        }
    }

    proptest! {
        #[test]
        fn a_sum_loses_nothing(values in prop::collection::vec(0.0..100.0f64, 1..200), dots in 1usize..100) {
            let drawn = resample(&some(&values), dots, Fold::Sum);
            prop_assert_eq!(drawn.len(), dots);
            if values.len() >= dots {
                let (before, after): (f64, f64) = (values.iter().sum(), drawn.iter().flatten().sum());
                prop_assert!((before - after).abs() < 1e-6, "{} {}", before, after);
            }
        }

        #[test]
        fn a_maximum_loses_no_peak(values in prop::collection::vec(0.0..100.0f64, 1..200), dots in 1usize..100) {
            let most = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
            let drawn = resample(&some(&values), dots, Fold::Max);
            prop_assert!((most(&mut drawn.into_iter().flatten()) - most(&mut values.into_iter())).abs() < 1e-12);
        }

        #[test]
        fn every_sample_has_its_dot(samples in 1usize..300, dots in 1usize..300) {
            prop_assert_eq!(span(0, dots, samples).start, 0);
            prop_assert_eq!(span(dots - 1, dots, samples).end, samples);
            for dot in 1..dots {
                prop_assert!(span(dot, dots, samples).start <= span(dot - 1, dots, samples).end);
            }
        }
    }
}
