//! What a request asks, out of the shapes that providers, wrappers and logs give it: the system prompt and the last thing
//! the user said.

use serde_json::Value as Json;

/// The two texts that templates are learnt from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub system: String,
    pub prompt: String,
    /// The system prompt is not logged, but a hash of it, which stands in its place; of the prompt nothing is.
    pub is_hashed: bool,
}

/// How deep a request may lie in what a wrapper logs of it.
const DEPTH: usize = 3;

/// What a call asked, from its request and its records; `None` where neither a prompt nor a hash of one is logged.
pub fn asked(request: Option<&Json>, raw: &[Json]) -> Option<Asked> {
    let beside = || raw.iter().rev().find_map(system_of).unwrap_or_default();
    if let Some(mut asked) = request.and_then(|request| read(request, DEPTH)) {
        if asked.system.is_empty() {
            asked.system = beside();
        }
        return Some(asked);
    }
    // Hashes of prompts are all that the table of seed 001 has.
    let hash =
        |key: &str| raw.iter().rev().find_map(|record| record.get(key)?.as_str()).filter(|hash| !hash.is_empty());
    let system = hash("system_prompt_hash");
    system.or_else(|| hash("user_prompt_hash"))?;
    let short = |hash: &str| hash.chars().take(8).collect::<String>();
    let system = system.map(|hash| format!("prompt with hash {}", short(hash))).unwrap_or_default();
    Some(Asked { system, prompt: String::new(), is_hashed: true })
}

fn read(request: &Json, depth: usize) -> Option<Asked> {
    match request {
        Json::String(text) => some(String::new(), text.clone()),
        Json::Array(messages) => of_messages(messages),
        Json::Object(fields) => {
            let list = |key: &str| fields.get(key).and_then(Json::as_array);
            let messages =
                ["messages", "input", "contents"].into_iter().find_map(list).and_then(|list| of_messages(list));
            let text = ["prompt", "input", "query", "question"].into_iter().filter_map(|key| fields.get(key)?.as_str());
            let found = messages.or_else(|| text.map(str::to_owned).find_map(|text| some(String::new(), text)));
            if let Some(mut found) = found {
                if let Some(system) = system_of(request) {
                    found.system = system;
                }
                return Some(found);
            }
            let wrapped = ["kwargs", "body", "request", "params", "parameters", "request_params", "json", "input"];
            let below = wrapped.into_iter().filter_map(|key| fields.get(key)).filter(|_| depth > 0);
            below.filter(|value| value.is_object()).find_map(|value| read(value, depth - 1))
        }
        _ => None,
    }
}

fn some(system: String, prompt: String) -> Option<Asked> {
    let says = !prompt.trim().is_empty() || !system.trim().is_empty();
    says.then_some(Asked { system, prompt, is_hashed: false })
}

fn system_of(record: &Json) -> Option<String> {
    let keys = ["system", "system_prompt", "systemPrompt", "instructions", "systemInstruction", "system_instruction"];
    keys.into_iter().filter_map(|key| record.get(key)).map(text).find(|text| !text.is_empty())
}

fn of_messages(messages: &[Json]) -> Option<Asked> {
    let role = |message: &Json| message.get("role").and_then(Json::as_str).unwrap_or("user").to_ascii_lowercase();
    let (mut system, mut prompt) = (String::new(), String::new());
    for message in messages {
        let said = text(message);
        match role(message).as_str() {
            "system" | "developer" if !said.is_empty() => system = joined(system, &said),
            // What a tool gave is no words of anybody.
            "user" | "human" if !said.is_empty() => prompt = said,
            _ => {}
        }
    }
    some(system, prompt)
}

/// The words of a message, of its content, or of the parts of either.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(parts) => parts.iter().map(text).fold(String::new(), |all, part| joined(all, &part)),
        Json::Object(fields) => {
            let inner = ["content", "text", "parts"].into_iter().find_map(|key| fields.get(key));
            let is_text = fields.get("type").and_then(Json::as_str).is_none_or(|kind| !kind.contains("tool"));
            inner.filter(|_| is_text).map(text).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn joined(mut all: String, more: &str) -> String {
    if !all.is_empty() && !more.is_empty() {
        all.push('\n');
    }
    all.push_str(more);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_shapes_that_requests_have() {
        let expected = Some(Asked { system: "be brief".to_owned(), prompt: "why?".to_owned(), is_hashed: false });
        for request in [
            json!({"messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "why?"}]}),
            json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "hm"},
                   {"role": "assistant", "content": "yes"}, {"role": "user", "content": [{"type": "text", "text": "why?"}]},
                   {"role": "user", "content": [{"type": "tool_result", "content": "42"}]}]),
            json!({"system": [{"type": "text", "text": "be brief"}], "messages": [{"role": "user", "content": "why?"}]}),
            json!({"instructions": "be brief", "input": "why?"}),
            json!({"args": [], "kwargs": {"messages": [{"role": "developer", "content": "be brief"},
                   {"role": "user", "content": "why?"}]}}),
            json!({"systemInstruction": {"parts": [{"text": "be brief"}]},
                   "contents": [{"role": "user", "parts": [{"text": "why?"}]}]}),
        ] {
            assert_eq!(asked(Some(&request), &[]), expected, "{request}");
        }
        let beside = json!({"prompt": "why?", "system": "be brief"});
        assert_eq!(asked(Some(&json!("why?")), &[beside]), expected);
    }

    #[test]
    fn hashes_stand_for_what_is_not_logged_and_nothing_is_nothing() {
        let hashed = json!({"system_prompt_hash": "9f3a01b2c3", "user_prompt_hash": "77"});
        let found = asked(None, &[hashed]).unwrap();
        assert_eq!((found.system.as_str(), found.is_hashed), ("prompt with hash 9f3a01b2", true));
        for nothing in [json!({"model": "m"}), json!(null), json!({"messages": []}), json!({"prompt": ""})] {
            assert_eq!(asked(Some(&nothing), &[json!({"model": "m"})]), None, "{nothing}");
        }
    }
}
