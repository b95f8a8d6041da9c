//! `callscope prune`: deletes decisions logs whose day is long past, and nothing else. The day is the one in the file's
//! name; when a file was last touched says nothing about what is in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};

use crate::model::Stamp;

/// Why nothing was deleted, or not all.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    #[error("\"{0}\" is no age; say whole days or weeks, such as 30d or 8w")]
    Age(String),
    #[error("cannot read the folder {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("cannot delete {}: {source} ({deleted} deleted before it)", path.display())]
    Delete { path: PathBuf, source: io::Error, deleted: usize },
}

/// Deletes the `decisions-YYYY-MM-DD.jsonl` of `dir` that are more than `older_than` (`30d`, `8w`) before the local day
/// of `now`, and gives their paths, oldest first. With `dry_run` they are only found. Folders below, links and any other
/// name are left alone.
pub fn prune(dir: &Path, older_than: &str, dry_run: bool, now: Stamp) -> Result<Vec<PathBuf>, PruneError> {
    let age = days(older_than).ok_or_else(|| PruneError::Age(older_than.to_owned()))?;
    let first_kept = now.day().checked_sub_days(age).ok_or_else(|| PruneError::Age(older_than.to_owned()))?;
    let old = logs(dir, first_kept).map_err(|source| PruneError::Folder { path: dir.to_owned(), source })?;
    if dry_run {
        return Ok(old);
    }
    for (deleted, path) in old.iter().enumerate() {
        match fs::remove_file(path) {
            // Someone else was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(PruneError::Delete { path: path.clone(), source, deleted }),
            Ok(()) => {}
        }
    }
    Ok(old)
}

/// At least a day and at most a hundred years: today's log is being written.
fn days(age: &str) -> Option<Days> {
    let (digits, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    let days = match unit {
        "d" => count,
        "w" => count.checked_mul(7)?,
        _ => return None,
    };
    (1..=36_525).contains(&days).then(|| Days::new(days))
}

/// Plain files of an earlier day, in the order of their days.
fn logs(dir: &Path, first_kept: NaiveDate) -> io::Result<Vec<PathBuf>> {
    let mut old = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let day = entry.file_name().to_str().and_then(day_of);
        // The entry's own type: that of a link, not of what it points to.
        if day.is_some_and(|day| day < first_kept) && entry.file_type()?.is_file() {
            old.push(entry.path());
        }
    }
    old.sort();
    Ok(old)
}

fn day_of(name: &str) -> Option<NaiveDate> {
    let day = name.strip_prefix("decisions-")?.strip_suffix(".jsonl")?;
    let date: NaiveDate = day.parse().ok()?;
    // The parser also takes `2026-1-5` and `+2026-01-05`, which the logger never writes.
    (date.to_string() == day).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Noon of 2026-03-31 in any time zone's day or the next.
    fn now() -> Stamp {
        crate::model::time::start_of_day(NaiveDate::from_ymd_opt(2026, 3, 31).unwrap()).plus(43_200_000)
    }

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(dir.path().join(name), "{}\n").unwrap();
        }
        dir
    }

    fn names(dir: &Path) -> BTreeSet<String> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn old_logs_go_by_the_day_in_their_name() {
        let dir = folder(&[
            "decisions-2025-12-31.jsonl",
            "decisions-2026-02-28.jsonl",
            "decisions-2026-03-01.jsonl",
            "decisions-2026-03-31.jsonl",
            "decisions-2027-01-01.jsonl",
        ]);
        let expected: Vec<PathBuf> =
            ["2025-12-31", "2026-02-28"].map(|day| dir.path().join(format!("decisions-{day}.jsonl"))).to_vec();
        assert_eq!(prune(dir.path(), "30d", true, now()).unwrap(), expected);
        assert_eq!(names(dir.path()).len(), 5, "a dry run deletes nothing");
        assert_eq!(prune(dir.path(), "30d", false, now()).unwrap(), expected);
        assert_eq!(names(dir.path()).len(), 3);
        assert!(prune(dir.path(), "30d", false, now()).unwrap().is_empty());
    }

    #[test]
    fn nothing_else_is_ever_deleted() {
        let kept = [
            "decisions-2020-01-01.jsonl.gz",
            "decisions-2020-01-01.json",
            "decisions-2020-1-1.jsonl",
            "decisions-+2020-01-01.jsonl",
            "decisions-2020-02-30.jsonl",
            "decisions-.jsonl",
            "xdecisions-2020-01-01.jsonl",
            "Decisions-2020-01-01.jsonl",
            "app.db",
        ];
        let dir = folder(&kept);
        let elsewhere = folder(&["decisions-2020-01-01.jsonl", "precious"]);
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(elsewhere.path().join(to), dir.path().join(name)).unwrap();
        };
        link("precious", "decisions-2020-01-02.jsonl");
        link("", "decisions-2020-01-03.jsonl");
        link("", "below");
        fs::create_dir(dir.path().join("decisions-2020-01-04.jsonl")).unwrap();
        fs::write(dir.path().join("decisions-2020-01-04.jsonl/decisions-2020-01-01.jsonl"), "").unwrap();
        let before = names(dir.path());
        assert!(prune(dir.path(), "1d", false, now()).unwrap().is_empty());
        assert_eq!(names(dir.path()), before);
        assert_eq!(names(elsewhere.path()).len(), 2);
    }

    #[test]
    fn an_age_is_days_or_weeks() {
        let dir = folder(&["decisions-2026-03-16.jsonl", "decisions-2026-03-17.jsonl"]);
        assert_eq!(prune(dir.path(), "2w", true, now()).unwrap().len(), 1);
        for age in ["", "d", "0d", "-3d", "+3d", "3", "3h", "1.5d", "30 d", "999999999999999999999d", "99999d", "3ö"] {
            let error = prune(dir.path(), age, false, now()).unwrap_err().to_string();
            assert!(error.contains("30d"), "{age}: {error}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let dir = folder(&[]);
        let error = prune(&dir.path().join("none"), "30d", false, now()).unwrap_err().to_string();
        assert!(error.contains("none"), "{error}");
    }
}
