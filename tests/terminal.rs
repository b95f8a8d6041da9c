//! The real binary in a real pseudo-terminal: what is on the screen, and that the terminal is given back however the
//! program ends.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::screen::Screen;
use common::{BIN, Place, WORKED, call, wait_for};
use rustix::process::Signal;

const SIZE: (u16, u16) = (120, 36);

fn place() -> Place {
    let place = Place::new();
    place.write("logs/decisions-2026-01-05.jsonl", WORKED);
    place.write(
        "logs/calls.jsonl",
        ["alpha", "beta", "gamma"].map(|name| call(name, &format!("model-{name}"), 7)).concat(),
    );
    place
}

fn open(place: &Place) -> Screen {
    let screen = Screen::start(place, SIZE, &["--window", "all", "logs"]);
    screen.wait_text("5 calls").wait_text("live");
    screen
}

/// No line wider than the screen, no more lines than it has, and the frame's own marks where they belong.
fn whole(screen: &Screen, (width, height): (u16, u16)) {
    screen.wait("a whole frame", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines.len() <= usize::from(height)
            && lines.iter().all(|line| line.chars().count() <= usize::from(width))
            && lines.first().is_some_and(|line| line.contains("Overview") || line.contains('1'))
            && text.matches('╭').count() == text.matches('╯').count()
            && text.matches('╮').count() == text.matches('╰').count()
    });
}

#[test]
fn it_starts_follows_and_quits() {
    let place = place();
    let mut screen = open(&place);
    assert!(screen.is_alternate() && !screen.is_cooked());
    place.append("logs/calls.jsonl", call("delta", "model-delta", 7));
    screen.wait_text("6 calls").wait_text("model-delta");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    screen.assert_given_back();
    assert!(String::from_utf8_lossy(&screen.raw()).contains("\u{1b}[?1049l"));
}

#[test]
fn a_filter_is_typed_a_call_opened_and_left_again() {
    let place = place();
    let mut screen = open(&place);
    screen.keys("2").wait_text("[2 Calls]");
    screen.keys("/").wait("a prompt", |text| text.contains('/'));
    screen.keys("model:model-").wait_text("3 calls");
    screen.keys("\r").wait("the filter in force", |text| text.contains("model:model-") && !text.contains("gpt-5"));
    // Down to the second row, into it, and back to that row.
    screen.keys("j\r").wait_text("2 of 3").wait_text("model-beta");
    screen.wait_no("reading …");
    screen.keys("\u{1b}").wait_text("[2 Calls]").wait_no("2 of 3");
    screen.keys("\r").wait_text("2 of 3").wait_text("model-beta");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}

#[test]
fn the_screen_says_what_the_report_says() {
    let place = Place::new();
    place.run(&["demo", "--no-ui", "--dir", "demo", "--calls", "600", "--seed", "5"]).ok();
    for filter in ["", "model:claude", "is:error", "cost>0.01 -route:chat"] {
        let report = place.run(&["report", "demo", "--filter", filter]).ok();
        // `1,234 calls, … to …` and `cost $1.23: logged …`.
        let calls = report.split(',').next().unwrap_or("");
        let calls =
            if calls.ends_with(" calls") { calls.to_owned() } else { report.split(", ").next().unwrap().to_owned() };
        let cost = report.split("cost ").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
        let screen = Screen::start(&place, (160, 48), &["--window", "all", "--filter", filter, "demo"]);
        screen
            .wait_text("live")
            .wait("the same figures", |text| text.contains(&format!(" {calls}")) && text.contains(cost));
    }
}

#[test]
fn what_settles_a_finding_is_written_when_asked_for_twice_and_prices_the_calls() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt5", 1_000_000));
    place.write("callscope.toml", "theme = \"mono\" # mine\n");
    let mut screen = Screen::start(&place, SIZE, &["--window", "all", "calls.jsonl"]);
    screen.wait_text("1 call").wait_text("live");
    screen.keys("6");
    screen.wait_text("under [prices]");
    screen.keys("A");
    screen.wait_text("A again adds to [prices]: \"gpt5\" = { like = \"openai/gpt-5\" }");
    assert_eq!(std::fs::read_to_string(place.at("callscope.toml")).unwrap(), "theme = \"mono\" # mine\n");
    screen.keys("A");
    screen.wait_text("added to callscope.toml");
    let text = std::fs::read_to_string(place.at("callscope.toml")).unwrap();
    assert_eq!(text, "theme = \"mono\" # mine\n\n[prices]\n\"gpt5\" = { like = \"openai/gpt-5\" }\n");
    screen.keys("3");
    screen.wait_text("gpt5");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    assert_eq!(place.json(&["report", "--json"])["cost"]["unpricedCalls"], 0);
}

