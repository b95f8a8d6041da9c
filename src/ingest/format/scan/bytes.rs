//! The bytes of a record: values read as they stand there, or passed over by their quotes and brackets.

use std::borrow::Cow;

use super::Value;

/// A place in a record.
pub struct Scanner<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

/// `None` throughout means: not understood here, ask the slow reader.
impl<'a> Scanner<'a> {
    #[inline]
    pub fn blanks(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    pub fn at_end(&mut self) -> bool {
        self.blanks();
        self.at == self.bytes.len()
    }

    #[inline]
    pub fn eat(&mut self, byte: u8) -> Option<()> {
        (self.bytes.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    #[inline]
    pub fn value(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        match self.bytes.get(start)? {
            b'"' => self.text().map(Value::Text),
            b'{' | b'[' => {
                self.skip()?;
                Some(Value::Raw(&self.bytes[start..self.at]))
            }
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal(b"true").map(|()| Value::Bool(true)),
            b'f' => self.literal(b"false").map(|()| Value::Bool(false)),
            b'n' => self.literal(b"null").map(|()| Value::Null),
            // Python writes these; they are no number to anybody.
            b'N' => self.literal(b"NaN").map(|()| Value::Null),
            b'I' => self.literal(b"Infinity").map(|()| Value::Null),
            _ => None,
        }
    }

    pub fn literal(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    pub fn number(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        if self.bytes[start] == b'-' && self.bytes.get(start + 1) == Some(&b'I') {
            self.at += 1;
            return self.literal(b"Infinity").map(|()| Value::Null);
        }
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let digits = &self.bytes[start..self.at];
        if !digits.last()?.is_ascii_digit() {
            return None;
        }
        std::str::from_utf8(digits).ok().map(Value::Number)
    }

    /// A string without escapes, between its quotes. Keys have none, or the slow reader takes the record.
    #[inline]
    pub fn plain_string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let start = self.at;
        let len = short_find(&self.bytes[start..])?;
        let text = &self.bytes[start..start + len];
        self.at = start + len + 1;
        (!text.contains(&b'\\')).then_some(text)
    }

    #[inline]
    pub fn text(&mut self) -> Option<Cow<'a, str>> {
        self.eat(b'"')?;
        let start = self.at;
        let rest = &self.bytes[start..];
        // Wanted texts are names: short, plain, and over before a vector search has begun.
        let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if rest[stop] == b'"' {
            self.at = start + stop + 1;
            let inner = &rest[..stop];
            return Some(std::str::from_utf8(inner).map_or_else(|_| String::from_utf8_lossy(inner), Cow::Borrowed));
        }
        self.at = start - 1;
        self.skip_string()?;
        let quoted = &self.bytes[start - 1..self.at];
        Some(Cow::Owned(match serde_json::from_slice::<String>(quoted) {
            Ok(text) => text,
            // A lone surrogate or bad UTF-8: shown as well as it can be.
            Err(_) => String::from_utf8_lossy(&quoted[1..quoted.len() - 1]).into_owned(),
        }))
    }

    /// Passes over a string.
    #[inline]
    pub fn skip_string(&mut self) -> Option<()> {
        self.eat(b'"')?;
        let start = self.at;
        loop {
            let quote = self.at + short_find(&self.bytes[self.at..])?;
            self.at = quote + 1;
            if quote == start || self.bytes[quote - 1] != b'\\' {
                return Some(());
            }
            let slashes = self.bytes[start..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
            if slashes % 2 == 0 {
                return Some(());
            }
        }
    }

    pub fn skip(&mut self) -> Option<()> {
        match self.bytes.get(self.at)? {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.skip_nested(),
            b'0'..=b'9' => {
                while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
                    self.at += 1;
                }
                self.bytes[self.at - 1].is_ascii_digit().then_some(())
            }
            _ => self.value().map(|_| ()),
        }
    }

    /// Passes over an object or array by its brackets, however deep, without recursion.
    pub fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Some(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// The next quote. Most strings of a log are short, and a call to the vector search costs more than they do.
#[inline]
fn short_find(bytes: &[u8]) -> Option<usize> {
    let head = bytes.len().min(16);
    match bytes[..head].iter().position(|byte| *byte == b'"') {
        Some(at) => Some(at),
        None => memchr::memchr(b'"', &bytes[head..]).map(|at| head + at),
    }
}
