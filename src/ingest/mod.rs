//! Bytes to calls. The only folder that opens log files and tables, and it only ever reads them.

pub mod format;
pub mod sqlite;
