//! The beginning of a record that is too long to be laid out between two frames: it is read while the rest is laid out
//! elsewhere.

use serde_json::Value;

use crate::ingest::event::Transcript;

/// Bytes of each section that are laid out at once: some screens of them, and a millisecond's work.
const MOST: usize = 48 * 1024;

/// Longer words than this are no key or password.
const LONGEST_WORD: usize = 4 * 1024;

/// The same record with the beginnings of its texts.
pub fn beginning(transcript: &Transcript) -> Transcript {
    let of = |value: &Value| begin(value, &mut MOST.clone());
    let mut left = MOST;
    Transcript {
        request: transcript.request.as_ref().map(of),
        response: transcript.response.as_ref().map(of),
        raw: transcript.raw.iter().map(|record| begin(record, &mut left)).collect(),
        caution: transcript.caution,
        others: Vec::new(),
    }
}

/// As much of a value as there are bytes left.
fn begin(value: &Value, left: &mut usize) -> Value {
    match value {
        Value::String(text) => {
            let text = cut(text, *left);
            *left = left.saturating_sub(text.len().max(1));
            Value::String(text.to_owned())
        }
        Value::Array(items) => {
            let mut list = Vec::new();
            for item in items {
                if *left == 0 {
                    break;
                }
                list.push(begin(item, left));
            }
            Value::Array(list)
        }
        Value::Object(fields) => {
            let mut map = serde_json::Map::new();
            for (key, value) in fields {
                if *left == 0 {
                    break;
                }
                *left = left.saturating_sub(key.len());
                map.insert(key.clone(), begin(value, left));
            }
            Value::Object(map)
        }
        plain => {
            *left = left.saturating_sub(4);
            plain.clone()
        }
    }
}

/// At most so many bytes, and no part of a word: half a key would not be known for one.
fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = text.floor_char_boundary(most);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let whole = text[..end].trim_end_matches(word).len();
    &text[..if end - whole > LONGEST_WORD { end } else { whole }]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_record_begins_as_the_whole_does_and_a_short_one_is_whole() {
        let short = json!({"messages": [{"role": "user", "content": "hi"}], "n": 1});
        let messages: Vec<Value> =
            (0..9_000).map(|nth| json!({"role": "user", "content": format!("turn {nth}")})).collect();
        let long = json!({"model": "m", "messages": messages, "last": true});
        let begun = beginning(&Transcript { request: Some(short.clone()), raw: vec![long], ..Transcript::default() });
        assert_eq!(begun.request, Some(short));
        let turns = begun.raw[0]["messages"].as_array().unwrap();
        assert!((1_000..9_000).contains(&turns.len()) && turns[7]["content"] == "turn 7");
        assert!(begun.raw[0]["last"].is_null());
    }

    #[test]
    fn no_word_is_cut() {
        let text = "word ".repeat(MOST / 5 - 1) + "sk-ant-aB3dE5gH7jK9aB3dE5gH7jK9 and on";
        let begun = begin(&json!(text), &mut MOST.clone());
        assert!(begun.as_str().unwrap().ends_with("word "), "{begun}");
        let packed = "A".repeat(MOST * 2);
        assert_eq!(begin(&json!(packed), &mut MOST.clone()).as_str().unwrap().len(), MOST);
    }
}
