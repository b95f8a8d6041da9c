//! The screen of a call, in a real terminal: it folds and searches, walks its session, stands side by side or one by one, is
//! handed to a pager, an editor and the clipboard and comes back whole, and shows no key, wherever one was logged.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::fs;

use common::screen::Screen;
use common::{Place, wait_for};
use serde_json::{Value as Json, json};

const SIZE: (u16, u16) = (120, 36);

/// What stands for a key.
const HIDDEN: &str = "sk-ant-••••••••";

/// Made up, and in pieces: a whole one would be taken for a leak by whoever scans this file.
fn key() -> String {
    format!("sk-{}-{}", "ant", "aB3dE5gH7jK9".repeat(6))
}

/// Three calls of one session, the last of which failed.
fn place() -> Place {
    let place = Place::new();
    let system = (0..60).map(|nth| format!("Rule {nth} of the house.\n")).collect::<String>();
    let request = json!({"model": "claude-sonnet-4-5", "messages": [
        {"role": "system", "content": system},
        {"role": "user", "content": [{"type": "text", "text": format!("Where is my parcel? {}", key())}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "lookup", "input": {"order": "88-1204"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "left at no. 14"}]},
    ]});
    let call = |nth: u32, more: Json| {
        let mut call = json!({"id": format!("call-{nth}"), "timestamp": format!("2026-01-05T10:0{nth}:00.000Z"),
            "provider": "anthropic", "model": "claude-sonnet-4-5", "session_id": "s_7f31", "user_id": "ana-secretive",
            "input_tokens": 1204, "output_tokens": 911, "latency_ms": 4300, "time_to_first_token_ms": 800, "success": true,
            "request_payload": request, "output": "It was **left** with a neighbour."});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call.to_string() + "\n"
    };
    let error = json!({"type": "error", "error": {"type": "authentication_error", "message": format!("invalid key {}", key())}});
    let failed = json!({"success": false, "error_type": "auth", "error_message": format!("invalid key {}", key()),
        "output": error.to_string()});
    let nested = json!({"messages": [{"role": "user", "content": json!({"k": key()}).to_string()}]}).to_string();
    place.write("calls.jsonl", call(1, json!({})) + &call(2, json!({"request_payload": nested})) + &call(3, failed));
    place
}

/// On the newest call.
fn open_with(place: &Place, vars: &[(&str, &str)], args: &[&str]) -> Screen {
    let line = [&[common::BIN, "--window", "all"], args, &["calls.jsonl"]].concat();
    let mut screen = Screen::start_with(place, SIZE, vars, &line);
    screen.wait_text("3 calls").wait_text("live");
    screen.keys("2").wait_text("[2 Calls]");
    screen.keys("\r").wait_text("1 of 3").wait_no("reading …");
    screen
}

fn open(place: &Place) -> Screen {
    open_with(place, &[], &[])
}

/// What came to the clipboard last, by OSC 52.
fn clipboard(screen: &Screen) -> String {
    let sent = String::from_utf8_lossy(&screen.raw()).into_owned();
    let packed = sent.rsplit("\u{1b}]52;c;").next().unwrap().split(['\u{7}', '\u{1b}']).next().unwrap().to_owned();
    String::from_utf8(unpacked(&packed)).unwrap()
}

fn unpacked(base64: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = base64.trim_end_matches('=').chars().fold((Vec::new(), 0_u32, 0), |(mut bytes, held, count), c| {
        let held = held << 6 | LETTERS.find(c).unwrap() as u32;
        if count + 6 >= 8 {
            bytes.push((held >> (count + 6 - 8)) as u8);
        }
        (bytes, held & 0xffff, (count + 6) % 8)
    });
    std::mem::take(&mut bits.0)
}

#[test]
fn no_logged_key_is_ever_sent_to_the_terminal() {
    let place = place();
    let mut screen = open_with(&place, &[("PAGER", "cat; read line </dev/tty")], &[]);
    screen.wait_text(HIDDEN);
    for call in ["1 of 3", "2 of 3", "3 of 3"] {
        screen.wait_text(call).wait_no("reading …");
        for _ in 0..4 {
            screen.keys("x").keys("G").keys("x").keys("g").keys("\t");
        }
        screen.keys("]");
    }
    // Found by no search, and in no narrow pane.
    screen.keys("/aB3dE5").wait_text("0 matches");
    screen.keys("\u{1b}").wait_no("0 matches");
    screen.resize((60, 18));
    screen.wait_text("[");
    screen.keys("x").keys("G");
    screen.resize(SIZE);
    screen.wait_text("cost");
    screen.keys("o").wait("the pager", |text| text.contains(HIDDEN) && !text.contains('╭'));
    screen.keys("\r").wait_text("╭");
    screen.keys("Y").wait_text("record copied");
    screen.keys("c").wait_text("curl command copied");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let sent = String::from_utf8_lossy(&screen.raw()).into_owned();
    let letters: String = sent.chars().filter(char::is_ascii_alphanumeric).collect();
    assert!(!letters.contains("aB3dE5gH7jK9aB3dE5gH7jK9"), "neither whole nor wrapped");
    // Of what goes to the clipboard as base64, at any of its three offsets.
    for part in ["YUIzZEU1Z0g3aks5", "FCM2RFNWdIN2pLO", "hQjNkRTVnSDdqSz"] {
        assert!(!sent.contains(part), "{part}");
    }
}

