//! `GET /metrics`: the sums of all calls in Prometheus' text format 0.0.4, by model, route, kind of error and source.
//! What a scraper wants to rate is a counter; what may fall, like calls that wait for their outcome, is a gauge.

mod page;

use std::collections::BTreeMap;

use hyper::StatusCode;

use self::page::Value::{Billionths, Count, Usd};
use self::page::{Page, Value};
use crate::commands::books::Books;
use crate::figures::stats::Stats;
use crate::figures::{Board, GroupBy, Quantiles, Scope};
use crate::ingest::event::Health;
use crate::model::{Stamp, Status};
use crate::serve::live::lock;
use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::Question;

pub use self::page::Counters;

/// The buckets of OpenTelemetry's `gen_ai.client.operation.duration`, in milliseconds (semantic conventions for
/// generative AI metrics).
const DURATIONS: [(u64, &str); 14] = [
    (10, "0.01"),
    (20, "0.02"),
    (40, "0.04"),
    (80, "0.08"),
    (160, "0.16"),
    (320, "0.32"),
    (640, "0.64"),
    (1_280, "1.28"),
    (2_560, "2.56"),
    (5_120, "5.12"),
    (10_240, "10.24"),
    (20_480, "20.48"),
    (40_960, "40.96"),
    (81_920, "81.92"),
];

pub fn answer(question: &Question) -> Result<Reply, Refusal> {
    let live = &question.live;
    // A counter over a window that moves would be none.
    let scope = Scope { filter: live.scope(Stamp::now())?.filter, ..Scope::default() };
    let books = live.books();
    let board = live.board(&books, &scope);
    let mut counters = lock(&live.counters);
    let mut page = Page::new(&mut counters);
    page.family("callscope_build_info", "gauge", "The version of callscope that answers; always 1.");
    page.gauge("callscope_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    by_model(&mut page, &books, &board);
    by_route(&mut page, &books, &board);
    errors(&mut page, &books, &board);
    sources(&mut page, &books);
    page.family("callscope_event_listeners", "gauge", "Clients of the event stream.");
    page.gauge("callscope_event_listeners", &[], live.told.receiver_count());
    let text = page.finish();
    Ok(reply::whole(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text))
}

/// The groups of a dimension under the value of their label, which several may share. The most frequent come first, so
/// that they are the ones with series of their own.
fn labelled(page: &mut Page<'_>, books: &Books, board: &Board, by: GroupBy) -> BTreeMap<String, (Stats, Quantiles)> {
    let mut groups: Vec<_> = board.by(by).iter().map(|group| (books.store.label(group.name), group)).collect();
    groups.sort_by_key(|(name, group)| (std::cmp::Reverse(group.stats.calls), *name));
    let mut labelled: BTreeMap<String, (Stats, Quantiles)> = BTreeMap::new();
    for (name, group) in groups {
        let (stats, took) = labelled.entry(page.counters.label(by.word(), name)).or_default();
        stats.merge(&group.stats);
        took.merge(&group.took);
    }
    labelled
}

fn by_model(page: &mut Page<'_>, books: &Books, board: &Board) {
    let models = labelled(page, books, board, GroupBy::Model);
    let all = |page: &mut Page<'_>, name: &str, help: &str, label: &str, parts: &dyn Fn(&Stats) -> Parts| {
        page.family(name, "counter", help);
        for (model, (stats, _)) in &models {
            for (part, value) in parts(stats) {
                page.counter(name, &[("model", model), (label, part)], value);
            }
        }
    };
    let settled = [Status::Success, Status::Error, Status::Cached];
    all(page, "callscope_calls_total", "Calls whose outcome is known.", "status", &|stats| {
        settled.iter().map(|status| (status.word(), Count(stats.with(*status)))).collect()
    });
    all(
        page,
        "callscope_tokens_total",
        "Tokens by kind; `unsplit` are totals whose parts are not logged.",
        "kind",
        &tokens,
    );
    all(
        page,
        "callscope_cost_usd_total",
        "Known cost in US dollars, by where it comes from. Calls without a known price are not in it.",
        "source",
        &|stats| {
            vec![("logged", Usd(stats.logged)), ("computed", Usd(stats.computed)), ("estimated", Usd(stats.estimated))]
        },
    );
    page.family("callscope_unpriced_calls_total", "counter", "Calls with tokens and no known price.");
    for (model, (stats, _)) in &models {
        page.counter("callscope_unpriced_calls_total", &[("model", model)], Count(stats.unpriced));
    }
    page.family("callscope_pending_calls", "gauge", "Calls whose outcome is not known yet.");
    for (model, (stats, _)) in &models {
        page.gauge("callscope_pending_calls", &[("model", model)], stats.with(Status::Pending));
    }
    page.family("callscope_call_duration_seconds", "histogram", "How long calls took, where it is logged.");
    for (model, (_, took)) in &models {
        let bucket = "callscope_call_duration_seconds_bucket";
        for (millis, edge) in DURATIONS {
            let below = took.at_most(millis * 1_000_000);
            page.counter(bucket, &[("model", model), ("le", edge)], Count(below));
        }
        page.counter(bucket, &[("model", model), ("le", "+Inf")], Count(took.count()));
        page.counter("callscope_call_duration_seconds_sum", &[("model", model)], Billionths(took.sum()));
        page.counter("callscope_call_duration_seconds_count", &[("model", model)], Count(took.count()));
    }
}

