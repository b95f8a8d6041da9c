//! Whether the terminal is dark or light: it is asked once, before anything else reads from it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use terminal_colorsaurus::{Error, QueryOptions, background_color};

use crate::app::{Code, Key};

/// How long a terminal has to answer. Those that do not know the question answer the one after it at once.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long after that its answer may still come.
const LATEST: Duration = Duration::from_secs(3);

/// The terminal was asked and has not answered yet.
static OWED: AtomicBool = AtomicBool::new(false);

/// Whether the background is light; `None` where the terminal does not say so in time.
pub fn is_light() -> Option<bool> {
    let mut options = QueryOptions::default();
    options.timeout = PATIENCE;
    match background_color(options) {
        Ok(color) => Some(color.perceived_lightness() > 0.5),
        Err(error) => {
            OWED.store(matches!(error, Error::Timeout(_)), Ordering::SeqCst);
            None
        }
    }
}

/// Keeps an answer that comes too late from being taken for keys: `Alt-]`, then `11;rgb:…`, to `^g` or `Alt-\`.
#[derive(Debug)]
pub struct Late {
    until: Option<Instant>,
    inside: bool,
}

impl Late {
    /// Whether an answer is still owed is asked once: it comes once.
    pub fn begin() -> Self {
        let owed = OWED.swap(false, Ordering::SeqCst);
        Self { until: owed.then(|| Instant::now() + LATEST), inside: false }
    }

    /// Whether a key is part of the answer.
    pub fn swallows(&mut self, key: Key) -> bool {
        let Some(until) = self.until else { return false };
        let alt = |c: char| key == Key { code: Code::Char(c), ctrl: false, alt: true };
        if self.inside {
            if key == Key::ctrl('g') || alt('\\') {
                (self.until, self.inside) = (None, false);
            }
            return true;
        }
        if Instant::now() > until {
            self.until = None;
            return false;
        }
        self.inside = alt(']');
        self.inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_presses_no_keys_and_those_after_it_count() {
        let alt = |c: char| Key { code: Code::Char(c), ctrl: false, alt: true };
        for end in [Key::ctrl('g'), alt('\\')] {
            let mut late = Late { until: Some(Instant::now() + LATEST), inside: false };
            assert!(!late.swallows(Key::char('j')), "a person may be faster");
            let answer = "11;rgb:1a1a/1b1b/2626".chars().map(Key::char);
            assert!([alt(']')].into_iter().chain(answer).chain([end]).all(|key| late.swallows(key)));
            assert!(!late.swallows(Key::char('q')) && !late.swallows(alt(']')));
        }
        let mut asked_nothing = Late { until: None, inside: false };
        assert!(!asked_nothing.swallows(alt(']')));
    }
}
