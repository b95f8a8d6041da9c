//! Output files of OpenAI's batch API, one JSON object a request, billed at the batch's rates whatever the response
//! says of its tier.

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, any_has};
use crate::model::{Call, Text, Tier};

pub(super) const RECIPE: Recipe =
    Recipe { name: "openai-batch", about: "output files of OpenAI's batch API", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::UseCase, &["custom_id"]),
    (Role::Time, &["response.body.created", "response.body.created_at"]),
    (Role::Status, &["response.status_code"]),
    (Role::Model, &["response.body.model"]),
    (Role::Input, &["response.body.usage.prompt_tokens", "response.body.usage.input_tokens"]),
    (
        Role::CacheRead,
        &[
            "response.body.usage.prompt_tokens_details.cached_tokens",
            "response.body.usage.input_tokens_details.cached_tokens",
        ],
    ),
    (Role::Output, &["response.body.usage.completion_tokens", "response.body.usage.output_tokens"]),
    (
        Role::Reasoning,
        &[
            "response.body.usage.completion_tokens_details.reasoning_tokens",
            "response.body.usage.output_tokens_details.reasoning_tokens",
        ],
    ),
    (
        Role::AudioInput,
        &[
            "response.body.usage.prompt_tokens_details.audio_tokens",
            "response.body.usage.input_tokens_details.audio_tokens",
        ],
    ),
    (
        Role::ImageInput,
        &[
            "response.body.usage.prompt_tokens_details.image_tokens",
            "response.body.usage.input_tokens_details.image_tokens",
        ],
    ),
    (Role::AudioOutput, &["response.body.usage.completion_tokens_details.audio_tokens"]),
    (
        Role::ImageOutput,
        &[
            "response.body.usage.completion_tokens_details.image_tokens",
            "response.body.usage.output_tokens_details.image_tokens",
        ],
    ),
    (Role::Total, &["response.body.usage.total_tokens"]),
    (Role::ErrorType, &["error.code", "response.body.error.code"]),
    (Role::ErrorMessage, &["error.message", "response.body.error.message"]),
    (Role::Response, &["response.body"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Inside, mend).undated()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let fits = any_has(sample, &["custom_id", "response.status_code", "response.body"]);
    fits.then(|| (94, "the fields custom_id, response.status_code, response.body of a batch".to_owned()))
}

fn mend<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    call.tier = Tier::Batch;
    call.provider = Some(Text::from("openai"));
    true
}
