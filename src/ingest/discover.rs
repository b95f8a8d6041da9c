//! Which files there are to read: what a SOURCE on the command line means, and what lies in a folder.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher};

/// What one SOURCE names.
#[derive(Debug, Clone)]
pub enum Named {
    Stdin,
    /// No SOURCE at all: what lies in this folder, three levels deep.
    Here(PathBuf),
    File(PathBuf),
    Folder(PathBuf),
    Glob {
        base: PathBuf,
        pattern: GlobMatcher,
    },
    Database(PathBuf),
    Table(PathBuf, String),
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    Log(PathBuf),
    Database(PathBuf),
}

/// What was found, and what was not taken and why.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub found: Vec<Found>,
    pub left_out: Vec<(PathBuf, String)>,
}

/// Folders that hold other people's files: dependencies, builds, caches.
const SKIPPED: [&str; 14] = [
    "node_modules",
    "target",
    "venv",
    "dist",
    "build",
    "vendor",
    "__pycache__",
    "site-packages",
    "bower_components",
    "coverage",
    "tmp",
    "Pods",
    "DerivedData",
    "out",
];
/// The one hidden folder that is looked into.
const OUR_FOLDER: &str = ".orchestration-logs";
/// How deep the current folder is searched, and one that was named.
const DEPTH_HERE: usize = 3;
const DEPTH_NAMED: usize = 8;
/// More files than this under one source are a mistake, or a job for a narrower name.
const MOST: usize = 50_000;

/// What one SOURCE argument means. The error is one line that says what to do.
pub fn named(word: &str) -> Result<Named, String> {
    if word == "-" {
        return Ok(Named::Stdin);
    }
    let path = absolute(Path::new(word));
    match fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => return Ok(Named::Folder(path)),
        Ok(meta) if meta.is_file() => {
            return Ok(if is_database(&path) { Named::Database(path) } else { Named::File(path) });
        }
        Ok(_) => return Err(format!("{word}: a pipe or a device; pipe it into `callscope -` instead")),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(format!("{word}: no permission to read it"));
        }
        Err(_) => {}
    }
    if let Some((file, table)) = word.rsplit_once(':')
        && !table.is_empty()
        && Path::new(file).is_file()
    {
        let file = absolute(Path::new(file));
        if is_database(&file) {
            return Ok(Named::Table(file, table.to_owned()));
        }
        return Err(format!("{word}: {} is no SQLite database, so it has no table {table}", file.display()));
    }
    if word.contains(['*', '?', '[', '{']) {
        return glob(word);
    }
    Err(format!("{word}: no such file or folder{}", suggestion(&path)))
}

fn glob(word: &str) -> Result<Named, String> {
    let path = absolute(Path::new(word));
    let plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
    let base: PathBuf = path.components().take_while(plain).collect();
    let pattern = GlobBuilder::new(&path.to_string_lossy())
        .literal_separator(true)
        .build()
        .map_err(|error| format!("{word}: {}", error.kind()))?;
    Ok(Named::Glob { base, pattern: pattern.compile_matcher() })
}

