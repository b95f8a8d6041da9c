//! A believable hour, and some days before it: the same in every run.

use std::path::PathBuf;

use callscope::app::{App, Options};
use callscope::config::Config;
use callscope::ingest::event::{Event, Health, LeftOut, Origin, SourceInfo, Transcript};
use callscope::model::time::{DAY, HOUR, MINUTE, SECOND};
use callscope::model::{
    Bill, BillLine, Call, CostSource, Per, PriceNote, Scribe, SourceId, Span, Stamp, Status, Usage, Usd, Window,
};
use callscope::store::{Priced, Pricer, Row};
use serde_json::json;

/// 2026-11-23 12:04:31 UTC, a Monday.
pub const NOW: Stamp = Stamp(1_795_435_471_000);

/// Dollars per million tokens: input, cache read, output.
fn rates(model: &str) -> Option<(f64, f64, f64)> {
    Some(match model {
        "claude-opus-4-1" => (15.0, 1.5, 75.0),
        "claude-sonnet-4-5" => (3.0, 0.3, 15.0),
        "claude-haiku-4-5" => (1.0, 0.1, 5.0),
        "gpt-5" => (1.25, 0.125, 10.0),
        "gpt-5-mini" => (0.25, 0.025, 2.0),
        "gemini-2.5-pro" => (1.25, 0.31, 10.0),
        _ => return None,
    })
}

/// Rates that never change, so that no update of a catalogue changes a picture.
#[derive(Debug)]
struct Rates;

fn lines(row: Row<'_>) -> Option<Vec<BillLine>> {
    let (input, cached, output) = rates(row.model()?)?;
    let usage = row.usage();
    let line = |part, tokens: Option<u32>, rate: f64| {
        let tokens = u64::from(tokens?);
        let usd = Usd((tokens as f64 * rate * 1e3).round() as i64);
        Some(BillLine { part, count: tokens, per: Per::MillionTokens, price: Some((rate, usd)) })
    };
    // Of a search only one maker's price is known.
    let search = row.model()?.starts_with("claude").then(|| (10.0, Usd(10_000_000 * i64::from(usage.web_searches))));
    let count = u64::from(usage.web_searches);
    let searches = BillLine { part: "web search", count, per: Per::Thousand, price: search };
    let all = [
        line("input", usage.input, input),
        line("cache read", usage.cache_read, cached),
        line("cache write", usage.cache_write_5m, input * 1.25),
        line("output", usage.output, output),
        (count > 0).then_some(searches),
    ];
    usage.has_parts().then(|| all.into_iter().flatten().collect())
}

impl Pricer for Rates {
    fn price(&mut self, row: Row<'_>) -> Priced {
        let ours: Option<Usd> = lines(row).map(|lines| lines.iter().map(BillLine::usd).sum());
        let source = match (row.logged_cost(), ours) {
            (Some(_), _) => CostSource::Logged,
            (None, Some(_)) => CostSource::Computed,
            _ if row.usage().total().is_some() => CostSource::Unpriced,
            _ => CostSource::None,
        };
        let mismatch = row.logged_cost().zip(ours).is_some_and(|(a, b)| (a.0 - b.0).abs() > a.0.abs() / 100 + 2_000);
        Priced { ours, source, mismatch }
    }

    fn bill(&mut self, row: Row<'_>) -> Option<Bill> {
        let lines = lines(row);
        let total: Usd = lines.iter().flatten().map(BillLine::usd).sum();
        let logged = row.logged_cost();
        let twice = logged.is_some_and(|logged| (logged.0 - 2 * total.0).abs() < 1_000);
        let price = lines.is_some().then(|| PriceNote {
            model: row.model().unwrap_or_default().to_owned(),
            provider: Some("anthropic".to_owned()),
            source: "test".to_owned(),
            since: None,
            because: String::new(),
            date: Some("2026-11-23".to_owned()),
        });
        (row.usage().total().is_some() || logged.is_some()).then(|| Bill {
            lines: lines.unwrap_or_default(),
            total,
            price,
            logged,
            cached: false,
            estimated: false,
            unpriced: None,
            likely_cause: twice.then(|| "counted twice".to_owned()),
        })
    }
}

