//! `callscope sources`: what was found, and how it is understood.

use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::SourcesArgs;
use crate::model::Window;
use crate::report::{Out, escape, sources};

pub fn run(args: &SourcesArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let (books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    let quiet = books.quiet();
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &sources::json(&books.store, &books.sources, &books.left_out, &quiet))?;
    } else {
        sources::text(&mut out, &books.store, &books.sources, &books.left_out, &quiet, &std::env::current_dir()?)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
