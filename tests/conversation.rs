//! What was asked and answered reads as a conversation, in the shape of every provider: who says what, tools with what they
//! were asked and answered, pictures named, and what streamed as if it had come in one piece.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

use callscope::app::{CallText, Manner, Pane};
use callscope::ingest::event::Transcript;
use serde_json::{Value as Json, json};

const MANNER: Manner = Manner { rendered: true, secrets: false };

/// Request and response as the screen has them, in lines of 60 cells.
fn read(request: Json, response: Json) -> [String; 2] {
    let transcript = Transcript { request: Some(request), response: Some(response), ..Transcript::default() };
    let text = CallText::lay(0, &transcript, [60; 4], MANNER);
    [Pane::Request, Pane::Response]
        .map(|pane| text.lines(pane).iter().map(|line| line.text.trim_end().to_owned() + "\n").collect())
}

fn stream(events: &[Json]) -> Json {
    let line = |event: &Json| match event["type"].as_str() {
        Some(name) => format!("event: {name}\ndata: {event}\n\n"),
        None => format!("data: {event}\n\n"),
    };
    json!(events.iter().map(line).collect::<String>() + "data: [DONE]\n\n")
}

fn section(text: &str, expected: &[&str]) {
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

/// What every way of streaming the same answer comes to.
const ANSWER: [&str; 9] =
    ["assistant", "  thinking", "    Hm.", "  There.", "", "  tool_use find", "    {", "      \"id\": 3", "    }"];

#[test]
fn openai_chat() {
    let [asked, answered] = read(
        json!({"model": "gpt-5", "temperature": 0.2, "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is on it?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAAAAAA"}}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "zoom", "arguments": "{\"by\": 2}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "done"},
        ], "tools": [{"type": "function", "function": {"name": "zoom", "parameters": {"type": "object"}}}]}),
        json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-5", "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "A **parcel**.", "refusal": null, "annotations": []},
             "finish_reason": "stop", "logprobs": null}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}),
    );
    let said = "developer\n  Be brief.\n\nuser\n  What is on it?\n  [image png, 6 B]\n\nassistant\n  tool_call zoom\n    {\n      \"by\": 2\n    }\n\ntool zoom\n  done\n\ntools  zoom\n";
    assert!(asked.starts_with(said), "{asked}");
    assert!(asked.ends_with("\n\nmodel gpt-5, temperature 0.2\n"), "{asked}");
    section(
        &answered,
        &[
            "assistant",
            "  A parcel.",
            "",
            "finish_reason stop",
            "",
            "id chatcmpl-1, object chat.completion, created 1, model",
            "gpt-5, usage.prompt_tokens 3, usage.completion_tokens 2",
        ],
    );
}

#[test]
fn openai_responses() {
    let [asked, answered] = read(
        json!({"model": "gpt-5", "instructions": "Be brief.", "reasoning": {"effort": "high"}, "input": [
            {"role": "user", "content": [
                {"type": "input_text", "text": "Where?"},
                {"type": "input_image", "image_url": "https://example.org/a.png"}]},
            {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{\"id\": 3}"},
            {"type": "function_call_output", "call_id": "c1", "output": "at no. 14"}]}),
        json!({"id": "resp_1", "object": "response", "status": "completed", "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Look."}], "encrypted_content": "gAAA"},
            {"type": "message", "role": "assistant", "status": "completed", "content": [
                {"type": "output_text", "text": "At no. 14.", "annotations": []}]}], "usage": {"input_tokens": 3}}),
    );
    section(
        &asked,
        &[
            "instructions",
            "  Be brief.",
            "",
            "user",
            "  Where?",
            "  [image, https://example.org/a.png]",
            "",
            "function_call find",
            "  {",
            "    \"id\": 3",
            "  }",
            "",
            "function_call_output find",
            "  at no. 14",
            "",
            "reasoning.effort high, model gpt-5",
        ],
    );
    assert!(answered.starts_with("reasoning\n  Look.\n\nassistant\n  At no. 14.\n"), "{answered}");
}

