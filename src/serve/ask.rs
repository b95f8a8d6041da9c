//! What is asked: the parameters of a request, read strictly. Each error says which parameter, and what was expected.

use std::ops::RangeInclusive;

use crate::figures::Scope;
use crate::model::{Dim, Stamp};
use crate::query::filter::{Field, Filter, Names};
use crate::query::{self, bounds};

use super::reply::Refusal;

/// The parameters of a query string, each at most once. An empty one is as good as none: forms send them so.
#[derive(Debug, Default)]
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads a query string whose parameters must be among `known`.
    pub fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refusal> {
        let mut asked: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Refusal::bad(format!("there is no parameter {name}: expected {known}")));
            }
            if asked.iter().any(|(other, _)| *other == name) {
                return Err(Refusal::bad(format!("{name} is given twice")));
            }
            if value.contains(char::REPLACEMENT_CHARACTER) {
                return Err(Refusal::bad(format!("{name} is no text: expected UTF-8, percent-encoded")));
            }
            asked.push((name.into_owned(), value.into_owned()));
        }
        asked.retain(|(_, value)| !value.is_empty());
        Ok(Self(asked))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A whole number within `range`.
    pub fn number(&self, name: &str, range: RangeInclusive<usize>) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                let (from, to) = range.into_inner();
                let to = if to == usize::MAX { format!("{from} or more") } else { format!("{from} to {to}") };
                Err(Refusal::bad(format!("{name}={text}: expected a whole number, {to}")))
            }
        }
    }

    /// One of a few words.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant);
        let words = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| Refusal::bad(format!("{name}={text}: expected one of {}", words())))
    }

    /// A moment, read as `--since` and `--until` are.
    fn moment(&self, name: &str, read: fn(&str, Stamp) -> Option<Stamp>, now: Stamp) -> Result<Option<Stamp>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let at = read(text, now).map(Some);
        at.ok_or_else(|| Refusal::bad(format!("{name}={text}: expected {}", bounds::EXPECTED)))
    }

    /// Calls whose field is exactly what a parameter says, in any case; `(none)` are those without.
    fn exactly(&self, name: &str, dim: Dim) -> Filter {
        self.text(name).map_or(Filter::All, |text| Filter::Named {
            field: Field::Dim(dim),
            names: Names { any: vec![text.to_lowercase()], exact: true },
        })
    }

    /// What of `scope` is asked for: `filter`, and one parameter each for some fields.
    pub fn within(&self, scope: Scope, fields: &[(&str, Dim)], now: Stamp) -> Result<Scope, Refusal> {
        let mut filter = scope.filter;
        for (name, dim) in fields {
            filter = filter.and(self.exactly(name, *dim));
        }
        if let Some(text) = self.text("filter") {
            let parsed = query::parse(text, now).map_err(|error| Refusal::bad(format!("filter: {error}")))?;
            filter = filter.and(parsed);
        }
        Ok(Scope { filter, ..scope })
    }

    /// What of `scope` lies between `startDate` and `endDate`; a date alone is a whole local day.
    pub fn between(&self, scope: Scope, now: Stamp) -> Result<Scope, Refusal> {
        let since = self.moment("startDate", query::parse_since, now)?;
        let until = self.moment("endDate", query::parse_until, now)?;
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            return Err(Refusal::bad("startDate is after endDate"));
        }
        let since = scope.since.into_iter().chain(since).max();
        let until = scope.until.into_iter().chain(until).min();
        Ok(Scope { since, until, ..scope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 6] = ["model", "startDate", "endDate", "filter", "limit", "status"];

    fn asked(query: &str) -> Asked {
        Asked::read(Some(query), &KNOWN).unwrap()
    }

    /// What a refusal says, through the answer that it makes.
    fn why<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
        format!("{:?}", result.expect_err("a refusal"))
    }

    #[test]
    fn every_mistake_is_told_with_what_was_expected() {
        let now = Stamp(1_763_900_000_000);
        let number = |query: &str| asked(query).number("limit", 1..=usize::MAX);
        for query in ["limit=0", "limit=-1", "limit=ten", "limit=99999999999999999999"] {
            assert!(why(number(query)).contains("expected a whole number, 1 or more"), "{query}");
        }
        assert!(why(Asked::read(Some("modle=x"), &KNOWN)).contains("no parameter modle: expected model"));
        assert!(why(Asked::read(Some("model=x&model=y"), &KNOWN)).contains("model is given twice"));
        assert!(why(asked("status=ok").word("status", &[("success", 1), ("error", 2)])).contains("success, error"));
        let within = |query: &str| asked(query).between(Scope::default(), now);
        assert!(why(within("startDate=soon")).contains("startDate=soon: expected a span"));
        assert!(why(within("endDate=2026-13-01")).contains("endDate=2026-13-01"));
        assert!(why(within("startDate=2026-11-02&endDate=2026-11-01")).contains("startDate is after endDate"));
        let filter = asked("filter=cost%3Eabc").within(Scope::default(), &[], now);
        assert!(why(filter).contains("column 6"), "the place in the filter");
    }

    #[test]
    fn an_answer_stays_within_what_the_server_was_started_with() {
        let now = Stamp(1_763_900_000_000);
        let scope = Scope { since: Some(Stamp(now.0 - 5_000)), until: Some(now), ..Scope::default() };
        let narrowed = asked("startDate=1970-01-02&endDate=2100-01-01").between(scope.clone(), now).unwrap();
        assert_eq!((narrowed.since, narrowed.until), (scope.since, scope.until));
        let first = query::parse("route:chat", now).unwrap();
        let scope = Scope { filter: first.clone(), ..Scope::default() };
        let both = asked("model=GPT-5&filter=is:error").within(scope, &[("model", Dim::Model)], now).unwrap();
        let wanted = first.and(query::parse("model=gpt-5", now).unwrap()).and(query::parse("is:error", now).unwrap());
        assert_eq!(both.filter, wanted);
        assert_eq!(asked("model=&filter=").within(Scope::default(), &[], now).unwrap(), Scope::default());
    }
}
