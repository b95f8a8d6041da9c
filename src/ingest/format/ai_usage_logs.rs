//! The table `ai_usage_logs` of seed 004: calls through OpenRouter, with their cost in dollars and in crowns. Cached
//! tokens are inside the prompt tokens, as OpenRouter counts them.

use super::{Cached, Format, Recipe, Role, Sample, as_is, fits_table};

pub(super) const RECIPE: Recipe = Recipe {
    name: "ai_usage_logs",
    about: "the table of that name: generation_id, model, use_case, tokens, cost_usd",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["generation_id", "id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["model"]),
    (Role::Provider, &["provider"]),
    (Role::UseCase, &["use_case"]),
    (Role::User, &["user_id"]),
    (Role::Input, &["prompt_tokens"]),
    (Role::CacheRead, &["cached_tokens"]),
    (Role::Output, &["completion_tokens"]),
    (Role::Reasoning, &["reasoning_tokens"]),
    (Role::Total, &["total_tokens"]),
    (Role::Cost, &["cost_usd", "upstream_cost_usd"]),
    (Role::Status, &["status"]),
    (Role::ErrorMessage, &["error_message"]),
    (Role::Session, &["request_metadata.session_id"]),
    (Role::Agent, &["request_metadata.agent", "request_metadata.agent_id"]),
    (Role::Project, &["request_metadata.project", "request_metadata.project_id"]),
    (Role::Request, &["request_metadata.prompt", "request_metadata.messages", "request_metadata"]),
    (Role::Response, &["request_metadata.response"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, as_is)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "ai_usage_logs", &["model", "cost_usd", "created_at"])
}
