//! What has been read, kept up to date: one thread follows the sources and takes each batch in; answers read.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hyper::body::Bytes;
use serde_json::{Value as Json, json};
use tokio::sync::{Semaphore, broadcast, watch};

use super::answer::metrics::Counters;
use super::recent::Recent;
use super::reply::Refusal;
use super::watcher::Watcher;
use super::{Options, events, say};
use crate::cli::Look;
use crate::commands::Failure;
use crate::commands::books::Books;
use crate::commands::calls::newest_first;
use crate::commands::fresh::Fresh;
use crate::commands::{look, report};
use crate::figures::{Board, Goals, Listing, Scope, Stakes};
use crate::ingest;
use crate::ingest::event::Event;
use crate::model::{Currency, Stamp, Window};
use crate::price::{Catalog, OwnPrices};
use crate::query::Filter;
use crate::report::{analytics, calls, goals};
use crate::rules::{Folded, Rules};
use crate::store::Row;

/// How many answers are made at once.
const AT_ONCE: usize = 8;

/// See the module.
#[derive(Debug)]
pub struct Live {
    books: RwLock<Books>,
    /// Every source has been read once.
    ready: AtomicBool,
    look: Look,
    pub currency: Option<Currency>,
    own: OwnPrices,
    rules: Arc<Rules>,
    /// Budgets and objectives, of no calls yet.
    goals: Goals,
    stakes: Stakes,
    /// The folder of the decisions log.
    pub decisions: PathBuf,
    /// Messages on their way to those who listen.
    pub told: broadcast::Sender<Bytes>,
    /// Places for them.
    pub listeners: Arc<Semaphore>,
    /// Answers that are made at once; more wait for their turn.
    pub turns: Arc<Semaphore>,
    /// Turns true when the server ends.
    pub ending: watch::Sender<bool>,
    boards: Recent<Board>,
    reports: Recent<Json>,
    listings: Recent<Vec<u32>>,
    /// What `/metrics` remembers.
    pub counters: Mutex<Counters>,
    /// What the rules find.
    pub watcher: Mutex<Watcher>,
}

impl Live {
    pub fn new(options: Options) -> Self {
        let Options { look, currency, own, rules, goals, stakes, decisions, .. } = options;
        let rules = Arc::new(rules);
        Self {
            books: RwLock::default(),
            ready: AtomicBool::new(false),
            look,
            currency,
            own,
            watcher: Mutex::new(Watcher::new(Arc::clone(&rules), goals.clone())),
            rules,
            goals,
            stakes,
            decisions,
            told: broadcast::Sender::new(events::KEPT),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            listeners: Arc::new(Semaphore::new(events::LISTENERS)),
            ending: watch::Sender::new(false),
            boards: Recent::default(),
            reports: Recent::default(),
            listings: Recent::default(),
            counters: Mutex::default(),
        }
    }

    /// Reads the sources, and goes on while they do.
    pub fn follow(&self, options: ingest::Options) {
        let (mut books, mut events) = Books::start(options, &self.own);
        while books.first(events.blocking_recv()) {}
        // A folder that has no log yet may get one.
        if let Err(Failure::Could(why) | Failure::Usage(why)) = books.expect_sources() {
            say(&why);
        }
        *self.change() = books;
        self.ready.store(true, Ordering::Release);
        while let Some(event) = events.blocking_recv() {
            self.take(event);
        }
    }

    /// Takes in one event and tells who listens.
    fn take(&self, event: Event) {
        let found = matches!(event, Event::Found(_));
        let scope = self.scope(Stamp::now()).ok().filter(|_| self.told.receiver_count() > 0);
        let mut fresh = scope.as_ref().map(Fresh::new);
        let mut books = self.change();
        let mut watcher = lock(&self.watcher);
        if fresh.is_none() {
            watcher.miss();
        }
        let watching = fresh.as_ref().map(|_| &mut *watcher);
        books.take(event, &mut (fresh.as_mut(), watching));
        drop(watcher);
        if found {
            books.sort_sources();
        }
        if let Some(fresh) = &fresh {
            self.tell_calls(&RwLockWriteGuard::downgrade(books), fresh);
        }
    }

