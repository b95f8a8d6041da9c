//! A long text made ready to be shown a window at a time: cleaned, and its lines found, once.

use std::ops::Range;

use super::wrap::{Row, wrap};
use crate::model::clean;
use crate::ui::part::json;
use crate::ui::theme::Role;

/// A line longer than this is cut into pieces, so that wrapping the part on the screen costs the same whether an answer
/// has line breaks or not.
const LONGEST: usize = 4_096;
/// How far before that a blank is looked for to cut at.
const NEAR: usize = 128;

/// A text of any length. Building one takes three passes over it; showing it afterwards costs only what is seen.
#[derive(Debug, Clone, Default)]
pub struct Body {
    text: String,
    /// Where each piece begins: a line, or a part of one that is very long.
    pieces: Vec<u32>,
    json: bool,
}

/// A row of a body, whatever the width: a piece and a row of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub piece: usize,
    pub row: usize,
}

impl Body {
    /// Any text, as it is.
    pub fn plain(text: &str) -> Self {
        Self::build(text, false)
    }

    /// A JSON object or list laid out in lines; any other text as it is.
    pub fn of(text: &str) -> Self {
        json::pretty(text).map_or_else(|| Self::build(text, false), |pretty| Self::build(&pretty, true))
    }

    fn build(raw: &str, json: bool) -> Self {
        let clean = clean::block(raw);
        let text = if clean.contains('\t') { clean.replace('\t', "    ") } else { clean.into_owned() };
        let mut body = Self { text, pieces: vec![0], json };
        // Four gigabytes on one screen are no use to anyone; what lies beyond is not indexed and so not shown.
        let whole = body.text.len().min(u32::MAX as usize - LONGEST);
        let breaks: Vec<usize> = memchr::memchr_iter(b'\n', &body.text.as_bytes()[..whole]).collect();
        let mut start = 0;
        for end in breaks.into_iter().chain([whole]) {
            while end - start > LONGEST {
                start = body.cut_near(start + LONGEST);
                body.pieces.push(start as u32);
            }
            start = end + 1;
            if start < whole {
                body.pieces.push(start as u32);
            }
        }
        body
    }

