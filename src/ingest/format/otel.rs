//! Spans of OpenTelemetry's GenAI conventions, old names and new: OTLP as the collector's file exporter writes it (one
//! export request a line), and spans one a line as the JavaScript SDK writes them, such as Copilot's; and the names of
//! OpenInference and OpenLLMetry. Only spans of a model count: those of agents and tools repeat their sums.
//!
//! Source of the names: the semantic conventions' registry of `gen_ai.*` attributes.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is, lower_provider, said};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "otel",
    about: "OpenTelemetry `gen_ai.*` spans: OTLP JSON lines, Copilot's file exporter, OpenInference, OpenLLMetry",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["attributes.\"gen_ai.operation.name\""]),
    (Role::Subkind, &["attributes.\"openinference.span.kind\"", "attributes.\"llm.request.type\""]),
    (Role::Turn, &["eventName", "attributes.\"event.name\"", "name"]),
    (Role::Id, &["attributes.\"gen_ai.response.id\""]),
    (Role::SecondId, &["spanId", "spanContext.spanId"]),
    (Role::Parent, &["traceId", "spanContext.traceId"]),
    (Role::Execution, &["parentSpanId", "parentSpanContext.spanId"]),
    (Role::Time, &["startTimeUnixNano", "startTime", "hrTime", "endTimeUnixNano", "endTime"]),
    (Role::Ended, &["endTimeUnixNano", "endTime"]),
    (Role::Took, &["attributes.duration_ms"]),
    (Role::FirstToken, &["attributes.\"gen_ai.response.time_to_first_chunk\""]),
    (
        Role::Model,
        &[
            "attributes.\"gen_ai.response.model\"",
            "attributes.\"llm.model_name\"",
            "attributes.\"gen_ai.request.model\"",
            "attributes.model",
        ],
    ),
    (Role::Requested, &["attributes.\"gen_ai.request.model\""]),
    (
        Role::Provider,
        &[
            "attributes.\"gen_ai.provider.name\"",
            "attributes.\"gen_ai.system\"",
            "attributes.\"llm.provider\"",
            "attributes.\"llm.system\"",
        ],
    ),
    (
        Role::Input,
        &[
            "attributes.\"gen_ai.usage.input_tokens\"",
            "attributes.\"gen_ai.usage.prompt_tokens\"",
            "attributes.\"llm.token_count.prompt\"",
            "attributes.\"llm.usage.prompt_tokens\"",
            "attributes.input_tokens",
        ],
    ),
    (
        Role::CacheRead,
        &[
            "attributes.\"gen_ai.usage.cache_read.input_tokens\"",
            "attributes.\"gen_ai.usage.cache_read_input_tokens\"",
            "attributes.\"llm.token_count.prompt_details.cache_read\"",
            "attributes.cache_read_tokens",
        ],
    ),
    (
        Role::CacheWrite,
        &[
            "attributes.\"gen_ai.usage.cache_creation.input_tokens\"",
            "attributes.\"gen_ai.usage.cache_creation_input_tokens\"",
            "attributes.\"gen_ai.usage.cache_write.input_tokens\"",
            "attributes.\"gen_ai.usage.cache_write_input_tokens\"",
            "attributes.\"llm.token_count.prompt_details.cache_write\"",
            "attributes.cache_creation_tokens",
        ],
    ),
    (
        Role::Output,
        &[
            "attributes.\"gen_ai.usage.output_tokens\"",
            "attributes.\"gen_ai.usage.completion_tokens\"",
            "attributes.\"llm.token_count.completion\"",
            "attributes.\"llm.usage.completion_tokens\"",
            "attributes.output_tokens",
        ],
    ),
    (
        Role::Reasoning,
        &[
            "attributes.\"gen_ai.usage.reasoning.output_tokens\"",
            "attributes.\"gen_ai.usage.reasoning_tokens\"",
            "attributes.\"llm.token_count.completion_details.reasoning\"",
        ],
    ),
    (
        Role::AudioInput,
        &[
            "attributes.\"llm.token_count.prompt_details.audio\"",
            "attributes.\"gen_ai.usage.details.input_audio_tokens\"",
        ],
    ),
    (Role::CachedAudio, &["attributes.\"gen_ai.usage.details.cache_audio_read_tokens\""]),
    (
        Role::AudioOutput,
        &[
            "attributes.\"llm.token_count.completion_details.audio\"",
            "attributes.\"gen_ai.usage.details.output_audio_tokens\"",
        ],
    ),
    (Role::Total, &["attributes.\"llm.usage.total_tokens\"", "attributes.\"llm.token_count.total\""]),
    (
        Role::Cost,
        &[
            "attributes.\"gen_ai.usage.cost\"",
            "attributes.\"llm.usage.total_cost\"",
            "attributes.\"llm.cost.total\"",
            "attributes.\"operation.cost\"",
            "attributes.cost_usd",
        ],
    ),
    (Role::Failed, &["status.code"]),
    (Role::ErrorType, &["attributes.\"error.type\"", "attributes.status_code"]),
    (Role::ErrorMessage, &["status.message", "attributes.error"]),
    (Role::Session, &["attributes.\"gen_ai.conversation.id\"", "attributes.\"session.id\""]),
    (Role::User, &["attributes.\"user.id\"", "attributes.\"enduser.id\""]),
    (Role::Agent, &["attributes.\"gen_ai.agent.name\"", "attributes.\"gen_ai.agent.id\""]),
    (Role::UseCase, &["attributes.\"gen_ai.workflow.name\"", "attributes.\"traceloop.workflow.name\""]),
    (Role::Plan, &["attributes.\"github.copilot.interaction_id\""]),
    (Role::Project, &["resource.\"service.name\""]),
    (
        Role::Tier,
        &["attributes.\"openai.response.service_tier\"", "attributes.\"gen_ai.openai.response.service_tier\""],
    ),
    (Role::Request, &["attributes.\"gen_ai.input.messages\"", "attributes.\"input.value\""]),
    (Role::Response, &["attributes.\"gen_ai.output.messages\"", "attributes.\"output.value\""]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
        .peeking(peek)
        .unfolding(unfold)
        .undated()
        .in_order()
        .transcribing(transcribe)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if any_has(sample, &["resourceSpans"]) || any_has(sample, &["resourceLogs"]) {
        return Some((94, "export requests of OpenTelemetry".to_owned()));
    }
    let spans = sample.records.iter().any(|record| {
        let attributes = record.get("attributes").and_then(Json::as_object);
        let names = |key: &String| ["gen_ai.", "llm.", "openinference."].iter().any(|start| key.starts_with(start));
        attributes.is_some_and(|attributes| attributes.keys().any(names))
    });
    spans.then(|| (94, "spans with gen_ai or llm attributes".to_owned()))
}

