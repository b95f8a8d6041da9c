//! Decisions of the vLLM semantic router: `routing_decision` events of its log, the `llm_usage` events that tell under
//! the same id what came of them, and the records of its replay.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has, is};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "semantic-router",
    about: "routing_decision events and replay records of the vLLM semantic router",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Kind, &["msg", "event"]),
    (Role::Id, &["request_id"]),
    (Role::Time, &["ts", "timestamp", "created_at"]),
    (Role::Model, &["selected_model", "model"]),
    (Role::Requested, &["original_model"]),
    (Role::Route, &["decision", "category", "reason_code"]),
    (Role::Confidence, &["confidence_score", "confidence"]),
    (Role::Processing, &["routing_latency_ms"]),
    (Role::Status, &["response_status", "lifecycle_state"]),
    (Role::Input, &["prompt_tokens"]),
    (Role::CacheRead, &["cached_prompt_tokens", "cached_tokens"]),
    (Role::Output, &["completion_tokens"]),
    (Role::Took, &["completion_latency_ms"]),
    (Role::FirstToken, &["ttft_ms"]),
    (Role::Cost, &["actual_cost", "cost"]),
    (Role::Baseline, &["baseline_cost"]),
    (Role::Currency, &["currency"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend).peeking(peek)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    if any_has(sample, &["request_id", "original_model", "selected_model"]) {
        return Some((93, "the fields request_id, original_model, selected_model".to_owned()));
    }
    let is_usage = |record: &serde_json::Value| record["msg"] == "llm_usage" && record["request_id"].is_string();
    let fits = sample.table.is_none() && sample.records.iter().any(is_usage);
    fits.then(|| (92, "llm_usage events with a request_id".to_owned()))
}

/// Its log holds more than decisions.
fn peek(slots: &Slots<'_>, _: &mut Memory) -> bool {
    let is_told = slots.get(Role::Kind).is_absent() || is(slots, Role::Kind, "routing_decision") || is_usage(slots);
    slots.has(Role::Model) && is_told
}

/// What the call came to, which says nothing of how it was routed.
fn is_usage(slots: &Slots<'_>) -> bool {
    is(slots, Role::Kind, "llm_usage")
}

/// Whoever asks for `auto` leaves the choice to the router; another model that is then not taken was overruled.
fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    if is_usage(slots) {
        return true;
    }
    let asked = call.requested.as_ref().filter(|asked| !asked.as_bytes().eq_ignore_ascii_case(b"auto"));
    call.overridden = Some(asked.is_some() && asked != call.model.as_ref());
    true
}
