//! A scene a rule: calls with the finding expected, and the same just under each limit with none.

use super::*;
use crate::figures::Goals;
use crate::figures::budget::{Budget, Per};
use crate::figures::objective::{Goal, Objective};
use crate::model::Amount;
use crate::model::time::{DAY, MINUTE, SECOND};
use crate::model::{Call, Malformed, Scribe, Span, Status, Usage};
use crate::price::Catalog;
use crate::store::{SourceCard, Unobserved};

/// Noon of a day of which the prices of the models below are known.
const NOW: Stamp = Stamp(1_764_158_400_000);

struct Scene {
    store: Store,
    scribe: Scribe,
    prices: Catalog,
    told: u64,
    quiet: Option<i64>,
    goals: Goals,
}

impl Scene {
    fn new() -> Self {
        let mut store = Store::default();
        store.add_source(SourceId(0), SourceCard { label: "app.jsonl".to_owned(), ..SourceCard::default() });
        Self {
            store,
            scribe: Scribe::new(SourceId(0)),
            prices: Catalog::default(),
            told: 0,
            quiet: None,
            goals: Goals::default(),
        }
    }

    /// So many calls, the first of them at `from` and the others a second apart.
    fn calls(mut self, count: u64, from: Stamp, call: &Call<'_>) -> Self {
        for nth in 0..count {
            self.told += 1;
            let call = Call { at: from.plus(nth as i64 * SECOND), ..call.clone() };
            self.scribe.write(&call, self.told, Span { at: self.told, len: 1 });
        }
        let batch = self.scribe.take();
        self.store.absorb(batch, &mut self.prices, &mut Unobserved);
        self
    }

    fn found(mut self, rule: &str) -> Vec<Finding> {
        let mut folded = Folded::of(&self.store, Scope::default(), NOW);
        self.goals.fold(&self.store, NOW);
        folded.standing = self.goals.standing(NOW);
        let sources = [SourceFact { id: SourceId(0), label: "app.jsonl".to_owned(), quiet: self.quiet }];
        let facts = folded.facts(&self.store, &sources, NOW);
        let mut found = Rules::default().check(&facts, &mut self.prices);
        for finding in &found {
            let text = &finding.evidence;
            assert!(crate::query::parse(text, NOW).is_ok(), "{}: {text} is no filter", finding.rule);
            let shown = self.store.rows().filter(|row| evidence(text, NOW).keeps(*row)).count();
            assert!(shown > 0, "{}: {text} keeps no call", finding.rule);
        }
        found.retain(|finding| finding.rule == rule);
        found
    }

    /// The subjects of what a rule finds, and how severe each is.
    fn subjects(self, rule: &str) -> Vec<(String, Severity)> {
        self.found(rule).into_iter().map(|finding| (finding.subject, finding.severity)).collect()
    }
}

fn ago(millis: i64) -> Stamp {
    NOW.minus(millis)
}

fn ok() -> Call<'static> {
    Call { model: Some("gpt-5".into()), route: Some("chat".into()), ..Call::default() }
}

fn failed(kind: &'static str) -> Call<'static> {
    Call { status: Status::Error, error_type: Some(kind.into()), ..ok() }
}

fn sure(confidence: f64) -> Call<'static> {
    Call { confidence: Some(confidence), overridden: Some(false), ..ok() }
}

fn overridden(confidence: f64) -> Call<'static> {
    Call { overridden: Some(true), ..sure(confidence) }
}

fn tokens(input: u32, output: u32) -> Usage {
    Usage { input: Some(input), output: Some(output), ..Usage::default() }
}

fn one(subject: &str, severity: Severity) -> Vec<(String, Severity)> {
    vec![(subject.to_owned(), severity)]
}

#[test]
fn low_success_rate() {
    let scene = |right, wrong| {
        let scene = Scene::new().calls(right, ago(5 * DAY), &ok()).calls(wrong, ago(4 * DAY), &failed("timeout"));
        scene.calls(5, ago(3 * DAY), &Call { status: Status::Pending, ..ok() }).subjects("low-success-rate")
    };
    assert_eq!(scene(7, 3), one("gpt-5", Severity::High));
    assert_eq!(scene(8, 2), [], "0.8 is not below 0.8");
    assert_eq!(scene(6, 3), [], "nine outcomes are too few, whatever is pending");
}

