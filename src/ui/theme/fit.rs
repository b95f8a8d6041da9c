//! A theme in the colours that a terminal has.

use ratatui::style::{Color, Modifier, Style};

use super::depth::Depth;
use super::role::Role;
use super::{Theme, color, heat};

/// The contrast that words keep among sixteen colours, and the one that rules keep.
const LEGIBLE: f32 = 3.0;
const SEEN: f32 = 1.1;

impl Theme {
    /// The same theme with colours that the terminal has. Words stay legible: of the sixteen colours they take the
    /// nearest that stands out from the background.
    #[must_use]
    pub fn at_depth(&self, depth: Depth) -> Self {
        let behind = self.background.map(|color| depth.map(color, |_| true));
        let mut theme = self.clone();
        theme.background = behind.filter(|_| depth != Depth::Mono);
        for role in Role::ALL {
            theme.roles[role as usize] = fit(theme.style(role), role, behind, depth);
        }
        for color in theme.ramps.as_flattened_mut() {
            *color = depth.map(*color, |color| stands_out(color, behind, LEGIBLE));
        }
        theme.heat = self.heat.as_ref().and_then(|tints| heat::at_depth(tints, depth));
        for index in 0..theme.series.len() {
            // Two soft hues can have one nearest; each takes what those before it left, as long as they left some.
            let (taken, rest) = theme.series.split_at_mut(index);
            let legible = |color: Color| stands_out(color, behind, LEGIBLE);
            let free = depth.map(rest[0], |color| !taken.contains(&color) && legible(color));
            rest[0] =
                if matches!(free, Color::Rgb(..)) && depth < Depth::True { depth.map(rest[0], legible) } else { free };
        }
        if depth == Depth::Mono {
            theme.weigh();
        } else if theme.style(Role::Muted).fg == theme.style(Role::Text).fg {
            theme.add(Role::Muted, Modifier::DIM);
        }
        theme
    }

    /// Without colours, weight has to say what colours said.
    fn weigh(&mut self) {
        for role in [Role::Title, Role::Focus, Role::Key, Role::Bad, Role::New] {
            self.add(role, Modifier::BOLD);
        }
        for role in [Role::Faint, Role::Border] {
            self.add(role, Modifier::DIM);
        }
        self.add(Role::Match, Modifier::UNDERLINED);
    }

    fn add(&mut self, role: Role, modifier: Modifier) {
        let style = &mut self.roles[role as usize];
        *style = style.add_modifier(modifier);
    }
}

/// One role's style. Among sixteen colours none is only a little lighter than the background, so what has a background
/// of its own is reversed there.
fn fit(mut style: Style, role: Role, behind: Option<Color>, depth: Depth) -> Style {
    let named = |color: Color| !matches!(color, Color::Rgb(..) | Color::Indexed(_));
    let keeps = depth > Depth::Ansi16 || (depth == Depth::Ansi16 && style.bg.is_none_or(named));
    if let Some(bg) = style.bg.filter(|_| !keeps) {
        style = Style { fg: style.fg.map(|_| bg), bg: None, ..style.add_modifier(Modifier::REVERSED) };
    }
    style.bg = style.bg.map(|bg| depth.map(bg, |_| true));
    let behind = style.bg.or(behind);
    let fits = |color: Color| {
        if role.is_words() {
            // Bright black is hard to see on many terminals, whatever its contrast is on paper.
            color != Color::DarkGray && stands_out(color, behind, LEGIBLE)
        } else {
            stands_out(color, behind, SEEN)
        }
    };
    style.fg = style.fg.map(|fg| depth.map(fg, fits));
    style
}

fn stands_out(color: Color, behind: Option<Color>, least: f32) -> bool {
    behind.and_then(|behind| color::contrast(color, behind)).is_none_or(|contrast| contrast >= least)
}
