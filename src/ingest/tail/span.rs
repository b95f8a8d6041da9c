//! Reading a record again, by its place, for drill-down. Not for databases: closing a handle on one drops the locks
//! that `SQLite` holds on it in this process.

use std::io;
use std::path::Path;

use super::super::file::{open, read_at};

const CHUNK: usize = 1 << 20;

/// The `len` bytes from byte `at` of the file at `path`.
///
/// # Errors
/// `UnexpectedEof` if the file is shorter by now: it was truncated or replaced since.
pub fn read_span(path: &Path, at: u64, len: u32) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let size = file.metadata()?.len();
    if at.saturating_add(u64::from(len)) > size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut bytes = vec![0; len as usize];
    let read = read_at(&file, &mut bytes, at)?;
    if read < bytes.len() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

/// The number, from 1, of the line that byte `at` lies in.
pub fn line_number(path: &Path, at: u64) -> io::Result<u64> {
    let file = open(path)?;
    let mut chunk = vec![0; CHUNK];
    let (mut done, mut line) = (0, 1);
    while done < at {
        let want = (at - done).min(CHUNK as u64) as usize;
        let read = read_at(&file, &mut chunk[..want], done)?;
        if read == 0 {
            break;
        }
        line += memchr::memchr_iter(b'\n', &chunk[..read]).count() as u64;
        done += read as u64;
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_again_by_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        std::fs::write(&path, "{\"a\":1}\n{\"b\":\"å\"}\n").unwrap();
        assert_eq!(read_span(&path, 8, 10).unwrap(), "{\"b\":\"å\"}".as_bytes());
        assert_eq!([0, 7, 8, 19].map(|at| line_number(&path, at).unwrap()), [1, 1, 2, 3]);
        std::fs::write(&path, "{}\n").unwrap();
        assert_eq!(read_span(&path, 8, 10).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(read_span(dir.path(), 0, 1).is_err());
        assert!(read_span(&path, 0, u32::MAX).is_err(), "no room is taken for what is not there");
    }
}
