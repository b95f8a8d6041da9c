//! Finds words in a body: ASCII letters match in either case, others as they are written.

use std::ops::Range;

/// Every place where `needle` stands, from the left, none overlapping another. An empty needle is nowhere.
pub fn matches(text: &str, needle: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = first(&text.as_bytes()[from..], needle.as_bytes())? + from;
        from = at + needle.len();
        Some(at..from)
    })
}

/// The first match that begins after `byte`; from the beginning again where there is none.
pub fn next(text: &str, needle: &str, byte: usize) -> Option<usize> {
    let after = (byte + 1).min(text.len());
    let bytes = text.as_bytes();
    first(&bytes[after..], needle.as_bytes()).map(|at| at + after).or_else(|| first(bytes, needle.as_bytes()))
}

/// The last match that begins before `byte`; from the end again where there is none.
pub fn previous(text: &str, needle: &str, byte: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    last(bytes, needle.as_bytes(), byte.min(bytes.len())).or_else(|| last(bytes, needle.as_bytes(), bytes.len()))
}

fn first(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (lower, upper) = cases(needle)?;
    memchr::memchr2_iter(lower, upper, bytes).find(|at| stands(bytes, needle, *at))
}

fn last(bytes: &[u8], needle: &[u8], before: usize) -> Option<usize> {
    let (lower, upper) = cases(needle)?;
    memchr::memchr2_iter(lower, upper, &bytes[..before]).rev().find(|at| stands(bytes, needle, *at))
}

fn cases(needle: &[u8]) -> Option<(u8, u8)> {
    needle.first().map(|byte| (byte.to_ascii_lowercase(), byte.to_ascii_uppercase()))
}

fn stands(bytes: &[u8], needle: &[u8], at: usize) -> bool {
    bytes.get(at..at + needle.len()).is_some_and(|part| part.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_case_is_found_and_nothing_overlaps() {
        assert_eq!(matches("Error: an ERROR, errors", "error").collect::<Vec<_>>(), [0..5, 10..15, 17..22]);
        assert_eq!(matches("aaaa", "aa").collect::<Vec<_>>(), [0..2, 2..4]);
        assert_eq!(matches("größe Größe", "größe").count(), 2);
        assert_eq!(matches("abc", "").count(), 0);
        assert_eq!(matches("ab", "abc").count(), 0);
    }

    #[test]
    fn the_search_goes_round() {
        let text = "one two one";
        assert_eq!(next(text, "one", 0), Some(8));
        assert_eq!(next(text, "one", 8), Some(0));
        assert_eq!(previous(text, "one", 8), Some(0));
        assert_eq!(previous(text, "one", 0), Some(8));
        assert_eq!(next(text, "six", 0), None);
        assert_eq!(previous("", "", 9), None);
    }
}
