//! Prompts of a model are no longer read from the provider's cache: they cost several times as much.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded, since_term};
use crate::model::numbers::{percent, tokens};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "cache-collapse",
    kind: Kind::Cost,
    about: "prompts that are no longer read from the provider's cache",
    is_advice: false,
    limits: &[
        ("usual", "share of the prompt read from a cache in the day before, 0 to 1, at the least"),
        ("falls_to", "of that share, in the last hour, at the most"),
        ("tokens", "of prompts in the last hour, at the least"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    usual: f64,
    falls_to: f64,
    tokens: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { usual: 0.3, falls_to: 0.5, tokens: 50_000 }
    }
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, _: &mut dyn Pricer) -> Vec<Finding> {
        let of = |group: &crate::figures::Group| {
            let prompt = group.stats.tokens.cache_base;
            let now = group.stats.cache_share().filter(|_| prompt >= self.tokens)?;
            let day = facts.ledger.sum(facts.before(24), |model, _| model == group.name);
            let usual = day.cache_share().filter(|share| *share >= self.usual && day.prompt >= self.tokens)?;
            if now > usual * self.falls_to {
                return None;
            }
            let model = facts.label(group.name).to_owned();
            Some(Finding {
                severity: Severity::Medium,
                subject: model.clone(),
                message: format!(
                    "{model}: only {} of the prompts come from the cache, usually {}",
                    percent(now),
                    percent(usual)
                ),
                because: vec![
                    format!("cache share {} ≤ {} of {}", percent(now), percent(self.falls_to), percent(usual)),
                    format!("prompt tokens {} ≥ {}", tokens(Some(prompt)), tokens(Some(self.tokens))),
                ],
                data: data([("cacheShare", rounded(now)), ("usualShare", rounded(usual)), ("tokens", json!(prompt))]),
                since: Some(facts.hour_ago()),
                evidence: format!("{} {}", only("model", &model), since_term(facts.hour_ago())),
                model: Some(model),
                check: "what stands first in the prompt must be the same in every call: then the share comes back",
                ..PLAN.finding()
            })
        };
        facts.recent.models().iter().filter_map(of).collect()
    }
}
