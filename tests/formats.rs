//! A folder of `tests/data` each format: small logs and tables, and what callscope makes of them. `one_execution` is
//! three tables that tell of the same calls.
//!
//! A new format is a folder with `*.jsonl` files or a `.sql` script: the snapshot is made by the first run.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use callscope::ingest::format::{FORMATS, fields};
use serde_json::{Value as Json, json};

use common::Place;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The folder's logs, and its scripts made into databases.
fn set_up(folder: &Path) -> Place {
    let place = Place::new();
    for path in files_in(folder) {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        match name.strip_suffix(".sql") {
            Some(base) => drop(place.sql(&format!("{base}.db"), &text)),
            None => drop(place.write(name, text)),
        }
    }
    place
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// The folder, and JSON documents in it: these are read only if they are named.
fn named(place: &Place) -> Vec<String> {
    let relative = |path: &Path| path.strip_prefix(place.path()).unwrap().to_str().unwrap().to_owned();
    // What lies beside a task of Cline or a message of OpenCode is read for it, and is no log.
    let beside = |path: &Path| {
        path.ends_with("task_metadata.json")
            || path.ends_with("api_conversation_history.json")
            || path.iter().any(|folder| folder == "part")
    };
    let is_document = |path: &PathBuf| path.extension().is_some_and(|end| end == "json") && !beside(path);
    let documents = files_in(place.path()).into_iter().filter(is_document);
    std::iter::once(".".to_owned()).chain(documents.map(|path| relative(&path))).collect()
}

/// An object without what is unknown.
fn known(object: &Json) -> String {
    let known: BTreeMap<&String, &Json> =
        object.as_object().unwrap().iter().filter(|(key, value)| !value.is_null() && *key != "source").collect();
    let one = |(key, value): (&&String, &&Json)| format!("{key} {value}");
    known.iter().map(one).collect::<Vec<_>>().join("  ")
}

/// What was understood, counted and left out of each source; then every call.
fn understood(place: &Place) -> String {
    let mut text = String::new();
    let named = named(place);
    let ask = |command: &str| {
        let args: Vec<&str> = [command, "--json"].into_iter().chain(named.iter().map(String::as_str)).collect();
        place.json(&args)
    };
    for source in ask("sources").as_array().unwrap() {
        if let Some(why) = source["message"].as_str() {
            writeln!(text, "{} is not read: {why}", source["path"].as_str().unwrap()).unwrap();
            continue;
        }
        let counts = ["calls", "updates", "duplicates", "malformed", "skipped"];
        let counts: Vec<String> = counts.iter().map(|name| format!("{} {name}", source[*name])).collect();
        let table = source["table"].as_str().map(|table| format!(":{table}")).unwrap_or_default();
        writeln!(text, "{}{table} is {}: {}", source["path"].as_str().unwrap(), source["format"], counts.join(", "))
            .unwrap();
        writeln!(text, "  because of {}", source["why"].as_str().unwrap()).unwrap();
        for bad in source["first"].as_array().unwrap() {
            writeln!(text, "  {}", bad.as_str().unwrap()).unwrap();
        }
    }
    for call in ask("calls").as_array().unwrap() {
        writeln!(text, "{}", known(call)).unwrap();
    }
    text
}

#[test]
fn every_format_reads_its_data_as_before() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for entry in fs::read_dir(data()).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "snapshots" {
            settings.bind(|| insta::assert_snapshot!(name, understood(&set_up(&folder))));
        }
    }
}

#[test]
fn every_format_has_data() {
    for name in FORMATS.iter().map(|recipe| recipe.name).chain([fields::NAME]) {
        let snapshot = data().join("snapshots").join(format!("{name}.snap"));
        let snapshot = fs::read_to_string(&snapshot).unwrap_or_default();
        assert!(snapshot.contains(&format!(" is {name:?}: ")), "no data in tests/data is recognised as {name}");
    }
}

#[test]
fn one_execution_told_by_three_tables_is_one_call() {
    let place = set_up(&data().join("one_execution"));
    let calls = place.json(&["calls", "--json"]);
    let of = |id: &str| calls.as_array().unwrap().iter().find(|call| call["id"] == id).cloned().unwrap_or(Json::Null);
    // token_usage counts; the audit and the wrong model of agent_logs are its twins.
    let first = of("call_1");
    assert_eq!((&first["model"], &first["twins"]), (&json!("gpt-4o-mini"), &json!(2)), "{first}");
    assert_eq!(first["costUsd"], json!(0.001_984_8));
    // What token_usage never got is a call all the same.
    assert_eq!((&of("a2")["totalTokens"], &of("a2")["costSource"]), (&json!(9308), &json!("estimated")));
    // Two calls of one execution are two calls, and nothing merges with either.
    assert_eq!((&of("call_3a")["twins"], &of("call_3b")["twins"]), (&json!(0), &json!(0)));
    assert_eq!(calls.as_array().unwrap().len(), 4);
    // The login is understood and no call.
    let sources = place.json(&["sources", "--json"]);
    let audit = sources.as_array().unwrap().iter().find(|source| source["table"] == "audit_trail").unwrap();
    assert_eq!((&audit["skipped"], &audit["malformed"]), (&json!(1), &json!(0)), "{audit}");
    let shown = place.json(&["show", "call_1", "--json"]);
    assert_eq!(shown["twins"].as_array().unwrap().len(), 2, "{shown}");
}

