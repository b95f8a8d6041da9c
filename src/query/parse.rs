//! The filter grammar: `model:opus cost>0.05 -route:chat (is:error or took>2s) "timeout"`.
//!
//! Terms are joined by *and*; `-` is *not*; commas are *or* inside a term; `( … or … )` groups. An error names the
//! column and what was expected there.

use std::fmt;

use super::bounds::{self, EXPECTED};
use super::filter::{Fact, Field, Filter, Known, Measure, Names, Op, Unit};
use super::repeated::Repeated;
use crate::model::{Dim, Stamp};

/// Where a filter could not be read, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter, column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Every key that takes a text.
pub const FIELDS: [(&str, Field); 13] = [
    ("model", Field::Dim(Dim::Model)),
    ("provider", Field::Dim(Dim::Provider)),
    ("route", Field::Dim(Dim::Route)),
    ("user", Field::Dim(Dim::User)),
    ("session", Field::Dim(Dim::Session)),
    ("project", Field::Dim(Dim::Project)),
    ("agent", Field::Dim(Dim::Agent)),
    ("use_case", Field::Dim(Dim::UseCase)),
    ("endpoint", Field::Dim(Dim::Endpoint)),
    ("requested", Field::Dim(Dim::Requested)),
    ("source", Field::Source),
    ("error", Field::Error),
    ("id", Field::Id),
];

/// Every key that takes a number.
pub const MEASURES: [(&str, Measure); 16] = [
    ("cost", Measure::Cost),
    ("took", Measure::Took),
    ("ttft", Measure::FirstToken),
    ("in", Measure::Input),
    ("out", Measure::Output),
    ("tokens", Measure::Tokens),
    ("cached", Measure::Cached),
    ("cache", Measure::CacheShare),
    ("written", Measure::Written),
    ("reasoning", Measure::Reasoning),
    ("speed", Measure::Speed),
    ("baseline", Measure::Baseline),
    ("saved", Measure::Saved),
    ("deciding", Measure::Deciding),
    ("conf", Measure::Confidence),
    ("prompt", Measure::PromptLength),
];

/// Reads a filter; spans such as `since:7d` count back from `now`. Nothing but blanks is [`Filter::All`].
pub fn parse(text: &str, now: Stamp) -> Result<Filter, ParseError> {
    let mut reader = Reader { text, at: 0, now, depth: 0 };
    let filter = reader.either()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.error("nothing after this: the bracket that ends here was never opened"));
    }
    Ok(filter)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    now: Stamp,
    /// Brackets and minus signs around this place.
    depth: usize,
}

