//! Records to batches: the lines of a block, or the values of a document, through one format.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

use super::format::scan::plain;
use super::format::{Format, Memory, Order, Plan, Roster, Slots, standard};
use crate::model::batch::hash;
use crate::model::{Batch, Call, Scribe, SourceId, Span};

/// Reads the lines of one file.
#[derive(Debug)]
pub struct Lines {
    lanes: Vec<Lane>,
    pub numbering: Numbering,
    /// A record at the end of the file that was read before its line had ended: where, and how many bytes of it.
    ahead: Option<(u64, usize)>,
}

/// What went by before the format of a file was known.
#[derive(Debug, Default)]
pub struct Before {
    lines: u64,
    /// How it begins.
    begins: Vec<u8>,
    /// One of its records.
    record: Option<Json>,
    /// Lines too long to be held: where, and how many bytes.
    long: Vec<(u64, u64)>,
}

impl Before {
    pub fn block(&mut self, block: &[u8]) {
        if self.begins.is_empty() {
            self.begins = block[..block.len().min(100)].to_vec();
        }
        self.lines += memchr::memchr_iter(b'\n', block).count() as u64;
    }

    pub fn too_long(&mut self, at: u64, len: u64) {
        self.long.push((at, len));
    }

    pub fn is_empty(&self) -> bool {
        self.begins.is_empty() && self.long.is_empty()
    }

    /// Keeps a record, to say what is in it.
    pub fn sampled(&mut self, records: &[Json]) {
        if self.record.is_none() {
            self.record = records.first().cloned();
        }
    }

    pub fn records(&self) -> &[Json] {
        self.record.as_slice()
    }

    pub fn begins(&self) -> &[u8] {
        &self.begins
    }

    /// Why there was nothing to judge by, if it was for long lines.
    pub fn nothing_else(&self) -> Option<String> {
        let (_, len) = self.long.first().filter(|_| self.begins.is_empty())?;
        Some(format!("nothing in it but {}", too_long(*len)))
    }
}

fn too_long(len: u64) -> String {
    format!("a line of {} MB: longer than callscope reads", len / 1_000_000)
}

/// Counts the lines of a pass, so that a malformed one can be found with an editor.
#[derive(Debug, Clone, Copy, Default)]
pub struct Numbering(u64);

impl Numbering {
    /// Gives the malformed lines of the next batch their numbers in the file.
    pub fn number(&mut self, mut batch: Batch) -> Batch {
        for bad in &mut batch.malformed_first {
            bad.line += self.0;
        }
        self.0 += batch.lines;
        batch
    }
}

/// What one thread needs to read blocks of a file. Each has its own symbols for names; the batch says whose they are.
#[derive(Debug)]
pub struct Lane {
    format: Arc<Format>,
    /// What is known of the shape of such records. A home has thousands of logs of one format, which share it; only
    /// threads that read at the same time have each their own.
    plan: Arc<Mutex<Plan>>,
    scribe: Scribe,
    memory: Memory,
}

/// Where one record lies while it is read; the next takes its place.
#[derive(Default)]
struct Desk<'a> {
    slots: Slots<'a>,
    call: Call<'a>,
}

/// How often a broken line is searched for a record that begins inside it: a writer that died in the middle of a line
/// and came back leaves two records on one.
const RESYNCS: usize = 4;

impl Lines {
    /// `lanes` threads may read blocks at a time, if the format allows it.
    pub fn new(source: SourceId, format: &Arc<Format>, path: &Path, lanes: u8) -> Self {
        let lanes = if format.order == Order::AsWritten { 1 } else { lanes };
        let lane = |nth: u8| {
            let mut scribe = Scribe::new(source);
            scribe.batch.lane = nth;
            let plan = if nth == 0 { Arc::clone(&format.plan) } else { Arc::new(Mutex::new(format.new_plan())) };
            Lane { format: format.clone(), plan, scribe, memory: Memory::of(path) }
        };
        Self { lanes: (0..lanes.max(1)).map(lane).collect(), numbering: Numbering::default(), ahead: None }
    }

    /// Other parts of the file's log may be among these.
    #[must_use]
    pub fn among(mut self, roster: &Roster) -> Self {
        for lane in &mut self.lanes {
            lane.memory.roster = roster.clone();
        }
        self
    }

