//! What was given, as one line with the keys of the routers' own logger, in its order.

use chrono::DateTime;
use serde_json::{Map, Value};

use super::{Kind, LogError};
use crate::model::Stamp;

/// What a key's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Time,
    Text,
    /// 0 to 1.
    Share,
    /// A whole number, not negative.
    Count,
    /// Milliseconds, not negative; fractions are allowed.
    Millis,
    Truth,
    /// Texts, also as one text with commas.
    Texts,
    /// A JSON array.
    Array,
}

/// The logger's keys in its order.
const KEYS: [(&str, Form); 17] = [
    ("timestamp", Form::Time),
    ("model", Form::Text),
    ("modelName", Form::Text),
    ("provider", Form::Text),
    ("route", Form::Text),
    ("confidence", Form::Share),
    ("override", Form::Truth),
    ("promptLength", Form::Count),
    ("matchedPatterns", Form::Texts),
    ("allMatches", Form::Array),
    ("processingTimeMs", Form::Millis),
    ("userId", Form::Text),
    ("conversationId", Form::Text),
    ("tokensUsed", Form::Count),
    ("latencyMs", Form::Millis),
    ("success", Form::Truth),
    ("errorType", Form::Text),
];

impl Form {
    fn expected(self) -> &'static str {
        match self {
            Self::Time => "a time such as 2026-01-05T10:00:00.000Z",
            Self::Text => "a text",
            Self::Share => "a number from 0 to 1",
            Self::Count => "a whole number, 0 or more",
            Self::Millis => "a number of milliseconds, 0 or more",
            Self::Truth => "true or false",
            Self::Texts => "a list such as fix,error or [\"fix\",\"error\"]",
            Self::Array => "a JSON array",
        }
    }

    /// The value as it is written; `None` where it has another form.
    fn read(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Truth, Value::Bool(_)) | (Self::Array, Value::Array(_)) => {
                Some(value.clone())
            }
            (Self::Text, Value::Number(number)) => Some(number.to_string().into()),
            (Self::Time, Value::String(text)) => {
                let at = DateTime::parse_from_rfc3339(text).ok()?;
                Some(Stamp(at.timestamp_millis()).checked()?.iso().into())
            }
            (Self::Share, Value::Number(number)) => {
                number.as_f64().filter(|share| (0.0..=1.0).contains(share)).map(|_| value.clone())
            }
            (Self::Count, Value::Number(number)) => number.as_u64().map(|_| value.clone()),
            (Self::Millis, Value::Number(number)) => {
                number.as_f64().filter(|millis| *millis >= 0.0).map(|_| value.clone())
            }
            (Self::Texts, Value::Array(items)) => items.iter().all(Value::is_string).then(|| value.clone()),
            (Self::Texts, Value::String(text)) if !text.trim_start().starts_with('[') => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(items.map(Value::from).collect())
            }
            (Self::Time | Self::Text, _) => None,
            // A command line knows texts only, and some apps quote their numbers.
            (_, Value::String(text)) => serde_json::from_str(text).ok().filter(not_text).and_then(|it| self.read(&it)),
            _ => None,
        }
    }
}

/// The value that a text is the JSON of, exactly: `123` is, `00123` and a number too large to keep are not.
fn as_json(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let again = value.to_string();
    (again == text).then_some(value)
}

fn not_text(value: &Value) -> bool {
    !value.is_string()
}

/// `key=value` arguments as an object. A value of a key that is not the logger's is taken as JSON where that changes
/// nothing about how it is written.
pub fn pairs(pairs: &[String]) -> Result<Map<String, Value>, LogError> {
    let mut given = Map::new();
    for pair in pairs {
        let (key, text) = pair.split_once('=').ok_or_else(|| LogError::NotAPair(pair.clone()))?;
        if key.is_empty() {
            return Err(LogError::NotAPair(pair.clone()));
        }
        let value = match KEYS.iter().find(|(name, _)| *name == key) {
            Some((_, Form::Time | Form::Text)) => Value::from(text),
            Some(_) if text == "null" => Value::Null,
            Some(_) => Value::from(text),
            None => as_json(text).unwrap_or_else(|| text.into()),
        };
        if given.insert(key.to_owned(), value).is_some() {
            return Err(LogError::Twice(key.to_owned()));
        }
    }
    Ok(given)
}

/// The line, with its newline. Keys that are the logger's stand in its order, the others follow as they were given.
/// What is not given is left out, but for what makes the line a decision or an outcome: unknown is not 0.
pub fn line(kind: Kind, given: &Map<String, Value>, now: Stamp) -> Result<String, LogError> {
    let mut record = Map::new();
    for (key, form) in KEYS {
        let value = match given.get(key).filter(|value| !value.is_null()) {
            Some(value) => form.read(value).ok_or_else(|| LogError::Value {
                key: key.to_owned(),
                expected: form.expected(),
                got: value.to_string(),
            })?,
            None => match absent(kind, key, now)? {
                Some(value) => value,
                None => continue,
            },
        };
        if key == "success" && kind == Kind::Decision && !value.is_null() {
            return Err(LogError::Decided);
        }
        if key == "model" && value == "" {
            return Err(LogError::Missing { key: "model", kind });
        }
        record.insert(key.to_owned(), value);
    }
    for (key, value) in given {
        if !record.contains_key(key) && !KEYS.iter().any(|(name, _)| name == key) {
            record.insert(key.clone(), value.clone());
        }
    }
    let mut line = Value::Object(record).to_string();
    line.push('\n');
    Ok(line)
}

/// What stands for a key that was not given: nothing, the logger's default, or an error.
fn absent(kind: Kind, key: &str, now: Stamp) -> Result<Option<Value>, LogError> {
    Ok(match (key, kind) {
        ("timestamp", _) => Some(now.iso().into()),
        ("model", _) => return Err(LogError::Missing { key: "model", kind }),
        ("success", Kind::Outcome) => return Err(LogError::Missing { key: "success", kind }),
        // Part of what pairs the two lines, so both say it alike.
        ("matchedPatterns", _) => Some(Value::Array(Vec::new())),
        // An outcome that does not say it must not take an override back.
        ("override", Kind::Decision) => Some(Value::Bool(false)),
        ("tokensUsed" | "latencyMs" | "success" | "errorType", _) => Some(Value::Null),
        _ => None,
    })
}
