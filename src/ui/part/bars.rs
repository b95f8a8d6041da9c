//! Horizontal bars: how much, in whole cells, and of what parts; and a histogram made of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{line, meter};
use crate::ui::ink::Ink;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::theme::Role;

/// Exactly `width` cells, filled to a share of one. Something is at least one cell, and a bar that is not whole leaves
/// at least that free.
pub fn bar(ink: Ink, share: f64, width: u16, style: Style) -> Span<'static> {
    let width = usize::from(width);
    let lit = meter::lit(Some(share), width);
    Span::styled(format!("{}{}", ink.glyphs.meter_on.repeat(lit), " ".repeat(width - lit)), style)
}

/// How a part of a stacked bar is filled, so that the parts differ without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// `█` kept, done.
    Solid,
    /// `░` overridden.
    Light,
    /// `▒` failed, waiting.
    Medium,
}

/// One part of a stacked bar: its share of the whole width, how it is filled, in what style.
pub type Part = (f64, Fill, Style);

/// Parts side by side, `width` cells in all; what the shares leave of one stays blank. A part that is there at all has
/// a cell, as far as there are enough.
pub fn stacked(ink: Ink, parts: &[Part], width: u16) -> Vec<Span<'static>> {
    let width = usize::from(width);
    let sound = |share: f64| if share.is_finite() { share.max(0.0) } else { 0.0 };
    let whole = parts.iter().map(|(share, ..)| sound(*share)).sum::<f64>().max(1.0);
    let mut cells = Vec::with_capacity(parts.len());
    let (mut sum, mut used) = (0.0, 0);
    for (share, ..) in parts {
        sum += sound(*share) / whole;
        // Edges are rounded and not lengths, so that roundings do not add up.
        let edge = (sum * width as f64).round() as usize;
        let least = usize::from(sound(*share) > 0.0);
        let length = edge.saturating_sub(used).max(least).min(width - used);
        cells.push(length);
        used += length;
    }
    take_back_from_the_longest(parts, &mut cells);
    let mut spans: Vec<Span<'static>> = parts
        .iter()
        .zip(&cells)
        .filter(|(_, length)| **length > 0)
        .map(|((_, fill, style), length)| {
            let glyph = match fill {
                Fill::Solid => ink.glyphs.full,
                Fill::Light => ink.glyphs.light,
                Fill::Medium => ink.glyphs.medium_shade,
            };
            Span::styled(glyph.repeat(*length), *style)
        })
        .collect();
    spans.push(Span::raw(" ".repeat(width - cells.iter().sum::<usize>())));
    spans
}

/// A small part at the end of a full bar found no cell left: the longest gives it one.
fn take_back_from_the_longest(parts: &[Part], cells: &mut [usize]) {
    for index in 0..cells.len() {
        if cells[index] > 0 || parts[index].0.is_nan() || parts[index].0 <= 0.0 {
            continue;
        }
        if let Some(longest) = cells.iter_mut().max().filter(|longest| **longest > 1) {
            *longest -= 1;
            cells[index] = 1;
        }
    }
}

/// One bin of a confidence histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin<'a> {
    /// `.9–1.0`
    pub label: &'a str,
    pub calls: u64,
    /// Among `calls`; `None` where the logs never tell of overrides, which is not the same as none.
    pub overridden: Option<u64>,
}

/// One row a bin: its range, a bar of calls kept `█` and overridden `░` on one scale for all, and the share that was
/// overridden, or the calls where overrides are not told. Bins beyond the last row are not drawn. Returns the row of
/// each bin that is, for clicks.
pub fn histogram(ink: Ink, bins: &[Bin], selected: Option<usize>, area: Rect, buf: &mut Buffer) -> Vec<Rect> {
    let area = area.intersection(buf.area);
    let label_width = bins.iter().map(|bin| line::width(bin.label)).max().unwrap_or(0) as u16;
    let notes: Vec<Line> = bins.iter().map(|bin| note(ink, *bin)).collect();
    let note_width = notes.iter().map(line::line_width).max().unwrap_or(0) as u16;
    let most = bins.iter().map(|bin| bin.calls).max().unwrap_or(0).max(1) as f64;
    let bar_width = area.width.saturating_sub(label_width + note_width + 4);
    let mut rows = Vec::new();
    for (index, (bin, note)) in bins.iter().zip(&notes).enumerate().take(usize::from(area.height)) {
        let row = layout::row(area, index as u16);
        let here = selected == Some(index);
        let mark = if here { ink.glyphs.pointer } else { " " };
        let mut spans =
            vec![Span::raw(mark), ink.text(Role::Muted, format!("{:<1$} ", bin.label, label_width as usize))];
        let over = bin.overridden.unwrap_or(0).min(bin.calls);
        let kept = (bin.calls - over) as f64 / most;
        let parts =
            [(kept, Fill::Solid, ink.style(Role::Info)), (over as f64 / most, Fill::Light, ink.style(Role::Warn))];
        spans.extend(stacked(ink, &parts, bar_width));
        line::draw(ink, &Line::from(spans), line::Align::Left, row, buf);
        let beside =
            Rect { x: row.right().saturating_sub(note_width + 1).max(row.x), width: note_width.min(row.width), ..row };
        line::draw(ink, note, line::Align::Right, beside, buf);
        if here {
            ink.select(row, buf);
        }
        rows.push(row);
    }
    rows
}

