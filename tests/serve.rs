//! `callscope serve`, the real program on a real socket: its answers are those of `report`, `calls` and `show`, it
//! tells what happens, refuses whom it must, and keeps going whatever is sent to it.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{Read, Write};

use common::http::Server;
use common::{Place, WORKED, call, nanos, wait_for, wait_or};
use rustix::process::Signal;
use serde_json::{Value as Json, json};

/// A folder with every table and log of the demo.
fn demo(calls: u32) -> Place {
    let place = Place::new();
    place.run(&["demo", "--no-ui", "--dir", ".", "--calls", &calls.to_string(), "--seed", "7"]);
    place
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn the_report_is_the_command_s_for_any_filter() {
    let place = demo(1_500);
    let server = Server::start(&place, &[]);
    let filter = |text: &str| format!("filter={}", encoded(text));
    let mut told = BTreeSet::new();
    for (query, args) in [
        (String::new(), vec![]),
        ("model=GPT-5".to_owned(), vec!["--filter", "model=gpt-5"]),
        ("route=debugging&model=".to_owned(), vec!["--filter", "route=debugging"]),
        ("route=(none)".to_owned(), vec!["--filter", "route=(none)"]),
        (filter("is:error"), vec!["--filter", "is:error"]),
        (
            filter("cost>0.001 -model:gpt (is:ok or is:cached)"),
            vec!["--filter", "cost>0.001 -model:gpt (is:ok or is:cached)"],
        ),
        (filter("body:\"handover\""), vec!["--filter", "body:\"handover\""]),
        (format!("model=gpt-5&{}", filter("conf<0.9")), vec!["--filter", "model=gpt-5 conf<0.9"]),
        ("startDate=2026-01-05&endDate=2026-01-05".to_owned(), vec!["--since", "2026-01-05", "--until", "2026-01-05"]),
        ("startDate=2026-01-05T08:10".to_owned(), vec!["--since", "2026-01-05T08:10"]),
        ("endDate=2026-01-05T08:10:00Z".to_owned(), vec!["--until", "2026-01-05T08:10:00Z"]),
        ("endDate=2025-01-01".to_owned(), vec!["--until", "2025-01-01"]),
    ] {
        let answer = server.json(&format!("/api/ai/analytics?{query}"));
        let report = place.json(&[&["report", "--json"], args.as_slice()].concat());
        assert_eq!(answer, json!({"success": true, "analytics": report}), "{query}");
        told.insert(report["totalDecisions"].as_u64().unwrap());
    }
    assert!(told.len() > 9, "each of them asks for something else: {told:?}");
}

#[test]
fn a_limit_is_the_newest_calls_and_the_server_s_own_filter_holds_for_all() {
    let place = demo(400);
    let server = Server::start(&place, &["--filter", "provider:openai"]);
    let calls = place.json(&["calls", "--json", "--limit", "25", "--filter", "provider:openai"]);
    let calls = calls.as_array().unwrap();
    let report = server.json("/api/ai/analytics?limit=25")["analytics"].clone();
    let sum = |of: &dyn Fn(&Json) -> i64| calls.iter().map(of).sum::<i64>();
    assert_eq!(report["totalDecisions"], 25);
    assert_eq!(nanos(&report["cost"]["totalUsd"]), sum(&|call| nanos(&call["costUsd"])));
    assert_eq!(report["tokens"]["total"], sum(&|call| call["totalTokens"].as_i64().unwrap_or(0)));
    assert_eq!(report["dateRange"]["end"], calls[0]["timestamp"]);
    assert_eq!(report["dateRange"]["start"], calls[24]["timestamp"]);
    let sure = calls.iter().filter(|call| !call["confidence"].is_null()).count() as i64;
    let scales = report["calibration"].as_array().unwrap();
    assert_eq!(scales.iter().map(|scale| scale["calls"].as_i64().unwrap()).sum::<i64>(), sure);
    let other = place.json(&["calls", "--json", "--limit", "1", "--filter", "-provider:openai"])[0]["id"].clone();
    server.get(&format!("/api/calls/{}", other.as_str().unwrap())).refused(404, &["no call has the id"]);
}

#[test]
fn days_are_those_of_the_server_s_place() {
    let place = Place::new();
    let at = |id: &str, time: &str| call(id, "gpt-4o", 10).replace("2026-01-05T10:00:00.000Z", time);
    // 5 January in New York is 05:00 to 05:00 UTC.
    let times =
        ["2026-01-05T04:59:59.999Z", "2026-01-05T05:00:00Z", "2026-01-06T04:59:59.999Z", "2026-01-06T05:00:00Z"];
    let lines: String = ["a", "b", "c", "d"].iter().zip(times).map(|(id, time)| at(id, time)).collect();
    place.write("calls.jsonl", lines);
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("TZ", "America/New_York");
    let server = Server::begin(command);
    wait_for("figures", || (server.get("/healthz").status == 200).then_some(()));
    let report = server.json("/api/ai/analytics?startDate=2026-01-05&endDate=2026-01-05")["analytics"].clone();
    assert_eq!(report["totalDecisions"], 2);
    assert_eq!(report["cost"]["byDay"][0]["day"], "2026-01-05");
}

#[test]
fn the_logs_are_the_calls_page_by_page() {
    let place = demo(700);
    let server = Server::start(&place, &[]);
    let ids = |filter: &str| {
        let calls = place.json(&["calls", "--json", "--filter", filter]);
        calls.as_array().unwrap().iter().map(|call| call["id"].clone()).collect::<Vec<_>>()
    };
    for (query, filter) in [
        ("range=all", ""),
        ("range=all&status=error", "is:error"),
        ("range=all&status=cached&provider=OpenAI", "is:cached provider=openai"),
        ("range=all&agent=coder&status=success", "agent=coder is:ok"),
        ("range=all&status=pending", "is:pending"),
        (&format!("range=all&filter={}", encoded("took>2s")), "took>2s"),
        ("", "since:7d"),
    ] {
        let page = |nth: usize| server.json(&format!("/api/llm/logs?{query}&page_size=60&page={nth}"));
        let first = page(1);
        let pages = first["total_pages"].as_u64().unwrap() as usize;
        let told: Vec<Json> = (1..=pages)
            .flat_map(|nth| page(nth)["logs"].as_array().unwrap().clone())
            .map(|log| log["id"].clone())
            .collect();
        assert_eq!(told, ids(filter), "{query}");
        assert_eq!(first["total"], told.len(), "{query}");
        assert_eq!(page(pages + 1)["logs"], json!([]), "{query}: there is no more");
    }
    let cached = server.json("/api/llm/logs?range=all&status=cached")["logs"][0].clone();
    assert_eq!((&cached["cached"], &cached["success"], &cached["cost"]), (&json!(true), &json!(true), &json!(0.0)));
    let pending = server.json("/api/llm/logs?range=all&status=pending")["logs"][0].clone();
    assert_eq!((&pending["success"], &pending["cost"]), (&json!(null), &json!(null)), "unknown is not 0");
}

#[test]
fn a_range_goes_back_from_now() {
    let place = Place::new();
    let ago = |id: &str, hours: i64| {
        let at = (chrono::Utc::now() - chrono::Duration::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        call(id, "gpt-4o", 10).replace("2026-01-05T10:00:00.000Z", &at)
    };
    place.write("calls.jsonl", [ago("a", 1), ago("b", 72), ago("c", 24 * 20), ago("d", 24 * 90)].concat());
    let server = Server::start(&place, &[]);
    let total = |query: &str| server.json(&format!("/api/llm/logs{query}"))["total"].clone();
    let ranges = ["?range=1day", "?range=7days", "?range=30days", "?range=all", ""];
    assert_eq!(ranges.map(total), [1, 2, 3, 4, 2]);
}

#[test]
fn one_call_is_told_in_full_and_the_beginning_of_its_id_is_enough() {
    let place = demo(300);
    place.append("own.jsonl", call("own/1 ä", "gpt-4o", 1) + &call("own/10", "gpt-4o", 1));
    let server = Server::start(&place, &[]);
    let calls = place.json(&["calls", "--json"]);
    for call in calls.as_array().unwrap().iter().step_by(29) {
        let id = call["id"].as_str().unwrap();
        let shown = place.json(&["show", id, "--json"]);
        assert_eq!(server.json(&format!("/api/calls/{}", encoded(id))), shown, "{id}");
    }
    assert_eq!(server.json("/api/calls/own%2F10")["call"]["id"], "own/10");
    assert_eq!(server.json(&format!("/api/calls/{}", encoded("own/1 ")))["call"]["id"], "own/1 ä");
    server.get("/api/calls/own").refused(409, &["2 calls", "begins so", "own/10"]);
    server.get("/api/calls/nowhere").refused(404, &["no call has the id nowhere"]);
    server.get("/api/calls/%FF").refused(400, &["no text"]);
    // What its record said is gone, and the rest still stands.
    place.write("own.jsonl", "");
    let call = wait_for("a call without its record", || {
        let call = server.json("/api/calls/own%2F10");
        call["recordError"].is_string().then_some(call)
    });
    assert_eq!((&call["call"]["id"], &call["raw"]), (&json!("own/10"), &Json::Null));
}

#[test]
fn what_is_written_is_told_and_counted() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 5));
    let server = Server::start(&place, &[]);
    let events = server.listen();
    place.append("calls.jsonl", call("b", "gpt-4o", 7));
    let told = events.wait("call", |call| call["id"] == "b");
    let shown = place.json(&["calls", "--json", "--filter", "id=b"])[0].clone();
    assert_eq!(told, shown, "an event is the call as `calls` has it");
    // A whole log that comes later, with a decision that is completed in it.
    place.write(".orchestration-logs/decisions-2026-01-05.jsonl", WORKED);
    let update = || events.told().into_iter().find(|(name, call)| name != "gone" && call["totalTokens"] == 321);
    let (_, completed) = wait_for("the outcome", update);
    assert_eq!(completed["status"], "success");
    let counted = || {
        let report = server.json("/api/ai/analytics")["analytics"].clone();
        (report["totalDecisions"] == 4).then_some(report)
    };
    let report = wait_for("4 calls", counted);
    assert_eq!(report, place.json(&["report", "--json"]), "sources that come later stand where they would have stood");
    assert!(
        !events.told().iter().any(|(name, call)| name == "call" && call["id"] == "a"),
        "what was there is not news"
    );
}

