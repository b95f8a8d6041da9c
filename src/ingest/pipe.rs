//! Standard input as a source. Its records cannot be read again, so there are no bodies to drill down to.

use std::io::{self, Read};
use std::path::Path;

use super::event::{Event, Health, LeftOut, Origin, SourceInfo};
use super::files::sample;
use super::format::{self, Sample};
use super::read::Lines;
use super::{Ids, Options, Out};
use crate::model::SourceId;

const CHUNK: usize = 1 << 16;

/// Reads to the end of standard input. `None`: nobody listens any more.
pub(super) fn read(options: &Options, out: &Out, ids: &Ids) -> Option<()> {
    let mut stdin = io::stdin().lock();
    let (mut buffer, mut at, mut reader, mut id) = (Vec::new(), 0_u64, None, None);
    let mut chunk = vec![0; CHUNK];
    loop {
        let got = match stdin.read(&mut chunk) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why: error.to_string() })),
        };
        buffer.extend_from_slice(&chunk[..got]);
        let whole = if got == 0 { buffer.len() } else { memchr::memrchr(b'\n', &buffer).map_or(0, |end| end + 1) };
        if whole > 0 {
            if reader.is_none() {
                if let Some((source, lines)) = begin(&buffer[..whole], options, out, ids)? {
                    (id, reader) = (Some(source), Some(lines));
                }
            }
            if let Some(lines) = &mut reader {
                out.send(Event::Batch(lines.read(&buffer[..whole], at)))?;
            }
            at += whole as u64;
            buffer.drain(..whole);
        }
        if got == 0 {
            return match id {
                Some(id) => out.send(Event::Health(id, Health::Gone("standard input has ended".to_owned()))),
                None => Some(()),
            };
        }
    }
}

fn begin(block: &[u8], options: &Options, out: &Out, ids: &Ids) -> Option<Option<(SourceId, Lines)>> {
    let records = sample(block);
    let sample = Sample { path: Path::new("-"), table: None, records: &records };
    let Some(fit) = format::detect(&sample, &options.own_formats, options.forced.as_deref()) else {
        let why = "no format recognises what comes on standard input yet".to_owned();
        out.send(Event::LeftOut(LeftOut { path: "-".to_owned(), why }))?;
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
    let (id, lines) = (info.id, Lines::new(info.id, &fit.format, 1));
    out.send(Event::Found(info))?;
    Some(Some((id, lines)))
}
