//! One call told many times: every rule of the module as a scene, and the promise that running figures are those of a
//! fresh count.

use proptest::prelude::*;

use super::*;
use crate::figures::{Board, Listing, Scope};
use crate::model::{Call, Media, Proof, Relation, Scribe, Span, Stamp, Status, Usage};

/// A dollar a token, where there are tokens.
struct Dollars;

impl Pricer for Dollars {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let ours = row.usage().total().map(|tokens| Usd(tokens as i64 * 1_000_000_000));
        Priced { ours, source: if ours.is_some() { CostSource::Computed } else { CostSource::None }, mismatch: false }
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

fn sounding(tokens: u32) -> Media {
    Media([tokens, 0, 0, 0, 0, 0])
}

/// A store that is told by hand.
struct Scene {
    store: Store,
    scribes: Vec<Scribe>,
}

impl Scene {
    /// Sources with these tables; `None` is a file. All of one family.
    fn new(tables: &[Option<&str>]) -> Self {
        let mut store = Store::default();
        for (nth, table) in tables.iter().enumerate() {
            let card = SourceCard {
                label: format!("s{nth}"),
                table: table.map(str::to_owned),
                family: 7,
                ..SourceCard::default()
            };
            store.add_source(SourceId(nth as u32), card);
        }
        let scribes = (0..tables.len()).map(|nth| Scribe::new(SourceId(nth as u32))).collect();
        Self { store, scribes }
    }

    fn tell_to(&mut self, source: usize, fingerprint: u64, at: u64, call: &Call<'_>, observer: &mut impl Observer) {
        let len = u32::from(self.store.table_of(SourceId(source as u32)).is_none());
        self.scribes[source].write(call, fingerprint, Span { at, len });
        let batch = self.scribes[source].take();
        self.store.absorb(batch, &mut Dollars, observer);
    }

    fn tell(&mut self, source: usize, fingerprint: u64, at: u64, call: &Call<'_>) {
        self.tell_to(source, fingerprint, at, call, &mut Unobserved);
    }

    fn models(&self) -> Vec<&str> {
        self.store.rows().filter_map(Row::model).collect()
    }

