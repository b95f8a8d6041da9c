//! Can a router be trusted? What it said of its calls against what came of them, and what people chose instead.
//!
//! Routers mean different things by their confidence, so it is kept apart by **scale**: one for each format and field that
//! tells it. It is folded when it is asked for: an exact answer needs every value that was said.

use std::collections::BTreeMap;

use super::calibration::{Calibration, Score};
use super::stats::{Facts, ratio};
use super::threshold::{self, Cut, DELTA, Refusal};
use super::{Confidence, GroupBy, Scope, lanes};
use crate::model::numbers::{confidence, grouped, percent, percent_whole};
use crate::model::{Dim, Sym};
use crate::store::{Row, Store};

/// The calls of one scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// The scale's number in the store, and whose confidence it is, for people.
    pub id: u16,
    pub scale: String,
    /// By what was said, the least first.
    pub scores: Vec<Score>,
    /// Calls whose log says whether they were overridden.
    pub reviewed: u64,
    /// `None` where no outcome is known.
    pub calibration: Option<Calibration>,
    /// What each threshold would do, in hundredths.
    pub grid: Vec<Cut>,
}

impl Trust {
    fn new(id: u16, scale: String, scores: Vec<Score>, reviewed: u64) -> Self {
        let (calibration, grid) = (Calibration::of(&scores), threshold::grid(&scores));
        Self { id, scale, scores, reviewed, calibration, grid }
    }

    /// What was said on average; `None` of no calls.
    pub fn said(&self) -> Option<f64> {
        let sum: u128 = self.scores.iter().map(|score| u128::from(score.said) * u128::from(score.calls())).sum();
        (self.calls() > 0).then(|| sum as f64 / self.calls() as f64 / 1e9)
    }

    pub fn calls(&self) -> u64 {
        self.scores.iter().map(Score::calls).sum()
    }

    /// Of the calls, the share whose outcome is known, 0 to 1.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.scores.iter().map(Score::judged).sum(), self.calls())
    }

    /// Calls whose outcome is known.
    pub fn judged(&self) -> u64 {
        self.grid.first().map_or(0, Cut::calls)
    }

    pub fn bins(&self) -> Confidence {
        Confidence::of(&self.scores)
    }

    /// What a threshold of so many hundredths would do.
    pub fn cut(&self, hundredths: u32) -> Cut {
        self.grid.get(hundredths as usize).or(self.grid.last()).copied().unwrap_or_default()
    }

    /// See [`threshold::certified`]: with a chance of one in twenty to be wrong.
    pub fn holding(&self, limit: f64) -> Result<Cut, Refusal> {
        threshold::certified(&self.grid, limit, DELTA)
    }

    /// Which threshold holds that at most so many of the accepted calls are wrong, or why none does: a sentence.
    pub fn promise(&self, limit: f64) -> String {
        let most = percent(limit).replace(".0%", "%");
        match self.holding(limit) {
            Ok(cut) => {
                let auto = percent_whole(cut.auto_share());
                format!("at most {most} wrong: {} holds, {auto} of the calls pass", confidence(cut.threshold()))
            }
            Err(Refusal::TooFew { more }) => {
                let (more, calls) = (grouped(more), if more == 1 { "call" } else { "calls" });
                format!("at most {most} wrong: not to be shown before {more} more {calls} came out, and all right")
            }
            Err(Refusal::TooOften { first, more }) => {
                let (wrong, calls) = (grouped(first.auto.wrong), grouped(first.auto.calls()));
                let more = more.map(|more| format!("; {} more like them would prove it", grouped(more)));
                let more = more.unwrap_or_default();
                format!("at most {most} wrong: none is proved, {wrong} of the surest {calls} are wrong{more}")
            }
        }
    }

    /// How it ranks and how sure it is, in two halves of a sentence; `None` where too little is known.
    pub fn words(&self) -> Option<[String; 2]> {
        let known = self.calibration.as_ref().filter(|known| known.judged >= ENOUGH)?;
        let ranks = match known.auroc {
            None => "nothing to rank: all came out alike".to_owned(),
            Some(auroc) if auroc >= 0.8 => "ranks well".to_owned(),
            Some(auroc) if auroc >= 0.65 => "ranks somewhat".to_owned(),
            Some(auroc) if auroc >= 0.45 => "ranks no better than chance".to_owned(),
            Some(_) => "ranks upside down".to_owned(),
        };
        let points = (known.over_confidence() * 100.0).round() as i64;
        let sure = match points {
            -1..=1 => "as sure as it should be".to_owned(),
            points if points > 0 => format!("{points} points over-confident"),
            points => format!("{} points under-confident", -points),
        };
        Some([ranks, sure])
    }
}

