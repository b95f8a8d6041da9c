//! A call's request, response and record as lines of text, cut to the width they are shown in.
//!
//! Providers differ in how they write a conversation, but agree on a few words: a `role` says who speaks, `content`
//! and `text` hold what is said. What has them is shown as a conversation, the rest as the JSON it is.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use unicode_width::UnicodeWidthChar;

use super::Pane;
use crate::ingest::event::{Other, Transcript};
use crate::model::clean;

/// What a line is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Who speaks: `system`, `user`, `assistant`, `tool_use lookup_order`.
    Heading,
    /// Words of a prompt or an answer.
    Words,
    /// JSON.
    Data,
    /// Ours: nothing logged, reading, why it failed.
    Note,
}

/// A line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLine<'t> {
    pub kind: TextKind,
    /// Control characters are spelled out; no wider than the pane.
    pub text: &'t str,
}

/// Lines of text in one piece: an answer of 20 MB has half a million of them, and as many strings would be slow to
/// drop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    text: String,
    /// Where each line ends, and what it is.
    ends: Vec<(usize, TextKind)>,
}

/// What panes have that are no text.
static NONE: Lines = Lines { text: String::new(), ends: Vec::new() };

impl Lines {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, nth: usize) -> Option<TextLine<'_>> {
        let (end, kind) = *self.ends.get(nth)?;
        let start = nth.checked_sub(1).map_or(0, |before| self.ends[before].0);
        Some(TextLine { kind, text: &self.text[start..end] })
    }

    pub fn iter(&self) -> impl Iterator<Item = TextLine<'_>> {
        (0..self.len()).filter_map(|nth| self.get(nth))
    }

    fn push(&mut self, kind: TextKind, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.ends.push((self.text.len(), kind));
    }

    fn last(&self) -> Option<TextLine<'_>> {
        self.get(self.len().checked_sub(1)?)
    }
}

/// How many sections of text a call has.
pub const SECTIONS: usize = 4;

/// Request, response, record and what other records tell, in this order.
pub type Sections = Arc<[Lines; SECTIONS]>;

/// The text of the call that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallText {
    pub row: u32,
    pub(super) made: bool,
    /// Cells that lines were cut to, by section.
    pub(super) widths: [usize; SECTIONS],
    pub sections: Sections,
}

impl CallText {
    /// Cuts a record into lines. Takes about a second for 20 MB: see [`is_long`].
    pub fn lay(row: u32, transcript: &Transcript, widths: [usize; SECTIONS]) -> Self {
        let note = |absent| Notes { instead: None, absent };
        let sections = [
            lines(transcript.request.as_slice(), note("this log keeps no request"), widths[0]),
            lines(transcript.response.as_slice(), note("this log keeps no response"), widths[1]),
            records(&transcript.raw, note("nothing was read"), widths[2]),
            others(&transcript.others, widths[3]),
        ];
        Self { row, made: true, widths, sections: Arc::new(sections) }
    }

    /// The same words in every section: why there is nothing else.
    pub(super) fn note(row: u32, words: &str, widths: [usize; SECTIONS], made: bool) -> Self {
        let notes = Notes { instead: Some(words), absent: "" };
        Self { row, made, widths, sections: Arc::new(widths.map(|width| lines(&[], notes, width))) }
    }

    /// Empty for panes that are no text of the call.
    pub fn lines(&self, pane: Pane) -> &Lines {
        match pane {
            Pane::Request => &self.sections[0],
            Pane::Response => &self.sections[1],
            Pane::Raw => &self.sections[2],
            Pane::Twins => &self.sections[3],
            _ => &NONE,
        }
    }
}

/// Whether some values have more text than can be looked through between two frames. Looks no further than that.
pub fn is_long(values: &[Value], most: usize) -> bool {
    fn spend(value: &Value, left: &mut usize) -> bool {
        let size = match value {
            Value::String(text) => text.len(),
            _ => 4,
        };
        let Some(rest) = left.checked_sub(size) else { return true };
        *left = rest;
        match value {
            Value::Array(items) => items.iter().any(|item| spend(item, left)),
            Value::Object(map) => map.iter().any(|(key, value)| {
                *left = left.saturating_sub(key.len());
                spend(value, left)
            }),
            _ => false,
        }
    }
    let mut left = most;
    values.iter().any(|value| spend(value, &mut left))
}

/// What is written where there is no text.
#[derive(Debug, Clone, Copy)]
pub struct Notes<'a> {
    /// Why there cannot be any yet.
    pub instead: Option<&'a str>,
    pub absent: &'a str,
}

