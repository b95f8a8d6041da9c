//! Rows copied out of `SQLite`, so that the statement can end before anybody looks at them.
//!
//! All of a row's bytes lie together in one buffer, tagged and with lengths: what is hashed is what was read, in one
//! pass, and nothing is allocated for a single value.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};
use twox_hash::XxHash3_64;

use crate::ingest::format::Value;
use crate::model::Text;

/// A batch is cut off beyond this many bytes, whatever number of rows was asked for: prompts are long.
const HEAVY: usize = 16 << 20;

/// A value, or where it lies. A batch stays below 4 GiB: `SQLite`'s longest row is 1 GB, and it ends the batch.
#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text { at: u32, len: u32 },
    Blob { at: u32, len: u32 },
}

/// Reused from one read to the next.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub keys: Vec<i64>,
    /// Of each row's values.
    pub hashes: Vec<u64>,
    width: usize,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

/// How a read ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// There are no more rows.
    All,
    /// There may be more behind the last one.
    Cut,
}

impl Batch {
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn clear(&mut self, width: usize) {
        self.keys.clear();
        self.hashes.clear();
        self.cells.clear();
        self.bytes.clear();
        self.bytes.shrink_to(2 * HEAVY);
        self.width = width;
    }

    pub fn is_heavy(&self) -> bool {
        self.bytes.len() > HEAVY
    }

    /// Replaces the content by the rows of a statement, whose first column is the key. A damaged page ends the batch
    /// where it is met; an error comes back only when it kept the first row from being read.
    pub fn fill(
        &mut self,
        connection: &Connection,
        sql: &str,
        params: impl Params,
        width: usize,
        limit: usize,
    ) -> rusqlite::Result<End> {
        self.clear(width);
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        loop {
            match rows.next() {
                Ok(Some(row)) => self.push(row)?,
                Ok(None) => return Ok(if self.len() < limit { End::All } else { End::Cut }),
                Err(error) if self.len() == 0 => return Err(error),
                Err(_) => return Ok(End::Cut),
            }
            if self.is_heavy() {
                return Ok(End::Cut);
            }
        }
    }

    pub fn push(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        let start = self.bytes.len();
        let key = row.get(0)?;
        for column in 1..=self.width {
            let cell = match row.get_ref(column)? {
                ValueRef::Null => {
                    self.bytes.push(0);
                    Cell::Null
                }
                ValueRef::Integer(number) => {
                    self.keep(1, number.to_le_bytes());
                    Cell::Int(number)
                }
                ValueRef::Real(number) => {
                    self.keep(2, number.to_le_bytes());
                    Cell::Real(number)
                }
                ValueRef::Text(text) => {
                    let (at, len) = self.append(3, text);
                    Cell::Text { at, len }
                }
                ValueRef::Blob(blob) => {
                    let (at, len) = self.append(4, blob);
                    Cell::Blob { at, len }
                }
            };
            self.cells.push(cell);
        }
        self.keys.push(key);
        self.hashes.push(XxHash3_64::oneshot(&self.bytes[start..]));
        Ok(())
    }

    /// Takes the last row out again. Its bytes stay until the batch is cleared, unless `start` says where they began.
    pub fn pop(&mut self, start: usize) {
        self.keys.pop();
        self.hashes.pop();
        self.cells.truncate(self.keys.len() * self.width);
        self.bytes.truncate(start);
    }

    /// Where the next row's bytes will begin.
    pub fn end(&self) -> usize {
        self.bytes.len()
    }

    /// Puts the row's values into `values`, one for each slot.
    pub fn values<'a>(&'a self, row: usize, slots: &[Option<usize>], values: &mut Vec<Value<'a>>) {
        let cells = &self.cells[row * self.width..][..self.width];
        values.clear();
        values.extend(slots.iter().map(|slot| slot.map_or(Value::Missing, |place| self.value(cells[place]))));
    }

    fn value(&self, cell: Cell) -> Value<'_> {
        match cell {
            Cell::Int(number) => Value::Int(number),
            Cell::Real(number) if number.is_finite() => Value::Real(number),
            Cell::Null | Cell::Real(_) => Value::Null,
            Cell::Text { at, len } => Value::Text(Text::from(&self.bytes[at as usize..][..len as usize])),
            Cell::Blob { at, len } => Value::Raw(&self.bytes[at as usize..][..len as usize]),
        }
    }

    fn keep(&mut self, tag: u8, bytes: [u8; 8]) {
        let mut tagged = [tag; 9];
        tagged[1..].copy_from_slice(&bytes);
        self.bytes.extend_from_slice(&tagged);
    }

    fn append(&mut self, tag: u8, bytes: &[u8]) -> (u32, u32) {
        self.keep(tag, bytes.len().to_le_bytes());
        let at = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        (at as u32, bytes.len() as u32)
    }
}
