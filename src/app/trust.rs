//! The threshold lab: whose confidence is looked at, in which bins, and where the line is. What it says looks at every
//! row of the scope, so it is made for the screen that shows it, and then again after a rest.

use super::compare::{Made, is_due};
use super::{App, Clock, GroupRow, Grouping, Pane, Screen, Side, ToastKind, chips};
use crate::figures::trust::{self, Correction, Group};
use crate::figures::{Bins, Cut, Scope, Trust};
use crate::model::{Stamp, Window, clean};
use crate::store::NONE;

/// How a place looks at confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lab {
    /// The line, in hundredths; until it is moved, [`Lab::LINE`].
    line: Option<u32>,
    /// Which of the limits `%` asked for last.
    limit: Option<usize>,
    /// The number of the scale that was chosen; without, the one with the most calls.
    scale: Option<u16>,
    pub bins: Bins,
}

impl Lab {
    /// Where the line stands at first, in hundredths.
    const LINE: u32 = 80;

    pub fn line(&self) -> u32 {
        self.line.unwrap_or(Self::LINE)
    }
}

/// What is known of how a router was judged, over a scope or one of its groups.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// One a scale, the one with the most calls first.
    pub scales: Vec<Trust>,
    pub corrections: Vec<Correction>,
    /// Of the last thirty days, whatever the window: how many were overridden, of how many it is known.
    pub month: (u64, u64),
}

/// The last verdicts asked for.
pub(super) type Judged = Option<Made<(Scope, Group), Verdicts>>;

