//! Beside what scikit-learn and scipy say: `tests/oracle/calibration.py` wrote it down.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::figures::threshold::{DELTA, certified, grid};

fn oracle() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/calibration.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn scores(said: &[f64], right: &[bool]) -> Vec<Score> {
    let mut by_value: BTreeMap<u32, Score> = BTreeMap::new();
    for (said, right) in said.iter().zip(right) {
        let said = (said * 1e9).round() as u32;
        let score = by_value.entry(said).or_insert(Score { said, ..Score::default() });
        score.right += u64::from(*right);
        score.wrong += u64::from(!right);
    }
    by_value.into_values().collect()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_near(ours: Option<f64>, theirs: &Value, what: &str) {
    match (ours, theirs.as_f64()) {
        (Some(ours), Some(theirs)) => assert!((ours - theirs).abs() < 1e-7, "{what}: {ours}, not {theirs}"),
        (ours, theirs) => assert_eq!(ours, theirs, "{what}"),
    }
}

#[test]
fn every_figure_is_that_of_the_oracle() {
    for set in oracle() {
        let right: Vec<bool> = numbers(&set["right"]).iter().map(|right| *right > 0.5).collect();
        let scores = scores(&numbers(&set["said"]), &right);
        let ours = Calibration::of(&scores).unwrap();
        let name = set["name"].as_str().unwrap();
        for (what, ours) in [
            ("kept", Some(ours.kept)),
            ("mean", Some(ours.said)),
            ("brier", Some(ours.brier)),
            ("skill", ours.skill),
            ("miscalibration", Some(ours.miscalibration)),
            ("discrimination", Some(ours.discrimination)),
            ("ece", Some(ours.ece)),
            ("mce", Some(ours.mce)),
            ("eceByChance", Some(ours.ece_by_chance)),
            ("logLoss", Some(ours.log_loss)),
            ("auroc", ours.auroc),
            ("aurc", Some(ours.aurc)),
            ("excessAurc", Some(ours.excess_aurc)),
            ("augrc", Some(ours.augrc)),
        ] {
            assert_near(ours, &set[what], &format!("{name}: {what}"));
        }
        assert!((ours.miscalibration - ours.discrimination + ours.uncertainty - ours.brier).abs() < 1e-12, "{name}");
        let steps = set["staircase"].as_array().unwrap();
        assert_eq!(ours.staircase.len(), steps.len(), "{name}");
        for (ours, theirs) in ours.staircase.iter().zip(steps) {
            let ours = [ours.from, ours.to, ours.right.rate, ours.judged as f64, ours.right.low, ours.right.high];
            for (ours, theirs) in ours.into_iter().zip(numbers(theirs)) {
                assert!((ours - theirs).abs() < 1e-7, "{name}: {ours}, not {theirs}");
            }
        }
        for pair in set["certified"].as_array().unwrap() {
            let ours = certified(&grid(&scores), pair[0].as_f64().unwrap(), DELTA).ok();
            assert_near(ours.map(|cut| cut.threshold()), &pair[1], &format!("{name}: certified at {}", pair[0]));
        }
    }
}

#[test]
fn what_nobody_judged_is_neither_right_nor_wrong() {
    assert_eq!(Calibration::of(&[]), None);
    let open = Score { said: 900_000_000, open: 7, ..Score::default() };
    assert_eq!(Calibration::of(&[open]), None);
    let judged = Score { said: 500_000_000, right: 1, wrong: 1, ..Score::default() };
    let both = Calibration::of(&[judged, open]).unwrap();
    assert_eq!((both.judged, both.said), (2, 0.5));
}
