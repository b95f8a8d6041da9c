//! The rules as a monitor has them look: again and again, at figures that are kept as calls come, and a part at a time,
//! so that nothing waits for them.
//!
//! Board and ledger are kept; they are folded anew only when the calls are others, as each minute when a window moves on.
//! The last hour is folded for every look: it slides with every millisecond, a board cannot be rid of its first and last
//! call by subtraction, and only the segments that hold calls of the hour are read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::standing::Standing;
use super::{Facts, Finding, Rules, SourceFact, evidence, recent_of};
use crate::figures::{Board, Evidence, Growing, Ledger, Scope, goals};
use crate::model::Stamp;
use crate::store::{Observer, Pricer, Row, Store};

/// By the key of a finding: its evidence, and the filter's text.
type Shows = BTreeMap<String, (String, Growing<Evidence>)>;

/// A look that is not done yet.
#[derive(Debug)]
struct Look {
    now: Stamp,
    revision: u64,
    sources: Vec<SourceFact>,
    /// How budgets and objectives stand.
    goals: goals::Standing,
    /// It is the first one at these calls.
    anew: bool,
    recent: Growing<Board>,
    found: Vec<Finding>,
    /// Rules that have looked.
    asked: usize,
    /// The evidence of what was found, as far as it is folded.
    shows: Option<Shows>,
}

/// What the last look looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    pub scope: Scope,
    pub calls: u64,
    /// The revision of the store when it began.
    pub revision: u64,
    pub at: Stamp,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Watching {
    rules: Arc<Rules>,
    board: Growing<Board>,
    ledger: Option<Growing<Ledger>>,
    look: Option<Look>,
    shows: Shows,
    pub standing: Standing,
    looked: Option<Looked>,
    /// What was found is not of the calls that are asked about now.
    anew: bool,
}

impl Watching {
    pub fn new(rules: impl Into<Arc<Rules>>) -> Self {
        Self { rules: rules.into(), ..Self::default() }
    }

    /// How many rules look.
    pub fn rules(&self) -> usize {
        self.rules.0.len()
    }

    pub fn looked(&self) -> Option<&Looked> {
        self.looked.as_ref()
    }

    /// Whether a look has begun and is not done.
    pub fn is_looking(&self) -> bool {
        self.look.is_some()
    }

    /// The calls that show a finding.
    pub fn evidence(&self, key: &str) -> Option<&Evidence> {
        self.shows.get(key)?.1.get()
    }

    /// Whoever asks from here on asks about other calls, because somebody chose them: what was found of the others is
    /// forgotten with the next look.
    pub fn ask_anew(&mut self) {
        (self.anew, self.look) = (true, None);
    }

    /// Calls have come that nobody counted here: all is folded anew.
    pub fn forget_figures(&mut self) {
        (self.board, self.ledger, self.look, self.shows) = (Growing::default(), None, None, Shows::new());
    }

    /// Begins a look at the calls that a scope keeps.
    pub fn begin(
        &mut self,
        store: &Store,
        scope: &Scope,
        sources: Vec<SourceFact>,
        goals: goals::Standing,
        now: Stamp,
    ) {
        let scope = Scope { sessions: false, ..scope.clone() };
        if self.board.get().is_none_or(|board| board.scope != scope || board.stale) {
            self.board = Growing::new(Board::begin(store, scope.clone(), Some(now)));
        }
        self.ledger.get_or_insert_with(|| Growing::new(Ledger::begin(store, scope.filter.clone())));
        self.look = Some(Look {
            now,
            revision: store.revision(),
            sources,
            goals,
            anew: std::mem::take(&mut self.anew) || self.looked.is_none(),
            recent: Growing::new(Board::begin(store, recent_of(&scope, now), None)),
            found: Vec::new(),
            asked: 0,
            shows: None,
        });
    }

    /// Goes on for a part: a segment folded, or a rule asked. `None` once the look is done, or there is none; then
    /// [`Self::standing`] is what it makes of the ones before.
    pub fn go_on(&mut self, store: &Store, prices: &mut dyn Pricer) -> Option<()> {
        let (look, ledger) = (self.look.as_mut()?, self.ledger.as_mut()?);
        let folded = self.board.step(store) > 0 || ledger.step(store) > 0 || look.recent.step(store) > 0;
        if folded {
            return Some(());
        }
        let (board, now) = (self.board.get()?, look.now);
        if let Some(recent) = look.recent.get()
            && look.asked < self.rules.0.len()
        {
            let (ledger, standing) = (ledger.get()?, &look.goals);
            let facts = Facts { store, board, recent, ledger, standing, sources: &look.sources, now };
            look.found.extend(self.rules.0[look.asked].1.check(&facts, prices));
            look.asked += 1;
            return Some(());
        }
        let is_of = |shows: &Evidence| shows.scope().since == board.scope.since && shows.end() > now;
        let shows = look.shows.get_or_insert_with(|| {
            let known = |finding: &Finding| {
                let (text, shows) = self.shows.get(&finding.key())?;
                let fits = *text == finding.evidence && shows.get().is_some_and(is_of);
                fits.then(|| (text.clone(), shows.clone()))
            };
            let shown = look.found.iter().filter(|finding| !finding.evidence.is_empty());
            shown
                .map(|finding| {
                    let fresh = || {
                        let filter = board.scope.filter.clone().and(evidence(&finding.evidence, now));
                        let scope = Scope { filter, ..board.scope.clone() };
                        (finding.evidence.clone(), Growing::new(Evidence::new(scope, board, now)))
                    };
                    (finding.key(), known(finding).unwrap_or_else(fresh))
                })
                .collect()
        });
        if shows.values_mut().any(|(_, shows)| shows.step(store) > 0) {
            return Some(());
        }
        let calls = board.total.calls;
        let looked = Looked { scope: board.scope.clone(), calls, revision: look.revision, at: now };
        self.finish(looked);
        None
    }

    fn finish(&mut self, looked: Looked) {
        let Some(Look { found, now, anew, shows, .. }) = self.look.take() else { return };
        self.standing.take(found, now, anew);
        let mut old = std::mem::replace(&mut self.shows, shows.unwrap_or_default());
        // What is clearing keeps the calls that showed it.
        for stands in self.standing.all() {
            let key = stands.finding.key();
            if let Some(shows) = old.remove(&key).filter(|_| stands.is_clearing()) {
                self.shows.entry(key).or_insert(shows);
            }
        }
        self.looked = Some(looked);
    }

    fn each(&mut self, tell: &mut dyn FnMut(&mut dyn Observer)) {
        tell(&mut self.board);
        self.ledger.iter_mut().for_each(|ledger| tell(ledger));
        let pending = self.look.iter_mut().filter_map(|look| look.shows.as_mut());
        for (_, shows) in self.shows.values_mut().chain(pending.flat_map(BTreeMap::values_mut)) {
            tell(shows);
        }
    }
}

impl Observer for Watching {
    fn leaving(&mut self, row: Row<'_>) {
        self.each(&mut |kept| kept.leaving(row));
    }

    fn entering(&mut self, row: Row<'_>) {
        self.each(&mut |kept| kept.entering(row));
    }
}
