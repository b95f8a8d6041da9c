//! What a record says of the parts of its tokens, in the words of many logs, and what they come to.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::{Place, nanos};
use serde_json::{Value as Json, json};

/// What a log of this record is said to hold: the report and its only call.
fn read(record: &Json) -> (Json, Json) {
    let place = Place::new();
    place.write("log.jsonl", format!("{record}\n"));
    (place.json(&["report", "--json"]), place.json(&["calls", "--json"])[0].clone())
}

/// Fresh input, cache reads and writes, output, and nano-dollars.
fn sum(report: &Json) -> ([u64; 4], i64) {
    let of = |part: &str| report["tokens"][part].as_u64().unwrap();
    (["input", "cacheRead", "cacheWrite", "output"].map(of), nanos(&report["cost"]["totalUsd"]))
}

fn gpt_audio() -> Json {
    json!({"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 800},
        "completion_tokens_details": {"audio_tokens": 400}})
}

fn litellm(model: &str, provider: &str, usage: &Json) -> Json {
    json!({"id": "a", "litellm_call_id": "a", "call_type": "acompletion", "status": "success", "model": model,
        "custom_llm_provider": provider, "startTime": 1_767_607_200.5, "endTime": 1_767_607_202.0,
        "response_cost": null, "metadata": {"usage_object": usage}, "prompt_tokens": usage["prompt_tokens"],
        "completion_tokens": usage["completion_tokens"], "total_tokens": usage["total_tokens"]})
}

fn langfuse(model: &str, usage: &Json) -> Json {
    json!({"id": "o1", "trace_id": "t", "type": "GENERATION", "start_time": "2026-01-05 10:00:00.000000",
        "provided_model_name": model, "usage_details": usage})
}

