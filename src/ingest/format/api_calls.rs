//! The table `api_calls` of seed 002: a row is inserted as *pending* and completed in place when the answer comes. The
//! provider is told by the row's class (`OpenaiApiCall`). Cached tokens are inside the prompt tokens.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "api_calls",
    about: "the table of that name: type, service_name, endpoint, model_used, tokens, costs, status, request_params, response_data",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["request_id", "id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["model_used", "model"]),
    (Role::Provider, &["type"]),
    (Role::Endpoint, &["endpoint"]),
    (Role::Agent, &["service_name"]),
    (Role::Input, &["prompt_tokens"]),
    (Role::CacheRead, &["cached_tokens"]),
    (Role::Output, &["completion_tokens"]),
    (Role::Reasoning, &["reasoning_tokens"]),
    (Role::Total, &["total_tokens"]),
    (Role::Cost, &["total_cost"]),
    (Role::InputCost, &["input_cost"]),
    (Role::OutputCost, &["output_cost"]),
    (Role::Currency, &["currency"]),
    (Role::Took, &["response_time_ms"]),
    (Role::Status, &["status"]),
    (Role::CacheHit, &["cached_response"]),
    (Role::ErrorType, &["error_code"]),
    (Role::ErrorMessage, &["error_message"]),
    (Role::User, &["user_id"]),
    (Role::Session, &["session_id"]),
    (Role::Project, &["ekn_id", "environment"]),
    (Role::Requested, &["request_params.model"]),
    (Role::Request, &["request_params"]),
    (Role::Response, &["response_data"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "api_calls", &["model_used", "status", "created_at"])
}

fn mend<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    call.provider = call.provider.take().map(|class| {
        let class = class.to_str();
        let name = class.strip_suffix("ApiCall").unwrap_or(&class).to_ascii_lowercase();
        if name.is_empty() { "(generic)".into() } else { name.into() }
    });
    if call.requested == call.model {
        call.requested = None;
    }
    true
}
