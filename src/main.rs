//! Arguments to configuration to a run; wiring only.

use std::process::ExitCode;

use callscope::cli::Cli;

fn main() -> ExitCode {
    callscope::commands::run(Cli::read())
}