#[test]
fn what_the_rules_find_is_told_once_and_to_who_comes_later_at_once() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "no-such-model", 5));
    let server = Server::start(&place, &[]);
    let events = server.listen();
    let unpriced = |alert: &Json| alert["type"] == "unpriced-models";
    let told = events.wait("alert", unpriced);
    let found = place.json(&["alerts", "--json"]);
    assert_eq!(Some(&told), found.as_array().unwrap().iter().find(|alert| unpriced(alert)), "as the command says it");
    let document = server.json("/openapi.json");
    expect_schema(&document, "Alert", &told).unwrap();
    // Another model without a price: it says something else.
    place.append("calls.jsonl", call("b", "no-such-model-2", 5));
    events.wait("alert", |alert| unpriced(alert) && alert["message"].as_str().unwrap().contains("no-such-model-2"));
    let later = server.listen();
    let told = later.wait("alert", unpriced);
    assert_eq!(told["calls"], 2, "{told}");
    let alerts = events.told().into_iter().filter(|(name, alert)| name == "alert" && unpriced(alert)).count();
    assert_eq!(alerts, 2, "each once");
}

#[test]
fn a_decision_and_its_outcome_are_appended_as_log_does() {
    let place = Place::new();
    let server = Server::start(&place, &[]);
    let events = server.listen();
    let decision = r#"{"model":"gpt-5","route":"debugging","confidence":0.9,"promptLength":23,"matchedPatterns":["fix"],"more":{"a":1}}"#;
    let reply = server.post("/api/ai/decisions", decision);
    assert_eq!((reply.status, &reply.json()["kind"]), (201, &json!("decision")), "{reply:?}");
    let pending = events.wait("call", |call| call["status"] == "pending");
    let outcome = r#"{"model":"gpt-5","route":"debugging","promptLength":23,"matchedPatterns":["fix"],"success":true,"tokensUsed":321}"#;
    assert_eq!(server.post("/api/ai/decisions?kind=outcome", outcome).json()["kind"], "outcome");
    let done = events.wait("update", |call| call["status"] == "success");
    assert_eq!((&done["id"], &done["totalTokens"]), (&pending["id"], &json!(321)));
    assert_eq!(server.json("/api/ai/analytics")["analytics"]["totalDecisions"], 1);
    let path = reply.json()["path"].as_str().unwrap().to_owned();
    let written = std::fs::read_to_string(place.at(&path)).unwrap();
    let lines: Vec<Json> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["more"], &lines[1]["success"]), (2, &json!({"a": 1}), &json!(true)));
    for (body, words) in [
        ("{\"route\":\"x\"}", vec!["model is missing"]),
        ("{\"model\":\"m\",\"confidence\":2}", vec!["confidence", "0 to 1"]),
        ("[1]", vec!["one JSON object"]),
        ("{\"model\":\"m\"} {}", vec!["one JSON object"]),
        ("{", vec!["one JSON object"]),
        ("", vec!["one JSON object"]),
    ] {
        server.post("/api/ai/decisions", body).refused(400, &words);
    }
    server.post("/api/ai/decisions?kind=decision", outcome).refused(400, &["no success yet"]);
    server.post("/api/ai/decisions?kind=guess", outcome).refused(400, &["expected one of decision, outcome"]);
    let kind = |kind: &str| server.ask("POST", "/api/ai/decisions", &format!("Content-Type: {kind}\r\n"), decision);
    kind("text/plain").refused(415, &["application/json"]);
    kind("application/x-www-form-urlencoded").refused(415, &["application/json"]);
    let large = format!("{{\"model\":\"{}\"}}", "m".repeat(70_000));
    server.post("/api/ai/decisions", &large).refused(413, &["at most"]);
    assert_eq!(std::fs::read_to_string(place.at(&path)).unwrap(), written, "nothing of that was written");
    let files = || std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(files(), [".orchestration-logs"], "and nothing elsewhere");
}

