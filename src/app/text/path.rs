//! Where in a record the line under the cursor stands, as `jq` and most languages write it: `.messages[3].content`.

use super::{Lines, TextKind};

/// The path of a line of JSON; `None` for lines that are none.
pub fn path(lines: &Lines, nth: usize) -> Option<String> {
    let text = |at: usize| lines.get(at).filter(|line| line.kind == TextKind::Data).map(|line| line.text);
    let deep = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let mut at = nth;
    let mut here = text(at)?;
    // A bracket that closes stands for what it closes.
    if here.trim_start().starts_with(['}', ']']) {
        let (of, last) = (deep(here), here);
        at = (0..at).rev().find(|at| text(*at).is_some_and(|text| deep(text) == of && text != last))?;
        here = text(at)?;
    }
    let mut parts = Vec::new();
    loop {
        let level = deep(here);
        let head = (0..at).rev().map_while(|at| Some((at, text(at)?))).find(|(_, text)| deep(text) < level);
        let Some((above, opening)) = head else { break };
        // What goes on from the line above stands further in than any key.
        if !opening.ends_with(['{', '[']) {
            (at, here) = (above, opening);
            continue;
        }
        match key(here.trim_start()) {
            Some(key) => parts.push(key),
            None => {
                let is_item = |text: &str| deep(text) == level && !text.trim_start().starts_with(['}', ']']);
                let before = (above + 1..at).filter(|at| text(*at).is_some_and(is_item)).count();
                parts.push(format!("[{before}]"));
            }
        }
        (at, here) = (above, opening);
    }
    parts.reverse();
    let whole = parts.concat();
    Some(if whole.starts_with('.') { whole } else { format!(".{whole}") })
}

/// `.key` or `["a key"]` of a line that begins with one.
fn key(text: &str) -> Option<String> {
    let mut escaped = false;
    let end = text.strip_prefix('"')?.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let end = end?.0 + 1;
    text[end + 1..].starts_with(':').then_some(())?;
    let name = &text[1..end];
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    Some(if plain { format!(".{name}") } else { format!("[\"{name}\"]") })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::page::{Notes, records};
    use super::*;
    use crate::app::Manner;

    fn paths(value: &Value, width: usize) -> Vec<(String, String)> {
        let lines = records(std::slice::from_ref(value), Notes { instead: None, absent: "" }, width, Manner::default());
        (0..lines.len())
            .map(|nth| (lines.get(nth).unwrap().text.trim().to_owned(), path(&lines, nth).unwrap()))
            .collect()
    }

    #[test]
    fn every_line_of_a_record_has_its_path() {
        let value = json!({"id": "a", "messages": [{"role": "user"}, {"content": [1, 2], "odd key": null}], "z": {}});
        let found = paths(&value, 200);
        let of = |text: &str| found.iter().find(|(line, _)| line.starts_with(text)).map(|(_, path)| path.as_str());
        assert_eq!(of("\"id\""), Some(".id"));
        assert_eq!(of("\"messages\""), Some(".messages"));
        assert_eq!(of("\"role\""), Some(".messages[0].role"));
        assert_eq!(of("\"content\""), Some(".messages[1].content"));
        assert_eq!(of("2"), Some(".messages[1].content[1]"));
        assert_eq!(of("\"odd key\""), Some(".messages[1][\"odd key\"]"));
        assert_eq!(of("\"z\""), Some(".z"));
        assert_eq!(of("{"), Some("."));
    }

    #[test]
    fn a_line_that_goes_on_has_the_path_of_its_beginning() {
        let value = json!({"a": {"text": "many words that do not fit into one line of the pane"}, "b": 1});
        let found = paths(&value, 24);
        assert!(found.iter().filter(|(_, path)| path == ".a.text").count() > 1, "{found:?}");
        assert_eq!(found[found.len() - 2].1, ".b");
    }
}
