//! `callscope calls`: one record a call, once or for as long as it is wanted.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value as Json, json};
use tokio::sync::mpsc::Receiver;

use super::Failure;
use super::books::Books;
use super::look::{Resolved, resolve};
use crate::cli::CallsArgs;
use crate::figures::{Listing, Scope};
use crate::ingest::event::{Event, SourceInfo};
use crate::model::Window;
use crate::query::{SortBy, sort};
use crate::report::{Out, calls, escape};
use crate::store::{Observer, Row};

/// How many calls are a screenful.
const TEXT_LIMIT: usize = 100;

pub fn run(args: &CallsArgs) -> Result<ExitCode, Failure> {
    if args.follow && (args.json || args.csv) {
        return Err(Failure::Usage("--follow goes on for ever: it prints text, or --ndjson".to_owned()));
    }
    let resolved = resolve(&args.look, args.follow, Window::All)?;
    if args.follow {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(go_on(args, resolved));
    }
    let (books, _) = Books::open(resolved.ingest);
    books.expect_sources()?;
    Printer::new(books, resolved.scope, args).print(args)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is there and what comes, until nobody reads any more or a signal comes. Signals are caught from the
/// beginning: whoever stops it early has not failed.
async fn go_on(args: &CallsArgs, resolved: Resolved) -> Result<ExitCode, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let printing = async {
        let (mut books, mut events) = Books::start(resolved.ingest);
        while books.first(events.recv().await) {}
        let mut printer = Printer::new(books, resolved.scope, args);
        printer.print(args)?;
        printer.follow(events, args.ndjson).await
    };
    tokio::select! {
        biased;
        _ = ended.recv() => {}
        _ = interrupted.recv() => {}
        result = printing => result?,
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen(books: &Books, listing: &Listing, args: &CallsArgs) -> Vec<u32> {
    let mut rows: Vec<u32> = listing.newest_first().collect();
    if let Some(by) = args.sort.filter(|by| *by != SortBy::Time) {
        sort::sort(&books.store, &mut rows, by, by.falls());
    }
    let text = !(args.json || args.ndjson || args.csv);
    let limit = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if text => TEXT_LIMIT,
        None => usize::MAX,
    };
    // What goes on goes on in time: the oldest of the chosen first.
    let mut rows: Vec<u32> = rows.into_iter().skip(args.offset).take(limit).collect();
    if args.follow {
        rows.reverse();
    }
    rows
}

struct Printer {
    books: Books,
    scope: Scope,
    out: Out,
    bodies: bool,
}

impl Printer {
    fn new(books: Books, mut scope: Scope, args: &CallsArgs) -> Self {
        books.find_bodies(&mut scope);
        Self { books, scope, out: Out::new(), bodies: args.with_bodies }
    }

    /// Prints what is there.
    fn print(&mut self, args: &CallsArgs) -> Result<(), Failure> {
        let rows = chosen(&self.books, &Listing::fold(&self.books.store, self.scope.clone()), args);
        let infos = self.books.infos();
        let mut out = std::mem::take(&mut self.out);
        if args.csv {
            calls::csv(&mut out, rows.iter().map(|index| self.record(self.books.store.row(*index), &infos)))?;
        } else if args.json {
            out.write_all(b"[")?;
            for (nth, index) in rows.iter().enumerate() {
                out.write_all(if nth == 0 { b"\n" } else { b",\n" })?;
                escape::compact(&mut out, &self.record(self.books.store.row(*index), &infos))?;
            }
            out.write_all(b"\n]\n")?;
        } else if args.ndjson {
            for index in &rows {
                escape::compact(&mut out, &self.record(self.books.store.row(*index), &infos))?;
                out.write_all(b"\n")?;
            }
        } else {
            calls::text(&mut out, &self.books.store, &rows)?;
        }
        out.flush()?;
        self.out = out;
        Ok(())
    }

    fn record(&self, row: Row<'_>, infos: &[SourceInfo]) -> Json {
        let mut record = calls::call(row, infos);
        if self.bodies {
            match self.books.transcript(row) {
                Ok(transcript) => {
                    record["request"] = json!(transcript.request);
                    record["response"] = json!(transcript.response);
                }
                Err(why) => {
                    record["request"] = Json::Null;
                    record["response"] = Json::Null;
                    record["bodyError"] = json!(why);
                }
            }
        }
        record
    }

    /// Prints each call as it comes and again when it is completed, until nobody reads any more.
    async fn follow(&mut self, mut events: Receiver<Event>, ndjson: bool) -> Result<(), Failure> {
        // A reader that has gone is only noticed by writing to it; look now and then.
        let mut look = tokio::time::interval(std::time::Duration::from_secs(5));
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                _ = look.tick() => {
                    self.out.flush()?;
                    continue;
                }
            };
            let Some(event) = event else { return Ok(()) };
            let mut fresh = Fresh::default();
            self.books.take(event, &mut fresh);
            if fresh.0.is_empty() {
                continue;
            }
            let infos = self.books.infos();
            let kept: Vec<u32> =
                fresh.0.into_iter().filter(|index| self.scope.keeps(self.books.store.row(*index))).collect();
            if ndjson {
                for index in kept {
                    let record = self.record(self.books.store.row(index), &infos);
                    escape::compact(&mut self.out, &record)?;
                    self.out.write_all(b"\n")?;
                }
            } else {
                calls::lines(&mut self.out, &self.books.store, &kept)?;
            }
            self.out.flush()?;
            if self.out.is_closed() {
                return Ok(());
            }
        }
    }
}

/// The rows that are new or have changed, each once.
#[derive(Debug, Default)]
struct Fresh(BTreeSet<u32>);

impl Observer for Fresh {
    fn leaving(&mut self, row: Row<'_>) {
        self.0.remove(&row.index);
    }

    fn entering(&mut self, row: Row<'_>) {
        self.0.insert(row.index);
    }
}
