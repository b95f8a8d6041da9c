//! Requests and responses as providers shape them, in full: what the call screen opens.

use serde_json::{Value, json};

use super::super::rng::Rng;
use super::super::scenario::Request;
use super::super::scenario::lines::{Exchange, fill, material};

/// The question and answer of a call.
pub fn exchange(request: &Request) -> &'static Exchange {
    let all = request.route.exchanges;
    &all[Rng::new(request.seed).below(all.len())]
}

/// The question alone, without the material under it.
pub fn question(request: &Request) -> String {
    fill(exchange(request).asks, request.seed)
}

pub fn answer(request: &Request) -> String {
    fill(exchange(request).answers, request.seed)
}

/// The prompt: the question, and under it the material it is about.
pub fn prompt(request: &Request) -> String {
    let mut rng = Rng::new(request.seed ^ 0xB0D1);
    // Four characters a token, within what a table's row should hold.
    let length = (request.input as usize * 4).clamp(500, 3_600);
    let mut text = fill(exchange(request).asks, request.seed);
    text.push_str("\n\n---\n");
    for line in 1.. {
        if text.len() >= length {
            break;
        }
        text.push_str(&material(rng.pick(request.router.material), request.seed, line));
        text.push('\n');
    }
    text
}

/// What the tracking wrapper of seed 002 keeps of a request: the arguments it was called with.
pub fn sent(request: &Request) -> Value {
    let mut kwargs = json!({
        "model": request.model.id,
        "messages": [
            {"role": "system", "content": request.router.system},
            {"role": "user", "content": prompt(request)},
        ],
        "temperature": 0.2,
        "max_tokens": 4096,
    });
    if let Some((name, _)) = exchange(request).tool {
        kwargs["tools"] = json!([{
            "type": "function",
            "function": {"name": name, "parameters": {"type": "object", "additionalProperties": true}},
        }]);
    }
    json!({"args": [], "kwargs": kwargs})
}

/// The response as its provider sends it, or the error.
pub fn received(request: &Request) -> Value {
    if let Some(failure) = request.failure() {
        return json!({"error": {"type": failure.word(), "message": failure.message()}});
    }
    match request.model.provider {
        "anthropic" => anthropic(request),
        "google" => google(request),
        "ollama" => ollama(request),
        _ => openai(request),
    }
}

fn arguments(request: &Request) -> Option<(&'static str, String)> {
    exchange(request).tool.map(|(name, arguments)| (name, fill(arguments, request.seed)))
}

fn openai(request: &Request) -> Value {
    let mut message = json!({"role": "assistant", "content": answer(request), "refusal": null});
    if let Some((name, arguments)) = arguments(request) {
        let id = format!("call_{:016x}", request.seed);
        let function = json!({"name": name, "arguments": arguments});
        message["tool_calls"] = json!([{"id": id, "type": "function", "function": function}]);
    }
    json!({
        "id": format!("chatcmpl-{:016x}", request.seed),
        "object": "chat.completion",
        "created": request.at.0 / 1000,
        "model": request.model.id,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": request.input,
            "completion_tokens": request.output,
            "total_tokens": request.input + request.output,
            "prompt_tokens_details": {"cached_tokens": request.cached},
        },
    })
}

fn anthropic(request: &Request) -> Value {
    let mut content = vec![json!({"type": "text", "text": answer(request)})];
    if let Some((name, arguments)) = arguments(request) {
        let input: Value = serde_json::from_str(&arguments).unwrap_or_default();
        let id = format!("toolu_{:016x}", request.seed);
        content.push(json!({"type": "tool_use", "id": id, "name": name, "input": input}));
    }
    json!({
        "id": format!("msg_{:016x}", request.seed),
        "type": "message",
        "role": "assistant",
        "model": request.model.id,
        "content": content,
        "stop_reason": "end_turn",
        "usage": {"input_tokens": request.input, "output_tokens": request.output},
    })
}

fn google(request: &Request) -> Value {
    json!({
        "candidates": [{"content": {"role": "model", "parts": [{"text": answer(request)}]}, "finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": request.input,
            "cachedContentTokenCount": request.cached,
            "candidatesTokenCount": request.output,
            "totalTokenCount": request.input + request.output,
        },
        "modelVersion": request.model.id,
        "responseId": format!("{:016x}", request.seed),
    })
}

fn ollama(request: &Request) -> Value {
    json!({
        "model": request.model.id,
        "created_at": request.ends().iso(),
        "message": {"role": "assistant", "content": answer(request)},
        "done": true,
        "done_reason": "stop",
        // Nanoseconds.
        "total_duration": u64::from(request.latency) * 1_000_000,
        "prompt_eval_count": request.input,
        "eval_count": request.output,
    })
}
