//! One row in full, for a look at the record behind a call.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value as Json};

use crate::ingest::format::Value;

use super::batch::Batch;
use super::layout::Layout;
use super::whole::{MOST_ROWS, content_key};
use super::{Database, Key, Unreadable};

/// All columns of the row that [`super::Row::key`] named, in the table's order. Text stays text even where it is JSON;
/// a blob that is no text becomes `<blob N bytes>`, a number that JSON does not have becomes text.
pub fn read_row(path: &Path, table: &str, key: i64) -> Result<Map<String, Json>, Unreadable> {
    let mut database = Database::open(path)?;
    let Some(table) = database.table(table)? else {
        return Err(Unreadable::Other(format!("the table {table} is gone")));
    };
    let layout = Layout::all(&table);
    let mut batch = Batch::default();
    let found = database.read(|connection| match layout.key {
        Key::Rowid(_) => by_rowid(connection, &layout, key, &mut batch),
        Key::None => by_content(connection, &layout, key, &mut batch),
    })?;
    if !found {
        return Err(Unreadable::Other("the row is no longer in the table".into()));
    }
    let mut values = Vec::new();
    batch.values(0, &layout.slots, &mut values);
    Ok(table.columns.into_iter().map(|column| column.name).zip(values.iter().map(json)).collect())
}

/// What other tables say of a record: the rows that a statement gives, their values in order. Nothing where the database
/// has no such tables: it is asked only for what is shown beside the record.
pub fn look_up(path: &Path, sql: &str, keys: &[&str]) -> Vec<Vec<Json>> {
    let found = Database::open(path).and_then(|mut database| {
        database.read(|connection| {
            let mut statement = connection.prepare(sql)?;
            let columns = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| Ok(text(row.get_ref(at)?))).collect();
            statement.query_map(rusqlite::params_from_iter(keys), row)?.take(MOST_LOOKED_UP).collect()
        })
    });
    found.unwrap_or_default()
}

/// Rows beside a record.
const MOST_LOOKED_UP: usize = 1_000;

fn text(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) => Json::from(number),
        ValueRef::Real(number) => Json::from(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Json::from(String::from_utf8_lossy(bytes)),
    }
}

fn by_rowid(connection: &Connection, layout: &Layout, key: i64, batch: &mut Batch) -> rusqlite::Result<bool> {
    batch.fill(connection, &layout.range, (key, 1), layout.width, 1)?;
    Ok(batch.keys.first() == Some(&key))
}

fn by_content(connection: &Connection, layout: &Layout, key: i64, batch: &mut Batch) -> rusqlite::Result<bool> {
    let mut twins = HashMap::new();
    let mut statement = connection.prepare_cached(&layout.whole)?;
    let mut rows = statement.query([MOST_ROWS as i64])?;
    while let Some(row) = rows.next()? {
        batch.clear(layout.width);
        batch.push(row)?;
        if content_key(batch.hashes[0], &mut twins) == key {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A value as it is shown.
pub fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Missing | Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::Number(text) => Json::from(*text),
        Value::Text(text) => Json::from(text.to_str()),
        Value::Raw(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Json::from(text),
            _ => Json::from(format!("<blob {} bytes>", bytes.len())),
        },
    }
}
