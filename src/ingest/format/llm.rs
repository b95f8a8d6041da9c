//! `logs.db` of the command-line tool `llm`: the table `responses`, and `turns`, which versions from 0.32 on write
//! instead. Costs are not logged, and the provider follows from the model.
//!
//! `token_details` is what a plugin had left of its provider's usage once it had taken input and output out: OpenAI and
//! Gemini count what was read from a cache inside the input, Anthropic beside it.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::super::sqlite;
use super::said::some;
use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table};
use crate::model::Call;

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
    (
        Role::CacheWrite,
        &["token_details.cache_creation.ephemeral_5m_input_tokens", "token_details.cache_creation_input_tokens"],
    ),
    (Role::CacheWrite1h, &["token_details.cache_creation.ephemeral_1h_input_tokens"]),
    (
        Role::Reasoning,
        &[
            "token_details.completion_tokens_details.reasoning_tokens",
            "token_details.output_tokens_details.reasoning_tokens",
            "token_details.output_tokens_details.thinking_tokens",
            "token_details.thoughtsTokenCount",
        ],
    ),
    (Role::AudioInput, &["token_details.prompt_tokens_details.audio_tokens", "token_details.promptTokensDetails"]),
    (
        Role::AudioOutput,
        &["token_details.completion_tokens_details.audio_tokens", "token_details.candidatesTokensDetails"],
    ),
    (Role::CachedAudio, &["token_details.cacheTokensDetails"]),
    // OpenAI's writes, which stand inside its input.
    (
        Role::Running,
        &[
            "token_details.prompt_tokens_details.cache_write_tokens",
            "token_details.input_tokens_details.cache_write_tokens",
        ],
    ),
    // Gemini's answer without its thoughts, left by the versions that count both as output.
    (Role::Subkind, &["token_details.candidatesTokenCount"]),
    (Role::Tier, &["token_details.service_tier"]),
    (Role::Request, &["prompt", "prompt_json"]),
    (Role::Response, &["response", "response_json"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::ByRecord, mend).transcribing(transcribe)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let columns = ["model", "datetime_utc", "duration_ms", "input_tokens", "output_tokens"];
    fits_table(sample, "responses", &columns).or_else(|| fits_table(sample, "turns", &columns))
}

fn mend<'a>(slots: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    // Of nothing but thoughts there is no answer to leave.
    let output = slots.count(Role::Output);
    if output.is_some() && (slots.has(Role::Subkind) || output == call.usage.reasoning) {
        call.usage.output = output;
    }
    if let (Some(input), Some(written)) = (call.usage.input, slots.count(Role::Running)) {
        (call.usage.input, call.usage.cache_write_5m) = (Some(input.saturating_sub(written)), Some(written));
    }
    true
}

/// The messages from one upwards to another, or to the answer before: who speaks, and each part of what is said.
const MESSAGES: &str = "
    WITH RECURSIVE up(hash, parent, role, height) AS (
        SELECT hash, parent_hash, role, 0 FROM messages WHERE hash = ?1
        UNION ALL
        SELECT m.hash, m.parent_hash, m.role, height + 1 FROM messages m JOIN up ON m.hash = up.parent
        WHERE height < 64 AND m.hash <> ?2 AND (?2 <> '' OR m.role <> 'assistant'))
    SELECT up.height, up.role, parts.type, parts.tool_name, parts.text, parts.payload
    FROM up JOIN parts ON parts.message_hash = up.hash ORDER BY up.height DESC, parts.position";

/// A turn has its words in other tables: what was asked ends in its parent message, what was answered in its tip.
fn transcribe(path: &Path, raw: &[Json]) -> (Option<Json>, Option<Json>) {
    let Some(turn) = raw.last() else { return (None, None) };
    let (parent, tip) = (turn["parent_message_hash"].as_str(), turn["tip_message_hash"].as_str());
    let asked = parent.and_then(|parent| messages(path, parent, ""));
    (asked, tip.and_then(|tip| messages(path, tip, parent.unwrap_or_default())))
}

fn messages(path: &Path, from: &str, until: &str) -> Option<Json> {
    let rows = sqlite::look_up(path, MESSAGES, &[from, until]);
    let messages = rows.chunk_by(|one, next| one[0] == next[0]).map(|rows| {
        let parts = rows.iter().map(|row| {
            let mut part = json!({"type": row[2], "name": row[3], "text": row[4], "payload": super::unfolded(&row[5])});
            part.as_object_mut().into_iter().for_each(|part| part.retain(|_, value| !value.is_null()));
            part
        });
        json!({"role": rows[0][1], "content": parts.collect::<Vec<_>>()})
    });
    some(messages.collect())
}
