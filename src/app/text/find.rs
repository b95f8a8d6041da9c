//! Where a text stands in lines that were cut to a pane: it may begin in one and end in the next.

use std::ops::Range;

use super::Lines;
use crate::model::text::matches;

impl Lines {
    /// The bytes of a line that belong to a match, wherever the match begins and ends. `needle` is in lower case.
    pub fn matches(&self, nth: usize, needle: &str) -> Vec<Range<usize>> {
        let (own, found) = self.around(nth, needle);
        let margin = self.margin(nth).unwrap_or(0);
        let clipped = found.into_iter().map(|range| range.start.max(own.start)..range.end.min(own.end));
        clipped
            .filter(|range| range.start < range.end)
            .map(|range| range.start - own.start + margin..range.end - own.start + margin)
            .collect()
    }

    /// Whether a match begins in a line.
    pub fn begins(&self, nth: usize, needle: &str) -> bool {
        let (own, found) = self.around(nth, needle);
        found.iter().any(|range| own.contains(&range.start))
    }

    /// The matches in a line and as much of its neighbours as one can reach into, and which bytes of that are its own.
    fn around(&self, nth: usize, needle: &str) -> (Range<usize>, Vec<Range<usize>>) {
        let own = self.said(nth);
        if self.margin(nth).is_none() && self.margin(nth + 1).is_none() {
            return (0..own.len(), places(own, needle));
        }
        // A letter may be longer in the other case.
        let reach = needle.len() * 2;
        let (mut first, mut before) = (nth, 0);
        while before < reach && self.margin(first).is_some() {
            first -= 1;
            before += self.said(first).len();
        }
        let mut whole: String = (first..=nth).map(|at| self.said(at)).collect();
        let (own, mut next) = (before..whole.len(), nth + 1);
        while whole.len() < own.end + reach && self.margin(next).is_some() {
            whole.push_str(self.said(next));
            next += 1;
        }
        let found = places(&whole, needle);
        (own, found)
    }

    /// How far in a line stands that goes on with the one above; `None` for others.
    fn margin(&self, nth: usize) -> Option<usize> {
        Some(usize::from(self.ends.get(nth)?.margin?))
    }

    /// A line without the margin it was given only to go on.
    fn said(&self, nth: usize) -> &str {
        let text = self.get(nth).map_or("", |line| line.text);
        text.get(self.margin(nth).unwrap_or(0)..).unwrap_or(text)
    }
}

/// Every place of a needle that is in lower case, in any case of the text.
fn places(text: &str, needle: &str) -> Vec<Range<usize>> {
    if needle.is_ascii() {
        return matches(text, needle).collect();
    }
    let (mut lower, mut from) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (at, c) in text.char_indices() {
        lower.extend(c.to_lowercase());
        from.resize(lower.len(), at);
    }
    from.push(text.len());
    lower.match_indices(needle).map(|(at, hit)| from[at]..from[at + hit.len()]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::page::{Notes, lines};
    use super::super::{Manner, TextKind};
    use super::*;

    fn cut(text: &str, width: usize) -> Lines {
        lines([&json!(text)], Notes { instead: None, absent: "" }, width, Manner::default())
    }

    /// What is marked, put together.
    fn marked(lines: &Lines, needle: &str) -> String {
        let of = |nth: usize| {
            let text = lines.get(nth).unwrap().text;
            lines.matches(nth, needle).into_iter().map(|range| text[range].to_owned()).collect::<String>()
        };
        (0..lines.len()).map(of).collect()
    }

    #[test]
    fn a_match_goes_on_in_the_next_line_and_counts_where_it_begins() {
        let lines = cut("the parcel was left with a neighbour", 16);
        assert_eq!(lines.get(0).unwrap().text, "the parcel was ");
        assert_eq!((0..lines.len()).filter(|nth| lines.begins(*nth, "was left")).collect::<Vec<_>>(), [0]);
        assert_eq!(marked(&lines, "was left with a nei"), "was left with a nei");
        assert_eq!(marked(&lines, "nobody"), "");
    }

    #[test]
    fn a_match_passes_over_the_margin_of_json_and_of_lists() {
        let value = json!({"sent": {"on": "many words that do not fit"}});
        let data = lines([&value], Notes { instead: None, absent: "" }, 20, Manner::default());
        assert!(data.len() > 4 && data.iter().all(|line| line.kind == TextKind::Data));
        assert_eq!(marked(&data, "words that do not"), "words that do not");
    }

    #[test]
    fn lines_that_were_written_apart_stay_apart() {
        let lines = cut("left\nwith", 16);
        assert!(!(0..2).any(|nth| lines.begins(nth, "leftwith")));
    }

    #[test]
    fn any_letters_are_found_in_any_case() {
        assert_eq!(marked(&cut("Grüße aus İstanbul, ÄRGER", 10), "ärger"), "ÄRGER");
        assert_eq!(marked(&cut("日本語日本語テスト", 8), "語テ"), "語テ");
        assert_eq!(marked(&cut("İstanbul", 40), "stanbul"), "stanbul");
    }

    proptest! {
        #[test]
        fn whatever_the_width_the_same_is_found(text in "[ab ]{0,60}", needle in "[ab]{1,5}", width in 8_usize..30) {
            let wide = cut(&text, usize::MAX);
            let narrow = cut(&text, width);
            let count = |lines: &Lines| (0..lines.len()).any(|nth| lines.begins(nth, &needle));
            prop_assert_eq!(count(&wide), count(&narrow));
            prop_assert_eq!(marked(&wide, &needle).is_empty(), marked(&narrow, &needle).is_empty());
        }
    }
}
