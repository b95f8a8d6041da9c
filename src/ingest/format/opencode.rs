//! Messages of `OpenCode`, the table `message` of `opencode.db`, and of Kilo's; older ones as a JSON document each. An
//! answer is written when it begins and again while it grows.

use std::path::Path;

use serde_json::Value as Json;

use super::super::{sqlite, whole};
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, at_path, is, said};
use crate::model::{Call, Status, Text, Usd};

pub(super) const RECIPE: Recipe = Recipe {
    name: "opencode",
    about: "the table `message` of OpenCode's and Kilo's databases, and their older JSON files",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["data.role", "role"]),
    (Role::Id, &["id"]),
    (Role::Session, &["session_id", "sessionID", "data.sessionID"]),
    (Role::Time, &["data.time.created", "time.created"]),
    (Role::Ended, &["data.time.completed", "time.completed"]),
    (Role::Model, &["data.modelID", "modelID"]),
    (Role::Provider, &["data.providerID", "providerID"]),
    (Role::Agent, &["data.agent", "agent", "data.mode", "mode"]),
    (Role::Project, &["data.path.cwd", "path.cwd"]),
    (Role::Input, &["data.tokens.input", "tokens.input"]),
    (Role::CacheRead, &["data.tokens.cache.read", "tokens.cache.read"]),
    (Role::CacheWrite, &["data.tokens.cache.write", "tokens.cache.write"]),
    (Role::Output, &["data.tokens.output", "tokens.output"]),
    (Role::Reasoning, &["data.tokens.reasoning", "tokens.reasoning"]),
    (Role::Cost, &["data.cost", "cost"]),
    (Role::ErrorType, &["data.error.name", "error.name"]),
    (Role::ErrorMessage, &["data.error.data.message", "error.data.message"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).peeking(peek).transcribing(transcribe).subscribed()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let columns = ["id", "session_id", "data"].iter().all(|column| sample.has_column(column));
    if sample.is_table("message") && columns && (sample.records.is_empty() || any_has(sample, &["data.role"])) {
        return Some((92, "a table named message with the columns id, session_id, data".to_owned()));
    }
    let is_message = sample.table.is_none() && any_has(sample, &["role", "modelID", "providerID", "tokens.input"]);
    let is_question = sample.table.is_none()
        && any_has(sample, &["id", "sessionID", "role", "time.created"])
        && sample.records.iter().any(|record| record["id"].as_str().is_some_and(|id| id.starts_with("msg_")));
    (is_message || is_question).then(|| (92, "the fields role, modelID, providerID, tokens of a message".to_owned()))
}

fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    is(slots, Role::Kind, "assistant")
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // Its reasoning stands beside its output.
    if let (Some(output), Some(reasoning)) = (call.usage.output, call.usage.reasoning) {
        call.usage.output = Some(output.saturating_add(reasoning));
    }
    let used = call.usage.total().is_some_and(|total| total > 0);
    if call.status == Status::Success && slots.get(Role::Ended).is_absent() {
        call.status = Status::Pending;
    }
    // A forked session has its parent's messages again, under ids of its own.
    if let (Some(ended), Some(model)) = (slots.text(Role::Ended), &call.model) {
        let usage = &call.usage;
        let parts = [usage.input, usage.cache_read, usage.cache_write_5m, usage.output].map(|part| part.unwrap_or(0));
        let cost = slots.text(Role::Cost).unwrap_or_default();
        let name = format!("{}-{}-{}-{parts:?}-{}", call.at.0, ended.to_str(), model.to_str(), cost.to_str());
        (call.kin, call.loose) = (Some(Text::from(name)), true);
    }
    // 0 is what it writes for calls on a subscription.
    if call.logged_cost == Some(Usd::ZERO) && (used || call.status == Status::Pending) {
        call.logged_cost = None;
    }
    true
}

/// What a message says lies in parts of its own: in the table `part`, or as a file each.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(record) = raw.last() else { return (None, None) };
    let id = |paths: &[&str]| paths.iter().find_map(|path| at_path(record, path)?.as_str().map(str::to_owned));
    let say = |role: &str, message: Option<String>| said::by(role, parts(path, &message?));
    (say("user", id(&["data.parentID", "parentID"])), say("assistant", id(&["id"])))
}

fn parts(path: &Path, message: &str) -> Vec<Json> {
    let parts = if whole::is_document(path) { of_files(path, message) } else { of_table(path, message) };
    // How a step went is no part of what was said.
    let is_said =
        |part: &Json| !matches!(part["type"].as_str(), None | Some("step-start" | "step-finish" | "snapshot"));
    parts.into_iter().filter(is_said).collect()
}

fn of_table(path: &Path, message: &str) -> Vec<Json> {
    let rows = sqlite::look_up(path, "SELECT data FROM part WHERE message_id = ?1 ORDER BY id", &[message]);
    rows.iter().filter_map(|row| serde_json::from_str(row.first()?.as_str()?).ok()).collect()
}

/// `storage/part/<message>/*.json` of `storage/message/<session>/<message>.json`.
fn of_files(path: &Path, message: &str) -> Vec<Json> {
    let is_name = message.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let Some(storage) = path.ancestors().nth(3).filter(|_| is_name) else { return Vec::new() };
    let entries = std::fs::read_dir(storage.join("part").join(message)).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(|path| whole::is_document(path)).collect();
    files.sort();
    files.iter().filter_map(|file| whole::records(file).ok()).flatten().collect()
}
