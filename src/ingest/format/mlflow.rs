//! The table `spans` of an MLflow tracking database. Spans of other kinds repeat the sums of those below them, and so
//! do the traces: only those of a model count. What a span says of itself is JSON inside of JSON.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table, is};
use crate::model::{Call, Status, Text};

pub(super) const RECIPE: Recipe = Recipe {
    name: "mlflow",
    about: "the table `spans` of an MLflow tracking database: spans of chat models",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["type"]),
    (Role::Id, &["span_id"]),
    (Role::Parent, &["parent_span_id"]),
    (Role::Session, &["trace_id"]),
    (Role::UseCase, &["name"]),
    (Role::Status, &["status"]),
    (Role::Time, &["start_time_unix_nano"]),
    (Role::Ended, &["end_time_unix_nano"]),
    (Role::Model, &["model_name", "content.attributes.\"mlflow.llm.model\"", "content.attributes.model"]),
    (Role::Provider, &["model_provider", "content.attributes.\"mlflow.llm.provider\"", "content.attributes.provider"]),
    (Role::Input, &["content.attributes.\"mlflow.chat.tokenUsage\".input_tokens"]),
    (Role::CacheRead, &["content.attributes.\"mlflow.chat.tokenUsage\".cache_read_input_tokens"]),
    (Role::CacheWrite, &["content.attributes.\"mlflow.chat.tokenUsage\".cache_creation_input_tokens"]),
    (Role::Output, &["content.attributes.\"mlflow.chat.tokenUsage\".output_tokens"]),
    (Role::Total, &["content.attributes.\"mlflow.chat.tokenUsage\".total_tokens"]),
    (Role::Cost, &["total_cost"]),
    (Role::InputCost, &["input_cost"]),
    (Role::OutputCost, &["output_cost"]),
    (Role::Request, &["content.attributes.\"mlflow.spanInputs\""]),
    (Role::Response, &["content.attributes.\"mlflow.spanOutputs\""]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, mend).peeking(peek)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "spans", &["trace_id", "span_id", "type", "start_time_unix_nano", "content"])
}

fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    ["CHAT_MODEL", "LLM", "EMBEDDING"].iter().any(|kind| is(slots, Role::Kind, kind))
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // Attributes are JSON each, texts in their quotes.
    let unquoted = |name: Option<Text<'a>>| {
        name.map(|name| serde_json::from_slice::<String>(name.as_bytes()).map_or(name, Text::from))
    };
    call.model = unquoted(call.model.take());
    call.provider = unquoted(call.provider.take());
    if slots.get(Role::Ended).is_absent() {
        call.status = Status::Pending;
    }
    call.kin = call.id.clone();
    let uses = call.usage.is_billable() || call.logged_cost.is_some_and(|cost| !cost.is_zero());
    call.within = slots.text(Role::Parent).filter(|parent| uses && !parent.is_empty());
    true
}
