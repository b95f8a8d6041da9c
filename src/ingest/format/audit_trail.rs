//! The table `audit_trail` of seed 000: every action of an application, a few of them calls. The model stands inside
//! the JSON column `details`; rows without one are no calls.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table, witness};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "audit_trail",
    about: "the table of that name: the calls among its actions, with the model inside `details`",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["details.model_used", "details.model", "details.model_name"]),
    (Role::Provider, &["details.provider"]),
    (Role::Input, &["details.input_tokens", "details.prompt_tokens"]),
    (Role::Output, &["details.output_tokens", "details.completion_tokens"]),
    (Role::Total, &["details.total_tokens", "details.tokens_used", "details.tokens", "details.totalTokens"]),
    (Role::Cost, &["details.cost_usd", "details.cost", "details.total_cost"]),
    (Role::Took, &["details.latency_ms", "details.duration_ms", "details.execution_time_ms"]),
    (Role::Success, &["details.success"]),
    (Role::Status, &["details.status"]),
    (Role::ErrorType, &["details.error_code"]),
    (Role::ErrorMessage, &["details.error", "details.error_message"]),
    (Role::User, &["user_id", "actor_id"]),
    (Role::Agent, &["details.agent_id", "resource_name"]),
    (Role::Session, &["details.session_id"]),
    (Role::UseCase, &["action"]),
    (Role::Route, &["details.routing_tier", "details.route", "details.tier"]),
    (Role::Execution, &["execution_id", "details.execution_id", "details.executionId"]),
    (Role::Response, &["details"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "audit_trail", &["action", "details", "created_at"])
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    witness(slots, call, 1);
    call.model.is_some()
}
