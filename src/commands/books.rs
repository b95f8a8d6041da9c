//! What a command without a screen keeps: the store, the sources and their health, fed by the readers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::mpsc::Receiver;

use super::Failure;
use crate::figures::templates::{Learner, Learnt, MOST, sketch_of};
use crate::figures::{Listing, Scope, pulse};
use crate::ingest::event::{Event, Health, LeftOut, Other, SourceInfo, Transcript};
use crate::ingest::{self, payload};
use crate::model::{SourceId, Stamp, clean};
use crate::price::{Catalog, OwnPrices};
use crate::query::Filter;
use crate::store::{Observer, Row, SourceCard, Store, Twin};
use crate::ui::numbers;

/// How many of several ids are named.
const NAMED: usize = 4;

/// Why an id leads to no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    Nowhere,
    /// So many ids begin so, of which these are a few.
    Several {
        total: usize,
        some: Vec<String>,
    },
}

/// See the module.
#[derive(Debug, Default)]
pub struct Books {
    pub store: Store,
    pub catalog: Catalog,
    pub sources: Vec<(SourceInfo, Health)>,
    pub left_out: Vec<LeftOut>,
}

impl Books {
    /// Starts the readers and takes in all that is there. The receiver goes on if the readers do.
    pub fn open(options: ingest::Options, prices: &OwnPrices) -> (Self, Receiver<Event>) {
        let (mut books, mut events) = Self::start(options, prices);
        while books.first(events.blocking_recv()) {}
        (books, events)
    }

    /// Starts the readers; everything that is there is still to come.
    pub fn start(options: ingest::Options, prices: &OwnPrices) -> (Self, Receiver<Event>) {
        let events = ingest::start(options);
        // On this thread, while others read: what loading leaves free is used again by the store that is filled here.
        Catalog::load();
        (Self { catalog: Catalog::with(prices.clone()), ..Self::default() }, events)
    }

    /// Takes in an event of the first reading, and says whether there is more of it.
    pub fn first(&mut self, event: Option<Event>) -> bool {
        if let Some(event) = event.filter(|event| !matches!(event, Event::CaughtUp)) {
            self.take(event, &mut crate::store::Unobserved);
            return true;
        }
        self.store.settle(&mut self.catalog, &mut crate::store::Unobserved);
        self.sort_sources();
        self.left_out.sort_by(|a, b| (&a.path, &a.why).cmp(&(&b.path, &b.why)));
        false
    }

    /// Sources were found by several threads: an answer must not depend on which was first.
    pub fn sort_sources(&mut self) {
        self.sources.sort_by(|(a, _), (b, _)| (&a.path, &a.table).cmp(&(&b.path, &b.table)));
    }

    /// Takes in one event.
    pub fn take(&mut self, event: Event, observer: &mut impl Observer) {
        match event {
            Event::Found(source) => {
                let card = SourceCard {
                    label: source.label(),
                    table: source.table.clone(),
                    family: source.family,
                    scale: source.scale(),
                    format: source.format.clone(),
                };
                self.store.add_source(source.id, card);
                match self.sources.iter_mut().find(|(known, _)| known.id == source.id) {
                    Some((known, _)) => *known = source,
                    None => self.sources.push((source, Health::Following)),
                }
            }
            Event::Batch(batch) => self.store.absorb(batch, &mut self.catalog, observer),
            Event::Health(id, health) => {
                if let Some((_, known)) = self.sources.iter_mut().find(|(source, _)| source.id == id) {
                    *known = health;
                }
            }
            Event::LeftOut(left) => self.left_out.push(left),
            Event::CaughtUp => {}
        }
    }

    /// An error where nothing at all could be read, though something was named or should be here.
    pub fn expect_sources(&self) -> Result<(), Failure> {
        if !self.sources.is_empty() {
            self.tell_of_the_missed();
            return Ok(());
        }
        let mut why: Vec<String> =
            self.left_out.iter().take(3).map(|left| format!("{}: {}", left.path, left.why)).collect();
        if self.left_out.len() > 3 {
            why.push(format!("and {} more (see `callscope sources`)", self.left_out.len() - 3));
        }
        if why.is_empty() {
            why.push(
                "no log of calls found here: name a file, a folder or a database, or try `callscope demo`".to_owned(),
            );
        }
        Err(Failure::Could(why.join("\n  ")))
    }

