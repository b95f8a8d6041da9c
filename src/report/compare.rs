//! `report --compare`: why the bill changed, and what is different about the calls of a filter; as text and as JSON.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use crate::figures::differ::{Difference, Field, Sides};
use crate::figures::stats::ratio;
use crate::figures::waterfall::{Against, Period, Spent, Step};
use crate::figures::{Differ, Waterfall};
use crate::model::{Stamp, Usd, clean};
use crate::query::Measure;
use crate::store::Store;
use crate::ui::numbers;

/// What is compared with what. The filter is that of the command line, as it was typed.
#[derive(Debug)]
pub struct Comparison {
    pub against: Against,
    pub filter: String,
    pub waterfall: Waterfall,
    /// The filter's calls against the others of the span; `None` without a filter.
    pub differ: Option<Differ>,
}

impl Comparison {
    /// The fields that `report --json` gets.
    pub fn json(&self, store: &Store) -> (Json, Option<Json>) {
        let fall = &self.waterfall;
        let steps: Vec<Json> = fall.steps.iter().map(|step| self.step(store, step)).collect();
        let comparison = json!({
            "against": self.against.word(),
            "this": span(fall.this),
            "before": span(fall.before),
            "differenceUsd": fall.difference(),
            "steps": steps,
        });
        (comparison, self.differ.as_ref().map(different))
    }

    fn step(&self, store: &Store, step: &Step) -> Json {
        let parts = step.parts.iter().map(|(name, usd)| json!({"name": store.label(*name), "usd": usd}));
        json!({
            "step": step.factor.words().1,
            "usd": step.usd,
            "filter": self.opened(step),
            "by": step.factor.by(),
            "parts": parts.collect::<Vec<_>>(),
        })
    }

