//! How many colours the terminal can show, from what the user and the environment say.

use ratatui::style::Color;

use super::color;

/// From fewest to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// No colour at all; bold, dim and reverse remain.
    Mono,
    Ansi16,
    Ansi256,
    True,
}

/// `--color auto|always|never`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorFlag {
    #[default]
    Auto,
    Always,
    Never,
}

impl Depth {
    /// The first that speaks wins: the flag, `NO_COLOR` (set and not empty), a terminal that is none or dumb,
    /// `COLORTERM`, a `TERM` of 256 colours; else sixteen.
    pub fn detect(flag: ColorFlag, env: impl Fn(&str) -> Option<String>, is_tty: bool) -> Self {
        let term = env("TERM").unwrap_or_default();
        let no_color = env("NO_COLOR").is_some_and(|value| !value.is_empty());
        match flag {
            ColorFlag::Never => return Self::Mono,
            ColorFlag::Auto if no_color || term == "dumb" || !is_tty => return Self::Mono,
            ColorFlag::Auto | ColorFlag::Always => {}
        }
        let truecolor = env("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
        if truecolor || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }

    /// The nearest colour that this depth has; of the sixteen, the nearest that `fits`.
    pub(super) fn map(self, color: Color, fits: impl Fn(Color) -> bool) -> Color {
        match self {
            Self::Mono => Color::Reset,
            Self::Ansi16 => color::nearest_16(color, fits),
            Self::Ansi256 => color::nearest_256(color),
            Self::True => color,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(flag: ColorFlag, vars: &[(&str, &str)], is_tty: bool) -> Depth {
        let env = |name: &str| vars.iter().find_map(|(key, value)| (*key == name).then(|| (*value).to_owned()));
        Depth::detect(flag, env, is_tty)
    }

    #[test]
    fn the_ladder_is_walked_from_the_top() {
        use ColorFlag::{Always, Auto, Never};
        let rich = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor")];
        assert_eq!(detect(Auto, &rich, true), Depth::True);
        assert_eq!(detect(Never, &rich, true), Depth::Mono);
        assert_eq!(detect(Auto, &rich, false), Depth::Mono);
        assert_eq!(detect(Always, &rich, false), Depth::True);
        assert_eq!(detect(Auto, &[("TERM", "xterm-256color")], true), Depth::Ansi256);
        assert_eq!(detect(Auto, &[("TERM", "xterm")], true), Depth::Ansi16);
        assert_eq!(detect(Auto, &[("TERM", "xterm-direct")], true), Depth::True);
        assert_eq!(detect(Auto, &[("TERM", "dumb"), ("COLORTERM", "24bit")], true), Depth::Mono);
        assert_eq!(detect(Auto, &[], true), Depth::Ansi16);
        assert_eq!(detect(Auto, &[("NO_COLOR", "1"), ("COLORTERM", "24bit")], true), Depth::Mono);
        assert_eq!(detect(Auto, &[("NO_COLOR", ""), ("COLORTERM", "24bit")], true), Depth::True);
        assert_eq!(detect(Always, &[("NO_COLOR", "1"), ("TERM", "xterm")], true), Depth::Ansi16);
    }
}