    /// The bytes that follow belong to another life of the file: records may come again.
    pub fn begin_again(&mut self) {
        for lane in &mut self.lanes {
            lane.scribe.batch.pass += 1;
            lane.memory = lane.memory.afresh();
        }
        self.numbering = Numbering::default();
        self.ahead = None;
    }

    /// Reads a last line that has not ended yet. When it comes again, its record is not told twice.
    pub fn read_ahead(&mut self, line: &[u8], at: u64) -> Batch {
        if self.ahead.is_some_and(|(known, _)| known == at) {
            return Batch::default();
        }
        let batch = self.lanes[0].read(line, at);
        let batch = Numbering(self.numbering.0).number(batch);
        self.ahead = Some((at, line.len()));
        batch
    }

    /// Reads a block of whole lines that begins at byte `at` of its file.
    pub fn read(&mut self, block: &[u8], at: u64) -> Batch {
        let known = self.skip_known(block.len(), at);
        let batch = self.lanes[0].read(&block[known..], at + known as u64);
        self.numbering.number(batch)
    }

    /// How much of a block was read ahead.
    fn skip_known(&mut self, len: usize, at: u64) -> usize {
        match self.ahead.take() {
            Some((known, ahead)) if known == at => ahead.min(len),
            _ => 0,
        }
    }

    /// The lanes, for threads that read blocks side by side. Their batches must be numbered in the order of the file.
    pub fn lanes(&mut self) -> std::slice::IterMut<'_, Lane> {
        self.lanes.iter_mut()
    }

    /// Counts what went by before anybody read.
    pub fn after(&mut self, before: &mut Before) -> Vec<Batch> {
        let Before { lines, long, .. } = std::mem::take(before);
        self.numbering.0 += lines;
        long.into_iter().map(|(at, len)| self.too_long(at, len)).collect()
    }

    /// Counts a line that was too long to be held.
    pub fn too_long(&mut self, at: u64, len: u64) -> Batch {
        let scribe = &mut self.lanes[0].scribe;
        scribe.batch.read += len;
        scribe.batch.lines += 1;
        scribe.malformed(Span { at, len: 0 }, 1, too_long(len));
        let batch = scribe.take();
        self.numbering.number(batch)
    }
}

impl Lane {
    /// Reads a block of whole lines. Lines are numbered from 1 within the block.
    pub fn read(&mut self, block: &[u8], at: u64) -> Batch {
        self.scribe.batch.read += block.len() as u64;
        let (mut start, mut line) = (0, 0);
        let mut desk = Desk::default();
        let plan = Arc::clone(&self.plan);
        let plan = &mut *plan.lock().unwrap_or_else(PoisonError::into_inner);
        while start < block.len() {
            let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |len| start + len);
            line += 1;
            self.line(&block[start..end], at + start as u64, line, &mut desk, plan);
            start = end + 1;
        }
        self.scribe.batch.lines = line;
        self.scribe.take()
    }

    fn line<'a>(&mut self, line: &'a [u8], at: u64, number: u64, desk: &mut Desk<'a>, plan: &mut Plan) {
        let (line, at) = trimmed(line, at);
        if line.is_empty() {
            return;
        }
        let span = Span { at, len: line.len() as u32 };
        let told = self.record(line, span, number, desk, plan);
        let is_bare = self.note_bare();
        if let Err(why) = told {
            self.scribe.malformed(span, number, why);
            if !is_bare {
                self.resync(line, at, number, desk, plan);
            }
        }
    }

    /// Whether the record at hand was an answer that tells nothing of what it used.
    fn note_bare(&mut self) -> bool {
        let is_bare = std::mem::take(&mut self.memory.is_bare);
        if is_bare {
            self.scribe.batch.runs.bare();
        }
        is_bare
    }

    fn record<'a>(
        &mut self,
        record: &'a [u8],
        span: Span,
        number: u64,
        desk: &mut Desk<'a>,
        plan: &mut Plan,
    ) -> Result<(), String> {
        if let Some(unfold) = self.format.unfold {
            let json: Json = serde_json::from_slice(record).map_err(|error| plain(&error))?;
            if !json.is_object() {
                return Err("not a JSON object".to_owned());
            }
            let items = unfold(json, &self.memory.path);
            if items.is_empty() {
                self.scribe.skipped();
            }
            for item in &items {
                self.item(item, span, number, plan);
            }
            return Ok(());
        }
        plan.fill(record, &mut desk.slots)?;
        if self.format.call(&desk.slots, &mut desk.call, &mut self.memory)? {
            desk.call.name_by_number();
            self.scribe.write(&desk.call, hash(record), span);
            self.doubt(&desk.slots, &desk.call, span, number);
        } else {
            self.scribe.skipped();
        }
        Ok(())
    }

    /// One of the records that a larger one held. It is known by its own text: the larger one may grow.
    fn item(&mut self, item: &Json, span: Span, number: u64, plan: &Plan) {
        let (mut slots, mut call) = (Slots::new(), Call::default());
        plan.fill_json(0, item, &mut slots);
        match self.format.call(&slots, &mut call, &mut self.memory) {
            Ok(true) => {
                self.scribe.write(&call, fingerprint(item), span);
                self.doubt(&slots, &call, span, number);
            }
            Ok(false) => self.scribe.skipped(),
            Err(why) => self.scribe.malformed(span, number, why),
        }
        self.note_bare();
    }

    /// Says what of a call could not be read.
    fn doubt(&mut self, slots: &Slots<'_>, call: &Call<'_>, span: Span, number: u64) {
        if let Some(why) = standard::misread(slots, &self.format.fields, call) {
            self.scribe.malformed(span, number, why);
        }
    }

    fn resync<'a>(&mut self, line: &'a [u8], at: u64, number: u64, desk: &mut Desk<'a>, plan: &mut Plan) {
        let mut from = 1;
        for _ in 0..RESYNCS {
            let Some(found) = line.get(from..).and_then(|rest| memchr::memmem::find(rest, b"{\"")) else { return };
            from += found;
            let record = &line[from..];
            let span = Span { at: at + from as u64, len: record.len() as u32 };
            if self.record(record, span, number, desk, plan).is_ok() {
                return;
            }
            from += 1;
        }
    }
}