#[test]
fn low_confidence() {
    let scene = |calls, said| Scene::new().calls(calls, ago(DAY), &sure(said)).subjects("low-confidence");
    assert_eq!(scene(10, 0.58), one("chat", Severity::Medium));
    assert_eq!(scene(10, 0.6), []);
    assert_eq!(scene(9, 0.58), []);
}

#[test]
fn high_override_rate() {
    let scene = |kept, over| {
        Scene::new()
            .calls(kept, ago(DAY), &sure(0.9))
            .calls(over, ago(DAY), &overridden(0.9))
            .found("high-override-rate")
    };
    let found = scene(15, 5 + 1);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.ends_with("mostly on route chat"), "{}", found[0].message);
    assert_eq!(scene(16, 4), [], "0.2 is not above 0.2");
    assert_eq!(scene(10, 9), [], "nineteen calls are too few");
    let silent = Scene::new().calls(50, ago(DAY), &Call { overridden: None, ..ok() });
    assert_eq!(silent.subjects("high-override-rate"), [], "a log that tells of none has no rate");
}

#[test]
fn underused_model() {
    let other = Call { model: Some("llama-3-70b".into()), ..ok() };
    let scene =
        |many, few| Scene::new().calls(many, ago(DAY), &ok()).calls(few, ago(DAY), &other).subjects("underused-model");
    assert_eq!(scene(66, 1), one("llama-3-70b", Severity::Low));
    assert_eq!(scene(49, 1), [], "0.02 is not below 0.02");
    assert_eq!(scene(48, 1), [], "forty-nine calls are too few");
}

#[test]
fn cheaper_model() {
    let dear =
        Call { model: Some("claude-opus-4-1".into()), usage: tokens(4_000, 500), overridden: Some(false), ..ok() };
    let cheap = Call { model: Some("claude-sonnet-4-5".into()), ..dear.clone() };
    let scene = |dears, cheaps, wrong| {
        let scene = Scene::new().calls(dears, ago(5 * DAY), &dear).calls(cheaps, ago(5 * DAY), &cheap);
        scene.calls(wrong, ago(4 * DAY), &Call { overridden: Some(true), ..cheap.clone() }).found("cheaper-model")
    };
    let found = scene(40, 60, 0);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].subject, "chat/claude-opus-4-1");
    assert_eq!(found[0].data["instead"], "claude-sonnet-4-5");
    // $15 and $75 a million beside $3 and $15: 40 calls at $0.0975, a fifth of it, in five days.
    assert_eq!(found[0].data["savesUsd"], serde_json::json!(3.12));
    assert_eq!(found[0].worth, Some(Usd(18_720_000_000)));
    assert_eq!(scene(40, 29, 0), [], "too few calls of the cheaper one");
    assert_eq!(scene(29, 60, 0), [], "too few of the dear one");
    assert_eq!(scene(40, 60, 3), [], "it is overridden more often");
    let same = Call { model: Some("claude-opus-4-1-20250805".into()), ..dear.clone() };
    let scene = Scene::new().calls(40, ago(5 * DAY), &dear).calls(60, ago(5 * DAY), &same);
    assert_eq!(scene.found("cheaper-model"), [], "it costs the same");
}

#[test]
fn over_sure_and_under_sure() {
    let scene =
        |said, right, wrong| Scene::new().calls(right, ago(DAY), &sure(said)).calls(wrong, ago(DAY), &overridden(said));
    assert_eq!(scene(0.95, 70, 30).subjects("over-sure"), one("chat", Severity::Medium));
    assert_eq!(scene(0.95, 92, 8).subjects("over-sure"), [], "chance alone explains that");
    assert_eq!(scene(0.95, 20, 9).subjects("over-sure"), [], "twenty-nine calls are too few");
    let found = scene(0.95, 70, 30).found("over-sure");
    assert!(found[0].evidence.ends_with("conf>=0.9"), "{}", found[0].evidence);
    assert_eq!(scene(0.55, 95, 5).subjects("under-sure"), one("chat", Severity::Low));
    assert_eq!(scene(0.55, 70, 30).subjects("under-sure"), [], "chance alone explains that");
    assert_eq!(scene(0.55, 48, 1).subjects("under-sure"), [], "forty-nine calls are too few");
    let unreviewed = Scene::new().calls(100, ago(DAY), &Call { overridden: None, ..sure(0.55) });
    assert_eq!(unreviewed.subjects("under-sure"), [], "nobody looked whether they were right");
}

