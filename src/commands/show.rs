//! `callscope show ID`: one call in full.

use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::ShowArgs;
use crate::ingest::event::Transcript;
use crate::model::Window;
use crate::report::{Out, escape, show};
use crate::store::Pricer;

pub fn run(args: &ShowArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let (mut books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    let index = find(&books, &args.id)?;
    let row = books.store.row(index);
    let bill = books.catalog.bill(row);
    let (transcript, trouble) = match books.transcript(row) {
        Ok(transcript) => (transcript, None),
        Err(why) => (Transcript::default(), Some(why)),
    };
    let alike: Vec<_> = books.store.alike(index).into_iter().map(|other| books.store.row(other)).collect();
    let currency = resolved.currency.as_ref();
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &show::json(row, &books.infos(), bill.as_ref(), &transcript, &alike, currency))?;
    } else {
        show::text(&mut out, row, &books.infos(), bill.as_ref(), &transcript, &alike, currency)?;
    }
    out.flush()?;
    match trouble {
        Some(why) => Err(Failure::Could(why)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The call with this id, or the only one whose id begins so.
fn find(books: &Books, id: &str) -> Result<u32, Failure> {
    let mut near = Vec::new();
    for row in books.store.rows() {
        let its = row.id();
        if its == id {
            return Ok(row.index);
        }
        if its.starts_with(id) {
            near.push((its, row.index));
        }
    }
    match near.as_slice() {
        [(_, index)] => Ok(*index),
        [] => Err(Failure::Could(format!(
            "no call has the id {id}: `callscope calls` lists them; give the same sources and bounds here"
        ))),
        several => {
            let some: Vec<&str> = several.iter().take(4).map(|(id, _)| id.as_str()).collect();
            Err(Failure::Could(format!("{} calls have an id that begins so: {} …", several.len(), some.join(", "))))
        }
    }
}
