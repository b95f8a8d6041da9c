//! Follows tables of other people's `SQLite` databases while they are being written.
//!
//! What holds everywhere in this folder:
//! - nothing is written, recovered or created that its owner would not have had anyway (`access.rs`);
//! - a statement never outlives the copying of its rows into memory, because an open read keeps the writer's WAL from
//!   shrinking and fails the commits of a rollback-journal writer (`batch.rs`);
//! - a row is known by its key and a hash of its values, so a row told again is replaced and never added (`known.rs`);
//! - an event is only a hint: what changed is asked of `PRAGMA data_version` (`database.rs`).
//!
//! No thread is started here; the caller owns the thread that polls.

mod access;
mod batch;
mod database;
mod files;
mod follow;
mod keyed;
mod known;
mod ladder;
mod layout;
mod pace;
mod pending;
mod record;
mod schema;
mod unreadable;
mod whole;

#[cfg(test)]
mod tests;

pub use database::{Database, Mark};
pub use follow::{Follow, Polled, Row, Stays};
pub use ladder::Ladder;
pub use record::{json, look_up, read_row};
pub use schema::{Column, Key, Table};
pub use unreadable::Unreadable;
