//! Generations of OpenRouter as its API tells them, one a line. Bills are on the provider's own counts of tokens, the
//! `native` ones. Its exported activity is sums a day, and no calls.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe =
    Recipe { name: "openrouter", about: "generations of OpenRouter, one JSON object a line", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id", "data.id"]),
    (Role::Time, &["created_at", "data.created_at"]),
    (Role::Model, &["model", "data.model"]),
    (Role::Provider, &["provider_name", "data.provider_name"]),
    (Role::Route, &["router", "data.router"]),
    (Role::Cost, &["total_cost", "data.total_cost"]),
    (Role::OwnKey, &["is_byok", "data.is_byok"]),
    (Role::Took, &["generation_time", "data.generation_time"]),
    (Role::FirstToken, &["latency", "data.latency"]),
    (Role::Input, &["native_tokens_prompt", "data.native_tokens_prompt", "tokens_prompt", "data.tokens_prompt"]),
    (Role::CacheRead, &["native_tokens_cached", "data.native_tokens_cached"]),
    (
        Role::Output,
        &["native_tokens_completion", "data.native_tokens_completion", "tokens_completion", "data.tokens_completion"],
    ),
    (Role::Reasoning, &["native_tokens_reasoning", "data.native_tokens_reasoning"]),
    (Role::ImageOutput, &["native_tokens_completion_images", "data.native_tokens_completion_images"]),
    (Role::Failed, &["cancelled", "data.cancelled"]),
    (Role::User, &["external_user", "data.external_user"]),
    (Role::Session, &["session_id", "data.session_id"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let flat = any_has(sample, &["id", "created_at", "model", "total_cost", "native_tokens_prompt"]);
    let wrapped = any_has(sample, &["data.id", "data.created_at", "data.model", "data.native_tokens_prompt"]);
    (flat || wrapped).then(|| (93, "the fields model, total_cost, native_tokens_prompt of a generation".to_owned()))
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    if slots.get(Role::Failed).truth() == Some(true) {
        (call.status, call.error_type) = (Status::Error, Some(Text::from("cancelled")));
    }
    true
}
