//! Makes text from logs safe to show: what a terminal would obey, reorder or hide becomes a visible `\u{1b}`.
//!
//! A log line is written by strangers. Left as it is, it could move the cursor, change the title of the window,
//! reverse the reading order of a price or carry words that nobody sees. Nothing of a log reaches a cell, a CSV field
//! or a Markdown table without passing here. Clean text is returned as it came, borrowed; the scan for that reads
//! bytes, because nearly all log text is plain.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// Stands for a private name. Always as long, so that the length of the name does not show.
pub const HIDDEN: &str = "••••••";

/// Marks that may stand on one letter. No living script needs more; "zalgo" text stacks dozens, into the rows above.
const MOST_MARKS: usize = 4;

/// For one line on a screen: a line break is written `⏎`, a tab `⇥`.
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Marked)
}

/// For text of many lines: line breaks and tabs stay, and `\r\n` becomes `\n`.
pub fn block(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Kept)
}

/// For one field of a text, CSV or Markdown answer: a line break is written `\u{a}`, a tab `\u{9}`.
pub fn field(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Escaped)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Marked,
    Kept,
    Escaped,
}

fn clean(text: &str, breaks: Breaks) -> Cow<'_, str> {
    let Some(start) = first_suspect(text, breaks) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..start]);
    // A mark right after the plain part stands on its last letter.
    let mut marks = if start > 0 { Marks::On(0) } else { Marks::Nowhere };
    let mut chars = text[start..].chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\r' if breaks != Breaks::Escaped && chars.peek() == Some(&'\n') => {}
            '\n' | '\t' if breaks == Breaks::Kept => {
                out.push(char);
                marks = Marks::Nowhere;
            }
            '\n' | '\t' if breaks == Breaks::Marked => {
                out.push(if char == '\n' { '⏎' } else { '⇥' });
                marks = Marks::Nowhere;
            }
            _ if is_unseen(char) || is_tone(char) => {
                escape(char, &mut out);
                marks = Marks::On(0);
            }
            _ if char.width() == Some(0) => marks = mark(char, marks, &mut out),
            _ => {
                out.push(char);
                marks = Marks::On(0);
            }
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Skin tones change the emoji before them; terminals do not agree on how many cells the two take.
fn is_tone(char: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&char)
}

/// What a mark of no width would stand on.
#[derive(Clone, Copy)]
enum Marks {
    /// Nothing: it would fall on the cell before the text.
    Nowhere,
    /// A letter that has so many marks already.
    On(usize),
}

/// Writes one mark of no width, or says that it is there: escaped without a letter, `…` for all beyond the fourth.
fn mark(char: char, marks: Marks, out: &mut String) -> Marks {
    match marks {
        Marks::Nowhere => {
            escape(char, out);
            Marks::On(0)
        }
        Marks::On(count) => {
            match count {
                0..MOST_MARKS => out.push(char),
                MOST_MARKS => out.push('…'),
                _ => {}
            }
            Marks::On(count + 1)
        }
    }
}

fn escape(char: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
}

/// Where looking closely begins: at the last plain character before the first byte that is not printable ASCII.
/// `None` where the text is clean, which for a text of plain ASCII costs one look at each byte.
fn first_suspect(text: &str, breaks: Breaks) -> Option<usize> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') || (breaks == Breaks::Kept && matches!(byte, b'\n' | b'\t'));
    let start = text.bytes().position(|byte| !plain(byte))?;
    // The break before a mark matters to it, so the walk begins at the break.
    let begins_line = start > 0 && matches!(text.as_bytes()[start - 1], b'\n' | b'\t');
    Some(start - usize::from(begins_line))
}

/// Whether a character acts on the text or hides in it instead of being seen: controls, format and bidirectional
/// characters, tags, separators of lines and paragraphs, fillers, and variation selectors that can carry hidden data.
pub fn is_unseen(char: char) -> bool {
    // Below U+00AD there is nothing but controls to find.
    if char < '\u{ad}' {
        return char.is_control();
    }
    UNSEEN.binary_search_by(|(first, last)| order(*first, *last, char)).is_ok()
}

fn order(first: char, last: char, char: char) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    if last < char {
        Less
    } else if first > char {
        Greater
    } else {
        Equal
    }
}

