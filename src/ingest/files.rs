//! The thread that follows log files: finds them, decides their format, reads what is there and what comes.

mod lanes;
mod rotated;
mod sample;
mod whole;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::discover::{self, Found, Known, Named};
use super::event::{Event, Health, LeftOut, Origin, SourceInfo};
use super::format::{self, Format, Roster, Sample};
use super::read::{Before, Lines};
use super::tail::{Limits, Step, Tail};
use super::watch::{Wake, WatchOptions, Watcher};
use super::{Ids, Options, Out, family, shown};
use crate::drill::fail_if_asked;
use crate::model::{Batch, SourceId};
use lanes::{LANES, WORTH_THREADS, backlog};
use sample::{FEW, NO_DOUBT, why_not};
pub(super) use sample::{SAMPLED, sample};
use whole::Whole;

/// New files are looked for this often, should no event tell of them.
const RESCAN: Duration = Duration::from_secs(5);
/// The watcher has a floor of its own.
const NEVER: Duration = Duration::from_hours(1);
/// Bytes of a file without a single JSON object before it is held to be no log: some begin with a banner.
pub(super) const PREAMBLE: u64 = 16 << 20;

/// One followed file.
struct Followed {
    tail: Tail,
    /// `None` until its format is known.
    reader: Option<Reader>,
    /// What went by until then.
    before: Before,
    /// Whether it was said why it is not read.
    told: bool,
    health: Option<Health>,
}

struct Reader {
    id: SourceId,
    lines: Lines,
}

/// See the module.
pub(super) struct Files {
    named: Vec<Named>,
    options: Arc<Options>,
    out: Out,
    ids: Arc<Ids>,
    followed: HashMap<PathBuf, Followed>,
    whole: HashMap<PathBuf, Whole>,
    roster: Roster,
    left_out: HashSet<PathBuf>,
    databases: Box<dyn FnMut(PathBuf, Option<String>) + Send>,
    seen_databases: HashSet<(PathBuf, Option<String>)>,
    known: Known,
    /// Files that are no logs of calls, written to all the same: they are no reason to look at everything again.
    ignored: HashSet<PathBuf>,
    /// Why no events come from where the files lie.
    polling: Option<String>,
    /// Where something new may come up.
    folders: Vec<PathBuf>,
    buffer: Vec<u8>,
}

impl Files {
    /// `databases` is called for each database that is found, once.
    pub fn new(
        named: Vec<Named>,
        options: Arc<Options>,
        out: Out,
        ids: Arc<Ids>,
        databases: Box<dyn FnMut(PathBuf, Option<String>) + Send>,
    ) -> Self {
        Self {
            named,
            options,
            out,
            ids,
            followed: HashMap::new(),
            whole: HashMap::new(),
            roster: Roster::default(),
            left_out: HashSet::new(),
            databases,
            seen_databases: HashSet::new(),
            known: Known::default(),
            ignored: HashSet::new(),
            polling: None,
            folders: Vec::new(),
            buffer: Vec::new(),
        }
    }

    /// Reads everything that is there. `None`: nobody listens any more.
    pub fn read_all(&mut self) -> Option<()> {
        self.look()?;
        for path in self.roster.all() {
            self.drain(&path, !self.options.follow)?;
        }
        self.say_what_was_empty()
    }