#[test]
fn the_configuration_names_the_fields_of_any_log() {
    let place = Place::new();
    place.write(
        "acme.jsonl",
        "{\"acme_trace\":1,\"when\":\"2026-03-04T07:00:00Z\",\"llm\":{\"name\":\"gpt-4o-mini\"},\"in\":7,\"out\":3,\"took_seconds\":1.5}\n",
    );
    place.run(&["report", "acme.jsonl"]).failed(1, &["acme.jsonl", "[formats.", "acme_trace"]);
    place.write(
        "callscope.toml",
        "[formats.acme]\nmatch = \"acme_trace\"\ntime = \"when\"\nmodel = \"llm.name\"\ninput = \"in\"\noutput = \"out\"\nlatency = \"took_seconds\"\n",
    );
    let calls = place.json(&["calls", "--json", "acme.jsonl"]);
    let call = &calls[0];
    assert_eq!(
        (&call["model"], &call["inputTokens"], &call["outputTokens"], &call["latencyMs"], &call["source"]["format"]),
        (&json!("gpt-4o-mini"), &json!(7), &json!(3), &json!(1500), &json!("acme"))
    );
}

#[test]
fn a_span_that_cannot_be_read_takes_none_of_its_export_request_with_it() {
    let place = Place::new();
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let attributes = json!([text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "gpt-4o")]);
    let spans = ["1767610800000000000", "never", "1767610801000000000"].map(
        |start| json!({"traceId": "t", "spanId": start, "name": "chat", "startTimeUnixNano": start, "attributes": attributes}),
    );
    place.write("spans.jsonl", format!("{}\n", json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})));
    let source = &place.json(&["sources", "--json"])[0];
    assert_eq!((&source["calls"], &source["malformed"]), (&json!(2), &json!(1)), "{source}");
}