#[test]
fn confidence_drift() {
    let scene = |now, calls| {
        let before = Scene::new().calls(300, ago(5 * DAY), &sure(0.92)).calls(100, ago(4 * DAY), &sure(0.55));
        before.calls(calls, ago(12 * HOUR), &sure(now)).subjects("confidence-drift")
    };
    assert_eq!(scene(0.55, 250), one("chat", Severity::Medium));
    assert_eq!(scene(0.55, 199), [], "too few calls of the day");
    let same = Scene::new().calls(300, ago(5 * DAY), &sure(0.92)).calls(100, ago(4 * DAY), &sure(0.55));
    let same = same.calls(150, ago(12 * HOUR), &sure(0.92)).calls(50, ago(11 * HOUR), &sure(0.55));
    assert_eq!(same.subjects("confidence-drift"), []);
}

/// Costs so many cents, as the log says.
fn costing(cents: i64) -> Call<'static> {
    Call { logged_cost: Some(Usd(cents * 10_000_000)), usage: tokens(100, 10), ..ok() }
}

#[test]
fn cost_spike() {
    let scene = |days: i64, usual, now| {
        let before =
            (1..=days).fold(Scene::new(), |scene, day| scene.calls(10, ago(day * DAY + 30 * MINUTE), &costing(usual)));
        before.calls(10, ago(30 * MINUTE), &costing(now)).subjects("cost-spike")
    };
    assert_eq!(scene(3, 10, 30), one("", Severity::Medium));
    assert_eq!(scene(3, 10, 100), one("", Severity::High));
    assert_eq!(scene(3, 10, 29), [], "not three times as much");
    assert_eq!(scene(2, 10, 30), [], "two other days are too few");
    assert_eq!(scene(3, 2, 9), [], "less than a dollar");
    let once =
        Scene::new().calls(10, ago(DAY + 30 * MINUTE), &costing(40)).calls(10, ago(2 * DAY + 30 * MINUTE), &costing(5));
    let once = once.calls(10, ago(3 * DAY + 30 * MINUTE), &costing(5)).calls(10, ago(30 * MINUTE), &costing(30));
    assert_eq!(once.subjects("cost-spike"), [], "it cost more yesterday");
}

fn of_a_day(amount: Amount) -> Goals {
    let (name, text) = ("team".to_owned(), "route=chat".to_owned());
    let filter = crate::query::parse(&text, NOW).unwrap();
    let budget = Budget { name, amount, per: Per::Day, filter, text, warn: vec![0.5, 0.8, 1.0] };
    Goals::new(&[budget], &[], NOW)
}

#[test]
fn budget_burn() {
    let spent = |cents: i64| {
        let mut scene = Scene::new().calls(1, ago(30 * MINUTE), &costing(cents));
        scene = scene.calls(9, ago(20 * MINUTE), &Call { route: Some("other".into()), ..costing(500) });
        Scene { goals: of_a_day(Amount::Usd(Usd(10_000_000_000))), ..scene }
    };
    assert_eq!(spent(1_000).subjects("budget-burn"), one("team", Severity::High));
    assert_eq!(spent(999).subjects("budget-burn"), one("team", Severity::Medium), "the level before the last");
    assert_eq!(spent(799).subjects("budget-burn"), one("team", Severity::Low));
    assert_eq!(spent(499).subjects("budget-burn"), [], "below every level, and of other routes it knows nothing");
    let found = spent(1_200).found("budget-burn");
    assert_eq!(found[0].message, "team: the budget of $10 is spent: $12 in this day");
    assert_eq!(found[0].data["spentUsd"], serde_json::json!(12.0));

    // A third of what the day will have come to at this rate.
    let (_, midnight) = Per::Day.around(NOW);
    let ahead = |calls: u64, factor: f64| {
        let begins = Per::Day.around(NOW).0.plus(HOUR - 1).floor(HOUR);
        let at_end = calls as f64 * 0.1 * (midnight.0 - begins.0) as f64 / (NOW.0 - begins.0) as f64;
        let amount = Amount::Usd(Usd::from_dollars(at_end * factor).unwrap());
        Scene { goals: of_a_day(amount), ..Scene::new().calls(calls, begins, &costing(10)) }
    };
    let mut silent = ahead(10, 0.999);
    silent.goals = Goals::default();
    assert_eq!(silent.subjects("budget-burn"), [], "nothing is configured");
    let found = ahead(10, 0.999).found("budget-burn");
    assert_eq!((found.len(), &found[0].data["forecastMethod"]), (1, &serde_json::json!("linear")));
    assert!(found[0].because.iter().any(|why| why.starts_with("forecast $")), "{:?}", found[0].because);
    let told = |scene: Scene| scene.found("budget-burn").iter().any(|finding| finding.message.contains("when it ends"));
    assert!(!told(ahead(10, 1.001)), "it will just last");
    assert!(!told(ahead(9, 0.9)), "nine calls are too few to draw a line");

    let tokens = |input| {
        let scene = Scene::new().calls(1, ago(30 * MINUTE), &Call { usage: tokens(input, 100), ..ok() });
        Scene { goals: of_a_day(Amount::Tokens(2_000)), ..scene }.subjects("budget-burn")
    };
    assert_eq!(tokens(1_900), one("team", Severity::High));
    assert_eq!(tokens(899), []);
}

