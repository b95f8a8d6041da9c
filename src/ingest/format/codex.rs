//! Rollouts of the Codex CLI, `~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl`, in both generations.
//!
//! A `token_count` event tells the session's running totals and the last call's tokens, again and again: two with the
//! same totals are one call. Newer ones have a `token_usage_record` for each response. A fork or a sub-agent tells its
//! parent's counts again, with the same totals: the session at the root of all and its running totals name a call,
//! whichever file it is read from. One that counts from nothing, and tells nothing again, is a root itself.
//!
//! The tail of a rollout that was cut does not say whose it is. Its calls count by what each says of itself, under the
//! session that the file is named after; their model is unknown until a turn names one, unless the parts before are found:
//! beside it, or wherever else a file with the session's id in its name is read.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use serde_json::{Value as Json, json};

use super::super::whole;
use super::memory::Totals;
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, Value, kept, parts, stamp};
use crate::model::{Call, Stamp, Status, Text};

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
    Format::new(RECIPE.name, MAP, Cached::Inside, mend).peeking(peek).in_order().transcribing(transcribe).subscribed()
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
    Answered,
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
        ("response_item", "message") if word(Role::Turn) == "assistant" => Row::Answered,
        ("event_msg", "agent_message") | ("response_item", "function_call" | "custom_tool_call") => Row::Answered,
        _ => Row::Other,
    }
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    let row = row(slots);
    let is_head = row == Row::Meta && is_of(slots.text(Role::Session).as_ref(), &memory.path);
    if !std::mem::replace(&mut memory.begun, true) && !is_head {
        // The rest of a rollout that was cut goes on where the parts before it ended.
        for part in parts_before(memory, slots) {
            replay(&part, slots, memory);
        }
    }
    match row {
        Row::Meta => {
            // A fork has its own first, then those it was forked from: the last before any count is the root of all.
            if memory.session.is_none() {
                memory.began = stamp::read(slots.get(Role::Time));
                memory.session = kept(slots.text(Role::Session));
                memory.project = kept(slots.text(Role::Project));
                memory.provider = kept(slots.text(Role::Provider));
                memory.agent = kept(slots.text(Role::Agent));
                memory.turn = kept(slots.text(Role::Parent)).or_else(|| memory.session.clone());
            } else if memory.totals.is_none() && slots.text(Role::Session) != memory.session {
                memory.turn = kept(slots.text(Role::Session));
                memory.began = None;
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
            // Of the answer to what was asked before no counts have come.
            memory.is_bare = std::mem::take(&mut memory.answered);
            false
        }
        Row::Answered => {
            memory.answered = true;
            false
        }
        Row::Count => !slots.get(Role::Running).is_absent() && !memory.outdone,
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
    memory.answered = false;
    let session = memory.session.clone().unwrap_or_else(|| named_after(memory.stem()));
    call.session = Some(session.clone());
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
    let is_tail = memory.session.is_none();
    if call.model.is_none() && memory.model.is_none() && !is_tail {
        // The counts of a turn may come before it says its model.
        memory.model = first_model(&memory.path).map(Text::from);
        call.model.clone_from(&memory.model);
    }
    let totals = totals(slots);
    let is_again = totals.is_some_and(|totals| !memory.seen.insert(totals));
    let is_less = |(now, before): (Totals, Totals)| now[0] < before[0] && now[2] < before[2];
    if memory.totals.is_none() && counts_from_nothing(call, totals, memory) {
        memory.turn = Some(session.clone());
    }
    if !is_again && totals.zip(memory.totals).is_some_and(is_less) {
        // A process that was started again counts from nothing.
        memory.totals = None;
    }
    if call.usage.input.is_none() && call.usage.output.is_none() {
        // The last call's counts are left out: they are what the totals have grown by.
        let before = memory.totals.or_else(|| (!is_tail).then(Totals::default));
        // Of a tail the first say only where it begins.
        memory.totals = memory.totals.max(totals);
        let grown = totals.zip(before).map(|(now, before)| {
            [0, 1, 2, 3, 4].map(|at| u32::try_from(now[at].saturating_sub(before[at])).unwrap_or(u32::MAX))
        });
        let Some([input, cached, output, reasoning, written]) = grown.filter(|grown| !is_again && *grown != [0; 5])
        else {
            return false;
        };
        call.usage.input = Some(input.saturating_sub(cached).saturating_sub(written));
        (call.usage.cache_read, call.usage.output) = (Some(cached), Some(output));
        call.usage.reasoning = Some(reasoning);
        call.usage.cache_write_5m = (written > 0).then_some(written);
    }
    memory.totals = memory.totals.max(totals);
    let root = memory.turn.clone().unwrap_or_else(|| session.clone());
    let name = |of: &Text<'_>| {
        totals.map(|[input, cached, output, reasoning, _]| {
            Text::from(format!("{}:{input}-{cached}-{output}-{reasoning}", of.to_str()))
        })
    };
    let is_nameless = is_tail && id_in(memory.stem()).is_none();
    if row == Row::Record {
        (call.id, call.kin) = (slots.text(Role::SecondId), name(&root));
    } else if is_nameless {
        // Nobody knows whose it is, and a copy under another name must be known by its bytes.
        return !is_again;
    } else {
        // Under the root's name, and under this session's: a fork of this one knows it by that. A record of the same
        // response says it better.
        (call.id, call.kin, call.side) = (name(&root), name(&session), true);
    }
    let is_fork = root != session;
    if let Some(asked) = memory.asked.filter(|_| !is_again)
        && let Ok(millis @ 0..=AN_HOUR) = u64::try_from(call.at.0 - asked.0)
        // What is replayed comes at once.
        && (millis >= 100 || !is_fork)
    {
        memory.asked = None;
        (call.took, call.inferred) = (Some(millis * 1_000_000), true);
    }
    true
}

