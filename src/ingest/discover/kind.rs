//! What a file's name says about it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::super::tail::{missed, refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Log,
    Database,
    /// Part of a database: never to be read, or even opened, by itself.
    Sidecar,
    /// A log compressed in a way that is not read: the compression's name, and the tool that prints it.
    Packed(&'static str, &'static str),
    Other,
}

const LOGS: [&str; 2] = ["jsonl", "ndjson"];
/// Compressions that callscope undoes itself.
const UNPACKED: [&str; 2] = ["gzip", "zstd"];
const DATABASES: [&str; 4] = ["db", "sqlite", "sqlite3", "db3"];
const SIDECARS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What a side file's name would be a side file of.
pub fn beside(name: &OsStr) -> Option<&str> {
    let name = name.to_str()?;
    SIDECARS.iter().find_map(|end| name.strip_suffix(end))
}

pub fn kind(name: &OsStr) -> Kind {
    let name = name.to_string_lossy().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let is_sidecar =
        |whole: &str| SIDECARS.iter().any(|end| whole.strip_suffix(end).is_some_and(|whole| is(whole, &DATABASES)));
    if LOGS.contains(&extension) {
        Kind::Log
    } else if DATABASES.contains(&extension) {
        Kind::Database
    } else if is_sidecar(&name) {
        Kind::Sidecar
    } else if let Some((packing, tool)) = refusal::packed(extension) {
        match is(stem, &LOGS) || live(stem).is_some() {
            true if UNPACKED.contains(&packing) => Kind::Log,
            true => Kind::Packed(packing, tool),
            false => Kind::Other,
        }
    } else if live(&name).is_some() {
        Kind::Log
    } else {
        Kind::Other
    }
}

fn is(name: &str, extensions: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

/// What a log was called before it was rotated away: `calls.jsonl` of `calls.jsonl.1` and `calls.jsonl-20260105`.
fn live(name: &str) -> Option<&str> {
    let lower = name.to_ascii_lowercase();
    LOGS.iter().find_map(|log| {
        let base = &name[..=lower.rfind(&format!(".{log}"))? + log.len()];
        missed::is_rotated(OsStr::new(base), OsStr::new(name)).then_some(base)
    })
}

/// The path that a log was rotated away from.
pub fn rotated_from(path: &Path) -> Option<PathBuf> {
    Some(path.with_file_name(live(path.file_name()?.to_str()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name() {
        for (name, expected) in [
            ("decisions-2026-01-05.jsonl", Kind::Log),
            ("X.NDJSON", Kind::Log),
            ("app.db", Kind::Database),
            ("app.sqlite3", Kind::Database),
            ("app.db-wal", Kind::Sidecar),
            ("app.sqlite-journal", Kind::Sidecar),
            ("a.jsonl.gz", Kind::Log),
            ("a.jsonl.1.zst", Kind::Log),
            ("a.jsonl.bz2", Kind::Packed("bzip2", "bzcat")),
            ("a.jsonl.1", Kind::Log),
            ("A.JSONL-20260105", Kind::Log),
            ("a.tar.gz", Kind::Other),
            ("package.json", Kind::Other),
            ("server.log", Kind::Other),
            ("jsonl", Kind::Other),
            ("notes-wal", Kind::Other),
        ] {
            assert_eq!(kind(OsStr::new(name)), expected, "{name}");
        }
    }
}
