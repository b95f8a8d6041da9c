//! A conversation as lines: what [`shape`] knows for one reads as who says what, with the facts beside it in a line, and
//! the rest is shown as the JSON it is.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthChar;

use super::markdown::{self, Rendered};
use super::shape::{self, AROUND, SAID, SEALED, facts, is_error, is_spoken, is_thought, nested, under};
use super::{Lines, Manner, Marked, TextKind, media};
use crate::ingest::event::Other;
use crate::model::{clean, secret};

/// What is written where there is no text.
#[derive(Debug, Clone, Copy)]
pub struct Notes<'a> {
    /// Why there cannot be any yet.
    pub instead: Option<&'a str>,
    pub absent: &'a str,
}

/// The lines of some values, none wider than `width` cells.
pub fn lines<'v>(
    values: impl IntoIterator<Item = &'v Value, IntoIter: Clone>,
    notes: Notes<'_>,
    width: usize,
    manner: Manner,
) -> Lines {
    let values = values.into_iter();
    let mut page = Page::new(width, manner);
    if let Some(note) = notes.instead {
        page.add(TextKind::Note, note, 0);
    } else if values.clone().all(Value::is_null) {
        page.add(TextKind::Note, notes.absent, 0);
    } else {
        values.for_each(|value| page.value(value, 0));
        if page.lines.is_empty() {
            page.add(TextKind::Note, "empty, as it was logged", 0);
        }
    }
    page.lines
}

/// The lines of a request or a response, however wide: for what is no screen.
pub fn section_lines<'v>(values: impl IntoIterator<Item = &'v Value, IntoIter: Clone>, manner: Manner) -> Lines {
    lines(values, Notes { instead: None, absent: "" }, usize::MAX, manner)
}

/// Records as the JSON they are, nothing moved and nothing left out but keys and passwords.
pub fn records(values: &[Value], notes: Notes<'_>, width: usize, manner: Manner) -> Lines {
    if values.is_empty() || notes.instead.is_some() {
        return lines(values, notes, width, manner);
    }
    let mut page = Page::new(width, manner);
    for value in values {
        page.json(value, 0);
    }
    page.lines
}

/// What other records tell, each under the place where it stands.
pub fn others(others: &[Other], width: usize, manner: Manner) -> Lines {
    let mut page = Page::new(width, manner);
    if others.is_empty() {
        page.add(TextKind::Note, "no other record tells of this call", 0);
    }
    for other in others {
        page.heading(&other.place, 0);
        match &other.record {
            Ok(record) => page.json(record, 0),
            Err(why) => page.add(TextKind::Note, why, 0),
        }
    }
    page.lines
}

/// Nesting beyond this is written as JSON: no conversation is so deep, and a hostile one is not followed.
const DEEPEST: usize = 6;

/// Longer words than this are shown as they are: nobody reads a megabyte for its headings.
const RENDERED: usize = 1 << 20;

struct Page {
    lines: Lines,
    width: usize,
    manner: Manner,
    /// Names of tools by the ids of their calls: results have only the id.
    tools: HashMap<String, String>,
}

