//! Seed 000's three tables that witness one run of an agent, and its story: now and then a run of the small model is
//! in `audit_trail`, is missing in `token_usage`, and stands in `agent_logs` under a model that never ran.

use rusqlite::{Connection, Result, params};
use serde_json::json;

use super::super::bodies;
use super::{cost, rounded, user_id, uuid};
use crate::demo::scenario::cast::MINI;
use crate::demo::scenario::{Failure, Request};

pub const SCHEMA: &str = "
CREATE TABLE token_usage (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT,
    provider TEXT NOT NULL,
    model_name TEXT NOT NULL,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    total_tokens INTEGER GENERATED ALWAYS AS (input_tokens + output_tokens) STORED,
    cost_usd NUMERIC(12,8) NOT NULL DEFAULT 0,
    request_type TEXT,
    category TEXT,
    call_id TEXT,
    endpoint TEXT,
    feature TEXT,
    component TEXT,
    workflow_step TEXT,
    execution_id TEXT,
    latency_ms INTEGER,
    response_size_bytes INTEGER,
    success BOOLEAN NOT NULL DEFAULT 1,
    error_code TEXT,
    error_message TEXT,
    request_payload TEXT,
    response_metadata TEXT,
    activity_type TEXT,
    activity_name TEXT,
    activity_step TEXT,
    agent_id TEXT,
    metadata TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_token_usage_execution_id ON token_usage(execution_id);
CREATE INDEX idx_token_usage_created_at ON token_usage(created_at);
CREATE TABLE audit_trail (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT,
    actor_id TEXT,
    action TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id TEXT,
    resource_name TEXT,
    changes TEXT,
    details TEXT,
    execution_id TEXT,
    ip_address TEXT,
    user_agent TEXT,
    session_id TEXT,
    severity TEXT DEFAULT 'info' CHECK (severity IN ('info', 'warning', 'critical')),
    compliance_flags TEXT,
    hash TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_audit_trail_created_at ON audit_trail(created_at);
CREATE TABLE agent_logs (
    id TEXT PRIMARY KEY NOT NULL,
    agent_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    execution_id TEXT,
    run_output TEXT,
    full_output TEXT,
    status TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_agent_logs_created_at ON agent_logs(created_at);
";

/// Every so many runs one is told wrong; the first of them early, so that even a short demo shows it.
const STORY_EVERY: u64 = 12;
const STORY_FIRST: u64 = 3;

/// What agent logs say when they were not told the model.
const WRONG: &str = "gpt-4o";

/// Writes the rows of a run and says how many; `number` counts runs from 1.
pub fn run(connection: &Connection, request: &Request, number: u64) -> Result<u64> {
    let story = number % STORY_EVERY == STORY_FIRST;
    let request = &if story { Request { model: &MINI, ..*request } } else { *request };
    // One after the other and not in one transaction: so does the app, and so a reader may meet a run half told.
    if !story {
        token_usage(connection, request)?;
    }
    audit_trail(connection, request)?;
    agent_logs(connection, request, if story { WRONG } else { request.model.id })?;
    Ok(if story { 2 } else { 3 })
}

fn execution(request: &Request) -> String {
    uuid(request.seed, 0xE0)
}

fn agent_id(request: &Request) -> String {
    uuid(crate::model::batch::hash(request.agent.as_bytes()), 0xA6)
}

/// A failed run is logged without tokens and without cost.
fn tokens(request: &Request) -> (u32, u32) {
    if request.failure().is_some() { (0, 0) } else { (request.input, request.output) }
}

fn token_usage(connection: &Connection, request: &Request) -> Result<()> {
    let (input, output) = tokens(request);
    let failure = request.failure();
    let dollars = if failure.is_some() { 0.0 } else { rounded(cost(request).0 + cost(request).1, 8) };
    let execution = execution(request);
    let metadata = json!({"version": "2.0", "execution_id": execution, "cached_input_tokens": request.cached});
    connection.prepare_cached(
        "INSERT INTO token_usage (id, user_id, session_id, provider, model_name, input_tokens, output_tokens, cost_usd,
            request_type, category, call_id, endpoint, feature, component, execution_id, latency_ms, success,
            error_code, error_message, activity_type, activity_name, agent_id, metadata, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'chat', 'agent_execution', ?9, '/v1/chat/completions', 'agentkit',
            'run-agent', ?10, ?11, ?12, ?13, ?14, 'agent_execution', ?15, ?16, ?17, ?18)",
    )?
    .execute(params![
        uuid(request.seed, 0x70),
        user_id(request),
        request.conversation.map(|talk| uuid(u64::from(talk), 0x5E)),
        request.model.provider,
        request.model.id,
        input,
        output,
        dollars,
        format!("call_{}_{:09x}", request.ends().0, request.seed & 0xF_FFFF_FFFF),
        execution,
        request.latency,
        failure.is_none(),
        failure.map(Failure::word),
        failure.map(Failure::message),
        request.agent,
        agent_id(request),
        metadata.to_string(),
        request.ends().iso(),
    ])?;
    Ok(())
}

fn audit_trail(connection: &Connection, request: &Request) -> Result<()> {
    let (input, output) = tokens(request);
    let fine = request.failure().is_none();
    let execution = execution(request);
    let details = json!({
        "execution_id": execution,
        "model_used": request.model.id,
        "provider": request.model.provider,
        "success": fine,
        "input_tokens": input,
        "output_tokens": output,
        "total_tokens": input + output,
        "duration_ms": request.latency,
    });
    connection
        .prepare_cached(
            "INSERT INTO audit_trail (id, user_id, actor_id, action, entity_type, entity_id, resource_name, details,
            execution_id, severity, created_at)
         VALUES (?1, ?2, ?2, ?3, 'execution', ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            uuid(request.seed, 0xAD),
            user_id(request),
            if fine { "AGENT_RUN_COMPLETED" } else { "AGENT_RUN_FAILED" },
            agent_id(request),
            request.agent,
            details.to_string(),
            execution,
            if fine { "info" } else { "warning" },
            request.ends().plus(12).iso(),
        ])?;
    Ok(())
}

fn agent_logs(connection: &Connection, request: &Request, model: &str) -> Result<()> {
    let (input, output) = tokens(request);
    let fine = request.failure().is_none();
    let message = request.failure().map_or_else(|| bodies::answer(request), |failure| failure.message().to_owned());
    let used = json!({"prompt": input, "completion": output, "total": input + output});
    let run_output =
        json!({"success": fine, "agentkit": true, "tokensUsed": input + output, "executionTimeMs": request.latency});
    let full_output = json!({
        "message": message,
        "agentkit_metadata": {"model": model, "provider": request.model.provider, "iterations": 1, "tokensUsed": used},
    });
    connection
        .prepare_cached(
            "INSERT INTO agent_logs (id, agent_id, user_id, execution_id, run_output, full_output, status, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            uuid(request.seed, 0x106),
            agent_id(request),
            user_id(request),
            execution(request),
            run_output.to_string(),
            full_output.to_string(),
            if fine { "completed" } else { "failed" },
            request.ends().plus(20).iso(),
        ])?;
    Ok(())
}
