//! What other programs get: a line for a status bar, a title, a manual page, and the schemas of what we read and write.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::screen::Screen;
use common::{Place, WORKED, call};
use serde_json::{Value as Json, json};

fn demo() -> Place {
    let place = Place::new();
    place.run(&["demo", "--no-ui", "--dir", "demo", "--calls", "900", "--seed", "4"]).ok();
    place.append("demo/own.jsonl", call("unpriced", "no-such-model", 3));
    place
}

#[test]
fn a_line_says_what_the_report_says() {
    let place = demo();
    let line = |format: &str| place.run(&["report", "demo", &format!("--line={format}")]).ok().trim_end().to_owned();
    let report = place.json(&["report", "demo", "--json"]);
    let calls = report["totalDecisions"].to_string();
    assert_eq!(line("{totalDecisions}"), calls);
    assert_eq!(line("{calls} calls"), format!("{calls} calls"));
    assert_eq!(line("{cost.loggedUsd}"), report["cost"]["loggedUsd"].to_string());
    assert!(line("{cost}").ends_with('?'), "a part has no price: {}", line("{cost}"));
    let [model, _] = [line("{model}"), line("{route}")];
    let costs = report["modelStats"].as_object().unwrap();
    assert_eq!(*costs.keys().next().unwrap(), model, "the dearest");
    let usual = place.run(&["report", "demo", "--line"]).ok();
    assert!(usual.lines().count() == 1 && usual.contains(" calls ") && usual.contains(" err p95 "), "{usual}");
    let filtered = place.run(&["report", "demo", "--line={calls}", "--filter", "is:error"]).ok();
    assert_eq!(filtered.trim_end(), report["status"]["error"].to_string());
    place.run(&["report", "demo", "--line={cst}"]).failed(2, &["{cst}", "{cost}", "{calls}", "{p95}", "{model}"]);
    place.run(&["report", "demo", "--line={tokens.inputs}"]).failed(2, &["{tokens.inputs}", "{cost}"]);
}

#[test]
fn a_prompt_shows_the_line_when_a_budget_is_spent_as_well() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-5", 1_000_000));
    place.write("callscope.toml", "[[budgets]]\nname = \"all\"\nusd = 0.001\nper = \"day\"\n");
    let report = ["report", "calls.jsonl", "--until", "2026-01-05"];
    assert_eq!(place.run(&report).code, Some(3));
    // It would hide what did not end with 0, and then it matters most.
    assert_eq!(place.run(&[&report[..], &["--line={calls}"]].concat()).ok(), "1\n");
}

#[test]
fn a_name_in_a_line_cannot_control_the_terminal() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt\\u001b[31m-5", 7));
    let line = place.run(&["report", "calls.jsonl", "--line={model}"]).ok();
    assert!(!line.contains('\u{1b}') && line.lines().count() == 1, "{line:?}");
}

#[test]
fn the_title_tells_what_today_costs_and_is_given_back() {
    let place = Place::new();
    place.write("logs/decisions-2026-01-05.jsonl", WORKED);
    let titles = |screen: &Screen| {
        let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
        raw.matches("\u{1b}]2;callscope").count()
    };
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen
        .wait_text("live")
        .wait("a title", |_| String::from_utf8_lossy(&screen.raw()).contains("\u{1b}]2;callscope · $0 today"));
    let before = titles(&screen);
    screen.keys("2").wait_text("[2 Calls]");
    screen.keys("1").wait_text("[1 Overview]");
    assert_eq!(titles(&screen), before, "the same title is not set again");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
    let (kept, named) = (raw.find("\u{1b}[22;2t").unwrap(), raw.find("\u{1b}]2;callscope").unwrap());
    assert!(kept < named && raw.contains("\u{1b}[23;2t"), "what was there is kept and comes back");
    place.write("callscope.toml", "title = false\n");
    let mut screen = Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
    screen.wait_text("live").wait_text("2 calls");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let raw = String::from_utf8_lossy(&screen.raw()).into_owned();
    assert!(!raw.contains("]2;") && !raw.contains("[22;2t") && !raw.contains("[23;2t"));
}

#[test]
fn the_manual_has_every_command_and_a_page_for_each() {
    let place = Place::new();
    let page = place.run(&["man"]).ok();
    assert!(page.contains(".TH callscope 1"), "{page}");
    for command in ["report", "calls", "serve", "themes", "schema"] {
        assert!(page.contains(&format!("callscope\\-{command}(1)")), "{command}");
        assert!(place.run(&["man", command]).ok().contains(&format!("callscope\\-{command}")), "{command}");
    }
    assert!(place.run(&["man", "report"]).ok().contains("\\-\\-line"));
    place.run(&["man", "reprot"]).failed(2, &["no command is named reprot", "report"]);
}

fn complaints(schema: &Json, value: &Json) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn expect(schema: &Json, value: &Json, what: &str) {
    let complaints = complaints(schema, value);
    assert!(complaints.is_empty(), "{what}: {complaints:?}");
}

