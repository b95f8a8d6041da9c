//! Money as an integer, so that a million small amounts add up to the cent whatever their order.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount in nano-dollars (10⁻⁹ USD). Sums saturate at about ± 9.2 billion dollars instead of wrapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(pub i64);

impl Usd {
    pub const ZERO: Self = Self(0);

    /// The nearest nano-dollar to an amount in dollars; `None` for NaN, infinities and amounts out of range.
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        let nanos = (dollars * 1e9).round();
        (nanos.abs() < 9.2e18).then_some(Self(nanos as i64))
    }

    /// Reads a decimal number of dollars (`0.0228`, `1.2e-3`) exactly, without going through a float where the text
    /// is plain decimal; digits beyond the ninth are rounded half away from zero.
    pub fn parse(text: &str) -> Option<Self> {
        parse_plain(text).or_else(|| text.parse().ok().and_then(Self::from_dollars))
    }

    /// As people and reports write it: `$1,234.50`, `0.05 USD`. `None` for another currency, or a decimal comma.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_suffix("USD").unwrap_or(text).trim_end();
        let text = text.strip_prefix("US").unwrap_or(text);
        let text = text.strip_prefix('$').unwrap_or(text).trim_start();
        if !text.contains(',') {
            return Self::parse(text);
        }
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let groups: Vec<&str> = whole.trim_start_matches('-').split(',').collect();
        let grouped = groups.iter().enumerate().all(|(nth, group)| {
            let fits = if nth == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
            fits && group.bytes().all(|byte| byte.is_ascii_digit())
        });
        if grouped { Self::parse(&text.replace(',', "")) } else { None }
    }

    /// The amount in dollars, for JSON and for drawing; exact to the nano-dollar up to nine million dollars.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e9
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What an amount may be off by because it was rounded: half of its last decimal place that is not zero. Nothing is
    /// rounded more coarsely than to cents: `$2` is not anything between one and a half and two and a half.
    #[must_use]
    pub fn rounding(self) -> Self {
        const CENT: i64 = 10_000_000;
        let mut place = 1;
        while place < CENT && self.0 != 0 && self.0 % (place * 10) == 0 {
            place *= 10;
        }
        Self(place / 2)
    }
}

/// A second currency, at a fixed rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Currency {
    /// `SEK`.
    pub code: String,
    /// How many of it a dollar is.
    pub rate: f64,
    /// The day of the rate, `YYYY-MM-DD`.
    pub date: Option<String>,
}

impl Currency {
    pub fn of(&self, amount: Usd) -> f64 {
        amount.dollars() * self.rate
    }

    /// `10.4 a dollar of 2026-11-01`.
    pub fn origin(&self) -> String {
        let date = self.date.as_deref().map(|date| format!(" of {date}")).unwrap_or_default();
        format!("{} a dollar{date}", self.rate)
    }
}

/// `-12.345678901` as nano-dollars, all in integers.
fn parse_plain(text: &str) -> Option<Usd> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut nanos: i64 = 0;
    let mut places: Option<u32> = None;
    let mut any = false;
    for &byte in digits {
        match (byte, places) {
            (b'.', None) => places = Some(0),
            (b'0'..=b'9', _) => {
                any = true;
                let digit = i64::from(byte - b'0');
                match places {
                    Some(9) => {
                        // The tenth place decides the rounding; what follows it cannot change "half away from zero".
                        nanos = nanos.checked_add(i64::from(digit >= 5))?;
                        places = Some(10);
                    }
                    Some(n) if n > 9 => {}
                    _ => {
                        nanos = nanos.checked_mul(10)?.checked_add(digit)?;
                        places = places.map(|n| n + 1);
                    }
                }
            }
            _ => return None,
        }
    }
    let scale = 10_i64.checked_pow(9 - places.unwrap_or(0).min(9))?;
    let nanos = nanos.checked_mul(scale)?;
    any.then_some(Usd(if negative { -nanos } else { nanos }))
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Usd {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Usd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl serde::Serialize for Usd {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.dollars())
    }
}

/// The full amount, nine places, as a bill shows it: `0.022807000`.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_is_read_exactly() {
        for (text, nanos) in [
            ("0.022807", Some(22_807_000)),
            ("12", Some(12_000_000_000)),
            ("-0.5", Some(-500_000_000)),
            ("0.0000000015", Some(2)),
            ("0.0000000014", Some(1)),
            ("0.00000000149999", Some(1)),
            ("1.2e-3", Some(1_200_000)),
            (".5", Some(500_000_000)),
            ("5.", Some(5_000_000_000)),
            ("", None),
            (".", None),
            ("abc", None),
            ("1e400", None),
            ("99999999999999", None),
        ] {
            assert_eq!(Usd::parse(text).map(|usd| usd.0), nanos, "{text}");
        }
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, nanos) in [
            ("$1,234.50", Some(1_234_500_000_000)),
            (" 0.05 USD", Some(50_000_000)),
            ("US$12", Some(12_000_000_000)),
            ("1e-3", Some(1_000_000)),
            ("1,234,567", Some(1_234_567_000_000_000)),
            ("-0.5", Some(-500_000_000)),
            ("0,05", None),
            ("1,23.5", None),
            ("€0.05", None),
            ("NaN", None),
            ("", None),
            ("$", None),
        ] {
            assert_eq!(Usd::from_text(text), nanos.map(Usd), "{text}");
        }
    }

    #[test]
    fn an_amount_is_as_precise_as_it_is_written() {
        for (text, rounding) in [
            ("0.07", 5_000_000),
            ("0.10", 5_000_000),
            ("12", 5_000_000),
            ("0.0739", 50_000),
            ("0.022807", 500),
            ("0.240547911", 0),
            ("0", 0),
        ] {
            assert_eq!(Usd::parse(text).unwrap().rounding(), Usd(rounding), "{text}");
        }
    }

    #[test]
    fn a_sum_of_cents_has_no_drift() {
        let sum: Usd = (0..1_000_000).map(|_| Usd::parse("0.01").unwrap()).sum();
        assert_eq!(sum.to_string(), "10000.000000000");
    }

    #[test]
    fn sums_saturate_instead_of_wrapping() {
        assert_eq!(Usd(i64::MAX) + Usd(1), Usd(i64::MAX));
    }
}
