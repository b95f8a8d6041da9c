//! Sources that are written, cut, moved and replaced while callscope follows them: nothing is lost, nothing is told
//! twice. The reader is the real binary, so every writer here is another process; each test first proves that its
//! fault has happened.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Stdio;

use callscope::commands::books::Books;
use callscope::ingest::discover::Named;
use callscope::ingest::{Options, event::Event};
use callscope::model::Dim;
use callscope::price::OwnPrices;
use callscope::store::Unobserved;
use common::follow::Follow;
use common::{Place, WORKED, call, wait_or};
use serde_json::json;

fn size(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

/// Lets the reader come by: a marker in a file of its own has been told, so everything before it has been read.
fn come_by(place: &Place, follow: &Follow, marker: &str) {
    place.append("markers.jsonl", call(marker, "marker", 1));
    follow.wait_ids(&[marker]);
}

/// Each of these was told exactly once.
fn once(follow: &Follow, ids: &[&str]) {
    for id in ids {
        assert_eq!(follow.times(id), 1, "{id} in {:?}", follow.ids());
    }
}

const USAGE: &str = "CREATE TABLE token_usage (id INTEGER PRIMARY KEY, provider TEXT, model_name TEXT, input_tokens INTEGER, output_tokens INTEGER, cost_usd REAL, call_id TEXT, success BOOLEAN, created_at TEXT);";

fn row(id: &str, tokens: u32) -> String {
    format!(
        "INSERT INTO token_usage (provider, model_name, input_tokens, output_tokens, call_id, success, created_at) \
         VALUES ('openai', 'gpt-4o-mini', {tokens}, 5, '{id}', 1, '2026-03-02T09:00:00Z');"
    )
}

/// What every way of being told must survive: appends, a rotation, a truncation, a new day, rows and their completion.
fn scenario(more: &[&str]) {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-4o", 1));
    let db = place.sql("app.db", &format!("PRAGMA journal_mode = wal; {USAGE} {}", row("r1", 1)));
    let follow = Follow::start(&place, more);
    follow.wait_ids(&["a", "r1"]);
    place.append("calls.jsonl", call("b", "gpt-4o", 1));
    follow.wait_ids(&["b"]);
    fs::rename(place.at("calls.jsonl"), place.at("calls.jsonl.1")).unwrap();
    place.append("calls.jsonl.1", call("late", "gpt-4o", 1));
    place.append("calls.jsonl", call("c", "gpt-4o", 1));
    follow.wait_ids(&["late", "c"]);
    OpenOptions::new().write(true).truncate(true).open(place.at("calls.jsonl")).unwrap();
    place.append("calls.jsonl", call("d", "gpt-4o", 1));
    follow.wait_ids(&["d"]);
    place.write("decisions-2026-01-06.jsonl", WORKED);
    db.execute_batch(&row("r2", 7)).unwrap();
    follow.wait_ids(&["r2"]).wait_count(9);
    db.execute_batch("UPDATE token_usage SET output_tokens = 99 WHERE call_id = 'r2'").unwrap();
    follow.wait_value("r2", "outputTokens", &json!(99));
    once(&follow, &["a", "b", "c", "d", "late", "r1"]);
    assert_eq!(follow.calls().len(), 9);
    assert_eq!(follow.end(), 0);
}

#[test]
fn with_file_system_events() {
    scenario(&[]);
}

#[test]
fn by_looking_again_and_again() {
    scenario(&["--poll"]);
}

#[test]
fn a_line_is_read_when_it_is_whole_wherever_it_was_cut() {
    let place = Place::new();
    place.write("calls.jsonl", "");
    let follow = Follow::start(&place, &["."]);
    let lines: Vec<String> = ('a'..='l').map(|name| call(&format!("{name}å€"), "modèle-日本", 7)).collect();
    let accent = lines[0].find('å').unwrap();
    // Inside both bytes of å, inside the three of €, and all over the line; the last cut leaves only the line end.
    let cuts = [1, accent + 1, accent + 3, accent + 4, 20, 40, 60, 80, 100, 120, 140, lines[0].len() - 1];
    for (nth, (line, cut)) in lines.iter().zip(cuts).enumerate() {
        let (head, tail) = line.as_bytes().split_at(cut);
        assert!(nth != 1 || std::str::from_utf8(head).is_err(), "the cut is inside a character");
        place.append("calls.jsonl", head);
        come_by(&place, &follow, &format!("cut-{nth}"));
        place.append("calls.jsonl", tail);
        let id = format!("{}å€", (b'a' + nth as u8) as char);
        follow.wait_value(&id, "model", &json!("modèle-日本"));
    }
    assert_eq!(follow.calls().len(), 2 * lines.len(), "a line cut in two is one call: {:?}", follow.ids());
    let counts = place.json(&["sources", "--json", "calls.jsonl"]);
    assert_eq!((&counts[0]["calls"], &counts[0]["malformed"]), (&json!(lines.len()), &json!(0)));
}

#[test]
fn a_truncated_file_is_read_from_its_beginning() {
    let place = Place::new();
    let path = place.write("calls.jsonl", [call("a", "gpt-4o", 1), call("b", "gpt-4o", 1)].concat());
    let follow = Follow::start(&place, &["."]);
    follow.wait_ids(&["a", "b"]);
    // `cp f f.1; : > f`, and a longer file than before grows in its place before anybody looks.
    fs::copy(&path, place.at("calls.jsonl.1")).unwrap();
    let (before, same) = (size(&path), inode(&path));
    OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
    place.append("calls.jsonl", ["c", "d", "e"].map(|id| call(id, "gpt-4o", 1)).concat());
    assert!(size(&path) > before && inode(&path) == same, "size and inode do not give it away");
    follow.wait_ids(&["c", "d", "e"]);
    // And one that is shorter.
    fs::write(&path, call("f", "gpt-4o", 1)).unwrap();
    assert!(size(&path) < before);
    follow.wait_ids(&["f"]);
    come_by(&place, &follow, "end");
    once(&follow, &["a", "b", "c", "d", "e", "f"]);
    assert_eq!(follow.calls().len(), 7);
}

#[test]
fn a_file_written_anew_with_the_same_calls_tells_none_of_them_twice() {
    let place = Place::new();
    let path = place.write("calls.jsonl", call("a", "gpt-4o", 1));
    let follow = Follow::start(&place, &["."]);
    follow.wait_ids(&["a"]);
    let before = inode(&path);
    place.write("next", [call("a", "gpt-4o", 1), call("b", "gpt-4o", 1)].concat());
    fs::rename(place.at("next"), &path).unwrap();
    assert_ne!(inode(&path), before, "it is another file");
    follow.wait_ids(&["b"]);
    fs::remove_file(&path).unwrap();
    assert!(!path.exists());
    come_by(&place, &follow, "gone");
    place.write("calls.jsonl", [call("b", "gpt-4o", 1), call("c", "gpt-4o", 1)].concat());
    follow.wait_ids(&["c"]);
    come_by(&place, &follow, "end");
    once(&follow, &["a", "b", "c"]);
}

#[test]
fn copies_and_links_of_a_log_add_nothing() {
    let place = Place::new();
    let path = place.write("decisions-2026-01-05.jsonl", WORKED);
    let follow = Follow::start(&place, &["."]);
    follow.wait_count(2);
    fs::copy(&path, place.at("copy.jsonl")).unwrap();
    fs::hard_link(&path, place.at("linked.jsonl")).unwrap();
    std::os::unix::fs::symlink(&path, place.at("symbolic.jsonl")).unwrap();
    come_by(&place, &follow, "end");
    let report = place.json(&["report", "--json"]);
    assert_eq!(report["totalDecisions"], 3, "two calls and the marker: {}", report["sources"]);
    let repeated: u64 = report["sources"].as_array().unwrap().iter().filter_map(|it| it["duplicates"].as_u64()).sum();
    assert_eq!(repeated, 3, "the copy was read, and adds nothing: {}", report["sources"]);
    assert_eq!(follow.calls().len(), 3, "{:?}", follow.ids());
}

#[test]
fn files_and_folders_that_appear_later_are_found() {
    let place = Place::new();
    place.write("logs/decisions-2026-01-05.jsonl", WORKED);
    let follow = Follow::start(&place, &["logs"]);
    follow.wait_count(2);
    place.append("logs/decisions-2026-01-06.jsonl", WORKED.replace("2026-01-05", "2026-01-06"));
    follow.wait_count(4);
    place.write("logs/new/deeper/calls.jsonl", call("deep", "gpt-4o", 1));
    follow.wait_ids(&["deep"]);
    drop(place.sql("logs/new/app.db", &format!("{USAGE}{}", row("from-a-new-database", 1))));
    follow.wait_ids(&["from-a-new-database"]);
    place.append("logs/new/deeper/calls.jsonl", call("deep-2", "gpt-4o", 1));
    follow.wait_ids(&["deep-2"]);
    once(&follow, &["deep", "deep-2", "from-a-new-database"]);
}

#[test]
fn two_rotations_in_a_row_lose_nothing() {
    let place = Place::new();
    let path = place.write("calls.jsonl", call("a0", "gpt-4o", 1));
    let follow = Follow::start(&place, &["calls.jsonl"]);
    follow.wait_ids(&["a0"]);
    // A writer that still holds the old file, as loggers do for a moment.
    let mut held = OpenOptions::new().append(true).open(&path).unwrap();
    for round in 1..=5 {
        fs::rename(&path, place.at(&format!("calls.jsonl.{round}"))).unwrap();
        held.write_all(call(&format!("late{round}"), "gpt-4o", 1).as_bytes()).unwrap();
        held = OpenOptions::new().append(true).create(true).open(&path).unwrap();
        held.write_all(call(&format!("a{round}"), "gpt-4o", 1).as_bytes()).unwrap();
        follow.wait_ids(&[&format!("late{round}"), &format!("a{round}")]);
    }
    assert_eq!(follow.told().len(), 11, "{:?}", follow.ids());
}

/// As logrotate does with `delaycompress`: what was rotated away last is not packed yet.
#[test]
fn a_log_and_those_rotated_away_from_it_are_read_once_each() {
    let place = Place::new();
    let old = place.write("calls.jsonl.1", call("old", "gpt-4o", 1));
    let born = |path: &Path| fs::metadata(path).and_then(|meta| meta.created()).ok();
    let path = common::wait_for("a file that is younger", || {
        let _ = fs::remove_file(place.at("calls.jsonl"));
        let path = place.write("calls.jsonl", call("new", "gpt-4o", 1));
        (born(&path) > born(&old) || born(&old).is_none()).then_some(path)
    });
    let follow = Follow::start(&place, &["."]);
    follow.wait_ids(&["new", "old"]);
    for round in 1..=3 {
        let mut held = OpenOptions::new().append(true).open(&path).unwrap();
        fs::rename(place.at("calls.jsonl.1"), place.at("calls.jsonl.2")).unwrap();
        fs::rename(&path, place.at("calls.jsonl.1")).unwrap();
        let [late, next] = ["late", "next"].map(|name| format!("{name}{round}"));
        held.write_all(call(&late, "gpt-4o", 1).as_bytes()).unwrap();
        place.append("calls.jsonl", call(&next, "gpt-4o", 1));
        follow.wait_ids(&[&late, &next]);
    }
    come_by(&place, &follow, "end");
    assert_eq!(follow.told().len(), 9, "{:?}", follow.ids());
    assert_eq!(place.json(&["report", "--json"])["totalDecisions"], 6, "of these files, read anew");
}

#[test]
fn many_writers_at_once() {
    let place = Place::new();
    fs::create_dir(place.at(".orchestration-logs")).unwrap();
    let follow = Follow::start(&place, &[]);
    let mut writers: Vec<_> =
        (0..4).map(|_| place.command(&["log", "decision"]).stdin(Stdio::piped()).spawn().unwrap()).collect();
    for (nth, writer) in writers.iter_mut().enumerate() {
        let mut stdin = writer.stdin.take().unwrap();
        for line in 0..50 {
            writeln!(stdin, "{{\"model\":\"gpt-5\",\"requestId\":\"w{nth}-{line}\",\"promptLength\":{line}}}").unwrap();
        }
    }
    for writer in &mut writers {
        assert_eq!(common::code_of(writer), 0);
    }
    follow.wait_count(200);
    assert_eq!(follow.told().len(), 200);
    let sources = place.json(&["sources", "--json"]);
    assert_eq!((&sources[0]["calls"], &sources[0]["malformed"]), (&json!(200), &json!(0)), "{sources}");
}

/// Older versions of Open WebUI write a chat anew with every answer.
#[test]
fn a_row_that_holds_all_calls_of_a_chat_tells_each_when_it_changes() {
    let place = Place::new();
    let message = |id: &str, output: u64| {
        json!({"role": "assistant", "model": "gpt-4o", "timestamp": 1_770_800_000 + id.len(),
               "usage": {"prompt_tokens": 5, "completion_tokens": output}})
    };
    let chat = |messages: &[(&str, u64)]| {
        let all = messages.iter().map(|(id, output)| ((*id).to_owned(), message(id, *output)));
        json!({"history": {"messages": all.collect::<serde_json::Map<_, _>>()}})
    };
    let table = "CREATE TABLE chat (id TEXT PRIMARY KEY, user_id TEXT, chat JSON);";
    let db = place.sql("webui.db", &format!("{table} INSERT INTO chat VALUES ('c', 'u', '{}')", chat(&[("m", 1)])));
    let follow = Follow::start(&place, &["webui.db"]);
    follow.wait_ids(&["c-m"]);
    let write = |messages: &[(&str, u64)]| {
        db.execute_batch(&format!("UPDATE chat SET chat = '{}'", chat(messages))).unwrap();
    };
    write(&[("m", 1), ("mm", 2)]);
    follow.wait_ids(&["c-mm"]);
    once(&follow, &["c-m", "c-mm"]);
    write(&[("m", 1), ("mm", 9), ("mmm", 3)]);
    follow.wait_value("c-mm", "outputTokens", &json!(9)).wait_ids(&["c-mmm"]);
    once(&follow, &["c-m"]);
    write(&[("m", 7), ("mmm", 3)]);
    follow.wait_value("c-m", "outputTokens", &json!(7)).wait_value("c-mm", "gone", &json!(true));
    assert_eq!(follow.calls().len(), 3, "{:?}", follow.ids());
}

#[test]
fn tables_and_databases_come_later_and_are_replaced() {
    let place = Place::new();
    let db = place.sql("app.db", "PRAGMA journal_mode = wal; CREATE TABLE other (x); INSERT INTO other VALUES (1);");
    let follow = Follow::start(&place, &["app.db"]);
    db.execute_batch(&format!("{USAGE}{}", row("in-a-new-table", 1))).unwrap();
    follow.wait_ids(&["in-a-new-table"]);
    db.execute_batch("ALTER TABLE token_usage ADD COLUMN feature TEXT").unwrap();
    db.execute_batch(&row("after-a-new-column", 1)).unwrap();
    follow.wait_ids(&["after-a-new-column"]);
    db.close().unwrap();
    let before = inode(&place.at("app.db"));
    drop(place.sql("next.db", &format!("{USAGE}{}", row("in-the-new-file", 1))));
    for side in ["app.db-wal", "app.db-shm"] {
        let _ = fs::remove_file(place.at(side));
    }
    fs::rename(place.at("next.db"), place.at("app.db")).unwrap();
    assert_ne!(inode(&place.at("app.db")), before, "it is another file");
    follow.wait_ids(&["in-the-new-file"]);
    let db = place.sql("app.db", &row("and-on", 1));
    follow.wait_ids(&["and-on"]);
    drop(db);
    once(&follow, &["in-a-new-table", "after-a-new-column", "in-the-new-file", "and-on"]);
}

/// An app makes its tables, and calls come later; a log begins with lines of another kind.
#[test]
fn what_is_no_log_yet_may_become_one() {
    let place = Place::new();
    let db = place.sql("app.db", "CREATE TABLE llm (id INTEGER PRIMARY KEY, created_at TEXT, payload TEXT)");
    let info: String = (0..60).map(|nth| format!("{{\"level\":\"info\",\"msg\":\"step {nth}\"}}\n")).collect();
    place.write("app.jsonl", &info);
    let follow = Follow::start(&place, &["."]);
    come_by(&place, &follow, "others");
    db.execute_batch(
        r#"INSERT INTO llm VALUES (7, '2026-01-05 10:00:00', '{"model": "gpt-4o", "input_tokens": 5, "output_tokens": 2}')"#,
    )
    .unwrap();
    place.append("app.jsonl", [info, call("after", "gpt-4o", 1)].concat());
    follow.wait_ids(&["llm:7", "after"]);
    let report = place.json(&["report", "--json", "app.jsonl"]);
    assert_eq!((&report["totalDecisions"], &report["sources"][0]["malformed"]), (&json!(1), &json!(120)), "{report}");
}

#[test]
fn standard_input_is_told_as_it_comes() {
    use std::io::{BufRead, BufReader, Write};
    let place = Place::new();
    let mut command = place.command(&["calls", "--ndjson", "--follow", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let (mut writer, mut out) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for name in ["one", "two"] {
        writer.write_all(call(name, "gpt-4o", 1).as_bytes()).unwrap();
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains(name), "{line}");
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn a_writer_is_never_kept_waiting() {
    for mode in ["wal", "delete"] {
        let place = Place::new();
        let db = place.sql("app.db", &format!("PRAGMA journal_mode = {mode}; {USAGE}{}", row("first", 1)));
        let follow = Follow::start(&place, &["app.db"]);
        follow.wait_ids(&["first"]);
        // In write-ahead mode a reader must never be felt; with a rollback journal both lock the file, and the writer
        // gets the grace that drivers give by default.
        db.busy_timeout(std::time::Duration::from_secs(if mode == "wal" { 0 } else { 5 })).unwrap();
        db.pragma_update(None, "synchronous", "off").unwrap();
        for nth in 0..200 {
            db.execute_batch(&row(&format!("r{nth}"), nth))
                .unwrap_or_else(|error| panic!("{mode}, row {nth}: {error}"));
        }
        follow.wait_ids(&["r199"]).wait_count(201);
        once(&follow, &["first", "r0", "r100", "r199"]);
        assert_eq!(follow.end(), 0);
    }
}

/// The store that a monitor would keep, fed until a condition holds.
#[test]
fn rows_that_are_deleted_are_taken_back() {
    let place = Place::new();
    let db = place.sql("app.db", &format!("PRAGMA journal_mode = wal; {USAGE}{}{}", row("stays", 3), row("goes", 100)));
    let named = vec![Named::Database(place.at("app.db"))];
    let (mut books, mut events) =
        Books::open(Options { named, follow: true, ..Options::default() }, &OwnPrices::default());
    let tokens = |books: &Books| -> u64 { books.store.rows().filter_map(|row| row.usage().input).map(u64::from).sum() };
    assert_eq!((books.store.rows().count(), tokens(&books)), (2, 103));
    db.execute_batch("DELETE FROM token_usage WHERE call_id = 'goes'").unwrap();
    assert_eq!(db.query_row("SELECT count(*) FROM token_usage", [], |row| row.get::<_, u32>(0)), Ok(1));
    let until = |books: &mut Books, events: &mut tokio::sync::mpsc::Receiver<Event>, sum: u64| {
        wait_or(
            || {
                while let Ok(event) = events.try_recv() {
                    books.take(event, &mut Unobserved);
                }
                (tokens(books) == sum).then_some(())
            },
            || format!("{sum} tokens"),
        );
    };
    // The whole table is compared with what is known a few times a minute at most; a change tells to look.
    until(&mut books, &mut events, 3);
    db.execute_batch("UPDATE token_usage SET input_tokens = 4 WHERE call_id = 'stays'").unwrap();
    until(&mut books, &mut events, 4);
}

const SESSIONS: &str = "PRAGMA journal_mode = wal; CREATE TABLE sessions (id TEXT PRIMARY KEY, working_dir TEXT NOT NULL, \
    created_at TIMESTAMP, updated_at TIMESTAMP, accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, \
    accumulated_output_tokens INTEGER, accumulated_cost REAL, provider_name TEXT, model_config_json TEXT);";

/// A session of Goose whose totals are these.
fn session(id: &str, minute: u32, input: u32, output: u32, cost: f64) -> String {
    format!(
        "INSERT INTO sessions VALUES ('{id}', '/w', '2026-03-01 07:00:00', '2026-03-01 07:{minute:02}:00', {}, {input}, \
         {output}, {cost}, 'openai', '{{\"model_name\":\"gpt-4o-mini\"}}') ON CONFLICT (id) DO UPDATE SET \
         updated_at = excluded.updated_at, accumulated_total_tokens = excluded.accumulated_total_tokens, \
         accumulated_input_tokens = excluded.accumulated_input_tokens, \
         accumulated_output_tokens = excluded.accumulated_output_tokens, accumulated_cost = excluded.accumulated_cost;",
        input + output
    )
}

#[test]
fn what_a_sessions_totals_grow_by_is_a_call_each() {
    let place = Place::new();
    let db = place.sql("sessions.db", &[SESSIONS, &session("s1", 1, 1_000, 100, 0.01)].concat());
    db.execute_batch(&session("s2", 1, 0, 0, 0.0)).unwrap();
    let follow = Follow::start(&place, &["sessions.db"]);
    follow.wait_ids(&["s1"]);
    db.execute_batch(&session("s1", 2, 1_700, 130, 0.016)).unwrap();
    follow.wait_ids(&["s1:1830"]);
    // A touch that adds nothing, another model, and a session that begins while it is looked at.
    db.execute_batch("UPDATE sessions SET updated_at = '2026-03-01 07:03:00'").unwrap();
    db.execute_batch("UPDATE sessions SET model_config_json = '{\"model_name\":\"gpt-4o\"}' WHERE id = 's1'").unwrap();
    db.execute_batch(&[session("s1", 4, 2_000, 200, 0.02), session("s2", 4, 50, 5, 0.001)].concat()).unwrap();
    follow.wait_ids(&["s1:2200", "s2:55"]);
    once(&follow, &["s1", "s1:1830", "s1:2200", "s2:55"]);
    let calls = follow.calls();
    let of = |id: &str, keys: [&str; 5]| keys.map(|key| calls[id][key].clone());
    let keys = ["model", "inputTokens", "outputTokens", "loggedCostUsd", "timestamp"];
    let first = json!(["gpt-4o-mini", 1_000, 100, 0.01, "2026-03-01T07:01:00.000Z"]);
    assert_eq!(json!(of("s1", keys)), first, "it stays what it was");
    assert_eq!(json!(of("s1:1830", keys)), json!(["gpt-4o-mini", 700, 30, 0.006, "2026-03-01T07:02:00.000Z"]));
    assert_eq!(json!(of("s1:2200", keys)), json!(["gpt-4o", 300, 70, 0.004, "2026-03-01T07:04:00.000Z"]));
    assert_eq!(calls["s1:2200"]["source"]["rowid"], calls["s1"]["source"]["rowid"], "all stand in one row");
    assert_eq!(json!(of("s2:55", keys))[1], json!(50));
    assert_eq!(follow.end(), 0);
    let sums = place.json(&["calls", "--json", "sessions.db"]);
    assert_eq!(sums.as_array().unwrap().len(), 2, "whoever comes later sees the same totals in one call each");
    assert_eq!(sums[1]["totalTokens"].as_u64().unwrap() + sums[0]["totalTokens"].as_u64().unwrap(), 2_255);
}

#[test]
fn totals_that_fall_count_nothing_twice() {
    let place = Place::new();
    let db = place.sql("sessions.db", &[SESSIONS, &session("s1", 1, 1_000, 100, 0.01)].concat());
    let named = vec![Named::Database(place.at("sessions.db"))];
    let (mut books, mut events) =
        Books::open(Options { named, follow: true, ..Options::default() }, &OwnPrices::default());
    let mut until = |calls: u64, tokens: u64| {
        let sum = |books: &Books| books.store.rows().filter_map(|row| row.usage().total()).sum::<u64>();
        while (books.store.calls(), sum(&books)) != (calls, tokens) {
            books.take(events.blocking_recv().unwrap(), &mut Unobserved);
        }
        // Behind each of them stands the session as it is now.
        let behind = |row| books.transcript(row).unwrap().raw[0]["id"].clone();
        assert!(books.store.rows().all(|row| behind(row) == row.name(Dim::Session).unwrap()));
    };
    until(1, 1_100);
    for (minute, input, output, calls) in [(2, 1_500, 150, 2), (3, 1_800, 180, 3), (4, 400, 40, 1), (5, 1_500, 150, 2)]
    {
        db.execute_batch(&session("s1", minute, input, output, f64::from(input) / 1e5)).unwrap();
        until(calls, u64::from(input + output));
    }
    db.execute_batch("UPDATE sessions SET accumulated_total_tokens = NULL, accumulated_input_tokens = NULL, accumulated_output_tokens = NULL, accumulated_cost = NULL").unwrap();
    until(0, 0);
    db.execute_batch(&session("s1", 7, 70, 7, 0.001)).unwrap();
    until(1, 77);
    // Rows that move keep what they told.
    let many = ["s2", "s3", "s4"].map(|id| session(id, 7, 300, 30, 0.001));
    db.execute_batch(&many.concat()).unwrap();
    until(4, 77 + 3 * 330);
    db.execute_batch(&session("s4", 8, 400, 40, 0.002)).unwrap();
    until(5, 77 + 2 * 330 + 440);
    db.execute_batch("DELETE FROM sessions WHERE id IN ('s1', 's2')").unwrap();
    until(3, 330 + 440);
    db.execute_batch("UPDATE sessions SET rowid = rowid - 2").unwrap();
    until(2, 330 + 440);
    db.execute_batch(&session("s4", 9, 410, 41, 0.003)).unwrap();
    until(3, 330 + 451);
    db.execute_batch("DELETE FROM sessions").unwrap();
    until(0, 0);
}

#[test]
fn what_a_filter_no_longer_keeps_is_taken_back_and_nothing_else() {
    let place = Place::new();
    let line = |success: &str, tokens: &str| {
        format!(
            r#"{{"timestamp":"2026-01-05T10:00:00.000Z","model":"gpt-5","route":"chat","confidence":0.9,"promptLength":4,"matchedPatterns":[],"tokensUsed":{tokens},"success":{success}}}"#
        ) + "\n"
    };
    place.write("decisions-2026-01-05.jsonl", line("null", "null"));
    let [pending, done] = ["is:pending", "is:ok"].map(|filter| Follow::start(&place, &["--filter", filter]));
    pending.wait_count(1);
    place.append("decisions-2026-01-05.jsonl", line("true", "9"));
    done.wait_count(1);
    let id = done.ids().remove(0);
    pending.wait_value(&id, "gone", &json!(true));
    assert!(done.told().iter().all(|told| told["gone"].is_null() && told["replaces"].is_null()), "{:?}", done.told());
}

#[test]
fn a_message_that_was_seen_to_grow_is_copied_to_no_second_call() {
    let place = Place::new();
    let data = |output: u32, completed: &str| {
        format!(
            r#"{{"role":"assistant","modelID":"gpt-5","providerID":"openai","tokens":{{"input":9,"output":{output}}},"time":{{"created":1768896001000{completed}}}}}"#
        )
    };
    let insert =
        |id: &str, session: &str, data: &str| format!("INSERT INTO message VALUES ('{id}', '{session}', '{data}');");
    let table = "PRAGMA journal_mode = wal; CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT);";
    let db = place.sql("opencode.db", &[table, &insert("msg_1", "ses_1", &data(0, ""))].concat());
    let follow = Follow::start(&place, &["."]);
    follow.wait_value("msg_1", "status", &json!("pending"));
    let whole = data(70, ",\"completed\":1768896002000");
    db.execute_batch(&format!("UPDATE message SET data = '{whole}'")).unwrap();
    follow.wait_value("msg_1", "outputTokens", &json!(70));
    db.execute_batch(&[insert("msg_f1", "ses_2", &whole), insert("msg_2", "ses_2", &data(8, ""))].concat()).unwrap();
    follow.wait_ids(&["msg_2"]);
    // The copy is touched.
    db.execute_batch("UPDATE message SET data = json_set(data, '$.agent', 'plan') WHERE id = 'msg_f1'").unwrap();
    come_by(&place, &follow, "end");
    db.execute_batch(&insert("msg_3", "ses_2", &data(9, ""))).unwrap();
    follow.wait_ids(&["msg_3"]);
    assert_eq!(follow.ids(), ["end", "msg_1", "msg_2", "msg_3"]);
    assert_eq!(follow.calls()["msg_1"]["session"], "ses_1");
}
