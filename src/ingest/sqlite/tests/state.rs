//! The file itself: live, at rest, replaced, gone, empty, damaged, no database at all.

use std::fs;
use std::path::Path;

use super::{Board, Scene, Stays, Unreadable, Writer};
use crate::ingest::sqlite::Database;

#[test]
fn rows_that_are_only_in_the_log_are_read() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    assert_eq!(writer.ask(".commits 10 INSERT INTO calls(model, tokens) VALUES ('m', 1)"), "failed 0");
    let mut board = Board::of_calls(&scene);
    board.until("ten rows", |board| board.rows.len() == 10);
    let immutable = format!("file:{}?immutable=1", scene.db.display());
    let main = rusqlite::Connection::open(immutable).unwrap();
    let there: i64 = main.query_row("SELECT count(*) FROM calls", [], |row| row.get(0)).unwrap();
    assert_eq!(there, 0, "none of them is in the file itself");
}

#[test]
fn a_database_at_rest_is_read_without_side_files_and_followed_when_it_wakes() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    writer.leave();
    assert_eq!(scene.files(), ["t.db"]);
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1")]);
    assert_eq!(scene.files(), ["t.db"]);

    let mut writer = Writer::start(&scene.db);
    writer.sql("INSERT INTO calls VALUES (2, 'b', 2)");
    board.until_rows(&[(1, "a", "1"), (2, "b", "2")]);
    writer.sql("INSERT INTO calls VALUES (3, 'c', 3)");
    board.until_rows(&[(1, "a", "1"), (2, "b", "2"), (3, "c", "3")]);
}

#[test]
fn what_was_read_of_a_database_at_rest_that_woke_meanwhile_is_not_believed() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    writer.leave();
    let mut db = Database::open(&scene.db).unwrap();
    let mut count = |writes: bool| {
        db.read(|connection| {
            if writes {
                let mut writer = Writer::start(&scene.db);
                writer.sql("INSERT INTO calls VALUES (2, 'b', 2)");
                writer.leave();
            }
            connection.query_row("SELECT count(*) FROM calls", [], |row| row.get::<_, i64>(0))
        })
    };
    assert_eq!(count(false), Ok(1));
    assert_eq!(count(true), Err(Unreadable::Locked));
    assert_eq!(count(false), Ok(2));
}

#[test]
fn a_journal_database_that_became_a_log_database_gets_no_side_files_from_us() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1")]);
    writer.sql("PRAGMA journal_mode = wal; INSERT INTO calls VALUES (2, 'b', 2)");
    writer.leave();
    assert_eq!(scene.files(), ["t.db"]);
    board.until_rows(&[(1, "a", "1"), (2, "b", "2")]);
    assert_eq!(scene.files(), ["t.db"]);
}

#[test]
fn a_file_renamed_over_is_read_anew() {
    for mode in ["wal", "delete"] {
        let (scene, mut writer) = Scene::with_calls(mode);
        writer.sql("INSERT INTO calls VALUES (1, 'old', 1), (2, 'same', 2), (3, 'old', 3)");
        writer.leave();
        let (other, mut writer) = Scene::with_calls(mode);
        writer.sql("INSERT INTO calls VALUES (1, 'new', 10), (2, 'same', 2)");
        writer.leave();
        let mut board = Board::of_calls(&scene);
        board.until("the old rows", |board| board.rows.len() == 3);
        let before = board.db.look().unwrap();
        fs::rename(&other.db, &scene.db).unwrap();
        board.until_rows(&[(1, "new", "10"), (2, "same", "2")]);
        assert_ne!(board.db.look().unwrap().file, before.file);
        assert_eq!(board.told, 5, "all rows of the new file, also those that look the same");
    }
}

#[test]
fn a_live_file_renamed_over_is_read_anew() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'old', 1)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "old", "1")]);
    let (other, mut next) = Scene::with_calls("delete");
    next.sql("INSERT INTO calls VALUES (7, 'new', 7)");
    next.leave();
    writer.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    writer.leave();
    // What a careful restore does: the log of the old file is not to be applied to the new one.
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(scene.folder.path().join(format!("t.db{ending}")));
    }
    fs::rename(&other.db, &scene.db).unwrap();
    board.until_rows(&[(7, "new", "7")]);
}

#[test]
fn a_file_that_goes_away_comes_back_empty_and_then_has_tables() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'old', 1)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "old", "1")]);
    writer.leave();
    for name in scene.files() {
        fs::remove_file(scene.folder.path().join(name)).unwrap();
    }
    assert_eq!(board.poll(), Err(Unreadable::Missing));
    fs::write(&scene.db, b"").unwrap();
    let why = board.poll().unwrap_err().to_string();
    assert!(why.contains("calls is gone"), "{why}");
    assert_eq!(board.db.tables().unwrap(), []);
    let mut writer = Writer::start(&scene.db);
    writer.sql("PRAGMA journal_mode = wal; CREATE TABLE other (x); CREATE TABLE calls (model, tokens)");
    writer.sql("INSERT INTO calls VALUES ('old', 1), ('new', 2)");
    board.until_rows(&[(1, "old", "1"), (2, "new", "2")]);
    assert_eq!(board.told, 3, "the first row is told again: it is another file's");
}

