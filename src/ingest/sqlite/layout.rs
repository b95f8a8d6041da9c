//! The statements that read one table, for the columns that are wanted of it and that it has.

use super::schema::{Key, Table, quoted};

/// Made anew when the schema moves. Without row ids only `whole` is of use.
#[derive(Debug)]
pub(super) struct Layout {
    pub key: Key,
    /// For each column wanted, its place among the values read; `None` where the table has no such column.
    pub slots: Vec<Option<usize>>,
    /// Values read of a row, without the key.
    pub width: usize,
    /// Rows from key `?1` on, at most `?2` of them, in the order of their keys.
    pub range: String,
    /// Rows of the keys in the JSON array `?1`, in their order.
    pub some: String,
    /// How many rows there are, and how many of them beyond key `?1`, at one and the same moment.
    pub count: String,
    /// All rows, at most `?1` of them.
    pub whole: String,
}

impl Layout {
    /// Reads the wanted columns; of a table without row ids all columns, since the row as a whole is its key.
    pub fn new(table: &Table, wanted: &[String]) -> Self {
        let place = |name: &str| table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name));
        let mut read: Vec<usize> = match table.key {
            Key::Rowid(_) => wanted.iter().filter_map(|name| place(name)).collect(),
            Key::None => (0..table.columns.len()).collect(),
        };
        read.sort_unstable();
        read.dedup();
        let slots = wanted.iter().map(|name| place(name).and_then(|place| read.binary_search(&place).ok())).collect();
        let columns: Vec<String> = read.iter().map(|place| quoted(&table.columns[*place].name)).collect();
        Self::of(table, slots, &columns)
    }

    /// All columns, in their own order.
    pub fn all(table: &Table) -> Self {
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        Self::new(table, &names)
    }

    fn of(table: &Table, slots: Vec<Option<usize>>, columns: &[String]) -> Self {
        let name = quoted(&table.name);
        let key = match table.key {
            Key::Rowid(key) => key,
            Key::None => "0",
        };
        let list: String = columns.iter().flat_map(|column| [", ", column]).collect();
        // NOT INDEXED: the planner likes an index that covers the columns and then looks every row up or sorts.
        Self {
            key: table.key.clone(),
            slots,
            width: columns.len(),
            range: format!("SELECT {key}{list} FROM {name} NOT INDEXED WHERE {key} >= ?1 ORDER BY {key} LIMIT ?2"),
            some: format!(
                "SELECT {key}{list} FROM {name} NOT INDEXED
                 WHERE {key} IN (SELECT value FROM json_each(?1)) ORDER BY {key}"
            ),
            count: format!(
                "SELECT (SELECT count(*) FROM {name}), (SELECT count(*) FROM {name} NOT INDEXED WHERE {key} > ?1)"
            ),
            whole: format!("SELECT {key}{list} FROM {name} LIMIT ?1"),
        }
    }
}
