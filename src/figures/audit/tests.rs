//! Books that disagree, and books that only seem to.

use super::*;
use crate::model::time::{HOUR, MINUTE, SECOND};
use crate::model::{Bill, Call, Relation, Scribe, Span, Stamp, Usage};
use crate::store::{Priced, Pricer, SourceCard, Unobserved};

/// A cent a thousand tokens of every model but `nobodys`.
struct Cents;

impl Pricer for Cents {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let known = row.model() != Some("nobodys");
        let ours = row.usage().total().filter(|_| known).map(|tokens| Usd(tokens as i64 * 10_000));
        let logged = row.logged_cost();
        let mismatch = logged.zip(ours).is_some_and(|(logged, ours)| crate::model::bill::differs(logged, ours));
        let source = match (logged, ours) {
            (Some(_), _) => CostSource::Logged,
            (None, Some(_)) => CostSource::Computed,
            (None, None) => CostSource::Unpriced,
        };
        Priced { ours, source, mismatch }
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

struct Shelf {
    store: Store,
    scribes: Vec<Scribe>,
    told: u64,
}

const NOON: Stamp = Stamp(1_700_000_000_000);

impl Shelf {
    /// Sources of these formats, in one database.
    fn new(formats: &[&str]) -> Self {
        let mut store = Store::default();
        for (nth, format) in formats.iter().enumerate() {
            let card = SourceCard { label: format!("s{nth}"), format: (*format).to_owned(), ..SourceCard::default() };
            store.add_source(SourceId(nth as u32), card);
        }
        Self { store, scribes: (0..formats.len()).map(|nth| Scribe::new(SourceId(nth as u32))).collect(), told: 0 }
    }

    fn tell(&mut self, source: usize, call: &Call<'_>) {
        self.told += 1;
        self.scribes[source].write(call, self.told, Span { at: self.told, len: 1 });
        let batch = self.scribes[source].take();
        self.store.absorb(batch, &mut Cents, &mut Unobserved);
    }

    fn audit(&self) -> Audit {
        Audit::of(&self.store, Scope::default())
    }

    /// Each finding, with how many calls fail it.
    fn findings(&self) -> Vec<(Check, usize)> {
        self.audit().findings.iter().map(|finding| (finding.about.check(), finding.cases.len())).collect()
    }
}

fn usage(input: u32, output: u32) -> Usage {
    Usage { input: Some(input), output: Some(output), ..Usage::default() }
}

/// The `nth` call of a day, a minute after the one before.
fn call(nth: i64) -> Call<'static> {
    Call {
        id: Some(format!("req-{nth}").into()),
        at: NOON.plus(nth * MINUTE),
        model: Some("gpt-4o".into()),
        usage: usage(1_000 + nth as u32, 100),
        logged_cost: Some(Usd((1_100 + nth) * 10_000)),
        ..Call::default()
    }
}

