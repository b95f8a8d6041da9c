//! Records to batches: the lines of a block, or the rows of a table, through one format.

use std::sync::Arc;

use super::format::{Format, Plan, Role, Slots, Value};
use crate::model::batch::hash;
use crate::model::{Batch, Scribe, SourceId, Span, Status};

/// Reads the lines of one file.
#[derive(Debug)]
pub struct Lines {
    format: Arc<Format>,
    plan: Plan,
    scribe: Scribe,
    /// Lines of this pass so far.
    line: u64,
    /// A record at the end of the file that was read before its line had ended: where, and how many bytes of it.
    ahead: Option<(u64, usize)>,
}

/// How often a broken line is searched for a record that begins inside it: a writer that died in the middle of a line
/// and came back leaves two records on one.
const RESYNCS: usize = 4;

impl Lines {
    pub fn new(source: SourceId, format: Arc<Format>) -> Self {
        let plan = Plan::new(&format.fields);
        Self { format, plan, scribe: Scribe::new(source), line: 0, ahead: None }
    }

    pub fn format(&self) -> &Arc<Format> {
        &self.format
    }

    /// The bytes that follow belong to another life of the file: records may come again.
    pub fn begin_again(&mut self) {
        self.scribe.batch.pass += 1;
        self.line = 0;
        self.ahead = None;
    }

    /// Reads a last line that has not ended yet. When it comes again, its record is not told twice.
    pub fn read_ahead(&mut self, line: &[u8], at: u64) {
        if self.ahead.is_some_and(|(known, _)| known == at) {
            return;
        }
        self.line += 1;
        self.line(line, at);
        self.line -= 1;
        self.ahead = Some((at, line.len()));
    }

    /// Reads a block of whole lines that begins at byte `at` of its file.
    pub fn read(&mut self, block: &[u8], at: u64) {
        self.scribe.batch.read += block.len() as u64;
        let mut start = match self.ahead.take() {
            Some((known, len)) if known == at => len.min(block.len()),
            _ => 0,
        };
        while start < block.len() {
            let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |len| start + len);
            self.line += 1;
            self.line(&block[start..end], at + start as u64);
            start = end + 1;
        }
    }

    /// Counts a line that was too long to be held.
    pub fn too_long(&mut self, at: u64, len: u64) {
        self.line += 1;
        self.scribe.batch.read += len;
        let why = format!("a line of {} MB: longer than callscope reads", len / 1_000_000);
        self.scribe.malformed(Span { at, len: 0 }, self.line, why);
    }

    pub fn take(&mut self) -> Batch {
        self.scribe.take()
    }

    pub fn is_empty(&self) -> bool {
        self.scribe.batch.is_empty() && self.scribe.batch.read == 0
    }

    fn line(&mut self, line: &[u8], at: u64) {
        let (line, at) = trimmed(line, at);
        if line.is_empty() {
            return;
        }
        let span = Span { at, len: line.len() as u32 };
        if let Err(why) = self.record(line, span) {
            self.scribe.malformed(span, self.line, why);
            self.resync(line, at);
        }
    }

    fn record(&mut self, record: &[u8], span: Span) -> Result<(), String> {
        let mut slots = Slots::new();
        self.plan.fill(record, &mut slots)?;
        match self.format.call(&slots)? {
            Some(call) => self.scribe.write(&call, hash(record), span),
            None => self.scribe.batch.skipped += 1,
        }
        Ok(())
    }

    fn resync(&mut self, line: &[u8], at: u64) {
        let mut from = 1;
        for _ in 0..RESYNCS {
            let Some(found) = line.get(from..).and_then(|rest| memchr::memmem::find(rest, b"{\"")) else { return };
            from += found;
            let record = &line[from..];
            if self.record(record, Span { at: at + from as u64, len: record.len() as u32 }).is_ok() {
                return;
            }
            from += 1;
        }
    }
}

/// Without what surrounds a record and is none of it: blanks, a carriage return, a byte order mark, and the NULs that a
/// writer without `O_APPEND` leaves in front of its next record when the file was cut under it.
fn trimmed(line: &[u8], at: u64) -> (&[u8], u64) {
    let mut rest = line;
    loop {
        let before = rest.len();
        rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest).trim_ascii();
        rest = &rest[rest.iter().take_while(|byte| **byte == 0).count()..];
        if rest.len() == before {
            let start = rest.as_ptr().addr() - line.as_ptr().addr();
            return (rest, at + start as u64);
        }
    }
}

/// Reads the rows of one table.
#[derive(Debug)]
pub struct Rows {
    format: Arc<Format>,
    plan: Plan,
    columns: Vec<String>,
    table: String,
    scribe: Scribe,
}

impl Rows {
    /// `all` are the columns that the table has: only those are asked for.
    pub fn new(source: SourceId, format: Arc<Format>, table: &str, all: &[String]) -> Self {
        let plan = Plan::new(&format.fields);
        let mut columns = Plan::columns(&format.fields);
        columns.retain(|column| all.contains(column));
        Self { format, plan, columns, table: table.to_owned(), scribe: Scribe::new(source) }
    }

    /// The columns to select, in the order in which [`Self::read`] takes their values.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads one row. Whether its call is still open: then it will change.
    pub fn read(&mut self, key: i64, values: &[Value<'_>]) -> bool {
        self.scribe.batch.read += 1;
        let span = Span { at: key as u64, len: 0 };
        let mut slots = Slots::new();
        for (nth, (column, value)) in self.columns.iter().zip(values).enumerate() {
            self.plan.fill_column(nth, column, value, &mut slots);
        }
        match self.format.call(&slots) {
            Ok(Some(call)) => {
                let place = format!("{}:{key}@{}", self.table, call.at.0);
                self.scribe.write(&call, hash(place.as_bytes()), span);
                call.status == Status::Pending
            }
            Ok(None) => {
                self.scribe.batch.skipped += 1;
                false
            }
            Err(why) => {
                self.scribe.malformed(span, key as u64, why);
                // What is missing may come.
                slots.get(Role::Time).is_absent() || slots.get(Role::Model).is_absent()
            }
        }
    }

    pub fn gone(&mut self, key: i64) {
        self.scribe.batch.gone.push(key as u64);
    }

    pub fn take(&mut self) -> Batch {
        self.scribe.take()
    }

    pub fn is_empty(&self) -> bool {
        self.scribe.batch.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::{self, Sample};
    use std::path::Path;

    const GOOD: &str = r#"{"timestamp":"2026-01-05T10:00:00.000Z","model":"gpt-5","confidence":0.9,"success":true}"#;

    fn lines() -> Lines {
        let records = [serde_json::from_str(GOOD).unwrap()];
        let sample = Sample { path: Path::new("decisions-2026-01-05.jsonl"), table: None, records: &records };
        Lines::new(SourceId(0), format::detect(&sample, &[], None).unwrap().format)
    }

    fn read(bytes: &[u8]) -> Batch {
        let mut lines = lines();
        lines.read(bytes, 100);
        lines.take()
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
            whole.read(all.concat().as_bytes(), 0);
            let mut cuts = cuts;
            cuts.extend([0, 6]);
            cuts.sort_unstable();
            let mut at = 0;
            for pair in cuts.windows(2) {
                let block = all[pair[0]..pair[1]].concat();
                parts.read(block.as_bytes(), at);
                at += block.len() as u64;
            }
            let spans = |batch: Batch| batch.told.iter().map(|told| (told.span, told.fingerprint)).collect::<Vec<_>>();
            proptest::prop_assert_eq!(spans(whole.take()), spans(parts.take()));
        }
    }
}
