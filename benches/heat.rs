//! What the heat strip costs with many calls: folding its figures, keeping them for one call more, and asking them for a
//! frame.
//!
//! ```text
//! cargo bench --profile fast --bench heat            # a million calls
//! cargo bench --profile fast --bench heat -- 200000
//! ```

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use callscope::figures::heat::Area;
use callscope::figures::{Board, Heat, Quantity, Scope};
use callscope::model::time::HOUR;
use callscope::model::{Call, Scribe, SourceId, Span, Stamp, Status, Usage};
use callscope::price::Catalog;
use callscope::store::{Observer, SourceCard, Store, Unobserved};

const START: Stamp = Stamp(1_763_900_040_000);

fn store(calls: u64) -> Store {
    let mut store = Store::default();
    store.add_source(SourceId(0), SourceCard::default());
    let mut scribe = Scribe::new(SourceId(0));
    for nth in 0..calls {
        // Spread over six decades, so that no bin is favoured.
        let took = 1_000_000 + (nth * 7_919 % 1_000) * 10_u64.pow((nth % 6) as u32) * 1_000;
        let call = Call {
            model: Some("gpt-5".into()),
            at: START.plus((nth * 24 * HOUR as u64 / calls) as i64),
            took: Some(took),
            confidence: Some((nth % 100) as f64 / 100.0),
            usage: Usage { input: Some((nth % 40_000) as u32), output: Some(90), ..Usage::default() },
            status: if nth % 40 == 0 { Status::Error } else { Status::Success },
            ..Call::default()
        };
        scribe.write(&call, nth, Span { at: nth, len: 1 });
        if nth % 10_000 == 9_999 {
            store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        }
    }
    store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
    store
}

/// The least and the middle of some runs.
fn measure(name: &str, runs: usize, mut run: impl FnMut()) {
    let mut took: Vec<Duration> = (0..runs)
        .map(|_| {
            let from = Instant::now();
            run();
            from.elapsed()
        })
        .collect();
    took.sort();
    let millis = |at: usize| took[at].as_secs_f64() * 1e3;
    println!(
        "{name:<28} least {:8.3} ms   p50 {:8.3} ms   worst {:8.3} ms",
        millis(0),
        millis(runs / 2),
        millis(runs - 1)
    );
}

fn main() {
    let calls = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let store = store(calls);
    let board = Board::fold(&store, Scope::default(), Some(START.plus(24 * HOUR)));
    println!("{calls} calls, {} steps", board.series.buckets.len());
    measure("the board, to compare", 7, || {
        black_box(Board::fold(&store, Scope::default(), Some(START.plus(24 * HOUR))));
    });
    for of in Quantity::ALL {
        measure(&format!("fold {}", of.word()), 15, || {
            black_box(Heat::fold(&store, Scope::default(), of, &board.series));
        });
    }
    let mut heat = Heat::fold(&store, Scope::default(), Quantity::Latency, &board.series);
    measure("1,000 calls leave and come", 15, || {
        for nth in 0..1_000 {
            heat.leaving(store.row(nth));
            heat.entering(store.row(nth));
        }
    });
    measure("what a frame of 200×84 asks", 101, || {
        let (rows, columns) = (heat.rows(84), heat.columns(170));
        for bins in &rows {
            for steps in &columns {
                black_box(heat.sum(&Area { steps: steps.clone(), bins: bins.clone() }));
            }
        }
        for steps in &columns {
            black_box((heat.quantile(steps.clone(), 0.5), heat.quantile(steps.clone(), 0.95)));
        }
    });
}