impl Page {
    fn new(width: usize, manner: Manner) -> Self {
        Self { lines: Lines::default(), width: width.max(8), manner, tools: HashMap::new() }
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Null => {}
            Value::String(text) => match nested(text) {
                Some(inner) => self.data(&inner, depth),
                None => self.words(text, depth),
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
    fn spoken(&mut self, map: &Map<String, Value>, depth: usize) {
        if let Some(words) = media::named(map) {
            return self.add(TextKind::Note, &words, depth);
        }
        if self.tool(map, depth) || self.typed_tool(map, depth) {
            return;
        }
        let word = |key: &str| map.get(key).and_then(Value::as_str);
        let plain = ["text", "message", "input_text", "output_text", "summary_text"];
        let kind = word("type").filter(|kind| !(plain.contains(kind) || *kind == "error" && is_error(map)));
        let kind = if map.get("thought") == Some(&Value::Bool(true)) { Some("thinking") } else { kind };
        // A result in OpenAI's chat has only the id of what asked for it.
        let tool = word("tool_call_id").and_then(|id| self.tools.get(id)).cloned();
        let heading: Vec<&str> = [word("role"), kind, word("name").or(tool.as_deref())].into_iter().flatten().collect();
        if !heading.is_empty() {
            self.heading(&heading.join(" "), depth);
        }
        let inside = depth + usize::from(!heading.is_empty());
        let mut rest = Map::new();
        let mut sealed = false;
        let thought = map.iter().filter(|(key, _)| is_thought(key));
        for (key, value) in thought.chain(map.iter().filter(|(key, _)| !is_thought(key))) {
            match key.as_str() {
                "role" | "type" | "name" | "thought" => {}
                "tool_call_id" if tool.is_some() => {}
                key if SEALED.contains(&key) => sealed |= !value.is_null(),
                "data" if kind == Some("redacted_thinking") => sealed = true,
                "tools" if value.is_array() => self.offered(value, inside),
                "error" if is_error(map) => self.error(value, inside),
                "images" if value.is_array() => self.images(value, inside),
                "thinking" if value.is_string() && kind.is_none() => self.titled("thinking", value, inside),
                key if SAID.contains(&key) => self.value(value, inside),
                key if AROUND.contains(&key) && is_spoken(value) => self.value(value, inside),
                _ if value.is_null() || value.as_array().is_some_and(Vec::is_empty) => {}
                "index" if value == 0 => {}
                key => match under(key).filter(|_| is_spoken(value) || value.is_array()) {
                    Some(title) => self.titled(title, value, inside),
                    None => drop(rest.insert(key.to_owned(), value.clone())),
                },
            }
        }
        let (facts, rest) = facts(rest);
        if !facts.is_empty() {
            if inside == 0 {
                self.gap();
            }
            self.add(TextKind::Note, &facts, inside);
        }
        if !rest.is_empty() {
            self.data(&Value::Object(rest), inside);
        }
        if sealed && self.lines.last().is_some_and(|line| line.kind == TextKind::Heading) {
            self.add(TextKind::Note, "sealed: only its provider can read it", depth + 1);
        }
    }

    /// Words under a heading of their own.
    fn titled(&mut self, title: &str, value: &Value, depth: usize) {
        if value.as_str() != Some("") {
            self.heading(title, depth);
            self.value(value, depth + 1);
        }
    }

    /// What went wrong: its kind, what the provider says, and what else is told of it.
    fn error(&mut self, error: &Value, depth: usize) {
        let mut facts = error.as_object().cloned().unwrap_or_default();
        let kind = ["code", "type", "status"].iter().find_map(|key| Some(error.get(*key)?.as_str()?.to_owned()));
        facts.retain(|key, value| key != "message" && value.as_str() != kind.as_deref());
        self.heading(format!("error {}", kind.unwrap_or_default()).trim_end(), depth);
        self.value(&error["message"], depth + 1);
        if !facts.is_empty() {
            let (line, rest) = shape::facts(facts);
            self.add(TextKind::Note, &line, depth + 1);
            if !rest.is_empty() {
                self.data(&Value::Object(rest), depth + 1);
            }
        }
    }

    /// Pictures as Ollama is given them.
    fn images(&mut self, images: &Value, depth: usize) {
        for image in images.as_array().into_iter().flatten().filter_map(Value::as_str) {
            self.add(TextKind::Note, &format!("[image, {}]", media::bytes(media::decoded(image))), depth);
        }
    }

    /// The call of a tool, or what it answered, as OpenAI's chat and Gemini write them; whether it was one.
    fn tool(&mut self, map: &Map<String, Value>, depth: usize) -> bool {
        let function = map.get("function").filter(|function| function["name"].is_string());
        // A function that is offered to the model is none that it calls.
        let called = function.filter(|function| !function["arguments"].is_null());
        let named = [
            ("tool_call", called),
            ("tool_call", map.get("functionCall")),
            ("tool_result", map.get("functionResponse")),
        ];
        let Some((kind, call)) = named.into_iter().find_map(|(kind, call)| Some((kind, call?))) else { return false };
        let name = call["name"].as_str().unwrap_or_default().to_owned();
        if let Some(id) = map.get("id").and_then(Value::as_str) {
            self.tools.insert(id.to_owned(), name.clone());
        }
        self.heading(&format!("{kind} {name}"), depth);
        for key in ["arguments", "args", "response"] {
            self.value(&call[key], depth + 1);
        }
        true
    }

    /// The same where `type` says so, as Anthropic and OpenAI's responses do.
    fn typed_tool(&mut self, map: &Map<String, Value>, depth: usize) -> bool {
        let text = |key: &str| map.get(key).and_then(Value::as_str);
        let kind = text("type").unwrap_or_default();
        let (name, said) = match kind {
            "tool_use" | "server_tool_use" | "function_call" => {
                let name = text("name").unwrap_or_default();
                for id in ["id", "call_id"].into_iter().filter_map(text) {
                    self.tools.insert(id.to_owned(), name.to_owned());
                }
                (name.to_owned(), ["input", "arguments"])
            }
            "tool_result" | "function_call_output" => {
                let id = text("tool_use_id").or_else(|| text("call_id")).unwrap_or_default();
                (self.tools.get(id).cloned().unwrap_or_else(|| id.to_owned()), ["content", "output"])
            }
            _ => return false,
        };
        let failed = if map.get("is_error") == Some(&Value::Bool(true)) { "  error" } else { "" };
        self.heading(format!("{kind} {name}{failed}").trim_end(), depth);
        for value in said.into_iter().filter_map(|key| map.get(key)) {
            match value {
                Value::Object(_) => self.data(value, depth + 1),
                _ => self.value(value, depth + 1),
            }
        }
        true
    }

    /// Tools that the model may call: their names, and all about them to unfold.
    fn offered(&mut self, tools: &Value, depth: usize) {
        let name =
            |tool: &Value| tool["name"].as_str().or_else(|| tool["function"]["name"].as_str()).map(str::to_owned);
        // Gemini's are lists of functions.
        let each = |tool: &Value| match tool["functionDeclarations"].as_array() {
            Some(functions) => functions.iter().filter_map(name).collect(),
            None => name(tool).into_iter().collect::<Vec<_>>(),
        };
        let names: Vec<String> = tools.as_array().into_iter().flatten().flat_map(each).collect();
        if names.is_empty() {
            return self.data(tools, depth);
        }
        self.heading(&format!("tools  {}", names.join(", ")), depth);
        self.data(tools, depth + 1);
    }

    fn heading(&mut self, text: &str, depth: usize) {
        self.gap();
        self.add(TextKind::Heading, text, depth);
    }

    /// JSON inside a conversation: what is packed in it is named and not spelled out.
    fn data(&mut self, value: &Value, depth: usize) {
        self.json(unpacked(value).as_ref().unwrap_or(value), depth);
    }

    fn json(&mut self, value: &Value, depth: usize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.add(TextKind::Data, &text, depth);
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.kind != TextKind::Heading && !line.text.is_empty()) {
            self.lines.push(TextKind::Words, 0, "");
        }
    }

    /// What somebody says.
    fn words(&mut self, text: &str, depth: usize) {
        let text = self.open(text);
        if !self.manner.rendered || text.len() > RENDERED || !markdown::is_likely(&text) {
            return self.lay(TextKind::Words, &text, depth);
        }
        for Rendered { kind, indent, hanging, text, marks } in markdown::render(&text) {
            let indent = ((depth * 2) + indent).min(self.width / 2);
            self.pieces(kind, [indent, (indent + hanging).min(self.width / 2)], &text, &marks);
        }
    }

    fn add(&mut self, kind: TextKind, text: &str, depth: usize) {
        let text = self.open(text);
        self.lay(kind, &text, depth);
    }

    /// Without keys and passwords, and with nothing that a terminal would obey.
    fn open<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match if self.manner.secrets { Cow::Borrowed(text) } else { secret::hide(text) } {
            Cow::Borrowed(text) => clean::block(text),
            Cow::Owned(text) => Cow::Owned(clean::block(&text).into_owned()),
        }
    }

