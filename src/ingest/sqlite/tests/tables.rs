//! Tables of every kind, and what happens to them while they are followed.

use serde_json::json;

use super::{Board, Scene, Writer};
use crate::ingest::sqlite::{Database, Key, read_row};

#[test]
fn tables_are_listed_with_their_keys() {
    let scene = Scene::new();
    let mut writer = Writer::start(&scene.db);
    for sql in [
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, cost NUMERIC(10,6), \"odd \"\"name\")",
        "ALTER TABLE a ADD COLUMN made AS (cost * 2)",
        "CREATE TABLE b (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "CREATE TABLE c (rowid TEXT, OID INT)",
        "CREATE TABLE d (rowid, oid, _rowid_)",
        "CREATE VIEW e AS SELECT cost FROM a",
        "CREATE VIEW broken AS SELECT x FROM nowhere",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "CREATE TABLE sqlitex (x)",
        "CREATE TABLE sparse (id INTEGER PRIMARY KEY)",
        "INSERT INTO a(cost) VALUES (1), (2), (3)",
        "INSERT INTO sparse VALUES (1700000000000), (2900000000000)",
    ] {
        writer.sql(sql);
    }
    let tables = Database::open(&scene.db).unwrap().tables().unwrap();
    let named: Vec<(&str, Key, Option<u64>)> =
        tables.iter().map(|table| (table.name.as_str(), table.key.clone(), table.rows)).collect();
    assert_eq!(
        named,
        [
            ("a", Key::Rowid("rowid"), Some(3)),
            ("b", Key::None, None),
            ("c", Key::Rowid("_rowid_"), Some(0)),
            ("d", Key::None, None),
            ("e", Key::None, None),
            ("sparse", Key::Rowid("rowid"), None),
            ("sqlitex", Key::Rowid("rowid"), Some(0)),
        ]
    );
    let columns: Vec<(&str, &str, bool)> = tables[0]
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.decl.as_str(), column.primary_key))
        .collect();
    assert_eq!(columns[0], ("id", "INTEGER", true));
    assert_eq!(columns[1], ("cost", "NUMERIC(10,6)", false));
    assert_eq!((columns[2].0, columns[3].0), ("odd \"name", "made"));
    assert!(tables[1].note().is_some() && tables[0].note().is_none());
}

#[test]
fn a_column_called_rowid_does_not_hide_the_rows() {
    let scene = Scene::new();
    let mut writer = Writer::start(&scene.db);
    writer.sql("CREATE TABLE calls (rowid TEXT, tokens); INSERT INTO calls VALUES ('same', 1), ('same', 2)");
    let mut board = Board::of(&scene.db, "calls", &["rowid", "tokens"]);
    board.until_rows(&[(1, "same", "1"), (2, "same", "2")]);
}

#[test]
fn a_table_without_row_ids_is_followed_by_what_its_rows_say() {
    for make in [
        "CREATE TABLE calls (model TEXT PRIMARY KEY, tokens, extra) WITHOUT ROWID",
        "CREATE TABLE base (model, tokens, extra); CREATE VIEW calls AS SELECT * FROM base",
    ] {
        let scene = Scene::new();
        let mut writer = Writer::start(&scene.db);
        writer.sql("PRAGMA journal_mode = wal");
        writer.sql(make);
        let target = if make.contains("VIEW") { "base" } else { "calls" };
        writer.sql(&format!("INSERT INTO {target} VALUES ('a', 1, 'x'), ('b', NULL, 'y')"));
        let mut board = Board::of(&scene.db, "calls", &["tokens", "model"]);
        let said = |board: &Board| {
            let mut rows: Vec<String> = board.rows.values().map(|row| row.join(" ")).collect();
            rows.sort();
            rows
        };
        board.until("both rows", |board| said(board) == ["1 a", "null b"]);
        writer.sql(&format!("UPDATE {target} SET tokens = 2 WHERE model = 'b'"));
        board.until("the outcome", |board| said(board) == ["1 a", "2 b"]);
        writer.sql(&format!("DELETE FROM {target} WHERE model = 'a'; INSERT INTO {target} VALUES ('c', 3, 'z')"));
        board.until("one gone, one new", |board| said(board) == ["2 b", "3 c"]);
        let key = *board.rows.iter().find(|(_, row)| row[1] == "c").unwrap().0;
        let row = read_row(&scene.db, "calls", key).unwrap();
        assert_eq!(json!(row), json!({"model": "c", "tokens": 3, "extra": "z"}));
    }
}

