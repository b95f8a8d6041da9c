//! How the state changes by data: what readers hand over, and when figures are folded anew.

use std::sync::Arc;

use super::watch::Watch;
use super::{App, Clock, Daily, ROOM, SourceState, Span, TimeRange, Within};
use crate::figures::{Board, Listing, Pulse, Scope, pulse};
use crate::ingest::event::{Event, Health, SourceInfo};
use crate::model::time::DAY;
use crate::model::{Batch, SourceId, Stamp, Window};
use crate::query::Filter;
use crate::store::{SourceCard, Unobserved};

impl App {
    /// Takes in what a reader says.
    pub fn absorb(&mut self, event: Event, now: Stamp) {
        self.now = self.now.max(now);
        match event {
            Event::Found(info) => self.add_source(info),
            Event::Batch(batch) => self.take(batch),
            Event::Health(id, health) => {
                if let Some(at) = self.source_at.get(&id) {
                    self.sources[*at].health = health;
                }
                self.loading.add_up(&self.sources);
            }
            Event::LeftOut(left) => self.left_out.push(left),
            Event::CaughtUp => {
                self.loading.caught_up = true;
                self.settle_store();
                self.feel_pulses();
            }
        }
    }

    /// Some writers may have stopped before anybody looked.
    fn feel_pulses(&mut self) {
        let logs: Vec<SourceId> =
            self.sources.iter().map(|source| &source.info).filter(|info| !info.ends()).map(|info| info.id).collect();
        for (log, pulse) in pulse::before(&self.store, &logs, self.now) {
            if let Some(at) = self.source_at.get(&log) {
                self.sources[*at].pulse = pulse;
            }
        }
    }

    fn add_source(&mut self, info: SourceInfo) {
        let card = SourceCard {
            label: info.label(),
            table: info.table.clone(),
            family: info.family,
            format: info.format.clone(),
            scale: info.scale(),
        };
        self.store.add_source(info.id, card);
        // It may have been no log when it was looked at first.
        self.left_out.retain(|left| left.path != info.label());
        let info = Arc::new(info);
        if let Some(at) = self.source_at.get(&info.id) {
            self.sources[*at].info = info;
            return;
        }
        let at = self.sources.partition_point(|known| known.info.label() < info.label());
        self.sources.insert(at, SourceState { info, health: Health::default(), pulse: Pulse::default() });
        self.source_at = self.sources.iter().enumerate().map(|(at, source)| (source.info.id, at)).collect();
    }

    fn take(&mut self, batch: Batch) {
        if !batch.told.is_empty() {
            self.heard = Some(self.now);
        }
        if let Some(at) = self.source_at.get(&batch.source)
            && self.loading.caught_up
            && !batch.told.is_empty()
        {
            self.sources[*at].pulse.beat(self.now);
        }
        let Clock::Paused { at, behind } = self.clock else {
            return self.count(batch);
        };
        let records = batch.told.len() + batch.gone.len();
        self.clock = Clock::Paused { at, behind: behind + batch.told.len() };
        if self.held.overflowed || self.held.records + records > ROOM {
            // In the order they came: what waits goes first.
            self.held.overflowed = true;
            self.held.records = 0;
            // Nobody would tell it of these.
            self.rescoped |= self.counting.take().is_some();
            for waiting in std::mem::take(&mut self.held.batches) {
                self.store.absorb(waiting, &mut self.pricer, &mut Unobserved);
            }
            self.store.absorb(batch, &mut self.pricer, &mut Unobserved);
        } else {
            self.held.records += records;
            self.held.batches.push_back(batch);
        }
    }

    fn count(&mut self, batch: Batch) {
        let (daily, within, goals) = (&mut self.daily, &mut self.within, &mut self.goals);
        let mut watch = Watch::new(&self.store, &mut self.board, &mut self.kept, daily, within, goals);
        watch.alerting = Some(&mut self.alerting);
        watch.heat = self.heat.as_mut().map(|made| &mut made.it);
        watch.counting = self.counting.as_deref_mut();
        watch.newer = self.newer.as_mut();
        watch.pasts = Some(&mut self.pasts);
        self.store.absorb(batch, &mut self.pricer, &mut watch);
    }

