CREATE TABLE chat (id TEXT PRIMARY KEY, user_id TEXT, title TEXT, chat JSON, created_at BIGINT, updated_at BIGINT);
CREATE TABLE chat_message (id TEXT PRIMARY KEY, chat_id TEXT, user_id TEXT, role TEXT, parent_id TEXT, content JSON, model_id TEXT, done BOOLEAN, error JSON, usage JSON,
  created_at BIGINT, updated_at BIGINT);
INSERT INTO chat (id, user_id, title, chat, created_at, updated_at) VALUES
 ('c1','u-ines','Lamps','{"history":{"messages":{"m0":{"role":"user","content":"Which lamp?","timestamp":1770800000},"m1":{"role":"assistant","parentId":"m0","model":"gpt-4o-mini","content":"The green one.","done":true,"usage":{"prompt_tokens":220,"completion_tokens":40,"total_tokens":260,"prompt_tokens_details":{"cached_tokens":128},"completion_tokens_details":{"reasoning_tokens":0}},"timestamp":1770800002}}}}',1770800000,1770800300);
INSERT INTO chat_message (id, chat_id, user_id, role, parent_id, content, model_id, done, error, usage, created_at, updated_at) VALUES
 ('c1-m0','c1','u-ines','user',NULL,'"Which lamp?"',NULL,1,NULL,NULL,1770800000,1770800000),
 ('c1-m1','c1','u-ines','assistant','c1-m0','"The green one."','gpt-4o-mini',1,NULL,'{"prompt_tokens":220,"completion_tokens":40,"total_tokens":260,"prompt_tokens_details":{"cached_tokens":128},"completion_tokens_details":{"reasoning_tokens":0}}',1770800002,1770800006),
 ('c1-m2','c1','u-ines','assistant','c1-m1','"And th"','gpt-4o-mini',0,NULL,NULL,1770800060,1770800061),
 ('c1-m3','c1','u-ines','assistant','c1-m2','""','gpt-4o-mini',1,'{"content":"Rate limit reached"}',NULL,1770800090,1770800091),
 ('c2-m1','c2','u-olle','assistant',NULL,'"Red."','llama3.2:latest',1,NULL,'{"prompt_eval_count":61,"eval_count":18,"total_duration":2500000000,"load_duration":900000}',1770800120000,1770800123000),
 ('c2-m2','c2','u-olle','assistant',NULL,'"White."','claude-sonnet-4-5',1,NULL,'{"input_tokens":30,"output_tokens":22,"cache_read_input_tokens":500}',1770800200,1770800204);
