//! A cell of the calls' table: what it holds, in full, and the filter that keeps calls like it.
//!
//! A name is kept as it is. An amount is hardly ever met twice, so it stands for its band: from 1, 2 or 5 times a power
//! of ten to the next of these, which halves to doubles it. What is not known stands for all calls of which it is not
//! known.

use super::narrow::span_term;
use super::{Column, chips};
use crate::model::time::MINUTE;
use crate::model::{CostSource, Dim, Status};
use crate::store::{NONE, Row};

/// Parts of a dollar, of a second and of 1 that amounts are counted in.
const BILLION: u64 = 1_000_000_000;

fn dim_of(column: Column) -> Option<(&'static str, Dim)> {
    let by = column.sort_by()?;
    by.dim().filter(|dim| *dim != Dim::ErrorType).map(|dim| (by.word(), dim))
}

/// What a cell holds, in full and plain: no units, no rounding.
pub fn text(row: Row<'_>, column: Column) -> Option<String> {
    if let Some((_, dim)) = dim_of(column) {
        return row.name(dim).map(str::to_owned);
    }
    let usage = row.usage();
    let count = |count: Option<u32>| count.map(|count| count.to_string());
    let seconds = |nanos: u64| (nanos as f64 / 1e9).to_string();
    let dollars = |usd: crate::model::Usd| usd.dollars().to_string();
    match column {
        Column::Time => Some(row.at().iso()),
        Column::Input => usage.has_parts().then(|| usage.prompt().to_string()),
        Column::Cache => row.cache_share().map(|share| share.to_string()),
        Column::CacheRead => count(usage.cache_read),
        Column::CacheWrite => usage.cache_write().map(|count| count.to_string()),
        Column::Output => count(usage.output),
        Column::Reasoning => count(usage.reasoning),
        Column::Tokens => usage.total().map(|count| count.to_string()),
        Column::Cost => row.cost().map(dollars),
        Column::Baseline => row.baseline().map(dollars),
        Column::Saved => row.saved().map(dollars),
        Column::Took => row.took().map(seconds),
        Column::FirstToken => row.first_token().map(seconds),
        Column::Speed => row.tokens_per_second().map(|speed| speed.to_string()),
        Column::Deciding => row.processing().map(seconds),
        Column::Confidence => row.confidence().map(|said| said.to_string()),
        Column::Override => row.overridden().map(|was| was.to_string()),
        Column::Status => Some(row.status().word().to_owned()),
        Column::Error => row.name(Dim::ErrorType).map(str::to_owned),
        Column::PromptLength => count(row.prompt_length()),
        Column::Id => Some(row.id()),
        Column::Source => Some(row.source_label().to_owned()),
        Column::Twins => Some(row.twins().len().to_string()),
        _ => None,
    }
}

/// The filter that keeps what is like a cell.
pub fn term(row: Row<'_>, column: Column) -> Option<String> {
    if let Some((key, dim)) = dim_of(column) {
        return Some(chips::term(key, &[row.name(dim).unwrap_or(NONE).to_owned()]));
    }
    let usage = row.usage();
    let key = column.word();
    let of = |amount: Option<u64>, write: fn(u64) -> String| {
        Some(amount.map_or_else(|| format!("-has:{key}"), |amount| band(key, amount, write)))
    };
    match column {
        Column::Time => {
            let minute = row.at().floor(MINUTE);
            Some(span_term(minute, minute.plus(MINUTE)))
        }
        Column::Status => Some(match (row.status(), row.name(Dim::ErrorType), row.overridden()) {
            (Status::Error, Some(kind), _) => chips::term("error", &[kind.to_owned()]),
            (Status::Success, _, Some(true)) => "is:override".to_owned(),
            (Status::Success, ..) => "is:ok".to_owned(),
            (status, ..) => format!("is:{}", status.word()),
        }),
        Column::Error => Some(match row.name(Dim::ErrorType) {
            Some(kind) => chips::term("error", &[kind.to_owned()]),
            None => "-has:error".to_owned(),
        }),
        Column::Override => Some(match row.overridden() {
            Some(true) => "is:override".to_owned(),
            Some(false) => "has:override -is:override".to_owned(),
            None => "-has:override".to_owned(),
        }),
        Column::Id => Some(chips::term("id", &[row.id()])),
        Column::Source => Some(chips::term("source", &[row.source_label().to_owned()])),
        Column::Twins => Some(if row.twins().is_empty() { "-is:twin" } else { "is:twin" }.to_owned()),
        Column::Input => of(usage.has_parts().then(|| usage.prompt()), whole),
        Column::CacheRead => of(usage.cache_read.map(u64::from), whole),
        Column::CacheWrite => of(usage.cache_write(), whole),
        Column::Output => of(usage.output.map(u64::from), whole),
        Column::Reasoning => of(usage.reasoning.map(u64::from), whole),
        Column::Tokens => of(usage.total(), whole),
        Column::PromptLength => of(row.prompt_length().map(u64::from), whole),
        Column::Speed => Some(match row.tokens_per_second() {
            Some(speed) if speed < 1.0 => format!("{key}<1"),
            speed => of(speed.map(|speed| speed as u64), whole)?,
        }),
        Column::Cost if row.cost_source() == CostSource::Unpriced => Some("is:unpriced".to_owned()),
        Column::Cost => of(row.cost().map(|usd| usd.0.max(0) as u64), part),
        Column::Baseline => of(row.baseline().map(|usd| usd.0.max(0) as u64), part),
        Column::Saved => match row.saved() {
            Some(saved) if saved.0 < 0 => Some(format!("{key}<0")),
            saved => of(saved.map(|usd| usd.0 as u64), part),
        },
        Column::Took => of(row.took(), seconds),
        Column::FirstToken => of(row.first_token(), seconds),
        Column::Deciding => of(row.processing(), seconds),
        Column::Confidence => Some(share(key, row.confidence())),
        Column::Cache => Some(share(key, row.cache_share())),
        _ => None,
    }
}