/// A small generator of numbers, so that the scene needs none from outside.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.roll()
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        list[(self.roll() * list.len() as f64) as usize % list.len()]
    }
}

/// A kind of traffic: model, provider, route, use case, agent, weight, tokens, seconds.
struct Kind(&'static str, &'static str, &'static str, &'static str, &'static str, f64, (f64, f64), f64);

const KINDS: [Kind; 8] = [
    Kind("claude-sonnet-4-5", "anthropic", "chat", "support", "helper", 34.0, (18_000.0, 700.0), 4.1),
    Kind("claude-haiku-4-5", "anthropic", "triage", "support", "router", 32.0, (800.0, 24.0), 0.7),
    Kind("gpt-5-mini", "openai", "extract", "invoices", "reader", 15.0, (3_100.0, 390.0), 2.1),
    Kind("claude-opus-4-1", "anthropic", "summarise", "reports", "writer", 9.0, (1_900.0, 190.0), 11.2),
    Kind("gpt-5", "openai", "plan", "reports", "planner", 5.0, (6_200.0, 2_500.0), 19.8),
    Kind("gemini-2.5-pro", "google", "extract", "invoices", "reader", 4.0, (9_000.0, 600.0), 4.9),
    Kind("claude-haiku-4-5", "anthropic", "classify", "invoices", "reader", 6.0, (420.0, 12.0), 0.6),
    Kind("my-proxy/fast", "local", "chat", "support", "helper", 1.5, (900.0, 200.0), 1.0),
];

/// What the scene leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Without {
    pub confidence: bool,
}

fn call<'a>(dice: &mut Dice, at: Stamp, nth: usize, without: Without) -> Call<'a> {
    let total: f64 = KINDS.iter().map(|kind| kind.5).sum();
    let mut pick = dice.roll() * total;
    let kind = KINDS.iter().find(|kind| {
        pick -= kind.5;
        pick <= 0.0
    });
    let Kind(model, provider, route, use_case, agent, _, (prompt, answer), seconds) = *kind.unwrap_or(&KINDS[0]);
    let size = dice.between(0.5, 1.6);
    let failed = dice.roll() < if model == "gpt-5-mini" { 0.08 } else { 0.012 };
    let routed = matches!(route, "triage" | "extract" | "classify" | "plan") && !without.confidence;
    let said = 1.0 - dice.roll().powi(2) * 0.75;
    let cached = if matches!(route, "chat") { dice.between(0.8, 0.96) } else { 0.0 };
    let shown = (prompt * size) as u32;
    let read = (f64::from(shown) * cached) as u32;
    let took = seconds * dice.between(0.5, 1.9) * (1.0 + 2.0 * dice.roll().powi(8));
    let name = |text: &'static str| Some(text.into());
    let errors = ["rate_limit", "rate_limit", "timeout", "server_error"];
    Call {
        id: Some(format!("msg_01Hk{nth:05}9Qe").into()),
        at,
        model: name(model),
        requested: if model == "claude-sonnet-4-5" { name("claude-sonnet-latest") } else { None },
        provider: name(provider),
        route: name(route),
        user: name(dice.pick(&["ana", "ben", "chi", "dora", "emil"])),
        session: Some(format!("s_{:04x}", 0x7f00 + nth / 9).into()),
        project: name(if provider == "openai" { "ledger" } else { "helpdesk" }),
        agent: name(agent),
        use_case: name(use_case),
        error_type: if failed { name(dice.pick(&errors)) } else { None },
        error_message: if failed {
            name(concat!("the provider said no to sk-ant-", "api03-aB3dE5fG7hJ9kL2mN4pQ6rS8"))
        } else {
            None
        },
        usage: Usage {
            input: Some(shown - read),
            cache_read: (cached > 0.0).then_some(read),
            output: (!failed).then_some((answer * size * dice.between(0.6, 1.5)) as u32),
            ..Usage::default()
        },
        logged_cost: None,
        took: Some((took * 1e9) as u64),
        first_token: (!failed && took > 0.5).then_some((took * 2e8) as u64),
        processing: routed.then_some(2_000_000),
        status: if failed { Status::Error } else { Status::Success },
        confidence: routed.then_some((said * 100.0).round() / 100.0),
        overridden: routed.then_some(dice.roll() < (1.05 - said) * 0.6),
        prompt_length: Some(shown * 4),
        preview: name("My parcel says delivered but I never got it. Order 88-1204."),
        ..Call::default()
    }
}

