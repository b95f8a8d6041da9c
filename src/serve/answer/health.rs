//! `GET /healthz`: whether there is somebody, and whether figures can be given yet.

use hyper::StatusCode;
use serde_json::json;

use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::Question;

pub fn answer(question: &Question) -> Result<Reply, Refusal> {
    question.live.expect_ready()?;
    Ok(reply::json(StatusCode::OK, &json!({"success": true, "status": "ok"})))
}
