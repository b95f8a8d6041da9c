//! Markdown as lines: headings, lists, code, quotes and tables laid out, and what stands in a line marked.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::{Mark, Marked, TextKind};

/// A line before it is cut to the pane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    pub kind: TextKind,
    /// Cells before it, and more before what goes on in the next line.
    pub indent: usize,
    pub hanging: usize,
    pub text: String,
    pub marks: Vec<Marked>,
}

/// Whether a text has anything that is worth rendering.
pub fn is_likely(text: &str) -> bool {
    let inline = ["**", "`", "](", "__"].iter().any(|mark| text.contains(mark));
    inline
        || text.lines().any(|line| {
            let line = line.trim_start();
            ["# ", "## ", "### ", "- ", "* ", "> ", "|", "1. "].iter().any(|mark| line.starts_with(mark))
        })
}

/// The lines of a text. Nothing of it is left out but what marks it up.
pub fn render(text: &str) -> Vec<Rendered> {
    let mut page = Page::default();
    for event in
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
    {
        page.take(event);
    }
    page.flush();
    while page.lines.last().is_some_and(|line| line.text.is_empty()) {
        page.lines.pop();
    }
    page.lines
}

#[derive(Default)]
struct Page {
    lines: Vec<Rendered>,
    /// The line that is being written.
    open: Rendered,
    /// Where the marks begin that are not closed yet.
    begun: Vec<(usize, Mark)>,
    /// The lists it stands in, with the number of the next item of those that count.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// Inside a block of code.
    code: bool,
    /// A blank line before what comes next.
    gap: bool,
    links: Vec<String>,
    table: Option<Table>,
}

