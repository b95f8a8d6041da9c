//! Calls by model, route, user …: the table that Models and Routes are about, and its short forms on the Overview.

mod cells;
mod columns;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

pub use cells::{Scale, cost_text};
pub use columns::Form;

use super::frame::{self, Words};
use crate::app::{Action, GroupRow, Grouping, Pane, Screen};
use crate::figures::GroupBy;
use crate::model::Sym;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::table::Table;
use crate::ui::part::{bars, line, pane, scroll};
use crate::ui::theme::Role;

/// Names beyond these have no colour of their own.
const COLOURED: usize = 7;
/// Above this many groups nobody looks for a colour.
const FEW: usize = 200;

/// The colour of each of the dearest groups: the same wherever they are drawn.
#[derive(Debug, Default)]
pub struct Colours(Vec<(Sym, usize)>);

impl Colours {
    pub fn of(cx: Cx, grouping: Grouping) -> Self {
        match grouping {
            Grouping::By(GroupBy::Model) => {
                let models = cx.app.board.models().iter();
                Self(models.filter_map(|group| Some((group.name, cx.app.hue(group.name)?))).collect())
            }
            Grouping::By(by) if cx.app.board.by(by).len() <= FEW => Self(
                cx.app.board.by(by).by_cost().into_iter().take(COLOURED).map(|group| group.name).zip(0..).collect(),
            ),
            _ => Self::default(),
        }
    }

    pub fn style(&self, cx: Cx, name: Option<Sym>) -> Style {
        let hue = name.and_then(|name| self.0.iter().find(|(known, _)| *known == name));
        hue.map_or_else(|| cx.ink.style(Role::Info), |(_, hue)| cx.ink.theme.series_style(*hue))
    }
}

/// A table in a frame.
pub fn boxed(cx: Cx, of: Pane, form: Form, area: Rect, out: &mut Canvas) {
    let grouping = cx.app.grouping(of);
    let sort = cx.app.sort(of);
    let mark = if sort.falling { cx.ink.glyphs.sort_down } else { cx.ink.glyphs.sort_up };
    let words = Words::new(grouping.plural()).details(format!("by {} {mark}", columns::word(sort.by)));
    let inner = frame::draw(cx, Some(of), words, area, out);
    let by_route = grouping == Grouping::By(GroupBy::Route);
    let routeless = of == Pane::Routes && by_route && !cx.app.board.by(GroupBy::Route).is_named();
    if routeless && cx.app.board.total.calls > 0 {
        super::graphs::nothing(cx, "no log tells a route", of, area, inner, out);
    } else if form == Form::Bars {
        bars_of(cx, of, area, pane::padded(inner), out);
    } else {
        table(cx, of, form, area, inner, out);
    }
}

/// The table alone, in `area` of a pane that is `whole`.
pub fn table(cx: Cx, of: Pane, form: Form, whole: Rect, area: Rect, out: &mut Canvas) {
    let grouping = cx.app.grouping(of);
    let len = cx.app.group_ids(of).len();
    let on_total = cx.app.chooses_all(of) && cx.app.place().cursor(of).nth == len;
    let list = columns::of(cx, grouping, form);
    let columns: Vec<_> = list.iter().map(|(_, column)| *column).collect();
    let (cursor, sort) = (cx.app.place().cursor(of), cx.app.sort(of));
    let height = usize::from(area.height.saturating_sub(2));
    let scale = Scale::of(cx, of, &columns, area.width);
    let focused = cx.has_focus(of);
    let leads = form.leads() || cx.app.screen() == Screen::Routes;
    let table = Table {
        columns: &columns,
        from: None,
        rows: len,
        top: cursor.top(height, len),
        selected: (len > 0 && (focused || leads)).then_some(cursor.nth).filter(|_| !on_total),
        on_total,
        cell: list.iter().position(|(column, _)| *column == cursor.column).filter(|_| focused),
        sort: list.iter().position(|(column, _)| *column == sort.by).map(|at| (at, sort.falling)),
        total: (len > 1).then(|| scale.total(cx, &list)),
    };
    let drawn = table.draw(cx.ink, area, out.buf, |nth| match cx.app.group_at(of, nth) {
        Some(row) => scale.cells(cx, &list, grouping, row),
        None => Vec::new(),
    });
    let columns = drawn.columns().map(|index| list[index].0).collect();
    for (index, heading) in drawn.headings().filter(|(index, _)| of.sorts_by(list[*index].0)) {
        out.click(heading, Action::SortBy(list[index].0));
    }
    // The line of all is the one after the last, and as easily clicked.
    let all = u16::from(cx.app.chooses_all(of) && drawn.shown.end == len);
    let lines = Rect { height: drawn.body.height + all, ..drawn.body };
    out.place_table(of, whole, lines, drawn.shown.start, len + usize::from(all), columns);
    if len == 0 {
        super::graphs::hush(cx, &none_of(grouping), area, out);
    }
}

