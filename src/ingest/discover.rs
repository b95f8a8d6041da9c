//! Which files and databases there are to read: what the user named, or what lies here. The file system's half only;
//! which format a file is in is found out by reading it.
//!
//! Asked again and again, since files come and go; the same tree gives the same answer, in the order of the names, and
//! so dated logs come in the order of their days.

mod gather;
mod kind;
mod known;
mod named;
mod suggest;
#[cfg(test)]
mod tests;
mod walk;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::file::folder_of;
use super::tools;
use super::whole::is_document;
use gather::Gather;
pub use kind::rotated_from;
use kind::{Kind, kind};
pub use known::Known;
pub use named::{Named, named, of_tool};
use walk::{Rules, Walk, walk};

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    Stdin,
    Log(PathBuf),
    Database(PathBuf),
    /// One table of a database.
    Table(PathBuf, String),
}

impl Found {
    /// `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::Log(path) | Self::Database(path) | Self::Table(path, _) => path,
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub found: Vec<Found>,
    /// What looks as if it should be read and is not, and why, in words.
    pub left_out: Vec<(PathBuf, String)>,
    /// The folders where something new may come up: these are to be watched.
    pub folders: Vec<PathBuf>,
}

/// Folders below the current one that are looked into when nothing is named.
const DEPTH_HERE: usize = 3;

/// Folders below one that was named.
const DEPTH_NAMED: usize = 8;

/// Files of other names that are looked at in a folder, should they be databases: a look costs a microsecond, and is
/// taken every few seconds.
const OTHERS: usize = 512;

/// The one hidden folder that is looked into.
const LOGS: &str = ".orchestration-logs";

/// What a folder lacks.
const NO_LOG: &str = "no log of calls in it: no *.jsonl, no *.ndjson and no SQLite database";

/// Folders of other people's files, and of copies.
const NOISE: [&str; 9] =
    ["node_modules", "bower_components", "target", "venv", "dist", "build", "vendor", "site-packages", "__pycache__"];

/// What lies in `root` when no source is named: `*.jsonl`, `*.ndjson`, `SQLite` databases and the documents of known
/// tools, three folders deep.
pub fn here(root: &Path, known: &mut Known) -> Look {
    let mut gather = Gather::new(known);
    folder(&mut gather, root, DEPTH_HERE);
    gather.finish()
}

/// What the named sources are at this moment.
pub fn expand(named: &[Named], known: &mut Known) -> Look {
    let mut gather = Gather::new(known);
    for one in named {
        match one {
            Named::Stdin => gather.take_as_named(Found::Stdin),
            Named::File(path) => gather.take_as_named(Found::Log(path.clone())),
            Named::Database(path) => gather.take_as_named(Found::Database(path.clone())),
            Named::Table(path, table) => gather.take_as_named(Found::Table(path.clone(), table.clone())),
            Named::Folder(path) => named_folder(&mut gather, path, named),
            Named::Glob { base, pattern } => glob(&mut gather, base, pattern),
            Named::Tool(_, places) => places.iter().for_each(|(base, pattern)| of_tool_at(&mut gather, base, pattern)),
        }
        if let Named::File(path) | Named::Database(path) | Named::Table(path, _) = one {
            gather.watch(folder_of(path));
        }
    }
    gather.finish()
}

/// What to say of a source that holds nothing at all now, and under which name.
pub fn nothing(named: &Named, known: &mut Known) -> Option<(PathBuf, String)> {
    let look = expand(std::slice::from_ref(named), known);
    match named {
        _ if !look.found.is_empty() || !look.left_out.is_empty() => None,
        Named::Folder(path) => Some((path.clone(), NO_LOG.to_owned())),
        Named::Glob { base, pattern } => Some((base.join(pattern.glob().glob()), "no file matches".to_owned())),
        Named::Tool(tool, places) => {
            let place = places.first().map(|(base, _)| base.clone())?;
            Some((place, format!("no log of {} in it yet", tool.title)))
        }
        _ => None,
    }
}

/// How many JSON documents were left unread.
fn folder(gather: &mut Gather<'_>, root: &Path, depth: usize) -> usize {
    let full = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
    let rules = Rules {
        depth,
        enter: &|name| !is_skipped(name),
        wants: &|path| match path.file_name().map(kind) {
            None | Some(Kind::Other) => is_document(path) && tools::wrote(&full.join(path)),
            Some(_) => true,
        },
        counts: &|path| is_document(path) && !tools::owns(&full.join(path)),
        others: OTHERS,
    };
    let walk = walk(root, &rules);
    let unread = walk.counted;
    gather.take_walk(walk);
    unread
}

/// A folder that was named is answered for: what may hold calls there, and is not read, is said.
fn named_folder(gather: &mut Gather<'_>, root: &Path, named: &[Named]) {
    let before = gather.count();
    let full = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let is_in_it = |path: &Path| is_document(path) && full(path).starts_with(full(root)) && !tools::owns(&full(path));
    let by_name = named.iter().filter(|one| matches!(one, Named::File(path) if is_in_it(path))).count();
    let unread = folder(gather, root, DEPTH_NAMED).saturating_sub(by_name);
    let documents = match unread {
        0 => return,
        1 => "1 .json document: name it to have it read".to_owned(),
        _ => format!("{unread} .json documents: name one to have it read"),
    };
    let why = if gather.count() == before { format!("{NO_LOG}, but {documents}") } else { documents };
    gather.leave_out(root.to_path_buf(), why);
}

fn glob(gather: &mut Gather<'_>, base: &Path, pattern: &globset::GlobMatcher) {
    let text = pattern.glob().glob();
    let rules = Rules {
        depth: if text.contains("**") { DEPTH_NAMED } else { text.matches('/').count() },
        // A folder that is spelled out in the pattern is meant.
        enter: &|name| !is_skipped(name) || name.to_str().is_some_and(|name| text.contains(name)),
        wants: &|path| pattern.is_match(path),
        counts: &|_| false,
        others: 0,
    };
    gather.take_walk(walk(base, &rules));
}

/// A tool knows its own folders: none is skipped for its name.
fn of_tool_at(gather: &mut Gather<'_>, base: &Path, pattern: &globset::GlobMatcher) {
    if base.is_file() {
        gather.watch(folder_of(base));
        return gather.take_as_named(Found::Log(base.to_path_buf()));
    }
    let rules = Rules {
        depth: DEPTH_NAMED,
        enter: &|_| true,
        wants: &|path| pattern.is_match(path),
        counts: &|_| false,
        others: 0,
    };
    gather.take_walk(walk(base, &rules));
}

fn is_skipped(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    (name.starts_with('.') && name != LOGS) || NOISE.contains(&name)
}
