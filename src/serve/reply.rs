//! What goes back: JSON with escaped control characters, and refusals that say what was expected.

use std::convert::Infallible;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};
use serde_json::{Value as Json, json};

use crate::report::escape;

/// A whole answer, or one that goes on.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;
pub type Reply = Response<Body>;

/// Why a request has no answer.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    why: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub fn new(status: StatusCode, why: impl Into<String>) -> Self {
        Self { status, why: why.into(), header: None }
    }

    /// 400: it was asked wrongly.
    pub fn bad(why: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, why)
    }

    /// 503: ask again later.
    pub fn busy(why: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, why).with(RETRY_AFTER, HeaderValue::from_static("1"))
    }

    #[must_use]
    pub fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let mut reply = json(refusal.status, &json!({"success": false, "error": refusal.why}));
        if let Some((name, value)) = refusal.header {
            reply.headers_mut().insert(name, value);
        }
        reply
    }
}

/// A JSON answer.
pub fn json(status: StatusCode, value: &Json) -> Reply {
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and a `Json` can always be written.
    let _ = escape::compact(&mut bytes, value);
    bytes.push(b'\n');
    whole(status, "application/json", bytes)
}

/// An answer of any kind.
pub fn whole(status: StatusCode, kind: &'static str, bytes: impl Into<Bytes>) -> Reply {
    with_body(status, kind, Full::new(bytes.into()).boxed_unsync())
}

pub fn with_body(status: StatusCode, kind: &'static str, body: Body) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // The figures of a moment are nobody's to keep, and no browser may take text of logs for a page.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
