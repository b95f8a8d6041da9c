//! `ui_messages.json` of Cline, Roo Code and Kilo Code: a JSON array of everything a task showed, rewritten whole. A
//! call is an `api_req_started`, whose text is JSON; its tokens come when it is over. The model stands in another file
//! of the task.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is, said};
use crate::model::{Call, Stamp, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "cline",
    about: "the tasks of Cline, Roo Code and Kilo Code (`tasks/*/ui_messages.json`)",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["say"]),
    (Role::Time, &["ts"]),
    (Role::Input, &["text.tokensIn"]),
    (Role::Output, &["text.tokensOut"]),
    (Role::CacheRead, &["text.cacheReads"]),
    (Role::CacheWrite, &["text.cacheWrites"]),
    (Role::Cost, &["text.cost"]),
    (Role::Endpoint, &["text.apiProtocol"]),
    (Role::Model, &["modelInfo.modelId", "text.model"]),
    (Role::Provider, &["modelInfo.providerId"]),
    (Role::ErrorType, &["text.cancelReason"]),
    (Role::ErrorMessage, &["text.streamingFailedMessage"]),
    (Role::Request, &["text.request"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).peeking(peek).in_order().transcribing(transcribe)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let is_task = sample.file_name() == "ui_messages.json" && any_has(sample, &["ts", "say"]);
    is_task.then(|| (94, "the messages of a task, by the file's name and the fields ts, say".to_owned()))
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if !is(slots, Role::Kind, "api_req_started") {
        return false;
    }
    if memory.models.is_empty() {
        memory.models = models_of(&memory.path);
    }
    true
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    let task = memory.path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let time = slots.text(Role::Time).map(|time| time.to_str().into_owned());
    call.id = task.as_ref().zip(time).map(|(task, time)| Text::from(format!("{task}:{time}")));
    call.session = task.map(Text::from);
    let chosen = memory.models.iter().rev().find(|(since, ..)| *since <= call.at).or(memory.models.first());
    if let Some((_, model, provider)) = chosen.filter(|_| call.model.is_none()) {
        call.model = Some(model.clone());
        call.provider = call.provider.take().or_else(|| provider.clone());
    }
    if call.provider.is_none() {
        call.provider = maker(slots, call);
    }
    let has_counts = slots.has(Role::Input) || slots.has(Role::Output) || slots.has(Role::Cost);
    if call.status == Status::Success && !has_counts {
        call.status = Status::Pending;
        // A task makes one call at a time: one may be open, and not many in a row.
        memory.is_bare = true;
    }
    true
}

/// Whose protocol was spoken, where that is who made the model: many others speak the same.
fn maker<'a>(slots: &Slots<'a>, call: &Call<'a>) -> Option<Text<'a>> {
    let model = call.model.as_ref()?.to_str();
    let is_theirs = [("anthropic", &["claude"][..]), ("openai", &["gpt", "chatgpt", "codex", "o1", "o3", "o4"])]
        .iter()
        .any(|(maker, names)| is(slots, Role::Endpoint, maker) && names.iter().any(|name| model.starts_with(name)));
    slots.text(Role::Endpoint).filter(|_| is_theirs)
}

/// The models of a task by when they were chosen, from the files beside: what the task's metadata says, or the words of
/// the conversation.
fn models_of(path: &Path) -> Vec<(Stamp, Text<'static>, Option<Text<'static>>)> {
    let read = |name: &str| -> Option<Json> { serde_json::from_slice(&fs::read(path.with_file_name(name)).ok()?).ok() };
    let owned = |text: &str| Text::from(text.to_owned());
    let used = read("task_metadata.json");
    let used = used.as_ref().and_then(|json| json["model_usage"].as_array()).into_iter().flatten();
    let mut models: Vec<_> = used
        .filter_map(|used| {
            let provider = used["model_provider_id"].as_str().map(owned);
            Some((Stamp(used["ts"].as_i64()?), owned(used["model_id"].as_str()?), provider))
        })
        .collect();
    if models.is_empty() {
        let said = read("api_conversation_history.json");
        let said = said.as_ref().and_then(Json::as_array).into_iter().flatten();
        models = said
            .filter_map(|message| {
                let text = message.to_string();
                let model = text.split_once("<model>")?.1.split_once("</model>")?.0.trim().to_owned();
                Some((Stamp(message["ts"].as_i64().unwrap_or(0)), Text::from(model), None))
            })
            .collect();
    }
    models.sort_by_key(|(since, ..)| *since);
    models
}

/// The answer is what the task showed until the next call began.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(call) = raw.last() else { return (None, None) };
    let is_call = |record: &Json| record["say"] == "api_req_started";
    let shown = said::records(path).into_iter().skip_while(|record| !is_call(record) || record["ts"] != call["ts"]);
    let answer = shown.skip(1).take_while(|record| !is_call(record));
    let parts = answer.filter_map(|record| {
        let kind = match record["say"].as_str().or(record["ask"].as_str())? {
            "text" => "text",
            "reasoning" => "thinking",
            kind @ ("tool" | "command" | "followup" | "completion_result" | "use_mcp_server") => kind,
            _ => return None,
        };
        let text = record["text"].as_str().filter(|text| !text.is_empty())?;
        Some(json!({"type": kind, "text": text}))
    });
    (None, said::by("assistant", parts.collect()))
}