/// Milliseconds: whoever answers later than this was asleep.
const AN_HOUR: u64 = 3_600_000;

/// Whether a session with a parent tells nothing of it again: the first of its totals are those of one call, which began
/// and took its time after the session had begun. What is told again has earlier times, or comes at once.
fn counts_from_nothing(call: &Call<'_>, totals: Option<Totals>, memory: &Memory) -> bool {
    let Some(((began, asked), [input, _, output, ..])) = memory.began.zip(memory.asked).zip(totals) else {
        return false;
    };
    (call.usage.prompt(), call.usage.output.map(u64::from)) == (input, Some(output))
        && asked >= began
        && call.at.0 - asked.0 >= AT_ONCE
}

/// Milliseconds: no model answers sooner.
const AT_ONCE: i64 = 500;

/// The session that a rollout is named after: the id in its name.
fn named_after(stem: &str) -> Text<'static> {
    Text::from(id_in(stem).map_or(stem, |at| &stem[at]).to_owned())
}

/// Where the last id stands in a name.
fn id_in(stem: &str) -> Option<Range<usize>> {
    let is_id = |at: &usize| {
        let id = stem.get(*at..*at + ID);
        id.is_some_and(|id| {
            id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
                && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        })
    };
    let at = (0..=stem.len().checked_sub(ID)?).rev().find(is_id)?;
    Some(at..at + ID)
}

/// Letters of an id.
const ID: usize = 36;

/// The parts of the same rollout that come before this one, by the session's id in their names.
fn parts_before(memory: &Memory, first: &Slots<'_>) -> Vec<PathBuf> {
    let Some(own) = parts::name(&memory.path) else { return Vec::new() };
    let Some(id) = id_in(own).map(|at| &own[at]) else { return Vec::new() };
    let is_part = |name: &str| id_in(name).is_some_and(|at| &name[at] == id);
    let elsewhere = memory.roster.elsewhere(&memory.path, is_part);
    parts::before(&memory.path, is_part, elsewhere, &(true, stamp::read(first.get(Role::Time))), begins)
}

/// Whether a file is not named after another session. A fork's rollout that was cut behind its own first line goes on with
/// its parent's.
fn is_of(session: Option<&Text<'_>>, path: &Path) -> bool {
    let named = parts::name(path).and_then(|name| Some(&name[id_in(name)?]));
    named.is_none_or(|named| session.is_some_and(|session| session.to_str() == named))
}

/// Heads before tails, and these in their order: a fork's head may be younger than what it tells again.
fn begins(part: &Path) -> (bool, Option<Stamp>) {
    let first = whole::lines(part).ok().and_then(|mut lines| lines.next());
    let first = first.and_then(|line| serde_json::from_slice::<Json>(&line).ok()).unwrap_or_default();
    let at = first["timestamp"].as_str().and_then(|at| stamp::read(&Value::Text(at.into())));
    let session = first["payload"]["id"].as_str().map(Text::from);
    (first["type"] != "session_meta" || !is_of(session.as_ref(), part), at)
}

/// Remembers what a part says that was said before a record of the rest, and tells none of it: it may be a copy of the
/// whole.
fn replay(part: &Path, rest: &Slots<'_>, memory: &mut Memory) {
    let Ok(lines) = whole::lines(part) else { return };
    let format = format();
    let mut plan = format.plan.lock().unwrap_or_else(PoisonError::into_inner);
    let (from, known) = (stamp::read(rest.get(Role::Time)), totals(rest));
    for line in lines {
        let (mut slots, mut call) = (Slots::new(), Call::default());
        if plan.fill(&line, &mut slots).is_err() {
            continue;
        }
        let at = stamp::read(slots.get(Role::Time));
        let is_of_the_rest = from.is_some() && (at > from || at == from && known.is_some() && totals(&slots) == known);
        if !is_of_the_rest || row(&slots) == Row::Meta {
            // What cannot be read is said where that part is read for itself.
            let _ = format.call(&slots, &mut call, memory);
        }
    }
    memory.is_bare = false;
}

/// The running totals: input, of it cached, output, of it reasoning, and of the input written to a cache.
fn totals(slots: &Slots<'_>) -> Option<Totals> {
    const KEYS: [&str; 5] =
        ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens", "cache_write_input_tokens"];
    let totals: Json = match slots.get(Role::Running) {
        Value::Raw(bytes) => serde_json::from_slice(bytes).ok()?,
        Value::Text(text) => serde_json::from_slice(text.as_bytes()).ok()?,
        _ => return None,
    };
    Some(KEYS.map(|key| totals[key].as_u64().unwrap_or(0)))
}

/// The model of the first turn that names one.
fn first_model(path: &Path) -> Option<String> {
    let lines = whole::lines(path).ok()?;
    let named = lines.filter(|line| memchr::memmem::find(line, b"turn_context").is_some());
    let mut turns = named.filter_map(|line| serde_json::from_slice::<Json>(&line).ok());
    turns.find_map(|turn| Some(turn.pointer("/payload/model")?.as_str()?.to_owned()))
}

/// What was said between the count before and this one.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Ok(lines) = whole::lines(path) else { return (None, None) };
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for line in lines {
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
