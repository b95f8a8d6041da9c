//! `callscope show ID`: one call in full.

use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use super::books::{Books, NotFound};
use super::look::resolve;
use crate::cli::ShowArgs;
use crate::figures::Scope;
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
    let (mut transcript, trouble) = match books.transcript(row) {
        Ok(transcript) => (transcript, None),
        Err(why) => (Transcript::default(), Some(why)),
    };
    transcript.others = books.others(row);
    let alike: Vec<_> = books.store.alike(index).into_iter().map(|other| books.store.row(other)).collect();
    let currency = resolved.currency.as_ref();
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &show::json(row, &books.infos(), bill.as_ref(), &transcript, &alike, currency))?;
    } else {
        show::text(&mut out, row, &books.infos(), (bill.as_ref(), currency), &transcript, &alike, args.secrets)?;
    }
    out.flush()?;
    match trouble {
        Some(why) => Err(Failure::Could(why)),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn find(books: &Books, id: &str) -> Result<u32, Failure> {
    books.find(&Scope::default(), id).map_err(|why| match why {
        NotFound::Nowhere => Failure::Could(format!(
            "no call has the id {id}: `callscope calls` lists them; give the same sources and bounds here"
        )),
        NotFound::Several { total, some } => {
            Failure::Could(format!("{total} calls have an id that begins so: {} …", some.join(", ")))
        }
    })
}