    /// What all sources together say can be said once all were read, and counted when nothing is held.
    fn settle_store(&mut self) {
        if !self.loading.caught_up || self.clock != Clock::Live {
            return;
        }
        let (daily, within, goals) = (&mut self.daily, &mut self.within, &mut self.goals);
        let mut watch = Watch::new(&self.store, &mut self.board, &mut self.kept, daily, within, goals);
        watch.alerting = Some(&mut self.alerting);
        watch.heat = self.heat.as_mut().map(|made| &mut made.it);
        watch.counting = self.counting.as_deref_mut();
        watch.newer = self.newer.as_mut();
        watch.pasts = Some(&mut self.pasts);
        self.store.settle(&mut self.pricer, &mut watch);
    }

    /// Stops the counting, or catches up.
    pub(super) fn toggle_pause(&mut self) {
        if self.clock == Clock::Live {
            self.clock = Clock::Paused { at: self.now, behind: 0 };
            return;
        }
        self.clock = Clock::Live;
        let held = std::mem::take(&mut self.held);
        for batch in held.batches {
            self.count(batch);
        }
        self.settle_store();
        if held.overflowed {
            self.board.stale = true;
            self.kept.stale = true;
            self.daily = Daily::fold(&self.store, self.now);
            self.within = Within::fold(&self.store, &self.scope());
            self.newer = None;
            self.forget_past();
            self.forget_looks();
            self.fold_goals();
            self.fold_after = self.now;
        }
    }

    /// Prices every call anew, after the catalogue has changed.
    pub fn reprice(&mut self) {
        self.store.reprice(&mut self.pricer, &mut Unobserved);
        self.daily = Daily::fold(&self.store, self.moment());
        self.forget_looks();
        self.forget_past();
        self.fold_goals();
        self.rescoped = true;
    }

    /// The scope that window, bounds and filter make at this moment.
    pub fn scope(&self) -> Scope {
        Scope { filter: self.filter.parsed.clone(), ..self.scope_of(self.span()) }
    }

    /// The same of another part of time, without a filter.
    pub(super) fn scope_of(&self, span: Span) -> Scope {
        let now = self.moment();
        let (since, until) = match (span.range, span.bounds) {
            (Some(range), _) => range.bounds(now),
            (None, Some(bounds)) => bounds,
            (None, None) => (span.window.start(now), None),
        };
        let fine = span.range.is_some_and(TimeRange::is_fine);
        Scope { filter: Filter::All, since, until, sessions: true, fine }
    }

    /// Makes figures that are out of date anew: at once where the person asked for another scope or the window moved
    /// on, otherwise after a rest that grows with the store.
    pub(super) fn refresh_figures(&mut self) {
        self.choose_window();
        if self.clock == Clock::Live && !self.daily.holds(self.now) {
            self.daily = Daily::fold(&self.store, self.now);
        }
        self.refresh_newer();
        let since = self.scope_of(self.span()).since;
        let moved = since != self.board.scope.since;
        if moved && !self.filter.is_empty() {
            // `since:7d` in it counts back from now.
            self.reread_filter();
        }
        let stale = self.clock == Clock::Live && self.now >= self.fold_after;
        let board = self.rescoped || moved || (self.board.stale && stale);
        let list = self.rescoped || moved || (self.kept.stale && stale);
        if !board && !list {
            return;
        }
        if self.counts_beside() {
            return;
        }
        // What is folded at once is newer than what was being counted.
        let (board, list) = if self.counting.take().is_some() { (true, true) } else { (board, list) };
        let scope = self.scope();
        if !self.within.is_of(&scope) {
            self.within = Within::fold(&self.store, &scope);
        }
        if list {
            self.kept.listing = Listing::fold(&self.store, scope.clone());
            self.kept.stale = false;
        }
        if board {
            let live = self.board_ends();
            self.board = Board::fold(&self.store, scope, live);
            self.board.stale = false;
        }
        self.figures_stand();
    }

