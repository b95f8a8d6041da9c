//! Requests exported from Helicone, one JSON object a line.

use super::{Cached, Format, Recipe, Role, Sample, any_has, lower_provider};

pub(super) const RECIPE: Recipe =
    Recipe { name: "helicone", about: "requests exported from Helicone as JSON lines", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["request_id"]),
    (Role::Time, &["request_created_at"]),
    (Role::Ended, &["response_created_at"]),
    (Role::Took, &["delay_ms"]),
    (Role::FirstToken, &["time_to_first_token"]),
    (Role::Model, &["response_model", "request_model"]),
    (Role::Requested, &["request_model"]),
    (Role::Override, &["model_override"]),
    (Role::Provider, &["provider"]),
    (Role::Endpoint, &["request_path"]),
    (Role::User, &["request_user_id"]),
    (Role::Status, &["response_status"]),
    (Role::Session, &["request_properties.Helicone-Session-Id"]),
    (Role::UseCase, &["request_properties.Helicone-Session-Name", "request_properties.use_case"]),
    (Role::Input, &["prompt_tokens"]),
    (Role::CacheRead, &["prompt_cache_read_tokens"]),
    (Role::CacheWrite, &["prompt_cache_write_tokens"]),
    (Role::Output, &["completion_tokens"]),
    (Role::Total, &["total_tokens"]),
    (Role::Cost, &["costUSD", "cost_usd", "cost"]),
    (Role::Request, &["request_body"]),
    (Role::Response, &["response_body"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, lower_provider)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let fits = any_has(sample, &["request_id", "request_created_at", "request_model"]);
    fits.then(|| (92, "the fields request_id, request_created_at, request_model".to_owned()))
}
