//! The commands as scripts use them: shapes, exit codes, filters and bounds.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::process::Stdio;

use common::follow::Follow;
use common::{Place, WORKED, call, code_of, has, wait_for};
use rustix::process::Signal;
use serde_json::{Value as Json, json};

fn ids(calls: &Json) -> Vec<&str> {
    calls.as_array().unwrap().iter().map(|call| call["id"].as_str().unwrap()).collect()
}

#[test]
fn the_worked_example_to_the_digit() {
    let place = Place::new();
    place.write("decisions-2026-01-05.jsonl", WORKED);
    let report = place.json(&["report", "--json"]);
    has(
        &report,
        &json!({
            "totalDecisions": 2,
            "dateRange": {"start": "2026-01-05T10:00:00.000Z", "end": "2026-01-05T10:00:01.000Z"},
            "modelStats": {"gpt-5": {
                "modelName": "GPT-5", "provider": "openai", "count": 2, "overrideCount": 1, "avgConfidence": 0.675,
                "totalTokens": 321, "avgTokens": 321, "avgLatency": 356, "p50Latency": 356, "p95Latency": 356,
                "successRate": 1.0, "errorCount": 0, "unpricedCalls": 0, "share": 1.0,
            }},
            "routeStats": {"debugging": {"count": 2, "avgConfidence": 0.675, "successRate": 1.0, "overrideRate": 0.5, "models": {"gpt-5": 2}}},
            "performanceMetrics": {"avgProcessingTimeMs": 3, "avgLatencyMs": 356, "avgTokensPerRequest": 321, "totalTokensUsed": 321},
            "avgConfidence": 0.675,
            "confidenceDistribution": {"0.0-0.5": 1, "0.5-0.7": 0, "0.7-0.9": 0, "0.9-1.0": 1},
            "overrideRate": {"total": 2, "overrides": 1, "rate": 0.5},
            "status": {"success": 1, "error": 0, "cached": 0, "pending": 1},
            "cost": {"loggedUsd": 0, "computedUsd": 0, "unpricedCalls": 0},
        }),
    );
    assert_eq!(
        report["sources"][0],
        json!({
            "path": "decisions-2026-01-05.jsonl", "table": null, "format": "decisions",
            "calls": 2, "updates": 1, "duplicates": 0, "malformed": 0, "skipped": 0,
        })
    );
    let histogram: Vec<u64> =
        report["confidenceHistogram"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    assert_eq!((histogram.len(), histogram[9], histogram[18], histogram.iter().sum::<u64>()), (20, 1, 1, 2));
    let calls = place.json(&["calls", "--json"]);
    // Newest first; a price from 321 tokens for the one, and for the other nothing to price.
    has(
        &calls[0],
        &json!({"status": "pending", "costUsd": null, "costSource": null, "totalTokens": null, "confidence": 0.45}),
    );
    has(
        &calls[1],
        &json!({"status": "success", "costSource": "estimated", "totalTokens": 321, "inputTokens": null, "latencyMs": 356}),
    );
    // $1.25 and $10 a million: 321 × (¾ × 1.25 + ¼ × 10) / 10⁶.
    assert_eq!(common::nanos(&calls[1]["costUsd"]), 1_103_438);
    assert_eq!(common::nanos(&report["cost"]["estimatedUsd"]), 1_103_438);
}

#[test]
fn a_log_like_the_real_one_pairs_every_outcome_with_its_decision() {
    let place = Place::new();
    let log = include_str!("data/decisions/decisions-2026-11-23.jsonl");
    place.write("decisions-2026-11-23.jsonl", log);
    // The pairing again, by hand: an outcome completes the oldest open decision with an equal key.
    let (mut lines, mut expected) = (0, Vec::<(String, Json)>::new());
    let mut open: HashMap<String, VecDeque<usize>> = HashMap::new();
    for line in log.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        lines += 1;
        let key = ["model", "route", "promptLength", "matchedPatterns", "userId", "conversationId"];
        let key = key.map(|name| line[name].to_string()).join("|");
        if line["success"].is_null() {
            open.entry(key).or_default().push_back(expected.len());
            expected.push((line["timestamp"].as_str().unwrap().to_owned(), Json::Null));
        } else {
            let first = open.get_mut(&key).and_then(VecDeque::pop_front).expect("a decision that is open");
            expected[first].1 = line["latencyMs"].clone();
        }
    }
    assert_eq!((lines, expected.len(), expected.iter().filter(|(_, took)| !took.is_null()).count()), (92, 51, 41));
    let calls = place.json(&["calls", "--json"]);
    let found: Vec<(String, Json)> = calls
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|call| (call["timestamp"].as_str().unwrap().to_owned(), call["latencyMs"].clone()))
        .collect();
    assert_eq!(found, expected);
    let report = place.json(&["report", "--json"]);
    has(
        &report,
        &json!({"totalDecisions": 51, "status": {"pending": 10, "cached": 0}, "overrideRate": {"total": 51, "rate": 0.0}}),
    );
    has(&report["sources"][0], &json!({"calls": 51, "updates": 41, "malformed": 0, "duplicates": 0}));
}

