//! `callscope serve`: the same figures over HTTP, for dashboards, scrapers and scripts.
//!
//! ```text
//! listen  →  guard  →  routes  →  ask  →  answer/*  →  reply
//! socket     who may   which      what    the board    JSON
//! ```
//!
//! [`live`] follows the sources and holds what has been read; every answer is made of it by the code that answers
//! `report --json`, `calls --json` and `show --json`. No file is ever served, and nothing is written but the decisions
//! log.

mod answer;
mod ask;
mod events;
mod guard;
mod listen;
mod live;
mod openapi;
mod recent;
mod reply;
mod routes;
mod watcher;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

pub use guard::{Token, is_loopback};
pub use openapi::schemas;

use self::guard::Guard;
use self::live::Live;
use crate::cli::Look;
use crate::figures::{Goals, Stakes};
use crate::ingest;
use crate::model::{Currency, clean};
use crate::price::OwnPrices;
use crate::rules::Rules;

/// How the server was asked for.
#[derive(Debug)]
pub struct Options {
    pub listen: SocketAddr,
    pub token: Option<Token>,
    /// Where posted decisions and outcomes go.
    pub decisions: PathBuf,
    /// Which calls every answer is about.
    pub look: Look,
    pub currency: Option<Currency>,
    pub own: OwnPrices,
    pub rules: Rules,
    pub goals: Goals,
    pub stakes: Stakes,
}

/// Threads that serve; what takes longer has threads of its own.
const THREADS: usize = 2;

/// How long answers under way may take after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until SIGINT or SIGTERM. It listens before anything has been read, so that clients learn to wait.
pub fn run(options: Options, ingest: ingest::Options) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    let code = runtime.block_on(serve(options, ingest));
    // The reader may be waiting for a file that says nothing.
    runtime.shutdown_background();
    code
}

async fn serve(options: Options, ingest: ingest::Options) -> anyhow::Result<ExitCode> {
    let mut ended = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let at = options.listen;
    let listener = TcpListener::bind(at)
        .await
        .with_context(|| format!("cannot listen on {at}: choose another address with --listen"))?;
    let guard = Guard { listen: listener.local_addr()?, token: options.token.clone() };
    say(&format!("listening on http://{}", guard.listen));
    let live = Arc::new(Live::new(options));
    let reader = {
        let live = Arc::clone(&live);
        tokio::task::spawn_blocking(move || live.follow(ingest))
    };
    {
        let live = Arc::clone(&live);
        tokio::task::spawn_blocking(move || watcher::watch(&live));
    }
    let serving = listen::serve(listener, Arc::clone(&live), guard);
    tokio::pin!(serving);
    let mut reader = std::pin::pin!(reader);
    let mut reading = true;
    loop {
        tokio::select! {
            _ = ended.recv() => break,
            _ = interrupted.recv() => break,
            () = &mut serving => break,
            // Sources that have ended are still there to be asked about; a reader that broke would leave old figures.
            read = &mut reader, if reading => match read {
                Ok(()) => reading = false,
                Err(error) => return Err(anyhow!("the sources cannot be followed any more: {error}")),
            },
        }
    }
    live.ending.send_replace(true);
    let _ = tokio::time::timeout(GRACE, serving).await;
    Ok(ExitCode::SUCCESS)
}

/// A word on standard error; that nobody can read it changes nothing.
fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "callscope: {}", clean::line(what));
}
