//! The columns that a person chose for the calls' table, kept by the folder they were chosen in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::kept;

/// By folder, the words of the columns in their order.
type All = BTreeMap<String, Vec<String>>;

/// Those of one folder.
#[derive(Debug)]
pub struct OwnColumns {
    file: PathBuf,
    folder: PathBuf,
}

impl OwnColumns {
    /// Of the current folder; `None` where there is no place to keep them.
    pub fn here() -> Option<Self> {
        Some(Self { file: kept::file("columns.json")?, folder: std::env::current_dir().ok()? })
    }

    /// None where nobody has chosen any.
    pub fn load(&self) -> Vec<String> {
        kept::read::<All>(&self.file).remove(&*self.folder.to_string_lossy()).unwrap_or_default()
    }

    /// Keeps them; none forgets them.
    pub fn keep(&self, words: Vec<String>) -> std::io::Result<()> {
        let mut all: All = kept::read(&self.file);
        let folder = self.folder.to_string_lossy().into_owned();
        if words.is_empty() {
            all.remove(&folder);
        } else {
            all.insert(folder, words);
        }
        kept::write(&self.file, &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_remembered_by_folder_until_they_are_automatic_again() {
        let dir = tempfile::tempdir().unwrap();
        let of = |folder: &str| OwnColumns { file: dir.path().join("state/columns.json"), folder: folder.into() };
        let words = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(of("/a").load().is_empty());
        of("/a").keep(words(&["cost", "time"])).unwrap();
        of("/b").keep(words(&["id"])).unwrap();
        assert_eq!(of("/a").load(), ["cost", "time"]);
        of("/a").keep(Vec::new()).unwrap();
        assert!(of("/a").load().is_empty());
        assert_eq!(of("/b").load(), ["id"]);
    }
}
