//! What is said of a model without a price: why it has none, and which names of the catalogue may be meant. For hints:
//! none of them is ever taken by itself.

use super::catalog::calculator;
use super::own::{OwnPrices, Price};
use super::parts::Parts;
use super::quote::{Quote, rank};
use crate::model::text::edits;
use crate::model::{Stamp, Tier};

/// Why a model has no price although the user says something of it.
pub fn why(own: &OwnPrices, model: &str, provider: Option<&str>) -> Option<String> {
    let said = own.of(model, provider)?;
    match said.price {
        Price::Rates(rates) => rates
            .input_only
            .then(|| format!("callscope.toml gives {model} no `output` rate: a call with output has no price")),
        Price::Of(name) => {
            let like = said.like.filter(|like| *like != name).map(|like| format!("{like}, which is like "));
            let like = like.unwrap_or_default();
            let near = nearest(own, name, 1).pop().map(|near| format!(" (is it {near}?)")).unwrap_or_default();
            Some(format!("callscope.toml says that {model} is like {like}{name}, and no price is known for that{near}"))
        }
    }
}

/// Why a price of the user's own is not taken for a model that is written almost like it.
pub(super) fn in_other_capitals(own: &OwnPrices, model: &str) -> Option<String> {
    let name = own.in_other_capitals(model)?;
    Some(format!("callscope.toml has a price of {name}: a name counts only as it is written"))
}

/// What is wrong with the user's own prices, a sentence each: names that lead to no price.
pub(super) fn complaints(own: &OwnPrices) -> Vec<String> {
    let has_price = |name: &str| Quote::of(own, name, None, Stamp::now(), Tier::Standard).is_some();
    let likes = own.names().filter(|name| own.of(name, None).is_some_and(|said| said.like.is_some()));
    likes.filter(|name| !has_price(name)).filter_map(|name| why(own, name, None)).collect()
}

/// Names with a price that may have been meant, the nearest first: the user's own that only has other capitals, then
/// those of the catalogue. Words may stand in another order, or be a slip
/// or a few more or less; numbers must be the same, as another version is another price.
pub fn nearest(own: &OwnPrices, model: &str, most: usize) -> Vec<String> {
    let asked = Parts::of(model);
    let mut known: Vec<_> = calculator()
        .providers()
        .flat_map(|provider| provider.models().map(move |model| (provider.id(), model.id())))
        .filter_map(|(provider, id)| {
            let id = id.rsplit('/').next().unwrap_or(id);
            let unlike = asked.unlike(&Parts::of(id))?;
            Some((unlike, rank(provider), edits(&asked.name, id), provider, id))
        })
        .collect();
    known.sort_unstable();
    let names = known.into_iter().map(|(.., provider, id)| format!("{provider}/{id}"));
    let mut names: Vec<String> = names.collect();
    names.dedup();
    let none = OwnPrices::default();
    let is_priced = |name: &String| Quote::of(&none, name, None, Stamp::now(), Tier::Standard).is_some();
    let own = own.in_other_capitals(model).map(str::to_owned);
    own.into_iter().chain(names.into_iter().filter(is_priced)).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_version_under_another_spelling_is_meant_and_no_other_version() {
        for (asked, meant) in [
            ("claude-4.5-sonnet", Some("anthropic/claude-sonnet-4-5")),
            ("sonnet-4.5", Some("anthropic/claude-sonnet-4-5")),
            ("my-proxy/Claude-4.5-Sonnet-20250929", Some("anthropic/claude-sonnet-4-5")),
            ("cluade-sonnet-4-5", Some("anthropic/claude-sonnet-4-5")),
            ("gpt5-mini", Some("openai/gpt-5-mini")),
            ("gpt-5-minni", Some("openai/gpt-5-mini")),
            ("claude-4.9-sonnet", None),
            ("gpt-7-mini", None),
            ("acme-large", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(&OwnPrices::default(), asked, 1).first().map(String::as_str), meant, "{asked}");
        }
    }

    #[test]
    fn a_price_of_ones_own_in_other_capitals_is_offered_and_not_taken() {
        let table: std::collections::BTreeMap<String, toml::Value> =
            toml::from_str("acme-large = { input = 2, output = 8 }").unwrap();
        let own = OwnPrices::try_from(table).unwrap();
        assert_eq!(nearest(&own, "ACME-LARGE", 3), ["acme-large"]);
        assert!(nearest(&own, "acme-large", 3).is_empty());
        assert!(Quote::of(&own, "ACME-LARGE", None, Stamp::now(), Tier::Standard).is_none());
        let said = in_other_capitals(&own, "ACME-LARGE").unwrap();
        assert_eq!(said, "callscope.toml has a price of acme-large: a name counts only as it is written");
    }

    #[test]
    fn a_name_that_leads_nowhere_is_said_with_the_one_that_may_be_meant() {
        let text = "a = { like = \"b\" }\nb = { like = \"claude-4.5-sonnet\" }\nc = { like = \"d\" }\nd = \"free\"";
        let table: std::collections::BTreeMap<String, toml::Value> = toml::from_str(text).unwrap();
        let own = OwnPrices::try_from(table).unwrap();
        let end = "claude-4.5-sonnet, and no price is known for that (is it anthropic/claude-sonnet-4-5?)";
        assert_eq!(
            complaints(&own),
            [
                format!("callscope.toml says that a is like b, which is like {end}"),
                format!("callscope.toml says that b is like {end}"),
            ]
        );
    }
}
