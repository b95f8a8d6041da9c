//! Who plays in the demo's world: models as the catalogue knows them, and three apps with their routers, users and
//! agents. Data only; what they say lies in `lines.rs`.

use super::lines::{self, Exchange};

/// A model and how it behaves here.
#[derive(Debug)]
pub struct Model {
    pub id: &'static str,
    pub name: &'static str,
    pub provider: &'static str,
    /// Milliseconds before the first token, and for each token after it.
    pub starts: f64,
    pub writes: f64,
    /// Share of calls that fail on an ordinary day.
    pub fails: f64,
    /// Dollars a million tokens, as the apps' own price tables have them.
    pub input: f64,
    pub cached: f64,
    pub output: f64,
}

const fn model(
    (id, name, provider): (&'static str, &'static str, &'static str),
    (starts, writes, fails): (f64, f64, f64),
    (input, cached, output): (f64, f64, f64),
) -> Model {
    Model { id, name, provider, starts, writes, fails, input, cached, output }
}

pub static GPT: Model = model(("gpt-5", "GPT-5", "openai"), (900.0, 7.0, 0.010), (1.25, 0.125, 10.0));
pub static MINI: Model = model(("gpt-4o-mini", "GPT-4o mini", "openai"), (380.0, 6.0, 0.012), (0.15, 0.075, 0.6));
pub static SONNET: Model =
    model(("claude-sonnet-4-5", "Claude Sonnet 4.5", "anthropic"), (750.0, 11.0, 0.015), (3.0, 0.3, 15.0));
pub static HAIKU: Model =
    model(("claude-haiku-4-5", "Claude Haiku 4.5", "anthropic"), (340.0, 5.0, 0.010), (1.0, 0.1, 5.0));
pub static GEMINI: Model =
    model(("gemini-2.5-pro", "Gemini 2.5 Pro", "google"), (1_200.0, 8.0, 0.020), (1.25, 0.31, 10.0));
/// Runs on a box under a desk: no price, slow, and it fails often enough for a finding.
pub static LLAMA: Model = model(("llama3.2:latest", "Llama 3.2", "ollama"), (1_400.0, 22.0, 0.240), (0.0, 0.0, 0.0));

/// In the order of a route's `mix`.
pub static MODELS: [&Model; 6] = [&GPT, &MINI, &SONNET, &HAIKU, &GEMINI, &LLAMA];

/// A kind of work that a router sends somewhere.
#[derive(Debug)]
pub struct Route {
    pub name: &'static str,
    pub use_case: &'static str,
    /// Words that lead here.
    pub patterns: &'static [&'static str],
    pub priority: u32,
    /// Share of its router's calls.
    pub weight: u32,
    /// Mean and spread of the router's confidence.
    pub sure: (f64, f64),
    /// Median tokens in and out.
    pub tokens: (f64, f64),
    /// Weights of [`MODELS`].
    pub mix: [u32; 6],
    pub exchanges: &'static [Exchange],
}

/// One app with its own router and its own table.
#[derive(Debug)]
pub struct Router {
    pub name: &'static str,
    /// Share of all calls.
    pub weight: u32,
    pub routes: &'static [Route],
    pub users: &'static [&'static str],
    pub agents: &'static [&'static str],
    /// What its model is told first.
    pub system: &'static str,
    /// Lines of the material it pastes into a prompt.
    pub material: &'static [&'static str],
}

pub static ROUTERS: [Router; 3] = [
    Router {
        name: "codeworks",
        weight: 45,
        routes: &[
            Route {
                name: "debugging",
                use_case: "fix",
                patterns: &["error", "fix", "bug", "stack trace"],
                priority: 100,
                weight: 45,
                sure: (0.93, 0.08),
                tokens: (2_600.0, 420.0),
                mix: [50, 5, 37, 3, 1, 4],
                exchanges: lines::DEBUGGING,
            },
            Route {
                name: "code-review",
                use_case: "review",
                patterns: &["review", "diff", "architecture"],
                priority: 65,
                weight: 35,
                sure: (0.84, 0.10),
                tokens: (4_800.0, 520.0),
                mix: [30, 0, 64, 3, 3, 0],
                exchanges: lines::CODE_REVIEW,
            },
            Route {
                name: "tests",
                use_case: "generate",
                patterns: &["test", "coverage", "fixture"],
                priority: 60,
                weight: 20,
                sure: (0.80, 0.10),
                tokens: (1_900.0, 760.0),
                mix: [22, 30, 30, 12, 0, 6],
                exchanges: lines::TESTS,
            },
        ],
        users: &["ada", "bjorn", "chiara", "deniz", "emre", "freja", "goran", "hana", "ines", "joost"],
        agents: &["orchestrator", "coder", "reviewer", "qa"],
        system: lines::CODEWORKS,
        material: lines::LOG_LINES,
    },
    Router {
        name: "helpdesk",
        weight: 35,
        routes: &[
            Route {
                name: "chat",
                use_case: "support-chat",
                patterns: &["order", "delivery", "refund", "help"],
                priority: 50,
                weight: 55,
                sure: (0.78, 0.12),
                tokens: (1_100.0, 180.0),
                mix: [4, 44, 6, 40, 0, 6],
                exchanges: lines::CHAT,
            },
            Route {
                name: "triage",
                use_case: "ticket-triage",
                patterns: &["urgent", "ticket"],
                priority: 45,
                weight: 25,
                sure: (0.57, 0.10),
                tokens: (700.0, 60.0),
                mix: [0, 60, 0, 28, 0, 12],
                exchanges: lines::TRIAGE,
            },
            Route {
                name: "summarise",
                use_case: "handover",
                patterns: &["summarise", "thread", "short"],
                priority: 70,
                weight: 20,
                sure: (0.90, 0.07),
                tokens: (5_200.0, 210.0),
                mix: [6, 24, 14, 50, 6, 0],
                exchanges: lines::SUMMARISE,
            },
        ],
        users: &["karin", "luka", "maria", "nils", "olga", "petra", "quentin", "rasmus"],
        agents: &["front-desk", "night-shift", "escalations"],
        system: lines::HELPDESK,
        material: lines::THREAD_LINES,
    },
    Router {
        name: "backoffice",
        weight: 20,
        routes: &[
            Route {
                name: "extract",
                use_case: "invoice-extract",
                patterns: &["invoice", "json", "table", "extract"],
                priority: 80,
                weight: 55,
                sure: (0.96, 0.05),
                tokens: (1_500.0, 130.0),
                mix: [4, 58, 4, 32, 2, 0],
                exchanges: lines::EXTRACT,
            },
            Route {
                name: "translate",
                use_case: "translation",
                patterns: &["translate", "swedish", "german"],
                priority: 60,
                weight: 25,
                sure: (0.88, 0.08),
                tokens: (800.0, 420.0),
                mix: [5, 25, 20, 42, 4, 4],
                exchanges: lines::TRANSLATE,
            },
            Route {
                name: "report",
                use_case: "weekly-report",
                patterns: &["report", "trend"],
                priority: 55,
                weight: 20,
                sure: (0.72, 0.12),
                tokens: (6_500.0, 900.0),
                mix: [40, 0, 42, 0, 18, 0],
                exchanges: lines::REPORT,
            },
        ],
        users: &["sofia", "tomas", "ulrika", "viktor", "wilma"],
        agents: &["ledger-bot", "reporter"],
        system: lines::BACKOFFICE,
        material: lines::LEDGER_LINES,
    },
];
