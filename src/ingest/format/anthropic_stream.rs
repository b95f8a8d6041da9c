//! Events of Anthropic's streamed answers, one a line, bare or in a wrapper, also as they come over the wire with `data:`
//! before them.
//!
//! `message_start` names the message, its model and what it was asked with; `message_delta` tells what it came to, and
//! whose it is it does not say: it belongs to the message that was started last and has not stopped. Where several
//! streams are written to one log at once, that may be another's; a message whose end is not found stays pending. A log that
//! was cut inside of a message goes on with what the part before it, in the same folder, was telling.

use std::path::Path;
use std::sync::PoisonError;

use serde_json::{Value as Json, json};

use super::super::{read, whole};
use super::responses::is_refusal;
use super::role::{Field, Role};
use super::{Cached, Format, Memory, Recipe, Sample, Slots, Value, any_has, at_path, is, kept, parts, stamp};
use crate::model::{Call, Stamp, Status, Text, Usage};

pub(super) const RECIPE: Recipe = Recipe {
    name: "anthropic-stream",
    about: "events of Anthropic's streamed answers (`message_start`, `message_delta`, …), one a line",
    format,
    fits,
};

/// Of an event.
const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Id, &["message.id"]),
    (Role::Model, &["message.model"]),
    (Role::Input, &["message.usage.input_tokens", "usage.input_tokens"]),
    (Role::CacheRead, &["message.usage.cache_read_input_tokens", "usage.cache_read_input_tokens"]),
    (
        Role::CacheWrite,
        &[
            "message.usage.cache_creation.ephemeral_5m_input_tokens",
            "message.usage.cache_creation_input_tokens",
            "usage.cache_creation_input_tokens",
        ],
    ),
    (Role::CacheWrite1h, &["message.usage.cache_creation.ephemeral_1h_input_tokens"]),
    (Role::Output, &["message.usage.output_tokens", "usage.output_tokens"]),
    (Role::Tier, &["message.usage.service_tier"]),
    (Role::Speed, &["message.usage.speed"]),
    (Role::ErrorType, &["error.type"]),
    (Role::ErrorMessage, &["error.message"]),
];

/// When an event came, where its wrapper says so.
const TIMES: [&str; 4] = ["timestamp", "time", "ts", "created_at"];

/// Where an event may stand in its record.
const UNDER: [&str; 3] = ["event.", "data.", ""];

/// Events after the first.
const EVENTS: [&str; 5] =
    ["content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"];

fn format() -> Format {
    let of_event = UNDER.iter().flat_map(|under| {
        let field = move |role: &Role, path: &&str| Field::new(*role, &format!("{under}{path}"));
        MAP.iter().flat_map(move |(role, paths)| paths.iter().map(move |path| field(role, path)))
    });
    let times = TIMES.iter().map(|path| Field::new(Role::Time, path));
    let fields = of_event.chain(times).collect();
    let format = Format::new(RECIPE.name, &[], Cached::Beside, mend).peeking(peek).in_order().undated();
    format.transcribing(transcribe).reading(fields)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let starts = |under: &&str| {
        let path = |path: &str| format!("{under}{path}");
        let is_start = |record: &Json| at_path(record, &path("type")).is_some_and(|kind| *kind == "message_start");
        sample.records.iter().any(is_start)
            && any_has(sample, &[&path("message.id"), &path("message.usage.input_tokens")])
    };
    if sample.table.is_some() {
        return None;
    }
    if UNDER.iter().any(starts) {
        return Some((93, "events that start a message as Anthropic streams them".to_owned()));
    }
    // The end of a log that was cut inside of its last message. An error without a wrapper may be another API's.
    let is_event = |record: &Json, under: &str| {
        let kind = at_path(record, &format!("{under}type"));
        let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
        let is_refusal = || at_path(record, &format!("{under}error")).is_some_and(|error| is_refusal(&error));
        EVENTS.contains(&kind) || kind == "error" && !under.is_empty() && is_refusal()
    };
    let goes_on = sample.records.iter().any(|record| UNDER.iter().any(|under| is_event(record, under)));
    goes_on.then(|| (92, "events that go on with a message as Anthropic streams them".to_owned()))
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if !std::mem::replace(&mut memory.begun, true) && !is(slots, Role::Kind, "message_start") {
        go_on(slots, memory);
    }
    if is(slots, Role::Kind, "message_stop") {
        memory.turn = None;
    }
    is(slots, Role::Kind, "message_start")
        || is(slots, Role::Kind, "message_delta") && memory.turn.is_some() && slots.has(Role::Output)
        || is(slots, Role::Kind, "error")
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    let timed = slots.has(Role::Time).then_some(call.at);
    if is(slots, Role::Kind, "message_start") {
        (memory.turn, memory.model) = (kept(call.id.clone()), kept(call.model.clone()));
        (memory.usage, memory.asked) = (call.usage, timed);
        call.status = Status::Pending;
    } else {
        call.usage = latest(&memory.usage, &call.usage);
        (call.id, call.model) = (memory.turn.clone(), memory.model.clone());
        if let (Some(ended), Some(began)) = (timed, memory.asked)
            && let Ok(millis) = u64::try_from(ended.0 - began.0)
        {
            (call.took, call.inferred) = (Some(millis * 1_000_000), true);
        }
        if is(slots, Role::Kind, "error") {
            // What it was answering is over.
            (memory.turn, memory.model, memory.usage) = (None, None, Usage::default());
            call.status = Status::Error;
        }
    }
    let is_claude = call.model.as_ref().is_some_and(|model| model.to_str().contains("claude"));
    call.provider = is_claude.then(|| Text::from("anthropic"));
    true
}

