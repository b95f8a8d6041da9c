//! A part of time that was zoomed or moved to, in place of the window: the figures of the whole screen are those of its
//! calls. It ends now and goes on with it, or it lies in the past and stands still while calls go on being counted.

use super::{App, Clock, Pane, PaneKind, Within};
use crate::figures::{Scope, Series};
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::model::{Stamp, Window};

/// Lengths that people read easily, in milliseconds.
const LENGTHS: [i64; 24] = [
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
    2 * 365 * DAY,
    5 * 365 * DAY,
    10 * 365 * DAY,
    30 * 365 * DAY,
];

/// Shorter than this, and steps of a minute are too wide to draw.
const FINE: i64 = 50 * MINUTE;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Milliseconds.
    pub length: i64,
    /// The first moment after it; `None`: it ends now.
    pub end: Option<Stamp>,
}

impl TimeRange {
    pub fn is_fine(self) -> bool {
        self.length < FINE
    }

    /// Milliseconds between two moments at which it may begin: a step of its series, or a minute, so that what it holds
    /// changes now and then and not with every frame.
    fn tick(self) -> i64 {
        Series::step_for(self.length, if self.is_fine() { SECOND } else { MINUTE }).min(MINUTE)
    }

    /// The first moment inside.
    pub fn since(self, now: Stamp) -> Stamp {
        self.close(now).minus(self.length)
    }

    /// The first moment after it. One that ends now has its last step running.
    pub fn close(self, now: Stamp) -> Stamp {
        self.end.unwrap_or_else(|| now.floor(self.tick()).plus(self.tick()))
    }

    /// As bounds of a scope: the last moment is inside.
    pub fn bounds(self, now: Stamp) -> (Option<Stamp>, Option<Stamp>) {
        (Some(self.since(now)), self.end.map(|end| end.minus(1)))
    }
}

/// What part of time is looked at: a window, the bounds that stand instead of it, and the range that stands instead of
/// both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub window: Window,
    pub bounds: Option<(Option<Stamp>, Option<Stamp>)>,
    pub range: Option<TimeRange>,
}

/// Milliseconds of a window that always has the same.
fn length_of(window: Window) -> Option<i64> {
    match window {
        Window::Hour => Some(HOUR),
        Window::Day => Some(DAY),
        Window::Week => Some(7 * DAY),
        Window::Month => Some(30 * DAY),
        Window::Today | Window::All => None,
    }
}

impl App {
    /// What part of time is looked at.
    pub fn span(&self) -> Span {
        Span { window: self.window, bounds: self.bounds, range: self.range }
    }

    /// Looks at another.
    pub(super) fn set_span(&mut self, span: Span) {
        if self.span() != span {
            (self.window, self.bounds, self.range) = (span.window, span.bounds, span.range);
            self.rescoped = true;
        }
    }

    /// Milliseconds from the end of what is shown to now, if a range lies in the past.
    pub fn ago(&self) -> Option<i64> {
        let end = self.range?.end?;
        Some((self.now.0 - end.0).max(0))
    }

    /// Calls that are newer than the range that is shown.
    pub fn newer_calls(&self) -> u64 {
        self.newer.as_ref().map_or(0, |newer| newer.calls)
    }

    /// The series' span as a range: what is zoomed and moved.
    fn seen(&self) -> TimeRange {
        if let Some(range) = self.range {
            return range;
        }
        // A step back and one on must meet: the running minute does not make a window longer.
        if let (Some(length), None) = (length_of(self.window), self.bounds) {
            return TimeRange { length, end: None };
        }
        let now = self.moment();
        let Scope { since, until, .. } = self.scope_of(self.span());
        let since = since.unwrap_or(self.board.series.start);
        // The running minute is whole on the axis.
        let close = until.filter(|until| *until < now).map(|until| until.plus(1));
        let end = close.unwrap_or_else(|| now.floor(MINUTE).plus(MINUTE));
        TimeRange { length: (end.0 - since.0).max(1), end: close }
    }

