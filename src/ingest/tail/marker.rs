//! Whether a file still holds what was read from it. Size and inode do not tell: a file cut to nothing and grown again
//! past the old offset looks like one that was appended to, and ext4 hands freed inodes out at once.

use std::fs::File;
use std::io;

use super::super::file::read_at;
use crate::model::batch::hash;

/// Bytes compared at each end. A line's last bytes are often the same in every line (`"success":null,"errorType":null}`
/// alone is 34), so the reach is that of a whole short record with its time stamp.
const REACH: usize = 512;

/// The last bytes before the offset, and the first ones of the file.
#[derive(Debug, Default)]
pub struct Marker {
    before: Vec<u8>,
    head: u64,
    head_len: usize,
}

impl Marker {
    /// Takes note of what was handed over last. `block` ends at the new offset; it is the file's `first` if it begins it.
    pub fn pass(&mut self, block: &[u8], first: bool) {
        if first {
            let head = &block[..block.len().min(REACH)];
            (self.head, self.head_len) = (hash(head), head.len());
        }
        self.before.extend_from_slice(&block[block.len().saturating_sub(REACH)..]);
        let surplus = self.before.len().saturating_sub(REACH);
        self.before.drain(..surplus);
    }

    /// Reads both ends again. To be asked after a read and before its bytes are trusted: a file that was cut while it
    /// was being read has lost its mark by then.
    pub fn holds(&self, file: &File, offset: u64) -> io::Result<bool> {
        let mut now = [0; REACH];
        let before = &mut now[..self.before.len()];
        let read = read_at(file, before, offset.saturating_sub(self.before.len() as u64))?;
        if before[..read] != self.before {
            return Ok(false);
        }
        if offset <= REACH as u64 || self.head_len == 0 {
            return Ok(true);
        }
        let head = &mut now[..self.head_len];
        let read = read_at(file, head, 0)?;
        Ok(read == self.head_len && hash(head) == self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Whether the mark of `read` still holds when the file has become `now`.
    fn holds(read: &[&str], now: &str) -> bool {
        let mut marker = Marker::default();
        for (nth, block) in read.iter().enumerate() {
            marker.pass(block.as_bytes(), nth == 0);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(now.as_bytes()).unwrap();
        marker.holds(&file, read.concat().len() as u64).unwrap()
    }

    #[test]
    fn both_ends_are_watched() {
        let (a, b, long) = ("a\n", "b\n", "x".repeat(2000) + "\n");
        assert!(holds(&[], ""));
        assert!(holds(&[a, b], "a\nb\nc\n"));
        assert!(!holds(&[a, b], "a\nB\nc\n"));
        assert!(!holds(&[a, b], "a\n"), "shorter than what was read");
        assert!(holds(&[a, &long], &format!("a\n{long}more")));
        assert!(!holds(&[a, &long], &format!("A\n{long}more")), "the last 512 bytes are equal, the first are not");
    }

    #[test]
    fn records_that_end_alike_are_told_apart() {
        let record = |second| {
            format!("{{\"timestamp\":\"2026-01-05T10:00:{second:02}.000Z\",\"end\":\"{}\"}}\n", "e".repeat(200))
        };
        let was: String = (0..9).map(record).collect();
        let is: String = (30..41).map(record).collect();
        assert_eq!(was[was.len() - 200..], is[was.len() - 200..was.len()], "the same last bytes");
        assert!(!holds(&[&was], &is));
    }
}
