//! What `stat` tells of a database and its side files, without opening any of them.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use twox_hash::XxHash3_64;

use super::Unreadable;

/// One file at one moment. Two equal marks: nobody wrote to it in between.
///
/// The size alone would not do: a WAL is written again from its start after a checkpoint and keeps its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileMark {
    device: u64,
    inode: u64,
    /// Nanoseconds since 1970. Inode numbers are given out again at once on ext4, birth times are not.
    born: Option<u128>,
    pub size: u64,
    modified: (i64, i64),
}

impl FileMark {
    fn of(stat: &Metadata) -> Self {
        let nanos = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_nanos());
        Self {
            device: stat.dev(),
            inode: stat.ino(),
            born: stat.created().ok().and_then(nanos),
            size: stat.len(),
            modified: (stat.mtime(), stat.mtime_nsec()),
        }
    }

    /// Whether both are the same file, however much was written to it.
    pub fn same_file(&self, other: &Self) -> bool {
        (self.device, self.inode, self.born) == (other.device, other.inode, other.born)
    }

    /// A number for the file itself.
    pub fn identity(&self) -> u64 {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.device.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.inode.to_le_bytes());
        bytes[16..].copy_from_slice(&self.born.unwrap_or_default().to_le_bytes());
        XxHash3_64::oneshot(&bytes)
    }
}

/// A database and its write-ahead log at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Files {
    pub main: FileMark,
    pub wal: Option<FileMark>,
}

impl Files {
    /// `real` is where `path` led to when it was last resolved; the side files lie there.
    pub fn stat(path: &Path, real: &Path) -> Result<Self, Unreadable> {
        let stat = std::fs::metadata(path).map_err(|error| unreachable_file(&error, path))?;
        if !stat.is_file() {
            return Err(Unreadable::NotADatabase);
        }
        let wal = std::fs::metadata(side_file(real, "-wal")).ok();
        Ok(Self { main: FileMark::of(&stat), wal: wal.as_ref().map(FileMark::of) })
    }

    /// Whether a connection opened at `earlier` still reads what lies there now.
    pub fn same_files(&self, earlier: &Self) -> bool {
        let same_wal = match (&self.wal, &earlier.wal) {
            (Some(now), Some(then)) => now.same_file(then),
            (None, None) => true,
            _ => false,
        };
        same_wal && self.main.same_file(&earlier.main)
    }
}

/// The file's place with all symbolic links resolved.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, Unreadable> {
    path.canonicalize().map_err(|error| unreachable_file(&error, path))
}

/// `-wal`, `-shm` or `-journal` of a database.
pub(super) fn side_file(real: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(real);
    name.push(ending);
    PathBuf::from(name)
}

fn unreachable_file(error: &io::Error, path: &Path) -> Unreadable {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unreadable::Missing,
        io::ErrorKind::PermissionDenied => {
            let folder = path.parent().unwrap_or(path);
            Unreadable::NoPermission(format!("the folder {}", folder.display()))
        }
        _ => Unreadable::Other(error.to_string()),
    }
}
