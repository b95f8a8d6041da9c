//! Colours by meaning. A theme is one TOML file: what it names is taken, the rest follows from what is nearest to it.
//!
//! ```text
//! text ← base     strong ← text+bold   muted ← text   faint ← muted     title ← strong
//! border ← faint  focus ← link         selection ← reverse              key ← link
//! good  info  warn  bad                new ← info     match ← warn      link ← info
//! cost: good→warn→bad      tokens: info→link→strong      latency: good→warn→bad      series: 8 hues
//! ```
//!
//! Colour has three jobs and no other: what something is (roles), how it is (good, info, warn, bad and the ramps, whose
//! colour follows the value), and which one it is (the series). Nothing is told by colour alone.

mod base16;
mod color;
mod depth;
mod file;
mod role;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

pub use depth::{ColorFlag, Depth};
pub use role::Role;

use file::File;

/// Every built-in theme: its file's name and its text, the one to start with first.
pub static THEMES: &[(&str, &str)] = &[
    ("default", include_str!("../../themes/default.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("catppuccin-mocha", include_str!("../../themes/catppuccin-mocha.toml")),
    ("tokyo-night", include_str!("../../themes/tokyo-night.toml")),
];

/// The background a theme is made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    Dark,
    Light,
    #[default]
    Any,
}

/// A gradient that says how large a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ramp {
    Cost,
    Tokens,
    Latency,
}

impl Ramp {
    pub const COUNT: usize = 3;
    pub const ALL: [Self; Self::COUNT] = [Self::Cost, Self::Tokens, Self::Latency];

    /// The name in a theme's `[ramps]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Tokens => "tokens",
            Self::Latency => "latency",
        }
    }
}

/// Shades of a ramp. A graph of a hundred rows shows no steps with these, and looking one up mixes nothing.
const SHADES: usize = 64;

/// The contrast that words keep among sixteen colours, and the one that a rule or a bar under words keeps.
const LEGIBLE: f32 = 3.0;
const SEEN: f32 = 1.1;

/// All colours of one theme at one depth, ready to draw with.
#[derive(Debug, Clone)]
pub struct Theme {
    pub name: String,
    pub mode: Mode,
    /// `None` keeps the terminal's own background.
    pub background: Option<Color>,
    roles: [Style; Role::COUNT],
    ramps: [[Color; SHADES]; Ramp::COUNT],
    series: Vec<Color>,
}

impl Theme {
    /// Reads a theme file, or a base16 scheme as it is. The error is one line that names the line and the name.
    pub fn load(toml: &str) -> Result<Self, String> {
        let file = match base16::parse(toml) {
            Some(file) => file,
            None => file::parse(toml, inherited)?,
        };
        Ok(Self::from_file(file))
    }

    /// A built-in theme; `None` for a name that is not in [`THEMES`].
    pub fn named(name: &str) -> Option<Self> {
        let (_, toml) = THEMES.iter().find(|(known, _)| *known == name)?;
        Self::load(toml).ok()
    }

    fn from_file(file: File) -> Self {
        let roles = role::resolve(&file.said);
        let fg = |role: Role| roles[role as usize].fg.unwrap_or_default();
        let health = || vec![fg(Role::Good), fg(Role::Warn), fg(Role::Bad)];
        let hues = [Role::Info, Role::Key, Role::Warn, Role::Good, Role::Link, Role::Match, Role::Focus, Role::Bad];
        let [cost, tokens, latency] = file.ramps;
        Self {
            name: file.name,
            mode: file.mode,
            background: file.background,
            ramps: [
                shades(&cost.unwrap_or_else(health)),
                shades(&tokens.unwrap_or_else(|| vec![fg(Role::Info), fg(Role::Link), fg(Role::Strong)])),
                shades(&latency.unwrap_or_else(health)),
            ],
            series: file.series.unwrap_or_else(|| hues.map(fg).to_vec()),
            roles,
        }
    }

    pub fn style(&self, role: Role) -> Style {
        self.roles[role as usize]
    }

    /// The colour of a value at `position` of its scale, 0 the least and 1 the most; what lies outside is clamped.
    pub fn ramp(&self, ramp: Ramp, position: f64) -> Color {
        let shade = (position.clamp(0.0, 1.0) * (SHADES - 1) as f64).round();
        // A NaN becomes 0 here.
        self.ramps[ramp as usize][shade as usize]
    }

    /// The colour of the n-th series; they come round again after the last.
    pub fn series(&self, index: usize) -> Color {
        self.series[index % self.series.len()]
    }

