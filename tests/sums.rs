//! The books agree: every way of asking for the same calls gives the same sum, to the nano-dollar.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::collections::HashMap;

use callscope::model::{Stamp, Usd};
use common::{Place, call, nanos};
use serde_json::{Value as Json, json};

const FILTERS: [&str; 12] = [
    "",
    "model:claude",
    "model=gpt-4o-mini",
    "-model:gpt,gemini",
    "is:error",
    "-is:pending",
    "is:cached or is:override",
    "is:unpriced",
    "cost>0.01",
    "conf<0.6 took>2s",
    "(route:chat or agent:coder) tokens>1k",
    "\"timeout\"",
];

/// The sum of a map of amounts, or of the days.
fn sum(amounts: &Json) -> i64 {
    match amounts {
        Json::Array(days) => days.iter().map(|day| nanos(&day["usd"])).sum(),
        amounts => amounts.as_object().expect("a map of amounts").values().map(nanos).sum(),
    }
}

fn demo(calls: &str) -> Place {
    let place = Place::new();
    place.run(&["demo", "--no-ui", "--dir", "demo", "--calls", calls, "--seed", "11"]).ok();
    place
}

#[test]
fn every_table_of_costs_adds_up_to_the_total_and_so_do_the_calls() {
    let place = demo("300");
    let mut met = 0;
    for filter in FILTERS {
        let report = place.json(&["report", "--json", "--filter", filter, "demo"]);
        let cost = &report["cost"];
        let total = nanos(&cost["totalUsd"]);
        for by in ["byModel", "byProvider", "byRoute", "byUser", "byUseCase", "byAgent", "byProject", "byDay"] {
            assert_eq!(sum(&cost[by]), total, "{by} of {filter:?}");
        }
        let kinds = ["loggedUsd", "computedUsd", "estimatedUsd"];
        assert_eq!(kinds.iter().map(|kind| nanos(&cost[*kind])).sum::<i64>(), total, "{filter:?}");

        let calls = place.json(&["calls", "--json", "--filter", filter, "demo"]);
        let calls = calls.as_array().unwrap();
        assert_eq!(calls.iter().map(|call| nanos(&call["costUsd"])).sum::<i64>(), total, "{filter:?}");
        assert_eq!(report["totalDecisions"], calls.len(), "{filter:?}");
        met += usize::from(!calls.is_empty());

        let tokens: u64 = calls.iter().filter_map(|call| call["totalTokens"].as_u64()).sum();
        assert_eq!(report["tokens"]["total"], tokens, "{filter:?}");
        for status in ["success", "error", "cached", "pending"] {
            let count = calls.iter().filter(|call| call["status"] == status).count();
            assert_eq!(report["status"][status], count, "{status} of {filter:?}");
        }
        let groups = report["modelStats"].as_object().unwrap().values();
        assert_eq!(groups.map(|group| group["count"].as_u64().unwrap()).sum::<u64>(), calls.len() as u64);
        let days: u64 = cost["byDay"].as_array().unwrap().iter().map(|day| day["calls"].as_u64().unwrap()).sum();
        assert_eq!(days, calls.len() as u64, "{filter:?}");
    }
    assert!(met >= 10, "only {met} of the filters met any call");
}

