//! Between two frames: figures, lists and cursors brought up to date, and what is missing asked for.

use super::{App, Clock, Effect, Pane, PaneKind, Screen};
use crate::model::Stamp;
use crate::model::time::{MINUTE, SECOND};

/// The id of the line that stands for all groups.
const ALL: u32 = u32::MAX;

impl App {
    /// Brings everything up to date with what came and what was pressed. Must run before a frame is drawn.
    pub fn settle(&mut self, now: Stamp) -> Vec<Effect> {
        self.now = self.now.max(now);
        if self.toast.as_ref().is_some_and(|toast| self.now >= toast.ends()) {
            self.toast = None;
        }
        self.look_back();
        self.refresh_figures();
        self.refresh_heat();
        self.refresh_hues();
        self.refresh_past();
        self.refresh_goals();
        self.refresh_shape();
        self.refresh_audit();
        self.refresh_alerts();
        self.order_lists();
        self.refresh_columns();
        self.refresh_comparison();
        self.refresh_pair();
        self.refresh_templates();
        self.anchor();
        self.ask_alias();
        self.refresh_trust();
        self.refresh_brush();
        self.refresh_call();
        self.refresh_drawer();
        self.look_into_bodies();
        self.look_into_prompts();
        self.continue_scan();
        std::mem::take(&mut self.outbox)
    }

    /// When [`App::settle`] is due without anything happening: never more often than the whole minute while idle.
    pub fn due(&self) -> Stamp {
        let minute = self.now.floor(MINUTE).plus(MINUTE);
        let toast = self.toast.as_ref().map(super::Toast::ends);
        let figures = [toast, self.figures_due(), self.lists_due(), self.drawer_due(), self.bodies_due()];
        let others = [self.audit_due(), self.comparison_due(), self.templates_due(), self.back_due()];
        let others = others.into_iter().chain([self.trust_due(), self.brush_due(), self.scan_due()]);
        let others = others.chain([self.range_due(), self.past_due()]);
        let all = figures.into_iter().chain(others);
        all.into_iter().flatten().fold(minute, Stamp::min)
    }

    /// How many lines a pane's list has.
    pub fn len(&self, pane: Pane) -> usize {
        match pane {
            Pane::Calls => self.calls_len(),
            Pane::Groups | Pane::Routes => self.group_ids(pane).len() + usize::from(self.chooses_all(pane)),
            Pane::Sources => self.sources.len(),
            Pane::Pairs => self.audit().pairs.len(),
            Pane::Checks => self.checks_len(),
            Pane::Cases => self.current_finding().map_or(0, |finding| finding.cases.len()),
            Pane::Fields => self.differ().map_or(0, |differ| differ.fields.len()),
            Pane::Steps => self.steps().len(),
            Pane::Findings => self.alerts_len(),
            Pane::Evidence => self.current_evidence().map_or(0, |shows| shows.rows().len()),
            Pane::Burn => self.standing.budgets.len() + self.standing.objectives.len(),
            Pane::Templates => self.templates().map_or(0, |found| found.lines.len()),
            Pane::Corrections => self.verdicts().map_or(0, |verdicts| verdicts.corrections.len()),
            Pane::Pair => self.pair_lines().len(),
            Pane::Confidence => self.place().lab.bins.count(),
            Pane::Cost | Pane::Latency | Pane::Heat => self.board.series.buckets.len(),
            Pane::Request | Pane::Response | Pane::Raw | Pane::Twins => self.text.shown(pane),
            Pane::Figures | Pane::Summary | Pane::Mix | Pane::Finding => {
                self.shown.pane(pane).map_or(0, |shown| shown.len)
            }
        }
    }