fn note(ink: Ink, bin: Bin) -> Line<'static> {
    match bin.overridden {
        _ if bin.calls == 0 => Line::from(ink.text(Role::Muted, numbers::UNKNOWN)),
        None => Line::from(ink.number(Role::Text, &numbers::tokens(Some(bin.calls)))),
        Some(over) => {
            let share = over.min(bin.calls) as f64 / bin.calls as f64;
            Line::from(ink.number(Role::Text, &numbers::percent_whole(share)))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::glyphs::GlyphSet;
    use crate::ui::part::testing::{check, text};
    use crate::ui::theme::Theme;

    fn cells(spans: &[Span]) -> String {
        spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn something_is_a_cell_and_only_all_is_every_cell() {
        let theme = Theme::default();
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        let drawn = |share| bar(ink, share, 4, Style::new()).content.into_owned();
        for (share, shown) in [
            (0.0, "    "),
            (0.0001, "■   "),
            (0.5, "■■  "),
            (0.9999, "■■■ "),
            (1.0, "■■■■"),
            (9.0, "■■■■"),
            (f64::NAN, "    "),
            (-1.0, "    "),
        ] {
            assert_eq!(drawn(share), shown, "{share}");
        }
        assert_eq!(bar(ink, 0.5, 0, Style::new()).content, "");
    }

    #[test]
    fn parts_of_a_bar_differ_in_shape() {
        let theme = Theme::default();
        let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
        let style = Style::new();
        let drawn = |kept, over, failed| {
            let parts = [(kept, Fill::Solid, style), (over, Fill::Light, style), (failed, Fill::Medium, style)];
            cells(&stacked(ink, &parts, 8))
        };
        assert_eq!(drawn(0.5, 0.25, 0.25), "████░░▒▒");
        assert_eq!(drawn(0.5, 0.25, 0.0), "████░░  ");
        assert_eq!(drawn(0.99, 0.005, 0.005), "██████░▒");
        assert_eq!(drawn(0.01, 0.0, 0.0), "█       ");
        assert_eq!(drawn(2.0, 2.0, 0.0), "████░░░░");
        assert_eq!(drawn(f64::NAN, 0.5, -3.0), "░░░░    ");
    }

    #[test]
    fn a_histogram_tells_what_was_overridden_and_what_is_not_known() {
        let bin = |label, calls, overridden| Bin { label, calls, overridden };
        let bins =
            [bin(".0–.5", 10, Some(5)), bin(".5–.9", 0, Some(0)), bin(".9–1.0", 40, Some(2)), bin("none", 9, None)];
        check(
            &text(26, 4, |ink, area, buf| {
                assert_eq!(histogram(ink, &bins, Some(2), area, buf).len(), 4);
            }),
            "
            |.0–.5  ██░           50%
            |.5–.9                  –
            ▸.9–1.0 ████████████░  5%
            |none   ███             9
            "
            .replace('|', " ")
            .as_str(),
        );
    }

    proptest! {
        #[test]
        fn a_stacked_bar_is_as_wide_as_asked(shares in prop::collection::vec(-0.5..1.5f64, 0..5), width in 0u16..60) {
            let theme = Theme::default();
            let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
            let parts: Vec<Part> = shares.iter().map(|share| (*share, Fill::Solid, Style::new())).collect();
            let spans = stacked(ink, &parts, width);
            prop_assert_eq!(cells(&spans).chars().count(), usize::from(width));
        }
    }
}