    /// Goes on until nobody listens any more.
    pub fn follow(mut self) -> Option<()> {
        let mut watcher = Watcher::new(WatchOptions { poll: self.options.poll, ..WatchOptions::default() });
        watcher.watch(&self.folders);
        let mut looked = Instant::now();
        loop {
            if self.polling.as_deref() != watcher.polling_because() {
                self.polling = watcher.polling_because().map(str::to_owned);
            }
            match watcher.next(NEVER) {
                Wake::Paths(paths) => {
                    fail_if_asked("READER");
                    let (known, new): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| self.follows(path));
                    for path in known {
                        self.drain(&path, false)?;
                    }
                    let new: Vec<_> = new.into_iter().filter(|path| !self.is_of_a_database(path)).collect();
                    if new.iter().any(|path| !self.ignored.contains(path)) {
                        self.catch_up()?;
                        let ignored = new.into_iter().filter(|path| !self.follows(path));
                        self.ignored.extend(ignored.collect::<Vec<_>>());
                    }
                }
                Wake::Rescan => self.catch_up()?,
                Wake::Floor | Wake::Elapsed if looked.elapsed() >= RESCAN => {
                    looked = Instant::now();
                    self.ignored.clear();
                    self.catch_up()?;
                }
                Wake::Floor | Wake::Elapsed => self.drain_all()?,
            }
            watcher.watch(&self.folders);
            if self.out.is_closed() {
                return None;
            }
        }
    }

    /// A commit is the business of the thread that follows the database, and no reason to look for new files.
    fn is_of_a_database(&self, path: &Path) -> bool {
        let name = path.as_os_str().as_encoded_bytes();
        self.seen_databases.iter().any(|(database, _)| {
            let rest = name.strip_prefix(database.as_os_str().as_encoded_bytes());
            rest.is_some_and(|rest| matches!(rest, b"" | b"-wal" | b"-journal"))
        })
    }

    fn catch_up(&mut self) -> Option<()> {
        self.look()?;
        self.drain_all()
    }

    fn drain_all(&mut self) -> Option<()> {
        for path in self.roster.all() {
            self.drain(&path, false)?;
        }
        Some(())
    }

    /// Looks which files there are now. Nothing named is what lies here.
    fn look(&mut self) -> Option<()> {
        let look = if self.named.is_empty() {
            discover::here(Path::new("."), &mut self.known)
        } else {
            discover::expand(&self.named, &mut self.known)
        };
        self.folders = look.folders;
        for found in look.found {
            match found {
                Found::Stdin => {}
                Found::Log(path) => self.add(path),
                Found::Database(path) => self.database(path, None),
                Found::Table(path, table) => self.database(path, Some(table)),
            }
        }
        look.left_out.into_iter().try_for_each(|(path, why)| self.leave_out(&path, why))
    }

    fn database(&mut self, path: PathBuf, table: Option<String>) {
        if self.seen_databases.insert((path.clone(), table.clone())) {
            (self.databases)(path, table);
        }
    }

    /// What was named and held nothing, for an answer that would otherwise say nothing of it.
    fn say_what_was_empty(&mut self) -> Option<()> {
        for named in self.named.clone() {
            // What may still come is not missed.
            if self.options.follow && !matches!(named, Named::File(_)) {
                continue;
            }
            if let Some((path, why)) = discover::nothing(&named, &mut self.known) {
                self.leave_out(&path, why)?;
            }
        }
        for path in self.roster.all() {
            let Some(file) = self.followed.get(&path) else { continue };
            let is_asked_for = !self.options.follow || self.options.names(&path);
            if file.reader.is_none() && !file.told && is_asked_for {
                let why = if file.tail.size() == 0 { "it is empty" } else { "there is no whole line in it" };
                self.leave_out(&path, why.to_owned())?;
            }
        }
        Some(())
    }

    fn add(&mut self, path: PathBuf) {
        if self.follows(&path) {
            return;
        }
        self.roster.add(path.clone());
        if let Some(whole) = Whole::of(&path) {
            self.whole.insert(path, whole);
            return;
        }
        let tail = Tail::new(path.clone(), Limits::default());
        let file = Followed { tail, reader: None, before: Before::default(), told: false, health: None };
        self.followed.insert(path, file);
    }

    fn follows(&self, path: &Path) -> bool {
        self.followed.contains_key(path) || self.whole.contains_key(path)
    }

    fn leave_out(&mut self, path: &Path, why: String) -> Option<()> {
        if !self.left_out.insert(path.to_owned()) {
            return Some(());
        }
        let missed = self.options.names(path);
        self.out.send(Event::LeftOut(LeftOut { path: shown(path), why, missed }))
    }

    /// Reads what is new in one file. `to_the_end` also takes a last line that lacks its line end.
    fn drain(&mut self, path: &Path, to_the_end: bool) -> Option<()> {
        if let Some(mut file) = self.whole.remove(path) {
            let going_on = self.drain_whole(path, &mut file);
            self.whole.insert(path.to_owned(), file);
            return going_on;
        }
        let Some(mut file) = self.followed.remove(path) else { return Some(()) };
        let mut going_on = Some(());
        if !self.was_read_as_another(path, &mut file) {
            let mut buffer = std::mem::take(&mut self.buffer);
            going_on = self.drain_file(path, &mut file, &mut buffer, to_the_end);
            self.buffer = buffer;
        }
        self.followed.insert(path.to_owned(), file);
        going_on
    }

    fn drain_file(&mut self, path: &Path, file: &mut Followed, buffer: &mut Vec<u8>, to_the_end: bool) -> Option<()> {
        let (mut finished, mut ahead) = (false, None);
        loop {
            let step = match ahead.take() {
                Some(step) => step,
                None if finished => file.tail.finish(buffer),
                None => file.tail.next(buffer),
            };
            match step {
                Step::Lines { at, provisional } | Step::Late { at, provisional } => {
                    let judged = self.recognise(path, file, buffer)?;
                    if file.reader.is_some() && !std::mem::take(&mut file.before).is_empty() {
                        // Now that it is known what it is, what went by is read too.
                        file.tail.rewind();
                        finished = false;
                        continue;
                    }
                    if let Some(reader) = &mut file.reader {
                        let batch = if provisional {
                            reader.lines.read_ahead(buffer, at)
                        } else {
                            reader.lines.read(buffer, at)
                        };
                        self.send(batch)?;
                        if backlog(&file.tail) > WORTH_THREADS {
                            ahead = self.drain_by_threads(file, buffer)?.0;
                        }
                        self.progress(file)?;
                    } else if judged && !self.options.follow {
                        // It was said what it is not; the rest of it is of no interest.
                        return Some(());
                    } else {
                        file.before.block(buffer);
                    }
                }
                Step::TooLong { at, len } => match &mut file.reader {
                    Some(reader) => {
                        let batch = reader.lines.too_long(at, len);
                        self.send(batch)?;
                    }
                    None => file.before.too_long(at, len),
                },
                Step::Fresh(_) => match &mut file.reader {
                    Some(reader) => reader.lines.begin_again(),
                    None => file.before = Before::default(),
                },
                Step::Idle if to_the_end && !finished => finished = true,
                Step::Idle => {
                    self.recognise_by_name(path, file)?;
                    self.give_up(path, file)?;
                    return self.health(file, Health::Following);
                }
                Step::Waiting => return self.health(file, Health::Waiting),
                // What was rotated away is packed or deleted in the end.
                Step::Gone if discover::rotated_from(path).is_some() => return Some(()),
                Step::Gone => {
                    return self.health(
                        file,
                        Health::Gone("the file is gone; callscope waits for it to come back".to_owned()),
                    );
                }
                Step::Unreadable(why) => {
                    if file.reader.is_none() {
                        file.told = true;
                        return self.leave_out(path, why);
                    }
                    return self.health(file, Health::Unreadable(why));
                }
            }
        }
    }

    fn send(&self, batch: Batch) -> Option<()> {
        if batch.is_empty() && batch.read == 0 { Some(()) } else { self.out.send(Event::Batch(batch)) }
    }

    fn progress(&self, file: &Followed) -> Option<()> {
        let (Some(reader), (done, of)) = (&file.reader, (file.tail.offset(), file.tail.size())) else {
            return Some(());
        };
        if of > 8 << 20 { self.out.send(Event::Health(reader.id, Health::Reading { done, of })) } else { Some(()) }
    }

    fn health(&self, file: &mut Followed, health: Health) -> Option<()> {
        let Some(reader) = &file.reader else { return Some(()) };
        let health = match (health, &self.polling) {
            (Health::Following, Some(why)) => Health::Polling(why.clone()),
            (health, _) => health,
        };
        if file.health.as_ref() == Some(&health) {
            return Some(());
        }
        file.health = Some(health.clone());
        self.out.send(Event::Health(reader.id, health))
    }

    /// Decides the format by the first records. Whether it could: where there are none yet, the rest must show.
    fn recognise(&mut self, path: &Path, file: &mut Followed, block: &[u8]) -> Option<bool> {
        if file.reader.is_some() {
            return Some(true);
        }
        let mut records = sample(block, FEW);
        let mut fit = self.fit(path, &records, NO_DOUBT);
        // The first records, and if they are none of a log of calls, some of everywhere.
        for take in [sample::sample as fn(&[u8], usize) -> Vec<Json>, sample::spread] {
            if fit.is_none() {
                records = take(block, SAMPLED);
                fit = self.fit(path, &records, 0);
            }
        }
        if fit.as_ref().is_some_and(|(format, _)| format.name == format::fields::NAME) {
            // A field that the first records leave empty may be filled later.
            records.extend(sample::spread(block, SAMPLED));
            fit = self.fit(path, &records, 0).or(fit);
        }
        match fit {
            Some((format, info)) => self.begin(file, &format, info)?,
            None if file.told => {}
            None if file.tail.offset() < PREAMBLE => {
                file.before.sampled(&records);
                return Some(false);
            }
            None => {
                file.told = true;
                self.leave_out(path, why_not(&records, block, self.options.forced.as_deref()))?;
            }
        }
        Some(true)
    }

    /// At the end of a file that had nothing to judge it by.
    fn give_up(&mut self, path: &Path, file: &mut Followed) -> Option<()> {
        if file.reader.is_some() || file.told {
            return Some(());
        }
        let why = match file.before.nothing_else() {
            Some(why) => why,
            None if file.before.begins().is_empty() => return Some(()),
            None => why_not(file.before.records(), file.before.begins(), self.options.forced.as_deref()),
        };
        file.told = true;
        self.leave_out(path, why)
    }

    /// An empty file may still be known by its name; then it is worth a line of its own.
    fn recognise_by_name(&mut self, path: &Path, file: &mut Followed) -> Option<()> {
        if file.reader.is_some() || file.told || file.tail.size() > 0 {
            return Some(());
        }
        match self.fit(path, &[], 0) {
            Some((format, info)) => self.begin(file, &format, info),
            None => Some(()),
        }
    }

    /// The format of some records, if it fits at least so well.
    fn fit(&self, path: &Path, records: &[Json], least: u8) -> Option<(Arc<Format>, SourceInfo)> {
        let sample = Sample { path, table: None, records };
        let fit = format::detect(&sample, &self.options.own_formats, self.options.forced.as_deref())?;
        if fit.score < least {
            return None;
        }
        let info = SourceInfo {
            id: self.ids.next(),
            path: shown(path),
            table: None,
            format: fit.format.name.clone(),
            why: fit.why,
            fields: fit.format.mapping(&sample),
            family: family(path.parent().unwrap_or(path)),
            origin: Origin { path: path.to_owned(), format: Some(fit.format.clone()) },
        };
        Some((fit.format, info))
    }

    fn begin(&self, file: &mut Followed, format: &Arc<Format>, info: SourceInfo) -> Option<()> {
        let lines = Lines::new(info.id, format, &info.origin.path, LANES).among(&self.roster);
        file.reader = Some(Reader { id: info.id, lines });
        self.out.send(Event::Found(info))
    }
}
