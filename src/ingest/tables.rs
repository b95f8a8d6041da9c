//! The thread that follows the tables of one database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json};

use super::event::{Event, Health, LeftOut, Origin, SourceInfo};
use super::file::folder_of;
use super::format::{self, Sample, Value};
use super::rows::Rows;
use super::sqlite::{Database, Follow, Ladder, Stays, Table, Unreadable};
use super::watch::{Wake, WatchOptions, Watcher};
use super::{Ids, Options, Out, family, shown};
use crate::model::SourceId;

/// Rows handed over at a time.
const STRIDE: usize = 20_000;
/// Rows a format is judged by.
const SAMPLED: usize = 40;
/// While connected we keep a writer's exit from tidying up; so an idle database is let go.
const IDLE: Duration = Duration::from_secs(30);
/// A read that finds the database locked is tried again for so long before it is given up, when nothing is followed.
const PATIENCE: Duration = Duration::from_secs(3);

/// One followed table.
struct Followed {
    id: SourceId,
    name: String,
    rows: Rows,
    follow: Follow,
    health: Option<Health>,
    done: u64,
    of: u64,
}

/// See the module.
pub(super) struct Tables {
    path: PathBuf,
    /// Only this table.
    only: Option<String>,
    options: Arc<Options>,
    out: Out,
    ids: Arc<Ids>,
    database: Database,
    followed: Vec<Followed>,
    /// Tables that no format recognises, and the schema they were judged under.
    refused: Vec<String>,
    schema: Option<(u64, i64)>,
    /// A table was refused that had too few rows to be sure.
    undecided: bool,
    complaint: Option<String>,
}

impl Tables {
    pub fn new(path: PathBuf, only: Option<String>, options: Arc<Options>, out: Out, ids: Arc<Ids>) -> Self {
        let database = Database::new(&path);
        Self {
            path,
            only,
            options,
            out,
            ids,
            database,
            followed: Vec::new(),
            refused: Vec::new(),
            schema: None,
            undecided: false,
            complaint: None,
        }
    }

    /// Reads everything that is there. `None`: nobody listens any more.
    pub fn read_all(&mut self) -> Option<()> {
        let began = Instant::now();
        loop {
            match self.turn()? {
                Ok(true) => {}
                Ok(false) => return Some(()),
                // A monitor comes back anyway, and the others must not wait.
                Err(Unreadable::Locked) if !self.options.follow && began.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(why) => return self.complain(&why),
            }
        }
    }

    /// Goes on until nobody listens any more.
    pub fn follow(mut self) -> Option<()> {
        let floor = Duration::from_millis(if self.options.poll { 250 } else { 1_000 });
        let mut watcher = Watcher::new(WatchOptions { poll: self.options.poll, ..WatchOptions::default() });
        watcher.watch(&[folder_of(&self.path).to_owned()]);
        let mut ladder = Ladder::default();
        let mut not_before = Instant::now();
        loop {
            let now = Instant::now();
            let wait = ladder.wait(now).unwrap_or(floor).max(not_before.saturating_duration_since(now));
            match watcher.next(wait) {
                Wake::Paths(paths) if paths.iter().any(|path| self.is_ours(path)) => ladder.event(Instant::now()),
                Wake::Rescan => ladder.event(Instant::now()),
                _ => {}
            }
            let now = Instant::now();
            ladder.due(now);
            if now < not_before {
                continue;
            }
            match self.turns()? {
                Ok(()) => {}
                Err(why) => self.complain(&why)?,
            }
            not_before = Instant::now() + self.database.min_interval();
            self.database.close_if_idle(Instant::now(), IDLE);
            if self.out.is_closed() {
                return None;
            }
        }
    }

    /// The database itself or its write-ahead log or journal.
    fn is_ours(&self, path: &Path) -> bool {
        let (Some(name), Some(ours)) = (path.file_name(), self.path.file_name()) else { return false };
        name.as_encoded_bytes().starts_with(ours.as_encoded_bytes())
    }

    fn turns(&mut self) -> Option<Result<(), Unreadable>> {
        loop {
            match self.turn()? {
                Ok(true) => {}
                Ok(false) => return Some(Ok(())),
                Err(why) => return Some(Err(why)),
            }
        }
    }

    /// One stride through every table. Says whether there is more at once.
    fn turn(&mut self) -> Option<Result<bool, Unreadable>> {
        match self.look() {
            Ok(found) => {
                for event in found {
                    self.out.send(event)?;
                }
            }
            Err(why) => return Some(Err(why)),
        }
        let mut more = false;
        for at in 0..self.followed.len() {
            let table = &mut self.followed[at];
            let rows = &mut table.rows;
            let polled = table.follow.poll(&mut self.database, STRIDE, &mut |row| {
                if rows.read(row.key, row.values) { Stays::Open } else { Stays::Done }
            });
            let polled = match polled {
                Ok(polled) => polled,
                Err(why @ Unreadable::Other(_)) => {
                    self.health(at, Health::Gone(why.to_string()))?;
                    continue;
                }
                Err(why) => return Some(Err(why)),
            };
            for key in polled.gone {
                rows.gone(key);
            }
            table.done += polled.rows;
            if !table.rows.is_empty() {
                let batch = table.rows.take();
                self.out.send(Event::Batch(batch))?;
            }
            more |= polled.more;
            let table = &self.followed[at];
            let health = if polled.more && table.of > STRIDE as u64 {
                Health::Reading { done: table.done, of: table.of.max(table.done) }
            } else if self.options.poll {
                Health::Polling("asked to by --poll".to_owned())
            } else {
                Health::Following
            };
            self.health(at, health)?;
        }
        self.complaint = None;
        Some(Ok(more))
    }

