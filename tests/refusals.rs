//! Bad input: each kind gets a plain sentence with what to do and the right exit code, and nothing but data ever goes to
//! standard output.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};

use common::{Place, call, code_of, wait_for};
use serde_json::json;

const USAGE: &str = include_str!("data/token_usage/app.sql");

#[test]
fn what_is_not_there() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    for command in ["report", "calls", "sources"] {
        place.run(&[command, "cals.jsonl"]).failed(1, &["cals.jsonl", "no such file", "did you mean calls.jsonl?"]);
        place.run(&[command, "calls.jsonl:table"]).failed(1, &["calls.jsonl", "not a SQLite database"]);
    }
    place.run(&["show", "a", "elsewhere"]).failed(1, &["elsewhere", "no such file"]);
    place.run(&["elsewhere"]).failed(1, &["elsewhere", "no such file"]);
    place.run(&["reprot"]).failed(1, &["reprot", "did you mean `callscope report`?"]);
    place.run(&["report", "none-*.jsonl"]).failed(1, &["none-*.jsonl", "no file"]);
    place.run(&["report", "--config", "none.toml"]).failed(1, &["none.toml", "no such file"]);
    fs::create_dir(place.at("empty")).unwrap();
    place.run(&["report", "empty"]).failed(1, &["empty: no log of calls in it"]);
    Place::new().run(&["report"]).failed(1, &["no log of calls found here", "callscope demo"]);
}

