//! Raw responses of providers, one JSON object a line, bare or under `response` or `body` of a wrapper: `OpenAI` (chat
//! and responses), Anthropic, Gemini, Ollama, and what speaks like them. Some say no time; then the file's counts.

use serde_json::Value as Json;

use super::role::{Field, Role};
use super::{Cached, Format, Memory, Recipe, Sample, Slots, Value, any_has, at_path, is, lower_provider};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "responses",
    about: "raw responses of OpenAI, Anthropic, Gemini, Ollama, OpenRouter and Perplexity, one a line",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id", "responseId"]),
    (Role::Kind, &["object", "type"]),
    (Role::Subkind, &["done"]),
    (Role::Time, &["timestamp", "time", "ts", "created_at", "created", "createTime"]),
    (Role::Model, &["model", "modelVersion"]),
    (Role::Provider, &["provider"]),
    (
        Role::Input,
        &["usage.prompt_tokens", "usage.input_tokens", "usageMetadata.promptTokenCount", "prompt_eval_count"],
    ),
    (
        Role::CacheRead,
        &[
            "usage.prompt_tokens_details.cached_tokens",
            "usage.input_tokens_details.cached_tokens",
            "usage.input_token_details.cached_tokens",
            "usage.cache_read_input_tokens",
            "usageMetadata.cachedContentTokenCount",
        ],
    ),
    (
        Role::CacheWrite,
        &[
            "usage.cache_creation.ephemeral_5m_input_tokens",
            "usage.cache_creation_input_tokens",
            "usage.prompt_tokens_details.cache_write_tokens",
            "usage.input_tokens_details.cache_write_tokens",
        ],
    ),
    (Role::CacheWrite1h, &["usage.cache_creation.ephemeral_1h_input_tokens"]),
    (
        Role::Output,
        &["usage.completion_tokens", "usage.output_tokens", "usageMetadata.candidatesTokenCount", "eval_count"],
    ),
    (
        Role::Reasoning,
        &[
            "usage.completion_tokens_details.reasoning_tokens",
            "usage.output_tokens_details.reasoning_tokens",
            "usage.output_tokens_details.thinking_tokens",
            "usageMetadata.thoughtsTokenCount",
        ],
    ),
    // Gemini's lists tell pictures as well.
    (
        Role::AudioInput,
        &[
            "usage.prompt_tokens_details.audio_tokens",
            "usage.input_tokens_details.audio_tokens",
            "usage.input_token_details.audio_tokens",
            "usageMetadata.promptTokensDetails",
        ],
    ),
    (
        Role::ImageInput,
        &[
            "usage.prompt_tokens_details.image_tokens",
            "usage.input_tokens_details.image_tokens",
            "usage.input_token_details.image_tokens",
        ],
    ),
    (
        Role::CachedAudio,
        &[
            "usage.prompt_tokens_details.cached_tokens_details.audio_tokens",
            "usage.input_tokens_details.cached_tokens_details.audio_tokens",
            "usage.input_token_details.cached_tokens_details.audio_tokens",
            "usageMetadata.cacheTokensDetails",
        ],
    ),
    (
        Role::CachedImage,
        &[
            "usage.prompt_tokens_details.cached_tokens_details.image_tokens",
            "usage.input_tokens_details.cached_tokens_details.image_tokens",
            "usage.input_token_details.cached_tokens_details.image_tokens",
        ],
    ),
    (
        Role::AudioOutput,
        &[
            "usage.completion_tokens_details.audio_tokens",
            "usage.output_tokens_details.audio_tokens",
            "usage.output_token_details.audio_tokens",
            "usageMetadata.candidatesTokensDetails",
        ],
    ),
    (Role::ImageOutput, &["usage.completion_tokens_details.image_tokens", "usage.output_tokens_details.image_tokens"]),
    (Role::ToolInput, &["usageMetadata.toolUsePromptTokenCount"]),
    (Role::Total, &["usage.total_tokens", "usageMetadata.totalTokenCount"]),
    (
        Role::WebSearches,
        &[
            "usage.server_tool_use.web_search_requests",
            // Perplexity's
            "usage.num_search_queries",
            "usage.tool_calls_details.search_web.invocation",
        ],
    ),
    // Perplexity's is an object.
    (Role::Cost, &["usage.cost.total_cost", "usage.cost"]),
    (Role::OwnKey, &["usage.is_byok"]),
    (Role::Took, &["total_duration"]),
    (Role::Tier, &["service_tier", "usage.service_tier"]),
    (Role::Speed, &["usage.speed"]),
    (Role::ErrorType, &["error.code", "error.type"]),
    (Role::ErrorMessage, &["error.message"]),
    (Role::Response, &["choices", "output", "content", "candidates", "message"]),
];