#[test]
fn keys_are_shown_when_asked_and_the_screen_says_so() {
    let place = place();
    let mut screen = open(&place);
    screen.wait_text(HIDDEN);
    screen.keys("S").wait_text("secrets shown").wait_text("sk-ant-aB3dE5").wait_no(HIDDEN);
    screen.keys("S").wait_no("secrets shown").wait_no("sk-ant-aB3dE5");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    // Of the folder's file nobody takes it: a cloned repository must not unmask anything.
    place.write("callscope.toml", "secrets = \"show\"\n");
    open(&place).wait_text(HIDDEN).wait_no("secrets shown");
    open_with(&place, &[], &["--config", "callscope.toml"]).wait_text("secrets shown").wait_text("sk-ant-aB3dE5");
}

#[test]
fn sections_fold_and_what_is_found_in_a_fold_is_shown() {
    let place = place();
    let mut screen = open(&place);
    screen.wait_text("60 lines, ↵ unfolds").wait_text("tool_use lookup");
    screen.wait_text("error authentication_error");
    screen.keys("\t\r").wait_text("Rule 9 of the house.").wait_no("60 lines, ↵ unfolds");
    screen.keys("\r").wait_text("60 lines, ↵ unfolds");
    screen.keys("G").wait_text("tool_result lookup");
    screen.keys("/rule 40\r").wait_text("Rule 40 of the house.").wait_text("match 1 of 2");
    screen.keys("n").wait_text("match 2 of 2");
    screen.keys("\u{1b}").wait_no("match 2 of 2");
}

#[test]
fn a_search_finds_what_goes_over_the_end_of_a_line() {
    let place = Place::new();
    let words = (0..60).map(|nth| format!("word{nth} ")).collect::<String>();
    let call = json!({"id": "a", "timestamp": "2026-01-05T10:00:00Z", "model": "gpt-5", "input_tokens": 1,
                      "output_tokens": 1, "output": words});
    place.write("calls.jsonl", call.to_string() + "\n");
    let mut screen = Screen::start(&place, SIZE, &["--window", "all", "calls.jsonl"]);
    screen.wait_text("1 call").wait_text("live");
    screen.keys("2").wait_text("[2 Calls]");
    screen.keys("\r").wait_text("word59");
    let text = screen.text();
    let last = text.lines().find(|line| line.contains("word0 ")).unwrap().split("word0 ").nth(1).unwrap();
    let last = last.split_whitespace().rfind(|word| word.starts_with("word")).unwrap();
    let nth: u32 = last.trim_start_matches("word").parse().unwrap();
    screen.keys(&format!("/{last} word{}\r", nth + 1)).wait_text("match 1 of");
}

#[test]
fn the_calls_of_a_session_are_walked_and_sections_stand_as_one_likes() {
    let place = place();
    let mut screen = open(&place);
    screen
        .wait_text("3rd of 3, $0.05")
        .wait_text("repeats")
        .wait_text("2m00s before  ✓ ok")
        .wait_text("first token 800ms")
        .wait_text("tok/s");
    screen.keys("}").wait_text("this is the newest call of its session");
    screen.keys("{").wait_text("2nd of 3").wait_text("2 of 3");
    screen.keys("|").wait_text("[Summary]").wait_no("╮╭");
    screen.keys("\t\t").wait_text("[Response]").wait_text("with a neighbour");
    screen.keys("|").wait_no("[Response]").wait_text("╮╭");
    screen.resize((80, 24));
    screen.wait_text("[Response]");
    screen.keys("|").wait_text("there is room for one section at a time");
}

