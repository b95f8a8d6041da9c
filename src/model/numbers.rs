//! Numbers as people read them: few digits, their unit beside them, and never a false one.
//!
//! What is unknown is `–`, what has no known price is `?`, and `$0` is said of exactly nothing: a little more is
//! `<$0.01`. Nothing here writes `NaN`, `inf` or `-0`. A number that rounds up into the next unit is written in it,
//! `1.0k` and not `1000`. Amounts are cut to digits as integers, so that no float adds a cent.

use super::{Currency, Usd};

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

/// For sums that people copy: `$2,284.23`, and below a dollar as [`money`].
pub fn money_full(amount: impl Into<Option<Usd>>) -> String {
    let amount = amount.into();
    match amount {
        Some(sum) if sum.0.unsigned_abs() >= NANOS => signed(amount, |nanos| {
            let cents = round(nanos, NANOS / 100);
            format!("${}.{:02}", grouped(cents / 100), cents % 100)
        }),
        _ => money(amount),
    }
}

/// To the millionth, as a bill is added up: `$0.022807`.
pub fn money_exact(amount: impl Into<Option<Usd>>) -> String {
    signed(amount.into(), |nanos| {
        let micros = round(nanos, 1_000);
        format!("${}.{:06}", grouped(micros / 1_000_000), micros % 1_000_000)
    })
}

/// In a second currency, as a bill is added up: `SEK 0.237193`.
pub fn foreign_exact(currency: &Currency, amount: Usd) -> String {
    in_place_of_dollars(currency, &money_exact(Usd::from_dollars(currency.of(amount))))
}

/// In a second currency, in four digits at most: `SEK 35.5`, `SEK 1.2k`.
pub fn foreign(currency: &Currency, amount: Usd) -> String {
    let text = signed(Usd::from_dollars(currency.of(amount)), |nanos| match nanos {
        0 => "$0".to_owned(),
        99_950_000_000.. => format!("${}", short(round(nanos, NANOS))),
        9_995_000_000.. => dollars(nanos, 1),
        _ => dollars(nanos, 2),
    });
    in_place_of_dollars(currency, &text)
}

/// In a second currency, with as many digits as [`money`]: `SEK 0.0108`.
pub fn foreign_money(currency: &Currency, amount: Usd) -> String {
    in_place_of_dollars(currency, &money(Usd::from_dollars(currency.of(amount))))
}

fn in_place_of_dollars(currency: &Currency, text: &str) -> String {
    text.replacen('$', &format!("{} ", currency.code), 1)
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
        _ if millis == 0 => "0s".to_owned(),
        _ if millis < 100 => format!("{millis}ms"),
        _ if tenths < 600 => format!("{}s", decimal(tenths, 1)),
        86_400.. => format!("{}d{:02}h", whole / 86_400, whole / 3_600 % 24),
        3_600.. => format!("{}h{:02}m", whole / 3_600, whole / 60 % 60),
        _ => format!("{}m{:02}s", whole / 60, whole % 60),
    }
}

/// What is said of a writer that has written nothing for so many milliseconds.
pub fn quiet(millis: i64) -> String {
    format!("its writer wrote steadily, and nothing for {}", seconds(u64::try_from(millis).ok()))
}

/// A time of any size, from nanoseconds: `<1ms`, `470µs`, `3.4ms`, `350ms`, then like [`seconds`].
pub fn duration<N: Into<u64>>(nanos: Option<N>) -> String {
    let Some(nanos) = nanos.map(Into::into) else { return UNKNOWN.to_owned() };
    match nanos {
        999_500_000.. => seconds(Some(round(nanos, 1_000_000))),
        9_950_000.. => format!("{}ms", round(nanos, 1_000_000)),
        999_500.. => format!("{}ms", decimal(round(nanos, 100_000), 1)),
        1_000.. => format!("{}µs", round(nanos, 1_000)),
        1.. => "<1µs".to_owned(),
        // By a clock that counts milliseconds, as most do.
        _ => "<1ms".to_owned(),
    }
}

/// Money beside a graph, from dollars.
pub fn money_mark(dollars: f64) -> String {
    money(Usd::from_dollars(dollars))
}

/// A time beside a graph, from milliseconds: `12s` and not `12.0s`, since marks are round.
pub fn seconds_mark(millis: f64) -> String {
    seconds(whole(millis)).replace(".0s", "s")
}

/// A count beside a graph: `50k` and not `50.0k`.
pub fn tokens_mark(count: f64) -> String {
    let text = tokens(whole(count));
    let (digits, unit) = text.split_at(text.trim_end_matches(char::is_alphabetic).len());
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}{unit}")
}

/// A share beside a graph.
pub fn percent_mark(share: f64) -> String {
    percent(share).replace(".0%", "%")
}

fn whole(value: f64) -> Option<u64> {
    finite(value).map(|value| value.max(0.0).round() as u64)
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

/// How many times as much, up to a million, in three digits: `×2.00`, `×34.5`, `×733`.
pub fn times(factor: impl Into<Option<f64>>) -> String {
    finite(factor).map_or_else(
        || UNKNOWN.to_owned(),
        |factor| match factor.abs().min(1e6) {
            large @ 99.95.. => format!("×{}", grouped(large.round() as u64)),
            middle @ 9.995.. => format!("×{middle:.1}"),
            small => format!("×{small:.2}"),
        },
    )
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

/// How long something will be, from milliseconds, in two units at most: `4 d 7 h`, `2 h 5 min`, `40 s`.
pub fn span(millis: i64) -> String {
    let seconds = millis.max(0) / 1_000;
    let two = |one: i64, name: &str, rest: i64, other: &str| match rest {
        0 => format!("{one} {name}"),
        rest => format!("{one} {name} {rest} {other}"),
    };
    match seconds {
        86_400.. => two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
        3_600.. => two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        60.. => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
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

/// A difference of two shares: `+59 pt`, `−3 pt`. Only none at all is `±0 pt`.
pub fn points(gap: f64) -> String {
    let sign = if gap < 0.0 { "−" } else { "+" };
    match (gap.abs() * 100.0).round() as u64 {
        _ if !gap.is_finite() => UNKNOWN.to_owned(),
        _ if gap == 0.0 => "±0 pt".to_owned(),
        0 => format!("{sign}<1 pt"),
        points => format!("{sign}{points} pt"),
    }
}

/// How likely something is chance, as people write it: `q<.001`, `q .04`.
pub fn chance(q: Option<f64>) -> String {
    match finite(q) {
        None => UNKNOWN.to_owned(),
        Some(q) if q < 0.001 => "q<.001".to_owned(),
        Some(q) if q < 0.01 => format!("q .{:03}", (q * 1e3).round() as u64),
        Some(q) if q < 0.995 => format!("q .{:02}", (q * 1e2).round() as u64),
        Some(_) => "q 1".to_owned(),
    }
}

/// What is spent more, or less: `+$1.20`, `−$0.42`, `±$0`.
pub fn more(amount: Usd) -> String {
    match amount.0 {
        0 => "±$0".to_owned(),
        1.. => format!("+{}", money(amount)),
        _ => money(amount),
    }
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
mod tests;