    /// The moment that stays where it is on a graph while the axis is zoomed: that of the cursor. `None`: the end.
    fn fixed_point(&self, pane: Pane) -> Option<Stamp> {
        let series = &self.board.series;
        let nth = self.place().cursor(pane).nth;
        let followed = nth + 1 >= series.buckets.len();
        (pane.kind() == PaneKind::Graph && !followed).then(|| series.time(nth).plus(series.step / 2))
    }

    /// Looks at half as much time, or twice, about the cursor of a graph.
    pub(super) fn zoom_time(&mut self, pane: Pane, closer: bool) {
        let (seen, now) = (self.seen(), self.moment());
        let length = if closer {
            // What is nearly as long is no closer look.
            LENGTHS.into_iter().rev().find(|length| length * 10 <= seen.length * 9)
        } else {
            LENGTHS.into_iter().find(|length| length * 9 >= seen.length * 10)
        };
        let since = seen.since(now);
        if !closer && self.earliest().is_none_or(|earliest| since <= earliest) && seen.end.is_none() {
            return self.refuse("these are all calls there are");
        }
        let Some(length) = length else {
            let closest = "closer than two minutes there are single calls: {open}";
            return self.refuse_keyed(if closer { closest } else { "there is no longer time to look at" });
        };
        let range = TimeRange { length, end: None };
        let end = match (self.fixed_point(pane), seen.end) {
            (None, None) => None,
            (None, Some(end)) if closer => Some(end),
            (point, _) => {
                // A range of the past that no cursor is in grows to both sides.
                let point = point.unwrap_or(since.plus(seen.length / 2));
                let left = (point.0 - since.0) as f64 * length as f64 / seen.length as f64;
                Some(point.minus(left as i64).floor(range.tick()).plus(length))
            }
        };
        self.set_range(TimeRange { end, ..range });
    }

    /// Moves by half of what is seen.
    pub(super) fn move_in_time(&mut self, back: bool) {
        let (seen, now) = (self.seen(), self.moment());
        let half = (seen.length / 2).max(1);
        match (back, seen.end) {
            (true, _) if self.earliest().is_none_or(|earliest| seen.since(now) <= earliest) => {
                self.refuse("no call is older than these");
            }
            (false, None) => self.refuse_keyed("this is now: {earlier} goes back in time"),
            (true, _) => {
                let end = seen.close(now).minus(half).floor(seen.tick());
                self.set_range(TimeRange { end: Some(end), ..seen });
            }
            (false, Some(end)) => self.set_range(TimeRange { end: Some(end.plus(half)), ..seen }),
        }
    }

    /// Back to now; what is seen stays as long.
    pub(super) fn go_live(&mut self) {
        if let Some(range) = self.range {
            self.set_range(TimeRange { end: None, ..range });
        }
    }

    /// Back to the window.
    pub(super) fn leave_range(&mut self) {
        self.set_span(Span { range: None, ..self.span() });
    }

    /// One that reaches to now ends there, and one that is the window is none.
    fn set_range(&mut self, range: TimeRange) {
        let now = TimeRange { end: None, ..range };
        let range = if range.end.is_some_and(|end| end >= now.close(self.moment())) { now } else { range };
        let is_window = self.bounds.is_none() && range.end.is_none() && length_of(self.window) == Some(range.length);
        self.set_span(Span { range: (!is_window).then_some(range), ..self.span() });
    }

    /// The oldest call of the store.
    pub(super) fn earliest(&self) -> Option<Stamp> {
        self.store.segments().iter().map(|segment| segment.earliest).min()
    }

    /// Counts what comes after a range of the past.
    pub(super) fn refresh_newer(&mut self) {
        let end = self.range.and_then(|range| range.end);
        let Some(end) = end else {
            self.newer = None;
            return;
        };
        let scope = Scope { since: Some(end), ..Scope::default() };
        if self.newer.as_ref().is_none_or(|newer| !newer.is_of(&scope)) {
            self.newer = Some(Within::fold(&self.store, &scope));
        }
    }

    /// When a range that ends now moves on.
    pub(super) fn range_due(&self) -> Option<Stamp> {
        let range = self.range.filter(|range| range.end.is_none() && self.clock == Clock::Live)?;
        Some(range.close(self.now))
    }
}