#[test]
fn what_is_no_token_is_in_the_cost_the_bill_and_the_comparison_alike() {
    let place = Place::new();
    let line = |id: &str, provider: &str, model: &str| {
        format!(
            r#"{{"id":"{id}","timestamp":"2026-01-05T10:00:00Z","provider":"{provider}","model":"{model}","input_tokens":100,"output_tokens":662,"web_searches":3}}"#
        ) + "\n"
    };
    let lines = [
        line("fee", "perplexity", "sonar"),
        line("search", "anthropic", "claude-sonnet-4-5"),
        line("own", "acme", "acme-web"),
        line("unknown", "acme", "acme-bare"),
    ];
    place.write("calls.jsonl", lines.concat());
    let own = "[prices]\nacme-web = { input = 1, output = 1, web_search = 5, request = 2 }\nacme-bare = { input = 1, output = 0 }\n";
    place.write("callscope.toml", own);
    let mut sum = 0;
    for (id, cost) in [("fee", 12_762_000), ("search", 40_230_000), ("own", 17_762_000), ("unknown", 100_000)] {
        let shown = place.json(&["show", id, "--json", "calls.jsonl"]);
        let lines = shown["bill"]["lines"].as_array().unwrap();
        let told = lines.iter().filter(|line| !line["usd"].is_null()).map(|line| nanos(&line["usd"])).sum::<i64>();
        assert_eq!((told, nanos(&shown["call"]["costUsd"])), (cost, cost), "{shown}");
        assert_eq!((&shown["call"]["webSearches"], &lines.last().unwrap()["count"]), (&3.into(), &3.into()));
        assert_eq!(lines.last().unwrap()["usd"].is_null(), id == "unknown", "{shown}");
        sum += cost;
    }
    assert_eq!(nanos(&place.json(&["report", "--json", "calls.jsonl"])["cost"]["totalUsd"]), sum);
    let what_if = &place.json(&["report", "--json", "--what-if", "acme-bare", "calls.jsonl"])["whatIf"];
    // Without the searches, whose price acme-bare does not tell; fees are known.
    assert_eq!(nanos(&what_if["costUsd"]), 12_762_000 + 10_230_000 + 2_762_000 + 100_000, "{what_if}");
    assert_eq!(nanos(&what_if["thenUsd"]), 4 * 100_000, "{what_if}");
    let text = place.run(&["show", "unknown", "calls.jsonl"]).ok();
    assert!(text.contains("acme-bare (acme), callscope.toml\n") && text.contains("no price is known"), "{text}");
}

#[test]
fn a_filter_and_its_opposite_are_everything() {
    let place = demo("400");
    let sums = |filter: &str| {
        let report = place.json(&["report", "--json", "--filter", filter, "demo"]);
        (report["totalDecisions"].as_u64().unwrap(), nanos(&report["cost"]["totalUsd"]))
    };
    let all = sums("");
    for filter in ["model:claude", "cost>0.001", "conf<0.7"] {
        let (with, without) = (sums(filter), sums(&format!("-({filter})")));
        assert_eq!((with.0 + without.0, with.1 + without.1), all, "{filter}");
    }
}

