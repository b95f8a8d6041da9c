//! The command line: what was typed, as data. What it means is decided in `commands`.

mod order;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::figures::waterfall::Against;
use crate::model::Window;
use crate::query::SortBy;
use crate::report::csv;

#[derive(Debug, Parser)]
#[command(
    name = "callscope",
    version,
    about = "An oscilloscope for AI calls: watches the logs and tables your apps write, live",
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_precedence_over_arg = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub look: Look,
    #[command(flatten)]
    pub screen: ScreenArgs,
}

impl Cli {
    /// Reads the command line, or ends the program with a message. Options may stand before the command.
    pub fn read() -> Self {
        Self::parse_from(order::command_first(std::env::args_os().collect()))
    }
}

const EXAMPLES: &str = "Examples:
  callscope                              watch what lies in this folder
  callscope .orchestration-logs app.db   watch a folder of logs and a database
  callscope app.db:llm_usage_logs        one table of it
  callscope demo                         a live demo on real files
  callscope report --json --since 7d     the figures, for scripts
  callscope audit app.db proxy.jsonl     do two books of the same calls agree?
  callscope calls --ndjson --follow      every new call, a line each
  callscope serve                        the figures over HTTP, at 127.0.0.1:4180
  tail -f log.jsonl | callscope -        what comes down a pipe";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// The monitor on a live demo: writes real JSONL and SQLite files in a temporary folder and watches them
    Demo(DemoArgs),
    /// The figures of the screens
    Report(ReportArgs),
    /// The calls, one record each
    Calls(CallsArgs),
    /// One call: summary, bill line by line, request, response, raw record
    Show(ShowArgs),
    /// What was found, which format and which field means what, counts, and what was not read and why
    Sources(SourcesArgs),
    /// What the rules find: what is wrong, why, since when, what it is worth, and which calls prove it
    Alerts(AlertsArgs),
    /// Do the books agree: pairs of sources that tell of the same calls, logged against computed cost. Exit code 3 where
    /// something disagrees
    Audit(AuditArgs),
    /// Append a routing decision, or its outcome, to the folder's decisions log
    Log(LogArgs),
    /// The analytics API over HTTP: the report, the calls, metrics for Prometheus and events, live
    Serve(ServeArgs),
    /// Delete old decisions-YYYY-MM-DD.jsonl files, and only those
    Prune(PruneArgs),
    /// What a model costs, where the price comes from, and why it is that model's
    Prices(PricesArgs),
    /// Every setting as it is now and what it means, as a callscope.toml that can be changed
    Config(ConfigArgs),
    /// Every key of every screen, and the name by which the configuration gives it another
    Keys {
        /// Instead of ./callscope.toml over the user's own
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// The themes that can be named, those of your own folder included; with a name, that theme's file
    Themes {
        /// Whose file is printed, to begin one of your own with
        name: Option<String>,
    },
    /// The manual page, in roff: callscope man | man -l -; with a command, the page of that
    Man {
        /// A command's name
        command: Option<String>,
    },
    /// The JSON Schema of callscope.toml or of a command's JSON
    Schema {
        /// What it describes
        #[arg(value_enum)]
        of: Described,
    },
    /// Completions for a shell
    Completions { shell: Shell },
}

/// What has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// callscope.toml
    Config,
    Report,
    Calls,
    Show,
    Alerts,
    Audit,
    Sources,
}

