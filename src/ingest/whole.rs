//! Files that cannot be read on from where one stopped: compressed logs, and files that are one JSON value and are
//! rewritten whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use serde_json::Value as Json;

use super::file::{open, read_at};
use super::format::scan::plain;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Gzip,
    Zstd,
}

/// Bytes of a JSON document that are read at most.
const LARGEST: u64 = 512 << 20;

/// How a file is compressed, by its first bytes.
pub fn packing(path: &Path) -> Option<Packing> {
    let mut magic = [0; 4];
    open(path).and_then(|file| read_at(&file, &mut magic, 0)).ok()?;
    match magic {
        [0x1f, 0x8b, ..] => Some(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Packing::Zstd),
        _ => None,
    }
}

/// The bytes of a compressed file as they were.
pub fn unpacked(path: &Path, packing: Packing) -> io::Result<Box<dyn Read>> {
    let file = open(path)?;
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
        Packing::Zstd => Box::new(Frames { frame: None, file: Some(BufReader::new(file)) }),
    })
}

/// The lines of a file as they were, also of a compressed one.
pub fn lines(path: &Path) -> io::Result<impl Iterator<Item = Vec<u8>>> {
    let bytes: Box<dyn Read> = match packing(path) {
        Some(packing) => unpacked(path, packing)?,
        None => Box::new(open(path)?),
    };
    Ok(BufReader::new(bytes).split(b'\n').map_while(Result::ok))
}

/// The frames of a zstd file one after the other: a decoder reads one.
struct Frames {
    frame: Option<Box<StreamingDecoder<BufReader<File>, ruzstd::decoding::FrameDecoder>>>,
    file: Option<BufReader<File>>,
}

impl Read for Frames {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                match frame.read(into)? {
                    0 => self.file = self.frame.take().map(|frame| frame.into_inner()),
                    read => return Ok(read),
                }
            }
            let Some(mut file) = self.file.take() else { return Ok(0) };
            if file.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.frame = Some(Box::new(StreamingDecoder::new(file).map_err(io::Error::other)?));
        }
    }
}

/// Whether a file is read as one JSON value, by its name.
pub fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The records of a document: the items of an array, or the value itself; and so for each value, if several stand one
/// after the other.
///
/// # Errors
/// In plain words: what is wrong with it, and where.
pub fn records(path: &Path) -> Result<Vec<Json>, String> {
    let mut file = open(path).map_err(|error| error.to_string())?;
    let len = file.seek(io::SeekFrom::End(0)).map_err(|error| error.to_string())?;
    if len > LARGEST {
        return Err(format!("one JSON document of {} MB: more than callscope reads", len / 1_000_000));
    }
    file.rewind().map_err(|error| error.to_string())?;
    let mut bytes = Vec::with_capacity(len as usize);
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut records = Vec::new();
    for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Json>() {
        match value {
            Ok(Json::Array(items)) => records.extend(items),
            Ok(value) => records.push(value),
            Err(error) => return Err(format!("no JSON at line {}: {}", error.line(), plain(&error))),
        }
    }
    Ok(records)
}
