//! Which prompt templates calls are made from, learnt from the calls themselves: the system prompt they have in common
//! and the words of their prompts that stay while others vary.
//!
//! `asked` finds the texts in a request, `sketch` cuts them into words and masks what surely varies, `grow` makes groups
//! of the hashes of words, `learner` keeps the words of their frames. Here they meet the figures: each call of a scope
//! is counted once, under its template or under why it has none, so that the sums are those of the scope.

mod asked;
mod grow;
mod learner;
mod sketch;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use serde_json::Value as Json;

pub use asked::{Asked, asked};
pub use learner::{Learner, Learnt, MOST, NONE, OTHER, Template};
pub use sketch::Sketch;

use super::stats::{Facts, Sign};
use super::{Quantiles, Scope, Stats};
use crate::model::{Dim, Sym};
use crate::store::Store;

/// The sketch of a call, from its request and its records; `None` where no prompt is logged.
pub fn sketch_of(request: Option<&Json>, raw: &[Json]) -> Option<Sketch> {
    asked(request, raw).map(|asked| Sketch::of(&asked))
}

/// What a line of the table counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Calls of a template, by its place among those learnt.
    Learnt(u32),
    /// Calls whose prompt is not logged.
    None,
    /// Calls that nobody has looked at: older than the newest that are learnt from, or new.
    Unseen,
}

/// The calls of a template, summed.
#[derive(Debug, Clone)]
pub struct Line {
    pub kind: Kind,
    pub stats: Stats,
    /// Nanoseconds.
    pub took: Quantiles,
    /// Models and their calls, the most frequent first.
    pub models: Vec<(Sym, u64)>,
    /// The newest call: an example.
    pub example: u32,
}

impl Line {
    fn new(kind: Kind, example: u32) -> Self {
        Self { kind, stats: Stats::default(), took: Quantiles::default(), models: Vec::new(), example }
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// Templates that have calls: the dearest first, then the most frequent. What is no template comes last.
    pub lines: Vec<Line>,
    /// All calls of the scope.
    pub total: Stats,
    /// Of these the ones that were looked at.
    pub seen: u64,
}

impl Templates {
    pub fn fold(store: &Store, scope: &Scope, learnt: &Learnt) -> Self {
        let count = learnt.templates.len();
        let mut lines: Vec<Option<Line>> = vec![None; count + 2];
        let (mut total, mut seen) = (Stats::default(), 0);
        let segments = store.segments().iter().enumerate();
        let touched = segments
            .filter(|(_, segment)| scope.touches(segment.earliest, segment.latest))
            .flat_map(|(at, _)| store.rows_of(at));
        for row in touched.filter(|row| scope.keeps(*row)) {
            let (kind, at) = match learnt.of.get(&row.index) {
                Some(template) => (Kind::Learnt(*template), *template as usize),
                None if learnt.without.contains(&row.index) => (Kind::None, count),
                None => (Kind::Unseen, count + 1),
            };
            seen += u64::from(kind != Kind::Unseen);
            let line = lines[at].get_or_insert_with(|| Line::new(kind, row.index));
            let call = Facts::of(row);
            line.stats.count(&call, Sign::Plus);
            total.count(&call, Sign::Plus);
            call.took.into_iter().for_each(|took| line.took.add(took));
            let model = row.sym(Dim::Model);
            match line.models.iter_mut().find(|(known, _)| *known == model) {
                Some((_, calls)) => *calls += 1,
                None => line.models.push((model, 1)),
            }
            if (row.at(), row.index) > (store.row(line.example).at(), line.example) {
                line.example = row.index;
            }
        }
        let mut lines: Vec<Line> = lines.into_iter().flatten().collect();
        for line in &mut lines {
            line.models.sort_by_key(|(model, calls)| (Reverse(*calls), *model));
        }
        let rank = |line: &Line| match line.kind {
            Kind::Learnt(at) if learnt.templates[at as usize].name == OTHER => 1,
            Kind::Learnt(_) => 0,
            Kind::None => 2,
            Kind::Unseen => 3,
        };
        lines.sort_by_key(|line| (rank(line), Reverse(line.stats.cost), Reverse(line.stats.calls), line.example));
        Self { lines, total, seen }
    }

    /// Whether any prompt was found.
    pub fn is_any(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.kind, Kind::Learnt(_)))
    }
}