impl App {
    /// The group whose calls the lab is about; `None` for all of them.
    pub fn judged_group(&self) -> Option<GroupRow<'_>> {
        self.current_group(Pane::Routes)
    }

    /// How the calls that the lab is about were judged.
    pub fn verdicts(&self) -> Option<&Verdicts> {
        self.judged.as_ref().filter(|_| self.screen() == Screen::Routes).map(|made| &made.it)
    }

    /// What is known on the scale that is chosen; `None` where no log tells how sure a router was.
    pub fn trust(&self) -> Option<&Trust> {
        let scales = &self.verdicts()?.scales;
        let chosen = self.place().lab.scale;
        scales.iter().find(|trust| Some(trust.id) == chosen).or(scales.first())
    }

    /// What the line does.
    pub fn cut(&self) -> Option<Cut> {
        Some(self.trust()?.cut(self.place().lab.line()))
    }

    /// The share of wrong calls that `%` asked for last.
    pub fn asked_limit(&self) -> Option<f64> {
        self.stakes.limits.get(self.place().lab.limit?).copied()
    }

    /// Moves the line by a hundredth.
    pub(super) fn move_line(&mut self, side: Side) {
        let lab = &mut self.place_mut().lab;
        let line = lab.line();
        lab.line = Some(if side == Side::Left { line.saturating_sub(1) } else { (line + 1).min(100) });
    }

    /// Puts the line where it holds that at most so many of the accepted calls are wrong; each time, the next limit.
    pub(super) fn certify(&mut self) {
        let next = self.place().lab.limit.map_or(0, |limit| (limit + 1) % self.stakes.limits.len().max(1));
        let Some((trust, limit)) = self.trust().zip(self.stakes.limits.get(next).copied()) else {
            return self.refuse("no log tells how sure the router was");
        };
        let (held, words) = (trust.holding(limit), trust.promise(limit));
        let lab = &mut self.place_mut().lab;
        lab.limit = Some(next);
        match held {
            Ok(cut) => {
                lab.line = Some(cut.at / crate::figures::threshold::STEP);
                self.say(ToastKind::Done, words);
            }
            Err(_) => self.refuse(words),
        }
    }

    /// Looks at the next router's confidence: each means another thing by it.
    pub(super) fn next_scale(&mut self) {
        let Some(verdicts) = self.verdicts() else { return };
        let scales: Vec<(u16, String)> = verdicts.scales.iter().map(|trust| (trust.id, trust.scale.clone())).collect();
        let here = self.trust().and_then(|trust| scales.iter().position(|(id, _)| *id == trust.id)).unwrap_or(0);
        let Some((id, name)) = scales.get((here + 1) % scales.len().max(1)).filter(|_| scales.len() > 1) else {
            return self.refuse("there is only one router's confidence");
        };
        self.place_mut().lab.scale = Some(*id);
        self.say(ToastKind::Done, format!("confidence of {}", clean::field(name)));
    }

    /// Wider or finer bins; the cursor stays where it is on the scale.
    pub(super) fn change_bins(&mut self, finer: bool) {
        let lab = self.place().lab;
        let here = Bins::ALL.iter().position(|bins| *bins == lab.bins).unwrap_or(0);
        let next = if finer { Some(here + 1) } else { here.checked_sub(1) };
        let Some(bins) = next.and_then(|next| Bins::ALL.get(next)).copied() else {
            return self.refuse(if finer { "these are the finest bins" } else { "these are the widest bins" });
        };
        let nth = bins.holding(lab.bins.range(self.place().cursor(Pane::Confidence).nth).0);
        let place = self.place_mut();
        place.lab.bins = bins;
        let cursor = place.cursor_mut(Pane::Confidence);
        (cursor.id, cursor.nth) = (Some(nth as u32), nth);
    }

    /// The terms of a bin; where several routers say how sure they were, only of those whose scale is looked at.
    pub(super) fn bin_terms(&self, nth: usize) -> Vec<String> {
        let bins = self.place().lab.bins;
        let edge = |hundredths: u32| f64::from(hundredths) / 100.0;
        let mut terms = match bins.range(nth) {
            (0, to) => vec![format!("conf<{}", edge(to))],
            (from, 100) => vec![format!("conf>={}", edge(from))],
            (from, to) => vec![format!("conf>={} conf<{}", edge(from), edge(to))],
        };
        if let Some(trust) = self.trust().filter(|_| self.verdicts().is_some_and(|verdicts| verdicts.scales.len() > 1))
        {
            let told = self.store.sources().filter(|source| self.store.scale_of(*source) == trust.id);
            let labels: Vec<String> = told.map(|source| self.store.label_of(source).to_owned()).collect();
            terms.push(chips::term("source", &labels));
        }
        terms
    }

    /// The calls of the correction under the cursor.
    pub(super) fn correction_term(&self, nth: usize) -> Option<String> {
        let correction = self.verdicts()?.corrections.get(nth)?;
        let to = self.store.label(correction.to).to_owned();
        let from = match self.store.names().get(correction.from) {
            Some(from) => vec![from.to_owned()],
            // What was asked for is not told, or is what was taken.
            None => vec![NONE.to_owned(), to.clone()],
        };
        Some(format!("{} {} is:override", chips::term("requested", &from), chips::term("model", &[to])))
    }

    /// A line for the router's configuration that puts the threshold where it is.
    pub(super) fn config_line(&self) -> Option<String> {
        self.trust()?;
        let whose = match (self.judged_group(), self.grouping(Pane::Routes)) {
            (Some(row), Grouping::By(by)) => format!("  # {} {}", by.word(), clean::field(&self.group_label(row))),
            _ => String::new(),
        };
        Some(format!("confidence_threshold = {:.2}{whose}", f64::from(self.place().lab.line()) / 100.0))
    }

    /// Judges anew for another scope or group; for the same one after a rest.
    pub(super) fn refresh_trust(&mut self) {
        if self.screen() != Screen::Routes {
            return;
        }
        let by = match self.grouping(Pane::Routes) {
            Grouping::By(by) => Some(by),
            Grouping::Day => None,
        };
        let of = (self.scope(), by.zip(self.judged_group().and_then(GroupRow::named).map(|group| group.name)));
        let revision = self.store.revision();
        if is_due(self.judged.as_ref(), &of, revision, self) {
            let it = self.verdicts_of(&of.0, of.1);
            self.judged = Some(Made { of, revision, again: self.now.plus(self.rest()), it });
        }
        self.anchor_pane(Pane::Corrections);
    }

    /// Most logs tell neither: then no row need be looked at.
    fn verdicts_of(&self, scope: &Scope, of: Group) -> Verdicts {
        let total = &self.board.total;
        let scales = if total.confident > 0 { trust::fold(&self.store, scope, of) } else { Vec::new() };
        let month = Scope { since: Window::Month.start(self.moment()), until: None, ..scope.clone() };
        Verdicts {
            scales,
            corrections: if total.overrides > 0 { trust::corrections(&self.store, scope, of) } else { Vec::new() },
            month: if total.override_known > 0 { trust::overrides(&self.store, &month, of) } else { (0, 0) },
        }
    }

    /// When verdicts that are behind may be made again.
    pub(super) fn trust_due(&self) -> Option<Stamp> {
        let made = self.judged.as_ref().filter(|_| self.screen() == Screen::Routes)?;
        (made.revision != self.store.revision() && self.clock == Clock::Live).then_some(made.again)
    }
}
