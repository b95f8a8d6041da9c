//! `callscope`: the monitor.

use std::process::ExitCode;

use super::Failure;
use crate::cli::{Look, ScreenArgs};

pub fn run(_: &Look, _: &ScreenArgs) -> Result<ExitCode, Failure> {
    Err(Failure::Could("the screen is being built".to_owned()))
}
