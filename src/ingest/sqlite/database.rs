//! A connection that notices when its database changed, was replaced, went away or came back.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Unreadable;
use super::access::{Access, connect, is_wal, waited};
use super::files::{Files, resolve};
use super::schema::{self, Table};

/// A database at one moment, for comparing: two equal marks mean that nothing was committed in between.
/// The reverse does not hold; a mark may move without a change to any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which file it is. Moves when the file is replaced by another of the same name.
    pub file: u64,
    /// Moves when a table or column is created, altered or dropped, and with VACUUM. Of one file only.
    pub schema: i64,
    /// Moves with every change.
    version: u64,
}

/// A database file of somebody else. Needs no file to be there: it is found when it appears.
pub struct Database {
    path: PathBuf,
    real: PathBuf,
    link: Option<Link>,
    last: Option<(Files, Mark)>,
    /// How often the file was found missing: the next one is another, even with the same inode number.
    vanished: u64,
    /// When something was last changed or read.
    active: Instant,
    /// Time spent inside statements since the last `min_interval`.
    held: Duration,
}

struct Link {
    connection: Connection,
    access: Access,
    /// As they were before it was opened.
    files: Files,
    /// `PRAGMA data_version` at the last look. Its numbers mean nothing to another connection.
    data: Option<i64>,
}

/// Counts over the whole process, so that marks of two `Database` values never look alike by chance.
static VERSIONS: AtomicU64 = AtomicU64::new(1);