/// The series of a family for one group: the value of the second label, and theirs.
type Parts = Vec<(&'static str, Value)>;

fn tokens(stats: &Stats) -> Parts {
    let tokens = &stats.tokens;
    let split = tokens.input + tokens.cache_read + tokens.cache_write + tokens.output;
    vec![
        ("input", Count(tokens.input)),
        ("cache_read", Count(tokens.cache_read)),
        ("cache_write", Count(tokens.cache_write)),
        ("output", Count(tokens.output)),
        ("unsplit", Count(tokens.total.saturating_sub(split))),
    ]
}

/// How sure the router was: a summary without quantiles, as the edges of a histogram would lie where routers put their
/// numbers.
fn by_route(page: &mut Page<'_>, books: &Books, board: &Board) {
    let routes = labelled(page, books, board, GroupBy::Route);
    page.family(
        "callscope_confidence",
        "summary",
        "What the router said of its confidence, 0 to 1, where it is logged.",
    );
    for (route, (stats, _)) in &routes {
        let sum = Billionths(u128::from(stats.confidence_sum));
        page.counter("callscope_confidence_sum", &[("route", route)], sum);
        page.counter("callscope_confidence_count", &[("route", route)], Count(stats.confident));
    }
    page.family("callscope_routed_calls_total", "counter", "Calls whose source says whether they were overridden.");
    for (route, (stats, _)) in &routes {
        let kept = stats.override_known - stats.overrides.min(stats.override_known);
        let name = "callscope_routed_calls_total";
        page.counter(name, &[("route", route), ("override", "false")], Count(kept));
        page.counter(name, &[("route", route), ("override", "true")], Count(stats.overrides));
    }
}

fn errors(page: &mut Page<'_>, books: &Books, board: &Board) {
    let errors = labelled(page, books, board, GroupBy::ErrorType);
    page.family("callscope_errors_total", "counter", "Calls that failed, by the type of the error.");
    for (kind, (stats, _)) in &errors {
        page.counter("callscope_errors_total", &[("type", kind)], Count(stats.calls));
    }
}

fn sources(page: &mut Page<'_>, books: &Books) {
    let mut labelled: BTreeMap<String, [u64; 5]> = BTreeMap::new();
    for (source, _) in &books.sources {
        let counts = books.store.counts_of(source.id);
        let sums = labelled.entry(page.counters.label("source", &source.label())).or_default();
        let more = [counts.calls, counts.updates, counts.duplicates, counts.malformed, counts.skipped];
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    let name = "callscope_source_records_total";
    page.family(name, "counter", "Records by source and what they were: malformed ones are no calls.");
    let results = ["call", "update", "duplicate", "malformed", "skipped"];
    for (source, sums) in &labelled {
        for (result, sum) in results.iter().zip(sums) {
            page.counter(name, &[("source", source), ("result", result)], Count(*sum));
        }
    }
    page.family("callscope_sources", "gauge", "Sources by how they are doing.");
    let words = [
        Health::Reading { done: 0, of: 0 },
        Health::Following,
        Health::Polling(String::new()),
        Health::Waiting,
        Health::Gone(String::new()),
        Health::Unreadable(String::new()),
    ]
    .map(|health| health.word());
    for word in words {
        let count = books.sources.iter().filter(|(_, health)| health.word() == word).count();
        page.gauge("callscope_sources", &[("health", word)], count);
    }
}
