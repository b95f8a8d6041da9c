//! `GET /api/ai/analytics`: the report, in the envelope of seed 003's own endpoint.

use hyper::StatusCode;
use serde_json::json;

use super::bodies;
use crate::model::{Dim, Stamp};
use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::Question;

pub fn answer(question: &Question) -> Result<Reply, Refusal> {
    let Question { live, asked, .. } = question;
    let now = Stamp::now();
    let scope = asked.between(live.scope(now)?, now)?;
    let mut scope = asked.within(scope, &[("model", Dim::Model), ("route", Dim::Route)], now)?;
    // Of the calls asked for the newest so many, as the endpoint's own `limit` stops after the newest files.
    let limit = asked.number("limit", 1..=usize::MAX)?;
    bodies::find(live, &mut scope, question.until)?;
    let books = live.books();
    let report = live.report(&books, &scope, limit, scope.until.map_or(now, |until| until.min(now)));
    drop(books);
    Ok(reply::json(StatusCode::OK, &json!({"success": true, "analytics": *report})))
}
