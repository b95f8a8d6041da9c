//! "Did you mean …": the name in the same folder that is nearest to one that does not exist.

use std::path::{Path, PathBuf};

use super::super::file::{child, folder_of};

pub fn suggest(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let most = (name.chars().count() / 3).max(1);
    let folder = folder_of(path);
    let near = |entry: std::fs::DirEntry| {
        let other = entry.file_name();
        let far = distance(&name, &other.to_string_lossy().to_lowercase());
        (far <= most).then_some((far, other))
    };
    let (_, name) = std::fs::read_dir(folder).ok()?.flatten().filter_map(near).min()?;
    Some(child(folder, name))
}

/// How many letters to put in, take out, change or swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_apart() {
        for (a, b, apart) in
            [("", "ab", 2), ("app.db", "app.db", 0), ("apd.pb", "app.db", 2), ("lgos", "logs", 1), ("å", "a", 1)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (apart, apart), "{a} {b}");
        }
    }
}
