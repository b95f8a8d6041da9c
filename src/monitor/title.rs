//! The title of the terminal's window: written when it says something else than before, and only then.

use std::io;

use crate::app::App;
use crate::{term, ui};

/// See the module.
#[derive(Debug)]
pub struct Title {
    /// Whether it is ours to set.
    ours: bool,
    last: String,
}

impl Title {
    pub fn new(ours: bool) -> Self {
        Self { ours, last: String::new() }
    }

    pub fn set(&mut self, app: &App) -> io::Result<()> {
        let title = ui::title(app);
        if self.ours && title != self.last {
            term::name(&title)?;
            self.last = title;
        }
        Ok(())
    }

    /// The terminal has been given back and taken again: its title is not ours any more.
    pub fn forget(&mut self) {
        self.last.clear();
    }
}
