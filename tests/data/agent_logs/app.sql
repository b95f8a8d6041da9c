CREATE TABLE agent_logs (
  id TEXT PRIMARY KEY, agent_id TEXT, user_id TEXT, run_output TEXT, full_output JSON, status TEXT, created_at TEXT);
INSERT INTO agent_logs VALUES
 ('l1','agent-1','ada','sorted 3 mails','{"message":"sorted 3 mails","agentkit_metadata":{"model":"gpt-4o","provider":"openai","tokens_used":9308,"execution_time_ms":2150,"execution_id":"ex1"}}','success','2026-03-02T09:00:03Z'),
 ('l2','agent-1','ada',NULL,'{"error":"no mailbox","agentkit_metadata":{"model":"gpt-4o"}}','failed','2026-03-02T09:05:00Z'),
 ('l3','agent-1','ada','nothing to do',NULL,'success','2026-03-02T09:06:00Z');
