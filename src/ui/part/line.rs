//! One line of words in so many cells: measured as it will be drawn, and cut with `…` where it does not fit.
//!
//! Widths are summed grapheme by grapheme, as the buffer takes them. The width of a whole string is another number for
//! some scripts (an Arabic lam and alef count as one there), and a table built on it would lean.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::text::matches;
use crate::ui::ink::Ink;

/// On which side of its room a text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Right,
}

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    Span::raw(text).styled_graphemes(Style::new()).map(|grapheme| usize::from(grapheme.symbol.cell_width())).sum()
}

/// Cells that all spans of a line take.
pub fn line_width(line: &Line) -> usize {
    line.iter().map(|span| width(&span.content)).sum()
}

/// The text, or as much of it as leaves room for an ellipsis.
pub fn fit<'t>(text: &'t str, cells: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}{ellipsis}", &text[..prefix(text, cells - 1)]))
}

/// For ids and paths, whose two ends tell them apart: `msg_01Hk…9Qe`.
pub fn fit_middle<'t>(text: &'t str, cells: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= cells || cells < 3 {
        return fit(text, cells, ellipsis);
    }
    let end = (cells - 1) / 3;
    let head = &text[..prefix(text, cells - 1 - end)];
    // Characters of the end, dropped from its front until it fits: never more than it has cells.
    let mut tail = text.char_indices().rev().nth(end - usize::from(end > 0)).map_or("", |(at, _)| &text[at..]);
    while width(tail) > end {
        tail = tail.char_indices().nth(1).map_or("", |(at, _)| &tail[at..]);
    }
    Cow::Owned(format!("{head}{ellipsis}{tail}"))
}

/// For paths of one folder, whose ends tell them apart: `…decisions-2026-11-23.jsonl`.
pub fn fit_end<'t>(text: &'t str, cells: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= cells || cells == 0 {
        return fit(text, cells, ellipsis);
    }
    let fits = |at: &usize| width(&text[*at..]) < cells;
    let start = text.char_indices().map(|(at, _)| at).find(fits).unwrap_or(text.len());
    Cow::Owned(format!("{ellipsis}{}", &text[start..]))
}

/// A sentence in lines of so many cells, broken between words; a word that is longer stays whole.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// As many whole words of a line as fit; the line itself if not even the first does.
pub fn whole_words<'l>(line: &Line<'l>, cells: usize) -> Line<'l> {
    let text: String = line.iter().map(|span| span.content.as_ref()).collect();
    let ends = text.char_indices().filter(|(_, char)| *char == ' ').map(|(at, _)| at);
    let fits = |end: usize| width(text[..end].trim_end_matches([' ', ','])) <= cells;
    let end = ends.rev().find(|end| fits(*end)).map_or("", |end| text[..end].trim_end_matches([' ', ','])).len();
    if end == 0 || width(&text) <= cells {
        return line.clone();
    }
    let mut left = end;
    let spans = line.iter().map_while(|span| {
        let taken = left.min(span.content.len());
        left -= taken;
        (taken > 0).then(|| Span { content: span.content[..taken].to_owned().into(), style: span.style })
    });
    Line { spans: spans.collect(), ..line.clone() }
}

/// The line with every place where one of some texts stands in a style over its own. ASCII letters match in either case.
pub fn lit<'l>(line: Line<'l>, needles: &[&str], style: Style) -> Line<'l> {
    let text: String = line.iter().map(|span| span.content.as_ref()).collect();
    let mut found: Vec<Range<usize>> = needles.iter().flat_map(|needle| matches(&text, needle)).collect();
    if found.is_empty() {
        return line;
    }
    found.sort_unstable_by_key(|range| range.start);
    let mut spans = Vec::new();
    let mut begin = 0;
    for span in &line.spans {
        let end = begin + span.content.len();
        let inside = found.iter().flat_map(|range| [range.start, range.end]).filter(|at| (begin..end).contains(at));
        let mut cuts: Vec<usize> = [begin, end].into_iter().chain(inside).collect();
        cuts.sort_unstable();
        cuts.dedup();
        for piece in cuts.windows(2) {
            let is_lit = found.iter().any(|range| range.contains(&piece[0]));
            let style = if is_lit { span.style.patch(style) } else { span.style };
            spans.push(Span::styled(text[piece[0]..piece[1]].to_owned(), style));
        }
        begin = end;
    }
    Line { spans, ..line }
}

