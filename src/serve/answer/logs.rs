//! `GET /api/llm/logs`: the calls page by page, with the parameters and names of seed 001's endpoint. Unlike there, what
//! is unknown is `null` and never 0, and no amount is rounded.

use hyper::StatusCode;
use serde_json::{Value as Json, json};

use super::bodies;
use crate::figures::Scope;
use crate::model::{Dim, Stamp, Status, Window};
use crate::query::filter::{Fact, Filter};
use crate::report::analytics::number;
use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::Question;
use crate::store::Row;

/// Calls on a page where nothing is asked for, and at most.
const PAGE: usize = 50;
const MOST: usize = 200;

/// The words of `range`.
const RANGES: [(&str, Window); 4] =
    [("1day", Window::Day), ("7days", Window::Week), ("30days", Window::Month), ("all", Window::All)];

pub fn answer(question: &Question) -> Result<Reply, Refusal> {
    let Question { live, asked, .. } = question;
    let now = Stamp::now();
    let range = asked.word("range", &RANGES)?.unwrap_or(Window::Week);
    let status = asked.word("status", &Status::ALL.map(|status| (status.word(), status)))?;
    let page = asked.number("page", 1..=usize::MAX)?.unwrap_or(1);
    let size = asked.number("page_size", 1..=MOST)?.unwrap_or(PAGE);
    let mut scope = asked.within(live.scope(now)?, &[("agent", Dim::Agent), ("provider", Dim::Provider)], now)?;
    if let Some(status) = status {
        scope.filter = scope.filter.and(Filter::Is(Fact::Status(status)));
    }
    let since = scope.since.into_iter().chain(range.start(now)).max();
    let mut scope = Scope { since, ..scope };
    bodies::find(live, &mut scope, question.until)?;
    let books = live.books();
    let rows = live.newest(&books, &scope);
    let shown = rows.iter().skip((page - 1).saturating_mul(size)).take(size);
    let logs: Vec<Json> = shown.map(|index| log(books.store.row(*index))).collect();
    drop(books);
    Ok(reply::json(
        StatusCode::OK,
        &json!({
            "success": true,
            "logs": logs,
            "total": rows.len(),
            "page": page,
            "page_size": size,
            "total_pages": rows.len().div_ceil(size),
        }),
    ))
}

fn log(row: Row<'_>) -> Json {
    let usage = row.usage();
    json!({
        "id": row.id(),
        "timestamp": row.at().iso(),
        "agent_type": row.name(Dim::Agent),
        "provider": row.name(Dim::Provider),
        "model": row.name(Dim::Model),
        // As there: all that the model was shown, what came from its prompt cache included.
        "input_tokens": (usage.input.is_some() || usage.prompt() > 0).then(|| usage.prompt()),
        "output_tokens": usage.output,
        "total_tokens": usage.total(),
        "cost": row.cost(),
        "duration_seconds": row.took().map(|nanos| number(nanos as f64 / 1e9)),
        "status": row.status().word(),
        "success": row.status().is_settled().then(|| row.status() != Status::Error),
        "error_message": row.name(Dim::ErrorMessage).or_else(|| row.name(Dim::ErrorType)),
        "cached": row.status() == Status::Cached,
    })
}