#[test]
fn objective_burn() {
    let objective = Objective {
        name: "works".to_owned(),
        goal: Goal::Errors(0.02),
        per: 30 * DAY,
        filter: Filter::All,
        text: String::new(),
    };
    // So many calls from a moment on, and how many of them fail; what burns, over which span.
    let scene = |from: i64, calls: u64, bad: u64| {
        let scene = Scene::new().calls(calls - bad, ago(from), &ok()).calls(bad, ago(from), &failed("timeout"));
        let found =
            Scene { goals: Goals::new(&[], std::slice::from_ref(&objective), NOW), ..scene }.found("objective-burn");
        found.into_iter().next().map(|finding| (finding.data["window"].as_str().unwrap().to_owned(), finding.severity))
    };
    let burns = |window: &str, severity| Some((window.to_owned(), severity));
    assert_eq!(scene(4 * MINUTE, 100, 29), burns("1h", Severity::High));
    assert_eq!(scene(4 * MINUTE, 100, 28), burns("6h", Severity::High), "not 14.4 times");
    assert_eq!(scene(20 * MINUTE, 100, 29), burns("6h", Severity::High), "the last five minutes are calm");
    assert_eq!(scene(20 * MINUTE, 100, 12), burns("6h", Severity::High));
    assert_eq!(scene(20 * MINUTE, 100, 11), burns("3d", Severity::Medium), "not six times");
    assert_eq!(scene(50 * MINUTE, 100, 29), burns("3d", Severity::Medium), "the last half hour is calm");
    assert_eq!(scene(7 * HOUR, 100, 29), None, "the last six hours are calm");
    assert_eq!(scene(20 * MINUTE, 250, 10), burns("3d", Severity::Medium));
    assert_eq!(scene(20 * MINUTE, 300, 10), None, "chance alone explains that");
    assert_eq!(scene(4 * MINUTE, 20, 9), None, "nine bad calls are too few, whatever their rate");
}

#[test]
fn cache_collapse() {
    let usage = |input, cached| Usage { cache_read: Some(cached), ..tokens(input, 10) };
    let scene = |before: (u32, u32), now: (u32, u32), calls| {
        let call = |(input, cached)| Call { usage: usage(input, cached), ..ok() };
        let scene = Scene::new().calls(calls, ago(10 * HOUR), &call(before));
        scene.calls(calls, ago(30 * MINUTE), &call(now)).subjects("cache-collapse")
    };
    assert_eq!(scene((2_000, 8_000), (7_000, 3_000), 5), one("gpt-5", Severity::Medium));
    assert_eq!(scene((2_000, 8_000), (5_900, 4_100), 5), [], "more than half of the usual share");
    assert_eq!(scene((7_100, 2_900), (10_000, 0), 5), [], "the cache was hardly used before");
    assert_eq!(scene((2_000, 8_000), (7_000, 3_000), 4), [], "forty thousand tokens are too few");
}

