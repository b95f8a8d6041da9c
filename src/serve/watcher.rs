//! Findings for whoever listens: the rules look as they do in the monitor, a part at a time and for a tenth of the time at
//! the most, and only while somebody listens.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::{Value as Json, json};

use super::events;
use super::live::{Live, lock};
use crate::commands::books::Books;
use crate::commands::verdicts::{self, Memory, Verdicts};
use crate::figures::{Goals, Scope};
use crate::model::Stamp;
use crate::monitor::looks::{REST, TIMES};
use crate::report::alerts::{self, Alert};
use crate::rules::watching::Watching;
use crate::rules::{Rules, SourceFact};
use crate::store::{Observer, Row};

/// How long the books may be held for a part of a look; one part may take somewhat longer.
const TURN: Duration = Duration::from_millis(4);

/// See the module.
#[derive(Debug)]
pub struct Watcher {
    watching: Watching,
    goals: Goals,
    memory: Option<Memory>,
    said: Verdicts,
    /// Calls have come that were not counted here.
    stale: bool,
    /// What stands, the most severe first: its key, what its message says, and the event that told it.
    told: Vec<(String, String, Bytes)>,
}

impl Watcher {
    pub fn new(rules: Arc<Rules>, goals: Goals) -> Self {
        let memory = Memory::here();
        let file = verdicts::file().zip(std::env::current_dir().ok());
        let said = file.map(|(file, folder)| verdicts::load(&file, &folder)).unwrap_or_default();
        Self { watching: Watching::new(rules), goals, memory, said, stale: true, told: Vec::new() }
    }

    /// Calls come that nobody counts here.
    pub fn miss(&mut self) {
        self.stale = true;
    }

    /// The events that told what stands: for somebody who begins to listen.
    pub fn standing(&self) -> Vec<Bytes> {
        self.told.iter().map(|(.., event)| event.clone()).collect()
    }

    fn begin(&mut self, books: &Books, scope: &Scope, now: Stamp) {
        if std::mem::take(&mut self.stale) {
            self.watching.forget_figures();
            self.goals.fold(&books.store, now);
        }
        let quiet = books.quiet();
        let fact = |source: &crate::ingest::event::SourceInfo| SourceFact {
            id: source.id,
            label: source.label(),
            quiet: quiet.get(&source.id).copied(),
        };
        let sources = books.sources.iter().map(|(source, _)| fact(source)).collect();
        let standing = self.goals.standing(now);
        self.watching.begin(&books.store, scope, sources, standing, now);
    }

    /// What is to be told after a look: what has come or says something else, and what is gone.
    fn news(&mut self, now: Stamp) -> Vec<(&'static str, Json)> {
        if let Some(said) = self.memory.as_mut().and_then(Memory::changed) {
            self.said = said;
        }
        let mut news = Vec::new();
        let mut before = std::mem::take(&mut self.told);
        for stands in self.watching.standing.all() {
            let (key, message) = (stands.finding.key(), stands.finding.message.clone());
            let known = before.iter().position(|(known, ..)| *known == key).map(|at| before.swap_remove(at));
            if let Some(known) = known.filter(|(_, said, _)| stands.is_clearing() || *said == message) {
                self.told.push(known);
                continue;
            }
            let verdict = self.said.get(&key).copied().unwrap_or_default().at(now);
            let calls = self.watching.evidence(&key).map_or(0, |shows| shows.calls);
            let alert = alerts::json(&Alert { finding: stands.finding.clone(), verdict, calls });
            self.told.push((key, message, events::message("alert", &alert)));
            news.push(("alert", alert));
        }
        for (key, ..) in before {
            let (rule, subject) = key.split_once(':').unwrap_or((&key, ""));
            news.push(("alert", json!({"type": rule, "subject": subject, "state": "gone"})));
        }
        news
    }
}

impl Observer for Watcher {
    fn leaving(&mut self, row: Row<'_>) {
        self.watching.leaving(row);
        self.goals.leaving(row);
    }

    fn entering(&mut self, row: Row<'_>) {
        self.watching.entering(row);
        self.goals.entering(row);
    }
}

/// Looks again and again, for as long as the program runs.
pub fn watch(live: &Live) {
    let mut looked = None;
    loop {
        thread::sleep(REST);
        let now = Stamp::now();
        let Some(mut scope) = live.scope(now).ok().filter(|_| live.is_ready() && live.told.receiver_count() > 0) else {
            looked = None;
            continue;
        };
        scope.sessions = false;
        let revision = live.books().store.revision();
        // The hour slides, and writers fall silent: once a minute at least.
        let minute = now.floor(crate::model::time::MINUTE);
        if looked.replace((revision, minute)) == Some((revision, minute)) {
            continue;
        }
        let mut catalog = live.catalog();
        let mut spent = Duration::ZERO;
        let mut begun = false;
        loop {
            // Always in this order, as whoever takes calls in does.
            let (began, books) = (Instant::now(), live.books());
            let mut watcher = lock(&live.watcher);
            if !std::mem::replace(&mut begun, true) {
                watcher.begin(&books, &scope, scope.until.map_or(now, |until| until.min(now)));
            }
            let mut goes_on = true;
            while goes_on && began.elapsed() < TURN {
                goes_on = watcher.watching.go_on(&books.store, &mut catalog).is_some();
            }
            drop(books);
            spent += began.elapsed();
            if !goes_on {
                for (name, event) in watcher.news(now) {
                    live.tell(name, &event);
                }
                break;
            }
            drop(watcher);
            thread::sleep(began.elapsed() * TIMES);
        }
        thread::sleep(REST.max(spent * TIMES).saturating_sub(REST));
    }
}