#[test]
fn it_fits_any_size() {
    let place = place();
    let mut screen = open(&place);
    for size in [(80, 24), (200, 50), (60, 18), (120, 36)] {
        screen.forget();
        screen.resize(size);
        // A key that comes in the same instant as a resize waits for the next one (crossterm 0.29 looks at one of the two
        // only), so the new frame first.
        wait_for("a frame of the new size", || {
            String::from_utf8_lossy(&screen.raw()).contains("Overview").then_some(())
        });
        whole(&screen, size);
        for key in ["2", "3", "4", "1"] {
            screen.keys(key);
            screen.wait(&format!("screen {key}"), |text| {
                text.lines().next().is_some_and(|line| line.contains(&format!("[{key}")))
            });
            whole(&screen, size);
        }
    }
    // No screen at all, and back: nothing may break.
    for size in [(1, 1), (3, 2), (300, 5), (12, 80), SIZE] {
        screen.resize(size);
    }
    screen.wait_text("5 calls");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}

#[test]
fn signals_end_it_with_the_terminal_given_back() {
    let place = place();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)] {
        let mut screen = open(&place);
        screen.signal(signal);
        assert_eq!(screen.code(), code, "{signal:?}");
        screen.assert_given_back();
    }
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release cannot be made to fail")]
fn a_failure_in_any_thread_ends_it_with_the_terminal_given_back() {
    for thread in ["READER", "SCREEN", "WORKER"] {
        let place = place();
        let mark = place.at("fail");
        let (name, line) = (format!("CALLSCOPE_FAIL_{thread}"), [BIN, "--window", "all", "logs"]);
        let mut screen =
            Screen::start_with(&place, SIZE, &[(&name, mark.to_str().unwrap()), ("RUST_BACKTRACE", "0")], &line);
        screen.wait_text("5 calls").wait_text("live");
        screen.keys("2").wait_text("[2 Calls]");
        std::fs::write(mark, "").unwrap();
        match thread {
            "READER" => place.append("logs/calls.jsonl", call("delta", "model-delta", 7)),
            _ => drop(screen.keys("\r")),
        }
        assert_eq!(screen.code(), 101, "{thread}");
        screen.assert_given_back();
        screen.wait_text(&format!("the {thread} failed on purpose"));
    }
}

#[test]
fn it_stops_and_goes_on_under_a_shell() {
    let place = place();
    // What an interactive shell does: a job of its own, which is stopped, and brought back.
    let script = "set -m; \"$0\" --window all logs; echo stopped-with-$?; stty -a | grep -o ' -\\?icanon'; read go; fg; echo ended-with-$?";
    let mut screen = Screen::start_with(&place, SIZE, &[], &["/bin/sh", "-c", script, BIN]);
    screen.wait_text("5 calls").wait_text("live");
    screen.keys("\u{1a}").wait_text("stopped-with-").wait_text(" icanon");
    assert!(!screen.is_alternate() && screen.is_cooked());
    place.append("logs/calls.jsonl", call("meanwhile", "model-meanwhile", 7));
    screen.keys("\n").wait_text("6 calls").wait_text("model-meanwhile");
    assert!(screen.is_alternate() && !screen.is_cooked());
    screen.keys("q").wait_text("ended-with-0");
    assert_eq!(screen.code(), 0);
    screen.assert_given_back();
}

#[test]
fn a_stop_from_outside_is_painted_over_when_it_goes_on() {
    let place = place();
    let mut screen = open(&place);
    screen.signal(Signal::STOP);
    let stat = format!("/proc/{}/stat", screen.pid());
    let state = || fs::read_to_string(&stat).unwrap().rsplit(')').next().unwrap().trim().chars().next();
    wait_for("the stop", || (state() == Some('T')).then_some(()));
    screen.forget();
    screen.signal(Signal::CONT);
    wait_for("a whole frame again", || String::from_utf8_lossy(&screen.raw()).contains("Overview").then_some(()));
    screen.wait_text("5 calls");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}

/// The other half of the next test: holds a terminal with the program in it until it is killed, which is the only way
/// for every descriptor of the terminal to go at once.
#[test]
#[ignore = "run by when_the_terminal_goes_away_so_does_it"]
fn holder_of_a_terminal() {
    let Ok(script) = std::env::var(HELD) else { return };
    let place = place();
    let screen = Screen::start_with(&place, SIZE, &[], &["/bin/sh", "-c", &script, BIN]);
    screen.wait_text("live");
    println!("\nheld {}", screen.pid());
    wait_for("the end of this process", || None::<()>);
}

const HELD: &str = "CALLSCOPE_TEST_HELD";

