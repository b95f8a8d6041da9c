//! Points in time in every form that logs write them.

use crate::model::Stamp;

use super::Value;

/// Reads a time: ISO 8601 with `T` or a space, with `Z`, an offset or no zone (then UTC); or a count of seconds,
/// milliseconds, microseconds or nanoseconds since 1970, told apart by magnitude; or `[seconds, nanoseconds]`.
/// `None` for anything else and for moments outside 1990 to 2200.
pub fn read(value: &Value<'_>) -> Option<Stamp> {
    Some(moment(value)?.at)
}

/// Nanoseconds from one time to another, as exactly as they are written; `None` also if the other was before.
pub fn between(from: &Value<'_>, to: &Value<'_>) -> Option<u64> {
    // Most records tell no end.
    let to = moment(to)?;
    let from = moment(from)?;
    u64::try_from((to.at.0 - from.at.0) * 1_000_000 + (to.below - from.below)).ok()
}

/// A stamp, and the nanoseconds by which it was later.
struct Moment {
    at: Stamp,
    below: i64,
}

impl Moment {
    fn millis(millis: i64) -> Self {
        Self { at: Stamp(millis), below: 0 }
    }

    /// Of a count in which a millisecond has this many.
    fn counted(count: i64, a_milli: i64) -> Self {
        let below = count.rem_euclid(a_milli) * (1_000_000 / a_milli);
        Self { at: Stamp(count.div_euclid(a_milli)), below }
    }
}

#[inline]
fn moment(value: &Value<'_>) -> Option<Moment> {
    let moment = match value {
        Value::Text(text) => text_moment(text.trimmed()),
        Value::Number(text) => epoch_text(text),
        Value::Int(number) => epoch_int(*number),
        Value::Real(number) => epoch_real(*number),
        Value::Raw(bytes) => pair(bytes),
        _ => None,
    }?;
    Stamp::checked(moment.at).map(|at| Moment { at, ..moment })
}

fn text_moment(bytes: &[u8]) -> Option<Moment> {
    if let Some(millis) = bytes.first_chunk().filter(|_| bytes.len() == USUAL).and_then(usual) {
        return Some(Moment::millis(millis));
    }
    if bytes.first() == Some(&b'[') {
        return pair(bytes);
    }
    if bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' {
        iso(bytes)
    } else {
        epoch_text(std::str::from_utf8(bytes).ok()?)
    }
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, as most loggers write it.
const USUAL: usize = 24;

/// As [`iso`], without a look at what may be otherwise; `None` if anything is.
fn usual(bytes: &[u8; USUAL]) -> Option<i64> {
    const LEAST: &[u8; USUAL] = b"0000-00-00T00:00:00.000Z";
    const MOST: &[u8; USUAL] = b"9999-99-99T99:99:99.999Z";
    let range = LEAST.iter().zip(MOST);
    // Counted to the end: that needs no jump a byte.
    let odd: u32 =
        bytes.iter().zip(range).map(|(byte, (least, most))| u32::from(!(least..=most).contains(&byte))).sum();
    let digit = |at: usize| i64::from(bytes[at] & 0xf);
    let two = |at: usize| digit(at) * 10 + digit(at + 1);
    let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    let is_plain = hour < 24 && minute < 60 && second < 60 && (1..=12).contains(&month) && (1..=28).contains(&day);
    let millis = digit(20) * 100 + two(21);
    let time = hour * 3_600_000 + minute * 60_000 + second * 1_000 + millis;
    (odd == 0 && is_plain).then(|| days_from_civil(year, month, day) * 86_400_000 + time)
}

/// A decimal number, exactly: nanoseconds since 1970 do not fit a float.
fn epoch_text(text: &str) -> Option<Moment> {
    match text.parse::<i64>() {
        Ok(number) => epoch_int(number),
        Err(_) => epoch_real(text.parse().ok()?),
    }
}

/// The unit by magnitude: seconds until 2200 have 10 digits, milliseconds 13, microseconds 16, nanoseconds 19.
fn epoch_int(number: i64) -> Option<Moment> {
    Some(match number {
        631_152_000..=7_258_118_400 => Moment::millis(number * 1_000),
        631_152_000_000..=7_258_118_400_000 => Moment::millis(number),
        631_152_000_000_000..=7_258_118_400_000_000 => Moment::counted(number, 1_000),
        631_152_000_000_000_000..=7_258_118_400_000_000_000 => Moment::counted(number, 1_000_000),
        _ => return None,
    })
}

fn epoch_real(number: f64) -> Option<Moment> {
    let micros = match number.abs() {
        size if size < 1e11 => number * 1e6,
        size if size < 1e14 => number * 1e3,
        size if size < 1e17 => number,
        size if size < 1e19 => number / 1e3,
        _ => return None,
    };
    // A float of seconds carries microseconds at best; rounding keeps 1.234 from becoming 1.233.
    Some(Moment::counted(micros.round() as i64, 1_000))
}

/// `[seconds, nanoseconds]`.
fn pair(bytes: &[u8]) -> Option<Moment> {
    let [seconds, nanos]: [i64; 2] = serde_json::from_slice(bytes).ok()?;
    let Moment { at, below } = Moment::counted(nanos, 1_000_000);
    Some(Moment { at: Stamp(seconds.checked_mul(1_000)?.checked_add(at.0)?), below })
}

