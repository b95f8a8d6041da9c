//! Bodies on demand: the record behind a call, read again from its source.

use serde_json::{Map, Value as Json};

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use super::event::{SourceInfo, Transcript};
use super::format::Role;
use super::{sqlite, tail};
use crate::model::Span;

/// Reads the record at `span` again, and the one that opened the call, if another did: it may stand in the file of the
/// day before. The error is for the user: what is the matter, and what it means.
pub fn read(source: &SourceInfo, span: Span, opened: Option<(&SourceInfo, u64)>) -> Result<Transcript, String> {
    let mut raw = Vec::new();
    if let Some(table) = &source.table {
        raw.push(Json::Object(row(source, table, span)?));
    } else {
        if let Some((source, at)) = opened {
            raw.push(line(source, at, None)?);
        }
        raw.push(line(source, span.at, Some(span.len))?);
    }
    let body = |role: Role| {
        let format = source.origin.format.as_ref()?;
        raw.iter().rev().find_map(|record| format.body(role, record))
    };
    Ok(Transcript { request: body(Role::Request), response: body(Role::Response), raw })
}

/// Whether a text stands in a transcript, in any case. `needle` must be in lower case.
pub fn contains(transcript: &Transcript, needle: &str) -> bool {
    let bodies = transcript.request.iter().chain(&transcript.response);
    bodies.chain(&transcript.raw).any(|json| json_contains(json, needle))
}

fn json_contains(json: &Json, needle: &str) -> bool {
    match json {
        Json::String(text) => crate::model::text::contains(text, needle),
        Json::Array(items) => items.iter().any(|item| json_contains(item, needle)),
        Json::Object(fields) => fields.values().any(|value| json_contains(value, needle)),
        Json::Number(number) => number.to_string() == needle,
        _ => false,
    }
}

fn row(source: &SourceInfo, table: &str, span: Span) -> Result<Map<String, Json>, String> {
    sqlite::read_row(&source.origin.path, table, span.at as i64).map_err(|why| format!("{}: {why}", source.label()))
}

fn line(source: &SourceInfo, at: u64, len: Option<u32>) -> Result<Json, String> {
    let bytes = match len {
        Some(len) => tail::read_span(&source.origin.path, at, len),
        None => whole_line(&source.origin.path, at),
    };
    let bytes = bytes.map_err(|error| format!("{}: {error}", source.path))?;
    serde_json::from_slice(&bytes).map_err(|_| {
        format!(
            "{}: the record is no longer at byte {at}: the file was rotated or rewritten since it was read",
            source.path
        )
    })
}

/// The line that begins at a byte.
fn whole_line(path: &Path, at: u64) -> io::Result<Vec<u8>> {
    let mut file = BufReader::new(File::open(path)?);
    file.seek(SeekFrom::Start(at))?;
    let mut line = Vec::new();
    file.read_until(b'\n', &mut line)?;
    Ok(line)
}