#[test]
fn usage_errors_are_2_and_say_where_and_what_was_expected() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    for (args, words) in [
        (&["calls", "--filter", "model:a cots>1"] as &[&str], &["column 9", "cost"] as &[&str]),
        (&["calls", "--filter", "took>soon"], &["column"]),
        (&["report", "--filter", "(is:error"], &["column"]),
        (&["report", "--filter", "is:wrong"], &["column", "error"]),
        (&["report", "--since", "someday"], &["--since someday", "7d"]),
        (&["report", "--until", "2026-13-01"], &["--until 2026-13-01"]),
        (&["report", "--window", "90m"], &["60m", "all"]),
        (&["report", "--format", "nonsense"], &["nonsense", "decisions"]),
        (&["calls", "--sort", "weight"], &["weight", "cost"]),
        (&["calls", "--json", "--csv"], &["--csv"]),
        (&["calls", "--follow", "--json"], &["--follow", "--ndjson"]),
        (&["report", "--json", "--text"], &["--text"]),
        (&["--theme", "nicest"], &["nicest", "default"]),
        (&["conquer-all", "--nonsense"], &["--nonsense"]),
    ] {
        place.run(args).failed(2, words);
    }
}

#[test]
fn help_version_keys_themes_and_completions() {
    let place = Place::new();
    let help = place.run(&["--help"]).ok();
    assert!(help.contains("Examples:") && help.contains("callscope report --json"), "{help}");
    assert!(place.run(&["--version"]).ok().starts_with("callscope "));
    assert!(place.run(&["keys"]).ok().starts_with("| key "));
    assert!(place.run(&["themes"]).ok().lines().any(|line| line.split_whitespace().next() == Some("default")));
    assert!(place.run(&["themes", "nord"]).ok().contains("[roles]"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).ok().contains("callscope"));
    }
}

#[test]
fn bounds_are_local_days_and_go_before_the_window() {
    let place = Place::new();
    let at = |id: &str, time: &str| call(id, "gpt-4o", 1).replace("2026-01-05T10:00:00.000Z", time);
    place.write(
        "calls.jsonl",
        [at("a", "2026-01-05T20:00:00Z"), at("b", "2026-01-06T04:00:00Z"), at("c", "2026-01-06T16:00:00Z")].concat(),
    );
    let kept = |zone: &str, bounds: &[&str]| {
        let args = [&["calls", "--json", "--sort", "time"], bounds].concat();
        let calls = place.run_in(zone, &args).json();
        let mut kept: Vec<String> = ids(&calls).into_iter().map(str::to_owned).collect();
        kept.sort();
        kept.concat()
    };
    let day = ["--since", "2026-01-06", "--until", "2026-01-06"];
    assert_eq!(kept("UTC", &day), "bc");
    // Nine hours ahead: the sixth begins at 15:00 UTC of the fifth, and ends at 15:00 of the sixth.
    assert_eq!(kept("Asia/Tokyo", &day), "ab");
    assert_eq!(kept("America/New_York", &day), "c");
    assert_eq!(kept("UTC", &["--since", "2026-01-06T04:00", "--window", "60m"]), "bc", "bounds go before the window");
    assert_eq!(kept("UTC", &["--window", "24h"]), "");
    let days = |zone: &str| place.run_in(zone, &["report", "--json"]).json()["cost"]["byDay"].clone();
    let calls_by_day = |zone: &str| -> Vec<(String, u64)> {
        let day = |day: &Json| (day["day"].as_str().unwrap().to_owned(), day["calls"].as_u64().unwrap());
        days(zone).as_array().unwrap().iter().map(day).collect()
    };
    assert_eq!(calls_by_day("UTC"), [("2026-01-05".into(), 1), ("2026-01-06".into(), 2)]);
    assert_eq!(calls_by_day("Asia/Tokyo"), [("2026-01-06".into(), 2), ("2026-01-07".into(), 1)]);
}

