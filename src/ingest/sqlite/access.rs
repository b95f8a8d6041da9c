//! Opening a database so that its owner never notices.
//!
//! A plain `mode=ro` open is not harmless: on a WAL database that nobody has open it creates `-wal` and `-shm`. When
//! reader and owner are different users these stay behind as the reader's, and every later write of the owner fails.
//! So the way in is chosen by what lies there:
//!
//! | side files           | owner is us | owner is another user         |
//! |----------------------|-------------|-------------------------------|
//! | `-wal` and `-shm`    | read-only   | read-only, `-shm` not written |
//! | `-wal` only (crash)  | read-only   | refused                       |
//! | none, WAL database   | immutable   | immutable                     |
//! | none, other database | read-only   | read-only                     |

use std::cell::Cell;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, ffi};

use super::Unreadable;
use super::files::{Files, side_file};

/// Milliseconds between tries to get in while a writer is at work, a tenth of a second in all: long enough for a commit
/// to pass, short enough for a reader thread to stay responsive.
const BUSY: [u64; 8] = [1, 2, 5, 10, 15, 20, 22, 25];

thread_local! {
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// How long this thread has waited for writers since it was last asked: time in which it held up nobody.
pub(super) fn waited() -> Duration {
    WAITED.take()
}

fn wait(tries: i32) -> bool {
    let Some(millis) = usize::try_from(tries).ok().and_then(|tries| BUSY.get(tries)) else { return false };
    let began = Instant::now();
    std::thread::sleep(Duration::from_millis(*millis));
    WAITED.set(WAITED.get() + began.elapsed());
    true
}

/// How the database is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Write-ahead log: reading disturbs nobody as long as it is short.
    Wal,
    /// Rollback journal: a writer's commit fails or waits while we read.
    Journal,
    /// A WAL database that nobody has open. `SQLite` neither locks nor looks for changes: `stat` has to.
    AtRest,
}

/// Kept prepared: four for each of some twenty tables.
const STATEMENTS: usize = 80;

/// Opens the database at `real`, which must not be empty: of an empty one `SQLite` deletes the `-wal`, even here.
pub(super) fn connect(real: &Path, files: &Files) -> Result<(Connection, Access), Unreadable> {
    let way = way_in(real, files)?;
    let fault = |error| Unreadable::of(&error, real);
    let mut connection = open(real, way).map_err(fault)?;
    settle(&mut connection).map_err(fault)?;
    if way == AT_REST {
        return Ok((connection, Access::AtRest));
    }
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(fault)?;
    Ok((connection, if mode == "wal" { Access::Wal } else { Access::Journal }))
}

const READ_ONLY: &str = "mode=ro";
const SHM_READ_ONLY: &str = "mode=ro&readonly_shm=1";
const AT_REST: &str = "mode=ro&immutable=1";

fn way_in(real: &Path, files: &Files) -> Result<&'static str, Unreadable> {
    let ours = || real.metadata().is_ok_and(|stat| stat.uid() == rustix::process::geteuid().as_raw());
    match (files.wal.is_some(), side_file(real, "-shm").exists()) {
        (true, _) if ours() => Ok(READ_ONLY),
        (true, true) => Ok(SHM_READ_ONLY),
        (true, false) => Err(Unreadable::OtherUsersLeftovers),
        (false, _) if is_wal(real) => Ok(AT_REST),
        (false, _) => Ok(READ_ONLY),
    }
}

/// Whether the header asks for WAL. Told by `SQLite` itself, which refuses such a database to a connection that may not
/// lock, before it makes a side file. (Reading the header by hand would drop our own locks on close.)
pub(super) fn is_wal(real: &Path) -> bool {
    let version = |connection: Connection| connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    match open(real, "mode=ro&nolock=1").and_then(version) {
        Err(rusqlite::Error::SqliteFailure(code, _)) => code.extended_code == ffi::SQLITE_CANTOPEN,
        _ => false,
    }
}

fn open(real: &Path, way: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(real, way), flags)
}

fn uri(real: &Path, way: &str) -> String {
    let mut uri = String::from("file:");
    for byte in real.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri + "?" + way
}

/// The database may be hostile or be cut short under us: no functions from its schema, no text for a column that is
/// not there, no memory map (a shrinking file would kill us by SIGBUS). Ends with the first real read.
fn settle(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
    ] {
        connection.set_db_config(setting, on)?;
    }
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")?;
    connection.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_bytes_becomes_a_plain_uri() {
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a b/\xff?#%.db"));
        assert_eq!(uri(path, READ_ONLY), "file:/a%20b/%ff%3f%23%25.db?mode=ro");
    }
}