fn none_of(grouping: Grouping) -> String {
    format!("no {} in these calls", grouping.plural())
}

/// Name, bar, cost and share, without a heading: for a few rows.
fn bars_of(cx: Cx, of: Pane, whole: Rect, area: Rect, out: &mut Canvas) {
    let grouping = cx.app.grouping(of);
    let ids = cx.app.group_ids(of);
    let cursor = cx.app.place().cursor(of);
    let top = cursor.top(usize::from(area.height), ids.len());
    let colours = Colours::of(cx, grouping);
    let most = ids.iter().enumerate().filter_map(|(nth, _)| cx.app.group_at(of, nth)).map(amount).fold(0.0, f64::max);
    let total = cx.app.board.total.cost.dollars();
    let name_width = (area.width * 2 / 5).clamp(8, 24);
    for (at, nth) in (top..ids.len()).take(usize::from(area.height)).enumerate() {
        let row = layout::row(area, at as u16);
        let Some(group) = cx.app.group_at(of, nth) else { continue };
        let (style, label) = (colours.style(cx, symbol(group)), label(cx, grouping, group));
        let room = row.width.saturating_sub(name_width + 1 + 1 + 9 + 5);
        let share = if total > 0.0 { Some(amount(group) / total) } else { None };
        let name = line::fit_middle(&label, usize::from(name_width), cx.ink.glyphs.ellipsis).into_owned();
        let blank = usize::from(name_width).saturating_sub(line::width(&name)) + 1;
        let spans = vec![
            cx.ink.text(Role::Text, name),
            Span::raw(" ".repeat(blank)),
            bars::bar(cx.ink, if most > 0.0 { amount(group) / most } else { 0.0 }, room, style),
        ];
        out.left(cx.ink, spans, row);
        let mut right: Vec<Span> = match group {
            GroupRow::Named(group) => cost_text(cx, &group.stats),
            GroupRow::Day(_, sum) => cx.ink.number(Role::Text, &sum.cost_text(|cost| numbers::money_places(cost, 2))),
        };
        let share = numbers::percent_whole(share);
        right.extend([cx.ink.text(Role::Muted, format!("{share:>5}"))]);
        out.right(cx.ink, Line::from(right), row);
        if cx.has_focus(of) && nth == cursor.nth {
            cx.ink.select(row, out.buf);
        }
    }
    let lines = Rect { height: area.height.min((ids.len() - top.min(ids.len())) as u16), ..area };
    scroll::bar(cx.ink, top, usize::from(area.height), ids.len(), Rect { x: area.right(), width: 1, ..area }, out.buf);
    out.place(of, whole, Rect { height: area.height.max(lines.height), ..area }, top, ids.len());
    if ids.is_empty() {
        super::graphs::hush(cx, &none_of(grouping), area, out);
    }
}

/// Dollars of a line.
pub fn amount(row: GroupRow) -> f64 {
    match row {
        GroupRow::Named(group) => group.stats.cost.dollars(),
        GroupRow::Day(_, sum) => sum.cost.dollars(),
    }
}

pub fn symbol(row: GroupRow) -> Option<Sym> {
    match row {
        GroupRow::Named(group) => Some(group.name),
        GroupRow::Day(..) => None,
    }
}

/// The name of a line, ready to be drawn.
pub fn label(cx: Cx, grouping: Grouping, row: GroupRow) -> String {
    let label = cx.app.group_label(row);
    let by = if let Grouping::By(by) = grouping { by } else { GroupBy::Model };
    cx.label(by, &label)
}
