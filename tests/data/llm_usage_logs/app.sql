CREATE TABLE llm_usage_logs (
  id INTEGER PRIMARY KEY, request_id TEXT, project_id TEXT, task_id TEXT, agent_type TEXT, agent_id TEXT,
  provider TEXT, model TEXT, input_tokens INTEGER, output_tokens INTEGER, total_tokens INTEGER,
  input_cost REAL, output_cost REAL, total_cost REAL, duration_seconds REAL,
  success BOOLEAN, cache_hit BOOLEAN, error_message TEXT, response_preview TEXT, log_metadata TEXT, created_at TEXT);
-- A plain call; a cache hit, which is a row of its own; a failure; and a call whose cost was never worked out.
INSERT INTO llm_usage_logs VALUES
 (1,'req-1','webshop','t-1','coder','coder-1','gemini','gemini-2.5-flash',1200,340,1540,0.00036,0.00085,0.00121,1.25,1,0,NULL,'def add(a, b):','{"route":"codegen","confidence":0.82,"prompt":"write add"}','2026-03-01 08:00:00.500000'),
 (2,'req-2','webshop','t-1','coder','coder-1','gemini','gemini-2.5-flash',1200,340,1540,0,0,0,0.002,1,1,NULL,'def add(a, b):',NULL,'2026-03-01 08:00:02'),
 (3,'req-3','webshop','t-2','tester','tester-1','openai','gpt-4-turbo',900,0,900,0.009,0,0.009,30.0,0,0,'Request timed out',NULL,NULL,'2026-03-01 08:01:00'),
 (4,'req-4','webshop','t-3','tester','tester-1','anthropic','claude-3-5-sonnet-20241022',500,100,600,NULL,NULL,NULL,2.5,1,0,NULL,'ok',NULL,'2026-03-01 08:02:00');