/// In order. General category Cf, Zl and Zp of Unicode 16, and the rest of `Default_Ignorable_Code_Point` but for the
/// sixteen variation selectors U+FE00–FE0F, which stand after every other emoji and count as marks here.
static UNSEEN: [(char, char); 27] = [
    ('\u{ad}', '\u{ad}'),       // soft hyphen
    ('\u{34f}', '\u{34f}'),     // combining grapheme joiner
    ('\u{600}', '\u{605}'),     // Arabic number signs
    ('\u{61c}', '\u{61c}'),     // Arabic letter mark
    ('\u{6dd}', '\u{6dd}'),     // Arabic end of ayah
    ('\u{70f}', '\u{70f}'),     // Syriac abbreviation mark
    ('\u{890}', '\u{891}'),     // Arabic pound and piastre marks
    ('\u{8e2}', '\u{8e2}'),     // Arabic disputed end of ayah
    ('\u{115f}', '\u{1160}'),   // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),   // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),   // Mongolian variation selectors, vowel separator
    ('\u{200b}', '\u{200f}'),   // zero-width space and joiners, direction marks
    ('\u{2028}', '\u{202e}'),   // line and paragraph separators, embeddings, overrides
    ('\u{2060}', '\u{206f}'),   // word joiner, invisible operators, isolates
    ('\u{3164}', '\u{3164}'),   // Hangul filler
    ('\u{feff}', '\u{feff}'),   // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),   // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),   // reserved, interlinear annotation
    ('\u{110bd}', '\u{110bd}'), // Kaithi number sign
    ('\u{110cd}', '\u{110cd}'), // Kaithi number sign above
    ('\u{13430}', '\u{1343f}'), // Egyptian hieroglyph joiners
    ('\u{1bca0}', '\u{1bca3}'), // shorthand format controls
    ('\u{1d173}', '\u{1d17a}'), // musical beams and slurs
    ('\u{e0000}', '\u{e007f}'), // tags
    ('\u{e0080}', '\u{e00ff}'), // reserved
    ('\u{e0100}', '\u{e01ef}'), // variation selectors supplement
    ('\u{e01f0}', '\u{e0fff}'), // reserved
];

/// A text as TOML writes it, for lines to paste: whatever is not plainly a letter, a digit or a sign is escaped.
pub fn toml(text: &str) -> String {
    let escaped = text.chars().map(|char| match (char, u32::from(char)) {
        ('"' | '\\', _) => format!("\\{char}"),
        (' '..='~', _) => char.to_string(),
        _ if char.is_alphanumeric() && !is_unseen(char) => char.to_string(),
        (_, code @ ..=0xffff) => format!("\\u{code:04X}"),
        (_, code) => format!("\\U{code:08X}"),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        for (raw, shown) in [
            ("plain", "plain"),
            ("Größe 日本 🚀 ❤️", "Größe 日本 🚀 ❤️"),
            ("\u{1b}[31mred\u{1b}[0m", r"\u{1b}[31mred\u{1b}[0m"),
            ("\u{9b}31m \u{7f} \0", r"\u{9b}31m \u{7f} \u{0}"),
            ("a\u{202e}gpj.exe", r"a\u{202e}gpj.exe"),
            ("hid\u{e0041}den", r"hid\u{e0041}den"),
            ("one\u{2028}two", r"one\u{2028}two"),
            ("\u{1f44d}\u{1f3fd}", "\u{1f44d}\\u{1f3fd}"),
            ("zero\u{200b}width", r"zero\u{200b}width"),
            ("one\r\ntwo\tthree\rfour", r"one⏎two⇥three\u{d}four"),
            ("e\u{301}", "e\u{301}"),
            ("\u{301}alone", r"\u{301}alone"),
            ("a\n\u{301}", r"a⏎\u{301}"),
            ("a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}b", "a\u{301}\u{302}\u{303}\u{304}…b"),
        ] {
            assert_eq!(line(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn the_three_ways_differ_in_breaks_only() {
        let raw = "a\tb\r\nc\u{7}";
        assert_eq!(line(raw), r"a⇥b⏎c\u{7}");
        assert_eq!(block(raw), "a\tb\nc\\u{7}");
        assert_eq!(field(raw), r"a\u{9}b\u{d}\u{a}c\u{7}");
    }

    #[test]
    fn clean_text_is_not_copied() {
        for text in ["", "plain ASCII, ~", "Größe 日本", "two\nlines\tand a tab"] {
            assert!(matches!(block(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(UNSEEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    proptest! {
        #[test]
        fn nothing_unseen_comes_out_and_a_second_time_changes_nothing(raw in "\\PC*|(?s).{0,40}|[a\u{301}\u{200d}\u{fe0f}\n\t\u{1b}]{0,30}") {
            for way in [line, block, field] {
                let once = way(&raw).into_owned();
                prop_assert!(!once.chars().any(|char| is_unseen(char) && char != '\n' && char != '\t'), "{once:?}");
                prop_assert_eq!(way(&once), once.as_str());
            }
            prop_assert!(!line(&raw).contains(char::is_control));
        }

        #[test]
        fn no_run_of_marks_is_longer_than_four(raw in "[ab\u{301}\u{302}\u{323}]{0,60}") {
            let shown = line(&raw);
            let longest = shown.split(|char: char| char.width() != Some(0)).map(|run| run.chars().count()).max();
            prop_assert!(longest.unwrap_or(0) <= MOST_MARKS);
            prop_assert!(shown.width() >= raw.width());
        }
    }

    #[test]
    fn a_name_can_be_pasted_into_a_configuration() {
        for name in ["my \"odd\" \\model", "a\nb\u{1b}\u{7f}\u{202e}\u{e0041}", "modèle 7", "#= [x]", ""] {
            let line = format!("{} = 1", toml(name));
            assert!(!line.chars().any(is_unseen), "{line}");
            let table: toml::Table = toml::from_str(&line).unwrap();
            assert!(table.contains_key(name), "{line}");
        }
    }
}
