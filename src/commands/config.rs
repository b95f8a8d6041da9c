//! `callscope config`: every limit of every rule, as a file that can be changed.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::Failure;
use crate::config::Config;
use crate::report::Out;
use crate::rules::RULES;

/// Prints the limits as they are: the configuration's, else the defaults.
pub fn run(config: Option<&Path>) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let mut out = Out::new();
    writeln!(
        out,
        "# What callscope tells you about, and from which limits on. A line that is left out keeps its default;"
    )?;
    writeln!(out, "# `on = false` puts a rule out. This goes into callscope.toml.")?;
    for plan in &RULES {
        let section = plan.section();
        let said = config.rules.get(&section);
        writeln!(out, "\n# {}: {}\n[rules.{section}]", plan.name, plan.about)?;
        let on = said.and_then(|said| said.get("on")).and_then(toml::Value::as_bool).unwrap_or(true);
        writeln!(out, "on = {on}")?;
        let defaults = plan.defaults();
        for (name, words) in plan.limits {
            if let Some(value) = said.and_then(|said| said.get(*name)).or_else(|| defaults.get(*name)) {
                writeln!(out, "{:<24}# {words}", format!("{name} = {value}"))?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
