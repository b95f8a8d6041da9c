//! Numbers as people read them: few digits, their unit beside them, and never a false one.
//!
//! What is unknown is `–`, what has no known price is `?`, and `$0` is said of exactly nothing: a little more is
//! `<$0.01`. Nothing here writes `NaN`, `inf` or `-0`. A number that rounds up into the next unit is written in it,
//! `1.0k` and not `1000`. Amounts are cut to digits as integers, so that no float adds a cent.

use crate::model::Usd;

/// Stands for what no log told.
pub const UNKNOWN: &str = "–";
/// Stands for a cost whose price is not known.
pub const UNPRICED: &str = "?";

const NANOS: u64 = 1_000_000_000;

/// As many digits as matter: `$0.0042`, `$0.42`, `$12.40`, `$31`, `$1.2k`, `−$31`.
pub fn money(amount: impl Into<Option<Usd>>) -> String {
    signed(amount.into(), |nanos| {
        // Two digits that count below a dollar, two places above it, none on whole dollars.
        let places = match nanos {
            _ if nanos % NANOS == 0 => 0,
            100_000_000.. => 2,
            10_000_000.. => 3,
            1_000_000.. => 4,
            100_000.. => 5,
            _ => 6,
        };
        if round(nanos, NANOS / 100) >= 100_000 {
            return format!("${}", short(round(nanos, NANOS)));
        }
        let text = dollars(nanos, places);
        let cents = text.find('.').map_or(text.len(), |point| text.len().min(point + 3));
        text[..text.trim_end_matches('0').len().max(cents)].to_owned()
    })
}

/// With the same decimal places all down a column: `$0.0228` (4), `$6.12` (2). Larger amounts give up places to keep
/// the width, seven cells: `$12.35`, `$1,235`, `$124k`.
pub fn money_places(amount: impl Into<Option<Usd>>, places: usize) -> String {
    signed(amount.into(), |nanos| match round(nanos, NANOS / 100) {
        _ if nanos == 0 => "$0".to_owned(),
        9_999_950.. => format!("${}", short(round(nanos, NANOS))),
        100_000.. => format!("${}", grouped(round(nanos, NANOS))),
        1_000.. => dollars(nanos, places.min(2)),
        _ => dollars(nanos, places),
    })
}

/// To the millionth, as a bill is added up: `$0.022807`.
pub fn money_exact(amount: impl Into<Option<Usd>>) -> String {
    signed(amount.into(), |nanos| {
        let micros = round(nanos, 1_000);
        format!("${}.{:06}", grouped(micros / 1_000_000), micros % 1_000_000)
    })
}

fn signed(amount: Option<Usd>, write: impl Fn(u64) -> String) -> String {
    let Some(Usd(nanos)) = amount else { return UNKNOWN.to_owned() };
    let text = write(nanos.unsigned_abs());
    if nanos < 0 { format!("−{text}") } else { text }
}

fn dollars(nanos: u64, places: usize) -> String {
    let places = places.min(9);
    let scaled = round(nanos, 10_u64.pow(9 - places as u32));
    if scaled == 0 && nanos > 0 { format!("<${}", decimal(1, places)) } else { format!("${}", decimal(scaled, places)) }
}

/// Tokens, calls, anything counted, in three digits or so: `812`, `19.6k`, `323k`, `1.20M`.
pub fn tokens<N: Into<u64>>(count: Option<N>) -> String {
    count.map_or_else(|| UNKNOWN.to_owned(), |count| short(count.into()))
}

