-- Three tables tell of the same executions: ex1 by all of them, ex2 never reached token_usage, and ex3 has two calls in
-- it, so that nobody can say which of them the audit means.
CREATE TABLE token_usage (
  id TEXT PRIMARY KEY, provider TEXT, model_name TEXT, input_tokens INTEGER, output_tokens INTEGER, cost_usd NUMERIC,
  call_id TEXT, execution_id TEXT, latency_ms INTEGER, success BOOLEAN, created_at TEXT);
INSERT INTO token_usage VALUES
 ('u1','openai','gpt-4o-mini',8000,1308,0.0019848,'call_1','ex1',2100,1,'2026-03-02T09:00:00Z'),
 ('u3','openai','gpt-4o-mini',100,10,0.000021,'call_3a','ex3',300,1,'2026-03-02T10:00:00Z'),
 ('u4','openai','gpt-4o-mini',200,20,0.000042,'call_3b','ex3',400,1,'2026-03-02T10:00:01Z');
CREATE TABLE audit_trail (id TEXT PRIMARY KEY, action TEXT, details JSON, created_at TEXT);
INSERT INTO audit_trail VALUES
 ('a1','AGENT_RUN_COMPLETED','{"model_used":"gpt-4o-mini","provider":"openai","tokens_used":9308,"execution_id":"ex1"}','2026-03-02T09:00:02Z'),
 ('a2','AGENT_RUN_COMPLETED','{"model_used":"gpt-4o-mini","provider":"openai","tokens_used":9308,"execution_id":"ex2"}','2026-03-02T09:30:02Z'),
 ('a9','USER_LOGIN','{"ip":"10.0.0.1"}','2026-03-02T08:00:00Z');
CREATE TABLE agent_logs (id TEXT PRIMARY KEY, agent_id TEXT, full_output JSON, status TEXT, created_at TEXT);
INSERT INTO agent_logs VALUES
 ('l1','agent-1','{"agentkit_metadata":{"model":"gpt-4o","tokens_used":9308,"execution_id":"ex1"}}','success','2026-03-02T09:00:03Z');