    fn counts(&self, source: u32) -> (u64, u64, u64) {
        let counts = self.store.counts_of(SourceId(source));
        (counts.calls, counts.updates, counts.duplicates)
    }
}

fn call(model: &'static str, at: i64) -> Call<'static> {
    Call { model: Some(model.into()), at: Stamp(at), ..Call::default() }
}

fn tokens(total: u32) -> Usage {
    Usage { total_logged: Some(total), ..Usage::default() }
}

#[test]
fn an_outcome_that_is_read_before_its_decision_is_no_second_call() {
    let opener =
        |at| Call { relation: Relation::Opens(5), status: Status::Pending, confidence: Some(0.9), ..call("a", at) };
    let outcome = |at| Call { relation: Relation::Completes(5), usage: tokens(at as u32), ..call("a", at) };
    // A log cut in the middle of its second call: two whole ones and one that is still open, whichever part is read first.
    let parts = [[opener(1), outcome(2), opener(3)], [outcome(4), opener(5), outcome(6)]];
    for order in [[0, 1], [1, 0]] {
        let mut scene = Scene::new(&[None, None]);
        for part in order {
            for told in &parts[part] {
                scene.tell(part, told.at.0 as u64, told.at.0 as u64, told);
            }
        }
        let mut board = Board::fold(&scene.store, Scope::default(), None);
        scene.store.settle(&mut Dollars, &mut board);
        let calls: Vec<_> = scene.store.rows().map(|row| (row.at().0, row.usage().total(), row.confidence())).collect();
        let mut sorted = calls.clone();
        sorted.sort_by_key(|(at, ..)| *at);
        let truth = [(1, Some(2), Some(0.9)), (3, Some(4), Some(0.9)), (5, Some(6), Some(0.9))];
        assert_eq!(sorted, truth, "{order:?}");
        assert_eq!((scene.store.calls(), board.total.calls), (3, 3), "{order:?}");
        assert_eq!(scene.counts(0).0 + scene.counts(1).0, 3, "{order:?}");
        // A copy of the outcome tells nothing new.
        scene.tell(0, 4, 9, &outcome(4));
        assert_eq!(scene.store.calls(), 3, "{order:?}");
    }
    // Nor does it complete a later decision of a file that was read before.
    let mut scene = Scene::new(&[None, None]);
    scene.tell(1, 9, 9, &opener(9));
    scene.tell(0, 1, 1, &opener(1));
    scene.tell(0, 2, 2, &outcome(2));
    let open: Vec<_> = scene.store.rows().filter(|row| row.status() == Status::Pending).map(|row| row.at().0).collect();
    assert_eq!(open, [9]);
    // In one file the decision stands first: an outcome before it is another call's.
    let mut scene = Scene::new(&[None]);
    scene.tell(0, 1, 1, &outcome(1));
    scene.tell(0, 2, 2, &opener(1));
    scene.store.settle(&mut Dollars, &mut Unobserved);
    assert_eq!(scene.store.calls(), 2);
}

#[test]
fn the_same_bytes_in_another_file_are_the_same_call_and_in_one_file_they_are_not() {
    let mut scene = Scene::new(&[None, None]);
    for at in 0..3 {
        scene.tell(0, 42, at, &call("a", 1_000));
    }
    assert_eq!(scene.store.calls(), 3, "repeats inside one file");
    for at in 0..4 {
        scene.tell(1, 42, at, &call("a", 1_000));
    }
    assert_eq!(scene.store.calls(), 4, "the k-th matches the k-th, and the fourth is new");
    assert_eq!((scene.counts(0), scene.counts(1)), ((3, 0, 0), (1, 0, 3)));
    let ids: Vec<String> = scene.store.rows().map(Row::id).collect();
    assert_eq!(ids, ["000000000000002a", "000000000000002a-2", "000000000000002a-3", "000000000000002a-4"]);
    assert_eq!(scene.store.row(0).twins().len(), 1);
}

#[test]
fn searches_are_kept_for_the_few_rows_that_have_any_and_lent_by_a_lesser_telling() {
    let searched = |web_searches: u32| Usage { web_searches, ..tokens(10) };
    let mut scene = Scene::new(&[Some("t"), None]);
    for (at, searches) in [(1, 0), (2, 3), (2, 0), (3, 1), (3, 2)] {
        scene.tell(0, at, at, &Call { usage: searched(searches), ..call("a", at as i64) });
    }
    let told =
        |id: &'static str, searches: u32| Call { id: Some(id.into()), usage: searched(searches), ..call("b", 9) };
    scene.tell(1, 7, 0, &told("x", 4));
    scene.tell(1, 8, 1, &Call { usage: Usage { web_searches: 0, ..tokens(20) }, ..told("x", 0) });
    let kept: Vec<u32> = scene.store.rows().map(|row| row.usage().web_searches).collect();
    assert_eq!(kept, [0, 0, 2, 4]);
}

/// A step for each earlier line would make this take minutes.
#[test]
fn what_of_a_call_is_sound_is_lent_by_a_telling_of_as_many_tokens() {
    let told = |total, sound| Call {
        id: Some("x".into()),
        usage: Usage { media: sounding(sound), ..tokens(total) },
        user: (sound == 0).then(|| "u".into()),
        took: (sound == 0).then_some(9),
        ..call("a", 1_000)
    };
    for (other, kept) in [((20, 8), 8), ((19, 8), 0)] {
        for turned in [false, true] {
            let mut scene = Scene::new(&[None, None]);
            let mut tellings = [told(20, 0), told(other.0, other.1)];
            if turned {
                tellings.reverse();
            }
            for (at, telling) in (1..).zip(&tellings) {
                scene.tell(at as usize - 1, at, at, telling);
            }
            let usage = scene.store.rows().next().unwrap().usage();
            assert_eq!((usage.total(), usage.media), (Some(20), sounding(kept)), "{other:?} {turned}");
        }
    }
}

#[test]
fn one_line_may_be_repeated_for_ever() {
    let mut scene = Scene::new(&[None, None]);
    for source in [0, 1] {
        for at in 0..40_000 {
            scene.scribes[source].write(&call("a", 1_000), 42, Span { at, len: 1 });
        }
        let batch = scene.scribes[source].take();
        scene.store.absorb(batch, &mut Dollars, &mut Unobserved);
    }
    assert_eq!((scene.counts(0), scene.counts(1)), ((40_000, 0, 0), (0, 0, 40_000)));
}

#[test]
fn a_file_that_is_read_again_from_its_beginning_tells_nothing_new() {
    let mut scene = Scene::new(&[None]);
    scene.tell(0, 1, 0, &call("a", 1_000));
    scene.scribes[0].batch.pass += 1;
    scene.tell(0, 1, 0, &call("a", 1_000));
    scene.tell(0, 2, 9, &call("b", 2_000));
    assert_eq!(scene.models(), ["a", "b"]);
}

#[test]
fn each_record_of_a_call_is_recognised_by_what_is_in_it() {
    let opens = |id: Option<&'static str>| Call {
        id: id.map(Into::into),
        relation: Relation::Opens(5),
        status: Status::Pending,
        ..call("a", 1_000)
    };
    let completes = |id: Option<&'static str>| Call {
        id: id.map(Into::into),
        relation: Relation::Completes(5),
        ..call("a", 2_000)
    };
    let id = || Proof::Id("id".to_owned());
    for (of_the_decision, of_the_outcome, proof) in
        [(None, None, Proof::Key(22)), (Some("id"), None, Proof::Key(22)), (None, Some("id"), id())]
    {
        let mut scene = Scene::new(&[None]);
        scene.tell(0, 11, 100, &opens(of_the_decision));
        let alone = if of_the_decision.is_some() { Proof::Either(11, "id".to_owned()) } else { Proof::Key(11) };
        assert_eq!(scene.store.row(0).mark().proof, alone);
        scene.tell(0, 22, 200, &completes(of_the_outcome));
        let row = scene.store.row(0);
        assert_eq!((row.mark().at, row.mark().proof), (200, proof));
        assert_eq!(row.opened().map(|(_, mark)| (mark.at, mark.proof)), Some((100, Proof::Key(11))));
    }
}