#[test]
fn the_answer_does_not_depend_on_the_run_or_the_order_of_the_sources() {
    let place = demo("400");
    let first = place.run(&["report", "--json", "demo"]).ok();
    let calls = place.run(&["calls", "--ndjson", "demo"]).ok();
    for _ in 0..3 {
        assert_eq!(place.run(&["report", "--json", "demo"]).ok(), first);
        assert_eq!(place.run(&["calls", "--ndjson", "demo"]).ok(), calls);
    }
    let apart = |sources: &[&str]| {
        let mut report = place.json(&[&["report", "--json"], sources].concat());
        report["sources"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
        report
    };
    let logs = "demo/.orchestration-logs";
    assert_eq!(apart(&[logs, "demo/app.db"]), apart(&["demo/app.db", logs]));
    assert_eq!(apart(&["demo", logs, "demo/app.db"])["cost"], apart(&["demo"])["cost"], "named twice, read once");
}

#[test]
fn a_decision_and_its_outcome_are_one_call_wherever_the_log_was_cut() {
    let line = |second: u32, outcome: &str| {
        format!(
            r#"{{"timestamp":"2026-01-05T10:00:0{second}Z","model":"gpt-5","route":"code","confidence":0.9,"promptLength":23,{outcome}}}"#
        ) + "\n"
    };
    let decision = line(0, r#""tokensUsed":null,"success":null"#);
    let outcome = line(2, r#""tokensUsed":321,"success":true"#);
    for [first, second] in
        [["decisions.jsonl.1", "decisions.jsonl"], ["decisions-a.jsonl", "decisions-b.jsonl"], ["b.jsonl", "a.jsonl"]]
    {
        let place = Place::new();
        place.write(first, &decision);
        place.write(second, &outcome);
        let report = place.json(&["report", "--json", "."]);
        let told = ["totalDecisions", "status"].map(|key| report[key].clone());
        assert_eq!(told, [json!(1), json!({"success": 1, "error": 0, "cached": 0, "pending": 0})], "{second}");
        let call = &place.json(&["calls", "--json", "."])[0];
        assert_eq!((&call["totalTokens"], &call["confidence"]), (&json!(321), &json!(0.9)), "{second}");
        assert_eq!(call["timestamp"], "2026-01-05T10:00:00.000Z", "{second}");
    }
}

/// An export request with one span; without tokens where they are 0.
fn span(id: &str, parent: &str, kind: &str, tokens: u64) -> Json {
    let named = |key: &str, value: Json| json!({"key": format!("gen_ai.{key}"), "value": value});
    let count = |key: &str, count: u64| named(key, json!({"intValue": count.to_string()}));
    let mut attributes = vec![
        named("operation.name", json!({"stringValue": kind})),
        named("request.model", json!({"stringValue": "gpt-5"})),
    ];
    if tokens > 0 {
        attributes.extend([count("usage.input_tokens", tokens), count("usage.output_tokens", tokens / 10)]);
    }
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "parentSpanId": parent, "name": kind,
        "startTimeUnixNano": "1767607200000000000", "endTimeUnixNano": "1767607201000000000", "attributes": attributes,
    }]}]}]})
}

/// Libraries call each other, and each tells of the call: whichever was read first, the innermost counts.
#[test]
fn only_the_innermost_of_nested_spans_counts_in_any_order() {
    let spans = [
        span("00000000000000a1", "", "invoke_agent", 9_000),
        span("00000000000000b1", "00000000000000a1", "chat", 1_000),
        span("00000000000000c1", "00000000000000b1", "chat", 1_000),
        span("00000000000000d1", "00000000000000c1", "chat", 1_000),
        span("00000000000000e1", "00000000000000a1", "chat", 500),
    ];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 3, 1], [3, 1, 4, 2, 0]] {
        for files in [1, 2, 5] {
            let place = Place::new();
            for file in 0..files {
                let part = order.iter().enumerate().filter(|(nth, _)| nth % files == file);
                let text: String = part.map(|(_, span)| format!("{}\n", spans[*span])).collect();
                place.write(&format!("traces/{file}.jsonl"), &text);
            }
            let report = place.json(&["report", "--json", "traces"]);
            let told = (report["totalDecisions"].as_u64(), report["tokens"]["total"].as_u64());
            assert_eq!(told, (Some(2), Some(1_650)), "{order:?} in {files} files");
        }
    }
}

/// A span takes the place of the one around it only if it tells what that one tells.
#[test]
fn a_span_without_tokens_or_of_another_kind_takes_nothing_from_the_one_around_it() {
    let outer = span("00000000000000a1", "", "chat", 1_000);
    for (inner, tokens) in [
        (span("00000000000000b1", "00000000000000a1", "chat", 0), 1_100),
        (span("00000000000000b1", "00000000000000a1", "embeddings", 50), 1_155),
    ] {
        for lines in [[&outer, &inner], [&inner, &outer]] {
            let place = Place::new();
            place.write("traces.jsonl", lines.map(|line| format!("{line}\n")).concat());
            assert_eq!(place.json(&["report", "--json"])["tokens"]["total"], tokens, "{inner}");
        }
    }
    let itself = span("00000000000000c1", "00000000000000c1", "chat", 10);
    let place = Place::new();
    place.write("traces.jsonl", format!("{itself}\n"));
    assert_eq!(place.json(&["report", "--json"])["totalDecisions"], 1, "its own parent");
}

