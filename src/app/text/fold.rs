//! What of a text is folded away: a message under who said it, an object or a list of JSON under its first line.
//!
//! Nothing is kept of what could be folded: a heading reaches to the next one that stands no further in, a brace to
//! the one that closes it.

use std::ops::Range;

use super::{Lines, TextKind};

/// Instructions and tools longer than this are folded at first: they are the same in every call.
const LONG: usize = 8;

/// The lines of one section that are folded away, each span under the line before it, in order and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds(Vec<Range<usize>>);

impl Folds {
    /// What is folded at first.
    pub fn at_first(lines: &Lines) -> Self {
        let mut folds = Self::default();
        let mut next = 0;
        for nth in 0..lines.len() {
            let Some(line) = lines.get(nth).filter(|line| nth >= next && line.kind == TextKind::Heading) else {
                continue;
            };
            let word = line.text.trim_start().split(' ').next().unwrap_or_default();
            if matches!(word, "system" | "developer" | "tools" | "instructions")
                && let Some(block) = block(lines, nth).filter(|block| block.len() > LONG)
            {
                next = block.end;
                folds.0.push(block);
            }
        }
        folds
    }

    /// How many of so many lines are shown.
    pub fn shown(&self, len: usize) -> usize {
        len - self.0.iter().map(ExactSizeIterator::len).sum::<usize>()
    }

    /// The line that is shown at a place.
    pub fn line_at(&self, place: usize) -> usize {
        let mut line = place;
        for fold in &self.0 {
            if fold.start > line {
                break;
            }
            line += fold.len();
        }
        line
    }

    /// The place of a line; of one that is folded away, that of the line it is folded under.
    pub fn place_of(&self, line: usize) -> usize {
        let mut hidden = 0;
        for fold in self.0.iter().take_while(|fold| fold.start <= line) {
            if fold.contains(&line) {
                return fold.start.saturating_sub(1) - hidden;
            }
            hidden += fold.len();
        }
        line - hidden
    }

    /// How many lines are folded away under one.
    pub fn under(&self, line: usize) -> Option<usize> {
        self.0.iter().find(|fold| fold.start == line + 1).map(ExactSizeIterator::len)
    }

    /// Folds what a line stands in, or unfolds what is folded under it. The line that stands for it then; `None` where
    /// there is nothing to fold.
    pub fn turn(&mut self, lines: &Lines, line: usize) -> Option<usize> {
        if let Some(at) = self.0.iter().position(|fold| fold.start == line + 1) {
            self.0.remove(at);
            return Some(line);
        }
        let head = head(lines, line)?;
        self.close(block(lines, head)?);
        Some(head)
    }

    /// Shows a line, whatever it is folded under.
    pub fn open(&mut self, line: usize) {
        self.0.retain(|fold| !fold.contains(&line));
    }

    /// Folds every message, or shows all; whether it folded.
    pub fn turn_all(&mut self, lines: &Lines) -> bool {
        if !self.0.is_empty() {
            self.0.clear();
            return false;
        }
        let mut nth = 0;
        while nth < lines.len() {
            let foldable = lines.get(nth).is_some_and(|line| line.kind == TextKind::Heading);
            match block(lines, nth).filter(|_| foldable) {
                Some(block) => {
                    nth = block.end;
                    self.0.push(block);
                }
                None => nth += 1,
            }
        }
        true
    }

