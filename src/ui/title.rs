//! What the terminal's window and its tab in the task bar are called while the monitor runs.

use super::numbers;
use crate::app::{App, Clock, Show};

/// `callscope · $13.51 today · 3 alerts`. Nothing private, so it is the same while masked.
pub fn title(app: &App) -> String {
    let mut words = vec!["callscope".to_owned()];
    if app.loading.caught_up {
        words.push(format!("{} today", app.daily.today().cost_text(numbers::money)));
    }
    match app.alerts_in(Show::New).count() {
        0 => {}
        1 => words.push("1 alert".to_owned()),
        new => words.push(format!("{new} alerts")),
    }
    if matches!(app.clock, Clock::Paused { .. }) {
        words.push("paused".to_owned());
    }
    words.join(" · ")
}
