//! What the rules find, what was said of it, and what of it is shown. A look goes on a part at a time between two turns
//! of the loop, which knows how long a part took: see [`App::look`].

use std::collections::BTreeMap;

use super::{App, Clock, Effect, Pane, Place, Screen, Span, ToastKind, chips};
use crate::figures::{Evidence, Listing, Scope};
use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};
use crate::query::Filter;
use crate::rules::standing::Stands;
use crate::rules::verdict::Verdict;
use crate::rules::watching::{Looked, Watching};
use crate::rules::{Rules, SourceFact, evidence};

/// Milliseconds between two looks while something is clearing and nothing comes.
const CLEARING: i64 = 20 * SECOND;

/// Findings in which state are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    #[default]
    New,
    Accepted,
    Dismissed,
    Snoozed,
    All,
}

impl Show {
    pub const ALL: [Self; 5] = [Self::New, Self::Accepted, Self::Dismissed, Self::Snoozed, Self::All];

    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Snoozed => "snoozed",
            Self::All => "all",
        }
    }

    fn holds(self, verdict: Verdict) -> bool {
        self == Self::All || self.word() == verdict.word()
    }
}

/// What a person says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Accept,
    Dismiss,
    /// For so many milliseconds.
    Snooze(i64),
}

impl Judgement {
    /// How long a finding can be put off; the first without being asked.
    pub const SNOOZES: [(&'static str, i64); 4] =
        [("a day", DAY), ("an hour", HOUR), ("a week", 7 * DAY), ("30 days", 30 * DAY)];

    fn verdict(self, now: Stamp) -> Verdict {
        match self {
            Self::Accept => Verdict::Accepted,
            Self::Dismiss => Verdict::Dismissed,
            Self::Snooze(millis) => Verdict::Snoozed(now.0 + millis),
        }
    }
}

/// What is known of the findings.
#[derive(Debug, Default)]
pub struct Alerting {
    pub watching: Watching,
    /// By the key of a finding.
    verdicts: BTreeMap<String, Verdict>,
    pub show: Show,
    /// Which of those that stand are shown.
    lines: Vec<usize>,
    /// The span that is looked at.
    span: Option<Span>,
}

impl App {
    /// The rules that look, with their limits.
    pub fn watch_with(&mut self, rules: Rules) {
        self.alerting.watching = Watching::new(rules);
    }

    /// What was said of findings, as it is remembered.
    pub fn remember(&mut self, verdicts: BTreeMap<String, Verdict>) {
        self.alerting.verdicts = verdicts;
    }

    /// When the rules are to look, at once if a look has begun; `None` while nothing can be said.
    pub fn look_due(&self) -> Option<Stamp> {
        if self.clock != Clock::Live || !self.loading.caught_up || self.sources.is_empty() {
            return None;
        }
        let watching = &self.alerting.watching;
        let Some(looked) = watching.looked().filter(|_| !watching.is_looking()) else { return Some(self.now) };
        if self.alerting.span != Some(self.looked_span()) || looked.revision != self.store.revision() {
            return Some(self.now);
        }
        // The hour slides, writers fall silent, who was snoozed wakes.
        let clearing = watching.standing.all().iter().any(Stands::is_clearing);
        Some(if clearing { looked.at.plus(CLEARING) } else { looked.at.floor(MINUTE).plus(MINUTE) })
    }

    /// Lets the rules look, for a part of a few milliseconds. Whether the look goes on; if not, what it has found stands.
    pub fn look(&mut self, now: Stamp) -> bool {
        self.now = self.now.max(now);
        if self.look_due().is_none_or(|due| self.now < due) {
            return false;
        }
        let span = self.looked_span();
        let watching = &mut self.alerting.watching;
        if self.alerting.span != Some(span) {
            self.alerting.span = Some(span);
            watching.ask_anew();
        }
        if !watching.is_looking() {
            self.refresh_goals();
            let now = span.bounds.and_then(|(_, until)| until).map_or(self.now, |until| until.min(self.now));
            let fact = |source: &super::SourceState| SourceFact {
                id: source.info.id,
                label: source.info.label(),
                quiet: source.quiet_for(&self.sources, self.now),
            };
            let sources = self.sources.iter().map(fact).collect();
            let scope = Scope { filter: Filter::All, ..self.scope_of(span) };
            self.alerting.watching.begin(&self.store, &scope, sources, self.standing.clone(), now);
        }
        if self.alerting.watching.go_on(&self.store, &mut *self.pricer).is_some() {
            return true;
        }
        self.tell_of_findings();
        false
    }

    /// The window that is looked at, whatever part of time a person has gone to from there.
    fn looked_span(&self) -> Span {
        let span = self.trail.iter().find_map(|place| place.came_from).unwrap_or(self.span());
        Span { range: None, ..span }
    }

    /// Asks for those to be told who want to be, of what is new.
    fn tell_of_findings(&mut self) {
        let (verdicts, now) = (&self.alerting.verdicts, self.now);
        let is_new = |key: &str| verdicts.get(key).copied().unwrap_or_default().at(now) == Verdict::New;
        for finding in self.alerting.watching.standing.untold(is_new) {
            let calls = self.alerting.watching.evidence(&finding.key()).map_or(0, |shows| shows.calls);
            self.outbox.push(Effect::Tell { finding: Box::new(finding), calls });
        }
    }

    /// Which findings are shown, at this moment.
    pub(super) fn refresh_alerts(&mut self) {
        let show = self.alerting.show;
        let all = self.alerting.watching.standing.all();
        let shown = |(_, stands): &(usize, &Stands)| show.holds(self.verdict(stands));
        self.alerting.lines = all.iter().enumerate().filter(shown).map(|(nth, _)| nth).collect();
    }

    /// What the last look looked at; `None` before there was one.
    pub fn looked(&self) -> Option<&Looked> {
        self.alerting.watching.looked()
    }

    /// How many rules look.
    pub fn rules(&self) -> usize {
        self.alerting.watching.rules()
    }

    /// What is said of a finding at this moment.
    pub fn verdict(&self, stands: &Stands) -> Verdict {
        self.alerting.verdicts.get(&stands.finding.key()).copied().unwrap_or_default().at(self.now)
    }

    /// Those that stand and are in a state, the most severe first.
    pub fn alerts_in(&self, show: Show) -> impl Iterator<Item = &Stands> {
        self.alerting.watching.standing.all().iter().filter(move |stands| show.holds(self.verdict(stands)))
    }

    /// Which findings are shown.
    pub fn show(&self) -> Show {
        self.alerting.show
    }

    pub(super) fn alerts_len(&self) -> usize {
        self.alerting.lines.len()
    }

    pub fn alert_at(&self, nth: usize) -> Option<&Stands> {
        self.alerting.watching.standing.all().get(*self.alerting.lines.get(nth)?)
    }

    /// The finding under the cursor.
    pub fn current_alert(&self) -> Option<&Stands> {
        let here = self.screen() == Screen::Alerts || self.focus() == Pane::Findings;
        here.then(|| self.alert_at(self.place().cursor(Pane::Findings).nth))?
    }

    /// The calls that show a finding; `None` where it is about none, or they are still being counted.
    pub fn evidence(&self, stands: &Stands) -> Option<&Evidence> {
        self.alerting.watching.evidence(&stands.finding.key())
    }

    /// The same for the one under the cursor.
    pub fn current_evidence(&self) -> Option<&Evidence> {
        self.evidence(self.current_alert()?)
    }

    /// What a line of the findings is known by while others come and go.
    pub(super) fn alert_id(&self, nth: usize) -> Option<u32> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.alert_at(nth)?.finding.key().hash(&mut hasher);
        Some(hasher.finish() as u32)
    }

    /// The evidence of the finding under the cursor as a filter; `None` where no call shows it.
    pub(super) fn evidence_text(&self) -> Option<&str> {
        self.current_alert().map(|stands| stands.finding.evidence.as_str()).filter(|text| !text.is_empty())
    }

    /// The calls that show the finding under the cursor, and no filter beside.
    pub(super) fn open_evidence(&mut self) {
        match self.evidence_text().map(str::to_owned) {
            Some(text) => {
                self.push(Place::new(Screen::Calls));
                self.try_filter(&text);
                self.place_mut().chips = self.filter.chips.len();
            }
            None => self.refuse("no call shows this: it is about a source"),
        }
    }

    /// Every call that shows the finding under the cursor, newest first.
    pub(super) fn evidence_rows(&self) -> Vec<u32> {
        let (Some(text), Some(looked)) = (self.evidence_text(), self.looked()) else { return Vec::new() };
        let filter = looked.scope.filter.clone().and(evidence(text, self.now));
        Listing::fold(&self.store, Scope { filter, ..looked.scope.clone() }).newest_first().collect()
    }

    /// The finding under the cursor in words.
    pub(super) fn alert_text(&self) -> Option<String> {
        let finding = &self.current_alert()?.finding;
        Some(format!("{}\nwhy: {}\ncheck: {}", finding.message, finding.because.join(", "), finding.check))
    }

    /// Says something of the finding under the cursor, or takes it back.
    pub(super) fn judge(&mut self, judgement: Judgement) {
        let Some(stands) = self.current_alert() else { return self.refuse("there is no finding here") };
        let (key, known) = (stands.finding.key(), self.verdict(stands));
        let said = judgement.verdict(self.now);
        let verdict = if known.word() == said.word() { Verdict::New } else { said };
        let words = match verdict {
            Verdict::New => format!("no longer {}: it is new again", known.word()),
            Verdict::Snoozed(until) => {
                format!("snoozed until {}; {{show}} shows it", Stamp(until).local().format("%b %-d %H:%M"))
            }
            verdict => format!("{}; {{show}} shows it", verdict.word()),
        };
        let words = self.keymap.fill(&words, super::keys::When::ALERTS).into_owned();
        self.say(ToastKind::Done, words);
        match verdict {
            Verdict::New => self.alerting.verdicts.remove(&key),
            verdict => self.alerting.verdicts.insert(key.clone(), verdict),
        };
        // What leaves the list gives its place to the next one.
        if self.alerting.show != Show::All {
            let nth = self.place().cursor(Pane::Findings).nth;
            let next = self.alert_id(nth + 1).or_else(|| self.alert_id(nth.checked_sub(1)?));
            self.place_mut().cursor_mut(Pane::Findings).id = next;
        }
        self.outbox.push(Effect::Remember { key, verdict });
    }

    /// Shows the findings of the next state, from the first of them on.
    pub(super) fn turn_show(&mut self) {
        let here = Show::ALL.iter().position(|show| *show == self.alerting.show).unwrap_or(0);
        self.show_alerts(Show::ALL[(here + 1) % Show::ALL.len()]);
    }

    pub(super) fn show_alerts(&mut self, show: Show) {
        self.alerting.show = show;
        for pane in [Pane::Findings, Pane::Finding, Pane::Evidence] {
            let cursor = self.place_mut().cursor_mut(pane);
            (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
        }
    }

    /// Another finding begins with the first line of its text and the newest of its calls.
    pub(super) fn first_evidence(&mut self) {
        for pane in [Pane::Finding, Pane::Evidence] {
            let cursor = self.place_mut().cursor_mut(pane);
            (cursor.id, cursor.nth, cursor.top) = (None, 0, 0);
        }
    }

    /// The terms that the line under the cursor of the findings stands for.
    pub(super) fn evidence_term(&self) -> Option<String> {
        self.evidence_text().map(|text| chips::join(&chips::split(text)))
    }

    /// Who counts for the rules as calls come.
    pub(super) fn forget_looks(&mut self) {
        self.alerting.watching.forget_figures();
    }
}
