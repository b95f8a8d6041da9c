//! The table `sessions` of Goose. It keeps totals of a session, and no calls: a session stands as one, and what it grows
//! by while it is followed are calls of their own (see `growth`).

use super::{Cached, Format, Memory, Recipe, Role, Sample, Slots, fits_table};
use crate::model::Call;

pub(super) const RECIPE: Recipe = Recipe {
    name: "goose",
    about: "the sessions of Goose (`~/.local/share/goose/sessions/sessions.db`), each as one call with its totals, and what they grow by as calls",
    format,
    fits,
};

const MAP: &[(Role, &[&str])] = &[
    (Role::Id, &["id"]),
    (Role::Session, &["id"]),
    (Role::Time, &["updated_at", "created_at"]),
    (Role::Project, &["working_dir"]),
    (Role::Provider, &["provider_name"]),
    (Role::Model, &["model_config_json.model_name"]),
    (Role::Input, &["accumulated_input_tokens", "input_tokens"]),
    (Role::Output, &["accumulated_output_tokens", "output_tokens"]),
    (Role::Total, &["accumulated_total_tokens", "total_tokens"]),
    (Role::Cost, &["accumulated_cost"]),
    (Role::UseCase, &["session_type"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, mend).accumulating()
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    fits_table(sample, "sessions", &["working_dir", "accumulated_total_tokens", "created_at"])
}

/// A session that asked nothing yet is no call.
fn mend<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    call.usage.total().is_some_and(|total| total > 0)
}
