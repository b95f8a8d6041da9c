//! A call whose response is long: from the record to lines on the screen.
//!
//! ```text
//! cargo bench --bench body             # 50 MB
//! cargo bench --bench body -- 10
//! ```
//!
//! What a worker does: the whole call is laid out in lines, keys and passwords hidden. The screen says so meanwhile. Then a
//! search in it, and how long it takes to hide alone.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;
use std::time::Instant;

use callscope::app::{CallText, Manner, SECTIONS, Search};
use callscope::ingest::event::Transcript;
use callscope::model::secret;
use serde_json::json;

/// Of several kinds, as answers are: plain, with marks, not only ASCII.
const LINE: &str =
    "The parcel was scanned at the depot in Malmö and left with a *neighbour* at no. 14; `trace` says no more.\n";

fn main() {
    let megabytes: usize = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(50);
    let text = LINE.repeat(megabytes * 1_000_000 / LINE.len()) + "the needle at the end\n";
    let time = |what: &str, run: &mut dyn FnMut()| {
        let began = Instant::now();
        run();
        println!("{what:<22} {:8.1} ms", began.elapsed().as_secs_f64() * 1e3);
    };
    println!("{megabytes} MB");
    time("hide", &mut || _ = black_box(secret::hide(&text)));
    let request = json!({"messages": [{"role": "user", "content": "Tell me all."}]});
    let record = json!({"request": request, "response": text});
    let transcript = Transcript {
        request: Some(request),
        response: Some(text.clone().into()),
        raw: vec![record],
        ..Transcript::default()
    };
    let manner = Manner { rendered: true, secrets: false };
    let mut laid = CallText::default();
    time("lay out", &mut || laid = CallText::lay(1, &transcript, [56; SECTIONS], manner));
    let mut hits = None;
    time("search", &mut || hits = Search::look("needle at", &laid.sections, || false));
    println!("{} matches", hits.map_or(0, |hits| hits.len()));
}
