//! `report --json`: the analytics answer of seed 003, its names kept and more added to it. Every number is the board's.

use std::cmp::Reverse;

use serde_json::{Map, Value as Json, json};

use super::trust;
use crate::figures::histogram::COARSE;
use crate::figures::stats::{Stats, ratio};
use crate::figures::{Board, Group, GroupBy, Quantiles, Stakes, Tally};
use crate::ingest::event::SourceInfo;
use crate::model::time::day_of_number;
use crate::model::{Currency, Status, Usd};
use crate::price::{OwnPrices, nearest};
use crate::store::{NONE, Store};

/// The whole answer.
pub fn report(store: &Store, board: &Board, sources: &[SourceInfo], own: &OwnPrices, stakes: &Stakes) -> Json {
    let total = &board.total;
    json!({
        "totalDecisions": total.calls,
        "dateRange": {
            "start": board.first.map(crate::model::Stamp::iso),
            "end": board.last.map(crate::model::Stamp::iso),
        },
        "modelStats": by_name(store, board, GroupBy::Model, |group| model_stats(store, board, group)),
        "providerStats": by_name(store, board, GroupBy::Provider, |group| json!({
            "calls": group.stats.calls,
            "costUsd": group.stats.known_cost(),
            "unpricedCalls": group.stats.unpriced,
            "models": mix(store, group),
        })),
        "routeStats": by_name(store, board, GroupBy::Route, |group| json!({
            "count": group.stats.calls,
            "avgConfidence": group.stats.avg_confidence(),
            "successRate": group.stats.success_rate(),
            "overrideRate": group.stats.override_rate(),
            "avgLatency": millis(group.stats.took.mean()),
            "costUsd": group.stats.known_cost(),
            "unpricedCalls": group.stats.unpriced,
            "models": mix(store, group),
        })),
        "performanceMetrics": {
            "avgProcessingTimeMs": millis(total.processing.mean()),
            "avgLatencyMs": millis(total.took.mean()),
            "p50LatencyMs": quantile(&board.took, 0.50),
            "p95LatencyMs": quantile(&board.took, 0.95),
            "p99LatencyMs": quantile(&board.took, 0.99),
            "avgTokensPerRequest": total.avg_tokens().map(number),
            "totalTokensUsed": total.tokens.total,
        },
        "avgConfidence": total.avg_confidence(),
        "confidenceDistribution": COARSE.iter().zip(board.confidence.coarse)
            .map(|((name, _), calls)| ((*name).to_owned(), json!(calls))).collect::<Map<_, _>>(),
        "confidenceHistogram": board.confidence.fine.iter().map(|bin| json!(bin.calls())).collect::<Vec<_>>(),
        "overrideRate": trust::override_rate(total),
        "overriddenTo": trust::corrections(store, board),
        "calibration": trust::json(store, board, stakes),
        "recommendations": [],
        "status": Status::ALL.iter().map(|status| (status.word().to_owned(), json!(total.with(*status)))).collect::<Map<_, _>>(),
        "errors": by_name(store, board, GroupBy::ErrorType, |group| json!(group.stats.calls)),
        "tokens": {
            "input": total.tokens.input,
            "cacheRead": total.tokens.cache_read,
            "cacheWrite": total.tokens.cache_write,
            "output": total.tokens.output,
            "reasoning": total.tokens.reasoning,
            "total": total.tokens.total,
        },
        "cost": cost(store, board, own),
        "sources": sources.iter().map(|source| source_counts(store, source)).collect::<Vec<_>>(),
    })
}

fn cost(store: &Store, board: &Board, own: &OwnPrices) -> Json {
    let total = &board.total;
    let by = |by: GroupBy| by_name(store, board, by, |group| json!(group.stats.cost));
    json!({
        "totalUsd": total.cost,
        "loggedUsd": total.logged,
        "computedUsd": total.computed,
        "estimatedUsd": total.estimated,
        "apiEquivalentUsd": total.api_equivalent,
        "unpricedCalls": total.unpriced,
        "unpricedModels": unpriced(store, board).into_iter().map(|group| json!({
            "model": store.label(group.name),
            "provider": top(store, &group.providers),
            "calls": group.stats.unpriced,
            "like": nearest(own, store.label(group.name), 3),
        })).collect::<Vec<_>>(),
        "routing": (total.routing.calls > 0).then(|| json!({
            "calls": total.routing.calls,
            "costUsd": total.routing.cost,
            "baselineUsd": total.routing.baseline,
            "savedUsd": total.routing.saved(),
        })),
        "byModel": by(GroupBy::Model),
        "byProvider": by(GroupBy::Provider),
        "byRoute": by(GroupBy::Route),
        "byUser": by(GroupBy::User),
        "byUseCase": by(GroupBy::UseCase),
        "byAgent": by(GroupBy::Agent),
        "byProject": by(GroupBy::Project),
        "byDay": board.days().map(|(day, sum)| json!({
            "day": day_of_number(day).format("%Y-%m-%d").to_string(),
            "usd": sum.cost,
            "calls": sum.calls,
        })).collect::<Vec<_>>(),
    })
}

