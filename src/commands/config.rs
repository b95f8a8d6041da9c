//! `callscope config`: every setting as it is now, as a file that can be changed.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::Failure;
use crate::config::Config;
use crate::report::Out;

pub fn run(config: Option<&Path>) -> Result<ExitCode, Failure> {
    let config = Config::load(config)?;
    let mut out = Out::new();
    write!(out, "{config}")?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
