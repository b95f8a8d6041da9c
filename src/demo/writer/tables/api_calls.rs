//! Seed 002's `api_calls`: a row when a call begins, pending; the same row updated when it is done, with the whole
//! request and response in it. One of its services counts cached tokens twice.

use rusqlite::{Connection, Result, params};

use super::super::bodies;
use super::{cost, naive, rounded};
use crate::demo::scenario::{Failure, Request};

pub const SCHEMA: &str = "
CREATE TABLE api_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    type VARCHAR NOT NULL,
    service_name VARCHAR NOT NULL,
    endpoint VARCHAR NOT NULL,
    model_used VARCHAR,
    model_version VARCHAR,
    request_params JSON DEFAULT '{}',
    response_data JSON DEFAULT '{}',
    response_headers JSON DEFAULT '{}',
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    total_tokens INTEGER,
    cached_tokens INTEGER,
    reasoning_tokens INTEGER,
    image_count INTEGER,
    image_size VARCHAR,
    image_quality VARCHAR,
    audio_duration FLOAT,
    voice_id VARCHAR,
    input_cost DECIMAL(12,8),
    output_cost DECIMAL(12,8),
    total_cost DECIMAL(12,8),
    currency VARCHAR DEFAULT 'USD',
    response_time_ms FLOAT,
    processing_time_ms FLOAT,
    retry_count INTEGER DEFAULT 0,
    queue_time_ms FLOAT,
    status VARCHAR DEFAULT 'pending' NOT NULL,
    error_code VARCHAR,
    error_message TEXT,
    error_details JSON DEFAULT '{}',
    trackable_type VARCHAR,
    trackable_id INTEGER,
    user_id INTEGER,
    request_id VARCHAR,
    batch_id VARCHAR,
    response_cache_key VARCHAR,
    session_id VARCHAR,
    metadata JSON DEFAULT '{}',
    cached_response BOOLEAN DEFAULT 0,
    environment VARCHAR,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL
);
CREATE INDEX index_api_calls_on_status ON api_calls(status);
CREATE INDEX index_api_calls_on_created_at ON api_calls(created_at);
CREATE INDEX index_api_calls_on_service_name_and_status_and_created_at
    ON api_calls(service_name, status, created_at);
";

fn class(request: &Request) -> &'static str {
    match request.model.provider {
        "openai" => "OpenaiApiCall",
        "anthropic" => "AnthropicApiCall",
        "ollama" => "OllamaApiCall",
        _ => "GoogleApiCall",
    }
}

fn endpoint(request: &Request) -> &'static str {
    match request.model.provider {
        "openai" => "chat.completions.create",
        "anthropic" => "messages.create",
        "ollama" => "chat",
        _ => "models.generate_content",
    }
}

fn service(request: &Request) -> &'static str {
    match request.route.name {
        "extract" => "Ledger::InvoiceReader",
        "translate" => "Notices::Translator",
        _ => "Reports::WeeklyReporter (Job)",
    }
}

/// Writes the pending row and gives its key.
pub fn open(connection: &Connection, request: &Request) -> Result<i64> {
    let now = naive(request.at);
    connection.prepare_cached(
        "INSERT INTO api_calls (type, service_name, endpoint, model_used, request_params, status, user_id, session_id,
            environment, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, 'production', ?8, ?8)",
    )?
    .execute(params![
        class(request),
        service(request),
        endpoint(request),
        request.model.id,
        bodies::sent(request).to_string(),
        request
            .user
            .and_then(|user| request.router.users.iter().position(|name| *name == user))
            .map(|at| at as i64 + 1),
        request.conversation.map(|talk| format!("{talk:08x}")),
        now,
    ])?;
    Ok(connection.last_insert_rowid())
}

/// Input, output and total in dollars; nothing for a model the app has no price of.
fn costs(request: &Request) -> Option<(f64, f64, f64)> {
    if request.model.provider == "ollama" {
        return None;
    }
    let (mut input, output) = cost(request);
    if request.route.name == "report" {
        input += f64::from(request.cached) * request.model.input / 1e6;
    }
    let (input, output) = (rounded(input, 8), rounded(output, 8));
    Some((input, output, rounded(input + output, 8)))
}

/// Completes the row.
pub fn close(connection: &Connection, request: &Request, row: i64) -> Result<()> {
    let failure = request.failure();
    let (status, code) = match failure {
        None => ("success", None),
        Some(Failure::RateLimit) => ("rate_limited", Some("RateLimitError")),
        Some(Failure::Timeout) => ("timeout", Some("Faraday::TimeoutError")),
        Some(Failure::ServerError) => ("failed", Some("ServerError")),
        Some(Failure::ContextLength | Failure::ContentFilter) => ("failed", Some("BadRequestError")),
    };
    let fine = failure.is_none();
    let costs = costs(request).filter(|_| fine);
    // The adapters know cached tokens of these two only.
    let cached = matches!(request.model.provider, "openai" | "google").then_some(request.cached);
    connection
        .prepare_cached(
            "UPDATE api_calls SET status = ?2, prompt_tokens = ?3, completion_tokens = ?4, total_tokens = ?5,
            cached_tokens = ?6, input_cost = ?7, output_cost = ?8, total_cost = ?9, response_time_ms = ?10,
            processing_time_ms = ?11, error_code = ?12, error_message = ?13, response_data = ?14, request_id = ?15,
            retry_count = ?16, updated_at = ?17
         WHERE id = ?1",
        )?
        .execute(params![
            row,
            status,
            fine.then_some(request.input),
            fine.then_some(request.output),
            fine.then_some(request.input + request.output),
            cached.filter(|_| fine),
            costs.map(|costs| costs.0),
            costs.map(|costs| costs.1),
            costs.map(|costs| costs.2),
            f64::from(request.latency),
            f64::from(request.processing),
            code,
            failure.map(Failure::message),
            bodies::received(request).to_string(),
            fine.then(|| format!("req_{:016x}", request.seed)),
            i64::from(!fine) * 2,
            naive(request.ends()),
        ])?;
    Ok(())
}
