//! Whether the limits of a rule are ones that it has, and ones that a figure can have.

use super::Plan;
use crate::model::text::{is_near, nearest};

/// The key that is wrong, and why.
pub(super) fn check(plan: &Plan, limits: &toml::Table) -> Result<(), (String, String)> {
    let known: Vec<&str> = plan.limits.iter().map(|(known, _)| *known).chain(["on"]).collect();
    if let Some(key) = limits.keys().find(|key| !known.contains(&key.as_str())) {
        let near = nearest(key, known.iter().copied());
        let meant =
            if is_near(key, near) { format!("did you mean `{near}`?") } else { format!("it has {}", known.join(", ")) };
        return Err((key.clone(), format!("has no limit `{key}`: {meant}")));
    }
    let usual = plan.defaults();
    // One at a time, so that the one that is wrong is named.
    for (key, value) in limits {
        let wrong = |why: &str| Err((key.clone(), format!("{key} = {value}: {why}")));
        let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        // What is below one unless somebody changes it is a share.
        let is_share = usual.get(key).and_then(toml::Value::as_float).is_some_and(|share| share < 1.0);
        let most = if is_share { 1.0 } else { f64::MAX };
        if number.is_some_and(|number| !(0.0..=most).contains(&number)) {
            return wrong(if is_share { "expected a share, 0 to 1" } else { "expected a number, 0 or more" });
        }
        if let Err(error) = (plan.make)(toml::Table::from_iter([(key.clone(), value.clone())])) {
            return wrong(error.message().lines().next().unwrap_or_default());
        }
    }
    Ok(())
}