    /// The id of a line, and its place if it still has one.
    pub(super) fn id_at(&self, pane: Pane, nth: usize) -> Option<u32> {
        match pane {
            Pane::Calls => self.call_at(nth),
            Pane::Groups | Pane::Routes => {
                let all = (self.chooses_all(pane) && nth == self.group_ids(pane).len()).then_some(ALL);
                self.group_ids(pane).get(nth).copied().or(all)
            }
            Pane::Sources => self.sources.get(nth).map(|source| source.info.id.0),
            Pane::Pairs => self.audit().pairs.get(nth).map(|pair| pair.left.0 << 16 | pair.right.0 & 0xffff),
            Pane::Checks => self.check_id(nth),
            Pane::Cases => self.current_finding()?.cases.get(nth).map(|case| case.row),
            Pane::Fields => self.differ()?.fields.get(nth).map(|found| found.field.place() as u32),
            Pane::Steps => self.steps().get(nth).map(|step| step.factor as u32),
            Pane::Findings => self.alert_id(nth),
            Pane::Evidence => self.current_evidence()?.rows().nth(nth),
            Pane::Burn => self.goals().get(nth).map(|(place, _)| *place as u32),
            Pane::Templates => self.template_id(nth),
            Pane::Corrections => {
                let correction = self.verdicts()?.corrections.get(nth)?;
                Some(correction.from.0 << 16 ^ correction.to.0)
            }
            Pane::Confidence | Pane::Figures => (nth < self.len(pane)).then_some(nth as u32),
            Pane::Request | Pane::Response | Pane::Raw | Pane::Twins => Some(nth as u32),
            Pane::Cost | Pane::Latency | Pane::Heat => {
                // Seconds since 1970, of which a `u32` is enough to tell the buckets of one series apart.
                (nth < self.len(pane)).then(|| (self.board.series.time(nth).0 / SECOND) as u32)
            }
            _ => None,
        }
    }

    pub(super) fn position(&self, pane: Pane, id: u32) -> Option<usize> {
        match pane {
            Pane::Calls => self.call_position(id),
            Pane::Groups | Pane::Routes if id == ALL => self.chooses_all(pane).then(|| self.group_ids(pane).len()),
            Pane::Groups | Pane::Routes => self.group_ids(pane).iter().position(|known| *known == id),
            Pane::Sources => self.sources.iter().position(|source| source.info.id.0 == id),
            Pane::Pairs
            | Pane::Checks
            | Pane::Cases
            | Pane::Findings
            | Pane::Evidence
            | Pane::Templates
            | Pane::Corrections => (0..self.len(pane)).find(|nth| self.id_at(pane, *nth) == Some(id)),
            Pane::Fields => self.differ()?.fields.iter().position(|found| found.field.place() as u32 == id),
            Pane::Steps => self.steps().iter().position(|step| step.factor as u32 == id),
            Pane::Burn => self.goals().iter().position(|(place, _)| *place as u32 == id),
            Pane::Request | Pane::Response | Pane::Raw | Pane::Twins => Some(id as usize),
            Pane::Confidence | Pane::Figures => Some(id as usize),
            Pane::Cost | Pane::Latency | Pane::Heat => {
                let start = self.board.series.start;
                let after = id.wrapping_sub((start.0 / SECOND) as u32) as i32;
                self.board.series.index(start.plus(i64::from(after) * SECOND))
            }
            _ => None,
        }
    }

    /// Puts the cursors of the place back on their lines, wherever those are now, and keeps them on the same height
    /// of the pane, so that new lines come in above without anything jumping.
    pub(super) fn anchor(&mut self) {
        let screen = self.screen();
        for pane in screen.panes().iter().copied().chain((screen == Screen::Call).then_some(Pane::Calls)) {
            self.anchor_pane(pane);
        }
    }

    pub(super) fn anchor_pane(&mut self, pane: Pane) {
        let mut cursor = *self.place().cursor(pane);
        let len = self.len(pane);
        let height = self.shown.height(pane);
        let line = cursor.nth.saturating_sub(cursor.top);
        cursor.nth = match (pane.kind(), cursor.id) {
            (PaneKind::Text, _) => cursor.nth.min(len.saturating_sub(height)),
            (PaneKind::Graph | PaneKind::Strip, None) => len.saturating_sub(1),
            (_, None) if pane == Pane::Checks => self.first_failed(),
            (_, None) => 0,
            (_, Some(id)) => self.position(pane, id).unwrap_or(cursor.nth).min(len.saturating_sub(1)),
        };
        if pane.kind() == PaneKind::Text {
            cursor.top = cursor.nth;
        } else {
            cursor.top = cursor.nth.saturating_sub(line);
            cursor.top = cursor.top(height, len);
        }
        *self.place_mut().cursor_mut(pane) = cursor;
    }

    /// Whether nothing has come for a while although everything was read: milliseconds since.
    pub fn silent_for(&self) -> Option<i64> {
        let heard = self.heard.filter(|_| self.loading.caught_up && self.clock == Clock::Live)?;
        Some(self.now.0 - heard.0)
    }
}