/// The entry of the same folder that was probably meant.
fn suggestion(path: &Path) -> String {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return String::new();
    };
    let names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .take(2_000)
        .collect();
    let nearest = crate::model::text::nearest(name, names.iter().map(String::as_str));
    if nearest.is_empty() || !crate::model::text::is_near(name, nearest) {
        String::new()
    } else {
        format!("; did you mean {nearest}?")
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What a SOURCE holds now. It may be asked again and again; names are in order, so days are too.
pub fn expand(named: &Named) -> Look {
    let mut walk = Walk::default();
    match named {
        Named::Stdin => {}
        Named::File(path) => walk.look.found.push(Found::Log(path.clone())),
        Named::Database(path) | Named::Table(path, _) => walk.look.found.push(Found::Database(path.clone())),
        Named::Here(folder) => walk.folder(folder, DEPTH_HERE, &LOGS),
        Named::Folder(folder) => walk.folder(folder, DEPTH_NAMED, &LOGS),
        Named::Glob { base, pattern } => {
            let matches = |path: &Path| pattern.is_match(path);
            walk.folder(base, DEPTH_NAMED, &Wanted { any_database: false, wanted: &matches });
        }
    }
    walk.look.found.sort();
    walk.look
}

/// The folders whose events tell of changes in a SOURCE.
pub fn watch_folders(named: &Named) -> Vec<PathBuf> {
    let parent = |path: &Path| vec![path.parent().unwrap_or(Path::new("/")).to_owned()];
    match named {
        Named::Stdin => Vec::new(),
        Named::File(path) | Named::Database(path) | Named::Table(path, _) => parent(path),
        Named::Here(folder) => folders(folder, DEPTH_HERE),
        Named::Folder(folder) => folders(folder, DEPTH_NAMED),
        Named::Glob { base, .. } => folders(base, DEPTH_NAMED),
    }
}

fn folders(root: &Path, depth: usize) -> Vec<PathBuf> {
    let mut walk = Walk::default();
    walk.folder(root, depth, &Wanted { any_database: false, wanted: &|_| false });
    walk.folders
}

/// `*.jsonl` and `*.ndjson`. Other names may hold logs too, and are read when they are named.
fn is_log_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl") || extension.eq_ignore_ascii_case("ndjson"))
}

fn is_database_name(path: &Path) -> bool {
    let known = ["db", "sqlite", "sqlite3", "db3"];
    path.extension().is_some_and(|extension| known.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// Which files of a walk are taken.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    /// Every SQLite file, whatever `wanted` says.
    any_database: bool,
    wanted: &'w dyn Fn(&Path) -> bool,
}

/// Logs by their names, and databases.
const LOGS: Wanted<'static> = Wanted { any_database: true, wanted: &is_log_name };

/// One walk through folders.
#[derive(Default)]
struct Walk {
    look: Look,
    folders: Vec<PathBuf>,
    /// Files met, by device and inode: the same file under two names is read once.
    met: HashMap<(u64, u64), PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, depth: usize, wanted: &Wanted<'_>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.look.left_out.push((folder.to_owned(), format!("cannot be listed: {error}")));
                return;
            }
        };
        self.folders.push(folder.to_owned());
        let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for path in entries {
            if self.met.len() >= MOST {
                return;
            }
            let Ok(meta) = fs::metadata(&path) else { continue };
            if meta.is_dir() {
                if depth > 1 && is_searched(&path) && self.met.insert((meta.dev(), meta.ino()), path.clone()).is_none()
                {
                    self.folder(&path, depth - 1, wanted);
                }
            } else if meta.is_file() {
                self.file(path, &meta, wanted);
            } else if (wanted.wanted)(&path) {
                self.look.left_out.push((path, "a pipe or a device, not a file".to_owned()));
            }
        }
    }

    fn file(&mut self, path: PathBuf, meta: &fs::Metadata, wanted: &Wanted<'_>) {
        let Wanted { any_database, wanted } = *wanted;
        let found = if is_database_name(&path) && (any_database || wanted(&path)) {
            if !is_database(&path) {
                if meta.len() > 0 {
                    self.look.left_out.push((
                        path,
                        "named like a database, but it is no SQLite file, or an encrypted one".to_owned(),
                    ));
                }
                return;
            }
            Found::Database(path.clone())
        } else if wanted(&path) {
            Found::Log(path.clone())
        } else {
            if let Some(packed) = packed_log(&path) {
                self.look
                    .left_out
                    .push((path, format!("{packed}: compressed logs are not read yet; unpack it to read it")));
            }
            return;
        };
        match self.met.get(&(meta.dev(), meta.ino())) {
            Some(other) => {
                let why = format!("the same file as {}", other.display());
                self.look.left_out.push((path, why));
            }
            None => {
                self.met.insert((meta.dev(), meta.ino()), path);
                self.look.found.push(found);
            }
        }
    }
}

/// `x.jsonl.gz`, `x.jsonl.1.gz`: the name of the packing.
fn packed_log(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    if !name.contains(".jsonl") && !name.contains(".ndjson") {
        return None;
    }
    match path.extension()?.to_str()? {
        "gz" => Some("gzip"),
        "zst" => Some("zstd"),
        "xz" => Some("xz"),
        "bz2" => Some("bzip2"),
        _ => None,
    }
}

