//! One walk over a JSON record that fills the slots of the fields a format wants, and skips the rest by its bytes.
//!
//! Logs repeat their shape line after line, so each key of the plan remembers which keys came after it the last times,
//! and with what blanks, and the bytes of the next key are compared with theirs before anything is read. Skipped values are
//! passed over without being understood: strings by their quotes, objects and arrays by their brackets. A record this
//! does not fully understand is given to `serde_json`; only what that refuses too is malformed.

mod bytes;
mod lead;
mod window;

use serde_json::Value as Json;

use super::print::{self, Part};
use super::role::{self, Field, Role};
use super::slots::Slots;
use super::value::Value;
use crate::model::Text;
use bytes::Scanner;
use lead::Lead;

/// The fields of a format as a tree of keys.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    nodes: Vec<Node>,
}

/// The keys of an object, the unwanted ones that were met included.
#[derive(Debug, Clone, Default)]
struct Node {
    keys: Vec<Key>,
}

/// Stands for the brace that the first key follows.
const BRACE: usize = 0;
/// Stands for every unwanted key that there is no room to remember.
const SPARE: usize = 1;

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
    /// How its value counts for the fingerprint of the request.
    print: Option<Part>,
    /// What all come to, in a word.
    wanted: Wanted,
    /// The keys that came after this one, the last first.
    next: [u16; FORESEEN],
}

/// How many keys are tried before the next one is looked for by name: records of one log leave some out.
const FORESEEN: usize = 3;

/// What is to be done with a key's value.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Nothing,
    /// It is one field, and nothing below it is.
    Field(u16, Role),
    /// It is passed over, and makes the fingerprint of the request.
    Print(Part),
    More,
}

impl Key {
    fn new(name: &[u8]) -> Self {
        let lead = Lead::new(&[b"\"", name, b"\":"].concat());
        Self {
            name: name.into(),
            lead,
            leaves: Vec::new(),
            below: None,
            print: None,
            wanted: Wanted::Nothing,
            next: [0; FORESEEN],
        }
    }

    fn decide(&mut self) {
        self.wanted = match (&self.leaves[..], self.below, self.print) {
            ([], None, None) => Wanted::Nothing,
            ([], None, Some(part)) => Wanted::Print(part),
            ([(index, role)], None, None) => Wanted::Field(*index, *role),
            _ => Wanted::More,
        };
    }
}

/// Keys a node remembers.
const REMEMBERED: usize = 256;

