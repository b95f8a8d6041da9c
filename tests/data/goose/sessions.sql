CREATE TABLE sessions (id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '', user_set_name BOOLEAN DEFAULT FALSE,
  session_type TEXT NOT NULL DEFAULT 'user', working_dir TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, extension_data TEXT DEFAULT '{}', total_tokens INTEGER, input_tokens INTEGER,
  output_tokens INTEGER, accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER,
  schedule_id TEXT, recipe_json TEXT, user_recipe_values_json TEXT, provider_name TEXT, model_config_json TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions(id), role TEXT NOT NULL, content_json TEXT NOT NULL,
  created_timestamp INTEGER NOT NULL, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, tokens INTEGER, metadata_json TEXT);
INSERT INTO sessions (id, name, session_type, working_dir, created_at, updated_at, total_tokens, input_tokens, output_tokens, accumulated_total_tokens, accumulated_input_tokens, accumulated_output_tokens, provider_name, model_config_json) VALUES
 ('20260301_1','Buoys','user','/home/ines/buoys','2026-03-01 07:00:00','2026-03-01 07:20:00',2100,2000,100,9300,8800,500,'anthropic','{"model_name":"claude-sonnet-4-5","context_limit":200000}'),
 ('20260301_2','Nothing yet','user','/home/ines/buoys','2026-03-01 08:00:00','2026-03-01 08:00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 ('20260301_3','Local','sub_agent','/home/ines/buoys','2026-03-01 09:00:00','2026-03-01 09:05:00',700,650,50,700,650,50,'ollama','{"model_name":"qwen3:8b","context_limit":32000}'),
 ('20260301_5','A long day','user','/home/ines/buoys','2026-03-01 11:00:00','2026-03-01 19:00:00',52000,51000,1000,905000,900000,5000,'anthropic','{"model_name":"claude-sonnet-4-5","context_limit":200000}'),
 ('20260301_4','One call','user','/home/ines/buoys','2026-03-01 10:00:00','2026-03-01 10:00:05',330,300,30,NULL,NULL,NULL,'openai','{"model_name":"gpt-4o-mini","context_limit":128000}');
INSERT INTO messages (session_id, role, content_json, created_timestamp, timestamp, tokens) VALUES
 ('20260301_1','user','[{"type":"text","text":"Paint them red"}]',1772348400,'2026-03-01 07:00:00',NULL),
 ('20260301_1','assistant','[{"type":"text","text":"Painted"}]',1772348410,'2026-03-01 07:00:10',NULL);
