//! `POST /api/ai/decisions`: a decision or an outcome, appended as `callscope log` does. Nothing else is ever written.

use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value as Json, json};

use crate::commands::log::{self, Kind, LogError};
use crate::model::Stamp;
use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::{Question, in_turn};

/// Bytes of a decision. One is some hundred; patterns and matches may make it longer.
const BODY: usize = 64 * 1024;
/// How long it may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// It is taken while the sources are still being read: a decision must not be lost, and needs no figure.
pub async fn answer(question: Question, headers: &HeaderMap, body: Incoming) -> Result<Reply, Refusal> {
    let kind = question.asked.word("kind", &[("decision", Kind::Decision), ("outcome", Kind::Outcome)])?;
    expect_json(headers)?;
    let body = tokio::time::timeout(BODY_WITHIN, Limited::new(body, BODY).collect()).await;
    let late = |_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "the rest of the request did not come");
    let body = body.map_err(late)?.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("expected at most {BODY} bytes"))
        } else {
            Refusal::bad("the request ended in the middle")
        }
    })?;
    let given: Map<String, Json> = serde_json::from_slice(&body.to_bytes())
        .map_err(|error| Refusal::bad(format!("expected one JSON object: {error}")))?;
    // A decision has no success yet.
    let told = if given.get("success").is_some_and(|it| !it.is_null()) { Kind::Outcome } else { Kind::Decision };
    let kind = kind.unwrap_or(told);
    let live = question.live;
    let folder = live.decisions.clone();
    in_turn(&live, move || {
        let path = log::object(kind, &given, &folder, Stamp::now()).map_err(refusal)?;
        let answer = json!({"success": true, "kind": kind.word(), "path": path.to_string_lossy()});
        Ok(reply::json(StatusCode::CREATED, &answer))
    })
    .await
}

/// A form of another page cannot send this type, so none can write here unseen.
fn expect_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "expected the header Content-Type: application/json"))
}

/// The command's words, without its examples of a command line.
fn refusal(error: LogError) -> Refusal {
    match error {
        LogError::Missing { key, kind } => Refusal::bad(format!("{key} is missing: every {} has it", kind.word())),
        LogError::Decided => Refusal::bad("a decision has no success yet: with success it is an outcome"),
        LogError::Append { .. } => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        error => Refusal::bad(error.to_string()),
    }
}
