//! How sure routers were and whether they were right to be: the figures behind the Routes screen.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::analytics::number;
use crate::figures::interval::{Rate, wilson};
use crate::figures::threshold::{Refusal, conformal};
use crate::figures::trust::{Correction, Trust};
use crate::figures::{Bin, Bins, Board, Cut, Stakes, Stats, trust};
use crate::model::clean;
use crate::model::numbers::{confidence, grouped, money, percent};
use crate::store::{NONE, Store};

/// Thresholds that are told of: every so many hundredths.
const EVERY: usize = 5;

/// The calls of a board by scale. Most logs tell no confidence, and then no row need be looked at.
fn fold(store: &Store, board: &Board) -> Vec<Trust> {
    if board.total.confident > 0 { trust::fold(store, &board.scope, None) } else { Vec::new() }
}

/// Calibration, bins and thresholds by scale.
pub fn json(store: &Store, board: &Board, stakes: &Stakes) -> Json {
    fold(store, board).iter().map(|trust| one(trust, stakes)).collect()
}

fn one(trust: &Trust, stakes: &Stakes) -> Json {
    let mut json = json!({
        "scale": trust.scale,
        "calls": trust.calls(),
        "coverage": trust.coverage(),
        "reviewed": trust.reviewed,
        "bins": bins(trust),
        "thresholds": trust.grid.iter().step_by(EVERY).map(|cut| threshold(cut, stakes)).collect::<Vec<_>>(),
        "certified": stakes.limits.iter().map(|limit| certified(trust, *limit)).collect::<Vec<_>>(),
        "cheapest": stakes.cheapest(&trust.grid).map(|cut| threshold(&cut, stakes)),
        "words": trust.words().map(|words| words.join("; ")),
    });
    let Some(known) = &trust.calibration else {
        json["judged"] = json!(0);
        return json;
    };
    for (name, value) in [
        ("judged", json!(known.judged)),
        ("right", json!(known.right)),
        ("meanConfidence", json!(known.said)),
        ("accuracy", json!(known.kept)),
        ("overConfidence", json!(known.over_confidence())),
        ("brier", json!(known.brier)),
        ("brierSkill", json!(known.skill)),
        ("miscalibration", json!(known.miscalibration)),
        ("discrimination", json!(known.discrimination)),
        ("uncertainty", json!(known.uncertainty)),
        ("ece", json!(known.ece)),
        ("eceByChance", json!(known.ece_by_chance)),
        ("mce", json!(known.mce)),
        ("logLoss", json!(known.log_loss)),
        ("auroc", json!(known.auroc)),
        ("aurc", json!(known.aurc)),
        ("excessAurc", json!(known.excess_aurc)),
        ("augrc", json!(known.augrc)),
        (
            "staircase",
            known
                .staircase
                .iter()
                .map(|step| {
                    json!({
                        "from": step.from,
                        "to": step.to,
                        "right": step.right.rate,
                        "low": step.right.low,
                        "high": step.right.high,
                        "judged": step.judged,
                    })
                })
                .collect(),
        ),
    ] {
        json[name] = value;
    }
    json
}

/// Twenty bins, with the share of the judged calls that failed or were overridden.
fn bins(trust: &Trust) -> Json {
    let one = |(nth, bin): (usize, Bin)| {
        let (from, to) = Bins::Twenty.range(nth);
        let wrong = bin.wrong();
        json!({
            "from": f64::from(from) / 100.0,
            "to": f64::from(to) / 100.0,
            "kept": bin.kept,
            "overridden": bin.overridden,
            "failed": bin.failed,
            "judged": bin.judged(),
            "wrong": wrong.map(|rate| rate.rate),
            "low": wrong.map(|rate| rate.low),
            "high": wrong.map(|rate| rate.high),
        })
    };
    Bins::Twenty.of(&trust.bins()).into_iter().enumerate().map(one).collect()
}

