//! `audit`: pairs of books and what they disagree in, as JSON and as text.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::calls::place;
use super::escape::toml;
use crate::figures::audit::{
    self, Audit, Case, Field, Finding, Pair, Subject, Unsound, accounts_of, passed, title, what,
};
use crate::ingest::event::SourceInfo;
use crate::model::{SourceId, Span, Sym, Usd, clean};
use crate::store::{Account, Row, Store};
use crate::ui::numbers;

/// What those who know prices say of findings.
#[derive(Debug, Default)]
pub struct Notes {
    /// Row → why its log may claim what it does.
    pub causes: HashMap<u32, String>,
    /// Model → the name of the catalogue that may be meant.
    pub aliases: HashMap<Sym, String>,
}

impl Notes {
    /// The cause that most calls of a finding have.
    fn usual(&self, finding: &Finding) -> Option<String> {
        Finding::usual(finding.sample().map(|row| self.causes.get(&row).cloned()))
    }
}

/// The interface's object.
pub fn json(store: &Store, sources: &[SourceInfo], audit: &Audit, notes: &Notes) -> Json {
    let cases = audit.findings.iter().flat_map(|finding| finding.cases.iter().map(move |case| (finding, *case)));
    json!({
        "calls": audit.calls,
        "pairs": audit.pairs.iter().map(|pair| pair_json(store, pair)).collect::<Vec<_>>(),
        "findings": cases.map(|(finding, case)| case_json(store, sources, finding.about, case, notes)).collect::<Vec<_>>(),
    })
}

fn pair_json(store: &Store, pair: &Pair) -> Json {
    json!({
        "left": store.label_of(pair.left),
        "right": store.label_of(pair.right),
        "matchedBy": pair.matched_by.words(),
        "left_only": pair.left_only,
        "right_only": pair.right_only,
        "matched": pair.matched,
        "weak": pair.weak,
        "unclear": pair.unclear,
        "differ": pair.differ,
        "costLeft": pair.left_cost,
        "costRight": pair.right_cost,
        "skewMs": pair.skew,
    })
}

fn case_json(store: &Store, sources: &[SourceInfo], about: Subject, case: Case, notes: &Notes) -> Json {
    let row = store.row(case.row);
    let side = |told: Option<(Account, Span)>| {
        told.map(|(account, span)| {
            json!({
                "source": place(sources, account.source, span.at),
                "model": store.names().get(account.model),
                "tokens": account.tokens,
                "costUsd": account.cost,
                "timestamp": account.at.iso(),
            })
        })
    };
    let [left, right] = sides(store, about, case);
    let usd = match about {
        Subject::Claim { .. } => row.logged_cost().zip(row.our_cost()).map(|(logged, ours)| logged - ours),
        Subject::Differ { .. } => left.zip(right).and_then(|((left, _), (right, _))| Some(left.cost? - right.cost?)),
        _ => left.or(right).and_then(|(account, _)| account.cost),
    };
    let mut answer = json!({
        "check": about.check().word(),
        "message": message(store, about, case, notes),
        "id": store.execution_of(case.row).map_or_else(|| row.id(), str::to_owned),
        "call": row.id(),
        "left": side(left),
        "right": side(right),
        "usd": usd,
    });
    match about {
        Subject::Claim { .. } => {
            answer["loggedUsd"] = json!(row.logged_cost());
            answer["computedUsd"] = json!(row.our_cost());
            answer["likelyCause"] = json!(notes.causes.get(&case.row));
        }
        Subject::Unknown { model } => answer["like"] = json!(notes.aliases.get(&model)),
        _ => {}
    }
    if case.other.is_some() {
        answer["weak"] = json!(true);
    }
    answer
}

/// The accounts on the two sides of a case. A call that one book lacks stands on that book's other side; what is wrong
/// within one source stands on the left.
fn sides(store: &Store, about: Subject, case: Case) -> [Option<(Account, Span)>; 2] {
    let row = store.row(case.row);
    match about {
        Subject::Only { of, not } => {
            let [account, _] = accounts_of(store, case, of, not);
            if store.label_of(of) < store.label_of(not) { [account, None] } else { [None, account] }
        }
        Subject::Differ { left, right, .. } => accounts_of(store, case, left, right),
        _ => [store.account(case.row, row.source()), None],
    }
}

/// The case in a sentence.
pub fn message(store: &Store, about: Subject, case: Case, notes: &Notes) -> String {
    let row = store.row(case.row);
    let name = |source: SourceId| audit::name(store, source);
    let [left, right] = sides(store, about, case);
    let tokens = |account: Account| account.tokens.map(|count| format!(" with {} tokens", numbers::grouped(count)));
    let model = |account: Account| store.names().get(account.model).unwrap_or("an unnamed model");
    match about {
        Subject::Only { of, not } => match left.or(right) {
            Some((account, _)) => format!(
                "a {} call{} is in {} and missing in {}",
                model(account),
                tokens(account).unwrap_or_default(),
                name(of),
                name(not)
            ),
            None => what(store, about, None),
        },
        Subject::Differ { left: one, right: other, field } => {
            let (Some((left, _)), Some((right, _))) = (left, right) else { return what(store, about, None) };
            let said = |account: Account| match field {
                Field::Model => model(account).to_owned(),
                Field::Tokens => format!("{} tokens", count(account.tokens)),
                Field::Cost => numbers::money_exact(account.cost),
                Field::Time => account.at.iso(),
            };
            let weak = if case.other.is_some() { " (the two only look like one call)" } else { "" };
            format!("{} says {}, {} says {}{weak}", name(one), said(left), name(other), said(right))
        }
        Subject::Claim { .. } => {
            let cause = notes.causes.get(&case.row).map(|cause| format!(": {cause}")).unwrap_or_default();
            let logged = numbers::money_exact(row.logged_cost());
            let ours = row.our_cost().map_or_else(
                || "a price that is not known".to_owned(),
                |ours| format!("{} by its tokens", numbers::money_exact(ours)),
            );
            format!("{} is logged at {logged} instead of {ours}{cause}", row.model().unwrap_or("a call"))
        }
        Subject::Unsound { what, .. } => unsound(row, what),
        Subject::Unknown { model } => {
            let like = notes.aliases.get(&model).map(|like| format!(" (is it {like}?)")).unwrap_or_default();
            format!("no catalogue knows {}{like}", store.label(model))
        }
    }
}

