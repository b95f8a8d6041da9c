//! What every part draws with: the colours and the shapes of this frame, and words as spans of a role.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use super::glyphs::Glyphs;
use super::theme::{Role, Theme};

/// A theme and a set of glyphs; small, so that it is passed by value.
#[derive(Debug, Clone, Copy)]
pub struct Ink<'a> {
    pub theme: &'a Theme,
    pub glyphs: &'a Glyphs,
}

impl Ink<'_> {
    pub fn style(self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// `ink.text(Role::Muted, "cost")`.
    pub fn text<'t>(self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Span<'t> {
        Span::styled(text, self.style(role))
    }

    /// A number as `numbers` writes it, its unit muted: the digits are what the eye compares.
    pub fn number(self, role: Role, text: &str) -> Vec<Span<'static>> {
        let digits = text.trim_end_matches(|char: char| char.is_alphabetic() || matches!(char, '%' | ' '));
        // `now`, `2m05s`, `3 h ago`: words, or a number with units inside. `–`: no number.
        let simple = digits.chars().all(|char| !char.is_alphabetic());
        if digits.is_empty() || digits.len() == text.len() || !simple {
            return vec![self.text(role, text.to_owned())];
        }
        vec![self.text(role, digits.to_owned()), self.text(Role::Muted, text[digits.len()..].to_owned())]
    }

    /// Makes an area the selected one, over what was drawn there. A selection that is a background keeps the colours of
    /// its words; one that reverses has one colour from edge to edge, or it would be a row of patches.
    pub fn select(self, area: Rect, buf: &mut Buffer) {
        let selection = self.style(Role::Selection);
        let area = area.intersection(buf.area);
        if selection.add_modifier.contains(Modifier::REVERSED) {
            let plain = self.theme.base();
            for position in area.positions() {
                // A bar that is reversed is a hole of its length: it keeps its colour.
                if !self.is_bar(buf[position].symbol()) {
                    buf[position].set_style(plain.remove_modifier(Modifier::DIM | Modifier::REVERSED));
                    buf[position].set_style(selection);
                }
            }
            return;
        }
        buf.set_style(area, selection);
    }

    /// Whether a symbol fills its cell. In ASCII bars are letters.
    fn is_bar(self, symbol: &str) -> bool {
        let glyphs = self.glyphs;
        !symbol.is_ascii() && [glyphs.full, glyphs.light, glyphs.medium_shade].contains(&symbol)
    }

    /// What can be pressed and what it does: `q quit`.
    pub fn hint(self, key: &str, does: &str) -> [Span<'static>; 2] {
        [self.text(Role::Key, key.to_owned()), self.text(Role::Muted, format!(" {does}"))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::GlyphSet;

    #[test]
    fn the_unit_of_a_number_is_muted() {
        let theme = Theme::default();
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        for (text, parts) in [
            ("19.6k", vec!["19.6", "k"]),
            ("0.7s", vec!["0.7", "s"]),
            ("1.5%", vec!["1.5", "%"]),
            ("$1.2k", vec!["$1.2", "k"]),
            ("14 kB", vec!["14", " kB"]),
            ("2m05s", vec!["2m05s"]),
            ("$0.42", vec!["$0.42"]),
            ("–", vec!["–"]),
            ("now", vec!["now"]),
        ] {
            let spans = ink.number(Role::Strong, text);
            assert_eq!(spans.iter().map(|span| span.content.as_ref()).collect::<Vec<_>>(), parts);
        }
    }
}