/// Remembers the message that the parts before have started and not ended.
fn go_on(first: &Slots<'_>, memory: &mut Memory) {
    let Some(own) = parts::name(&memory.path) else { return };
    let is_part = |name: &str| parts::log_in(name) == parts::log_in(own);
    let format = format();
    let mut plan = format.plan.lock().unwrap_or_else(PoisonError::into_inner);
    let before = parts::before(&memory.path, is_part, Vec::new(), &stamp::read(first.get(Role::Time)), begins);
    for part in before.iter().rev() {
        let (mut told, mut started) = (false, None);
        for line in whole::lines(part).into_iter().flatten() {
            let mut slots = Slots::new();
            if plan.fill(read::trimmed(&line, 0).0, &mut slots).is_err() {
                continue;
            }
            let starts = is(&slots, Role::Kind, "message_start");
            if starts || is(&slots, Role::Kind, "message_stop") || is(&slots, Role::Kind, "error") {
                told = true;
                started = starts.then(|| line.clone());
            }
        }
        if let Some(line) = started {
            let (mut slots, mut call) = (Slots::new(), Call::default());
            let filled = plan.fill(read::trimmed(&line, 0).0, &mut slots);
            // It was read once already.
            let _ = filled.and_then(|()| format.call(&slots, &mut call, memory));
        }
        if told {
            return;
        }
    }
}

/// When the first event of a part came, where its wrapper says so.
fn begins(part: &Path) -> Option<Stamp> {
    let first =
        whole::lines(part).ok()?.find_map(|line| serde_json::from_slice::<Json>(read::trimmed(&line, 0).0).ok())?;
    TIMES.iter().find_map(|time| stamp::read(&Value::Text(first[time].as_str()?.to_owned().into())))
}

/// Counts are told anew, not added to, and those that did not change may be left out.
fn latest(before: &Usage, now: &Usage) -> Usage {
    // The end tells what was written to caches in one sum, the start by their lives.
    let written = if before.cache_write() >= now.cache_write() { before } else { now };
    Usage {
        input: before.input.max(now.input),
        cache_read: before.cache_read.max(now.cache_read),
        cache_write_5m: written.cache_write_5m,
        cache_write_1h: written.cache_write_1h,
        output: before.output.max(now.output),
        ..*before
    }
}

/// The text between the start of a message and its end.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Ok(lines) = whole::lines(path) else { return (None, None) };
    let mut text = String::new();
    for line in lines {
        let line = read::trimmed(&line, 0).0;
        let Ok(record) = serde_json::from_slice::<Json>(line) else { continue };
        let of_event = |path: &str| UNDER.iter().find_map(|under| at_path(&record, &format!("{under}{path}")));
        if of_event("type").is_some_and(|kind| *kind == "message_start") {
            text.clear();
        }
        if let Some(more) = of_event("delta.text") {
            text.push_str(more.as_str().unwrap_or(""));
        }
        if raw.contains(&record) {
            break;
        }
    }
    (None, (!text.is_empty()).then(|| json!([{"role": "assistant", "content": text}])))
}
