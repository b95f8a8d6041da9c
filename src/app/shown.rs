//! What the last frame showed where. Drawing reads the state and changes nothing; this is what it tells back, so that
//! pages are as long as the panes, columns walk over those that fit, and the mouse hits what it points at.

use super::{Action, Column, Pane};

/// Cells of the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    pub fn holds(self, x: u16, y: u16) -> bool {
        (self.x..self.x.saturating_add(self.width)).contains(&x)
            && (self.y..self.y.saturating_add(self.height)).contains(&y)
    }
}

/// A pane that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPane {
    pub pane: Pane,
    pub area: Area,
    /// Where its lines are: the pane without borders and headings.
    pub lines: Area,
    /// The first line drawn.
    pub top: usize,
    /// How many lines there are to scroll through.
    pub len: usize,
    /// The columns of its table that had room.
    pub columns: Vec<Column>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    pub panes: Vec<ShownPane>,
    /// Lines of the list of keys that are open, and how many of them are seen.
    pub help: Option<(usize, usize)>,
    /// What a click does: tabs, crumbs, headings, hints. The last one that holds the point wins.
    pub clicks: Vec<(Area, Action)>,
}

impl Shown {
    pub fn pane(&self, pane: Pane) -> Option<&ShownPane> {
        self.panes.iter().find(|shown| shown.pane == pane)
    }

    /// What decides how long pages are, how wide text is cut, and which columns can be walked.
    pub fn layout(&self) -> Vec<(Pane, Area, &[Column])> {
        self.panes.iter().map(|shown| (shown.pane, shown.lines, shown.columns.as_slice())).collect()
    }

    /// Lines a pane has room for; a guess before the first frame.
    pub fn height(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(20, |shown| usize::from(shown.lines.height).max(1))
    }

    /// Columns a pane's text has room for; a guess before the first frame.
    pub fn width(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(76, |shown| usize::from(shown.lines.width).max(1))
    }

    pub fn at(&self, x: u16, y: u16) -> Option<&ShownPane> {
        self.panes.iter().rev().find(|shown| shown.area.holds(x, y))
    }

    pub fn click(&self, x: u16, y: u16) -> Option<&Action> {
        self.clicks.iter().rev().find(|(area, _)| area.holds(x, y)).map(|(_, action)| action)
    }
}
