//! The writer is not harmed: its log does not grow, its commits do not fail, its files are not touched.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Board, Scene, Unreadable, Writer};
use crate::ingest::sqlite::{Database, Follow};

const INSERT: &str = "INSERT INTO calls(model, tokens) VALUES ('some-model-of-a-usual-length', 12345)";

/// The size of the log after the same commits, with somebody reading.
fn log_after_commits(watch: impl FnOnce(&Scene, &Writer)) -> u64 {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql(INSERT);
    writer.order(&format!(".commits 6000 {INSERT}"));
    watch(&scene, &writer);
    scene.folder.path().join("t.db-wal").metadata().unwrap().len()
}

#[test]
fn the_log_does_not_grow_because_of_us() {
    let alone = log_after_commits(|_, writer| assert_eq!(writer.answer(), "failed 0"));
    let watched = log_after_commits(|scene, writer| {
        let mut board = Board::of_calls(scene).sweeping();
        while writer.answered(Duration::from_millis(1)).is_none() {
            board.poll().unwrap();
        }
        board.until("every row", |board| board.rows.len() == 6001);
    });
    let held = log_after_commits(|scene, writer| {
        let reader = Connection::open(&scene.db).unwrap();
        let mut statement = reader.prepare("SELECT * FROM calls").unwrap();
        let mut rows = statement.query([]).unwrap();
        rows.next().unwrap();
        writer.answer();
    });
    assert!(held > 2 * alone, "a held read does harm: {held} to {alone}");
    assert!(watched <= alone + alone / 2, "{watched} to {alone}");
}

#[test]
fn commits_of_a_rollback_journal_do_not_fail_because_of_us() {
    let (scene, mut writer) = Scene::with_calls("delete");
    assert_eq!(writer.ask(&format!(".commits 1000 {INSERT}")), "failed 0");
    let mut board = Board::of_calls(&scene);
    board.until("the table as it is", |board| board.rows.len() == 1000);

    let order = ".commits 500 UPDATE calls SET tokens = tokens + 1 WHERE id = 1000";
    let (mut done, mut failed, mut polls) = (0, 0, 0);
    let mut next = Instant::now() + board.db.min_interval();
    let deadline = Instant::now() + Duration::from_mins(1);
    while polls < 3 {
        assert!(Instant::now() < deadline, "{polls} polls, {done} commits");
        writer.order(order);
        let answer = loop {
            if Instant::now() >= next {
                polls += usize::from(board.poll().is_ok());
                next = Instant::now() + board.db.min_interval();
            }
            if let Some(answer) = writer.answered(Duration::from_millis(1)) {
                break answer;
            }
        };
        done += 500;
        failed += answer.strip_prefix("failed ").unwrap().parse::<usize>().unwrap();
    }
    assert!(board.told > 1000, "the row was seen to change");
    // A thousandth is aimed at, of the time; commits that fail are over sooner than those that do not.
    assert!(failed * 200 <= done, "{failed} of {done} commits failed in {polls} polls");

    let reader = Connection::open(&scene.db).unwrap();
    let mut statement = reader.prepare("SELECT * FROM calls").unwrap();
    let mut rows = statement.query([]).unwrap();
    rows.next().unwrap();
    assert_eq!(writer.ask(order), "failed 500", "a held read does harm");
}

#[test]
fn a_rollback_journal_is_polled_gently_and_a_log_at_once() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.sql(INSERT);
    let mut board = Board::of_calls(&scene);
    board.until("the row", |board| board.rows.len() == 1);
    assert!(board.db.min_interval() >= Duration::from_millis(50));
    writer.sql("PRAGMA journal_mode = wal");
    writer.sql(INSERT);
    board.until("a row by the log", |board| board.rows.len() == 2);
    assert_eq!(board.db.min_interval(), Duration::ZERO);
}

#[test]
fn an_exclusive_writer_is_named_and_read_when_it_lets_go() {
    for (mode, lock, release) in [
        (
            "wal",
            "PRAGMA locking_mode = exclusive; INSERT INTO calls VALUES (2, 'b', 2)",
            "PRAGMA locking_mode = normal; SELECT count(*) FROM calls",
        ),
        ("delete", "BEGIN EXCLUSIVE; INSERT INTO calls VALUES (2, 'b', 2)", "COMMIT"),
    ] {
        let (scene, mut writer) = Scene::with_calls(mode);
        writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
        let mut follow = {
            let mut db = Database::open(&scene.db).unwrap();
            Follow::new(&db.table("calls").unwrap().unwrap(), vec!["tokens".into()])
        };
        writer.sql(lock);
        let started = Instant::now();
        let mut db = Database::new(&scene.db);
        let outcome = follow.poll(&mut db, 100, &mut |_| super::Stays::Done);
        assert_eq!(outcome, Err(Unreadable::Locked), "{mode}");
        assert!(started.elapsed() < Duration::from_secs(5), "the reader's thread is not held up for long");
        writer.sql(release);
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut rows = 0;
        while rows < 2 {
            assert!(Instant::now() < deadline);
            rows += follow.poll(&mut db, 100, &mut |_| super::Stays::Done).map_or(0, |polled| polled.rows);
        }
    }
}

#[test]
fn a_writer_killed_amid_a_rollback_journal_is_reported_and_nothing_is_touched() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    writer.sql("PRAGMA synchronous = FULL; PRAGMA cache_size = 5; BEGIN");
    writer.fill(2, 5000, "'spilled to the file', i");
    writer.sql("UPDATE calls SET model = 'also spilled'");
    writer.kill();
    assert_eq!(scene.files(), ["t.db", "t.db-journal"]);
    let before = scene.bytes();
    assert!(before["t.db"].len() > 20_000, "the unfinished rows are in the file");

    assert_eq!(Database::open(&scene.db).err(), Some(Unreadable::HotJournal));
    assert_eq!(scene.bytes(), before);

    Writer::start(&scene.db).sql("SELECT count(*) FROM calls");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1")]);
}

#[test]
fn a_writer_killed_amid_a_log_loses_only_what_it_had_not_committed() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.ask(&format!(".commits 50 {INSERT}"));
    writer.sql("PRAGMA cache_size = 5; BEGIN");
    writer.fill(1000, 6000, "'unfinished', i");
    writer.kill();
    assert!(scene.files().contains(&"t.db-wal".to_owned()));
    let mut board = Board::of_calls(&scene);
    board.until("the committed rows", |board| board.rows.len() == 50);
    assert!(board.rows.values().all(|row| row[0] != "unfinished"));
}

#[test]
fn a_log_of_another_database_does_no_harm() {
    let (other, mut writer) = Scene::with_calls("wal");
    writer.ask(&format!(".commits 50 {INSERT}"));
    let (scene, own) = Scene::with_calls("wal");
    own.leave();
    std::fs::copy(other.folder.path().join("t.db-wal"), scene.folder.path().join("t.db-wal")).unwrap();
    let _ = Database::open(&scene.db).and_then(|mut db| db.tables());
}
