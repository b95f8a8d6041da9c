//! `callscope config`: what thresholds reckon with and every limit of every rule, as a file that can be changed.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::Failure;
use crate::config::Config;
use crate::figures::Stakes;
use crate::model::Usd;
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
    writeln!(out, "\n{}", stakes(&config.trust))?;
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

/// `[trust]`; what nobody has said is left open, not 0.
fn stakes(stakes: &Stakes) -> String {
    let line = |name: &str, said: Option<Usd>, words: &str| match said {
        Some(usd) => format!("{:<24}# {words}", format!("{name} = {}", usd.dollars())),
        None => format!("{:<24}# {words}; not said", format!("# {name} =")),
    };
    let limits: Vec<String> = stakes.limits.iter().map(ToString::to_string).collect();
    [
        "# What thresholds of confidence reckon with.\n[trust]".to_owned(),
        line("escalation_usd", stakes.escalation, "what a call costs more that goes to a person, or a better model"),
        line("wrong_usd", stakes.wrong, "what a wrong call costs that is accepted"),
        format!("alpha = [{}]  # shares of wrong calls that a threshold is looked for", limits.join(", ")),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_of_stakes_reads_the_same() {
        for text in ["", "[trust]\nescalation_usd = 0.02\nwrong_usd = 3\nalpha = 0.05\n"] {
            let config = Config::parse(text).unwrap();
            assert_eq!(Config::parse(&stakes(&config.trust)).unwrap().trust, config.trust, "{text}");
        }
    }
}
