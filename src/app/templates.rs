//! Prompt templates: learnt while their screen is shown or a filter names one. The prompts lie in the sources, so a
//! worker reads them, the newest first, and hands over what it has learnt so far; calls that come later are read as they
//! come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Address, App, Clock, Effect, Pane, Screen};
use crate::figures::templates::{Kind, Learnt, Line, MOST, NONE, Template, Templates};
use crate::figures::{Listing, Scope};
use crate::model::Stamp;
use crate::query::Filter;

/// See the module.
#[derive(Debug, Default)]
pub struct Learning {
    learnt: Arc<Learnt>,
    /// Rows that the worker was given.
    asked: HashSet<u32>,
    /// Of how many it has read how many, while it does.
    busy: Option<(usize, usize)>,
    /// The next look for calls that were not read is not before this.
    after: Stamp,
    /// Calls by the template that a filter names: a name may be gone once more is learnt.
    named: HashMap<String, Arc<HashSet<u32>>>,
    made: Option<Made>,
}

/// The figures, and what they were made of.
#[derive(Debug)]
struct Made {
    scope: Scope,
    learnt: Arc<Learnt>,
    revision: u64,
    again: Stamp,
    it: Templates,
}

impl App {
    /// What [`Screen::Templates`] shows.
    pub fn templates(&self) -> Option<&Templates> {
        self.learning.made.as_ref().filter(|_| self.screen() == Screen::Templates).map(|made| &made.it)
    }

    /// How many calls the worker has read of those it was given, while it reads.
    pub fn learning_so_far(&self) -> Option<(usize, usize)> {
        self.learning.busy
    }

    /// What a line of the table is about; `None` for the calls without a template.
    pub fn template_of(&self, line: &Line) -> Option<&Template> {
        match line.kind {
            // The line was made of what was learnt then.
            Kind::Learnt(at) => self.learning.made.as_ref()?.learnt.templates.get(at as usize),
            Kind::None | Kind::Unseen => None,
        }
    }

    /// The line under the cursor.
    pub fn current_template(&self) -> Option<&Line> {
        self.templates()?.lines.get(self.place().cursor(Pane::Templates).nth)
    }

    /// What keeps the calls of a line; nothing does of those that nobody has read.
    pub(super) fn template_term(&self, nth: usize) -> Option<String> {
        let line = self.templates()?.lines.get(nth)?;
        match line.kind {
            Kind::None => Some(format!("template:{NONE}")),
            Kind::Learnt(_) | Kind::Unseen => Some(format!("template:{}", self.template_of(line)?.name)),
        }
    }

    /// What a line is known by while others come and go.
    pub(super) fn template_id(&self, nth: usize) -> Option<u32> {
        let line = self.templates()?.lines.get(nth)?;
        match line.kind {
            Kind::None => Some(u32::MAX - 1),
            Kind::Unseen => Some(u32::MAX),
            Kind::Learnt(_) => {
                let name = &self.template_of(line)?.name;
                Some(u32::from_str_radix(name, 16).unwrap_or(u32::MAX - 2))
            }
        }
    }

    /// Takes what the worker has learnt so far, if anything is new, and how many calls it has read.
    pub fn learnt(&mut self, learnt: Option<Arc<Learnt>>, read: usize, is_done: bool, now: Stamp) {
        self.now = self.now.max(now);
        let Some((so_far, _)) = &mut self.learning.busy else { return };
        *so_far = read;
        if let Some(learnt) = learnt {
            self.learning.learnt = learnt;
            if self.fill_templates() {
                self.rescoped = true;
            }
        }
        if is_done {
            self.learning.busy = None;
            self.learning.after = self.now.plus(self.rest());
        }
    }

