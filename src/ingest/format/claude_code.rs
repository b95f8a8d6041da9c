//! Transcripts of Claude Code, `~/.claude/projects/<folder>/<session>.jsonl` and those of its sub-agents.
//!
//! A call is told by `assistant` rows, several a message while it streams, each with the counts so far: the fullest
//! counts. Rows of sub-agents come again in `progress` rows of the main file, and a resumed or side conversation tells
//! its parent's messages again under new request ids. A message is known by `message.id:requestId`; where a side chain
//! is among its tellings, by `message.id` alone.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, is, kept};
use crate::model::{Call, Status, Text};

pub const RECIPE: Recipe = Recipe {
    name: "claude-code",
    about: "transcripts of Claude Code (`~/.claude/projects/**/*.jsonl`), sub-agents included",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Subkind, &["data.type"]),
    (Role::Id, &["message.id", "data.message.message.id"]),
    (Role::SecondId, &["requestId", "data.message.requestId"]),
    (Role::Execution, &["uuid"]),
    (Role::Time, &["data.message.timestamp", "timestamp"]),
    (Role::Model, &["message.model", "data.message.message.model"]),
    (Role::Input, &["message.usage.input_tokens", "data.message.message.usage.input_tokens"]),
    (Role::CacheRead, &["message.usage.cache_read_input_tokens", "data.message.message.usage.cache_read_input_tokens"]),
    (
        Role::CacheWrite,
        &[
            "message.usage.cache_creation.ephemeral_5m_input_tokens",
            "data.message.message.usage.cache_creation.ephemeral_5m_input_tokens",
            "message.usage.cache_creation_input_tokens",
            "data.message.message.usage.cache_creation_input_tokens",
        ],
    ),
    (
        Role::CacheWrite1h,
        &[
            "message.usage.cache_creation.ephemeral_1h_input_tokens",
            "data.message.message.usage.cache_creation.ephemeral_1h_input_tokens",
        ],
    ),
    (Role::Output, &["message.usage.output_tokens", "data.message.message.usage.output_tokens"]),
    (
        Role::WebSearches,
        &[
            "message.usage.server_tool_use.web_search_requests",
            "data.message.message.usage.server_tool_use.web_search_requests",
        ],
    ),
    (Role::Tier, &["message.usage.service_tier", "data.message.message.usage.service_tier"]),
    (Role::Speed, &["message.usage.speed", "data.message.message.usage.speed"]),
    (Role::Cost, &["costUSD"]),
    (Role::Side, &["data.message.isSidechain", "isSidechain"]),
    (Role::Failed, &["isApiErrorMessage"]),
    (Role::Session, &["sessionId"]),
    (Role::Project, &["cwd"]),
    (Role::Agent, &["agentId", "data.agentId"]),
    (Role::Response, &["message.content", "data.message.message.content"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).peeking(peek).in_order().transcribing(transcribe).subscribed()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if sample.table.is_some() {
        return None;
    }
    let has = |record: &Json, paths: &[&str]| paths.iter().all(|path| record.pointer(path).is_some());
    let score = sample.records.iter().filter_map(|record| {
        let message = has(record, &["/sessionId", "/message/role"]) && record.pointer("/message/content").is_some();
        let usage = has(record, &["/sessionId", "/timestamp", "/message/id", "/message/usage/input_tokens"]);
        let row = has(record, &["/sessionId", "/uuid", "/type"]);
        [(usage, 93), (message && row, 92), (row, 80)].into_iter().find_map(|(fits, score)| fits.then_some(score))
    });
    Some((score.max()?, "rows with a sessionId and messages as Claude Code writes them".to_owned()))
}

/// Most rows are prompts, tool results, snapshots and progress; of these only an agent's progress holds calls.
fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if is(slots, Role::Kind, "user") {
        memory.asked = super::stamp::read(slots.get(Role::Time));
        memory.turn = None;
        return false;
    }
    let counted = slots.has(Role::Input) || slots.has(Role::Output) || slots.has(Role::Failed);
    if !counted && is(slots, Role::Kind, "assistant") && slots.has(Role::Id) && slots.has(Role::Model) {
        return memory.miss_counts();
    }
    counted
        && (slots.get(Role::Kind).is_absent()
            || is(slots, Role::Kind, "assistant")
            || is(slots, Role::Kind, "progress") && is(slots, Role::Subkind, "agent_progress"))
}

