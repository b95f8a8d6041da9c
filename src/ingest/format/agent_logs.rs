//! The table `agent_logs` of seed 000: the runs of agents. Model and tokens stand inside the JSON column
//! `full_output`, under `agentkit_metadata`; runs without them are no calls. The model there is known to be wrong at
//! times, so every other table that witnesses the execution outranks this one.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table, witness};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "agent_logs",
    about: "the table of that name: agent runs, with the model inside `full_output`",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Time, &["created_at"]),
    (Role::Model, &["full_output.agentkit_metadata.model", "full_output.model"]),
    (Role::Provider, &["full_output.agentkit_metadata.provider"]),
    (
        Role::Total,
        &[
            "full_output.agentkit_metadata.total_tokens",
            "full_output.agentkit_metadata.tokens_used",
            "full_output.agentkit_metadata.tokensUsed",
            "full_output.agentkit_metadata.tokens",
            "full_output.tokens_used",
        ],
    ),
    (Role::Input, &["full_output.agentkit_metadata.input_tokens", "full_output.agentkit_metadata.prompt_tokens"]),
    (Role::Output, &["full_output.agentkit_metadata.output_tokens", "full_output.agentkit_metadata.completion_tokens"]),
    (Role::Cost, &["full_output.agentkit_metadata.cost_usd", "full_output.agentkit_metadata.cost"]),
    (Role::Took, &["full_output.agentkit_metadata.execution_time_ms", "full_output.agentkit_metadata.latency_ms"]),
    (Role::Status, &["status"]),
    (Role::ErrorMessage, &["full_output.error"]),
    (Role::User, &["user_id"]),
    (Role::Agent, &["agent_id"]),
    (
        Role::Execution,
        &[
            "execution_id",
            "full_output.execution_id",
            "full_output.agentkit_metadata.execution_id",
            "full_output.executionId",
        ],
    ),
    (Role::Preview, &["full_output.message"]),
    (Role::Response, &["full_output.message", "run_output", "full_output"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "agent_logs", &["full_output", "created_at"])
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    witness(slots, call, 2);
    call.model.is_some()
}