#[test]
fn files_that_are_no_logs() {
    let place = Place::new();
    place.write("notes.txt", "buy milk\ncall mum\n");
    place.write("empty.jsonl", "");
    place.write("word.jsonl", "hello");
    place.write("list.jsonl", "[1,2,3]\n");
    place.write("other.jsonl", "{\"temperature\":3,\"place\":\"Oslo\"}\n");
    place.write("packed.jsonl", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\0\0\0");
    place.write("wide.jsonl", call("a", "gpt-4o", 1).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    place.write("program.jsonl", [&b"\x7fELF\x02\x01\x01"[..], &[0; 400], b"\n{\n", &[0; 400]].concat());
    let mut seed = 9_u64;
    let noise: Vec<u8> = (0..200_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        })
        .collect();
    place.write("noise.jsonl", &noise);
    for (name, words) in [
        ("notes.txt", &["no line of it is a JSON object", "buy milk"] as &[&str]),
        ("empty.jsonl", &["empty"]),
        ("word.jsonl", &["no whole line"]),
        ("list.jsonl", &["no line of it is a JSON object"]),
        ("other.jsonl", &["temperature", "[formats.NAME]"]),
        ("packed.jsonl", &["gzip", "damaged", "gzip -t"]),
        ("wide.jsonl", &["UTF-16", "iconv"]),
        ("program.jsonl", &["binary"]),
        ("noise.jsonl", &["binary"]),
    ] {
        for command in ["report", "calls"] {
            place.run(&[command, name]).failed(1, &[&[name], words].concat());
        }
        let listed = place.run(&["sources", name]).ok();
        assert!(words.iter().all(|word| listed.contains(word)), "{name}: {listed}");
    }
    // One bad file among good ones spoils nothing.
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    assert_eq!(place.json(&["calls", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn databases_that_cannot_be_read() {
    let place = Place::new();
    drop(place.sql("app.db", USAGE));
    drop(place.sql("big.db", &format!("{USAGE} CREATE TABLE filler (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO filler SELECT hex(randomblob(20)) FROM n;")));
    let whole = fs::read(place.at("big.db")).unwrap();
    place.write("cut.db", &whole[..whole.len() / 2]);
    // Encrypted: no byte of the header is left.
    let mut key = 7_u8;
    let scrambled = whole.iter().map(|byte| {
        key = key.wrapping_mul(197).wrapping_add(91);
        byte ^ key.rotate_left(3) ^ (key >> 2)
    });
    place.write("secret.db", scrambled.collect::<Vec<u8>>());
    place.write("text.db", "this is no database at all\n".repeat(30));
    place.write("zero.db", "");
    drop(place.sql("other.db", "CREATE TABLE people (name, age); INSERT INTO people VALUES ('ada', 36);"));
    drop(
        place
            .sql("near.db", "CREATE TABLE token_usage (id, model_name); INSERT INTO token_usage VALUES (1, 'gpt-4o');"),
    );
    for (name, words) in [
        ("cut.db", &["damaged or cut off", ".recover"] as &[&str]),
        ("secret.db", &["encrypted"]),
        ("text.db", &["not a SQLite database"]),
        ("zero.db", &["empty"]),
        ("other.db", &["other.db:people", "name, age"]),
        ("near.db", &["near.db:token_usage", "id, model_name"]),
        ("app.db:token_usages", &["token_usages", "there are: token_usage"]),
    ] {
        for command in ["report", "calls"] {
            place.run(&[command, name]).failed(1, &[&[name], words].concat());
        }
    }
    assert_eq!(place.json(&["report", "--json", "app.db"])["totalDecisions"], 2);
}

#[test]
fn a_locked_database_says_so_and_is_read_when_it_is_free() {
    let place = Place::new();
    let db = place.sql("app.db", &format!("PRAGMA journal_mode = delete; {USAGE}"));
    db.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let probe = rusqlite::Connection::open(place.at("app.db")).unwrap();
    probe.busy_timeout(std::time::Duration::ZERO).unwrap();
    assert!(
        probe.query_row("SELECT count(*) FROM token_usage", [], |row| row.get::<_, u32>(0)).is_err(),
        "it is locked"
    );
    place.run(&["report", "app.db"]).failed(1, &["app.db", "locked"]);
    let follow = common::follow::Follow::start(&place, &["app.db"]);
    db.execute_batch("COMMIT").unwrap();
    follow.wait_count(2);
}

#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let path = place.write("calls.jsonl", call("a", "gpt-4o", 1));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        return; // The superuser may read anything.
    }
    place.run(&["report", "calls.jsonl"]).failed(1, &["calls.jsonl", "permission"]);
}

/// The most memory a process has had, in MiB.
fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[test]
fn a_line_of_100_megabytes_is_counted_and_not_kept() {
    let place = Place::new();
    let mut file = File::create(place.at("calls.jsonl")).unwrap();
    file.write_all(call("before", "gpt-4o", 1).as_bytes()).unwrap();
    file.write_all(b"{\"id\":\"huge\",\"model\":\"").unwrap();
    let block = vec![b'a'; 1 << 20];
    for _ in 0..100 {
        file.write_all(&block).unwrap();
    }
    file.write_all(b"\"}\n").unwrap();
    file.write_all(call("after", "gpt-4o", 1).as_bytes()).unwrap();
    drop(file);
    let huge = fs::metadata(place.at("calls.jsonl")).unwrap().len();
    assert!(huge > 100 << 20);
    // From the file, and through a pipe.
    for args in [["calls", "--follow", "--ndjson", "calls.jsonl"], ["calls", "--follow", "--ndjson", "-"]] {
        let mut command = place.command(&args);
        command.stdin(File::open(place.at("calls.jsonl")).unwrap()).stdout(Stdio::piped());
        let mut piped = None;
        if args[3] == "-" {
            let mut cat = Command::new("cat").arg(place.at("calls.jsonl")).stdout(Stdio::piped()).spawn().unwrap();
            command.stdin(cat.stdout.take().unwrap());
            piped = Some(cat);
        }
        let mut child = command.spawn().unwrap();
        // Our end of the pipe goes with the command: else nobody would see its end.
        drop(command);
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut told = String::new();
        let mut peaked = 0;
        for _ in 0..2 {
            std::io::BufRead::read_line(&mut out, &mut told).unwrap();
            peaked = peak(child.id()).unwrap_or(peaked).max(peaked);
        }
        assert!(told.contains("\"before\"") && told.contains("\"after\""), "{args:?}: {told}");
        assert!(peaked < 160, "{args:?} took {peaked} MiB");
        let _ = child.kill();
        code_of(&mut child);
        if let Some(cat) = &mut piped {
            code_of(cat);
        }
    }
    let sources = place.json(&["sources", "--json"]);
    assert_eq!((&sources[0]["calls"], &sources[0]["malformed"]), (&json!(2), &json!(1)), "{sources}");
    assert!(sources[0]["first"][0].as_str().unwrap().starts_with("line 2: "), "{sources}");
}

/// Nobody knows the format of a file yet whose first line is not read.
#[test]
fn a_line_too_long_at_the_beginning_is_counted_too() {
    let place = Place::new();
    let long = [b"{\"model\":\"", &vec![b'a'; 65 << 20][..], b"\"}\n"].concat();
    place.write("alone.jsonl", &long);
    place.run(&["report", "alone.jsonl"]).failed(1, &["alone.jsonl", "68 MB", "longer than callscope reads"]);
    place.write("calls.jsonl", [&b"started\n"[..], &long, call("after", "gpt-4o", 1).as_bytes()].concat());
    let input = fs::read(place.at("calls.jsonl")).unwrap();
    let piped = place.pipe(&["sources", "--json", "-"], &input).json();
    for sources in [place.json(&["sources", "--json", "calls.jsonl"]), piped] {
        assert_eq!((&sources[0]["calls"], &sources[0]["malformed"]), (&json!(1), &json!(2)), "{sources}");
        assert!(sources[0]["first"][1].as_str().unwrap().contains(": a line of 68 MB"), "{sources}");
    }
}

#[test]
fn a_screen_needs_a_terminal() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    for args in [&[] as &[&str], &["demo"], &["calls.jsonl"]] {
        place.run(args).failed(1, &["terminal", "callscope report"]);
    }
}

#[test]
fn a_configuration_that_is_wrong() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    place.write("callscope.toml", "theme = \"nord\"\n\n[formats.a]\ntime = \"t\"\nmodle = \"m\"\n");
    place.run(&["report"]).failed(1, &["callscope.toml", "modle", "did you mean `model`?"]);
    place.write("callscope.toml", "thmee = 1\n");
    place.run(&["report"]).failed(1, &["callscope.toml", "line 1", "thmee"]);
}

/// Everything a terminal or a spreadsheet might obey, in every field of a call.
#[test]
fn what_steers_a_terminal_or_a_spreadsheet_is_written_out() {
    let place = Place::new();
    let bad = "\\u001b[31m\\u0007\\u009b\\u202e\\u200b\\u007f";
    let fields =
        ["id", "model", "provider", "route", "user", "session_id", "project", "agent", "error_type", "error_message"];
    let with = |value: &dyn Fn(&str) -> String| {
        let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\":\"{}\",", value(field))).collect();
        let fields = fields.concat();
        format!(
            "{{{fields}\"timestamp\":\"2026-01-05T10:00:00Z\",\"input_tokens\":5,\"output_tokens\":5,\"success\":false}}\n"
        )
    };
    place.write("calls\u{1b}[2J.jsonl", with(&|field| format!("{field}{bad}")));
    let clean = |text: &str| {
        for char in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{200b}', '\u{7f}'] {
            assert!(!text.contains(char), "{char:?} in {text}");
        }
    };
    for args in [
        &["calls"] as &[&str],
        &["calls", "--csv"],
        &["report"],
        &["sources"],
        &["show", "id"],
        &["calls", "--json"],
        &["report", "--json"],
        &["sources", "--json"],
        &["show", "id", "--json"],
    ] {
        let out = place.run(args).ok();
        clean(&out);
        if args.contains(&"--json") {
            let read: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert!(args[0] == "sources" || out.contains("\\u001b[31m"), "{out}");
            assert!(args[0] != "calls" || read[0]["model"] == "model\u{1b}[31m\u{7}\u{9b}\u{202e}\u{200b}\u{7f}");
        } else {
            assert!(out.contains("\\u{1b}[2J"), "{args:?}: {out}");
        }
    }
    let refused = place.run(&["report", "none\u{1b}[2J\u{202e}.jsonl"]);
    clean(&refused.err);
    refused.failed(1, &["\\u{1b}[2J"]);

    place.write(
        "formulas.jsonl",
        ["=1+2", "+1", "-1", "@x", "\\tx", "\\rx"]
            .iter()
            .map(|start| with(&|field| format!("{start}{field}")))
            .collect::<String>(),
    );
    let csv = place.run(&["calls", "--csv", "formulas.jsonl"]).ok();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            cells += usize::from(cell.starts_with('\''));
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} is a formula");
        }
    }
    assert!(cells >= 6 * fields.len(), "{cells} cells were defused:\n{csv}");
}

/// Whoever reads a page of a long answer and goes away is not told of an error.
#[test]
fn help_into_a_closed_pipe() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    for args in [&["report", "--json"] as &[&str], &["keys"], &["--help"]] {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let status = wait_for("the end", || child.try_wait().unwrap());
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn what_cannot_be_compared() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    let report = |more: &[&str]| place.run(&[&["report", "calls.jsonl", "--compare"], more].concat());
    report(&["previous"]).failed(2, &["--compare previous", "nothing before it", "choose a window"]);
    report(&["last-week", "--window", "30d"]).failed(2, &["--compare last-week", "more than a week"]);
    report(&["previous", "--window", "24h", "--filter", "since:7d"]).failed(2, &["bound both spans", "--since"]);
    report(&["yesterday"]).failed(2, &["yesterday", "previous, last-week"]);
}
