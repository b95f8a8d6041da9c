//! Requests exported from Helicone, one JSON object a line.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, lower_provider};
use crate::model::{Call, Status, Text, Usd};

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
    Format::new(RECIPE.name, MAP, Cached::ByRecord, mend)
}

/// Below 0 stands what became of a request without an answer.
fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    if let Some(code) = slots.number(Role::Status).filter(|code| *code < 0.0) {
        let ended = match code as i32 {
            -1 => Some("timeout"),
            -2 => None,
            -3 => Some("cancelled"),
            -4 => Some("threat"),
            _ => Some("failed"),
        };
        call.status = if ended.is_some() { Status::Error } else { Status::Pending };
        call.error_type = ended.map(Text::from);
        // A failure costs what it is said to cost; 0 beside one that has not ended is no bill.
        call.logged_cost = call.logged_cost.filter(|cost| ended.is_some() || *cost > Usd::ZERO);
    }
    lower_provider(slots, call, memory)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let fits = any_has(sample, &["request_id", "request_created_at", "request_model"]);
    fits.then(|| (92, "the fields request_id, request_created_at, request_model".to_owned()))
}
