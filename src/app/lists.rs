//! The lists behind the tables, in the order they are shown: calls, and groups of calls.
//!
//! By time the list of calls is kept as calls come. Any other order is made from it anew, a few times a second at
//! most, because a busy table that jumps with every call cannot be read.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::facets::Counted;
use super::{App, Clock, Column, Grouping, Pane, Screen, Sort};
use crate::figures::board::DaySum;
use crate::figures::stats::ratio;
use crate::figures::{Group, GroupBy, Stats};
use crate::model::time::day_of_number;
use crate::model::{Stamp, Sym};
use crate::query::sort;

/// A line of a table of groups.
#[derive(Debug, Clone, Copy)]
pub enum GroupRow<'a> {
    /// Calls that share a name; its label is [`App::group_label`].
    Named(&'a Group),
    Day(NaiveDate, DaySum),
}

impl<'a> GroupRow<'a> {
    pub fn named(self) -> Option<&'a Group> {
        match self {
            Self::Named(group) => Some(group),
            Self::Day(..) => None,
        }
    }

    pub fn stats(self) -> Option<&'a Stats> {
        self.named().map(|group| &group.stats)
    }
}

/// A list in an order, and what it was made of.
#[derive(Debug)]
struct Ordered<K> {
    of: K,
    /// The store's revision and the fold it was made from.
    from: (u64, u64),
    made: Stamp,
    ids: Vec<u32>,
}

impl<K> Ordered<K> {
    /// Whether it may be made anew: long lists less often.
    fn rested(&self, now: Stamp) -> bool {
        now >= self.again()
    }

    fn again(&self) -> Stamp {
        self.made.plus(if self.ids.len() < 1_000 { 0 } else { 250 + self.ids.len() as i64 / 1_000 })
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct Lists {
    calls: Option<Ordered<Sort>>,
    groups: [Option<Ordered<(Grouping, Sort)>>; 2],
    /// Counts the folds.
    pub fold: u64,
    /// What the drawer's counts were made from.
    pub counted: Option<Counted>,
}

impl App {
    /// How many calls the scope holds.
    pub fn calls_len(&self) -> usize {
        self.lists.calls.as_ref().map_or(self.kept.listing.len(), |calls| calls.ids.len())
    }

    /// The row at a place in the list of calls, in the order it is shown.
    pub fn call_at(&self, nth: usize) -> Option<u32> {
        if let Some(calls) = &self.lists.calls {
            return calls.ids.get(nth).copied();
        }
        if self.calls_sort().falling {
            return self.kept.listing.newest(nth);
        }
        self.kept.listing.newest(self.kept.listing.len().checked_sub(nth + 1)?)
    }

    /// The place of a row in the list of calls.
    pub fn call_position(&self, row: u32) -> Option<usize> {
        if let Some(calls) = &self.lists.calls {
            return calls.ids.iter().position(|id| *id == row);
        }
        let nth = self.kept.listing.position(self.store.get(row)?)?;
        Some(if self.calls_sort().falling { nth } else { self.kept.listing.len() - 1 - nth })
    }

    /// Calls that came since the cursor left the newest; `None` while it follows.
    pub fn new_calls(&self) -> Option<usize> {
        let place = self.place();
        place.cursor(Pane::Calls).id?;
        self.kept.listing.position(self.store.get(place.mark?)?)
    }

    fn calls_sort(&self) -> Sort {
        self.place().cursor(Pane::Calls).sort
    }

    /// The order of a pane's lines: as chosen, but where no log tells of overrides nothing is ordered by them.
    pub fn sort(&self, pane: Pane) -> Sort {
        let sort = self.place().cursor(pane).sort;
        let told = sort.by != Column::Overrides || self.board.total.override_known > 0;
        if told { sort } else { Sort { by: Column::Calls, ..sort } }
    }

    /// What a pane of groups groups by.
    pub fn grouping(&self, pane: Pane) -> Grouping {
        let routes = pane == Pane::Routes && self.screen() != Screen::Routes;
        if routes { Grouping::By(GroupBy::Route) } else { self.place().grouping }
    }

    /// The ids of a table of groups, in the order it is shown: symbols, or days as `u32`.
    pub fn group_ids(&self, pane: Pane) -> &[u32] {
        let list = &self.lists.groups[usize::from(pane == Pane::Routes)];
        list.as_ref().filter(|list| list.of.0 == self.grouping(pane)).map_or(&[], |list| &list.ids)
    }

    /// The line at a place in a table of groups.
    pub fn group_at(&self, pane: Pane, nth: usize) -> Option<GroupRow<'_>> {
        let id = *self.group_ids(pane).get(nth)?;
        self.group(self.grouping(pane), id)
    }

    /// The line under the cursor of a table of groups.
    pub fn current_group(&self, pane: Pane) -> Option<GroupRow<'_>> {
        self.group_at(pane, self.place().cursor(pane).nth)
    }

    /// Whether the line under all routes can be chosen too: that of all their calls.
    pub fn chooses_all(&self, pane: Pane) -> bool {
        pane == Pane::Routes && self.screen() == Screen::Routes && self.group_ids(pane).len() > 1
    }

    pub fn group_label(&self, row: GroupRow<'_>) -> String {
        match row {
            GroupRow::Named(group) => self.store.label(group.name).to_owned(),
            GroupRow::Day(day, _) => day.to_string(),
        }
    }