impl Database {
    /// Touches nothing yet.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            real: path.to_owned(),
            link: None,
            last: None,
            vanished: 0,
            active: Instant::now(),
            held: Duration::ZERO,
        }
    }

    /// The same, and fails at once when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let mut database = Self::new(path);
        database.look()?;
        Ok(database)
    }

    /// Looks for a change without reading a row: two stats and `PRAGMA data_version`, a few µs.
    pub fn look(&mut self) -> Result<Mark, Unreadable> {
        let files = Files::stat(&self.path, &self.real).inspect_err(|error| self.lose(error))?;
        if files.main.size == 0 {
            self.link = None;
        }
        if let Some(link) = &mut self.link {
            if link.is_outdated(&self.real, &files) {
                self.link = None;
            }
        } else if let Some((_, mark)) = self.last.filter(|(then, _)| *then == files) {
            return Ok(mark);
        }
        // An empty file is a database without tables. It is not opened: `SQLite` would delete the logs beside it.
        let (files, mark) = if files.main.size == 0 { (files, self.mark(&files, 0)) } else { self.ask(files)? };
        if self.last.is_none_or(|(_, last)| last != mark) {
            self.active = Instant::now();
        }
        self.last = Some((files, mark));
        Ok(mark)
    }

    /// Tables and views with what is known of them. Look again when [`Mark::file`] or [`Mark::schema`] moves.
    pub fn tables(&mut self) -> Result<Vec<Table>, Unreadable> {
        self.look()?;
        if self.is_empty() {
            return Ok(Vec::new());
        }
        self.read(schema::tables)
    }

    /// One of them; `None` when there is none of that name.
    pub fn table(&mut self, name: &str) -> Result<Option<Table>, Unreadable> {
        if self.is_empty() {
            return Ok(None);
        }
        self.read(|connection| schema::table(connection, name))
    }

    /// Lets go of the file when nothing was changed or read for `after`, and says whether it is closed now. While we
    /// are connected, a writer's exit leaves its WAL behind. From then on changes are noticed by `stat`, and the next
    /// one connects again.
    pub fn close_if_idle(&mut self, now: Instant, after: Duration) -> bool {
        if self.last.is_some() && now.saturating_duration_since(self.active) >= after {
            self.link = None;
        }
        self.link.is_none()
    }

    /// How long to leave the database alone after the polls since the last call. Nothing for a WAL. A rollback
    /// journal's writer fails or waits while we read, so that our reads are kept to about a thousandth of the time: a
    /// seven-hundredth, so that a row is on the screen within a tenth of a second.
    pub fn min_interval(&mut self) -> Duration {
        let held = std::mem::take(&mut self.held);
        if !self.is_gentle() {
            return Duration::ZERO;
        }
        (held * 700).clamp(Duration::from_millis(50), Duration::from_secs(1))
    }

    /// Whether reading gets in the writer's way.
    pub(super) fn is_gentle(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.access == Access::Journal)
    }

    /// Time spent inside statements so far; for differences.
    pub(super) fn held(&self) -> Duration {
        self.held
    }

    /// Runs statements. They must be finished, and what they found copied, when `job` returns.
    pub(super) fn read<T>(&mut self, job: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Unreadable> {
        self.active = Instant::now();
        self.run(job)
    }

    fn run<T>(&mut self, job: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Unreadable> {
        let link = self.linked()?;
        let _ = waited();
        let started = Instant::now();
        let outcome = job(&link.connection);
        self.held += started.elapsed().saturating_sub(waited());
        match outcome {
            Err(error) => {
                let why = Unreadable::of(&error, &self.real);
                if !matches!(why, Unreadable::Locked | Unreadable::Corrupt(_) | Unreadable::Other(_)) {
                    self.link = None;
                }
                Err(why)
            }
            Ok(_) if self.woke_up() => {
                self.link = None;
                Err(Unreadable::Locked)
            }
            Ok(found) => Ok(found),
        }
    }

    /// The mark of the database as connected, with the files as they were before it was asked for.
    fn ask(&mut self, files: Files) -> Result<(Files, Mark), Unreadable> {
        let files = if self.link.is_some() { files } else { self.linked()?.files };
        let data = self.run(|connection| number(connection, "PRAGMA data_version"))?;
        let mark = if let Some(mark) = self.unchanged(data)? {
            mark
        } else {
            let schema = self.run(|connection| number(connection, "PRAGMA schema_version"))?;
            self.mark(&files, schema)
        };
        self.linked()?.data = Some(data);
        Ok((files, mark))
    }

    /// The last mark, if nothing was committed since.
    fn unchanged(&mut self, data: i64) -> Result<Option<Mark>, Unreadable> {
        let Some((then, mark)) = self.last else {
            return Ok(None);
        };
        let link = self.linked()?;
        let is_same = match link.data {
            Some(before) => before == data,
            // A new connection to files that nobody wrote to sees what the old one saw.
            None => link.files == then && Files::stat(&self.path, &self.real)? == then,
        };
        Ok(is_same.then_some(mark))
    }

    fn mark(&self, files: &Files, schema: i64) -> Mark {
        let file = files.main.identity().wrapping_add(self.vanished);
        Mark { file, schema, version: VERSIONS.fetch_add(1, Ordering::Relaxed) }
    }

    fn is_empty(&self) -> bool {
        self.last.is_some_and(|(files, _)| files.main.size == 0)
    }

    fn linked(&mut self) -> Result<&mut Link, Unreadable> {
        let link = match self.link.take() {
            Some(link) => link,
            None => self.connect()?,
        };
        Ok(self.link.insert(link))
    }

    fn connect(&mut self) -> Result<Link, Unreadable> {
        self.real = resolve(&self.path)?;
        let files = Files::stat(&self.path, &self.real)?;
        if files.main.size == 0 {
            return Err(Unreadable::Other("the database is empty; waiting for its first table".into()));
        }
        let (connection, access) = connect(&self.real, &files)?;
        Ok(Link { connection, access, files, data: None })
    }

    /// Whether a database that was read as being at rest was not: what was just read may be torn.
    fn woke_up(&self) -> bool {
        self.link.as_ref().is_some_and(|link| {
            link.access == Access::AtRest && Files::stat(&self.path, &self.real).as_ref() != Ok(&link.files)
        })
    }

    fn lose(&mut self, error: &Unreadable) {
        if *error == Unreadable::Missing && self.last.is_some() {
            self.vanished += 1;
            self.last = None;
        }
        self.link = None;
    }
}

impl Link {
    /// Whether this connection would not see, or would harm, what lies there now.
    fn is_outdated(&mut self, real: &Path, files: &Files) -> bool {
        if !files.same_files(&self.files) {
            return true;
        }
        match self.access {
            Access::AtRest => *files != self.files,
            // A writer may have changed to WAL and left. The next statement would then create side files.
            Access::Journal if *files != self.files => {
                self.files = *files;
                is_wal(real)
            }
            Access::Journal | Access::Wal => false,
        }
    }
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(pragma)?.query_row([], |row| row.get(0))
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let access = self.link.as_ref().map(|link| link.access);
        f.debug_struct("Database").field("path", &self.path).field("access", &access).finish_non_exhaustive()
    }
}