impl Plan {
    /// Bodies are left out: they are read on drill-down.
    pub fn new(fields: &[Field]) -> Self {
        let mut plan = Self { nodes: vec![Node::new()] };
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| !field.role.is_body()) {
            plan.at(&field.path).leaves.push((index as u16, field.role));
        }
        plan.decided()
    }

    /// The requests among the fields are passed over too, but leave their fingerprints.
    #[must_use]
    pub fn printing(mut self, fields: &[Field]) -> Self {
        for (path, part) in print::parts(fields) {
            self.at(&path).print = Some(part);
        }
        self.decided()
    }

    fn decided(mut self) -> Self {
        self.nodes.iter_mut().flat_map(|node| &mut node.keys).for_each(Key::decide);
        self
    }

    /// The key that a path ends in.
    fn at(&mut self, path: &str) -> &mut Key {
        let mut node = 0;
        let mut keys = role::keys(path).peekable();
        let mut at = SPARE;
        while let Some(name) = keys.next() {
            at = self.key(node, name);
            if keys.peek().is_some() {
                node = self.below(node, at);
            }
        }
        &mut self.nodes[node].keys[at]
    }

    fn key(&mut self, node: usize, name: &str) -> usize {
        let keys = &mut self.nodes[node].keys;
        let known = (SPARE + 1..keys.len()).find(|at| *keys[*at].name == *name.as_bytes());
        known.unwrap_or_else(|| {
            keys.push(Key::new(name.as_bytes()));
            keys.len() - 1
        })
    }

    fn below(&mut self, node: usize, at: usize) -> usize {
        if let Some(below) = self.nodes[node].keys[at].below {
            return usize::from(below);
        }
        self.nodes.push(Node::new());
        let below = self.nodes.len() - 1;
        self.nodes[node].keys[at].below = Some(below as u16);
        below
    }

    /// Fills the slots from one record, whatever was in them. The error is in plain words.
    pub fn fill<'a>(&mut self, record: &'a [u8], slots: &mut Slots<'a>) -> Result<(), String> {
        slots.clear();
        let mut scanner = Scanner { rest: record };
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
        for key in self.nodes[node].keys.iter().skip(SPARE + 1) {
            let Some(value) = std::str::from_utf8(&key.name).ok().and_then(|name| object.get(name)) else { continue };
            for (index, role) in &key.leaves {
                slots.set(*index, *role, owned(value));
            }
            if let Some(part) = key.print {
                slots.print.add(part, value.to_string().as_bytes());
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
        let Some(at) = self.nodes[0].find(column.as_bytes(), SPARE + 1 + nth) else { return };
        let key = &self.nodes[0].keys[at];
        for (index, role) in &key.leaves {
            slots.set(*index, *role, value.clone());
        }
        if let Some(part) = key.print {
            match value {
                Value::Raw(bytes) => slots.print.add(part, bytes),
                value => slots.print.add(part, value.text().unwrap_or_default().as_bytes()),
            }
        }
        if let Some(below) = key.below {
            self.below_value(usize::from(below), value, slots);
        }
    }

    /// Goes on below a value that may hold more: an object, or JSON inside a text, unescaped as it stands. What it is
    /// not is nobody's business.
    fn below_value<'a>(&mut self, node: usize, value: &Value<'a>, slots: &mut Slots<'a>) {
        match value {
            Value::Raw(bytes) => self.below_bytes(node, bytes, slots),
            Value::Text(text) => match text.borrowed() {
                Some(bytes) => self.below_bytes(node, bytes, slots),
                None => {
                    if let Ok(json) = serde_json::from_slice(text.as_bytes()) {
                        self.fill_json(node, &json, slots);
                    }
                }
            },
            _ => {}
        }
    }

    fn below_bytes<'a>(&mut self, node: usize, bytes: &'a [u8], slots: &mut Slots<'a>) {
        let mut scanner = Scanner { rest: bytes };
        if scanner.object(self, node, slots).is_none()
            && let Ok(json) = serde_json::from_slice(bytes)
        {
            self.fill_json(node, &json, slots);
        }
    }

    /// The first keys of every path: the columns that a table's reader must select.
    pub fn columns(&self) -> Vec<String> {
        let keys = self.nodes[0].keys.iter().skip(SPARE + 1);
        keys.filter_map(|key| String::from_utf8(key.name.to_vec()).ok()).collect()
    }
}

