//! The believable world: who asks what of which model, how sure the router was, and how it ended. Everything follows
//! from one seed and the moments that `traffic.rs` gives; nothing here reads a clock or writes a byte.

pub mod cast;
pub mod incident;
pub mod lines;
pub mod traffic;

use self::cast::{GEMINI, GPT, LLAMA, MINI, MODELS, Model, ROUTERS, Route, Router, SONNET};
use self::incident::Incident;
use super::rng::Rng;
use crate::model::Stamp;

/// Why a call failed, by the words of the decisions log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    RateLimit,
    Timeout,
    ServerError,
    ContextLength,
    ContentFilter,
}

impl Failure {
    pub fn word(self) -> &'static str {
        match self {
            Self::RateLimit => "rate_limit",
            Self::Timeout => "timeout",
            Self::ServerError => "server_error",
            Self::ContextLength => "context_length_exceeded",
            Self::ContentFilter => "content_filter",
        }
    }

    /// Whether the provider counted tokens for it.
    pub fn is_billed(self) -> bool {
        self == Self::ContentFilter
    }

    /// What the provider said.
    pub fn message(self) -> &'static str {
        match self {
            Self::RateLimit => "429 Too Many Requests: this request would exceed the rate limit of your organization",
            Self::Timeout => "the request timed out",
            Self::ServerError => "529 Overloaded: the model is temporarily overloaded, please try again",
            Self::ContextLength => "400 prompt is too long for the context window of this model",
            Self::ContentFilter => "the response was stopped by the content filter",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Fine,
    Failed(Failure),
    /// The app never told how it went.
    Untold,
}

/// The app that makes a call, as far as its log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A router that logs its decision.
    Router,
    /// An app that writes a row of a table.
    App,
    /// An agent whose run three tables witness.
    Agent,
}

/// One call of the demo's world.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    pub at: Stamp,
    pub via: Via,
    pub router: &'static Router,
    pub route: &'static Route,
    /// The route that came second.
    pub rival: Option<&'static Route>,
    /// As called, after an override.
    pub model: &'static Model,
    /// In hundredths.
    pub confidence: u8,
    pub overridden: bool,
    /// Characters.
    pub prompt_length: u32,
    pub patterns: &'static [&'static str],
    /// What the router took to decide, in milliseconds.
    pub processing: u32,
    pub user: Option<&'static str>,
    pub conversation: Option<u32>,
    pub agent: &'static str,
    /// Tokens; `cached` lies within `input`.
    pub input: u32,
    pub cached: u32,
    pub output: u32,
    /// Milliseconds.
    pub latency: u32,
    pub ending: Ending,
    /// What fills texts and ids.
    pub seed: u64,
}

impl Request {
    /// When its outcome is known.
    pub fn ends(&self) -> Stamp {
        self.at.plus(i64::from(self.processing + self.latency))
    }

    pub fn failure(&self) -> Option<Failure> {
        match self.ending {
            Ending::Failed(failure) => Some(failure),
            Ending::Fine | Ending::Untold => None,
        }
    }
}

/// Makes requests, one for each arrival.
#[derive(Debug)]
pub struct Scenario {
    rng: Rng,
    incident: Incident,
    /// The conversation each user is in, by router and user.
    talks: [[u32; 10]; 3],
}

impl Scenario {
    pub fn new(seed: u64, incident: Incident) -> Self {
        Self { rng: Rng::new(seed ^ 0x5CE7_A210), incident, talks: [[0; 10]; 3] }
    }

