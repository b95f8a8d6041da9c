//! The request of a call as a command that asks it again, at its provider's public address. The key is the variable that
//! the provider's own documentation names; none that was logged is ever in it.

use serde_json::Value;

/// Where a provider is asked, and the headers that say who asks.
fn place(provider: &str, request: &Value) -> Option<(String, &'static [&'static str])> {
    const BEARER: &[&str] = &["Authorization: Bearer $OPENAI_API_KEY"];
    let openai = if request.get("input").is_some() { "responses" } else { "chat/completions" };
    Some(match provider {
        "openai" => (format!("https://api.openai.com/v1/{openai}"), BEARER),
        "anthropic" => (
            "https://api.anthropic.com/v1/messages".to_owned(),
            &["x-api-key: $ANTHROPIC_API_KEY", "anthropic-version: 2023-06-01"],
        ),
        "google" | "gemini" => {
            let model = request["model"].as_str()?.trim_start_matches("models/");
            let url = format!("https://generativelanguage.googleapis.com/v1beta/models/{model}:generateContent");
            (url, &["x-goog-api-key: $GEMINI_API_KEY"])
        }
        "openrouter" => {
            ("https://openrouter.ai/api/v1/chat/completions".to_owned(), &["Authorization: Bearer $OPENROUTER_API_KEY"])
        }
        "groq" => {
            ("https://api.groq.com/openai/v1/chat/completions".to_owned(), &["Authorization: Bearer $GROQ_API_KEY"])
        }
        "mistral" => {
            ("https://api.mistral.ai/v1/chat/completions".to_owned(), &["Authorization: Bearer $MISTRAL_API_KEY"])
        }
        "ollama" => ("http://localhost:11434/api/chat".to_owned(), &[]),
        _ => return None,
    })
}

/// The command, or why there is none. `hide` takes keys and passwords out of what was asked.
pub fn command(
    provider: Option<&str>,
    model: Option<&str>,
    request: Option<&Value>,
    hide: impl Fn(String) -> String,
) -> Result<String, &'static str> {
    let Some(request) = request else { return Err("this log keeps no request") };
    let mut body = match request {
        Value::Object(map) if ["messages", "contents", "input"].iter().any(|key| map.contains_key(*key)) => {
            request.clone()
        }
        Value::Array(messages) if messages.iter().all(|message| message["role"].is_string()) => {
            serde_json::json!({ "messages": request })
        }
        _ => return Err("the log keeps only a part of the request: it cannot be asked again"),
    };
    if let (Value::Object(map), Some(model)) = (&mut body, model) {
        map.entry("model").or_insert_with(|| model.into());
    }
    let (url, headers) = provider
        .and_then(|provider| place(&provider.to_lowercase(), &body))
        .ok_or("it is not known where this provider is asked")?;
    let mut text = format!("curl -sS {url} \\\n  -H 'Content-Type: application/json'");
    // Double quotes, so that the shell puts the key in.
    text.extend(headers.iter().map(|header| format!(" \\\n  -H \"{header}\"")));
    let body = hide(serde_json::to_string_pretty(&body).unwrap_or_default()).replace('\'', r"'\''");
    Ok(format!("{text} \\\n  -d '{body}'"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_becomes_a_command_of_its_provider() {
        let request = json!({"messages": [{"role": "user", "content": "it's"}]});
        let text = command(Some("Anthropic"), Some("claude-sonnet-4-5"), Some(&request), |text| text).unwrap();
        assert!(text.starts_with("curl -sS https://api.anthropic.com/v1/messages \\\n"), "{text}");
        assert!(text.contains("-H \"x-api-key: $ANTHROPIC_API_KEY\"") && text.contains(r"it'\''s"));
        assert!(text.contains("\"model\": \"claude-sonnet-4-5\""));
    }

    #[test]
    fn what_cannot_be_asked_again_says_why() {
        assert!(command(Some("openai"), None, None, |text| text).is_err());
        assert!(command(Some("openai"), None, Some(&json!("a prompt")), |text| text).is_err());
        assert!(command(Some("my-proxy"), None, Some(&json!({"messages": []})), |text| text).is_err());
    }
}
