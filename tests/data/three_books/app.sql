-- The story of seed 000: four executions of an agent. Three are in all three tables; ex4, routed to gpt-4o-mini, is in
-- the audit trail with its 9,308 tokens, is missing in token_usage, and stands in agent_logs as gpt-4o.
CREATE TABLE token_usage (
  id TEXT PRIMARY KEY, user_id TEXT, provider TEXT, model_name TEXT, input_tokens INTEGER, output_tokens INTEGER,
  cost_usd NUMERIC, call_id TEXT, execution_id TEXT, latency_ms INTEGER, success BOOLEAN, created_at TEXT);
INSERT INTO token_usage VALUES
 ('u1','ada','openai','gpt-4o',5200,800,0.021,'call_1760000000001_a1','ex1',4100,1,'2026-03-02T09:00:00Z'),
 ('u2','ada','openai','gpt-4o',3100,420,0.01195,'call_1760000000002_b2','ex2',3000,1,'2026-03-02T09:10:00Z'),
 ('u3','bob','openai','gpt-4o-mini',8000,1308,0.0019848,'call_1760000000003_c3','ex3',2100,1,'2026-03-02T09:20:00Z');
CREATE TABLE audit_trail (
  id TEXT PRIMARY KEY, user_id TEXT, action TEXT, entity_type TEXT, entity_id TEXT, details JSON, created_at TEXT);
INSERT INTO audit_trail VALUES
 ('a1','ada','AGENT_RUN_COMPLETED','agent','agent-1','{"model_used":"gpt-4o","provider":"openai","tokens_used":6000,"execution_id":"ex1"}','2026-03-02T09:00:05Z'),
 ('a2','ada','AGENT_RUN_COMPLETED','agent','agent-1','{"model_used":"gpt-4o","provider":"openai","tokens_used":3520,"execution_id":"ex2"}','2026-03-02T09:10:05Z'),
 ('a3','bob','AGENT_RUN_COMPLETED','agent','agent-2','{"model_used":"gpt-4o-mini","provider":"openai","tokens_used":9308,"execution_id":"ex3"}','2026-03-02T09:20:05Z'),
 ('a4','bob','AGENT_RUN_COMPLETED','agent','agent-2','{"model_used":"gpt-4o-mini","provider":"openai","tokens_used":9308,"execution_id":"ex4"}','2026-03-02T09:30:05Z'),
 ('a9','bob','USER_LOGIN','user','bob','{"ip":"10.0.0.1"}','2026-03-02T08:59:00Z');
CREATE TABLE agent_logs (
  id TEXT PRIMARY KEY, agent_id TEXT, user_id TEXT, full_output JSON, status TEXT, created_at TEXT);
INSERT INTO agent_logs VALUES
 ('l1','agent-1','ada','{"message":"sorted 3 mails","agentkit_metadata":{"model":"gpt-4o","tokens_used":6000,"execution_id":"ex1"}}','success','2026-03-02T09:00:06Z'),
 ('l2','agent-1','ada','{"message":"sorted 2 mails","agentkit_metadata":{"model":"gpt-4o","tokens_used":3520,"execution_id":"ex2"}}','success','2026-03-02T09:10:06Z'),
 ('l3','agent-2','bob','{"message":"nothing to do","agentkit_metadata":{"model":"gpt-4o-mini","tokens_used":9308,"execution_id":"ex3"}}','success','2026-03-02T09:20:06Z'),
 ('l4','agent-2','bob','{"message":"wrote a summary","agentkit_metadata":{"model":"gpt-4o","tokens_used":9308,"execution_id":"ex4"}}','success','2026-03-02T09:30:06Z');