#[test]
fn an_outcome_completes_the_oldest_open_decision_like_it() {
    let mut scene = Scene::new(&[None]);
    let open =
        |at| Call { relation: Relation::Opens(5), status: Status::Pending, confidence: Some(0.9), ..call("a", at) };
    let outcome = Call { relation: Relation::Completes(5), usage: tokens(321), took: Some(9), ..call("a", 3_000) };
    scene.tell(0, 1, 0, &open(1_000));
    scene.tell(0, 2, 10, &open(2_000));
    scene.tell(0, 3, 20, &outcome);
    let told: Vec<_> = scene
        .store
        .rows()
        .map(|row| (row.at().0, row.status(), row.usage().total(), row.opened().map(|(_, mark)| mark.at)))
        .collect();
    assert_eq!(told, [(1_000, Status::Success, Some(321), Some(0)), (2_000, Status::Pending, None, None)]);
    assert_eq!(scene.store.row(0).confidence(), Some(0.9), "what the decision said stays");
    assert_eq!(scene.store.row(0).cost(), Some(Usd(321_000_000_000)), "priced anew");
    assert_eq!(scene.store.row(0).span().at, 20, "the fuller record is the one to read");
    scene.tell(0, 4, 30, &outcome);
    scene.tell(0, 5, 40, &outcome);
    assert_eq!(scene.store.calls(), 3, "with none open it is one complete call");
    assert_eq!(scene.counts(0), (3, 2, 0));
}

#[test]
fn equal_ids_are_one_call_and_the_fullest_telling_wins_in_either_order() {
    let with_id = |tokens_told: u32, at| Call { id: Some("msg_1".into()), usage: tokens(tokens_told), ..call("a", at) };
    for order in [[9, 9, 159], [159, 9, 9], [9, 159, 9]] {
        let mut scene = Scene::new(&[None, None]);
        scene.tell(0, 1, 0, &with_id(order[0], 1_000));
        scene.tell(0, 2, 10, &with_id(order[1], 1_001));
        scene.tell(1, 3, 0, &with_id(order[2], 1_002));
        assert_eq!(scene.store.calls(), 1);
        let row = scene.store.row(0);
        assert_eq!((row.usage().total(), row.at(), row.id().as_str()), (Some(159), Stamp(1_000), "msg_1"), "{order:?}");
        assert!(row.flags().has(Flags::TWIN));
    }
}

