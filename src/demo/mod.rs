//! `callscope demo`: a believable world of AI calls, written as real files and watched through the same code as any
//! other source. [`write`] makes the files at once, the same bytes for the same seed; [`live`] goes on writing.
//!
//! ```text
//! traffic  →  scenario  →  stage  →  decisions-….jsonl, app.db
//! when        what         in time
//! ```
//!
//! Knows nothing of the rest of the program but the values of `model`: what it writes must be read like any log.

mod home;
mod live;
mod rng;
mod scenario;
mod stage;
mod writer;

pub use home::Home;
pub use live::{Live, live};

use std::fs;
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::scenario::incident::Incident;
use self::scenario::traffic::Traffic;
use self::stage::{Share, Stage};
use self::writer::days::{Calendar, FOLDER};
use self::writer::tables::{APPLICATION, Care, FILE};
use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};

/// What the monitor on the live demo is configured with.
pub const CONFIG: &str = include_str!("callscope.toml");

/// What to write.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All calls; nine in ten go to the decisions logs.
    pub calls: u64,
    pub seed: u64,
    /// The first call's time.
    pub start: Stamp,
    /// Calls a second to write, in real time: as apps would, each line and row by itself. `None`: at once. The lines
    /// are the same bytes either way; of the database the rows are, and only at once its bytes too.
    pub rate: Option<f64>,
}

impl Plan {
    /// 2026-01-05 08:00 UTC, a Monday: the demo's files begin here, whenever they are made.
    pub const START: Stamp = Stamp(1_767_600_000_000);
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub calls: u64,
    /// Lines of the decisions logs, and their bytes.
    pub lines: u64,
    pub bytes: u64,
    /// Rows of the database.
    pub rows: u64,
}

/// More calls than this in the database would make it, and not the logs, what takes the time: they are about 20 000
/// rows.
const MOST_IN_TABLES: u64 = 15_000;

/// Writes the plan's files into `dir`. Files of an earlier demo there are replaced; where anything else stands in their
/// place, nothing is touched and the error says so.
pub fn write(dir: &Path, plan: &Plan) -> Result<Written> {
    clear(dir)?;
    // A longer demo is both longer and busier: 100 calls are an hour, 2.6 million a week.
    let span = (6.0 * MINUTE as f64 * (plan.calls.max(1) as f64).sqrt()) as i64;
    let traffic = Traffic::new(plan.seed, plan.start, 0, plan.calls as f64 * SECOND as f64 / span.max(1) as f64);
    let share = Share { rows: (plan.calls / 10).min(MOST_IN_TABLES), calls: plan.calls };
    let care = if plan.rate.is_some() { Care::Live } else { Care::AtOnce };
    let incident = Incident { begins: plan.start.plus(trouble(span)) };
    let mut stage = Stage::new(dir, (Calendar::Utc, care), (plan.seed, incident), traffic, share)?;
    let mut pace = plan.rate.map(Pace::new);
    if pace.is_some() {
        stage.log.unbuffered()?;
    }
    for _ in 0..plan.calls {
        stage.close_until(stage.traffic.due())?;
        stage.open()?;
        if let Some(pace) = &mut pace {
            pace.wait();
        }
    }
    stage.close_until(Stamp::LATEST)?;
    stage.log.flush()?;
    let written =
        Written { calls: stage.calls, lines: stage.log.lines, bytes: stage.log.bytes, rows: stage.tables.rows };
    stage.tables.finish().context("cannot finish the demo's database")?;
    Ok(written)
}

/// When the bad minutes begin, after the start: well inside the span, and by day where there is more than one.
fn trouble(span: i64) -> i64 {
    let inside = span * 2 / 5;
    if span < 2 * DAY { inside } else { inside / DAY * DAY + 2 * HOUR }
}

/// Keeps a rate in real time, without drift.
#[derive(Debug)]
struct Pace {
    next: Instant,
    step: Duration,
}

impl Pace {
    fn new(rate: f64) -> Self {
        Self { next: Instant::now(), step: Duration::from_secs_f64(1.0 / rate.clamp(0.001, 1e6)) }
    }

    fn wait(&mut self) {
        self.next += self.step;
        thread::sleep(self.next.saturating_duration_since(Instant::now()));
    }
}

/// Removes the files of an earlier demo, known by the mark in its database.
fn clear(dir: &Path) -> Result<()> {
    let database = dir.join(FILE);
    let logs: Vec<_> = match fs::read_dir(dir.join(FOLDER)) {
        Ok(entries) => entries.collect::<Result<_, _>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", dir.join(FOLDER).display())),
    };
    let exists = database.symlink_metadata().is_ok();
    if !exists && logs.is_empty() {
        return Ok(());
    }
    if !is_ours(&database) {
        bail!("{} holds logs that the demo did not write; give it an empty folder", dir.display());
    }
    for log in logs {
        if log.file_type()?.is_file() {
            fs::remove_file(log.path())?;
        }
    }
    for end in ["-wal", "-shm", ""] {
        let path = dir.join(format!("{FILE}{end}"));
        if path.symlink_metadata().is_ok() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Bytes 68 to 71 of a database file are its application's mark.
fn is_ours(database: &Path) -> bool {
    let mut head = [0; 72];
    let read = fs::File::open(database).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head[68..] == APPLICATION.to_be_bytes()
}

#[cfg(test)]
mod tests;
