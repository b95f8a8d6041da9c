//! What is different about some calls: every field of the selected ones against the rest of the same scope, the most
//! different first.
//!
//! A name is scored by the value whose share differs most, with Newcombe's interval of that difference, and tested over
//! all its values by chi-square; a number by its Kolmogorov-Smirnov distance. Both scores are differences of shares, so
//! they stand in one list: of a number it is the share beyond the value that parts the sides best. As many fields are
//! tested at once, each has a q (Benjamini-Hochberg) instead of its p. Fields that the selection is made of differ by
//! construction: they come last and are not tested. What may be chance comes after what hardly is. Nothing is said of fewer than [`LEAST`] calls.
//!
//! Memory is bounded whatever the fields hold: see [`counts`]. A field with very many values is counted twice, first to
//! find its frequent ones, then to count them.

mod counts;
mod field;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

pub use field::{Field, measured};

use self::counts::{Frequent, Spread, floor_of};
use super::hypothesis::{benjamini_hochberg, chi_square, kolmogorov_smirnov};
use super::interval::{Rate, newcombe, wilson};
use super::stats::ratio;
use super::{Scope, lanes};
use crate::model::Sym;
use crate::model::quick::QuickMap;
use crate::query::Filter;
use crate::store::Store;

/// Calls on either side below which nothing is said.
pub const LEAST: u64 = 20;
/// The share of false differences that is put up with among those that are told.
pub const SURE: f64 = 0.05;
/// A difference that is worth a sentence, as a share.
const WORTH_SAYING: f64 = 0.1;
/// Bins of the distribution of a number.
pub const BINS: usize = 24;
/// Values that are listed of a name.
const LISTED: usize = 12;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differ {
    pub selected: u64,
    pub rest: u64,
    /// The most different first; those by construction last. Empty where either side is too small.
    pub fields: Vec<Difference>,
    /// Fields of which either side knows too few values.
    pub hidden: Vec<Field>,
}

/// How one field differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub field: Field,
    /// The share of the selected less that of the rest, -1 to 1: of the first value, or beyond the cut.
    pub gap: f64,
    /// Where the truth about the gap lies in 95 of 100 cases; names alone have it.
    pub range: Option<(f64, f64)>,
    pub p: f64,
    /// `None` by construction.
    pub q: Option<f64>,
    pub by_construction: bool,
    /// What the selected are: `route=billing`, `took>=4.31s`. Text of a log may be in it.
    pub phrase: String,
    /// The phrase as a filter; `None` where no filter can say it.
    pub term: Option<String>,
    pub sides: Sides,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Sides {
    Names {
        /// The one that differs most first; text of a log may be in it.
        values: Vec<Named>,
        /// Calls on either side that are counted for the field.
        known: [u64; 2],
    },
    Numbers {
        /// The smallest that half do not exceed, in the unit of [`Field`], within a thousandth.
        medians: [u64; 2],
        known: [u64; 2],
        /// Calls of either side by value, between `ends`.
        bins: Vec<[u64; 2]>,
        ends: [u64; 2],
        /// The number that parts the sides best, and the calls of either side that have it or a larger one.
        cut: u64,
        beyond: [u64; 2],
    },
}

/// One value of a name, and the calls of either side that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub label: String,
    pub calls: [u64; 2],
}

/// What is counted in one run of segments.
#[derive(Debug, Clone)]
struct Counts {
    calls: [u64; 2],
    /// One a field that is a name, in the order of [`Field::ALL`].
    names: Vec<[Frequent; 2]>,
    numbers: Vec<Spread>,
}

fn names() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| !field.is_number())
}

fn numbers() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| field.is_number())
}

impl Differ {
    /// The calls of the scope that the selection keeps, against those that it does not.
    pub fn fold(store: &Store, scope: &Scope, selection: &Filter) -> Self {
        let segments = lanes::segments(store, scope);
        let mut parts = lanes::over(store, &segments, |run| Counts::fold(store, run, scope, selection)).into_iter();
        let Some(mut counts) = parts.next() else { return Self::default() };
        for part in parts {
            counts.merge(&part);
        }
        let [selected, rest] = counts.calls;
        let mut differ = Self { selected, rest, ..Self::default() };
        if selected < LEAST || rest < LEAST {
            return differ;
        }
        let many: Vec<usize> =
            (0..counts.names.len()).filter(|at| counts.names[*at].iter().any(|side| side.lossy)).collect();
        let mut tables: Vec<QuickMap<u32, [u64; 2]>> = counts.names.into_iter().map(table).collect();
        recount(store, &segments, scope, selection, &many, &mut tables);
        let names = names().zip(tables).map(|(field, table)| (field, name(store, field, &table, counts.calls)));
        let numbers = numbers().zip(&counts.numbers).map(|(field, spread)| (field, number(field, spread)));
        for (field, told) in names.chain(numbers) {
            match told {
                Told::Differs(mut found) => {
                    found.by_construction = field.is_asked(selection);
                    differ.fields.push(*found);
                }
                Told::TooFew => differ.hidden.push(field),
                Told::Nothing => {}
            }
        }
        let tested = |found: &&mut Difference| !found.by_construction;
        let p: Vec<f64> = differ.fields.iter_mut().filter(tested).map(|found| found.p).collect();
        for (found, q) in differ.fields.iter_mut().filter(tested).zip(benjamini_hochberg(&p)) {
            found.q = Some(q);
        }
        differ.fields.sort_by_key(|found| (found.by_construction, !found.is_sure(), size(found.gap)));
        differ
    }

