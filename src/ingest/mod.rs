//! Bytes to calls. The only folder that opens log files and tables, and it only ever reads them.
//!
//! One thread follows all log files, and one each database. They parse, and hand columns-to-be over a bounded channel:
//! whoever keeps the store sets the pace.

pub mod discover;
pub mod event;
mod file;
mod files;
pub mod format;
mod growth;
pub mod payload;
mod pipe;
pub mod read;
mod rows;
pub mod sqlite;
mod tables;
pub mod tail;
pub mod tools;
pub mod watch;
mod whole;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;

use tokio::sync::mpsc;

use self::discover::Named;
use self::event::{Event, LeftOut};
use self::format::fields::OwnFormat;
use crate::model::SourceId;
use crate::model::batch::hash;

/// What to read, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The sources as they were named; none: what lies in the current folder.
    pub named: Vec<Named>,
    /// Sources that were named and cannot be followed: each is said, and the others go on.
    pub refused: Vec<LeftOut>,
    /// The format that `--format` insists on.
    pub forced: Option<String>,
    /// Formats of the user's configuration.
    pub own_formats: Vec<OwnFormat>,
    /// Go on after everything has been read once.
    pub follow: bool,
    /// Look again and again instead of waiting for events.
    pub poll: bool,
}

impl Options {
    /// Whether a source was named by itself, and not found in a folder.
    fn names(&self, path: &Path) -> bool {
        self.named.iter().any(|named| match named {
            Named::File(its) | Named::Database(its) | Named::Table(its, _) => its == path,
            Named::Stdin | Named::Folder(_) | Named::Glob { .. } | Named::Tool(..) => false,
        })
    }
}

/// Batches on their way. One is some hundred calls: the channel holds a few megabytes at most.
const ON_THE_WAY: usize = 32;

/// Numbers sources in the order they are found.
#[derive(Debug, Default)]
struct Ids(AtomicU32);

impl Ids {
    fn next(&self) -> SourceId {
        SourceId(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// The readers' end of the channel.
#[derive(Debug, Clone)]
struct Out {
    sender: mpsc::Sender<Event>,
    /// Readers that have not read everything once.
    behind: Arc<AtomicUsize>,
}

impl Out {
    /// `None`: nobody listens any more, and there is no use in reading on.
    fn send(&self, event: Event) -> Option<()> {
        self.sender.blocking_send(event).ok()
    }

    fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    fn one_more(&self) {
        self.behind.fetch_add(1, Ordering::SeqCst);
    }

    /// A reader has read everything once; the last one says so.
    fn caught_up(&self) -> Option<()> {
        if self.behind.fetch_sub(1, Ordering::SeqCst) == 1 { self.send(Event::CaughtUp) } else { Some(()) }
    }
}

/// More sources for readers that run.
#[derive(Debug)]
pub struct More {
    options: Arc<Options>,
    out: Out,
    ids: Arc<Ids>,
}

impl More {
    /// Reads these too. Whoever holds this keeps the channel open.
    pub fn add(&self, named: Vec<Named>) {
        let (options, out, ids) = (self.options.clone(), self.out.clone(), self.ids.clone());
        out.one_more();
        thread::spawn(move || read_files(named, &options, &out, &ids));
    }
}

/// Starts the readers. They end when the receiver is dropped, or, when nothing is to be followed, once everything has
/// been read.
pub fn start(options: Options) -> mpsc::Receiver<Event> {
    start_with_more(options).0
}

/// As [`start`], where sources may be added later.
pub fn start_with_more(options: Options) -> (mpsc::Receiver<Event>, More) {
    let (sender, receiver) = mpsc::channel(ON_THE_WAY);
    let out = Out { sender, behind: Arc::new(AtomicUsize::new(0)) };
    let ids = Arc::new(Ids::default());
    let options = Arc::new(options);
    let more = More { options: options.clone(), out: out.clone(), ids: ids.clone() };
    let (piped, named): (Vec<Named>, Vec<Named>) =
        options.named.iter().cloned().partition(|named| matches!(named, Named::Stdin));
    // Counted before either begins: one that ends at once must not be taken for all.
    let (pipe, files) = (!piped.is_empty(), !named.is_empty() || piped.is_empty());
    for _ in 0..usize::from(pipe) + usize::from(files) {
        out.one_more();
    }
    if pipe {
        let (options, out, ids) = (options.clone(), out.clone(), ids.clone());
        // Of a stream that is followed there is no "all that is there".
        thread::spawn(move || {
            if options.follow {
                out.caught_up()?;
            }
            pipe::read(&options, &out, &ids)?;
            if options.follow { Some(()) } else { out.caught_up() }
        });
    }
    if files {
        thread::spawn(move || read_files(named, &options, &out, &ids));
    }
    (receiver, more)
}

fn read_files(named: Vec<Named>, options: &Arc<Options>, out: &Out, ids: &Arc<Ids>) -> Option<()> {
    let databases = {
        let (options, out, ids) = (options.clone(), out.clone(), ids.clone());
        move |path, only| {
            let (options, out, ids) = (options.clone(), out.clone(), ids.clone());
            out.one_more();
            thread::spawn(move || {
                read_tables(tables::Tables::new(path, only, options.clone(), out.clone(), ids), &options, &out)
            });
        }
    };
    let mut files = files::Files::new(named, options.clone(), out.clone(), ids.clone(), Box::new(databases));
    options.refused.iter().try_for_each(|left| out.send(Event::LeftOut(left.clone())))?;
    files.read_all()?;
    out.caught_up()?;
    if options.follow { files.follow() } else { Some(()) }
}

fn read_tables(mut tables: tables::Tables, options: &Options, out: &Out) -> Option<()> {
    tables.read_all()?;
    out.caught_up()?;
    if options.follow { tables.follow() } else { Some(()) }
}

/// A path as the user would write it: relative to the current folder where it lies in it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let short = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    short.to_string_lossy().into_owned()
}

/// Records pair only within one folder, or one database.
fn family(path: &Path) -> u64 {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    hash(real.as_os_str().as_encoded_bytes())
}
