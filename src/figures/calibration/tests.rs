//! Beside what scikit-learn and scipy say: `tests/oracle/calibration.py` wrote it down.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

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
            let ours = certified(&scores, pair[0].as_f64().unwrap(), 0.05).map(|cut| f64::from(cut.at) / 1e9);
            assert_near(ours, &pair[1], &format!("{name}: certified at {}", pair[0]));
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

#[test]
fn a_threshold_sends_on_what_is_less_sure_and_tells_what_it_catches_and_misses() {
    let score = |tenths: u32, right, wrong, open| Score {
        said: tenths * 100_000_000,
        right,
        wrong,
        open,
        cost: Usd(i64::from(tenths)),
        ..Score::default()
    };
    let scores = [score(4, 1, 3, 2), score(8, 10, 2, 0), score(9, 30, 1, 5)];
    let cut = Cut::at(&scores, 800_000_000);
    assert_eq!((cut.accepted, cut.sent, cut.judged, cut.missed, cut.caught), (48, 6, 43, 3, 3));
    assert_eq!((cut.caught_share(), cut.cost_sent), (Some(0.5), Usd(4)), "the threshold itself is accepted");
    assert_eq!(Cut::at(&scores, 0).sent_share(), Some(0.0));
    assert_eq!(Cut::at(&scores, u32::MAX).wrong(), None, "nothing is accepted");
}

/// One lucky stretch of sure calls proves nothing of the looser thresholds below an unlucky one.
#[test]
fn the_first_threshold_that_fails_is_the_end() {
    let scores = [
        Score { said: 500_000_000, right: 100_000, ..Score::default() },
        Score { said: 800_000_000, wrong: 400, ..Score::default() },
        Score { said: 900_000_000, right: 2_000, ..Score::default() },
    ];
    assert!(is_at_most(400, 102_400, 0.05, 0.05), "of all calls few enough are wrong");
    assert_eq!(certified(&scores, 0.05, 0.05).map(|cut| cut.at), Some(810_000_000));
}
