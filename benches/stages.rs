//! Where the time of reading a log goes: each stage with all before it, over one file that is given by its path.
//! `cargo bench --bench stages -- FILE`; prints nanoseconds a line.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test or a benchmark may fail loudly")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use callscope::figures::waterfall::Period;
use callscope::figures::{Board, Differ, Scope, Waterfall};
use callscope::ingest::format::{self, Memory, Sample, Slots};
use callscope::ingest::read::Lines;
use callscope::model::batch::hash;
use callscope::model::{Call, Scribe, SourceId, Span, Stamp};
use callscope::price::Catalog;
use callscope::query::{self, Filter};
use callscope::store::{SourceCard, Store, Unobserved};

fn main() {
    let Some(path) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) else {
        println!("stages: no FILE given");
        return;
    };
    let bytes = std::fs::read(&path).expect("the file is readable");
    let records: Vec<_> =
        bytes.split(|byte| *byte == b'\n').take(20).filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let sample = Sample { path: Path::new(&path), table: None, records: &records };
    let format = format::detect(&sample, &[], None).expect("a format fits").format;
    let lines = memchr::memchr_iter(b'\n', &bytes).count() as u128;
    let report = |name: &str, began: Instant| println!("{name:<28}{:>7} ns a line", began.elapsed().as_nanos() / lines);

    let began = Instant::now();
    let each = || lines_of(&bytes);
    std::hint::black_box(each().count());
    report("split", began);

    let mut plan = format.new_plan();
    let began = Instant::now();
    let mut slots = Slots::new();
    each().for_each(|line| plan.fill(line, &mut slots).expect("a record"));
    report("split, scan", began);

    let (mut call, mut memory) = (Call::default(), Memory::default());
    let began = Instant::now();
    each().for_each(|line| {
        plan.fill(line, &mut slots).expect("a record");
        std::hint::black_box(format.call(&slots, &mut call, &mut memory).is_ok());
    });
    report("split, scan, call", began);

    let mut scribe = Scribe::new(SourceId(0));
    let began = Instant::now();
    each().for_each(|line| {
        plan.fill(line, &mut slots).expect("a record");
        if format.call(&slots, &mut call, &mut memory) == Ok(true) {
            scribe.write(&call, hash(line), Span::default());
            if scribe.batch.told.len() == 3_000 {
                scribe.take();
            }
        }
    });
    report("split, scan, call, write", began);

    let mut lines_reader = Lines::new(SourceId(0), &Arc::clone(&format), sample.path, 1);
    let batches: Vec<_> = blocks(&bytes).map(|block| lines_reader.read(block, 0)).collect();
    let mut store = Store::default();
    store.add_source(SourceId(0), SourceCard::default());
    let mut catalog = Catalog::default();
    let began = Instant::now();
    for batch in batches {
        store.absorb(batch, &mut catalog, &mut Unobserved);
    }
    report("store alone", began);

    let began = Instant::now();
    std::hint::black_box(Board::fold(&store, Scope::default(), None).total.calls);
    report("figures alone", began);

    let selection = query::parse("is:error or took>5s", Stamp(0)).expect("a filter");
    let began = Instant::now();
    std::hint::black_box(Differ::fold(&store, &Scope::default(), &selection).fields.len());
    report("what differs alone", began);

    let counts = store.counts_of(SourceId(0));
    let (first, last) = counts.oldest.zip(counts.newest).expect("there are calls");
    let middle = Stamp(i64::midpoint(first.0, last.0));
    let spans = [Period { since: first, until: middle.minus(1) }, Period { since: middle, until: last }];
    let began = Instant::now();
    std::hint::black_box(Waterfall::fold(&store, &mut catalog, &Filter::All, spans).steps.len());
    report("why the bill changed alone", began);
}

fn blocks(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let end = rest.len().min(1 << 20);
        let end = memchr::memrchr(b'\n', &rest[..end]).map(|at| at + 1).filter(|_| !rest.is_empty())?;
        let (block, after) = rest.split_at(end);
        rest = after;
        Some(block)
    })
}

fn lines_of(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', bytes).map(move |end| &bytes[std::mem::replace(&mut start, end + 1)..end])
}