#[test]
fn no_figure_is_given_before_every_source_has_been_read() {
    let place = Place::new();
    let lines: String = (0..10_000).map(|nth| call(&format!("c{nth}"), "gpt-4o", 1)).collect();
    place.write("calls.jsonl", lines);
    let server = Server::begin_in(&place, &[]);
    for path in ["/api/ai/analytics", "/api/llm/logs", "/api/calls/c1", "/metrics", "/api/events", "/healthz"] {
        let reply = server.get(path);
        reply.refused(503, &["still being read"]);
        assert!(reply.head.contains("\r\nretry-after: 1"), "{}", reply.head);
    }
    // A decision must not be lost meanwhile, and a mistake in a question is told when it is made.
    assert_eq!(server.post("/api/ai/decisions", r#"{"model":"m"}"#).status, 201);
    assert_eq!(server.get("/openapi.json").status, 200);
    server.get("/api/ai/analytics?modle=x").refused(400, &["modle"]);
    let first = wait_for("figures", || {
        let reply = server.get("/api/ai/analytics?model=gpt-4o");
        (reply.status == 200).then(|| reply.json())
    });
    assert_eq!(first["analytics"]["totalDecisions"], 10_000, "the first figures ever given are whole");
}

#[test]
fn pages_of_other_sites_and_other_names_are_refused() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 5));
    let server = Server::start(&place, &[]);
    let with = |headers: &str| server.ask("GET", "/api/ai/analytics", headers, "");
    assert_eq!(with("Host: 127.0.0.1:4180\r\n").status, 200);
    with("Host: rebound.evil.example\r\n").refused(403, &["127.0.0.1", "localhost"]);
    with("Host: localhost\r\nOrigin: https://evil.example\r\n").refused(403, &["origins"]);
    with("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n").refused(403, &["origins"]);
    with("Host: localhost\r\nHost: localhost\r\n").refused(400, &["one", "ost"]);
    let absolute =
        server.send(b"GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    absolute.refused(403, &["localhost"]);
    server.send(b"GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n").refused(400, &["one", "ost"]);
    let evil = "Host: localhost\r\nContent-Type: application/json\r\nOrigin: http://evil.example\r\n";
    server.ask("POST", "/api/ai/decisions", evil, r#"{"model":"m"}"#).refused(403, &["origins"]);
    assert!(!place.at(".orchestration-logs").exists());
    let reply = server.get("/metrics");
    assert!(!reply.head.contains("access-control-"), "no page may read it: {}", reply.head);
    assert!(reply.head.contains("nosniff") && reply.head.contains("no-store"), "{}", reply.head);
}

#[test]
fn an_address_that_others_reach_needs_a_token() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 5));
    place.write("token", "s3cret-and-long\n");
    place.write("empty", "\n");
    let open = ["serve", "--listen", "0.0.0.0:0"];
    place.run(&open).failed(2, &["token", "--token-file", "CALLSCOPE_TOKEN"]);
    place.run(&[&open[..], &["--token-file", "empty"]].concat()).failed(2, &["empty"]);
    place.run(&[&open[..], &["--token-file", "nowhere"]].concat()).failed(1, &["nowhere"]);
    place.run(&["serve", "--listen", "everywhere"]).failed(2, &["expected an address and a port"]);
    place.run(&["serve", "--filter", "body:x", "--listen", "127.0.0.1:0"]).failed(2, &["body"]);
    let mut by_file = place.command(&[&open[..], &["--token-file", "token"]].concat());
    by_file.env("CALLSCOPE_TOKEN", "another");
    let mut by_name = place.command(&open);
    by_name.env("CALLSCOPE_TOKEN", "s3cret-and-long");
    for command in [by_file, by_name] {
        let mut server = Server::begin(command);
        server.address = server.address.replace("0.0.0.0", "127.0.0.1");
        wait_for("health without a token", || (server.get("/healthz").status == 200).then_some(()));
        for path in ["/api/ai/analytics", "/metrics", "/api/events", "/openapi.json", "/api/calls/a", "/nowhere"] {
            let reply = server.get(path);
            reply.refused(401, &["Bearer"]);
            assert!(reply.head.contains("www-authenticate: bearer"), "{}", reply.head);
        }
        let with = |token: &str| {
            let headers = format!("Host: box.lan:4180\r\nAuthorization: Bearer {token}\r\n");
            server.ask("GET", "/api/calls/a", &headers, "").status
        };
        assert_eq!((with("s3cret-and-long"), with("s3cret-and-lonG"), with("another")), (200, 401, 401));
    }
    // Two servers cannot have one address.
    let server = Server::start(&place, &[]);
    place.run(&["serve", "--listen", &server.address]).failed(1, &["cannot listen on", "--listen"]);
}