/// Calls whose outcome is known before anything is said in words.
pub const ENOUGH: u64 = 30;

/// The calls of one scale while they are counted.
#[derive(Default)]
struct Scale {
    scores: BTreeMap<u32, Score>,
    reviewed: u64,
}

impl Scale {
    fn count(&mut self, call: &Facts, said: u32) {
        self.reviewed += u64::from(call.overridden.is_some());
        let score = self.scores.entry(said).or_insert(Score { said, ..Score::default() });
        if !call.is_judged() {
            score.open += 1;
            return;
        }
        *(if call.is_right() { &mut score.right } else { &mut score.wrong }) += 1;
        score.overridden += u64::from(call.overridden == Some(true));
        score.cost += call.cost.unwrap_or_default();
        score.priced += u64::from(call.cost.is_some());
    }

    fn merge(&mut self, other: Self) {
        self.reviewed += other.reviewed;
        for (said, theirs) in other.scores {
            let mine = self.scores.entry(said).or_insert(Score { said, ..Score::default() });
            mine.right += theirs.right;
            mine.wrong += theirs.wrong;
            mine.overridden += theirs.overridden;
            mine.open += theirs.open;
            mine.cost += theirs.cost;
            mine.priced += theirs.priced;
        }
    }
}

/// Folds the calls of a scope that carry a confidence, or of one of its groups: the scale with the most calls first.
pub fn fold(store: &Store, scope: &Scope, of: Group) -> Vec<Trust> {
    let parts = lanes::over(store, &lanes::segments(store, scope), |run| {
        let mut scales: BTreeMap<u16, Scale> = BTreeMap::new();
        for row in rows(store, run, scope, of) {
            let call = Facts::of(row);
            if let Some(said) = call.confidence {
                scales.entry(call.scale).or_default().count(&call, said);
            }
        }
        scales
    });
    let mut scales: BTreeMap<u16, Scale> = BTreeMap::new();
    for (scale, part) in parts.into_iter().flatten() {
        scales.entry(scale).or_default().merge(part);
    }
    let trust = |(scale, told): (u16, Scale)| {
        Trust::new(scale, store.scale(scale).to_owned(), told.scores.into_values().collect(), told.reviewed)
    };
    let mut all: Vec<Trust> = scales.into_iter().map(trust).collect();
    all.sort_by(|a, b| b.calls().cmp(&a.calls()).then_with(|| a.scale.cmp(&b.scale)));
    all
}

/// One group of a scope; without one, all its calls.
pub type Group = Option<(GroupBy, Sym)>;

/// How many calls of a scope, or of one of its groups, were overridden, and of how many the log tells it.
pub fn overrides(store: &Store, scope: &Scope, of: Group) -> (u64, u64) {
    let count = |run: &[usize]| {
        let told = rows(store, run, scope, of).filter_map(Row::overridden);
        told.fold((0, 0), |(over, known), overridden| (over + u64::from(overridden), known + 1))
    };
    let parts = lanes::over(store, &lanes::segments(store, scope), count);
    parts.into_iter().fold((0, 0), |all, part| (all.0 + part.0, all.1 + part.1))
}

/// What the router was asked for or chose, what was taken instead, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// Nothing where no log tells it.
    pub from: Sym,
    pub to: Sym,
    pub calls: u64,
}

/// The overridden calls of a scope, or of one of its groups, by what was taken instead of what: the most frequent first.
pub fn corrections(store: &Store, scope: &Scope, of: Group) -> Vec<Correction> {
    let mut pairs: BTreeMap<(Sym, Sym), u64> = BTreeMap::new();
    let run = lanes::segments(store, scope);
    for row in rows(store, &run, scope, of).filter(|row| row.overridden() == Some(true)) {
        let (from, to) = (row.sym(Dim::Requested), row.sym(Dim::Model));
        *pairs.entry((if from == to { Sym::NONE } else { from }, to)).or_default() += 1;
    }
    let mut all: Vec<_> = pairs.into_iter().map(|((from, to), calls)| Correction { from, to, calls }).collect();
    all.sort_by(|a, b| {
        let names = |pair: &Correction| (store.label(pair.from), store.label(pair.to));
        b.calls.cmp(&a.calls).then_with(|| names(a).cmp(&names(b)))
    });
    all
}