/// A number is the id of a line as long as it is of one moment: an app that is started anew counts from 1 again.
#[test]
fn a_numbered_line_that_is_told_again_is_one_call() {
    let line = |at: &str, output: u64| {
        format!(
            "{{\"id\": 7, \"timestamp\": \"{at}\", \"model\": \"gpt-4o\", \"input_tokens\": 1000, \"output_tokens\": {output}}}\n"
        )
    };
    let place = Place::new();
    let growing: String = [10, 50, 100].map(|output| line("2026-01-05T10:00:00Z", output)).concat();
    place.write("app.jsonl", format!("{growing}{}", line("2026-01-05T11:30:00Z", 20)));
    let outputs =
        |calls: &Json| calls.as_array().unwrap().iter().map(|call| call["outputTokens"].clone()).collect::<Vec<_>>();
    let calls = place.json(&["calls", "--json", "app.jsonl"]);
    assert_eq!(outputs(&calls), [json!(20), json!(100)]);
    let shown = place.json(&["show", "7@1767607200000", "--json", "app.jsonl"]);
    assert_eq!(shown["raw"]["output_tokens"], 100);
    place.write("copy/old.jsonl", &growing);
    assert_eq!(place.json(&["report", "--json", "."])["totalDecisions"], 2, "a copy tells nothing new");
}

#[test]
fn calls_of_one_moment_stand_in_one_order() {
    let place = Place::new();
    place.write("calls.jsonl", (0..30).map(|n| call(&format!("f{n}"), "gpt-4o", 1)).collect::<String>());
    let rows =
        (0..30).map(|n| format!("INSERT INTO token_usage VALUES ('d{n}', 'gpt-4o', 1, 1, '2026-01-05T10:00:00Z');"));
    let table = "CREATE TABLE token_usage (call_id, model_name, input_tokens, output_tokens, created_at);".to_owned();
    drop(place.sql("app.db", &rows.fold(table, |sql, row| sql + &row)));
    for args in [&["calls", "--ndjson"] as &[&str], &["calls", "--ndjson", "--sort", "in"]] {
        let first = place.run(args).ok();
        assert_eq!(first.lines().count(), 60);
        for _ in 0..3 {
            assert_eq!(place.run(args).ok(), first, "{args:?}");
        }
    }
}