    fn close(&mut self, block: Range<usize>) {
        // What was folded inside of it is inside of it.
        self.0.retain(|fold| fold.start < block.start || fold.end > block.end);
        let at = self.0.partition_point(|fold| fold.start < block.start);
        self.0.insert(at, block);
    }
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// The lines that can be folded under one: none if it begins nothing, or nothing of more than one line.
pub fn block(lines: &Lines, nth: usize) -> Option<Range<usize>> {
    let line = lines.get(nth)?;
    let deep = indent(line.text);
    let end = match line.kind {
        TextKind::Heading => {
            let next = (nth + 1..lines.len()).find(|at| {
                lines.get(*at).is_some_and(|line| line.kind == TextKind::Heading && indent(line.text) <= deep)
            });
            let mut end = next.unwrap_or(lines.len());
            while end > nth + 1 && lines.get(end - 1).is_some_and(|line| line.text.trim().is_empty()) {
                end -= 1;
            }
            end
        }
        TextKind::Data if line.text.ends_with(['{', '[']) => {
            let closes = |at: &usize| {
                lines.get(*at).is_some_and(|line| {
                    line.kind == TextKind::Data
                        && indent(line.text) == deep
                        && line.text.trim_start().starts_with(['}', ']'])
                })
            };
            (nth + 1..lines.len()).find(closes)? + 1
        }
        _ => return None,
    };
    (end > nth + 1).then_some(nth + 1..end)
}

/// How far back a line is looked for that what stands at one belongs to.
const BACK: usize = 20_000;

/// The innermost line that something can be folded under and that this one belongs to, itself included.
fn head(lines: &Lines, line: usize) -> Option<usize> {
    (line.saturating_sub(BACK)..=line)
        .rev()
        .find(|at| *at == line && block(lines, *at).is_some() || block_holds(lines, *at, line))
}

fn block_holds(lines: &Lines, head: usize, line: usize) -> bool {
    let may = |of: usize| lines.get(of).map(|line| (line.kind, indent(line.text), line.text.ends_with(['{', '['])));
    let (Some((kind, deep, opens)), Some((_, here, _))) = (may(head), may(line)) else { return false };
    let begins = kind == TextKind::Heading || kind == TextKind::Data && opens;
    begins && deep <= here && block(lines, head).is_some_and(|block| block.contains(&line))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Manner, section_lines};
    use super::*;

    fn talk() -> Lines {
        let instructions = (0..20).map(|nth| format!("rule {nth}")).collect::<Vec<_>>().join("\n");
        section_lines(
            &[json!({"messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": "hi"},
            ], "options": {"a": {"b": [1], "c": 2}}})][..],
            Manner::default(),
        )
    }

    fn shown(lines: &Lines, folds: &Folds) -> Vec<String> {
        let line = |place| lines.get(folds.line_at(place)).unwrap().text.to_owned();
        (0..folds.shown(lines.len())).map(line).collect()
    }

    #[test]
    fn long_instructions_are_folded_at_first_and_unfold() {
        let lines = talk();
        let mut folds = Folds::at_first(&lines);
        assert_eq!(shown(&lines, &folds)[..3], ["system", "", "user"]);
        assert_eq!(folds.under(0), Some(20));
        assert_eq!(folds.turn(&lines, 0), Some(0));
        assert_eq!(shown(&lines, &folds).len(), lines.len());
        assert_eq!(folds.turn(&lines, 7), Some(0), "from inside, the message it stands in");
        assert_eq!(folds.place_of(7), 0);
        assert_eq!(folds.place_of(21), 1);
    }

    #[test]
    fn an_object_folds_under_its_first_line_and_its_parent_takes_it_along() {
        let lines = talk();
        let at = |text: &str| (0..lines.len()).find(|nth| lines.get(*nth).unwrap().text.trim() == text).unwrap();
        let mut folds = Folds::default();
        let inner = at("\"a\": {");
        assert_eq!(folds.turn(&lines, at("\"c\": 2")), Some(inner));
        assert_eq!(folds.under(inner), Some(5));
        let outer = at("\"options\": {");
        assert_eq!(folds.turn(&lines, outer), Some(outer));
        assert_eq!(folds.0.len(), 1);
        folds.open(inner);
        assert_eq!(folds, Folds::default());
    }

    #[test]
    fn everything_folds_and_unfolds() {
        let lines = talk();
        let mut folds = Folds::default();
        assert!(folds.turn_all(&lines));
        let kept = shown(&lines, &folds);
        assert!(kept.contains(&"system".to_owned()) && !kept.contains(&"  hi".to_owned()), "{kept:?}");
        assert!(!folds.turn_all(&lines));
        assert_eq!(shown(&lines, &folds).len(), lines.len());
    }

    #[test]
    fn places_and_lines_are_each_other_s_way_back() {
        let lines = talk();
        let folds = Folds::at_first(&lines);
        for place in 0..folds.shown(lines.len()) {
            assert_eq!(folds.place_of(folds.line_at(place)), place);
        }
    }
}