/// The lines of some values, none wider than `width` cells.
pub fn lines(values: &[Value], notes: Notes<'_>, width: usize) -> Lines {
    let mut page = Page { lines: Lines::default(), width: width.max(8) };
    if let Some(note) = notes.instead {
        page.add(TextKind::Note, note, 0);
    } else if values.iter().all(Value::is_null) {
        page.add(TextKind::Note, notes.absent, 0);
    }
    if notes.instead.is_none() {
        for value in values {
            page.value(value, 0);
        }
    }
    page.lines
}

/// The lines of a request or a response, however wide: for output that is no screen.
pub fn whole_lines(value: &Value) -> Lines {
    lines(std::slice::from_ref(value), Notes { instead: None, absent: "" }, usize::MAX)
}

/// Records as the JSON they are, nothing moved and nothing left out.
fn records(values: &[Value], notes: Notes<'_>, width: usize) -> Lines {
    if values.is_empty() || notes.instead.is_some() {
        return lines(values, notes, width);
    }
    let mut page = Page { lines: Lines::default(), width: width.max(8) };
    for value in values {
        page.data(value, 0);
    }
    page.lines
}

/// What other records tell, each under the place where it stands.
fn others(others: &[Other], width: usize) -> Lines {
    let mut page = Page { lines: Lines::default(), width: width.max(8) };
    if others.is_empty() {
        page.add(TextKind::Note, "no other record tells of this call", 0);
    }
    for other in others {
        page.gap();
        page.add(TextKind::Heading, &other.place, 0);
        match &other.record {
            Ok(record) => page.data(record, 0),
            Err(why) => page.add(TextKind::Note, why, 0),
        }
    }
    page.lines
}

/// Nesting beyond this is written as JSON: no conversation is so deep, and a hostile one is not followed.
const DEEPEST: usize = 6;

struct Page {
    lines: Lines,
    width: usize,
}

impl Page {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Null => {}
            Value::String(text) => match nested(text) {
                Some(inner) => self.data(&inner, depth),
                None => self.add(TextKind::Words, text, depth),
            },
            Value::Array(items) if depth < DEEPEST && items.iter().all(is_spoken) => {
                for item in items {
                    self.value(item, depth);
                }
            }
            Value::Object(map) if depth < DEEPEST && is_spoken(value) => self.spoken(map, depth),
            other => self.data(other, depth),
        }
    }

    /// Somebody says something, or a part of it: `{"role": …, "content": …}`, `{"type": "text", "text": …}`.
    fn spoken(&mut self, map: &serde_json::Map<String, Value>, depth: usize) {
        let word = |key: &str| map.get(key).and_then(Value::as_str);
        let kind = word("type").filter(|kind| !matches!(*kind, "text" | "message" | "input_text" | "output_text"));
        let heading: Vec<&str> = [word("role"), kind, word("name")].into_iter().flatten().collect();
        if !heading.is_empty() {
            self.gap();
            self.add(TextKind::Heading, &heading.join(" "), depth);
        }
        let mut rest = serde_json::Map::new();
        let mut sealed = false;
        for (key, value) in map {
            match key.as_str() {
                "role" | "type" | "name" => {}
                key if SEALED.contains(&key) => sealed |= !value.is_null(),
                "data" if kind == Some("redacted_thinking") => sealed = true,
                key if SAID.contains(&key) => self.value(value, depth + usize::from(!heading.is_empty())),
                _ if value.is_null() => {}
                _ => {
                    rest.insert(key.clone(), value.clone());
                }
            }
        }
        if !rest.is_empty() {
            self.data(&Value::Object(rest), depth + usize::from(!heading.is_empty()));
        }
        if sealed && self.lines.last().is_some_and(|line| line.kind == TextKind::Heading) {
            self.add(TextKind::Note, "sealed: only its provider can read it", depth + 1);
        }
    }

    fn data(&mut self, value: &Value, depth: usize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.add(TextKind::Data, &text, depth);
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.kind != TextKind::Heading && !line.text.is_empty()) {
            self.lines.push(TextKind::Words, 0, "");
        }
    }

    fn add(&mut self, kind: TextKind, text: &str, depth: usize) {
        let indent = (depth * 2).min(self.width / 2);
        for line in clean::block(text).lines() {
            let line = if line.contains('\t') { line.replace('\t', "    ").into() } else { Cow::Borrowed(line) };
            for piece in wrap(&line, self.width - indent) {
                self.lines.push(kind, indent, piece);
            }
        }
    }
}

