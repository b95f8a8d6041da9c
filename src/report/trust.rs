//! How sure routers were and whether they were right to be: the figures behind the Routes screen.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::analytics::number;
use crate::figures::interval::{Rate, wilson};
use crate::figures::trust::{Correction, Trust};
use crate::figures::{Board, Stats, trust};
use crate::model::clean;
use crate::model::numbers::{confidence, grouped, percent};
use crate::store::{NONE, Store};

/// Thresholds that are told of, in hundredths.
const LINES: [u32; 5] = [50, 60, 70, 80, 90];

/// Shares of wrong calls that a threshold is looked for.
const LIMITS: [f64; 3] = [0.02, 0.05, 0.1];

/// The calls of a board by scale. Most logs tell no confidence, and then no row need be looked at.
fn fold(store: &Store, board: &Board) -> Vec<Trust> {
    if board.total.confident > 0 { trust::fold(store, &board.scope, None) } else { Vec::new() }
}

/// Calibration by scale.
pub fn json(store: &Store, board: &Board) -> Json {
    fold(store, board).iter().map(one).collect()
}

fn one(trust: &Trust) -> Json {
    let mut json = json!({
        "scale": trust.scale,
        "calls": trust.calls(),
        "coverage": trust.coverage(),
        "reviewed": trust.reviewed,
        "thresholds": LINES.iter().map(|line| cut(trust, *line * crate::figures::calibration::STEP)).collect::<Vec<_>>(),
        "certified": LIMITS.iter().map(|limit| json!({
            "wrongAtMost": limit,
            "threshold": trust.holding(*limit).map(|cut| number(f64::from(cut.at) / 1e9)),
        })).collect::<Vec<_>>(),
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

fn cut(trust: &Trust, at: u32) -> Json {
    let cut = trust.cut(at);
    json!({
        "at": number(f64::from(at) / 1e9),
        "sentOn": cut.sent,
        "sentShare": cut.sent_share(),
        "caught": cut.caught,
        "missed": cut.missed,
        "caughtShare": cut.caught_share(),
        "wrongAmongAccepted": cut.wrong().map(|wrong| wrong.rate),
        "costSentUsd": cut.cost_sent,
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
pub fn text(mut out: impl Write, store: &Store, board: &Board) -> io::Result<()> {
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
            let cut = trust.cut(line * crate::figures::calibration::STEP);
            let wrong = |rate: Rate| format!(", {} of the others are wrong", percent(rate.rate));
            writeln!(
                out,
                "  below .{line}: {} of the calls, {} of the wrong ones{}",
                percent(cut.sent_share()),
                percent(cut.caught_share()),
                cut.wrong().map(wrong).unwrap_or_default()
            )?;
        }
    }
    Ok(())
}
