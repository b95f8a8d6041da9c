//! The bytes that lead up to a value: its key, the colon, and the blanks around them as one writer writes them.

/// Longer leads are compared byte by byte.
const SHORT: usize = 32;

/// Compared in two words, whatever its length.
#[derive(Debug, Clone)]
pub struct Lead {
    text: Box<[u8]>,
    words: [u128; 2],
    masks: [u128; 2],
}

impl Lead {
    pub fn new(text: &[u8]) -> Self {
        let byte = |at: usize| text.get(at).copied().unwrap_or(0);
        let mask = |at: usize| if at < text.len() { 0xff } else { 0 };
        let words =
            |of: &dyn Fn(usize) -> u8| [0, 16].map(|from| u128::from_le_bytes(std::array::from_fn(|at| of(from + at))));
        Self { text: text.into(), words: words(&byte), masks: words(&mask) }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether this is what the bytes go on with at a place.
    #[inline]
    pub fn stands_at(&self, bytes: &[u8], at: usize) -> bool {
        let Some(rest) = bytes.get(at..) else { return false };
        match rest.first_chunk::<SHORT>() {
            Some(chunk) if self.text.len() <= SHORT => {
                let (low, high) = chunk.split_at(SHORT / 2);
                let word = |half: &[u8]| u128::from_le_bytes(half.try_into().unwrap_or_default());
                (word(low) ^ self.words[0]) & self.masks[0] | (word(high) ^ self.words[1]) & self.masks[1] == 0
            }
            _ => rest.starts_with(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_stands_where_its_bytes_do() {
        for name in ["", "id", "a name of sixteen", "a name that is so long that two words do not hold it"] {
            let text = format!("\"{name}\": ");
            let lead = Lead::new(text.as_bytes());
            for after in ["", "1", "1,\"and\":\"much more behind it than a window\""] {
                let bytes = format!("{{{text}{after}");
                assert!(lead.stands_at(bytes.as_bytes(), 1), "{bytes}");
                assert!(!lead.stands_at(bytes.as_bytes(), 0));
                assert!(!lead.stands_at(bytes.replace(": ", ":").as_bytes(), 1));
                assert!(!lead.stands_at(bytes.as_bytes(), bytes.len() + 1));
            }
        }
    }
}
