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
mod fit;
mod heat;
mod role;
mod swatch;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

pub use depth::{ColorFlag, Depth};
pub use heat::STEPS as HEAT_STEPS;
pub use role::Role;
pub use swatch::Swatches;

use file::File;

/// Every built-in theme: its file's name and its text, the one to start with first.
pub static THEMES: &[(&str, &str)] = &[
    ("default", include_str!("../../themes/default.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("catppuccin-mocha", include_str!("../../themes/catppuccin-mocha.toml")),
    ("catppuccin-latte", include_str!("../../themes/catppuccin-latte.toml")),
    ("gruvbox-dark", include_str!("../../themes/gruvbox-dark.toml")),
    ("gruvbox-light", include_str!("../../themes/gruvbox-light.toml")),
    ("nord", include_str!("../../themes/nord.toml")),
    ("tokyo-night", include_str!("../../themes/tokyo-night.toml")),
    ("dracula", include_str!("../../themes/dracula.toml")),
    ("one-dark", include_str!("../../themes/one-dark.toml")),
    ("solarized-dark", include_str!("../../themes/solarized-dark.toml")),
    ("solarized-light", include_str!("../../themes/solarized-light.toml")),
    ("rose-pine", include_str!("../../themes/rose-pine.toml")),
    ("rose-pine-dawn", include_str!("../../themes/rose-pine-dawn.toml")),
    ("kanagawa", include_str!("../../themes/kanagawa.toml")),
    ("everforest", include_str!("../../themes/everforest.toml")),
    ("monokai", include_str!("../../themes/monokai.toml")),
    ("okabe-ito", include_str!("../../themes/okabe-ito.toml")),
    ("modus-vivendi", include_str!("../../themes/modus-vivendi.toml")),
    ("modus-operandi", include_str!("../../themes/modus-operandi.toml")),
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

/// All colours of one theme at one depth, ready to draw with.
#[derive(Debug, Clone)]
pub struct Theme {
    pub name: String,
    pub mode: Mode,
    /// `None` keeps the terminal's own background.
    pub background: Option<Color>,
    roles: [Style; Role::COUNT],
    ramps: [[Color; SHADES]; Ramp::COUNT],
    /// Shades of the ramps by how many calls there are; `None` where the colours do not allow any.
    heat: Option<Box<heat::Tints>>,
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
        let theme = Self {
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
            heat: None,
        };
        Self { heat: heat::tints(&theme), ..theme }
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

    /// Like [`Self::series`], and where there are no colours, every other one dim, so that neighbours differ.
    pub fn series_style(&self, index: usize) -> Style {
        let style = Style::new().fg(self.series(index));
        match (self.is_mono(), index % 2) {
            (false, _) => style,
            (true, 0) => style.remove_modifier(Modifier::DIM),
            (true, _) => style.add_modifier(Modifier::DIM),
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
mod tests;