#[test]
fn what_only_looks_alike_is_shown_and_counted_twice() {
    let place = Place::new();
    let line = |second: u32, model: &str, tokens: u32| {
        format!(
            "{{\"ts\":\"2026-01-05T10:00:{second:02}Z\",\"model\":\"{model}\",\"input_tokens\":{tokens},\"output_tokens\":7}}\n"
        )
    };
    place.write("a.jsonl", line(0, "gpt-4o", 100) + &line(30, "gpt-4o", 100));
    place.write(
        "b.jsonl",
        line(2, "openai/gpt-4o-2024-08-06", 100) + &line(1, "gpt-4o-mini", 100) + &line(3, "gpt-4o", 99),
    );
    let calls = place.json(&["calls", "--json", "."]);
    assert_eq!(calls.as_array().unwrap().len(), 5);
    let id = |at: usize, file: &str| {
        let call = calls.as_array().unwrap().iter().find(|call| {
            call["source"]["path"].as_str().unwrap().ends_with(file)
                && call["timestamp"] == format!("2026-01-05T10:00:{at:02}.000Z")
        });
        call.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (call, other) = (id(0, "a.jsonl"), id(2, "b.jsonl"));
    let twins = |id: &str| place.json(&["show", id, "--json", "."])["possibleTwins"].clone();
    assert_eq!(
        twins(&call).as_array().unwrap().iter().map(|twin| &twin["id"]).collect::<Vec<_>>(),
        [&Json::from(other)]
    );
    assert_eq!(twins(&id(30, "a.jsonl")), Json::Array(Vec::new()));
}

#[test]
fn what_routing_saved_is_what_the_logs_say_with_its_sign() {
    let place = Place::new();
    let line = |second: u32, cost: &str, baseline: &str| {
        format!(
            r#"{{"timestamp":"2026-02-14T05:00:{second:02}Z","model":"openai/gpt-5","tier":"SIMPLE","cost":{cost},"baselineCost":{baseline},"status":"success","inputTokens":900,"outputTokens":150}}"#
        ) + "\n"
    };
    let routing = |lines: &str| {
        place.write("usage-2026-02-14.jsonl", lines);
        place.json(&["report", "--json", "usage-2026-02-14.jsonl"])["cost"]["routing"].clone()
    };
    let said = routing(&(line(0, "0.25", "0.5") + &line(1, "0.5", "null")));
    assert_eq!(said, serde_json::json!({"calls": 1, "costUsd": 0.25, "baselineUsd": 0.5, "savedUsd": 0.25}));
    assert_eq!(nanos(&routing(&line(0, "0.75", "0.5"))["savedUsd"]), -250_000_000);
    assert_eq!(routing(&line(0, "0.75", "null")), Json::Null);
    let failed = r#"{"timestamp":"2026-02-14T05:00:02Z","model":"openai/gpt-5","tier":"SIMPLE","cost":0,"baselineCost":9,"status":"error"}"#;
    assert_eq!(
        routing(&(line(0, "0.25", "0.5") + failed + "\n")),
        said,
        "what failed would have cost nothing elsewhere"
    );
    let shown = place.run(&[
        "show",
        "--json",
        place.json(&["calls", "--json", "--filter", "is:error"])[0]["id"].as_str().unwrap(),
    ]);
    assert!(shown.ok().contains("\"baselineCostUsd\": 9.0"), "and what the log says of it stands");
}

#[test]
fn the_same_seed_writes_the_same_bytes() {
    let (one, other) = (demo("300"), demo("300"));
    let log = |place: &Place| {
        let day = Stamp(1_767_600_000_000).iso();
        std::fs::read(place.at(&format!("demo/.orchestration-logs/decisions-{}.jsonl", &day[..10]))).unwrap()
    };
    assert_eq!(log(&one), log(&other));
    assert_eq!(std::fs::read(one.at("demo/app.db")).unwrap(), std::fs::read(other.at("demo/app.db")).unwrap());
}

/// A column of costs is one, however much of it is something else: that is said, and the file may be cut anywhere.
#[test]
fn what_is_no_amount_takes_no_other_amount_away() {
    let place = Place::new();
    let with = |id: &str, cost: &str| {
        call(id, "gpt-4o", 1_000).replace("\"success\"", &format!("\"cost_usd\":{cost},\"success\""))
    };
    let lines: Vec<String> =
        (0..20).map(|nth| with(&format!("c{nth}"), if nth < 15 { "\"n/a\"" } else { "0.5" })).collect();
    place.write("whole/a.jsonl", lines.concat());
    place.write("parts/a.jsonl", lines[..10].concat());
    place.write("parts/b.jsonl", lines[10..].concat());
    for folder in ["whole", "parts"] {
        let report = place.json(&["report", "--json", folder]);
        assert_eq!((&report["cost"]["loggedUsd"], &report["totalDecisions"]), (&json!(2.5), &json!(20)), "{folder}");
    }
    let malformed = |log: &str| place.json(&["sources", "--json", log])[0]["malformed"].as_u64();
    assert_eq!(malformed("whole/a.jsonl"), Some(15));
}

#[test]
fn a_changed_bill_adds_up_and_every_step_opens_its_calls() {
    let place = Place::new();
    let line = |id: u32, minute: u32, model: &str, route: &str, tokens: u32| {
        format!(
            r#"{{"id":"c{id}","timestamp":"2026-01-05T10:{minute:02}:00Z","provider":"openai","model":"{model}","route":"{route}","input_tokens":{tokens},"output_tokens":{id},"success":true}}"#
        ) + "\n"
    };
    let log: String = (0..40)
        .map(|n| {
            let (model, route) = match n {
                0..3 => ("gpt-4o", "gone, for good"),
                3..6 => ("gpt-4-turbo", "chat"),
                36..38 => ("gpt-4o", "new"),
                38 => ("no-such-model-x", "chat"),
                _ if n % 3 == 0 => ("gpt-4o", "chat"),
                _ => ("gpt-4o-mini", "chat"),
            };
            line(n, n, model, route, 100 + 31 * n)
        })
        .collect();
    place.write("calls.jsonl", log);
    let bounds = ["--since", "2026-01-05T10:20:00Z", "--until", "2026-01-05T10:39:59.999Z"];
    let report = |more: &[&str]| {
        place.json(&[&["report", "--json", "calls.jsonl", "--compare", "previous"], &bounds[..], more].concat())
    };
    let all = report(&[]);
    let comparison = &all["comparison"];
    assert_eq!(comparison["this"]["costUsd"], all["cost"]["totalUsd"]);
    assert_eq!(comparison["this"]["unpricedCalls"], 1);
    assert_eq!(comparison["before"]["calls"], 20);
    assert_eq!(all["different"], Json::Null, "nothing is selected");
    let steps = comparison["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| nanos(&step["usd"])).sum::<i64>(), nanos(&comparison["differenceUsd"]));
    let spent = |filter: &Json| {
        let calls = place.json(&["calls", "--json", "calls.jsonl", "--filter", filter.as_str().unwrap()]);
        calls
            .as_array()
            .unwrap()
            .iter()
            .filter(|call| !call["costUsd"].is_null())
            .map(|call| nanos(&call["costUsd"]))
            .sum::<i64>()
    };
    for (name, sign) in [("newRoutes", 1), ("endedRoutes", -1), ("endedModels", -1)] {
        let step = steps.iter().find(|step| step["step"] == name).unwrap();
        assert_eq!(sign * spent(&step["filter"]), nanos(&step["usd"]), "{step}");
        assert_ne!(nanos(&step["usd"]), 0, "{name}");
    }
    let of = report(&["--filter", "model=gpt-4o-mini or route:new"]);
    assert_eq!(of["different"]["selected"], of["totalDecisions"]);
    assert_eq!(of["different"]["sentence"], "too few to compare: 13 selected, and 20 are needed on either side");
    let step = &of["comparison"]["steps"][0];
    assert!(spent(&step["filter"]) > 0, "the filter keeps its meaning beside other terms: {step}");
}

#[test]
fn the_report_as_csv_has_the_sums_of_the_report_in_every_section() {
    let place = demo("900");
    let report = place.json(&["report", "--json", "--filter", "-is:pending"]);
    let text = place.run(&["report", "--csv", "--filter", "-is:pending"]).ok();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let lines: Vec<HashMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    let of = |section: &str| lines.iter().filter(|line| line["section"] == section).collect::<Vec<_>>();
    let calls = |line: &HashMap<String, String>| line["calls"].parse::<u64>().unwrap();
    let usd = |line: &HashMap<String, String>| Usd::parse(&line["costUsd"]).map_or(0, |usd| usd.0);
    let total = nanos(&report["cost"]["totalUsd"]);
    for section in
        ["all", "model", "provider", "route", "user", "session", "project", "agent", "use_case", "endpoint", "day"]
    {
        let lines = of(section);
        assert_eq!(lines.iter().copied().map(calls).sum::<u64>(), report["totalDecisions"], "{section}");
        assert_eq!(lines.iter().copied().map(usd).sum::<i64>(), total, "{section}");
    }
    let bins: Vec<u64> = of("confidence").into_iter().map(calls).collect();
    assert_eq!(json!(bins), report["confidenceHistogram"]);
    let gpt = of("model").into_iter().find(|line| line["name"] == "gpt-5").unwrap();
    let stats = &report["modelStats"]["gpt-5"];
    for (column, field) in
        [("successRate", "successRate"), ("p95LatencyMs", "p95Latency"), ("overrides", "overrideCount")]
    {
        assert_eq!(gpt[column].parse::<f64>().ok(), stats[field].as_f64(), "{column}");
    }
    let one = place.run(&["report", "--csv=model", "--filter", "-is:pending"]).ok();
    assert_eq!(one.lines().count(), 1 + of("model").len());
}

#[test]
fn names_of_a_log_make_no_table_link_or_formula_of_a_report() {
    let place = Place::new();
    place.write("calls.jsonl", [call("a", "=cmd|'x'!A1", 10), call("b", "x|y <b>*z*", 10)].concat());
    let page = place.run(&["report", "--markdown"]).ok();
    assert!(page.contains("| x\\|y \\<b>\\*z\\* | 1 |"), "{page}");
    assert!(page.starts_with("# 2 AI calls, "), "{page}");
    let table = place.run(&["report", "--csv=model"]).ok();
    assert!(table.contains("model,'=cmd|'x'!A1,1,"), "{table}");
    place.run(&["report", "--csv=nowhere"]).failed(2, &["--csv", "use_case"]);
}

#[test]
fn templates_add_up_to_the_total_and_each_to_the_calls_of_its_filter() {
    let place = demo("400");
    let report = place.json(&["report", "--json", "--templates", "demo"]);
    let list = report["templates"]["list"].as_array().unwrap();
    let total = nanos(&report["cost"]["totalUsd"]);
    assert_eq!(list.iter().map(|line| nanos(&line["costUsd"])).sum::<i64>(), total);
    let calls = |lines: &[&Json]| lines.iter().map(|line| line["calls"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(json!(calls(&list.iter().collect::<Vec<_>>())), report["totalDecisions"]);
    let templates: Vec<&Json> = list.iter().filter(|line| line["kind"] == "template").collect();
    assert!(templates.len() >= 5, "the demo's prompts are made of templates: {list:?}");
    for line in templates.iter().take(3).copied().chain(list.iter().filter(|line| line["kind"] != "template")) {
        let filter = line["filter"].as_str().unwrap();
        let kept = place.json(&["calls", "--json", "--filter", filter, "demo"]);
        let kept = kept.as_array().unwrap();
        assert_eq!(json!(kept.len()), line["calls"], "{filter}");
        assert_eq!(kept.iter().map(|call| nanos(&call["costUsd"])).sum::<i64>(), nanos(&line["costUsd"]), "{filter}");
    }
    assert!(place.json(&["report", "--json", "demo"]).get("templates").is_none(), "only when asked for");
}

/// Through files and tables: what is asked again within the hour, and what is not.
#[test]
fn repeated_requests_are_found_and_named_by_the_filter() {
    let place = Place::new();
    let line = |nth: u32, minute: u32, prompt: &str, temperature: f64| {
        let messages = json!([{"role": "user", "content": prompt}]);
        let at = format!("2026-01-05T{:02}:{:02}:00.000Z", 10 + minute / 60, minute % 60);
        json!({"id": format!("r{nth}"), "timestamp": at, "model": "gpt-5", "messages": messages, "temperature": temperature,
               "input_tokens": 100, "output_tokens": 10, "cost": 0.01, "success": true})
        .to_string()
            + "\n"
    };
    let lines = [line(1, 0, "why?", 0.0), line(2, 5, "why?", 0.0), line(3, 6, "why?", 1.0), line(4, 7, "how?", 0.0)];
    place.write("a.jsonl", lines.concat() + &line(5, 59, "why?", 0.0) + &line(6, 61, "why?", 0.0));
    let ids = |filter: &str| {
        let kept = place.json(&["calls", "--json", "--filter", filter, "a.jsonl"]);
        kept.as_array().unwrap().iter().rev().map(|call| call["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("repeated:1h"), ["r2", "r5"]);
    assert_eq!(ids("repeated:10m"), ["r2", "r6"]);
    assert_eq!(ids("-repeated:1h model:gpt"), ["r1", "r3", "r4", "r6"]);
}
