//! Rollouts of the Codex CLI, `~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl`, in both generations.
//!
//! A `token_count` event tells the session's running totals and the last call's tokens, again and again: two with the
//! same totals are one call. Newer ones have a `token_usage_record` for each response. A fork or a sub-agent tells its
//! parent's counts again, with the same totals: the session at the root of all and its running totals name a call,
//! whichever file it is read from.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, Value, kept, stamp};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "codex",
    about: "rollouts of the Codex CLI (`~/.codex/sessions/**/rollout-*.jsonl`), forks and sub-agents included",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Subkind, &["payload.type"]),
    (Role::Time, &["timestamp"]),
    (Role::SecondId, &["payload.response_id"]),
    (Role::Session, &["payload.id", "payload.session_id"]),
    (Role::Turn, &["payload.role"]),
    (
        Role::Parent,
        &[
            "payload.forked_from_id",
            "payload.parent_thread_id",
            "payload.source.subagent.thread_spawn.parent_thread_id",
        ],
    ),
    (Role::Agent, &["payload.source.subagent.thread_spawn.agent_nickname", "payload.agent_nickname"]),
    (Role::Project, &["payload.cwd"]),
    (Role::Provider, &["payload.model_provider"]),
    (Role::Model, &["payload.model", "payload.info.model"]),
    (Role::Running, &["payload.info.total_token_usage", "payload.thread_token_usage"]),
    (Role::Input, &["payload.info.last_token_usage.input_tokens", "payload.usage.input_tokens"]),
    (Role::CacheRead, &["payload.info.last_token_usage.cached_input_tokens", "payload.usage.cached_input_tokens"]),
    (
        Role::CacheWrite,
        &["payload.info.last_token_usage.cache_write_input_tokens", "payload.usage.cache_write_input_tokens"],
    ),
    (Role::Output, &["payload.info.last_token_usage.output_tokens", "payload.usage.output_tokens"]),
    (
        Role::Reasoning,
        &["payload.info.last_token_usage.reasoning_output_tokens", "payload.usage.reasoning_output_tokens"],
    ),
    (Role::Total, &["payload.info.last_token_usage.total_tokens", "payload.usage.total_tokens"]),
    (Role::ErrorMessage, &["payload.message"]),
    (Role::ErrorType, &["payload.codex_error_info"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend).peeking(peek).in_order().transcribing(transcribe)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    const KINDS: [&str; 6] =
        ["session_meta", "turn_context", "event_msg", "response_item", "token_usage_record", "compacted"];
    let is_row = |record: &Json| {
        record.get("payload").is_some_and(Json::is_object)
            && record.get("type").and_then(Json::as_str).is_some_and(|kind| KINDS.contains(&kind))
    };
    let fits = sample.table.is_none() && sample.records.iter().any(is_row);
    fits.then(|| (94, "records with a type and a payload as Codex writes them".to_owned()))
}

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Meta,
    Context,
    Count,
    Record,
    Failure,
    Asked,
    Other,
}

