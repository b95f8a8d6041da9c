//! The table `chat_message` of Open WebUI. An answer is written while it streams, with `done` false.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::super::sqlite;
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table, is};
use crate::model::{Call, Status};

pub(super) const RECIPE: Recipe =
    Recipe { name: "open-webui", about: "the table `chat_message` of Open WebUI's webui.db", format, fits };

pub(super) const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["role"]),
    (Role::Id, &["id"]),
    (Role::Session, &["chat_id"]),
    (Role::User, &["user_id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["model_id"]),
    (Role::Success, &["done"]),
    (Role::ErrorMessage, &["error.content", "error.message", "error"]),
    (Role::Input, &["usage.input_tokens", "usage.prompt_tokens", "usage.prompt_eval_count"]),
    (Role::Output, &["usage.output_tokens", "usage.completion_tokens", "usage.eval_count"]),
    (Role::Total, &["usage.total_tokens"]),
    (
        Role::CacheRead,
        &[
            "usage.prompt_tokens_details.cached_tokens",
            "usage.input_tokens_details.cached_tokens",
            "usage.cache_read_input_tokens",
        ],
    ),
    (Role::Reasoning, &["usage.completion_tokens_details.reasoning_tokens"]),
    (Role::Cost, &["usage.cost"]),
    (Role::Took, &["usage.total_duration"]),
    // Of a chat in one column.
    (Role::Request, &["request"]),
    (Role::Response, &["content"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, mend).peeking(peek).transcribing(transcribe)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "chat_message", &["chat_id", "role", "model_id", "usage", "created_at"])
}

pub(super) fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    is(slots, Role::Kind, "assistant")
}

pub(super) fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    if call.error_message.is_some() {
        call.status = Status::Error;
    } else if slots.get(Role::Success).truth() == Some(false) {
        (call.status, call.error_type) = (Status::Pending, None);
    }
    true
}

/// What was asked is the message that this one answers. What is said is JSON in its column.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(record) = raw.last() else { return (None, None) };
    let says = |role: &Json, content: &Json| json!([{"role": role, "content": super::unfolded(&unquoted(content))}]);
    let answered = (!record["content"].is_null()).then(|| says(&record["role"], &record["content"]));
    let Some(parent) = record["parent_id"].as_str() else { return (None, answered) };
    let chat = record["chat_id"].as_str().unwrap_or_default();
    let sql = "SELECT role, content FROM chat_message WHERE id IN (?1, ?2 || '-' || ?1) LIMIT 1";
    let rows = sqlite::look_up(path, sql, &[parent, chat]);
    (rows.first().map(|row| says(&row[0], &row[1])), answered)
}

/// A text that was written as JSON, without its quotes.
fn unquoted(value: &Json) -> Json {
    value
        .as_str()
        .and_then(|text| serde_json::from_str::<String>(text).ok())
        .map_or_else(|| value.clone(), Json::String)
}
