//! The real binary on a real terminal: rows at its end instead of a screen, the mouse as terminals report it, and what
//! comes back at the next start.

#![allow(clippy::unwrap_used, dead_code, reason = "a test that unwraps asserts")]

mod common;

use common::screen::Screen;
use common::{BIN, Place, call};

fn place() -> Place {
    let place = Place::new();
    place.write(
        "logs/calls.jsonl",
        ["alpha", "beta", "gamma"].map(|name| call(name, &format!("model-{name}"), 7)).concat(),
    );
    place
}

/// A press and a release of the left button, counted from 1.
fn click(screen: &mut Screen, words: &str) {
    screen.wait_text(words);
    let text = screen.text();
    let (row, column) = text
        .lines()
        .enumerate()
        .find_map(|(row, line)| Some((row + 1, line[..line.find(words)?].chars().count() + 1)))
        .unwrap();
    screen.keys(&format!("\u{1b}[<0;{column};{row}M\u{1b}[<0;{column};{row}m"));
}

#[test]
fn rows_at_the_end_leave_what_was_above_and_the_last_picture() {
    let place = place();
    let line = format!("printf 'one\\ntwo\\n'; exec {BIN} --inline 6 --window all logs");
    let mut screen = Screen::start_with(&place, (80, 12), &[], &["sh", "-c", &line]);
    // Where the cursor is, as a terminal says it.
    screen.wait_text("two");
    common::wait_for("the question", || screen.raw().windows(4).any(|bytes| bytes == b"\x1b[6n").then_some(()));
    screen.keys("\u{1b}[3;1R");
    screen.wait_text("3 calls").wait_text("model-gamma").wait_text("live");
    assert!(!screen.is_alternate());
    assert_eq!((screen.line(0), screen.line(1)), ("one".to_owned(), "two".to_owned()));
    place.append("logs/calls.jsonl", call("delta", "model-delta", 7));
    screen.wait_text("4 calls").wait_text("model-delta");
    screen.resize((70, 7));
    screen.wait("the rows at the end", |text| text.matches("4 calls").count() == 1 && text.contains("live"));
    screen.keys("/model:beta\r").wait_text("1 call ");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    screen.assert_given_back();
    assert!(screen.text().contains("model-beta"), "the last picture stays: {}", screen.text());
}

#[test]
fn the_mouse_works_as_terminals_report_it() {
    let place = place();
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("3 calls").wait_text("live");
    click(&mut screen, "2 Calls");
    screen.wait_text("[2 Calls]");
    screen.keys("/model:alpha,beta\r").wait_text("2 of 3");
    click(&mut screen, "model:alpha,beta");
    screen.wait_text("no filter");
    click(&mut screen, "MODEL");
    screen.wait_text("by model");
    click(&mut screen, "? help");
    screen.wait_text("keys: Calls");
    screen.keys("\u{1b}").wait_no("keys: Calls");
    screen.keys(":mask");
    click(&mut screen, "hide private text");
    screen.wait_text("private text is hidden");
    screen.keys("\u{1b}[<65;20;10M").keys("q");
    assert_eq!(screen.code(), 0);
    // Off: the terminal is never asked for the mouse.
    place.write("callscope.toml", "mouse = false\n");
    let mut screen = Screen::start(&place, (120, 36), &["logs"]);
    screen.wait_text("live");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    assert!(!screen.raw().windows(8).any(|bytes| bytes == b"\x1b[?1000h"));
}

#[test]
fn the_next_start_is_as_the_last_end_unless_it_is_to_be_fresh() {
    let place = place();
    let open = |args: &[&str]| {
        let screen = Screen::start(&place, (120, 36), &[args, &["logs"]].concat());
        screen.wait_text("live");
        screen
    };
    let mut screen = open(&[]);
    screen.keys("2WWWWWW").wait_text("[2 Calls]");
    screen.keys("/model:beta\r").wait_text("1 of 3");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let mut screen = open(&[]);
    screen.wait_text("[2 Calls]").wait_text("model:beta").wait_text("the filter of the last time is in force");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let mut screen = open(&["--fresh"]);
    screen.wait_text("[1 Overview]").wait_text("no filter");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let state = place.path().join(".state/callscope/views.json");
    std::fs::write(&state, "{").unwrap();
    let mut screen = open(&[]);
    screen.wait_text("[1 Overview]").wait_text("views.json cannot be read and is not used");
    screen.keys("3q");
    assert_eq!(screen.code(), 0);
    place.write("callscope.toml", "remember = false\n");
    let mut screen = open(&[]);
    screen.wait_text("[1 Overview]");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}

#[test]
fn a_saved_filter_is_there_at_the_next_start_and_on_the_command_line() {
    let place = place();
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("3 calls").wait_text("live");
    screen.keys("/model:beta\u{13}").wait_text("save");
    screen.keys("only b\r").wait_text("@only-b");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    place.write("callscope.toml", "[filters]\ngreek = \"model:alpha or model:gamma\"\n");
    for (filter, calls) in [("@only-b", 1), ("@greek", 2), ("-@greek", 1), ("@only-b @greek", 0)] {
        let found = place.json(&["calls", "--json", "--filter", filter, "logs"]);
        assert_eq!(found.as_array().unwrap().len(), calls, "{filter}");
    }
    place.run(&["report", "--filter", "@onyl-b", "logs"]).failed(2, &["did you mean @only-b?"]);
}

#[test]
fn keys_of_the_configuration_are_told_at_the_start() {
    let place = place();
    place.write("callscope.toml", "[keys]\npause = \"P\"\n\nsort = \"P\"\n");
    place.run(&["keys"]).failed(1, &["callscope.toml: line 2: [keys] pause: P would do two things", "line 4"]);
    place.write("callscope.toml", "[keys]\npause = \"P\"\n");
    let out = place.run(&["keys"]);
    assert!(out.out.contains("| `P` | stop counting, or catch up |"), "{}", out.out);
    assert!(out.err.contains("pause takes the key of templates"), "{}", out.err);
    let mut screen = Screen::start(&place, (120, 36), &["logs"]);
    screen.wait_text("[keys] pause takes the key of templates");
    screen.keys("P").wait_text("paused");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}
