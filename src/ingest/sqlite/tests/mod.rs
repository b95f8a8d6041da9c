//! The database is written by another process throughout: locks of POSIX do not exist within one.

mod follow;
mod harm;
mod owners;
mod random;
mod state;
mod tables;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Database, Follow, Row, Stays, Unreadable};
use crate::ingest::format::Value;
use writer::Writer;

/// A directory with a database `t.db` to be.
struct Scene {
    folder: TempDir,
    db: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("t.db");
        Self { folder, db }
    }

    /// With a table `calls` and a writer that has it open, in the journal mode given.
    fn with_calls(mode: &str) -> (Self, Writer) {
        let scene = Self::new();
        let mut writer = Writer::start(&scene.db);
        writer.sql(&format!("PRAGMA journal_mode = {mode}"));
        writer.sql("CREATE TABLE calls (id INTEGER PRIMARY KEY, model TEXT, tokens INTEGER)");
        (scene, writer)
    }

    /// Names of all files in the folder.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        self.files()
            .into_iter()
            .map(|name| (name.clone(), std::fs::read(self.folder.path().join(name)).unwrap()))
            .collect()
    }
}

/// A follower as the program has one: it keeps the rows by key, replaces what is told again and drops what is gone.
struct Board {
    db: Database,
    follow: Follow,
    rows: BTreeMap<i64, Vec<String>>,
    /// Rows handed over in all.
    told: u64,
    /// The column that is NULL while a call is open.
    outcome: usize,
}

impl Board {
    fn of(db: &Path, table: &str, columns: &[&str]) -> Self {
        let mut database = Database::open(db).unwrap();
        let table = database.table(table).unwrap().expect("the table is there");
        let follow = Follow::new(&table, columns.iter().map(|name| (*name).to_owned()).collect());
        Self { db: database, follow, rows: BTreeMap::new(), told: 0, outcome: columns.len() - 1 }
    }

    fn of_calls(scene: &Scene) -> Self {
        Self::of(&scene.db, "calls", &["model", "tokens"])
    }

    fn sweeping(mut self) -> Self {
        self.follow = self.follow.sweeping_every(Duration::ZERO);
        self
    }

    fn poll(&mut self) -> Result<bool, Unreadable> {
        let (rows, outcome) = (&mut self.rows, self.outcome);
        let polled = self.follow.poll(&mut self.db, 5_000, &mut |row: Row<'_>| {
            rows.insert(row.key, row.values.iter().map(shown).collect());
            if row.values[outcome] == Value::Null { Stays::Open } else { Stays::Done }
        })?;
        self.told += polled.rows;
        for key in polled.gone {
            assert!(self.rows.remove(&key).is_some(), "{key} was never there");
        }
        Ok(polled.more)
    }

    /// Polls, as a program would, until `done`; errors that pass are passed over.
    fn until(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut last = None;
        while !done(self) {
            assert!(Instant::now() < deadline, "never: {what}; last {last:?}, rows {:?}", self.rows);
            last = Some(self.poll());
            if !matches!(last, Some(Ok(true))) {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    fn until_rows(&mut self, rows: &[(i64, &str, &str)]) {
        let rows: BTreeMap<i64, Vec<String>> =
            rows.iter().map(|(key, model, tokens)| (*key, vec![(*model).into(), (*tokens).into()])).collect();
        self.until(&format!("{rows:?}"), |board| board.rows == rows);
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Missing => "missing".into(),
        Value::Null => "null".into(),
        Value::Raw(bytes) => format!("{bytes:?}"),
        other => other.text().map_or_else(String::new, |text| text.to_str().into_owned()),
    }
}