#[test]
fn an_inode_number_used_again_is_another_file() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.sql("INSERT INTO calls VALUES (1, 'old', 1), (2, 'old', 2)");
    writer.leave();
    let mut board = Board::of_calls(&scene);
    board.until("both", |board| board.rows.len() == 2);
    let file = board.db.look().unwrap().file;
    let now = std::time::Instant::now();
    assert!(board.db.close_if_idle(now, std::time::Duration::ZERO), "closed, so that the inode is free");
    fs::remove_file(&scene.db).unwrap();
    let mut writer = Writer::start(&scene.db);
    writer.sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, model TEXT, tokens INTEGER)");
    writer.sql("INSERT INTO calls VALUES (1, 'new', 1)");
    board.until_rows(&[(1, "new", "1")]);
    assert_ne!(board.db.look().unwrap().file, file);
}

#[test]
fn a_log_beside_an_emptied_file_is_left_alone() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    writer.kill();
    fs::write(&scene.db, b"").unwrap();
    let before = scene.bytes();
    let mut db = Database::open(&scene.db).unwrap();
    assert_eq!(db.tables().unwrap(), []);
    drop(db);
    assert_eq!(scene.bytes(), before);
    let plain = rusqlite::Connection::open_with_flags(&scene.db, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    let _ = plain.unwrap().query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    assert!(!scene.files().contains(&"t.db-wal".to_owned()), "a plain read-only open does delete it");
}

#[test]
fn a_journal_beside_a_file_emptied_while_followed_is_left_alone() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    writer.leave();
    let mut db = Database::open(&scene.db).unwrap();
    fs::write(scene.folder.path().join("t.db-journal"), noise(4096)).unwrap();
    fs::OpenOptions::new().write(true).open(&scene.db).unwrap().set_len(0).unwrap();
    assert_eq!(db.tables().unwrap(), []);
    assert_eq!(db.tables().unwrap(), []);
    assert_eq!(scene.files(), ["t.db", "t.db-journal"]);
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

fn refusal(db: &Path) -> String {
    Database::open(db).and_then(|mut db| db.tables()).unwrap_err().to_string()
}

#[test]
fn what_is_no_database_is_said_so() {
    let scene = Scene::new();
    assert_eq!(Database::open(&scene.db).err(), Some(Unreadable::Missing));
    fs::write(&scene.db, "{\"model\": \"opus\"}\n".repeat(300)).unwrap();
    assert!(refusal(&scene.db).contains("not a SQLite database"));
    fs::write(&scene.db, b"short").unwrap();
    assert!(refusal(&scene.db).contains("not a SQLite database"));
    fs::write(&scene.db, noise(16_384)).unwrap();
    assert!(refusal(&scene.db).contains("encrypted"));
    let mut header = b"SQLite format 3\0".to_vec();
    header.extend(noise(8_000));
    fs::write(&scene.db, header).unwrap();
    assert!(refusal(&scene.db).contains("damaged"));
    assert!(refusal(scene.folder.path()).contains("not a SQLite database"));
    let pipe = scene.folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(refusal(&pipe).contains("not a SQLite database"));
    }
}

#[test]
fn a_file_cut_in_half_is_said_so_and_others_go_on() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.ask(".commits 2000 INSERT INTO calls(model, tokens) VALUES ('a model with a name', 1)");
    writer.leave();
    let half = scene.db.metadata().unwrap().len() / 2;
    fs::OpenOptions::new().write(true).open(&scene.db).unwrap().set_len(half).unwrap();
    assert!(refusal(&scene.db).contains("damaged or cut off"));
}

#[test]
fn rows_before_a_damaged_page_are_read() {
    let (scene, mut writer) = Scene::with_calls("delete");
    writer.fill(1, 20000, "'a model', i");
    writer.leave();
    let mut bytes = fs::read(&scene.db).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 16_384].copy_from_slice(&noise(16_384));
    fs::write(&scene.db, bytes).unwrap();
    let mut board = Board::of_calls(&scene);
    let why = loop {
        match board.poll() {
            Ok(more) => assert!(more, "the damage is met"),
            Err(why) => break why,
        }
    };
    assert!(matches!(why, Unreadable::Corrupt(_)), "{why:?}");
    assert!(board.rows.len() > 5_000, "{} rows", board.rows.len());
}

#[test]
fn a_symbolic_link_leads_to_the_side_files_of_its_target() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("a b?#%.db");
    std::os::unix::fs::symlink(&scene.db, &link).unwrap();
    let mut board = Board::of(&link, "calls", &["model", "tokens"]);
    board.until_rows(&[(1, "a", "1")]);
    writer.sql("INSERT INTO calls VALUES (2, 'b', 2)");
    board.until_rows(&[(1, "a", "1"), (2, "b", "2")]);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);

    let (other, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (9, 'other', 9)");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&other.db, &link).unwrap();
    board.until_rows(&[(9, "other", "9")]);
}

#[test]
fn two_readers_in_one_process_keep_their_locks() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1")]);
    for _ in 0..3 {
        let mut passing = Database::open(&scene.db).unwrap();
        let table = passing.table("calls").unwrap().unwrap();
        let mut follow = crate::ingest::sqlite::Follow::new(&table, vec!["tokens".into()]);
        assert_eq!(follow.poll(&mut passing, 9, &mut |_| Stays::Done).unwrap().rows, 1);
    }
    writer.leave();
    assert!(scene.files().contains(&"t.db-wal".to_owned()), "the writer saw that the first one is still there");
}
