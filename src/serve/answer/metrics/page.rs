//! A page in Prometheus' text format 0.0.4, and what must be remembered between two pages: a counter never falls, and
//! the labels stay few.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{Display, Write};

use crate::model::{Usd, clean};

/// Names of a label that have series of their own; the calls of all others stand under [`OTHER`].
pub const NAMES: usize = 100;
/// Characters of a label's value; names of logs may be of any length.
const LENGTH: usize = 120;
pub const OTHER: &str = "(other)";

/// What is remembered of the pages before.
#[derive(Debug, Default)]
pub struct Counters {
    /// The names of each label that came first: they keep their series.
    named: HashMap<&'static str, BTreeSet<String>>,
    /// The highest value of each series. A call that turns out to be another one's twin is taken back from the sums, but
    /// a counter that falls means a restart to Prometheus, and would count everything again.
    highest: HashMap<String, i128>,
}

impl Counters {
    /// The value of a label for a name.
    pub fn label(&mut self, label: &'static str, name: &str) -> String {
        let value: String = clean::field(name).chars().take(LENGTH).collect();
        let named = self.named.entry(label).or_default();
        if named.contains(&value) {
            return value;
        }
        if named.len() < NAMES {
            named.insert(value.clone());
            return value;
        }
        OTHER.to_owned()
    }
}

/// A value as it is written: whole, or in billionths of its unit.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    Count(u64),
    /// Dollars, exactly.
    Usd(Usd),
    /// Nanoseconds, written as seconds; or billionths of anything else.
    Billionths(u128),
}

impl Value {
    /// Its own unit's smallest part, to compare by.
    fn parts(self) -> i128 {
        match self {
            Self::Count(count) => i128::from(count),
            Self::Usd(usd) => i128::from(usd.0),
            Self::Billionths(parts) => i128::try_from(parts).unwrap_or(i128::MAX),
        }
    }

    fn text(self, parts: i128) -> String {
        match self {
            Self::Count(_) => parts.to_string(),
            Self::Usd(_) | Self::Billionths(_) => {
                let sign = if parts < 0 { "-" } else { "" };
                let parts = parts.unsigned_abs();
                format!("{sign}{}.{:09}", parts / 1_000_000_000, parts % 1_000_000_000)
            }
        }
    }
}

/// The labels of a series.
pub type Labels<'l> = &'l [(&'l str, &'l str)];

/// See the module.
#[derive(Debug)]
pub struct Page<'c> {
    text: String,
    pub counters: &'c mut Counters,
}

impl<'c> Page<'c> {
    pub fn new(counters: &'c mut Counters) -> Self {
        Self { text: String::new(), counters }
    }

    /// Begins a family; its series follow.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A value that may fall.
    pub fn gauge(&mut self, name: &str, labels: Labels<'_>, value: impl Display) {
        let _ = writeln!(self.text, "{} {value}", series(name, labels));
    }

    /// A value that only rises: the highest that was ever true.
    pub fn counter(&mut self, name: &str, labels: Labels<'_>, value: Value) {
        let series = series(name, labels);
        let parts = value.parts();
        let highest = self.counters.highest.entry(series).or_insert(parts);
        *highest = (*highest).max(parts);
        let text = value.text(*highest);
        let _ = writeln!(self.text, "{} {text}", self::series(name, labels));
    }

    pub fn finish(self) -> String {
        self.text
    }
}

fn series(name: &str, labels: Labels<'_>) -> String {
    let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    if labels.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", labels.join(",")) }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_never_falls_and_money_stays_exact() {
        let mut counters = Counters::default();
        let mut line = |usd: i64| {
            let mut page = Page::new(&mut counters);
            page.counter("cost_usd_total", &[("model", "a\"b\\c")], Value::Usd(Usd(usd)));
            page.finish()
        };
        assert_eq!(line(1_000_000_001), "cost_usd_total{model=\"a\\\"b\\\\c\"} 1.000000001\n");
        assert_eq!(line(999_999_999), "cost_usd_total{model=\"a\\\"b\\\\c\"} 1.000000001\n");
        assert_eq!(line(2_500_000_000), "cost_usd_total{model=\"a\\\"b\\\\c\"} 2.500000000\n");
    }

    #[test]
    fn labels_stay_few_short_and_where_they_were() {
        let mut counters = Counters::default();
        let first: Vec<String> = (0..NAMES).map(|nth| counters.label("model", &format!("m{nth}"))).collect();
        assert_eq!(first[99], "m99");
        assert_eq!(counters.label("model", "late"), OTHER);
        assert_eq!(counters.label("model", "m7"), "m7");
        assert_eq!(counters.label("route", "late"), "late", "each label has its own");
        assert_eq!(counters.label("route", &"x".repeat(5_000)).len(), LENGTH);
        assert_eq!(counters.label("route", "a\u{1b}[31m\n"), "a\\u{1b}[31m\\u{a}");
    }
}
