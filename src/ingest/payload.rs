//! Bodies on demand: the record behind a call, read again from its source.

use serde_json::{Map, Value as Json};

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::discover;
use super::event::{SourceInfo, Transcript};
use super::format::{Role, Unfold, claude_code};
use super::read::{fingerprint, trimmed};
use super::whole::{self, is_document, packing};
use super::{sqlite, tail};
use crate::model::batch::{hash, nth_key};
use crate::model::{Mark, Proof};

/// Reads a record again, and the one that opened the call, if another did: it may stand in the file of the day before.
/// The error is for the user: what is the matter, and what it means.
pub fn read(source: &SourceInfo, mark: &Mark, opened: Option<(&SourceInfo, &Mark)>) -> Result<Transcript, String> {
    let mut raw = Vec::new();
    if let Some((source, mark)) = opened.filter(|_| source.table.is_none()) {
        raw.push(line(source, mark)?);
    }
    raw.push(record(source, mark)?);
    let Some(format) = &source.origin.format else {
        return Ok(Transcript { raw, ..Transcript::default() });
    };
    let (request, response) = match format.transcribe {
        Some(transcribe) => transcribe(&source.origin.path, &raw),
        None => (None, None),
    };
    let body = |role: Role| raw.iter().rev().find_map(|record| format.body(role, record));
    let request = request.or_else(|| body(Role::Request));
    let response = response.or_else(|| body(Role::Response));
    let caution = if format.name == claude_code::RECIPE.name { claude_code::caution(&raw) } else { None };
    Ok(Transcript { request, response, raw, caution, others: Vec::new() })
}

/// One record, whatever it tells.
pub fn record(source: &SourceInfo, mark: &Mark) -> Result<Json, String> {
    let Some(table) = &source.table else { return line(source, mark) };
    let row = Json::Object(row(source, table, mark.at)?);
    let unfold = source.origin.format.as_ref().and_then(|format| format.unfold);
    match unfold {
        Some(_) => part(row, &mark.proof, unfold, &source.origin.path)
            .ok_or_else(|| format!("{}: the row holds the call no longer", source.label())),
        None => Ok(row),
    }
}

/// Whether a text stands in what was asked or answered, in any case. `needle` must be in lower case.
pub fn contains(transcript: &Transcript, needle: &str) -> bool {
    transcript.request.iter().chain(&transcript.response).any(|json| json_contains(json, needle))
}

fn json_contains(json: &Json, needle: &str) -> bool {
    match json {
        Json::String(text) => crate::model::text::contains(text, needle),
        Json::Array(items) => items.iter().any(|item| json_contains(item, needle)),
        Json::Object(fields) => fields.values().any(|value| json_contains(value, needle)),
        Json::Number(number) => crate::model::text::contains(&number.to_string(), needle),
        _ => false,
    }
}

fn row(source: &SourceInfo, table: &str, key: u64) -> Result<Map<String, Json>, String> {
    sqlite::read_row(&source.origin.path, table, key as i64).map_err(|why| format!("{}: {why}", source.label()))
}

/// The record where it was read, or at the same place of a file that was rotated away since.
fn line(source: &SourceInfo, mark: &Mark) -> Result<Json, String> {
    let path = &source.origin.path;
    if path == Path::new("-") {
        return Err(
            "what came on standard input cannot be read again: write it to a file to see requests and responses"
                .to_owned(),
        );
    }
    let unfold = source.origin.format.as_ref().and_then(|format| format.unfold);
    let recognised = |bytes: &[u8]| recognised(bytes, &mark.proof, unfold, path);
    if is_document(path) {
        return item(path, mark, unfold).map_err(|why| format!("{}: {why}", source.path));
    }
    let here = bytes(path, mark);
    if let Some(json) = here.as_deref().ok().and_then(recognised) {
        return Ok(json);
    }
    let live = discover::rotated_from(path);
    let rotated = tail::missed::rotated(live.as_deref().unwrap_or(path));
    let found = rotated.iter().find_map(|path| recognised(&bytes(path, mark).ok()?));
    found.ok_or_else(|| match here {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => format!("{}: {error}", source.path),
        _ => format!(
            "{}: the record is no longer at byte {}: the file was rotated or rewritten since it was read",
            source.path, mark.at
        ),
    })
}

/// A record of a JSON document: where it was, or wherever it is now.
fn item(path: &Path, mark: &Mark, unfold: Option<Unfold>) -> Result<Json, String> {
    let records = whole::records(path)?;
    let there = records.get(mark.at as usize).cloned();
    there
        .into_iter()
        .chain(records)
        .find_map(|record| part(record, &mark.proof, unfold, path))
        .ok_or_else(|| format!("record {} is no longer in it: the file was rewritten since it was read", mark.at + 1))
}