    /// Why there is nothing to show, in a sentence.
    pub fn too_few(&self) -> Option<String> {
        let side = match (self.selected, self.rest) {
            (selected, _) if selected < LEAST => format!("{selected} selected"),
            (_, rest) if rest < LEAST => format!("{rest} in the rest"),
            _ => return None,
        };
        Some(format!("too few to compare: {side}, and {LEAST} are needed on either side"))
    }

    /// The differences that a sentence is made of: at most two, of a size and sureness worth it.
    pub fn leading(&self) -> impl Iterator<Item = &Difference> {
        let worth = |found: &&Difference| found.is_sure() && found.gap.abs() >= WORTH_SAYING;
        self.fields.iter().filter(worth).take(2)
    }

    /// What all comes to, with [`Self::leading`] and counts as the caller writes them.
    pub fn sentence(&self, phrases: &[String], count: impl Fn(u64) -> String) -> String {
        if let Some(why) = self.too_few() {
            return why;
        }
        let these = format!("These {} calls differ", count(self.selected));
        match phrases {
            [] => format!("{these} from the other {} in no field by much.", count(self.rest)),
            [one] => format!("{these} mostly by {one}."),
            [one, two, ..] => format!("{these} mostly by {one} and {two}."),
        }
    }
}

impl Difference {
    /// What stands before the phrase in a sentence: of a name that the selected calls have less often than the rest, that
    /// there are fewer.
    pub fn less(&self) -> &'static str {
        if matches!(self.sides, Sides::Names { .. }) && self.gap < 0.0 { "fewer with " } else { "" }
    }

    /// Whether it is likely no chance.
    pub fn is_sure(&self) -> bool {
        self.q.is_some_and(|q| q < SURE)
    }
}

impl Counts {
    fn fold(store: &Store, run: &[usize], scope: &Scope, selection: &Filter) -> Self {
        let mut counts = Self {
            calls: [0; 2],
            names: names().map(|_| <[Frequent; 2]>::default()).collect(),
            numbers: numbers().map(|_| Spread::default()).collect(),
        };
        for at in run {
            counts.add(store, *at, scope, selection);
        }
        counts
    }

    fn add(&mut self, store: &Store, at: usize, scope: &Scope, selection: &Filter) {
        let segment = &store.segments()[at];
        // Where no row of a segment has a name, all of them together are nameless.
        let is_blank = |field: &Field| matches!(field, Field::By(by) if !segment.has(by.dim()));
        let (mut blank, mut named): (Vec<_>, Vec<_>) =
            names().zip(&mut self.names).partition(|(field, _)| is_blank(field));
        let mut calls = [0; 2];
        for row in store.rows_of(at).filter(|row| scope.keeps(*row)) {
            let side = usize::from(!selection.keeps(row));
            calls[side] += 1;
            for (field, sides) in &mut named {
                if let Some(value) = field.value(row) {
                    sides[side].count(value, 1);
                }
            }
            let usage = row.usage();
            for (field, spread) in numbers().zip(&mut self.numbers) {
                if let Some(value) = field.number(row, &usage) {
                    spread.count(value, side);
                }
            }
        }
        for (_, sides) in &mut blank {
            for (counts, calls) in sides.iter_mut().zip(calls) {
                counts.count(Sym::NONE.0, calls);
            }
        }
        self.calls = [self.calls[0] + calls[0], self.calls[1] + calls[1]];
    }

    fn merge(&mut self, other: &Self) {
        self.calls = [self.calls[0] + other.calls[0], self.calls[1] + other.calls[1]];
        for (mine, theirs) in self.names.iter_mut().zip(&other.names) {
            mine[0].merge(&theirs[0]);
            mine[1].merge(&theirs[1]);
        }
        for (mine, theirs) in self.numbers.iter_mut().zip(&other.numbers) {
            mine.merge(theirs);
        }
    }
}

/// Calls of either side by value.
fn table(sides: [Frequent; 2]) -> QuickMap<u32, [u64; 2]> {
    let mut table: QuickMap<u32, [u64; 2]> = QuickMap::default();
    for (side, counts) in sides.into_iter().enumerate() {
        for (value, count) in counts.counted() {
            table.entry(value).or_default()[side] += count;
        }
    }
    table
}