/// Tells three tellings of one call in every order, and says what came of it.
fn in_every_order(tellings: &[Call<'_>; 3], outcome: impl Fn(Row<'_>) -> String) -> Vec<String> {
    let mut outcomes: Vec<String> = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        .map(|order| {
            let mut scene = Scene::new(&[None, None, None]);
            for nth in order {
                scene.tell(nth, nth as u64, 0, &tellings[nth]);
            }
            assert_eq!(scene.store.calls(), 1);
            outcome(scene.store.row(0))
        })
        .to_vec();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

#[test]
fn of_tellings_that_contradict_each_other_the_same_one_wins_in_any_order() {
    let told = |total, at| Call { id: Some("msg_1".into()), usage: tokens(total), ..call("a", at) };
    let cost = |cents: i64| Some(Usd(cents * 10_000_000));
    let costs = [
        Call { logged_cost: cost(1), ..told(50, 9) },
        told(1_000, 9),
        Call { logged_cost: cost(50), ..told(1_000, 9) },
    ];
    let logged = |row: Row<'_>| row.logged_cost().map_or_else(String::new, |usd| usd.to_string());
    assert_eq!(in_every_order(&costs, logged), ["0.500000000"], "what a lesser telling cost this one did not");
    // It grew in one folder, and was told again from another after it had ended.
    let from = |project: &'static str, total, at| Call { project: Some(project.into()), ..told(total, at) };
    let folders = [from("app", 1, 1_000), from("app", 70, 3_000), from("copy", 70, 2_500)];
    let project = |row: Row<'_>| format!("{:?} {:?}", row.name(Dim::Project), row.at());
    assert_eq!(in_every_order(&folders, project).len(), 1);
}

#[test]
fn a_table_is_the_truth_about_its_rows() {
    let mut scene = Scene::new(&[Some("calls")]);
    let pending = Call { status: Status::Pending, ..call("a", 1_000) };
    scene.tell(0, 1, 5, &pending);
    assert_eq!(scene.store.row(0).id(), "calls:5");
    scene.tell(0, 1, 5, &Call { usage: tokens(7), ..call("a", 1_000) });
    assert_eq!((scene.store.calls(), scene.store.row(0).status()), (1, Status::Success));
    scene.tell(0, 1, 5, &Call { id: Some("req-1".into()), usage: tokens(7), ..call("b", 1_000) });
    assert_eq!((scene.models(), scene.store.row(0).id()), (vec!["b"], "req-1".to_owned()), "an id may come later");
    assert_eq!(scene.counts(0), (1, 2, 0));
    scene.scribes[0].batch.gone.push(5);
    let batch = scene.scribes[0].take();
    scene.store.absorb(batch, &mut Dollars, &mut Unobserved);
    assert_eq!(scene.store.calls(), 0, "a row that is deleted counts no more");
    scene.tell(0, 2, 5, &call("c", 2_000));
    assert_eq!(scene.models(), ["c"], "and its key may be given again");
}

#[test]
fn rows_that_turn_out_to_be_one_call_count_once() {
    let told = |id: &'static str, kin: &'static str, side| Call {
        id: Some(id.into()),
        kin: Some(kin.into()),
        side,
        usage: tokens(7),
        ..call("a", 1_000)
    };
    for side in [true, false] {
        let mut scene = Scene::new(&[None, None, None]);
        scene.tell(0, 1, 0, &told("p:1", "p:1", true));
        scene.tell(1, 2, 0, &told("q:1", "r:1", side));
        assert_eq!(scene.store.calls(), 2, "nothing links them yet");
        scene.tell(2, 3, 0, &told("p:1", "q:1", true));
        let best: Vec<String> = scene.store.rows().map(Row::id).collect();
        assert_eq!(best, [if side { "p:1" } else { "q:1" }], "the one that does not stand aside, else the first");
    }
}

#[test]
fn a_row_of_a_table_may_tell_several_calls_and_all_go_with_it() {
    let mut scene = Scene::new(&[Some("sessions")]);
    for (nth, model) in ["a", "b", "c"].into_iter().enumerate() {
        scene.scribes[0].write(&call(model, nth as i64), nth as u64, Span { at: 5, len: nth as u32 });
    }
    scene.tell(0, 9, 6, &call("other", 9));
    assert_eq!(scene.models(), ["a", "b", "c", "other"]);
    scene.scribes[0].write(&call("b2", 1), 1, Span { at: 5, len: 1 });
    scene.tell(0, 9, 6, &call("other", 9));
    assert_eq!(scene.models(), ["a", "b2", "c", "other"], "each in its place");
    scene.tell(0, 0, 5, &call("all", 0));
    assert_eq!(scene.models(), ["all", "other"], "the first stands in place of all");
    scene.scribes[0].write(&call("d", 7), 7, Span { at: 5, len: 1 });
    scene.scribes[0].batch.gone.push(5);
    let batch = scene.scribes[0].take();
    scene.store.absorb(batch, &mut Dollars, &mut Unobserved);
    assert_eq!(scene.models(), ["other"]);
}

#[test]
fn rows_with_the_same_key_in_two_databases_are_two_calls_and_in_a_copy_they_are_one() {
    let mut scene = Scene::new(&[Some("calls"), Some("calls")]);
    scene.tell(0, 11, 1, &call("staging", 1_000));
    scene.tell(1, 22, 1, &call("production", 2_000));
    assert_eq!(scene.store.calls(), 2);
    scene.tell(1, 11, 2, &call("staging", 1_000));
    assert_eq!(scene.store.calls(), 2, "same table, key and moment");
}

#[test]
fn witnesses_of_one_execution_are_one_call_told_by_the_best() {
    let mut scene = Scene::new(&[Some("agent_logs"), Some("audit_trail"), Some("token_usage")]);
    let witness = |model, execution: &'static str, rank| Call {
        relation: Relation::Witness { execution: execution.into(), rank },
        ..call(model, 1_000)
    };
    scene.tell(0, 1, 1, &witness("gpt-4o", "ex1", 2));
    scene.tell(1, 2, 1, &witness("gpt-4o-mini", "ex1", 1));
    assert_eq!(scene.models(), ["gpt-4o-mini"], "the log of runs is known to be wrong");
    scene.tell(2, 3, 1, &witness("gpt-4o-mini", "ex2", 0));
    scene.tell(1, 4, 2, &witness("gpt-4o-mini", "ex2", 1));
    assert_eq!(scene.store.calls(), 2, "the counted table has one of them, the audit trail both");
    assert_eq!((scene.counts(0), scene.counts(1), scene.counts(2)), ((0, 0, 1), (1, 0, 1), (1, 0, 0)));
    let best = scene.store.rows().find(|row| row.source() == SourceId(2)).unwrap();
    assert_eq!(best.twins().len(), 1);
    scene.tell(1, 5, 3, &witness("late", "ex2", 1));
    assert_eq!(scene.store.calls(), 3, "one to one: the second has no row in the counted table");
}

