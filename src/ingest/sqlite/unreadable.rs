//! Why a database cannot be read now, in a sentence that says what to do about it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::ffi;
use rustix::fs::{Access, AtFlags, CWD, accessat};

use super::files::side_file;

/// Its `Display` is the sentence to show. All of them may pass: the caller tries again at its own pace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the file is not there; it is read as soon as it appears")]
    Missing,
    #[error("this is not a SQLite database; check the path")]
    NotADatabase,
    #[error("this is encrypted or no SQLite database; give a decrypted copy")]
    Encrypted,
    #[error("damaged or cut off ({0}); try `sqlite3 FILE .recover` on a copy")]
    Corrupt(String),
    #[error("locked by its writer; trying again")]
    Locked,
    #[error("its writer died while writing; open it once with that program, which puts it right")]
    HotJournal,
    #[error("no permission to read {0}; grant it, or run as its owner")]
    NoPermission(String),
    #[error("another user's program left its -wal behind; that user has to open it once, reading would lock them out")]
    OtherUsersLeftovers,
    #[error("{0}")]
    Other(String),
}

impl Unreadable {
    /// What `SQLite`'s error means for the database at `real`.
    pub(super) fn of(error: &rusqlite::Error, real: &Path) -> Self {
        let rusqlite::Error::SqliteFailure(code, text) = error else {
            return Self::Other(error.to_string());
        };
        match (code.extended_code, code.extended_code & 0xff) {
            (ffi::SQLITE_READONLY_ROLLBACK, _) => Self::HotJournal,
            (ffi::SQLITE_IOERR_SHORT_READ, _) => Self::Corrupt("it ends too early".into()),
            (_, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) => Self::Locked,
            (_, ffi::SQLITE_NOTADB) => sniff(real),
            (_, ffi::SQLITE_CORRUPT) => Self::Corrupt(text.clone().unwrap_or_else(|| error.to_string())),
            (_, ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM | ffi::SQLITE_AUTH) => refused(error, real),
            (_, ffi::SQLITE_READONLY) => Self::OtherUsersLeftovers,
            _ => Self::Other(text.clone().unwrap_or_else(|| error.to_string())),
        }
    }
}

/// Which of the files it was that could not be opened. Asks without opening one.
fn refused(error: &rusqlite::Error, real: &Path) -> Unreadable {
    for file in [real.to_owned(), side_file(real, "-wal"), side_file(real, "-shm")] {
        match accessat(CWD, &file, Access::READ_OK, AtFlags::EACCESS) {
            Err(rustix::io::Errno::ACCESS) => return Unreadable::NoPermission(file.display().to_string()),
            Err(rustix::io::Errno::NOENT) if file == real => return Unreadable::Missing,
            _ => {}
        }
    }
    Unreadable::Other(error.to_string())
}

/// Tells what a file that `SQLite` refuses looks like. Only such a file is ever opened here: opening and closing a
/// database drops every lock that this process holds on it (POSIX), and no one holds locks on what is none.
fn sniff(real: &Path) -> Unreadable {
    let mut head = Vec::with_capacity(512);
    let Ok(file) = File::open(real) else {
        return Unreadable::NotADatabase;
    };
    let size = file.metadata().map_or(0, |known| known.len());
    if file.take(512).read_to_end(&mut head).is_err() {
        return Unreadable::NotADatabase;
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Unreadable::Corrupt("its header makes no sense".into());
    }
    if size % 512 == 0 && looks_random(&head) { Unreadable::Encrypted } else { Unreadable::NotADatabase }
}

/// 512 random bytes have about 221 different values; text has under 100.
fn looks_random(head: &[u8]) -> bool {
    let mut met = [false; 256];
    for byte in head {
        met[usize::from(*byte)] = true;
    }
    head.len() == 512 && met.iter().filter(|met| **met).count() > 180
}
