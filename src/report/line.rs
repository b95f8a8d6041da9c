//! `report --line`: the figures as one line, for the status line of tmux or a shell's prompt.

use serde_json::Value as Json;

use super::analytics::by_cost;
use crate::figures::{Board, GroupBy};
use crate::model::clean;
use crate::store::Store;
use crate::ui::numbers;

/// What is said where no format is given.
pub const FORMAT: &str = "{calls} calls {cost} {err} err p95 {p95}";

type Said = fn(&Store, &Board) -> String;

/// Every word there is, and what stands for it. Other figures of `report --json` are named by their path there.
static WORDS: [(&str, Said); 17] = [
    ("calls", |_, board| numbers::grouped(board.total.calls)),
    ("cost", |_, board| cost(board)),
    ("tokens", |_, board| numbers::tokens((board.total.tokens.calls > 0).then_some(board.total.tokens.total))),
    ("cache", |_, board| numbers::percent_whole(board.total.cache_share())),
    ("err", |_, board| numbers::percent(board.total.error_rate())),
    ("errors", |_, board| numbers::grouped(board.total.errors())),
    ("ok", |_, board| numbers::percent(board.total.success_rate())),
    ("override", |_, board| numbers::percent(board.total.override_rate())),
    ("conf", |_, board| numbers::confidence(board.total.avg_confidence())),
    ("p50", |_, board| numbers::duration(board.took.at(0.50))),
    ("p95", |_, board| numbers::duration(board.took.at(0.95))),
    ("p99", |_, board| numbers::duration(board.took.at(0.99))),
    ("unpriced", |_, board| numbers::grouped(board.total.unpriced)),
    ("model", |store, board| dearest(store, board, GroupBy::Model)),
    ("provider", |store, board| dearest(store, board, GroupBy::Provider)),
    ("route", |store, board| dearest(store, board, GroupBy::Route)),
    ("user", |store, board| dearest(store, board, GroupBy::User)),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Of [`WORDS`].
    Word(usize),
    /// Of the report's object: `cost.loggedUsd`.
    Path(String),
}

/// A format that was read: text, and words in braces. `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(Vec<Part>);

impl Line {
    /// The error names every word there is.
    pub fn parse(format: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            if let Some(more) = after.strip_prefix("{{").or_else(|| after.strip_prefix("}}")) {
                text.push_str(&after[..1]);
                rest = more;
                continue;
            }
            let name = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let Some((name, more)) = name else {
                return Err("a brace has no other one; {{ and }} stand for themselves".to_owned());
            };
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(part(name.trim())?);
            rest = more;
        }
        text.push_str(rest);
        parts.extend((!text.is_empty()).then_some(Part::Text(text)));
        Ok(Self(parts))
    }

    /// The line. `report` makes the report's object, which only paths need.
    pub fn write(&self, store: &Store, board: &Board, report: impl FnOnce() -> Json) -> Result<String, String> {
        let needs = self.0.iter().any(|part| matches!(part, Part::Path(_)));
        let report = if needs { report() } else { Json::Null };
        let said = self.0.iter().map(|part| match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Word(nth) => Ok((WORDS[*nth].1)(store, board)),
            Part::Path(path) => at(&report, path).ok_or_else(|| unknown(path)),
        });
        let line: String = said.collect::<Result<_, _>>()?;
        Ok(clean::field(&line).into_owned())
    }
}

fn part(name: &str) -> Result<Part, String> {
    if let Some(nth) = WORDS.iter().position(|(word, _)| *word == name) {
        return Ok(Part::Word(nth));
    }
    let is_path = name.contains('.') || ["totalDecisions", "avgConfidence"].contains(&name);
    if is_path { Ok(Part::Path(name.to_owned())) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> String {
    let words: Vec<String> = WORDS.iter().map(|(word, _)| format!("{{{word}}}")).collect();
    format!(
        "no figure is called {{{name}}}: there are {}, and paths into report --json, as {{cost.loggedUsd}}",
        words.join(" ")
    )
}

/// The value at a path, as JSON writes it; `–` where it is unknown. Only single values have a place in a line.
fn at(report: &Json, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(report, |value, key| value.get(key))?;
    match value {
        Json::Null => Some(numbers::UNKNOWN.to_owned()),
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// As on the screen: `~` where a part is estimated, `?` where a part has no price.
fn cost(board: &Board) -> String {
    let total = &board.total;
    match total.known_cost() {
        None if total.unpriced > 0 => "?".to_owned(),
        known => {
            let about = if total.estimated.is_zero() { "" } else { "~" };
            let part = if total.unpriced > 0 { "?" } else { "" };
            format!("{about}{}{part}", numbers::money(known))
        }
    }
}

/// The name that cost most, of those that were logged.
fn dearest(store: &Store, board: &Board, by: GroupBy) -> String {
    let group = by_cost(store, board, by).into_iter().find(|group| group.name.is_some());
    group.map_or_else(|| numbers::UNKNOWN.to_owned(), |group| store.label(group.name).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(format: &str) -> Result<String, String> {
        let report = || json!({"cost": {"loggedUsd": 0.25, "byModel": {}}, "avgConfidence": null});
        Line::parse(format)?.write(&Store::default(), &Board::default(), report)
    }

    #[test]
    fn words_and_paths_stand_for_figures() {
        assert_eq!(line("{calls} calls").unwrap(), "0 calls");
        assert_eq!(line("{{{cost.loggedUsd}}} p95 {p95} {avgConfidence} {model}").unwrap(), "{0.25} p95 – – –");
        assert_eq!(line("").unwrap(), "");
        assert!(Line::parse(FORMAT).is_ok());
    }

    #[test]
    fn a_word_that_is_none_is_told_with_all_that_are() {
        for wrong in ["{clls}", "{cost.nothing}", "{cost.byModel}"] {
            let why = line(wrong).unwrap_err();
            assert!(why.contains(wrong) && WORDS.iter().all(|(word, _)| why.contains(&format!("{{{word}}}"))), "{why}");
        }
        for wrong in ["{calls", "calls}", "{"] {
            assert!(line(wrong).unwrap_err().contains("brace"), "{wrong}");
        }
    }
}
