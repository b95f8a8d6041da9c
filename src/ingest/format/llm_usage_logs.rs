//! The table `llm_usage_logs` of seed 001: one row a call, written when it is over. Cache hits are rows of their own.
//! The real table keeps its free-form column as `log_metadata`; its plan called it `metadata`.

use super::{Cached, Format, Recipe, Role, Sample, as_is, fits_table};

pub(super) const RECIPE: Recipe = Recipe {
    name: "llm_usage_logs",
    about: "the table of that name: request_id, agent_type, provider, model, tokens, costs, cache_hit",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["request_id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["model"]),
    (Role::Provider, &["provider"]),
    (Role::Input, &["input_tokens"]),
    (Role::Output, &["output_tokens"]),
    (Role::Total, &["total_tokens"]),
    (Role::Cost, &["total_cost"]),
    (Role::InputCost, &["input_cost"]),
    (Role::OutputCost, &["output_cost"]),
    (Role::Took, &["duration_seconds"]),
    (Role::Success, &["success"]),
    (Role::CacheHit, &["cache_hit"]),
    (Role::ErrorMessage, &["error_message"]),
    (Role::Project, &["project_id"]),
    (Role::Session, &["task_id"]),
    (Role::Agent, &["agent_type", "agent_id"]),
    (Role::Preview, &["response_preview"]),
    (Role::Route, &["log_metadata.route", "metadata.route"]),
    (Role::Confidence, &["log_metadata.confidence", "metadata.confidence"]),
    (Role::User, &["log_metadata.user_id", "metadata.user_id"]),
    (Role::Request, &["log_metadata.prompt", "metadata.prompt"]),
    (Role::Response, &["response_preview"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, as_is)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "llm_usage_logs", &["model", "input_tokens", "total_cost", "created_at"])
}
