//! Chance that comes out the same for ever: the demo's files are compared byte for byte across machines and releases,
//! so nothing here may follow a library's or a platform's mind. The generator is `SplitMix64`; logarithm and power are
//! sums of products, because the system's own differ between systems in the last bit, and one bit is one other byte.

/// A stream of chance. Equal seeds give equal streams.
#[derive(Debug, Clone)]
pub struct Rng(u64);

/// Spreads a number over all 64 bits.
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// Sixty-four even bits.
    pub fn bits(&mut self) -> u64 {
        let bits = mix(self.0);
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        bits
    }

    /// Even in [0, 1), on a grid of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Even in [0, n); 0 for an `n` of 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Even in [low, high].
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low) as usize + 1) as u32
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items; they may not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &'a [&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// An index, as likely as its weight; 0 where all weights are 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut left = self.below(total as usize) as u32;
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// Bell-shaped: mean 0, deviation 1, never beyond ± 3.5. A sum of four even sixteenths of the word is near enough.
    pub fn normal(&mut self) -> f64 {
        let bits = self.bits();
        let sum: u64 = (0..4).map(|part| (bits >> (16 * part)) & 0xFFFF).sum();
        (sum as f64 / 65536.0 - 2.0) * 1.732_050_807_568_877_2
    }

    /// Skewed to the right, as latencies and token counts are: half of the values lie below `median`.
    pub fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        median * exp(spread * self.normal())
    }

    /// The wait for the next of many independent arrivals, with mean 1.
    pub fn wait(&mut self) -> f64 {
        -ln(1.0 - self.unit())
    }
}

/// The natural logarithm of a positive number, to about nine digits.
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    let mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0 + square * (1.0 / 9.0))));
    2.0 * s * series + exponent as f64 * std::f64::consts::LN_2
}

/// e to the power of `x`, for |x| below 700, to about seven digits.
fn exp(x: f64) -> f64 {
    let whole = (x / std::f64::consts::LN_2).round();
    let rest = x - whole * std::f64::consts::LN_2;
    let series = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest / 120.0))));
    series * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut rng = Rng::new(7);
        assert_eq!([rng.bits(), rng.bits()], [13_309_476_754_707_697_221, 11_984_929_618_412_882_174]);
    }

    #[test]
    fn the_own_functions_follow_the_real_ones() {
        for x in [1e-9, 0.01, 0.5, 1.0, 1.9, 12.0, 1e6] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-4, "ln {x}");
        }
        for x in [-5.0, -0.3, 0.0, 0.34, 1.0, 6.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-4, "exp {x}");
        }
    }

    #[test]
    fn draws_stay_in_their_range_and_have_their_mean() {
        let mut rng = Rng::new(1);
        let n = 20_000;
        let mean = |draw: &mut dyn FnMut() -> f64| (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || rng.unit()) - 0.5).abs() < 0.01);
        assert!((mean(&mut || rng.wait()) - 1.0).abs() < 0.03);
        assert!(mean(&mut || rng.normal()).abs() < 0.03);
        assert!((0..n).all(|_| (3..=5).contains(&rng.between(3, 5))));
        let twos = (0..n).filter(|_| rng.weighted([1, 0, 3].into_iter()) == 2).count();
        assert!((14_000..16_000).contains(&twos), "{twos}");
    }
}