fn unsound(row: Row<'_>, what: Unsound) -> String {
    let usage = row.usage();
    match what {
        Unsound::Total => format!(
            "it says {} tokens in all, and its parts are {}",
            count(usage.total_logged.map(u64::from)),
            count(usage.total())
        ),
        Unsound::Reasoning => format!(
            "it has {} reasoning tokens among {} of output",
            count(usage.reasoning.map(u64::from)),
            count(usage.output.map(u64::from))
        ),
        Unsound::FirstToken => format!(
            "its first token came after {}, its end after {}",
            numbers::duration(row.first_token()),
            numbers::duration(row.took())
        ),
        what => format!("it {}", what.words()),
    }
}

fn count(tokens: Option<u64>) -> String {
    tokens.map_or_else(|| numbers::UNKNOWN.to_owned(), numbers::grouped)
}

/// Cases of a finding that are listed.
const LISTED: usize = 5;

/// For people.
pub fn text(mut out: impl Write, store: &Store, audit: &Audit, notes: &Notes) -> io::Result<()> {
    let calls = numbers::grouped(audit.calls);
    match audit.failed() {
        0 => writeln!(out, "{calls} calls looked at: the books agree")?,
        failed => {
            writeln!(out, "{calls} calls looked at: {failed} of {} checks fail", crate::figures::Check::ALL.len())?;
        }
    }
    pairs(&mut out, store, audit)?;
    writeln!(out, "\n  {:<14} {:>9} {:>11}  WHAT", "CHECK", "CALLS", "AMOUNT")?;
    for (check, finding) in audit.lines() {
        let Some(finding) = finding else {
            let (mark, words) = audit.unasked(check).map_or(("✓", passed(check)), |why| ("–", why));
            writeln!(out, "{mark} {:<14} {:>9} {:>11}  {words}", title(check), "0", "–")?;
            continue;
        };
        writeln!(
            out,
            "✗ {:<14} {:>9} {:>11}  {}",
            title(check),
            numbers::grouped(finding.cases.len() as u64),
            numbers::money(finding.usd),
            clean::field(&what(store, finding.about, notes.usual(finding).as_deref()))
        )?;
        cases(&mut out, store, finding, notes)?;
    }
    Ok(())
}

fn pairs(out: &mut impl Write, store: &Store, audit: &Audit) -> io::Result<()> {
    if audit.pairs.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nPAIRS")?;
    for pair in &audit.pairs {
        let mark = if pair.agrees() { "✓" } else { "✗" };
        let [left, right] = [pair.left, pair.right].map(|source| clean::field(store.label_of(source)).into_owned());
        writeln!(out, "{mark} {left} and {right}, matched by {}", pair.matched_by.words())?;
        let mut parts = vec![
            format!("{} in both", numbers::grouped(pair.matched)),
            format!("{} only in the first", numbers::grouped(pair.left_only)),
            format!("{} only in the second", numbers::grouped(pair.right_only)),
            format!("{} differ", numbers::grouped(pair.differ)),
        ];
        let some = [(pair.weak, "only look alike"), (pair.unclear, "cannot be compared")];
        parts.extend(
            some.into_iter()
                .filter(|(calls, _)| *calls > 0)
                .map(|(calls, what)| format!("{} {what}", numbers::grouped(calls))),
        );
        writeln!(out, "    {}", parts.join(", "))?;
        let cost = |cost: Option<Usd>| cost.map_or_else(|| "none".to_owned(), numbers::money_full);
        let skew = pair.skew.map(|skew| format!("; clocks {} apart", numbers::seconds(Some(skew.unsigned_abs()))));
        writeln!(
            out,
            "    costs stated: {} and {}{}",
            cost(pair.left_cost),
            cost(pair.right_cost),
            skew.unwrap_or_default()
        )?;
    }
    Ok(())
}

fn cases(out: &mut impl Write, store: &Store, finding: &Finding, notes: &Notes) -> io::Result<()> {
    if let Subject::Unknown { model } = finding.about {
        let like =
            notes.aliases.get(&model).map(|like| format!("{{ like = {} }}, or ", toml(like))).unwrap_or_default();
        let name = toml(store.label(model));
        writeln!(
            out,
            "    what settles it, under [prices] in callscope.toml: {name} = {like}{{ input = …, output = … }}, or \"free\" if it costs nothing"
        )?;
        return Ok(());
    }
    for case in finding.cases.iter().take(LISTED) {
        let row = store.row(case.row);
        let id = store.execution_of(case.row).map_or_else(|| row.id(), str::to_owned);
        let said = message(store, finding.about, *case, notes);
        writeln!(out, "    {}  {}  {}", row.at().iso(), clean::field(&id), clean::field(&said))?;
    }
    match finding.cases.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => {
            writeln!(out, "    … and {} more: `callscope audit --json` lists them all", numbers::grouped(more as u64))
        }
    }
}
