//! Arguments to configuration to a run; wiring only.

use std::process::ExitCode;

use callscope::cli::Cli;
use clap::Parser;

fn main() -> ExitCode {
    callscope::commands::run(Cli::parse())
}
