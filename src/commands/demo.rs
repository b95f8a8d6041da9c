//! `callscope demo`: a live workload of real files, and the monitor on it.

use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use crate::cli::DemoArgs;
use crate::demo::{self, Plan};
use crate::report::Out;

pub fn run(args: &DemoArgs) -> Result<ExitCode, Failure> {
    let Some(dir) = args.dir.as_deref().filter(|_| args.no_ui) else {
        return Err(Failure::Could("the screen is being built".to_owned()));
    };
    let plan = Plan { calls: args.calls, seed: args.seed, start: Plan::START, rate: args.rate };
    let written = demo::write(dir, &plan)?;
    let mut out = Out::new();
    writeln!(out, "{} calls, {} lines and {} rows in {}", written.calls, written.lines, written.rows, dir.display())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