#[test]
fn latency_regression() {
    let took = |millis: u64| Call { took: Some(millis * 1_000_000), ..ok() };
    let scene = |before, now, calls| {
        Scene::new()
            .calls(100, ago(10 * HOUR), &took(before))
            .calls(calls, ago(30 * MINUTE), &took(now))
            .subjects("latency-regression")
    };
    assert_eq!(scene(4_000, 7_000, 20), one("gpt-5", Severity::Medium));
    assert_eq!(scene(4_000, 14_000, 20), one("gpt-5", Severity::High));
    assert_eq!(scene(4_000, 5_500, 20), [], "not half as long again");
    assert_eq!(scene(500, 1_300, 20), [], "less than a second longer");
    assert_eq!(scene(4_000, 7_000, 19), [], "nineteen calls are too few");
}

#[test]
fn error_burst() {
    let scene = |usual, now, right| {
        Scene::new()
            .calls(usual, ago(10 * HOUR), &failed("timeout"))
            .calls(100 - usual, ago(9 * HOUR), &ok())
            .calls(now, ago(30 * MINUTE), &failed("timeout"))
            .calls(right, ago(20 * MINUTE), &ok())
            .subjects("error-burst")
    };
    assert_eq!(scene(2, 10, 90), one("timeout", Severity::Medium));
    assert_eq!(scene(2, 20, 80), one("timeout", Severity::High));
    assert_eq!(scene(2, 9, 60), [], "nine errors are too few");
    assert_eq!(scene(1, 10, 191), [], "less than a twentieth of the outcomes");
    assert_eq!(scene(4, 11, 89), [], "not three times the usual rate");
}

#[test]
fn retry_storm() {
    let scene = |failures| Scene::new().calls(failures, ago(30 * MINUTE), &failed("429")).found("retry-storm");
    let found = scene(10);
    assert_eq!(found[0].subject, "gpt-5/chat");
    assert_eq!(found[0].message, "chat: 429 retry storm on gpt-5: 10 failures in 9.0s");
    assert_eq!(scene(9), []);
    let broken = Scene::new().calls(6, ago(30 * MINUTE), &failed("429")).calls(1, ago(30 * MINUTE).plus(7_000), &ok());
    let broken = broken.calls(6, ago(30 * MINUTE).plus(8_000), &failed("429"));
    assert_eq!(broken.found("retry-storm"), [], "one of them succeeded in between");
    let slow = (0..12).fold(Scene::new(), |scene, nth| scene.calls(1, ago(30 * MINUTE - nth * 11_000), &failed("429")));
    assert_eq!(slow.found("retry-storm"), [], "somebody waits between two attempts");
}

#[test]
fn rate_limits() {
    let scene = |hits, right| {
        Scene::new()
            .calls(hits, ago(DAY), &failed("rate_limit_error"))
            .calls(right, ago(DAY), &ok())
            .subjects("rate-limits")
    };
    assert_eq!(scene(5, 495), one("", Severity::Medium));
    assert_eq!(scene(5, 50), one("", Severity::High));
    assert_eq!(scene(4, 50), []);
    assert_eq!(scene(5, 496), [], "less than a hundredth");
    let other = Scene::new().calls(50, ago(DAY), &failed("timeout"));
    assert_eq!(other.subjects("rate-limits"), []);
}

#[test]
fn unpriced_models() {
    let unknown = Call { model: Some("in-house-7b".into()), usage: tokens(100, 10), ..ok() };
    let found = Scene::new().calls(3, ago(DAY), &unknown).found("unpriced-models");
    assert_eq!(found[0].data["count"], 3);
    assert!(found[0].message.contains("in-house-7b"));
    let priced = Call { usage: tokens(100, 10), ..ok() };
    assert_eq!(Scene::new().calls(3, ago(DAY), &priced).subjects("unpriced-models"), []);
}

#[test]
fn a_source_that_is_quiet_broken_or_no_longer_understood() {
    let mut scene = Scene::new().calls(30, ago(DAY), &ok());
    scene.quiet = Some(5 * MINUTE);
    assert_eq!(scene.subjects("source-quiet"), one("app.jsonl", Severity::Medium));
    let mut scene = Scene::new().calls(30, ago(DAY), &ok());
    scene.quiet = Some(5 * MINUTE - 1);
    assert_eq!(scene.subjects("source-quiet"), []);

    let broken = |lines| {
        let mut scene = Scene::new().calls(30, ago(DAY), &ok());
        scene.scribe.batch.malformed = lines;
        scene.scribe.batch.malformed_first =
            vec![Malformed { span: Span::default(), line: 31, why: "expected value".to_owned() }];
        scene.calls(0, NOW, &ok())
    };
    assert_eq!(broken(1).subjects("malformed-records"), one("app.jsonl", Severity::Low));
    assert_eq!(broken(2).subjects("malformed-records"), one("app.jsonl", Severity::Medium));
    assert_eq!(broken(0).subjects("malformed-records"), []);

    let drifted = |lines| {
        let mut scene = Scene::new().calls(30, ago(DAY), &ok());
        (0..30).for_each(|_| scene.scribe.batch.runs.call(None));
        (0..lines).for_each(|_| scene.scribe.batch.runs.malformed());
        scene.calls(0, NOW, &ok()).subjects("schema-drift")
    };
    assert_eq!(drifted(20), one("app.jsonl", Severity::High));
    assert_eq!(drifted(19), []);
}