/// The spans and log records of an export request, each with its attributes by name; a span of its own line as it is.
fn unfold(record: Json, _: &Path) -> Vec<Json> {
    let list = |json: &Json, key: &str| json.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut all = Vec::new();
    for (outer, middle, inner) in
        [("resourceSpans", "scopeSpans", "spans"), ("resourceLogs", "scopeLogs", "logRecords")]
    {
        for resource in list(&record, outer) {
            let about = attributes(resource.pointer("/resource/attributes"));
            for scope in list(&resource, middle) {
                for mut item in list(&scope, inner) {
                    item["attributes"] = attributes(item.get("attributes"));
                    item["resource"] = about.clone();
                    name_event(&mut item);
                    if item.get("startTimeUnixNano").is_none() {
                        let at =
                            ["timeUnixNano", "observedTimeUnixNano"].iter().find_map(|key| item.get(*key).cloned());
                        item["startTimeUnixNano"] = at.unwrap_or_default();
                    }
                    all.push(item);
                }
            }
        }
    }
    let is_request = ["resourceSpans", "resourceLogs", "resourceMetrics"].iter().any(|key| record.get(key).is_some());
    if is_request { all } else { vec![record] }
}

/// Claude Code names an event in full in its body only.
fn name_event(item: &mut Json) {
    let body = item.pointer("/body/stringValue").and_then(Json::as_str);
    if let Some(event) = body.and_then(|body| EVENTS.iter().find(|event| **event == body)) {
        item["eventName"] = json!(event);
    }
}

/// `[{"key": …, "value": {"stringValue": …}}]` as an object.
fn attributes(list: Option<&Json>) -> Json {
    let mut named = Map::new();
    for item in list.and_then(Json::as_array).into_iter().flatten() {
        if let (Some(key), Some(value)) = (item["key"].as_str(), item.get("value")) {
            named.insert(key.to_owned(), plain(value));
        }
    }
    Json::Object(named)
}

/// A typed value as it would stand in plain JSON.
fn plain(value: &Json) -> Json {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else { return Json::Null };
    match kind.as_str() {
        "intValue" => {
            inner.as_str().and_then(|text| text.parse::<i64>().ok()).map_or_else(|| inner.clone(), |n| json!(n))
        }
        "arrayValue" => Json::Array(inner["values"].as_array().into_iter().flatten().map(plain).collect()),
        "kvlistValue" => attributes(inner.get("values")),
        _ => inner.clone(),
    }
}

