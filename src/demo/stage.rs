//! Where the scenario meets the files: arrivals become calls, calls become lines and rows, first when they begin and
//! again when they are answered.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

use anyhow::{Context, Result};

use super::scenario::incident::Incident;
use super::scenario::traffic::Traffic;
use super::scenario::{Ending, Request, Scenario, Via};
use super::writer::days::{Calendar, DayLog};
use super::writer::decisions;
use super::writer::tables::{self, Care, Open, Tables};
use crate::model::Stamp;

/// How the calls are shared out: `rows` of every `calls` go to the database, evenly spread.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    pub rows: u64,
    pub calls: u64,
}

impl Share {
    /// Whether the call with this number is one of them.
    fn takes(self, number: u64) -> bool {
        let before = |n: u64| u128::from(n) * u128::from(self.rows) / u128::from(self.calls.max(1));
        before(number + 1) > before(number)
    }
}

/// One in so many calls of the database is an agent's run.
const AGENT_EVERY: u64 = 6;

/// The running demo.
#[derive(Debug)]
pub struct Stage {
    pub traffic: Traffic,
    pub log: DayLog,
    pub tables: Tables,
    /// No call takes longer, in milliseconds; a live demo should not keep its watcher waiting.
    pub longest: u32,
    scenario: Scenario,
    share: Share,
    running: BinaryHeap<Reverse<Running>>,
    pub calls: u64,
    in_tables: u64,
}

/// A call under way, in the order of its end.
#[derive(Debug)]
struct Running {
    due: Stamp,
    number: u64,
    request: Request,
    open: Open,
}

impl Running {
    fn order(&self) -> (Stamp, u64) {
        (self.due, self.number)
    }
}

impl PartialEq for Running {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Running {}

impl PartialOrd for Running {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Running {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl Stage {
    pub fn new(
        dir: &Path,
        (calendar, care): (Calendar, Care),
        (seed, incident): (u64, Incident),
        traffic: Traffic,
        share: Share,
    ) -> Result<Self> {
        let log = DayLog::new(dir, calendar).with_context(|| format!("cannot write below {}", dir.display()))?;
        let tables = Tables::create(dir, care)
            .with_context(|| format!("cannot make the database {}", dir.join(tables::FILE).display()))?;
        Ok(Self {
            traffic,
            log,
            tables,
            longest: u32::MAX,
            scenario: Scenario::new(seed, incident),
            share,
            running: BinaryHeap::new(),
            calls: 0,
            in_tables: 0,
        })
    }

    /// Lets the next arrival's call begin.
    pub fn open(&mut self) -> Result<()> {
        let arrival = self.traffic.next();
        let number = self.calls;
        let via = self.via(number);
        let mut request = self.scenario.request(arrival, via);
        request.latency = request.latency.min(self.longest);
        self.calls += 1;
        let open = if via == Via::Router {
            self.log.line(request.at, |out| decisions::decision(&request, request.at, out))?;
            if request.ending == Ending::Untold {
                return Ok(());
            }
            Open::Nothing
        } else {
            self.in_tables += 1;
            match kept(self.tables.open(&request))? {
                Some(open) => open,
                None => return Ok(()),
            }
        };
        self.running.push(Reverse(Running { due: request.ends(), number, request, open }));
        Ok(())
    }

    /// Ends every call that is due by `at`.
    pub fn close_until(&mut self, at: Stamp) -> Result<()> {
        while self.due().is_some_and(|due| due <= at) {
            let Some(Reverse(call)) = self.running.pop() else { break };
            let request = &call.request;
            if request.via == Via::Router {
                self.log.line(call.due, |out| decisions::outcome(request, call.due, out))?;
            } else {
                kept(self.tables.close(request, call.open))?;
            }
        }
        Ok(())
    }

    /// When the next call under way ends.
    pub fn due(&self) -> Option<Stamp> {
        self.running.peek().map(|Reverse(call)| call.due)
    }

    fn via(&self, number: u64) -> Via {
        match (self.share.takes(number), self.in_tables % AGENT_EVERY) {
            (false, _) => Via::Router,
            (true, 1) => Via::Agent,
            (true, _) => Via::App,
        }
    }
}

/// An app whose database is locked by someone else loses the row and goes on.
fn kept<T>(result: rusqlite::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(None),
        Err(error) => Err(error).context("cannot write the demo's database"),
    }
}
