//! `StandardLoggingPayload` of LiteLLM, one JSON object a line, as its loggers write it, and the rows of its table
//! `LiteLLM_SpendLogs`, exported. Its prompt tokens hold those of a cache whoever the provider is. A router's decision
//! stands in the metadata.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has};
use crate::model::{Call, Status, Usd};

pub(super) const RECIPE: Recipe = Recipe {
    name: "litellm",
    about: "StandardLoggingPayload lines of LiteLLM, routing decisions included",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id", "request_id", "litellm_call_id"]),
    (Role::Time, &["startTime"]),
    (Role::Ended, &["endTime"]),
    (Role::Took, &["response_time"]),
    (Role::FirstTokenAt, &["completionStartTime"]),
    (Role::Kind, &["stream"]),
    (Role::Model, &["model"]),
    (Role::Requested, &["model_group"]),
    (Role::Provider, &["custom_llm_provider"]),
    (Role::Endpoint, &["call_type"]),
    (Role::Status, &["status"]),
    (Role::CacheHit, &["cache_hit"]),
    (Role::Cost, &["response_cost", "spend"]),
    (Role::Input, &["prompt_tokens"]),
    (Role::Output, &["completion_tokens"]),
    (Role::Total, &["total_tokens"]),
    (
        Role::CacheRead,
        &["metadata.usage_object.cache_read_input_tokens", "metadata.usage_object.prompt_tokens_details.cached_tokens"],
    ),
    (
        Role::CacheWrite,
        &[
            "metadata.usage_object.cache_creation.ephemeral_5m_input_tokens",
            "metadata.usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens",
            "metadata.usage_object.cache_creation_input_tokens",
            "metadata.usage_object.prompt_tokens_details.cache_creation_tokens",
        ],
    ),
    (
        Role::CacheWrite1h,
        &[
            "metadata.usage_object.cache_creation.ephemeral_1h_input_tokens",
            "metadata.usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens",
        ],
    ),
    (Role::AudioInput, &["metadata.usage_object.prompt_tokens_details.audio_tokens"]),
    (Role::ImageInput, &["metadata.usage_object.prompt_tokens_details.image_tokens"]),
    (Role::AudioOutput, &["metadata.usage_object.completion_tokens_details.audio_tokens"]),
    (Role::ImageOutput, &["metadata.usage_object.completion_tokens_details.image_tokens"]),
    (Role::Reasoning, &["metadata.usage_object.completion_tokens_details.reasoning_tokens"]),
    (
        Role::WebSearches,
        &[
            "metadata.usage_object.server_tool_use.web_search_requests",
            "metadata.usage_object.prompt_tokens_details.web_search_requests",
        ],
    ),
    (Role::Tier, &["cost_breakdown.service_tier"]),
    (Role::ErrorType, &["error_information.error_class", "error_information.error_code"]),
    (Role::ErrorMessage, &["error_str", "error_information.error_message"]),
    (Role::User, &["end_user", "metadata.user_api_key_end_user_id", "metadata.user_api_key_user_id", "user"]),
    (Role::Session, &["session_id", "trace_id"]),
    (Role::Project, &["metadata.user_api_key_team_alias", "metadata.user_api_key_alias"]),
    (Role::Agent, &["agent_id"]),
    (Role::Route, &["metadata.routing_decision.tier", "metadata.routing_decision.router_type"]),
    (Role::Confidence, &["metadata.routing_decision.classifier_confidence"]),
    (Role::Request, &["messages"]),
    (Role::Response, &["response"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let is_payload = sample.table.is_none()
        && any_has(sample, &["call_type", "startTime", "status", "model"])
        && (any_has(sample, &["litellm_call_id"]) || any_has(sample, &["custom_llm_provider"]));
    is_payload.then(|| (94, "the fields call_type, startTime, custom_llm_provider of LiteLLM".to_owned()))
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // A prompt that is less than what a cache gave and took does not hold that.
    let cached = call.usage.prompt() - u64::from(call.usage.input.unwrap_or(0));
    if let Some(fresh) = call.usage.input.and_then(|prompt| prompt.checked_sub(u32::try_from(cached).ok()?)) {
        call.usage.input = Some(fresh);
    }
    // Without a stream the first token is the last.
    if slots.get(Role::Kind).truth() != Some(true) {
        call.first_token = None;
    }
    // A failure costs what the provider says, and it says nothing.
    if call.status == Status::Error && call.logged_cost == Some(Usd::ZERO) {
        call.logged_cost = None;
    }
    true
}