fn model_stats(store: &Store, board: &Board, group: &Group) -> Json {
    let Stats { calls, overrides, .. } = group.stats;
    let stats = &group.stats;
    json!({
        "modelName": top(store, &group.titles),
        "provider": top(store, &group.providers),
        "count": calls,
        "overrideCount": overrides,
        "avgConfidence": stats.avg_confidence(),
        "avgTokens": stats.avg_tokens().map(number),
        "totalTokens": stats.tokens.total,
        "avgLatency": millis(stats.took.mean()),
        "p50Latency": quantile(&group.took, 0.50),
        "p95Latency": quantile(&group.took, 0.95),
        "successRate": stats.success_rate(),
        "errorCount": stats.errors(),
        "costUsd": stats.known_cost(),
        "unpricedCalls": stats.unpriced,
        "share": ratio(calls, board.total.calls),
    })
}

/// A sum in a second currency.
pub fn currency(currency: &Currency, sum: Usd) -> Json {
    json!({"code": currency.code, "rate": currency.rate, "date": currency.date, "total": currency.of(sum)})
}

/// Models with calls that no price is known for, the most frequent first.
pub fn unpriced<'b>(store: &Store, board: &'b Board) -> Vec<&'b Group> {
    let mut groups = by_cost(store, board, GroupBy::Model);
    groups.retain(|group| group.stats.unpriced > 0 && group.name.is_some());
    groups.sort_by_key(|group| Reverse(group.stats.unpriced));
    groups
}

/// One entry a group, the dearest first; calls without the field stand under `(none)`.
fn by_name(store: &Store, board: &Board, by: GroupBy, entry: impl Fn(&Group) -> Json) -> Map<String, Json> {
    by_cost(store, board, by).into_iter().map(|group| (store.label(group.name).to_owned(), entry(group))).collect()
}

/// The groups, the dearest first. Equals stand by name: how names are numbered depends on which thread read first.
pub fn by_cost<'b>(store: &Store, board: &'b Board, by: GroupBy) -> Vec<&'b Group> {
    let mut groups = board.by(by).by_cost();
    groups.sort_by(|a, b| {
        let rank = |group: &Group| (Reverse(group.stats.cost), Reverse(group.stats.calls));
        rank(a).cmp(&rank(b)).then_with(|| store.label(a.name).cmp(store.label(b.name)))
    });
    groups
}

/// The names of a mix and their calls, the most frequent first, and equals by name.
fn named<'s>(store: &'s Store, mix: &Tally) -> Vec<(Option<&'s str>, u64)> {
    let mut list: Vec<_> = mix.sorted().into_iter().map(|share| (store.names().get(share.name), share.calls)).collect();
    list.sort_by_key(|(name, calls)| (Reverse(*calls), *name));
    list
}

fn mix(store: &Store, group: &Group) -> Map<String, Json> {
    named(store, &group.mix).into_iter().map(|(name, calls)| (name.unwrap_or(NONE).to_owned(), json!(calls))).collect()
}

/// The most frequent name that is one.
fn top<'s>(store: &'s Store, mix: &Tally) -> Option<&'s str> {
    named(store, mix).into_iter().find_map(|(name, _)| name)
}

/// What a source brought, as `report` and `sources` tell it.
pub fn source_counts(store: &Store, source: &SourceInfo) -> Json {
    let counts = store.counts_of(source.id);
    json!({
        "path": source.path,
        "table": source.table,
        "format": source.format,
        "calls": counts.calls,
        "updates": counts.updates,
        "duplicates": counts.duplicates,
        "malformed": counts.malformed,
        "skipped": counts.skipped,
    })
}

/// Nanoseconds as milliseconds, a whole number where it is one.
pub fn millis(nanos: Option<f64>) -> Option<Json> {
    nanos.map(|nanos| number(nanos / 1e6))
}

fn quantile(times: &Quantiles, q: f64) -> Option<Json> {
    millis(times.at(q).map(|nanos| nanos as f64))
}

/// A number without a needless `.0`.
pub fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

/// The sum of a map of amounts, for those who check that it equals the total.
pub fn sum(amounts: &Map<String, Json>) -> Usd {
    amounts.values().filter_map(Json::as_f64).filter_map(Usd::from_dollars).sum()
}
