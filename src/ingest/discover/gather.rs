//! Puts together what several walks found: each file once, under one name.

use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::super::file::{FileId, Stat, folder_of, is_absence, shown, words};
use super::kind::beside;
use super::known::{Known, Sniff};
use super::{Found, Kind, Look, Walk, kind};

/// Folders up to which all are watched. In larger trees only those with something in them are: what comes up elsewhere
/// is found at the next rescan.
const WATCHED: usize = 512;

/// The size of a database's pages is a multiple of this.
const LEAST_PAGE: u64 = 512;

pub struct Gather<'k> {
    known: &'k mut Known,
    candidates: Vec<Candidate>,
    left_out: Vec<(PathBuf, String)>,
    folders: Vec<PathBuf>,
}

struct Candidate {
    found: Found,
    id: Option<FileId>,
    is_link: bool,
}

impl<'k> Gather<'k> {
    pub fn new(known: &'k mut Known) -> Self {
        Self { known, candidates: Vec::new(), left_out: Vec::new(), folders: Vec::new() }
    }

    pub fn watch(&mut self, folder: &Path) {
        self.folders.push(folder.to_path_buf());
    }

    /// Takes what was named itself, whether it exists at the moment or not.
    pub fn take_as_named(&mut self, found: Found) {
        let meta = std::fs::metadata(found.path()).ok();
        self.add(found, meta.as_ref());
    }

    /// Takes the files of a walk: whatever their names say, they were asked for.
    pub fn take_walk(&mut self, walk: Walk) {
        self.left_out.extend(walk.barred);
        let mut with_something = walk.folders.first().cloned().into_iter().collect::<HashSet<_>>();
        for path in walk.files {
            with_something.insert(folder_of(&path).to_path_buf());
            self.take_file(path);
        }
        for path in walk.others {
            if self.take_if_database(&path) {
                with_something.insert(folder_of(&path).to_path_buf());
            }
        }
        let all = walk.folders.len() <= WATCHED;
        self.folders.extend(walk.folders.into_iter().filter(|folder| all || with_something.contains(folder)));
    }

    fn take_file(&mut self, path: PathBuf) {
        let meta = match std::fs::metadata(&path) {
            Ok(meta) => meta,
            // Gone since the folder was read.
            Err(error) if is_absence(&error) => return,
            Err(error) => return self.leave_out(path, words(&error)),
        };
        match path.file_name().map_or(Kind::Other, kind) {
            Kind::Sidecar => {}
            Kind::Packed(name, tool) => {
                let why = format!("compressed ({name}), not read yet: unpack it, or `{tool} FILE | callscope -`");
                self.leave_out(path, why);
            }
            Kind::Database => match self.known.sniff(&path, Stat::of(&meta)) {
                Sniff::Database => self.add(Found::Database(path), Some(&meta)),
                Sniff::Short => self.leave_out(path, "an empty database: nothing in it yet".to_owned()),
                Sniff::Other => self.leave_out(path, "not a SQLite database, or an encrypted one".to_owned()),
                Sniff::Barred(why) => self.leave_out(path, why),
            },
            Kind::Other if self.take_if_database(&path) || self.is_side_file(&path) => {}
            Kind::Log | Kind::Other => self.add(Found::Log(path), Some(&meta)),
        }
    }

    /// Whether a file belongs to a database of whatever name.
    fn is_side_file(&mut self, path: &Path) -> bool {
        let Some(database) = path.file_name().and_then(beside).map(|name| path.with_file_name(name)) else {
            return false;
        };
        let stat = std::fs::metadata(&database).map(|meta| Stat::of(&meta));
        stat.is_ok_and(|stat| self.known.sniff(&database, stat) == Sniff::Database)
    }

    /// Takes a database of whatever name. Its size says so nearly always before its first bytes are asked.
    fn take_if_database(&mut self, path: &Path) -> bool {
        // To open and close a side file would drop the locks that are held on it.
        if path.file_name().and_then(beside).is_some() {
            return false;
        }
        let Ok(meta) = std::fs::metadata(path) else { return false };
        let is_paged = meta.len() > 0 && meta.len().is_multiple_of(LEAST_PAGE);
        let is_it = is_paged && self.known.sniff(path, Stat::of(&meta)) == Sniff::Database;
        if is_it {
            self.add(Found::Database(path.to_path_buf()), Some(&meta));
        }
        is_it
    }

    fn add(&mut self, found: Found, meta: Option<&Metadata>) {
        let is_link = found.path().is_symlink();
        self.candidates.push(Candidate { found, id: meta.map(FileId::of), is_link });
    }

    /// How much has come together so far.
    pub fn count(&self) -> usize {
        self.candidates.len() + self.left_out.len()
    }

    pub fn leave_out(&mut self, path: PathBuf, why: String) {
        self.left_out.push((path, why));
    }

    /// Lists each file once: under its own name rather than a link's, and else under the one it had the last time.
    pub fn finish(mut self) -> Look {
        let listed = std::mem::take(&mut self.known.listed);
        let order = |candidate: &Candidate| {
            let path = candidate.found.path();
            let was_listed = candidate.id.and_then(|id| listed.get(&id)).is_some_and(|name| name == path);
            (candidate.is_link, !was_listed, candidate.found.clone())
        };
        self.candidates.sort_by_cached_key(order);
        let whole: HashSet<FileId> = self
            .candidates
            .iter()
            .filter(|one| matches!(one.found, Found::Database(_)))
            .filter_map(|one| one.id)
            .collect();
        let mut taken: HashMap<(FileId, Option<String>), PathBuf> = HashMap::new();
        let mut names = HashSet::new();
        let mut look = Look { left_out: self.left_out, folders: self.folders, ..Look::default() };
        for Candidate { found, id, .. } in self.candidates {
            let table = if let Found::Table(_, table) = &found { Some(table.clone()) } else { None };
            let is_covered = table.is_some() && id.is_some_and(|id| whole.contains(&id));
            if is_covered || !names.insert(found.clone()) {
                continue;
            }
            if let Some(id) = id {
                if let Some(first) = taken.get(&(id, table.clone())) {
                    let why = format!("the same file as {}", shown(first));
                    look.left_out.push((found.path().to_path_buf(), why));
                    continue;
                }
                taken.insert((id, table), found.path().to_path_buf());
                self.known.listed.insert(id, found.path().to_path_buf());
            }
            look.found.push(found);
        }
        look.found.sort_by(|a, b| (a.path(), a).cmp(&(b.path(), b)));
        look.folders.sort();
        look.folders.dedup();
        look.left_out.sort();
        look.left_out.dedup();
        look
    }
}
