//! Files that others write: what a path stands for at this moment, handles that never block, and words for what fails.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::OFlags;
use rustix::io::Errno;

/// Which file it is. Device and inode alone do not tell: ext4 gives a freed inode to the next file at once. The time of
/// birth does, where the file system keeps one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    dev: u64,
    ino: u64,
    pub born: Option<SystemTime>,
}

impl FileId {
    pub fn of(meta: &Metadata) -> Self {
        Self { dev: meta.dev(), ino: meta.ino(), born: meta.created().ok() }
    }

    pub fn inode(self) -> u64 {
        self.ino
    }

    /// As long as a handle keeps a file alive no other one gets its inode, and this is enough.
    pub fn is_same_inode(self, other: Self) -> bool {
        (self.dev, self.ino) == (other.dev, other.ino)
    }
}

/// What one `stat` tells. As long as it stays the same, so does the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    pub id: FileId,
    pub len: u64,
    /// Seconds and nanoseconds. The time of change stands beside that of modification because a writer can set the
    /// latter back.
    modified: (i64, i64),
    changed: (i64, i64),
}

/// Time stamps of files come from a coarse clock, of 10 ms where the kernel ticks slowest.
pub const TICK: Duration = Duration::from_millis(20);

impl Stat {
    pub fn of(meta: &Metadata) -> Self {
        Self {
            id: FileId::of(meta),
            len: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Whether nothing has touched the file for `span` before `now`. False for times in the future.
    pub fn is_older_than(&self, span: Duration, now: SystemTime) -> bool {
        let secs = Duration::from_secs(self.changed.0.max(0) as u64);
        let changed = SystemTime::UNIX_EPOCH + secs + Duration::from_nanos(self.changed.1.max(0) as u64);
        now.duration_since(changed).is_ok_and(|age| age >= span)
    }
}

/// What a path stands for.
#[derive(Debug)]
pub enum Place {
    File(Stat),
    Nothing,
    /// Something that cannot be read as a file; why, in words.
    Barred(String),
}

/// Looks a path up; symbolic links are followed.
pub fn look(path: &Path) -> Place {
    match std::fs::metadata(path) {
        Ok(meta) => match unfit(meta.file_type()) {
            None => Place::File(Stat::of(&meta)),
            Some(why) => Place::Barred(why.to_owned()),
        },
        Err(error) if is_absence(&error) => Place::Nothing,
        Err(error) => Place::Barred(words(&error)),
    }
}

pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Opens a regular file for reading. A pipe or a device neither blocks this nor is opened.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    // Asked of the handle, since the path may stand for something else by now.
    match unfit(file.metadata()?.file_type()) {
        None => Ok(file),
        Some(why) => Err(io::Error::new(io::ErrorKind::InvalidInput, why)),
    }
}

/// Why something of this type is not followed; `None` for a regular file.
pub fn unfit(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a folder, not a file")
    } else if kind.is_fifo() {
        Some("a pipe: read it as standard input, `callscope - < PIPE`")
    } else if kind.is_socket() {
        Some("a socket, not a file")
    } else {
        Some("a device, not a file")
    }
}

/// Reads into `buf` what there is from byte `at` on; less than `buf` holds only at the end of the file.
pub fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match file.read_at(&mut buf[done..], at + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// What went wrong and what to do about it, in a line.
pub fn words(error: &io::Error) -> String {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::ACCESS | Errno::PERM) => "no permission to read it: ask its owner for `chmod a+r`".to_owned(),
        Some(Errno::MFILE | Errno::NFILE) => "too many files are open: raise the limit, `ulimit -n 4096`".to_owned(),
        Some(Errno::LOOP) => "its symbolic links go round in a circle".to_owned(),
        Some(Errno::IO) => "the disk fails to read it (input/output error)".to_owned(),
        Some(Errno::NOENT | Errno::NOTDIR) => "no such file".to_owned(),
        _ => error.to_string(),
    }
}

/// A path in a message: nothing in a file's name can reach the terminal as a command.
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for c in path.to_string_lossy().chars() {
        if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}') {
            text.extend(c.escape_unicode());
        } else {
            text.push(c);
        }
    }
    text
}

/// A name in a folder. The current folder is left out, as people leave it out.
pub fn child(folder: &Path, name: impl AsRef<Path>) -> PathBuf {
    if folder == Path::new(".") { name.as_ref().to_path_buf() } else { folder.join(name) }
}

/// The folder that a path lies in; `.` for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}
