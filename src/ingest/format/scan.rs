//! One walk over a JSON record that fills the slots of the fields a format wants, and skips the rest by its bytes.
//!
//! Logs repeat their shape line after line, so each object of the plan remembers the keys it met last, in what order
//! and with what blanks, and compares the bytes of the next key with what came next the last time. Skipped values are
//! passed over without being understood: strings by their quotes, objects and arrays by their brackets. A record this
//! does not fully understand is given to `serde_json`; only what that refuses too is malformed.

mod bytes;
mod lead;
mod window;

use std::borrow::Cow;

use serde_json::Value as Json;

use super::role::{Field, Role};
use super::slots::Slots;
use super::value::Value;
use bytes::Scanner;
use lead::Lead;

/// The fields of a format as a tree of keys.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// Keys in the order they were last met, the unwanted ones included.
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    name: Box<[u8]>,
    /// From the comma or brace before it up to its value, as this log's writer writes it: compared before anything is
    /// looked for.
    lead: Lead,
    /// The fields that end here.
    leaves: Vec<(u16, Role)>,
    /// The node of the fields that go on below.
    below: Option<u16>,
}

impl Key {
    fn new(name: &[u8]) -> Self {
        let lead = Lead::new(&[b"\"", name, b"\":"].concat());
        Self { name: name.into(), lead, leaves: Vec::new(), below: None }
    }
}

/// How many keys a record may leave out before they are looked for by name.
const LEFT_OUT: usize = 4;

/// Unwanted keys a node remembers: beyond this a log has keys for names (ids as keys), and remembering is useless.
const REMEMBERED: usize = 256;

impl Plan {
    /// Bodies are left out: they are read on drill-down.
    pub fn new(fields: &[Field]) -> Self {
        let mut plan = Self { nodes: vec![Node::default()] };
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| !field.role.is_body()) {
            let mut node = 0;
            let mut keys = field.path.split('.').peekable();
            while let Some(name) = keys.next() {
                let at = plan.key(node, name);
                if keys.peek().is_some() {
                    node = plan.below(node, at);
                } else {
                    plan.nodes[node].keys[at].leaves.push((index as u16, field.role));
                }
            }
        }
        plan
    }

    fn key(&mut self, node: usize, name: &str) -> usize {
        let keys = &mut self.nodes[node].keys;
        keys.iter().position(|key| *key.name == *name.as_bytes()).unwrap_or_else(|| {
            keys.push(Key::new(name.as_bytes()));
            keys.len() - 1
        })
    }

    fn below(&mut self, node: usize, at: usize) -> usize {
        if let Some(below) = self.nodes[node].keys[at].below {
            return usize::from(below);
        }
        self.nodes.push(Node::default());
        let below = self.nodes.len() - 1;
        self.nodes[node].keys[at].below = Some(below as u16);
        below
    }

    /// Fills the slots from one record, whatever was in them. The error is in plain words.
    pub fn fill<'a>(&mut self, record: &'a [u8], slots: &mut Slots<'a>) -> Result<(), String> {
        slots.clear();
        let mut scanner = Scanner { bytes: record, at: 0 };
        if scanner.object(self, 0, slots).is_some() && scanner.at_end() {
            return Ok(());
        }
        slots.clear();
        self.fill_slowly(record, slots)
    }

    fn fill_slowly(&self, record: &[u8], slots: &mut Slots<'_>) -> Result<(), String> {
        match serde_json::from_slice::<Json>(record) {
            Ok(json @ Json::Object(_)) => {
                self.fill_json(0, &json, slots);
                Ok(())
            }
            Ok(_) => Err("not a JSON object".to_owned()),
            Err(error) => Err(plain(&error)),
        }
    }

    /// Fills the slots from a parsed record.
    pub fn fill_json(&self, node: usize, json: &Json, slots: &mut Slots<'_>) {
        let Json::Object(object) = json else { return };
        for key in &self.nodes[node].keys {
            let Some(value) = std::str::from_utf8(&key.name).ok().and_then(|name| object.get(name)) else { continue };
            for (index, role) in &key.leaves {
                slots.set(*index, *role, owned(value));
            }
            if let Some(below) = key.below {
                match value {
                    Json::String(text) if text.starts_with('{') => {
                        if let Ok(inner) = serde_json::from_str(text) {
                            self.fill_json(usize::from(below), &inner, slots);
                        }
                    }
                    value => self.fill_json(usize::from(below), value, slots),
                }
            }
        }
    }

    /// Fills the slots from one column of a table's row: the `nth` of [`Self::columns`].
    pub fn fill_column<'a>(&mut self, nth: usize, column: &str, value: &Value<'a>, slots: &mut Slots<'a>) {
        let Some(at) = self.nodes[0].find(column.as_bytes(), nth) else { return };
        let key = &self.nodes[0].keys[at];
        for (index, role) in &key.leaves {
            slots.set(*index, *role, value.clone());
        }
        if let Some(below) = key.below {
            self.below_value(usize::from(below), value, slots);
        }
    }

    /// Goes on below a value that may hold more: an object, or JSON inside a text, unescaped as it stands. What it is
    /// not is nobody's business.
    fn below_value<'a>(&mut self, node: usize, value: &Value<'a>, slots: &mut Slots<'a>) {
        match value {
            Value::Raw(bytes) => {
                let _ = Scanner { bytes, at: 0 }.object(self, node, slots);
            }
            Value::Text(Cow::Borrowed(text)) => {
                let _ = Scanner { bytes: text.as_bytes(), at: 0 }.object(self, node, slots);
            }
            Value::Text(Cow::Owned(text)) => {
                if let Ok(json) = serde_json::from_str(text) {
                    self.fill_json(node, &json, slots);
                }
            }
            _ => {}
        }
    }

    /// The first keys of every path: the columns that a table's reader must select.
    pub fn columns(fields: &[Field]) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for field in fields.iter().filter(|field| !field.role.is_body()) {
            let column = field.path.split('.').next().unwrap_or(&field.path);
            if !columns.iter().any(|known| known == column) {
                columns.push(column.to_owned());
            }
        }
        columns
    }
}