/// What a record is known by that was held by a larger one.
pub(super) fn fingerprint(item: &Json) -> u64 {
    hash(item.to_string().as_bytes())
}

/// Reads a file that is one JSON value, rewritten whole whenever a call is added.
#[derive(Debug)]
pub struct Items {
    lane: Lane,
    /// What was told already, by where it stood: an item that has not changed is not told again.
    told: HashMap<u64, u64>,
}

impl Items {
    pub fn new(source: SourceId, format: &Arc<Format>, path: &Path) -> Self {
        let mut lines = Lines::new(source, format, path, 1);
        Self { lane: lines.lanes.remove(0), told: HashMap::new() }
    }

    /// Reads all records that the file holds now.
    pub fn read(&mut self, records: Vec<Json>, bytes: u64) -> Batch {
        let lane = &mut self.lane;
        let plan = Arc::clone(&lane.plan);
        let plan = &*plan.lock().unwrap_or_else(PoisonError::into_inner);
        lane.scribe.batch.read += bytes;
        lane.memory = lane.memory.afresh();
        for (nth, record) in records.into_iter().enumerate() {
            let items = match lane.format.unfold {
                Some(unfold) => unfold(record, &lane.memory.path),
                None => vec![record],
            };
            for (part, item) in items.iter().enumerate() {
                let place = (nth as u64) << 32 | part as u64;
                let known = self.told.insert(place, fingerprint(item));
                let span = Span { at: nth as u64, len: 0 };
                if known != Some(fingerprint(item)) {
                    lane.item(item, span, nth as u64 + 1, plan);
                }
            }
        }
        lane.scribe.take()
    }
}

/// Without what surrounds a record and is none of it: blanks, a carriage return, a byte order mark, the NULs that a
/// writer without `O_APPEND` leaves in front of its next record when the file was cut under it, and what frames the
/// events of a stream that was written down as it came over the wire.
pub(super) fn trimmed(line: &[u8], at: u64) -> (&[u8], u64) {
    let mut rest = line;
    loop {
        let before = rest.len();
        rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest).trim_ascii();
        rest = &rest[rest.iter().take_while(|byte| **byte == 0).count()..];
        if rest.first() != Some(&b'{') {
            rest = unframed(rest);
        }
        if rest.len() == before {
            let start = rest.as_ptr().addr() - line.as_ptr().addr();
            return (rest, at + start as u64);
        }
    }
}