fn row(slots: &Slots<'_>) -> Row {
    let word = |role: Role| match slots.get(role) {
        Value::Text(text) => text.to_str().into_owned(),
        _ => String::new(),
    };
    match (word(Role::Kind).as_str(), word(Role::Subkind).as_str()) {
        ("session_meta", _) => Row::Meta,
        ("turn_context", _) => Row::Context,
        ("token_usage_record", _) => Row::Record,
        ("event_msg", "token_count") => Row::Count,
        ("event_msg", "error" | "stream_error") => Row::Failure,
        ("event_msg", "user_message" | "task_started" | "turn_started")
        | ("response_item", "function_call_output" | "custom_tool_call_output") => Row::Asked,
        ("response_item", "message") if word(Role::Turn) == "user" => Row::Asked,
        _ => Row::Other,
    }
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    match row(slots) {
        Row::Meta => {
            // A fork has its own first, then those it was forked from: the last before any count is the root of all.
            if memory.session.is_none() {
                memory.session = kept(slots.text(Role::Session));
                memory.project = kept(slots.text(Role::Project));
                memory.provider = kept(slots.text(Role::Provider));
                memory.agent = kept(slots.text(Role::Agent));
                memory.turn = kept(slots.text(Role::Parent)).or_else(|| memory.session.clone());
            } else if memory.running.is_none() {
                memory.turn = kept(slots.text(Role::Session));
            }
            false
        }
        Row::Context => {
            memory.model = kept(slots.text(Role::Model)).or_else(|| memory.model.take());
            memory.project = kept(slots.text(Role::Project)).or_else(|| memory.project.take());
            false
        }
        Row::Asked => {
            memory.asked = stamp::read(slots.get(Role::Time));
            false
        }
        Row::Count => {
            let says = slots.get(Role::Running);
            memory.running = memory.running.or((!says.is_absent()).then_some(0));
            !says.is_absent() && !memory.outdone
        }
        Row::Record => {
            memory.outdone = true;
            true
        }
        Row::Failure => true,
        Row::Other => false,
    }
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    let row = row(slots);
    call.session = memory.session.clone().or_else(|| Some(Text::from(memory.stem().to_owned())));
    call.project.clone_from(&memory.project);
    call.agent.clone_from(&memory.agent);
    call.provider.clone_from(&memory.provider);
    call.model = call.model.take().or_else(|| memory.model.clone());
    if row == Row::Failure {
        (call.status, call.usage) = (Status::Error, crate::model::Usage::default());
        call.error_type = call.error_type.take().or_else(|| Some(Text::from("stream_error")));
        return true;
    }
    (call.status, call.error_type, call.error_message) = (Status::Success, None, None);
    // Its cache writes stand inside its input too.
    if let (Some(input), Some(written)) = (call.usage.input, call.usage.cache_write_5m) {
        call.usage.input = Some(input.saturating_sub(written));
    }
    if call.usage.input.is_none() && call.usage.output.is_none() {
        return false;
    }
    let root =
        memory.turn.as_ref().or(memory.session.as_ref()).map_or_else(|| memory.stem().into(), |root| root.to_str());
    let name = running(slots).map(|totals| format!("{root}:{totals}"));
    call.kin = name.clone().map(Text::from);
    if row == Row::Record {
        call.id = slots.text(Role::SecondId);
    } else {
        // A record of the same response says it better.
        (call.id, call.side) = (name.map(Text::from), true);
    }
    if let Some(asked) = memory.asked.take()
        && let Ok(millis @ 0..=AN_HOUR) = u64::try_from(call.at.0 - asked.0)
    {
        (call.took, call.inferred) = (Some(millis * 1_000_000), true);
    }
    true
}

/// Milliseconds: whoever answers later than this was asleep.
const AN_HOUR: u64 = 3_600_000;

/// The running totals in a word.
fn running(slots: &Slots<'_>) -> Option<String> {
    let totals: Json = match slots.get(Role::Running) {
        Value::Raw(bytes) => serde_json::from_slice(bytes).ok()?,
        Value::Text(text) => serde_json::from_slice(text.as_bytes()).ok()?,
        _ => return None,
    };
    let count = |key: &str| totals.get(key).and_then(Json::as_u64).unwrap_or(0);
    Some(format!("{}-{}-{}", count("input_tokens"), count("cached_input_tokens"), count("output_tokens")))
}

/// What was said between the count before and this one.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Ok(file) = super::super::file::open(path) else { return (None, None) };
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for line in BufReader::new(file).split(b'\n').map_while(Result::ok) {
        let Ok(row) = serde_json::from_slice::<Json>(&line) else { continue };
        if raw.contains(&row) {
            break;
        }
        let payload = &row["payload"];
        let kind = payload["type"].as_str().unwrap_or("");
        match (row["type"].as_str(), kind) {
            (Some("event_msg"), "token_count") if !payload["info"].is_null() => {
                (asked, answered) = (Vec::new(), Vec::new());
            }
            (Some("response_item"), "message") if payload["role"] != "assistant" => asked.push(payload.clone()),
            (Some("response_item"), _) if kind.ends_with("_output") => {
                asked.push(json!({"role": "tool", "content": payload["output"]}));
            }
            (Some("response_item"), "message" | "reasoning" | "function_call" | "custom_tool_call") => {
                answered.push(payload.clone());
            }
            _ => {}
        }
    }
    let some = |list: Vec<Json>| (!list.is_empty()).then_some(Json::Array(list));
    (some(asked), some(answered))
}