#[test]
fn sound_and_pictures_are_billed_at_their_own_rates() {
    let audio = ([1000, 0, 0, 500], 52_700_000);
    let gemini = |model: &str, usage: &Json| json!({"candidates": [], "modelVersion": model, "createTime": "2026-01-05T10:00:00Z", "usageMetadata": usage});
    let otel = json!({"type": "span", "traceId": "t", "spanId": "s", "name": "chat", "startTime": [1_767_607_200, 0],
        "endTime": [1_767_607_201, 0], "attributes": {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-audio", "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 500,
        "gen_ai.usage.details.input_audio_tokens": 800, "gen_ai.usage.details.output_audio_tokens": 400}});
    for (record, expected) in [
        (
            json!({"id": "c", "object": "chat.completion", "created": 1_767_607_200, "model": "gpt-audio", "choices": [], "usage": gpt_audio()}),
            audio,
        ),
        (json!({"ts": "2026-01-05T10:00:00Z", "model": "gpt-audio", "latency_ms": 9, "usage": gpt_audio()}), audio),
        (litellm("gpt-audio", "openai", &gpt_audio()), audio),
        (
            langfuse(
                "gpt-audio",
                &json!({"input": 200, "input_audio_tokens": 800, "output": 100, "output_audio_tokens": 400, "total": 1500}),
            ),
            audio,
        ),
        (otel, audio),
        (
            gemini(
                "gemini-2.5-flash",
                &json!({"promptTokenCount": 1000, "candidatesTokenCount": 100, "totalTokenCount": 1100,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 200}, {"modality": "AUDIO", "tokenCount": 800}]}),
            ),
            ([1000, 0, 0, 100], 1_110_000),
        ),
        // Of the sound a cache gave half: 100 fresh text, 400 fresh sound, 400 cached sound, 100 cached text.
        (
            gemini(
                "gemini-2.5-flash",
                &json!({"promptTokenCount": 1000, "candidatesTokenCount": 0, "totalTokenCount": 1000,
                "cachedContentTokenCount": 500, "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 400}],
                "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 800}]}),
            ),
            ([500, 500, 0, 0], 30_000 + 400_000 + 40_000 + 3_000),
        ),
        (
            gemini(
                "gemini-2.5-flash-image",
                &json!({"promptTokenCount": 1000, "candidatesTokenCount": 1290, "totalTokenCount": 2290,
                "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}]}),
            ),
            ([1000, 0, 0, 1290], 39_000_000),
        ),
    ] {
        assert_eq!(sum(&read(&record).0), expected, "{record}");
    }
}

#[test]
fn a_medium_without_a_rate_of_its_own_is_marked_as_billed_like_text() {
    let record = json!({"candidates": [], "modelVersion": "gemini-2.5-flash", "responseId": "r", "createTime": "2026-01-05T10:00:00Z",
        "usageMetadata": {"promptTokenCount": 1000, "candidatesTokenCount": 100, "totalTokenCount": 1100,
        "promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 258}, {"modality": "TEXT", "tokenCount": 742}]}});
    let place = Place::new();
    place.write("log.jsonl", format!("{record}\n"));
    let told = place.json(&["show", "r", "--json"]);
    assert_eq!(told["call"]["mediaTokens"], json!({"imageInput": 258}));
    let lines = &told["bill"]["lines"];
    let line = |nth: usize| (lines[nth]["part"].as_str().unwrap(), lines[nth]["tokens"].as_u64().unwrap());
    assert_eq!([line(0), line(1)], [("input", 742), ("image input (at the text rate)", 258)]);
}

#[test]
fn hour_long_cache_writes_are_found_beside_the_sum_wherever_they_stand() {
    let usage = json!({"input_tokens": 3, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 2000,
        "cache_creation": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 600}, "output_tokens": 100});
    let mut short_is_not_told = usage.clone();
    short_is_not_told["cache_creation"] = json!({"ephemeral_1h_input_tokens": 600});
    let app = |usage: &Json| json!({"ts": "2026-01-05T10:00:00Z", "model": "claude-sonnet-4-5", "latency_ms": 9, "usage": usage});
    let of_litellm = json!({"prompt_tokens": 3003, "completion_tokens": 100, "total_tokens": 3103, "cache_creation_input_tokens": 1000,
        "cache_read_input_tokens": 2000, "prompt_tokens_details": {"cached_tokens": 2000, "cache_creation_tokens": 1000,
        "cache_creation_token_details": {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 600}}});
    for record in [
        app(&usage),
        app(&short_is_not_told),
        json!({"ts": "2026-01-05T10:00:00Z", "model": "claude-sonnet-4-5", "latency_ms": 9,
            "response": {"id": "msg_1", "type": "message", "model": "claude-sonnet-4-5", "content": [], "usage": usage}}),
        litellm("claude-sonnet-4-5", "anthropic", &of_litellm),
        langfuse(
            "claude-sonnet-4-5",
            &json!({"input": 3, "input_cache_read": 2000, "input_cache_creation_5m": 400,
            "input_cache_creation_1h": 600, "output": 100, "total": 3103}),
        ),
    ] {
        assert_eq!(sum(&read(&record).0), ([3, 2000, 1000, 100], 7_209_000), "{record}");
    }
}

#[test]
fn a_cache_that_gave_more_than_the_prompt_stands_beside_it() {
    let exclusive = json!({"prompt_tokens": 10, "completion_tokens": 100, "total_tokens": 110,
        "cache_read_input_tokens": 2000, "cache_creation_input_tokens": 1000});
    let helicone = json!({"request_id": "h1", "request_created_at": "2026-01-05T10:00:00.000Z", "request_model": "claude-sonnet-4-5",
        "response_status": 200, "provider": "ANTHROPIC", "prompt_tokens": 10, "prompt_cache_write_tokens": 1000,
        "prompt_cache_read_tokens": 2000, "completion_tokens": 100, "total_tokens": 110});
    for record in [litellm("claude-sonnet-4-5", "anthropic", &exclusive), helicone] {
        assert_eq!(sum(&read(&record).0), ([10, 2000, 1000, 100], 5_880_000), "{record}");
    }
}

#[test]
fn buckets_of_langfuse_are_taken_by_what_their_total_says() {
    for (usage, expected) in [
        (
            json!({"input": 10, "input_cache_read": 2000, "input_cache_creation": 1000, "output": 100, "total": 3110}),
            [10, 2000, 1000, 100],
        ),
        // Left in the input by the SDK: the total has them once.
        (
            json!({"input": 3010, "input_cache_read": 2000, "input_cache_creation": 1000, "output": 100, "total": 3110}),
            [10, 2000, 1000, 100],
        ),
        // Of a name that nobody knows: what kinds of tokens those are is not known.
        (json!({"input": 10, "input_marvels": 3000, "output": 100, "total": 3110}), [0, 0, 0, 0]),
    ] {
        let (report, call) = read(&langfuse("claude-sonnet-4-5", &usage));
        assert_eq!((sum(&report).0, &report["tokens"]["total"]), (expected, &json!(3110)), "{usage}");
        let source = if expected == [0; 4] { "estimated" } else { "computed" };
        assert_eq!(call["costSource"], json!(source), "{usage}");
    }
}

#[test]
fn rows_of_litellms_spend_logs_have_the_cost_and_the_id_that_they_say() {
    let (_, call) = read(
        &json!({"request_id": "chatcmpl-s1", "call_type": "acompletion", "spend": 0.0075, "total_tokens": 1500,
        "prompt_tokens": 1000, "completion_tokens": 500, "startTime": "2026-01-05 10:00:00.500", "endTime": "2026-01-05 10:00:02.000",
        "model": "gpt-4o", "custom_llm_provider": "openai", "user": "u1", "cache_hit": "False", "status": "success",
        "metadata": "{\"usage_object\":{\"prompt_tokens\":1000,\"prompt_tokens_details\":{\"cached_tokens\":400}}}"}),
    );
    let told = (&call["id"], &call["costUsd"], &call["costSource"], &call["cacheReadTokens"], &call["user"]);
    assert_eq!(told, (&json!("chatcmpl-s1"), &json!(0.0075), &json!("logged"), &json!(400), &json!("u1")));
}

#[test]
fn the_fee_for_a_key_of_ones_own_is_called_so() {
    let of = |is_byok: bool| {
        let place = Place::new();
        let record = json!({"data": {"id": "gen-2", "created_at": "2026-01-05T10:00:00.000Z", "model": "anthropic/claude-sonnet-4",
            "provider_name": "Anthropic", "total_cost": 0.0005, "native_tokens_prompt": 1000, "native_tokens_completion": 500,
            "native_tokens_cached": 600, "is_byok": is_byok, "upstream_inference_cost": 0.0105}});
        place.write("log.jsonl", format!("{record}\n"));
        place.json(&["show", "gen-2", "--json"])["bill"]["likelyCause"].clone()
    };
    assert_eq!(of(true), json!("the router's fee alone: the tokens were paid with a key of your own (BYOK)"));
    assert_eq!(of(false), Json::Null);
}

/// A writer fills in the sum of what went to a cache, and leaves its parts at nothing.
#[test]
fn parts_that_nobody_filled_in_take_no_sum_away() {
    let usage = json!({"input_tokens": 3, "output_tokens": 100, "cache_read_input_tokens": 2000,
        "cache_creation_input_tokens": 1000,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}});
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [], "usage": usage});
    let transcript = json!({"type": "assistant", "timestamp": "2026-01-05T10:00:00Z", "sessionId": "s", "uuid": "u",
        "requestId": "r", "version": "2.1.120", "message": message});
    let own = json!({"ts": "2026-01-05T10:00:00Z", "model": "claude-sonnet-4-5", "latency_ms": 9, "usage": usage});
    for record in [transcript, own] {
        assert_eq!(sum(&read(&record).0), ([3, 2000, 1000, 100], 5_859_000), "{record}");
    }
}

#[test]
fn details_of_langfuse_that_the_total_has_once_lie_inside() {
    for (model, usage, expected) in [
        ("gpt-5", json!({"input": 1000, "output": 500, "output_reasoning_tokens": 100, "total": 1500}), 6_250_000),
        ("gpt-5", json!({"input": 1000, "output": 400, "output_reasoning_tokens": 100, "total": 1500}), 6_250_000),
        (
            "gpt-audio",
            json!({"input": 1000, "input_audio_tokens": 800, "output": 500, "output_audio_tokens": 400, "total": 1500}),
            52_700_000,
        ),
    ] {
        assert_eq!(sum(&read(&langfuse(model, &usage)).0), ([1000, 0, 0, 500], expected), "{usage}");
    }
}