/// Versions before 2.1.97 wrote a placeholder for the output of an answer that grew, and not always what it came to.
pub fn caution(raw: &[Json]) -> Option<&'static str> {
    const FIXED: [u32; 3] = [2, 1, 97];
    let version = raw.last()?["version"].as_str()?;
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    (parts.len() == FIXED.len() && parts[..] < FIXED[..])
        .then_some("Claude Code before 2.1.97 may log too few output tokens: this may be a lower bound")
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    let message = call.id.take();
    let request = slots.text(Role::SecondId);
    call.id = match (&message, &request) {
        (Some(message), Some(request)) => Some(Text::from(format!("{}:{}", message.to_str(), request.to_str()))),
        (Some(message), None) => Some(message.clone()),
        (None, _) => slots.text(Role::Execution),
    };
    call.side = slots.get(Role::Side).truth() == Some(true);
    call.loose = message.is_some() && request.is_none();
    call.kin = message;
    // A placeholder that the program wrote itself: no model was asked, or none answered.
    let synthetic = call.model.as_ref().is_some_and(|model| model.as_bytes() == b"<synthetic>");
    if synthetic || slots.get(Role::Failed).truth() == Some(true) {
        (call.model, call.status) = (call.model.take().filter(|_| !synthetic), Status::Error);
        call.error_type = Some(Text::from("api_error"));
        return true;
    }
    // A gateway in front of another provider leaves its marks: other ids, no request id, other models.
    let is_claude = call.model.as_ref().is_some_and(|model| model.to_str().contains("claude"));
    let from_anthropic = call.kin.as_ref().is_some_and(|id| id.as_bytes().starts_with(b"msg_"));
    if is_claude && from_anthropic {
        call.provider = Some(Text::from("anthropic"));
    }
    // An agent's progress answers to a prompt of the agent's own. A second message without a new prompt goes on where the
    // first one ended, and when that was is not told.
    let answers = memory.turn.is_none() || memory.turn == call.kin;
    if let Some(asked) = memory.asked.filter(|_| answers && !is(slots, Role::Kind, "progress"))
        && let Ok(millis @ 0..=AN_HOUR) = u64::try_from(call.at.0 - asked.0)
    {
        call.took = Some(millis * 1_000_000);
        call.inferred = true;
        memory.turn = kept(call.kin.clone());
    }
    true
}

/// Milliseconds: whoever answers later than this was asleep.
const AN_HOUR: u64 = 3_600_000;

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type")]
    kind: Option<String>,
    uuid: Option<String>,
    #[serde(rename = "parentUuid")]
    parent: Option<String>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    id: Option<String>,
    role: Option<String>,
    #[serde(default)]
    content: Json,
}

/// The whole answer, from all rows of the message, and what was said since the answer before.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(id) = raw.iter().find_map(|record| record.pointer("/message/id")?.as_str()) else { return (None, None) };
    let Ok(lines) = super::super::whole::lines(path) else { return (None, None) };
    let rows: Vec<Row> = lines.filter_map(|line| serde_json::from_slice(&line).ok()).collect();
    let of_message = |row: &&Row| row.message.as_ref().is_some_and(|message| message.id.as_deref() == Some(id));
    let mut content: Vec<Json> = Vec::new();
    for row in rows.iter().filter(of_message) {
        match row.message.as_ref().map(|message| &message.content) {
            Some(Json::Array(parts)) => {
                for part in parts.iter().filter(|part| **part != Json::Null) {
                    if !content.contains(part) {
                        content.push(part.clone());
                    }
                }
            }
            Some(text @ Json::String(_)) => content.push(json!({"type": "text", "text": text})),
            _ => {}
        }
    }
    let response = (!content.is_empty()).then(|| json!([{"role": "assistant", "content": content}]));
    let by_uuid: HashMap<&str, &Row> = rows.iter().filter_map(|row| Some((row.uuid.as_deref()?, row))).collect();
    let mut asked = Vec::new();
    let mut here = rows.iter().find(of_message).and_then(|row| row.parent.as_deref());
    while let Some(row) = here.and_then(|uuid| by_uuid.get(uuid)).filter(|_| asked.len() < MOST_ASKED) {
        let is_answer = row.kind.as_deref() == Some("assistant");
        if is_answer && !of_message(row) {
            break;
        }
        if let Some(message) = row.message.as_ref().filter(|_| !is_answer) {
            asked.push(json!({"role": message.role, "content": message.content}));
        }
        here = row.parent.as_deref();
    }
    asked.reverse();
    ((!asked.is_empty()).then_some(Json::Array(asked)), response)
}

/// Rows that are shown as a prompt.
const MOST_ASKED: usize = 64;
