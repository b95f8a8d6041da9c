//! The terminal that frames are drawn on.

use std::io::{self, BufWriter};

use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::term::{self, Out};

/// What frames are drawn with.
pub type Screen = Terminal<CrosstermBackend<BufWriter<Out>>>;

/// A terminal that draws on all of it, or on the rows that are ours.
pub fn terminal() -> io::Result<Screen> {
    // A whole frame with everything moving is about 40 kB: one write.
    let out = BufWriter::with_capacity(64 * 1024, Out::new()?);
    let viewport = Viewport::Fixed(area());
    Terminal::with_options(CrosstermBackend::new(out), TerminalOptions { viewport })
}

/// What of the terminal is drawn on.
pub fn area() -> Rect {
    let (width, height) = term::size();
    match term::inline::rows() {
        Some((top, rows)) => Rect::new(0, top, width, rows.min(height)),
        None => Rect::new(0, 0, width, height),
    }
}
