//! When to draw: the first change at once, then no more often than a screen can be read.

use std::time::{Duration, Instant};

/// Thirty frames a second.
const FRAME: Duration = Duration::from_millis(33);

/// See the module.
#[derive(Debug)]
pub struct Pace {
    dirty: bool,
    /// The last frame was drawn only because the one before it found out its size.
    again: bool,
    last: Option<Instant>,
}

impl Pace {
    /// The first frame is due at once.
    pub fn new() -> Self {
        Self { dirty: true, again: false, last: None }
    }

    /// Something has changed.
    pub fn change(&mut self) {
        self.dirty = true;
        self.again = false;
    }

    /// A frame was drawn. If it `grew`, another follows, but not one after that: a layout that never comes to rest
    /// must not keep the program busy.
    pub fn drawn(&mut self, grew: bool) {
        self.dirty = grew && !self.again;
        self.again = self.dirty;
        self.last = Some(Instant::now());
    }

    /// When the next frame is due, if there is anything to draw.
    pub fn next_frame(&self) -> Option<Instant> {
        self.dirty.then(|| self.last.map_or_else(Instant::now, |last| last + FRAME))
    }

    pub fn may_draw(&self) -> bool {
        self.next_frame().is_some_and(|due| due <= Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_is_drawn_at_once_and_the_next_waits_for_its_frame() {
        let mut pace = Pace::new();
        assert!(pace.may_draw());
        pace.drawn(false);
        assert_eq!(pace.next_frame(), None, "nothing to draw, nothing to wait for");
        pace.change();
        assert!(pace.next_frame().is_some_and(|due| due > pace.last.unwrap()));
        pace.last = Instant::now().checked_sub(FRAME);
        assert!(pace.may_draw());
    }

    #[test]
    fn a_layout_that_never_rests_is_drawn_twice() {
        let mut pace = Pace::new();
        pace.drawn(true);
        assert!(pace.next_frame().is_some());
        pace.drawn(true);
        assert_eq!(pace.next_frame(), None);
    }
}
