CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT, response_json TEXT,
  conversation_id TEXT REFERENCES conversations(id), duration_ms INTEGER, datetime_utc TEXT, input_tokens INTEGER, output_tokens INTEGER, token_details TEXT,
  schema_id TEXT, resolved_model TEXT, reasoning TEXT);
CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT, datetime_utc TEXT);
CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT REFERENCES threads(id), parent_message_hash TEXT, tip_message_hash TEXT, model TEXT, resolved_model TEXT,
  options_json TEXT, schema_id TEXT, input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, duration_ms INTEGER, datetime_utc TEXT, response_json TEXT);
CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT, payload TEXT);
INSERT INTO conversations (id, name, model) VALUES
 ('01kg00000000000000000000c1','Name a ferry','gpt-4o-mini');
INSERT INTO responses (id, model, prompt, system, prompt_json, options_json, response, response_json, conversation_id, duration_ms, datetime_utc, input_tokens, output_tokens, token_details, schema_id, resolved_model, reasoning) VALUES
 ('01kg0000000000000000000001','gpt-4o-mini','Name a ferry','Be brief',NULL,'{}','Marlow.','{"id":"chatcmpl-f1","model":"gpt-4o-mini-2024-07-18"}','01kg00000000000000000000c1',812,'2026-01-25T10:00:00.123456+00:00',140,31,'{"prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":9}}',NULL,'gpt-4o-mini-2024-07-18',NULL),
 ('01kg0000000000000000000002','claude-sonnet-4-5','Another one','Be brief',NULL,'{}','Tern.',NULL,'01kg00000000000000000000c1',1400,'2026-01-25T10:05:00.000001',50,12,'{"cache_read_input_tokens":900,"cache_creation_input_tokens":100}',NULL,NULL,NULL),
 ('01kg0000000000000000000003','llama3.2:latest','And for a tug?',NULL,NULL,'{}','Bull.',NULL,NULL,300,'2026-01-25T10:06:00.000000',NULL,NULL,NULL,NULL,NULL,NULL),
 ('01kg0000000000000000000004','gemini-2.5-flash','And a dinghy?',NULL,NULL,'{}','Pea.',NULL,NULL,300,'2026-01-25T10:07:00.000000',1000,50,'{"thoughtsTokenCount":300,"cachedContentTokenCount":200}',NULL,NULL,NULL);
INSERT INTO threads (id, name, tip_message_hash, datetime_utc) VALUES
 ('01kh00000000000000000000t1','A lighthouse','b2:00ac','2026-03-02 16:30:00.000000+00:00');
INSERT INTO turns (id, thread_id, parent_message_hash, tip_message_hash, model, resolved_model, options_json, schema_id, input_tokens, output_tokens, token_details, duration_ms, datetime_utc, response_json) VALUES
 ('01kh0000000000000000000001','01kh00000000000000000000t1','b2:00aa','b2:00ab','gpt-4o-mini','gpt-4o-mini-2024-07-18',NULL,NULL,210,44,'{"prompt_tokens_details":{"cached_tokens":128},"completion_tokens_details":{"reasoning_tokens":20}}',905,'2026-03-02 16:30:00.250000+00:00','{"id":"chatcmpl-f2"}'),
 ('01kh0000000000000000000002','01kh00000000000000000000t1','b2:00ab','b2:00ac','gemini-2.5-flash',NULL,NULL,NULL,600,60,'{"candidatesTokenCount":25,"thoughtsTokenCount":35}',1500,'2026-03-02 16:31:00.000000+00:00',NULL),
 ('01kh0000000000000000000003','01kh00000000000000000000t1','b2:00ab','b2:00ac','gemini-2.5-flash',NULL,NULL,NULL,1000,350,'{"candidatesTokenCount":50,"thoughtsTokenCount":300,"cachedContentTokenCount":200}',1500,'2026-03-02 16:32:00.000000+00:00',NULL),
 ('01kh0000000000000000000004','01kh00000000000000000000t1','b2:00ab','b2:00ac','gemini-2.5-flash',NULL,NULL,NULL,1000,300,'{"thoughtsTokenCount":300}',1500,'2026-03-02 16:33:00.000000+00:00',NULL),
 ('01kh0000000000000000000005','01kh00000000000000000000t1','b2:00ab','b2:00ac','claude-sonnet-4-5','claude-sonnet-4-5-20250929',NULL,NULL,10,90,'{"cache_creation":{"ephemeral_1h_input_tokens":700,"ephemeral_5m_input_tokens":300},"cache_creation_input_tokens":1000,"cache_read_input_tokens":5000,"output_tokens_details":{"thinking_tokens":40},"service_tier":"standard"}',1500,'2026-03-02 16:34:00.000000+00:00',NULL),
 ('01kh0000000000000000000006','01kh00000000000000000000t1','b2:00ab','b2:00ac','gpt-5','gpt-5-2025-08-07',NULL,NULL,1000,80,'{"input_tokens_details":{"cached_tokens":600,"cache_write_tokens":300},"output_tokens_details":{"reasoning_tokens":64}}',1500,'2026-03-02 16:35:00.000000+00:00',NULL);
INSERT INTO messages (hash, parent_hash, role) VALUES
 ('b2:00aa',NULL,'user'),
 ('b2:00ab','b2:00aa','assistant'),
 ('b2:00ac','b2:00ab','assistant');
INSERT INTO parts (id, message_hash, position, type, text) VALUES
 (1,'b2:00aa',0,'text','Name a lighthouse'),
 (2,'b2:00ab',0,'text','Skerry Light'),
 (3,'b2:00ac',0,'text','Point Ness');
