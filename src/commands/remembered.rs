//! What the monitor remembers from one start to the next: how it was left, by what it watched, and the filters that were
//! given a name.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::kept;
use crate::app::View;
use crate::model::Stamp;

/// As many sets of sources are remembered; of more, the ones that were looked at last.
const MOST: usize = 200;

/// How one set of sources was left, and when: milliseconds since 1970.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Left {
    at: i64,
    #[serde(flatten)]
    view: View,
}

/// By the sources.
type All = BTreeMap<String, Left>;

/// How these sources were left.
#[derive(Debug, Clone)]
pub struct Views {
    file: PathBuf,
    /// The sources by their real paths, or the folder where none are named.
    key: String,
    /// The theme that flags and configuration say: it need not be remembered.
    pub theme: String,
}

impl Views {
    /// Of what is watched; `None` where there is nothing to come back to, as for a pipe.
    pub fn of(words: &[String], theme: String) -> Option<Self> {
        let here = std::env::current_dir().ok()?;
        let real = |word: &String| {
            let (path, table) = word
                .split_once(".db:")
                .map_or((word.as_str(), ""), |(path, _)| (&word[..path.len() + 3], &word[path.len() + 3..]));
            let path = std::fs::canonicalize(path)
                .map_or_else(|_| path.to_owned(), |real| real.to_string_lossy().into_owned());
            path + table
        };
        if words.iter().any(|word| word == "-") {
            return None;
        }
        let mut paths: Vec<String> = words.iter().map(real).collect();
        if paths.is_empty() {
            paths.push(std::fs::canonicalize(&here).unwrap_or(here).to_string_lossy().into_owned());
        }
        paths.sort();
        Some(Self { file: kept::file("views.json")?, key: paths.join("\n"), theme })
    }

    pub fn load(&self) -> Result<Option<View>, String> {
        Ok(kept::try_read::<All>(&self.file)?.remove(&self.key).map(|left| left.view))
    }

    /// Others may end at the same time: each reads what is there, and puts its own in its place.
    pub fn keep(&self, mut view: View, now: Stamp) -> io::Result<()> {
        view.theme = view.theme.filter(|theme| *theme != self.theme);
        let mut all: All = kept::read(&self.file);
        all.insert(self.key.clone(), Left { at: now.0, view });
        while all.len() > MOST {
            let oldest = all.iter().min_by_key(|(_, left)| left.at).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        kept::write(&self.file, &all)
    }
}

/// Filters by name, whatever is watched.
#[derive(Debug, Clone)]
pub struct Filters(PathBuf);

impl Filters {
    pub fn here() -> Option<Self> {
        kept::file("filters.json").map(Self)
    }

    pub fn load(&self) -> Result<BTreeMap<String, String>, String> {
        kept::try_read(&self.0)
    }

    /// Keeps a filter under a name; `None` forgets it. A file that cannot be read is left as it is.
    pub fn keep(&self, name: &str, text: Option<&str>) -> Result<(), String> {
        let mut all = self.load()?;
        match text {
            Some(text) => all.insert(name.to_owned(), text.to_owned()),
            None => all.remove(name),
        };
        kept::write(&self.0, &all).map_err(|error| format!("{}: {error}", self.0.display()))
    }
}

/// The names of all saved filters; none if they cannot be read.
pub fn filters() -> BTreeMap<String, String> {
    Filters::here().and_then(|filters| filters.load().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// Whether a file is for its owner alone.
    fn is_private(file: &Path) -> bool {
        std::fs::metadata(file).unwrap().permissions().mode().trailing_zeros() >= 6
    }

    fn views(dir: &Path, key: &str) -> Views {
        Views { file: dir.join("state/views.json"), key: key.to_owned(), theme: "default".to_owned() }
    }

    #[test]
    fn each_set_of_sources_is_left_for_itself() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (views(dir.path(), "/a"), views(dir.path(), "/b"));
        assert_eq!(one.load(), Ok(None));
        let view = |screen: &str| View { screen: screen.to_owned(), theme: Some("default".into()), ..View::default() };
        one.keep(view("Calls"), Stamp(1)).unwrap();
        other.keep(view("Models"), Stamp(2)).unwrap();
        let left = one.load().unwrap().unwrap();
        assert_eq!((left.screen.as_str(), left.theme), ("Calls", None), "the configured theme is not remembered");
        assert_eq!(other.load().unwrap().unwrap().screen, "Models");
        assert!(is_private(&one.file));
        for nth in 0..MOST as i64 {
            views(dir.path(), &format!("/{nth}")).keep(view("Calls"), Stamp(10 + nth)).unwrap();
        }
        assert_eq!(one.load(), Ok(None), "the one that was looked at first is forgotten");
    }

    #[test]
    fn a_broken_file_is_told_and_written_anew() {
        let dir = tempfile::tempdir().unwrap();
        let views = views(dir.path(), "/a");
        std::fs::create_dir_all(dir.path().join("state")).unwrap();
        std::fs::write(&views.file, "no json").unwrap();
        assert!(views.load().unwrap_err().contains("views.json cannot be read"));
        views.keep(View::default(), Stamp(1)).unwrap();
        assert!(views.load().unwrap().is_some());
        let filters = Filters(dir.path().join("filters.json"));
        std::fs::write(&filters.0, "{\"a\": ").unwrap();
        assert!(filters.keep("b", Some("x")).is_err(), "names that a person gave are not written over");
    }

    #[test]
    fn filters_are_kept_by_name_until_they_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let filters = Filters(dir.path().join("x/filters.json"));
        filters.keep("slow", Some("took>8s")).unwrap();
        filters.keep("bad", Some("is:error")).unwrap();
        filters.keep("bad", None).unwrap();
        assert_eq!(filters.load().unwrap(), BTreeMap::from([("slow".to_owned(), "took>8s".to_owned())]));
        assert!(is_private(&filters.0));
    }
}
