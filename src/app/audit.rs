//! Whether the books agree: looked at anew a while after calls came, a part of the store at a time, so that no frame
//! waits for it.

use std::collections::HashMap;

use super::{App, Clock, Pane, Screen, Turn};
use crate::figures::Scope;
use crate::figures::audit::{Audit, Case, Check, Finding, Fold, Subject};
use crate::model::Stamp;

/// Calls that are looked at between two frames, a segment of the store: about 5 ms, or 15 where two sources tell each.
const AT_ONCE: usize = 65_536;

/// Milliseconds between two looks while the audit is not on the screen: only its badge is.
const UNSEEN: i64 = 5_000;

/// What was found, and what it was found in.
#[derive(Debug, Default)]
pub struct Auditing {
    pub audit: Audit,
    /// A line for each finding, and for each check that finds nothing: which finding it is.
    lines: Vec<(Check, Option<usize>)>,
    /// The scope and the store's revision that were looked at.
    of: Option<(Scope, u64)>,
    /// A look that is not done yet, and the revision it began at.
    fold: Option<(Fold, u64)>,
    /// Not before then, unless another scope is asked for.
    again: Stamp,
    /// What the usual cause is of a source's claims, and the calls that were asked.
    causes: HashMap<Subject, (Vec<u32>, Option<String>)>,
}

impl App {
    /// How many of the checks fail.
    pub fn failed_checks(&self) -> usize {
        self.auditing.audit.failed()
    }

    /// Whether the books were looked at, in any scope.
    pub fn is_audited(&self) -> bool {
        self.auditing.of.is_some()
    }

    pub fn audit(&self) -> &Audit {
        &self.auditing.audit
    }

    pub(super) fn checks_len(&self) -> usize {
        self.auditing.lines.len()
    }

    /// A line of the checks, and what fails it.
    pub fn check_at(&self, nth: usize) -> Option<(Check, Option<&Finding>)> {
        let (check, finding) = *self.auditing.lines.get(nth)?;
        Some((check, finding.and_then(|at| self.auditing.audit.findings.get(at))))
    }

    /// The finding under the cursor of the checks.
    pub fn current_finding(&self) -> Option<&Finding> {
        self.check_at(self.place().cursor(Pane::Checks).nth)?.1
    }

    /// The call that fails it, under the cursor of the cases.
    pub fn current_case(&self) -> Option<Case> {
        self.current_finding()?.cases.get(self.place().cursor(Pane::Cases).nth).copied()
    }

    /// Why the log of a finding may claim what it does.
    pub fn cause_of(&self, finding: &Finding) -> Option<&str> {
        self.auditing.causes.get(&finding.about)?.1.as_deref()
    }

    /// Causes may be others by other prices: asks anew.
    pub(super) fn forget_causes(&mut self) {
        self.auditing.causes.clear();
        self.auditing.of = None;
    }