#[test]
fn a_question_that_is_not_understood_says_what_was_expected() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 5));
    let server = Server::start(&place, &[]);
    for (path, words) in [
        ("/api/ai/analytics?modle=x", vec!["modle", "model, route, startDate, endDate, filter, limit"]),
        ("/api/ai/analytics?limit=0", vec!["limit=0", "whole number, 1 or more"]),
        ("/api/ai/analytics?limit=all", vec!["limit=all"]),
        ("/api/ai/analytics?filter=%ff", vec!["filter", "UTF-8"]),
        ("/api/ai/analytics?startDate=yesterdayish", vec!["startDate=yesterdayish", "a date (2026-11-01)"]),
        ("/api/ai/analytics?startDate=2026-02-02&endDate=2026-02-01", vec!["after"]),
        ("/api/ai/analytics?filter=cost%3Eabc", vec!["filter", "column 6", "expected an amount"]),
        ("/api/ai/analytics?model=a&model=b", vec!["model is given twice"]),
        ("/api/llm/logs?range=2days", vec!["1day, 7days, 30days, all"]),
        ("/api/llm/logs?status=ok", vec!["success, error, cached, pending"]),
        ("/api/llm/logs?page=0", vec!["page=0"]),
        ("/api/llm/logs?page_size=201", vec!["1 to 200"]),
        ("/metrics?format=json", vec!["expected none"]),
        ("/api/ai/analytics?x%1b%5b31m=1", vec!["no parameter"]),
    ] {
        let reply = server.get(path);
        reply.refused(400, &words);
        assert!(!reply.body.chars().any(|char| char.is_control() && char != '\n'), "{reply:?}");
    }
    for path in ["/", "/calls.jsonl", "/../calls.jsonl", "/%2e%2e/calls.jsonl", "/api/calls/", "/api", "/healthz/"] {
        server.get(path).refused(404, &["nothing here", "/api/ai/analytics"]);
    }
    let reply = server.ask("DELETE", "/api/calls/a", "", "");
    reply.refused(405, &["GET"]);
    assert!(reply.head.contains("allow: get, head"), "{}", reply.head);
    server.get("/api/ai/decisions").refused(405, &["POST"]);
    let head = server.ask("HEAD", "/metrics", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn nonsense_and_clients_that_leave_do_no_harm() {
    let place = demo(300);
    let server = Server::start(&place, &[]);
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"hello\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\x00: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let reply = server.send(nonsense);
        assert!(matches!(reply.status, 0 | 400 | 505), "{reply:?}");
    }
    let long = |query: usize| server.get(&format!("/metrics?{}", "x".repeat(query))).status;
    assert!(matches!(long(40_000), 0 | 414 | 431));
    let headers = "X: y\r\n".repeat(100);
    assert_eq!(server.ask("GET", "/metrics", &headers, "").status, 431);
    // They ask and do not wait for the answer, some in the middle of their question.
    for part in ["GET /metr", "GET /api/ai/analytics HTTP/1.1\r\nHost: localhost\r\n\r\n"].repeat(40) {
        server.connect().write_all(part.as_bytes()).unwrap();
    }
    let mut half = server.connect();
    half.write_all(b"POST /api/ai/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"model\":\"m\"").unwrap();
    drop(half);
    assert_eq!(server.json("/api/ai/analytics")["analytics"]["totalDecisions"], 300, "and nothing was written");
}

