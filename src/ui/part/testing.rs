//! Draws a part as text, to compare it with a picture in the test.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::ui::glyphs::GlyphSet;
use crate::ui::ink::Ink;
use crate::ui::theme::Theme;

/// What a part draws in the default theme and braille, one line a row.
pub fn text(width: u16, height: u16, draw: impl FnOnce(Ink, Rect, &mut Buffer)) -> String {
    text_in(GlyphSet::Braille, width, height, draw)
}

/// The same with other glyphs.
pub fn text_in(set: GlyphSet, width: u16, height: u16, draw: impl FnOnce(Ink, Rect, &mut Buffer)) -> String {
    let theme = Theme::default();
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(Ink { theme: &theme, glyphs: set.glyphs() }, area, &mut buf);
    rows(&buf).join("\n")
}

/// The symbols of each row.
pub fn rows(buf: &Buffer) -> Vec<String> {
    let width = usize::from(buf.area.width);
    (0..usize::from(buf.area.height))
        .map(|y| buf.content[y * width..(y + 1) * width].iter().map(Cell::symbol).collect())
        .collect()
}

/// Compares with a picture that is indented as the test is; blanks at the ends of lines do not count.
#[track_caller]
pub fn check(shown: &str, picture: &str) {
    let lines: Vec<&str> = picture.trim_matches('\n').lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let wanted: Vec<&str> = lines.iter().map(|line| line[indent..].trim_end()).collect();
    let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
    assert_eq!(shown, wanted, "\n{}\n", shown.join("\n"));
}