fn source(id: u32, path: &str, table: Option<&str>, format: &str) -> SourceInfo {
    SourceInfo {
        id: SourceId(id),
        path: path.to_owned(),
        table: table.map(str::to_owned),
        format: format.to_owned(),
        why: "its records carry these fields".to_owned(),
        fields: [("model", "model"), ("input", "usage.input_tokens"), ("output", "usage.output_tokens")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into(),
        family: u64::from(id),
        origin: Origin { path: PathBuf::from(path), format: None },
    }
}

pub fn options() -> Options {
    Options {
        window: Some(Window::Hour),
        theme: "default".to_owned(),
        themes: ["default", "mono", "catppuccin-mocha", "tokyo-night"].map(str::to_owned).into(),
        ..Options::default()
    }
}

/// Before anything was found.
pub fn fresh() -> App {
    App::new(options(), Box::new(Rates), NOW)
}

/// Two sources, the last hour in detail and three days before it.
pub fn scene(without: Without) -> App {
    filled(fresh(), without)
}

/// The same with budgets and objectives: one that is spent, one that is not, one that is missed, and one that is kept.
pub fn burning() -> App {
    let config = Config::parse(BURNING).unwrap();
    filled(App::new(Options { goals: config.goals(NOW), ..options() }, Box::new(Rates), NOW), Without::default())
}

const BURNING: &str = r#"
[[budgets]]
name = "all calls"
usd = 60
per = "day"
[[budgets]]
name = "claude"
tokens = 5_000_000
per = "hour"
filter = "model:claude"
[[objectives]]
name = "router trusted"
override_rate = 0.05
per = "3d"
filter = "route:triage,extract"
[[objectives]]
name = "calls work"
error_rate = 0.1
per = "30d"
"#;

fn filled(mut app: App, without: Without) -> App {
    let mut dice = Dice(20_261_123);
    app.absorb(Event::Found(source(0, "logs/proxy-2026-11-23.jsonl", None, "fields")), NOW);
    app.absorb(Event::Found(source(1, "app.db", Some("llm_usage_logs"), "llm_usage_logs")), NOW);
    let mut scribes = [Scribe::new(SourceId(0)), Scribe::new(SourceId(1))];
    let mut nth = 0;
    for (from, to, each) in [(4 * DAY, HOUR, MINUTE), (HOUR, 0, 7 * SECOND)] {
        let mut before = from;
        while before > to {
            let at = NOW.minus(before);
            // Nights and a pause after the half hour are quiet, and there is a rush twice an hour.
            let minute = (before / MINUTE) as f64;
            let busy = 1.2 + (minute / 9.0).sin() + 0.5 * (minute / 2.3).sin();
            let day = if before > HOUR {
                0.75 + 0.7 * (at.0 as f64 / DAY as f64 * std::f64::consts::TAU - 1.9).sin()
            } else {
                1.0
            };
            if dice.roll() * 2.2 < (busy * day).max(0.05) {
                let call = call(&mut dice, at, nth, without);
                let table = usize::from(call.provider == Some("openai".into()));
                let span = Span { at: nth as u64 * 812, len: if table == 1 { 0 } else { 800 } };
                scribes[table].write(&call, nth as u64 + 1, span);
                nth += 1;
            }
            before -= (each as f64 * dice.between(0.4, 1.7)) as i64;
        }
    }
    // The newest: the log counts it twice.
    let mut last = call(&mut Dice(5), NOW.minus(2 * SECOND), nth, without);
    last.model = Some("claude-sonnet-4-5".into());
    last.route = Some("chat".into());
    last.status = Status::Success;
    last.error_type = None;
    last.error_message = None;
    last.usage = Usage {
        input: Some(1_204),
        cache_read: Some(18_432),
        cache_write_5m: Some(0),
        output: Some(911),
        ..Usage::default()
    };
    last.logged_cost = Usd::parse("0.045613");
    last.took = Some(4_300_000_000);
    last.first_token = Some(800_000_000);
    (last.confidence, last.overridden, last.processing) = (None, None, None);
    scribes[0].write(&last, nth as u64 + 1, Span { at: 39_153_744, len: 912 });
    scribes[0].malformed(Span { at: 96, len: 12 }, 7, "not a JSON object: it ends after `{\"model\":`");
    for scribe in &mut scribes {
        app.absorb(Event::Batch(scribe.take()), NOW);
    }
    for id in [0, 1] {
        app.absorb(Event::Health(SourceId(id), Health::Following), NOW);
    }
    let left = LeftOut { path: "notes.txt".to_owned(), why: "no line of it is a JSON object".to_owned(), missed: true };
    app.absorb(Event::LeftOut(left), NOW);
    app.absorb(Event::CaughtUp, NOW);
    app.settle(NOW);
    app
}

/// Two books of the same calls that disagree: a proxy's log and a table.
pub fn books() -> App {
    let mut app = fresh();
    app.absorb(Event::Found(source(0, "logs/proxy.jsonl", None, "fields")), NOW);
    app.absorb(Event::Found(source(1, "calls.db", Some("calls"), "llm_usage_logs")), NOW);
    let mut scribes = [Scribe::new(SourceId(0)), Scribe::new(SourceId(1))];
    let mut dice = Dice(7);
    for nth in 0..120 {
        let at = NOW.minus((120 - nth) * 25 * SECOND);
        let mut told = call(&mut dice, at, nth as usize, Without { confidence: true });
        told.usage.cache_read = None;
        told.logged_cost = rates(&told.model.as_ref().map(|name| name.to_str().into_owned()).unwrap_or_default()).map(
            |(input, _, output)| {
                let dollars = f64::from(told.usage.input.unwrap_or(0)) * input
                    + f64::from(told.usage.output.unwrap_or(0)) * output;
                Usd((dollars * 1_000.0) as i64)
            },
        );
        if nth % 17 == 5 {
            told.logged_cost = told.logged_cost.map(|cost| cost + cost);
        }
        if nth % 13 != 4 {
            scribes[0].write(&told, nth as u64 + 1, Span { at: nth as u64 * 812, len: 800 });
        }
        told.at = at.plus(190);
        if nth % 31 == 30 {
            told.model = Some("gpt5".into());
            told.logged_cost = Some(Usd(0));
        }
        if nth % 29 != 11 {
            scribes[1].write(&told, nth as u64 + 1_001, Span { at: nth as u64 + 90_000, len: 0 });
        }
    }
    for scribe in &mut scribes {
        app.absorb(Event::Batch(scribe.take()), NOW);
    }
    app.absorb(Event::CaughtUp, NOW);
    app.settle(NOW);
    app
}

/// One call that has searched the web.
pub fn searched(model: &'static str) -> App {
    let usage = Usage { input: Some(1_000), output: Some(100), web_searches: 3, ..Usage::default() };
    only(&[Call { model: Some(model.into()), at: NOW.minus(SECOND), usage, ..Call::default() }])
}

/// These calls and no others.
pub fn only(calls: &[Call<'_>]) -> App {
    let mut app = fresh();
    found(&mut app, 0);
    let mut scribe = Scribe::new(SourceId(0));
    for (nth, call) in (1..).zip(calls) {
        scribe.write(call, nth, Span { at: nth * 300, len: 300 });
    }
    app.absorb(Event::Batch(scribe.take()), NOW);
    app.absorb(Event::CaughtUp, NOW);
    app.settle(NOW);
    app
}

/// The record of a call that is looked at.
pub fn transcript() -> Transcript {
    let request = json!({
        "model": "claude-sonnet-latest",
        "max_tokens": 1024,
        "messages": [
            {"role": "system", "content": "You are the support agent of a parcel service. Be brief and kind. Never promise a refund before a trace was opened."},
            {"role": "user", "content": "My parcel says delivered but I never got it. Order 88-1204."},
            {"role": "assistant", "content": [
                {"type": "text", "text": "Let me look that up."},
                {"type": "tool_use", "name": "lookup_order", "input": {"id": "88-1204", "fields": ["status", "carrier"]}}
            ]},
            {"role": "tool", "content": "{\"status\": \"left with a neighbour at no. 14\"}"}
        ]
    });
    let response = json!({
        "role": "assistant",
        "content": [{"type": "text", "text": "I am sorry about that. I looked up order 88-1204: the carrier marked it as left with a neighbour at no. 14. Would you like me to open a trace?"}]
    });
    let raw = json!({
        "timestamp": "2026-11-23T12:04:29.000Z", "model": "claude-sonnet-4-5", "latency_ms": 4300,
        "usage": {"input_tokens": 1204, "cache_read_input_tokens": 18432, "output_tokens": 911},
        "cost": 0.045_613, "request": request, "response": response
    });
    Transcript { request: Some(request), response: Some(response), raw: vec![raw], ..Transcript::default() }
}

/// What another call of its kind says: some words are others, and a message is missing.
fn other_words(of: &Transcript) -> std::sync::Arc<Transcript> {
    let change = |value: &Option<serde_json::Value>| {
        let text =
            serde_json::to_string(value).unwrap().replace("88-1204", "91-0033").replace("brief and kind", "brief");
        let text = text.replace("never got it", "found it open").replace(" Would you like me to open a trace?", "");
        serde_json::from_str(&text).unwrap()
    };
    Transcript { request: change(&of.request), response: change(&of.response), ..of.clone() }.into()
}

/// Hands over what is learnt from the prompts of calls: a few templates, some without one, and some that log none.
fn learn(app: &mut App, rows: &[u32]) {
    use callscope::figures::templates::{Learner, sketch_of};
    const WORDS: [&str; 16] = [
        "lamp",
        "arrived",
        "grey",
        "without",
        "chair",
        "yesterday",
        "wobbles",
        "screws",
        "though",
        "neighbour",
        "oak",
        "legs",
        "refund",
        "delivery",
        "parcel",
        "again",
    ];
    // Words in an order of their own for each call.
    let said = |row: u32, count: u32| {
        let word = |nth: u32| WORDS[(row.wrapping_mul(2_654_435_761).rotate_left(5 * nth) % 16) as usize];
        (0..count + row % 5).map(word).collect::<Vec<_>>().join(" ")
    };
    let system = "You are the support agent of Nordkök. Answer in the customer's language, short and friendly.";
    let mut learner = Learner::default();
    for row in rows {
        let about = said(*row, 4);
        let prompt = match row % 11 {
            0..3 => format!("Summarise the thread of ticket #{row} in three sentences for the handover."),
            3..5 => about,
            5..7 => format!("Translate to Swedish, friendly tone: {about}"),
            7 => format!("Is it safe to call `job_{row}` from two threads? It only appends to a list."),
            8 => "Which supplier became more expensive this quarter? Show the trend.".to_owned(),
            9 => said(*row, 3),
            _ => String::new(),
        };
        let messages = match row % 11 {
            3..5 => json!([{"role": "system", "content": system}, {"role": "user", "content": prompt}]),
            _ => json!([{"role": "user", "content": prompt}]),
        };
        learner.add(*row, sketch_of(Some(&json!({"messages": messages})), &[]));
    }
    app.learnt(Some(learner.learn().into()), rows.len(), true, NOW);
}

/// Answers what the application asks of the world, until it asks no more.
pub fn answer(app: &mut App) {
    use callscope::app::Effect;
    for _ in 0..4 {
        for effect in app.settle(NOW) {
            match effect {
                Effect::Read(address) => app.arrived(address.row, address.span, Ok(transcript()), NOW),
                Effect::Pair { of, mut calls } => {
                    calls[1] = other_words(&calls[1]);
                    app.paired(callscope::app::PairText::lay(of, &calls, None), NOW);
                }
                Effect::Learn { among, .. } => learn(app, &among.iter().map(|address| address.row).collect::<Vec<_>>()),
                _ => {}
            }
        }
    }
}

/// Makes one of the scene's sources known, without any call.
pub fn found(app: &mut App, id: u32) {
    app.absorb(Event::Found(source(id, "logs/proxy-2026-11-23.jsonl", None, "fields")), NOW);
}

/// A source that cannot be read.
pub fn trouble(app: &mut App) {
    app.absorb(Event::Found(source(2, "old/calls.db", Some("calls"), "api_calls")), NOW);
    let why = "no right to read it: run `chmod +r old/calls.db`".to_owned();
    app.absorb(Event::Health(SourceId(2), Health::Unreadable(why)), NOW);
}