/// `cost>=0.02 cost<0.05`.
fn band(key: &str, amount: u64, write: fn(u64) -> String) -> String {
    if amount == 0 {
        return format!("{key}=0");
    }
    let ten = 10_u64.pow(amount.ilog10());
    let steps = [ten, 2 * ten, 5 * ten].into_iter().filter(|step| *step <= amount);
    let from = steps.max().unwrap_or(ten);
    let Some(to) = (if from == 2 * ten { ten.checked_mul(5) } else { from.checked_mul(2) }) else {
        return format!("{key}>={}", write(from));
    };
    format!("{key}>={} {key}<{}", write(from), write(to))
}

/// `conf>=0.4 conf<0.5`: a tenth of the scale; the last holds 1 too.
fn share(key: &str, share: Option<f64>) -> String {
    let Some(share) = share else { return format!("-has:{key}") };
    // As the filter compares, not as digits are cut: 0.7 × 10 is not 7 in every sum.
    let tenth = (0..10).rev().find(|tenth| share >= f64::from(*tenth) / 10.0).unwrap_or(0);
    match tenth {
        0 => format!("{key}<0.1"),
        9 => format!("{key}>=0.9"),
        _ => format!("{key}>=0.{tenth} {key}<0.{}", tenth + 1),
    }
}

/// `20k`.
fn whole(count: u64) -> String {
    match count {
        _ if count >= 1_000_000 && count.is_multiple_of(1_000_000) => format!("{}M", count / 1_000_000),
        _ if count >= 1_000 && count.is_multiple_of(1_000) => format!("{}k", count / 1_000),
        _ => count.to_string(),
    }
}

/// Billionths as a decimal, every digit of it.
fn part(billionths: u64) -> String {
    let digits = format!("{}.{:09}", billionths / BILLION, billionths % BILLION);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn seconds(nanos: u64) -> String {
    format!("{}s", part(nanos))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Stamp;
    use crate::query::{Filter, Op, parse};

    #[test]
    fn an_amount_stands_for_its_band() {
        for (amount, write, term) in [
            (22_800_000, part as fn(u64) -> String, "x>=0.02 x<0.05"),
            (20_000_000, part, "x>=0.02 x<0.05"),
            (50_000_000, part, "x>=0.05 x<0.1"),
            (1_204_000_000, part, "x>=1 x<2"),
            (0, part, "x=0"),
            (4_300_000_000, seconds, "x>=2s x<5s"),
            (19_636, whole, "x>=10k x<20k"),
            (7, whole, "x>=5 x<10"),
            (2_400_000, whole, "x>=2M x<5M"),
        ] {
            assert_eq!(band("x", amount, write), term);
        }
        assert_eq!(share("conf", Some(0.41)), "conf>=0.4 conf<0.5");
        assert_eq!((share("conf", Some(1.0)), share("conf", None)), ("conf>=0.9".to_owned(), "-has:conf".to_owned()));
    }

    /// Whether a band read back as a filter holds the value it was made of.
    fn holds(term: &str, value: f64) -> bool {
        let filter = parse(term, Stamp(0)).unwrap_or_else(|why| panic!("{term}: {why}"));
        let terms = match filter {
            Filter::And(terms) => terms,
            one => vec![one],
        };
        terms.iter().all(|term| match term {
            Filter::Compare { op: Op::AtLeast, than, .. } => value >= *than,
            Filter::Compare { op: Op::Less, than, .. } => value < *than,
            Filter::Compare { op: Op::Equal, than, .. } => value.to_bits() == than.to_bits(),
            other => panic!("{other:?}"),
        })
    }

    proptest! {
        #[test]
        fn a_band_holds_what_it_was_made_of(amount in 0u64..1 << 50, small in 0u64..200, said in 0u32..=1_000_000_000) {
            for amount in [amount, small] {
                prop_assert!(holds(&band("cost", amount, part), amount as f64 / 1e9));
                prop_assert!(holds(&band("took", amount, seconds), amount as f64 / 1e9));
                prop_assert!(holds(&band("in", amount, whole), amount as f64));
            }
            let said = f64::from(said) / 1e9;
            prop_assert!(holds(&share("conf", Some(said)), said));
        }
    }
}