/// How many bytes of the text fit into so many cells.
fn prefix(text: &str, cells: usize) -> usize {
    let (mut bytes, mut used) = (0, 0);
    for grapheme in Span::raw(text).styled_graphemes(Style::new()) {
        used += usize::from(grapheme.symbol.cell_width());
        if used > cells {
            break;
        }
        bytes = grapheme.symbol.as_ptr() as usize - text.as_ptr() as usize + grapheme.symbol.len();
    }
    bytes
}

/// Draws a line into the first row of `area`, cut with an ellipsis if it is too long. Returns the cells it took.
pub fn draw(ink: Ink, line: &Line, align: Align, area: Rect, buf: &mut Buffer) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return 0;
    }
    let wanted = line_width(line);
    if wanted > usize::from(area.width) {
        let (x, y) = buf.set_line(area.x, area.y, line, area.width - 1);
        let last = line.spans.last().map_or(line.style, |span| line.style.patch(span.style));
        buf.set_string(x, y, ink.glyphs.ellipsis, last);
        return area.width;
    }
    let indent = if align == Align::Right { area.width - wanted as u16 } else { 0 };
    buf.set_line(area.x + indent, area.y, line, area.width - indent);
    wanted as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_break_between_words_and_remarks_end_with_one() {
        assert_eq!(wrap("no log tells how sure", 12), ["no log tells", "how sure"]);
        assert_eq!(wrap("unbreakable words", 5), ["unbreakable", "words"]);
        let remark = Line::from(vec![Span::raw("31,855"), Span::raw(" settled, of 40")]);
        for (cells, expected) in
            [(80, "31,855 settled, of 40"), (16, "31,855 settled"), (13, "31,855"), (3, "31,855 settled, of 40")]
        {
            assert_eq!(whole_words(&remark, cells).to_string(), expected, "{cells}");
        }
    }

    #[test]
    fn what_is_found_is_lit_across_spans_and_the_words_stay() {
        let (plain, lit_up) = (Style::new(), Style::new().reversed());
        let line = Line::from(vec![Span::raw("19.6"), Span::raw("k tokens OF k")]);
        let spans = |needles: &[&str]| -> Vec<(String, bool)> {
            let line = lit(line.clone(), needles, lit_up);
            line.spans.iter().map(|span| (span.content.to_string(), span.style != plain)).collect()
        };
        let of = |list: &[(&str, bool)]| list.iter().map(|(text, on)| ((*text).to_owned(), *on)).collect::<Vec<_>>();
        assert_eq!(spans(&["nothing"]), of(&[("19.6", false), ("k tokens OF k", false)]));
        assert_eq!(spans(&["6k"]), of(&[("19.", false), ("6", true), ("k", true), (" tokens OF k", false)]));
        assert_eq!(
            spans(&["of", "tok"])[1..],
            of(&[("k ", false), ("tok", true), ("ens ", false), ("OF", true), (" k", false)])
        );
    }

    #[test]
    fn what_is_too_long_is_cut_with_an_ellipsis() {
        for (text, cells, shown) in [
            ("summarise", 9, "summarise"),
            ("summarise", 5, "summ…"),
            ("日本語", 4, "日…"),
            ("日本語", 5, "日本…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(fit(text, cells, "…"), shown);
        }
        assert_eq!(fit_middle("msg_01HkAbCdEf9Qe", 12, "…"), "msg_01Hk…9Qe");
        assert_eq!(fit_middle("short", 12, "…"), "short");
        assert_eq!(fit_middle("abcdef", 2, "…"), "a…");
        assert_eq!(fit_end("logs/2026-11-23.jsonl", 12, "…"), "…11-23.jsonl");
        assert_eq!(fit_end("short", 12, "…"), "short");
        assert_eq!(fit_end("日本語", 4, "…"), "…語");
    }

    proptest! {
        #[test]
        fn the_width_is_the_cells_that_are_written(raw: String) {
            let text = crate::model::clean::line(&raw);
            let mut buf = Buffer::empty(Rect::new(0, 0, 2000, 1));
            let (end, _) = buf.set_stringn(0, 0, &text, 2000, Style::new());
            prop_assert_eq!(usize::from(end), width(&text).min(2000));
        }

        #[test]
        fn a_cut_text_never_takes_more_than_its_room(raw in "\\PC{0,30}", cells in 0usize..20) {
            prop_assert!(width(&fit(&raw, cells, "…")) <= cells);
            prop_assert!(width(&fit_middle(&raw, cells, "…")) <= cells);
            prop_assert!(width(&fit_end(&raw, cells, "…")) <= cells);
        }
    }
}
