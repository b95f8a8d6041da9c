//! The shape of a prompt: its words, with what surely varies masked. A sketch is made where the prompt is read and
//! given up where it is learnt from: only hashes of its words stay.

use super::asked::Asked;
use crate::model::batch::hash;

/// Words looked at from the beginning of a prompt, and from the end of one that is longer.
pub const HEAD: usize = 32;
pub const TAIL: usize = 16;
/// Words of a system prompt that are shown.
const SHOWN: usize = 12;
/// A longer word is no word: a token, a path, something encoded.
const LONGEST: usize = 24;
/// What a quotation may span, in bytes.
const QUOTED: usize = 600;
/// Bytes of a system prompt that tell it from others, and of a prompt's end that are looked at.
const SYSTEM: usize = 64 * 1024;
const END: usize = 4 * 1024;

/// A hash of what is masked.
pub const MASKED: u64 = 0;

/// A word, or what is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// [`MASKED`] if it is.
    pub hash: u64,
    /// Empty if it is masked.
    pub text: Box<str>,
}

impl Word {
    fn of(text: &str) -> Self {
        if is_masked(text) {
            return Self { hash: MASKED, text: "".into() };
        }
        Self::plain(text)
    }

    fn plain(text: &str) -> Self {
        Self { hash: hash(text.as_bytes()).max(1), text: text.into() }
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// A hash of the system prompt's words, what varies masked; 0 where there is none.
    pub system: u64,
    /// How it begins.
    pub system_words: Vec<Word>,
    pub head: Vec<Word>,
    /// The last words of a prompt that has more than the head.
    pub tail: Vec<Word>,
}

impl Sketch {
    pub fn of(asked: &Asked) -> Self {
        let mut system = if asked.is_hashed {
            asked.system.split_whitespace().map(Word::plain).collect()
        } else {
            words(head_of(&asked.system, SYSTEM))
        };
        let hash_of = |words: &[Word]| {
            words.iter().fold(1_u64, |all, word| hash(&[all, word.hash].map(u64::to_le_bytes).concat()))
        };
        let all = if system.is_empty() { 0 } else { hash_of(&system).max(1) };
        system.truncate(SHOWN);
        // Twice as much as the head needs of words of usual length, quotations included.
        let mut head = words(head_of(&asked.prompt, (HEAD + TAIL) * 64));
        let tail = if head.len() > HEAD {
            let last = words(tail_of(&asked.prompt, END));
            last[last.len().saturating_sub(TAIL.min(head.len() - HEAD))..].to_vec()
        } else {
            Vec::new()
        };
        head.truncate(HEAD);
        Self { system: all, system_words: system, head, tail }
    }
}

fn head_of(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn tail_of(text: &str, most: usize) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(most));
    // A word that is cut is none.
    if from == 0 { text } else { text[from..].split_once(char::is_whitespace).map_or("", |(_, rest)| rest) }
}

/// The words of a text. What is quoted is masked as one, and masked words in a row are one.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let len = quotation(rest).unwrap_or_else(|| rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let word = if quotation(rest).is_some() { Word::of("\"\"") } else { Word::of(&rest[..len]) };
        if word.hash != MASKED || words.last().is_none_or(|last| last.hash != MASKED) {
            words.push(word);
        }
        rest = rest[len..].trim_start();
    }
    words
}

/// How long a quotation is that begins here, with what stands right behind it.
fn quotation(text: &str) -> Option<usize> {
    let opens = text.chars().next()?;
    let closes = match opens {
        '"' | '`' => opens,
        '“' => '”',
        '«' => '»',
        '<' => return None,
        _ => return None,
    };
    let inside = &text[opens.len_utf8()..];
    let end = head_of(inside, QUOTED).find(closes)?;
    let behind = &inside[end + closes.len_utf8()..];
    let more = behind.find(char::is_whitespace).unwrap_or(behind.len());
    Some(text.len() - behind.len() + more)
}

/// Whether a word surely belongs to one call: numbers, dates, ids, addresses, what is quoted and what is too long.
fn is_masked(word: &str) -> bool {
    word.len() > LONGEST
        || word.bytes().any(|byte| byte.is_ascii_digit())
        || word.contains(['@', '\\', '\u{0}', '"', '`', '“', '”', '«', '»'])
        || word.contains("://")
        || word.starts_with("www.")
        || word.chars().any(char::is_control)
        // Names of code and files, which have a dot or a line inside; a path, but no "and/or".
        || word.trim_matches(|c: char| !c.is_alphanumeric()).contains(['_', '.'])
        || word.matches('/').count() > 1
        || word.starts_with('/') && word.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        let shown = |word: &Word| if word.hash == MASKED { "*".to_owned() } else { word.text.to_string() };
        words(text).iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_surely_varies_is_masked() {
        for (text, expected) in [
            ("Summarise order 4711 for anna@example.com", "Summarise order * for *"),
            ("See https://example.com/a?b=c, then www.x.org", "See * then *"),
            ("Translate \"a few words, quoted\" to French:", "Translate * to French:"),
            ("Rename `foo bar` in /etc/passwd on 2026-01-05", "Rename * in * on *"),
            ("key sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa end", "key * end"),
            ("either/or and\n\n---\nmore. The end.", "either/or and --- more. The end."),
            ("in jobs/import_prices.py, call do_it() of lib.rs", "in * call * of *"),
            ("an \"open quote never ends", "an * quote never ends"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_prompt_is_its_beginning_and_its_end() {
        let prompt = format!("Begin here {} and end there", "word ".repeat(40_000));
        let sketch = Sketch::of(&Asked { prompt, ..Asked::default() });
        assert_eq!((sketch.head.len(), sketch.tail.len(), sketch.system), (HEAD, TAIL, 0));
        assert_eq!((&*sketch.head[0].text, &*sketch.tail[TAIL - 1].text), ("Begin", "there"));
        let short = Sketch::of(&Asked { system: "Be 1".to_owned(), prompt: "why not".to_owned(), is_hashed: false });
        assert_eq!((short.head.len(), short.tail.len(), short.system_words.len()), (2, 0, 2));
        let other = Sketch::of(&Asked { system: "Be 2".to_owned(), prompt: "why".to_owned(), is_hashed: false });
        assert_eq!(short.system, other.system, "a number in a system prompt makes no other");
    }

    #[test]
    fn no_text_breaks_it() {
        for text in ["", " ", "\"", "“", "«»", "\u{1F600}\"\u{1F600}", "`a", "\"\"\"\""] {
            Sketch::of(&Asked { system: text.to_owned(), prompt: text.repeat(5_000), is_hashed: false });
        }
    }
}