/// Nobody writes more brackets into each other; a paste may.
const DEEPEST: usize = 64;

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn error(&self, message: impl Into<String>) -> ParseError {
        self.error_at(self.at, message)
    }

    fn error_at(&self, at: usize, message: impl Into<String>) -> ParseError {
        ParseError { column: self.text[..at].chars().count() + 1, message: message.into() }
    }

    fn eat(&mut self, what: char) -> bool {
        let found = self.rest().starts_with(what);
        self.at += if found { what.len_utf8() } else { 0 };
        found
    }

    /// A whole word, such as `or`.
    fn eat_word(&mut self, word: &str) -> bool {
        let Some(after) = self.rest().get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word)) else {
            return false;
        };
        let ends =
            self.rest()[after.len()..].chars().next().is_none_or(|next| next.is_whitespace() || "()".contains(next));
        self.at += if ends { word.len() } else { 0 };
        ends
    }

    fn either(&mut self) -> Result<Filter, ParseError> {
        let mut parts = vec![self.every()?];
        loop {
            self.blanks();
            if !self.eat_word("or") {
                break;
            }
            self.blanks();
            let at = self.at;
            let part = self.every()?;
            if part == Filter::All {
                return Err(self.error_at(at, "expected a term after `or`"));
            }
            parts.push(part);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn every(&mut self) -> Result<Filter, ParseError> {
        let mut all = Filter::All;
        loop {
            self.blanks();
            let before_or = {
                let at = self.at;
                let found = self.eat_word("or");
                self.at = at;
                found
            };
            if self.rest().is_empty() || self.rest().starts_with(')') || before_or {
                if before_or && all == Filter::All {
                    return Err(self.error("expected a term before `or`"));
                }
                return Ok(all);
            }
            if self.eat_word("and") {
                continue;
            }
            let term = self.term()?;
            all = all.and(term);
        }
    }

    fn term(&mut self) -> Result<Filter, ParseError> {
        if self.depth == DEEPEST {
            return Err(self.error(format!("more than {DEEPEST} brackets or minus signs around this")));
        }
        self.depth += 1;
        let term = self.inner_term();
        self.depth -= 1;
        term
    }

    fn inner_term(&mut self) -> Result<Filter, ParseError> {
        if self.eat('-') {
            if self.rest().starts_with(char::is_whitespace) || self.rest().is_empty() {
                return Err(self.error("expected a term right after `-`, as in -route:chat"));
            }
            return Ok(Filter::Not(Box::new(self.term()?)));
        }
        if self.eat('(') {
            let opened = self.at - 1;
            let inner = self.either()?;
            self.blanks();
            if !self.eat(')') {
                return Err(self.error_at(opened, "this bracket is never closed: expected `)`"));
            }
            if inner == Filter::All {
                return Err(self.error_at(opened, "expected a term inside the brackets"));
            }
            return Ok(inner);
        }
        if self.rest().starts_with('"') {
            return Ok(Filter::Text(self.quoted()?.to_lowercase()));
        }
        let start = self.at;
        let key_len = self.rest().find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest().len());
        let key = self.rest()[..key_len].to_ascii_lowercase();
        let sign = self.rest()[key_len..].chars().next();
        if sign == Some('!') && self.rest()[key_len..].starts_with("!=") {
            self.at += key_len;
            return Err(self.error(format!("there is no `!=`: write -{key}=… for what it is not")));
        }
        if !matches!(sign, Some(':' | '=' | '>' | '<')) {
            return Ok(Filter::Text(self.word().to_lowercase()));
        }
        self.at += key_len;
        self.keyed(&key, start)
    }

    fn keyed(&mut self, key: &str, start: usize) -> Result<Filter, ParseError> {
        if let Some((_, measure)) = MEASURES.iter().find(|(name, _)| *name == key) {
            return self.compare(*measure);
        }
        let exact = self.rest().starts_with('=');
        if !exact && !self.rest().starts_with(':') {
            if key.is_empty() {
                return Err(self.error_at(start, "a name is expected right before this sign, as in cost>0.05"));
            }
            return Err(self.error_at(start, format!("`{key}` is not a number: {}", keys_with_numbers())));
        }
        self.at += 1;
        if let Some((_, field)) = FIELDS.iter().find(|(name, _)| *name == key) {
            let any: Vec<String> = self.list()?.iter().map(|name| name.to_lowercase()).collect();
            return Ok(Filter::Named { field: *field, names: Names { any, exact } });
        }
        let at = self.at;
        match key {
            "is" => {
                let facts = self.list()?;
                let mut any = Vec::new();
                for word in facts.iter().map(|word| word.to_lowercase()) {
                    let fact = Fact::ALL.into_iter().find(|fact| {
                        fact.word() == word || *fact == Fact::Status(crate::model::Status::Success) && word == "success"
                    });
                    let Some(fact) = fact else {
                        let words = Fact::ALL.map(Fact::word).join(", ");
                        return Err(self.error_at(at, format!("`is:{word}` is not known: expected one of {words}")));
                    };
                    any.push(Filter::Is(fact));
                }
                Ok(if any.len() == 1 { any.remove(0) } else { Filter::Or(any) })
            }
            "has" => {
                let words = self.list()?;
                let known = words.iter().map(|word| {
                    known(&word.to_lowercase()).map(Filter::Has).ok_or_else(|| {
                        let names = FIELDS.iter().map(|(name, _)| *name).chain(MEASURES.iter().map(|(name, _)| *name));
                        let names = names.collect::<Vec<_>>().join(", ");
                        self.error_at(at, format!("`has:{word}` is not known: expected one of {names}, override"))
                    })
                });
                let mut any = known.collect::<Result<Vec<_>, _>>()?;
                Ok(if any.len() == 1 { any.remove(0) } else { Filter::Or(any) })
            }
            "since" | "until" => {
                let text = if self.rest().starts_with('"') { self.quoted()? } else { self.word() };
                let now = self.now;
                let filter = match key {
                    "since" => bounds::parse_since(&text, now).map(Filter::Since),
                    _ => bounds::parse_until(&text, now).map(Filter::Until),
                };
                filter.ok_or_else(|| self.error_at(at, format!("`{text}` is no time: expected {EXPECTED}")))
            }
            "body" => {
                let needle = if self.rest().starts_with('"') { self.quoted()? } else { self.word() };
                if needle.is_empty() {
                    return Err(self.error("expected the text to look for, as in body:\"refund\""));
                }
                Ok(Filter::Body { needle: needle.to_lowercase(), hits: None })
            }
            "repeated" => {
                let text = self.word();
                let within = bounds::span(&text).filter(|within| *within > 0).ok_or_else(|| {
                    self.error_at(at, "expected how long a cache keeps an answer, as in repeated:1h or repeated:30m")
                })?;
                Ok(Filter::Repeated(Repeated::within(within)))
            }
            "template" => {
                let name = if self.rest().starts_with('"') { self.quoted()? } else { self.word() };
                if name.is_empty() {
                    return Err(self.error("expected the template's name, as callscope report --templates has it"));
                }
                Ok(Filter::Template { name: name.to_lowercase(), hits: None })
            }
            _ => {
                let known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
                Err(self.error_at(
                    start,
                    format!(
                        "`{key}` is not known: expected {}, is, has, since, until, body, repeated, template, or {}",
                        known.join(", "),
                        keys_with_numbers()
                    ),
                ))
            }
        }
    }

    fn compare(&mut self, measure: Measure) -> Result<Filter, ParseError> {
        let ops = [
            (">=", Op::AtLeast),
            ("<=", Op::AtMost),
            (">", Op::More),
            ("<", Op::Less),
            ("=", Op::Equal),
            (":", Op::Equal),
        ];
        let Some((sign, op)) = ops.into_iter().find(|(sign, _)| self.rest().starts_with(sign)) else {
            return Err(self.error("expected one of > >= < <= ="));
        };
        self.at += sign.len();
        let at = self.at;
        let text = self.word();
        let than = number(&text, measure).ok_or_else(|| {
            let example = match measure.unit() {
                Unit::Dollars => "an amount, as in cost>0.05 or cost>$2",
                Unit::Seconds => "a time, as in took>2s, took>350ms or took>1m",
                Unit::Share => "a number from 0 to 1, as in conf<0.6",
                Unit::Count => "a count, as in tokens>10k or tokens>1M",
            };
            self.error_at(at, format!("expected {example}"))
        })?;
        Ok(Filter::Compare { measure, op, than })
    }

    /// Texts separated by commas, each bare or quoted.
    fn list(&mut self) -> Result<Vec<String>, ParseError> {
        let mut list = Vec::new();
        loop {
            let at = self.at;
            let item = if self.rest().starts_with('"') {
                self.quoted()?
            } else {
                let len =
                    self.rest().find(|c: char| c.is_whitespace() || c == ',' || c == ')').unwrap_or(self.rest().len());
                // `(none)` stands for an absent field and may be written as it is.
                let len = if self.rest().starts_with(crate::store::NONE) { crate::store::NONE.len() } else { len };
                let item = self.rest()[..len].to_owned();
                self.at += len;
                item
            };
            if item.is_empty() {
                return Err(self.error_at(at, "expected a text here"));
            }
            list.push(item);
            if !self.eat(',') {
                return Ok(list);
            }
        }
    }

    fn word(&mut self) -> String {
        let len = self.rest().find(|c: char| c.is_whitespace() || c == ')').unwrap_or(self.rest().len());
        let word = self.rest()[..len].to_owned();
        self.at += len;
        word
    }

    /// A text in double quotes; `\"` and `\\` are escapes.
    fn quoted(&mut self) -> Result<String, ParseError> {
        let opened = self.at;
        self.at += 1;
        let mut text = String::new();
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices() {
            match c {
                _ if escaped => {
                    text.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    self.at += offset + 1;
                    return Ok(text);
                }
                _ => text.push(c),
            }
        }
        Err(self.error_at(opened, "this quote is never closed: expected `\"`"))
    }
}

