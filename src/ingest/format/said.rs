//! What was said before an answer, for chats whose records say only who speaks and what.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::super::whole;

/// One record of a chat, as far as a prompt is made of it.
pub(super) enum Said {
    /// What is asked: a prompt, or what a tool gave.
    Asked(Json),
    /// Another answer: what was asked before is over.
    Answered,
    /// The answer that is looked for.
    This,
    Nothing,
}

/// What was asked since the answer before this one.
pub(super) fn before(records: impl Iterator<Item = Json>, said: impl Fn(&Json) -> Said) -> Option<Json> {
    let mut asked = Vec::new();
    for record in records {
        match said(&record) {
            Said::Asked(what) => asked.push(what),
            Said::Answered => asked.clear(),
            Said::This => return some(asked),
            Said::Nothing => {}
        }
    }
    None
}

/// The records of a file, whether they stand on lines or in one document.
pub(super) fn records(path: &Path) -> Vec<Json> {
    if whole::is_document(path) {
        return whole::records(path).unwrap_or_default();
    }
    let lines = whole::lines(path).into_iter().flatten();
    lines.filter_map(|line| serde_json::from_slice(&line).ok()).collect()
}

/// Somebody's words, the parts of which lie elsewhere.
pub(super) fn by(role: &str, parts: Vec<Json>) -> Option<Json> {
    (!parts.is_empty()).then(|| json!([{"role": role, "content": Json::Array(parts)}]))
}

pub(super) fn some(list: Vec<Json>) -> Option<Json> {
    (!list.is_empty()).then_some(Json::Array(list))
}
