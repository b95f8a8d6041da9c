//! Which tables there are, their columns, and what their rows can be told apart by.

use rusqlite::{Connection, OptionalExtension, ffi};

/// A table or view as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub key: Key,
    /// An estimate that costs two look-ups: the span of the row ids. `None` where ids are not dense, or are not there.
    pub rows: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// The declared type as written; empty if there is none. Says nothing about what the values are.
    pub decl: String,
    pub primary_key: bool,
}

/// What tells rows apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The row id, by the one of its names that no column has taken.
    Rowid(&'static str),
    /// A view, a WITHOUT ROWID table, or columns with all three names.
    None,
}

impl Table {
    /// A word for the user where the table cannot be followed as well as others.
    pub fn note(&self) -> Option<&'static str> {
        (self.key == Key::None)
            .then_some("no row ids (a view or WITHOUT ROWID): read as a whole, up to 200,000 rows, on each change")
    }
}

const ROWID_NAMES: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// All but `SQLite`'s own and those of extensions. A view that cannot be compiled is left out.
pub(super) fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let names: Vec<String> = connection
        .prepare_cached(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view')
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Vec::with_capacity(names.len());
    for name in &names {
        match table(connection, name) {
            Ok(table) => found.extend(table),
            Err(error) if is_about_sql(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Whether a statement does not fit the schema, as against a file that cannot be read.
pub(super) fn is_about_sql(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(code, _) if code.extended_code == ffi::SQLITE_ERROR)
}

/// One table by its name; `None` if it is not there.
pub(super) fn table(connection: &Connection, name: &str) -> rusqlite::Result<Option<Table>> {
    let columns = columns(connection, name)?;
    if columns.is_empty() {
        return Ok(None);
    }
    let key = if has_rowid(connection, name)? { rowid_name(&columns) } else { Key::None };
    let rows = match key {
        Key::Rowid(key) => estimate(connection, name, key).unwrap_or_default(),
        Key::None => None,
    };
    Ok(Some(Table { name: name.to_owned(), columns, key, rows }))
}

/// An identifier in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    // Hidden 1 are a virtual table's arguments; 2 and 3 are generated columns, which read like any other.
    connection
        .prepare_cached("SELECT name, type, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?
        .query_map([table], |row| {
            Ok(Column { name: row.get(0)?, decl: row.get(1)?, primary_key: row.get::<_, i64>(2)? > 0 })
        })?
        .collect()
}

fn has_rowid(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let found = connection
        .prepare_cached("SELECT type = 'table' AND NOT wr FROM pragma_table_list(?1) WHERE schema = 'main'")?
        .query_row([table], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(false))
}

fn rowid_name(columns: &[Column]) -> Key {
    let is_taken = |name: &&str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    ROWID_NAMES.into_iter().find(|name| !is_taken(name)).map_or(Key::None, Key::Rowid)
}

fn estimate(connection: &Connection, table: &str, key: &str) -> rusqlite::Result<Option<u64>> {
    let table = quoted(table);
    let (least, most): (Option<i64>, Option<i64>) = connection.query_row(
        &format!("SELECT (SELECT min({key}) FROM {table}), (SELECT max({key}) FROM {table})"),
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (Some(least), Some(most)) = (least, most) else {
        return Ok(Some(0));
    };
    let size: i64 =
        connection.query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| {
            row.get(0)
        })?;
    // A row takes at least four bytes of a page, so ids that span more than that are not counted up one by one.
    let span = u64::try_from(i128::from(most) - i128::from(least) + 1).ok();
    Ok(span.filter(|span| *span <= size.unsigned_abs() / 4))
}
