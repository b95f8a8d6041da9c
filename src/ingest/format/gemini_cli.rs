//! Chats of the Gemini CLI, `~/.gemini/tmp/<project>/chats/session-*.jsonl`, and older ones as one `.json` document.
//!
//! An event log: a message comes again under its id when its tokens are known, and the fullest telling counts. What a
//! rewind takes out of the conversation stays on the bill.
//!
//! Ids are unique in a chat only, and its head says which chat it is. A part that was cut off its head belongs to the chat
//! of the other parts, by their names; where these are not found, its calls stand aside for those of the whole, which
//! they share the id and the moment with.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::said::{self, Said};
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is, kept, parts};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "gemini-cli",
    about: "chats of the Gemini CLI (`~/.gemini/tmp/*/chats/session-*`, JSONL and JSON)",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Id, &["id"]),
    (Role::Session, &["sessionId"]),
    (Role::Project, &["projectHash"]),
    (Role::Time, &["timestamp"]),
    (Role::Model, &["model"]),
    (Role::Input, &["tokens.input"]),
    (Role::CacheRead, &["tokens.cached"]),
    (Role::Output, &["tokens.output"]),
    (Role::Reasoning, &["tokens.thoughts"]),
    (Role::ToolInput, &["tokens.tool"]),
    (Role::Total, &["tokens.total"]),
    (Role::Response, &["content"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend)
        .peeking(peek)
        .unfolding(unfold)
        .in_order()
        .transcribing(transcribe)
        .subscribed()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if any_has(sample, &["sessionId", "projectHash"]) {
        return Some((92, "the fields sessionId and projectHash of a chat".to_owned()));
    }
    // The part of a chat that was cut off its beginning.
    let is_answer = |record: &Json| record["type"] == "gemini" && record["tokens"]["total"].is_number();
    let is_part = sample.table.is_none() && sample.records.iter().any(is_answer);
    is_part.then(|| (91, "answers of a chat: type gemini, with tokens".to_owned()))
}

/// A document holds all messages, a line one.
fn unfold(mut record: Json, _: &Path) -> Vec<Json> {
    let Some(Json::Array(messages)) = record.get_mut("messages").map(Json::take) else { return vec![record] };
    let head = record;
    messages
        .into_iter()
        .map(|mut message| {
            if let Json::Object(fields) = &mut message {
                for key in ["sessionId", "projectHash"] {
                    fields.entry(key).or_insert_with(|| head[key].clone());
                }
            }
            message
        })
        .collect()
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if slots.get(Role::Kind).is_absent() && slots.has(Role::Session) {
        memory.session = kept(slots.text(Role::Session));
        memory.project = kept(slots.text(Role::Project));
    } else if !memory.begun && !slots.has(Role::Session) {
        (memory.session, memory.project) = head_elsewhere(memory).unwrap_or_default();
    }
    memory.begun = true;
    if is(slots, Role::Kind, "user") {
        memory.asked = super::stamp::read(slots.get(Role::Time));
    }
    if !is(slots, Role::Kind, "gemini") {
        return false;
    }
    if !slots.has(Role::Input) && !slots.has(Role::Total) {
        return slots.has(Role::Model) && memory.await_counts();
    }
    memory.uncounted = 0;
    true
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    call.session = call.session.take().or_else(|| memory.session.clone());
    call.project = call.project.take().or_else(|| memory.project.clone());
    call.provider = Some(Text::from("google"));
    call.status = Status::Success;
    if let Some(id) = &call.id {
        call.kin = Some(Text::from(format!("{}@{}", id.to_str(), call.at.0)));
        call.side = call.session.is_none();
        call.id = match &call.session {
            Some(session) => Some(Text::from(format!("{}:{}", session.to_str(), id.to_str()))),
            None => call.kin.clone(),
        };
    }
    // The total tells whether what was cached stands in the input or beside it.
    let count = |role: Role| slots.count(role).unwrap_or(0);
    let (input, cached) = (count(Role::Input), count(Role::CacheRead));
    let whole = input + count(Role::Output) + count(Role::Reasoning) + count(Role::ToolInput);
    if cached > 0 && slots.count(Role::Total) == Some(whole + cached) {
        call.usage.input = Some(input + count(Role::ToolInput));
        call.usage.cache_read = Some(cached);
    }
    true
}

/// The chat and the project that the head says which another part of the same chat begins with, where there is one.
fn head_elsewhere(memory: &Memory) -> Option<(Option<Text<'static>>, Option<Text<'static>>)> {
    let chat = parts::log_in(parts::name(&memory.path)?);
    let is_part = |name: &str| parts::log_in(name) == chat;
    let (mut all, _) = parts::beside(&memory.path, is_part);
    if is_of_one_chat(chat) {
        all.extend(memory.roster.elsewhere(&memory.path, is_part));
    }
    all.iter().find_map(|part| {
        let head = said::records(part).into_iter().next()?;
        let field = |key: &str| Some(Text::from(head[key].as_str()?.to_owned()));
        Some((Some(field("sessionId")?), field("projectHash")))
    })
}

/// Whether a name is given to one chat only, in whatever folder: `session-2026-01-05T10-00-1a2b3c4d` ends in letters of its
/// id.
fn is_of_one_chat(name: &str) -> bool {
    let id = name.strip_prefix("session-").and_then(|rest| rest.rsplit('-').next());
    id.is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// An answer comes again under its id while it grows; what was asked stands before the first telling.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(id) = raw.last().and_then(|record| record["id"].as_str()) else { return (None, None) };
    let records = said::records(path).into_iter().flat_map(|record| unfold(record, path));
    let asked = said::before(records, |record| match record["type"].as_str() {
        Some("user") => Said::Asked(json!({"role": "user", "content": record["content"]})),
        Some("gemini") if record["id"] == id => Said::This,
        Some("gemini") => Said::Answered,
        _ => Said::Nothing,
    });
    (asked, None)
}