    /// Like [`Self::series`], and without colours told apart by weight, as far as that goes.
    pub fn series_style(&self, index: usize) -> Style {
        let style = Style::new().fg(self.series(index));
        match index % 3 {
            _ if !self.is_mono() => style,
            0 => style.add_modifier(Modifier::BOLD),
            1 => style.add_modifier(Modifier::DIM),
            _ => style,
        }
    }

    /// The foreground and background of a cell that nothing was drawn on.
    pub fn base(&self) -> Style {
        let style = Style::new().fg(self.style(Role::Text).fg.unwrap_or_default());
        self.background.map_or(style, |color| style.bg(color))
    }

    /// Paints the background; the first thing drawn on a screen or on a card over it.
    pub fn paint(&self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        for position in area.positions() {
            buf[position].reset();
        }
        buf.set_style(area, self.base());
    }

    /// Whether no role has a colour, so that weight, reverse and shapes must tell everything.
    pub fn is_mono(&self) -> bool {
        let plain = |color: Option<Color>| color.is_none_or(|color| color == Color::Reset);
        self.roles.iter().all(|style| plain(style.fg) && plain(style.bg))
    }

    /// The same theme with colours that the terminal has. Words stay legible: of the sixteen colours they take the
    /// nearest that stands out from the background.
    #[must_use]
    pub fn at_depth(&self, depth: Depth) -> Self {
        let background = self.background.map(|color| depth.map(color, |_| true));
        let mut theme = self.clone();
        theme.background = background.filter(|_| depth != Depth::Mono);
        for role in Role::ALL {
            let style = &mut theme.roles[role as usize];
            let least = if role.is_words() { LEGIBLE } else { SEEN };
            style.bg = style.bg.map(|bg| depth.map(bg, |color| stands_out(color, background, SEEN)));
            style.fg = style.fg.map(|fg| depth.map(fg, |color| stands_out(color, style.bg.or(background), least)));
            if depth == Depth::Mono && style.bg.take().is_some() {
                *style = style.add_modifier(Modifier::REVERSED);
            }
        }
        for color in theme.ramps.as_flattened_mut().iter_mut().chain(&mut theme.series) {
            *color = depth.map(*color, |color| stands_out(color, background, LEGIBLE));
        }
        if depth == Depth::Mono {
            theme.weigh();
        }
        theme
    }

    /// Without colours, weight has to say what colours said.
    fn weigh(&mut self) {
        for (role, modifier) in [
            (Role::Title, Modifier::BOLD),
            (Role::Focus, Modifier::BOLD),
            (Role::Key, Modifier::BOLD),
            (Role::Bad, Modifier::BOLD),
            (Role::New, Modifier::BOLD),
            (Role::Match, Modifier::UNDERLINED),
        ] {
            let style = &mut self.roles[role as usize];
            *style = style.add_modifier(modifier);
        }
    }
}

impl Default for Theme {
    /// The first built-in theme; one without any colour could that not be read.
    fn default() -> Self {
        Self::named("default").unwrap_or_else(|| Self::from_file(File::default()))
    }
}

/// The file of a built-in theme that another builds on. Those may inherit in turn only if they stand further up.
fn inherited(name: &str) -> Result<File, String> {
    let Some(index) = THEMES.iter().position(|(known, _)| *known == name) else {
        let known: Vec<&str> = THEMES.iter().map(|(name, _)| *name).collect();
        return Err(format!("no theme `{name}` to inherit; there are {}", known.join(", ")));
    };
    file::parse(THEMES[index].1, |other| {
        let above = THEMES[..index].iter().any(|(known, _)| *known == other);
        if above { inherited(other) } else { Err(format!("`{name}` cannot inherit `{other}`")) }
    })
}

fn stands_out(color: Color, background: Option<Color>, least: f32) -> bool {
    background.and_then(|background| color::contrast(color, background)).is_none_or(|contrast| contrast >= least)
}

