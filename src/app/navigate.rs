//! Going deeper, back, and sideways.

use super::{App, Column, Pane, PaneKind, Place, Screen, Side, Span, Step, Turn, chips};
use crate::figures::audit::Subject;

impl App {
    /// Goes deeper from the line under the cursor.
    pub(super) fn open(&mut self) {
        let pane = self.focus();
        match pane {
            Pane::Calls if self.brushes(pane) => self.open_range(),
            Pane::Heat if self.brushed(pane).is_none_or(|sum| sum.calls == 0) => self.refuse("there are no calls here"),
            Pane::Evidence | Pane::Calls | Pane::Summary if self.screen() != Screen::Call => {
                match self.current_call() {
                    Some(row) => self.open_call(row),
                    None => self.refuse("there is no call here"),
                }
            }
            Pane::Checks | Pane::Cases => match self.current_case() {
                Some(case) => {
                    let about = self.current_finding().map(|finding| finding.about);
                    self.open_call(case.row);
                    if let Some(Subject::Differ { .. } | Subject::Only { .. }) = about
                        && self.has_twins()
                    {
                        // What each book says, side by side.
                        self.focus_on(Pane::Twins);
                    }
                }
                None => self.refuse("no call fails this check"),
            },
            Pane::Findings | Pane::Finding => self.open_evidence(),
            Pane::Pairs => self.open_pair(),
            Pane::Routes if self.chooses_all(pane) && self.current_group(pane).is_none() => {
                self.open_calls(std::iter::empty());
            }
            Pane::Groups
            | Pane::Routes
            | Pane::Confidence
            | Pane::Corrections
            | Pane::Cost
            | Pane::Latency
            | Pane::Heat
            | Pane::Sources
            | Pane::Templates => match self.selected_terms() {
                Some(terms) => self.open_calls(terms.into_iter()),
                None => self.refuse("there is nothing here to open"),
            },
            Pane::Fields => self.open_field(),
            Pane::Steps => self.open_step(),
            Pane::Figures => self.open_figure(),
            Pane::Burn => self.open_goal(),
            _ => self.refuse_keyed("nothing opens here: {next-pane} goes to the next pane"),
        }
    }

    /// The terms that the line under the cursor stands for: a part of what another pane shows of one group belongs to
    /// that group.
    pub(super) fn selected_terms(&self) -> Option<Vec<String>> {
        let pane = self.focus();
        let of = match (self.screen(), pane) {
            (Screen::Models, Pane::Cost) => self.line_term(Pane::Groups),
            (Screen::Routes, Pane::Confidence | Pane::Corrections | Pane::Cost) => self.line_term(Pane::Routes),
            _ => None,
        };
        let bin = self.line_term(pane)?;
        Some(of.into_iter().chain([bin]).collect())
    }

    pub(super) fn open_call(&mut self, row: u32) {
        let mut place = Place::new(Screen::Call);
        place.row = Some(row);
        *place.cursor_mut(Pane::Calls) = *self.place().cursor(Pane::Calls);
        place.cursor_mut(Pane::Calls).id = Some(row);
        self.push(place);
    }

    pub(super) fn open_calls(&mut self, terms: impl Iterator<Item = String>) {
        let text = terms.fold(self.filter.text.clone(), |text, term| chips::with(&text, &term));
        self.push(Place::new(Screen::Calls));
        self.try_filter(&text);
        self.place_mut().chips = self.filter.chips.len();
    }

    /// Adds a place to the trail.
    pub(super) fn push(&mut self, mut place: Place) {
        let text = self.filter.text.clone();
        place.filter.clone_from(&text);
        place.chips = self.filter.chips.len();
        place.range = self.range;
        self.place_mut().filter = text;
        self.zoomed = false;
        self.search = None;
        self.chooser = None;
        self.trail.push(place);
    }

    /// Closes what lies on top; then the zoom, then the range of time, then the last chip, then the place.
    pub(super) fn back(&mut self) {
        if self.help.take().is_some() {
        } else if self.prompt.is_some() {
            self.abandon();
        } else if self.drawer.take().is_some() || self.chooser.take().is_some() || self.drop_brush() {
        } else if self.zoomed {
            self.zoomed = false;
        } else if self.search.take().is_some() || self.screen() == Screen::Calls && self.unmark() {
        } else if self.range != self.place().range {
            self.set_span(Span { range: self.place().range, ..self.span() });
        } else if self.filter.chips.len() > self.place().chips {
            let kept = &self.filter.chips[..self.filter.chips.len() - 1];
            self.try_filter(&chips::join(kept));
            self.typed = self.rescoped;
        } else if self.trail.len() > 1 {
            self.back_to(self.trail.len() - 2);
        } else {
            self.refuse_keyed("this is the first screen: {quit} quits");
        }
    }

