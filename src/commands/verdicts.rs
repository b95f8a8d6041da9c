//! What people said of findings, kept by the folder that they were said in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::kept;
use crate::rules::verdict::Verdict;

/// By the key of a finding.
pub type Verdicts = BTreeMap<String, Verdict>;

/// By folder.
type All = BTreeMap<String, Verdicts>;

/// Where they are kept.
pub fn file() -> Option<PathBuf> {
    kept::file("findings.json")
}

/// What was said in this folder.
pub fn load(file: &Path, folder: &Path) -> Verdicts {
    kept::read::<All>(file).remove(&*folder.to_string_lossy()).unwrap_or_default()
}

/// Remembers what was said of one finding; [`Verdict::New`] forgets it. Others may write at the same time: each reads
/// what is there, and puts its own in its place at once.
pub fn save(file: &Path, folder: &Path, key: &str, verdict: Verdict) -> std::io::Result<()> {
    let mut all: All = kept::read(file);
    let here = all.entry(folder.to_string_lossy().into_owned()).or_default();
    if verdict == Verdict::New {
        here.remove(key);
    } else {
        here.insert(key.to_owned(), verdict);
    }
    all.retain(|_, said| !said.is_empty());
    kept::write(file, &all)
}

/// What was said in one folder: kept, and read again when others have said something.
#[derive(Debug)]
pub struct Memory {
    file: PathBuf,
    folder: PathBuf,
    /// When the file was written that was read last.
    read: Option<SystemTime>,
}

impl Memory {
    /// Of the current folder; `None` where there is no place to keep it.
    pub fn here() -> Option<Self> {
        Some(Self { file: file()?, folder: std::env::current_dir().ok()?, read: None })
    }

    /// What was said, if it is not what was read last.
    pub fn changed(&mut self) -> Option<Verdicts> {
        let written = std::fs::metadata(&self.file).and_then(|file| file.modified()).ok();
        if written == self.read {
            return None;
        }
        self.read = written;
        Some(load(&self.file, &self.folder))
    }

    /// Keeps what was said of a finding.
    pub fn keep(&self, key: &str, verdict: Verdict) -> std::io::Result<()> {
        save(&self.file, &self.folder, key, verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_say_is_read_and_what_is_known_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("findings.json");
        let memory = || Memory { file: file.clone(), folder: "/a".into(), read: None };
        let (mut one, other) = (memory(), memory());
        assert_eq!(one.changed(), None, "nobody has said anything");
        other.keep("cost-spike:", Verdict::Accepted).unwrap();
        assert_eq!(one.changed().unwrap().get("cost-spike:"), Some(&Verdict::Accepted));
        assert_eq!(one.changed(), None);
    }

    #[test]
    fn what_was_said_is_remembered_by_folder_until_it_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("state/findings.json");
        let (here, there) = (Path::new("/a"), Path::new("/b"));
        save(&file, here, "low-success-rate:gpt-5", Verdict::Dismissed).unwrap();
        save(&file, here, "cost-spike:", Verdict::Snoozed(5)).unwrap();
        save(&file, there, "cost-spike:", Verdict::Accepted).unwrap();
        assert_eq!(load(&file, here).get("low-success-rate:gpt-5"), Some(&Verdict::Dismissed));
        assert_eq!(load(&file, here).get("cost-spike:"), Some(&Verdict::Snoozed(5)));
        save(&file, here, "cost-spike:", Verdict::New).unwrap();
        assert_eq!(load(&file, here).len(), 1);
        assert_eq!(load(&file, there).get("cost-spike:"), Some(&Verdict::Accepted));
        std::fs::write(&file, "no json").unwrap();
        assert!(load(&file, here).is_empty(), "what cannot be read is not remembered");
    }
}