#[test]
fn every_limit_is_named_explained_and_has_a_default() {
    for plan in &RULES {
        let defaults = plan.defaults();
        let named: Vec<&str> = plan.limits.iter().map(|(name, _)| *name).collect();
        assert_eq!(defaults.len(), named.len(), "{}: {defaults:?}", plan.name);
        assert!(named.iter().all(|name| defaults.contains_key(*name)), "{}: {defaults:?}", plan.name);
    }
    assert!(plan("low-success-rate").is_some_and(|plan| plan.section() == "low_success_rate"));
}

#[test]
fn a_rule_is_put_out_and_a_limit_is_changed_by_the_configuration() {
    let rules = |text: &str| Rules::new(toml::from_str(text).unwrap());
    let found = |rules: Rules| {
        let mut scene = Scene::new().calls(7, ago(DAY), &ok()).calls(3, ago(DAY), &failed("timeout"));
        let folded = Folded::of(&scene.store, Scope::default(), NOW);
        let found = rules.check(&folded.facts(&scene.store, &[], NOW), &mut scene.prices);
        found.iter().filter(|finding| finding.rule == "low-success-rate").count()
    };
    assert_eq!(found(rules("").unwrap()), 1);
    assert_eq!(found(rules("[low_success_rate]\non = false\n").unwrap()), 0);
    assert_eq!(found(rules("[low_success_rate]\nbelow = 0.7\n").unwrap()), 0);
    assert_eq!(found(rules("[low_success_rate]\nbelow = 1\noutcomes = 9\n").unwrap()), 1, "a whole number is one too");
}

#[test]
fn repeated_requests() {
    let asked = |request: u64| Call {
        request: std::num::NonZeroU64::new(request),
        logged_cost: Some(Usd(2_000_000)),
        usage: tokens(10, 10),
        ..ok()
    };
    // So many asked the same a second apart, and others each something of its own.
    let scene = |same: u64, others: u64| {
        let mut scene = Scene::new().calls(same, ago(DAY), &asked(7));
        for nth in 0..others {
            scene = scene.calls(1, ago(2 * DAY), &asked(100 + nth));
        }
        scene.found("repeated-requests")
    };
    let found = scene(21, 79);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.severity, finding.evidence.as_str()), (Severity::Medium, "repeated:60m"));
    assert_eq!(finding.data["calls"], 20, "the first had to be asked");
    assert_eq!(finding.data["requests"], 1);
    assert_eq!(finding.data["costUsd"], 0.04);
    // Twenty calls of $0.002 in the two days since the first.
    assert_eq!(finding.worth, Some(Usd(600_000_000)));
    assert_eq!(scene(20, 80).len(), 0, "19 are not 20");
    assert_eq!(scene(21, 1_000).len(), 0, "20 of 1021 are less than two of a hundred");
    let cached = Call { status: Status::Cached, ..asked(7) };
    assert_eq!(Scene::new().calls(40, ago(DAY), &cached).found("repeated-requests").len(), 0, "a cache did answer");
}

#[test]
fn the_evidence_of_repeated_requests_keeps_the_calls_that_are_counted() {
    let call = Call { request: std::num::NonZeroU64::new(7), ..ok() };
    let scene = Scene::new().calls(30, ago(DAY), &call).calls(30, ago(DAY - 90 * MINUTE), &call);
    let evidence = evidence("repeated:60m", NOW);
    assert_eq!(scene.store.rows().filter(|row| evidence.keeps(*row)).count(), 58);
    assert_eq!(scene.found("repeated-requests")[0].data["calls"], 58);
}
