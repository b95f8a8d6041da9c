CREATE TABLE ai_usage_logs (
  id TEXT PRIMARY KEY, user_id TEXT, generation_id TEXT, model TEXT, provider TEXT, use_case TEXT,
  prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
  cost_usd NUMERIC(10,6), cost_sek NUMERIC(10,2), upstream_cost_usd NUMERIC(10,6), request_metadata JSON,
  error_message TEXT, status TEXT, created_at TEXT);
-- A small cost that is 0.00 in crowns; and cached tokens, which are inside the prompt tokens.
INSERT INTO ai_usage_logs VALUES
 ('7a','user_123','gen-abc','openai/gpt-3.5-turbo','openrouter','chat',194,2,196,0,0,0.0001,0.00,NULL,'{"session_id":"s-9","prompt":"Hej"}',NULL,'success','2026-03-03T10:00:00+01:00'),
 ('7b','user_123','gen-abd','anthropic/claude-sonnet-4','openrouter','summary',5000,400,5400,4000,NULL,0.010200,0.11,NULL,NULL,NULL,'success','2026-03-03T10:05:00+01:00'),
 ('7c','user_124',NULL,'openai/gpt-4o','openrouter','chat',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'upstream gave 502','error','2026-03-03T10:06:00+01:00');
