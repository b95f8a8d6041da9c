//! Seed 004's `ai_usage_logs`, written by two edge functions: one copies the gateway's cost, the other makes one up at
//! the same two rates for every model. Both use a crown of their own, and neither logs a failure.

use rusqlite::{Connection, Result, params};
use serde_json::json;

use super::{cost, rounded, user_id, uuid};
use crate::demo::scenario::Request;

pub const SCHEMA: &str = "
CREATE TABLE ai_usage_logs (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL,
    generation_id TEXT,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    use_case TEXT,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    completion_tokens INTEGER NOT NULL DEFAULT 0,
    total_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_usd NUMERIC(10,6) NOT NULL DEFAULT 0,
    cost_sek NUMERIC(10,2) NOT NULL DEFAULT 0,
    upstream_cost_usd NUMERIC(10,6),
    request_metadata TEXT,
    error_message TEXT,
    status TEXT NOT NULL DEFAULT 'success',
    created_at TEXT NOT NULL
);
CREATE INDEX idx_ai_usage_logs_user_id ON ai_usage_logs(user_id);
CREATE INDEX idx_ai_usage_logs_created_at ON ai_usage_logs(created_at);
";

pub fn insert(connection: &Connection, request: &Request) -> Result<()> {
    let invents = request.route.name != "chat";
    let (input, output) =
        if invents { (f64::from(request.input) / 1e6, f64::from(request.output) * 2.0 / 1e6) } else { cost(request) };
    let dollars = rounded(input + output, 6);
    let crowns = rounded(dollars * if invents { 10.5 } else { 11.0 }, 2);
    let source = if invents { "ai-gateway" } else { "submit-prompt" };
    let session = request.conversation.map(|talk| format!("{talk:08x}"));
    let metadata = json!({"source": source, "session_id": session, "agent": request.agent});
    connection
        .prepare_cached(
            "INSERT INTO ai_usage_logs (id, user_id, generation_id, model, provider, use_case, prompt_tokens,
            completion_tokens, total_tokens, cached_tokens, cost_usd, cost_sek, request_metadata, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            uuid(request.seed, 0xA1),
            user_id(request),
            format!("gen-{}-{:016x}", request.at.0 / 1000, request.seed),
            request.model.id,
            request.model.provider,
            request.route.use_case,
            request.input,
            request.output,
            request.input + request.output,
            request.cached,
            dollars,
            crowns,
            metadata.to_string(),
            request.ends().iso(),
        ])?;
    Ok(())
}
