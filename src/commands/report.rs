//! `callscope report`: the figures of the screens.

use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::ReportArgs;
use crate::figures::Board;
use crate::model::Window;
use crate::report::{Out, analytics, escape, text};

pub fn run(args: &ReportArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let mut scope = resolved.scope;
    let (books, _) = Books::open(resolved.ingest);
    books.expect_sources()?;
    books.find_bodies(&mut scope);
    let board = Board::fold(&books.store, scope, None);
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &analytics::report(&books.store, &board, &books.infos()))?;
    } else {
        text::report(&mut out, &books.store, &board, &books.infos())?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
