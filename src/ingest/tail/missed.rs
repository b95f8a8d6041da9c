//! Files that stood at a path between two looks and were rotated away again: found by their names beside it and the
//! times of their birth.

use std::ffi::{OsStr, OsString};
use std::fs::{DirEntry, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirEntryExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::file::{FileId, folder_of, open};

/// Whether `name` is what a rotation makes of `base`: `base.1`, `base-20260105`, `base.2026-01-05.3`, `base.old`.
pub fn is_rotated(base: &OsStr, name: &OsStr) -> bool {
    let Some(suffix) = name.as_bytes().strip_prefix(base.as_bytes()) else { return false };
    let is_stamp = suffix.iter().all(|byte| byte.is_ascii_digit() || b".-_:T".contains(byte));
    let has_digit = suffix.iter().any(u8::is_ascii_digit);
    matches!(suffix.first(), Some(b'.' | b'-' | b'_')) && ((is_stamp && has_digit) || suffix == b".old")
}

/// Whether `name` is `base` with a stamp before its ending: `calls-20260105.jsonl`. It may be a log of its own as well.
fn is_dated(base: &OsStr, name: &OsStr) -> bool {
    let (base, name) = (Path::new(base), Path::new(name));
    match (base.file_stem(), name.file_stem()) {
        (Some(base_stem), Some(stem)) => base.extension() == name.extension() && is_rotated(base_stem, stem),
        _ => false,
    }
}

/// When a file was born, and its name: an order in which none comes twice.
pub type Birth = (SystemTime, OsString);

/// The oldest file rotated away from `path` that was born after `after` and before `until` and is none of `known`.
pub fn oldest(path: &Path, after: &Birth, until: Option<SystemTime>, known: &[FileId]) -> Option<(Birth, File)> {
    let base = path.file_name()?;
    let born = |entry: DirEntry| {
        let name = entry.file_name();
        let meta = is_rotated(base, &name).then(|| entry.metadata().ok()).flatten()?;
        let id = FileId::of(&meta);
        let birth = (id.born?, name);
        let is_one = meta.is_file() && birth > *after && until.is_none_or(|until| birth.0 <= until);
        (is_one && !known.contains(&id)).then(|| (birth, entry.path()))
    };
    let entries = std::fs::read_dir(folder_of(path)).ok()?;
    let (birth, place) = entries.flatten().filter_map(born).min()?;
    Some((birth, open(&place).ok()?))
}

/// The files that may have been rotated away from `path`, the youngest first.
pub fn rotated(path: &Path) -> Vec<PathBuf> {
    let (Some(base), Ok(entries)) = (path.file_name(), std::fs::read_dir(folder_of(path))) else { return Vec::new() };
    let may_be = |name: &OsStr| is_rotated(base, name) || is_dated(base, name);
    let names = entries.flatten().filter(|entry| may_be(&entry.file_name()));
    let mut files: Vec<(SystemTime, PathBuf)> =
        names.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    files.into_iter().map(|(_, path)| path).collect()
}

/// The file with this id under another name in the folder of `path`.
pub fn renamed(path: &Path, id: FileId) -> Option<File> {
    let entries = std::fs::read_dir(folder_of(path)).ok()?;
    entries
        .flatten()
        .filter(|entry| entry.ino() == id.inode())
        .filter_map(|entry| open(&entry.path()).ok())
        .find(|file| file.metadata().is_ok_and(|meta| FileId::of(&meta) == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_may_stand_before_the_ending() {
        let is = |name: &str| is_dated(OsStr::new("a.jsonl"), OsStr::new(name));
        assert!(is("a-20260105.jsonl") && is("a.2.jsonl"));
        assert!(!is("a.jsonl") && !is("a-20260105.log") && !is("ab-1.jsonl"));
    }

    #[test]
    fn names_that_rotation_gives() {
        let is = |name: &str| is_rotated(OsStr::new("a.jsonl"), OsStr::new(name));
        for yes in ["a.jsonl.1", "a.jsonl-20260105", "a.jsonl.2026-01-05T10:00.2", "a.jsonl_3", "a.jsonl.old"] {
            assert!(is(yes), "{yes}");
        }
        for no in
            ["a.jsonl", "a.jsonl.gz", "a.jsonl.1.gz", "a.jsonl.tmp", "a.jsonl~", "a.jsonl1", "b.jsonl.1", "a.jsonl.-"]
        {
            assert!(!is(no), "{no}");
        }
    }
}
