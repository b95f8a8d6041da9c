//! What becomes of rows: changed, deleted, replaced, renumbered, of odd types.

use std::time::{Duration, Instant};

use super::{Board, Database, Scene};

#[test]
fn a_call_logged_first_and_finished_later_has_its_final_values_and_counts_once() {
    for mode in ["wal", "delete"] {
        let (scene, mut writer) = Scene::with_calls(mode);
        writer.sql("INSERT INTO calls VALUES (1, 'opus', NULL)");
        let mut board = Board::of_calls(&scene);
        board.until_rows(&[(1, "opus", "null")]);
        // Far enough behind that only its being open brings it back.
        writer.fill(2, 600, "'x', i");
        board.until("the rows after it", |board| board.rows.len() == 600);
        writer.sql("UPDATE calls SET tokens = 321 WHERE id = 1");
        board.until("the outcome", |board| board.rows[&1] == ["opus", "321"]);
        assert_eq!((board.rows.len(), board.told), (600, 601), "{mode}");
    }
}

#[test]
fn nothing_is_handed_over_when_nothing_changed() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1), (2, 'b', NULL)");
    let mut board = Board::of_calls(&scene).sweeping();
    board.until_rows(&[(1, "a", "1"), (2, "b", "null")]);
    writer.sql("BEGIN; INSERT INTO calls VALUES (3, 'c', 3); ROLLBACK");
    writer.sql("UPDATE calls SET tokens = tokens");
    writer.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    for _ in 0..50 {
        board.poll().unwrap();
    }
    assert_eq!(board.told, 2);
}

#[test]
fn a_key_used_again_is_the_new_row() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls(model, tokens) VALUES ('a', 1), ('b', 2)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1"), (2, "b", "2")]);
    writer.sql("DELETE FROM calls WHERE id = 2; INSERT INTO calls(model, tokens) VALUES ('new', 3)");
    let reused = rusqlite::Connection::open(&scene.db).unwrap();
    let id: i64 = reused.query_row("SELECT id FROM calls WHERE model = 'new'", [], |row| row.get(0)).unwrap();
    assert_eq!(id, 2, "the key is used again");
    board.until_rows(&[(1, "a", "1"), (2, "new", "3")]);
}

#[test]
fn replace_and_upsert_leave_one_row_and_deletes_are_told() {
    let scene = Scene::new();
    let mut writer = super::Writer::start(&scene.db);
    writer.sql("PRAGMA journal_mode = wal; CREATE TABLE calls (call TEXT PRIMARY KEY, model TEXT, tokens INT)");
    writer.sql("INSERT INTO calls VALUES ('x', 'a', 1), ('y', 'b', 2), ('z', 'c', 3)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1"), (2, "b", "2"), (3, "c", "3")]);
    writer.sql("INSERT OR REPLACE INTO calls VALUES ('x', 'a2', 10)");
    board.until_rows(&[(2, "b", "2"), (3, "c", "3"), (4, "a2", "10")]);
    writer.sql("INSERT INTO calls VALUES ('y', 'b', 2) ON CONFLICT(call) DO UPDATE SET tokens = 20");
    board.until_rows(&[(2, "b", "20"), (3, "c", "3"), (4, "a2", "10")]);
    writer.sql("DELETE FROM calls");
    board.until_rows(&[]);
}

#[test]
fn rows_deleted_far_back_are_missed_by_the_count() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.fill(1, 9000, "'x', i");
    let mut board = Board::of_calls(&scene);
    board.until("all rows", |board| board.rows.len() == 9000);
    writer.sql("DELETE FROM calls WHERE id IN (17, 4711)");
    board.until("the two are gone", |board| board.rows.len() == 8998);
    assert!(!board.rows.contains_key(&17) && !board.rows.contains_key(&4711));
    assert_eq!(board.told, 9000, "no other row is told again");
}

#[test]
fn an_old_row_that_was_closed_is_found_by_the_sweep() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.fill(1, 9000, "'x', i");
    let mut board = Board::of_calls(&scene).sweeping();
    board.until("all rows", |board| board.rows.len() == 9000);
    writer.sql("UPDATE calls SET model = 'overridden' WHERE id = 4711");
    board.until("the override", |board| board.rows[&4711][0] == "overridden");
    assert_eq!(board.told, 9001);
}

#[test]
fn ids_that_come_out_of_order_or_at_both_ends_are_found() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (10, 'a', 1), (20, 'b', 2)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(10, "a", "1"), (20, "b", "2")]);
    writer.sql("INSERT INTO calls VALUES (15, 'late', 3), (-5, 'negative', 4)");
    writer.sql("INSERT INTO calls VALUES (9223372036854775807, 'last', 5)");
    board.until_rows(&[
        (-5, "negative", "4"),
        (10, "a", "1"),
        (15, "late", "3"),
        (20, "b", "2"),
        (i64::MAX, "last", "5"),
    ]);
    writer.sql("INSERT INTO calls(model, tokens) VALUES ('random id', 6)");
    board.until("a row below the last", |board| board.rows.len() == 6);
}