#[test]
fn when_the_terminal_goes_away_so_does_it() {
    // Also under nohup, where SIGHUP tells nobody; the shell hands the ignored signal on.
    for (prefix, args) in [("", "--window all logs"), ("trap '' HUP; ", "--window all logs"), ("", "demo")] {
        let litter = Place::new();
        let mut holder = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "holder_of_a_terminal"])
            .env(HELD, format!("{prefix}exec \"$0\" {args}"))
            .env("TMPDIR", litter.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
        let pid: u32 = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("held ")?.parse().ok())
            .expect("the program is on its screen");
        holder.kill().unwrap();
        holder.wait().unwrap();
        wait_for("the end of the program", || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // Nobody may be there to take a zombie away.
            (stat.is_empty() || stat.contains(") Z ")).then_some(())
        });
        // The holder was killed and left its folder; what the program made in it, it has taken away, but for what it
        // remembers in the home.
        let left =
            std::fs::read_dir(litter.path()).unwrap().flat_map(|held| std::fs::read_dir(held.unwrap().path()).unwrap());
        let left: Vec<_> =
            left.map(|entry| entry.unwrap().file_name()).filter(|name| name != "logs" && name != ".state").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn no_color_means_no_colour() {
    let place = place();
    let colour = |raw: &[u8]| {
        let text = String::from_utf8_lossy(raw).into_owned();
        let codes =
            text.split("\u{1b}[").skip(1).filter_map(|rest| rest.split_once('m')).map(|(code, _)| code.to_owned());
        codes
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
            .flat_map(|code| code.split(';').map(str::to_owned).collect::<Vec<_>>())
            .filter_map(|code| code.parse::<u32>().ok())
            .filter(|code| (30..=38).contains(code) || (40..=48).contains(code) || (90..=107).contains(code))
            .count()
    };
    let screen = open(&place);
    assert!(colour(&screen.raw()) > 0, "there is colour otherwise");
    let line = [BIN, "--window", "all", "logs"];
    let screen = Screen::start_with(&place, SIZE, &[("NO_COLOR", "1")], &line);
    screen.wait_text("5 calls").wait_text("live");
    assert_eq!(colour(&screen.raw()), 0);
    let screen = Screen::start(&place, SIZE, &["--color", "never", "--window", "all", "logs"]);
    screen.wait_text("5 calls").wait_text("live");
    assert_eq!(colour(&screen.raw()), 0);
}

/// What a log may try to do to the terminal of whoever reads it.
const ATTACKS: [(&str, &str); 6] = [
    ("clipboard", "\\u001b]52;c;aGFja2Vk\\u0007"),
    ("title", "\\u001b]0;owned\\u0007"),
    ("clear", "\\u001b[2J\\u001b[1;1H"),
    ("c1", "\\u009b31m"),
    ("bidi", "\\u202egpt\\u2066"),
    ("delete", "\\u007f\\b\\u0000"),
];

#[test]
fn nothing_in_a_log_reaches_the_terminal_as_it_is() {
    let place = Place::new();
    let lines: Vec<String> = ATTACKS
        .iter()
        .map(|(name, attack)| {
            format!(
                "{{\"id\":\"{name}{attack}\",\"timestamp\":\"2026-01-05T10:00:00Z\",\"model\":\"m-{name}{attack}\",\"provider\":\"p{attack}\",\"route\":\"r{attack}\",\"user\":\"u{attack}\",\"input_tokens\":5,\"output_tokens\":5,\"success\":false,\"error_type\":\"e{attack}\",\"error_message\":\"msg{attack}\",\"prompt\":\"ask{attack}\",\"response\":\"say{attack}\"}}\n"
            )
        })
        .collect();
    place.write("calls\u{1b}]0;name\u{7}.jsonl", lines.concat());
    let mut screen = Screen::start(&place, (200, 50), &["--window", "all"]);
    screen.wait_text("6 calls").wait_text("m-clipboard");
    for key in ["2", "3", "4", "1", "2"] {
        screen.keys(key).wait(key, |text| text.lines().next().is_some_and(|line| line.contains(&format!("[{key}"))));
    }
    screen.keys("\r").wait_text("1 of 6").wait_no("reading …");
    for nth in 2..=6 {
        screen.keys("]").wait_text(&format!("{nth} of 6")).wait_no("reading …");
    }
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let raw = String::from_utf8(screen.raw()).expect("the screen is UTF-8");
    for bad in ["]52;c;aGFja2Vk", "]0;owned", "]0;name"] {
        assert!(!raw.contains(&format!("\u{1b}{bad}")), "{bad}");
    }
    for char in ['\u{9b}', '\u{202e}', '\u{2066}', '\u{7f}', '\u{0}', '\u{7}', '\u{8}'] {
        assert!(!raw.contains(char), "{char:?} was sent");
    }
    // Only sequences of ours: modes, cursor places, attributes, and clearing before the first frame.
    for rest in raw.split('\u{1b}').skip(1) {
        let title = rest.starts_with("]2;callscope · ") || rest == "]2;callscope" || rest == "]2;";
        let ours = title || ["[", "7", "8", "\\"].iter().any(|start| rest.starts_with(start));
        assert!(ours, "ESC {:?}", rest.chars().take(12).collect::<String>());
    }
}

