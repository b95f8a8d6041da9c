//! The folder of decisions logs: a file a day, lines appended to it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::model::Stamp;
use crate::model::time::{DAY, start_of_day};

/// The folder that the routers' logger writes to.
pub const FOLDER: &str = ".orchestration-logs";

/// Whose midnight begins a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// The same files on every machine.
    Utc,
    /// The user's, as the real logger has it.
    Local,
}

impl Calendar {
    /// The day of a moment: its name and when it begins and ends.
    fn day(self, at: Stamp) -> (String, Range<i64>) {
        match self {
            Self::Utc => {
                let start = at.floor(DAY);
                (start.utc().date_naive().to_string(), start.0..start.0 + DAY)
            }
            Self::Local => {
                let day = at.day();
                let end = day.succ_opt().map_or(i64::MAX, |next| start_of_day(next).0);
                (day.to_string(), start_of_day(day).0..end)
            }
        }
    }
}

/// Appends lines to the file of their day.
#[derive(Debug)]
pub struct DayLog {
    folder: PathBuf,
    calendar: Calendar,
    today: Option<(Range<i64>, File)>,
    buffer: Vec<u8>,
    /// The buffer is written when it is longer than this.
    holds: usize,
    pub lines: u64,
    pub bytes: u64,
}

impl DayLog {
    /// A log below `dir`, which is made when it is missing.
    pub fn new(dir: &Path, calendar: Calendar) -> io::Result<Self> {
        let folder = dir.join(FOLDER);
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, calendar, today: None, buffer: Vec::new(), holds: 1 << 20, lines: 0, bytes: 0 })
    }

    /// From now on every line is written at once, by one write of its own.
    pub fn unbuffered(&mut self) -> io::Result<()> {
        self.holds = 0;
        self.flush()
    }

    /// Appends the line that `write` makes, to the file of `at`.
    pub fn line(&mut self, at: Stamp, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        if !self.today.as_ref().is_some_and(|(day, _)| day.contains(&at.0)) {
            self.flush()?;
            let (name, day) = self.calendar.day(at);
            let path = self.folder.join(format!("decisions-{name}.jsonl"));
            self.today = Some((day, OpenOptions::new().append(true).create(true).open(path)?));
        }
        write(&mut self.buffer);
        self.lines += 1;
        if self.buffer.len() > self.holds { self.flush() } else { Ok(()) }
    }

    pub fn flush(&mut self) -> io::Result<()> {
        if let Some((_, file)) = &mut self.today {
            file.write_all(&self.buffer)?;
        }
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_goes_to_the_file_of_its_day() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DayLog::new(dir.path(), Calendar::Utc).unwrap();
        let midnight = Stamp(1_767_657_600_000);
        for (at, text) in [(midnight.minus(1), "a\n"), (midnight, "b\n"), (midnight.minus(1), "c\n")] {
            log.line(at, |out| out.extend_from_slice(text.as_bytes())).unwrap();
        }
        log.flush().unwrap();
        let read =
            |day: &str| fs::read_to_string(dir.path().join(FOLDER).join(format!("decisions-{day}.jsonl"))).unwrap();
        assert_eq!(read("2026-01-05"), "a\nc\n");
        assert_eq!(read("2026-01-06"), "b\n");
        assert_eq!((log.lines, log.bytes), (3, 6));
    }

    #[test]
    fn an_unbuffered_line_is_there_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = DayLog::new(dir.path(), Calendar::Local).unwrap();
        log.unbuffered().unwrap();
        let at = Stamp(1_767_657_600_000);
        log.line(at, |out| out.extend_from_slice(b"a\n")).unwrap();
        let path = dir.path().join(FOLDER).join(format!("decisions-{}.jsonl", at.day()));
        assert_eq!(fs::read_to_string(path).unwrap(), "a\n");
    }
}
