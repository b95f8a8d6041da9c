//! `■■■■■■■■····`: a share of something that can run out or fill up, in whole cells.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::ui::ink::Ink;
use crate::ui::theme::Role;

/// Exactly `width` cells. Something lights one, and only all of it lights the last. Unknown is all unlit.
pub fn meter(ink: Ink, share: Option<f64>, width: u16, style: Style) -> [Span<'static>; 2] {
    let lit = lit(share, usize::from(width));
    [
        Span::styled(ink.glyphs.meter_on.repeat(lit), style),
        Span::styled(ink.glyphs.meter_off.repeat(usize::from(width) - lit), ink.style(Role::Faint)),
    ]
}

/// A meter that says itself how it is: good, from 0.7 on warn, from 0.9 on bad. For budgets.
pub fn meter_of_use(ink: Ink, share: Option<f64>, width: u16) -> [Span<'static>; 2] {
    let role = match share {
        Some(share) if share >= 0.9 => Role::Bad,
        Some(share) if share >= 0.7 => Role::Warn,
        _ => Role::Good,
    };
    meter(ink, share, width, ink.style(role))
}

pub(super) fn lit(share: Option<f64>, width: usize) -> usize {
    let share = share.filter(|share| share.is_finite() && *share > 0.0).unwrap_or(0.0);
    let cells = (share * width as f64).round() as usize;
    if share >= 1.0 {
        width
    } else if share > 0.0 {
        cells.clamp(1, width.saturating_sub(1).max(1)).min(width)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::GlyphSet;
    use crate::ui::theme::Theme;

    #[test]
    fn something_lights_one_and_only_all_lights_the_last() {
        let theme = Theme::default();
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        for (share, shown) in [
            (Some(0.57), "■■■■■■■·····"),
            (Some(0.68), "■■■■■■■■····"),
            (Some(0.001), "■···········"),
            (Some(0.999), "■■■■■■■■■■■·"),
            (Some(1.0), "■■■■■■■■■■■■"),
            (Some(7.0), "■■■■■■■■■■■■"),
            (Some(0.0), "············"),
            (Some(-1.0), "············"),
            (Some(f64::NAN), "············"),
            (None, "············"),
        ] {
            let cells: String = meter_of_use(ink, share, 12).iter().map(|span| span.content.as_ref()).collect();
            assert_eq!(cells, shown, "{share:?}");
        }
        for width in 0..3 {
            let cells: usize = meter_of_use(ink, Some(0.5), width).iter().map(Span::width).sum();
            assert_eq!(cells, usize::from(width));
        }
    }
}
