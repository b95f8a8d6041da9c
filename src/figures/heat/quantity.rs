//! What a heat strip measures, and the fixed bins that its values fall in.
//!
//! Amounts that differ by powers of ten are binned by the preferred numbers of ISO 3, series R20: twenty a decade, each
//! about 12 % above the one before, with 1, 2 and 5 among them. All edges are whole numbers of the unit the store keeps
//! and are written as the filter reads them back, so that a box on the strip and the filter made of it keep the same
//! calls to the last one.

use std::ops::Range;

use crate::model::Usd;
use crate::query::Measure;
use crate::store::Row;

/// A number of a call, along the upright axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Nanoseconds.
    #[default]
    Latency,
    /// Nano-dollars.
    Cost,
    /// Hundredths of a token: R20 divides the first decade finer than by one.
    Tokens,
    /// Hundredths, in even steps.
    Confidence,
}

/// R20, in hundredths.
const R20: [u64; PER_DECADE] =
    [100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900];
/// Edges a decade.
const PER_DECADE: usize = 20;
/// Of these, the ones that begin a row where rows are joined: all, every other one, six, 1-2-5, and one a decade. Each
/// set is part of the one before, but for the 1.4 and 7.1 of the third, so that 1, 2 and 5 are edges as long as can be.
const LEVELS: [&[usize]; 5] = [
    &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    &[0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
    &[0, 3, 6, 10, 14, 17],
    &[0, 6, 14],
    &[0],
];
/// Steps of confidence in which rows are joined, in hundredths.
const STEPS: [usize; 5] = [1, 2, 5, 10, 20];

/// Edges over so many decades, from `least` hundredths on.
const fn edges<const N: usize>(least: u64) -> [u64; N] {
    let mut edges = [0; N];
    let mut at = 0;
    while at < N {
        edges[at] = R20[at % PER_DECADE] * 10_u64.pow((at / PER_DECADE) as u32) * least;
        at += 1;
    }
    edges
}

/// 1 ms to a day.
static LATENCY: [u64; 8 * PER_DECADE] = edges(10_000);
/// A millionth of a dollar to ten thousand.
static COST: [u64; 10 * PER_DECADE] = edges(10);
/// 1 to a billion.
static TOKENS: [u64; 9 * PER_DECADE] = edges(1);
/// 0.01 to 0.99.
static CONFIDENCE: [u64; 99] = {
    let mut edges = [0; 99];
    let mut at = 0;
    while at < 99 {
        edges[at] = at as u64 + 1;
        at += 1;
    }
    edges
};

impl Quantity {
    /// In the order that `b` walks.
    pub const ALL: [Self; 4] = [Self::Latency, Self::Cost, Self::Tokens, Self::Confidence];

    pub fn word(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Cost => "cost",
            Self::Tokens => "tokens",
            Self::Confidence => "confidence",
        }
    }

    /// In its unit; `None` where the call does not have it. A cost below nothing is none.
    pub fn of(self, row: Row<'_>) -> Option<u64> {
        match self {
            Self::Latency => row.took(),
            Self::Cost => row.cost().and_then(|cost| u64::try_from(cost.0).ok()),
            Self::Tokens => row.usage().total().map(|total| total.saturating_mul(100)),
            Self::Confidence => row.confidence_billionths().map(|said| u64::from(said) / 10_000_000),
        }
    }

    /// The same number for the filter.
    fn measure(self) -> Measure {
        match self {
            Self::Latency => Measure::Took,
            Self::Cost => Measure::Cost,
            Self::Tokens => Measure::Tokens,
            Self::Confidence => Measure::Confidence,
        }
    }

    /// Where bins meet: the first one holds all below the first edge, the last one all from the last edge on.
    fn edges(self) -> &'static [u64] {
        match self {
            Self::Latency => &LATENCY,
            Self::Cost => &COST,
            Self::Tokens => &TOKENS,
            Self::Confidence => &CONFIDENCE,
        }
    }

    pub fn bins(self) -> usize {
        self.edges().len() + 1
    }

    pub fn bin(self, value: u64) -> usize {
        self.edges().partition_point(|edge| *edge <= value)
    }

    /// Where a bin begins, in its unit; the first begins at nothing.
    pub fn from(self, bin: usize) -> u64 {
        bin.checked_sub(1).map_or(0, |edge| self.edges().get(edge).copied().unwrap_or(u64::MAX))
    }

    /// Whether its bins grow with the value, so that nothing at all has no place among them but below.
    fn is_log(self) -> bool {
        self != Self::Confidence
    }

    /// Whether a round number begins a bin, which is worth a label: 1, 2, 5 of a decade, or a tenth of confidence.
    pub fn is_round(self, bin: usize) -> bool {
        match (bin.checked_sub(1), self) {
            (None, _) => true,
            (Some(edge), Self::Confidence) => (edge + 1).is_multiple_of(10),
            (Some(edge), _) => LEVELS[3].contains(&(edge % PER_DECADE)),
        }
    }

    /// Whether a bin begins a decade, or a half of confidence: what is still labelled where room is short.
    pub fn is_major(self, bin: usize) -> bool {
        match (bin.checked_sub(1), self) {
            (None, _) => true,
            (Some(edge), Self::Confidence) => edge + 1 == 50,
            (Some(edge), _) => edge.is_multiple_of(PER_DECADE),
        }
    }

    /// Bins joined to rows, the lowest first: as fine as `most` rows allow. Amounts show the decades that `used` bins
    /// lie in, from one of 1-2-5 to another, so that a call more moves no axis; nothing at all is a row of its own.
    /// Before rows become coarser than 1-2-5, what lies below the bin `rare` shares the lowest.
    pub(super) fn rows(self, used: Range<usize>, rare: usize, most: usize) -> Vec<Range<usize>> {
        let most = most.max(1);
        if !self.is_log() {
            let step = STEPS.into_iter().find(|step| self.bins() / step <= most).unwrap_or(self.bins());
            return (0..self.bins()).step_by(step).map(|from| from..(from + step).min(self.bins())).collect();
        }
        let (nothing, span) = (used.start == 0, self.rounded(used.start.max(1)..used.end));
        let room = most.saturating_sub(usize::from(nothing)).max(1);
        let begins = |level: &[usize]| -> Vec<usize> {
            span.clone().filter(|bin| level.contains(&((bin - 1) % PER_DECADE)) || *bin == span.start).collect()
        };
        // The lowest of too many rows become one.
        let joined = |mut begins: Vec<usize>| {
            let surplus = begins.len().saturating_sub(room);
            begins.drain(1..=surplus.min(begins.len() - 1));
            begins
        };
        let [fine @ .., round, decades] = &LEVELS;
        let fine = fine.iter().map(|level| begins(level)).find(|begins| begins.len() <= room);
        let begins = fine.unwrap_or_else(|| {
            let round = joined(begins(round));
            let is_rare = round.get(1).is_none_or(|second| *second <= rare);
            if is_rare || round.len() < room { round } else { joined(begins(decades)) }
        });
        let ends = begins.iter().skip(1).copied().chain([span.end]).collect::<Vec<_>>();
        let mut rows: Vec<Range<usize>> = begins.into_iter().zip(ends).map(|(from, to)| from..to).collect();
        if nothing && rows.len() < most {
            rows.insert(0, 0..1);
        } else if nothing && let Some(lowest) = rows.first_mut() {
            lowest.start = 0;
        }
        rows
    }

    /// Whether a row holds more than one step of 1-2-5 and more than a decade, as the lowest does where room is short.
    pub fn is_joined(self, row: &Range<usize>) -> bool {
        self.is_log() && row.len() > PER_DECADE
    }

    /// From a bin that begins with 1, 2 or 5 to where such a one begins, a decade at least.
    fn rounded(self, used: Range<usize>) -> Range<usize> {
        let is_round = |bin: &usize| self.is_round(*bin);
        let last = self.bins();
        let used = if used.is_empty() { 1..2 } else { used };
        let mut from = (1..=used.start).rev().find(is_round).unwrap_or(1);
        let mut to = (used.end..last).find(is_round).unwrap_or(last);
        while to - from < PER_DECADE {
            let (lower, upper) = ((1..from).rev().find(is_round), (to + 1..last).find(is_round));
            match (lower, upper) {
                (_, Some(upper)) if used.end - from > to - used.end || lower.is_none() => to = upper,
                (Some(lower), _) => from = lower,
                _ => break,
            }
        }
        from..to
    }

    /// The filter of the calls whose value lies in these bins; calls without one are left out.
    pub fn terms(self, bins: &Range<usize>) -> String {
        let key = crate::query::parse::MEASURES.iter().find(|(_, measure)| *measure == self.measure());
        let key = key.map_or("", |(key, _)| key);
        let upper = (bins.end < self.bins()).then(|| format!("{key}<{}", self.written(self.from(bins.end))));
        let lower = match bins.start {
            // What is below nothing has no bin.
            0 if upper.is_none() || self == Self::Cost => Some(format!("{key}>=0")),
            0 => None,
            start => Some(format!("{key}>={}", self.written(self.from(start)))),
        };
        lower.into_iter().chain(upper).collect::<Vec<_>>().join(" ")
    }

    /// An edge as the filter reads it back, without loss: whole milliseconds and decimals of the measure's own unit are
    /// rounded once when they are read, as the call's value is.
    fn written(self, value: u64) -> String {
        match self {
            Self::Latency if value < 1_000_000_000 && value.is_multiple_of(1_000_000) => {
                format!("{}ms", value / 1_000_000)
            }
            Self::Latency => decimal(value, 9) + "s",
            Self::Cost => decimal(value, 9),
            Self::Tokens | Self::Confidence => decimal(value, 2),
        }
    }

    /// A value in its unit as people read it, without the zeros that a mark beside an axis does not need.
    pub fn label(self, value: u64) -> String {
        use crate::model::numbers;
        match self {
            Self::Latency if value == 0 => "0s".to_owned(),
            Self::Latency => numbers::duration(Some(value)).replace(".0s", "s").replace(".0ms", "ms"),
            Self::Cost => numbers::money(Usd(i64::try_from(value).unwrap_or(i64::MAX))),
            Self::Tokens => numbers::tokens_mark(value as f64 / 100.0),
            Self::Confidence => numbers::confidence(value as f64 / 100.0),
        }
    }

    /// What a range of bins holds: `2–5s`, `<1ms`, `≥.90`.
    pub fn span(self, bins: &Range<usize>) -> String {
        let (from, to) = (self.label(self.from(bins.start)), self.label(self.from(bins.end)));
        match (bins.start, bins.end >= self.bins()) {
            (0, true) => "all".to_owned(),
            (0, false) if bins.end == 1 && self == Self::Cost => "$0".to_owned(),
            (0, false) => format!("<{to}"),
            (_, true) => format!("≥{from}"),
            _ => {
                let unit = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned();
                let shared = !unit(&from).is_empty() && unit(&from) == unit(&to) && self != Self::Cost;
                let from = if shared { from.trim_end_matches(&unit(&to)).to_owned() } else { from };
                format!("{from}–{to}")
            }
        }
    }
}

