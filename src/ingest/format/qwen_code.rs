//! Chats of Qwen Code, `~/.qwen/projects/**/chats/*.jsonl`: one line an answer, with the counts of a Gemini API.

use std::path::Path;

use serde_json::Value as Json;

use super::said::{self, Said};
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is};
use crate::model::Call;

pub(super) const RECIPE: Recipe =
    Recipe { name: "qwen-code", about: "chats of Qwen Code (`~/.qwen/projects/**/chats/*.jsonl`)", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Id, &["uuid"]),
    (Role::Time, &["timestamp"]),
    (Role::Session, &["sessionId"]),
    (Role::Project, &["cwd"]),
    (Role::Model, &["model"]),
    (Role::Input, &["usageMetadata.promptTokenCount"]),
    (Role::CacheRead, &["usageMetadata.cachedContentTokenCount"]),
    (Role::Output, &["usageMetadata.candidatesTokenCount"]),
    (Role::AudioInput, &["usageMetadata.promptTokensDetails"]),
    (Role::CachedAudio, &["usageMetadata.cacheTokensDetails"]),
    (Role::AudioOutput, &["usageMetadata.candidatesTokensDetails"]),
    (Role::Reasoning, &["usageMetadata.thoughtsTokenCount"]),
    (Role::ToolInput, &["usageMetadata.toolUsePromptTokenCount"]),
    (Role::Total, &["usageMetadata.totalTokenCount"]),
    (Role::Response, &["message"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend).peeking(peek).transcribing(transcribe).subscribed()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let is_chat = any_has(sample, &["type", "sessionId", "timestamp", "usageMetadata.promptTokenCount"]);
    is_chat.then(|| (92, "the fields type, sessionId, usageMetadata of a chat".to_owned()))
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if !is(slots, Role::Kind, "assistant") {
        return false;
    }
    if !slots.has(Role::Input) {
        return slots.has(Role::Model) && memory.await_counts();
    }
    memory.uncounted = 0;
    true
}

fn mend<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    call.status = crate::model::Status::Success;
    true
}

fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(id) = raw.last().and_then(|record| record["uuid"].as_str()) else { return (None, None) };
    let asked = said::before(said::records(path).into_iter(), |record| match record["type"].as_str() {
        Some("user" | "tool_result") if record["message"].is_object() => Said::Asked(record["message"].clone()),
        Some("assistant") if record["uuid"] == id => Said::This,
        Some("assistant") => Said::Answered,
        _ => Said::Nothing,
    });
    (asked, None)
}