#[test]
fn vacuum_gives_new_row_ids_and_the_total_stays() {
    let scene = Scene::new();
    let mut writer = super::Writer::start(&scene.db);
    writer.sql("PRAGMA journal_mode = wal; CREATE TABLE calls (model TEXT, tokens INT)");
    writer.sql("INSERT INTO calls VALUES ('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5), ('f', 6)");
    writer.sql("DELETE FROM calls WHERE rowid IN (2, 3)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1"), (4, "d", "4"), (5, "e", "5"), (6, "f", "6")]);
    writer.sql("VACUUM");
    board.until_rows(&[(1, "a", "1"), (2, "d", "4"), (3, "e", "5"), (4, "f", "6")]);
}

#[test]
fn odd_values_are_one_rows_matter() {
    let (scene, mut writer) = Scene::with_calls("wal");
    for value in ["7", "'abc'", "NULL", "x'00ff'", "9e999", "9.7", "'1e3'", "''", "CAST(x'61ff62' AS TEXT)", "-0.0"] {
        writer.sql(&format!("INSERT INTO calls(model, tokens) VALUES ('m', {value})"));
    }
    let mut board = Board::of_calls(&scene);
    board.until("all of them", |board| board.rows.len() == 10);
    let tokens: Vec<&str> = board.rows.values().map(|row| row[1].as_str()).collect();
    assert_eq!(tokens, ["7", "abc", "null", "[0, 255]", "null", "9.7", "1000", "", "a\u{fffd}b", "0"]);
}

#[test]
fn a_limit_is_kept_and_the_next_poll_goes_on() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.fill(1, 25, "'x', i");
    let mut board = Board::of_calls(&scene);
    let mut sizes = Vec::new();
    let mut keys = Vec::new();
    loop {
        let polled = board
            .follow
            .poll(&mut board.db, 10, &mut |row| {
                keys.push(row.key);
                super::Stays::Done
            })
            .unwrap();
        sizes.push(polled.rows);
        if !polled.more {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(keys, (1..=25).collect::<Vec<i64>>());
}

#[test]
fn long_texts_do_not_make_a_batch_grow_without_bound() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.fill(1, 40, "hex(zeroblob(1000000)), NULL");
    let mut board = Board::of_calls(&scene);
    let mut most = 0;
    board.until("all rows", |board| {
        most = most.max(board.rows.values().map(|row| row[0].len()).sum::<usize>());
        board.rows.len() == 40
    });
    assert_eq!(most, 80_000_000);
    writer.sql("UPDATE calls SET tokens = 1 WHERE id = 1; UPDATE calls SET tokens = 1 WHERE id = 40");
    board.until("both ends", |board| board.rows[&1][1] == "1" && board.rows[&40][1] == "1");
    assert_eq!(board.told, 42);
}

#[test]
fn many_open_rows_are_all_watched() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.fill(1, 7000, "'x', NULL");
    let mut board = Board::of_calls(&scene);
    board.until("all rows", |board| board.rows.len() == 7000);
    writer.sql("UPDATE calls SET tokens = 5 WHERE id % 1000 = 1; DELETE FROM calls WHERE id = 3500");
    board.until("seven outcomes", |board| {
        board.rows.len() == 6999 && board.rows.values().filter(|row| row[1] == "5").count() == 7
    });
    assert_eq!(board.told, 7007);
}

#[test]
fn an_idle_database_is_let_go_and_noticed_again() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let mut board = Board::of_calls(&scene);
    board.until_rows(&[(1, "a", "1")]);
    let (now, idle) = (Instant::now(), Duration::from_secs(30));
    assert!(!board.db.close_if_idle(now, idle));
    assert!(board.db.close_if_idle(now + idle, idle));
    board.poll().unwrap();
    assert!(board.db.close_if_idle(now, idle), "looking at an unchanged database does not open it");
    writer.sql("INSERT INTO calls VALUES (2, 'b', 2)");
    board.until_rows(&[(1, "a", "1"), (2, "b", "2")]);
    assert!(board.db.close_if_idle(now + 2 * idle, idle));
    writer.leave();
    assert_eq!(scene.files(), ["t.db"], "the writer's last close could put its log away");
    board.poll().unwrap();
    assert_eq!((board.rows.len(), scene.files()), (2, vec!["t.db".to_owned()]));
}

#[test]
fn connecting_again_to_what_nobody_wrote_to_is_no_change() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let mut db = Database::open(&scene.db).unwrap();
    let mark = db.look().unwrap();
    let (now, hour) = (Instant::now(), Duration::from_hours(1));
    assert!(db.close_if_idle(now + 2 * hour, hour));
    db.table("calls").unwrap().expect("a read connects");
    assert!(!db.close_if_idle(now, hour));
    assert_eq!(db.look().unwrap(), mark, "else a sweep that comes late would bring about the next, for ever");
    writer.sql("INSERT INTO calls VALUES (2, 'b', 2)");
    assert_ne!(db.look().unwrap(), mark);
}
