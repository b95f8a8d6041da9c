//! A bill: how what a call used and the rates of its day make its cost, line by line.

use super::Usd;

/// One line: count × rate = amount.
#[derive(Debug, Clone, PartialEq)]
pub struct BillLine {
    /// `input`, `cache read`, `cache write`, `cache write 1h`, `output`, `total (estimated)`, `request`, `web search`,
    /// and the words of [`Medium`](super::Medium).
    pub part: &'static str,
    pub count: u64,
    pub per: Per,
    /// The rate in dollars, and the amount; `None` where no price is known: it is not in the total.
    pub price: Option<(f64, Usd)>,
}

impl BillLine {
    pub fn usd(&self) -> Usd {
        self.price.map_or(Usd::ZERO, |(_, usd)| usd)
    }
}

/// How many of what is counted a rate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    MillionTokens,
    /// Requests, or searches.
    Thousand,
}

/// Which price was used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceNote {
    /// The catalogue's name of the model.
    pub model: String,
    /// A price of the user's own may be anybody's.
    pub provider: Option<String>,
    /// The catalogue, or the user's own file.
    pub source: String,
    /// The date whose rates were used, `YYYY-MM-DD`; the user's own have none.
    pub date: Option<String>,
    /// The day from which on these rates hold, where the catalogue knows others before.
    pub since: Option<String>,
    /// Why this price is the model's, in a few words.
    pub because: String,
}

impl PriceNote {
    /// The model and whose it is.
    pub fn name(&self) -> String {
        match &self.provider {
            Some(provider) => format!("{} ({provider})", self.model),
            None => self.model.clone(),
        }
    }

    /// The catalogue, and whose day's rates they are.
    pub fn origin(&self) -> String {
        let date = self.date.as_deref().map(|date| format!(", of {date}")).unwrap_or_default();
        let since = self.since.as_deref().map(|since| format!(", in force since {since}")).unwrap_or_default();
        format!("{}{date}{since}", self.source)
    }
}

/// What a call should have cost, beside what its log claims.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bill {
    pub lines: Vec<BillLine>,
    pub total: Usd,
    /// `None` where no price is known: then there are no lines.
    pub price: Option<PriceNote>,
    pub logged: Option<Usd>,
    /// From a total of tokens alone.
    pub estimated: bool,
    /// It was answered from a cache: the total is what that has saved.
    pub cached: bool,
    /// Why no price is known, where there is more to say than that.
    pub unpriced: Option<String>,
    /// Why the log may disagree, in a few words.
    pub likely_cause: Option<String>,
}

/// Whether an amount that a log claims disagrees with ours by more than rounding: over one per cent, over the two
/// micro-dollars that a log with six places may be off by, and over what its own last place stands for.
pub fn differs(logged: Usd, ours: Usd) -> bool {
    let gap = (logged.0 - ours.0).abs();
    let is_large = gap.saturating_mul(100) > logged.0.abs().max(ours.0.abs());
    is_large && gap > logged.rounding().0.max(2_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_no_disagreement() {
        for (logged, ours, disagree) in [
            ("0.022807", "0.0228066", false),
            ("0.000001", "0.0000025", false),
            ("0.07", "0.0739", false),
            ("0.10", "0.1022275", false),
            ("0.07", "0.0752", true),
            ("0.070001", "0.0739", true),
            ("0.045613", "0.022807", true),
            ("2", "2.4", true),
        ] {
            let usd = |text| Usd::parse(text).unwrap();
            assert_eq!(differs(usd(logged), usd(ours)), disagree, "{logged} {ours}");
        }
    }
}