/// `YYYY-MM-DD[T ]HH:MM[:SS[.fraction]][Z|±HH[:MM]]`, or a date alone.
fn iso(bytes: &[u8]) -> Option<Moment> {
    let number = |from: usize, to: usize| -> Option<i64> {
        bytes
            .get(from..to)?
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * 86_400_000;
    if bytes.len() == 10 {
        return Some(Moment::millis(midnight));
    }
    let (hour, minute) = (number(11, 13)?, number(14, 16)?);
    if !matches!(bytes[10], b'T' | b't' | b' ') || bytes[13] != b':' || hour > 24 || minute > 59 {
        return None;
    }
    let mut at = 16;
    let (mut millis, mut below) = (0, 0);
    if bytes.get(at) == Some(&b':') {
        let second = number(17, 19)?;
        if second > 60 {
            return None;
        }
        // A leap second is the last moment of its minute.
        millis = second.min(59) * 1_000 + if second == 60 { 999 } else { 0 };
        at = 19;
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            let fraction = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let digits =
                |n: usize| bytes.get(at + 1 + n).filter(|_| n < fraction).map_or(0, |byte| i64::from(byte - b'0'));
            let number = |from: usize| digits(from) * 100 + digits(from + 1) * 10 + digits(from + 2);
            millis += number(0);
            below = number(3) * 1_000 + number(6);
            at += 1 + fraction;
        }
    }
    let zone = zone(bytes.get(at..)?)?;
    Some(Moment { at: Stamp(midnight + hour * 3_600_000 + minute * 60_000 + millis - zone), below })
}

/// Milliseconds east of Greenwich; nothing at all is UTC.
fn zone(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let sign = match bytes.first() {
        None => return Some(0),
        Some(b'Z' | b'z') if bytes.len() == 1 => return Some(0),
        Some(b'U') if bytes == b"UTC" => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return None,
    };
    let digits: Vec<i64> =
        bytes[1..].iter().filter(|byte| **byte != b':').map(|byte| i64::from(byte.wrapping_sub(b'0'))).collect();
    if digits.iter().any(|digit| !(0..=9).contains(digit)) {
        return None;
    }
    match digits[..] {
        [h, i] => Some(sign * (h * 10 + i) * 3_600_000),
        [h, i, m, n] => Some(sign * ((h * 10 + i) * 60 + m * 10 + n) * 60_000),
        _ => None,
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day is the last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &'static str) -> Value<'static> {
        Value::Text(text.into())
    }

    #[test]
    fn one_instant_in_every_form() {
        for value in [
            text("2026-01-05T10:00:01.500Z"),
            text("2026-01-05 10:00:01.500"),
            text("2026-01-05 10:00:01.500000+00:00"),
            text("2026-01-05T11:00:01.5+01:00"),
            text("2026-01-05T05:00:01.500-0500"),
            text("2026-01-05T10:00:01,500Z"),
            text("1767607201500"),
            text("1767607201.5"),
            text("1767607201500000000"),
            Value::Number("1767607201.5"),
            Value::Number("1767607201500"),
            Value::Int(1_767_607_201_500_000),
            Value::Int(1_767_607_201_500_000_000),
            Value::Real(1_767_607_201.5),
            Value::Raw(b"[1767607201, 500000000]"),
        ] {
            assert_eq!(read(&value), Some(Stamp(1_767_607_201_500)), "{value:?}");
        }
        assert_eq!(read(&text("2026-01-05")), Some(Stamp(1_767_571_200_000)));
        assert_eq!(read(&text("2026-01-05T10:00")), Some(Stamp(1_767_607_200_000)));
    }

    #[test]
    fn a_span_is_as_exact_as_its_ends_are_written() {
        for (from, to, nanos) in [
            (Value::Int(1_767_607_201_500_000_000), Value::Int(1_767_607_201_500_250_000), Some(250_000)),
            (text("1767607201500900000"), text("1767607201501100000"), Some(200_000)),
            (Value::Int(1_767_607_201_500_900), Value::Int(1_767_607_201_501_000), Some(100_000)),
            (Value::Raw(b"[1767607201,999999999]"), Value::Raw(b"[1767607202,1]"), Some(2)),
            (text("2026-01-05T10:00:01.000125Z"), text("2026-01-05 10:00:01.000375"), Some(250_000)),
            (text("2026-01-05T10:00:01.999999999Z"), text("2026-01-05T10:00:02.000000001Z"), Some(2)),
            (Value::Real(1_767_607_201.000_1), Value::Real(1_767_607_201.000_35), Some(250_000)),
            (text("2026-01-05T10:00:01.500Z"), text("2026-01-05T10:00:03.750Z"), Some(2_250_000_000)),
            (text("2026-01-05T10:00:01Z"), text("2026-01-05T10:00:01Z"), Some(0)),
            (text("2026-01-05T10:00:01.0002Z"), text("2026-01-05T10:00:01.0001Z"), None),
            (text("2026-01-05T10:00:01Z"), text("soon"), None),
        ] {
            assert_eq!(between(&from, &to), nanos, "{from:?} {to:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_made_into_one() {
        for value in [
            text(""),
            text("yesterday"),
            text("2026-13-01T00:00:00Z"),
            text("2026-02-30T00:00:00Z"),
            text("2026-01-05T25:00:00Z"),
            text("2026-01-05T10:00:00 Mars"),
            text("9999-01-01T00:00:00Z"),
            text("1970-01-01T00:00:00Z"),
            Value::Int(12),
            Value::Int(-5),
            Value::Real(f64::NAN),
            Value::Null,
            Value::Raw(b"{}"),
        ] {
            assert_eq!(read(&value), None, "{value:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn iso_agrees_with_chrono(millis in 631_152_000_000_i64..7_258_118_400_000) {
            let stamp = Stamp(millis);
            proptest::prop_assert_eq!(read(&Value::Text(stamp.iso().into())), Some(stamp));
        }

        #[test]
        fn no_text_breaks_it(text in "[0-9TtZz:+., -]{0,40}|\\PC{0,30}") {
            let _ = read(&Value::Text(text.into()));
        }
    }
}
