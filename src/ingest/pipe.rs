//! Standard input as a source. Its records cannot be read again, so there are no bodies to drill down to.

use std::io::{self, Read};
use std::path::Path;

use super::event::{Event, Health, LeftOut, Origin, SourceInfo};
use super::files::sample;
use super::format::{self, Sample};
use super::read::Lines;
use super::tail::Limits;
use super::{Ids, Options, Out};
use crate::model::SourceId;

const CHUNK: usize = 1 << 16;

/// Reads to the end of standard input. `None`: nobody listens any more.
pub(super) fn read(options: &Options, out: &Out, ids: &Ids) -> Option<()> {
    let mut pipe = Pipe { options, out, ids, reader: None, told: false, at: 0, buffer: Vec::new(), passed: 0 };
    let mut stdin = io::stdin().lock();
    let mut chunk = vec![0; CHUNK];
    loop {
        match stdin.read(&mut chunk) {
            Ok(0) => return pipe.end(),
            Ok(got) => pipe.take(&chunk[..got], Limits::default().line)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return pipe.left_out(error.to_string()),
        }
    }
}

struct Pipe<'p> {
    options: &'p Options,
    out: &'p Out,
    ids: &'p Ids,
    /// `None` until a format recognises what comes.
    reader: Option<(SourceId, Lines)>,
    told: bool,
    /// Where the buffer begins, or the line that is passed over.
    at: u64,
    buffer: Vec<u8>,
    /// Bytes so far of a line that is too long to be held; 0: there is none.
    passed: u64,
}

impl Pipe<'_> {
    fn take(&mut self, mut fresh: &[u8], longest: usize) -> Option<()> {
        if self.passed > 0 {
            let Some(end) = memchr::memchr(b'\n', fresh) else {
                self.passed += fresh.len() as u64;
                return Some(());
            };
            self.passed += end as u64 + 1;
            self.pass_over()?;
            fresh = &fresh[end + 1..];
        }
        // What was held before has no line end in it.
        let whole = memchr::memrchr(b'\n', fresh).map(|end| self.buffer.len() + end + 1);
        self.buffer.extend_from_slice(fresh);
        match whole {
            Some(whole) => self.lines(whole),
            None => {
                if self.buffer.len() > longest {
                    self.passed = self.buffer.len() as u64;
                    self.buffer = Vec::new();
                }
                Some(())
            }
        }
    }

    /// Reads the first `whole` bytes of the buffer: whole lines.
    fn lines(&mut self, whole: usize) -> Option<()> {
        if self.reader.is_none() {
            self.begin(whole)?;
        }
        if let Some((_, lines)) = &mut self.reader {
            self.out.send(Event::Batch(lines.read(&self.buffer[..whole], self.at)))?;
        }
        self.at += whole as u64;
        self.buffer.drain(..whole);
        Some(())
    }

    /// Counts the line that was too long.
    fn pass_over(&mut self) -> Option<()> {
        if let Some((_, lines)) = &mut self.reader {
            self.out.send(Event::Batch(lines.too_long(self.at, self.passed)))?;
        }
        self.at += self.passed;
        self.passed = 0;
        Some(())
    }

    /// A last line may lack its end.
    fn end(&mut self) -> Option<()> {
        if self.passed > 0 {
            self.pass_over()?;
        }
        if !self.buffer.is_empty() {
            self.lines(self.buffer.len())?;
        }
        match &self.reader {
            Some((id, _)) => self.out.send(Event::Health(*id, Health::Gone("standard input has ended".to_owned()))),
            None if self.told => Some(()),
            None => self.left_out("nothing came on standard input".to_owned()),
        }
    }

    fn left_out(&self, why: String) -> Option<()> {
        self.out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why }))
    }

    /// Decides the format by the first records.
    fn begin(&mut self, whole: usize) -> Option<()> {
        let records = sample(&self.buffer[..whole]);
        let sample = Sample { path: Path::new("-"), table: None, records: &records };
        let fit = format::detect(&sample, &self.options.own_formats, self.options.forced.as_deref());
        let Some(fit) = fit else {
            if std::mem::replace(&mut self.told, true) {
                return Some(());
            }
            return self.left_out("no format recognises what comes on standard input".to_owned());
        };
        let info = SourceInfo {
            id: self.ids.next(),
            path: "-".to_owned(),
            format: fit.format.name.clone(),
            why: fit.why,
            fields: fit.format.mapping(&sample),
            origin: Origin { path: "-".into(), format: Some(fit.format.clone()) },
            ..SourceInfo::default()
        };
        self.reader = Some((info.id, Lines::new(info.id, &fit.format, 1)));
        self.out.send(Event::Found(info))
    }
}
