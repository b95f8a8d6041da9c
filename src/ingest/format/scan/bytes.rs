//! The bytes of a record: values read as they stand there, or passed over by their quotes and brackets.

use std::borrow::Cow;

use super::Value;
use super::window::{WIDTH, Window};

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
                self.skip_nested()?;
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

    #[inline]
    fn literal<const N: usize>(&mut self, word: &[u8; N]) -> Option<()> {
        (self.bytes[self.at..].first_chunk() == Some(word)).then(|| self.at += N)
    }

    /// Whole numbers of up to eight digits, which most are, in one step; others as their text.
    #[inline]
    fn number(&mut self) -> Option<Value<'a>> {
        if let Some(chunk) = self.bytes[self.at..].first_chunk() {
            let (digits, value) = leading_digits(*chunk);
            let next = self.bytes.get(self.at + digits);
            let is_plain = digits == 1 || chunk[0] != b'0';
            if is_plain && (1..8).contains(&digits) && !matches!(next, Some(b'.' | b'e' | b'E' | b'-' | b'+')) {
                self.at += digits;
                return Some(Value::Int(i64::from(value)));
            }
        }
        self.any_number()
    }

    fn any_number(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        if self.bytes[start] == b'-' && self.bytes.get(start + 1) == Some(&b'I') {
            self.at += 1;
            return self.literal(b"Infinity").map(|()| Value::Null);
        }
        self.skip_number()?;
        let digits = &self.bytes[start..self.at];
        std::str::from_utf8(digits).ok().map(Value::Number)
    }

    #[inline]
    fn skip_number(&mut self) -> Option<()> {
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        self.bytes[self.at - 1].is_ascii_digit().then_some(())
    }

    /// A string without escapes, between its quotes. Keys have none, or the slow reader takes the record.
    pub fn plain_string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let start = self.at;
        let len = memchr::memchr2(b'"', b'\\', &self.bytes[start..])?;
        self.at = start + len + 1;
        (self.bytes[start + len] == b'"').then(|| &self.bytes[start..start + len])
    }

    #[inline]
    fn text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at + 1;
        // Wanted texts are names: short, plain, and over within a window or two.
        let stop = self.quote_or_escape(start)?;
        if self.bytes[stop] == b'"' {
            self.at = stop + 1;
            let inner = &self.bytes[start..stop];
            return Some(std::str::from_utf8(inner).map_or_else(|_| String::from_utf8_lossy(inner), Cow::Borrowed));
        }
        self.escaped_text()
    }

    /// Where the next quote or backslash stands.
    #[inline]
    fn quote_or_escape(&self, from: usize) -> Option<usize> {
        let mut at = from;
        for _ in 0..3 {
            let Some(window) = Window::at(self.bytes, at) else { break };
            let stops = window.equal(b'"') | window.equal(b'\\');
            if stops != 0 {
                return Some(at + stops.trailing_zeros() as usize);
            }
            at += WIDTH;
        }
        memchr::memchr2(b'"', b'\\', &self.bytes[at..]).map(|len| at + len)
    }

    fn escaped_text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        self.skip_string()?;
        let quoted = &self.bytes[start..self.at];
        Some(Cow::Owned(match serde_json::from_slice::<String>(quoted) {
            Ok(text) => text,
            // A lone surrogate or bad UTF-8: shown as well as it can be.
            Err(_) => String::from_utf8_lossy(&quoted[1..quoted.len() - 1]).into_owned(),
        }))
    }

    /// Passes over a string.
    #[inline]
    fn skip_string(&mut self) -> Option<()> {
        self.eat(b'"')?;
        let start = self.at;
        if let Some(window) = Window::at(self.bytes, start) {
            let (quotes, escapes) = (window.equal(b'"'), window.equal(b'\\'));
            // A quote below the first backslash.
            if quotes != 0 && escapes & (quotes ^ (quotes - 1)) == 0 {
                self.at = start + quotes.trailing_zeros() as usize + 1;
                return Some(());
            }
        }
        self.skip_long_string(start)
    }

    /// Bodies: what is between the quotes is not looked at, only the backslashes in front of each.
    fn skip_long_string(&mut self, start: usize) -> Option<()> {
        loop {
            let quote = self.at + memchr::memchr(b'"', &self.bytes[self.at..])?;
            self.at = quote + 1;
            let slashes = self.bytes[start..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
            if slashes % 2 == 0 {
                return Some(());
            }
        }
    }

    #[inline]
    pub fn skip(&mut self) -> Option<()> {
        match self.bytes.get(self.at)? {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.skip_nested(),
            b'0'..=b'9' => self.skip_number(),
            _ => self.value().map(|_| ()),
        }
    }

    /// Passes over an object or array by its brackets, however deep, without recursion.
    fn skip_nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        let mut in_string = false;
        while let Some(window) = Window::at(self.bytes, self.at) {
            if window.equal(b'\\') != 0 {
                break;
            }
            let strings = between_quotes(window.equal(b'"'), in_string);
            let opens = window.opening();
            let mut brackets = (opens | window.closing()) & !strings;
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                brackets ^= bit;
                if opens & bit != 0 {
                    depth += 1;
                } else if depth == 1 {
                    self.at += bit.trailing_zeros() as usize + 1;
                    return Some(());
                } else {
                    depth -= 1;
                }
            }
            in_string = strings >> (WIDTH - 1) & 1 != 0;
            self.at += WIDTH;
        }
        if in_string {
            self.skip_long_string(self.at)?;
        }
        self.skip_nested_slowly(depth)
    }

    /// The end of a record, or what has a backslash in it.
    fn skip_nested_slowly(&mut self, mut depth: usize) -> Option<()> {
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 1 => {
                    self.at += 1;
                    return Some(());
                }
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// The bits from each opening quote up to its closing one.
#[inline]
fn between_quotes(quotes: u32, in_string: bool) -> u32 {
    let mut bits = quotes;
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    if in_string { !bits } else { bits }
}

/// How many digits eight bytes begin with, and what they say.
#[inline]
fn leading_digits(chunk: [u8; 8]) -> (usize, u32) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let values = u64::from_le_bytes(chunk) ^ (EACH * u64::from(b'0'));
    // The high bit of each byte that is no digit: above 9, or above 127 to begin with.
    let others = (((values & (EACH * 0x7f)) + EACH * (0x80 - 10)) | values) & (EACH * 0x80);
    let digits = (others.trailing_zeros() / 8) as usize;
    if digits == 0 {
        return (0, 0);
    }
    // The digits to the upper end, zeros before them; then pairs, fours and all eight in one word.
    let padded = values << (64 - 8 * digits);
    let pairs = (padded & 0x000f_000f_000f_000f) * 10 + (padded >> 8 & 0x000f_000f_000f_000f);
    let fours = (pairs & 0x0000_00ff_0000_00ff) * 100 + (pairs >> 16 & 0x0000_00ff_0000_00ff);
    (digits, ((fours & 0xffff) * 10_000 + (fours >> 32 & 0xffff)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values_end_where_their_brackets_close() {
        let long = "x".repeat(40);
        for value in [
            "[]".to_owned(),
            "{}".to_owned(),
            r#"[{"a":[1,2,{"b":"]}"}],"c":"[[["},[]]"#.to_owned(),
            format!(r#"{{"{long}":["{long}]","{{{long}"],"e":"a\\\"]","f":"\\\\"}}"#),
            format!(r#"["{long}\\"]"#),
            format!(r#"["{long}\"]{long}"]"#),
        ] {
            for rest in ["", ",", r#","model":"a model with a long name","b":[1]}"#] {
                let record = format!("{value}{rest}");
                let mut scanner = Scanner { bytes: record.as_bytes(), at: 0 };
                assert_eq!((scanner.skip(), scanner.at), (Some(()), value.len()), "{record}");
            }
            let cut = &value.as_bytes()[..value.len() - 1];
            assert_eq!(Scanner { bytes: cut, at: 0 }.skip(), None);
        }
    }

    #[test]
    fn eight_bytes_of_digits_in_one_step() {
        for (chunk, digits, value) in [
            (b"0,\"a\":12", 1, 0),
            (b"7}      ", 1, 7),
            (b"321,    ", 3, 321),
            (b"1234567,", 7, 1_234_567),
            (b"12345678", 8, 12_345_678),
            (b"99999999", 8, 99_999_999),
            (b",1234567", 0, 0),
            (b"12\xb05    ", 2, 12),
            (b"1:2;3/4?", 1, 1),
        ] {
            assert_eq!(leading_digits(*chunk), (digits, value), "{}", String::from_utf8_lossy(chunk));
        }
    }

    proptest::proptest! {
        #[test]
        fn digits_are_what_they_are(bytes in proptest::array::uniform8(proptest::num::u8::ANY), digits in 0_usize..=8) {
            let mut chunk = bytes;
            chunk[..digits].iter_mut().for_each(|byte| *byte = b'0' + *byte % 10);
            let count = chunk.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let value = chunk[..count].iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
            proptest::prop_assert_eq!(leading_digits(chunk), (count, value));
        }
    }
}
