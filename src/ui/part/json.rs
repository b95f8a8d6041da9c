//! The colours of JSON that is laid out in lines: each line by itself, because no token but a long string spans two.

use crate::ui::theme::Role;

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
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn roles_cover_every_line(line: String, inside: bool) {
            let runs = roles(&line, inside);
            prop_assert_eq!(runs.last().map_or(0, |(end, _)| *end), line.len());
            prop_assert!(runs.iter().all(|(end, _)| line.is_char_boundary(*end)));
        }
    }
}