    /// Looks for tables when the schema has moved.
    fn look(&mut self) -> Result<Vec<Event>, Unreadable> {
        let mark = self.database.look()?;
        if self.schema == Some((mark.file, mark.schema)) && !self.undecided {
            return Ok(Vec::new());
        }
        let mut events = Vec::new();
        let tables = self.database.tables()?;
        if let Some(only) = &self.only
            && !tables.iter().any(|table| table.name == *only)
        {
            let there: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
            let why = format!(
                "no table {only} in it; there are: {}",
                if there.is_empty() { "none".to_owned() } else { there.join(", ") }
            );
            events.extend(self.left_out(only.clone(), why));
        }
        if tables.is_empty() && self.only.is_none() && !self.options.follow {
            let why = "it is empty: no table is in it".to_owned();
            events.push(Event::LeftOut(LeftOut {
                path: shown(&self.path),
                why,
                missed: self.options.names(&self.path),
            }));
        }
        self.undecided = false;
        let wanted = |table: &Table| self.only.as_ref().is_none_or(|only| *only == table.name);
        for table in tables.into_iter().filter(wanted).collect::<Vec<_>>() {
            if self.followed.iter().any(|known| known.name == table.name) {
                continue;
            }
            events.extend(self.recognise(&table)?);
        }
        self.schema = Some((mark.file, mark.schema));
        Ok(events)
    }

    fn recognise(&mut self, table: &Table) -> Result<Option<Event>, Unreadable> {
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let records = self.sample(table, &columns)?;
        let sample = Sample { path: &self.path, table: Some((&table.name, &columns)), records: &records };
        let Some(fit) = format::detect(&sample, &self.options.own_formats, self.options.forced.as_deref()) else {
            self.undecided |= records.len() < SAMPLED;
            let some: Vec<&str> = columns.iter().take(6).map(String::as_str).collect();
            let why = if records.is_empty() {
                format!("nothing is in it yet, and its columns alone do not tell of calls: {}", some.join(", "))
            } else {
                format!("its columns are not those of a table of calls: {}", some.join(", "))
            };
            return Ok(self.left_out(table.name.clone(), why));
        };
        let id = self.ids.next();
        let info = SourceInfo {
            id,
            path: shown(&self.path),
            table: Some(table.name.clone()),
            format: fit.format.name.clone(),
            why: fit.why,
            fields: fit.format.mapping(&sample),
            family: family(&self.path),
            origin: Origin { path: self.path.clone(), format: Some(fit.format.clone()) },
        };
        let rows = Rows::new(id, fit.format, &table.name, &columns);
        let follow = Follow::new(table, rows.columns().to_vec());
        let of = table.rows.unwrap_or(0);
        self.followed.push(Followed { id, name: table.name.clone(), rows, follow, health: None, done: 0, of });
        self.refused.retain(|name| *name != table.name);
        Ok(Some(Event::Found(info)))
    }

    /// The first rows of a table, as JSON objects.
    fn sample(&mut self, table: &Table, columns: &[String]) -> Result<Vec<Json>, Unreadable> {
        let mut records = Vec::new();
        Follow::new(table, columns.to_vec()).poll(&mut self.database, SAMPLED, &mut |row| {
            let record: Map<String, Json> = columns.iter().cloned().zip(row.values.iter().map(json)).collect();
            records.push(Json::Object(record));
            Stays::Done
        })?;
        Ok(records)
    }

    /// Said once for each table.
    fn left_out(&mut self, table: String, why: String) -> Option<Event> {
        if self.refused.contains(&table) {
            return None;
        }
        let path = format!("{}:{table}", shown(&self.path));
        self.refused.push(table);
        Some(Event::LeftOut(LeftOut { path, why, missed: self.only.is_some() }))
    }

    fn health(&mut self, at: usize, health: Health) -> Option<()> {
        let table = &mut self.followed[at];
        if table.health.as_ref() == Some(&health) {
            return Some(());
        }
        table.health = Some(health.clone());
        self.out.send(Event::Health(table.id, health))
    }

    /// The whole database cannot be read now.
    fn complain(&mut self, why: &Unreadable) -> Option<()> {
        let health = match why {
            Unreadable::Missing => Health::Gone(why.to_string()),
            _ => Health::Unreadable(why.to_string()),
        };
        for at in 0..self.followed.len() {
            self.health(at, health.clone())?;
        }
        if self.followed.is_empty() && self.complaint.as_ref() != Some(&why.to_string()) {
            self.complaint = Some(why.to_string());
            // It is a database that somebody writes, and not rubbish that bears the name of one.
            let real = !matches!(why, Unreadable::NotADatabase | Unreadable::Encrypted | Unreadable::Corrupt(_));
            let missed = real || self.options.names(&self.path);
            return self.out.send(Event::LeftOut(LeftOut { path: shown(&self.path), why: why.to_string(), missed }));
        }
        Some(())
    }
}

fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Missing | Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::Number(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        Value::Text(text) => Json::from(text.to_str()),
        Value::Raw(bytes) => Json::from(String::from_utf8_lossy(bytes)),
    }
}
