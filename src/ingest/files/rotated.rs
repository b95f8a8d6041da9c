//! Logs that were rotated away and lie beside the one that is written to. A rotation only renames: what stands under a
//! new name was read under the one before, and is not read again.

use std::path::Path;

use super::super::discover::rotated_from;
use super::super::file::FileId;
use super::{Files, Followed};

impl Files {
    /// Whether the file at a rotated log's path was read under another of the log's names.
    pub(super) fn was_read_as_another(&self, path: &Path, file: &mut Followed) -> bool {
        let Some(log) = rotated_from(path) else { return false };
        let Ok(id) = std::fs::metadata(path).map(|meta| FileId::of(&meta)) else { return false };
        if file.tail.is_at(id) {
            return false;
        }
        let of_the_log = |other: &Path| other == log || rotated_from(other).is_some_and(|its| its == log);
        let was_read = self.followed.iter().any(|(other, file)| file.tail.has_read(id) && of_the_log(other));
        if was_read {
            file.tail.release();
        }
        was_read
    }
}