#[test]
fn a_failed_call_says_how_and_its_retry_is_named() {
    let place = Place::new();
    let call = |id: &str, second: u32, more: Json| {
        let mut call = json!({"id": id, "timestamp": format!("2026-01-05T10:00:{second:02}.000Z"), "model": "gpt-5",
            "input_tokens": 12, "latency_ms": 300,
            "request_payload": {"messages": [{"role": "user", "content": "Where is my parcel?"}]}});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call.to_string() + "\n"
    };
    let why = "Rate limit reached for gpt-5 in organization org-123 on tokens per min: Limit 30000, Used 29500, Requested 12. \
               Please try again in 1.4s.";
    let failed = json!({"success": false, "error_type": "rate_limit", "error_message": why});
    let answered = json!({"success": true, "output": "At no. 14.", "output_tokens": 5});
    place.write("calls.jsonl", call("first", 0, failed) + &call("second", 5, answered));
    let mut screen = Screen::start(&place, SIZE, &["--window", "all", "calls.jsonl"]);
    screen.wait_text("2 calls").wait_text("live");
    screen.keys("2").wait_text("[2 Calls]");
    screen.keys("\r").wait_text("At no. 14.").wait_text("retry of   5.0s before  ✗ rate_limit");
    screen.keys("]").wait_text("retried    5.0s after  ✓ ok");
    screen.wait_text("error rate_limit").wait_text("Please try again in 1.4s.");
    screen.keys("*").wait_no("Please try again");
}

#[test]
fn an_editor_gets_a_copy_for_nobody_else_that_is_gone_afterwards() {
    let place = place();
    let script = "#!/bin/sh\nstat -c %a \"$1\" > mode\ncp \"$1\" copy\necho mine >> \"$1\"\necho \"$1\" > name\nread line </dev/tty\n";
    let editor = place.write("edit.sh", script);
    let command = format!("sh {}", editor.display());
    let mut screen = open_with(&place, &[("EDITOR", &command), ("VISUAL", "")], &[]);
    screen.keys("O");
    let name = wait_for("the editor", || fs::read_to_string(place.at("name")).ok().filter(|name| name.ends_with('\n')));
    assert!(!screen.is_alternate() && screen.is_cooked(), "it has the terminal");
    assert_eq!(fs::read_to_string(place.at("mode")).unwrap(), "600\n");
    let copy = fs::read_to_string(place.at("copy")).unwrap();
    assert!(copy.contains(&format!("invalid key {HIDDEN}")) && !copy.contains(&key()), "{copy}");
    screen.keys("\r").wait_text("╭").wait_text("error authentication_error").wait_text("1 of 3");
    assert!(screen.is_alternate() && !screen.is_cooked());
    assert!(!std::path::Path::new(name.trim()).exists(), "it is gone");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    screen.assert_given_back();
}

#[test]
fn a_pager_has_the_terminal_and_gives_back_the_same_screen() {
    let place = place();
    let mut screen = open_with(&place, &[("PAGER", "cat > paged; echo paging; read line </dev/tty")], &[]);
    screen.keys("\t\t").wait_text("▸error authentication_error");
    // Without the clock above and the messages below.
    let body = |text: &str| text.lines().skip(2).take(33).map(str::to_owned).collect::<Vec<_>>();
    let before = body(&screen.text());
    screen.keys("o").wait("the pager", |text| text.contains("paging") && !text.contains('╭'));
    assert!(!screen.is_alternate() && screen.is_cooked(), "it has the terminal");
    assert!(fs::read_to_string(place.at("paged")).unwrap().contains("\"id\": \"call-3\""));
    screen.keys("\r").wait("the same screen", |text| body(text) == before);
    assert!(screen.is_alternate() && !screen.is_cooked());
}

#[test]
fn copies_go_to_the_terminals_clipboard() {
    let place = place();
    let mut screen = open(&place);
    screen.keys("y").wait_text("id copied");
    assert_eq!(clipboard(&screen), "call-3");
    screen.keys("Y").wait_text("record copied");
    let record: Json = serde_json::from_str(&clipboard(&screen)).unwrap();
    assert_eq!(record["id"], "call-3");
    screen.keys("c").wait_text("curl command copied");
    let curl = clipboard(&screen);
    assert!(curl.starts_with("curl -sS https://api.anthropic.com/v1/messages"), "{curl}");
    assert!(curl.contains("$ANTHROPIC_API_KEY") && curl.contains("Where is my parcel?"), "{curl}");
    screen.keys("\t\t\tjjj").wait_text(".provider");
    screen.keys("P").wait_text("path copied");
    assert_eq!(clipboard(&screen), ".provider");
    screen.keys("*P").wait_text("private text is masked");
}

#[test]
fn the_text_of_show_hides_keys_unless_asked_and_json_is_as_logged() {
    let place = place();
    let args = ["show", "call-3", "calls.jsonl"];
    let shown = place.run(&args).ok();
    assert!(shown.contains(HIDDEN) && !shown.contains(&key()), "{shown}");
    let open = place.run(&[&args[..], &["--secrets"]].concat()).ok();
    assert!(open.contains(&key()) && !open.contains(HIDDEN), "{open}");
    for args in [
        &["show", "call-3", "calls.jsonl", "--json"][..],
        &["calls", "calls.jsonl", "--json", "--with-bodies"],
        &["calls", "calls.jsonl", "--ndjson", "--with-bodies"],
    ] {
        let json = place.run(args).ok();
        assert!(json.contains(&key()) && !json.contains(HIDDEN), "{args:?}: {json}");
    }
}