/// Why `serde_json` refused, without its "at line 1".
pub fn plain(error: &serde_json::Error) -> String {
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
        Json::String(text) => Value::Text(Text::from(text.clone())),
        Json::Array(_) | Json::Object(_) => Value::Text(Text::from(value.to_string())),
    }
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
        let mut last = BRACE;
        loop {
            match self.foreseen(node, last) {
                Some(found) => last = found,
                None => last = self.key(node, last)?,
            }
            self.wanted(&node.keys[last], plan, slots)?;
            if self.rest.first().is_some_and(|byte| *byte <= b' ') {
                self.blanks();
            }
            match self.rest.split_first()? {
                (b',', rest) => self.rest = rest,
                (b'}', rest) => {
                    self.rest = rest;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// Passes over the next key if it is one of those that came after the last one before.
    #[inline]
    fn foreseen(&mut self, node: &Node, last: usize) -> Option<usize> {
        let next = &node.keys.get(last)?.next;
        next.iter().map(|next| usize::from(*next)).find(|next| match node.keys[*next].lead.behind(self.rest) {
            Some(rest) => {
                self.rest = rest;
                // Another writer, who puts more blanks there.
                self.blanks();
                true
            }
            None => false,
        })
    }

    /// Reads a key that did not come as foreseen, up to its value, and learns it.
    fn key(&mut self, node: &mut Node, last: usize) -> Option<usize> {
        let lead = self.rest;
        self.blanks();
        let name = self.plain_string()?;
        self.blanks();
        self.eat(b':')?;
        self.blanks();
        let at = node.find(name, last + 1).unwrap_or_else(|| node.remember(name));
        let passed = &lead[..lead.len() - self.rest.len()];
        if !node.keys[at].lead.is(passed) {
            node.keys[at].lead = Lead::new(passed);
        }
        node.follows(last, at);
        Some(at)
    }

    /// The value of a key the node knows: kept, walked into, or skipped.
    #[inline]
    fn wanted(&mut self, key: &Key, plan: &mut Plan, slots: &mut Slots<'a>) -> Option<()> {
        match key.wanted {
            Wanted::Nothing => self.skip(),
            Wanted::Print(part) => {
                let all = self.rest;
                self.skip()?;
                slots.print.add(part, &all[..all.len() - self.rest.len()]);
                Some(())
            }
            Wanted::Field(index, role) => match slots.empty(index, role) {
                Some(place) => self.value_into(place),
                None => {
                    slots.set(index, role, self.value()?);
                    Some(())
                }
            },
            Wanted::More => self.more(key, plan, slots),
        }
    }

    fn more(&mut self, key: &Key, plan: &mut Plan, slots: &mut Slots<'a>) -> Option<()> {
        let all = self.rest;
        self.inside(key, plan, slots)?;
        if let Some(part) = key.print {
            slots.print.add(part, &all[..all.len() - self.rest.len()]);
        }
        Some(())
    }

    fn inside(&mut self, key: &Key, plan: &mut Plan, slots: &mut Slots<'a>) -> Option<()> {
        match key.below {
            Some(below) if key.leaves.is_empty() && self.rest.first() == Some(&b'{') => {
                self.object(plan, usize::from(below), slots)
            }
            below => {
                let value = self.value()?;
                if let Some(below) = below {
                    plan.below_value(usize::from(below), &value, slots);
                }
                for (index, role) in &key.leaves {
                    slots.set(*index, *role, value.clone());
                }
                Some(())
            }
        }
    }
}

impl Node {
    fn new() -> Self {
        Self { keys: vec![Key::new(b""), Key::new(b"")] }
    }

    /// Where a key is known, tried first where it is expected.
    fn find(&self, name: &[u8], expected: usize) -> Option<usize> {
        let is_it = |at: &usize| self.keys.get(*at).is_some_and(|key| *key.name == *name);
        std::iter::once(expected).chain(SPARE + 1..self.keys.len()).find(is_it)
    }

    /// Makes room for an unwanted key. Beyond a number of them a log has keys for names (ids as keys), and remembering
    /// is useless.
    fn remember(&mut self, name: &[u8]) -> usize {
        if self.keys.len() < REMEMBERED {
            self.keys.push(Key::new(name));
            self.keys.len() - 1
        } else {
            SPARE
        }
    }

    fn follows(&mut self, last: usize, at: usize) {
        let next = &mut self.keys[last].next;
        if let Ok(at) = u16::try_from(at) {
            next.rotate_right(1);
            next[0] = at;
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
                    value => value.text().unwrap_or_default().to_str().into_owned(),
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

    /// The slow reader would read it too, at a tenth of the speed.
    #[test]
    fn a_log_with_blanks_is_read_quickly() {
        let mut plan = plan();
        for record in [
            r#"{"x":1,"usage":{"input_tokens":12},"model":"m"}"#,
            r#"{"x": 1, "usage": {"input_tokens": 12}, "model": "m"}"#,
            r#"{"x": 1, "usage": {"input_tokens": 12}, "model": "m"}"#,
            r#"{ "x" : 1 , "usage" : { "input_tokens" : 12 } , "model" : "m" }"#,
            r#"{"x":1,"usage":{"input_tokens":12},"model":"m"}"#,
            r#"{"matchedPatterns":[1767607200,5000000],"tokensIn":12,"model":"gpt-5"}"#,
            r#"{"matchedPatterns":[1767607201,5000000],"tokensIn":12,"model":"gpt-5"}"#,
        ] {
            for _ in 0..3 {
                let mut slots = Slots::new();
                let mut scanner = Scanner { rest: record.as_bytes() };
                assert_eq!(scanner.object(&mut plan, 0, &mut slots), Some(()), "{record}");
                assert_eq!((slots.get(Role::Input), scanner.rest.len()), (&Value::Int(12), 0), "{record}");
            }
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
            assert_eq!(texts, ["m", "1", "e"].map(Text::from), "round {round}");
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
                value => value.text().map(|text| text.to_str().into_owned()),
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
