//! Transcripts of coding agents: what makes other tools count a call twice, or not at all, or at the wrong rate.
//!
//! Prices are list prices of the day, by hand: Sonnet 4.5 $3 input, $15 output, $6 written for an hour a million.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::follow::Follow;
use common::{Place, call};
use serde_json::{Value as Json, json};

const SONNET: &str = "claude-sonnet-4-5-20250929";

/// One row of a Claude Code transcript.
struct Row {
    message: &'static str,
    request: &'static str,
    model: &'static str,
    usage: Json,
    side: bool,
    second: u32,
}

impl Default for Row {
    fn default() -> Self {
        Self { message: "msg_1", request: "req_1", model: SONNET, usage: json!({}), side: false, second: 0 }
    }
}

impl Row {
    fn json(&self) -> Json {
        json!({
            "type": "assistant",
            "uuid": format!("{}-{}-{}", self.message, self.request, self.second),
            "sessionId": "s1",
            "timestamp": format!("2026-01-05T10:{:02}:{:02}.000Z", self.second / 60, self.second % 60),
            "requestId": self.request,
            "isSidechain": self.side,
            "cwd": "/home/ada/shop",
            "message": {"id": self.message, "role": "assistant", "type": "message", "model": self.model,
                        "content": [{"type": "text", "text": "…"}], "usage": self.usage},
        })
    }

    fn line(&self) -> String {
        format!("{}\n", self.json())
    }
}

fn output(tokens: u64) -> Json {
    json!({"input_tokens": 0, "output_tokens": tokens})
}

/// Calls, output tokens and nano-dollars of a folder.
fn sums(place: &Place, args: &[&str]) -> (u64, u64, i64) {
    let report = place.json(&[&["report", "--json"], args].concat());
    let usd = report["cost"]["totalUsd"].as_f64().unwrap();
    (
        report["totalDecisions"].as_u64().unwrap(),
        report["tokens"]["output"].as_u64().unwrap(),
        (usd * 1e9).round() as i64,
    )
}

#[test]
fn a_message_that_grows_while_it_streams_is_one_call_with_its_last_counts() {
    let place = Place::new();
    let rows = [1_000, 1_000, 100_000].map(|tokens| Row { usage: output(tokens), ..Row::default() }.line());
    place.write("a.jsonl", rows.concat());
    assert_eq!(sums(&place, &["a.jsonl"]), (1, 100_000, 1_500_000_000));
}