/// Every digit, in groups: `2,422`.
pub fn grouped(count: impl Into<u64>) -> String {
    let digits = count.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn short(count: u64) -> String {
    const UNITS: [(u64, char); 4] = [(1_000, 'k'), (1_000_000, 'M'), (1_000_000_000, 'B'), (1_000_000_000_000, 'T')];
    if count < 1_000 {
        return count.to_string();
    }
    for (unit, letter) in UNITS {
        // Thousands keep one place, which is what tells `1.9k` from `1.7k` in a narrow column; larger ones three digits.
        let enough = [(2, 1_000), (1, 1_000), (0, 1_000)];
        for (places, below) in enough.into_iter().skip(usize::from(letter == 'k')) {
            let scaled = round(count, unit / 10_u64.pow(places));
            if scaled < below || (letter == 'T' && places == 0) {
                return format!("{}{letter}", decimal(scaled, places as usize));
            }
        }
    }
    count.to_string()
}

/// A time for a column, from milliseconds: `35ms`, `0.7s`, `11.8s`, `2m05s`, `1h02m`, `3d04h`.
pub fn seconds<N: Into<u64>>(millis: Option<N>) -> String {
    let Some(millis) = millis.map(Into::into) else { return UNKNOWN.to_owned() };
    let tenths = round(millis, 100);
    let whole = round(millis, 1_000);
    match whole {
        _ if millis < 100 => format!("{millis}ms"),
        _ if tenths < 600 => format!("{}s", decimal(tenths, 1)),
        86_400.. => format!("{}d{:02}h", whole / 86_400, whole / 3_600 % 24),
        3_600.. => format!("{}h{:02}m", whole / 3_600, whole / 60 % 60),
        _ => format!("{}m{:02}s", whole / 60, whole % 60),
    }
}

/// A time of any size, from nanoseconds: `470µs`, `3.4ms`, `350ms`, then like [`seconds`].
pub fn duration<N: Into<u64>>(nanos: Option<N>) -> String {
    let Some(nanos) = nanos.map(Into::into) else { return UNKNOWN.to_owned() };
    match nanos {
        999_500_000.. => seconds(Some(round(nanos, 1_000_000))),
        9_950_000.. => format!("{}ms", round(nanos, 1_000_000)),
        999_500.. => format!("{}ms", decimal(round(nanos, 100_000), 1)),
        1_000.. => format!("{}µs", round(nanos, 1_000)),
        1.. => "<1µs".to_owned(),
        _ => "0ms".to_owned(),
    }
}

/// A share of one, with one place: `1.5%`. Only nothing is `0.0%` and only all is `100%`.
pub fn percent(share: impl Into<Option<f64>>) -> String {
    let Some(share) = finite(share) else { return UNKNOWN.to_owned() };
    let size = share.abs();
    let tenths = (size * 1_000.0).round() as u64;
    let text = match tenths {
        0 if size > 0.0 => return "<0.1%".to_owned(),
        1_000 if size < 1.0 => "99.9%".to_owned(),
        1_000.. => format!("{}%", grouped(round(tenths, 10))),
        _ => format!("{}%", decimal(tenths, 1)),
    };
    if share < 0.0 { format!("−{text}") } else { text }
}

/// A share of one without places: `46%`. Only nothing is `0%` and only all is `100%`.
pub fn percent_whole(share: impl Into<Option<f64>>) -> String {
    let Some(share) = finite(share) else { return UNKNOWN.to_owned() };
    let size = share.abs();
    let text = match (size * 100.0).round() as u64 {
        0 if size > 0.0 => return "<1%".to_owned(),
        100 if size < 1.0 => "99%".to_owned(),
        whole => format!("{}%", grouped(whole)),
    };
    if share < 0.0 { format!("−{text}") } else { text }
}

/// How much more or less, as a share of what was: `+18%`, `−80%`, `±0%`.
pub fn change(share: impl Into<Option<f64>>) -> String {
    let Some(share) = finite(share) else { return UNKNOWN.to_owned() };
    let sign = match share.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => "+",
        Some(std::cmp::Ordering::Less) => "−",
        _ => "±",
    };
    format!("{sign}{}%", grouped((share.abs() * 100.0).round() as u64))
}

/// How many times as much, up to a million: `×2.00`.
pub fn times(factor: impl Into<Option<f64>>) -> String {
    finite(factor).map_or_else(|| UNKNOWN.to_owned(), |factor| format!("×{:.2}", factor.abs().min(1e6)))
}

/// From nothing to one, in three cells: `.97`, `1.0`. Only full confidence is `1.0`.
pub fn confidence(value: impl Into<Option<f64>>) -> String {
    match finite(value) {
        None => UNKNOWN.to_owned(),
        Some(value) if value >= 1.0 => "1.0".to_owned(),
        Some(value) => format!(".{:02}", (value.max(0.0) * 100.0).round().min(99.0) as u64),
    }
}

/// How long ago something was, from milliseconds: `now`, `12 s ago`, `3 h ago`. A time to come is `now`.
pub fn age(millis: impl Into<Option<i64>>) -> String {
    let Some(millis) = millis.into() else { return UNKNOWN.to_owned() };
    let seconds = millis / 1_000;
    match seconds {
        172_800.. => format!("{} d ago", seconds / 86_400),
        3_600.. => format!("{} h ago", seconds / 3_600),
        60.. => format!("{} min ago", seconds / 60),
        2.. => format!("{seconds} s ago"),
        _ => "now".to_owned(),
    }
}