    /// A place at or shortly before `at` to cut a line: after a blank, else between two letters, and never inside an
    /// escape of a JSON string.
    fn cut_near(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        if let Some(blank) = memchr::memrchr(b' ', &bytes[at - NEAR..at]) {
            return at - NEAR + blank + 1;
        }
        let fits = |at: usize| bytes[at].is_ascii() && bytes[at - 1].is_ascii() && bytes[at - 1] != b'\\';
        let plain = (at - NEAR..at).rev().find(|at| fits(*at));
        plain.unwrap_or_else(|| self.text.floor_char_boundary(at))
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it was laid out as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Pieces in all; never none.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The bytes of a piece, without its line break; empty beyond the last.
    pub fn bytes(&self, piece: usize) -> Range<usize> {
        let end = self.text.len();
        let Some(start) = self.pieces.get(piece).map(|start| *start as usize) else { return end..end };
        let next = self.pieces.get(piece + 1).map_or(end, |next| *next as usize);
        let next =
            if piece + 1 == self.len() { self.text[start..].find('\n').map_or(end, |at| start + at) } else { next };
        start..next - usize::from(next > start && self.text.as_bytes()[next - 1] == b'\n')
    }

    pub fn piece(&self, piece: usize) -> &str {
        &self.text[self.bytes(piece)]
    }

    /// The rows of a piece at a width.
    pub fn rows(&self, piece: usize, width: u16) -> Vec<Row> {
        wrap(self.piece(piece), width)
    }

    /// The role of each stretch of a piece, up to the byte where it ends.
    pub fn roles(&self, piece: usize) -> Vec<(usize, Role)> {
        let text = self.piece(piece);
        if !self.json {
            return vec![(text.len(), Role::Text)];
        }
        let start = self.bytes(piece).start;
        let goes_on = start > 0 && self.text.as_bytes()[start - 1] != b'\n';
        json::roles(text, goes_on)
    }

    /// So many rows down, or up where `by` is negative, as far as the text goes.
    pub fn scroll(&self, from: Spot, by: isize, width: u16) -> Spot {
        let mut spot = Spot { piece: from.piece.min(self.len() - 1), row: from.row };
        let mut rows = self.rows(spot.piece, width).len();
        spot.row = spot.row.min(rows - 1);
        for _ in 0..by.unsigned_abs() {
            if by > 0 {
                if spot.row + 1 < rows {
                    spot.row += 1;
                } else if spot.piece + 1 < self.len() {
                    spot = Spot { piece: spot.piece + 1, row: 0 };
                    rows = self.rows(spot.piece, width).len();
                } else {
                    break;
                }
            } else if spot.row > 0 {
                spot.row -= 1;
            } else if spot.piece > 0 {
                rows = self.rows(spot.piece - 1, width).len();
                spot = Spot { piece: spot.piece - 1, row: rows - 1 };
            } else {
                break;
            }
        }
        spot
    }

    /// The top of the last full window.
    pub fn last_top(&self, width: u16, height: u16) -> Spot {
        let last = Spot { piece: self.len() - 1, row: usize::MAX };
        self.scroll(last, 1 - isize::from(height.max(1).cast_signed()), width)
    }

    /// The row in which a byte of the text is shown.
    pub fn spot_of(&self, byte: usize, width: u16) -> Spot {
        let piece = self.pieces.partition_point(|start| *start as usize <= byte).saturating_sub(1);
        let within = byte - self.bytes(piece).start;
        let row = self.rows(piece, width).iter().rposition(|row| row.bytes.start <= within);
        Spot { piece, row: row.unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_found_and_text_is_cleaned() {
        let body = Body::plain("one\r\ntwo\t!\n\n\u{1b}[2J");
        let pieces: Vec<&str> = (0..body.len()).map(|piece| body.piece(piece)).collect();
        assert_eq!(pieces, ["one", "two    !", "", "\\u{1b}[2J"]);
        assert_eq!(Body::plain("").len(), 1);
        assert_eq!(Body::plain("a\n").len(), 1);
        assert_eq!(Body::plain("a\n").piece(0), "a");
        assert_eq!(Body::plain("a\n").piece(7), "");
    }

    #[test]
    fn a_line_without_end_is_cut_into_pieces() {
        for text in ["x".repeat(100_000), "word ".repeat(20_000), "日本".repeat(20_000), "\\\"".repeat(40_000)] {
            let body = Body::plain(&text);
            assert!(body.len() > 10);
            let joined: String = (0..body.len()).map(|piece| body.piece(piece)).collect();
            assert_eq!(joined, text);
            assert!((0..body.len()).all(|piece| body.piece(piece).len() <= LONGEST));
        }
    }

    #[test]
    fn a_long_string_of_json_stays_a_string() {
        let text = format!("{{\"a\": \"{}\", \"b\": 1}}", "12 34 ".repeat(3_000));
        let body = Body::of(&text);
        assert!(body.is_json());
        for piece in 2..body.len() - 3 {
            assert_eq!(body.roles(piece), [(body.piece(piece).len(), Role::Text)]);
        }
    }

    #[test]
    fn scrolling_ends_where_the_text_does() {
        let body = Body::plain("one two three\nfour\n\nfive");
        let at = |piece, row| Spot { piece, row };
        assert_eq!(body.scroll(at(0, 0), 1, 8), at(0, 1));
        assert_eq!(body.scroll(at(0, 0), 3, 8), at(2, 0));
        assert_eq!(body.scroll(at(0, 0), 99, 8), at(3, 0));
        assert_eq!(body.scroll(at(3, 0), -3, 8), at(0, 1));
        assert_eq!(body.scroll(at(3, 0), -99, 8), at(0, 0));
        assert_eq!(body.scroll(at(99, 99), 0, 8), at(3, 0));
        assert_eq!(body.last_top(8, 2), at(2, 0));
        assert_eq!(body.last_top(8, 99), at(0, 0));
        assert_eq!(body.spot_of(0, 8), at(0, 0));
        assert_eq!(body.spot_of(9, 8), at(0, 1));
        assert_eq!(body.spot_of(14, 8), at(1, 0));
    }

    proptest! {
        #[test]
        fn down_and_up_again_is_where_it_was(text in "[a-z \n]{0,200}", down in 0isize..40, width in 1u16..20) {
            let body = Body::plain(&text);
            let there = body.scroll(Spot::default(), down, width);
            let mut back = there;
            let mut steps = 0;
            while back != Spot::default() {
                back = body.scroll(back, -1, width);
                steps += 1;
            }
            prop_assert!(steps <= down);
            prop_assert_eq!(body.scroll(Spot::default(), steps, width), there);
        }
    }
}
