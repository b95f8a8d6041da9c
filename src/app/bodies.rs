//! `body:` terms of the filter: requests and responses lie in the sources, so somebody must look there. What was found
//! is kept while the filter stands; calls that come later are looked into as they come.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Address, App, Effect};
use crate::model::Stamp;

/// Milliseconds between two looks at new calls.
const AGAIN: i64 = 500;

/// What is known of one needle.
#[derive(Debug, Default)]
pub struct Bodies {
    known: Vec<Known>,
    /// The needle that is being looked for, and the rows that are covered when the answer comes.
    asked: Option<(String, u32)>,
    /// The next look is not before this.
    after: Stamp,
}

#[derive(Debug)]
struct Known {
    needle: String,
    hits: Arc<HashSet<u32>>,
    /// Rows below this have been looked into.
    covered: u32,
}

impl App {
    /// Takes the rows whose request or response holds the needle last asked for.
    pub fn found_bodies(&mut self, needle: &str, rows: impl IntoIterator<Item = u32>, now: Stamp) {
        self.now = self.now.max(now);
        let Some((_, covered)) = self.bodies.asked.take_if(|(asked, _)| asked == needle) else { return };
        let new: Vec<u32> = rows.into_iter().collect();
        if let Some(known) = self.bodies.known.iter_mut().find(|known| known.needle == needle) {
            let first = known.covered == 0;
            known.covered = covered;
            if !new.is_empty() {
                Arc::make_mut(&mut known.hits).extend(new);
            } else if !first {
                return;
            }
        }
        self.fill_bodies();
        self.rescoped = true;
    }

    /// Puts what is known into the filter.
    pub(super) fn fill_bodies(&mut self) {
        self.fill_templates();
        let bodies = &mut self.bodies;
        let mut needles = Vec::new();
        self.filter.parsed.bodies(&mut |needle, hits| {
            needles.push(needle.to_owned());
            *hits = bodies.known.iter().find(|known| known.needle == needle).map(|known| Arc::clone(&known.hits));
        });
        bodies.known.retain(|known| needles.contains(&known.needle));
        for needle in needles {
            if !bodies.known.iter().any(|known| known.needle == needle) {
                bodies.known.push(Known { needle, hits: Arc::default(), covered: 0 });
                bodies.after = self.now;
            }
        }
        bodies.asked.take_if(|(asked, _)| !bodies.known.iter().any(|known| known.needle == *asked));
    }

    /// Asks for the next needle that has not been looked for in every call. While one is typed, its beginnings are not
    /// looked for.
    pub(super) fn look_into_bodies(&mut self) {
        let len = self.store.len();
        let behind = |bodies: &Bodies| bodies.known.iter().position(|known| known.covered < len);
        self.searching_bodies = self.bodies.asked.is_some() || behind(&self.bodies).is_some();
        if self.bodies.asked.is_some() || self.prompt.is_some() || self.now < self.bodies.after {
            return;
        }
        let Some(at) = behind(&self.bodies) else { return };
        let (needle, from) = (self.bodies.known[at].needle.clone(), self.bodies.known[at].covered);
        let among = (from..len).rev().filter_map(|row| self.address(row)).collect();
        self.bodies.asked = Some((needle.clone(), len));
        self.bodies.after = self.now.plus(AGAIN);
        self.outbox.push(Effect::FindBodies { needle, among });
    }

    pub(super) fn bodies_due(&self) -> Option<Stamp> {
        let idle = self.bodies.asked.is_none() && self.prompt.is_none();
        (idle && self.bodies.known.iter().any(|known| known.covered < self.store.len())).then_some(self.bodies.after)
    }

    /// Where a call's record lies; `None` for rows that do not count, and for sources nobody told of.
    pub(super) fn address(&self, row: u32) -> Option<Address> {
        let row = self.store.get(row).filter(|row| row.counts())?;
        let info = |id| Some(Arc::clone(&self.source(id)?.info));
        let opened = row.opened().and_then(|(source, mark)| Some((info(source)?, mark)));
        let (span, mark) = (row.span(), row.mark());
        Some(Address { row: row.index, source: info(row.source())?, span, mark, opened, others: Vec::new() })
    }
}
