//! The cells of a table of groups, on one scale for all its rows.

use ratatui::text::{Line, Span};

use super::{Colours, amount, label, symbol};
use crate::app::{Column, GroupRow, Grouping, Pane};
use crate::figures::{Group, GroupBy, Stats};
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::panel::figures::alarm;
use crate::ui::panel::graphs;
use crate::ui::part::graph;
use crate::ui::part::table::{self, place};
use crate::ui::part::{bars, meter};
use crate::ui::theme::{Ramp, Role};

/// What all rows of a table share.
#[derive(Debug)]
pub struct Scale {
    /// Dollars of the dearest row.
    most: f64,
    /// Decimal places of its costs.
    places: usize,
    /// Cells of each column; 0 where it is not shown.
    widths: Vec<u16>,
    colours: Colours,
}

impl Scale {
    pub fn of(cx: Cx, pane: Pane, columns: &[table::Column], width: u16) -> Self {
        let lines = (0..cx.app.group_ids(pane).len()).filter_map(|nth| cx.app.group_at(pane, nth));
        let most = lines.map(amount).fold(0.0, f64::max);
        let mut widths = vec![0; columns.len()];
        // The table keeps a column for its mark and one or two for its scroll bar.
        let margins = if width >= 48 { 3 } else { 2 };
        for placed in place(columns, width.saturating_sub(margins)) {
            widths[placed.index] = placed.width;
        }
        Self { most, places: if most < 0.1 { 4 } else { 2 }, widths, colours: Colours::of(cx, cx.app.grouping(pane)) }
    }

    pub fn cells(
        &self,
        cx: Cx,
        list: &[(Column, table::Column)],
        grouping: Grouping,
        row: GroupRow,
    ) -> Vec<Line<'static>> {
        let cell = |(column, width): (Column, u16)| match (column, row) {
            (Column::Name, _) => Line::from(cx.ink.text(Role::Text, label(cx, grouping, row))),
            (Column::Share, _) => {
                let share = if self.most > 0.0 { amount(row) / self.most } else { 0.0 };
                Line::from(bars::bar(cx.ink, share, width, self.colours.style(cx, symbol(row))))
            }
            (Column::Calls, GroupRow::Day(_, sum)) => text(cx, &numbers::grouped(sum.calls)),
            (Column::Cost, GroupRow::Day(_, sum)) => {
                text(cx, &sum.cost_text(|cost| numbers::money_places(cost, self.places)))
            }
            (_, GroupRow::Day(..)) => Line::default(),
            (Column::Trend, GroupRow::Named(group)) => trend(cx, grouping, group, width),
            (Column::Mix, GroupRow::Named(group)) => mix(cx, grouping, group),
            (_, GroupRow::Named(group)) => self.number(cx, column, &group.stats, Some(group), width),
        };
        list.iter().map(|(column, _)| *column).zip(self.widths.iter().copied()).map(cell).collect()
    }

    pub fn total(&self, cx: Cx, list: &[(Column, table::Column)]) -> Vec<Line<'static>> {
        let total = &cx.app.board.total;
        let cell = |(column, width)| match column {
            Column::Name => Line::from("total"),
            Column::Share | Column::Trend | Column::Mix => Line::default(),
            Column::P50 => strong(cx, &numbers::duration(cx.app.board.took.at(0.5))),
            Column::P95 => strong(cx, &numbers::duration(cx.app.board.took.at(0.95))),
            column => self.number(cx, column, total, None, width),
        };
        list.iter().map(|(column, _)| *column).zip(self.widths.iter().copied()).map(cell).collect()
    }

    fn number(&self, cx: Cx, column: Column, stats: &Stats, group: Option<&Group>, width: u16) -> Line<'static> {
        let tokens = &stats.tokens;
        let counted = |sum: u64| numbers::tokens((tokens.calls > 0).then_some(sum));
        // Of some calls only the total is known: the parts are those of the others.
        let part = |sum: u64| numbers::tokens((tokens.parted > 0).then_some(sum));
        let took = |q: f64| numbers::duration(group.and_then(|group| group.took.at(q)));
        match column {
            Column::Calls => text(cx, &numbers::grouped(stats.calls)),
            Column::Input => text(cx, &part(tokens.input + tokens.cache_read + tokens.cache_write)),
            Column::Output => text(cx, &part(tokens.output)),
            Column::Tokens => text(cx, &counted(tokens.total)),
            Column::Cache => text(cx, &numbers::percent_whole(stats.cache_share())),
            Column::Cost => Line::from(cost_cell(cx, stats, self.places)),
            Column::PerCall => text(cx, &numbers::money_places(stats.cost_per_call(), 4)),
            Column::P50 => text(cx, &took(0.5)),
            Column::P95 => text(cx, &took(0.95)),
            Column::Errors => {
                let role = match alarm(stats.error_rate(), 0.02, 0.05) {
                    Role::Strong => Role::Text,
                    other => other,
                };
                Line::from(cx.ink.number(role, &numbers::percent(stats.error_rate())))
            }
            Column::Success => {
                let role = match alarm(stats.error_rate(), 0.05, 0.2) {
                    Role::Strong => Role::Text,
                    other => other,
                };
                Line::from(cx.ink.number(role, &numbers::percent(stats.success_rate())))
            }
            Column::Confidence => text(cx, &numbers::confidence(stats.avg_confidence())),
            Column::Overrides => overridden(cx, stats, width),
            _ => Line::default(),
        }
    }
}