#[test]
fn the_demo_is_live() {
    let place = Place::new();
    let mut screen = Screen::start(&place, SIZE, &["demo", "--seed", "3", "--rate", "50"]);
    screen.wait_text("live");
    let calls = |text: &str| -> Option<u64> {
        let before = text.split(" calls").next()?.rsplit(' ').next()?.replace(',', "");
        before.parse().ok()
    };
    let first = wait_for("a number of calls", || calls(&screen.text()));
    wait_for("more calls", || calls(&screen.text()).filter(|now| *now > first));
    let homes = || {
        let names = std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains("demo")).count()
    };
    assert_eq!(homes(), 1, "its files are real");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    screen.assert_given_back();
    assert_eq!(homes(), 0, "and gone with it");
}

/// Forty calls of a model that fail now.
fn failing(place: &Place, model: &str) {
    let at = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ");
    let line = |nth: u32| {
        format!(
            r#"{{"id":"{model}{nth}","timestamp":"{at}","provider":"openai","model":"{model}","input_tokens":9,"output_tokens":1,"latency_ms":120,"success":false,"error_type":"timeout"}}"#
        ) + "\n"
    };
    fs::create_dir_all(place.at("logs")).unwrap();
    place.append("logs/failing.jsonl", (0..40).map(line).collect::<String>());
}

#[test]
fn findings_stand_on_the_tab_and_what_is_said_of_them_is_remembered() {
    let place = Place::new();
    failing(&place, "gpt-5");
    for size in [(80, 24), (120, 36), (200, 50), (60, 40)] {
        let screen = Screen::start(&place, size, &["--window", "all", "logs"]);
        screen.wait("a badge", |text| {
            text.lines().next().is_some_and(|line| line.contains("5•") || line.contains("Alerts•"))
        });
    }
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("Alerts•");
    screen.keys("5").wait_text("gpt-5 succeeds in only 0.0%").wait_text("why it fired");
    screen.keys("x").wait_text("dismissed; v shows it").wait_text("1 dismissed");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let told = place.run(&["alerts", "logs", "--json"]).ok();
    let found: serde_json::Value = serde_json::from_str(&told).unwrap();
    let of = |rule: &str| found.as_array().unwrap().iter().find(|one| one["type"] == rule).unwrap()["state"].clone();
    assert_eq!((of("low-success-rate"), of("retry-storm")), ("dismissed".into(), "new".into()), "{told}");
    let screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("Alerts•").wait("the one that was dismissed is not counted", |text| {
        let new = found.as_array().unwrap().len() - 1;
        text.contains(&format!("Alerts•{new}"))
    });
}

#[test]
fn a_high_finding_is_told_once_by_the_users_own_command_and_never_by_the_folders() {
    let place = Place::new();
    failing(&place, "gpt-5");
    let (mine, theirs) = (place.at("mine"), place.at("theirs"));
    let tee =
        |file: &std::path::Path| format!("[alerts.high]\ncommand = [\"tee\", \"-a\", {:?}]\n", file.to_string_lossy());
    place.write("callscope.toml", tee(&theirs));
    place.write("own.toml", "[alerts]\nbell = true\nnotify = true\n".to_owned() + &tee(&mine));
    // In the folder's file it is left out, with a word.
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("is left out").wait_text("Alerts•");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "--config", "own.toml", "logs"]);
    // The terminal says that it has lost the keys, and more calls fail.
    screen.keys("\u{1b}[O").wait_text("Alerts•");
    let told = || fs::read_to_string(&mine).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    wait_for("both high findings", || (told().len() >= 2).then_some(()));
    failing(&place, "gpt-4o");
    wait_for("the new ones", || (told().len() >= 4).then_some(()));
    let raw = || String::from_utf8_lossy(&screen.raw()).into_owned();
    wait_for("the bell", || raw().contains('\u{7}').then_some(()));
    wait_for("a note", || raw().contains("\u{1b}]9;callscope: ▲ HIGH  gpt-4o succeeds in only").then_some(()));
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let about = |line: &String| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(json["severity"], "high");
        format!("{} {} {}", json["type"], json["model"], json["data"]["errorType"])
    };
    let kinds: Vec<String> = told().iter().map(about).collect();
    let mut once = kinds.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), kinds.len(), "each once: {kinds:?}");
    assert!(!theirs.exists(), "a cloned repository runs nothing");
}
