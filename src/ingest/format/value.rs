//! One value of a record, whether it came from a JSON line or from a table's row.

use crate::model::Text;

/// A value as it stands in its record, borrowed wherever that is possible.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value<'a> {
    /// The record does not have the field.
    #[default]
    Missing,
    Null,
    Bool(bool),
    /// An integer column.
    Int(i64),
    /// A floating-point column.
    Real(f64),
    /// A JSON number as its text, so that money is read exactly.
    Number(&'a str),
    Text(Text<'a>),
    /// A JSON object or array, or a blob, unparsed.
    Raw(&'a [u8]),
}

impl<'a> Value<'a> {
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Whether there is neither a value nor a null.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Missing | Self::Null)
    }

    /// Whether there is nothing in it: no value, a null, or an empty text.
    pub fn is_nothing(&self) -> bool {
        self.is_absent() || matches!(self, Self::Text(text) if text.is_empty())
    }

    /// Nothing, or blanks.
    pub fn is_blank(&self) -> bool {
        self.is_absent() || matches!(self, Self::Text(text) if text.trimmed().is_empty())
    }

    /// Non-empty text; a number or truth value becomes its text (ids are often integers).
    pub fn text(&self) -> Option<Text<'a>> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text.clone()),
            Self::Number(text) => Some(Text::from(*text)),
            Self::Int(number) => Some(Text::from(number.to_string())),
            Self::Real(number) => Some(Text::from(number.to_string())),
            Self::Bool(truth) => Some(Text::from(if *truth { "true" } else { "false" })),
            _ => None,
        }
    }

    /// A finite number, also out of text that holds nothing else.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Self::Int(number) => *number as f64,
            Self::Real(number) => *number,
            Self::Number(text) => decimal(text.as_bytes())?,
            Self::Text(text) => decimal(text.trimmed())?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// A count of tokens or characters: not negative, no fraction beyond `.0`, below 2³².
    pub fn count(&self) -> Option<u32> {
        match self {
            Self::Int(number) => u32::try_from(*number).ok(),
            Self::Number(text) => text.parse().ok().or_else(|| whole(self.number()?)),
            _ => whole(self.number()?),
        }
    }

    /// A truth value in any of the ways that logs write one.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Text(text) => match &text.trimmed().to_ascii_lowercase()[..] {
                b"true" | b"t" | b"yes" | b"y" | b"1" => Some(true),
                b"false" | b"f" | b"no" | b"n" | b"0" => Some(false),
                _ => None,
            },
            Self::Int(0) => Some(false),
            Self::Int(_) => Some(true),
            Self::Real(_) | Self::Number(_) => self.number().map(|number| number != 0.0),
            Self::Missing | Self::Null | Self::Raw(_) => None,
        }
    }
}

/// Most numbers of a log are short, and need no reader of floats: up to fifteen digits are exact in one, and so is the
/// power of ten that their point stands for, so that one division gives the nearest float.
fn decimal(text: &[u8]) -> Option<f64> {
    short_decimal(text).or_else(|| std::str::from_utf8(text).ok()?.parse().ok())
}

fn short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    let (mut sum, mut digits, mut point) = (0_u64, 0_usize, None);
    for byte in text {
        match byte {
            b'0'..=b'9' => (sum, digits) = (sum * 10 + u64::from(byte - b'0'), digits + 1),
            b'.' if point.is_none() && digits > 0 => point = Some(digits),
            _ => return None,
        }
    }
    let places = digits - point.unwrap_or(digits);
    // A point at the end is no number of JSON.
    (digits <= 15 && (point.is_none() || places > 0)).then(|| sum as f64 / POWERS[places])
}

fn whole(number: f64) -> Option<u32> {
    (number >= 0.0 && number.fract() == 0.0 && number < f64::from(u32::MAX)).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn short_decimals_are_the_nearest_floats(text in "[0-9]{1,12}(\\.[0-9]{1,8})?|[0-9.]{0,5}") {
            if let Some(number) = short_decimal(text.as_bytes()) {
                proptest::prop_assert_eq!(Ok(number), text.parse::<f64>());
            } else {
                proptest::prop_assert!(text.len() > 15 || text.parse::<f64>().is_err() || text.starts_with('.') || text.ends_with('.'));
            }
        }
    }

    #[test]
    fn counts_are_taken_from_what_logs_write_and_nothing_else() {
        let text = |text: &'static str| Value::Text(Text::from(text));
        for (value, count) in [
            (Value::Number("321"), Some(321)),
            (Value::Number("5.0"), Some(5)),
            (text("12"), Some(12)),
            (Value::Int(7), Some(7)),
            (Value::Number("-1"), None),
            (Value::Number("9.7"), None),
            (Value::Number("18446744073709551616"), None),
            (Value::Number("1e400"), None),
            (text("abc"), None),
            (text(""), None),
            (Value::Null, None),
            (Value::Real(f64::INFINITY), None),
        ] {
            assert_eq!(value.count(), count, "{value:?}");
        }
    }
}
