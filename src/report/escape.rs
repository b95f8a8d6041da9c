//! JSON that is safe to print: control and format characters of logs are written `\uXXXX`, so that no answer of ours
//! can steer a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::model::clean::{self, is_unseen};

pub use crate::model::clean::toml;

/// A formatter that escapes what cannot be seen, over one that lays the answer out.
struct Escaping<F>(F);

macro_rules! hand_on {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $arg: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $arg)*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaping<F> {
    hand_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut start = 0;
        if !fragment.is_ascii() || fragment.contains('\u{7f}') {
            for (at, char) in fragment.char_indices().filter(|(_, char)| is_unseen(*char)) {
                writer.write_all(&fragment.as_bytes()[start..at])?;
                let mut units = [0; 2];
                for unit in char.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                start = at + char.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[start..])
    }
}

/// One value on one line, without a line end.
pub fn compact(writer: impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(writer, Escaping(CompactFormatter))).map_err(io::Error::from)
}

/// One value over many lines.
pub fn pretty(mut writer: impl Write, value: &impl Serialize) -> io::Result<()> {
    value
        .serialize(&mut Serializer::with_formatter(&mut writer, Escaping(PrettyFormatter::new())))
        .map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

/// A text as Markdown shows it, and not as it would lay it out: no mark-up, HTML or bar is left bare. It stands within a
/// line, and stays readable as it is: an underscore within a word means nothing.
pub fn markdown(text: &str) -> String {
    let text = clean::field(text);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(char) = chars.next() {
        let mut within = || before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if matches!(char, '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '&') || char == '_' && !within() {
            out.push('\\');
        }
        out.push(char);
        before = char;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_leaves_and_everything_reads_back() {
        let text = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}å\"\\\n";
        let mut out = Vec::new();
        compact(&mut out, &text).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, "\"a\\u001b[31m\\u007f\\u009b\\u202e\\u200b\\udb40\\udc41å\\\"\\\\\\n\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn a_name_makes_no_markdown() {
        let odd = "a|b *c* <img src=x> [l](u) `x`\n# h snake_case _e_";
        let expected = r"a\|b \*c\* \<img src=x> \[l\](u) \`x\`\\u{a}# h snake_case \_e\_";
        assert_eq!(markdown(odd), expected);
    }
}
