//! JSON laid out for reading: one pass over the bytes, no tree, numbers and strings as they were written.
//!
//! A tree of a 20 MB answer would cost ten times its size and give nothing: the text is only shown. Each line of the
//! result can be coloured by itself, because no token spans two.

use serde::de::IgnoredAny;

use crate::ui::theme::Role;

const INDENT: usize = 2;
/// Beyond this depth lines start no further right: nesting is data, and a hostile log could nest a million deep.
const DEEPEST: usize = 20;
/// A list of plain values that is not longer stays on one line.
const SHORT: usize = 72;

/// An object or a list on lines of its own; `None` for all other text, valid JSON or not.
pub fn pretty(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    Printer { bytes: text.as_bytes(), at: 0, out: Vec::with_capacity(text.len() * 3 / 2), depth: 0, inline: false }
        .print()
}

/// Lays out what is known to be valid.
struct Printer<'t> {
    bytes: &'t [u8],
    at: usize,
    out: Vec<u8>,
    depth: usize,
    /// Inside a short list.
    inline: bool,
}

impl Printer<'_> {
    fn print(mut self) -> Option<String> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'"' => self.copy(string_end(self.bytes, self.at)),
                b'{' | b'[' => self.open(),
                b'}' | b']' => self.close(byte),
                b',' => {
                    self.put(b",");
                    if self.inline { self.out.push(b' ') } else { self.new_line() }
                }
                b':' => self.put(b": "),
                _ => self.copy(scalar_end(self.bytes, self.at)),
            }
        }
        // Whole strings and ASCII were copied, so this cannot fail.
        String::from_utf8(self.out).ok()
    }

    fn copy(&mut self, end: usize) {
        self.out.extend_from_slice(&self.bytes[self.at..end]);
        self.at = end;
    }

    /// Writes what stands for the one byte at hand.
    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.at += 1;
    }

    fn open(&mut self) {
        let opening = self.bytes[self.at];
        self.put(&[opening]);
        let rest = &self.bytes[self.at..];
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if matches!(rest.get(blanks), Some(b'}' | b']')) {
            self.at += blanks;
            self.put(if opening == b'{' { b"}" } else { b"]" });
        } else if opening == b'[' && is_short(rest) {
            self.inline = true;
        } else {
            self.depth += 1;
            self.new_line();
        }
    }

    fn close(&mut self, closing: u8) {
        if self.inline {
            self.inline = false;
        } else {
            self.depth = self.depth.saturating_sub(1);
            self.new_line();
        }
        self.put(&[closing]);
    }

    fn new_line(&mut self) {
        self.out.push(b'\n');
        self.out.resize(self.out.len() + INDENT * self.depth.min(DEEPEST), b' ');
    }
}

/// After the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(found) = bytes.get(end..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        end += found + 1;
        if bytes[end - 1] == b'"' {
            return end;
        }
        end += 1;
    }
    bytes.len()
}

/// After a number or a literal.
fn scalar_end(bytes: &[u8], at: usize) -> usize {
    let is_more = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    at + bytes[at..].iter().take_while(|byte| is_more(byte)).count().max(1)
}

/// Whether a list that has just been opened closes soon and holds plain values only.
fn is_short(rest: &[u8]) -> bool {
    let mut at = 0;
    while at < rest.len().min(SHORT) {
        match rest[at] {
            b']' => return true,
            b'{' | b'[' => return false,
            b'"' => at = string_end(&rest[..rest.len().min(SHORT)], at),
            _ => at += 1,
        }
    }
    false
}

/// The roles of one line of laid out JSON, each up to the byte where it ends. `inside` is for a line that goes on with
/// a long string.
pub fn roles(line: &str, inside: bool) -> Vec<(usize, Role)> {
    let bytes = line.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    if inside {
        // As if a quote stood before the first byte.
        at = rest_of_string(bytes);
        runs.push((at, Role::Text));
    }
    while at < bytes.len() {
        let (end, role) = match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                (end, if bytes.get(end) == Some(&b':') { Role::Link } else { Role::Text })
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => (scalar_end(bytes, at), Role::Strong),
            _ => (at + 1, Role::Muted),
        };
        match runs.last_mut() {
            Some((last, known)) if *known == role => *last = end,
            _ => runs.push((end, role)),
        }
        at = end;
    }
    runs
}

fn rest_of_string(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(found) = bytes.get(end..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        end += found + 1;
        if bytes[end - 1] == b'"' {
            return end;
        }
        end += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn objects_take_lines_and_short_lists_do_not() {
        let text = r#" {"a":1.50,"b":["error", "fix" ],"c":{},"d":[ ],"e":[{"x":null}],"f":"say \"hi\", {you}"} "#;
        let shown = r#"{
  "a": 1.50,
  "b": ["error", "fix"],
  "c": {},
  "d": [],
  "e": [
    {
      "x": null
    }
  ],
  "f": "say \"hi\", {you}"
}"#;
        assert_eq!(pretty(text).unwrap(), shown);
    }

    #[test]
    fn a_long_list_takes_a_line_each() {
        let list: Vec<u32> = (1000..1020).collect();
        let shown = pretty(&serde_json::to_string(&list).unwrap()).unwrap();
        assert_eq!(shown.lines().count(), 22);
        let quoted = format!("[\"{}\"]", "x]".repeat(60));
        assert_eq!(pretty(&quoted).unwrap().lines().count(), 3);
    }

    #[test]
    fn what_is_no_object_and_no_list_is_left_alone() {
        for text in ["", "hello", "42", "\"text\"", "{\"a\":", "{\"a\":1} {\"b\":2}", "[1,]", "{a:1}"] {
            assert_eq!(pretty(text), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_does_not_grow_without_bound() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let shown = pretty(&deep).unwrap();
        assert!(shown.lines().all(|line| line.len() <= INDENT * DEEPEST + 2));
        let hostile = "[".repeat(1_000_000);
        assert_eq!(pretty(&hostile), None);
    }

    #[test]
    fn keys_strings_and_numbers_have_roles() {
        let of = |line: &str, inside| {
            let mut start = 0;
            let mut parts = Vec::new();
            for (end, role) in roles(line, inside) {
                parts.push((line[start..end].to_owned(), role));
                start = end;
            }
            parts
        };
        let part = |text: &str, role| (text.to_owned(), role);
        assert_eq!(
            of(r#"  "cost": -1.5e3,"#, false),
            [
                part("  ", Role::Muted),
                part(r#""cost""#, Role::Link),
                part(": ", Role::Muted),
                part("-1.5e3", Role::Strong),
                part(",", Role::Muted),
            ]
        );
        assert_eq!(of(r#"  "say": "a \"b\"","#, false)[3], part(r#""a \"b\"""#, Role::Text));
        assert_eq!(
            of(r#"end of \" it", true"#, true),
            [part(r#"end of \" it""#, Role::Text), part(", ", Role::Muted), part("true", Role::Strong),]
        );
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,6}", inner), 0..6)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_layout_says_the_same(value in prop::collection::vec(value(), 0..4).prop_map(Value::from)) {
            let shown = pretty(&value.to_string()).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
        }

        #[test]
        fn roles_cover_every_line(line: String, inside: bool) {
            let runs = roles(&line, inside);
            prop_assert_eq!(runs.last().map_or(0, |(end, _)| *end), line.len());
            prop_assert!(runs.iter().all(|(end, _)| line.is_char_boundary(*end)));
        }
    }
}