/// What to look at: the same for every command that reads calls.
#[derive(Debug, Clone, Default, Args)]
pub struct Look {
    /// A file, a folder, a glob, a database (app.db), one table of it (app.db:calls), or - for standard input. None: what lies here
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<OsString>,
    /// Which calls: model:opus cost>0.05 -route:chat is:error "timeout"; repeated:1h keeps those that a response cache
    /// would have answered, template:NAME those of a prompt template (report --templates)
    #[arg(long, value_name = "F", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// From then on: 7d, 90m, today, 2026-11-01, 2026-11-01T12:00
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    /// Up to then; a date alone is the whole local day
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// How far back: 60m, 24h, today, 7d, 30d, all
    #[arg(long, value_parser = window)]
    pub window: Option<Window>,
    /// Read every source as this format
    #[arg(long, value_name = "NAME")]
    pub format: Option<String>,
    /// Instead of ./callscope.toml over the user's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Colours
    #[arg(long, value_enum, default_value_t)]
    pub color: ColorChoice,
    /// Look again and again instead of waiting for file-system events
    #[arg(long)]
    pub poll: bool,
    /// Show costs in this currency too; its rate stands under [currency] in callscope.toml
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

fn window(text: &str) -> Result<Window, String> {
    Window::parse(text).ok_or_else(|| format!("expected one of {}", Window::ALL.map(Window::word).join(", ")))
}

/// What only a screen has.
#[derive(Debug, Clone, Default, Args)]
pub struct ScreenArgs {
    /// A theme by name (see `callscope themes`)
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// What graphs are drawn with: auto, braille, block, ascii
    #[arg(long, value_name = "SET")]
    pub graphs: Option<String>,
    /// Only so many rows at the end of the terminal (3 to 20); what is above them stays
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u16).range(3..=20))]
    pub inline: Option<u16>,
    /// Not as it was left the last time
    #[arg(long)]
    pub fresh: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Only write the demo's files
    #[arg(long, requires = "dir")]
    pub no_ui: bool,
    /// Where to write them
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// How many calls to write
    #[arg(long, default_value_t = 5_000)]
    pub calls: u64,
    /// The same seed writes the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Calls a second (live: 3)
    #[arg(long)]
    pub rate: Option<f64>,
    #[command(flatten)]
    pub screen: ScreenArgs,
    /// Colours
    #[arg(long, value_enum, default_value_t)]
    pub color: ColorChoice,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub look: Look,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
    /// For people (the default)
    #[arg(long, conflicts_with = "json")]
    pub text: bool,
    /// One table with a line a model, route, day …; --csv=SECTION for one of all, model, provider, route, user, session,
    /// project, agent, use_case, endpoint, error, day, confidence, source
    #[arg(
        long,
        value_name = "SECTION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        hide_possible_values = true,
        value_parser = section,
        conflicts_with_all = ["json", "text", "what_if", "compare"]
    )]
    pub csv: Option<String>,
    /// Tables for a pull request, an issue or a mail
    #[arg(long, conflicts_with_all = ["json", "text", "csv"])]
    pub markdown: bool,
    /// One line, for tmux or a prompt; --line=FORMAT for one of your own: text and {calls} {cost} {tokens} {err} {p95}
    /// {model} …, or paths into the JSON, as {cost.loggedUsd}
    #[arg(
        long,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = crate::report::line::FORMAT,
        conflicts_with_all = ["json", "text", "csv", "markdown", "templates", "what_if", "compare"]
    )]
    pub line: Option<String>,
    /// Which prompt templates the calls are made from, and what each came to; prompts are read again for it
    #[arg(long)]
    pub templates: bool,
    /// What the same tokens would have cost at this model's price
    #[arg(long, value_name = "MODEL")]
    pub what_if: Option<String>,
    /// Why the bill changed since the span of the same length before, or the same hours a week ago: previous, last-week;
    /// with --filter also what is different about its calls
    #[arg(long, value_name = "WITH", value_parser = against)]
    pub compare: Option<Against>,
}

fn section(text: &str) -> Result<String, String> {
    match text {
        "" => Ok(String::new()),
        known if csv::SECTIONS.contains(&known) => Ok(known.to_owned()),
        _ => Err(format!("expected one of {}", csv::SECTIONS.join(", "))),
    }
}

fn against(text: &str) -> Result<Against, String> {
    let known = Against::ALL.into_iter().find(|against| against.word() == text);
    known.ok_or_else(|| format!("expected one of {}", Against::ALL.map(Against::word).join(", ")))
}

