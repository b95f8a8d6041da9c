//! The newest of the calls that show the finding under the cursor.

use ratatui::layout::Rect;

use super::calls::{self, Form};
use super::frame::{self, Words};
use super::graphs;
use crate::app::{Column, Pane};
use crate::figures::evidence::LISTED;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::table::{self, Table, Width};

const COLUMNS: [(Column, table::Column); 6] = [
    (Column::Time, table::Column::left("TIME", Width::Fixed(8), 0)),
    (Column::Model, table::Column::left("MODEL", Width::Between(12, 26), 0)),
    (Column::Route, table::Column::left("ROUTE", Width::Between(8, 18), 2)),
    (Column::Cost, table::Column::right("COST", Width::Fixed(8), 0)),
    (Column::Took, table::Column::right("TOOK", Width::Fixed(6), 1)),
    (Column::Status, table::Column::left("", Width::Between(8, 16), 3)),
];

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let shows = cx.app.current_evidence();
    let len = cx.app.len(Pane::Evidence);
    let details = shows.map(|shows| {
        let calls = numbers::grouped(shows.calls);
        if shows.priced > 0 { format!("{calls}  {}", numbers::money(shows.cost)) } else { calls }
    });
    let more = shows.is_some_and(|shows| shows.calls > LISTED as u64);
    let foot = if more { format!("the newest {LISTED}") } else { String::new() };
    let words = Words::new("evidence").details(details.unwrap_or_default()).foot(foot);
    let inner = frame::draw(cx, Some(Pane::Evidence), words, area, out);
    let cursor = cx.app.place().cursor(Pane::Evidence);
    let mut columns = COLUMNS.map(|(_, column)| column);
    if cx.spans_days() {
        columns[0].width = Width::Fixed(15);
    }
    let table = Table {
        columns: &columns,
        rows: len,
        top: cursor.top(usize::from(inner.height.saturating_sub(1)), len),
        selected: (len > 0 && cx.has_focus(Pane::Evidence)).then_some(cursor.nth),
        ..Table::default()
    };
    let rows: Vec<u32> = shows.map(|shows| shows.rows().collect()).unwrap_or_default();
    let drawn = table.draw(cx.ink, inner, out.buf, |nth| match rows.get(nth).and_then(|row| cx.app.store.get(*row)) {
        Some(row) => COLUMNS.iter().map(|(column, _)| calls::cell(cx, row, *column, Form::Brief)).collect::<Vec<_>>(),
        None => Vec::new(),
    });
    out.place_table(Pane::Evidence, area, drawn.body, drawn.shown.start, len, Vec::new());
    if len == 0 {
        graphs::hush(cx, "no call shows this finding", inner, out);
    }
}
