//! Walks a tree, by names alone as far as possible: a file that nobody wants costs no look of its own.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use super::super::file::{FileId, child, is_absence, unfit, words};

pub struct Rules<'a> {
    /// How many folders deep below the root.
    pub depth: usize,
    /// Whether a folder of this name is looked into.
    pub enter: &'a dyn Fn(&OsStr) -> bool,
    /// Whether a file at this path below the root is wanted.
    pub wants: &'a dyn Fn(&Path) -> bool,
    /// Whether one that is not wanted is counted.
    pub counts: &'a dyn Fn(&Path) -> bool,
    /// How many other files are noted: a database may have any name.
    pub others: usize,
}

#[derive(Debug, Default)]
pub struct Walk {
    pub files: Vec<PathBuf>,
    /// Files that nobody wants by their names.
    pub others: Vec<PathBuf>,
    /// How many of those that are not wanted were counted.
    pub counted: usize,
    /// Those that were looked into, the root first.
    pub folders: Vec<PathBuf>,
    pub barred: Vec<(PathBuf, String)>,
}

/// Folders yet to be looked into: the path, the same below the root, and how deep it lies. Links come last, so that
/// what is in the tree itself is found there.
struct Ahead {
    folders: Vec<(PathBuf, PathBuf, usize)>,
    links: Vec<(PathBuf, PathBuf, usize)>,
}

/// Entries after which a walk ends: somebody has started at the top of a disk.
const MOST: usize = 200_000;

pub fn walk(root: &Path, rules: &Rules<'_>) -> Walk {
    let mut walk = Walk::default();
    let mut been = HashSet::new();
    let mut entries = 0;
    let mut ahead = Ahead { folders: vec![(root.to_path_buf(), PathBuf::new(), 0)], links: Vec::new() };
    while let Some((folder, below, depth)) = ahead.folders.pop().or_else(|| ahead.links.pop()) {
        // A link may lead back up, or to where we have been.
        match std::fs::metadata(&folder) {
            Ok(meta) if !been.insert(FileId::of(&meta)) => continue,
            _ => walk.folders.push(folder.clone()),
        }
        match names(&folder) {
            Ok(names) => {
                entries += names.len();
                for entry in names {
                    let at = (folder.as_path(), below.as_path(), depth);
                    walk.meet(&entry, at, rules, &mut ahead);
                }
            }
            Err(error) if is_absence(&error) => {}
            Err(error) => walk.barred.push((folder, words(&error))),
        }
        if entries > MOST {
            walk.barred
                .push((root.to_path_buf(), format!("more than {MOST} files in here: name a folder further down")));
            break;
        }
    }
    walk
}

fn names(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut names: Vec<DirEntry> = std::fs::read_dir(folder)?.flatten().collect();
    names.sort_unstable_by_key(DirEntry::file_name);
    Ok(names)
}

impl Walk {
    fn meet(&mut self, entry: &DirEntry, at: (&Path, &Path, usize), rules: &Rules<'_>, ahead: &mut Ahead) {
        let ((folder, below, depth), name) = (at, entry.file_name());
        let (path, below) = (child(folder, &name), below.join(&name));
        let is_wanted = (rules.wants)(&below);
        let may_enter = depth < rules.depth && (rules.enter)(&name);
        let Ok(mut kind) = entry.file_type() else { return };
        let is_link = kind.is_symlink();
        if is_link {
            if !is_wanted && !may_enter {
                return;
            }
            match std::fs::metadata(&path) {
                Ok(meta) => kind = meta.file_type(),
                Err(error) if is_wanted && !is_absence(&error) => return self.barred.push((path, words(&error))),
                Err(_) => return,
            }
        }
        if kind.is_dir() {
            if may_enter {
                let ahead = if is_link { &mut ahead.links } else { &mut ahead.folders };
                ahead.push((path, below, depth + 1));
            }
        } else if is_wanted {
            match unfit(kind) {
                None => self.files.push(path),
                Some(why) => self.barred.push((path, why.to_owned())),
            }
        } else if kind.is_file() {
            self.counted += usize::from((rules.counts)(&below));
            if self.others.len() < rules.others {
                self.others.push(path);
            }
        }
    }
}
