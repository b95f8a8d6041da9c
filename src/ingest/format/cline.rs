//! `ui_messages.json` of Cline, Roo Code and Kilo Code: a JSON array of everything a task showed, rewritten whole. A
//! call is an `api_req_started`, whose text is JSON; its tokens come when it is over. The model stands in another file
//! of the task.

use std::fs;
use std::path::Path;

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is};
use crate::model::{Call, Status, Text};

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
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).peeking(peek).in_order()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let is_task = sample.file_name() == "ui_messages.json" && any_has(sample, &["ts", "say"]);
    is_task.then(|| (94, "the messages of a task, by the file's name and the fields ts, say".to_owned()))
}

fn peek(slots: &Slots<'_>, memory: &mut Memory) -> bool {
    if !is(slots, Role::Kind, "api_req_started") {
        return false;
    }
    if memory.model.is_none() {
        memory.model = Some(Text::from(model_of(&memory.path).unwrap_or_default()));
    }
    true
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> bool {
    let task = memory.path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let time = slots.text(Role::Time).map(|time| time.to_str().into_owned());
    call.id = task.as_ref().zip(time).map(|(task, time)| Text::from(format!("{task}:{time}")));
    call.session = task.map(Text::from);
    call.model = call.model.take().or_else(|| memory.model.clone().filter(|model| !model.is_empty()));
    let has_counts = slots.has(Role::Input) || slots.has(Role::Output) || slots.has(Role::Cost);
    if call.status == Status::Success && !has_counts {
        call.status = Status::Pending;
    }
    true
}

/// The model last used, from the files beside.
fn model_of(path: &Path) -> Option<String> {
    let metadata = fs::read(path.with_file_name("task_metadata.json")).ok();
    let metadata: Option<serde_json::Value> = metadata.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(model) = metadata.as_ref().and_then(|json| json["model_usage"].as_array()?.last()?["model_id"].as_str())
    {
        return Some(model.to_owned());
    }
    let history = fs::read_to_string(path.with_file_name("api_conversation_history.json")).ok()?;
    let after = history.rsplit_once("<model>")?.1;
    after.split_once("</model>").map(|(model, _)| model.trim().to_owned())
}
