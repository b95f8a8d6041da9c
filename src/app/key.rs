//! A pressed key, in the program's own words: the terminal's are translated at the edge.

use std::fmt;

/// What was pressed. Shift is part of the character (`G`) or of the code ([`Code::BackTab`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// F1 to F12; bound to nothing unless the configuration does it.
    F(u8),
}

impl Key {
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false }
    }
}

impl fmt::Display for Key {
    /// As the footer and `?` write it: `j`, `^d`, `Enter`, `⇧Tab`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alt {
            f.write_str("alt-")?;
        }
        if self.ctrl {
            f.write_str("^")?;
        }
        f.write_str(match self.code {
            Code::Char(' ') => "Space",
            Code::Char(c) => return write!(f, "{c}"),
            Code::F(nth) => return write!(f, "F{nth}"),
            Code::Enter => "↵",
            Code::Esc => "Esc",
            Code::Tab => "Tab",
            Code::BackTab => "⇧Tab",
            Code::Backspace => "⌫",
            Code::Delete => "Del",
            Code::Up => "↑",
            Code::Down => "↓",
            Code::Left => "←",
            Code::Right => "→",
            Code::Home => "Home",
            Code::End => "End",
            Code::PageUp => "PgUp",
            Code::PageDown => "PgDn",
        })
    }
}
