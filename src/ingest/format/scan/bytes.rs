//! The bytes of a record: values read as they stand there, or passed over by their quotes and brackets.

use super::Value;
use super::window::{WIDTH, Window};
use crate::model::Text;

/// What is left of a record.
pub struct Scanner<'a> {
    pub rest: &'a [u8],
}

/// `None` throughout means: not understood here, ask the slow reader.
impl<'a> Scanner<'a> {
    /// Goes on behind so many bytes.
    #[inline]
    pub fn pass(&mut self, len: usize) -> Option<()> {
        self.rest = self.rest.get(len..)?;
        Some(())
    }

    #[inline]
    pub fn blanks(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    pub fn at_end(&mut self) -> bool {
        self.blanks();
        self.rest.is_empty()
    }

    #[inline]
    pub fn eat(&mut self, byte: u8) -> Option<()> {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                Some(())
            }
            _ => None,
        }
    }

    pub fn value(&mut self) -> Option<Value<'a>> {
        let mut value = Value::Missing;
        self.value_into(&mut value)?;
        Some(value)
    }

    /// Puts the next value into a place. Each kind is written there by itself: handed back as a whole, a value would be
    /// copied before its parts have reached the memory.
    pub fn value_into(&mut self, place: &mut Value<'a>) -> Option<()> {
        match self.rest.first()? {
            b'"' => *place = Value::Text(self.text()?),
            b'{' | b'[' => {
                let all = self.rest;
                self.skip_nested()?;
                *place = Value::Raw(&all[..all.len() - self.rest.len()]);
            }
            b'0'..=b'9' => match self.short_number() {
                Some(number) => *place = Value::Int(number),
                None => *place = Value::Number(self.long_number()?),
            },
            b'n' => {
                self.literal(b"null")?;
                *place = Value::Null;
            }
            b't' => {
                self.literal(b"true")?;
                *place = Value::Bool(true);
            }
            b'f' => {
                self.literal(b"false")?;
                *place = Value::Bool(false);
            }
            // Python writes these; they are no number to anybody.
            b'N' | b'I' | b'-' if self.no_number().is_some() => *place = Value::Null,
            b'-' => *place = Value::Number(self.long_number()?),
            _ => return None,
        }
        Some(())
    }

    #[inline]
    fn literal<const N: usize>(&mut self, word: &[u8; N]) -> Option<()> {
        let (first, rest) = self.rest.split_first_chunk()?;
        (first == word).then(|| self.rest = rest)
    }

    fn no_number(&mut self) -> Option<()> {
        self.literal(b"NaN").or_else(|| self.literal(b"Infinity")).or_else(|| self.literal(b"-Infinity"))
    }

    /// Whole numbers of up to seven digits, which most are, in one step.
    #[inline]
    fn short_number(&mut self) -> Option<i64> {
        let chunk = self.rest.first_chunk()?;
        let (digits, value) = leading_digits(*chunk);
        let is_whole = (1..chunk.len()).contains(&digits)
            && (digits == 1 || chunk[0] != b'0')
            && !matches!(chunk[digits], b'.' | b'e' | b'E' | b'-' | b'+');
        is_whole.then(|| self.pass(digits))??;
        Some(i64::from(value))
    }

    /// Others as their text.
    fn long_number(&mut self) -> Option<&'a str> {
        let all = self.rest;
        self.skip_number()?;
        std::str::from_utf8(&all[..all.len() - self.rest.len()]).ok()
    }

    #[inline]
    fn skip_number(&mut self) -> Option<()> {
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let len = self.rest.iter().take_while(|byte| is_part(byte)).count();
        let (number, rest) = self.rest.split_at(len);
        self.rest = rest;
        number.last()?.is_ascii_digit().then_some(())
    }

    /// A string without escapes, between its quotes. Keys have none, or the slow reader takes the record.
    pub fn plain_string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let text = self.rest;
        let len = memchr::memchr2(b'"', b'\\', text)?;
        self.pass(len + 1)?;
        (text[len] == b'"').then(|| &text[..len])
    }

    #[inline]
    fn text(&mut self) -> Option<Text<'a>> {
        let inside = self.rest.get(1..)?;
        // Wanted texts are names: short, plain, and over within a window or two.
        let stop = quote_or_escape(inside)?;
        if inside[stop] == b'"' {
            self.rest = &inside[stop + 1..];
            return Some(Text::from(&inside[..stop]));
        }
        self.escaped_text()
    }

    fn escaped_text(&mut self) -> Option<Text<'a>> {
        let all = self.rest;
        self.skip_string()?;
        let quoted = &all[..all.len() - self.rest.len()];
        Some(match serde_json::from_slice::<String>(quoted) {
            Ok(text) => Text::from(text),
            // A lone surrogate or bad UTF-8: shown as well as it can be.
            Err(_) => Text::from(&quoted[1..quoted.len() - 1]),
        })
    }

    /// Passes over a string.
    #[inline]
    fn skip_string(&mut self) -> Option<()> {
        self.eat(b'"')?;
        if let Some(window) = Window::of(self.rest) {
            let (quotes, escapes) = (window.equal(b'"'), window.equal(b'\\'));
            // A quote below the first backslash.
            if quotes != 0 && escapes & (quotes ^ (quotes - 1)) == 0 {
                return self.pass(quotes.trailing_zeros() as usize + 1);
            }
        }
        self.skip_long_string()
    }

    /// Bodies, from inside their quotes: what is between them is not looked at, only the backslashes in front of each.
    fn skip_long_string(&mut self) -> Option<()> {
        let text = self.rest;
        let quote = memchr::memchr_iter(b'"', text).find(|quote| {
            let slashes = text[..*quote].iter().rev().take_while(|byte| **byte == b'\\').count();
            slashes % 2 == 0
        })?;
        self.pass(quote + 1)
    }

    #[inline]
    pub fn skip(&mut self) -> Option<()> {
        match self.rest.first()? {
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
        while let Some(window) = Window::of(self.rest) {
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
                    return self.pass(bit.trailing_zeros() as usize + 1);
                } else {
                    depth -= 1;
                }
            }
            in_string = strings >> (WIDTH - 1) & 1 != 0;
            self.pass(WIDTH)?;
        }
        if in_string {
            self.skip_long_string()?;
        }
        self.skip_nested_slowly(depth)
    }

    /// The end of a record, or what has a backslash in it.
    fn skip_nested_slowly(&mut self, mut depth: usize) -> Option<()> {
        loop {
            match self.rest.first()? {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 1 => return self.pass(1),
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.pass(1)?;
        }
    }
}

/// Where the next quote or backslash stands.
#[inline]
fn quote_or_escape(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at <= 2 * WIDTH
        && let Some(window) = Window::of(&bytes[at..])
    {
        let stops = window.equal(b'"') | window.equal(b'\\');
        if stops != 0 {
            return Some(at + stops.trailing_zeros() as usize);
        }
        at += WIDTH;
    }
    memchr::memchr2(b'"', b'\\', &bytes[at..]).map(|len| at + len)
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
                let mut scanner = Scanner { rest: record.as_bytes() };
                assert_eq!((scanner.skip(), scanner.rest), (Some(()), rest.as_bytes()), "{record}");
            }
            let cut = &value.as_bytes()[..value.len() - 1];
            assert_eq!(Scanner { rest: cut }.skip(), None);
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