    /// Puts what is known into the filter; whether it names a template.
    pub(super) fn fill_templates(&mut self) -> bool {
        let Learning { learnt, named, .. } = &mut self.learning;
        let mut names = Vec::new();
        self.filter.parsed.templates(&mut |name, hits| {
            names.push(name.to_owned());
            if name == NONE || learnt.place(name).is_some() {
                named.insert(name.to_owned(), Arc::new(learnt.named(name)));
            }
            *hits = named.get(name).cloned();
        });
        named.retain(|name, _| names.contains(name));
        !names.is_empty()
    }

    fn names_template(&self) -> bool {
        let mut any = false;
        // Visiting takes a filter that can be filled.
        if !self.filter.is_empty() {
            self.filter.parsed.clone().templates(&mut |_, _| any = true);
        }
        any
    }

    /// Asks for the prompts of calls that were not read, or for an end of reading where nobody wants them any more.
    pub(super) fn look_into_prompts(&mut self) {
        let names = self.names_template();
        if self.screen() != Screen::Templates && !names {
            if self.learning.busy.take().is_some() {
                let learnt = Arc::clone(&self.learning.learnt);
                self.learning.asked.retain(|row| learnt.has_seen(*row));
                self.learning.after = self.now;
                self.outbox.push(Effect::Learn { among: Vec::new(), afresh: false });
            }
            return;
        }
        self.searching_bodies |= names && (self.learning.busy.is_some() || self.learning.asked.is_empty());
        let rests = self.clock != Clock::Live || self.now < self.learning.after || !self.loading.caught_up;
        if self.learning.busy.is_some() || self.prompt.is_some() || rests {
            return;
        }
        self.learning.after = self.now.plus(self.rest());
        let newest: Vec<u32> = if names {
            // The filter does not know yet what it keeps.
            let bounds = Scope { filter: Filter::All, ..self.scope() };
            Listing::fold(&self.store, bounds).newest_first().take(MOST).collect()
        } else {
            self.kept.listing.newest_first().take(MOST).collect()
        };
        let new =
            |asked: &HashSet<u32>| newest.iter().filter(|row| !asked.contains(row)).copied().collect::<Vec<u32>>();
        let mut rows = new(&self.learning.asked);
        if rows.is_empty() {
            return;
        }
        // What is learnt from has a bound: then it begins anew with the newest.
        let afresh = self.learning.asked.len() + rows.len() > 2 * MOST;
        if afresh {
            self.learning.asked.clear();
            rows = new(&self.learning.asked);
        }
        self.learning.asked.extend(&rows);
        let among: Vec<Address> = rows.into_iter().filter_map(|row| self.address(row)).collect();
        if !among.is_empty() {
            self.learning.busy = Some((0, among.len()));
            self.outbox.push(Effect::Learn { among, afresh });
        }
    }

    /// Sums by what is learnt, unless they are those of this moment.
    pub(super) fn refresh_templates(&mut self) {
        if self.screen() != Screen::Templates {
            return;
        }
        let (scope, learnt, revision) = (self.scope(), &self.learning.learnt, self.store.revision());
        let is_due = self.learning.made.as_ref().is_none_or(|made| {
            let rested = self.clock == Clock::Live && self.now >= made.again;
            made.scope != scope || !Arc::ptr_eq(&made.learnt, learnt) || rested && made.revision != revision
        });
        if is_due {
            let (it, learnt) = (Templates::fold(&self.store, &scope, learnt), Arc::clone(learnt));
            self.learning.made = Some(Made { scope, learnt, revision, again: self.now.plus(4 * self.rest()), it });
        }
    }

    /// When sums that are behind may be made again, or calls be read that were not.
    pub(super) fn templates_due(&self) -> Option<Stamp> {
        let made = self.learning.made.as_ref().filter(|_| self.screen() == Screen::Templates)?;
        let behind = made.revision != self.store.revision() && self.clock == Clock::Live;
        let idle = self.learning.busy.is_none() && made.it.seen < made.it.total.calls.min(MOST as u64);
        let look = (idle && self.loading.caught_up && behind).then_some(self.learning.after);
        behind.then_some(made.again).into_iter().chain(look).min()
    }
}
