CREATE TABLE audit_trail (
  id TEXT PRIMARY KEY, user_id TEXT, actor_id TEXT, action TEXT, entity_type TEXT, entity_id TEXT, resource_name TEXT,
  details JSON, severity TEXT, created_at TEXT);
-- Of the three only the first is a call.
INSERT INTO audit_trail VALUES
 ('a1','ada','ada','AGENT_RUN_COMPLETED','agent','agent-1','Mail sorter','{"model_used":"gpt-4o-mini","provider":"openai","tokens_used":9308,"execution_time_ms":2100,"execution_id":"ex1","routing_tier":"fast"}','info','2026-03-02T09:00:02Z'),
 ('a2','ada','ada','USER_LOGIN','user','ada','Ada','{"ip":"10.0.0.1"}','info','2026-03-02T08:00:00Z'),
 ('a3','ada','ada','AGENT_CREATED','agent','agent-2','Reporter',NULL,'info','2026-03-02T08:30:00Z');