/// A telling of one of two calls, each field known or not; of a kin or alone.
fn telling() -> impl Strategy<Value = Call<'static>> {
    let word = |words: &'static [&'static str]| proptest::option::of(proptest::sample::select(words));
    let names = (word(&["a", "b"]), word(&["s", "t"]), word(&["x", "y"]));
    let counts =
        (proptest::option::of(0..3_u32), 0..3_u32, proptest::option::of(0..3_i64), proptest::option::of(1..3_u64));
    let status = proptest::sample::select(&[Status::Success, Status::Pending, Status::Error][..]);
    let stands =
        proptest::sample::select(&[(0, false, false), (1, false, false), (1, true, false), (1, false, true)][..]);
    (0..3_usize, names, counts, status, stands, 0..4_i64, proptest::option::of(proptest::bool::ANY)).prop_map(
        |(id, (model, session, user), (total, sound, cost, took), status, (kin, loose, side), at, overridden)| Call {
            id: Some(["1", "2", "3"][id].into()),
            kin: (kin > 0).then(|| ["k", "k", "1"][id].into()),
            at: Stamp(at),
            model: model.map(Into::into),
            session: session.map(Into::into),
            user: user.map(Into::into),
            usage: Usage { media: sounding(sound), ..total.map(tokens).unwrap_or_default() },
            logged_cost: cost.map(Usd),
            took,
            status,
            overridden,
            loose,
            side,
            ..Call::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What is of a kin in one log is of it in all, as it is in life.
    #[test]
    fn the_order_in_which_a_call_is_told_changes_nothing(
        told in proptest::collection::vec((0..3_usize, telling()), 1..7),
        all_have_kin in proptest::bool::ANY,
        turns in proptest::collection::vec(0..7_usize, 7),
    ) {
        let told: Vec<(usize, u64, Call<'_>)> = (0_u64..)
            .zip(told)
            .map(|(nth, (source, call))| {
                let kin = Some(call.kin.clone().unwrap_or_else(|| "k".into())).filter(|_| all_have_kin);
                (source, nth, Call { loose: call.loose && all_have_kin, side: call.side && all_have_kin, kin, ..call })
            })
            .collect();
        let mut turned = told.clone();
        for (at, turn) in turns.iter().enumerate() {
            let len = turned.len();
            turned.swap(at % len, turn % len);
        }
        let outcome = |told: &[(usize, u64, Call<'_>)]| {
            let mut scene = Scene::new(&[None, None, None]);
            for (source, nth, call) in told {
                scene.tell(*source, *nth, *nth, call);
            }
            let mut rows: Vec<String> = scene
                .store
                .rows()
                .map(|row| {
                    let names = Dim::ALL.map(|dim| row.name(dim));
                    let facts = (row.at(), row.usage(), row.cost(), row.took(), row.status(), row.overridden(), row.twins().len());
                    format!("{} {names:?} {facts:?} {} {:?}", row.id(), row.source().0, row.span())
                })
                .collect();
            rows.sort();
            rows
        };
        prop_assert_eq!(outcome(&told), outcome(&turned));
    }
}

/// What every source says of each call, by its id.
fn said(store: &Store) -> Vec<String> {
    let mut all: Vec<String> = store
        .rows()
        .flat_map(|row| store.accounts(row.index).map(move |(account, _)| (row, account)))
        .map(|(row, account)| {
            let model = store.names().get(account.model);
            format!(
                "{} {} {:?} {model:?} {:?} {:?}",
                row.id(),
                account.source.0,
                account.at,
                account.tokens,
                account.cost
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn what_each_source_says_of_a_call_is_kept_where_they_differ() {
    let told = |model: &'static str, total, cents: i64, at| Call {
        id: Some("req-1".into()),
        usage: tokens(total),
        logged_cost: Some(Usd(cents * 10_000_000)),
        ..call(model, at)
    };
    let mut scene = Scene::new(&[None, Some("calls"), None]);
    scene.tell(0, 1, 0, &told("gpt-4o", 900, 2, 1_000));
    assert_eq!(scene.store.accounts(0).count(), 1);
    scene.tell(1, 2, 7, &told("gpt-4o-mini", 900, 1, 1_200));
    scene.tell(2, 1, 0, &told("gpt-4o", 900, 2, 1_000));
    let models = |scene: &Scene| {
        let models = scene.store.accounts(0).map(|(account, _)| scene.store.label(account.model).to_owned());
        let mut models: Vec<String> = models.collect();
        models.sort();
        models
    };
    assert_eq!(models(&scene), ["gpt-4o", "gpt-4o", "gpt-4o-mini"]);
    assert!(
        said(&scene.store).contains(&r#"req-1 1 Stamp(1200) Some("gpt-4o-mini") Some(900) Some(Usd(10000000))"#.into())
    );
    // The row of the table is mended; then all agree but for the time.
    scene.tell(1, 2, 7, &told("gpt-4o", 900, 2, 1_200));
    assert_eq!(models(&scene), ["gpt-4o", "gpt-4o", "gpt-4o"]);
    assert_eq!(scene.store.accounts.get(&0).map(|kept| kept.len()), Some(1), "only what differs takes room");
    scene.scribes[1].batch.gone.push(7);
    let batch = scene.scribes[1].take();
    scene.store.absorb(batch, &mut Dollars, &mut Unobserved);
    assert_eq!(models(&scene).len(), 2);
    assert!(scene.store.accounts.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Each source is read in its own order; which comes first is chance. A source that tells a call twice tells it
    /// of one session; of three records that contradict each other within one source any may be believed.
    #[test]
    fn what_a_source_says_does_not_depend_on_when_others_are_read(
        told in proptest::collection::vec((0..3_usize, telling()), 1..7),
        turn in 0..6_usize,
    ) {
        let told: Vec<(usize, u64, Call<'_>)> = (0_u64..)
            .zip(told)
            .map(|(nth, (source, call))| {
                let session = call.session.clone().map(|_| ["s", "t", "s"][source].into());
                (source, nth, Call { kin: None, loose: false, side: false, session, ..call })
            })
            .collect();
        let times = |at: usize| told[..at].iter().filter(|(source, _, call)| (source, &call.id) == (&told[at].0, &told[at].2.id)).count();
        let told: Vec<_> = (0..told.len()).filter(|at| times(*at) < 2).map(|at| told[at].clone()).collect();
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let mut turned = told.clone();
        turned.sort_by_key(|(source, ..)| orders[turn][*source]);
        let outcome = |told: &[(usize, u64, Call<'_>)]| {
            let mut scene = Scene::new(&[None, None, None]);
            for (source, nth, call) in told {
                scene.tell(*source, *nth, *nth, call);
            }
            said(&scene.store)
        };
        prop_assert_eq!(outcome(&told), outcome(&turned));
    }
}

/// What may happen to a store, at random.
#[derive(Debug, Clone)]
enum Deed {
    Tell { source: usize, fingerprint: u64, at: u64, model: u8, tokens: u32, relation: u8, id: Option<u8> },
    Gone { at: u64 },
    Settle,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0..4_usize, 0..6_u64, 0..8_u64, 0..3_u8, 0..50_u32, 0..5_u8, proptest::option::weighted(0.3, 0..4_u8))
            .prop_map(|(source, fingerprint, at, model, tokens, relation, id)| Deed::Tell {
                source, fingerprint, at, model, tokens, relation, id,
            }),
        1 => (0..8_u64).prop_map(|at| Deed::Gone { at }),
        1 => Just(Deed::Settle),
    ]
}

proptest! {
    #[test]
    fn running_figures_are_those_of_a_fresh_count(deeds in proptest::collection::vec(deed(), 1..60)) {
        let mut scene = Scene::new(&[None, None, Some("t"), Some("u")]);
        let scope = Scope { filter: crate::query::parse("-model:m2", Stamp(0)).unwrap(), ..Scope::default() };
        let mut board = Board::fold(&scene.store, scope.clone(), None);
        let mut listing = Listing::fold(&scene.store, scope.clone());
        for deed in deeds {
            match deed {
                Deed::Tell { source, fingerprint, at, model, tokens: count, relation, id } => {
                    let id = id.map(|id| format!("id{id}").into());
                    let relation = match relation {
                        1 => Relation::Opens(1),
                        2 => Relation::Completes(1),
                        3 => Relation::Witness { execution: "e".into(), rank: (source % 3) as u8 },
                        _ => Relation::Alone,
                    };
                    let status = if matches!(relation, Relation::Opens(_)) { Status::Pending } else { Status::Success };
                    let told = Call {
                        id,
                        relation,
                        status,
                        model: Some(format!("m{model}").into()),
                        at: Stamp(1_700_000_000_000 + at as i64 * 1_000),
                        usage: tokens(count),
                        took: Some(u64::from(count) * 1_000_000),
                        ..Call::default()
                    };
                    scene.tell_to(source, fingerprint, at, &told, &mut (&mut board, &mut listing));
                }
                Deed::Settle => scene.store.settle(&mut Dollars, &mut (&mut board, &mut listing)),
                Deed::Gone { at } => {
                    scene.scribes[2].batch.gone.push(at);
                    let batch = scene.scribes[2].take();
                    scene.store.absorb(batch, &mut Dollars, &mut (&mut board, &mut listing));
                }
            }
        }
        let fresh = Board::fold(&scene.store, scope.clone(), None);
        prop_assert_eq!(&board.total, &fresh.total);
        let by_model = |board: &Board| {
            let mut sums: Vec<_> = board.models().iter().map(|group| (group.name, group.stats.clone())).collect();
            sums.sort_by_key(|(name, _)| *name);
            sums
        };
        prop_assert_eq!(by_model(&board), by_model(&fresh));
        let fresh: Vec<u32> = Listing::fold(&scene.store, scope).newest_first().collect();
        prop_assert_eq!(listing.newest_first().collect::<Vec<u32>>(), fresh);
        let counted: u64 = (0..4).map(|source| scene.store.counts_of(SourceId(source)).calls).sum();
        prop_assert_eq!(counted, scene.store.calls());
        prop_assert_eq!(scene.store.rows().count() as u64, scene.store.calls());
    }
}
