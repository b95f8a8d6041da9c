//! What two calls say of themselves, field beside field: those that differ first, with by how much.

use super::PairLine;
use crate::model::{Bill, Dim, Usd, clean, numbers};
use crate::store::Row;

/// A field of a call: its name, and what the call says of it.
type Field = (&'static str, fn(Row<'_>) -> Says);

/// How a field of a call reads, and what it comes to where that is a number.
type Says = (Option<String>, Option<f64>);

struct Facts {
    lines: Vec<PairLine>,
}

/// The upper part of the page. What is private is hidden while `masked`.
pub fn facts(rows: [Row<'_>; 2], bills: [Option<&Bill>; 2], masked: bool) -> Vec<PairLine> {
    let mut facts = Facts { lines: Vec::new() };
    facts.names(rows, masked);
    facts.numbers(
        "tokens",
        rows,
        &[
            ("input", |row| count(row.usage().input.map(u64::from))),
            ("cache read", |row| count(row.usage().cache_read.map(u64::from))),
            ("written", |row| count(row.usage().cache_write())),
            ("output", |row| count(row.usage().output.map(u64::from))),
            ("reasoning", |row| count(row.usage().reasoning.map(u64::from))),
            ("in all", |row| count(row.usage().total())),
        ],
    );
    facts.bill(rows, bills);
    facts.numbers(
        "time",
        rows,
        &[
            ("took", |row| time(row.took())),
            ("first token", |row| time(row.first_token())),
            ("tokens/s", |row| (row.tokens_per_second().map(|speed| format!("{speed:.0}")), row.tokens_per_second())),
            ("deciding", |row| time(row.processing())),
        ],
    );
    facts.lines
}

fn count(count: Option<u64>) -> Says {
    (count.map(numbers::grouped), count.map(|count| count as f64))
}

fn time(nanos: Option<u64>) -> Says {
    (nanos.map(|nanos| numbers::duration(Some(nanos))), nanos.map(|nanos| nanos as f64))
}

fn money(usd: Option<Usd>) -> Says {
    (usd.map(numbers::money_exact), usd.map(Usd::dollars))
}

impl Facts {
    fn names(&mut self, rows: [Row<'_>; 2], masked: bool) {
        let hidden = |text: String| if masked { clean::HIDDEN.to_owned() } else { text };
        let name = |row: Row<'_>, dim: Dim| row.name(dim).map(|name| clean::line(name).into_owned());
        let mut says: Vec<(&'static str, [Option<String>; 2])> = Vec::new();
        for (label, dim) in [
            ("model", Dim::Model),
            ("asked for", Dim::Requested),
            ("provider", Dim::Provider),
            ("route", Dim::Route),
            ("user", Dim::User),
            ("session", Dim::Session),
            ("project", Dim::Project),
            ("agent", Dim::Agent),
            ("use case", Dim::UseCase),
            ("endpoint", Dim::Endpoint),
            ("error", Dim::ErrorType),
        ] {
            says.push((label, rows.map(|row| name(row, dim))));
        }
        says.push(("status", rows.map(|row| Some(row.status().word().to_owned()))));
        let told = |was: bool| if was { "overridden" } else { "no" }.to_owned();
        says.push(("override", rows.map(|row| row.overridden().map(told))));
        says.push(("confidence", rows.map(|row| row.confidence().map(numbers::confidence))));
        says.push(("source", rows.map(|row| Some(clean::line(row.source_label()).into_owned()))));
        let mut same = Vec::new();
        for (label, sides) in says {
            let is_private = matches!(label, "user" | "session");
            let is_same = sides[0] == sides[1];
            let sides = sides.map(|side| side.map(|side| if is_private { hidden(side) } else { side }));
            match sides {
                [None, None] => {}
                [Some(one), _] if is_same => same.push(format!("{label} {one}")),
                sides => self.fact(label, sides, "≠".to_owned()),
            }
        }
        if !same.is_empty() {
            self.lines.push(PairLine::Same(same.join(", ")));
        }
    }

    fn numbers(&mut self, title: &'static str, rows: [Row<'_>; 2], fields: &[Field]) {
        let says: Vec<_> = fields.iter().map(|(label, of)| (*label, rows.map(of))).collect();
        self.section(title, says);
    }

    /// What each line of the bills comes to, and what the logs say.
    fn bill(&mut self, rows: [Row<'_>; 2], bills: [Option<&Bill>; 2]) {
        let mut parts: Vec<&'static str> = Vec::new();
        for line in bills.iter().flatten().flat_map(|bill| &bill.lines) {
            if !parts.contains(&line.part) {
                parts.push(line.part);
            }
        }
        let of = |bill: Option<&Bill>, part: &str| {
            bill?.lines.iter().find(|line| line.part == part)?.price.map(|(_, usd)| usd)
        };
        let mut says: Vec<_> = parts.into_iter().map(|part| (part, bills.map(|bill| money(of(bill, part))))).collect();
        says.push(("our sum", rows.map(|row| money(row.our_cost()))));
        says.push(("as logged", rows.map(|row| money(row.logged_cost()))));
        self.section("cost", says);
    }

    fn section(&mut self, title: &'static str, says: Vec<(&'static str, [Says; 2])>) {
        let told: Vec<_> = says.into_iter().filter(|(_, [one, other])| one.0.is_some() || other.0.is_some()).collect();
        if told.is_empty() {
            return;
        }
        self.lines.push(PairLine::Heading(title));
        for (label, [(one, from), (other, to)]) in told {
            let mark = match (from, to) {
                (Some(from), Some(to)) if from.to_bits() == to.to_bits() => String::new(),
                (Some(from), Some(to)) if from > 0.0 => numbers::change(to / from - 1.0),
                _ => "≠".to_owned(),
            };
            self.fact(label, [one, other], mark);
        }
    }

    fn fact(&mut self, name: &'static str, sides: [Option<String>; 2], mark: String) {
        let sides = sides.map(|side| side.unwrap_or_else(|| numbers::UNKNOWN.to_owned()));
        self.lines.push(PairLine::Fact { name, sides, mark });
    }
}