/// Two logs of ten calls, but for what `change` does to the sixth in the second.
fn changed(change: impl FnOnce(&mut Call<'static>)) -> Vec<(Check, usize)> {
    let mut shelf = Shelf::new(&["fields", "fields"]);
    let mut change = Some(change);
    for nth in 0..10 {
        shelf.tell(0, &call(nth));
        let mut other = call(nth);
        other.at = other.at.plus(200);
        if nth == 5
            && let Some(change) = change.take()
        {
            change(&mut other);
        }
        shelf.tell(1, &other);
    }
    let audit = shelf.audit();
    assert_eq!(audit.pairs.len(), 1);
    let pair = &audit.pairs[0];
    assert_eq!((pair.matched, pair.left_only, pair.right_only, pair.skew), (10, 0, 0, Some(200)));
    assert_eq!(pair.differ, u64::from(!audit.findings.is_empty()));
    shelf.findings()
}

#[test]
fn each_field_that_differs_is_a_finding_and_rounding_is_none() {
    assert_eq!(changed(|_| {}), []);
    assert_eq!(changed(|other| other.model = Some("gpt-4o-mini".into())), [(Check::Model, 1)]);
    assert_eq!(changed(|other| other.model = Some("openai/gpt-4o-2024-08-06".into())), []);
    assert_eq!(changed(|other| other.model = None), [], "what is not said is no difference");
    assert_eq!(changed(|other| other.usage = usage(1_004, 101)), [(Check::Tokens, 1)]);
    assert_eq!(changed(|other| other.usage = usage(1_005, 100)), []);
    assert_eq!(changed(|other| other.logged_cost = Some(Usd(22_100_000))), [(Check::Cost, 1)]);
    assert_eq!(changed(|other| other.logged_cost = Some(Usd(11_051_000))), [], "less than a per cent");
    assert_eq!(changed(|other| other.logged_cost = None), []);
    assert_eq!(changed(|other| other.at = other.at.plus(HOUR)), [(Check::Time, 1)]);
    assert_eq!(changed(|other| other.at = other.at.plus(4 * MINUTE)), []);
}

#[test]
fn what_one_book_lacks_is_missing_unless_that_book_had_not_begun() {
    let mut shelf = Shelf::new(&["fields", "fields"]);
    for nth in 0..20 {
        let mut told = call(nth);
        if nth < 3 {
            told.at = told.at.minus(5 * HOUR);
        }
        shelf.tell(0, &told);
        if nth >= 3 && nth != 7 && nth != 19 {
            shelf.tell(1, &told);
        }
    }
    let audit = shelf.audit();
    let pair = &audit.pairs[0];
    assert_eq!((pair.left_calls, pair.right_calls, pair.matched), (20, 15, 15));
    assert_eq!((pair.left_only, pair.right_only, pair.unclear), (2, 0, 3));
    let ids: Vec<String> = audit.findings[0].cases.iter().map(|case| shelf.store.row(case.row).id()).collect();
    assert_eq!(ids, ["req-19", "req-7"], "the newest first");
    assert_eq!(audit.findings[0].usd, Some(Usd((1_119 + 1_107) * 10_000)));
    assert_eq!((audit.failed(), audit.lines().count()), (1, Check::ALL.len()));
}

#[test]
fn logs_that_share_a_call_or_two_are_no_books_of_each_other() {
    let mut shelf = Shelf::new(&["fields", "fields"]);
    for nth in 0..20 {
        shelf.tell(0, &call(nth));
        shelf.tell(1, &call(nth + 13));
    }
    assert_eq!(shelf.audit().pairs, []);
    // Nor are a session and its fork, which are one tool's one book.
    let mut shelf = Shelf::new(&["claude-code", "claude-code"]);
    for nth in 0..6 {
        let told = Call { kin: Some(format!("msg-{nth}").into()), ..call(nth) };
        shelf.tell(0, &told);
        shelf.tell(1, &told);
    }
    assert_eq!(shelf.audit().pairs, []);
}

#[test]
fn books_without_ids_are_matched_by_likeness_and_called_so() {
    let mut shelf = Shelf::new(&["fields", "invoice"]);
    for nth in 0..6 {
        shelf.tell(0, &call(nth));
        let invoiced = Call { id: None, at: call(nth).at.plus(2 * SECOND), ..call(nth) };
        let invoiced = if nth == 4 { Call { logged_cost: Some(Usd(1)), ..invoiced } } else { invoiced };
        if nth != 2 {
            shelf.tell(1, &invoiced);
        }
    }
    let audit = shelf.audit();
    let pair = &audit.pairs[0];
    assert_eq!((pair.matched_by, pair.matched, pair.weak, pair.left_only), (MatchedBy::Likeness, 5, 5, 1));
    let costs: Vec<&Finding> = audit.findings.iter().filter(|found| found.about.check() == Check::Cost).collect();
    assert_eq!(costs.len(), 2, "the invoice disagrees with the log, and with its own tokens");
    assert!(costs[0].cases[0].other.is_some() || costs[1].cases[0].other.is_some());
    assert_eq!(shelf.store.calls(), 11, "resemblance merges nothing");
}

#[test]
fn of_an_execution_with_more_calls_than_witnesses_none_is_missing() {
    let witness = |rank, nth| Call {
        relation: Relation::Witness { execution: "ex1".into(), rank },
        id: Some(format!("{rank}-{nth}").into()),
        ..call(nth)
    };
    let mut shelf = Shelf::new(&["token_usage", "audit_trail"]);
    shelf.tell(0, &witness(0, 0));
    shelf.tell(0, &witness(0, 1));
    shelf.tell(1, &witness(1, 0));
    let pair = shelf.audit().pairs[0].clone();
    assert_eq!((pair.matched_by, pair.matched, pair.left_only, pair.unclear), (MatchedBy::Execution, 1, 0, 1));
}

#[test]
fn a_claim_an_unknown_model_and_a_wrong_sum_need_no_second_book() {
    let mut shelf = Shelf::new(&["fields"]);
    shelf.tell(0, &call(0));
    shelf.tell(0, &Call { logged_cost: Some(Usd(50_000_000)), ..call(1) });
    shelf.tell(0, &Call { model: Some("nobodys".into()), logged_cost: None, ..call(2) });
    shelf.tell(0, &Call { usage: Usage { total_logged: Some(7), ..usage(1_003, 100) }, ..call(3) });
    shelf.tell(0, &Call { took: Some(2_000_000_000), first_token: Some(3_000_000_000), ..call(4) });
    let expected = [(Check::Cost, 1), (Check::Impossible, 1), (Check::Impossible, 1), (Check::UnknownModel, 1)];
    assert_eq!(shelf.findings(), expected);
    assert_eq!(shelf.audit().findings[0].usd, Some(Usd(50_000_000 - 11_010_000)));
    let scope = Scope { filter: crate::query::parse("model=nobodys", NOON).unwrap(), ..Scope::default() };
    assert_eq!(Audit::of(&shelf.store, scope).failed(), 1, "only what the filter keeps is looked at");
}

#[test]
fn a_usual_cause_is_what_most_calls_have() {
    let causes = |all: &[Option<&str>]| Finding::usual(all.iter().map(|cause| cause.map(str::to_owned)));
    assert_eq!(causes(&[Some("twice"), Some("twice"), None]).as_deref(), Some("twice"));
    assert_eq!(causes(&[Some("twice"), None, None]), None);
    assert_eq!(causes(&[]), None);
}