/// `812 B`, `14 kB`, `1.2 GB`; thousands, as disks and networks count.
pub fn bytes<N: Into<u64>>(size: Option<N>) -> String {
    let Some(size) = size.map(Into::into) else { return UNKNOWN.to_owned() };
    if size < 1_000 {
        return format!("{size} B");
    }
    for (unit, name) in [(1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB")] {
        let tenths = round(size, unit / 10);
        if tenths < 100 {
            return format!("{} {name}", decimal(tenths, 1));
        }
        if round(size, unit) < 1_000 {
            return format!("{} {name}", round(size, unit));
        }
    }
    format!("{} TB", decimal(round(size, 100_000_000_000), 1))
}

fn finite(value: impl Into<Option<f64>>) -> Option<f64> {
    value.into().filter(|value| value.is_finite())
}

/// A whole number with its decimal point put in: `(1240, 2)` is `12.40`.
fn decimal(scaled: u64, places: usize) -> String {
    if places == 0 {
        return scaled.to_string();
    }
    let unit = 10_u64.pow(places as u32);
    format!("{}.{:0places$}", scaled / unit, scaled % unit)
}

/// How often `unit` goes into `value`, halves rounded up.
fn round(value: u64, unit: u64) -> u64 {
    value / unit + u64::from(value % unit >= unit.div_ceil(2) && unit > 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Option<Usd> {
        Usd::parse(text)
    }

    #[test]
    fn money_has_as_many_digits_as_matter() {
        for (amount, shown) in [
            ("0", "$0"),
            ("-0", "$0"),
            ("0.0042", "$0.0042"),
            ("0.0228", "$0.023"),
            ("0.005", "$0.005"),
            ("0.42", "$0.42"),
            ("0.1", "$0.10"),
            ("0.09996", "$0.10"),
            ("0.000042", "$0.000042"),
            ("0.0000000001", "$0"),
            ("0.000000001", "<$0.000001"),
            ("12.4", "$12.40"),
            ("31", "$31"),
            ("-31", "−$31"),
            ("-0.0042", "−$0.0042"),
            ("999.99", "$999.99"),
            ("999.996", "$1.0k"),
            ("1234", "$1.2k"),
            ("99960", "$100k"),
            ("1240000", "$1.24M"),
        ] {
            assert_eq!(money(usd(amount)), shown, "{amount}");
        }
        assert_eq!(money(None), UNKNOWN);
        assert_eq!(money(Usd(i64::MIN)), "−$9.22B");
    }

    #[test]
    fn a_column_of_money_keeps_its_places_and_its_width() {
        for (amount, four, two) in [
            ("0", "$0", "$0"),
            ("0.0228", "$0.0228", "$0.02"),
            ("0.0009", "$0.0009", "<$0.01"),
            ("0.00003", "<$0.0001", "<$0.01"),
            ("6.12", "$6.1200", "$6.12"),
            ("9.999", "$10.00", "$10.00"),
            ("12.3456", "$12.35", "$12.35"),
            ("1234.5", "$1,235", "$1,235"),
            ("123999", "$124k", "$124k"),
            ("-12.3456", "−$12.35", "−$12.35"),
        ] {
            assert_eq!(money_places(usd(amount), 4), four, "{amount}");
            assert_eq!(money_places(usd(amount), 2), two, "{amount}");
        }
        assert_eq!(money_places(None, 2), UNKNOWN);
    }

    #[test]
    fn a_bill_is_exact() {
        assert_eq!(money_exact(usd("0.022807")), "$0.022807");
        assert_eq!(money_exact(usd("0")), "$0.000000");
        assert_eq!(money_exact(usd("-1234.5")), "−$1,234.500000");
    }

    #[test]
    fn counts_take_three_digits_or_so() {
        for (count, shown) in [
            (0u64, "0"),
            (812, "812"),
            (999, "999"),
            (1_000, "1.0k"),
            (1_949, "1.9k"),
            (19_636, "19.6k"),
            (99_949, "99.9k"),
            (99_950, "100k"),
            (323_400, "323k"),
            (999_499, "999k"),
            (999_500, "1.00M"),
            (1_200_000, "1.20M"),
            (12_345_678, "12.3M"),
            (345_678_901, "346M"),
            (1_234_567_890, "1.23B"),
            (u64::MAX, "18446744T"),
        ] {
            assert_eq!(tokens(Some(count)), shown, "{count}");
        }
        assert_eq!(tokens(None::<u32>), UNKNOWN);
        assert_eq!(grouped(2_422u32), "2,422");
        assert_eq!(grouped(999u32), "999");
        assert_eq!(grouped(1_234_567u32), "1,234,567");
    }

    #[test]
    fn times_keep_four_or_five_cells() {
        for (millis, shown) in [
            (0u32, "0ms"),
            (35, "35ms"),
            (99, "99ms"),
            (100, "0.1s"),
            (700, "0.7s"),
            (11_800, "11.8s"),
            (59_949, "59.9s"),
            (59_950, "1m00s"),
            (125_000, "2m05s"),
            (3_599_499, "59m59s"),
            (3_599_500, "1h00m"),
            (3_720_000, "1h02m"),
            (273_600_000, "3d04h"),
        ] {
            assert_eq!(seconds(Some(millis)), shown, "{millis}");
        }
        assert_eq!(seconds(None::<u32>), UNKNOWN);
        for (nanos, shown) in [
            (0u64, "0ms"),
            (40, "<1µs"),
            (470_000, "470µs"),
            (999_500, "1.0ms"),
            (3_440_000, "3.4ms"),
            (350_000_000, "350ms"),
            (999_600_000, "1.0s"),
            (125_000_000_000, "2m05s"),
        ] {
            assert_eq!(duration(Some(nanos)), shown, "{nanos}");
        }
    }

    #[test]
    fn only_nothing_is_none_and_only_all_is_all() {
        for (share, one, whole) in [
            (0.0, "0.0%", "0%"),
            (-0.0, "0.0%", "0%"),
            (0.0001, "<0.1%", "<1%"),
            (0.015, "1.5%", "2%"),
            (0.142, "14.2%", "14%"),
            (0.9999, "99.9%", "99%"),
            (1.0, "100%", "100%"),
            (12.34, "1,234%", "1,234%"),
            (-0.5, "−50.0%", "−50%"),
        ] {
            assert_eq!(percent(share), one, "{share}");
            assert_eq!(percent_whole(share), whole, "{share}");
        }
        for nothing in [None, Some(f64::NAN), Some(f64::INFINITY)] {
            assert_eq!(percent(nothing), UNKNOWN);
            assert_eq!(percent_whole(nothing), UNKNOWN);
            assert_eq!(change(nothing), UNKNOWN);
            assert_eq!(times(nothing), UNKNOWN);
            assert_eq!(confidence(nothing), UNKNOWN);
        }
    }

    #[test]
    fn changes_carry_their_sign() {
        for (share, shown) in [(0.18, "+18%"), (-0.8, "−80%"), (0.0, "±0%"), (-0.0, "±0%"), (12.5, "+1,250%")] {
            assert_eq!(change(share), shown);
        }
        assert_eq!(times(2.0), "×2.00");
    }

    #[test]
    fn confidence_takes_three_cells() {
        for (value, shown) in
            [(0.97, ".97"), (0.41, ".41"), (0.0, ".00"), (0.999, ".99"), (1.0, "1.0"), (95.0, "1.0"), (-1.0, ".00")]
        {
            assert_eq!(confidence(value), shown);
        }
    }

    #[test]
    fn ages_and_sizes_have_words() {
        for (millis, shown) in [
            (-5_000, "now"),
            (1_900, "now"),
            (12_000, "12 s ago"),
            (240_000, "4 min ago"),
            (10_800_000, "3 h ago"),
            (259_200_000, "3 d ago"),
        ] {
            assert_eq!(age(millis), shown);
        }
        assert_eq!(age(None), UNKNOWN);
        for (size, shown) in [
            (812u64, "812 B"),
            (1_240, "1.2 kB"),
            (14_400, "14 kB"),
            (999_600, "1.0 MB"),
            (1_200_000_000, "1.2 GB"),
            (3_400_000_000_000, "3.4 TB"),
        ] {
            assert_eq!(bytes(Some(size)), shown);
        }
    }

    proptest! {
        #[test]
        fn nothing_false_is_ever_written(nanos: i64, count: u64, share: f64) {
            let texts = [
                money(Usd(nanos)), money_places(Usd(nanos), 4), money_exact(Usd(nanos)), tokens(Some(count)),
                grouped(count), seconds(Some(count)), duration(Some(count)), bytes(Some(count)), percent(share),
                percent_whole(share), change(share), times(share), confidence(share), age(nanos),
            ];
            for text in texts {
                prop_assert!(!text.is_empty());
                prop_assert!(!["NaN", "inf", "-"].iter().any(|wrong| text.contains(wrong)), "{}", text);
            }
            prop_assert!(nanos == 0 || money(Usd(nanos)).trim_start_matches('−') != "$0");
            prop_assert!(money_places(Usd(nanos.rem_euclid(90_000_000_000_000)), 4).len() <= 8);
        }
    }
}