/// What a threshold does with the calls whose outcome is known.
fn threshold(cut: &Cut, stakes: &Stakes) -> Json {
    let wrong = cut.wrong();
    json!({
        "at": number(cut.threshold()),
        "coverage": cut.auto_share(),
        "wrongAmongAccepted": wrong.map(|rate| rate.rate),
        "low": wrong.map(|rate| rate.low),
        "high": wrong.map(|rate| rate.high),
        "sentOn": cut.sent.calls(),
        "sentShare": cut.sent_share(),
        "caught": cut.sent.wrong,
        "missed": cut.auto.wrong,
        "caughtShare": cut.caught_share(),
        "caughtOverrides": cut.sent.overridden,
        "caughtFailures": cut.sent.failed(),
        "costSentUsd": cut.sent.known_cost(),
        "costUsd": stakes.are_known().then(|| stakes.cost(cut)).flatten(),
    })
}

/// The lowest thresholds that hold: of the accepted calls, at most so many wrong, but for one chance in twenty; and of all
/// calls, on average.
fn certified(trust: &Trust, limit: f64) -> Json {
    let held = trust.holding(limit);
    json!({
        "wrongAtMost": limit,
        "threshold": held.ok().map(|cut| number(cut.threshold())),
        "moreCallsNeeded": match held {
            Err(Refusal::TooFew { more }) => Some(more),
            Err(Refusal::TooOften { more, .. }) => more,
            Ok(_) => None,
        },
        "onAverageOfAll": conformal(&trust.grid, limit).map(|cut| number(cut.threshold())),
    })
}

/// The override rate with its interval.
pub fn override_rate(stats: &Stats) -> Json {
    let rate = wilson(stats.overrides, stats.override_known);
    json!({
        "total": stats.override_known,
        "overrides": stats.overrides,
        "rate": stats.override_rate(),
        "low": rate.map(|rate| rate.low),
        "high": rate.map(|rate| rate.high),
    })
}

/// What was taken instead of what.
pub fn corrections(store: &Store, board: &Board) -> Json {
    if board.total.overrides == 0 {
        return json!([]);
    }
    let one = |pair: &Correction| {
        json!({
            "from": store.names().get(pair.from),
            "to": store.names().get(pair.to).unwrap_or(NONE),
            "calls": pair.calls,
        })
    };
    trust::corrections(store, &board.scope, None).iter().map(one).collect()
}

/// Two plain sentences a scale, where enough outcomes are known.
pub fn sentences(store: &Store, board: &Board) -> Vec<String> {
    let one = |trust: &Trust| {
        let [ranks, sure] = trust.words()?;
        let known = trust.calibration.as_ref()?;
        let (judged, coverage) = (grouped(known.judged), percent(trust.coverage()));
        Some(format!(
            "Confidence ({}): {ranks}; {sure} ({judged} calls with a known outcome, {coverage}).",
            trust.scale
        ))
    };
    fold(store, board).iter().filter_map(one).collect()
}

/// For people: two plain sentences a scale, and what a threshold would do.
pub fn text(mut out: impl Write, store: &Store, board: &Board, stakes: &Stakes) -> io::Result<()> {
    for trust in fold(store, board) {
        writeln!(out, "\nconfidence ({})", clean::field(&trust.scale))?;
        let coverage = percent(trust.coverage());
        let Some(known) = trust.calibration.as_ref() else {
            writeln!(out, "  {} calls, and the outcome of none is known", grouped(trust.calls()))?;
            continue;
        };
        match trust.words() {
            Some([ranks, sure]) => writeln!(out, "  {ranks}; {sure}")?,
            None => writeln!(out, "  too few outcomes are known to say more")?,
        }
        writeln!(
            out,
            "  said {} on average, {} right, over {} calls whose outcome is known ({coverage})",
            confidence(known.said),
            confidence(known.kept),
            grouped(known.judged)
        )?;
        for line in [60, 70, 80, 90] {
            let cut = trust.cut(line);
            let wrong = |rate: Rate| format!(", {} of the others are wrong", percent(rate.rate));
            writeln!(
                out,
                "  below .{line}: {} of the calls, {} of the wrong ones{}",
                percent(cut.sent_share()),
                percent(cut.caught_share()),
                cut.wrong().map(wrong).unwrap_or_default()
            )?;
        }
        for limit in &stakes.limits {
            writeln!(out, "  {}", trust.promise(*limit))?;
        }
        if let Some(cut) = stakes.cheapest(&trust.grid) {
            let (at, usd) = (confidence(cut.threshold()), money(stakes.cost(&cut)));
            writeln!(out, "  cheapest at {at}, with what persons and mistakes cost: {usd}")?;
        }
    }
    Ok(())
}