    /// Goes back to a stop of the trail.
    pub(super) fn back_to(&mut self, stop: usize) {
        if stop + 1 < self.trail.len() {
            let range = self.trail[stop + 1].range;
            if !self.leave_window(stop + 1) {
                self.set_span(Span { range, ..self.span() });
            }
            self.trail.truncate(stop + 1);
            (self.zoomed, self.search, self.help, self.drawer, self.chooser) = (false, None, None, None, None);
            let text = self.place().filter.clone();
            self.try_filter(&text);
        }
    }

    /// Goes to a tab, which is as it was left; the filter stays.
    pub(super) fn go(&mut self, screen: Screen) {
        let Some(tab) = screen.tab() else {
            if self.screen() != screen {
                self.push(Place::new(screen));
            }
            return;
        };
        self.zoomed = false;
        self.help = None;
        self.search = None;
        self.chooser = None;
        self.leave_window(0);
        let root = if self.trail.is_empty() { None } else { self.trail.drain(..).next() };
        if let Some(mut root) = root {
            (root.chips, root.range) = (0, None);
            if let Some(tab) = root.screen.tab() {
                self.tabs[tab] = root;
            }
        }
        self.trail.push(self.tabs[tab].clone());
    }

    /// The next or previous tab; inside a call, the next or previous call of its list; on the audit, of those that fail.
    /// Another call in the place of the one that is shown, from its beginning.
    pub(super) fn show_call(&mut self, row: u32) {
        self.search = None;
        let place = self.place_mut();
        place.row = Some(row);
        for pane in Screen::Call.panes() {
            let cursor = place.cursor_mut(*pane);
            (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
        }
    }

    pub(super) fn sibling(&mut self, turn: Turn) {
        if self.screen() == Screen::Audit {
            return self.turn_case(turn);
        }
        if self.screen() != Screen::Call {
            let tabs = Screen::TABS.len();
            let here = self.tab().tab().unwrap_or(0);
            let next = if turn == Turn::Next { here + 1 } else { here + tabs - 1 };
            return self.go(Screen::TABS[next % tabs]);
        }
        if let Some(rows) = self.failing_calls() {
            return self.turn_failing(turn, &rows);
        }
        let here = self.place().cursor(Pane::Calls).nth;
        let listed = self.place().row.and_then(|row| self.call_position(row));
        let next = match (turn, listed) {
            (Turn::Next, Some(here)) => here.checked_add(1),
            (Turn::Previous, Some(here)) => here.checked_sub(1),
            // It has left the list; its neighbours are where it was.
            (_, None) => Some(here),
        };
        let Some((nth, row)) = next.and_then(|nth| Some((nth, self.call_at(nth)?))) else {
            return self.refuse(if turn == Turn::Next { "this is the last call" } else { "this is the first call" });
        };
        self.show_call(row);
        // The way back leads to the call that was last looked at.
        let trail = self.trail.len();
        for place in self.trail.iter_mut().skip(trail.saturating_sub(2)) {
            let cursor = place.cursor_mut(Pane::Calls);
            (cursor.id, cursor.nth) = (Some(row), nth);
        }
        self.keep_mark();
    }

    /// The calls that fail the check from which the call that is shown was opened.
    fn failing_calls(&self) -> Option<Vec<u32>> {
        let before = self.trail.len().checked_sub(2).and_then(|at| self.trail.get(at))?;
        let (_, finding) = self.check_at(before.cursor(Pane::Checks).nth).filter(|_| before.screen == Screen::Audit)?;
        Some(finding?.cases.iter().map(|case| case.row).collect())
    }

    /// The next or previous of them; the way back leads to it.
    fn turn_failing(&mut self, turn: Turn, rows: &[u32]) {
        let here = rows.iter().position(|row| Some(*row) == self.place().row).unwrap_or(0);
        let next = if turn == Turn::Next { here.checked_add(1) } else { here.checked_sub(1) };
        let Some((nth, row)) = next.and_then(|nth| Some((nth, *rows.get(nth)?))) else {
            let end = if turn == Turn::Next { "last" } else { "first" };
            return self.refuse(format!("this is the {end} call that fails"));
        };
        self.search = None;
        self.place_mut().row = Some(row);
        let before = self.trail.len().saturating_sub(2);
        if let Some(before) = self.trail.get_mut(before) {
            let cursor = before.cursor_mut(Pane::Cases);
            (cursor.id, cursor.nth) = (Some(row), nth);
        }
    }

    /// Where the call that is shown stands in the list it was opened from, and how many that has.
    pub fn place_in_list(&self) -> (Option<usize>, usize) {
        let row = self.place().row;
        match self.failing_calls() {
            Some(rows) => (rows.iter().position(|other| Some(*other) == row), rows.len()),
            None => (row.and_then(|row| self.call_position(row)), self.calls_len()),
        }
    }

    /// Gives the keys to a pane of the screen.
    pub(super) fn focus_on(&mut self, pane: Pane) {
        if self.screen().panes().contains(&pane) {
            self.place_mut().focus = pane;
        }
    }

    /// The next or previous pane.
    pub(super) fn turn_focus(&mut self, turn: Turn) {
        let panes = self.screen().panes().iter().filter(|pane| **pane == self.focus() || self.is_of_use(**pane));
        let panes: Vec<Pane> = panes.copied().collect();
        let here = panes.iter().position(|pane| *pane == self.focus()).unwrap_or(0);
        let next = if turn == Turn::Next { here + 1 } else { here + panes.len() - 1 };
        // What was drawn has no pane at all where there are no calls.
        let nothing = !self.shown.clicks.is_empty() && self.shown.panes.is_empty();
        if panes.len() == 1 || nothing {
            return self.refuse("there is no other pane with anything in it");
        }
        self.place_mut().focus = panes[next % panes.len()];
    }

    /// Whether there is anything in a pane to go to it for.
    fn is_of_use(&self, pane: Pane) -> bool {
        let mixed = |row: super::GroupRow<'_>| row.named().is_some_and(|group| !group.mix.sorted().is_empty());
        match pane {
            Pane::Mix => self.current_group(Pane::Groups).is_some_and(mixed),
            Pane::Twins => self.has_twins(),
            Pane::Burn => !self.standing.is_empty(),
            Pane::Corrections => self.len(pane) > 0,
            Pane::Heat => self.shows_heat(),
            // The strip stands in its place.
            Pane::Latency => !self.place().strip.shown || self.shown.pane(pane).is_some(),
            _ => true,
        }
    }

    /// Moves the cursor of the focused pane, or of what lies on top.
    pub(super) fn step(&mut self, step: Step) {
        if let Some(top) = self.help {
            let (lines, height) = self.shown.help.unwrap_or_else(|| (super::keys::listed(self).len(), 10));
            self.help = Some(stepped(step, top, (lines + 1).saturating_sub(height), height));
            return;
        }
        if let Some(drawer) = &mut self.drawer {
            drawer.nth = stepped(step, drawer.nth, drawer.len(), 10);
            return;
        }
        if let Some(chooser) = &mut self.chooser {
            chooser.nth = stepped(step, chooser.nth, chooser.list.len(), 10);
            return;
        }
        self.step_in(self.focus(), step);
    }

    pub(super) fn step_in(&mut self, pane: Pane, step: Step) {
        if pane.kind() == PaneKind::Strip {
            return self.step_value(step);
        }
        let (len, height) = (self.len(pane), self.shown.height(pane));
        let mut cursor = *self.place().cursor(pane);
        if pane.kind() == PaneKind::Text {
            cursor.nth = stepped(step, cursor.nth, (len + 1).saturating_sub(height), height);
            cursor.top = cursor.nth;
        } else {
            if pane == Pane::Calls && step == Step::First {
                return self.stay_on_top();
            }
            let line = cursor.nth.saturating_sub(cursor.top);
            let nth = stepped(step, cursor.nth, len, height);
            // A page turns the list under the cursor; a row moves the cursor in the list.
            if matches!(step, Step::HalfUp | Step::HalfDown | Step::PageUp | Step::PageDown) {
                cursor.top = nth.saturating_sub(line);
            }
            if nth != cursor.nth || cursor.id.is_some() {
                cursor.id = self.id_at(pane, nth).filter(|_| step != Step::First || pane == Pane::Checks);
            }
            cursor.nth = nth;
            cursor.top = cursor.top(height, len);
        }
        *self.place_mut().cursor_mut(pane) = cursor;
        if pane == Pane::Calls {
            self.keep_mark();
        }
        if pane == Pane::Checks {
            self.first_case();
        }
        if pane == Pane::Findings {
            self.first_evidence();
        }
    }

    /// Remembers the newest call when the cursor leaves it: what comes after it is new.
    pub(super) fn keep_mark(&mut self) {
        let newest = self.kept.listing.newest(0);
        let place = self.place_mut();
        place.mark = match place.cursor(Pane::Calls).id {
            None => None,
            Some(_) => place.mark.or(newest),
        };
    }

    /// Puts the cursor on the newest call and keeps it there: the list is in the order of time then.
    pub(super) fn follow(&mut self) {
        self.place_mut().cursor_mut(Pane::Calls).sort = super::Sort::falling(Column::Time);
        self.stay_on_top();
    }

    /// Puts the cursor on the first call and keeps it on the first line.
    fn stay_on_top(&mut self) {
        let place = self.place_mut();
        let cursor = place.cursor_mut(Pane::Calls);
        (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
        place.mark = None;
    }

    /// Another column, or another moment of a graph.
    pub(super) fn side(&mut self, side: Side) {
        let pane = self.focus();
        let mut cursor = *self.place().cursor(pane);
        match pane.kind() {
            PaneKind::Table => {
                let shown = self.walked(pane);
                let here = shown.iter().position(|column| *column == cursor.column).unwrap_or(0);
                let next = if side == Side::Left { here.saturating_sub(1) } else { here + 1 };
                cursor.column = shown.get(next.min(shown.len().saturating_sub(1))).copied().unwrap_or(cursor.column);
            }
            PaneKind::Strip => return self.step_time(side),
            PaneKind::Graph => {
                let len = self.len(pane);
                let next = if side == Side::Left { cursor.nth.saturating_sub(1) } else { cursor.nth + 1 };
                cursor.nth = next.min(len.saturating_sub(1));
                // At the end it stays at the end.
                cursor.id = if next + 1 >= len && !self.brushes(pane) { None } else { self.id_at(pane, cursor.nth) };
            }
            // Text is cut to the width of its pane.
            PaneKind::Text | PaneKind::Lines => return self.refuse("there is nothing to the side of a text"),
            PaneKind::Bins if self.screen() == Screen::Routes => return self.move_line(side),
            PaneKind::Bins | PaneKind::Row => return self.step(if side == Side::Left { Step::Up } else { Step::Down }),
        }
        *self.place_mut().cursor_mut(pane) = cursor;
    }

    /// Sorts the focused table by a column; once more, the other way round.
    pub(super) fn sort_by(&mut self, by: Column) {
        let pane = self.focus();
        let mut cursor = *self.place().cursor(pane);
        let sort = cursor.sort;
        if !pane.sorts_by(by) {
            return self.refuse("this cannot be sorted so");
        }
        cursor.column = by;
        cursor.sort = if sort.by == by {
            super::Sort { by, falling: !sort.falling }
        } else {
            super::Sort { by, falling: by.falls() }
        };
        *self.place_mut().cursor_mut(pane) = cursor;
        self.resorted(pane);
    }

    pub(super) fn reverse(&mut self) {
        let pane = self.focus();
        let sort = &mut self.place_mut().cursor_mut(pane).sort;
        sort.falling = !sort.falling;
        self.resorted(pane);
    }

    /// A new order begins at its top.
    fn resorted(&mut self, pane: Pane) {
        let cursor = self.place_mut().cursor_mut(pane);
        (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
        self.place_mut().mark = None;
    }
}

/// Where a step leads in a list of `len` lines, `height` of which are seen.
fn stepped(step: Step, nth: usize, len: usize, height: usize) -> usize {
    let (half, page) = ((height / 2).max(1), height.max(1));
    let to = match step {
        Step::Up => nth.saturating_sub(1),
        Step::Down => nth + 1,
        Step::HalfUp => nth.saturating_sub(half),
        Step::HalfDown => nth + half,
        Step::PageUp => nth.saturating_sub(page),
        Step::PageDown => nth + page,
        Step::First => 0,
        Step::Last => usize::MAX,
    };
    to.min(len.saturating_sub(1))
}
