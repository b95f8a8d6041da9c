//! Breaks one line into rows of so many cells, at blanks where there are any.

use std::ops::Range;

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::Span;

/// One row on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Bytes of the line. A blank at the end may lie beyond the width.
    pub bytes: Range<usize>,
    /// Blank cells before them, the same in all rows of a line: they stand under its first word.
    pub indent: u16,
}

/// The rows of a line; one, and empty, for an empty line.
pub fn wrap(line: &str, width: u16) -> Vec<Row> {
    let width = usize::from(width.max(1));
    let blanks = line.bytes().take_while(|byte| *byte == b' ').count();
    // At most half of the width, so that deep nesting leaves room to read, and room for a wide letter.
    let indent = blanks.min(width / 2).min(width.saturating_sub(2));
    let room = width - indent;
    let mut rows = Vec::new();
    let mut close = |bytes| rows.push(Row { bytes, indent: indent as u16 });
    let mut row = Open { start: blanks, used: 0, blank: None };
    each_grapheme(&line[blanks..], |at, grapheme, cells| {
        let (at, is_blank) = (at + blanks, grapheme == " ");
        // Twice where a wide letter follows what a blank left over.
        while row.used + cells > room && !is_blank && row.used > 0 {
            let (end, used) = row.blank.unwrap_or((at, row.used));
            close(row.start..end);
            row = Open { start: end, used: row.used - used, blank: None };
        }
        // What does not fit is not seen at the end of a row, so a blank there is no reason for another.
        row.used = (row.used + cells).min(room.max(cells));
        if is_blank {
            row.blank = Some((at + 1, row.used));
        }
    });
    close(row.start..line.len());
    rows
}

/// The row that is being filled.
struct Open {
    start: usize,
    used: usize,
    /// The last place to break at: the byte after a blank, and the cells up to there.
    blank: Option<(usize, usize)>,
}

fn each_grapheme(line: &str, mut see: impl FnMut(usize, &str, usize)) {
    if line.is_ascii() {
        for (at, _) in line.bytes().enumerate() {
            see(at, &line[at..=at], 1);
        }
        return;
    }
    for grapheme in Span::raw(line).styled_graphemes(Style::new()) {
        // Graphemes are slices of the line.
        let at = grapheme.symbol.as_ptr() as usize - line.as_ptr() as usize;
        see(at, grapheme.symbol, usize::from(grapheme.symbol.cell_width()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::part::line;

    fn rows(text: &str, width: u16) -> Vec<String> {
        let indented = |row: Row| format!("{}{}", " ".repeat(row.indent.into()), &text[row.bytes]);
        wrap(text, width).into_iter().map(indented).collect()
    }

    #[test]
    fn rows_break_at_blanks_and_else_anywhere() {
        assert_eq!(rows("one two three", 8), ["one two ", "three"]);
        assert_eq!(rows("one two three", 7), ["one two ", "three"]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("日本語です", 5), ["日本", "語で", "す"]);
        assert_eq!(rows("", 5), [""]);
        assert_eq!(rows("a b", 0), ["a ", "b"]);
    }

    #[test]
    fn rows_that_go_on_stand_under_the_first_word() {
        assert_eq!(rows("  \"key\": some words", 12), ["  \"key\": ", "  some words"]);
        assert_eq!(rows("          deep words", 8), ["    deep ", "    word", "    s"]);
        assert_eq!(rows("      ", 4), ["  "]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(raw in "[ a-zé日\u{301}]{0,80}", width in 2u16..30) {
            let rows = wrap(&raw, width);
            let mut at = rows[0].bytes.start;
            prop_assert!(raw[..at].trim_matches(' ').is_empty());
            for row in &rows {
                prop_assert_eq!(row.bytes.start, at);
                at = row.bytes.end;
                let cells = line::width(raw[row.bytes.clone()].trim_end_matches(' ')) + usize::from(row.indent);
                prop_assert!(cells <= usize::from(width).max(2), "{:?}", rows);
            }
            prop_assert_eq!(at, raw.len());
        }
    }
}