/// The JSON that some logs write as a text.
fn nested(text: &str) -> Option<Value> {
    let text = text.trim();
    let closed = (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'));
    if closed { serde_json::from_str(text).ok() } else { None }
}

/// What holds words rather than facts about them.
const SAID: [&str; 11] =
    ["messages", "content", "text", "thinking", "summary", "system", "prompt", "parts", "choices", "message", "output"];

/// What providers add to what a model thought, for themselves to read: the raw record has it.
const SEALED: [&str; 3] = ["signature", "thoughtSignature", "encrypted_content"];

fn is_spoken(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Object(map) => {
            let is_known = |key: &String| SAID.contains(&key.as_str()) || ABOUT.contains(&key.as_str());
            let says = SAID.iter().any(|key| map.contains_key(*key));
            map.contains_key("role") || map.contains_key("type") || says && map.keys().all(is_known)
        }
        _ => false,
    }
}

/// What stands beside words: with any other key an object is data that happens to have a text.
const ABOUT: [&str; 16] = [
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
];

/// Pieces of a line no wider than `width`, broken after a blank where there is one in the last half.
fn wrap(line: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    loop {
        let mut cells = 0;
        let mut blank = None;
        let over = rest.char_indices().find(|(at, c)| {
            cells += c.width().unwrap_or(0);
            if *c == ' ' && cells > width / 2 && cells <= width {
                blank = Some(at + 1);
            }
            cells > width
        });
        let Some((at, c)) = over else {
            pieces.push(rest);
            return pieces;
        };
        // A character wider than the whole pane still goes somewhere.
        let mut at = blank.unwrap_or(if at == 0 { c.len_utf8() } else { at });
        // An escape of JSON stays in one piece.
        let bars = rest[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if bars % 2 == 1 && at > 1 {
            at -= 1;
        }
        pieces.push(&rest[..at]);
        rest = &rest[at..];
        if rest.is_empty() {
            return pieces;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use unicode_width::UnicodeWidthStr;

    fn page(value: &Value, width: usize) -> Vec<String> {
        lines(std::slice::from_ref(value), Notes { instead: None, absent: "nothing" }, width)
            .iter()
            .map(|line| line.text.to_owned())
            .collect()
    }

    #[test]
    fn a_conversation_reads_as_one() {
        let request = json!({"messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Where is\nit?"}]},
            {"role": "assistant", "content": [{"type": "tool_use", "name": "find", "input": {"id": 3}}]},
        ]});
        assert_eq!(
            page(&request, 40),
            [
                "system",
                "  Be brief.",
                "",
                "user",
                "  Where is",
                "  it?",
                "",
                "assistant",
                "  tool_use find",
                "    {",
                "      \"input\": {",
                "        \"id\": 3",
                "      }",
                "    }"
            ]
        );
    }

    #[test]
    fn what_a_model_thought_reads_as_words_without_its_seal() {
        let answer = json!([{"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Left\nor right?", "signature": "EqQBCg"},
            {"type": "redacted_thinking", "data": "EqQBCh"},
            {"type": "text", "text": "Left."},
        ]}]);
        let thought = ["assistant", "  thinking", "    Left", "    or right?", ""];
        let sealed = ["  redacted_thinking", "    sealed: only its provider can read it", "  Left."];
        assert_eq!(page(&answer, 60), [&thought[..], &sealed].concat());
        let codex = json!([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Left."}],
                            "content": null, "encrypted_content": "gAAA"}]);
        assert_eq!(page(&codex, 60), ["reasoning", "  summary_text", "    Left."]);
    }

    #[test]
    fn no_line_is_wider_than_the_pane_and_nothing_is_lost() {
        let text = "one two three 日本語日本語日本語 a\u{1b}[2J very-long-word-without-any-blank";
        let lines = page(&json!(text), 12);
        assert!(lines.iter().all(|line| line.width() <= 12), "{lines:?}");
        assert!(lines.concat().contains("日本語日本語日本語"));
        assert!(!lines.concat().contains('\u{1b}'));
    }

    #[test]
    fn json_that_is_logged_as_a_text_reads_as_json() {
        assert_eq!(page(&json!("{\"a\": [1]}"), 20), ["{", "  \"a\": [", "    1", "  ]", "}"]);
        assert_eq!(page(&json!("[see below]"), 20), ["[see below]"]);
    }

    #[test]
    fn an_escape_is_never_torn() {
        assert_eq!(wrap(r#"abc\"def\\ghi"#, 4), ["abc", r#"\"de"#, r"f\\g", "hi"]);
        assert_eq!(wrap(r"\\\\", 1), [r"\"; 4]);
    }

    #[test]
    fn nothing_logged_is_said_so() {
        assert_eq!(page(&Value::Null, 20), ["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn wrapping_keeps_every_character(text in "\\PC{0,80}", width in 1_usize..20) {
            proptest::prop_assert_eq!(wrap(&text, width).concat(), text);
        }
    }
}
