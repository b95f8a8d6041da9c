//! One file a sub-command that is more than wiring.

pub mod alerts;
pub mod audit;
pub mod books;
pub mod calls;
pub mod columns;
pub mod config;
pub mod demo;
pub mod fresh;
mod kept;
pub mod log;
pub mod look;
pub mod man;
pub mod monitor;
pub mod prices;
pub mod prune;
pub mod remembered;
pub mod report;
pub mod schema;
pub mod serve;
pub mod show;
pub mod sources;
pub mod themes;
pub mod verdicts;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::{Cli, Command, LogArgs, LogKind, PruneArgs};
use crate::config::Config;
use crate::model::{Stamp, clean};
use crate::query::bounds;
use crate::report::Out;

/// Why a command could not do what it was asked, and the exit code that says so.
#[derive(Debug)]
pub enum Failure {
    /// It could not: 1.
    Could(String),
    /// It was asked wrongly: 2.
    Usage(String),
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Could(format!("{error:#}"))
    }
}

/// Runs a command line to its end.
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.command {
        None => monitor::run(&cli.look, &cli.screen),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Calls(args)) => calls::run(&args),
        Some(Command::Show(args)) => show::run(&args),
        Some(Command::Sources(args)) => sources::run(&args),
        Some(Command::Alerts(args)) => alerts::run(&args),
        Some(Command::Audit(args)) => audit::run(&args),
        Some(Command::Log(args)) => append(&args),
        Some(Command::Prune(args)) => remove(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Prices(args)) => prices::run(&args),
        Some(Command::Config(args)) => config::run(args.config.as_deref()),
        Some(Command::Keys { config }) => keys(config.as_deref()),
        Some(Command::Themes { name }) => themes::run(name.as_deref()),
        Some(Command::Man { command }) => man::run(command.as_deref()),
        Some(Command::Schema { of }) => schema::run(of),
        Some(Command::Completions { shell }) => completions(shell),
    };
    match result {
        Ok(code) => code,
        Err(Failure::Could(why)) => complain(&why, 1),
        Err(Failure::Usage(why)) => complain(&why, 2),
    }
}

/// One line on standard error: what is the matter, and what to do. That nobody can read it changes nothing.
fn complain(why: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "callscope: {}", clean::block(why));
    ExitCode::from(code)
}

fn append(args: &LogArgs) -> Result<ExitCode, Failure> {
    let kind = match args.kind {
        LogKind::Decision => log::Kind::Decision,
        LogKind::Outcome => log::Kind::Outcome,
    };
    let mut stdin = std::io::stdin().lock();
    let input: Option<&mut dyn std::io::Read> = if args.pairs.is_empty() { Some(&mut stdin) } else { None };
    log::log(kind, &args.pairs, input, &args.dir, &Stamp::now)?;
    Ok(ExitCode::SUCCESS)
}

fn remove(args: &PruneArgs) -> Result<ExitCode, Failure> {
    let gone = prune::prune(&args.dir, &args.older_than, args.dry_run, Stamp::now())?;
    let mut out = Out::new();
    for path in &gone {
        writeln!(out, "{}", clean::field(&path.to_string_lossy()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The keys in force, and what is left without one.
fn keys(config: Option<&Path>) -> Result<ExitCode, Failure> {
    let (map, lost) = Config::load(config)?.keys.map().map_err(|mistake| Failure::Could(mistake.why))?;
    for why in lost {
        // That nobody can read it changes nothing.
        let _ = writeln!(std::io::stderr(), "callscope: {}", clean::block(&why));
    }
    let mut out = Out::new();
    out.write_all(crate::app::keys::markdown(&map).as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut <Cli as clap::CommandFactory>::command(), "callscope", &mut script);
    let mut out = Out::new();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A moment of the command line, or a usage error that says what is understood.
fn moment(flag: &str, text: &str, read: fn(&str, Stamp) -> Option<Stamp>, now: Stamp) -> Result<Stamp, Failure> {
    read(text, now).ok_or_else(|| Failure::Usage(format!("--{flag} {text}: expected {}", bounds::EXPECTED)))
}
