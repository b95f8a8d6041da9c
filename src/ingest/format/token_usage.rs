//! The table `token_usage` of seed 000: what its analytics count. One execution may also be witnessed by `audit_trail`
//! and `agent_logs`; this table outranks them.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, witness};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "token_usage",
    about: "the table of that name: model_name, tokens, cost_usd, call_id, execution_id",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["call_id", "id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["model_name"]),
    (Role::Provider, &["provider"]),
    (Role::Input, &["input_tokens"]),
    (Role::Output, &["output_tokens"]),
    (Role::Total, &["total_tokens"]),
    (Role::Cost, &["cost_usd"]),
    (Role::Took, &["latency_ms"]),
    (Role::Success, &["success"]),
    (Role::ErrorType, &["error_code"]),
    (Role::ErrorMessage, &["error_message"]),
    (Role::User, &["user_id"]),
    (Role::Session, &["session_id"]),
    (Role::Agent, &["agent_id", "component"]),
    (Role::UseCase, &["feature", "request_type", "activity_type"]),
    (Role::Endpoint, &["endpoint"]),
    (Role::Execution, &["execution_id"]),
    (Role::Request, &["request_payload"]),
    (Role::Response, &["response_metadata"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    super::fits_table(sample, "token_usage", &["model_name", "input_tokens", "output_tokens", "created_at"])
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    witness(slots, call, 0);
    true
}