#[test]
fn the_printed_mapping_is_for_its_log_and_its_rotated_parts_alone() {
    let place = Place::new();
    let log = |model: &str| {
        format!(r#"{{"ts":"2026-02-25T10:00:00Z","model":"{model}","input_tokens":100,"output_tokens":30}}"#) + "\n"
    };
    let paths = ["log.jsonl", "app/log.jsonl", "app/log.jsonl.1", "other/app/log.jsonl", "gw/log.jsonl"];
    for (nth, path) in paths.iter().enumerate() {
        place.write(path, log(&format!("m{nth}")));
    }
    for (named, expected) in [("log.jsonl", &paths[..1]), ("app/log.jsonl", &paths[1..3])] {
        let printed = place.run(&["sources", named]).ok();
        let block: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("    ")).collect();
        assert!(block[0] == "[formats.log]" && block[1].starts_with("file = "), "{printed}");
        place.write("callscope.toml", block.join("\n"));
        let sources = place.json(&["sources", "--json"]);
        let of_it = sources.as_array().unwrap().iter().filter(|source| source["format"] == "log");
        let mut paths: Vec<&str> = of_it.map(|source| source["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        assert_eq!(paths, expected, "{printed}");
        std::fs::remove_file(place.at("callscope.toml")).unwrap();
    }
}

#[test]
fn a_time_that_is_the_files_is_marked_as_no_calls_own() {
    let place = Place::new();
    let span = |id: &str, more: &str| {
        format!(
            r#"{{"type":"span","traceId":"t","spanId":"{id}","name":"chat gpt-4o","attributes":{{"gen_ai.operation.name":"chat","gen_ai.request.model":"gpt-4o"}}{more}}}"#
        ) + "\n"
    };
    place.write("spans.jsonl", span("a", "") + &span("b", r#","startTime":[1767610800,0]"#));
    let calls = place.json(&["calls", "--json"]);
    let from = |nth: usize| (calls[nth]["id"].as_str().unwrap(), &calls[nth]["timeFrom"]);
    assert_eq!((from(0), from(1)), (("t:a", &json!("file")), ("t:b", &Json::Null)));
    assert!(place.run(&["show", "t:a"]).out.contains("its file's: the record has no time"));
    assert!(!place.run(&["show", "t:b"]).out.contains("its file's"));
    let text = place.run(&["calls"]).out;
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert!(lines[0].starts_with("~20") && lines[1].starts_with("2026-01-05 11:00:00  "), "{text}");
    let csv = place.run(&["calls", "--csv"]).out;
    let ends: Vec<&str> = csv.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(ends, ["timeFrom", "file", ""]);
}

/// By the folder of the data, the call's id, and words of what was asked and answered.
const SAID: [(&str, &str, &str, &str); 14] = [
    ("llm", "01kg0000000000000000000001", "Name a ferry", "Marlow."),
    ("llm", "01kh0000000000000000000001", "Name a lighthouse", "Skerry Light"),
    ("opencode", "msg_a2", "Is the pier done?", "All but a plank."),
    ("opencode", "msg_o1", "How long is it?", "Forty planks."),
    ("open-webui", "c1-m1", "Which lamp?", "\"The green one.\""),
    ("gemini-cli", "b7d1c1f0-aaaa-4c4c-9d9d-000000000001:g2", "Which tide is it?", "High tide."),
    ("gemini-cli", "b7d1c1f0-aaaa-4c4c-9d9d-000000000001:g4", "And tomorrow?", "Low."),
    ("open-webui-chats", "c0-m2", "Which buoy?", "The red one."),
    ("open-webui-chats", "c0-m3", "Which buoy?", "The bell buoy."),
    ("gemini-cli", "44aa55bb-0000-4000-8000-000000000003:q2", "List the ropes", "Hemp, nylon."),
    ("qwen-code", "q-5", "Ebb at noon.", "Aye."),
    ("cline", "1771500000000:1771500000100", "Sort the charts", "Sorted by date."),
    ("otel", "0000000000000000000000000beac002:00000000000000b1", "Is there fog?", "Some."),
    ("langfuse", "lp-2", "Which way?", "North."),
];

#[test]
fn what_was_asked_and_answered_is_found_wherever_a_tool_keeps_it() {
    for (folder, id, asked, answered) in SAID {
        let place = set_up(&data().join(folder));
        let named = named(&place);
        let args: Vec<&str> = ["show", id, "--json"].into_iter().chain(named.iter().map(String::as_str)).collect();
        let shown = place.json(&args);
        let bodies = [shown["request"].to_string(), shown["response"].to_string()];
        assert!(bodies[0].contains(asked) && bodies[1].contains(answered), "{folder} {id}: {bodies:?}");
    }
}

#[test]
fn refusals_alone_are_a_log_of_calls_and_errors_of_anything_else_are_not() {
    let place = Place::new();
    let anthropic = json!({"timestamp": "2026-01-05T10:00:00Z",
        "response": {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}});
    let openai =
        json!({"error": {"message": "Slow down", "type": "requests", "param": null, "code": "rate_limit_exceeded"}});
    let failed = json!({"id": "resp_1", "object": "response", "created_at": 1_770_003_720, "status": "failed", "model": "gpt-5",
        "output": [], "usage": null, "error": {"code": "server_error", "message": "The server had an error"}});
    for (refusal, kind) in [(anthropic, "overloaded_error"), (openai, "rate_limit_exceeded"), (failed, "server_error")]
    {
        place.write("refused.jsonl", format!("{refusal}\n"));
        let report = place.json(&["report", "--json", "refused.jsonl"]);
        let told = ["totalDecisions", "errors"].map(|key| report[key].clone());
        assert_eq!(told, [json!(1), json!({kind: 1})], "{report}");
        assert_eq!(report["sources"][0]["format"], "responses");
    }
    let crash =
        json!({"timestamp": "2026-01-05T10:00:00Z", "error": {"type": "TypeError", "message": "x is undefined"}});
    place.write("app.jsonl", format!("{crash}\n"));
    place.run(&["report", "--json", "app.jsonl"]).failed(1, &["app.jsonl"]);
}

#[test]
fn what_took_less_than_a_millisecond_took_no_less_than_that() {
    let place = Place::new();
    place.sql(
        "mlflow.db",
        "CREATE TABLE spans (trace_id, span_id, type, name, status, start_time_unix_nano INTEGER, end_time_unix_nano INTEGER, content);
         INSERT INTO spans VALUES ('t', 'quick', 'LLM', 'ask', 'OK', 1767607201500900000, 1767607201501150000,
           '{\"attributes\":{\"model\":\"gpt-4o\",\"mlflow.chat.tokenUsage\":{\"input_tokens\":1,\"output_tokens\":1}}}');",
    );
    let ended = |id: &str, end: &str| {
        format!(
            r#"{{"id":"{id}","start_time":"2026-01-05T10:00:00Z","end_time":"{end}","model":"gpt-4o","input_tokens":1,"output_tokens":1}}"#
        ) + "\n"
    };
    place.write("ends.jsonl", ended("none", "2026-01-05T10:00:00Z") + &ended("some", "2026-01-05T10:00:00.000040Z"));
    for (source, id, millis, shown) in [
        ("mlflow.db", "quick", json!(0.25), "250µs"),
        ("ends.jsonl", "none", json!(0), "<1ms"),
        ("ends.jsonl", "some", json!(0.04), "40µs"),
    ] {
        assert_eq!(place.json(&["show", id, "--json", source])["call"]["latencyMs"], millis, "{id}");
        let text = place.run(&["show", id, source]).ok();
        assert!(text.lines().any(|line| line.trim_start().starts_with("took") && line.ends_with(shown)), "{text}");
    }
}