#[test]
fn anthropic() {
    let [asked, answered] = read(
        json!({"model": "claude", "max_tokens": 100,
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}], "messages": [
            {"role": "user", "content": "Where?"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "Look.", "signature": "x"},
                {"type": "tool_use", "id": "t1", "name": "find", "input": {"id": 3}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [
                {"type": "text", "text": "at no. 14"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}]}]}]}),
        json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [
            {"type": "text", "text": "At no. 14."}], "stop_reason": "end_turn", "stop_sequence": null,
            "usage": {"input_tokens": 3, "output_tokens": 4}}),
    );
    let head = ["system", "  Be brief.", "  cache_control.type ephemeral", "", "user", "  Where?", "", "assistant"];
    let thought = ["  thinking", "    Look.", "", "  tool_use find", "    {", "      \"id\": 3", "    }", ""];
    let found =
        ["user", "  tool_result find", "    at no. 14", "    [image png, 3 B]", "", "model claude, max_tokens 100"];
    section(&asked, &[&head[..], &thought, &found].concat());
    let told = ["  id msg_1, model claude, stop_reason end_turn,", "  usage.input_tokens 3, usage.output_tokens 4"];
    section(&answered, &[&["assistant", "  At no. 14."][..], &told].concat());
}

#[test]
fn gemini() {
    let [asked, answered] = read(
        json!({"systemInstruction": {"parts": [{"text": "Be brief."}]}, "contents": [
            {"role": "user", "parts": [{"text": "Where?"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "find", "args": {"id": 3}}}]},
            {"role": "function", "parts": [{"functionResponse": {"name": "find", "response": {"at": 14}}}]}],
            "tools": [{"functionDeclarations": [{"name": "find"}]}]}),
        json!({"candidates": [{"content": {"role": "model", "parts": [
            {"text": "Look.", "thought": true}, {"text": "At no. 14."}]}, "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 3}}),
    );
    let head = "system\n  Be brief.\n\nuser\n  Where?\n  [image png, 3 B]\n\nmodel\n  tool_call find\n    {\n      \"id\": 3\n    }\n\nfunction\n  tool_result find\n    {\n      \"at\": 14\n    }\n\ntools  find\n";
    assert!(asked.starts_with(head), "{asked}");
    assert!(answered.starts_with("model\n  thinking\n    Look.\n  At no. 14.\n\nfinishReason STOP\n"), "{answered}");
}

#[test]
fn ollama() {
    let [asked, answered] = read(
        json!({"model": "llama3", "stream": false, "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where?", "images": ["AAAA"]}]}),
        json!({"model": "llama3", "message": {"role": "assistant", "content": "There.", "thinking": "Hm.",
            "tool_calls": [{"function": {"name": "find", "arguments": {"id": 3}}}]}, "done": true, "eval_count": 4}),
    );
    let head = ["system", "  Be brief.", "", "user", "  Where?", "  [image, 3 B]", "", "model llama3, stream false"];
    section(&asked, &head);
    let said = "assistant\n  thinking\n    Hm.\n  There.\n\n  tool_call find\n    {\n      \"id\": 3\n    }\n";
    assert!(answered.starts_with(said), "{answered}");
    let [asked, answered] = read(
        json!({"model": "llama3", "prompt": "Where?", "system": "Be brief."}),
        json!({"model": "llama3", "response": "There.", "done": true}),
    );
    section(&asked, &["prompt", "  Where?", "", "system", "  Be brief.", "", "model llama3"]);
    section(&answered, &["There.", "", "model llama3, done true"]);
}

#[test]
fn what_streamed_reads_as_if_it_came_in_one_piece() {
    let openai = stream(&[
        json!({"choices": [{"delta": {"role": "assistant", "reasoning_content": "Hm."}}]}),
        json!({"choices": [{"delta": {"content": "The"}}]}),
        json!({"choices": [{"delta": {"content": "re."}}]}),
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "find", "arguments": "{\"id\""}}]}}]}),
        json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": ": 3}"}}]}}]}),
        json!({"choices": [], "usage": {"prompt_tokens": 3}}),
    ]);
    let responses = stream(&[
        json!({"type": "response.created", "response": {}}),
        json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm."}),
        json!({"type": "response.output_text.delta", "output_index": 1, "delta": "The"}),
        json!({"type": "response.output_text.delta", "output_index": 1, "delta": "re."}),
        json!({"type": "response.output_item.added", "output_index": 2,
               "item": {"type": "function_call", "name": "find", "arguments": ""}}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 2, "delta": "{\"id\": 3}"}),
    ]);
    let block = |nth: u64, block: Json| json!({"type": "content_block_start", "index": nth, "content_block": block});
    let delta = |nth: u64, delta: Json| json!({"type": "content_block_delta", "index": nth, "delta": delta});
    let anthropic = stream(&[
        json!({"type": "message_start", "message": {"role": "assistant"}}),
        block(0, json!({"type": "thinking", "thinking": ""})),
        delta(0, json!({"type": "thinking_delta", "thinking": "Hm."})),
        json!({"type": "ping"}),
        block(1, json!({"type": "text", "text": ""})),
        delta(1, json!({"type": "text_delta", "text": "There."})),
        block(2, json!({"type": "tool_use", "name": "find", "input": {}})),
        delta(2, json!({"type": "input_json_delta", "partial_json": "{\"id\": 3}"})),
        json!({"type": "message_stop"}),
    ]);
    let gemini = json!([
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hm.", "thought": true}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "The"}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "re."}, {"functionCall": {"name": "find", "args": {"id": 3}}}]}}]},
    ]);
    let ollama = [
        json!({"message": {"role": "assistant", "content": "", "thinking": "Hm."}, "done": false}),
        json!({"message": {"content": "The"}, "done": false}),
        json!({"message": {"content": "re.", "tool_calls": [{"function": {"name": "find", "arguments": {"id": 3}}}]},
               "done": true}),
    ];
    let ollama = json!(ollama.map(|event| event.to_string()).join("\n"));
    for (name, response) in [
        ("OpenAI's chat", openai),
        ("OpenAI's responses", responses),
        ("Anthropic", anthropic),
        ("Gemini", gemini),
        ("Ollama", ollama),
    ] {
        let [_, answered] = read(json!("Where?"), response);
        assert_eq!(answered.lines().collect::<Vec<_>>(), ANSWER, "{name}");
    }
}

