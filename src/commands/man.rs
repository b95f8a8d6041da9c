//! `callscope man`: the manual page, made from the command line itself.

use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;

use super::Failure;
use crate::cli::Cli;
use crate::report::Out;

/// The page of the program, or of one of its commands.
pub fn run(command: Option<&str>) -> Result<ExitCode, Failure> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => cli,
        Some(name) => match cli.find_subcommand(name) {
            // As `git` does it: callscope-report(1).
            Some(found) => found.clone().display_name(format!("callscope-{name}")),
            None => {
                let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
                return Err(Failure::Usage(format!("no command is named {name}: there are {}", names.join(", "))));
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    let mut out = Out::new();
    out.write_all(&text)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
