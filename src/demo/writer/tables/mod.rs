//! The database of the demo's apps: one file a kind of table, all the same shape (copy `ai_usage_logs.rs`): a `SCHEMA`,
//! and functions that write the row of one request the way its app does, mistakes included.

mod agents;
mod ai_usage_logs;
mod api_calls;
mod llm_usage_logs;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Result};

use super::super::rng::mix;
use super::super::scenario::{Ending, Request, Via};
use crate::model::Stamp;

/// The database's name in the demo's folder.
pub const FILE: &str = "app.db";

/// Marks a database as the demo's own ("CSDM"), so that a second run may replace it and nothing else.
pub const APPLICATION: u32 = 0x4353_444D;

/// How careful the writer is with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// One transaction and no wait for the disk: the files can be made again.
    AtOnce,
    /// As an app does it: a transaction for every statement.
    Live,
}

/// The open database.
#[derive(Debug)]
pub struct Tables {
    connection: Connection,
    /// Agents' runs so far: now and then one is told wrong.
    runs: u64,
    pub rows: u64,
}

impl Tables {
    /// Makes the database in `dir`, in WAL mode.
    pub fn create(dir: &Path, care: Care) -> Result<Self> {
        let connection = Connection::open(dir.join(FILE))?;
        // Nobody holds this database's lock for long; and a demo that is told to stop may not wait for it.
        connection.busy_timeout(Duration::from_millis(50))?;
        connection.pragma_update(None, "page_size", 4096)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.set_prepared_statement_cache_capacity(16);
        for schema in [llm_usage_logs::SCHEMA, api_calls::SCHEMA, ai_usage_logs::SCHEMA, agents::SCHEMA] {
            connection.execute_batch(schema)?;
        }
        let mut tables = Self { connection, runs: 0, rows: 0 };
        if care == Care::AtOnce {
            tables.begin()?;
        }
        Ok(tables)
    }

    /// Gathers what follows in one transaction, without waiting for the disk.
    fn begin(&mut self) -> Result<()> {
        self.connection.pragma_update(None, "synchronous", "off")?;
        self.connection.execute_batch("BEGIN")
    }

    /// Ends the transaction; from now on each statement is its own.
    pub fn commit(&mut self) -> Result<()> {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("COMMIT")?;
            self.connection.pragma_update(None, "synchronous", "normal")?;
        }
        Ok(())
    }

    /// Writes what stands in the table while the call runs, if its app writes anything then.
    pub fn open(&mut self, request: &Request) -> Result<Open> {
        if request.via == Via::App && request.router.name == "backoffice" {
            self.rows += 1;
            return api_calls::open(&self.connection, request).map(Open::Row);
        }
        Ok(Open::Nothing)
    }

    /// Writes how the call ended.
    pub fn close(&mut self, request: &Request, open: Open) -> Result<()> {
        if let Open::Row(row) = open {
            return if request.ending == Ending::Untold {
                Ok(())
            } else {
                api_calls::close(&self.connection, request, row)
            };
        }
        if request.via == Via::Agent {
            self.runs += 1;
            self.rows += agents::run(&self.connection, request, self.runs)?;
            return Ok(());
        }
        self.rows += 1;
        if request.router.name == "codeworks" {
            llm_usage_logs::insert(&self.connection, request)
        } else {
            ai_usage_logs::insert(&self.connection, request)
        }
    }

    /// Moves the log into the database file, as the last app to leave does.
    pub fn finish(mut self) -> Result<()> {
        self.commit()?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.connection.close().map_err(|(_, error)| error)
    }
}

/// What a running call has in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Nothing,
    /// The key of its row.
    Row(i64),
}

/// The dollars of input and output by the app's own price table, where cached input is cheaper.
fn cost(request: &Request) -> (f64, f64) {
    let model = request.model;
    let fresh = f64::from(request.input - request.cached);
    let input = fresh * model.input + f64::from(request.cached) * model.cached;
    (input / 1e6, f64::from(request.output) * model.output / 1e6)
}

/// Rounded to so many decimal places, as the column is declared.
fn rounded(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}

/// A version 4 UUID that follows from a seed.
fn uuid(seed: u64, salt: u64) -> String {
    let (high, low) = (mix(seed ^ salt), mix(seed ^ salt ^ 0xA5A5_5A5A));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        0x8000 | (low >> 48) & 0x3FFF,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// The user as an app with UUIDs knows them.
fn user_id(request: &Request) -> String {
    match request.user {
        // What the app writes where the user is unknown or no UUID.
        None => "00000000-0000-0000-0000-000000000000".to_owned(),
        Some(user) => uuid(crate::model::batch::hash(user.as_bytes()), 0x05E1),
    }
}

/// `2026-01-05 08:00:00.000000`: a time without a zone, as Python and Ruby leave it in a table. It is UTC.
fn naive(at: Stamp) -> String {
    at.utc().format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

#[cfg(test)]
mod tests;
