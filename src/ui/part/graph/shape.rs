//! How high a column stands, in the glyphs that are there: four dots a cell and two columns in braille, eight steps in
//! blocks, nine in ASCII.

use crate::ui::glyphs::{GlyphSet, Glyphs};

/// The grain of one set of glyphs.
#[derive(Debug, Clone, Copy)]
pub struct Grain<'g> {
    /// Columns of dots in one cell.
    pub across: usize,
    /// Levels in one cell.
    pub up: usize,
    glyphs: &'g Glyphs,
}

impl<'g> Grain<'g> {
    /// For an area of several rows.
    pub fn area(glyphs: &'g Glyphs) -> Self {
        match glyphs.set {
            GlyphSet::Braille => Self { across: 2, up: 4, glyphs },
            GlyphSet::Block | GlyphSet::Ascii => Self { across: 1, up: glyphs.heights.len(), glyphs },
        }
    }

    /// For one row of a table, where levels say more than two columns; never a whole cell, which would run into the
    /// row above.
    pub fn line(glyphs: &'g Glyphs) -> Self {
        Self { across: 1, up: glyphs.heights.len() - 1, glyphs }
    }

    /// The level of a value on a scale of so many rows; something is never drawn as nothing.
    pub fn level(self, value: f64, top: f64, rows: usize) -> usize {
        if value <= 0.0 || top <= 0.0 {
            return 0;
        }
        let levels = rows * self.up;
        ((value / top * levels as f64).round() as usize).clamp(1, levels)
    }

    /// The shape of a cell whose columns are filled to these levels of its own; `None` where nothing is.
    pub fn symbol(self, filled: [usize; 2]) -> Option<char> {
        let most = filled[0].max(filled[self.across - 1]);
        if most == 0 {
            return None;
        }
        if self.across == 2 {
            return Some(braille(filled));
        }
        self.glyphs.heights[most.min(self.up) - 1].chars().next()
    }
}

/// Two columns of up to four dots, filled from below.
fn braille([left, right]: [usize; 2]) -> char {
    // Dots 7, 3, 2, 1 on the left and 8, 6, 5, 4 on the right, from the lowest to the highest.
    const LEFT: [u32; 5] = [0, 0x40, 0x44, 0x46, 0x47];
    const RIGHT: [u32; 5] = [0, 0x80, 0xa0, 0xb0, 0xb8];
    char::from_u32(0x2800 + LEFT[left.min(4)] + RIGHT[right.min(4)]).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_never_drawn_as_nothing() {
        let grain = Grain::area(GlyphSet::Braille.glyphs());
        assert_eq!(grain.level(0.0, 10.0, 5), 0);
        assert_eq!(grain.level(0.001, 10.0, 5), 1);
        assert_eq!(grain.level(10.0, 10.0, 5), 20);
        assert_eq!(grain.level(99.0, 10.0, 5), 20);
        assert_eq!(grain.level(1.0, 0.0, 5), 0);
    }

    #[test]
    fn each_set_has_its_shapes() {
        let braille = Grain::area(GlyphSet::Braille.glyphs());
        assert_eq!(braille.symbol([0, 0]), None);
        assert_eq!(braille.symbol([1, 0]), Some('⡀'));
        assert_eq!(braille.symbol([2, 3]), Some('⣴'));
        assert_eq!(braille.symbol([4, 4]), Some('⣿'));
        let block = Grain::area(GlyphSet::Block.glyphs());
        assert_eq!([1, 4, 8].map(|level| block.symbol([level, level])), [Some('▁'), Some('▄'), Some('█')]);
        let ascii = Grain::area(GlyphSet::Ascii.glyphs());
        assert_eq!([1, 5, 9].map(|level| ascii.symbol([level, level])), [Some('.'), Some('+'), Some('@')]);
    }
}