    /// The filter that `calls --filter` lists the calls of a step with.
    fn opened(&self, step: &Step) -> String {
        let own = if self.filter.is_empty() { String::new() } else { format!("({})", self.filter) };
        let terms = [own, step.term.clone(), self.waterfall.period_of(step).term()];
        terms.into_iter().filter(|term| !term.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Both as text.
    pub fn text(&self, mut out: impl Write, store: &Store) -> io::Result<()> {
        let fall = &self.waterfall;
        let ((before, was), (this, is)) = (fall.before, fall.this);
        let share = change(was.cost, is.cost);
        writeln!(
            out,
            "\nWHY THE BILL CHANGED: {} to {}, {share}",
            numbers::money_full(was.cost),
            numbers::money_full(is.cost),
        )?;
        for (name, period, spent) in [("before", before, was), ("this", this, is)] {
            let Spent { calls, unpriced, .. } = spent;
            let lost = if unpriced > 0 { format!(", {} unpriced", numbers::grouped(unpriced)) } else { String::new() };
            writeln!(
                out,
                "  {name:<16} {} to {}: {} calls{lost}",
                period.since,
                period.until,
                numbers::grouped(calls)
            )?;
        }
        for step in &fall.steps {
            let parts = step.parts.iter().take(3);
            let parts: Vec<String> = parts
                .map(|(name, usd)| format!("{} {}", clean::field(store.label(*name)), numbers::more(*usd)))
                .collect();
            let more = if step.parts.len() > 3 { ", …" } else { "" };
            let name = step.factor.words().0;
            let line = format!("  {name:<16} {:>12}   {}{more}", numbers::more(step.usd), parts.join(", "));
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out, "  {:<16} {:>12}", "in all", numbers::more(fall.difference()))?;
        match &self.differ {
            Some(differ) => text(out, differ),
            None => Ok(()),
        }
    }
}

/// `+18%`; of nothing there is no share.
fn change(was: Usd, is: Usd) -> String {
    numbers::change((was > Usd::ZERO).then(|| (is - was).dollars() / was.dollars()))
}

fn span((period, spent): (Period, Spent)) -> Json {
    let Period { since, until } = period;
    json!({
        "since": Stamp::iso(since),
        "until": Stamp::iso(until),
        "calls": spent.calls,
        "pricedCalls": spent.priced,
        "unpricedCalls": spent.unpriced,
        "costUsd": (spent.priced > 0 || spent.unpriced == 0).then_some(spent.cost),
    })
}

fn different(differ: &Differ) -> Json {
    let phrases: Vec<String> = differ.leading().map(|found| format!("{}{}", found.less(), found.phrase)).collect();
    json!({
        "selected": differ.selected,
        "rest": differ.rest,
        "sentence": differ.sentence(&phrases, numbers::grouped),
        "fields": differ.fields.iter().map(field).collect::<Vec<_>>(),
        "hidden": differ.hidden.iter().map(|field| field.word()).collect::<Vec<_>>(),
    })
}

fn field(found: &Difference) -> Json {
    let sides = match &found.sides {
        Sides::Names { values, known } => json!({
            "values": values.iter().map(|value| json!({
                "value": value.label,
                "selected": value.calls[0],
                "rest": value.calls[1],
                "selectedShare": ratio(value.calls[0], known[0]),
                "restShare": ratio(value.calls[1], known[1]),
            })).collect::<Vec<_>>(),
            "known": {"selected": known[0], "rest": known[1]},
        }),
        Sides::Numbers { medians, known, cut, beyond, .. } => json!({
            "unit": unit(found.field).0,
            "median": {"selected": in_unit(found.field, medians[0]), "rest": in_unit(found.field, medians[1])},
            "cut": in_unit(found.field, *cut),
            "beyond": {"selected": beyond[0], "rest": beyond[1]},
            "known": {"selected": known[0], "rest": known[1]},
        }),
    };
    let mut told = json!({
        "field": found.field.word(),
        "difference": found.gap,
        "low": found.range.map(|(low, _)| low),
        "high": found.range.map(|(_, high)| high),
        "p": found.p,
        "q": found.q,
        "byConstruction": found.by_construction,
        "filter": found.term,
    });
    if let (Json::Object(told), Json::Object(sides)) = (&mut told, sides) {
        told.extend(sides);
    }
    told
}

/// What numbers of a field are counted in, and how many of the store's units that is.
fn unit(field: Field) -> (&'static str, f64) {
    match field {
        Field::Number(Measure::Cost) => ("usd", 1e9),
        Field::Number(Measure::Took | Measure::FirstToken) => ("ms", 1e6),
        Field::Number(Measure::Confidence) => ("confidence", 1e9),
        Field::Number(Measure::PromptLength) => ("characters", 1.0),
        _ => ("tokens", 1.0),
    }
}

fn in_unit(field: Field, value: u64) -> Json {
    super::analytics::number(value as f64 / unit(field).1)
}

fn text(mut out: impl Write, differ: &Differ) -> io::Result<()> {
    let phrases: Vec<String> =
        differ.leading().map(|found| format!("{}{}", found.less(), clean::field(&found.phrase))).collect();
    writeln!(out, "\nWHAT IS DIFFERENT: {}", differ.sentence(&phrases, numbers::grouped))?;
    for found in &differ.fields {
        let [selected, rest] = both(found);
        let word = found.field.word();
        let (label, gap) = (label(found), numbers::points(found.gap));
        let chance = if found.by_construction { "by construction".to_owned() } else { numbers::chance(found.q) };
        writeln!(out, "  {word:<10} {label:<28} {selected:>9} | {rest:<9} {gap:>8}  {chance}")?;
    }
    if !differ.hidden.is_empty() {
        let hidden: Vec<&str> = differ.hidden.iter().map(|field| field.word()).collect();
        writeln!(out, "  known of too few calls to compare: {}", hidden.join(", "))?;
    }
    Ok(())
}

/// The share that has the value, or the median, of either side.
fn both(found: &Difference) -> [String; 2] {
    match &found.sides {
        Sides::Names { values, known } => [0, 1]
            .map(|side| numbers::percent_whole(values.first().and_then(|value| ratio(value.calls[side], known[side])))),
        Sides::Numbers { medians, .. } => medians.map(|median| crate::figures::differ::measured(found.field, median)),
    }
}

fn label(found: &Difference) -> String {
    match &found.sides {
        Sides::Names { values, .. } => {
            let label = values.first().map(|value| value.label.as_str()).unwrap_or_default();
            clean::field(label).into_owned()
        }
        Sides::Numbers { .. } => "median".to_owned(),
    }
}
