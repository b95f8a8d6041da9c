CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT NOT NULL, user_id TEXT, model TEXT, model_config TEXT, parent_session_id TEXT,
  started_at REAL NOT NULL, ended_at REAL, end_reason TEXT, message_count INTEGER DEFAULT 0, input_tokens INTEGER DEFAULT 0,
  output_tokens INTEGER DEFAULT 0, cache_read_tokens INTEGER DEFAULT 0, cache_write_tokens INTEGER DEFAULT 0, reasoning_tokens INTEGER DEFAULT 0,
  cwd TEXT, billing_provider TEXT, billing_mode TEXT, estimated_cost_usd REAL, actual_cost_usd REAL, cost_status TEXT, title TEXT,
  last_activity_at REAL, api_call_count INTEGER DEFAULT 0);
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions(id), role TEXT NOT NULL, content TEXT,
  timestamp REAL NOT NULL, token_count INTEGER, finish_reason TEXT);
CREATE TABLE session_model_usage (session_id TEXT NOT NULL, model TEXT NOT NULL, billing_provider TEXT NOT NULL DEFAULT '', task TEXT NOT NULL DEFAULT '',
  api_call_count INTEGER NOT NULL DEFAULT 0, input_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL DEFAULT 0,
  estimated_cost_usd REAL NOT NULL DEFAULT 0, actual_cost_usd REAL NOT NULL DEFAULT 0, first_seen REAL, last_seen REAL, PRIMARY KEY (session_id, model));
INSERT INTO sessions (id, source, user_id, model, started_at, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, cwd, billing_provider, estimated_cost_usd, actual_cost_usd, cost_status, last_activity_at) VALUES
 ('20260305_090000_a1','cli',NULL,'claude-sonnet-4-5',1772701200.25,4000,900,20000,3000,0,'/home/ines/locks','anthropic',0.0427,NULL,'estimated',1772701500.5),
 ('20260305_093000_a2','telegram','77','gpt-5',1772703000.0,1200,300,0,0,128,NULL,'openrouter',0.0045,0.0041,'actual',NULL),
 ('20260305_094000_a3','cli',NULL,'gpt-5-codex',1772703600.0,8000,500,0,0,0,'/home/ines/locks','openai-codex',0.0,NULL,'included',1772703700.0),
 ('20260305_095000_a4','cli',NULL,'gpt-5',1772704200.0,0,0,0,0,0,'/home/ines/locks',NULL,NULL,NULL,NULL,NULL);
INSERT INTO session_model_usage (session_id, model, billing_provider, api_call_count, input_tokens, output_tokens, estimated_cost_usd, first_seen, last_seen) VALUES
 ('20260305_090000_a1','claude-sonnet-4-5','anthropic',4,4000,900,0.0427,1772701200.0,1772701500.0);
INSERT INTO messages (session_id, role, content, timestamp, token_count) VALUES ('20260305_090000_a1','assistant','Closed.',1772701500.0,12);