    /// A word on standard error beside an answer that lacks what could not be read or priced.
    #[expect(clippy::print_stderr, reason = "nothing but data goes to standard output")]
    fn tell_of_the_missed(&self) {
        for left in self.left_out.iter().filter(|left| left.missed) {
            let said =
                if left.why.contains(&left.path) { left.why.clone() } else { format!("{}: {}", left.path, left.why) };
            eprintln!("callscope: not counted: {}", clean::line(&said));
        }
        for complaint in self.catalog.complaints() {
            eprintln!("callscope: {}", clean::line(&complaint));
        }
        let quiet = self.quiet();
        for (source, _) in &self.sources {
            let label = source.label();
            if let Some(complaint) = self.store.counts_of(source.id).runs.complaint() {
                eprintln!("callscope: {}: {complaint}", clean::line(&label));
            }
            if let Some(millis) = quiet.get(&source.id) {
                eprintln!("callscope: {}: {}", clean::line(&label), numbers::quiet(*millis));
            }
        }
    }

    /// Logs whose writers wrote steadily and have stopped, and for how many milliseconds.
    pub fn quiet(&self) -> HashMap<SourceId, i64> {
        let logs: Vec<SourceId> =
            self.sources.iter().filter(|(source, _)| !source.ends()).map(|(source, _)| source.id).collect();
        let now = Stamp::now();
        let known = pulse::before(&self.store, &logs, now);
        known.into_iter().filter_map(|(log, pulse)| Some((log, pulse.quiet_for(now)?))).collect()
    }

    pub fn infos(&self) -> Vec<SourceInfo> {
        self.sources.iter().map(|(source, _)| source.clone()).collect()
    }

    pub fn transcript(&self, row: Row<'_>) -> Result<Transcript, String> {
        let info = |id| {
            let source = self.sources.iter().find(|(source, _)| source.id == id);
            source.map(|(source, _)| source).ok_or("the source of this call is not known")
        };
        let opened = row.opened();
        let opened = opened.as_ref().map(|(id, mark)| Ok::<_, &str>((info(*id)?, mark))).transpose()?;
        payload::read(info(row.source())?, &row.mark(), opened)
    }

    /// What other records tell of a call, in the order of its twins.
    pub fn others(&self, row: Row<'_>) -> Vec<Other> {
        let one = |twin: &Twin| {
            let source = self.sources.iter().find(|(source, _)| source.id == twin.source);
            source.map(|(source, _)| Other {
                place: source.place(twin.span.at),
                record: payload::record(source, &row.mark_of(*twin)),
            })
        };
        row.twins().iter().filter_map(one).collect()
    }

    /// The call of a scope with this id, or the only one whose id begins so.
    pub fn find(&self, scope: &Scope, id: &str) -> Result<u32, NotFound> {
        let (mut near, mut total) = (Vec::new(), 0);
        for row in self.store.rows().filter(|row| row.id_begins(id) && scope.keeps(*row)) {
            let its = row.id();
            if its == id {
                return Ok(row.index);
            }
            total += 1;
            near.push((its, row.index));
            near.truncate(NAMED);
        }
        match near.as_slice() {
            // What several records tell of has the id of one of them, and of the execution that they share.
            [] => {
                let mut rows = self.store.rows().filter(|row| scope.keeps(*row));
                rows.find(|row| self.store.execution_of(row.index) == Some(id))
                    .map(|row| row.index)
                    .ok_or(NotFound::Nowhere)
            }
            [(_, index)] => Ok(*index),
            several => Err(NotFound::Several { total, some: several.iter().map(|(id, _)| id.clone()).collect() }),
        }
    }

    /// Whether a call's request or response has a text, given in lower case. What cannot be read does not have it.
    pub fn has_text(&self, index: u32, needle: &str) -> bool {
        self.transcript(self.store.row(index)).is_ok_and(|transcript| payload::contains(&transcript, needle))
    }

    /// Learns prompt templates from the newest calls of a scope, whose prompts are read for it.
    pub fn learn(&self, scope: &Scope) -> Learnt {
        let mut learner = Learner::default();
        for row in Listing::fold(&self.store, scope.clone()).newest_first().take(MOST) {
            let transcript = self.transcript(self.store.row(row)).ok();
            let sketch = transcript.and_then(|transcript| sketch_of(transcript.request.as_ref(), &transcript.raw));
            learner.add(row, sketch);
        }
        learner.learn()
    }

    /// Finds the rows for every `body:` and `template:` term of a scope's filter. Their records are read again, so the bounds are
    /// looked at first.
    pub fn find_bodies(&self, scope: &mut Scope) {
        let bounds = Scope { filter: Filter::All, ..scope.clone() };
        scope.filter.bodies(&mut |needle, hits| {
            let rows = Listing::fold(&self.store, bounds.clone());
            let found = rows.newest_first().filter(|index| self.has_text(*index, needle));
            *hits = Some(Arc::new(found.collect::<HashSet<u32>>()));
        });
        let mut learnt = None;
        scope.filter.templates(&mut |name, hits| {
            let learnt = learnt.get_or_insert_with(|| self.learn(&bounds));
            *hits = Some(Arc::new(learnt.named(name)));
        });
    }
}