/// A whole number of `10^-places` in digits, without zeros at the end.
fn decimal(value: u64, places: usize) -> String {
    let unit = 10_u64.pow(places as u32);
    let fraction = format!("{:0places$}", value % unit);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { (value / unit).to_string() } else { format!("{}.{fraction}", value / unit) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamp;
    use crate::query::{Filter, parse};

    #[test]
    fn bins_meet_at_their_edges_and_leave_nothing_out() {
        for quantity in Quantity::ALL {
            for bin in 1..quantity.bins() {
                let edge = quantity.from(bin);
                assert_eq!((quantity.bin(edge), quantity.bin(edge - 1)), (bin, bin - 1), "{quantity:?} {edge}");
            }
            assert_eq!((quantity.bin(0), quantity.bin(u64::MAX)), (0, quantity.bins() - 1));
        }
        assert_eq!(Quantity::Latency.from(1), 1_000_000);
        assert_eq!(Quantity::Confidence.bin(100), 99, "full confidence lies in the last bin");
    }

    #[test]
    fn every_edge_is_read_back_as_the_value_it_is() {
        for quantity in Quantity::ALL {
            for bin in 1..quantity.bins() {
                let edge = quantity.from(bin);
                let exact = match quantity {
                    Quantity::Latency | Quantity::Cost => edge as f64 / 1e9,
                    Quantity::Tokens => edge as f64 / 100.0,
                    Quantity::Confidence => (edge * 10_000_000) as f64 / 1e9,
                };
                let text = quantity.terms(&(bin..quantity.bins()));
                let Ok(Filter::Compare { than, .. }) = parse(&text, Stamp(0)) else { panic!("{text}") };
                assert!(than.to_bits() == exact.to_bits(), "{text}: {than:e} is not {exact:e}");
            }
        }
    }

    #[test]
    fn rows_cover_what_is_used_once_and_stay_within_the_room() {
        for quantity in Quantity::ALL {
            for (from, to) in
                [(0, 1), (0, 40), (7, 8), (30, 90), (0, quantity.bins()), (quantity.bins() - 1, quantity.bins())]
            {
                let used = from..to.min(quantity.bins());
                for most in 1..120 {
                    let rows = quantity.rows(used.clone(), usize::midpoint(from, to), most);
                    assert!(!rows.is_empty() && rows.len() <= most, "{quantity:?} {used:?} {most}: {rows:?}");
                    assert!(rows.iter().all(|row| !row.is_empty()));
                    assert!(rows.windows(2).all(|pair| pair[0].end <= pair[1].start));
                    assert!(rows[0].start <= used.start && rows[rows.len() - 1].end >= used.end, "{used:?} {rows:?}");
                    // Only between nothing at all and the least amount may bins be left out: they are empty.
                    assert!(rows.windows(2).skip(1).all(|pair| pair[0].end == pair[1].start), "{rows:?}");
                }
            }
        }
    }

    #[test]
    fn rows_begin_at_round_numbers() {
        let of = |rare, most| {
            let used = Quantity::Latency.bin(30_000_000)..Quantity::Latency.bin(40_000_000_000);
            let rows = Quantity::Latency.rows(used, Quantity::Latency.bin(rare), most);
            rows.iter().map(|row| Quantity::Latency.label(Quantity::Latency.from(row.start))).collect::<Vec<_>>()
        };
        assert_eq!(of(0, 4), ["20ms", "100ms", "1s", "10s"].map(str::to_owned));
        assert_eq!(of(0, 3), ["20ms", "1s", "10s"].map(str::to_owned), "the lowest share a row");
        let rest = ["20ms", "1s", "2s", "5s", "10s", "20s"].map(str::to_owned);
        assert_eq!(of(1_000_000_000, 6), rest, "what is rare shares the lowest before all rows become coarse");
        assert_eq!(
            of(0, 12),
            ["20ms", "50ms", "100ms", "200ms", "500ms", "1s", "2s", "5s", "10s", "20s"].map(str::to_owned)
        );
    }

    #[test]
    fn a_range_is_told_in_words() {
        let latency = |from, to| Quantity::Latency.span(&(Quantity::Latency.bin(from)..Quantity::Latency.bin(to)));
        assert_eq!(latency(2_000_000_000, 5_000_000_000), "2–5s");
        assert_eq!(latency(500_000_000, 2_000_000_000), "500ms–2s");
        assert_eq!(latency(0, 1_000_000), "<1ms");
        assert_eq!(Quantity::Cost.span(&(0..1)), "$0");
        assert_eq!(
            Quantity::Cost.span(&(Quantity::Cost.bin(10_000_000)..Quantity::Cost.bin(20_000_000))),
            "$0.01–$0.02"
        );
        assert_eq!(Quantity::Confidence.span(&(90..100)), "≥.90");
        assert_eq!(Quantity::Tokens.span(&(Quantity::Tokens.bin(100_000)..Quantity::Tokens.bin(500_000))), "1–5k");
    }
}
