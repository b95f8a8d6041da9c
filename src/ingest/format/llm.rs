//! `logs.db` of the command-line tool `llm`: the table `responses`, and `turns`, which versions from 0.32 on write
//! instead. Costs are not logged, and the provider follows from the model.

use super::{Cached, Format, Recipe, Role, Sample, as_is, fits_table};

pub(super) const RECIPE: Recipe =
    Recipe { name: "llm", about: "logs.db of the `llm` tool, the tables `responses` and `turns`", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Time, &["datetime_utc"]),
    (Role::Model, &["resolved_model", "model"]),
    (Role::Requested, &["model"]),
    (Role::Session, &["conversation_id", "thread_id"]),
    (Role::Took, &["duration_ms"]),
    (Role::Input, &["input_tokens"]),
    (Role::Output, &["output_tokens"]),
    (
        Role::CacheRead,
        &[
            "token_details.prompt_tokens_details.cached_tokens",
            "token_details.input_tokens_details.cached_tokens",
            "token_details.cache_read_input_tokens",
            "token_details.cachedContentTokenCount",
        ],
    ),
    (Role::CacheWrite, &["token_details.cache_creation_input_tokens"]),
    (
        Role::Reasoning,
        &[
            "token_details.completion_tokens_details.reasoning_tokens",
            "token_details.output_tokens_details.reasoning_tokens",
            "token_details.thoughtsTokenCount",
        ],
    ),
    (Role::Request, &["prompt", "prompt_json"]),
    (Role::Response, &["response", "response_json"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, as_is)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let columns = ["model", "datetime_utc", "duration_ms", "input_tokens", "output_tokens"];
    fits_table(sample, "responses", &columns).or_else(|| fits_table(sample, "turns", &columns))
}
