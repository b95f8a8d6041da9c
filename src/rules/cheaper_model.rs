//! A cheaper model that serves the same route no worse. It compares prices of the same tokens and what came of the calls
//! that either model served; nobody has judged the answers.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Facts, Finding, Kind, Plan, Rule, Severity, data, defaults, make, rounded};
use crate::figures::Group;
use crate::figures::groups::Share;
use crate::figures::ledger::Cell;
use crate::figures::stats::ratio;
use crate::model::numbers::{grouped, money, percent};
use crate::model::{Dim, Sym, Usd};
use crate::query::write::only;
use crate::store::Pricer;

pub(super) const PLAN: Plan = Plan {
    name: "cheaper-model",
    kind: Kind::Cost,
    about: "a cheaper model that serves the same route no worse",
    is_advice: true,
    limits: &[
        ("share", "of the route's cost that the dear model has, 0 to 1, at the least"),
        ("calls", "calls of either model on the route in two weeks whose outcome is known, at the least"),
        ("gap", "by which its error rate and override rate may be higher, 0 to 1"),
        ("saves", "of the cost, 0 to 1, at the least"),
    ],
    make: make::<Limits>,
    defaults: defaults::<Limits>,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Limits {
    share: f64,
    calls: u64,
    gap: f64,
    saves: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { share: 0.25, calls: 30, gap: 0.02, saves: 0.2 }
    }
}

/// Calls whose tokens are priced anew: enough to know the share that would be saved.
const SAMPLE: usize = 500;

/// A month worth this much is high.
const HIGH: Usd = Usd(20_000_000_000);

impl Limits {
    fn is_no_worse(&self, other: &Cell, than: &Cell) -> bool {
        let within = |other: Option<f64>, than: Option<f64>| match (other, than) {
            (Some(other), Some(than)) => other <= than + self.gap,
            // Where overrides are told of one and not of the other they cannot be compared.
            (None, None) => true,
            _ => false,
        };
        other.settled >= self.calls
            && than.settled >= self.calls
            && within(other.error_rate(), than.error_rate())
            && within(other.override_rate(), than.override_rate())
    }

    fn of_route(&self, facts: &Facts<'_>, route: &Group, prices: &mut dyn Pricer) -> Option<Finding> {
        let dear = dearest(route)?;
        let part = |part: Usd, whole: Usd| ratio(part.0.max(0) as u64, whole.0.max(0) as u64);
        let share = part(dear.cost, route.stats.cost).filter(|share| *share >= self.share)?;
        let two_weeks = facts.before(14 * 24);
        let two_weeks = two_weeks.start..two_weeks.end + 2;
        let served = |model: Sym| facts.ledger.sum(two_weeks.clone(), |by, on| by == model && on == route.name);
        let than = served(dear.name);
        let others = route.mix.sorted().into_iter().filter(|share| share.name.is_some() && share.name != dear.name);
        let candidates = others.filter(|share| self.is_no_worse(&served(share.name), &than));
        let best = candidates
            .filter_map(|other| {
                let (now, then) = compared(facts, route.name, dear.name, facts.label(other.name), prices)?;
                let saves = 1.0 - part(then, now)?;
                (saves >= self.saves).then_some((saves, other.name))
            })
            .max_by(|(one, a), (other, b)| one.total_cmp(other).then(b.cmp(a)));
        let (saves, cheap) = best?;
        let saved = Usd((dear.cost.0 as f64 * saves) as i64);
        let worth = facts.monthly(saved);
        let [route, model, other] = [route.name, dear.name, cheap].map(|name| facts.label(name).to_owned());
        let of_other = served(cheap);
        let rate = |cell: &Cell| percent(cell.error_rate());
        let evidence = [("route", &route), ("model", &model)].map(|(key, name)| only(key, name));
        let month = worth.map(|worth| format!(", {} in a month", money(worth))).unwrap_or_default();
        Some(Finding {
            severity: if worth >= Some(HIGH) { Severity::High } else { Severity::Medium },
            subject: format!("{route}/{model}"),
            message: format!(
                "{route}: {other} would do for {model}: the same tokens cost {} less{month}",
                percent(saves)
            ),
            because: vec![
                format!("{model} has {} of the route's cost ≥ {}", percent(share), percent(self.share)),
                format!("calls {} of {model} and {} of {other} ≥ {}", than.settled, of_other.settled, self.calls),
                format!("errors {} and {}, at most {} more", rate(&than), rate(&of_other), percent(self.gap)),
                format!("overrides {} and {}", percent(than.override_rate()), percent(of_other.override_rate())),
                format!("saves {} ≥ {}", percent(saves), percent(self.saves)),
                "at the prices of the catalogue; the quality of the answers is not judged".to_owned(),
            ],
            table: side_by_side([(&model, dear.cost), (&other, dear.cost - saved)], dear.calls),
            data: data([
                ("instead", json!(other)),
                ("calls", json!(dear.calls)),
                ("costUsd", json!(dear.cost)),
                ("savesUsd", json!(saved)),
                ("saves", rounded(saves)),
            ]),
            worth,
            saves: Some(saved),
            since: facts.board.first,
            evidence: evidence.join(" "),
            model: Some(model),
            route: Some(route),
            check: "send a tenth of these calls to the cheaper model and compare overrides and errors after a week",
            ..PLAN.finding()
        })
    }
}

/// What the calls cost with one model, and the same with another.
fn side_by_side(models: [(&str, Usd); 2], calls: u64) -> Vec<Vec<String>> {
    let of = |(model, cost): (&str, Usd)| {
        let each = Usd(cost.0 / calls.max(1) as i64);
        vec![model.to_owned(), grouped(calls), money(cost), money(each)]
    };
    let head = ["the same tokens", "calls", "cost", "per call"].map(str::to_owned).into();
    std::iter::once(head).chain(models.map(of)).collect()
}

/// The model that costs the route most.
fn dearest(route: &Group) -> Option<Share> {
    route.mix.sorted().into_iter().filter(|share| share.name.is_some()).max_by_key(|share| (share.cost, share.name))
}

/// What the newest calls of a model on a route cost by the catalogue, and at the other model's price.
fn compared(facts: &Facts<'_>, route: Sym, model: Sym, other: &str, prices: &mut dyn Pricer) -> Option<(Usd, Usd)> {
    let scope = &facts.board.scope;
    let rows = facts.store.segments().iter().enumerate().rev();
    let rows = rows.filter(|(_, segment)| scope.touches(segment.earliest, segment.latest));
    let rows = rows
        .flat_map(|(at, _)| facts.store.rows_of(at).rev())
        .filter(|row| row.sym(Dim::Route) == route && row.sym(Dim::Model) == model && scope.keeps(*row));
    let (mut now, mut then, mut calls) = (Usd::ZERO, Usd::ZERO, 0);
    for (ours, theirs) in rows.filter_map(|row| prices.what_if(row, other)).take(SAMPLE) {
        (now, then, calls) = (now + ours, then + theirs, calls + 1);
    }
    (calls > 0).then_some((now, then))
}

impl Rule for Limits {
    fn check(&self, facts: &Facts<'_>, prices: &mut dyn Pricer) -> Vec<Finding> {
        let routes = facts.board.routes().iter().filter(|group| group.name.is_some());
        routes.filter_map(|route| self.of_route(facts, route, prices)).collect()
    }
}
