//! Standard input as a source. Its records cannot be read again, so there are no bodies to drill down to.

use std::io;
use std::path::Path;

use super::event::{Event, Health, LeftOut, Origin, SourceInfo};
use super::files::{PREAMBLE, SAMPLED, sample};
use super::format::{self, Sample};
use super::read::{Before, Lines};
use super::tail::{Limits, Pipe, Step};
use super::{Ids, Options, Out};
use crate::model::{Batch, SourceId};

/// Reads to the end of standard input. `None`: nobody listens any more.
pub(super) fn read(options: &Options, out: &Out, ids: &Ids) -> Option<()> {
    let mut pipe = Pipe::new(io::stdin().lock(), Limits::default());
    let mut buffer = Vec::new();
    let mut reader: Option<(SourceId, Lines)> = None;
    let mut before = Before::default();
    let mut told = false;
    let mut held: Vec<(Vec<u8>, u64)> = Vec::new();
    let send = |batch: Batch| out.send(Event::Batch(batch));
    loop {
        match pipe.next(&mut buffer) {
            Step::Lines { at, .. } | Step::Late { at, .. } => {
                if reader.is_none() {
                    reader = begin(&buffer, options, out, ids, &mut told)?;
                }
                match &mut reader {
                    Some((_, lines)) => {
                        for (block, at) in held.drain(..) {
                            send(lines.read(&block, at))?;
                        }
                        for batch in lines.after(&mut before) {
                            send(batch)?;
                        }
                        send(lines.read(&buffer, at))?;
                    }
                    // It cannot be read again: it is kept until it is known what it is.
                    None if at < PREAMBLE => held.push((buffer.clone(), at)),
                    None => before.block(&buffer),
                }
            }
            Step::TooLong { at, len } => match &mut reader {
                Some((_, lines)) => send(lines.too_long(at, len))?,
                None => before.too_long(at, len),
            },
            Step::Unreadable(why) => {
                return out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why, missed: true }));
            }
            Step::Fresh(_) | Step::Idle | Step::Waiting => {}
            Step::Gone => {
                let ended = Health::Gone("standard input has ended".to_owned());
                return match (reader, before.nothing_else()) {
                    (Some((id, _)), _) => out.send(Event::Health(id, ended)),
                    (None, Some(why)) => out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why, missed: true })),
                    (None, None) => Some(()),
                };
            }
        }
    }
}

/// Decides the format by the first block; the inner `None` is "no format yet".
#[expect(clippy::option_option, reason = "the outer one says whether anybody listens, as everywhere in this folder")]
fn begin(block: &[u8], options: &Options, out: &Out, ids: &Ids, told: &mut bool) -> Option<Option<(SourceId, Lines)>> {
    let records = sample(block, SAMPLED);
    let sample = Sample { path: Path::new("-"), table: None, records: &records };
    let Some(fit) = format::detect(&sample, &options.own_formats, options.forced.as_deref()) else {
        let why = "no format recognises what comes on standard input yet".to_owned();
        if !std::mem::replace(told, true) {
            out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why, missed: true }))?;
        }
        return Some(None);
    };
    let info = SourceInfo {
        id: ids.next(),
        path: "-".to_owned(),
        format: fit.format.name.clone(),
        why: fit.why,
        fields: fit.format.mapping(&sample),
        origin: Origin { path: "-".into(), format: Some(fit.format.clone()) },
        ..SourceInfo::default()
    };
    let (id, lines) = (info.id, Lines::new(info.id, &fit.format, Path::new("-"), 1));
    out.send(Event::Found(info))?;
    Some(Some((id, lines)))
}
