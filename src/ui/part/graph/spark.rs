//! What stands in a line of words: a graph of one row, and the names of a stacked graph's layers.

use ratatui::style::Style;
use ratatui::text::Span;

use super::Samples;
use super::samples::{Fold, resample};
use super::shape::Grain;
use crate::ui::ink::Ink;
use crate::ui::theme::{Ramp, Role};

/// A graph of one row as spans, exactly `width` cells: for tables. Without `top` it is as high as its highest sample.
///
/// Of the `ghost`, which is empty where none is wanted, one row shows only where it had something and now there is nothing.
pub fn spark(
    ink: Ink,
    samples: Samples,
    ghost: Samples,
    ramp: Ramp,
    top: Option<f64>,
    width: u16,
) -> Vec<Span<'static>> {
    let fold = Fold::Max;
    let grain = Grain::line(ink.glyphs);
    let values = resample(samples, usize::from(width), fold);
    let top = top.unwrap_or_else(|| values.iter().flatten().copied().fold(0.0, f64::max));
    let ghost = if ghost.is_empty() { Vec::new() } else { resample(ghost, usize::from(width), fold) };
    let is_haunted = |at: usize| ghost.get(at).copied().flatten().is_some_and(|then| then > 0.0);
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (at, value) in values.into_iter().enumerate() {
        let (symbol, style) = match value {
            None | Some(0.0) if is_haunted(at) => {
                (ink.glyphs.ghost.chars().next().unwrap_or(' '), ink.style(Role::Muted))
            }
            None => (' ', Style::new()),
            Some(value) => {
                let level = grain.level(value, top, 1);
                let color = ink.theme.ramp(ramp, if top > 0.0 { value / top } else { 0.0 });
                let style = if level == 0 { ink.style(Role::Faint) } else { Style::new().fg(color) };
                (grain.symbol([level.max(1); 2]).unwrap_or(' '), style)
            }
        };
        match spans.last_mut().filter(|span| span.style == style) {
            Some(span) => span.content.to_mut().push(symbol),
            None => spans.push(Span::styled(symbol.to_string(), style)),
        }
    }
    spans
}

/// `■ name` for each layer of a stacked graph, in the colour of its place among the series.
pub fn legend<'t>(ink: Ink, names: impl IntoIterator<Item = (&'t str, usize)>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (name, hue) in names {
        spans.push(Span::styled(ink.glyphs.swatch, ink.theme.series_style(hue)));
        spans.push(ink.text(Role::Muted, format!(" {name}  ")));
    }
    spans
}