#[derive(Debug, Args)]
pub struct PricesArgs {
    /// A model, as a log names it
    pub model: Option<String>,
    /// Whose, as a log names it
    #[arg(long)]
    pub provider: Option<String>,
    /// At which date
    #[arg(long, value_name = "T")]
    pub at: Option<String>,
    /// How it was billed: standard, batch, flex, priority, fast
    #[arg(long)]
    pub tier: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
    /// Show rates in this currency too; its own rate stands under [currency] in callscope.toml
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Instead of ./callscope.toml over the user's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CallsArgs {
    #[command(flatten)]
    pub look: Look,
    /// One JSON array
    #[arg(long, group = "shape")]
    pub json: bool,
    /// One JSON object a line
    #[arg(long, group = "shape")]
    pub ndjson: bool,
    /// Comma-separated values with a header
    #[arg(long, group = "shape")]
    pub csv: bool,
    /// By which column: time, model, provider, route, user, in, cache, out, tokens, cost, took, ttft, conf, status, source
    #[arg(long, value_name = "COL", value_parser = sort)]
    pub sort: Option<SortBy>,
    /// At most so many (text: 100; otherwise 0, which is all)
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Leave out the first so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
    /// With `request` and `response` as they are logged
    #[arg(long)]
    pub with_bodies: bool,
    /// Go on: print each new call, and a call again when it is completed. As NDJSON a call whose id has changed says
    /// which one it `replaces`, and a call that stands for nothing any more is `{"id": …, "gone": true}`
    #[arg(long)]
    pub follow: bool,
}

fn sort(text: &str) -> Result<SortBy, String> {
    SortBy::parse(text).ok_or_else(|| format!("expected one of {}", SortBy::ALL.map(SortBy::word).join(", ")))
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The call's id, or the beginning of it
    pub id: String,
    #[command(flatten)]
    pub look: Look,
    /// One JSON object, with the record as it is logged
    #[arg(long)]
    pub json: bool,
    /// Keys and passwords in the text as they are logged
    #[arg(long)]
    pub secrets: bool,
}

#[derive(Debug, Args)]
pub struct SourcesArgs {
    #[command(flatten)]
    pub look: Look,
    /// A JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AlertsArgs {
    #[command(flatten)]
    pub look: Look,
    /// A JSON array; with --follow one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Go on: print each finding when it comes or changes, and as JSON when it is gone
    #[arg(long)]
    pub follow: bool,
    /// Exit with 3 if there is a new finding of at least this severity
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Low,
    Medium,
    High,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Instead of ./callscope.toml over the user's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(flatten)]
    pub look: Look,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LogArgs {
    /// What the line is
    #[arg(value_enum)]
    pub kind: LogKind,
    /// model=gpt-5 route=chat confidence=0.9 …; none: one JSON object a line on standard input
    #[arg(value_name = "KEY=VALUE")]
    pub pairs: Vec<String>,
    /// Where the log lies
    #[arg(long, default_value = DECISIONS)]
    pub dir: PathBuf,
}

/// The folder of the decisions log.
pub const DECISIONS: &str = ".orchestration-logs";

#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub look: Look,
    /// Where to listen. An address that others can reach needs a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4180")]
    pub listen: String,
    /// A file that holds the token which clients must send (Authorization: Bearer …); or the variable CALLSCOPE_TOKEN
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Where decisions and outcomes are appended that are posted
    #[arg(long, value_name = "DIR", default_value = DECISIONS)]
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogKind {
    Decision,
    Outcome,
}

#[derive(Debug, Args)]
pub struct PruneArgs {
    /// The folder of the logs
    pub dir: PathBuf,
    /// How old, by the date in a file's name: 30d
    #[arg(long, value_name = "AGE")]
    pub older_than: String,
    /// Only say what would go
    #[arg(long)]
    pub dry_run: bool,
}