    pub fn request(&mut self, arrival: traffic::Arrival, via: Via) -> Request {
        let rng = &mut self.rng;
        let seed = rng.bits();
        let (which, router, route) = work(rng, arrival.burst);
        let sure = (route.sure.0 + route.sure.1 * rng.normal()).clamp(0.31, 1.0);
        let confidence = (sure * 100.0).round() as u8;
        let mut model = MODELS[rng.weighted(route.mix.iter().copied())];
        let mut overridden = false;
        match via {
            Via::Router => {
                overridden = rng.chance(wrong(sure)) || self.incident.is_avoided(arrival.at, model, rng);
                if overridden {
                    model = preferred(model, rng);
                }
            }
            // The box under the desk serves one app only.
            Via::App if model.id == LLAMA.id && router.name != "backoffice" => model = &GEMINI,
            Via::App => {}
            Via::Agent => model = if rng.chance(0.6) { &MINI } else { &GPT },
        }
        let (user, conversation) = talk(rng, &mut self.talks[which], router, which as u32, arrival.burst);
        let input = rng.lognormal(route.tokens.0, 0.55).clamp(40.0, 180_000.0) as u32;
        // An agent's runs are too far apart for the provider's cache, and the apps know no cache of Anthropic's.
        let has_cache = via != Via::Agent && model.provider != "anthropic";
        let cached = if has_cache && rng.chance(0.45) { input / 64 * rng.between(0, 57) } else { 0 };
        let output = rng.lognormal(route.tokens.1, 0.6).clamp(3.0, 16_000.0) as u32;
        let latency = (model.starts + model.writes * f64::from(output)) * rng.lognormal(1.0, 0.3);
        let mut request = Request {
            at: arrival.at,
            via,
            router,
            route,
            rival: rng.chance(1.15 - sure).then(|| rival(rng, router, route)).flatten(),
            model,
            confidence,
            overridden,
            prompt_length: rng.lognormal(f64::from(input) * 0.08, 0.3).clamp(9.0, 6_000.0) as u32,
            patterns: matched(rng, route, sure),
            processing: rng.weighted([55, 25, 12, 5, 3].into_iter()) as u32,
            user,
            conversation,
            agent: rng.pick(router.agents),
            input,
            cached,
            output,
            latency: latency as u32,
            ending: ending(rng, model, sure),
            seed,
        };
        match request.failure() {
            Some(Failure::RateLimit | Failure::ContextLength) => request.latency = rng.between(90, 420),
            Some(Failure::Timeout) => request.latency = 30_000,
            _ => {}
        }
        self.incident.strike(&mut request, rng);
        request
    }
}

/// The chance that a person overrules the router: it falls with confidence, and then rises again at the very top,
/// where this router is surer than it should be.
fn wrong(sure: f64) -> f64 {
    let doubt = 1.0 - sure;
    0.012 + 0.45 * doubt * doubt + if sure >= 0.965 { 0.07 } else { 0.0 }
}

/// What people choose instead: the big ones.
fn preferred(instead_of: &'static Model, rng: &mut Rng) -> &'static Model {
    match instead_of.id {
        id if id == GPT.id => &SONNET,
        id if id == SONNET.id => &GPT,
        _ if rng.chance(0.55) => &GPT,
        _ => &SONNET,
    }
}

fn work(rng: &mut Rng, burst: bool) -> (usize, &'static Router, &'static Route) {
    // Batch jobs read invoices.
    if burst {
        return (2, &ROUTERS[2], &ROUTERS[2].routes[0]);
    }
    let which = rng.weighted(ROUTERS.iter().map(|router| router.weight));
    let router = &ROUTERS[which];
    (which, router, &router.routes[rng.weighted(router.routes.iter().map(|route| route.weight))])
}

fn rival(rng: &mut Rng, router: &'static Router, route: &'static Route) -> Option<&'static Route> {
    let other = &router.routes[rng.below(router.routes.len())];
    (other.name != route.name).then_some(other)
}

/// The more patterns match, the surer the router is.
fn matched(rng: &mut Rng, route: &'static Route, sure: f64) -> &'static [&'static str] {
    let most = route.patterns.len();
    let count = match sure {
        0.9.. => rng.between(1, 3),
        0.6.. => rng.between(1, 2),
        _ => rng.between(0, 1),
    } as usize;
    let count = count.min(most);
    let first = rng.below(most - count + 1);
    &route.patterns[first..first + count]
}

/// Who asks, and in which conversation; scripts have neither.
fn talk(
    rng: &mut Rng,
    talks: &mut [u32; 10],
    router: &'static Router,
    which: u32,
    burst: bool,
) -> (Option<&'static str>, Option<u32>) {
    if burst || rng.chance(0.08) {
        return (None, None);
    }
    let user = rng.below(router.users.len());
    let talk = &mut talks[user];
    if *talk == 0 || rng.chance(0.18) {
        *talk = (rng.bits() as u32 & 0x0FFF_FFFF) | (which + 1) << 28;
    }
    (Some(router.users[user]), Some(*talk))
}

fn ending(rng: &mut Rng, model: &Model, sure: f64) -> Ending {
    if rng.chance(0.035) {
        return Ending::Untold;
    }
    if !rng.chance(model.fails + 0.05 * (1.0 - sure)) {
        return Ending::Fine;
    }
    Ending::Failed(match rng.weighted([30, 25, 25, 12, 8].into_iter()) {
        0 => Failure::Timeout,
        1 => Failure::ServerError,
        2 => Failure::RateLimit,
        3 => Failure::ContextLength,
        _ => Failure::ContentFilter,
    })
}
