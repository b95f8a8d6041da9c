//! Where things go: pure functions of a size, so that drawing, scrolling and the mouse agree by asking the same one.

use ratatui::layout::Rect;

/// How much a screen can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Density {
    /// One line that asks for room.
    TooSmall,
    /// One pane or a pair, columns dropped by rank.
    Small,
    /// Two rows of panes.
    Medium,
    /// Three columns; a list and its detail side by side.
    Large,
}

/// The sizes at which the density changes, as `(columns, rows)`. Users set them: a fixed threshold is always wrong for
/// somebody's split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Less than this in either direction is too small.
    pub least: (u16, u16),
    /// Less than this in either direction is small.
    pub medium: (u16, u16),
    /// At least this in both directions is large.
    pub large: (u16, u16),
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { least: (60, 16), medium: (100, 30), large: (170, 40) }
    }
}

impl Density {
    pub fn of(area: Rect, thresholds: &Thresholds) -> Self {
        let below = |(width, height): (u16, u16)| area.width < width || area.height < height;
        if below(thresholds.least) {
            Self::TooSmall
        } else if below(thresholds.medium) {
            Self::Small
        } else if below(thresholds.large) {
            Self::Medium
        } else {
            Self::Large
        }
    }
}

/// How long one part of a split is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many cells, or what is left of them.
    Fixed(u16),
    /// A part of what the fixed ones leave, in proportion to the others' weights.
    Share(u16),
}

/// Areas one below the other that cover `area` exactly: `let [head, body] = rows(area, [Fixed(2), Share(1)])`.
pub fn rows<const N: usize>(area: Rect, lengths: [Length; N]) -> [Rect; N] {
    let ends = ends(area.height, &lengths);
    std::array::from_fn(|i| {
        let start = if i == 0 { 0 } else { ends[i - 1] };
        Rect { y: area.y + start, height: ends[i] - start, ..area }
    })
}

/// Areas side by side that cover `area` exactly.
pub fn columns<const N: usize>(area: Rect, lengths: [Length; N]) -> [Rect; N] {
    let ends = ends(area.width, &lengths);
    std::array::from_fn(|i| {
        let start = if i == 0 { 0 } else { ends[i - 1] };
        Rect { x: area.x + start, width: ends[i] - start, ..area }
    })
}

/// Where each part ends. Fixed parts come first in need, in their order; shares divide the rest without losing a cell.
fn ends<const N: usize>(total: u16, lengths: &[Length; N]) -> [u16; N] {
    let fixed: u32 =
        lengths.iter().map(|length| if let Length::Fixed(cells) = length { u32::from(*cells) } else { 0 }).sum();
    let weights: u32 = lengths.iter().map(|length| if let Length::Share(w) = length { u32::from(*w) } else { 0 }).sum();
    let rest = u32::from(total).saturating_sub(fixed);
    let (mut end, mut weight, mut given) = (0, 0, 0);
    std::array::from_fn(|i| {
        match lengths[i] {
            Length::Fixed(cells) => end += u32::from(cells),
            Length::Share(share) => {
                weight += u32::from(share);
                let upto = (rest * weight).checked_div(weights).unwrap_or(0);
                end += upto - given;
                given = upto;
            }
        }
        end.min(u32::from(total)) as u16
    })
}

/// Without its first and last columns and rows, as far as there are any.
pub fn inset(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width / 2), rows.min(area.height / 2));
    Rect { x: area.x + columns, y: area.y + rows, width: area.width - 2 * columns, height: area.height - 2 * rows }
}

/// A card of at most this size in the middle of `area`.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// The n-th row of an area as an area of one row; empty below the last.
pub fn row(area: Rect, index: u16) -> Rect {
    let inside = index < area.height;
    Rect { y: area.y + index.min(area.height), height: u16::from(inside), ..area }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Length::{Fixed, Share};
    use super::*;

    fn sized(width: u16, height: u16) -> Rect {
        Rect::new(0, 0, width, height)
    }

    #[test]
    fn density_follows_the_size() {
        let of = |width, height| Density::of(sized(width, height), &Thresholds::default());
        assert_eq!(of(59, 40), Density::TooSmall);
        assert_eq!(of(200, 15), Density::TooSmall);
        assert_eq!(of(60, 16), Density::Small);
        assert_eq!(of(80, 24), Density::Small);
        assert_eq!(of(200, 29), Density::Small);
        assert_eq!(of(99, 60), Density::Small);
        assert_eq!(of(100, 30), Density::Medium);
        assert_eq!(of(200, 39), Density::Medium);
        assert_eq!(of(170, 40), Density::Large);
    }

    #[test]
    fn fixed_parts_are_served_first_and_shares_divide_the_rest() {
        let heights = |total, lengths: [Length; 3]| rows(sized(9, total), lengths).map(|area| area.height);
        assert_eq!(heights(24, [Fixed(2), Share(1), Fixed(1)]), [2, 21, 1]);
        assert_eq!(heights(10, [Share(1), Share(1), Share(1)]), [3, 3, 4]);
        assert_eq!(heights(10, [Share(2), Fixed(4), Share(1)]), [4, 4, 2]);
        assert_eq!(heights(3, [Fixed(2), Fixed(2), Share(1)]), [2, 1, 0]);
    }

    #[test]
    fn cards_and_insets_stay_inside() {
        assert_eq!(centered(sized(80, 24), 40, 10), Rect::new(20, 7, 40, 10));
        assert_eq!(centered(sized(30, 5), 40, 10), sized(30, 5));
        assert_eq!(inset(sized(10, 4), 1, 1), Rect::new(1, 1, 8, 2));
        assert_eq!(inset(sized(1, 1), 1, 1), sized(1, 1));
        assert_eq!(row(sized(5, 2), 1), Rect::new(0, 1, 5, 1));
        assert_eq!(row(sized(5, 2), 2).height, 0);
    }

    proptest! {
        #[test]
        fn a_split_covers_its_area_once(total: u16, a in 0u16..300, b in 1u16..300, c in 0u16..300) {
            let area = Rect::new(3, 5, total.min(u16::MAX - 3), 7);
            let parts = columns(area, [Fixed(a), Share(b), Share(c), Fixed(2)]);
            let mut x = area.x;
            for part in parts {
                prop_assert_eq!(part.x, x);
                x = part.right();
            }
            prop_assert_eq!(x, area.right());
        }
    }
}
