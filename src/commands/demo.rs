//! `callscope demo`: a live workload of real files, and the monitor on it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Failure, monitor};
use crate::cli::DemoArgs;
use crate::config::Config;
use crate::demo::{self, Home, Live, Plan};
use crate::ingest::Options;
use crate::ingest::discover::Named;
use crate::model::{Stamp, Window};
use crate::report::Out;
use crate::term;

/// Live calls a second, unless asked otherwise.
const RATE: f64 = 3.0;

pub fn run(args: &DemoArgs) -> Result<ExitCode, Failure> {
    match args.dir.as_deref() {
        Some(dir) if args.no_ui => write(args, dir),
        _ => watch(args),
    }
}

fn write(args: &DemoArgs, dir: &Path) -> Result<ExitCode, Failure> {
    let plan = Plan { calls: args.calls, seed: args.seed, start: Plan::START, rate: args.rate };
    let written = demo::write(dir, &plan)?;
    let mut out = Out::new();
    writeln!(out, "{} calls, {} lines and {} rows in {}", written.calls, written.lines, written.rows, dir.display())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The writer is a thread of its own, and writes to files; the monitor knows nothing of it but these files.
fn watch(args: &DemoArgs) -> Result<ExitCode, Failure> {
    if let Some(why) = term::refusal(|name| std::env::var(name).ok()) {
        return Err(Failure::Could(format!("{why}; `callscope demo --no-ui --dir DIR` only writes its files")));
    }
    let home = match &args.dir {
        Some(_) => None,
        None => Some(Home::new()?),
    };
    let dir = match (&args.dir, &home) {
        (Some(dir), _) => std::path::absolute(dir)?,
        (None, Some(home)) => home.path().to_owned(),
        (None, None) => std::env::temp_dir(),
    };
    let live = Live::begin(&dir, args.seed, args.rate.unwrap_or(RATE), Stamp::now())?;
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let stop = stop.clone();
        thread::spawn(move || live.run(&stop))
    };
    let config = Config::parse(demo::CONFIG)?;
    let options = crate::app::Options {
        window: Some(Window::Hour),
        saved: Vec::new(),
        ..monitor::screen_options(&args.screen, &config)?
    };
    let ingest = Options { named: vec![Named::Folder(dir)], follow: true, ..Options::default() };
    let code = monitor::show(options, &config, args.color, ingest, None, None, args.screen.inline);
    stop.store(true, Ordering::SeqCst);
    // What the writer has to say of its end is of no interest once nobody watches.
    let _ = writer.join();
    drop(home);
    code
}