fn is_searched(folder: &Path) -> bool {
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { return false };
    name == OUR_FOLDER || !name.starts_with('.') && !SKIPPED.contains(&name)
}

/// Whether a file is a SQLite database, by its first bytes. The answer is remembered for the file: opening and closing
/// a database that SQLite has open in this process would drop its locks.
pub fn is_database(path: &Path) -> bool {
    static KNOWN: Mutex<Option<HashMap<(u64, u64), bool>>> = Mutex::new(None);
    let Ok(meta) = fs::metadata(path) else { return false };
    let id = (meta.dev(), meta.ino());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(answer) = known.get(&id)
        && (*answer || meta.len() == 0)
    {
        return *answer;
    }
    let mut magic = [0; 16];
    let answer = meta.is_file()
        && meta.len() >= 100
        && File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == *b"SQLite format 3\0";
    known.insert(id, answer);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn make(root: &Path, files: &[&str]) {
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}\n").unwrap();
        }
    }

    fn names(look: &Look, root: &Path) -> Vec<String> {
        let path = |found: &Found| match found {
            Found::Log(path) | Found::Database(path) => path.strip_prefix(root).unwrap().display().to_string(),
        };
        look.found.iter().map(path).collect()
    }

    #[test]
    fn the_folder_is_searched_three_levels_deep_and_not_in_what_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        make(
            folder.path(),
            &[
                ".orchestration-logs/decisions-2026-01-06.jsonl",
                ".orchestration-logs/decisions-2026-01-05.jsonl",
                "logs/a/b.jsonl",
                "logs/a/deep/c.jsonl",
                "node_modules/x/y.jsonl",
                ".git/z.jsonl",
                "app.log",
                "x.NDJSON",
                "logs/old.jsonl.gz",
            ],
        );
        let db = rusqlite::Connection::open(folder.path().join("app.db")).unwrap();
        db.execute_batch("CREATE TABLE t (x)").unwrap();
        fs::write(folder.path().join("not.db"), "rubbish ".repeat(50)).unwrap();
        symlink(".", folder.path().join("logs/loop")).unwrap();
        fs::hard_link(folder.path().join("logs/a/b.jsonl"), folder.path().join("logs/a/linked.jsonl")).unwrap();
        let look = expand(&Named::Here(folder.path().to_owned()));
        assert_eq!(
            names(&look, folder.path()),
            [
                ".orchestration-logs/decisions-2026-01-05.jsonl",
                ".orchestration-logs/decisions-2026-01-06.jsonl",
                "logs/a/b.jsonl",
                "x.NDJSON",
                "app.db",
            ]
        );
        let why: Vec<&str> = look.left_out.iter().map(|(_, why)| why.as_str()).collect();
        assert!(why.iter().any(|why| why.contains("no SQLite file")), "{why:?}");
        assert!(why.iter().any(|why| why.contains("the same file as")), "{why:?}");
        assert!(why.iter().any(|why| why.contains("gzip")), "{why:?}");
    }

    #[test]
    fn every_kind_of_source_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), &["a.jsonl", "sub/b.jsonl", "with:colon.jsonl"]);
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        rusqlite::Connection::open(path("app.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(named("-"), Ok(Named::Stdin)));
        assert!(matches!(named(&path("a.jsonl")), Ok(Named::File(_))));
        assert!(matches!(named(&path("with:colon.jsonl")), Ok(Named::File(_))));
        assert!(matches!(named(&path("sub")), Ok(Named::Folder(_))));
        assert!(matches!(named(&path("app.db")), Ok(Named::Database(_))));
        assert!(matches!(named(&path("app.db:t")), Ok(Named::Table(_, table)) if table == "t"));
        let glob = named(&path("**/*.jsonl")).unwrap();
        assert_eq!(names(&expand(&glob), folder.path()), ["a.jsonl", "sub/b.jsonl", "with:colon.jsonl"]);
        make(folder.path(), &["later.jsonl"]);
        assert_eq!(expand(&glob).found.len(), 4);
        for (word, part) in
            [("a.jsonk", "did you mean a.jsonl?"), ("a.jsonl:t", "no SQLite database"), ("nowhere", "no such file")]
        {
            let error = named(&path(word)).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
