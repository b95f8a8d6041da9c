//! `decisions-YYYY-MM-DD.jsonl`, the log of a router: a line when it decides, and a second line with the outcome when
//! the call is over. Lines: timestamp, model, modelName, provider, route, confidence, override, promptLength,
//! matchedPatterns, processingTimeMs, userId?, conversationId?, tokensUsed, latencyMs, success, errorType.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, Value};
use crate::model::quick::mix;
use crate::model::{Call, Relation, Status};

pub(super) const RECIPE: Recipe = Recipe {
    name: "decisions",
    about: "routing decisions and their outcomes, one JSON object a line (`.orchestration-logs/decisions-*.jsonl`)",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Time, &["timestamp"]),
    (Role::Model, &["model"]),
    (Role::ModelName, &["modelName"]),
    (Role::Provider, &["provider"]),
    (Role::Route, &["route"]),
    (Role::Confidence, &["confidence"]),
    (Role::Override, &["override"]),
    (Role::PromptLength, &["promptLength"]),
    (Role::Patterns, &["matchedPatterns"]),
    (Role::Processing, &["processingTimeMs"]),
    (Role::User, &["userId"]),
    (Role::Session, &["conversationId"]),
    (Role::Total, &["tokensUsed"]),
    (Role::Input, &["inputTokens"]),
    (Role::Output, &["outputTokens"]),
    (Role::Cost, &["costUsd", "cost"]),
    (Role::Took, &["latencyMs"]),
    (Role::Success, &["success"]),
    (Role::ErrorType, &["errorType"]),
    (Role::ErrorMessage, &["errorMessage"]),
    (Role::Id, &["id", "requestId"]),
    (Role::UseCase, &["useCase"]),
    (Role::Project, &["project"]),
    (Role::Agent, &["agent"]),
    (Role::Request, &["prompt", "request", "messages"]),
    (Role::Response, &["response", "completion"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if sample.table.is_some() {
        return None;
    }
    let named = sample.file_name().starts_with("decisions-");
    let needed = ["timestamp", "model", "confidence", "success"];
    let shaped = sample.records.iter().any(|record| needed.iter().all(|key| record.get(key).is_some()));
    match (named, shaped) {
        (true, true) => Some((95, "the file's name and the fields timestamp, model, confidence, success".to_owned())),
        (true, false) if sample.records.is_empty() => Some((50, "the file's name; nothing is in it yet".to_owned())),
        (false, true) => Some((85, "the fields timestamp, model, confidence, success".to_owned())),
        _ => None,
    }
}

/// A line whose `success` is null opens a call; one with `success` set completes the oldest open call with equal
/// model, route, promptLength, matchedPatterns, userId and conversationId.
fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    let key = pairing(slots);
    if slots.get(Role::Success).truth().is_some() {
        call.relation = Relation::Completes(key);
    } else {
        call.relation = Relation::Opens(key);
        call.status = Status::Pending;
    }
    true
}

fn pairing(slots: &Slots<'_>) -> u64 {
    let roles = [Role::Model, Role::Route, Role::PromptLength, Role::Patterns, Role::User, Role::Session];
    roles.into_iter().fold(0, |key, role| match slots.get(role) {
        Value::Raw(bytes) => mix(key, bytes),
        Value::Text(text) => mix(key, text.as_bytes()),
        Value::Int(number) => mix(!key, &number.to_le_bytes()),
        Value::Number(text) => mix(!key, text.as_bytes()),
        Value::Bool(truth) => mix(!key, &[u8::from(*truth)]),
        Value::Real(number) => mix(!key, &number.to_le_bytes()),
        // Not logged and logged as null are the same to whoever writes the two lines.
        Value::Missing | Value::Null => mix(!key, &[]),
    })
}