    /// What a line of the checks is known by while others come and go.
    pub(super) fn check_id(&self, nth: usize) -> Option<u32> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let (check, finding) = self.check_at(nth)?;
        let mut hasher = DefaultHasher::new();
        (check, finding.map(|finding| finding.about)).hash(&mut hasher);
        Some(hasher.finish() as u32)
    }

    /// The first line that fails: where a person begins.
    pub(super) fn first_failed(&self) -> usize {
        self.auditing.lines.iter().position(|(_, finding)| finding.is_some()).unwrap_or(0)
    }

    /// Looks at the books again if they have changed, as far as there is time for it.
    pub(super) fn refresh_audit(&mut self) {
        if let Some(due) = self.audit_due()
            && self.now >= due
        {
            if self.auditing.fold.is_none() {
                self.auditing.fold = Some((Fold::new(self.scope()), self.store.revision()));
            }
            self.go_on_auditing();
        }
    }

    fn go_on_auditing(&mut self) {
        let Some((mut fold, revision)) = self.auditing.fold.take() else { return };
        if *fold.scope() != self.scope() {
            fold = Fold::new(self.scope());
        }
        let mut looked = 0;
        while let Some(calls) = fold.step(&self.store) {
            looked += calls;
            if looked >= AT_ONCE {
                self.auditing.fold = Some((fold, revision));
                return;
            }
        }
        self.auditing.of = Some((fold.scope().clone(), revision));
        let audit = fold.finish(&self.store);
        self.explain(&audit);
        let mut nth = 0;
        self.auditing.lines = audit
            .lines()
            .map(|(check, finding)| {
                let at = finding.map(|_| nth);
                nth += usize::from(finding.is_some());
                (check, at)
            })
            .collect();
        self.auditing.audit = audit;
        self.auditing.again = self.now.plus(self.rest());
    }

    /// Asks those who know prices what they make of the findings: only of what was not asked before.
    fn explain(&mut self, audit: &Audit) {
        for finding in audit.findings.iter().filter(|finding| matches!(finding.about, Subject::Claim { .. })) {
            let asked: Vec<u32> = finding.sample().collect();
            if self.auditing.causes.get(&finding.about).is_some_and(|(known, _)| *known == asked) {
                continue;
            }
            let (pricer, store) = (&mut self.pricer, &self.store);
            let causes = asked.iter().map(|row| pricer.likely_cause(store.row(*row)));
            let usual = Finding::usual(causes);
            self.auditing.causes.insert(finding.about, (asked, usual));
        }
    }

    /// When the books are to be looked at again; `None` while nothing has changed.
    pub(super) fn audit_due(&self) -> Option<Stamp> {
        if self.clock != Clock::Live || !self.loading.caught_up || self.store.is_empty() {
            return None;
        }
        if self.auditing.fold.is_some() {
            return Some(self.now);
        }
        let rest = if self.screen() == Screen::Audit { 0 } else { UNSEEN };
        match &self.auditing.of {
            Some((scope, revision)) if *scope == self.scope() => {
                (*revision != self.store.revision()).then(|| self.auditing.again.plus(rest))
            }
            _ => Some(self.now),
        }
    }

    /// Goes to the next check that fails, or the one before.
    pub(super) fn turn_failed(&mut self, turn: Turn) {
        let here = self.place().cursor(Pane::Checks).nth;
        let failed = |(nth, (_, finding)): (usize, &(Check, Option<usize>))| finding.map(|_| nth);
        let failed: Vec<usize> = self.auditing.lines.iter().enumerate().filter_map(failed).collect();
        let next = match turn {
            Turn::Next => failed.iter().find(|nth| **nth > here).or(failed.first()),
            Turn::Previous => failed.iter().rev().find(|nth| **nth < here).or(failed.last()),
        };
        match next {
            Some(nth) => self.show_check(*nth),
            None => self.refuse("no check fails"),
        }
    }

    /// Puts the cursor on a line of the checks, and on the newest of its calls.
    pub(super) fn show_check(&mut self, nth: usize) {
        let id = self.check_id(nth);
        let place = self.place_mut();
        place.focus = Pane::Checks;
        let cursor = place.cursor_mut(Pane::Checks);
        (cursor.id, cursor.nth) = (id, nth);
        self.first_case();
    }

    /// Another finding begins with its newest call.
    pub(super) fn first_case(&mut self) {
        let cursor = self.place_mut().cursor_mut(Pane::Cases);
        (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
    }

    /// The next or previous call that fails the check under the cursor.
    pub(super) fn turn_case(&mut self, turn: Turn) {
        let here = self.place().cursor(Pane::Cases).nth;
        let next = if turn == Turn::Next { here.checked_add(1) } else { here.checked_sub(1) };
        match next.and_then(|nth| Some((nth, self.id_at(Pane::Cases, nth)?))) {
            Some((nth, row)) => {
                let cursor = self.place_mut().cursor_mut(Pane::Cases);
                (cursor.id, cursor.nth) = (Some(row), nth);
            }
            None if turn == Turn::Next => self.refuse("this is the last call that fails"),
            None => self.refuse("this is the first call that fails"),
        }
    }

    /// Goes to the first check that the books of the pair under the cursor fail.
    pub(super) fn open_pair(&mut self) {
        let Some(pair) = self.audit().pairs.get(self.place().cursor(Pane::Pairs).nth) else { return };
        let books = Some((pair.left.min(pair.right), pair.left.max(pair.right)));
        let fails = |(_, finding): &(Check, Option<usize>)| {
            finding.is_some_and(|at| self.auditing.audit.findings[at].about.sources() == books)
        };
        match self.auditing.lines.iter().position(fails) {
            Some(nth) => self.show_check(nth),
            None => self.refuse("these books agree"),
        }
    }
}
