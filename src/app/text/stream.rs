//! An answer that was logged as it streamed, put together: events of OpenAI's chat and responses, of Anthropic, Gemini
//! and Ollama, as lines of `data: {…}`, as JSON lines, or as a list of chunks. The record itself is shown as it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The answer as one message; `None` where the value is no stream, or one that says nothing known.
pub fn assembled(value: &Value) -> Option<Value> {
    let events: Vec<Value> = match value {
        Value::String(text) => events(text)?,
        Value::Array(items) if items.len() > 1 && items.iter().all(is_event) => items.clone(),
        _ => return None,
    };
    let mut answer = Answer::default();
    for event in &events {
        answer.take(event);
    }
    answer.whole()
}

/// The events of a text of which every line is one; comments and names of events stand between them.
fn events(text: &str) -> Option<Vec<Value>> {
    let mut events = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let data = match line.strip_prefix("data:") {
            Some(data) => data.trim(),
            None if line.starts_with("event:") || line.starts_with(':') || line.starts_with("id:") => continue,
            None if line.starts_with('{') => line,
            None => return None,
        };
        if data == "[DONE]" {
            continue;
        }
        match serde_json::from_str(data) {
            Ok(event) => events.push(event),
            // The last one may have been cut off with the stream.
            Err(_) if !events.is_empty() => break,
            Err(_) => return None,
        }
    }
    (events.len() > 1 && events.iter().all(is_event)).then_some(events)
}

fn is_event(event: &Value) -> bool {
    let delta = event["choices"]
        .as_array()
        .is_some_and(|all| all.iter().all(|choice| !choice["delta"].is_null() || choice["text"].is_string()));
    let kind = event["type"].as_str().unwrap_or_default();
    let named =
        ["message_", "content_block_", "response.", "ping", "error"].iter().any(|begin| kind.starts_with(begin));
    delta || named || event["candidates"].is_array() || event["done"].is_boolean()
}

/// What has been said so far, part by part.
#[derive(Default)]
struct Answer {
    parts: BTreeMap<u64, Part>,
    /// The answer in one piece, where the stream ends with it.
    completed: Option<Value>,
    error: Option<Value>,
}

#[derive(Default)]
struct Part {
    thought: String,
    text: String,
    tool: Option<String>,
    arguments: String,
}

impl Answer {
    fn part(&mut self, nth: &Value) -> &mut Part {
        self.parts.entry(nth.as_u64().unwrap_or(0)).or_default()
    }

    fn take(&mut self, event: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event["type"].as_str().unwrap_or_default() {
            "content_block_start" => {
                let block = &event["content_block"];
                let part = self.part(&event["index"]);
                part.tool = block["name"].as_str().map(str::to_owned);
                part.text.push_str(&text(&block["text"]));
                if block["input"].as_object().is_some_and(|input| !input.is_empty()) {
                    part.arguments = block["input"].to_string();
                }
            }
            "content_block_delta" => {
                let delta = &event["delta"];
                let part = self.part(&event["index"]);
                part.text.push_str(&text(&delta["text"]));
                part.thought.push_str(&text(&delta["thinking"]));
                part.arguments.push_str(&text(&delta["partial_json"]));
            }
            "response.output_text.delta" | "response.refusal.delta" => {
                self.part(&event["output_index"]).text.push_str(&text(&event["delta"]));
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.part(&event["output_index"]).thought.push_str(&text(&event["delta"]));
            }
            "response.output_item.added" if event["item"]["type"] == "function_call" => {
                self.part(&event["output_index"]).tool = event["item"]["name"].as_str().map(str::to_owned);
            }
            "response.function_call_arguments.delta" => {
                self.part(&event["output_index"]).arguments.push_str(&text(&event["delta"]));
            }
            "response.completed" | "response.incomplete" => self.completed = Some(event["response"]["output"].clone()),
            "error" | "response.failed" => self.error = Some(event.clone()),
            _ => {}
        }
        for choice in event["choices"].as_array().into_iter().flatten() {
            let delta = &choice["delta"];
            let part = self.part(&Value::from(0));
            part.text.push_str(&text(&delta["content"]));
            part.text.push_str(&text(&delta["refusal"]));
            // Completions, as they were before there was a chat.
            part.text.push_str(&text(&choice["text"]));
            part.thought.push_str(&text(&delta["reasoning_content"]));
            part.thought.push_str(&text(&delta["reasoning"]));
            for call in delta["tool_calls"].as_array().into_iter().flatten() {
                // Words are the first part, tools follow.
                let nth = call["index"].as_u64().unwrap_or(0) + 1;
                let part = self.parts.entry(nth).or_default();
                if let Some(name) = call["function"]["name"].as_str() {
                    part.tool.get_or_insert_default().push_str(name);
                }
                part.arguments.push_str(&text(&call["function"]["arguments"]));
            }
        }
        for said in event["candidates"].as_array().into_iter().flatten() {
            for piece in said["content"]["parts"].as_array().into_iter().flatten() {
                let is_thought = piece["thought"] == Value::Bool(true);
                if let Some(call) = piece.get("functionCall") {
                    self.call(&call["name"], &call["args"]);
                } else {
                    let part = self.part(&Value::from(0));
                    let said = text(&piece["text"]);
                    if is_thought { part.thought.push_str(&said) } else { part.text.push_str(&said) }
                }
            }
        }
        if event["done"].is_boolean() {
            let part = self.part(&Value::from(0));
            part.text.push_str(&text(&event["message"]["content"]));
            part.text.push_str(&text(&event["response"]));
            part.thought.push_str(&text(&event["message"]["thinking"]));
            part.thought.push_str(&text(&event["thinking"]));
            for call in event["message"]["tool_calls"].as_array().into_iter().flatten() {
                self.call(&call["function"]["name"], &call["function"]["arguments"]);
            }
        }
    }

