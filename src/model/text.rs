//! Small questions about text: is it in there, and which name was meant.

use std::fmt::Write;
use std::ops::Range;

/// Whether `needle`, which is in lower case, is a part of `text` in any case.
pub fn contains(text: &str, needle: &str) -> bool {
    if needle.is_empty() {
        return true;
    }
    if !text.is_ascii() {
        return text.to_lowercase().contains(needle);
    }
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    text.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}

/// Every place where `needle` stands, ASCII letters in either case, from the left, none overlapping another. An empty
/// needle is nowhere.
pub fn matches(text: &str, needle: &str) -> impl Iterator<Item = Range<usize>> {
    let (bytes, needle) = (text.as_bytes(), needle.as_bytes());
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = needle.first()?;
        let stands = |at: &usize| {
            let part = bytes.get(from + at..from + at + needle.len());
            part.is_some_and(|part| part.eq_ignore_ascii_case(needle))
        };
        let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        let at = memchr::memchr2_iter(lower, upper, &bytes[from..]).find(stands)? + from;
        from = at + needle.len();
        Some(at..from)
    })
}

/// The name that takes the fewest edits to reach.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> &'n str {
    names.min_by_key(|name| edits(word, name)).unwrap_or("")
}

/// Whether one is likely a slip for the other: a third of the letters at most.
pub fn is_near(word: &str, name: &str) -> bool {
    edits(word, name) * 3 <= word.chars().count()
}

/// How many letters must be added, taken away or changed to get from one to the other.
pub fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// A text in the quotes of TOML: what cannot be seen is escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            char if char.is_control() || super::clean::is_unseen(char) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08X}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_either_case_and_none_twice() {
        assert_eq!(matches("Error: an ERROR, errors", "error").collect::<Vec<_>>(), [0..5, 10..15, 17..22]);
        assert_eq!(matches("aaaa", "aa").collect::<Vec<_>>(), [0..2, 2..4]);
        assert_eq!(matches("größe Größe", "größe").count(), 2);
        assert_eq!(matches("abc", "").count(), 0);
        assert_eq!(matches("ab", "abc").count(), 0);
    }

    #[test]
    fn parts_are_found_in_any_case() {
        for (text, needle, found) in [
            ("Claude-Opus-4", "opus", true),
            ("gpt", "gpt-4o", false),
            ("ÅNGSTRÖM", "ström", true),
            ("", "x", false),
            ("x", "", true),
        ] {
            assert_eq!(contains(text, needle), found, "{text} {needle}");
        }
    }

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert_eq!(nearest("modle", ["time", "model", "cost"].into_iter()), "model");
        assert!(is_near("a.jsonk", "a.jsonl") && !is_near("nowhere", "a.jsonl"));
    }
}
