//! `callscope audit`: the stories of books that disagree, told with real files.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::{Place, has};
use serde_json::{Value as Json, json};

/// The answer, and the exit code.
fn audit(place: &Place, sources: &[&str]) -> (Json, i32) {
    let ran = place.run(&[&["audit", "--json"], sources].concat());
    let answer = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    (answer, ran.code.unwrap())
}

#[test]
fn the_story_of_seed_000_comes_out_as_it_is_told() {
    let place = Place::new();
    place.sql("app.db", include_str!("data/three_books/app.sql"));
    let (answer, code) = audit(&place, &["app.db"]);
    assert_eq!(code, 3);
    let pairs: Vec<[&Json; 6]> = answer["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| ["left", "right", "matchedBy", "left_only", "right_only", "matched"].map(|key| &pair[key]))
        .collect();
    let expected = json!([
        ["app.db:agent_logs", "app.db:audit_trail", "execution_id", 0, 0, 4],
        ["app.db:agent_logs", "app.db:token_usage", "execution_id", 1, 0, 3],
        ["app.db:audit_trail", "app.db:token_usage", "execution_id", 1, 0, 3],
    ]);
    assert_eq!(json!(pairs), expected);
    let findings = answer["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["id"] == "ex4"), "{findings:?}");
    let trail = json!({
        "check": "missing",
        "left": {"source": {"path": "app.db", "table": "audit_trail", "rowid": 4}, "model": "gpt-4o-mini", "tokens": 9308},
        "right": null,
        "usd": null,
    });
    let of_table = |check: &str, table: &str| {
        let is_it = |finding: &&Json| finding["check"] == check && finding["left"]["source"]["table"] == table;
        findings.iter().find(is_it).unwrap_or_else(|| panic!("no {check} of {table}: {findings:?}"))
    };
    has(of_table("missing", "audit_trail"), &trail);
    has(
        of_table("model", "agent_logs"),
        &json!({"left": {"model": "gpt-4o"}, "right": {"model": "gpt-4o-mini", "source": {"table": "audit_trail"}}}),
    );
    let text = place.run(&["audit", "app.db"]);
    assert_eq!(text.code.unwrap(), 3);
    assert!(
        text.out.contains("a gpt-4o-mini call with 9,308 tokens is in app.db:audit_trail and missing in"),
        "{}",
        text.out
    );
    // The call that is missing is the one that `show` shows.
    let id = of_table("missing", "audit_trail")["call"].as_str().unwrap();
    let shown = place.json(&["show", id, "--json", "app.db"]);
    assert_eq!(shown["call"]["totalTokens"], 9308);
    assert_eq!(place.json(&["show", "ex4", "--json", "app.db"])["call"]["id"], id, "by the execution too");
    // Beside its own record stands what the other book says.
    assert_eq!(shown["raw"]["id"], "a4");
    let other = &shown["twins"][0];
    assert_eq!((&other["table"], &other["record"]["id"]), (&json!("agent_logs"), &json!("l4")));
    assert!(other["record"]["full_output"].as_str().unwrap().contains("gpt-4o\""), "{other}");
    let text = place.run(&["show", id, "app.db"]).ok();
    assert!(text.contains("── also told: app.db:agent_logs, row 4\n{"), "{text}");
    // What is asked of it with the row put in agrees, and an empty table is a book too.
    place.sql("app.db", "INSERT INTO token_usage SELECT 'u4', user_id, provider, model_name, input_tokens, output_tokens, cost_usd, 'call_4', 'ex4', latency_ms, success, '2026-03-02T09:30:00Z' FROM token_usage WHERE id = 'u3'; UPDATE agent_logs SET full_output = replace(full_output, 'gpt-4o\"', 'gpt-4o-mini\"') WHERE id = 'l4';");
    let (answer, code) = audit(&place, &["app.db"]);
    assert_eq!((code, &answer["findings"]), (0, &json!([])));
    place.sql("app.db", "DELETE FROM token_usage");
    let (answer, _) = audit(&place, &["app.db"]);
    has(&answer["pairs"][2], &json!({"left_only": 4, "matched": 0, "costRight": null}));
}

#[test]
fn an_audit_of_one_log_finds_what_cannot_be_and_names_what_would_settle_it() {
    let place = Place::new();
    let line = |id: usize, more: &str| {
        format!(r#"{{"id":"c{id}","timestamp":"2026-03-02T09:00:0{id}Z","provider":"openai",{more}}}"#) + "\n"
    };
    let tokens = r#""input_tokens":100,"output_tokens":10"#;
    let log = [
        line(0, &format!(r#""model":"gpt-4o",{tokens},"total_tokens":110,"latency_ms":900"#)),
        line(1, &format!(r#""model":"gpt-4o",{tokens},"latency_ms":-900"#)),
        line(2, &format!(r#""model":"gpt-4o",{tokens},"cached_tokens":101"#)),
        line(3, r#""model":"gpt-4o","input_tokens":-100,"output_tokens":10"#),
        line(4, &format!(r#""model":"gpt-4o",{tokens},"total_tokens":111"#)),
        line(5, &format!(r#""model":"gpt5-minni",{tokens}"#)),
        line(6, &format!(r#""model":"gpt-4o",{tokens},"cost":0.0007"#)),
    ];
    place.write("calls.jsonl", log.concat());
    let (answer, code) = audit(&place, &["calls.jsonl"]);
    let found: Vec<(&str, &str)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["id"].as_str().unwrap(), finding["check"].as_str().unwrap()))
        .collect();
    let expected = [
        ("c1", "impossible"),
        ("c2", "impossible"),
        ("c3", "impossible"),
        ("c4", "impossible"),
        ("c5", "unknown-model"),
        ("c6", "cost"),
    ];
    let mut sorted = found.clone();
    sorted.sort_unstable();
    assert_eq!((code, sorted.as_slice()), (3, &expected[..]));
    let of =
        |id: &str| answer["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id).unwrap().clone();
    has(&of("c5"), &json!({"like": "openai/gpt-5-mini"}));
    has(
        &of("c6"),
        &json!({"loggedUsd": 0.0007, "computedUsd": 0.00035, "likelyCause": "counted twice", "usd": 0.00035}),
    );
    let (answer, code) = audit(&place, &["calls.jsonl", "--filter", "id=c0"]);
    assert_eq!((code, &answer["findings"], &answer["calls"]), (0, &json!([]), &json!(1)));
    // Where nothing can be read it has failed, and found nothing.
    place.run(&["audit", "nowhere.jsonl"]).failed(1, &["nowhere.jsonl"]);
}

#[test]
fn a_check_that_could_ask_nothing_passes_nothing() {
    let place = Place::new();
    place.write("decisions-2026-01-05.jsonl", common::WORKED);
    let text = place.run(&["audit"]).ok();
    assert!(text.contains("– cost") && text.contains("no cost is logged of tokens that have a price"), "{text}");
    let text = place.run(&["audit", "--filter", "model:none-such"]).ok();
    assert!(!text.contains('✓') && text.contains("there are no calls"), "{text}");
}
