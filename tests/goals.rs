//! Budgets and objectives without a screen: what a report says of them, and with which code it ends.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::{Place, call, nanos};
use serde_json::json;

/// Calls of 10 o'clock, logged at a dollar each; every fourth fails.
fn calls(count: u64) -> String {
    let one = |nth: u64| {
        let model = if nth.is_multiple_of(2) { "gpt-4o" } else { "gpt-5" };
        let line = call(&format!("c{nth}"), model, 100).replace("\"success\":true", "\"cost\":1.0,\"success\":true");
        if nth % 4 == 3 { line.replace("\"success\":true", "\"success\":false") } else { line }
    };
    (0..count).map(one).collect()
}

const UNTIL: [&str; 2] = ["--until", "2026-01-05T12:00:00Z"];

fn place(count: u64, config: &str) -> Place {
    let place = Place::new();
    place.write("calls.jsonl", calls(count));
    place.write("callscope.toml", config);
    place
}

const CONFIG: &str = r#"
[currency]
code = "SEK"
rate = 10.0
[[budgets]]
name = "all"
usd = 40
per = "day"
[[budgets]]
name = "half"
tokens = 5_000
per = "month"
filter = "model=gpt-5"
[[objectives]]
name = "works"
error_rate = 0.05
per = "30d"
"#;

#[test]
fn a_report_tells_of_budgets_and_objectives_whatever_its_own_filter() {
    let place = place(40, CONFIG);
    let code = |args: &[&str]| place.command(&[args, &UNTIL].concat()).status().unwrap().code();
    assert_eq!(code(&["report", "--json"]), Some(3), "forty dollars of forty are spent");
    let ran = place.command(&["report", "--json", "--filter", "is:error", UNTIL[0], UNTIL[1]]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(report["totalDecisions"], 10);
    let (all, half) = (&report["budgets"][0], &report["budgets"][1]);
    assert_eq!((&all["state"], &all["calls"], nanos(&all["spentUsd"])), (&json!("spent"), &json!(40), 40_000_000_000));
    assert_eq!((&all["limitUsd"], &all["left"], &all["level"]), (&json!(40.0), &json!(0), &json!(1.0)));
    assert_eq!((&all["currency"]["spent"], &all["currency"]["limit"]), (&json!(400.0), &json!(400.0)));
    assert_eq!((&half["spentTokens"], &half["spentUsd"]), (&json!(20 * 110), &json!(null)));
    assert_eq!(half["evidence"], "model=gpt-5");
    let works = &report["objectives"][0];
    assert_eq!((&works["bad"], &works["calls"], &works["state"]), (&json!(10), &json!(40), &json!("missed")));
    assert_eq!((&works["left"], &works["burnWindow"]), (&json!(-4), &json!("3d")));

    // The same filter and period by the report itself.
    let day = ["report", "--json", "--since", "2026-01-05", "--until", "2026-01-05"];
    let report = place.command(&day).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["cost"]["totalUsd"], all["spentUsd"]);

    let text = place.command(&["report", UNTIL[0], UNTIL[1]]).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for part in
        ["BUDGETS", "$40 of $40/day", "0% left  spent", "SEK 400", "2.2k of 5k tok/month", "OBJECTIVES", "missed"]
    {
        assert!(text.contains(part), "{part} is missing\n{text}");
    }
}

#[test]
fn what_is_not_spent_ends_well_and_what_is_not_configured_is_not_told() {
    let under = place(39, CONFIG);
    under.run(&["report", UNTIL[0], UNTIL[1]]).ok();
    let earlier = ["report", "--json", "--until", "2026-01-05T09:59:00Z"];
    let report = place(40, CONFIG).json(&earlier);
    assert_eq!((&report["budgets"][0]["calls"], &report["budgets"][0]["spentUsd"]), (&json!(0), &json!(0.0)));
    let bare = place(40, "");
    let report = bare.json(&["report", "--json", UNTIL[0], UNTIL[1]]);
    assert!(report.get("budgets").is_none() && report.get("objectives").is_none(), "{report}");
    assert!(!bare.run(&["report", UNTIL[0], UNTIL[1]]).ok().contains("BUDGETS"));
}

#[test]
fn alerts_tell_of_them_and_end_with_3_when_one_is_spent() {
    let alerts = |count: u64| {
        let ran = place(count, CONFIG).command(&["alerts", "--json", UNTIL[0], UNTIL[1]]).output().unwrap();
        let found: Vec<serde_json::Value> = serde_json::from_slice(&ran.stdout).unwrap();
        let of = |rule: &str| found.iter().find(|alert| alert["type"] == rule).cloned();
        (ran.status.code(), of("budget-burn"), of("objective-burn"))
    };
    let (code, budget, objective) = alerts(40);
    let (budget, objective) = (budget.unwrap(), objective.unwrap());
    assert_eq!((code, &budget["severity"], &budget["calls"]), (Some(3), &json!("high"), &json!(40)));
    assert_eq!((&objective["severity"], &objective["data"]["bad"]), (&json!("medium"), &json!(10)));
    assert!(objective["evidence"].as_str().unwrap().ends_with("is:error"), "{objective}");
    let (code, budget, objective) = alerts(20);
    assert_eq!((code, budget.unwrap()["severity"].clone()), (Some(0), json!("low")));
    assert!(objective.is_none(), "five bad calls are too few");
}

#[test]
fn the_printed_configuration_is_one() {
    let place = place(1, CONFIG);
    let printed = place.run(&["config"]).ok();
    place.write("again.toml", &printed);
    assert_eq!(place.run(&["config", "--config", "again.toml"]).ok(), printed);
    assert!(printed.contains("usd = 40.0") && printed.contains("[rules.budget_burn]"), "{printed}");
    place.write("callscope.toml", CONFIG.replace("per = \"day\"", "per = \"daily\""));
    place.run(&["report"]).failed(1, &["callscope.toml", "line 8", "per = \"daily\"", "did you mean day?"]);
}