/// Puts a key that nobody knows into every object that has keys of its own.
fn is_strict(schema: &Json, value: &Json) {
    let mut odd = value.clone();
    let object = if let Json::Array(items) = &mut odd { items.first_mut().unwrap() } else { &mut odd };
    object["neverHeardOf"] = json!(1);
    assert!(!complaints(schema, &odd).is_empty(), "a key that is not in the schema is not noticed");
}

#[test]
fn every_answer_is_as_its_schema_says_and_no_more() {
    let place = demo();
    place.write(
        "callscope.toml",
        "[currency]\ncode = \"SEK\"\nrate = 10.4\n[[budgets]]\nname = \"all\"\nusd = 5\nper = \"day\"\n\
         [[objectives]]\nname = \"works\"\nerror_rate = 0.01\nper = \"30d\"\n",
    );
    place.append("demo/own.jsonl", "no json\n");
    let schema = |of: &str| place.json(&["schema", of]);
    let answer = |args: &[&str]| -> Json { serde_json::from_str(&place.run(args).out).unwrap() };
    let commands: [(&str, Vec<&str>); 10] = [
        ("report", vec!["report", "demo", "--json"]),
        ("report", vec!["report", "demo", "--json", "--templates", "--what-if", "gpt-5-mini"]),
        (
            "report",
            vec!["report", "demo", "--json", "--since", "2026-01-01", "--until", "2026-02-01", "--compare", "previous"],
        ),
        (
            "report",
            vec!["report", "demo", "--json", "--window", "7d", "--compare", "last-week", "--filter", "is:error"],
        ),
        ("calls", vec!["calls", "demo", "--json"]),
        ("calls", vec!["calls", "demo", "--json", "--with-bodies", "--limit", "50"]),
        ("alerts", vec!["alerts", "demo", "--json"]),
        ("audit", vec!["audit", "demo", "--json"]),
        ("sources", vec!["sources", "demo", "--json"]),
        ("sources", vec!["sources", "demo", "nothing-here.jsonl", "--json"]),
    ];
    for (of, args) in &commands {
        let (schema, answer) = (schema(of), answer(args));
        expect(&schema, &answer, &args.join(" "));
        if !answer.as_array().is_some_and(Vec::is_empty) {
            is_strict(&schema, &answer);
        }
    }
    let show = schema("show");
    for call in answer(&["calls", "demo", "--json", "--limit", "40"]).as_array().unwrap() {
        let id = call["id"].as_str().unwrap();
        let shown = place.run(&["show", id, "demo", "--json"]);
        let shown: Json = serde_json::from_str(&shown.out).unwrap_or_else(|error| panic!("{error}: {}", shown.err));
        expect(&show, &shown, id);
        is_strict(&show, &shown);
    }
}

#[test]
fn the_configuration_is_as_its_schema_says_and_no_more() {
    let place = Place::new();
    let schema = place.json(&["schema", "config"]);
    let read = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    let printed = place.run(&["config"]).ok();
    expect(&schema, &read(&printed), "the defaults");
    // Every setting that is printed stands in it, those of rules with the default that is printed.
    for (section, limits) in read(&printed)["rules"].as_object().unwrap() {
        for (limit, value) in limits.as_object().unwrap() {
            let said = &schema["properties"]["rules"]["properties"][section]["properties"][limit];
            assert_eq!(said["default"], *value, "{section}.{limit}");
        }
    }
    // The examples of sections that are absent, as the printed file has them in comments.
    let examples: Vec<&str> = printed
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') && !rest.contains(": ") || rest.contains(" = ") => rest,
            _ => line,
        })
        .collect();
    let mut whole = read(&examples.join("\n").replace("; or table = \"…\", file = \"…\"", ""));
    // TOML has dates, JSON has not.
    whole["currency"]["date"] = json!("2026-11-01");
    expect(&schema, &whole, "the examples");
    for section in ["formats", "prices", "currency", "budgets", "objectives", "trust", "alerts", "rules"] {
        assert!(whole.get(section).is_some() && schema["properties"].get(section).is_some(), "{section}");
    }
    let by_background = read("theme = { dark = \"nord\", light = \"gruvbox-light\" }");
    expect(&schema, &by_background, "a theme by background");
    assert!(!complaints(&schema, &read("graphs = \"dots\"")).is_empty());
    for wrong in [
        "thme = \"nord\"",
        "theme = { dark = \"nord\" }",
        "mouse = \"yes\"",
        "[prices]\nm = \"fre\"",
        "[prices]\nm = { inputs = 1 }",
        "[[budgets]]\nname = \"a\"\nper = \"day\"",
        "[rules.cost_spike]\nusds = 2",
        "[rules.cost_spikes]\nusd = 2",
    ] {
        assert!(!complaints(&schema, &read(wrong)).is_empty(), "{wrong}");
        place.write("callscope.toml", wrong);
        assert_ne!(place.run(&["config"]).code, Some(0), "{wrong} is an error for callscope as well");
    }
}
