//! Text as it stands in its record.

use std::borrow::Cow;
use std::fmt;

/// Bytes that claim to be UTF-8, mostly borrowed. Logs repeat themselves: whether the claim holds is looked at when a
/// name is first met, and not a million times more.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(Cow<'a, [u8]>);

impl<'a> Text<'a> {
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without blanks at its ends.
    pub fn trimmed(&self) -> &[u8] {
        self.0.trim_ascii()
    }

    /// What is no UTF-8 in it is shown as well as it can be.
    pub fn to_str(&self) -> Cow<'_, str> {
        lossy(&self.0)
    }

    /// The bytes, if they stand in the record as they are here: nothing was escaped.
    pub fn borrowed(&self) -> Option<&'a [u8]> {
        match self.0 {
            Cow::Borrowed(bytes) => Some(bytes),
            Cow::Owned(_) => None,
        }
    }
}

/// Not `from_utf8_lossy` at once: it looks at each byte, this at words.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

impl<'a> From<&'a [u8]> for Text<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text.into_bytes()))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_str())
    }
}