    fn group(&self, grouping: Grouping, id: u32) -> Option<GroupRow<'_>> {
        match grouping {
            Grouping::By(by) => self.board.by(by).get(Sym(id)).map(GroupRow::Named),
            Grouping::Day => {
                let sum = self.board.by_day.get(&(id as i32)).filter(|sum| sum.calls > 0)?;
                Some(GroupRow::Day(day_of_number(id as i32), *sum))
            }
        }
    }

    /// Whether calls carry what a grouping needs; models, providers and routes are always offered.
    pub fn can_group(&self, grouping: Grouping) -> bool {
        match grouping {
            Grouping::Day | Grouping::By(GroupBy::Model | GroupBy::Provider | GroupBy::Route) => true,
            Grouping::By(by) => self.store.has(by.dim()),
        }
    }

    /// Brings the lists up to date as far as they may change now.
    pub(super) fn order_lists(&mut self) {
        self.order_calls();
        for pane in [Pane::Groups, Pane::Routes] {
            self.order_groups(pane);
        }
    }

    /// When a list that is behind may be made anew.
    pub(super) fn lists_due(&self) -> Option<Stamp> {
        let from = (self.store.revision(), self.lists.fold);
        let calls = self.lists.calls.as_ref().filter(|list| list.from != from).map(Ordered::again);
        let groups = self.lists.groups.iter().flatten().filter(|list| list.from != from).map(Ordered::again);
        if self.clock == Clock::Live { calls.into_iter().chain(groups).min() } else { None }
    }

    fn order_calls(&mut self) {
        let sort = self.calls_sort();
        let Some(by) = sort.by.sort_by().filter(|by| *by != crate::query::SortBy::Time) else {
            self.lists.calls = None;
            return;
        };
        let from = (self.store.revision(), self.lists.fold);
        if let Some(calls) = &self.lists.calls
            && calls.of == sort
            && calls.from.1 == from.1
            && (calls.from == from || !calls.rested(self.now) || self.clock != Clock::Live)
        {
            return;
        }
        let mut ids: Vec<u32> = self.kept.listing.newest_first().collect();
        sort::sort(&self.store, &mut ids, by, sort.falling);
        self.lists.calls = Some(Ordered { of: sort, from, made: self.now, ids });
    }

    fn order_groups(&mut self, pane: Pane) {
        let at = usize::from(pane == Pane::Routes);
        let of = (self.grouping(pane), self.sort(pane));
        let from = (self.store.revision(), self.lists.fold);
        if let Some(list) = &self.lists.groups[at]
            && list.of == of
            && list.from.1 == from.1
            && (list.from == from || !list.rested(self.now))
        {
            return;
        }
        let ids: Vec<u32> = match of.0 {
            Grouping::By(by) => self.board.by(by).iter().map(|group| group.name.0).collect(),
            Grouping::Day => self.board.days().map(|(day, _)| day as u32).collect(),
        };
        let mut rows: Vec<(GroupKey, u64, u32)> = ids
            .into_iter()
            .filter_map(|id| self.group(of.0, id).map(|row| (self.group_key(row, of.1.by), calls_of(row), id)))
            .collect();
        rows.sort_by(|a, b| {
            let order = match (&a.0, &b.0) {
                // What is not known comes last in either direction.
                (GroupKey::Unknown, GroupKey::Unknown) => Ordering::Equal,
                (GroupKey::Unknown, _) => Ordering::Greater,
                (_, GroupKey::Unknown) => Ordering::Less,
                (a, b) if of.1.falling => b.cmp(a),
                (a, b) => a.cmp(b),
            };
            order.then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2))
        });
        let ids = rows.into_iter().map(|(.., id)| id).collect();
        self.lists.groups[at] = Some(Ordered { of, from, made: self.now, ids });
    }

    fn group_key(&self, row: GroupRow<'_>, by: Column) -> GroupKey {
        let number = |value: Option<f64>| value.map_or(GroupKey::Unknown, |value| GroupKey::Number(value.to_bits()));
        let group = match row {
            GroupRow::Named(group) => group,
            GroupRow::Day(day, sum) => {
                return match by {
                    Column::Calls => GroupKey::Amount(i128::from(sum.calls)),
                    Column::Cost | Column::Share => GroupKey::Amount(i128::from(sum.cost.0)),
                    _ => GroupKey::Name(day.to_string()),
                };
            }
        };
        let (stats, tokens) = (&group.stats, &group.stats.tokens);
        let amount = |value: u64| GroupKey::Amount(i128::from(value));
        match by {
            Column::Calls => amount(stats.calls),
            Column::Input => amount(tokens.input + tokens.cache_read + tokens.cache_write),
            Column::Output => amount(tokens.output),
            Column::Tokens => amount(tokens.total),
            Column::Cache => number(stats.cache_share()),
            Column::Cost | Column::Share | Column::Trend => GroupKey::Amount(i128::from(stats.cost.0)),
            Column::PerCall => stats.cost_per_call().map_or(GroupKey::Unknown, |usd| GroupKey::Amount(usd.0.into())),
            Column::P50 => group.took.at(0.5).map_or(GroupKey::Unknown, amount),
            Column::P95 => group.took.at(0.95).map_or(GroupKey::Unknown, amount),
            Column::Errors => number(stats.error_rate()),
            Column::Success => number(stats.success_rate()),
            Column::Mix => amount(group.mix.sorted().len() as u64),
            Column::Overrides => number(ratio(stats.overrides, stats.override_known)),
            Column::Confidence => number(stats.avg_confidence()),
            _ => GroupKey::Name(self.store.label(group.name).to_lowercase()),
        }
    }
}

/// What a group is sorted by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum GroupKey {
    Amount(i128),
    /// The bits of a number that is not negative: they order as it does.
    Number(u64),
    Name(String),
    Unknown,
}

fn calls_of(row: GroupRow<'_>) -> u64 {
    match row {
        GroupRow::Named(group) => group.stats.calls,
        GroupRow::Day(_, sum) => sum.calls,
    }
}
