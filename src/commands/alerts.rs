//! `callscope alerts`: what the rules find, once or for as long as it is wanted.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::Failure;
use super::books::Books;
use super::look::{Resolved, resolve};
use super::verdicts::{self, Verdicts};
use crate::cli::{AlertsArgs, FailOn};
use crate::config::alerts as config;
use crate::figures::{Goals, Scope};
use crate::ingest::event::Event;
use crate::model::{Stamp, Window, clean};
use crate::monitor::looks::{REST, TIMES};
use crate::monitor::tell;
use crate::report::alerts::{self, Alert};
use crate::report::{Out, escape, goals};
use crate::rules::standing::Standing;
use crate::rules::verdict::Verdict;
use crate::rules::{Folded, Rules, Severity, SourceFact, evidence};
use crate::store::Unobserved;

pub fn run(args: &AlertsArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, args.follow, Window::All)?;
    let rules = Rules::new(resolved.config.rules.clone()).map_err(|mistake| Failure::Could(mistake.why))?;
    let said = verdicts::file().map(|file| Ok::<_, std::io::Error>(verdicts::load(&file, &std::env::current_dir()?)));
    let goals = resolved.config.goals(Stamp::now());
    let said = said.transpose()?.unwrap_or_default();
    let watch = Watch { rules, goals, said, alerts: resolved.config.alerts.clone(), args };
    resolved.config.complaints.iter().for_each(|why| complain(why));
    if args.follow {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(watch.go_on(resolved));
    }
    let (mut books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    let (found, has_spent) = watch.look(&mut books, resolved.scope);
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &found.iter().map(alerts::json).collect::<serde_json::Value>())?;
    } else if found.is_empty() {
        writeln!(out, "Nothing to say: no rule finds anything in these calls.")?;
    }
    for (nth, alert) in found.iter().enumerate().filter(|_| !args.json) {
        if nth > 0 {
            writeln!(out)?;
        }
        alerts::text(&mut out, alert)?;
    }
    out.flush()?;
    Ok(if has_spent || watch.fails(&found) { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// A word on standard error: nothing but data goes to standard output.
fn complain(why: &str) {
    let _ = writeln!(std::io::stderr(), "callscope: {}", clean::block(why));
}

struct Watch<'a> {
    rules: Rules,
    goals: Goals,
    said: Verdicts,
    alerts: config::Alerts,
    args: &'a AlertsArgs,
}

impl Watch<'_> {
    /// What the rules find now, and whether a budget is spent.
    fn look(&self, books: &mut Books, mut scope: Scope) -> (Vec<Alert>, bool) {
        books.find_bodies(&mut scope);
        let now = scope.until.map_or_else(Stamp::now, |until| until.min(Stamp::now()));
        let mut folded = Folded::of(&books.store, scope.clone(), now);
        folded.standing = goals::standing(self.goals.clone(), &books.store, &scope, now);
        let quiet = books.quiet();
        let sources: Vec<SourceFact> = books
            .sources
            .iter()
            .map(|(info, _)| SourceFact { id: info.id, label: info.label(), quiet: quiet.get(&info.id).copied() })
            .collect();
        let found = self.rules.check(&folded.facts(&books.store, &sources, now), &mut books.catalog);
        let alert = |finding: crate::rules::Finding| {
            let shows = Scope { filter: scope.filter.clone().and(evidence(&finding.evidence, now)), ..scope.clone() };
            let calls = books.store.rows().filter(|row| shows.keeps(*row)).count() as u64;
            let calls = if finding.evidence.is_empty() { 0 } else { calls };
            let verdict = self.said.get(&finding.key()).copied().unwrap_or_default().at(now);
            Alert { finding, verdict, calls }
        };
        (found.into_iter().map(alert).collect(), folded.standing.has_spent())
    }

    /// Whether anything new is as severe as what is to fail.
    fn fails(&self, found: &[Alert]) -> bool {
        let least = self.args.fail_on.map(Severity::from);
        least.is_some_and(|least| {
            found.iter().any(|alert| alert.verdict.word() == "new" && alert.finding.severity >= least)
        })
    }

    async fn go_on(&self, resolved: Resolved) -> Result<ExitCode, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut ended = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        let following = async {
            let (mut books, mut events) = Books::start(resolved.ingest, &resolved.config.prices);
            while books.first(events.recv().await) {}
            self.follow(books, &mut events, &resolved.scope).await
        };
        tokio::select! {
            biased;
            _ = ended.recv() => Ok(ExitCode::SUCCESS),
            _ = interrupted.recv() => Ok(ExitCode::SUCCESS),
            result = following => result,
        }
    }

    /// Prints each finding when it comes and when it says something else, and as JSON when it is gone for some looks.
    async fn follow(&self, mut books: Books, events: &mut Receiver<Event>, scope: &Scope) -> Result<ExitCode, Failure> {
        let mut out = Out::new();
        let mut standing = Standing::default();
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        loop {
            let began = Instant::now();
            let (mut found, _) = self.look(&mut books, scope.clone());
            let gone = standing.take(found.iter().map(|alert| alert.finding.clone()).collect(), Stamp::now(), false);
            for stands in standing.all().iter().filter(|stands| !stands.is_clearing()) {
                let key = stands.finding.key();
                let Some(alert) = found.iter_mut().find(|alert| alert.finding.key() == key) else { continue };
                alert.finding.clone_from(&stands.finding);
                let said = &stands.finding.message;
                if known.get(&key) != Some(said) {
                    self.print(&mut out, alert)?;
                    known.insert(key, said.clone());
                }
            }
            for key in gone {
                known.remove(&key);
                if self.args.json {
                    let (rule, subject) = key.split_once(':').unwrap_or((&key, ""));
                    escape::compact(&mut out, &json!({"type": rule, "subject": subject, "state": "gone"}))?;
                    out.write_all(b"\n")?;
                }
            }
            self.tell(&mut standing, &found);
            out.flush()?;
            if self.fails(&found) {
                return Ok(ExitCode::from(3));
            }
            let rest = REST.max(began.elapsed() * TIMES);
            let until = tokio::time::Instant::now() + rest;
            while let Ok(event) = tokio::time::timeout_at(until, events.recv()).await {
                match event {
                    Some(event) => books.take(event, &mut Unobserved),
                    None => return Ok(ExitCode::SUCCESS),
                }
            }
            if out.is_closed() {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }

    /// Tells by command and webhook of what is new, on a thread that nobody waits for.
    fn tell(&self, standing: &mut Standing, found: &[Alert]) {
        let of = |key: &str| found.iter().find(|alert| alert.finding.key() == key);
        for finding in standing.untold(|key| of(key).is_some_and(|alert| alert.verdict == Verdict::New)) {
            let Some((ways, alert)) = self.alerts.of(finding.severity).zip(of(&finding.key())) else { continue };
            let (ways, alert) = (ways.clone(), alert.clone());
            thread::spawn(move || tell::tell(&ways, &alert).unwrap_or_else(|why| complain(&why)));
        }
    }

    fn print(&self, out: &mut Out, alert: &Alert) -> std::io::Result<()> {
        if self.args.json {
            escape::compact(&mut *out, &alerts::json(alert))?;
        } else {
            alerts::text(&mut *out, alert)?;
        }
        out.write_all(b"\n")
    }
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Low => Self::Low,
            FailOn::Medium => Self::Medium,
            FailOn::High => Self::High,
        }
    }
}
