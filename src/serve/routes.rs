//! Which answer a request gets: one table of methods, paths and parameters, which the OpenAPI document is tested
//! against.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;

use super::answer::{analytics, call, decisions, health, logs, metrics};
use super::ask::Asked;
use super::guard::Guard;
use super::live::Live;
use super::reply::{Refusal, Reply};
use super::{events, openapi};

/// How long an answer may take, the sending of a body included.
const WITHIN: Duration = Duration::from_secs(30);

/// What an answer is made from.
#[derive(Debug)]
pub struct Question {
    pub live: Arc<Live>,
    pub asked: Asked,
    /// What stands in the path for `{id}`.
    pub id: String,
    /// The answer is not wanted any more after this.
    pub until: Instant,
}

type Answer = Result<Reply, Refusal>;

/// How an answer is made.
#[derive(Debug, Clone, Copy)]
enum Made {
    /// From the figures, on a thread of its own.
    Figures(fn(&Question) -> Answer),
    /// At once, and whatever has been read.
    AtOnce(fn(&Question) -> Answer),
    /// It goes on.
    Events,
    /// From what the request brings.
    Decisions,
}

/// One answer: its method, its path with `{id}` for what may vary, and its parameters.
#[derive(Debug)]
struct Route {
    method: Method,
    path: &'static str,
    asks: &'static [&'static str],
    made: Made,
}

static ROUTES: [Route; 8] = [
    Route {
        method: Method::GET,
        path: "/api/ai/analytics",
        asks: &["model", "route", "startDate", "endDate", "filter", "limit"],
        made: Made::Figures(analytics::answer),
    },
    Route {
        method: Method::GET,
        path: "/api/llm/logs",
        asks: &["range", "agent", "provider", "status", "filter", "page", "page_size"],
        made: Made::Figures(logs::answer),
    },
    Route { method: Method::GET, path: "/api/calls/{id}", asks: &[], made: Made::Figures(call::answer) },
    Route { method: Method::GET, path: "/api/events", asks: &[], made: Made::Events },
    Route { method: Method::POST, path: "/api/ai/decisions", asks: &["kind"], made: Made::Decisions },
    Route { method: Method::GET, path: "/metrics", asks: &[], made: Made::Figures(metrics::answer) },
    Route { method: Method::GET, path: HEALTH, asks: &[], made: Made::AtOnce(health::answer) },
    Route { method: Method::GET, path: "/openapi.json", asks: &[], made: Made::AtOnce(openapi::answer) },
];

/// The answer that needs no token: it tells nothing but that somebody is there.
const HEALTH: &str = "/healthz";

impl Route {
    /// What stands for `{id}` in a path of this route, or nothing where nothing may vary.
    fn id<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.path.split_once("{id}") {
            Some((before, _)) => path.strip_prefix(before).filter(|id| !id.is_empty()),
            None => (path == self.path).then_some(""),
        }
    }

    fn takes(&self, method: &Method) -> bool {
        self.method == *method || self.method == Method::GET && *method == Method::HEAD
    }
}

/// Method, path and parameters of every answer: what the document must tell.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = (&'static Method, &'static str, &'static [&'static str])> {
    ROUTES.iter().map(|route| (&route.method, route.path, route.asks))
}

/// Answers a request, whatever it is.
pub async fn answer(live: Arc<Live>, guard: Arc<Guard>, request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (parts, body) = request.into_parts();
    let answer = tokio::time::timeout(WITHIN, find(live, &guard, &parts, body)).await;
    let late = || Err(Refusal::busy("this takes too long: ask for less, with startDate for example"));
    Ok(answer.unwrap_or_else(|_| late()).unwrap_or_else(Reply::from))
}

async fn find(live: Arc<Live>, guard: &Guard, parts: &Parts, body: Incoming) -> Answer {
    let path = parts.uri.path();
    guard.check(parts, path == HEALTH)?;
    let (route, id) = route(&parts.method, path)?;
    let asked = Asked::read(parts.uri.query(), route.asks)?;
    let id = percent_decode_str(id).decode_utf8().map_err(|_| Refusal::bad("the id is no text"))?.into_owned();
    let question = Question { live, asked, id, until: Instant::now() + WITHIN };
    match route.made {
        Made::AtOnce(make) => make(&question),
        Made::Decisions => decisions::answer(question, &parts.headers, body).await,
        Made::Events => {
            question.live.expect_ready()?;
            events::answer(&question.live)
        }
        Made::Figures(make) => {
            question.live.expect_ready()?;
            let live = Arc::clone(&question.live);
            in_turn(&live, move || make(&question)).await
        }
    }
}

/// The route of a path, and what stands in it for `{id}`.
fn route<'p>(method: &Method, path: &'p str) -> Result<(&'static Route, &'p str), Refusal> {
    let known = ROUTES.iter().find_map(|route| Some((route, route.id(path)?)));
    let Some((route, id)) = known else {
        let paths = ROUTES.iter().map(|route| route.path).collect::<Vec<_>>().join(", ");
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("there is nothing here: expected one of {paths}")));
    };
    if route.takes(method) {
        return Ok((route, id));
    }
    let takes = if route.method == Method::GET { "GET, HEAD" } else { "POST" };
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, format!("expected {takes}"));
    Err(refusal.with(ALLOW, HeaderValue::from_static(takes)))
}

/// Runs what takes its time away from the threads that serve. Whoever gives up waiting leaves its turn to others only
/// when the work is done.
pub async fn in_turn(live: &Live, make: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let turn = Arc::clone(&live.turns).acquire_owned().await;
    let made = tokio::task::spawn_blocking(move || {
        let answer = make();
        drop(turn);
        answer
    });
    made.await.unwrap_or_else(|_| Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "this answer failed")))
}
