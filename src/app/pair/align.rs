//! What was asked and answered in two calls, line beside line: the shortest edit between them, and inside a line that
//! was changed the words that were. Long stretches without a change are folded.

use std::time::Instant;

use serde_json::Value;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices_deadline};
use unicode_width::UnicodeWidthChar;

use super::PairLine;
use crate::app::text::{Manner, TextKind, TextLine, section_lines};

/// Lines without a change that are shown before and after one.
const AROUND: usize = 3;
/// Lines that are told apart word by word, at most this long: nobody reads the words of a longer one.
const LONGEST: usize = 20_000;

/// A stretch of a line, and whether it is on one side only.
pub type Stretch = (bool, String);

/// How two texts are laid side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Cells of a side; of the whole line where they stand one below the other.
    pub width: usize,
    /// Side by side.
    pub split: bool,
    /// Nothing is folded.
    pub whole: bool,
}

/// The lines of two texts. After the deadline differences are told more coarsely.
pub fn align(sides: [Option<&Value>; 2], layout: Layout, manner: Manner, deadline: Option<Instant>) -> Vec<PairLine> {
    let texts = sides.map(|side| section_lines(side.filter(|value| !value.is_null()), manner));
    let [left, right] = [0, 1].map(|at| texts[at].iter().collect::<Vec<TextLine<'_>>>());
    let words = |lines: &[TextLine<'_>]| lines.iter().map(|line| line.text.to_owned()).collect::<Vec<_>>();
    let [one, other] = [words(&left), words(&right)];
    let mut page = Page { layout, lines: Vec::new() };
    // By patience: lines that occur once on both sides hold the messages of a conversation against each other.
    for op in capture_diff_slices_deadline(Algorithm::Patience, &one, &other, deadline) {
        let (old, new) = (&left[op.old_range()], &right[op.new_range()]);
        match op.tag() {
            DiffTag::Equal => page.same(old, is_first(&op), op.old_range().end == left.len()),
            _ => page.changed(old, new, deadline),
        }
    }
    page.lines
}

fn is_first(op: &DiffOp) -> bool {
    op.old_range().start == 0
}

struct Page {
    layout: Layout,
    lines: Vec<PairLine>,
}

impl Page {
    /// A stretch without a change; at the beginning and at the end of a text only the side of the change is shown.
    fn same(&mut self, lines: &[TextLine<'_>], is_first: bool, is_last: bool) {
        let (head, tail) = (if is_first { 0 } else { AROUND }, if is_last { 0 } else { AROUND });
        let folded = lines.len().saturating_sub(head + tail);
        if self.layout.whole || folded < 2 {
            return lines.iter().for_each(|line| self.both(*line));
        }
        lines[..head].iter().for_each(|line| self.both(*line));
        self.lines.push(PairLine::Folded(folded));
        lines[lines.len() - tail..].iter().for_each(|line| self.both(*line));
    }

    fn both(&mut self, line: TextLine<'_>) {
        for row in wrapped(&[(false, line.text.to_owned())], self.layout.width) {
            self.lines.push(PairLine::Text { kind: line.kind, sides: [Some(row.clone()), Some(row)], changed: false });
        }
    }

    fn changed(&mut self, old: &[TextLine<'_>], new: &[TextLine<'_>], deadline: Option<Instant>) {
        let pairs = old.len().min(new.len());
        let mut left: Vec<(TextKind, Vec<Stretch>)> = Vec::new();
        let mut right = Vec::new();
        for (one, other) in old.iter().zip(new) {
            let [a, b] = words(one.text, other.text, deadline);
            left.push((one.kind, a));
            right.push((other.kind, b));
        }
        let alone = |line: &TextLine<'_>| (line.kind, vec![(true, line.text.to_owned())]);
        left.extend(old[pairs..].iter().map(alone));
        right.extend(new[pairs..].iter().map(alone));
        if self.layout.split {
            for nth in 0..left.len().max(right.len()) {
                self.beside(left.get(nth), right.get(nth));
            }
        } else {
            for line in &left {
                self.beside(Some(line), None);
            }
            for line in &right {
                self.beside(None, Some(line));
            }
        }
    }

    fn beside(&mut self, left: Option<&(TextKind, Vec<Stretch>)>, right: Option<&(TextKind, Vec<Stretch>)>) {
        let kind = left.or(right).map_or(TextKind::Words, |(kind, _)| *kind);
        let rows = |side: Option<&(TextKind, Vec<Stretch>)>| {
            side.map(|(_, stretches)| wrapped(stretches, self.layout.width)).unwrap_or_default()
        };
        let (mut left, mut right) = (rows(left).into_iter(), rows(right).into_iter());
        loop {
            let sides = [left.next(), right.next()];
            if sides == [None, None] {
                break;
            }
            self.lines.push(PairLine::Text { kind, sides, changed: true });
        }
    }
}

/// The stretches of two lines, told apart word by word; lines that have little in common are changed as a whole.
fn words(old: &str, new: &str, deadline: Option<Instant>) -> [Vec<Stretch>; 2] {
    let whole = |text: &str| vec![(true, text.to_owned())];
    if old.len().max(new.len()) > LONGEST {
        return [whole(old), whole(new)];
    }
    let mut config = similar::TextDiff::configure();
    if let Some(deadline) = deadline {
        config.deadline(deadline);
    }
    let diff = config.diff_words(old, new);
    if diff.ratio() < 0.3 {
        return [whole(old), whole(new)];
    }
    let mut sides: [Vec<Stretch>; 2] = Default::default();
    let mut push = |side: usize, changed: bool, text: &str| match sides[side].last_mut() {
        Some((last, words)) if *last == changed => words.push_str(text),
        _ => sides[side].push((changed, text.to_owned())),
    };
    for change in diff.iter_all_changes() {
        match change.tag() {
            similar::ChangeTag::Equal => [0, 1].into_iter().for_each(|side| push(side, false, change.value())),
            similar::ChangeTag::Delete => push(0, true, change.value()),
            similar::ChangeTag::Insert => push(1, true, change.value()),
        }
    }
    sides
}

/// The stretches of a line in rows of so many cells, broken at blanks where there are any.
fn wrapped(stretches: &[Stretch], width: usize) -> Vec<Vec<Stretch>> {
    let width = width.max(8);
    let letters: Vec<(bool, char)> =
        stretches.iter().flat_map(|(changed, text)| text.chars().map(|letter| (*changed, letter))).collect();
    let mut rows = Vec::new();
    let mut from = 0;
    while from < letters.len() {
        let (mut end, mut cells, mut blank) = (from, 0, None);
        while let Some((_, letter)) = letters.get(end) {
            cells += letter.width().unwrap_or(0);
            if cells > width {
                break;
            }
            end += 1;
            if *letter == ' ' {
                blank = Some(end);
            }
        }
        if end < letters.len() {
            // What is indented is not broken inside its indent.
            let text = |at: &usize| letters[from..*at].iter().any(|(_, letter)| *letter != ' ');
            end = blank.filter(text).unwrap_or(end.max(from + 1));
        }
        rows.push(row(&letters[from..end]));
        from = end;
    }
    if rows.is_empty() {
        rows.push(Vec::new());
    }
    rows
}

fn row(letters: &[(bool, char)]) -> Vec<Stretch> {
    letters.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|(_, letter)| letter).collect())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const SPLIT: Layout = Layout { width: 40, split: true, whole: false };

    /// `  same`, `- old`, `+ new`, `~ old | new`, changed words in brackets, `…3` folded.
    fn drawn(lines: &[PairLine]) -> Vec<String> {
        let text = |side: &[Stretch]| -> String {
            side.iter().map(|(on, text)| if *on { format!("[{text}]") } else { text.clone() }).collect()
        };
        let line = |line: &PairLine| match line {
            PairLine::Folded(count) => format!("…{count}"),
            PairLine::Text { sides: [Some(one), Some(_)], changed: false, .. } => format!("  {}", text(one)),
            PairLine::Text { sides: [Some(one), Some(other)], .. } => format!("~ {} | {}", text(one), text(other)),
            PairLine::Text { sides: [Some(one), None], .. } => format!("- {}", text(one)),
            PairLine::Text { sides: [None, Some(other)], .. } => format!("+ {}", text(other)),
            other => format!("{other:?}"),
        };
        lines.iter().map(line).collect()
    }

    fn asked(words: &str) -> Value {
        json!([{"role": "system", "content": "be brief\nbe kind\nbe right\nbe quick\nbe here\nbe gone"}, {"role": "user", "content": words}])
    }

    #[test]
    fn changed_words_are_told_and_what_is_the_same_is_folded() {
        let (one, other) = (asked("where is my parcel now"), asked("where is my order now"));
        let lines = drawn(&align([Some(&one), Some(&other)], SPLIT, Manner::default(), None));
        assert_eq!(lines[0], "…6", "{lines:#?}");
        let last = lines.last().unwrap();
        assert_eq!(last.trim_end(), "~   where is my [parcel] now |   where is my [order] now");
        let below =
            drawn(&align([Some(&one), Some(&other)], Layout { split: false, ..SPLIT }, Manner::default(), None));
        assert_eq!(&below[below.len() - 2..], ["-   where is my [parcel] now", "+   where is my [order] now"]);
        let whole = drawn(&align([Some(&one), Some(&other)], Layout { whole: true, ..SPLIT }, Manner::default(), None));
        assert!(whole.contains(&"    be kind".to_owned()), "{whole:#?}");
    }

    #[test]
    fn what_only_one_call_has_stands_alone() {
        let lines = drawn(&align([None, Some(&json!("hello"))], SPLIT, Manner::default(), None));
        assert_eq!(lines, ["+ [hello]"]);
        assert_eq!(align([None, Some(&Value::Null)], SPLIT, Manner::default(), None), []);
    }

    proptest! {
        #[test]
        fn each_side_keeps_every_word(one in "[ab \n]{0,60}", other in "[abc \n]{0,60}", split: bool) {
            let layout = Layout { split, whole: true, width: 10 };
            let sides = [Value::from(one), Value::from(other)];
            let lines = align([Some(&sides[0]), Some(&sides[1])], layout, Manner::default(), None);
            for at in [0, 1] {
                let mut shown = String::new();
                for line in &lines {
                    if let PairLine::Text { sides, .. } = line {
                        shown.extend(sides[at].iter().flatten().map(|(_, text)| text.as_str()));
                    }
                }
                let told: String = section_lines([&sides[at]], Manner::default()).iter().map(|line| line.text.to_owned()).collect();
                prop_assert_eq!(shown, told);
            }
        }
    }
}
