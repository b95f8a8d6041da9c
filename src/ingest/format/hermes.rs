//! The table `sessions` of Hermes Agent's `state.db`: totals of a session as it goes on, and no calls. They are told as
//! those of Goose are (see `growth`). A cost is what the provider billed, or until then what Hermes expects it to be.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table};
use crate::model::{Call, Usd};

pub(super) const RECIPE: Recipe = Recipe {
    name: "hermes",
    about: "the sessions of Hermes Agent (`~/.hermes/state.db`), each as one call with its totals, and what they grow by as calls",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Session, &["id"]),
    (Role::Time, &["last_activity_at", "started_at"]),
    (Role::Project, &["cwd"]),
    (Role::User, &["user_id"]),
    (Role::UseCase, &["source"]),
    (Role::Provider, &["billing_provider"]),
    (Role::Model, &["model"]),
    (Role::Input, &["input_tokens"]),
    (Role::CacheRead, &["cache_read_tokens"]),
    (Role::CacheWrite, &["cache_write_tokens"]),
    (Role::Output, &["output_tokens"]),
    (Role::Reasoning, &["reasoning_tokens"]),
    (Role::Cost, &["actual_cost_usd", "estimated_cost_usd"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).accumulating()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "sessions", &["started_at", "input_tokens", "estimated_cost_usd", "actual_cost_usd"])
}

fn mend<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // 0 is what it writes for what a subscription includes.
    call.logged_cost = call.logged_cost.filter(|cost| *cost != Usd::ZERO);
    call.usage.total().is_some_and(|total| total > 0)
}