/// An event of a stream has its data on a line, and on others its name and number; the last of OpenAI's is `[DONE]`.
fn unframed(line: &[u8]) -> &[u8] {
    let is_frame = [&b"event:"[..], b"id:", b"retry:"].iter().any(|name| line.starts_with(name)) || line == b"[DONE]";
    if is_frame { &line[line.len()..] } else { line.strip_prefix(b"data:").unwrap_or(line) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::{self, Sample};

    const GOOD: &str = r#"{"timestamp":"2026-01-05T10:00:00.000Z","model":"gpt-5","confidence":0.9,"success":true}"#;

    fn lines() -> Lines {
        let records = [serde_json::from_str(GOOD).unwrap()];
        let sample = Sample { path: Path::new("decisions-2026-01-05.jsonl"), table: None, records: &records };
        Lines::new(SourceId(0), &format::detect(&sample, &[], None).unwrap().format, sample.path, 1)
    }

    fn read(bytes: &[u8]) -> Batch {
        lines().read(bytes, 100)
    }

    #[test]
    fn what_surrounds_a_record_is_no_part_of_it() {
        let block = format!("\n\r\n{GOOD}\r\n  {GOOD}\t\n\u{feff}{GOOD}\n\0\0\0{GOOD}\n");
        let batch = read(block.as_bytes());
        assert_eq!((batch.told.len(), batch.malformed), (4, 0));
        for told in &batch.told {
            let at = (told.span.at - 100) as usize;
            assert_eq!(&block.as_bytes()[at..at + told.span.len as usize], GOOD.as_bytes());
        }
        assert!(batch.told.windows(2).all(|pair| pair[0].fingerprint == pair[1].fingerprint));
    }

    #[test]
    fn broken_lines_are_counted_with_their_place_and_the_rest_goes_on() {
        let batch = read(format!("{GOOD}\nrubbish\n[1,2]\n{{\"a\":1{GOOD}\n{GOOD}\n{{\"x\":1}}\n").as_bytes());
        assert_eq!((batch.told.len(), batch.malformed), (3, 4));
        let places: Vec<_> = batch.malformed_first.iter().map(|bad| (bad.line, bad.why.as_str())).collect();
        assert_eq!(places[0], (2, "expected value at byte 1"));
        assert_eq!(places[1], (3, "not a JSON object"));
        assert_eq!(places[2].0, 4);
        assert_eq!(places[3], (6, "no time in it"));
    }

    proptest::proptest! {
        #[test]
        fn blocks_may_be_cut_at_any_line(cuts in proptest::collection::vec(0_usize..6, 0..4)) {
            let all: Vec<String> = (0..6).map(|n| format!("{}\n", GOOD.replace("gpt-5", &format!("m{n}")))).collect();
            let (mut whole, mut parts) = (lines(), lines());
            let spans = |batch: &Batch| batch.told.iter().map(|told| (told.span, told.fingerprint)).collect::<Vec<_>>();
            let expected = spans(&whole.read(all.concat().as_bytes(), 0));
            let mut cuts = cuts;
            cuts.extend([0, 6]);
            cuts.sort_unstable();
            let (mut at, mut told) = (0, Vec::new());
            for pair in cuts.windows(2) {
                let block = all[pair[0]..pair[1]].concat();
                told.extend(spans(&parts.read(block.as_bytes(), at)));
                at += block.len() as u64;
            }
            proptest::prop_assert_eq!(told, expected);
        }
    }

    #[test]
    fn lines_keep_their_numbers_over_blocks() {
        let mut lines = lines();
        lines.read(format!("{GOOD}\n{GOOD}\n").as_bytes(), 0);
        let batch = lines.read(format!("{GOOD}\nbad\n").as_bytes(), 1_000);
        assert_eq!(batch.malformed_first[0].line, 4);
    }

    #[test]
    fn a_record_read_before_its_line_ended_is_told_once() {
        let mut lines = lines();
        assert_eq!(lines.read_ahead(GOOD.as_bytes(), 0).told.len(), 1);
        assert_eq!(lines.read_ahead(GOOD.as_bytes(), 0).told.len(), 0);
        let batch = lines.read(format!("{GOOD}\n{GOOD}\n").as_bytes(), 0);
        assert_eq!((batch.told.len(), batch.told[0].span.at as usize), (1, GOOD.len() + 1));
    }
}
