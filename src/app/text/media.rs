//! Pictures, sounds and documents inside a conversation: named with what they are and how large, for nobody reads base64.

use serde_json::{Map, Value};

/// `[image png, 84 kB]`; `None` for what is none.
pub fn named(map: &Map<String, Value>) -> Option<String> {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let at = |keys: &[&str]| {
        let (first, rest) = keys.split_first()?;
        rest.iter().try_fold(map.get(*first)?, |value, key| value.get(key)).and_then(text)
    };
    let what = match kind {
        "image" | "image_url" | "input_image" => "image",
        "input_audio" | "audio" => "audio",
        "document" | "file" | "input_file" => "document",
        "video" | "video_url" => "video",
        "" if map.contains_key("inlineData") || map.contains_key("inline_data") || map.contains_key("fileData") => "",
        _ => return None,
    };
    let media = [
        &["source", "media_type"][..],
        &["inlineData", "mimeType"],
        &["inline_data", "mime_type"],
        &["fileData", "mimeType"],
        &["input_audio", "format"],
        &["mime_type"],
    ];
    let data = [
        &["source", "data"][..],
        &["inlineData", "data"],
        &["inline_data", "data"],
        &["input_audio", "data"],
        &["image_url", "url"],
        &["image_url"],
        &["file", "file_data"],
        &["file_data"],
        &["data"],
    ];
    let mut media = media.into_iter().find_map(at);
    let data = data.into_iter().find_map(at);
    let mut size = None;
    let mut place =
        ["url", "file_id"].iter().find_map(|key| at(&["source", key])).or_else(|| at(&["fileData", "fileUri"]));
    if let Some(data) = data {
        match data.strip_prefix("data:").and_then(|rest| rest.split_once(',')) {
            Some((head, body)) => {
                media = media.or_else(|| head.split(';').next().map(str::to_owned));
                size = Some(decoded(body));
            }
            None if data.starts_with("http") => place = Some(data),
            None => size = Some(decoded(&data)),
        }
    }
    let (media_kind, form) = media.as_deref().map_or(("", ""), |media| media.split_once('/').unwrap_or(("", media)));
    let what = if what.is_empty() { media_kind } else { what };
    let name = at(&["file", "filename"]).or_else(|| at(&["filename"])).or_else(|| at(&["title"]));
    let words =
        [Some(what.to_owned()), Some(form.to_owned()), name].into_iter().flatten().filter(|word| !word.is_empty());
    let mut text = words.collect::<Vec<_>>().join(" ");
    if let Some(size) = size {
        text = format!("{text}, {}", bytes(size));
    }
    if let Some(place) = place {
        text = format!("{text}, {place}");
    }
    Some(format!("[{text}]"))
}

/// Bytes that base64 stands for.
pub fn decoded(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

/// `84 kB`.
pub fn bytes(count: usize) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

/// Whether a text is so long and so plain that it can only be data packed as a text.
pub fn is_packed(text: &str) -> bool {
    let body = text.strip_prefix("data:").and_then(|rest| rest.split_once(',')).map_or(text, |(_, body)| body);
    body.len() >= 512
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\n'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_provider_s_way_of_sending_a_picture_is_named() {
        let packed = "A".repeat(4_000);
        for (part, words) in [
            (
                json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": packed}}),
                "[image png, 3 kB]",
            ),
            (
                json!({"type": "image_url", "image_url": {"url": format!("data:image/jpeg;base64,{packed}")}}),
                "[image jpeg, 3 kB]",
            ),
            (
                json!({"type": "input_image", "image_url": "https://example.org/a.png"}),
                "[image, https://example.org/a.png]",
            ),
            (json!({"inlineData": {"mimeType": "audio/wav", "data": packed}}), "[audio wav, 3 kB]"),
            (json!({"type": "input_audio", "input_audio": {"format": "mp3", "data": packed}}), "[audio mp3, 3 kB]"),
            (
                json!({"type": "file", "file": {"filename": "bill.pdf", "file_data": packed}}),
                "[document bill.pdf, 3 kB]",
            ),
        ] {
            assert_eq!(named(part.as_object().unwrap()).as_deref(), Some(words));
        }
        assert_eq!(named(json!({"type": "text", "text": "hi"}).as_object().unwrap()), None);
        assert!(is_packed(&packed) && !is_packed("some words of a long answer. ".repeat(40).as_str()));
    }
}