/// What `has:` can ask for.
fn known(word: &str) -> Option<Known> {
    let field = FIELDS.iter().find(|(name, _)| *name == word).map(|(_, field)| Known::Field(*field));
    let measure = || MEASURES.iter().find(|(name, _)| *name == word).map(|(_, measure)| Known::Measure(*measure));
    field.or_else(measure).or((word == "override").then_some(Known::Override))
}

fn keys_with_numbers() -> String {
    let keys: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
    format!("{} with > >= < <= =", keys.join(", "))
}

/// A number with its unit, in the measure's own (dollars, seconds, tokens, 0 to 1).
fn number(text: &str, measure: Measure) -> Option<f64> {
    let text = text.trim_start_matches('$');
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%' || c == '$');
    let unit = text[digits.len()..].trim_end_matches('$');
    let value: f64 = digits.parse().ok()?;
    // What divides, divides: 350 × 0.001 is not the number that 0.35 is.
    let value = match (measure.unit(), unit) {
        (_, "") | (Unit::Seconds, "s") => value,
        (Unit::Seconds, "ms") => value / 1e3,
        (Unit::Seconds, "m") => value * 60.0,
        (Unit::Seconds, "h") => value * 3_600.0,
        (Unit::Share, "%") => value / 100.0,
        (Unit::Seconds | Unit::Share, _) => return None,
        (_, "k" | "K") => value * 1e3,
        (_, "M" | "m") => value * 1e6,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    fn read(text: &str) -> Filter {
        parse(text, Stamp(1_763_900_000_000)).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn named(field: Field, names: &[&str], exact: bool) -> Filter {
        Filter::Named { field, names: Names { any: names.iter().map(ToString::to_string).collect(), exact } }
    }

    #[test]
    fn no_depth_breaks_it() {
        for text in ["(".repeat(100_000), "-".repeat(100_000) + "a", "(-".repeat(50_000), "a or (".repeat(20_000)] {
            let error = parse(&text, Stamp(0)).expect_err("too deep");
            assert!(error.to_string().contains("more than 64"), "{error}");
        }
        assert!(parse(&format!("{}a{}", "(".repeat(60), ")".repeat(60)), Stamp(0)).is_ok());
        assert!(parse(&"(a) ".repeat(500), Stamp(0)).is_ok(), "side by side is not deep");
    }

    #[test]
    fn the_grammar_of_the_interface() {
        let model = Field::Dim(Dim::Model);
        assert_eq!(read("  "), Filter::All);
        assert_eq!(read("model:opus,sonnet"), named(model, &["opus", "sonnet"], false));
        assert_eq!(read("model=gpt-4o"), named(model, &["gpt-4o"], true));
        assert_eq!(read("use_case:(none)"), named(Field::Dim(Dim::UseCase), &["(none)"], false));
        assert_eq!(read("is:ok"), Filter::Is(Fact::Status(Status::Success)));
        assert_eq!(read("has:ttft"), Filter::Has(Known::Measure(Measure::FirstToken)));
        assert_eq!(
            read("-has:user,override"),
            Filter::Not(Box::new(Filter::Or(vec![
                Filter::Has(Known::Field(Field::Dim(Dim::User))),
                Filter::Has(Known::Override)
            ])))
        );
        assert_eq!(read("\"Rate Limit\""), Filter::Text("rate limit".into()));
        assert_eq!(read("timeout"), Filter::Text("timeout".into()));
        assert_eq!(read("took>350ms"), Filter::Compare { measure: Measure::Took, op: Op::More, than: 0.35 });
        assert_eq!(read("tokens>=1M"), Filter::Compare { measure: Measure::Tokens, op: Op::AtLeast, than: 1e6 });
        assert_eq!(read("cost>$0.05"), Filter::Compare { measure: Measure::Cost, op: Op::More, than: 0.05 });
        assert_eq!(
            read("-route:chat (is:error or conf<0.6) body:\"a \\\"b\\\"\""),
            Filter::And(vec![
                Filter::Not(Box::new(named(Field::Dim(Dim::Route), &["chat"], false))),
                Filter::Or(vec![
                    Filter::Is(Fact::Status(Status::Error)),
                    Filter::Compare { measure: Measure::Confidence, op: Op::Less, than: 0.6 },
                ]),
                Filter::Body { needle: "a \"b\"".into(), hits: None },
            ])
        );
    }

    #[test]
    fn an_error_names_the_column_and_what_was_expected() {
        for (text, column, part) in [
            ("cost>abc", 6, "expected an amount"),
            ("model:", 7, "expected a text"),
            ("colour:red", 1, "`colour` is not known"),
            ("route:x is:broken", 12, "expected one of ok, error"),
            ("has:colour", 5, "`has:colour` is not known: expected one of model"),
            ("(is:error", 1, "never closed"),
            ("is:error)", 9, "never opened"),
            ("\"open", 1, "never closed"),
            ("since:soon", 7, "expected a span"),
            ("model>5", 1, "not a number"),
            ("is:ok or", 9, "after `or`"),
            ("ä:b", 1, "not known"),
            ("- x", 2, "right after `-`"),
            ("model!=x", 6, "write -model=…"),
        ] {
            let error = parse(text, Stamp(0)).expect_err(text);
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,40}") {
            let _ = parse(&text, Stamp(0));
        }
    }
}
