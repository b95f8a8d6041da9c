//! Usage logs of ClawRouter, `~/.openclaw/blockrun/logs/usage-YYYY-MM-DD.jsonl`.

use super::{Cached, Format, Recipe, Role, Sample, any_has, as_is};

pub(super) const RECIPE: Recipe =
    Recipe { name: "clawrouter", about: "usage logs of ClawRouter (`usage-*.jsonl`)", format, fits };

const MAP: &[(Role, &[&str])] = &[
    (Role::Time, &["timestamp"]),
    (Role::Model, &["model"]),
    (Role::Route, &["tier"]),
    (Role::Cost, &["cost"]),
    (Role::Baseline, &["baselineCost"]),
    (Role::Took, &["latencyMs"]),
    (Role::Status, &["status"]),
    (Role::Input, &["inputTokens"]),
    (Role::Output, &["outputTokens"]),
];

fn format() -> Format {
    Format::new(RECIPE.name, MAP, Cached::Beside, as_is)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let fits = any_has(sample, &["timestamp", "model", "tier", "cost", "baselineCost"]);
    fits.then(|| (93, "the fields model, tier, cost, baselineCost".to_owned()))
}
