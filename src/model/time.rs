//! Points in time and the windows that screens and reports look through.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Local, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Stamp {
    /// The range that is believed: 1990 to 2200. What lies outside is a misread unit or a broken clock.
    pub const EARLIEST: Self = Self(631_152_000_000);
    pub const LATEST: Self = Self(7_258_118_400_000);

    pub fn now() -> Self {
        Self(Utc::now().timestamp_millis())
    }

    /// `None` outside the believed range.
    pub fn checked(self) -> Option<Self> {
        (Self::EARLIEST..=Self::LATEST).contains(&self).then_some(self)
    }

    /// `2026-11-23T12:04:29.812Z`.
    pub fn iso(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    pub fn local(self) -> DateTime<Local> {
        self.utc().with_timezone(&Local)
    }

    /// The local calendar day.
    pub fn day(self) -> NaiveDate {
        self.local().date_naive()
    }

    #[must_use]
    pub fn minus(self, millis: i64) -> Self {
        Self(self.0.saturating_sub(millis))
    }

    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The last multiple of `step` milliseconds at or before this moment.
    #[must_use]
    pub fn floor(self, step: i64) -> Self {
        Self(self.0.div_euclid(step) * step)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

/// The first moment of a local day. A day that begins inside a gap of the clock (DST at midnight) begins after it.
pub fn start_of_day(day: NaiveDate) -> Stamp {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..4)
        .find_map(|hours| Local.from_local_datetime(&(midnight + chrono::Duration::hours(hours))).earliest())
        .map_or_else(|| Stamp(midnight.and_utc().timestamp_millis()), |at| Stamp(at.timestamp_millis()))
}

/// The same time of the local clock, days before. A time that a change of the clock leaves out is so many times 24 hours
/// before.
pub fn days_before(at: Stamp, days: u32) -> Stamp {
    let then = at.local().checked_sub_days(Days::new(u64::from(days)));
    then.map_or_else(|| at.minus(i64::from(days) * DAY), |then| Stamp(then.timestamp_millis()))
}

/// How far back the figures look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Window {
    Hour,
    Day,
    /// Since local midnight.
    Today,
    Week,
    Month,
    #[default]
    All,
}

impl Window {
    /// From the shortest to the longest, in the order that `w` walks.
    pub const ALL: [Self; 6] = [Self::Hour, Self::Day, Self::Today, Self::Week, Self::Month, Self::All];

    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "60m",
            Self::Day => "24h",
            Self::Today => "today",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::All => "all",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.word() == word)
    }

    /// The first moment inside the window; `None` for all of time. Rolling windows begin on a whole minute, so that
    /// what they hold changes once a minute and not with every frame.
    pub fn start(self, now: Stamp) -> Option<Stamp> {
        let rolling = |span: i64| Some(now.floor(MINUTE).minus(span - MINUTE));
        match self {
            Self::Hour => rolling(HOUR),
            Self::Day => rolling(DAY),
            Self::Today => Some(start_of_day(now.day())),
            Self::Week => rolling(7 * DAY),
            Self::Month => rolling(30 * DAY),
            Self::All => None,
        }
    }

    #[must_use]
    pub fn longer(self) -> Self {
        self.step(1)
    }

    #[must_use]
    pub fn shorter(self) -> Self {
        self.step(-1)
    }

    fn step(self, by: isize) -> Self {
        let here = Self::ALL.iter().position(|window| *window == self).unwrap_or(0) as isize;
        Self::ALL[(here + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }
}

/// Days since 1970 of a local date: a small integer to group by.
pub fn day_number(day: NaiveDate) -> i32 {
    day.num_days_from_ce() - 719_163
}

/// The local date of a day number.
pub fn day_of_number(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number + 719_163).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rolling_window_moves_once_a_minute() {
        let now = Stamp(1_700_000_000_000).floor(MINUTE);
        let start = Window::Hour.start(now).unwrap();
        assert_eq!(Window::Hour.start(now.plus(59_999)), Some(start));
        assert_eq!(Window::Hour.start(now.plus(60_000)), Some(start.plus(MINUTE)));
        // Sixty whole minutes, the running one included.
        assert_eq!(now.0 - start.0, 59 * MINUTE);
    }

    #[test]
    fn windows_walk_in_a_ring() {
        assert_eq!(Window::All.longer(), Window::Hour);
        assert_eq!(Window::Hour.shorter(), Window::All);
        for window in Window::ALL {
            assert_eq!(Window::parse(window.word()), Some(window));
        }
    }

    #[test]
    fn day_numbers_go_both_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(day_of_number(day_number(day)), day);
        assert_eq!(day_number(NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()), 0);
    }
}