/// Calls whose events are more than the buffers of both sockets hold.
const MANY: u64 = 12_000;

#[test]
fn whoever_listens_and_does_not_read_holds_nobody_up() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    let server = Server::start(&place, &[]);
    let mut deaf = server.connect();
    deaf.write_all(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut begun = [0; 12];
    deaf.read_exact(&mut begun).unwrap();
    let events = server.listen();
    let lines: String = (1..MANY).map(|nth| call(&format!("c{nth}"), "gpt-4o", 1)).collect();
    let mut file = OpenOptions::new().append(true).open(place.at("calls.jsonl")).unwrap();
    file.write_all(lines.as_bytes()).unwrap();
    wait_or(
        || (server.json("/api/ai/analytics")["analytics"]["totalDecisions"] == MANY).then_some(()),
        || format!("{MANY} calls"),
    );
    place.append("calls.jsonl", call("last", "gpt-4o", 1));
    events.wait("call", |call| call["id"] == "last");
    // It reads after all: what it missed is counted.
    let mut late = Vec::new();
    let text = wait_for("what it has missed", || {
        let mut chunk = vec![0; 1 << 20];
        let got = deaf.read(&mut chunk).unwrap();
        late.extend_from_slice(&chunk[..got]);
        let text = String::from_utf8_lossy(&late).into_owned();
        text.contains("\"last\"").then_some(text)
    });
    let skipped = text.lines().filter(|line| line.starts_with("data: {\"messages\":")).count();
    assert!(skipped > 0, "it was told that it has missed some");
}