#[test]
fn an_hour_of_cache_has_its_own_rate() {
    let place = Place::new();
    let written = json!({"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 100_000,
                         "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 100_000}});
    let row = |nth: usize| {
        let message: &'static str = ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"][nth];
        Row { message, request: "r", usage: written.clone(), ..Row::default() }.line()
    };
    place.write("a.jsonl", (0..10).map(row).collect::<String>());
    assert_eq!(sums(&place, &["a.jsonl"]), (10, 0, 6_000_000_000));
}

#[test]
fn a_model_nobody_knows_is_unpriced_and_counted() {
    let place = Place::new();
    place.write("a.jsonl", Row { model: "claude-zeta-9", usage: output(1_000_000), ..Row::default() }.line());
    let report = place.json(&["report", "--json", "a.jsonl"]);
    assert_eq!((&report["cost"]["totalUsd"], &report["cost"]["unpricedCalls"]), (&json!(0.0), &json!(1)), "{report}");
    let call = &place.json(&["calls", "--json", "a.jsonl"])[0];
    assert_eq!((&call["costUsd"], &call["costSource"]), (&Json::Null, &json!("unpriced")));
}

#[test]
fn what_a_subscription_may_have_paid_is_called_so() {
    let place = Place::new();
    place.write("a.jsonl", Row { usage: output(1_000), ..Row::default() }.line());
    let report = place.json(&["report", "--json", "a.jsonl"]);
    assert_eq!((&report["cost"]["totalUsd"], &report["cost"]["apiEquivalentUsd"]), (&json!(0.015), &json!(0.015)));
    let shown = place.run(&["show", "msg_1", "a.jsonl"]).ok();
    assert!(shown.contains("API-equivalent"), "{shown}");
    let by_the_token = r#"{"timestamp":"2026-01-05T10:00:00Z","id":"b","model":"gpt-5","output_tokens":1000}"#;
    place.write("b.jsonl", format!("{by_the_token}\n"));
    let report = place.json(&["report", "--json", "a.jsonl", "b.jsonl"]);
    assert_eq!((&report["cost"]["totalUsd"], &report["cost"]["apiEquivalentUsd"]), (&json!(0.025), &json!(0.015)));
}

#[test]
fn blanks_after_colons_change_nothing() {
    let place = Place::new();
    let row = Row { usage: json!({"input_tokens": 100_000, "output_tokens": 10_000}), ..Row::default() };
    let spaced = row.line().replace("\":", "\": ").replace(",\"", ", \"");
    place.write("a.jsonl", spaced);
    assert_eq!(sums(&place, &["a.jsonl"]), (1, 10_000, 450_000_000));
}

#[test]
fn a_prompt_over_the_tier_costs_the_tier() {
    let place = Place::new();
    // $6 a million above 200,000 tokens, for the whole prompt.
    place
        .write("a.jsonl", Row { usage: json!({"input_tokens": 250_000, "output_tokens": 0}), ..Row::default() }.line());
    assert_eq!(sums(&place, &["a.jsonl"]), (1, 0, 1_500_000_000));
}

#[test]
fn sub_agents_count_once_wherever_they_are_told() {
    let place = Place::new();
    let agent = Row { message: "msg_a", request: "req_a", usage: output(500), side: true, ..Row::default() };
    let lost = Row { message: "msg_b", request: "req_b", usage: output(70), side: true, ..Row::default() };
    let progress = |row: &Row| {
        let inner = row.json();
        let data = json!({"type": "agent_progress", "agentId": "a1", "message": {
            "type": "assistant", "timestamp": inner["timestamp"], "requestId": inner["requestId"],
            "isSidechain": true, "message": inner["message"]}});
        let row =
            json!({"type": "progress", "uuid": "p", "sessionId": "s1", "timestamp": inner["timestamp"], "data": data});
        format!("{row}\n")
    };
    let main = Row { usage: output(1_000), ..Row::default() };
    place.write("s1.jsonl", [main.line(), progress(&agent), progress(&lost)].concat());
    place.write("s1/subagents/agent-a1.jsonl", agent.line());
    assert_eq!(sums(&place, &["."]).1, 1_570, "the agent's call once, and the one whose file is lost");
    assert_eq!(sums(&place, &["."]).0, 3);
}

#[test]
fn a_side_chain_replays_messages_under_new_requests() {
    let place = Place::new();
    let parent = Row { usage: output(1_000), ..Row::default() };
    let replay = Row { request: "req_9", side: true, second: 5, usage: output(2_000), ..Row::default() };
    let files = [("a.jsonl", parent.line()), ("b.jsonl", replay.line())];
    for names in [["a.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]] {
        let place = Place::new();
        for (name, (_, text)) in names.iter().zip(&files) {
            place.write(name, text);
        }
        assert_eq!(sums(&place, &["."]), (1, 1_000, 15_000_000), "the parent's telling, whichever comes first");
    }
    // Two requests of the main chain under one message id are two calls.
    let other = Row { request: "req_2", usage: output(10), ..Row::default() };
    place.write("c.jsonl", [parent.line(), other.line()].concat());
    assert_eq!(sums(&place, &["c.jsonl"]).0, 2);
}

/// A gateway in between may leave the request out; the message is the same.
#[test]
fn a_message_without_its_request_is_the_one_with_it_in_any_order() {
    let row = |second, tokens, side| Row { second, usage: output(tokens), side, ..Row::default() };
    let mut nameless = row(11, 1, false).json();
    nameless.as_object_mut().unwrap().remove("requestId").expect("a request");
    let rows = [row(10, 531, false).line(), format!("{nameless}\n"), row(12, 531, true).line()];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let place = Place::new();
        for (nth, row) in order.into_iter().enumerate() {
            place.write(&format!("{nth}.jsonl"), &rows[row]);
        }
        let (calls, output, _) = sums(&place, &["."]);
        assert_eq!((calls, output), (1, 531), "{order:?}");
    }
}

#[test]
fn what_was_thought_and_said_is_shown_as_words() {
    let place = Place::new();
    let mut row = Row { usage: output(10), ..Row::default() }.json();
    row["message"]["content"] = json!([
        {"type": "thinking", "thinking": "Left\nor right?", "signature": "EqQBCg"},
        {"type": "text", "text": "Left."},
    ]);
    place.write("a.jsonl", format!("{row}\n"));
    let text = place.run(&["show", "msg_1:req_1"]).ok();
    let said = text.split_once("── response\n").unwrap().1.split_once("\n── raw").unwrap().0;
    assert_eq!(said, "assistant\n  thinking\n    Left\n    or right?\n  Left.\n");
}

#[test]
fn whoever_follows_learns_under_which_id_a_call_was_told_before() {
    let place = Place::new();
    let told = |request, side| Row { request, side, usage: output(10), ..Row::default() }.line();
    place.write("agent.jsonl", told("req_btw", true));
    let follow = Follow::start(&place, &[]);
    follow.wait_ids(&["msg_1:req_btw"]);
    place.write("main.jsonl", told("req_1", false));
    follow.wait_value("msg_1:req_1", "replaces", &json!("msg_1:req_btw"));
}

#[test]
fn what_is_no_answer_of_a_model_is_an_error_and_no_model() {
    let place = Place::new();
    let mut failed = Row { message: "msg_e", model: "<synthetic>", usage: output(0), ..Row::default() }.json();
    failed["isApiErrorMessage"] = json!(true);
    place.write("a.jsonl", [format!("{failed}\n"), Row { usage: output(5), ..Row::default() }.line()].concat());
    let report = place.json(&["report", "--json", "a.jsonl"]);
    assert_eq!(report["status"]["error"], 1);
    let mut models: Vec<&String> = report["modelStats"].as_object().unwrap().keys().collect();
    models.sort();
    assert_eq!(models, ["(none)", SONNET]);
}

#[test]
fn a_writer_that_changes_its_format_is_no_silent_zero() {
    let place = Place::new();
    let row = |second: u32| Row { usage: output(10), second, ..Row::default() }.json();
    let lines: String = (0..30).map(|second| format!("{}\n", row(second))).collect();
    place.write("a.jsonl", &lines);
    let message = |place: &Place| place.json(&["sources", "--json", "a.jsonl"])[0]["message"].clone();
    assert_eq!(message(&place), Json::Null);
    let renamed: String = (0..100).map(|second| format!("{}\n", row(second)).replace("usage", "consumed")).collect();
    place.write("a.jsonl", lines + &renamed);
    assert!(message(&place).to_string().contains("changed their format"), "{}", message(&place));
    let report = place.run(&["report", "a.jsonl"]);
    assert!(report.err.contains("a.jsonl: its last 100 records are not understood"), "{}", report.err);
}

#[test]
fn answers_that_no_longer_say_what_they_used_are_no_silent_zero() {
    let place = Place::new();
    let message = |place: &Place, log: &str| place.json(&["sources", "--json", log])[0]["message"].to_string();
    let plain = |nth: u64| call(&format!("c{nth}"), "gpt-4o", 100);
    let renamed = |nth: u64| plain(nth).replace("_tokens", "_words");
    place.write("plain.jsonl", (0..30).map(plain).collect::<String>());
    assert_eq!(message(&place, "plain.jsonl"), "null");
    place.append("plain.jsonl", (30..55).map(renamed).collect::<String>());
    assert!(message(&place, "plain.jsonl").contains("last 25 answers say neither tokens nor a cost"));
    // An answer of Gemini's stands there first without its counts: one is no sign of a change, and many are.
    let answer = |nth: u64, counts: &str| {
        format!(
            r#"{{"id":"g{nth}","timestamp":"2026-01-05T10:00:{:02}Z","type":"gemini","content":"hi","model":"gemini-2.5-pro"{counts}}}"#,
            nth % 60
        ) + "\n"
    };
    let counts = r#","tokens":{"input":100,"output":10,"cached":40,"thoughts":50,"tool":5,"total":165}"#;
    let asked = r#"{"id":"u","timestamp":"2026-01-05T10:00:00Z","type":"user","content":"hi"}"#.to_owned() + "\n";
    let good = |nth: u64| [asked.clone(), answer(nth, ""), answer(nth, counts)].concat();
    place.write("chat.jsonl", (0..30).map(good).collect::<String>());
    assert_eq!(message(&place, "chat.jsonl"), "null");
    let report = place.json(&["report", "--json", "chat.jsonl"]);
    assert_eq!(
        (&report["totalDecisions"], &report["tokens"]["output"]),
        (&json!(30), &json!(30 * 60)),
        "without its head"
    );
    place.append(
        "chat.jsonl",
        (30..60).map(|nth| [asked.clone(), answer(nth, r#","used":{"input":1}"#)].concat()).collect::<String>(),
    );
    assert!(message(&place, "chat.jsonl").contains("last 25 answers"), "{}", message(&place, "chat.jsonl"));
}

#[test]
fn turns_calls_and_spans_that_tell_no_counts_any_more_are_no_silent_zero() {
    let place = Place::new();
    let message = |log: &str| place.json(&["sources", "--json", log])[0]["message"].to_string();
    let check = |log: &str, good: String, renamed: String| {
        place.write(log, &good);
        assert_eq!(message(log), "null", "{log}");
        place.write(log, good + &renamed);
        assert!(message(log).contains("say neither tokens nor a cost"), "{log}: {}", message(log));
    };
    // A turn of Codex: asked, answered with a call of a tool, counted.
    let row = |kind: &str, payload: Json| {
        format!("{}\n", json!({"timestamp": "2026-01-05T11:00:00.000Z", "type": kind, "payload": payload}))
    };
    let turn = |nth: u64, count: &str| {
        let usage = json!({"input_tokens": 100 * nth, "output_tokens": nth, "total_tokens": 101 * nth});
        let call = json!({"type": "function_call", "name": "shell", "arguments": "{}"});
        [
            row("response_item", json!({"type": "message", "role": "user", "content": []})),
            row("response_item", call),
            row("event_msg", json!({"type": count, "info": {"total_token_usage": usage}})),
        ]
        .concat()
    };
    let turns = |range: std::ops::Range<u64>, count: &str| range.map(|nth| turn(nth, count)).collect::<String>();
    check("rollout-a.jsonl", turns(1..31, "token_count"), turns(31..55, "usage_count"));
    // Among spans of other kinds.
    let span = |nth: u64, names: [&str; 3]| {
        let span = |id: String, name: &str, attributes: Json| {
            let span = json!({"traceId": "t", "spanId": id, "name": name, "attributes": attributes,
                              "startTimeUnixNano": "1767610800000000000", "endTimeUnixNano": "1767610801000000000"});
            format!("{}\n", json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}))
        };
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let tokens = json!({"key": names[2], "value": {"intValue": "10"}});
        let model = json!([text(names[0], "chat"), text(names[1], "gpt-4o"), tokens]);
        span(format!("h{nth}"), "GET /", json!([])) + &span(format!("c{nth}"), "chat gpt-4o", model)
    };
    let spans = |range: std::ops::Range<u64>, names| range.map(|nth| span(nth, names)).collect::<String>();
    let named = ["gen_ai.operation.name", "gen_ai.request.model", "gen_ai.usage.input_tokens"];
    check("spans.jsonl", spans(0..30, named), spans(30..55, ["ai.op", "ai.model", "ai.in"]));
    // A task of Cline is one document.
    let said = |text: &str| json!({"ts": 1_767_610_800_000_u64, "type": "say", "say": "api_req_started", "text": text});
    let task = |renamed: u64| {
        let good = (0..30).map(|_| said(r#"{"tokensIn":10,"tokensOut":5,"cost":0.01}"#));
        let bare = (0..renamed).map(|_| said(r#"{"inTok":10,"outTok":5}"#));
        Json::Array(good.chain(bare).collect()).to_string()
    };
    place.write("ui_messages.json", task(1));
    assert_eq!(message("ui_messages.json"), "null", "the last one is open");
    place.write("ui_messages.json", task(25));
    assert!(message("ui_messages.json").contains("last 25 answers"), "{}", message("ui_messages.json"));
}

#[test]
fn a_writer_that_stopped_before_anybody_looked_is_quiet() {
    let place = Place::new();
    let at = |minutes: i64| callscope::model::Stamp::now().minus(minutes * 60_000).iso();
    for (name, from, to) in [("steady", 500, 120), ("yesterday", 2_000, 1_500), ("live", 300, 0)] {
        let line = |ago| call(&format!("{name}{ago}"), "gpt-4o", 100).replace("2026-01-05T10:00:00.000Z", &at(ago));
        place.write(&format!("{name}.jsonl"), (to..from).rev().map(line).collect::<String>());
    }
    let said = |name: &str| place.json(&["sources", "--json", name])[0]["message"].to_string();
    assert!(said("steady.jsonl").contains("wrote steadily, and nothing for 2h0"), "{}", said("steady.jsonl"));
    assert_eq!((said("yesterday.jsonl").as_str(), said("live.jsonl").as_str()), ("null", "null"));
    assert!(place.run(&["sources"]).ok().contains("▲ its writer wrote steadily"));
    let report = place.run(&["report"]);
    assert!(report.err.contains("steady.jsonl: its writer wrote steadily"), "{}", report.err);
}

/// A rollout of Codex: running totals, told twice each.
fn rollout(session: &str, forked_from: Option<&str>, outputs: &[u64]) -> String {
    let at = |nth: usize| format!("2026-01-05T11:{nth:02}:00.000Z");
    let line = |nth: usize, kind: &str, payload: Json| {
        format!("{}\n", json!({"timestamp": at(nth), "type": kind, "payload": payload}))
    };
    let mut text = line(0, "session_meta", json!({"id": session, "cwd": "/w", "forked_from_id": forked_from}));
    text += &line(0, "turn_context", json!({"model": "gpt-5-codex", "turn_id": "t1"}));
    text += &line(0, "event_msg", json!({"type": "token_count", "info": null}));
    text + &counts(outputs)
}

/// The counts of a rollout.
fn counts(outputs: &[u64]) -> String {
    let mut text = String::new();
    let mut total = 0;
    for (nth, output) in outputs.iter().enumerate() {
        total += output;
        let usage = |output: u64| {
            json!({"input_tokens": 1_000 * (nth + 1), "cached_input_tokens": 600, "output_tokens": output,
                   "reasoning_output_tokens": output / 2, "total_tokens": 1_000 + output})
        };
        let info = json!({"total_token_usage": usage(total), "last_token_usage": {
            "input_tokens": 1_000, "cached_input_tokens": 600, "output_tokens": output,
            "reasoning_output_tokens": output / 2, "total_tokens": 1_000 + output}});
        let at = format!("2026-01-05T11:{:02}:00.000Z", nth + 1);
        let payload = json!({"type": "token_count", "info": info});
        let line = json!({"timestamp": at, "type": "event_msg", "payload": payload});
        text += &[line.to_string(), line.to_string(), String::new()].join("\n");
    }
    text
}

#[test]
fn running_totals_told_again_are_no_new_calls() {
    let place = Place::new();
    place.write("rollout-a.jsonl", rollout("a", None, &[100, 50, 25]));
    let (calls, output, _) = sums(&place, &["."]);
    assert_eq!((calls, output), (3, 175), "the increments add up to the total");
    let tokens = &place.json(&["report", "--json", "."])["tokens"];
    assert_eq!((&tokens["input"], &tokens["cacheRead"]), (&json!(1_200), &json!(1_800)), "cached is not fresh");
}

#[test]
fn a_fork_tells_its_parents_calls_again() {
    let place = Place::new();
    place.write("rollout-b.jsonl", rollout("b", None, &[100, 50]));
    // The fork replays both, and goes on.
    place.write("rollout-a.jsonl", rollout("a", Some("b"), &[100, 50, 7]));
    assert_eq!(sums(&place, &["."]).0, 3);
    assert_eq!(sums(&place, &["."]).1, 157);
}

#[test]
fn sub_agents_that_tell_nothing_again_count_for_themselves() {
    let place = Place::new();
    let agent = |session: &str| {
        let asked = json!({"timestamp": "2026-01-05T11:00:02.000Z", "type": "event_msg",
                           "payload": {"type": "user_message", "message": "Go"}});
        let source = json!({"subagent": {"thread_spawn": {"parent_thread_id": "p", "depth": 1}}});
        let meta = json!({"timestamp": "2026-01-05T11:00:00.000Z", "type": "session_meta",
                          "payload": {"id": session, "source": source}});
        format!("{meta}\n{asked}\n{}", counts(&[40, 5]))
    };
    place.write("rollout-b.jsonl", agent("b"));
    place.write("rollout-c.jsonl", agent("c"));
    assert_eq!(sums(&place, &["."]).0, 4, "two calls each, whatever they resemble");
    // A fork of one of them is a fork all the same.
    place.write("rollout-d.jsonl", rollout("d", Some("c"), &[40, 5, 6]));
    assert_eq!(sums(&place, &["."]).0, 5);
}

#[test]
fn forks_of_forks_count_once_in_any_order() {
    let (one, two, three) = (
        rollout("p", None, &[10, 20]),
        rollout("q", Some("p"), &[10, 20, 30]),
        rollout("r", Some("q"), &[10, 20, 30, 40]),
    );
    for names in ["abc", "acb", "bac", "bca", "cab", "cba"] {
        let place = Place::new();
        for (name, text) in names.chars().zip([&one, &two, &three]) {
            place.write(&format!("{name}.jsonl"), text);
        }
        let (calls, output, _) = sums(&place, &["."]);
        assert_eq!((calls, output), (4, 100), "{names}");
    }
}

/// The transcripts that the laws below are tried on.
fn transcripts() -> Vec<(&'static str, String)> {
    let row =
        |message, second, tokens| Row { message, request: "r", second, usage: output(tokens), ..Row::default() }.line();
    let one = [row("m1", 0, 5), row("m1", 1, 50), row("m2", 9, 7), row("m1", 12, 50)].concat();
    let two = [row("m2", 9, 7), row("m3", 20, 11), row("m3", 21, 300)].concat();
    let side = Row { message: "m3", request: "x", side: true, second: 22, usage: output(900), ..Row::default() }.line();
    vec![("one.jsonl", one), ("two.jsonl", two), ("side.jsonl", side), ("rollout-z.jsonl", rollout("z", None, &[3, 4]))]
}

#[test]
fn neither_order_nor_copies_nor_cuts_change_a_total() {
    let place = Place::new();
    for (name, text) in transcripts() {
        place.write(name, text);
    }
    let truth = sums(&place, &["."]);
    assert_eq!((truth.0, truth.1), (5, 50 + 7 + 300 + 7));
    // Read in the opposite order.
    let place = Place::new();
    for ((_, text), name) in transcripts().into_iter().zip(["d.jsonl", "c.jsonl", "b.jsonl", "a.jsonl"]) {
        place.write(name, text);
    }
    assert_eq!(sums(&place, &["."]), truth);
    // Every file twice.
    for (nth, (_, text)) in transcripts().into_iter().enumerate() {
        place.write(&format!("copy/{nth}.jsonl"), text);
    }
    assert_eq!(sums(&place, &["."]), truth);
    // A transcript cut into a file a line.
    let place = Place::new();
    for (name, text) in transcripts() {
        if name.starts_with("rollout") {
            place.write(name, text);
            continue;
        }
        for (nth, line) in text.lines().enumerate() {
            place.write(&format!("{nth}-{name}"), format!("{line}\n"));
        }
    }
    assert_eq!(sums(&place, &["."]), truth);
}

#[test]
fn a_rollout_that_was_cut_has_the_same_calls() {
    const SESSION: &str = "019c2001-0000-7000-8000-000000000001";
    let whole = rollout(SESSION, None, &[100, 50, 25]);
    let lines: Vec<&str> = whole.lines().collect();
    for cut in 1..lines.len() {
        let place = Place::new();
        let part = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        place.write(&format!("rollout-2026-01-05T11-00-00-{SESSION}.jsonl"), part(&lines[..cut]));
        place.write(&format!("tail/rollout-2026-01-05T11-00-00-{SESSION}.jsonl"), part(&lines[cut..]));
        let report = place.json(&["report", "--json", "."]);
        assert_eq!((&report["totalDecisions"], &report["tokens"]["output"]), (&json!(3), &json!(175)), "{cut}");
        assert_eq!((&report["tokens"]["input"], &report["tokens"]["cacheRead"]), (&json!(1_200), &json!(1_800)));
        // What the head says holds for the tail in the other folder too, also beside a copy of the whole.
        let said = |place: &Place| {
            let calls = place.json(&["calls", "--json", "."]);
            let call = |call: &Json| call["model"] == "gpt-5-codex" && call["project"] == "/w";
            calls.as_array().unwrap().iter().filter(|told| call(told)).count()
        };
        assert_eq!(said(&place), 3, "{cut}");
        place.write(&format!("copy/rollout-2026-01-05T11-00-00-{SESSION}.jsonl"), &whole);
        assert_eq!(said(&place), 3, "{cut}");
        assert_eq!(sums(&place, &["."]).0, 3, "{cut}");
        // What a tail without a turn was answered by nobody knows.
        let models = sums(&place, &["tail"]);
        assert_eq!(models.2 == 0, cut >= 2, "{cut}: {models:?}");
    }
    // Parts that lie side by side are read as one, whatever they begin with.
    let [fork, parent] =
        [rollout("019c2001-0000-7000-8000-000000000002", Some(SESSION), &[100, 50, 25, 10]), whole.clone()];
    let lines: Vec<&str> = fork.lines().collect();
    let truth = {
        let place = Place::new();
        place.write(&format!("rollout-{SESSION}.jsonl"), &parent);
        place.write("rollout-019c2001-0000-7000-8000-000000000002.jsonl", &fork);
        sums(&place, &["."])
    };
    assert_eq!((truth.0, truth.1), (4, 185));
    for cut in 1..lines.len() {
        let place = Place::new();
        let part = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        place.write(&format!("rollout-{SESSION}.jsonl"), &parent);
        for [first, second] in [[".0.jsonl", ".1.jsonl"], [".b.jsonl", ".a.jsonl"], [".jsonl.1", ".jsonl"]] {
            let name = |end: &str| format!("{}/rollout-019c2001-0000-7000-8000-000000000002{end}", &second[1..]);
            place.write(&name(first), part(&lines[..cut]));
            place.write(&name(second), part(&lines[cut..]));
            let folder = &second[1..];
            assert_eq!(sums(&place, &[&format!("rollout-{SESSION}.jsonl"), folder]), truth, "{cut} {second}");
        }
    }
    // A tail whose name says nothing either, and a copy of it.
    let place = Place::new();
    let tail: String = whole.lines().skip(2).map(|line| format!("{line}\n")).collect();
    place.write("tail.jsonl", &tail);
    let truth = sums(&place, &["."]);
    assert_eq!((truth.0, truth.1), (3, 175));
    place.write("copy.jsonl", &tail);
    assert_eq!(sums(&place, &["."]), truth);
    // A tail that does not say what each call came to says no more than where it begins.
    let place = Place::new();
    let all = counts(&[100, 50, 25]);
    let without = all.lines().skip(2).map(|line| {
        let mut line: Json = serde_json::from_str(line).unwrap();
        line["payload"]["info"].as_object_mut().unwrap().remove("last_token_usage");
        format!("{line}\n")
    });
    place.write("rollout.jsonl", without.collect::<String>());
    assert_eq!(sums(&place, &["."]), (1, 25, 0));
}

#[test]
fn a_chat_that_was_cut_off_its_head_has_the_same_calls() {
    const NAME: &str = "chats/session-2026-02-10T08-15-b7d1c1f0";
    let line = |record: Json| format!("{record}\n");
    let answer = |nth: usize| {
        line(
            json!({"id": format!("g{nth}"), "timestamp": format!("2026-02-10T08:15:{:02}Z", 10 + nth), "type": "gemini",
                    "model": "gemini-2.5-flash", "content": "", "tokens": {"input": 100, "output": 10, "total": 110}}),
        )
    };
    let mut lines = vec![line(json!({"sessionId": "b7d1c1f0-aaaa", "projectHash": "c0ffee"}))];
    lines.extend((0..4).map(answer));
    let said = |place: &Place, args: &[&str]| {
        let report = place.json(&[&["report", "--json"], args].concat());
        [&report["totalDecisions"], &report["tokens"]["total"], &report["cost"]["byProject"]].map(Json::clone)
    };
    let whole = Place::new();
    whole.write(&format!("{NAME}.jsonl"), lines.concat());
    let truth = said(&whole, &["."]);
    assert_eq!(truth[..2], [json!(4), json!(440)]);
    for cut in 1..lines.len() {
        let (head, tail) = (lines[..cut].concat(), lines[cut..].concat());
        // Side by side, rotated, and in folders of their own, in either order.
        for [one, two] in [[".0.jsonl", ".1.jsonl"], [".b.jsonl", ".a.jsonl"], [".jsonl.1", ".jsonl"]] {
            let place = Place::new();
            place.write(&format!("{NAME}{one}"), &head);
            place.write(&format!("{NAME}{two}"), &tail);
            assert_eq!(said(&place, &["."]), truth, "{cut} {two}");
        }
        for [one, two] in [["a", "b"], ["b", "a"]] {
            let place = Place::new();
            place.write(&format!("{one}/{NAME}.jsonl"), &head);
            place.write(&format!("{two}/{NAME}.jsonl"), &tail);
            assert_eq!(said(&place, &["."]), truth, "{cut} {two}");
        }
        // A part of a copy, whose name does not say whose it is.
        for part in ["a.jsonl", "z.jsonl"] {
            let place = Place::new();
            place.write("m.jsonl", lines.concat());
            place.write(part, &tail);
            assert_eq!(said(&place, &["."]), truth, "{cut} {part}");
        }
    }
}

#[test]
fn a_known_tool_is_named_and_found_at_its_place() {
    let place = Place::new();
    place.write(".claude/projects/-home-ada-shop/s1.jsonl", Row { usage: output(5), ..Row::default() }.line());
    place.write("elsewhere/projects/p/s2.jsonl", Row { message: "msg_2", usage: output(9), ..Row::default() }.line());
    assert_eq!(sums(&place, &["claude-code"]).1, 5);
    let mut command = place.command(&["report", "--json", "claude-code"]);
    command.env("CLAUDE_CONFIG_DIR", place.at("elsewhere"));
    let report: Json = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(report["tokens"]["output"], 9);
    place.run(&["report", "codex"]).failed(1, &["codex", ".codex"]);
}

#[test]
fn rotated_logs_are_read_while_they_are_packed() {
    let place = Place::new();
    let text = transcripts()[0].1.clone();
    place.write("one.jsonl.1.gz", gzip(&text));
    let frame = zstd(&text);
    place.write("two.jsonl.zst", [frame.clone(), frame].concat());
    for name in ["one.jsonl.1.gz", "two.jsonl.zst", "."] {
        assert_eq!(sums(&place, &[name]).1, 57, "{name}");
    }
    // The record behind a call is read again out of it.
    let id = place.json(&["calls", "--json", "one.jsonl.1.gz"])[0]["id"].as_str().unwrap().to_owned();
    let shown = place.json(&["show", &id, "one.jsonl.1.gz", "--json"]);
    assert_eq!(shown["raw"]["message"]["id"], "m2", "{shown}");
}

/// A prompt and an answer in two parts, as Claude Code and Codex write them.
fn exchanges() -> [(&'static str, String); 2] {
    let prompt = json!({"type": "user", "uuid": "u", "sessionId": "s1", "timestamp": "2026-01-05T10:00:00.000Z",
                        "message": {"role": "user", "content": "why?"}});
    let part = |uuid: &str, parent: &str, text: &str| {
        let mut row = Row { usage: output(5), ..Row::default() }.json();
        (row["uuid"], row["parentUuid"]) = (json!(uuid), json!(parent));
        row["message"]["content"][0]["text"] = json!(text);
        row
    };
    let claude = [prompt, part("a", "u", "because"), part("b", "a", "of that")].map(|row| format!("{row}\n"));
    let said = |role: &str, text: &str| {
        let payload = json!({"type": "message", "role": role, "content": [{"type": "text", "text": text}]});
        format!("{}\n", json!({"timestamp": "2026-01-05T11:00:30.000Z", "type": "response_item", "payload": payload}))
    };
    let codex = [rollout("z", None, &[]), said("user", "why?"), said("assistant", "because"), counts(&[3])];
    [("s1.jsonl", claude.concat()), ("rollout-z.jsonl", codex.concat())]
}

#[test]
fn a_packed_transcript_shows_what_was_asked_and_answered_as_the_plain_one_does() {
    let place = Place::new();
    for (name, text) in exchanges() {
        let bodies = |name: &str| {
            let id = place.json(&["calls", "--json", name])[0]["id"].as_str().unwrap().to_owned();
            let shown = place.json(&["show", &id, name, "--json"]);
            [shown["request"].clone(), shown["response"].clone()]
        };
        place.write(name, &text);
        let plain = bodies(name);
        assert!(plain[0].to_string().contains("why?") && plain[1].to_string().contains("because"), "{plain:?}");
        place.write(&format!("{name}.gz"), gzip(&text));
        place.write(&format!("{name}.zst"), zstd(&text));
        for packed in ["gz", "zst"] {
            assert_eq!(bodies(&format!("{name}.{packed}")), plain, "{packed}");
        }
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
}

/// A message of OpenCode, as it stands in its database and in its older files.
fn message(output: u64) -> Json {
    json!({"role": "assistant", "mode": "build", "cost": 0.0123, "modelID": "claude-sonnet-4-5", "providerID": "anthropic",
           "tokens": {"input": 900, "output": output, "reasoning": 0, "cache": {"read": 0, "write": 0}},
           "time": {"created": 1_768_896_001_000_i64, "completed": 1_768_896_007_250_i64}})
}

const MESSAGES: &str = "CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, data TEXT);";

fn insert(id: &str, session: &str, data: &Json) -> String {
    format!("INSERT INTO message VALUES ('{id}', '{session}', 1768896001000, '{data}');")
}

#[test]
fn a_forked_sessions_copies_are_the_calls_of_the_first() {
    let (original, copy) = (insert("msg_2", "ses_1", &message(420)), insert("msg_f2", "ses_2", &message(420)));
    for rows in [[&original, &copy], [&copy, &original]] {
        let place = Place::new();
        place.sql("opencode.db", &[MESSAGES, rows[0], rows[1]].concat());
        // The same message as a file of the version before.
        let mut file = message(420);
        (file["id"], file["sessionID"]) = (json!("msg_2"), json!("ses_1"));
        place.write("storage/message/ses_1/msg_2.json", file.to_string());
        for named in [&["opencode.db"][..], &["opencode.db", "storage/message/ses_1/msg_2.json"]] {
            let calls = place.json(&[&["calls", "--json"], named].concat());
            let told = [&calls[0]["id"], &calls[0]["session"], &calls[0]["outputTokens"], &calls[1]];
            assert_eq!(told, [&json!("msg_2"), &json!("ses_1"), &json!(420), &Json::Null], "{calls}");
        }
    }
}

/// A stream as it comes over the wire.
fn stream(message: &str, input: u64, output: u64) -> Vec<String> {
    let start = json!({"type": "message_start", "message": {"id": message, "role": "assistant", "model": SONNET,
        "usage": {"input_tokens": input, "output_tokens": 1}}});
    let text = json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": message}});
    let end =
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": output}});
    let event = |event: Json| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    [start, text, end, json!({"type": "message_stop"})].map(event).to_vec()
}

#[test]
fn a_stream_written_down_as_it_came_is_one_call_a_message() {
    let place = Place::new();
    let (one, two) = (stream("msg_1", 1_000, 50), stream("msg_2", 2_000, 70));
    place.write("wire.jsonl", [one.concat(), two.concat()].concat());
    assert_eq!(sums(&place, &["wire.jsonl"]), (2, 120, 3_000 * 3_000 + 120 * 15_000));
    assert_eq!(place.json(&["sources", "--json", "wire.jsonl"])[0]["malformed"], 0);
    let shown = place.json(&["show", "msg_2", "wire.jsonl", "--json"]);
    assert_eq!(shown["response"][0]["content"], "msg_2", "{shown}");
    // Of two streams at once an end belongs to the one that was started last; the other's stays unknown.
    let mixed = [&one[0], &two[0], &two[2], &two[3], &one[2], &one[3]].map(String::as_str);
    place.write("wire.jsonl", mixed.concat());
    let calls = place.json(&["calls", "--json", "wire.jsonl", "--sort", "tokens"]);
    let told = |nth: usize| ["id", "status", "inputTokens", "outputTokens"].map(|key| calls[nth][key].clone());
    assert_eq!(json!(told(0)), json!(["msg_2", "success", 2_000, 70]));
    assert_eq!(json!(told(1)), json!(["msg_1", "pending", 1_000, 1]));
}

#[test]
fn a_stream_that_was_cut_inside_of_a_message_has_the_same_calls() {
    let whole = [stream("msg_1", 1_000, 50), stream("msg_2", 2_000, 70)].concat().concat();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for cut in 1..lines.len() {
        let (head, tail) = (lines[..cut].concat(), lines[cut..].concat());
        for [first, second] in [["wire.jsonl.1", "wire.jsonl"], ["wire.0.jsonl", "wire.1.jsonl"]] {
            let place = Place::new();
            place.write(first, &head);
            place.write(second, &tail);
            assert_eq!(sums(&place, &["."]), (2, 120, 3_000 * 3_000 + 120 * 15_000), "{cut} {second}");
        }
    }
    // In three parts, the middle one of which tells of no beginning and no end.
    let place = Place::new();
    for (name, part) in [("wire.jsonl.2", &lines[..3]), ("wire.jsonl.1", &lines[3..6]), ("wire.jsonl", &lines[6..])] {
        place.write(name, part.concat());
    }
    assert_eq!(sums(&place, &["."]).1, 120);
}

#[test]
fn what_old_versions_log_of_the_output_is_doubted() {
    let place = Place::new();
    let row = |message, version: &str| {
        let mut row = Row { message, request: message, usage: output(5), ..Row::default() }.json();
        row["version"] = json!(version);
        format!("{row}\n")
    };
    let log =
        row("msg_1", "2.1.96") + &row("msg_2", "2.1.97") + &row("msg_3", "2.1.97-beta") + &row("msg_4", "1.0.128");
    place.write("a.jsonl", log);
    for (message, is_doubted) in [("msg_1", true), ("msg_2", false), ("msg_3", false), ("msg_4", true)] {
        let id = format!("{message}:{message}");
        let told = place.json(&["show", &id, "--json"]);
        assert_eq!(told["caution"].is_string(), is_doubted, "{message}");
        assert_eq!(place.run(&["show", &id]).ok().contains("may log too few output tokens"), is_doubted);
    }
}
