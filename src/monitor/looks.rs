//! When the rules look: not more often than once a second, and never for more than a tenth of the time.

use std::time::{Duration, Instant};

use crate::app::App;
use crate::model::Stamp;

/// The least time from the end of a look to the next one, and how many times as long as a look took: nine tenths are
/// left to reading and drawing.
pub const REST: Duration = Duration::from_secs(1);
pub const TIMES: u32 = 9;

/// How long rules may look before keys and calls are looked at again; one part may take somewhat longer.
const TURN: Duration = Duration::from_millis(4);

/// See the module.
#[derive(Debug, Default)]
pub struct Looks {
    /// How long the look has taken so far.
    spent: Duration,
    /// Not before then.
    after: Option<Instant>,
}

impl Looks {
    /// Lets the rules look for a turn, if they may. Whether a look is done now, so that there may be something to show.
    pub fn turn(&mut self, app: &mut App) -> bool {
        let began = Instant::now();
        if self.after.is_some_and(|after| began < after) || app.look_due().is_none_or(|due| Stamp::now() < due) {
            return false;
        }
        let mut goes_on = app.look(Stamp::now());
        while goes_on && began.elapsed() < TURN {
            goes_on = app.look(Stamp::now());
        }
        self.spent += began.elapsed();
        if !goes_on {
            let rest = REST.max(std::mem::take(&mut self.spent) * TIMES);
            self.after = Some(Instant::now() + rest);
        }
        !goes_on
    }

    /// When the rules are to look, or to go on.
    pub fn due(&self, app: &App) -> Option<Instant> {
        let millis = (app.look_due()?.0 - Stamp::now().0).clamp(0, 60_000) as u64;
        let due = Instant::now() + Duration::from_millis(millis);
        Some(self.after.map_or(due, |after| due.max(after)))
    }
}
