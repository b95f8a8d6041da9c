//! What of a record is a conversation: each provider writes one differently, but all agree on a few words. A `role` says who
//! speaks, `content` and `text` hold what is said, `choices`, `candidates` and `output` the answers.

use serde_json::{Map, Value};

/// What holds words rather than facts about them, besides what [`under`] has a heading for.
pub const SAID: [&str; 15] = [
    "messages",
    "content",
    "contents",
    "text",
    "summary",
    "input",
    "parts",
    "choices",
    "candidates",
    "message",
    "delta",
    "output",
    "response",
    "tool_calls",
    "thinking",
];

/// What providers add to what a model thought, for themselves to read: the raw record has it.
pub const SEALED: [&str; 3] = ["signature", "thoughtSignature", "encrypted_content"];

/// What some logs put a request into.
pub const AROUND: [&str; 4] = ["kwargs", "body", "request", "params"];

/// What stands beside words: with any other key an object is data that happens to have a text.
const ABOUT: [&str; 17] = [
    "role",
    "type",
    "name",
    "id",
    "object",
    "created",
    "index",
    "model",
    "usage",
    "tools",
    "stream",
    "temperature",
    "max_tokens",
    "finish_reason",
    "stop_reason",
    "stop",
    "cache_control",
];

/// Under which heading a field of words stands that nobody of the conversation says.
pub fn under(key: &str) -> Option<&'static str> {
    Some(match key {
        "system" | "systemInstruction" | "system_instruction" => "system",
        "instructions" => "instructions",
        "prompt" => "prompt",
        "reasoning" | "reasoning_content" => "thinking",
        "refusal" => "refusal",
        _ => return None,
    })
}

/// Whether it is one of what was thought before it was said, whatever the order of the fields.
pub fn is_thought(key: &str) -> bool {
    matches!(key, "reasoning" | "reasoning_content" | "thinking")
}

/// Whether a value is something said, by somebody or in parts.
pub fn is_spoken(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Object(map) => {
            let says = SAID.iter().any(|key| map.contains_key(*key)) || map.keys().any(|key| under(key).is_some());
            let is_known =
                |key: &String| SAID.contains(&key.as_str()) || ABOUT.contains(&key.as_str()) || under(key).is_some();
            let calls =
                ["function", "functionCall", "functionResponse", "inlineData"].iter().any(|key| map.contains_key(*key));
            asks(map)
                || answers(map)
                || calls
                || map.contains_key("role")
                || map.contains_key("type")
                || says && map.keys().all(is_known)
        }
        _ => false,
    }
}

/// Whether it is a request that holds a conversation, whatever else it asks for.
fn asks(map: &Map<String, Value>) -> bool {
    let said = ["messages", "contents", "input"].iter().filter_map(|key| map.get(*key)?.as_array());
    let inside = || AROUND.iter().filter_map(|key| map.get(*key)?.as_object()).any(asks);
    let prompted = map.get("prompt").is_some_and(Value::is_string) && map.contains_key("model");
    said.flatten().any(|item| item.get("role").is_some()) || prompted || inside()
}

/// Whether it is the answer of a provider, or one of several in it, whatever it tells beside.
fn answers(map: &Map<String, Value>) -> bool {
    let list = |key: &str| map.get(key).and_then(Value::as_array).filter(|items| !items.is_empty());
    let any = |key: &str, is: fn(&Value) -> bool| list(key).is_some_and(|items| items.iter().all(is));
    any("choices", |choice| choice["message"].is_object() || choice["delta"].is_object() || choice["text"].is_string())
        || any("candidates", Value::is_object)
        || any("output", |item| item["type"].is_string())
        || map.get("message").is_some_and(|message| message["role"].is_string())
        || map.get("content").is_some_and(|content| content["parts"].is_array())
        || map.contains_key("finish_reason") && map.get("text").is_some_and(Value::is_string)
        || map.contains_key("done") && map.get("response").is_some_and(Value::is_string)
        || map.contains_key("thought") && map.get("text").is_some_and(Value::is_string)
        || is_error(map)
}

/// Whether it says what went wrong, as providers answer.
pub fn is_error(map: &Map<String, Value>) -> bool {
    map.get("error").is_some_and(|error| error["message"].is_string())
}

/// The JSON that some logs write as a text.
pub fn nested(text: &str) -> Option<Value> {
    let text = text.trim();
    let closed = (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'));
    if closed { serde_json::from_str(text).ok() } else { None }
}

/// Facts that fit into a line or two have one; longer ones stay JSON.
const FACTS: usize = 200;
/// And no fact of it is longer.
const FACT: usize = 60;

/// What stands beside words as `model gpt-5, usage.input_tokens 3`, and what is too much for that.
pub fn facts(map: Map<String, Value>) -> (String, Map<String, Value>) {
    let (mut line, mut rest) = (String::new(), Map::new());
    for (key, value) in map {
        let mut words = String::new();
        if tell(&key, &value, &mut words) && line.len() + words.len() <= FACTS {
            let comma = if line.is_empty() || words.is_empty() { "" } else { ", " };
            line.extend([comma, words.as_str()]);
        } else {
            rest.insert(key, value);
        }
    }
    (line, rest)
}

/// Puts a fact into words; whether it is short enough for that.
fn tell(path: &str, value: &Value, words: &mut String) -> bool {
    let text = match value {
        Value::Null => return true,
        Value::Array(items) => return items.is_empty(),
        Value::Object(map) => {
            return map.iter().all(|(key, value)| tell(&format!("{path}.{key}"), value, words) && words.len() <= FACTS);
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() > FACT || text.contains('\n') {
        return false;
    }
    let comma = if words.is_empty() { "" } else { ", " };
    words.extend([comma, path, " ", text.as_str()]);
    true
}