    /// A tool that is called in one piece: after what was said so far.
    fn call(&mut self, name: &Value, arguments: &Value) {
        let nth = self.parts.len() as u64 + 1;
        let tool = name.as_str().map(str::to_owned);
        self.parts.insert(nth, Part { tool, arguments: arguments.to_string(), ..Part::default() });
    }

    fn whole(self) -> Option<Value> {
        let mut content = Vec::new();
        if let Some(completed) = self.completed.filter(Value::is_array) {
            return Some(completed);
        }
        for part in self.parts.into_values() {
            if !part.thought.is_empty() {
                content.push(json!({"type": "thinking", "thinking": part.thought}));
            }
            if !part.text.is_empty() {
                content.push(json!({"type": "text", "text": part.text}));
            }
            if let Some(name) = part.tool {
                let input = serde_json::from_str(&part.arguments).unwrap_or(Value::String(part.arguments));
                content.push(json!({"type": "tool_use", "name": name, "input": input}));
            }
        }
        content.extend(self.error);
        (!content.is_empty()).then(|| json!({"role": "assistant", "content": content}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Value {
        assembled(&Value::from(text)).unwrap()
    }

    #[test]
    fn chunks_of_openai_are_one_message_with_its_tools() {
        let answer = said(concat!(
            "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"find\",\"arguments\":\"{\\\"id\\\"\"}}]}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":3}\"}}]}}]}\n\n",
            "data: [DONE]\n",
        ));
        assert_eq!(
            answer,
            json!({"role": "assistant", "content": [
                {"type": "text", "text": "Hello"},
                {"type": "tool_use", "name": "find", "input": {"id": 3}},
            ]})
        );
    }

    #[test]
    fn events_of_anthropic_are_one_message() {
        let answer = said(concat!(
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Left\"}}\n\n",
            "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"name\":\"turn\",\"input\":{}}}\n\n",
            "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"by\\\":90}\"}}\n\n",
            "data: {\"type\":\"message_stop\"}\n",
        ));
        assert_eq!(answer["content"][0]["text"], "Left");
        assert_eq!(answer["content"][1]["input"], json!({"by": 90}));
    }

    #[test]
    fn gemini_ollama_and_responses_are_read_and_a_torn_end_is_no_harm() {
        let gemini = json!([
            {"candidates": [{"content": {"parts": [{"text": "one "}]}}]},
            {"candidates": [{"content": {"parts": [{"text": "two"}]}}]},
        ]);
        assert_eq!(assembled(&gemini).unwrap()["content"][0]["text"], "one two");
        let ollama =
            "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"message\":{\"content\":\"b\"},\"done\":true}\n";
        assert_eq!(said(ollama)["content"][0]["text"], "ab");
        let torn = "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"x\"}\ndata: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"y\"}\ndata: {\"typ";
        assert_eq!(said(torn)["content"][0]["text"], "xy");
    }

    #[test]
    fn what_is_no_stream_is_left_alone() {
        for value in [
            json!("an answer"),
            json!("data: is the new oil"),
            json!({"role": "assistant", "content": "x"}),
            json!([{"role": "user"}, {"role": "assistant"}]),
            json!("{\"a\": 1}"),
        ] {
            assert_eq!(assembled(&value), None, "{value}");
        }
    }
}
