//! The folders that should be watched, and where they really are at the moment.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf, absolute};

use super::super::file::FileId;

#[derive(Debug, Default)]
pub struct Folders {
    all: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    /// As it was given: hints are spelled so.
    given: PathBuf,
    /// Without symbolic links: two spellings of one folder share one watch.
    real: PathBuf,
    /// The folder to watch: this one, or the nearest above it that exists.
    watch: PathBuf,
    id: Option<FileId>,
}

impl Folder {
    fn new(given: &Path) -> Self {
        Self { given: given.to_path_buf(), real: PathBuf::new(), watch: PathBuf::new(), id: None }
    }

    fn exists(&self) -> bool {
        self.watch == self.real
    }

    /// Finds out where it is. One `stat` if nothing has changed.
    fn look(&mut self) {
        let id = folder_id(&self.given);
        if id.is_some() && id == self.id && self.exists() {
            return;
        }
        let absolute = absolute(&self.given).unwrap_or_else(|_| self.given.clone());
        for above in absolute.ancestors() {
            if let (Ok(real), Some(id)) = (above.canonicalize(), folder_id(above)) {
                let missing = absolute.strip_prefix(above).unwrap_or(Path::new(""));
                self.real = real.join(missing).components().collect();
                (self.watch, self.id) = (real, Some(id));
                return;
            }
        }
        self.id = None;
    }
}

fn folder_id(path: &Path) -> Option<FileId> {
    let meta = std::fs::metadata(path).ok()?;
    meta.is_dir().then(|| FileId::of(&meta))
}

impl Folders {
    /// Replaces the folders; whether that changed anything. Cheap if it does not: it may be called after every wake.
    pub fn set(&mut self, folders: &[PathBuf]) -> bool {
        if self.all.iter().map(|folder| &folder.given).eq(folders) {
            return false;
        }
        let mut old: HashMap<PathBuf, Folder> =
            self.all.drain(..).map(|folder| (folder.given.clone(), folder)).collect();
        let (mut seen, mut is_new) = (HashSet::new(), false);
        for given in folders.iter().filter(|given| seen.insert(*given)) {
            let known = old.remove(given);
            is_new |= known.is_none();
            self.all.push(known.unwrap_or_else(|| Folder::new(given)));
        }
        is_new || !old.is_empty()
    }

    pub fn look(&mut self) {
        self.all.iter_mut().for_each(Folder::look);
    }

    /// What to watch, and which folder that is now.
    pub fn wanted(&self) -> BTreeMap<PathBuf, FileId> {
        self.all.iter().filter_map(|folder| Some((folder.watch.clone(), folder.id?))).collect()
    }

    /// Folders that exist, with the spellings they were given in.
    pub fn spellings(&self) -> HashMap<PathBuf, Vec<PathBuf>> {
        let mut spellings: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for folder in self.all.iter().filter(|folder| folder.exists()) {
            spellings.entry(folder.real.clone()).or_default().push(folder.given.clone());
        }
        spellings
    }

    /// Folders that do not exist.
    pub fn missing(&self) -> Vec<PathBuf> {
        self.all.iter().filter(|folder| !folder.exists()).map(|folder| folder.real.clone()).collect()
    }
}
