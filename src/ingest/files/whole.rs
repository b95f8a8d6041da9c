//! Compressed logs and JSON documents among the followed files: read again from their beginning whenever they change.

use std::path::Path;

use super::super::event::{Event, Health};
use super::super::file::{Place, Stat, look};
use super::super::read::{Before, Items, Lines};
use super::super::tail::{Limits, Pipe, Step};
use super::super::whole::{self, Packing, is_document, packing};
use super::{Files, SAMPLED, sample, why_not};
use crate::model::SourceId;

/// One such file.
pub(super) struct Whole {
    packing: Option<Packing>,
    seen: Option<Stat>,
    reader: Option<Reader>,
    health: Option<Health>,
}

enum Reader {
    Items(SourceId, Box<Items>),
    Lines(SourceId, Lines),
}

impl Reader {
    fn id(&self) -> SourceId {
        match self {
            Self::Items(id, _) | Self::Lines(id, _) => *id,
        }
    }
}

impl Whole {
    /// `None` for files whose lines are followed.
    pub fn of(path: &Path) -> Option<Self> {
        let packing = packing(path);
        (packing.is_some() || is_document(path)).then_some(Self { packing, seen: None, reader: None, health: None })
    }
}

impl Files {
    pub(super) fn drain_whole(&mut self, path: &Path, file: &mut Whole) -> Option<()> {
        let stat = match look(path) {
            Place::File(stat) if file.seen == Some(stat) => return Some(()),
            Place::File(stat) => stat,
            Place::Nothing => return self.whole_health(file, Health::Gone("the file is gone".to_owned())),
            Place::Barred(why) => return self.whole_unreadable(path, file, why),
        };
        file.seen = Some(stat);
        match file.packing {
            Some(packing) => self.unpack(path, file, packing),
            None => match whole::records(path) {
                Ok(records) => self.take_records(path, file, records, stat.len),
                Err(why) => self.whole_unreadable(path, file, why),
            },
        }
    }

    fn take_records(
        &mut self,
        path: &Path,
        file: &mut Whole,
        records: Vec<serde_json::Value>,
        bytes: u64,
    ) -> Option<()> {
        if file.reader.is_none() {
            let first = &records[..records.len().min(SAMPLED)];
            let Some((format, info)) = self.fit(path, first, 0) else {
                return self.leave_out(path, why_not(first, b"", self.options.forced.as_deref()));
            };
            file.reader = Some(Reader::Items(info.id, Box::new(Items::new(info.id, &format, path))));
            self.out.send(Event::Found(info))?;
        }
        if let Some(Reader::Items(_, items)) = &mut file.reader {
            let batch = items.read(records, bytes);
            self.send(batch)?;
        }
        self.whole_health(file, Health::Following)
    }

    fn unpack(&mut self, path: &Path, file: &mut Whole, packing: Packing) -> Option<()> {
        let stream = match whole::unpacked(path, packing) {
            Ok(stream) => stream,
            Err(error) => return self.whole_unreadable(path, file, damaged(packing, &error.to_string())),
        };
        let mut pipe = Pipe::new(stream, Limits::default());
        let (mut buffer, mut before) = (Vec::new(), Before::default());
        if let Some(Reader::Lines(_, lines)) = &mut file.reader {
            lines.begin_again();
        }
        loop {
            let step = pipe.next(&mut buffer);
            if let (None, Step::Lines { .. }) = (&file.reader, &step) {
                let records = sample(&buffer, SAMPLED);
                let Some((format, info)) = self.fit(path, &records, 0) else {
                    return self.leave_out(path, why_not(&records, &buffer, self.options.forced.as_deref()));
                };
                let mut lines = Lines::new(info.id, &format, path, 1).among(&self.roster);
                let passed = lines.after(&mut before);
                file.reader = Some(Reader::Lines(info.id, lines));
                self.out.send(Event::Found(info))?;
                passed.into_iter().try_for_each(|batch| self.send(batch))?;
            }
            match (step, &mut file.reader) {
                (Step::Lines { at, .. }, Some(Reader::Lines(_, lines))) => {
                    let batch = lines.read(&buffer, at);
                    self.send(batch)?;
                }
                (Step::TooLong { at, len }, Some(Reader::Lines(_, lines))) => {
                    let batch = lines.too_long(at, len);
                    self.send(batch)?;
                }
                (Step::TooLong { at, len }, _) => before.too_long(at, len),
                (Step::Unreadable(why), _) => return self.whole_unreadable(path, file, damaged(packing, &why)),
                (Step::Gone, _) => return self.whole_health(file, Health::Following),
                _ => {}
            }
        }
    }

    fn whole_unreadable(&mut self, path: &Path, file: &mut Whole, why: String) -> Option<()> {
        if file.reader.is_none() {
            return self.leave_out(path, why);
        }
        self.whole_health(file, Health::Unreadable(why))
    }

    fn whole_health(&self, file: &mut Whole, health: Health) -> Option<()> {
        let Some(reader) = &file.reader else { return Some(()) };
        if file.health.as_ref() == Some(&health) {
            return Some(());
        }
        file.health = Some(health.clone());
        self.out.send(Event::Health(reader.id(), health))
    }
}

fn damaged(packing: Packing, why: &str) -> String {
    let tool = match packing {
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
    };
    format!("compressed ({tool}), and damaged or not yet whole: {why}; try `{tool} -t FILE`")
}