#[test]
fn today_begins_at_local_midnight() {
    let place = Place::new();
    let now = chrono::Utc::now();
    let at = |id: &str, minutes: i64| {
        let time = (now - chrono::Duration::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        call(id, "gpt-4o", 1).replace("2026-01-05T10:00:00.000Z", &time)
    };
    place.write("calls.jsonl", [at("now", 30), at("earlier", 180)].concat());
    // A zone where it is past one in the morning, written as POSIX does: west is positive.
    let hour: i32 = now.format("%H").to_string().parse().unwrap();
    let west = (hour - 1 + 12).rem_euclid(24) - 12;
    let zone = format!("XXX{west}");
    assert_eq!(ids(&place.run_in(&zone, &["calls", "--json", "--window", "today"]).json()), ["now"], "{zone}");
    assert_eq!(ids(&place.run_in(&zone, &["calls", "--json", "--window", "24h"]).json()), ["now", "earlier"]);
}

#[test]
fn calls_are_sorted_and_cut() {
    let place = Place::new();
    let log: String = (0..150)
        .map(|n| {
            call(&format!("c{n:03}"), "gpt-4o", 1000 - n)
                .replace("10:00:00.000", &format!("10:{:02}:{:02}.000", n / 60, n % 60))
        })
        .collect();
    place.write("calls.jsonl", log);
    let first = |args: &[&str]| {
        ids(&place.json(&[&["calls", "--json"], args].concat())).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(first(&[]).len(), 150, "everything, newest first");
    assert_eq!(first(&["--limit", "2"]), ["c149", "c148"]);
    assert_eq!(first(&["--limit", "2", "--offset", "3"]), ["c146", "c145"]);
    assert_eq!(first(&["--sort", "in", "--limit", "2"]), ["c000", "c001"], "the largest first");
    assert_eq!(first(&["--offset", "1000"]), [""; 0]);
    let lines = |args: &[&str]| place.run(&[&["calls"], args].concat()).ok().lines().count();
    assert_eq!(lines(&[]), 101, "a header and a hundred");
    assert_eq!(lines(&["--limit", "0"]), 151);
    assert_eq!(lines(&["--ndjson"]), 150);
    assert_eq!(lines(&["--csv"]), 151);
}

#[test]
fn bodies_come_when_they_are_asked_for() {
    let place = Place::new();
    place.sql("app.db", include_str!("data/api_calls/app.sql"));
    let plain = place.json(&["calls", "--json", "app.db", "--filter", "id:api_calls:2"]);
    assert!(plain[0].get("request").is_none());
    let with = place.json(&["calls", "--json", "app.db:api_calls", "--with-bodies", "--filter", "id:api_calls:2"]);
    assert_eq!(with[0]["request"]["messages"][0]["content"], "sum up");
    assert_eq!(with[0]["response"]["choices"][0]["message"]["content"], "Sums.");
    assert_eq!(ids(&place.json(&["calls", "--json", "--filter", "body:\"sum up\""])), ["api_calls:2"]);
}

#[test]
fn one_call_is_shown_by_its_id_or_the_beginning_of_it() {
    let place = Place::new();
    place.sql("app.db", include_str!("data/api_calls/app.sql"));
    place.write("calls.jsonl", [call("req-abc", "gpt-4o-mini", 1000), call("req-xyz", "gpt-4o-mini", 1)].concat());
    let shown = place.json(&["show", "req-a", "--json"]);
    assert_eq!(shown["call"]["id"], "req-abc");
    assert_eq!(shown["raw"]["latency_ms"], 120);
    let lines = shown["bill"]["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| common::nanos(&line["usd"])).sum();
    // 1000 × $0.15 and 10 × $0.60 a million.
    assert_eq!((sum, common::nanos(&shown["bill"]["totalUsd"])), (156_000, 156_000), "{shown}");
    let text = place.run(&["show", "api_calls:2"]).ok();
    for part in ["api_calls:2", "gpt-4o-2024-08-06", "── request", "sum up", "── response", "Sums.", "── raw"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    place.run(&["show", "req-"]).failed(1, &["req-abc", "req-xyz"]);
    place.run(&["show", "nothing"]).failed(1, &["nothing", "callscope calls"]);
}

#[test]
fn a_call_that_lasts_over_midnight_has_its_request_in_the_file_of_the_day_before() {
    let place = Place::new();
    let line = |at: &str, more: &str| {
        format!(
            r#"{{"timestamp":"{at}","model":"gpt-5","route":"chat","confidence":0.9,"promptLength":4,"matchedPatterns":[],{more}}}"#
        ) + "\n"
    };
    place.write(
        ".orchestration-logs/decisions-2026-01-05.jsonl",
        [
            line("2026-01-05T10:00:00.000Z", r#""success":true,"response":"day""#),
            line("2026-01-05T23:59:59.000Z", r#""success":null,"prompt":"good evening?""#),
        ]
        .concat(),
    );
    let outcome = line("2026-01-06T00:00:01.000Z", r#""success":true,"response":"good morning!""#);
    place.write(".orchestration-logs/decisions-2026-01-06.jsonl", outcome);
    let calls = place.json(&["calls", "--json", "--with-bodies"]);
    assert_eq!(calls.as_array().unwrap().len(), 2);
    assert_eq!((&calls[0]["request"], &calls[0]["response"]), (&json!("good evening?"), &json!("good morning!")));
}

#[test]
fn sources_are_files_folders_globs_tables_and_pipes() {
    let place = Place::new();
    place.write("logs/a.jsonl", call("a", "gpt-4o", 1));
    place.write("logs/b.jsonl", call("b", "gpt-4o", 1));
    place.write("logs/deep/c.jsonl", call("c", "gpt-4o", 1));
    place.sql("app.db", include_str!("data/api_calls/app.sql"));
    place.sql("app.db", include_str!("data/ai_usage_logs/app.sql"));
    let count = |sources: &[&str]| place.json(&[&["calls", "--json"], sources].concat()).as_array().unwrap().len();
    assert_eq!(count(&["logs/a.jsonl"]), 1);
    assert_eq!(count(&["logs"]), 3);
    assert_eq!(count(&["logs/*.jsonl"]), 2);
    assert_eq!(count(&["logs/**/*.jsonl"]), 3);
    assert_eq!(count(&["app.db"]), 7);
    assert_eq!(count(&["app.db:ai_usage_logs"]), 3);
    assert_eq!(count(&["logs", "app.db:api_calls", "logs/a.jsonl"]), 7, "a file that is named twice is read once");
    assert_eq!(count(&[]), 10, "what lies here");
    let piped = place.pipe(
        &["calls", "--json", "-"],
        [call("p", "gpt-4o", 1), call("q", "gpt-4o", 1)].concat().trim_end().as_bytes(),
    );
    assert_eq!(piped.json().as_array().unwrap().len(), 2, "a last line needs no end");
}

#[test]
fn following_tells_what_is_there_what_comes_and_what_is_completed() {
    let place = Place::new();
    let lines: Vec<&str> = WORKED.split_inclusive('\n').collect();
    place.write("decisions-2026-01-05.jsonl", lines[0]);
    let follow = Follow::start(&place, &[]);
    follow.wait_count(1);
    let first = follow.ids().remove(0);
    assert_eq!(follow.calls()[&first]["status"], "pending");
    place.append("decisions-2026-01-05.jsonl", lines[1]);
    follow.wait_count(2);
    place.append("decisions-2026-01-05.jsonl", lines[2]);
    follow.wait_value(&first, "status", &json!("success"));
    assert_eq!(follow.calls()[&first]["totalTokens"], 321);
    assert_eq!((follow.times(&first), follow.told().len()), (2, 3), "nothing is told without need");
    assert_eq!(follow.end(), 0);
}

#[test]
fn following_ends_with_0_on_sigint_and_when_nobody_reads() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    let mut command = place.command(&["calls", "--follow"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut head = [0; 4];
    out.read_exact(&mut head).unwrap();
    common::signal(child.id(), Signal::INT);
    assert_eq!(code_of(&mut child), 0);

    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut head).unwrap();
    drop(out);
    let status = wait_for("the end, though no call comes", || child.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
}

#[test]
fn a_pipe_that_closes_early_is_no_error() {
    let place = Place::new();
    place.write("calls.jsonl", (0..20_000).map(|n| call(&format!("c{n}"), "gpt-4o", n)).collect::<String>());
    for args in
        [&["calls", "--ndjson"] as &[&str], &["calls", "--csv"], &["calls", "--json"], &["calls", "--limit", "0"]]
    {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut head = [0; 10];
        // The pipe is dropped at once: far more is written than it holds.
        child.stdout.take().unwrap().read_exact(&mut head).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), String::from_utf8(output.stderr).unwrap()),
            (Some(0), String::new()),
            "{args:?}"
        );
    }
}

#[test]
fn what_is_logged_is_reported_and_pruned() {
    let place = Place::new();
    let log = ["log", "decision", "model=gpt-5", "route=chat", "confidence=0.9", "promptLength=12", "provider=openai"];
    assert_eq!(place.run(&log).ok(), "");
    place.run(&log).ok();
    place
        .run(&[
            "log",
            "outcome",
            "model=gpt-5",
            "route=chat",
            "promptLength=12",
            "success=true",
            "tokensUsed=100",
            "latencyMs=80",
        ])
        .ok();
    let piped =
        place.pipe(&["log", "decision"], b"{\"model\":\"gpt-4o\",\"confidence\":0.2}\n{\"model\":\"gpt-4o\"}\n");
    assert_eq!(piped.ok(), "");
    let report = place.json(&["report", "--json"]);
    has(
        &report,
        &json!({"totalDecisions": 4, "status": {"success": 1, "pending": 3}, "modelStats": {"gpt-5": {"count": 2, "totalTokens": 100}}}),
    );
    has(&report["sources"][0], &json!({"format": "decisions", "calls": 4, "updates": 1, "malformed": 0}));
    place.run(&["log", "decision", "route=chat"]).failed(1, &["model", "for example"]);
    place.run(&["log", "outcome", "model=gpt-5"]).failed(1, &["success"]);
    place.run(&["log", "decision", "model=gpt-5", "confidence=7"]).failed(1, &["confidence", "0 to 1"]);
    place.run(&["log", "verdict", "model=gpt-5"]).failed(2, &["decision", "outcome"]);

    let old = ".orchestration-logs/decisions-2020-01-01.jsonl";
    place.write(old, WORKED);
    place.write(".orchestration-logs/precious-2020-01-01.jsonl", WORKED);
    let prune = ["prune", ".orchestration-logs", "--older-than", "30d"];
    assert!(place.run(&[&prune[..], &["--dry-run"]].concat()).ok().contains("decisions-2020-01-01.jsonl"));
    assert!(place.at(old).exists());
    assert!(place.run(&prune).ok().contains("decisions-2020-01-01.jsonl"));
    assert!(!place.at(old).exists());
    assert!(place.at(".orchestration-logs/precious-2020-01-01.jsonl").exists());
    assert_eq!(place.run(&prune).ok(), "", "today's log is kept");
    place.run(&["prune", "elsewhere", "--older-than", "30d"]).failed(1, &["elsewhere"]);
    place.run(&["prune", ".orchestration-logs", "--older-than", "soon"]).failed(1, &["30d"]);
    place.run(&["prune", ".orchestration-logs"]).failed(2, &["--older-than"]);
}

/// What was guessed of a log can be put into the configuration as it is printed, and reads the same; the logs beside it
/// stay what they are.
#[test]
fn the_guess_of_the_fields_is_a_configuration() {
    let place = Place::new();
    let odd = r#"{"ts":"2026-01-05T10:00:00Z","llm":{"model":"gpt-4o"},"usage":{"prompt_tokens":120,"cached_tokens":40,"completion_tokens":5},"duration":1.5,"confidence":85,"who":{"user_id":"ada"}}"#;
    let by_total = r#"{"ts":"2026-01-05T10:00:01Z","llm":{"model":"gpt-4o"},"usage":{"prompt_tokens":120,"cache_read_tokens":40,"completion_tokens":5,"total_tokens":125},"duration":2.25,"confidence":90,"who":{"user_id":"ada"}}"#;
    place.write("odd.jsonl", [odd, "\n"].concat());
    place.write("total.jsonl", [by_total, "\n"].concat());
    place.write("calls.jsonl", call("beside", "gpt-4o", 100));
    place.write(".orchestration-logs/decisions-2026-01-05.jsonl", WORKED);
    let before = place.json(&["calls", "--json"]);
    assert_eq!(before.as_array().unwrap().len(), 5);
    let printed = place.run(&["sources", "odd.jsonl", "total.jsonl"]).ok();
    let is_block = |line: &&str| line.starts_with("    ");
    let block: Vec<&str> = printed.lines().filter(is_block).map(str::trim).collect();
    place.write("callscope.toml", block.join("\n"));
    let after = place.json(&["calls", "--json"]);
    let format_of = |calls: &Json, nth: usize| calls[nth]["source"]["format"].as_str().unwrap().to_owned();
    let is_own = |nth: &usize| format_of(&after, *nth) != format_of(&before, *nth);
    assert_eq!((0..5).filter(is_own).count(), 2, "{block:#?}");
    for (nth, (before, after)) in before.as_array().unwrap().iter().zip(after.as_array().unwrap()).enumerate() {
        for (key, value) in before.as_object().unwrap().iter().filter(|(key, _)| *key != "source") {
            assert_eq!(&after[key], value, "{nth}: {key}");
        }
    }
    let odd = before.as_array().unwrap().iter().find(|call| call["latencyMs"] == 1500).unwrap();
    assert_eq!(
        (&odd["inputTokens"], &odd["cacheReadTokens"], &odd["confidence"]),
        (&json!(80), &json!(40), &json!(0.85))
    );
}

/// The first hundred calls of a log may all have succeeded.
#[test]
fn an_error_that_comes_late_is_understood() {
    let place = Place::new();
    let fine = call("a", "gpt-4o", 10).replace("\"success\":true", "\"status\":\"success\",\"error\":null");
    let good: String = (0..60).map(|nth| fine.replace("\"a\"", &format!("\"good-{nth}\""))).collect();
    let bad =
        fine.replace("\"success\",\"error\":null", "\"error\",\"error\":\"rate_limit\"").replace("\"a\"", "\"b\"");
    let worse = fine
        .replace("\"success\",\"error\":null", "\"error\",\"error\":{\"type\":\"timeout\",\"message\":\"gave up\"}")
        .replace("\"a\"", "\"c\"");
    place.write("calls.jsonl", [good, bad, worse].concat());
    assert_eq!(place.json(&["report", "--json"])["errors"], json!({"rate_limit": 1, "timeout": 1}));
    assert_eq!(place.json(&["calls", "--json", "--filter", "id:c"])[0]["errorMessage"], "gave up");
}

#[test]
fn what_is_known_of_no_call_is_no_sum_of_nothing() {
    let place = Place::new();
    let failed = |id: &str| {
        call(id, "gpt-5", 0).replace("\"input_tokens\":0,\"output_tokens\":10", "\"error_type\":\"timeout\"")
    };
    place.write("calls.jsonl", [failed("a"), failed("b")].concat());
    let report = place.json(&["report", "--json"]);
    assert_eq!(
        (&report["modelStats"]["gpt-5"]["count"], &report["modelStats"]["gpt-5"]["costUsd"]),
        (&json!(2), &Json::Null),
        "{report}"
    );
    let text = place.run(&["report"]).ok();
    assert!(text.contains("cost –: logged") && text.contains("tokens –: "), "{text}");
}

#[test]
fn the_word_for_no_name_is_no_name() {
    let place = Place::new();
    let of = |id: &str, user: &str| call(id, "gpt-5", 5).replace("\"id\"", &format!("\"user\":{user},\"id\""));
    place.write("calls.jsonl", [of("a", "null"), of("b", "\"\""), of("c", "\"(none)\""), of("d", "\"ada\"")].concat());
    let report = place.json(&["report", "--json"]);
    let users = report["cost"]["byUser"].as_object().unwrap();
    assert_eq!(users.values().map(common::nanos).sum::<i64>(), common::nanos(&report["cost"]["totalUsd"]));
    assert_eq!(place.json(&["calls", "--json", "--filter", "user=(none)"]).as_array().unwrap().len(), 3);
}

#[test]
fn each_router_is_asked_how_sure_it_is_by_itself() {
    let place = Place::new();
    let decision = |nth: usize| {
        json!({"timestamp": format!("2026-01-05T10:{:02}:00Z", nth % 60), "model": "gpt-5", "route": "debugging", "confidence": 0.9,
               "override": false, "promptLength": nth, "matchedPatterns": [], "success": true, "tokensUsed": 5}).to_string() + "\n"
    };
    place.write("decisions-2026-01-05.jsonl", (0..40).map(decision).collect::<String>());
    let other = |nth: usize| {
        call(&format!("c{nth}"), "gpt-5", 5)
            .replace("\"id\"", "\"route\":\"debugging\",\"confidence_score\":0.2,\"id\"")
    };
    place.write("calls.jsonl", (0..40).map(other).collect::<String>());
    let alerts = place.json(&["alerts", "--json"]);
    let unsure: Vec<&Json> =
        alerts.as_array().unwrap().iter().filter(|alert| alert["type"] == "low-confidence").collect();
    assert_eq!(unsure.len(), 1, "{alerts}");
    assert_eq!((&unsure[0]["data"]["avgConfidence"], &unsure[0]["data"]["count"]), (&json!(0.2), &json!(40)));
}

#[test]
fn a_limit_out_of_its_range_is_refused_with_what_was_expected() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-5", 5));
    for (text, words) in [
        ("[rules.low_success_rate]\nbelow = 2.0\n", ["line 2", "0 to 1"]),
        ("[rules.cost_spike]\ntimes = nan\n", ["line 2", "0 or more"]),
        ("[rules.cost_spike]\ntimes = -3.0\n", ["line 2", "0 or more"]),
        ("[rules.low_success_rate]\nabove = 0.3\n", ["below", "outcomes"]),
        ("theme = \"mono\"\n[[budgets]]\nusd = 5\n", ["line 2", "[[budgets]] missing field"]),
        ("[[budgets]]\nname = \"x\"\nusd = 5\nper = \"day\"\nfilter = \"template:x\"\n", ["template:", "call by call"]),
    ] {
        place.write("callscope.toml", text);
        place.run(&["alerts"]).failed(1, &words);
    }
}

#[test]
fn a_key_is_shown_only_where_it_is_asked_for() {
    let place = Place::new();
    let key = "sk-ant-api03-aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xY";
    let line = call("req-key", "gpt-4o", 5).replace("\"success\":true", &format!(
        "\"success\":false,\"error\":{{\"type\":\"auth\",\"message\":\"no such key {key}\"}},\"prompt\":\"use {key}\""
    ));
    place.write("calls.jsonl", line);
    let hidden = place.run(&["show", "req-key"]).ok();
    assert!(
        hidden.contains("no such key sk-ant-") && !hidden.contains("N4pQ6r") && !hidden.contains("mN4p"),
        "{hidden}"
    );
    assert_eq!(
        place.run(&["show", "req-key", "--secrets"]).ok().matches(key).count(),
        4,
        "message, request and record"
    );
    assert!(place.json(&["show", "req-key", "--json"])["raw"].to_string().contains(key), "the record as it is logged");
}
