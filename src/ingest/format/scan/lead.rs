//! The bytes that lead up to a value: its key, the colon, and the blanks around them as one writer writes them.

use super::window::{WIDTH, Window};

/// Compared in two windows, whatever its length; longer ones are compared byte by byte.
#[derive(Debug, Clone)]
pub struct Lead {
    text: Box<[u8]>,
    windows: [Window; 2],
    /// A bit for each byte of the text; none if it is longer than the windows.
    bytes: u32,
}

impl Lead {
    pub fn new(text: &[u8]) -> Self {
        let mut padded = [0; 2 * WIDTH];
        let is_short = text.len() < padded.len();
        if is_short {
            padded[..text.len()].copy_from_slice(text);
        }
        let (low, high) = padded.split_at(WIDTH);
        let window = |half: &[u8]| Window::new(half.try_into().unwrap_or_default());
        let bytes = if is_short { (1 << text.len()) - 1 } else { 0 };
        Self { text: text.into(), windows: [window(low), window(high)], bytes }
    }

    pub fn is(&self, text: &[u8]) -> bool {
        *self.text == *text
    }

    /// What comes behind this, if the bytes begin with it.
    #[inline]
    pub fn behind<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        if self.bytes != 0
            && let Some((first, rest)) = bytes.split_first_chunk()
            && let Some(second) = rest.first_chunk()
        {
            let low = Window::new(*first).same(self.windows[0]);
            let high = Window::new(*second).same(self.windows[1]);
            let is_it = (low | (high << WIDTH)) & self.bytes == self.bytes;
            return if is_it { bytes.get(self.text.len()..) } else { None };
        }
        bytes.strip_prefix(&*self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_known_by_its_bytes() {
        for name in ["", "id", "a name of sixteen", "a name that is so long that two windows do not hold it"] {
            let text = format!("\"{name}\": ");
            let lead = Lead::new(text.as_bytes());
            for after in ["", "1", "1,\"and\":\"much more behind it than a window\""] {
                let bytes = format!("{text}{after}");
                assert_eq!(lead.behind(bytes.as_bytes()), Some(after.as_bytes()), "{bytes}");
                assert_eq!(lead.behind(&bytes.as_bytes()[1..]), None);
                assert_eq!(lead.behind(bytes.replace(": ", ":").as_bytes()), None);
            }
        }
    }
}
