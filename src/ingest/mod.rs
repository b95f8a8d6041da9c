//! Bytes to calls. The only folder that opens log files and tables, and it only ever reads them.

pub mod discover;
mod file;
pub mod format;
pub mod tail;
pub mod watch;
