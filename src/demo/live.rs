//! The demo as it runs: a week of history in a moment, and then calls as they come, written the way separate apps
//! would: a line by one append, a row by one transaction, the outcome when the answer is there.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::scenario::incident::Incident;
use super::scenario::traffic::Traffic;
use super::stage::{Share, Stage};
use super::writer::days::Calendar;
use super::writer::tables::Care;
use crate::model::Stamp;
use crate::model::time::{DAY, MINUTE, SECOND};

/// The stretch that is told in full, so that the shortest window is rich at once.
const RECENT: i64 = 75 * MINUTE;
/// How long before now the provider's bad minutes begin.
const INCIDENT: i64 = 20 * MINUTE;
/// Calls of the six days before yesterday, and of the day before [`RECENT`].
const WEEK_CALLS: f64 = 1_000.0;
const DAY_CALLS: f64 = 1_500.0;
/// Calls a second at the end of history, whatever the rate after it: more would only take longer to write.
const HISTORY_RATE: f64 = 3.0;
/// The longest a live call takes, in milliseconds.
const LONGEST: u32 = 40_000;
/// How soon a word to stop is heard.
const NAP: Duration = Duration::from_millis(20);
/// A writer that is this late (the machine slept) leaves the missed calls out.
const LATE: i64 = 5 * SECOND;

/// A demo whose history is written, ready to go on.
#[derive(Debug)]
pub struct Live {
    stage: Stage,
}

/// Writes history and then goes on until `stop`; returns within a tenth of a second of it.
pub fn live(dir: &Path, seed: u64, rate: f64, stop: &Arc<AtomicBool>) -> Result<()> {
    Live::begin(dir, seed, rate, Stamp::now())?.run(stop)
}

impl Live {
    /// Writes the week up to `now` into `dir`, about ten thousand calls; when it returns, all of it can be read.
    /// `rate` is what comes after: calls a second, bursts not counted.
    pub fn begin(dir: &Path, seed: u64, rate: f64, now: Stamp) -> Result<Self> {
        let rate = rate.clamp(0.01, 1_000.0);
        let ahead = i64::from(now.local().offset().local_minus_utc()) * SECOND;
        let traffic = Traffic::new(seed, now.minus(7 * DAY), ahead, WEEK_CALLS / (6 * DAY / SECOND) as f64);
        let incident = Incident { begins: now.minus(INCIDENT) };
        // More rows than in `write`: at three calls a second the tables should move, too.
        let share = Share { rows: 1, calls: 5 };
        let mut stage = Stage::new(dir, (Calendar::Local, Care::AtOnce), (seed, incident), traffic, share)?;
        stage.longest = LONGEST;
        history(&mut stage, rate.min(HISTORY_RATE), now)?;
        stage.traffic.rate = rate;
        stage.log.unbuffered()?;
        stage.tables.commit()?;
        Ok(Self { stage })
    }

    /// Goes on at the given rate until `stop`.
    pub fn run(mut self, stop: &AtomicBool) -> Result<()> {
        let stage = &mut self.stage;
        while !stop.load(Ordering::Relaxed) {
            let now = Stamp::now();
            stage.close_until(now)?;
            if stage.traffic.due() <= now.minus(LATE) {
                stage.traffic.skip_to(now);
            }
            if stage.traffic.due() <= now {
                stage.open()?;
                continue;
            }
            let next = stage.due().map_or(stage.traffic.due(), |due| due.min(stage.traffic.due()));
            let wait = Duration::from_millis(u64::try_from(next.0 - now.0).unwrap_or(0));
            thread::sleep(wait.min(NAP));
        }
        self.stage.tables.finish()?;
        Ok(())
    }
}

fn history(stage: &mut Stage, rate: f64, now: Stamp) -> Result<()> {
    play(stage, now.minus(DAY), |_| ())?;
    stage.traffic.rate = DAY_CALLS / ((DAY - RECENT) / SECOND) as f64;
    play(stage, now.minus(RECENT), |_| ())?;
    // From a third of the rate up to all of it, so that nothing jumps where history ends.
    stage.traffic.rhythm = false;
    play(stage, now, |traffic| {
        let part = 1.0 - (now.0 - traffic.due().0) as f64 / RECENT as f64;
        traffic.rate = rate * (0.35 + 0.65 * part.clamp(0.0, 1.0).powi(2));
    })?;
    stage.close_until(now)
}

fn play(stage: &mut Stage, until: Stamp, adjust: impl Fn(&mut Traffic)) -> Result<()> {
    while stage.traffic.due() < until {
        adjust(&mut stage.traffic);
        stage.close_until(stage.traffic.due())?;
        stage.open()?;
    }
    // The last wait was drawn at the pace of this stretch, and the next may be a hundred times faster.
    stage.traffic.cut_to(until);
    Ok(())
}