    fn lay(&mut self, kind: TextKind, text: &str, depth: usize) {
        let indent = (depth * 2).min(self.width / 2);
        for line in text.lines() {
            let line = if line.contains('\t') { line.replace('\t', "    ").into() } else { Cow::Borrowed(line) };
            // What goes on with a value stands further in than its key.
            let deep = if kind == TextKind::Data { line.len() - line.trim_start_matches(' ').len() + 2 } else { 0 };
            self.pieces(kind, [indent, (indent + deep).min(self.width / 2)], &line, &[]);
        }
    }

    /// One line in as many as it takes; the first and the others may stand differently far in.
    fn pieces(&mut self, kind: TextKind, [first, others]: [usize; 2], line: &str, marks: &[Marked]) {
        let mut at = 0;
        for piece in wrap(line, self.width - first.max(others)) {
            let indent = if line.is_empty() {
                0
            } else if at == 0 {
                first
            } else {
                others
            };
            if at == 0 {
                self.lines.push(kind, indent, piece);
            } else {
                self.lines.carry(kind, indent, piece);
            }
            for (range, mark) in marks {
                let (start, end) = (range.start.max(at), range.end.min(at + piece.len()));
                if start < end {
                    self.lines.mark(piece.len(), start - at..end - at, *mark);
                }
            }
            at += piece.len();
        }
    }
}