fn bytes(path: &Path, mark: &Mark) -> io::Result<Vec<u8>> {
    if let Some(packing) = packing(path) {
        let mut stream = BufReader::new(whole::unpacked(path, packing)?);
        io::copy(&mut (&mut stream).take(mark.at), &mut io::sink())?;
        let mut line = Vec::new();
        stream.read_until(b'\n', &mut line)?;
        return Ok(line);
    }
    match mark.len {
        Some(len) => tail::read_span(path, mark.at, len),
        None => whole_line(path, mark.at),
    }
}

/// The record, if it is the one: another may stand in its place by now, and must not be shown for it.
fn recognised(bytes: &[u8], proof: &Proof, unfold: Option<Unfold>, path: &Path) -> Option<Json> {
    let (bytes, _) = trimmed(bytes, 0);
    let json: Json = serde_json::from_slice(bytes).ok()?;
    if unfold.is_some() {
        return part(json, proof, unfold, path);
    }
    is_it(&json, || hash(bytes), proof).then_some(json)
}

/// The part of a record that is the one, or the record itself.
fn part(record: Json, proof: &Proof, unfold: Option<Unfold>, path: &Path) -> Option<Json> {
    let items = match unfold {
        Some(unfold) => unfold(record, path),
        None => vec![record],
    };
    items.into_iter().find(|item| is_it(item, || fingerprint(item), proof))
}

fn is_it(json: &Json, fingerprint: impl FnOnce() -> u64, proof: &Proof) -> bool {
    let has_key = |key: u64| {
        let fingerprint = fingerprint();
        (1..MOST_ALIKE).any(|nth| nth_key(fingerprint, nth) == key)
    };
    match proof {
        Proof::None => true,
        Proof::Key(key) => has_key(*key),
        Proof::Id(id) => has_id(json, id),
        Proof::Either(key, id) => has_id(json, id) || has_key(*key),
    }
}

/// Of the records with the same bytes, how many are told apart by their number.
const MOST_ALIKE: u32 = 100_000;

fn has_id(json: &Json, id: &str) -> bool {
    match json {
        Json::String(text) => text == id,
        Json::Number(number) => number.to_string() == id,
        Json::Array(items) => items.iter().any(|item| has_id(item, id)),
        Json::Object(fields) => fields.values().any(|value| has_id(value, id)),
        _ => false,
    }
}

/// The line that begins at a byte.
fn whole_line(path: &Path, at: u64) -> io::Result<Vec<u8>> {
    let mut file = BufReader::new(tail::open(path)?);
    file.seek(SeekFrom::Start(at))?;
    let mut line = Vec::new();
    file.read_until(b'\n', &mut line)?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::super::event::Origin;
    use super::*;
    use std::fs;

    const RECORD: &str = r#"{"timestamp":"2026-01-05T10:00:00Z","model":"gpt-5","prompt":"why?"}"#;
    const OTHER: &str = r#"{"timestamp":"2026-01-05T10:00:09Z","model":"gpt-5","prompt":"how?"}"#;

    fn source(path: &Path) -> SourceInfo {
        let origin = Origin { path: path.to_owned(), format: None };
        SourceInfo { path: "a.jsonl".to_owned(), origin, ..SourceInfo::default() }
    }

    fn mark(proof: Proof) -> Mark {
        Mark { at: 0, len: Some(RECORD.len() as u32), proof }
    }

    #[test]
    fn a_record_is_found_in_the_file_that_was_rotated_away_and_never_taken_for_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        let key = mark(Proof::Key(hash(RECORD.as_bytes())));
        let raw = |mark: &Mark| read(&source(&path), mark, None).map(|transcript| transcript.raw[0].to_string());
        fs::write(&path, format!("{RECORD}\n")).unwrap();
        assert_eq!(raw(&key).as_deref(), Ok(RECORD));
        assert_eq!(raw(&Mark { len: None, ..key.clone() }).as_deref(), Ok(RECORD));

        fs::write(dir.path().join("a.jsonl.2"), format!("{OTHER}\n")).unwrap();
        fs::rename(&path, dir.path().join("a.jsonl.1")).unwrap();
        assert_eq!(raw(&key).as_deref(), Ok(RECORD), "nothing stands at the path");
        fs::write(&path, format!("{OTHER}\n")).unwrap();
        assert_eq!(raw(&key).as_deref(), Ok(RECORD), "another record stands in its place");

        fs::remove_file(dir.path().join("a.jsonl.1")).unwrap();
        assert!(raw(&key).unwrap_err().contains("no longer at byte 0"));
        assert!(raw(&mark(Proof::Id("gpt-6".to_owned()))).is_err());
        assert!(raw(&mark(Proof::Id("gpt-5".to_owned()))).is_ok());
    }

    #[test]
    fn the_second_of_two_equal_records_is_one_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        fs::write(&path, format!("{RECORD}\n{RECORD}\n")).unwrap();
        let second = nth_key(hash(RECORD.as_bytes()), 2);
        let mark = Mark { at: RECORD.len() as u64 + 1, len: None, proof: Proof::Key(second) };
        assert!(read(&source(&path), &mark, None).is_ok());
    }
}