#[test]
fn it_ends_with_success_when_it_is_told_to_whoever_still_listens() {
    for by in [Signal::TERM, Signal::INT] {
        let place = Place::new();
        place.write("calls.jsonl", call("a", "gpt-4o", 5));
        let server = Server::start(&place, &[]);
        let events = server.listen();
        let _idle = server.connect();
        assert_eq!(server.end(by), 0);
        events.wait("end", |_| true);
    }
    let place = Place::new();
    let server = Server::begin_in(&place, &[]);
    assert_eq!(server.end(Signal::TERM), 0, "also before anything has been read");
}

/// A decimal number in billionths.
fn billionths(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    whole.parse::<i128>().unwrap() * 1_000_000_000 + format!("{part:0<9}").parse::<i128>().unwrap()
}

/// A page of series, checked line by line against the format: name and labels, and the value in billionths.
fn lint(page: &str) -> BTreeMap<String, i128> {
    let mut series = BTreeMap::new();
    let (mut family, mut kind, mut seen) = (String::new(), String::new(), BTreeSet::new());
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && seen.insert(name.to_owned()), "{line}");
            name.clone_into(&mut family);
            kind.clear();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, told) = rest.split_once(' ').unwrap();
            assert!(name == family && ["counter", "gauge", "histogram", "summary"].contains(&told), "{line}");
            told.clone_into(&mut kind);
            assert_eq!(told == "counter", name.ends_with("_total"), "{line}");
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let plain = name.split('{').next().unwrap();
            let suffixes: &[&str] = match kind.as_str() {
                "histogram" => &["_bucket", "_sum", "_count"],
                "summary" => &["_sum", "_count"],
                _ => &[""],
            };
            assert!(suffixes.iter().any(|suffix| plain == format!("{family}{suffix}")), "{line} is not of {family}");
            assert!(series.insert(name.to_owned(), billionths(value)).is_none(), "twice: {line}");
        }
    }
    series
}

