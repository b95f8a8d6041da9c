//! What the command line and the configuration say of how the screen begins.

use super::keys::Keymap;
use super::{Column, Saved};
use crate::figures::{Goals, Stakes};
use crate::model::{Currency, Stamp, Window};

/// What graphs are drawn with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Graphs {
    /// Braille where the terminal can, else blocks, else ASCII.
    #[default]
    Auto,
    Braille,
    Block,
    Ascii,
}

impl Graphs {
    pub const ALL: [Self; 4] = [Self::Auto, Self::Braille, Self::Block, Self::Ascii];

    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Braille => "braille",
            Self::Block => "block",
            Self::Ascii => "ascii",
        }
    }
}

/// What the command line and the configuration say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `None`: the smallest of 60m, 24h, 7d, 30d and all that holds calls.
    pub window: Option<Window>,
    /// Outranks the window, as long as no other window is chosen.
    pub since: Option<Stamp>,
    pub until: Option<Stamp>,
    /// Checked beforehand; one that cannot be read is left out and said so.
    pub filter: String,
    pub theme: String,
    /// The themes there are, in the order that `t` walks.
    pub themes: Vec<String>,
    pub keymap: Keymap,
    /// Filters that have a name, by name.
    pub saved: Vec<Saved>,
    /// Only some rows of the terminal are drawn on.
    pub inline: bool,
    pub graphs: Graphs,
    pub masked: bool,
    /// Keys and passwords in the text of calls are shown.
    pub secrets: bool,
    /// Costs are shown in it too.
    pub currency: Option<Currency>,
    /// Budgets and objectives, with nothing counted yet.
    pub goals: Goals,
    /// What it costs to send a call on, and to be wrong.
    pub stakes: Stakes,
    /// The columns of the calls' table, where the configuration says.
    pub columns: Option<Vec<Column>>,
    /// Known tools that keep logs in the user's home, to be offered where there is nothing else.
    pub tools: Vec<String>,
}
