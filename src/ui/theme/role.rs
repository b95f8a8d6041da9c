//! What a style is for. Screens name roles, themes name colours, and neither knows the other.

use ratatui::style::{Modifier, Style};

/// The sixteen things that a style can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary words.
    Text,
    /// Words of less weight: units, labels, hints. Always legible.
    Muted,
    /// Rules and empty meter cells. Never words: some terminals show it hardly or not at all.
    Faint,
    /// The figures that a screen is about.
    Strong,
    /// Titles of panes and heads of columns.
    Title,
    /// Frames.
    Border,
    /// The frame and title of the pane that has the keys.
    Focus,
    /// The row under the cursor, from edge to edge.
    Selection,
    /// A key that can be pressed.
    Key,
    /// What `Enter` opens.
    Link,
    Good,
    Info,
    Warn,
    Bad,
    /// What came since the last look.
    New,
    /// What a search found.
    Match,
}

impl Role {
    pub const COUNT: usize = 16;

    pub const ALL: [Self; Self::COUNT] = [
        Self::Text,
        Self::Muted,
        Self::Faint,
        Self::Strong,
        Self::Title,
        Self::Border,
        Self::Focus,
        Self::Selection,
        Self::Key,
        Self::Link,
        Self::Good,
        Self::Info,
        Self::Warn,
        Self::Bad,
        Self::New,
        Self::Match,
    ];

    /// The name in a theme's `[roles]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Faint => "faint",
            Self::Strong => "strong",
            Self::Title => "title",
            Self::Border => "border",
            Self::Focus => "focus",
            Self::Selection => "selection",
            Self::Key => "key",
            Self::Link => "link",
            Self::Good => "good",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::New => "new",
            Self::Match => "match",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether words are written in it, so that it must be legible.
    pub fn is_words(self) -> bool {
        !matches!(self, Self::Faint | Self::Border | Self::Selection)
    }
}

/// What a theme says of each role; `None` where it is silent.
pub type Said = [Option<Style>; Role::COUNT];

/// Fills in what a theme leaves out, each role from the one that is nearest to it in meaning.
pub fn resolve(said: &Said) -> [Style; Role::COUNT] {
    let own = |role: Role| said[role as usize];
    let text = own(Role::Text).unwrap_or_default();
    // A style that says only "bold" is bold text, not bold in the terminal's own colour.
    let or = |role: Role, other: Style| own(role).map_or(other, |style| Style { fg: style.fg.or(text.fg), ..style });
    let strong = or(Role::Strong, text.add_modifier(Modifier::BOLD));
    let muted = or(Role::Muted, text);
    let faint = or(Role::Faint, muted);
    let info = or(Role::Info, text);
    let warn = or(Role::Warn, text);
    let link = or(Role::Link, info);
    Role::ALL.map(|role| match role {
        Role::Text => text,
        Role::Strong => strong,
        Role::Muted => muted,
        Role::Faint => faint,
        Role::Title => or(role, strong),
        Role::Border => or(role, faint),
        Role::Focus | Role::Key => or(role, link),
        // Without a colour of its own it keeps that of each cell under it.
        Role::Selection => own(role).unwrap_or_else(|| Style::new().add_modifier(Modifier::REVERSED)),
        Role::Link => link,
        Role::Good | Role::Bad => or(role, text),
        Role::Info => info,
        Role::Warn => warn,
        Role::New => or(role, info),
        Role::Match => or(role, warn),
    })
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    fn resolved(said: &[(Role, Style)]) -> impl Fn(Role) -> Style + use<> {
        let mut all = Said::default();
        for (role, style) in said {
            all[*role as usize] = Some(*style);
        }
        let styles = resolve(&all);
        move |role| styles[role as usize]
    }

    #[test]
    fn what_is_left_out_follows_the_arrows() {
        let style = resolved(&[
            (Role::Text, Style::new().fg(Color::Gray)),
            (Role::Muted, Style::new().fg(Color::Cyan)),
            (Role::Info, Style::new().fg(Color::Blue)),
            (Role::Warn, Style::new().fg(Color::Yellow)),
        ]);
        for (role, color) in [
            (Role::Strong, Color::Gray),
            (Role::Title, Color::Gray),
            (Role::Faint, Color::Cyan),
            (Role::Border, Color::Cyan),
            (Role::Link, Color::Blue),
            (Role::Focus, Color::Blue),
            (Role::Key, Color::Blue),
            (Role::New, Color::Blue),
            (Role::Match, Color::Yellow),
            (Role::Good, Color::Gray),
        ] {
            assert_eq!(style(role).fg, Some(color), "{}", role.name());
        }
        assert!(style(Role::Title).add_modifier.contains(Modifier::BOLD));
        assert!(style(Role::Selection).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn a_style_without_a_colour_takes_that_of_text() {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let style = resolved(&[(Role::Text, Style::new().fg(Color::Gray)), (Role::Key, bold), (Role::Selection, bold)]);
        assert_eq!(style(Role::Key).fg, Some(Color::Gray));
        assert_eq!(style(Role::Selection).fg, None);
    }
}
