//! Moments as people write them for `--since`, `--until` and the filter: `7d`, `90m`, `today`, `2026-11-01`,
//! `2026-11-01T12:00`, with or without a zone.

use chrono::{DateTime, Days, Local, NaiveDate, NaiveDateTime, TimeZone};

use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND, start_of_day};

/// What is understood, for error messages.
pub const EXPECTED: &str =
    "a span back from now (90m, 24h, 7d), today, yesterday, a date (2026-11-01) or a time (2026-11-01T12:00)";

/// The first moment meant. A date alone is the beginning of that local day.
pub fn parse_since(text: &str, now: Stamp) -> Option<Stamp> {
    parse(text, now, false)
}

/// The last moment meant. A date alone is the end of that local day, inclusive.
pub fn parse_until(text: &str, now: Stamp) -> Option<Stamp> {
    parse(text, now, true)
}

fn parse(text: &str, now: Stamp, end: bool) -> Option<Stamp> {
    let text = text.trim();
    let whole_day = |day: NaiveDate| {
        let start = start_of_day(day);
        if end { day.succ_opt().map(|next| start_of_day(next).minus(1)) } else { Some(start) }
    };
    match text {
        "now" => return Some(now),
        "today" => return whole_day(now.day()),
        "yesterday" => return whole_day(now.day().checked_sub_days(Days::new(1))?),
        _ => {}
    }
    if let Some(span) = span(text) {
        return Some(now.minus(span));
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return whole_day(day);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Stamp(at.timestamp_millis()));
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let naive = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Local.from_local_datetime(&naive).earliest().map(|at| Stamp(at.timestamp_millis()))
}

/// `90m`, `24h`, `7d`, `2w`, `30s` in milliseconds.
pub fn span(text: &str) -> Option<i64> {
    let unit = match text.bytes().last()? {
        b's' => SECOND,
        b'm' => MINUTE,
        b'h' => HOUR,
        b'd' => DAY,
        b'w' => 7 * DAY,
        _ => return None,
    };
    let count: f64 = text.get(..text.len() - 1)?.parse().ok()?;
    (count >= 0.0 && count.is_finite()).then_some((count * unit as f64) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_bound_is_understood() {
        let now = Stamp(1_763_900_000_000);
        for (text, back) in [("90m", 90 * MINUTE), ("24h", DAY), ("7d", 7 * DAY), ("1.5h", 90 * MINUTE), ("now", 0)] {
            assert_eq!(parse_since(text, now), Some(now.minus(back)), "{text}");
        }
        assert_eq!(parse_since("2026-01-05T10:00:00Z", now), Some(Stamp(1_767_607_200_000)));
        for text in ["", "soon", "12", "2026-13-01", "-5m", "5x"] {
            assert_eq!(parse_since(text, now), None, "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_the_whole_day_to_its_last_moment() {
        let now = Stamp(1_763_900_000_000);
        let (first, last) = (parse_since("2026-11-01", now).unwrap(), parse_until("2026-11-01", now).unwrap());
        assert_eq!(first.day(), last.day());
        assert_ne!(last.plus(1).day(), last.day());
    }
}
