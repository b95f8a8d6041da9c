//! What each table's reader relies on, and the mistakes that an audit should find.

use super::*;
use crate::demo::scenario::Scenario;
use crate::demo::scenario::incident::Incident;
use crate::demo::scenario::traffic::Arrival;

/// A database of `calls` calls, each begun and ended.
fn filled(calls: i64) -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().unwrap();
    let mut tables = Tables::create(dir.path(), Care::AtOnce).unwrap();
    let mut scenario = Scenario::new(11, Incident { begins: Stamp(0) });
    for n in 0..calls {
        let via = if n % 4 == 0 { Via::Agent } else { Via::App };
        let request = scenario.request(Arrival { at: Stamp(1_767_600_000_000 + n * 900), burst: n % 7 == 0 }, via);
        let open = tables.open(&request).unwrap();
        tables.close(&request, open).unwrap();
    }
    tables.finish().unwrap();
    let connection = Connection::open(dir.path().join(FILE)).unwrap();
    (dir, connection)
}

fn one<T: rusqlite::types::FromSql>(connection: &Connection, sql: &str) -> T {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn names(connection: &Connection, sql: &str) -> Vec<String> {
    connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect()
}

#[test]
fn it_is_a_database_in_wal_mode_with_the_seeds_tables() {
    let (dir, connection) = filled(10);
    assert_eq!(one::<String>(&connection, "PRAGMA journal_mode"), "wal");
    assert_eq!(one::<String>(&connection, "PRAGMA integrity_check"), "ok");
    let tables = names(&connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    assert_eq!(tables, ["llm_usage_logs", "api_calls", "ai_usage_logs", "token_usage", "audit_trail", "agent_logs"]);
    drop(dir);
}

#[test]
fn usage_logs_have_hits_errors_and_previews() {
    let (_dir, connection) = filled(1_500);
    let count = |what: &str| one::<u32>(&connection, &format!("SELECT count(*) FROM llm_usage_logs WHERE {what}"));
    assert!(count("cache_hit AND total_cost = 0 AND total_tokens > 0") > 20);
    assert!(count("NOT success AND error_message IS NOT NULL AND response_preview IS NULL") > 3);
    assert_eq!(count("success AND length(response_preview) < 20"), 0);
    assert_eq!(count("json_valid(log_metadata) = 0"), 0);
    // The old rate: half of what this model's answers cost.
    let ratio = "SELECT max(abs(output_cost / output_tokens * 1e6 - 5.0)) FROM llm_usage_logs
        WHERE provider = 'google' AND success AND NOT cache_hit";
    assert!(one::<f64>(&connection, ratio) < 1e-6);
}

#[test]
fn api_calls_hold_bodies_of_a_real_size() {
    let (_dir, connection) = filled(1_500);
    let count = |what: &str| one::<u32>(&connection, &format!("SELECT count(*) FROM api_calls WHERE {what}"));
    assert_eq!(count("json_valid(request_params) AND json_valid(response_data)"), count("true"));
    assert_eq!(count("length(request_params) NOT BETWEEN 1000 AND 6200"), 0);
    assert!(count("status = 'pending' AND total_tokens IS NULL AND response_data = '{}'") > 0);
    for status in ["success", "failed", "rate_limited", "timeout"] {
        assert!(count(&format!("status = '{status}'")) > 0, "{status}");
    }
    assert_eq!(count("status = 'success' AND total_tokens != prompt_tokens + completion_tokens"), 0);
    assert_eq!(count("status = 'success' AND model_used LIKE 'llama%' AND total_cost IS NOT NULL"), 0);
    assert!(count("response_data LIKE '%tool_use%' OR response_data LIKE '%tool_calls%'") > 0);
}

#[test]
fn the_gateway_invents_its_cost_and_both_have_their_own_crown() {
    let (_dir, connection) = filled(1_500);
    let count = |what: &str| one::<u32>(&connection, &format!("SELECT count(*) FROM ai_usage_logs WHERE {what}"));
    assert!(count("true") > 100);
    let invented =
        "use_case != 'support-chat' AND abs(cost_usd - prompt_tokens / 1e6 - completion_tokens * 2 / 1e6) > 1e-6";
    assert_eq!(count(invented), 0);
    assert_eq!(
        count("abs(cost_sek - cost_usd * CASE use_case WHEN 'support-chat' THEN 11 ELSE 10.5 END) > 0.00501"),
        0
    );
    assert_eq!(count("status != 'success' OR generation_id NOT LIKE 'gen-%'"), 0);
}

#[test]
fn the_story_of_the_missing_run_is_told() {
    let (_dir, connection) = filled(400);
    let missing = "SELECT json_extract(a.details, '$.model_used') || ' ' || json_extract(l.full_output,
        '$.agentkit_metadata.model') FROM audit_trail a JOIN agent_logs l USING (execution_id)
        WHERE execution_id NOT IN (SELECT execution_id FROM token_usage)";
    let story = names(&connection, missing);
    assert_eq!(story.len(), 9);
    assert!(story.iter().all(|models| models == "gpt-4o-mini gpt-4o"), "{story:?}");
    let agree = "SELECT count(*) FROM token_usage t JOIN audit_trail a USING (execution_id) JOIN agent_logs l
        USING (execution_id) WHERE t.model_name = json_extract(a.details, '$.model_used')
        AND t.model_name = json_extract(l.full_output, '$.agentkit_metadata.model')
        AND t.total_tokens = json_extract(a.details, '$.total_tokens')";
    assert_eq!(one::<u32>(&connection, agree), 91);
    assert_eq!(one::<u32>(&connection, "SELECT count(*) FROM token_usage"), 91);
}