#[test]
fn metrics_keep_to_the_format_and_agree_with_the_report() {
    let place = demo(1_500);
    let hostile: String =
        (0..300).map(|nth| call(&format!("h{nth}"), &format!("odd \\\"{nth}\\\" \\\\ \\n \\u001b[31m"), 3)).collect();
    place.append("hostile.jsonl", hostile);
    let server = Server::start(&place, &["--window", "60m"]);
    let reply = server.get("/metrics");
    assert!(reply.head.contains("content-type: text/plain; version=0.0.4"), "{}", reply.head);
    assert!(!reply.body.chars().any(|char| char.is_control() && char != '\n'));
    let series = lint(&reply.body);
    let report = place.json(&["report", "--json"]);
    let sum = |start: &str, part: &str| {
        let fits = |name: &str| name.starts_with(start) && name.contains(part);
        series.iter().filter(|(name, _)| fits(name)).map(|(_, value)| value).sum::<i128>()
    };
    let of = |path: &str| billionths(&report.pointer(path).unwrap().to_string());
    for (start, part, path) in [
        ("callscope_calls_total", "status=\"error\"", "/status/error"),
        ("callscope_calls_total", "status=\"cached\"", "/status/cached"),
        ("callscope_calls_total", "status=\"success\"", "/status/success"),
        ("callscope_pending_calls", "", "/status/pending"),
        ("callscope_tokens_total", "", "/tokens/total"),
        ("callscope_tokens_total", "cache_read", "/tokens/cacheRead"),
        ("callscope_cost_usd_total", "", "/cost/totalUsd"),
        ("callscope_cost_usd_total", "estimated", "/cost/estimatedUsd"),
        ("callscope_unpriced_calls_total", "", "/cost/unpricedCalls"),
        ("callscope_routed_calls_total", "", "/overrideRate/total"),
        ("callscope_routed_calls_total", "override=\"true\"", "/overrideRate/overrides"),
    ] {
        assert_eq!(sum(start, part), of(path), "{path}");
    }
    let all = |values: Vec<&Json>| values.into_iter().map(|value| billionths(&value.to_string())).sum::<i128>();
    assert_eq!(sum("callscope_errors_total", ""), all(report["errors"].as_object().unwrap().values().collect()));
    let calls = report["sources"].as_array().unwrap().iter().map(|source| &source["calls"]).collect();
    assert_eq!(sum("callscope_source_records_total", "result=\"call\""), all(calls));
    let models: BTreeSet<&str> = series.keys().filter_map(|name| name.strip_prefix("callscope_calls_total{")).collect();
    assert!(models.len() <= 101 * 3 && models.iter().any(|labels| labels.contains("(other)")), "{}", models.len());
    // Buckets rise, the last holds all, and times are in seconds.
    let bucket =
        |edge: &str| series[&format!("callscope_call_duration_seconds_bucket{{model=\"gpt-5\",le=\"{edge}\"}}")];
    let edges = ["0.01", "0.16", "0.64", "2.56", "10.24", "81.92", "+Inf"].map(bucket);
    assert!(edges.is_sorted() && edges[6] > edges[0], "{edges:?}");
    assert_eq!(series["callscope_call_duration_seconds_count{model=\"gpt-5\"}"], edges[6]);
    let model = &report["modelStats"]["gpt-5"];
    let mean = series["callscope_call_duration_seconds_sum{model=\"gpt-5\"}"] as f64 / edges[6] as f64;
    assert!((mean * 1e3 - model["avgLatency"].as_f64().unwrap()).abs() < 1e-3, "{mean}");
}

