//! Seed 001's `llm_usage_logs`: a row when a call is done, hits of the app's own cache included. Its price table has
//! one rate for every Gemini, that of an older one.

use rusqlite::{Connection, Result, params};
use serde_json::json;

use super::super::bodies;
use super::{naive, uuid};
use crate::demo::rng::{Rng, mix};
use crate::demo::scenario::{Ending, Request};

pub const SCHEMA: &str = "
CREATE TABLE llm_usage_logs (
    id INTEGER PRIMARY KEY NOT NULL,
    request_id VARCHAR(255) NOT NULL,
    project_id VARCHAR(255),
    task_id VARCHAR(255),
    agent_type VARCHAR(100) NOT NULL,
    agent_id VARCHAR(255),
    provider VARCHAR(50) NOT NULL,
    model VARCHAR(100) NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    input_cost FLOAT,
    output_cost FLOAT,
    total_cost FLOAT,
    duration_seconds FLOAT,
    success BOOLEAN,
    error_message TEXT,
    cache_hit BOOLEAN,
    system_prompt_hash VARCHAR(64),
    user_prompt_hash VARCHAR(64),
    response_preview TEXT,
    log_metadata JSON,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX idx_llm_usage_logs_request_id ON llm_usage_logs(request_id);
CREATE INDEX idx_llm_usage_logs_project_id ON llm_usage_logs(project_id);
CREATE INDEX idx_llm_usage_logs_task_id ON llm_usage_logs(task_id);
CREATE INDEX idx_llm_usage_logs_agent_type ON llm_usage_logs(agent_type);
CREATE INDEX idx_llm_usage_logs_provider ON llm_usage_logs(provider);
CREATE INDEX idx_llm_usage_logs_model ON llm_usage_logs(model);
CREATE INDEX idx_llm_usage_logs_success ON llm_usage_logs(success);
CREATE INDEX idx_llm_usage_logs_cache_hit ON llm_usage_logs(cache_hit);
CREATE INDEX idx_llm_usage_logs_created_at ON llm_usage_logs(created_at);
CREATE INDEX idx_llm_logs_provider_model ON llm_usage_logs(provider, model);
CREATE INDEX idx_llm_logs_project_agent ON llm_usage_logs(project_id, agent_type);
CREATE INDEX idx_llm_logs_success_cache ON llm_usage_logs(success, cache_hit);
";

const PROJECTS: [&str; 3] = ["webshop", "price-import", "mobile-app"];

/// Dollars a million tokens in and out.
fn rates(request: &Request) -> (f64, f64) {
    match request.model.provider {
        "google" => (1.25, 5.0),
        _ => (request.model.input, request.model.output),
    }
}

pub fn insert(connection: &Connection, request: &Request) -> Result<()> {
    let mut rng = Rng::new(request.seed ^ 0x11);
    let failure = request.failure();
    let hit = request.ending == Ending::Fine && rng.chance(0.14);
    let (input, output) = if failure.is_some() { (0, 0) } else { (request.input, request.output) };
    let rates = if hit { (0.0, 0.0) } else { rates(request) };
    let costs = (f64::from(input) * rates.0 / 1e6, f64::from(output) * rates.1 / 1e6);
    let took = if hit { f64::from(rng.between(2, 11)) } else { f64::from(request.latency) };
    let preview = failure.is_none().then(|| bodies::answer(request).chars().take(500).collect::<String>());
    let metadata = json!({"retry_attempts": u8::from(failure.is_some()) * 2, "route": request.route.name});
    connection
        .prepare_cached(
            "INSERT INTO llm_usage_logs (request_id, project_id, task_id, agent_type, agent_id, provider, model,
            input_tokens, output_tokens, total_tokens, input_cost, output_cost, total_cost, duration_seconds, success,
            error_message, cache_hit, system_prompt_hash, user_prompt_hash, response_preview, log_metadata, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
        )?
        .execute(params![
            uuid(request.seed, 0x10),
            PROJECTS[rng.weighted([60, 25, 15].into_iter())],
            format!("task-{:04}", 1_000 + request.at.0 / 600_000 % 9_000),
            request.agent,
            format!("{}-{}", request.agent, rng.between(1, 3)),
            request.model.provider,
            request.model.id,
            input,
            output,
            input + output,
            costs.0,
            costs.1,
            costs.0 + costs.1,
            took / 1000.0,
            failure.is_none(),
            failure.map(crate::demo::scenario::Failure::message),
            hit,
            format!("{:016x}{:016x}", mix(0x5E), mix(request.router.name.len() as u64)),
            format!("{:016x}{:016x}", mix(request.seed), mix(request.seed ^ 1)),
            preview,
            metadata.to_string(),
            naive(request.ends()),
        ])?;
    Ok(())
}