/// Where a response may stand in its record.
const UNDER: [&str; 3] = ["", "response.", "body."];

fn format() -> Format {
    let fields = MAP.iter().flat_map(|(role, paths)| {
        UNDER.iter().flat_map(move |under| paths.iter().map(move |path| Field::new(*role, &format!("{under}{path}"))))
    });
    let mut fields: Vec<Field> = fields.collect();
    // A wrapper has a time and an id of its own, and is asked first.
    fields.push(Field::new(Role::Request, "request"));
    Format::new(RECIPE.name, &[], Cached::ByRecord, mend).peeking(peek).undated().reading(fields)
}

/// Whose responses they are, by what they hold.
const SHAPES: [(&str, &[&str]); 7] = [
    ("OpenAI's chat completions", &["object", "model", "choices", "usage.prompt_tokens"]),
    ("OpenAI's responses", &["object", "model", "output", "usage.input_tokens"]),
    ("OpenAI's responses", &["object", "model", "output", "error.message"]),
    ("Anthropic's messages", &["type", "role", "model", "content", "usage.input_tokens"]),
    ("Gemini", &["candidates", "usageMetadata.promptTokenCount"]),
    ("Ollama", &["model", "created_at", "done"]),
    ("OpenRouter", &["id", "model", "choices", "usage.cost"]),
];

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if sample.table.is_some() {
        return None;
    }
    let shape = SHAPES.iter().find_map(|(name, paths)| {
        let under = UNDER.iter().find(|under| {
            let paths: Vec<String> = paths.iter().map(|path| format!("{under}{path}")).collect();
            any_has(sample, &paths.iter().map(String::as_str).collect::<Vec<_>>())
        })?;
        let place = under.strip_suffix('.').map(|under| format!(" under `{under}`")).unwrap_or_default();
        Some((90, format!("the shape of a response of {name}{place}")))
    });
    let is_refused = |record: &Json| {
        UNDER.iter().any(|under| at_path(record, &format!("{under}error")).is_some_and(|error| is_refusal(&error)))
    };
    let refused = || {
        sample
            .records
            .iter()
            .any(is_refused)
            .then(|| (88, "the shape of an error of OpenAI's or Anthropic's".to_owned()))
    };
    shape.or_else(refused)
}

/// What an API answers in place of a response. Many logs of other things have errors with a type and a message: it must
/// be OpenAI's four fields, or one of Anthropic's words.
pub(super) fn is_refusal(error: &Json) -> bool {
    const OPENAI: [&str; 4] = ["message", "type", "param", "code"];
    const ANTHROPIC: [&str; 10] = [
        "invalid_request_error",
        "authentication_error",
        "billing_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
        "rate_limit_error",
        "timeout_error",
        "api_error",
        "overloaded_error",
    ];
    error["message"].is_string()
        && (OPENAI.iter().all(|field| error.get(field).is_some())
            || error["type"].as_str().is_some_and(|kind| ANTHROPIC.contains(&kind)))
}

/// While a response is streamed, only its last piece counts.
fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    let is_event = matches!(slots.get(Role::Kind), Value::Text(text) if text.as_bytes().starts_with(b"response."));
    // Of a stream of events only those count that tell what it came to.
    let says = slots.has(Role::Output) || slots.has(Role::ErrorMessage);
    slots.get(Role::Subkind).truth() != Some(false) && (says || !is_event)
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    lower_provider(slots, call, memory);
    let failed = call.error_type.is_some() || call.error_message.is_some();
    call.status = if failed { Status::Error } else { Status::Success };
    let model = call.model.as_ref().map(|model| model.to_str().into_owned()).unwrap_or_default();
    let provider = if is(slots, Role::Kind, "message") && model.starts_with("claude") {
        Some("anthropic")
    } else if model.starts_with("gemini") && slots.get(Role::Kind).is_absent() {
        Some("google")
    } else if model.starts_with("sonar") {
        Some("perplexity")
    } else if slots.has(Role::Subkind) {
        Some("ollama")
    } else {
        // Many servers speak as OpenAI does.
        None
    };
    call.provider = call.provider.take().or(provider.map(Text::from));
    // Where it says what was written to a cache beside OpenAI's counts, it stands inside of them.
    if slots.get(Role::CacheWrite).count().is_some_and(|written| written > 0)
        && !is(slots, Role::Kind, "message")
        && let (Some(input), Some(written)) = (call.usage.input, call.usage.cache_write_5m)
    {
        call.usage.input = Some(input.saturating_sub(written));
    }
    true
}