fn rows<'s>(store: &'s Store, run: &[usize], scope: &Scope, of: Group) -> impl Iterator<Item = Row<'s>> {
    run.iter()
        .flat_map(|at| store.rows_of(*at))
        .filter(move |row| of.is_none_or(|(by, name)| row.sym(by.dim()) == name) && scope.keeps(*row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Board;
    use crate::model::{Call, Scribe, SourceId, Span, Stamp, Status};
    use crate::price::Catalog;
    use crate::store::{SourceCard, Unobserved};

    fn store(calls: &[(u32, Call<'static>)]) -> Store {
        let mut store = Store::default();
        for nth in 0..2 {
            let scale = format!("router {nth}");
            store.add_source(SourceId(nth), SourceCard { label: format!("log {nth}"), scale, ..SourceCard::default() });
        }
        for (nth, (source, call)) in (0..).zip(calls) {
            let mut scribe = Scribe::new(SourceId(*source));
            scribe.batch.lane = u8::try_from(nth).unwrap_or(0);
            scribe.write(&Call { at: Stamp(nth), ..call.clone() }, nth as u64, Span { at: nth as u64, len: 1 });
            store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        }
        store
    }

    fn said(confidence: f64, status: Status, overridden: Option<bool>) -> Call<'static> {
        Call {
            model: Some("gpt-5".into()),
            route: Some("chat".into()),
            confidence: Some(confidence),
            status,
            overridden,
            ..Call::default()
        }
    }

    #[test]
    fn each_log_has_a_scale_of_its_own_and_an_override_is_a_verdict() {
        let store = store(&[
            (0, said(0.9, Status::Success, Some(false))),
            (0, said(0.9, Status::Pending, Some(true))),
            (0, said(0.9, Status::Pending, Some(false))),
            (0, said(0.5, Status::Error, None)),
            (0, said(0.5, Status::Cached, None)),
            (1, said(0.1, Status::Success, None)),
        ]);
        let all = fold(&store, &Scope::default(), None);
        assert_eq!(all.iter().map(|trust| trust.scale.as_str()).collect::<Vec<_>>(), ["router 0", "router 1"]);
        let [first, _] = &all[..] else { panic!("{all:?}") };
        let told: Vec<_> =
            first.scores.iter().map(|score| (score.said, score.right, score.wrong, score.open)).collect();
        assert_eq!(told, [(500_000_000, 0, 1, 1), (900_000_000, 1, 1, 1)]);
        assert_eq!((first.calls(), first.reviewed, first.coverage()), (5, 3, Some(0.6)));
        assert_eq!(first.words(), None, "of three calls nothing is said");
        let board = Board::fold(&store, Scope::default(), None).confidence;
        let mut bins = first.bins();
        bins.merge(&all[1].bins());
        assert_eq!(bins, board, "scale by scale the calls are those of the board");
        let chat = store.rows().next().unwrap().sym(Dim::Route);
        assert_eq!(fold(&store, &Scope::default(), Some((GroupBy::Route, chat))), all);
        assert_eq!(fold(&store, &Scope::default(), Some((GroupBy::Route, Sym::NONE))), []);
    }

    #[test]
    fn what_is_said_in_words_follows_the_figures() {
        let calls = |said_of: [(f64, u64, u64); 2]| {
            let scores = said_of.map(|(said, right, wrong)| Score {
                said: (said * 1e9) as u32,
                right,
                wrong,
                ..Score::default()
            });
            Trust::new(0, String::new(), scores.to_vec(), 0).words().unwrap().join("; ")
        };
        assert_eq!(calls([(0.2, 10, 40), (0.9, 45, 5)]), "ranks well; as sure as it should be");
        assert_eq!(calls([(0.6, 20, 30), (0.9, 35, 15)]), "ranks somewhat; 20 points over-confident");
        assert_eq!(calls([(0.5, 40, 10), (0.6, 40, 10)]), "ranks no better than chance; 25 points under-confident");
        assert_eq!(calls([(0.5, 45, 5), (0.9, 25, 25)]), "ranks upside down; as sure as it should be");
        assert_eq!(
            calls([(0.5, 20, 0), (0.9, 20, 0)]),
            "nothing to rank: all came out alike; 30 points under-confident"
        );
    }

    #[test]
    fn what_was_taken_instead_of_what_is_counted() {
        let instead = |from: Option<&'static str>, to: &'static str| Call {
            requested: from.map(Into::into),
            model: Some(to.into()),
            ..said(0.9, Status::Success, Some(true))
        };
        let store = store(&[
            (0, instead(Some("haiku"), "opus")),
            (0, instead(Some("haiku"), "opus")),
            (1, instead(None, "sonnet")),
            (0, said(0.9, Status::Success, Some(false))),
        ]);
        let told: Vec<_> = corrections(&store, &Scope::default(), None)
            .into_iter()
            .map(|pair| (store.names().get(pair.from), store.label(pair.to), pair.calls))
            .collect();
        assert_eq!(told, [(Some("haiku"), "opus", 2), (None, "sonnet", 1)]);
    }
}