fn text(cx: Cx, number: &str) -> Line<'static> {
    Line::from(cx.ink.number(Role::Text, number))
}

fn strong(cx: Cx, number: &str) -> Line<'static> {
    Line::from(cx.ink.number(Role::Strong, number))
}

/// `■■■····· 9.1%`; a source that never tells of overrides has none to show, and that is not none at all.
fn overridden(cx: Cx, stats: &Stats, width: u16) -> Line<'static> {
    let Some(rate) = stats.override_rate() else {
        return Line::from(cx.ink.text(Role::Muted, numbers::UNKNOWN));
    };
    let role = match alarm(Some(rate), 0.10, 0.25) {
        Role::Strong => Role::Good,
        other => other,
    };
    // A quarter fills the meter: whoever is overruled more often needs no finer scale.
    let mut spans = meter::meter(cx.ink, Some(rate * 4.0), width.saturating_sub(7), cx.ink.style(role)).to_vec();
    let number = numbers::percent(rate);
    spans.push(Span::raw(" ".repeat(7_usize.saturating_sub(number.len()))));
    spans.extend(cx.ink.number(if role == Role::Good { Role::Text } else { role }, &number));
    Line::from(spans)
}

/// `haiku-4-5 80% +2`: the most frequent of its models (of a model, of its routes), and how many others there are.
fn mix(cx: Cx, grouping: Grouping, group: &Group) -> Line<'static> {
    let parts = group.mix.sorted();
    let Some(most) = parts.first() else { return Line::default() };
    let other = if grouping == Grouping::By(GroupBy::Model) { GroupBy::Route } else { GroupBy::Model };
    let mut spans = Vec::new();
    if parts.len() > 1 {
        let share = numbers::percent_whole(most.calls as f64 / group.stats.calls.max(1) as f64);
        spans.push(cx.ink.text(Role::Muted, format!("{share:>3} ")));
    }
    spans.push(cx.ink.text(Role::Text, cx.label(other, cx.app.store.label(most.name))));
    if parts.len() > 1 {
        spans.push(cx.ink.text(Role::Muted, format!(" +{}", parts.len() - 1)));
    }
    Line::from(spans)
}

fn trend(cx: Cx, grouping: Grouping, group: &Group, width: u16) -> Line<'static> {
    let steps = cx.app.board.series.buckets.len();
    let samples: Vec<Option<f64>> =
        (0..steps).map(|at| Some(group.trend.get(at).copied().unwrap_or_default().dollars())).collect();
    let then = match grouping {
        Grouping::By(by) => graphs::trend_then(cx, by, group),
        Grouping::Day => Vec::new(),
    };
    Line::from(graph::spark(cx.ink, &samples, &then, Ramp::Cost, None, width))
}

/// The cost as it is known: `?` where no price is, `~` where part of it is estimated, and `$1.20?` where a part is
/// left out.
fn cost_cell(cx: Cx, stats: &Stats, places: usize) -> Vec<Span<'static>> {
    let known = (stats.priced > 0).then_some(stats.cost);
    if known.is_none() && stats.unpriced > 0 {
        return vec![cx.ink.text(Role::Warn, numbers::UNPRICED)];
    }
    let about = if stats.estimated.is_zero() { "" } else { "~" };
    let mut spans = cx.ink.number(Role::Text, &format!("{about}{}", numbers::money_places(known, places)));
    // Where some row has a mark, all leave its cell, so that the digits stand below each other.
    if stats.unpriced > 0 {
        spans.push(cx.ink.text(Role::Warn, numbers::UNPRICED));
    } else if cx.app.board.total.unpriced > 0 {
        spans.push(Span::raw(" "));
    }
    spans
}

/// The cost of a line in words of few cells.
pub fn cost_text(cx: Cx, stats: &Stats) -> Vec<Span<'static>> {
    cost_cell(cx, stats, if stats.cost.dollars() < 0.01 { 4 } else { 2 })
}