/// Log records that tell of one call.
const EVENTS: [&str; 3] =
    ["gen_ai.client.inference.operation.details", "claude_code.api_request", "claude_code.api_error"];

fn is_event(slots: &Slots<'_>) -> bool {
    EVENTS.iter().any(|event| is(slots, Role::Turn, event))
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if !is_call(slots) {
        memory.is_bare = is_named_as_call(slots);
        return false;
    }
    true
}

/// What a model can be asked for, as the conventions name it.
const CALLS: [&str; 4] = ["chat", "text_completion", "generate_content", "embeddings"];

/// A span is named after what was asked for, then the model. One that is so named, and has none of the attributes, may
/// be of a writer that has changed how it names them.
fn is_named_as_call(slots: &Slots<'_>) -> bool {
    let name = slots.text(Role::Turn);
    let name = name.as_ref().map(Text::to_str).unwrap_or_default();
    !slots.has(Role::Kind) && !slots.has(Role::Subkind) && CALLS.contains(&name.split(' ').next().unwrap_or(""))
}

fn is_call(slots: &Slots<'_>) -> bool {
    const KINDS: [&str; 5] = ["LLM", "EMBEDDING", "chat", "completion", "embedding"];
    if is_event(slots) {
        return true;
    }
    if slots.has(Role::Kind) {
        return CALLS.iter().any(|word| is(slots, Role::Kind, word));
    }
    KINDS.iter().any(|word| is(slots, Role::Subkind, word))
        || !slots.has(Role::Subkind) && slots.has(Role::Model) && slots.has(Role::Output) && slots.has(Role::Ended)
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    lower_provider(slots, call, memory);
    let named = |role: Role| {
        let (trace, span) = (slots.text(Role::Parent)?, slots.text(role)?);
        Some(format!("{}:{}", trace.to_str(), span.to_str())).filter(|_| !span.is_empty())
    };
    // To embed a text is another call than to answer, whichever stands within the other.
    let embeds = is(slots, Role::Kind, "embeddings") || is(slots, Role::Subkind, "EMBEDDING");
    let of_its_kind = |span: String| Text::from(if embeds { format!("{span}:embeddings") } else { span });
    let span = named(Role::SecondId);
    // An event tells of the span that it happened in.
    call.side = is_event(slots) && span.is_some();
    // An attempt that used nothing takes nothing from the span around it.
    let uses = call.usage.is_billable() || call.logged_cost.is_some_and(|cost| !cost.is_zero());
    call.within = named(Role::Execution)
        .filter(|outer| uses && !is_event(slots) && span.as_ref() != Some(outer))
        .map(of_its_kind);
    call.id = call.id.take().or_else(|| span.clone().map(Text::from));
    call.kin = span.map(of_its_kind);
    // The conventions count what was read from or written to a cache among the input. Whoever did not follow them
    // counts less.
    let usage = &mut call.usage;
    let cached = u64::from(usage.cache_read.unwrap_or(0)) + u64::from(usage.cache_write_5m.unwrap_or(0));
    if let Some(input) = usage.input.filter(|input| u64::from(*input) >= cached && !is(slots, Role::Turn, EVENTS[1])) {
        usage.input = Some(input - cached as u32);
    }
    // Only the end is told where both are the same: no model answers in no time.
    if !slots.has(Role::Took) {
        call.took = call.took.filter(|took| *took > 0);
    }
    let failed = slots.get(Role::Failed).count() == Some(2) || is(slots, Role::Turn, EVENTS[2]);
    if failed || call.error_type.is_some() {
        call.status = Status::Error;
    } else {
        (call.status, call.error_message) = (Status::Success, None);
    }
    true
}

/// Older conventions number what was said: `gen_ai.prompt.0.content`, `llm.input_messages.0.message.content`.
fn transcribe(_: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(named) = raw.last().and_then(|record| record["attributes"].as_object()) else { return (None, None) };
    let asked = numbered(named, "gen_ai.prompt.").or_else(|| numbered(named, "llm.input_messages."));
    (asked, numbered(named, "gen_ai.completion.").or_else(|| numbered(named, "llm.output_messages.")))
}

fn numbered(attributes: &Map<String, Json>, start: &str) -> Option<Json> {
    let mut all: BTreeMap<u32, Map<String, Json>> = BTreeMap::new();
    for (key, value) in attributes {
        let Some((nth, name)) = key.strip_prefix(start).and_then(|rest| rest.split_once('.')) else { continue };
        let name = name.strip_prefix("message.").unwrap_or(name);
        if let Ok(nth) = nth.parse() {
            all.entry(nth).or_default().insert(name.to_owned(), value.clone());
        }
    }
    said::some(all.into_values().map(Json::Object).collect())
}
