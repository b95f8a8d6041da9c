//! One SOURCE of the command line: what the user means by it.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::super::file::{Stat, is_absence, shown, unfit, words};
use super::super::tools::{Tool, tool};
use super::known::{Known, Sniff};
use super::suggest::suggest;
use super::{Kind, kind};

#[derive(Debug, Clone)]
pub enum Named {
    Stdin,
    File(PathBuf),
    Folder(PathBuf),
    /// `pattern` is matched against paths below `base`.
    Glob {
        base: PathBuf,
        pattern: GlobMatcher,
    },
    Database(PathBuf),
    Table(PathBuf, String),
    /// Where a known tool keeps its logs: folders or files, and what the logs are called below them.
    Tool(&'static Tool, Vec<(PathBuf, GlobMatcher)>),
}

/// Understands a source.
///
/// # Errors
/// One line for the user: what is wrong with it, and what may have been meant.
pub fn named(arg: &OsStr, known: &mut Known) -> Result<Named, String> {
    if arg == "-" {
        return Ok(Named::Stdin);
    }
    if arg.is_empty() {
        return Err("an empty name names no source".to_owned());
    }
    let path = tidied(Path::new(arg));
    match std::fs::metadata(&path) {
        Ok(meta) if meta.is_dir() => Ok(Named::Folder(path)),
        Ok(meta) => match unfit(meta.file_type()) {
            None => existing(path, &meta, known),
            Some(why) => Err(format!("{} is {why}", shown(&path))),
        },
        Err(error) if is_absence(&error) => absent(&path, known),
        Err(error) => Err(format!("{}: {}", shown(&path), words(&error))),
    }
}

/// Without `./` in front and `/` behind, so that each file has one spelling.
fn tidied(path: &Path) -> PathBuf {
    let tidy: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy }
}

fn existing(path: PathBuf, meta: &Metadata, known: &mut Known) -> Result<Named, String> {
    let kind = path.file_name().map_or(Kind::Other, kind);
    match kind {
        Kind::Sidecar => return Err(format!("{} is part of a database: name the database itself", shown(&path))),
        Kind::Packed(name, tool) => {
            let path = shown(&path);
            return Err(format!("{path} is compressed ({name}): unpack it, or `{tool} {path} | callscope -`"));
        }
        Kind::Log | Kind::Database | Kind::Other => {}
    }
    match known.sniff(&path, Stat::of(meta)) {
        Sniff::Database => Ok(Named::Database(path)),
        Sniff::Short if kind == Kind::Database => Ok(Named::Database(path)),
        Sniff::Other if kind == Kind::Database => {
            Err(format!("{} is not a SQLite database, or an encrypted one", shown(&path)))
        }
        Sniff::Barred(why) if kind == Kind::Database => Err(format!("{}: {why}", shown(&path))),
        // If it cannot be read now, the one who follows it says so, and reads it when it can be.
        Sniff::Short | Sniff::Other | Sniff::Barred(_) => Ok(Named::File(path)),
    }
}

/// No file is called so: it may be a pattern, a table, or a mistake.
fn absent(path: &Path, known: &mut Known) -> Result<Named, String> {
    if let Some(tool) = path.to_str().and_then(tool) {
        return of_tool(tool);
    }
    if let Some(text) = path.to_str().filter(|text| text.contains(META)) {
        return glob(text);
    }
    let bytes = path.as_os_str().as_bytes();
    for (at, _) in bytes.iter().enumerate().rev().filter(|(_, byte)| **byte == b':') {
        let (file, table) = (Path::new(OsStr::from_bytes(&bytes[..at])), &bytes[at + 1..]);
        if file.is_file() {
            return self::table(file, &String::from_utf8_lossy(table), known);
        }
    }
    if let Some(link) = path.ancestors().find(|above| above.is_symlink() && !above.exists())
        && let Ok(target) = std::fs::read_link(link)
    {
        let (link, target) = (shown(link), shown(&target));
        return Err(format!("{link} is a broken link: it points to {target}, which is not there"));
    }
    let folder = path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty() && !above.exists()).last();
    let missing = folder.map_or_else(
        || format!("no such file or folder: {}", shown(path)),
        |folder| format!("no such folder: {}", shown(folder)),
    );
    let meant = suggest(folder.unwrap_or(path)).map(|meant| shown(&meant)).or_else(|| {
        let (file, table) = path.to_str()?.rsplit_once(':')?;
        Some(format!("{}:{table}", shown(&suggest(Path::new(file))?)))
    });
    Err(meant.map_or(missing.clone(), |meant| format!("{missing}; did you mean {meant}?")))
}

fn table(file: &Path, table: &str, known: &mut Known) -> Result<Named, String> {
    if table.is_empty() {
        return Err(format!("{}: has no table's name after the colon", shown(file)));
    }
    let Ok(meta) = std::fs::metadata(file) else { return Err(format!("no such file: {}", shown(file))) };
    match existing(file.to_path_buf(), &meta, known)? {
        Named::Database(path) => Ok(Named::Table(path, table.to_owned())),
        _ => Err(format!("{} is not a SQLite database, so it has no table {}", shown(file), shown(Path::new(table)))),
    }
}

/// A known tool by its name; the places that exist.
pub fn of_tool(tool: &'static Tool) -> Result<Named, String> {
    let places = tool.places();
    let there = places.iter().filter(|place| place.exists());
    let globs = there.flat_map(|place| {
        tool.logs.iter().filter_map(|log| {
            let glob = GlobBuilder::new(log).literal_separator(true).build().ok()?;
            Some((place.clone(), glob.compile_matcher()))
        })
    });
    let globs: Vec<_> = globs.collect();
    if globs.is_empty() {
        let places: Vec<String> = places.iter().take(3).map(|place| shown(place)).collect();
        return Err(format!("{}: nothing of it is here: looked in {}", tool.name, places.join(", ")));
    }
    Ok(Named::Tool(tool, globs))
}

/// What makes a name a pattern.
const META: [char; 4] = ['*', '?', '[', '{'];

fn glob(text: &str) -> Result<Named, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let plain = parts.iter().take_while(|part| !part.contains(META)).count();
    let base = match parts[..plain].join("/") {
        base if plain == 1 && base.is_empty() => PathBuf::from("/"),
        base if base.is_empty() => PathBuf::from("."),
        base => PathBuf::from(base),
    };
    if !base.is_dir() {
        return Err(format!("no such folder: {}", shown(&base)));
    }
    match GlobBuilder::new(&parts[plain..].join("/")).literal_separator(true).build() {
        Ok(glob) => Ok(Named::Glob { base, pattern: glob.compile_matcher() }),
        Err(error) => Err(format!("{}: not a pattern: {}", shown(Path::new(text)), error.kind())),
    }
}
