CREATE TABLE api_calls (
  id INTEGER PRIMARY KEY, type TEXT, service_name TEXT, endpoint TEXT, model_used TEXT, status TEXT,
  prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cached_tokens INTEGER, reasoning_tokens INTEGER,
  total_cost DECIMAL(12,8), response_cache_key TEXT, request_params JSON, response_data JSON, metadata JSON,
  response_time_ms INTEGER, error_code TEXT, error_message TEXT, user_id INTEGER, created_at DATETIME, updated_at DATETIME);
-- One that has only begun, one that is over (cached tokens inside the prompt tokens), one that was refused, and one
-- whose cost was left at 0 because its name was not in the price table.
INSERT INTO api_calls VALUES
 (1,'OpenaiApiCall','Reports::Writer','chat/completions',NULL,'pending',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}',NULL,NULL,NULL,NULL,NULL,7,'2026-03-02 09:00:00.123','2026-03-02 09:00:00.123'),
 (2,'OpenaiApiCall','Reports::Writer','chat/completions','gpt-4o-2024-08-06','success',1000,200,1200,600,NULL,0.00425,NULL,'{"model":"gpt-4o","messages":[{"role":"user","content":"sum up"}]}','{"choices":[{"message":{"content":"Sums."}}]}',NULL,1800,NULL,NULL,7,'2026-03-02 09:00:10','2026-03-02 09:00:12'),
 (3,'AnthropicApiCall','Chat','messages','claude-sonnet-4-5','rate_limited',0,0,0,NULL,NULL,0,NULL,'{}',NULL,NULL,90,'429','slow down',NULL,'2026-03-02 09:01:00','2026-03-02 09:01:00'),
 (4,'OpenaiApiCall','Chat','chat/completions','gpt-4o-mini-2024-07-18','success',500,50,550,0,NULL,0,NULL,'{}',NULL,NULL,700,NULL,NULL,NULL,'2026-03-02 09:02:00','2026-03-02 09:02:01');
