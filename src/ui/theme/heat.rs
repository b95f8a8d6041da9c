//! The colours of a heat strip: the hue says how large the value is, as in a graph, and how far it stands out from the
//! background says how many calls there are.

use ratatui::style::Color;

use super::depth::Depth;
use super::{Mode, Ramp, Theme, color};

/// Shades from few calls to many.
pub const STEPS: usize = 8;
/// Hues from the least value to the greatest.
const HUES: usize = 16;

/// By ramp, hue and shade.
pub(super) type Tints = [[[Color; STEPS]; HUES]; Ramp::COUNT];

/// Where the background is not known nothing can be told from it, and named colours cannot be mixed.
pub(super) fn tints(theme: &Theme) -> Option<Box<Tints>> {
    let ground = theme.background.or(match theme.mode {
        Mode::Dark => Some(Color::Rgb(16, 16, 20)),
        Mode::Light => Some(Color::Rgb(250, 250, 248)),
        Mode::Any => None,
    });
    let ground = ground.filter(|ground| matches!(ground, Color::Rgb(..)))?;
    let full = |ramp: Ramp, hue: usize| theme.ramp(ramp, hue as f64 / (HUES - 1) as f64);
    let mixed = Ramp::ALL.into_iter().flat_map(|ramp| (0..HUES).map(move |hue| full(ramp, hue)));
    if mixed.into_iter().any(|color| !matches!(color, Color::Rgb(..))) {
        return None;
    }
    // One call alone is seen, on black too: the first shade is a third of the way.
    let share = |step: usize| 0.33 + 0.67 * step as f32 / (STEPS - 1) as f32;
    let shades = |color: Color| std::array::from_fn(|step| color::mix(ground, color, share(step)));
    Some(Box::new(Ramp::ALL.map(|ramp| std::array::from_fn(|hue| shades(full(ramp, hue))))))
}

/// Sixteen colours are too few for shades.
pub(super) fn at_depth(tints: &Tints, depth: Depth) -> Option<Box<Tints>> {
    let to = |color: Color| depth.map(color, |_| true);
    (depth >= Depth::Ansi256).then(|| Box::new(tints.map(|hues| hues.map(|shades| shades.map(to)))))
}

impl Theme {
    /// Whether there are shades to tell by how many calls lie somewhere.
    pub fn has_heat(&self) -> bool {
        self.heat.is_some()
    }

    /// The colour of a value at `position` of its scale, 0 the least and 1 the most, where calls are as many as the
    /// shade says, 1 the fewest and [`STEPS`] the most. `None` for no calls, and where the theme has no shades.
    pub fn heat(&self, ramp: Ramp, position: f64, shade: usize) -> Option<Color> {
        let hue = (position.clamp(0.0, 1.0) * (HUES - 1) as f64).round() as usize;
        let shade = shade.checked_sub(1)?.min(STEPS - 1);
        self.heat.as_ref().map(|tints| tints[ramp as usize][hue][shade])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::THEMES;

    #[test]
    fn more_calls_stand_out_more() {
        for (name, toml) in THEMES {
            let theme = Theme::load(toml).unwrap();
            let Some(ground) = theme.background else { continue };
            assert!(theme.has_heat(), "{name} states its background");
            for ramp in Ramp::ALL {
                for hue in [0.0, 0.5, 1.0] {
                    let contrast = |shade| color::contrast(theme.heat(ramp, hue, shade).unwrap(), ground).unwrap();
                    assert!((1..STEPS).all(|shade| contrast(shade + 1) > contrast(shade)), "{name} {ramp:?} {hue}");
                    assert!(contrast(1) > 1.1, "{name} {ramp:?} {hue}: one call is seen");
                }
            }
        }
    }

    #[test]
    fn without_a_known_background_there_are_no_shades() {
        assert!(!Theme::default().has_heat());
        let theme = Theme::named("catppuccin-mocha").unwrap();
        assert!(theme.at_depth(Depth::Ansi256).has_heat());
        assert!(!theme.at_depth(Depth::Ansi16).has_heat() && !theme.at_depth(Depth::Mono).has_heat());
        assert_eq!(theme.heat(Ramp::Cost, 0.5, 0), None);
    }
}