/// The value with what is packed in it named by its size, and what is JSON in a text opened; `None` where nothing is.
fn unpacked(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if media::is_packed(text) => {
            Some(Value::String(format!("[packed, {}]", media::bytes(text.len() * 3 / 4))))
        }
        // What is written as JSON inside of JSON reads as what it is.
        Value::String(text) => nested(text).map(|inner| unpacked(&inner).unwrap_or(inner)),
        Value::Array(items) if items.iter().any(|item| unpacked(item).is_some()) => {
            Some(items.iter().map(|item| unpacked(item).unwrap_or_else(|| item.clone())).collect())
        }
        Value::Object(map) if map.values().any(|item| unpacked(item).is_some()) => {
            let pair = |(key, item): (&String, &Value)| (key.clone(), unpacked(item).unwrap_or_else(|| item.clone()));
            Some(Value::Object(map.iter().map(pair).collect()))
        }
        _ => None,
    }
}

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
        // Nobody looks for a lone comma in a line of its own.
        if blank.is_none() && rest.len() - at <= 2 && at > 16 {
            at = rest.floor_char_boundary(at - 8);
        }
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
        lines([value], Notes { instead: None, absent: "nothing" }, width, Manner { rendered: true, secrets: false })
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
                "      \"id\": 3",
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
        assert_eq!(page(&codex, 60), ["reasoning", "  Left."]);
    }

    #[test]
    fn tools_are_named_with_what_they_are_asked_and_what_they_answer() {
        let openai = json!({"messages": [
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"id\": 3}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "gone"},
        ], "tools": [{"type": "function", "function": {"name": "find", "parameters": {}}}]});
        let lines = page(&openai, 60);
        let head = ["assistant", "  tool_call find", "    {", "      \"id\": 3", "    }", "", "tool find"];
        assert_eq!(lines[..7], head);
        assert!(lines.contains(&"tools  find".to_owned()), "{lines:?}");
        let anthropic = json!([
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "find", "input": {"id": 3}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": true, "content": "no"}]},
        ]);
        assert!(page(&anthropic, 60).contains(&"  tool_result find  error".to_owned()));
        let gemini = json!([{"role": "model", "parts": [{"functionCall": {"name": "find", "args": {"id": 3}}}]}]);
        assert_eq!(page(&gemini, 60)[1], "  tool_call find");
    }

    #[test]
    fn a_key_is_never_laid_out_however_narrow_the_pane() {
        let key = "sk-ant-api03-aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xY";
        let value = json!({"messages": [{"role": "user", "content": format!("my key is {key}, use it")}], "key": key});
        for width in [9, 20, 200] {
            let text = page(&value, width).concat().replace(' ', "");
            assert!(!text.contains("N4pQ6r") && text.contains("sk-ant-"), "{text}");
        }
        let shown = lines([&value], Notes { instead: None, absent: "" }, 200, Manner { rendered: true, secrets: true });
        assert!(shown.iter().any(|line| line.text.contains(key)));
    }

    #[test]
    fn what_is_packed_is_named_in_a_conversation_and_kept_in_the_record() {
        let packed = "A".repeat(4_000);
        let value = json!({"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": packed}}]});
        assert_eq!(page(&value, 60), ["user", "  [image png, 3 kB]"]);
        let whole = records(&[value], Notes { instead: None, absent: "" }, 60, Manner::default());
        assert!(whole.len() > 60);
    }

    #[test]
    fn an_answer_in_markdown_is_rendered_or_left_as_it_was_written() {
        let value = json!({"role": "assistant", "content": "Do **this**:\n\n- one long item that goes on\n- two"});
        let shown = lines([&value], Notes { instead: None, absent: "" }, 20, Manner { rendered: true, secrets: false });
        let text: Vec<&str> = shown.iter().map(|line| line.text).collect();
        assert_eq!(text, ["assistant", "  Do this:", "", "  • one long item ", "    that goes on", "  • two"]);
        assert_eq!(shown.marks(1).collect::<Vec<_>>(), [(5..9, super::super::Mark::Strong)]);
        assert_eq!(section_lines([&value], Manner::default()).get(1).unwrap().text, "  Do **this**:");
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
        let inside = json!({"sent": [{"arguments": "{\"a\": 1}"}]});
        assert_eq!(page(&inside, 40)[2..5], ["    {", "      \"arguments\": {", "        \"a\": 1"]);
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
