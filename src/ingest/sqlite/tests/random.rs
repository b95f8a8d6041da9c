//! Any order of writing: once things are quiet, what was handed over is what a SELECT says.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{Board, Scene};

#[derive(Debug, Clone)]
enum Op {
    Insert(u8),
    InsertAt(i64),
    Update(u8, u8),
    Delete(u8),
    DeleteAll,
    Replace(u8),
    Vacuum,
    Checkpoint,
    Mode(bool),
    NewFile,
    Poll,
    Idle,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (1..30_u8).prop_map(Op::Insert),
        1 => (-20..60_i64).prop_map(Op::InsertAt),
        4 => any::<(u8, u8)>().prop_map(|(row, tokens)| Op::Update(row, tokens)),
        3 => any::<u8>().prop_map(Op::Delete),
        1 => Just(Op::DeleteAll),
        2 => any::<u8>().prop_map(Op::Replace),
        1 => Just(Op::Vacuum),
        1 => Just(Op::Checkpoint),
        1 => any::<bool>().prop_map(Op::Mode),
        1 => Just(Op::NewFile),
        6 => Just(Op::Poll),
        1 => Just(Op::Idle),
    ]
}

const TABLE: &str = "CREATE TABLE calls (call TEXT UNIQUE, model TEXT, tokens INTEGER)";

struct World {
    scene: Scene,
    writer: Connection,
    made: u32,
}

impl World {
    fn new() -> Self {
        let scene = Scene::new();
        let writer = Connection::open(&scene.db).unwrap();
        writer.execute_batch(&format!("PRAGMA synchronous = OFF; PRAGMA journal_mode = wal; {TABLE}")).unwrap();
        Self { scene, writer, made: 0 }
    }

    /// Writes that a lock or a constraint refuses are no matter: the truth is asked of the database.
    fn apply(&mut self, op: &Op) {
        let rows = "max(1, (SELECT count(*) FROM calls))";
        let pick = |n: u8| format!("rowid = (SELECT rowid FROM calls ORDER BY rowid LIMIT 1 OFFSET {n} % {rows})");
        self.made += 1;
        let made = self.made;
        let sql = match op {
            Op::Insert(rows) => format!(
                "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
                 INSERT INTO calls SELECT 'c{made}-' || i, 'm' || i, CASE WHEN i % 3 THEN i END FROM n"
            ),
            Op::InsertAt(key) => format!("INSERT INTO calls(rowid, call, tokens) VALUES ({key}, 'k{made}', {made})"),
            Op::Update(row, tokens) => format!("UPDATE calls SET tokens = {tokens} WHERE {}", pick(*row)),
            Op::Delete(row) => format!("DELETE FROM calls WHERE {}", pick(*row)),
            Op::DeleteAll => "DELETE FROM calls".into(),
            Op::Replace(row) => {
                format!("INSERT OR REPLACE INTO calls SELECT call, 'replaced', {made} FROM calls WHERE {}", pick(*row))
            }
            Op::Vacuum => "VACUUM".into(),
            Op::Checkpoint => "PRAGMA wal_checkpoint(TRUNCATE)".into(),
            Op::Mode(wal) => format!("PRAGMA journal_mode = {}", if *wal { "wal" } else { "delete" }),
            Op::NewFile => return self.new_file(),
            Op::Poll | Op::Idle => return,
        };
        let _ = self.writer.execute_batch(&sql);
    }

    fn new_file(&mut self) {
        let next = Self::new();
        next.writer.execute_batch("INSERT INTO calls VALUES ('first', 'of a new file', 1)").unwrap();
        let _ = next.writer.execute_batch("PRAGMA journal_mode = delete");
        for ending in ["-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(self.scene.folder.path().join(format!("t.db{ending}")));
        }
        std::fs::rename(&next.scene.db, &self.scene.db).unwrap();
        self.writer = Connection::open(&self.scene.db).unwrap();
    }

    fn truth(&self) -> BTreeMap<i64, Vec<String>> {
        let mut statement =
            self.writer.prepare("SELECT rowid, coalesce(model, 'null'), coalesce(tokens, 'null') FROM calls").unwrap();
        let rows = statement
            .query_map([], |row| {
                let tokens: rusqlite::types::Value = row.get(2)?;
                let tokens = match tokens {
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    _ => "null".to_owned(),
                };
                Ok((row.get(0)?, vec![row.get(1)?, tokens]))
            })
            .unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_was_handed_over_is_what_the_table_says(ops in prop::collection::vec(op(), 1..40)) {
        let mut world = World::new();
        let mut board = Board::of_calls(&world.scene).sweeping();
        for op in &ops {
            world.apply(op);
            match op {
                Op::Poll => drop(board.poll()),
                Op::Idle => drop(board.db.close_if_idle(std::time::Instant::now(), Duration::ZERO)),
                _ => {}
            }
        }
        let truth = world.truth();
        board.until(&format!("{truth:?}"), |board| board.rows == truth);
    }
}