#[derive(Default)]
struct Table {
    aligned: Vec<Alignment>,
    rows: Vec<Vec<String>>,
    cell: String,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    self.put(TextKind::Code, line);
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.write(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.begin(Mark::Code);
                self.write(&text);
                self.close();
            }
            Event::SoftBreak | Event::HardBreak => match &mut self.table {
                Some(table) => table.cell.push(' '),
                None => self.flush(),
            },
            Event::Rule => {
                self.space();
                self.put(TextKind::Note, "────────");
                self.gap = true;
            }
            Event::TaskListMarker(done) => self.write(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.write(&format!("[{name}]")),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.space(),
            Tag::Heading { .. } => {
                self.space();
                self.open.kind = TextKind::Title;
            }
            Tag::CodeBlock(kind) => {
                self.space();
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.put(TextKind::Note, &language);
                }
                self.code = true;
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.space();
                } else {
                    self.flush();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.space();
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                self.open.hanging = bullet.width();
                self.open.text.push_str(&bullet);
            }
            Tag::BlockQuote(_) => {
                self.space();
                self.quotes += 1;
            }
            Tag::Table(aligned) => {
                self.space();
                self.table = Some(Table { aligned, ..Table::default() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Strong => self.begin(Mark::Strong),
            Tag::Emphasis | Tag::Strikethrough => self.begin(Mark::Emphasis),
            Tag::Link { dest_url, .. } => {
                self.begin(Mark::Link);
                self.links.push(dest_url.into_string());
            }
            Tag::Image { dest_url, .. } => {
                self.links.push(dest_url.into_string());
                self.write("[image ");
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => {
                self.flush();
                self.gap = self.lists.is_empty();
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.gap = true;
            }
            TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::BlockQuote(_) => {
                self.quotes = self.quotes.saturating_sub(1);
                self.gap = true;
            }
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => self.close(),
            TagEnd::Link => {
                let start = self.begun.last().map_or(0, |(start, _)| *start);
                let url = self.links.pop().unwrap_or_default();
                let says = self.open.text.get(start..).is_some_and(|text| text == url);
                self.close();
                if !says && !url.is_empty() {
                    self.write(&format!(" ({url})"));
                }
            }
            TagEnd::Image => {
                let url = self.links.pop().unwrap_or_default();
                self.write(&format!("]({url})"));
            }
            TagEnd::TableCell => {
                if let Some(table) = &mut self.table {
                    let cell = std::mem::take(&mut table.cell);
                    table.rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.lay(&table);
                    self.gap = true;
                }
            }
            _ => {}
        }
    }

    /// Ends what is open, and puts a blank line where one belongs.
    fn space(&mut self) {
        // The bullet of an item waits for its first paragraph.
        if self.open.hanging > 0 && self.open.text.width() == self.open.hanging {
            return;
        }
        self.flush();
        if std::mem::take(&mut self.gap) && !self.lines.is_empty() {
            self.lines.push(Rendered { kind: TextKind::Words, ..Rendered::default() });
        }
    }

    fn write(&mut self, text: &str) {
        match &mut self.table {
            Some(table) => table.cell.push_str(text),
            None => self.open.text.push_str(text),
        }
    }

    fn begin(&mut self, mark: Mark) {
        self.begun.push((self.open.text.len(), mark));
    }

    fn close(&mut self) {
        if let Some((start, mark)) = self.begun.pop()
            && start < self.open.text.len()
            && self.table.is_none()
        {
            self.open.marks.push((start..self.open.text.len(), mark));
        }
    }

    fn put(&mut self, kind: TextKind, text: &str) {
        self.flush();
        self.open = Rendered { kind, text: text.replace('\t', "    "), ..Rendered::default() };
        // An empty line of code is one.
        self.push();
    }

    /// Ends the line that is open, if anything stands in it. A mark that goes on begins anew in the next.
    fn flush(&mut self) {
        if !self.open.text.is_empty() {
            let end = self.open.text.len();
            for (start, mark) in &mut self.begun {
                if *start < end {
                    self.open.marks.push((*start..end, *mark));
                }
                *start = 0;
            }
            self.push();
        }
    }

    fn push(&mut self) {
        let mut line = std::mem::take(&mut self.open);
        let deep =
            self.lists.len().saturating_sub(1) * 2 + if line.hanging == 0 && !self.lists.is_empty() { 2 } else { 0 };
        line.indent = deep;
        if self.quotes > 0 {
            let bars = "│ ".repeat(self.quotes);
            line.marks.iter_mut().for_each(|(range, _)| *range = range.start + bars.len()..range.end + bars.len());
            line.text.insert_str(0, &bars);
        }
        line.marks.sort_by_key(|(range, _)| range.start);
        self.lines.push(line);
    }

    fn lay(&mut self, table: &Table) {
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width =
            |nth: usize| table.rows.iter().filter_map(|row| row.get(nth)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (at, row) in table.rows.iter().enumerate() {
            let cells = row.iter().enumerate().map(|(nth, cell)| {
                let blank = " ".repeat(widths[nth] - cell.width());
                match table.aligned.get(nth) {
                    Some(Alignment::Right) => format!("{blank}{cell}"),
                    _ => format!("{cell}{blank}"),
                }
            });
            let text = cells.collect::<Vec<_>>().join("  ").trim_end().to_owned();
            let marks = if at == 0 { vec![(0..text.len(), Mark::Strong)] } else { Vec::new() };
            self.open = Rendered { kind: TextKind::Words, text, marks, ..Rendered::default() };
            self.push();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        render(text).into_iter().map(|line| format!("{}{}", " ".repeat(line.indent), line.text)).collect()
    }

    #[test]
    fn what_marks_up_goes_and_what_is_said_stays() {
        let text = "# Plan\n\nFirst **bold** and `code`.\nSame paragraph.\n\n- one\n- two\n  - deep\n\n1. first\n2. second\n\n> quoted\n\n```rust\nfn main() {\n\n}\n```\n\nsee [docs](https://example.org)";
        assert_eq!(
            shown(text),
            [
                "Plan",
                "",
                "First bold and code.",
                "Same paragraph.",
                "",
                "• one",
                "• two",
                "  • deep",
                "",
                "1. first",
                "2. second",
                "",
                "│ quoted",
                "",
                "rust",
                "fn main() {",
                "",
                "}",
                "",
                "see docs (https://example.org)",
            ]
        );
        let line = &render(text)[2];
        assert_eq!(line.marks, [(6..10, Mark::Strong), (15..19, Mark::Code)]);
    }

    #[test]
    fn a_table_stands_in_columns() {
        let text = "| model | cost |\n|---|---:|\n| a | 1.50 |\n| longer | 12 |";
        assert_eq!(shown(text), ["model   cost", "a       1.50", "longer    12"]);
    }

    #[test]
    fn plain_words_are_not_likely_to_be_markdown() {
        assert!(!is_likely("Where is it?\nI do not know - really."));
        assert!(is_likely("**bold**") && is_likely("- item") && is_likely("a `b`"));
    }

    proptest::proptest! {
        #[test]
        fn marks_lie_in_their_lines(text in "[a-z*`_#\\-> \n\\[\\]()|é]{0,120}") {
            for line in render(&text) {
                for (range, _) in &line.marks {
                    proptest::prop_assert!(line.text.get(range.clone()).is_some(), "{line:?}");
                }
            }
        }
    }
}
