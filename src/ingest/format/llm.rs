//! `logs.db` of the command-line tool `llm`: the table `responses`, and `turns`, which versions from 0.32 on write
//! instead. Costs are not logged, and the provider follows from the model.
//!
//! `token_details` is what a plugin had left of its provider's usage once it had taken input and output out: OpenAI and
//! Gemini count what was read from a cache inside the input, Anthropic beside it.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table};
use crate::model::Call;

pub(super) const RECIPE: Recipe =
    Recipe { name: "llm", about: "logs.db of the `llm` tool, the tables `responses` and `turns`", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Time, &["datetime_utc"]),
    (Role::Model, &["resolved_model", "model"]),
    (Role::Requested, &["model"]),
    (Role::Session, &["conversation_id", "thread_id"]),
    (Role::Took, &["duration_ms"]),
    (Role::Input, &["input_tokens"]),
    (Role::Output, &["output_tokens"]),
    (
        Role::CacheRead,
        &[
            "token_details.prompt_tokens_details.cached_tokens",
            "token_details.input_tokens_details.cached_tokens",
            "token_details.cache_read_input_tokens",
            "token_details.cachedContentTokenCount",
        ],
    ),
    (
        Role::CacheWrite,
        &["token_details.cache_creation.ephemeral_5m_input_tokens", "token_details.cache_creation_input_tokens"],
    ),
    (Role::CacheWrite1h, &["token_details.cache_creation.ephemeral_1h_input_tokens"]),
    (
        Role::Reasoning,
        &[
            "token_details.completion_tokens_details.reasoning_tokens",
            "token_details.output_tokens_details.reasoning_tokens",
            "token_details.output_tokens_details.thinking_tokens",
            "token_details.thoughtsTokenCount",
        ],
    ),
    // OpenAI's writes, which stand inside its input.
    (
        Role::Running,
        &[
            "token_details.prompt_tokens_details.cache_write_tokens",
            "token_details.input_tokens_details.cache_write_tokens",
        ],
    ),
    // Gemini's answer without its thoughts, left by the versions that count both as output.
    (Role::Subkind, &["token_details.candidatesTokenCount"]),
    (Role::Tier, &["token_details.service_tier"]),
    (Role::Request, &["prompt", "prompt_json"]),
    (Role::Response, &["response", "response_json"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let columns = ["model", "datetime_utc", "duration_ms", "input_tokens", "output_tokens"];
    fits_table(sample, "responses", &columns).or_else(|| fits_table(sample, "turns", &columns))
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // Of nothing but thoughts there is no answer to leave.
    let output = slots.count(Role::Output);
    if output.is_some() && (slots.has(Role::Subkind) || output == call.usage.reasoning) {
        call.usage.output = output;
    }
    if let (Some(input), Some(written)) = (call.usage.input, slots.count(Role::Running)) {
        (call.usage.input, call.usage.cache_write_5m) = (Some(input.saturating_sub(written)), Some(written));
    }
    true
}