#[test]
fn what_went_wrong_stands_out() {
    let anthropic = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    section(&read(json!(null), anthropic)[1], &["error overloaded_error", "  Overloaded"]);
    let openai = json!({"error": {"message": "Slow down", "type": "requests", "param": null, "code": "rate_limit"}});
    section(&read(json!(null), openai)[1], &["error rate_limit", "  Slow down", "  type requests"]);
    let broken = stream(&[
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "At"}}),
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    ]);
    let said = ["assistant", "  At", "", "  error overloaded_error", "    Overloaded"];
    section(&read(json!(null), broken)[1], &said);
    let refused =
        json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "refusal": "No."}}]});
    section(&read(json!(null), refused)[1], &["assistant", "  refusal", "    No."]);
}

#[test]
fn what_is_not_there_says_so() {
    section(&read(json!(null), json!(""))[0], &["this log keeps no request"]);
    section(&read(json!({"messages": []}), json!(""))[0], &["empty, as it was logged"]);
    section(&read(json!({"messages": []}), json!(""))[1], &["empty, as it was logged"]);
}

#[test]
fn data_stays_data() {
    let [asked, _] = read(json!({"text": "a", "vector": [1, 2], "score": 0.5}), json!(null));
    assert!(asked.starts_with("{\n  \"text\": \"a\","), "{asked}");
}
