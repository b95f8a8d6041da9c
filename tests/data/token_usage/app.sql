CREATE TABLE token_usage (
  id TEXT PRIMARY KEY, user_id TEXT, session_id TEXT, provider TEXT, model_name TEXT, input_tokens INTEGER, output_tokens INTEGER,
  total_tokens INTEGER, cost_usd NUMERIC, request_type TEXT, call_id TEXT, endpoint TEXT, feature TEXT, component TEXT,
  execution_id TEXT, latency_ms INTEGER, success BOOLEAN, error_code TEXT, error_message TEXT, agent_id TEXT, created_at TEXT);
INSERT INTO token_usage VALUES
 ('u1','ada','s1','openai','gpt-4o-mini',8000,1308,9308,0.0019848,'chat','call_1772442000000_a1','/api/run','agentkit','runner','ex1',2100,1,NULL,NULL,'agent-1','2026-03-02T09:00:00.000+00:00'),
 ('u2','ada','s1','openai','gpt-4o',0,0,0,0,'chat','call_1772442060000_b2','/api/run','agentkit','runner',NULL,400,0,'rate_limit_exceeded','slow down','agent-1','2026-03-02T09:01:00.000+00:00');