    /// List and board are those of the scope.
    pub(super) fn figures_stand(&mut self) {
        (self.rescoped, self.typed) = (false, false);
        self.lists.fold += 1;
        self.fold_after = self.now.plus(self.rest());
    }

    /// Where the series ends: now, unless the bounds end earlier; over all of time with the last call, if nothing has
    /// come for a day: a log of last year is not to be drawn as one bar beside a year of nothing.
    pub(super) fn board_ends(&self) -> Option<Stamp> {
        if let Some(range) = self.range {
            return Some(range.end.map_or(self.moment(), |end| end.minus(1)));
        }
        let until = self.bounds.and_then(|(_, until)| until);
        let newest = self.store.segments().iter().map(|segment| segment.latest).max();
        let over = self.bounds.is_some() || self.window == Window::All;
        let asleep = over && newest.is_none_or(|newest| newest < self.moment().minus(DAY));
        let live = until.is_none_or(|until| until >= self.moment()) && !asleep;
        live.then(|| self.moment())
    }

    /// Milliseconds between two folds that nobody asked for: about 120 ns a row on two cores, so this leaves the
    /// larger part of the time to reading and drawing.
    pub(super) fn rest(&self) -> i64 {
        250 + i64::from(self.store.len()) / 4_000
    }

    /// Whether figures and list hold everything that came: not while paused, nor for a moment while history comes.
    pub fn is_current(&self) -> bool {
        self.clock == Clock::Live && !self.board.stale && !self.kept.stale && !self.is_counting()
    }

    /// When figures that are behind may be folded anew.
    pub(super) fn figures_due(&self) -> Option<Stamp> {
        let behind = (self.board.stale || self.kept.stale) && self.clock == Clock::Live;
        behind.then_some(self.fold_after)
    }

    /// Without a window asked for: the hour as soon as a call falls in it; once everything is read, the smallest
    /// window that holds a call.
    fn choose_window(&mut self) {
        if self.window_settled || self.store.calls() == 0 {
            return;
        }
        match self.smallest_window() {
            Window::Hour => self.window_settled = true,
            window if self.loading.caught_up => {
                self.window = window;
                self.window_settled = true;
                self.rescoped = true;
            }
            _ => {}
        }
    }

    /// The smallest window that holds a call.
    fn smallest_window(&self) -> Window {
        let newest = self.newest_dated();
        let holds = |window: &Window| window.start(self.now).is_none_or(|start| newest.is_some_and(|at| at >= start));
        [Window::Hour, Window::Day, Window::Week, Window::Month].into_iter().find(holds).unwrap_or(Window::All)
    }

    /// The newest moment that a call tells itself: one that has none stands at the time of its file, which may be today.
    fn newest_dated(&self) -> Option<Stamp> {
        let segments = self.store.segments();
        let mut order: Vec<usize> = (0..segments.len()).collect();
        order.sort_unstable_by_key(|at| std::cmp::Reverse(segments[*at].latest));
        let mut newest: Option<Stamp> = None;
        for at in order {
            if newest.is_some_and(|newest| newest >= segments[at].latest) {
                break;
            }
            let dated = self.store.rows_of(at).filter(|row| !row.is_undated()).map(crate::store::Row::at);
            newest = newest.max(dated.max());
        }
        newest.or_else(|| segments.iter().map(|segment| segment.latest).max())
    }

    /// The window that is next when one looks further back: from an empty one to one that holds a call.
    pub fn next_window(&self) -> Window {
        let empty = self.board.total.calls == 0 && self.filter.is_empty() && self.store.calls() > 0;
        if empty { self.smallest_window() } else { self.window.longer() }
    }

    /// Looks through another window.
    pub(super) fn set_window(&mut self, window: Window) {
        (self.window, self.bounds, self.range) = (window, None, None);
        self.window_settled = true;
        self.window_chosen = true;
        self.rescoped = true;
        self.trail.iter_mut().for_each(|place| (place.came_from, place.range) = (None, None));
    }
}