/// A ramp of two or three stops, mixed in even steps. Named colours are not mixed but picked by position.
fn shades(stops: &[Color]) -> [Color; SHADES] {
    std::array::from_fn(|shade| {
        let named = stops.iter().any(|color| !matches!(color, Color::Rgb(..)));
        if named {
            return stops[shade * stops.len() / SHADES];
        }
        let position = shade as f32 / (SHADES - 1) as f32 * (stops.len() - 1) as f32;
        let from = (position as usize).min(stops.len() - 2);
        color::mix(stops[from], stops[from + 1], position - from as f32)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn all() -> impl Iterator<Item = (&'static str, Theme)> {
        THEMES.iter().map(|(name, toml)| (*name, Theme::load(toml).unwrap_or_else(|error| panic!("{name}: {error}"))))
    }

    fn colors(theme: &Theme) -> impl Iterator<Item = Color> {
        let roles = theme.roles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
        roles.chain(theme.background).chain(theme.ramps.into_iter().flatten()).chain(theme.series.clone())
    }

    #[test]
    fn every_theme_of_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/themes");
        let files: HashSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, THEMES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }

    #[test]
    fn words_stand_out_from_a_background_that_the_theme_states() {
        for (name, theme) in all() {
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                let theme = theme.at_depth(depth);
                let Some(background) = theme.background else { continue };
                for role in Role::ALL.into_iter().filter(|role| role.is_words()) {
                    let style = theme.style(role);
                    let contrast = color::contrast(style.fg.unwrap(), style.bg.unwrap_or(background)).unwrap();
                    // Sixteen colours leave no choice but between legible and not.
                    let least = if role == Role::Muted || depth == Depth::Ansi16 { 3.0 } else { 4.5 };
                    assert!(contrast >= least, "{name} {depth:?}: {} has {contrast:.2}", role.name());
                }
            }
        }
    }

    #[test]
    fn words_stand_out_from_the_selection() {
        for (name, theme) in all() {
            let Some(bg) = theme.style(Role::Selection).bg else { continue };
            for (role, least) in [(Role::Text, 4.5), (Role::Strong, 4.5), (Role::Bad, 3.0), (Role::Good, 3.0)] {
                let contrast = color::contrast(theme.style(role).fg.unwrap(), bg).unwrap();
                assert!(contrast >= least, "{name}: {} has {contrast:.2} when selected", role.name());
            }
        }
    }

    #[test]
    fn mono_has_no_colour_and_still_shows_focus_and_selection() {
        for (name, theme) in all() {
            let mono = theme.at_depth(Depth::Mono);
            assert!(colors(&mono).all(|color| color == Color::Reset), "{name}");
            assert!(mono.is_mono());
            assert!(mono.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), "{name}");
            assert_ne!(mono.style(Role::Focus), mono.style(Role::Border), "{name}");
        }
        assert!(Theme::named("mono").unwrap().is_mono());
        assert!(!Theme::default().is_mono());
    }

    #[test]
    fn the_default_theme_writes_no_words_in_black_white_or_grey() {
        let theme = Theme::default();
        assert_eq!(theme.background, None);
        for role in Role::ALL.into_iter().filter(|role| role.is_words()) {
            let fg = theme.style(role).fg.unwrap_or_default();
            let unsafe_colors = [Color::Black, Color::DarkGray, Color::Gray, Color::White];
            assert!(!unsafe_colors.contains(&fg), "{} is {fg:?}", role.name());
        }
        assert!(colors(&theme).all(|color| !matches!(color, Color::Rgb(..) | Color::Indexed(_))));
    }

    #[test]
    fn a_depth_has_no_colour_of_a_deeper_one() {
        for (name, theme) in all() {
            let shown = |depth| theme.at_depth(depth);
            assert!(colors(&shown(Depth::Ansi256)).all(|color| !matches!(color, Color::Rgb(..))), "{name}");
            let ansi = shown(Depth::Ansi16);
            assert!(colors(&ansi).all(|color| !matches!(color, Color::Rgb(..) | Color::Indexed(_))), "{name}");
            if let Some(bg) = ansi.style(Role::Selection).bg {
                assert_ne!(Some(bg), ansi.background, "{name}: the selection cannot be seen");
            }
        }
    }

    #[test]
    fn ramps_run_from_end_to_end() {
        let theme = Theme::load("[ramps]\ncost = [\"#000000\", \"#808080\", \"#ffffff\"]").unwrap();
        assert_eq!(theme.ramp(Ramp::Cost, 0.0), Color::Rgb(0, 0, 0));
        assert_eq!(theme.ramp(Ramp::Cost, -3.0), Color::Rgb(0, 0, 0));
        assert_eq!(theme.ramp(Ramp::Cost, 7.0), Color::Rgb(255, 255, 255));
        assert_eq!(theme.ramp(Ramp::Cost, f64::NAN), Color::Rgb(0, 0, 0));
        let named = Theme::load("[ramps]\ncost = [\"green\", \"yellow\", \"red\"]").unwrap();
        let picked = [0.0, 0.3, 0.4, 0.6, 0.7, 1.0].map(|position| named.ramp(Ramp::Cost, position));
        let [green, yellow, red] = [Color::Green, Color::Yellow, Color::Red];
        assert_eq!(picked, [green, green, yellow, yellow, red, red]);
    }

    #[test]
    fn series_come_round_again() {
        let theme = Theme::default();
        assert_eq!(theme.series(0), theme.series(8));
        assert_eq!((0..8).map(|i| theme.series(i)).collect::<HashSet<_>>().len(), 8);
    }
}
