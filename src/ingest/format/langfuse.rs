//! Observations of Langfuse, exported as JSON lines or read from its API, where one answer holds a page of them. Only
//! generations and embeddings are calls; spans and traces repeat their sums.

use std::path::Path;

use serde_json::Value as Json;

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is};
use crate::model::{Call, Medium, Status, Text, Usage};

pub(super) const RECIPE: Recipe =
    Recipe { name: "langfuse", about: "exported observations of Langfuse: generations and embeddings", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Id, &["id"]),
    (Role::Session, &["session_id", "sessionId", "trace_id", "traceId"]),
    (Role::User, &["user_id", "userId"]),
    (Role::UseCase, &["name"]),
    (Role::Time, &["start_time", "startTime"]),
    (Role::Ended, &["end_time", "endTime"]),
    (Role::FirstTokenAt, &["completion_start_time", "completionStartTime"]),
    (Role::Model, &["provided_model_name", "providedModelName", "model"]),
    // As LangChain's callback notes it.
    (Role::Provider, &["metadata.ls_provider"]),
    (Role::Input, &["usage_details.input", "usageDetails.input", "usage.input"]),
    (
        Role::CacheRead,
        &[
            "usage_details.input_cached_tokens",
            "usage_details.cache_read_input_tokens",
            "usage_details.input_cache_read",
            "usage_details.input_cached",
            "usage_details.cache_read",
            "usageDetails.input_cached_tokens",
            "usageDetails.cache_read_input_tokens",
            "usageDetails.input_cache_read",
            "usageDetails.input_cached",
            "usageDetails.cache_read",
        ],
    ),
    (
        Role::CacheWrite,
        &[
            "usage_details.input_cache_creation_5m",
            "usage_details.cache_creation_input_tokens",
            "usage_details.input_cache_creation",
            "usage_details.cache_creation",
            "usageDetails.input_cache_creation_5m",
            "usageDetails.cache_creation_input_tokens",
            "usageDetails.input_cache_creation",
            "usageDetails.cache_creation",
        ],
    ),
    (Role::CacheWrite1h, &["usage_details.input_cache_creation_1h", "usageDetails.input_cache_creation_1h"]),
    (
        Role::AudioInput,
        &[
            "usage_details.input_audio_tokens",
            "usage_details.input_audio",
            "usageDetails.input_audio_tokens",
            "usageDetails.input_audio",
        ],
    ),
    (
        Role::AudioOutput,
        &[
            "usage_details.output_audio_tokens",
            "usage_details.output_audio",
            "usageDetails.output_audio_tokens",
            "usageDetails.output_audio",
        ],
    ),
    (Role::Output, &["usage_details.output", "usageDetails.output", "usage.output"]),
    (
        Role::Reasoning,
        &[
            "usage_details.output_reasoning_tokens",
            "usageDetails.output_reasoning_tokens",
            "usage_details.output_reasoning",
            "usageDetails.output_reasoning",
        ],
    ),
    (Role::Total, &["usage_details.total", "usageDetails.total", "usage.total"]),
    (Role::Cost, &["total_cost", "calculatedTotalCost", "cost_details.total", "costDetails.total"]),
    (Role::Tier, &["level"]),
    (Role::ErrorMessage, &["status_message", "statusMessage"]),
    (Role::Request, &["input"]),
    (Role::Response, &["output"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).peeking(peek).unfolding(unfold)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let snake = any_has(sample, &["trace_id", "type", "start_time", "usage_details"]);
    let camel = any_has(sample, &["traceId", "type", "startTime", "usageDetails"]);
    let page = any_has(sample, &["data.0.traceId", "data.0.type", "data.0.startTime"]);
    if page {
        return Some((92, "pages of observations under `data`, as the API gives them".to_owned()));
    }
    (snake || camel).then(|| (92, "observations: type, a trace's id, a start and usage details".to_owned()))
}

fn unfold(mut record: Json, _: &Path) -> Vec<Json> {
    match record.get_mut("data").map(Json::take) {
        Some(Json::Array(page)) if record.get("type").is_none() => page,
        Some(data) => {
            record["data"] = data;
            vec![record]
        }
        None => vec![record],
    }
}

fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    is(slots, Role::Kind, "GENERATION") || is(slots, Role::Kind, "EMBEDDING")
}

/// Its counts are buckets that do not overlap, and a total of them all.
fn merge_buckets(usage: &mut Usage) {
    let part = |part: Option<u32>| u64::from(part.unwrap_or(0));
    // Some SDKs leave in the input and the output what they tell apart: then the total has it once.
    let is_inside = usage.total_logged.map(u64::from) == Some(part(usage.input) + part(usage.output));
    let cached = usage.prompt() - part(usage.input);
    if is_inside && part(usage.input) >= cached {
        usage.input = usage.input.map(|input| input - cached as u32);
    } else if !is_inside {
        let and = |part: &mut Option<u32>, more: u32| *part = part.map(|part| part.saturating_add(more));
        and(&mut usage.output, usage.reasoning.unwrap_or(0));
        and(&mut usage.output, usage.media.get(Medium::AudioOutput));
        and(&mut usage.input, usage.media.get(Medium::AudioInput));
    }
    let Some(total) = usage.total_logged.map(u64::from) else { return };
    // Most of it stands in buckets of other names: of which kinds it is made is not known.
    if usage.has_parts() && total > 2 * usage.total().unwrap_or(0) {
        *usage = Usage { total_logged: usage.total_logged, ..Usage::default() };
    }
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    merge_buckets(&mut call.usage);
    if is(slots, Role::Tier, "ERROR") {
        call.status = Status::Error;
        call.error_type = Some(Text::from("error"));
    } else {
        // A message may stand there for other reasons.
        (call.status, call.error_type, call.error_message) = (Status::Success, None, None);
    }
    true
}
