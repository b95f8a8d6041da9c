//! The promises of the demo's files, as a reader of them sees it.

use super::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

fn plan(calls: u64, seed: u64) -> Plan {
    Plan { calls, seed, start: Plan::START, rate: None }
}

fn made(plan: &Plan) -> (tempfile::TempDir, Written) {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), plan).unwrap();
    (dir, written)
}

fn logs(dir: &Path) -> Vec<PathBuf> {
    let mut logs: Vec<PathBuf> = fs::read_dir(dir.join(FOLDER)).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    logs
}

/// Every line of every log, whole lines only.
fn lines(dir: &Path) -> Vec<Value> {
    let mut lines = Vec::new();
    for log in logs(dir) {
        let text = fs::read_to_string(log).unwrap();
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        lines.extend(text[..whole].lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    lines
}

/// All files below a folder with their bytes.
fn bytes(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    logs(dir)
        .into_iter()
        .chain([dir.join(FILE)])
        .map(|path| (path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}

fn ask<T: rusqlite::types::FromSql>(dir: &Path, sql: &str) -> T {
    let connection = Connection::open_with_flags(dir.join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Pairs outcomes with the oldest open decision of the same key, as seed 003's reader must; gives the calls left open.
fn pair(lines: &[Value]) -> (usize, usize) {
    let mut open: HashMap<String, VecDeque<&Value>> = HashMap::new();
    let (mut decisions, mut outcomes) = (0, 0);
    for line in lines {
        let keys = ["model", "route", "promptLength", "matchedPatterns", "userId", "conversationId"];
        let key = keys.map(|key| line[key].to_string()).join("|");
        if line["success"].is_null() {
            decisions += 1;
            open.entry(key).or_default().push_back(line);
        } else {
            outcomes += 1;
            let first = open.get_mut(&key).and_then(VecDeque::pop_front).expect("an outcome without a decision");
            assert!(first["timestamp"].as_str() <= line["timestamp"].as_str());
        }
    }
    (decisions, decisions - outcomes)
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_seed_others() {
    let (one, written) = made(&plan(3_000, 7));
    let (two, again) = made(&plan(3_000, 7));
    let (other, _) = made(&plan(3_000, 8));
    assert_eq!(written, again);
    assert!(bytes(one.path()) == bytes(two.path()));
    assert!(bytes(one.path()) != bytes(other.path()));
    let names: Vec<_> = fs::read_dir(one.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the write-ahead log is folded in: {names:?}");
}

#[test]
fn the_bytes_of_a_seed_are_the_same_on_every_machine() {
    let (dir, _) = made(&plan(400, 1));
    let hash = crate::model::batch::hash(&fs::read(&logs(dir.path())[0]).unwrap());
    assert_eq!(format!("{hash:016x}"), "e742b12aeedda0b3");
}

#[test]
fn every_line_pairs_and_every_call_is_told_once() {
    let calls = 5_000;
    let (dir, written) = made(&plan(calls, 3));
    let lines = lines(dir.path());
    let (decisions, pending) = pair(&lines);
    assert_eq!(lines.len() as u64, written.lines);
    assert_eq!(decisions, 4_500);
    assert!((60..300).contains(&pending), "{pending} pending");
    let apart = "SELECT (SELECT count(*) FROM llm_usage_logs) + (SELECT count(*) FROM api_calls)
        + (SELECT count(*) FROM ai_usage_logs) + (SELECT count(*) FROM audit_trail)";
    assert_eq!(ask::<u32>(dir.path(), apart), 500);
    assert_eq!(written.calls, calls);
    assert!(lines.is_sorted_by_key(|line| line["timestamp"].as_str().map(str::to_owned)));
}

#[test]
fn lines_begin_at_the_fixed_date_in_the_file_of_their_day() {
    let (dir, _) = made(&plan(60_000, 2));
    let logs = logs(dir.path());
    assert!(logs.len() > 1);
    for log in logs {
        let name = log.file_name().unwrap().to_str().unwrap();
        let day = name.strip_prefix("decisions-").and_then(|name| name.strip_suffix(".jsonl")).unwrap();
        for line in fs::read_to_string(&log).unwrap().lines() {
            assert_eq!(&line[14..24], day);
        }
    }
    assert!(lines(dir.path())[0]["timestamp"].as_str().unwrap().starts_with("2026-01-05T08:00:"));
}

#[test]
fn the_world_is_believable() {
    let (dir, _) = made(&plan(20_000, 5));
    let lines = lines(dir.path());
    let first: Vec<&Value> = lines.iter().filter(|line| line["success"].is_null()).collect();
    let last: Vec<&Value> = lines.iter().filter(|line| !line["success"].is_null()).collect();
    let names = |key: &str| first.iter().filter_map(|line| line[key].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(names("model").len(), 6);
    assert_eq!(names("provider").into_iter().collect::<Vec<_>>(), ["anthropic", "google", "ollama", "openai"]);
    assert_eq!(names("route").len(), 9);
    let share =
        |of: &[&Value], is: &dyn Fn(&Value) -> bool| of.iter().filter(|l| is(l)).count() as f64 / of.len() as f64;
    let overrides = share(&first, &|line| line["override"] == true);
    assert!((0.03..0.12).contains(&overrides), "{overrides} overridden");
    let failures = share(&last, &|line| line["success"] == false);
    assert!((0.02..0.10).contains(&failures), "{failures} failed");

    // Surer at the top than it is right: the 97s and more are right less often than they say, the 90s keep their word.
    let right = |low: f64, high: f64| {
        let said: Vec<&Value> =
            last.iter().copied().filter(|line| (low..high).contains(&line["confidence"].as_f64().unwrap())).collect();
        share(&said, &|line| line["success"] == true && line["override"] == false)
    };
    assert!(right(0.975, 1.1) < 0.93, "{}", right(0.975, 1.1));
    assert!(right(0.86, 0.96) > right(0.3, 0.6) + 0.05, "{} {}", right(0.86, 0.96), right(0.3, 0.6));

    // The incident: most of one model's calls are refused for some minutes.
    let begins = Plan::START.plus(trouble((6.0 * MINUTE as f64 * 20_000_f64.sqrt()) as i64));
    let storm: Vec<&Value> = last
        .iter()
        .copied()
        .filter(|line| line["model"] == "claude-sonnet-4-5")
        .filter(|line| {
            (begins.iso()..begins.plus(5 * MINUTE).iso()).contains(&line["timestamp"].as_str().unwrap().to_owned())
        })
        .collect();
    assert!(storm.len() > 15, "{} in the storm", storm.len());
    assert!(share(&storm, &|line| line["errorType"] == "rate_limit") > 0.5);
}

#[test]
fn an_earlier_demo_is_replaced_and_nothing_else_is() {
    let (dir, _) = made(&plan(300, 1));
    write(dir.path(), &plan(200, 2)).unwrap();
    assert!(bytes(dir.path()) == bytes(made(&plan(200, 2)).0.path()));

    let own = tempfile::tempdir().unwrap();
    fs::create_dir(own.path().join(FOLDER)).unwrap();
    let log = own.path().join(FOLDER).join("decisions-2026-01-05.jsonl");
    fs::write(&log, "mine\n").unwrap();
    let error = write(own.path(), &plan(200, 2)).unwrap_err().to_string();
    assert!(error.contains("empty folder"), "{error}");
    assert_eq!(fs::read_to_string(&log).unwrap(), "mine\n");
    assert!(!own.path().join(FILE).exists());
}

#[test]
fn a_rate_changes_when_but_not_what() {
    let (at_once, written) = made(&plan(150, 4));
    let (paced, again) = made(&Plan { rate: Some(5_000.0), ..plan(150, 4) });
    assert_eq!(written, again);
    assert_eq!(fs::read(&logs(at_once.path())[0]).unwrap(), fs::read(&logs(paced.path())[0]).unwrap());
    for table in ["llm_usage_logs", "api_calls", "ai_usage_logs", "token_usage", "audit_trail", "agent_logs"] {
        let sql = format!("SELECT count(*) || ' ' || min(created_at) || ' ' || max(created_at) FROM {table}");
        assert_eq!(ask::<Option<String>>(at_once.path(), &sql), ask::<Option<String>>(paced.path(), &sql));
    }
}

/// Runs the live demo until `seen` holds of its folder.
fn watch(seen: impl Fn(&Path) -> bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let demo = Live::begin(dir.path(), 1, 50.0, Stamp::now()).unwrap();
    let writer = thread::spawn({
        let stop = Arc::clone(&stop);
        move || demo.run(&stop)
    });
    let deadline = Instant::now() + Duration::from_secs(30);
    while !seen(dir.path()) {
        assert!(Instant::now() < deadline && !writer.is_finished(), "not seen in time");
        thread::sleep(Duration::from_millis(5));
    }
    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap().unwrap();
    dir
}

#[test]
fn history_fills_every_window_and_live_calls_follow() {
    let dir = tempfile::tempdir().unwrap();
    let now = Stamp::now();
    drop(Live::begin(dir.path(), 1, 3.0, now).unwrap());
    let count = |lines: &[Value], from: i64, to: i64| {
        let (from, to) = (now.minus(from).iso(), now.minus(to).iso());
        lines
            .iter()
            .filter(|line| line["success"].is_null())
            .filter(|line| {
                let at = line["timestamp"].as_str().unwrap();
                at > from.as_str() && at <= to.as_str()
            })
            .count()
    };
    let told = lines(dir.path());
    assert!((3_000..9_000).contains(&count(&told, HOUR, 0)), "{} in the hour", count(&told, HOUR, 0));
    assert!((800..3_000).contains(&count(&told, DAY, 2 * HOUR)), "{} in the day", count(&told, DAY, 2 * HOUR));
    assert!((500..2_000).contains(&count(&told, 8 * DAY, DAY)), "{} in the week", count(&told, 8 * DAY, DAY));
    assert_eq!(count(&told, -DAY, 0), 0, "nothing lies in the future");
    let refused = told.iter().filter(|line| {
        line["errorType"] == "rate_limit" && line["timestamp"].as_str() > Some(now.minus(20 * MINUTE).iso().as_str())
    });
    assert!(refused.count() > 20, "the incident is there to be seen");
}

#[test]
fn another_reader_follows_while_it_writes_and_it_ends_when_told() {
    let fresh =
        "SELECT count(*) FROM llm_usage_logs WHERE created_at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-20 seconds')";
    let began = Stamp::now();
    let dir = watch(|dir| {
        let live: Vec<Value> =
            lines(dir).into_iter().filter(|line| line["timestamp"].as_str() > Some(began.iso().as_str())).collect();
        live.iter().filter(|line| line["success"].is_boolean()).count() > 5
            && ask::<u32>(dir, fresh) > 0
            && ask::<u32>(dir, "SELECT count(*) FROM api_calls WHERE status = 'pending'") > 0
    });
    let (_, pending) = pair(&lines(dir.path()));
    assert!(pending > 0);
    let names: BTreeSet<_> =
        fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [FOLDER, FILE]);
}

#[test]
fn a_pending_row_is_completed_later() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_owned();
    let writer = thread::spawn(move || write(&path, &Plan { rate: Some(2_000.0), ..plan(2_000, 6) }).unwrap());
    let mut pending = BTreeSet::new();
    while !writer.is_finished() {
        let Ok(connection) = Connection::open_with_flags(dir.path().join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY)
        else {
            continue;
        };
        let Ok(mut rows) = connection.prepare("SELECT id FROM api_calls WHERE status = 'pending'") else { continue };
        pending.extend(rows.query_map([], |row| row.get::<_, i64>(0)).unwrap().flatten());
    }
    writer.join().unwrap();
    let open: i64 = ask(dir.path(), "SELECT count(*) FROM api_calls WHERE status = 'pending'");
    assert!(pending.len() as i64 > open, "{} were pending, {open} are", pending.len());
}