/// Checks an answer against a schema of the document.
fn expect_schema(document: &Json, schema: &str, answer: &Json) -> Result<(), String> {
    let mut whole = document.clone();
    whole["$ref"] = json!(format!("#/components/schemas/{schema}"));
    let validator = jsonschema::draft202012::new(&whole).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path())).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

#[test]
fn every_answer_is_as_the_document_says_and_no_more() {
    let place = demo(1_200);
    place.write(
        "callscope.toml",
        "[currency]\ncode = \"SEK\"\nrate = 10.4\ndate = \"2026-01-01\"\n[prices]\n\"llama3.2:latest\" = \"free\"\n\
         [[budgets]]\nname = \"all\"\nusd = 5\nper = \"day\"\n[[budgets]]\nname = \"tokens\"\ntokens = 5\nper = \"month\"\n\
         [[objectives]]\nname = \"works\"\nerror_rate = 0.01\nper = \"30d\"\n",
    );
    place.append("own.jsonl", call("unpriced", "no-such-model", 3));
    let server = Server::start(&place, &[]);
    let document = server.json("/openapi.json");
    assert_eq!(
        (&document["openapi"], &document["info"]["version"]),
        (&json!("3.1.0"), &json!(env!("CARGO_PKG_VERSION")))
    );
    let check = |schema: &str, path: &str| {
        let answer = server.get(path).json();
        expect_schema(&document, schema, &answer).unwrap_or_else(|why| panic!("{path}: {why}"));
        answer
    };
    let report = check("Analytics", "/api/ai/analytics");
    assert_eq!(
        (
            report["analytics"]["budgets"].as_array().unwrap().len(),
            report["analytics"]["objectives"][0]["name"].as_str()
        ),
        (2, Some("works"))
    );
    check("Analytics", "/api/ai/analytics?model=none-such");
    check("Analytics", "/api/ai/analytics?limit=3");
    check("Logs", "/api/llm/logs?range=all&page_size=200");
    check("Health", "/healthz");
    check("Refusal", "/api/calls/nowhere");
    check("Refusal", "/nowhere");
    for call in place.json(&["calls", "--json"]).as_array().unwrap().iter().step_by(23) {
        check("CallInFull", &format!("/api/calls/{}", encoded(call["id"].as_str().unwrap())));
    }
    check("CallInFull", "/api/calls/unpriced");
    let events = server.listen();
    let body = json!({"model": "gpt-5", "confidence": 0.5, "matchedPatterns": ["a"], "latencyMs": 1.5});
    expect_schema(&document, "Decision", &body).unwrap();
    let written = server.post("/api/ai/decisions", &body.to_string()).json();
    expect_schema(&document, "Written", &written).unwrap();
    let told = events.wait("call", |_| true);
    expect_schema(&document, "Event", &told).unwrap();
    // And it is strict: what it does not know, what lacks and what has another type is seen.
    let spoilt = |spoil: &dyn Fn(&mut Json)| {
        let mut answer = report.clone();
        spoil(&mut answer["analytics"]);
        expect_schema(&document, "Analytics", &answer)
    };
    assert!(spoilt(&|report| report["more"] = json!(1)).is_err());
    assert!(spoilt(&|report| report["modelStats"]["gpt-5"]["more"] = json!(1)).is_err());
    assert!(spoilt(&|report| report["cost"]["totalUsd"] = json!("1")).is_err());
    assert!(spoilt(&|report| drop(report.as_object_mut().unwrap().remove("errors"))).is_err());
    let mut told = told;
    told["more"] = json!(1);
    assert!(expect_schema(&document, "Event", &told).is_err());
}