    fn tell_calls(&self, books: &Books, fresh: &Fresh<'_>) {
        if fresh.rows.is_empty() && fresh.printed.is_empty() {
            return;
        }
        for id in fresh.gone() {
            self.tell("gone", &json!({"id": id, "gone": true}));
        }
        let infos = books.infos();
        for index in &fresh.rows {
            let row = books.store.row(*index);
            let mut call = self.with_currency(calls::call(row, &infos), row);
            if let Some(id) = fresh.replaced(row) {
                call["replaces"] = json!(id);
            }
            self.tell(if fresh.printed.contains_key(index) { "update" } else { "call" }, &call);
        }
    }

    /// Tells everybody who listens. The name is the event's: `call`, `update`, `gone`, `alert`.
    pub fn tell(&self, name: &str, data: &Json) {
        // That nobody listens any more is nobody's loss.
        let _ = self.told.send(events::message(name, data));
    }

    /// A call's record, with its cost in the second currency if there is one, as `calls` has it.
    fn with_currency(&self, mut record: Json, row: Row<'_>) -> Json {
        if let Some((currency, cost)) = self.currency.as_ref().zip(row.cost()) {
            record["currency"] = analytics::currency(currency, cost);
        }
        record
    }

    /// Whether figures can be given; before, no answer would be true.
    pub fn expect_ready(&self) -> Result<(), Refusal> {
        if self.is_ready() { Ok(()) } else { Err(Refusal::busy("the sources are still being read")) }
    }

    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Which calls the server was asked to look at, at this moment.
    pub fn scope(&self, now: Stamp) -> Result<Scope, Refusal> {
        look::scope(&self.look, Window::All, now).map_err(|failure| match failure {
            Failure::Could(why) | Failure::Usage(why) => Refusal::bad(why),
        })
    }

    pub fn books(&self) -> RwLockReadGuard<'_, Books> {
        self.books.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn change(&self) -> RwLockWriteGuard<'_, Books> {
        self.books.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A catalogue of one's own: it remembers what it looks up, so that two cannot ask one at a time.
    pub fn catalog(&self) -> Catalog {
        Catalog::with(self.own.clone())
    }

    /// The calls of a scope, the newest first.
    pub fn newest(&self, books: &Books, scope: &Scope) -> Arc<Vec<u32>> {
        let make = || newest_first(books, &Listing::fold(&books.store, scope.clone()));
        self.listings.get(scope, None, books.store.revision(), make)
    }

    pub fn board(&self, books: &Books, scope: &Scope) -> Arc<Board> {
        let make = || Board::fold(&books.store, scope.clone(), None);
        self.boards.get(scope, None, books.store.revision(), make)
    }

    /// The report of a scope, or of its newest calls.
    pub fn report(&self, books: &Books, scope: &Scope, limit: Option<usize>, now: Stamp) -> Arc<Json> {
        self.reports.get(scope, limit, books.store.revision(), || {
            let mut scope = scope.clone();
            if let Some(limit) = limit {
                let newest = self.newest(books, &scope);
                let rows = Arc::new(newest.iter().take(limit).copied().collect());
                scope.filter = scope.filter.and(Filter::rows(rows));
            }
            let standing = goals::standing(self.goals.clone(), &books.store, &scope, now);
            let folded = Folded { standing, ..Folded::for_advice(&books.store, scope) };
            let mut catalog = self.catalog();
            let advice = self.rules.advice(&folded.facts(&books.store, &[], now), &mut catalog);
            report::answer(books, &folded, &advice, &self.own, &self.stakes, self.currency.as_ref())
        })
    }
}

/// A lock whose last holder may have panicked: what it guards is replaced whole, never half.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
