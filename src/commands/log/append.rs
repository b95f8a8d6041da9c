//! A line into a file that other processes append to as well: whole, and on a line of its own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How often and how long a lock is asked for: half a second in all.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(5);

/// Appends `line`, which ends with a newline, by one write. The file and its folder are made when they are missing.
///
/// A file that does not end with a newline was left so by a writer that died in the middle; the line then begins with
/// one, so that only the torn line is lost.
pub fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o644).open(path)?;
    lock(&file);
    let mut whole = Vec::with_capacity(line.len() + 1);
    if is_torn(&file)? {
        whole.push(b'\n');
    }
    whole.extend_from_slice(line);
    let written = file.write(&whole)?;
    if written < whole.len() {
        let why = format!("only {written} of {} bytes were written; is the disk full?", whole.len());
        return Err(io::Error::new(io::ErrorKind::WriteZero, why));
    }
    Ok(())
}

/// Keeps others of us away until the file is closed. Appending writes do not mix on a local disk even without it, but
/// looking at the last byte and writing are two steps. A file system without locks, or a lock that is not given up, is
/// no reason to lose the line.
fn lock(file: &File) {
    for _ in 0..TRIES {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(PAUSE),
            Ok(()) | Err(_) => return,
        }
    }
}

fn is_torn(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.read_exact_at(&mut last, length - 1)?;
    Ok(last != *b"\n")
}
