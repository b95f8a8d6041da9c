//! Sixteen bytes at a time: where something stands among them, as a mask with a bit for each byte, the first lowest.
//!
//! Names and numbers of a log are shorter than this, so their end is found without a loop, whose length no processor
//! can foresee.

use wide::u8x16;

/// How many bytes a window holds.
pub const WIDTH: usize = 16;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Window(u8x16);

impl Window {
    #[inline]
    pub fn new(bytes: [u8; WIDTH]) -> Self {
        Self(u8x16::new(bytes))
    }

    /// The first bytes; `None` if there are fewer than a window holds.
    #[inline]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk().map(|chunk| Self::new(*chunk))
    }

    #[inline]
    pub fn equal(self, byte: u8) -> u32 {
        self.0.simd_eq(u8x16::splat(byte)).to_bitmask()
    }

    /// Where the bytes are those of another window.
    #[inline]
    pub fn same(self, other: Self) -> u32 {
        self.0.simd_eq(other.0).to_bitmask()
    }

    /// Brackets of both kinds that open: `[` and `{` differ in one bit.
    #[inline]
    pub fn opening(self) -> u32 {
        self.folded().equal(b'{')
    }

    /// Brackets of both kinds that close.
    #[inline]
    pub fn closing(self) -> u32 {
        self.folded().equal(b'}')
    }

    #[inline]
    fn folded(self) -> Self {
        Self(self.0 | u8x16::splat(0x20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_say_where_a_byte_stands() {
        let window = Window::of(br#"x"a[b]{c}"xx".rest"#).unwrap();
        assert_eq!(window.equal(b'x'), 1 | 1 << 10 | 1 << 11);
        assert_eq!(window.equal(b'"'), 1 << 1 | 1 << 9 | 1 << 12);
        assert_eq!((window.opening(), window.closing()), (1 << 3 | 1 << 6, 1 << 5 | 1 << 8));
        assert!(Window::of(b"fifteen bytes..").is_none());
    }

    proptest::proptest! {
        #[test]
        fn every_byte_is_found_and_no_other(bytes in proptest::array::uniform16(proptest::num::u8::ANY)) {
            let window = Window::of(&bytes).unwrap();
            for byte in [b'"', b'\\', b',', 0, 255] {
                let expected = (0..WIDTH).fold(0, |mask, at| mask | u32::from(bytes[at] == byte) << at);
                proptest::prop_assert_eq!(window.equal(byte), expected);
            }
            let of = |kind: fn(&u8) -> bool| (0..WIDTH).fold(0, |mask, at| mask | u32::from(kind(&bytes[at])) << at);
            proptest::prop_assert_eq!(window.opening(), of(|byte| matches!(byte, b'{' | b'[')));
            proptest::prop_assert_eq!(window.closing(), of(|byte| matches!(byte, b'}' | b']')));
        }
    }
}
