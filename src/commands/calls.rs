//! `callscope calls`: one record a call, once or for as long as it is wanted.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

use super::Failure;
use super::books::Books;
use super::fresh::Fresh;
use super::look::{Resolved, resolve};
use crate::cli::CallsArgs;
use crate::figures::{Listing, Scope};
use crate::ingest::event::{Event, SourceInfo};
use crate::model::{Currency, SourceId, Window};
use crate::query::{SortBy, sort};
use crate::report::{Out, analytics, calls, escape};
use crate::store::Row;

/// How many calls are a screenful.
const TEXT_LIMIT: usize = 100;

pub fn run(args: &CallsArgs) -> Result<ExitCode, Failure> {
    if args.follow && args.json {
        return Err(Failure::Usage(
            "--follow goes on for ever, and an array does not: use --ndjson, or --csv".to_owned(),
        ));
    }
    let resolved = resolve(&args.look, args.follow, Window::All)?;
    if args.follow {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(go_on(args, resolved));
    }
    let (books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    Printer::new(books, resolved.scope, resolved.currency, args).print(args)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is there and what comes, until nobody reads any more or a signal comes. Signals are caught from the
/// beginning: whoever stops it early has not failed.
async fn go_on(args: &CallsArgs, resolved: Resolved) -> Result<ExitCode, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let printing = async {
        let (mut books, mut events) = Books::start(resolved.ingest, &resolved.config.prices);
        while books.first(events.recv().await) {}
        let mut printer = Printer::new(books, resolved.scope, resolved.currency, args);
        printer.print(args)?;
        printer.follow(events, args).await
    };
    tokio::select! {
        biased;
        _ = ended.recv() => {}
        _ = interrupted.recv() => {}
        result = printing => result?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The calls of a listing, the newest first.
pub(crate) fn newest_first(books: &Books, listing: &Listing) -> Vec<u32> {
    let mut rows: Vec<u32> = listing.newest_first().collect();
    in_one_order(books, &mut rows, SortBy::Time);
    rows
}

fn chosen(books: &Books, listing: &Listing, args: &CallsArgs) -> Vec<u32> {
    let mut rows: Vec<u32> = listing.newest_first().collect();
    if let Some(by) = args.sort.filter(|by| *by != SortBy::Time) {
        sort::sort(&books.store, &mut rows, by, by.falls());
    }
    in_one_order(books, &mut rows, args.sort.unwrap_or(SortBy::Time));
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

/// Puts sorted calls that are equal, and of one moment, in the order of their sources, and the later in a source first:
/// which of several threads came first must not show.
fn in_one_order(books: &Books, rows: &mut [u32], by: SortBy) {
    let rank: HashMap<SourceId, usize> =
        books.sources.iter().enumerate().map(|(nth, (source, _))| (source.id, nth)).collect();
    let row = |index: &u32| books.store.row(*index);
    let equal = |a: &u32, b: &u32| row(a).at() == row(b).at() && sort::key(row(a), by) == sort::key(row(b), by);
    for same in rows.chunk_by_mut(equal).filter(|same| same.len() > 1) {
        same.sort_by_key(|index| (rank.get(&row(index).source()), Reverse(row(index).span().at)));
    }
}

struct Printer {
    books: Books,
    scope: Scope,
    currency: Option<Currency>,
    out: Out,
    bodies: bool,
}

impl Printer {
    fn new(books: Books, mut scope: Scope, currency: Option<Currency>, args: &CallsArgs) -> Self {
        books.find_bodies(&mut scope);
        Self { books, scope, currency, out: Out::new(), bodies: args.with_bodies }
    }

    /// Prints what is there.
    fn print(&mut self, args: &CallsArgs) -> Result<(), Failure> {
        let rows = chosen(&self.books, &Listing::fold(&self.books.store, self.scope.clone()), args);
        let (infos, currency) = (self.books.infos(), self.currency.as_ref());
        let mut out = std::mem::take(&mut self.out);
        if args.csv {
            calls::csv(&mut out, currency, rows.iter().map(|index| self.record(self.books.store.row(*index), &infos)))?;
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
            calls::text(&mut out, &self.books.store, currency, &rows)?;
        }
        out.flush()?;
        self.out = out;
        Ok(())
    }

    fn record(&self, row: Row<'_>, infos: &[SourceInfo]) -> Json {
        let mut record = calls::call(row, infos);
        if let Some((currency, cost)) = self.currency.as_ref().zip(row.cost()) {
            record["currency"] = analytics::currency(currency, cost);
        }
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
    async fn follow(&mut self, mut events: Receiver<Event>, args: &CallsArgs) -> Result<(), Failure> {
        let mut gone = reader_gone();
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                Ok(()) = &mut gone => return Ok(()),
            };
            let Some(event) = event else { return Ok(()) };
            let mut fresh = Fresh::new(&self.scope);
            self.books.take(event, &mut fresh);
            if fresh.rows.is_empty() && fresh.printed.is_empty() {
                continue;
            }
            let infos = self.books.infos();
            let kept: Vec<u32> = fresh.rows.iter().copied().collect();
            if args.csv {
                let mut out = std::mem::take(&mut self.out);
                let currency = self.currency.as_ref();
                calls::csv_rows(
                    &mut out,
                    currency,
                    kept.iter().map(|index| self.record(self.books.store.row(*index), &infos)),
                )?;
                self.out = out;
            } else if args.ndjson {
                for id in fresh.gone() {
                    escape::compact(&mut self.out, &json!({"id": id, "gone": true}))?;
                    self.out.write_all(b"\n")?;
                }
                for index in kept {
                    let row = self.books.store.row(index);
                    let mut record = self.record(row, &infos);
                    if let Some(id) = fresh.replaced(row) {
                        record["replaces"] = json!(id);
                    }
                    escape::compact(&mut self.out, &record)?;
                    self.out.write_all(b"\n")?;
                }
            } else {
                calls::lines(&mut self.out, &self.books.store, self.currency.as_ref(), &kept)?;
            }
            self.out.flush()?;
            if self.out.is_closed() {
                return Ok(());
            }
        }
    }
}

/// Tells when nobody reads standard output any more. The thread ends with the process.
fn reader_gone() -> oneshot::Receiver<()> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let stdout = std::io::stdout();
        // Nothing is asked for: what cannot be asked away is that the other end is closed.
        let mut fds = [PollFd::new(&stdout, PollFlags::empty())];
        loop {
            match poll(&mut fds, None) {
                Ok(_) if !fds[0].revents().is_empty() => return tell.send(()),
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return Ok(()),
            }
        }
    });
    told
}
