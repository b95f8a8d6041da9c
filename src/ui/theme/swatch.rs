//! A few colours of each theme, to choose by.

use std::collections::HashMap;

use ratatui::style::{Color, Style};
use ratatui::text::Span;

use super::{Mode, Role, Theme};

/// By the names of the themes.
#[derive(Debug, Clone, Default)]
pub struct Swatches(HashMap<String, Swatch>);

#[derive(Debug, Clone)]
struct Swatch {
    mode: Mode,
    background: Option<Color>,
    colors: Vec<Color>,
}

impl Swatches {
    pub fn of(themes: &HashMap<String, Theme>) -> Self {
        let swatch = |(name, theme): (&String, &Theme)| {
            let roles = [Role::Focus, Role::Good, Role::Warn, Role::Bad].map(|role| theme.style(role).fg);
            let series = (0..4).map(|index| theme.series(index));
            let colors = roles.into_iter().flatten().chain(series).collect();
            (name.clone(), Swatch { mode: theme.mode, background: theme.background, colors })
        };
        Self(themes.iter().map(swatch).collect())
    }

    /// What the theme is made for, and its colours as shapes on its own background; `None` for a theme that is gone.
    pub fn of_theme(&self, name: &str, shape: &str) -> Option<(&'static str, Vec<Span<'static>>)> {
        let Swatch { mode, background, colors } = self.0.get(name)?;
        let words = match mode {
            Mode::Dark => "dark",
            Mode::Light => "light",
            Mode::Any => "any",
        };
        let style = |color: &Color| background.map_or(Style::new(), |behind| Style::new().bg(behind)).fg(*color);
        let blank = Span::styled(" ", style(&Color::Reset));
        let cells = colors.iter().flat_map(|color| [Span::styled(shape.to_owned(), style(color)), blank.clone()]);
        Some((words, std::iter::once(blank.clone()).chain(cells).collect()))
    }
}