/// Why `serde_json` refused, without its "at line 1".
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line").next().unwrap_or(&text);
    match error.column() {
        0 => what.to_owned(),
        column => format!("{what} at byte {column}"),
    }
}

fn owned(value: &Json) -> Value<'static> {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Real(number.as_f64().unwrap_or(f64::NAN)), Value::Int)
        }
        Json::String(text) => Value::Text(Cow::Owned(text.clone())),
        Json::Array(_) | Json::Object(_) => Value::Text(Cow::Owned(value.to_string())),
    }
}

/// A key that was not foreseen: where the node knows it from, if it does.
enum Met {
    Known(usize),
    Unknown,
}

/// How a record is walked: `None` means what it means to a [`Scanner`].
impl<'a> Scanner<'a> {
    fn object(&mut self, plan: &mut Plan, node: usize, slots: &mut Slots<'a>) -> Option<()> {
        // A plan is a tree: nothing below this node needs it meanwhile.
        let mut keys = std::mem::take(&mut plan.nodes[node]);
        let walked = self.members(&mut keys, plan, slots);
        plan.nodes[node] = keys;
        walked
    }

    fn members(&mut self, node: &mut Node, plan: &mut Plan, slots: &mut Slots<'a>) -> Option<()> {
        self.blanks();
        self.eat(b'{')?;
        self.blanks();
        if self.eat(b'}').is_some() {
            return Some(());
        }
        let mut expected = 0;
        loop {
            if let Some(found) = self.foreseen(node, expected) {
                expected = found + 1;
                self.wanted(&node.keys[found], plan, slots)?;
            } else {
                match self.key(node, expected)? {
                    Met::Known(found) => {
                        expected = found + 1;
                        self.wanted(&node.keys[found], plan, slots)?;
                    }
                    Met::Unknown => self.skip()?,
                }
            }
            self.blanks();
            match self.bytes.get(self.at)? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// Passes over the next key if it is one of those that came next the last times.
    #[inline]
    fn foreseen(&mut self, node: &Node, expected: usize) -> Option<usize> {
        let ahead = node.keys.get(expected..)?.iter().take(LEFT_OUT);
        for (further, key) in ahead.enumerate() {
            if key.lead.stands_at(self.bytes, self.at) {
                self.at += key.lead.len();
                return Some(expected + further);
            }
        }
        None
    }

    /// Reads a key that did not come as foreseen, up to its value, and learns it.
    fn key(&mut self, node: &mut Node, expected: usize) -> Option<Met> {
        let start = self.at;
        self.blanks();
        let name = self.plain_string()?;
        self.blanks();
        self.eat(b':')?;
        self.blanks();
        let Some(at) = node.find_and_learn(name, expected) else {
            node.remember(name);
            return Some(Met::Unknown);
        };
        if !node.keys[at].lead.stands_at(self.bytes, start) {
            node.keys[at].lead = Lead::new(&self.bytes[start..self.at]);
        }
        Some(Met::Known(at))
    }

    /// The value of a key the node knows: kept, walked into, or skipped.
    #[inline]
    fn wanted(&mut self, key: &Key, plan: &mut Plan, slots: &mut Slots<'a>) -> Option<()> {
        match (&key.leaves[..], key.below) {
            ([], None) => self.skip(),
            ([(index, role)], None) => {
                let value = self.value()?;
                slots.set(*index, *role, value);
                Some(())
            }
            ([], Some(below)) if self.bytes.get(self.at) == Some(&b'{') => self.object(plan, usize::from(below), slots),
            (leaves, below) => {
                let value = self.value()?;
                if let Some(below) = below {
                    plan.below_value(usize::from(below), &value, slots);
                }
                for (index, role) in leaves {
                    slots.set(*index, *role, value.clone());
                }
                Some(())
            }
        }
    }
}

impl Node {
    /// Where a key is known, tried first where it stood the last time.
    #[inline]
    fn find(&self, name: &[u8], expected: usize) -> Option<usize> {
        if let Some(key) = self.keys.get(expected)
            && *key.name == *name
        {
            return Some(expected);
        }
        (expected + 1..self.keys.len()).chain(0..expected.min(self.keys.len())).find(|at| *self.keys[*at].name == *name)
    }

    /// As [`Self::find`]; a key that comes out of order is put where it came, so that the next record of the same shape
    /// finds every key at once. A few places further on is keys left out, not a new order.
    #[inline]
    fn find_and_learn(&mut self, name: &[u8], expected: usize) -> Option<usize> {
        let at = self.find(name, expected)?;
        if (expected..expected + LEFT_OUT).contains(&at) || expected > self.keys.len() {
            Some(at)
        } else if at > expected {
            self.keys[expected..=at].rotate_right(1);
            Some(expected)
        } else {
            self.keys[at..expected].rotate_left(1);
            Some(expected - 1)
        }
    }

    fn remember(&mut self, name: &[u8]) {
        if self.keys.len() < REMEMBERED {
            self.keys.push(Key::new(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::role::fields;

    fn plan() -> Plan {
        Plan::new(&fields(&[
            (Role::Model, &["model", "details.model_used"]),
            (Role::Input, &["usage.input_tokens", "tokensIn"]),
            (Role::Patterns, &["matchedPatterns"]),
            (Role::Cost, &["cost"]),
            (Role::ErrorMessage, &["error"]),
        ]))
    }

    /// The slots as text, so that a table of cases reads well.
    fn read(record: &str) -> String {
        let mut slots = Slots::new();
        match plan().fill(record.as_bytes(), &mut slots) {
            Ok(()) => [Role::Model, Role::Input, Role::Patterns, Role::Cost, Role::ErrorMessage]
                .map(|role| match slots.get(role) {
                    Value::Missing => "-".to_owned(),
                    Value::Null => "null".to_owned(),
                    Value::Raw(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    value => value.text().unwrap_or_default().into_owned(),
                })
                .join("|"),
            Err(why) => format!("! {why}"),
        }
    }

    #[test]
    fn records_of_every_kind() {
        for (record, slots) in [
            (r#"{"model":"gpt-5","usage":{"input_tokens":12},"cost":0.5}"#, "gpt-5|12|-|0.5|-"),
            (r#" { "model" : "gpt-5" , "usage" : { "x" : [1,{"y":"}"}], "input_tokens" : 12 } } "#, "gpt-5|12|-|-|-"),
            (r#"{"details":{"model_used":"a"},"matchedPatterns":["e","f\"]"]}"#, r#"a|-|["e","f\"]"]|-|-"#),
            (r#"{"details":"{\"model_used\":\"inner\"}"}"#, "inner|-|-|-|-"),
            (r#"{"model":"a","details":{"model_used":"b"}}"#, "a|-|-|-|-"),
            (r#"{"details":{"model_used":"b"},"model":"a"}"#, "a|-|-|-|-"),
            (r#"{"model":null,"details":{"model_used":"b"}}"#, "b|-|-|-|-"),
            (r#"{"tokensIn":"7","tokensIn":8}"#, "-|8|-|-|-"),
            (r#"{"cost":NaN,"error":"a\\\"b\u00e5\n"}"#, "-|-|-|null|a\\\"b\u{e5}\n"),
            (r#"{"body":"ends in a backslash \\","model":"m"}"#, "m|-|-|-|-"),
            (r#"{"mod\u0065l":"escaped key"}"#, "escaped key|-|-|-|-"),
            ("{}", "-|-|-|-|-"),
            ("[1,2]", "! not a JSON object"),
            ("null", "! not a JSON object"),
            (r#"{"x":1,}"#, "! trailing comma at byte 8"),
            (r#"{"model":"a"} {"model":"b"}"#, "! trailing characters at byte 15"),
            (r#"{"model":"a""#, "! EOF while parsing an object at byte 12"),
        ] {
            assert_eq!(read(record), slots, "{record}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!(r#"{{"x":{}1{},"model":"m"}}"#, "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(read(&deep), "m|-|-|-|-");
    }

    #[test]
    fn a_changed_order_of_keys_is_learnt_and_never_wrong() {
        let mut plan = plan();
        let orders = [
            r#"{"z":1,"cost":1,"model":"m","error":"e"}"#,
            r#"{"error":"e","model":"m","q":[],"cost":1}"#,
            r#"{"model":"m","cost":1,"error":"e","z":{}}"#,
        ];
        for round in 0..9 {
            let mut slots = Slots::new();
            plan.fill(orders[round % 3].as_bytes(), &mut slots).unwrap();
            let texts = [Role::Model, Role::Cost, Role::ErrorMessage].map(|role| slots.get(role).text().unwrap());
            assert_eq!(texts, ["m", "1", "e"], "round {round}");
        }
    }

    fn json() -> impl proptest::strategy::Strategy<Value = Json> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::from),
            "\\PC{0,12}|[\\\\\"{}\\[\\],:\n]{0,6}".prop_map(Json::String),
        ];
        let key = prop_oneof![
            Just("model".to_owned()),
            Just("usage".to_owned()),
            Just("input_tokens".to_owned()),
            Just("details".to_owned()),
            Just("model_used".to_owned()),
            Just("cost".to_owned()),
            "\\PC{0,4}",
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
                prop::collection::hash_map(key.clone(), inner, 0..6)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    fn as_text(slots: &Slots<'_>) -> Vec<Option<String>> {
        Role::ALL
            .map(|role| match slots.get(role) {
                Value::Raw(bytes) => serde_json::from_slice::<Json>(bytes).ok().map(|json| json.to_string()),
                value => value.text().map(std::borrow::Cow::into_owned),
            })
            .into()
    }

    proptest::proptest! {
        #[test]
        fn the_quick_reader_agrees_with_the_slow_one(json in json(), pretty in proptest::bool::ANY) {
            let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
            let (mut quick, mut slow) = (Slots::new(), Slots::new());
            let quick_result = plan().fill(text.as_bytes(), &mut quick);
            let slow_result = plan().fill_slowly(text.as_bytes(), &mut slow);
            proptest::prop_assert_eq!(quick_result.is_ok(), slow_result.is_ok());
            if quick_result.is_ok() {
                proptest::prop_assert_eq!(as_text(&quick), as_text(&slow), "{}", text);
            }
        }

        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let mut slots = Slots::new();
            let _ = plan().fill(&bytes, &mut slots);
        }
    }
}