#[test]
fn equal_rows_without_row_ids_are_counted_each() {
    let scene = Scene::new();
    let mut writer = Writer::start(&scene.db);
    writer.sql("CREATE TABLE base (model, tokens); CREATE VIEW calls AS SELECT * FROM base");
    writer.sql("INSERT INTO base VALUES ('same', 1), ('same', 1), ('same', 1)");
    let mut board = Board::of_calls(&scene);
    board.until("three", |board| board.rows.len() == 3);
    writer.sql("DELETE FROM base WHERE rowid = 1");
    board.until("two", |board| board.rows.len() == 2);
}

#[test]
fn columns_that_are_dropped_renamed_and_added_while_followed() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1)");
    let mut board = Board::of(&scene.db, "calls", &["model", "extra", "tokens"]);
    board.until("the row", |board| board.rows.get(&1).is_some_and(|row| row[..] == ["a", "missing", "1"]));
    writer.sql("ALTER TABLE calls ADD COLUMN extra TEXT DEFAULT 'e'");
    board.until("the new column", |board| board.rows[&1] == ["a", "e", "1"]);
    writer.sql("ALTER TABLE calls DROP COLUMN model");
    board.until("the lost column, not the text \"model\"", |board| board.rows[&1] == ["missing", "e", "1"]);
    writer.sql("ALTER TABLE calls RENAME COLUMN tokens TO total");
    board.until("the renamed column", |board| board.rows[&1] == ["missing", "e", "missing"]);
    writer.sql("INSERT INTO calls(id, extra, total) VALUES (2, 'f', 2)");
    board.until("a row after all that", |board| board.rows.get(&2).is_some_and(|row| row[1] == "f"));
}

#[test]
fn a_dropped_table_is_waited_for() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1), (2, 'b', 2)");
    let mut board = Board::of_calls(&scene);
    board.until("both", |board| board.rows.len() == 2);
    let before = board.db.look().unwrap();
    writer.sql("DROP TABLE calls");
    let why = board.poll().unwrap_err().to_string();
    assert!(why.contains("the table calls is gone"), "{why}");
    assert_ne!(board.db.look().unwrap().schema, before.schema);
    assert!(board.poll().is_err(), "and stays so");
    writer.sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, model TEXT, tokens INTEGER)");
    writer.sql("INSERT INTO calls VALUES (2, 'b', 2), (3, 'c', 3)");
    board.until_rows(&[(2, "b", "2"), (3, "c", "3")]);
    assert_eq!(board.told, 3, "the row that is the same is not told again");
}

#[test]
fn a_table_that_loses_its_row_ids_is_followed_on() {
    let (scene, mut writer) = Scene::with_calls("wal");
    writer.sql("INSERT INTO calls VALUES (1, 'a', 1), (2, 'b', 2)");
    let mut board = Board::of_calls(&scene);
    board.until("both", |board| board.rows.len() == 2);
    writer.sql("BEGIN; DROP TABLE calls; CREATE TABLE calls (model PRIMARY KEY, tokens) WITHOUT ROWID");
    writer.sql("INSERT INTO calls VALUES ('c', 3); COMMIT");
    board.until("the one row", |board| board.rows.values().eq([&["c".to_owned(), "3".to_owned()]]));
}

#[test]
fn a_row_is_read_in_full() {
    let scene = Scene::new();
    let mut writer = Writer::start(&scene.db);
    writer.sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, tokens, cost, note, body, raw)");
    writer.sql("INSERT INTO calls VALUES (5, 12, 0.25, NULL, x'7b226f6b223a747275657d', x'00ff00')");
    let row = read_row(&scene.db, "calls", 5).unwrap();
    assert_eq!(row.keys().collect::<Vec<_>>(), ["id", "tokens", "cost", "note", "body", "raw"]);
    assert_eq!(
        json!(row),
        json!({"id": 5, "tokens": 12, "cost": 0.25, "note": null, "body": "{\"ok\":true}", "raw": "<blob 3 bytes>"})
    );
    assert!(read_row(&scene.db, "calls", 6).unwrap_err().to_string().contains("no longer"));
    assert!(read_row(&scene.db, "nothing", 6).unwrap_err().to_string().contains("is gone"));
}
