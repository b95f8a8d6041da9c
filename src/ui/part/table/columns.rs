//! Which columns fit into a width, and where each of them stands.

use crate::ui::part::line::Align;

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Fixed(u16),
    /// At least so wide; takes an even part of what is left over.
    Grow(u16),
    /// From so wide to so wide.
    Between(u16, u16),
}

impl Width {
    fn least(self) -> u16 {
        match self {
            Self::Fixed(cells) | Self::Grow(cells) | Self::Between(cells, _) => cells,
        }
    }

    fn most(self) -> u16 {
        match self {
            Self::Fixed(cells) => cells,
            Self::Grow(_) => u16::MAX,
            Self::Between(least, most) => most.max(least),
        }
    }
}

/// One column as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its head, in capitals.
    pub name: &'static str,
    pub width: Width,
    pub align: Align,
    /// The highest rank is dropped first where the width is short; rank 0 never is.
    pub rank: u8,
}

impl Column {
    pub const fn left(name: &'static str, width: Width, rank: u8) -> Self {
        Self { name, width, align: Align::Left, rank }
    }

    pub const fn right(name: &'static str, width: Width, rank: u8) -> Self {
        Self { name, width, align: Align::Right, rank }
    }
}

/// A column that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its place among all columns of the table.
    pub index: usize,
    /// Cells from the left edge of the table's text.
    pub x: u16,
    pub width: u16,
}

/// The columns that fit into so many cells, a blank between each two.
pub fn place(columns: &[Column], width: u16) -> Vec<Placed> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let needed = |shown: &[usize]| -> u32 {
        let least: u32 = shown.iter().map(|index| u32::from(columns[*index].width.least())).sum();
        least + shown.len().saturating_sub(1) as u32
    };
    while needed(&shown) > u32::from(width) {
        let rank = |index: &&usize| columns[**index].rank;
        // Of equal rank, the one on the right goes first.
        match shown.iter().filter(|index| rank(index) > 0).max_by_key(rank).copied() {
            Some(last) => shown.retain(|index| *index != last),
            None => break,
        }
    }
    spread(columns, shown, width)
}

/// The columns from one on that fit whole into so many cells, at least one.
pub fn place_from(columns: &[Column], from: usize, width: u16) -> Vec<Placed> {
    let mut needed = 0;
    let fits = |index: &usize| {
        needed += u32::from(columns[*index].width.least()) + u32::from(*index > from);
        needed <= u32::from(width) || *index == from
    };
    spread(columns, (from..columns.len()).take_while(fits).collect(), width)
}

/// The first column to show so that the one under the cursor is seen: the one that was, moved as little as needed, and
/// no further than for the last one to be seen.
pub fn scrolled(columns: &[Column], was: usize, cursor: Option<usize>, width: u16) -> usize {
    let last = |from: usize| place_from(columns, from, width).last().map_or(0, |placed| placed.index);
    let end = columns.len().saturating_sub(1);
    let mut from = was.min(cursor.unwrap_or(was)).min(end);
    while cursor.is_some_and(|cursor| last(from) < cursor) {
        from += 1;
    }
    while from > 0 && last(from - 1) == end {
        from -= 1;
    }
    from
}

/// Gives what room is left over to the columns that may grow.
fn spread(columns: &[Column], shown: Vec<usize>, width: u16) -> Vec<Placed> {
    let least: u32 = shown.iter().map(|index| u32::from(columns[*index].width.least())).sum();
    let needed = least + shown.len().saturating_sub(1) as u32;
    let mut widths: Vec<u16> = shown.iter().map(|index| columns[*index].width.least()).collect();
    let mut left = u32::from(width).saturating_sub(needed) as u16;
    // One cell to each in turn that may still grow: at most a few hundred steps, and it needs no arithmetic of shares.
    while left > 0 {
        let before = left;
        for (cells, index) in widths.iter_mut().zip(&shown) {
            if left > 0 && *cells < columns[*index].width.most() {
                *cells += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    let mut x = 0;
    let mut placed = Vec::with_capacity(shown.len());
    for (index, cells) in shown.into_iter().zip(widths) {
        let cells = cells.min(width.saturating_sub(x));
        if cells == 0 {
            break;
        }
        placed.push(Placed { index, x, width: cells });
        x += cells + 1;
    }
    placed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static COLUMNS: [Column; 5] = [
        Column::left("MODEL", Width::Between(8, 14), 0),
        Column::left("ROUTE", Width::Grow(6), 1),
        Column::right("COST", Width::Fixed(7), 0),
        Column::right("TTFT", Width::Fixed(5), 3),
        Column::right("TOOK", Width::Fixed(6), 2),
    ];

    fn shown(width: u16) -> Vec<(&'static str, u16)> {
        place(&COLUMNS, width).iter().map(|placed| (COLUMNS[placed.index].name, placed.width)).collect()
    }

    #[test]
    fn the_highest_rank_is_dropped_first_and_the_rest_grows() {
        assert_eq!(shown(36), [("MODEL", 8), ("ROUTE", 6), ("COST", 7), ("TTFT", 5), ("TOOK", 6)]);
        assert_eq!(shown(35), [("MODEL", 11), ("ROUTE", 8), ("COST", 7), ("TOOK", 6)]);
        assert_eq!(shown(24), [("MODEL", 9), ("ROUTE", 6), ("COST", 7)]);
        assert_eq!(shown(20), [("MODEL", 12), ("COST", 7)]);
        assert_eq!(shown(60), [("MODEL", 14), ("ROUTE", 24), ("COST", 7), ("TTFT", 5), ("TOOK", 6)]);
    }

    #[test]
    fn scrolling_moves_no_further_than_the_cursor_needs() {
        let seen = |from: usize| -> Vec<usize> { place_from(&COLUMNS, from, 22).iter().map(|at| at.index).collect() };
        assert_eq!((seen(0), seen(1), seen(2)), (vec![0, 1], vec![1, 2, 3], vec![2, 3, 4]));
        for (was, cursor, from) in
            [(0, Some(1), 0), (0, Some(2), 1), (1, Some(2), 1), (2, Some(0), 0), (0, Some(4), 2), (4, None, 2)]
        {
            assert_eq!(scrolled(&COLUMNS, was, cursor, 22), from, "from {was} to {cursor:?}");
        }
        assert_eq!(scrolled(&COLUMNS, 3, Some(3), 80), 0, "where all have room nothing is scrolled");
        assert_eq!(place_from(&COLUMNS, 0, 4), [Placed { index: 0, x: 0, width: 4 }], "one is always there");
    }

    #[test]
    fn what_never_goes_is_cut() {
        assert_eq!(shown(12), [("MODEL", 8), ("COST", 3)]);
        assert_eq!(shown(3), [("MODEL", 3)]);
        assert_eq!(shown(0), []);
    }

    proptest! {
        #[test]
        fn nothing_overlaps_or_sticks_out(width in 0u16..250) {
            let placed = place(&COLUMNS, width);
            prop_assert!(placed.windows(2).all(|pair| pair[0].x + pair[0].width < pair[1].x));
            prop_assert!(placed.last().is_none_or(|last| last.x + last.width <= width));
        }
    }
}