/// Counts the values anew that were found in fields with very many, this time each of them.
fn recount(
    store: &Store,
    segments: &[usize],
    scope: &Scope,
    selection: &Filter,
    many: &[usize],
    tables: &mut [QuickMap<u32, [u64; 2]>],
) {
    let fields: Vec<Field> = many.iter().filter_map(|at| names().nth(*at)).collect();
    if fields.is_empty() {
        return;
    }
    for at in many {
        tables[*at].values_mut().for_each(|sides| *sides = [0; 2]);
    }
    let empty: Vec<_> = many.iter().map(|at| tables[*at].clone()).collect();
    let parts = lanes::over(store, segments, |run| {
        let mut tables = empty.clone();
        for row in run.iter().flat_map(|at| store.rows_of(*at)).filter(|row| scope.keeps(*row)) {
            let side = usize::from(!selection.keeps(row));
            for (field, table) in fields.iter().zip(&mut tables) {
                if let Some(sides) = field.value(row).and_then(|value| table.get_mut(&value)) {
                    sides[side] += 1;
                }
            }
        }
        tables
    });
    for (at, found) in parts.iter().flat_map(|part| many.iter().zip(part)) {
        for (value, sides) in found {
            let mine = tables[*at].entry(*value).or_default();
            *mine = [mine[0] + sides[0], mine[1] + sides[1]];
        }
    }
}

/// What there is to say of a field.
enum Told {
    Differs(Box<Difference>),
    TooFew,
    /// No call has it, or all have the same.
    Nothing,
}

/// The larger gap first. Two that are equal but for what floats lose are equal.
fn size(gap: f64) -> Reverse<u64> {
    Reverse((gap.abs() * 1e12).round() as u64)
}

fn name(store: &Store, field: Field, table: &QuickMap<u32, [u64; 2]>, calls: [u64; 2]) -> Told {
    let sum = table.values().fold([0, 0], |sum, sides| [sum[0] + sides[0], sum[1] + sides[1]]);
    let known = if field == Field::Overridden { sum } else { calls };
    if table.iter().all(|(value, _)| !field.tells(*value) || *value == 0 && matches!(field, Field::By(_))) {
        return Told::Nothing;
    }
    if table.len() < 2 && known == sum {
        return Told::Nothing;
    }
    if known.iter().any(|known| *known < LEAST) {
        return Told::TooFew;
    }
    let gap = |sides: &[u64; 2]| {
        let [one, other] = [0, 1].map(|side| ratio(sides[side], known[side]).unwrap_or(0.0));
        one - other
    };
    let mut values: Vec<(String, u32, [u64; 2])> = table
        .iter()
        .filter(|(value, sides)| field.tells(**value) && **sides != [0, 0])
        .map(|(value, sides)| (field.label(store, *value), *value, *sides))
        .collect();
    // Of two that differ as much, as with two values they do, the one that the selected have more of.
    values.sort_by(|a, b| {
        let rank = |sides: &[u64; 2]| (size(gap(sides)), gap(sides) < 0.0);
        rank(&a.2).cmp(&rank(&b.2)).then_with(|| a.0.cmp(&b.0))
    });
    let Some((label, value, sides)) = values.first() else { return Told::Nothing };
    let others = [known[0].saturating_sub(sum[0]), known[1].saturating_sub(sum[1])];
    let rate = |side: usize| wilson(sides[side], known[side]).unwrap_or(Rate { rate: 0.0, low: 0.0, high: 1.0 });
    let range = newcombe(rate(0), rate(1));
    let term = field.term(store, *value);
    Told::Differs(Box::new(Difference {
        field,
        gap: gap(sides),
        range: Some((range.low, range.high)),
        p: chi_square(table.values().copied().chain([others])),
        q: None,
        by_construction: false,
        phrase: term.clone().unwrap_or_else(|| format!("{}={label}", field.word())),
        term,
        sides: Sides::Names {
            values: values
                .iter()
                .take(LISTED)
                .map(|(label, _, calls)| Named { label: label.clone(), calls: *calls })
                .collect(),
            known,
        },
    }))
}

fn number(field: Field, spread: &Spread) -> Told {
    let known = spread.known;
    if known == [0, 0] {
        return Told::Nothing;
    }
    if known.iter().any(|known| *known < LEAST) {
        return Told::TooFew;
    }
    let found = kolmogorov_smirnov(spread.steps());
    let medians = spread.median(0).zip(spread.median(1));
    let (Some(found), Some(medians), Some((bins, ends))) = (found, medians, spread.bins(BINS)) else {
        return Told::Nothing;
    };
    // There may be nothing for a long way above the step: the cut is where the numbers go on.
    let above = spread.steps().skip(found.step + 1).position(|sides| sides != [0, 0]).unwrap_or(0);
    let cut = floor_of(found.step + 1 + above);
    let beyond = spread.steps().skip(found.step + 1).fold([0, 0], |sum, step| [sum[0] + step[0], sum[1] + step[1]]);
    // Below the cut there are fewer of the selected: they have the larger numbers.
    let gap = -found.distance;
    let phrase = field.bound(cut, gap >= 0.0);
    Told::Differs(Box::new(Difference {
        field,
        gap,
        range: None,
        p: found.p,
        q: None,
        by_construction: false,
        term: matches!(field, Field::Number(_)).then(|| phrase.clone()),
        phrase,
        sides: Sides::Numbers { medians: [medians.0, medians.1], known, bins, ends, cut, beyond },
    }))
}
