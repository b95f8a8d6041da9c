//! Moments as people write them for `--since`, `--until` and the filter: `7d`, `90m`, `today`, `2026-11-01`,
//! `2026-11-01T12:00`, with or without a zone.

use chrono::{DateTime, Datelike, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND, start_of_day};

/// What is understood, for error messages.
pub const EXPECTED: &str =
    "a span back from now (90m, 24h, 7d), today, yesterday, a date (2026-11-01) or a time (2026-11-01T12:00)";

/// What is understood where one moment is meant.
pub const MOMENTS: &str = "14:32, -2h, yesterday 9:00 or 2026-11-24 12:00";

/// One moment: a time of today's clock, or of yesterday's if today's has not come yet; a span back from now; a day, named
/// or as a date, with a time or without.
pub fn parse_moment(text: &str, now: Stamp) -> Option<Stamp> {
    let text = text.trim();
    let clock =
        |text: &str| ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok());
    let on = |day: NaiveDate, time: NaiveTime| {
        Local.from_local_datetime(&day.and_time(time)).earliest().map(|at| Stamp(at.timestamp_millis()))
    };
    let today = now.day();
    if let Some(time) = clock(text) {
        let at = on(today, time).filter(|at| *at <= now);
        return at.or_else(|| on(today.pred_opt()?, time));
    }
    // As the table of calls writes it: `Feb 10 22:59:25`, of the last year that had it; `Jun 14'25 22:59`.
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [month, day, rest @ ..] = &words[..]
        && month.len() == 3
        && let Some(time) = rest.first().map_or(Some(NaiveTime::MIN), |time| clock(time))
    {
        let (day, year) = day.split_once('\'').map_or((*day, None), |(day, year)| (day, Some(format!("20{year}"))));
        let in_year = |year: &str| {
            let day = NaiveDate::parse_from_str(&format!("{month} {day} {year}"), "%b %d %Y").ok()?;
            on(day, time)
        };
        let this = today.year();
        return match year {
            Some(year) => in_year(&year),
            None => in_year(&this.to_string()).filter(|at| *at <= now).or_else(|| in_year(&(this - 1).to_string())),
        };
    }
    if let Some((day, time)) = text.split_once(char::is_whitespace)
        && let Some(time) = clock(time.trim())
    {
        let day = match day {
            "today" => today,
            "yesterday" => today.pred_opt()?,
            day => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
        };
        return on(day, time);
    }
    parse_since(text.strip_prefix('-').unwrap_or(text), now)
}

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
    fn a_moment_is_named_by_clock_day_or_span() {
        let noon = start_of_day(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()).plus(12 * HOUR);
        for (text, back) in [
            ("11:30", 30 * MINUTE),
            ("9:00", 3 * HOUR),
            ("11:59:59", SECOND),
            // It has not come yet today.
            ("13:00", 23 * HOUR),
            ("-2h", 2 * HOUR),
            ("2h", 2 * HOUR),
            ("yesterday 9:00", 27 * HOUR),
            ("today 9:00", 3 * HOUR),
            ("2026-11-23 12:00", DAY),
            ("2026-11-23", 36 * HOUR),
            ("now", 0),
        ] {
            assert_eq!(parse_moment(text, noon), Some(noon.minus(back)), "{text}");
        }
        for text in ["", "25:00", "soon 9:00", "9", "yesterday 9"] {
            assert_eq!(parse_moment(text, noon), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_named_as_the_table_of_calls_writes_it() {
        let now = Stamp(1_764_000_000_000);
        for back in [0, 3, 40, 300, 700] {
            let at = now.minus(back * DAY).floor(60_000);
            let (day, year) = (at.local().format("%b %-d %H:%M"), at.local().format("%b %-d'%y %H:%M"));
            assert_eq!(parse_moment(&year.to_string(), now), Some(at), "{year}");
            if back < 360 {
                assert_eq!(parse_moment(&day.to_string(), now), Some(at), "{day}: of the last year that had it");
            }
        }
        assert_eq!(parse_moment("Fab 10 12:00", now), None);
        assert_eq!(parse_moment("Feb 31", now), None);
    }

    #[test]
    fn a_date_alone_is_the_whole_day_to_its_last_moment() {
        let now = Stamp(1_763_900_000_000);
        let (first, last) = (parse_since("2026-11-01", now).unwrap(), parse_until("2026-11-01", now).unwrap());
        assert_eq!(first.day(), last.day());
        assert_ne!(last.plus(1).day(), last.day());
    }
}
