//! What the calls of one model would have cost with one thing after another as it is now: the levels of a waterfall.

use super::Factor;
use super::sums::{KINDS, SHOWN, Sums};
use crate::model::Usd;
use crate::store::{Pricer, Store};

/// What a token of each kind costs beside the others: whole numbers as small as they may be.
pub type Rates = [i128; KINDS.len()];

/// Read off bills; `None` where a kind has tokens and no bill tells its rate.
pub fn rates(store: &Store, pricer: &mut impl Pricer, sides: &[Sums; 2]) -> Option<Rates> {
    let mut rates = [0; KINDS.len()];
    for (kind, name) in KINDS.iter().enumerate() {
        // The rates of before, and of now for what was not used before.
        let Some((.., row)) = sides[0].last[kind].or(sides[1].last[kind]) else { continue };
        let bill = pricer.bill(store.get(row)?)?;
        let (rate, _) = bill.lines.iter().find(|line| line.part == *name)?.price?;
        // Dollars a million tokens are pico-dollars a token, a million times as many.
        rates[kind] = (rate * 1e6).round() as i128;
    }
    let shared = rates.iter().fold(0, |shared, rate| common(shared, *rate)).max(1);
    Some(rates.map(|rate| rate / shared))
}

/// The greatest common divisor.
fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common(b, a % b) }
}

/// The difference that each factor of [`Factor::CHAIN`] makes: they add up to what the model costs more. `calls` are
/// those of all models that stay, before and now.
pub fn steps(sides: &[Sums; 2], calls: [i128; 2], rates: Option<Rates>) -> [Usd; Factor::CHAIN.len()] {
    let [before, this] = sides;
    let cost = i128::from(before.cost.0);
    let count = |calls: u64| i128::from(calls);
    let volume = share(&[cost, calls[1]], &[calls[0]]);
    let mix = share(&[cost, count(this.priced)], &[count(before.priced)]);
    let answered = if before.served > 0 { share(&[cost, count(this.served)], &[count(before.served)]) } else { mix };
    let [input, output, tokens, cache] = by_kind(sides, rates)
        .or_else(|| by_total(sides).map(|tokens| [answered, answered, tokens, tokens]))
        .unwrap_or([answered; 4]);
    let levels = [cost, volume, mix, answered, input, output, tokens, cache, i128::from(this.cost.0)];
    std::array::from_fn(|nth| Usd((levels[nth + 1] - levels[nth]) as i64))
}

/// The levels after input, output, nothing and the prompt cache; `None` where not all tokens are known by kind.
fn by_kind(sides: &[Sums; 2], rates: Option<Rates>) -> Option<[i128; 4]> {
    let rates = rates?;
    let [before, this] = sides;
    if before.served == 0 || sides.iter().any(|sums| sums.parted < sums.served) {
        return None;
    }
    let cost = i128::from(before.cost.0);
    let weigh = |sums: &Sums| {
        let parts = sums.tokens.iter().zip(&rates).map(|(tokens, rate)| i128::from(*tokens) * rate);
        let parts: Vec<i128> = parts.collect();
        [parts[..SHOWN].iter().sum::<i128>(), parts[SHOWN..].iter().sum()]
    };
    let shown = |sums: &Sums| sums.tokens[..SHOWN].iter().map(|tokens| i128::from(*tokens)).sum::<i128>();
    let ([input0, output0], [input1, output1]) = (weigh(before), weigh(this));
    let whole = input0 + output0;
    if whole == 0 {
        return None;
    }
    // The tokens shown now in the parts of before; of nothing shown before there are no parts.
    let as_before = match shown(before) {
        0 => share(&[cost, input1], &[whole]),
        shown0 => share(&[cost, shown(this), input0], &[shown0, whole]),
    };
    let answered = share(&[cost, output0, i128::from(this.served)], &[i128::from(before.served), whole]);
    let output = as_before + share(&[cost, output1], &[whole]);
    Some([as_before + answered, output, output, share(&[cost, input1 + output1], &[whole])])
}

/// The level after the tokens of both kinds; `None` where not even their sum is known of all calls.
fn by_total([before, this]: &[Sums; 2]) -> Option<i128> {
    let known = before.total > 0 && before.counted == before.served && this.counted == this.served;
    known.then(|| share(&[i128::from(before.cost.0), i128::from(this.total)], &[i128::from(before.total)]))
}

/// A product over a product, to the nearest whole number. The few that are too large for integers are divided as
/// floats: a level may be any number, as the steps are differences of levels.
fn share(over: &[i128], under: &[i128]) -> i128 {
    let product = |of: &[i128]| of.iter().try_fold(1_i128, |product, factor| product.checked_mul(*factor));
    match (product(over), product(under)) {
        (Some(_), Some(0)) => 0,
        (Some(over), Some(under)) => {
            let (whole, rest) = (over.div_euclid(under), over.rem_euclid(under));
            whole + i128::from(rest >= under - rest)
        }
        _ => {
            let product = |of: &[i128]| of.iter().map(|factor| *factor as f64).product::<f64>();
            (product(over) / product(under)).round() as i128
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_the_nearest() {
        assert_eq!(share(&[7, 3], &[2]), 11);
        assert_eq!(share(&[-7, 1], &[2]), -3);
        assert_eq!(share(&[10], &[3]), 3);
        assert_eq!(share(&[5], &[0]), 0);
        let large = 1_i128 << 100;
        assert_eq!(share(&[large, large], &[large]), large);
    }
}
