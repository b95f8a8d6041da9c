//! Which columns the calls' table has where, how wide they are, and which of them give way.

use ratatui::layout::Rect;

use super::Form;
use crate::app::{Column, Pane, Screen};
use crate::model::Dim;
use crate::ui::cx::Cx;
use crate::ui::part::table::{self, Width};

/// The columns, those left out that no call has a value for. Names beyond model and route have room last.
pub fn of(cx: Cx, form: Form) -> Vec<(Column, table::Column)> {
    let fine = form == Form::Full && !cx.is_small();
    let time = match (cx.spans_days(), fine) {
        (false, false) => 8,
        (false, true) => 12,
        (true, _) => 15,
    };
    let store = &cx.app.store;
    // Where logs tell only totals, the parts are mostly blank: the total takes their place.
    let crate::app::Shape { whole, cached, confident, .. } = cx.app.shape;
    let by_parts = |parts: u8, total: u8| if whole { total } else { parts };
    let width = |column: Column| match column {
        Column::Time => (Width::Fixed(time), 0),
        Column::Model | Column::Requested => (Width::Between(16, 30), 0),
        Column::Provider => (Width::Between(8, 14), 11),
        Column::Route => (Width::Between(8, 20), 4),
        Column::User => (Width::Between(6, 14), 12),
        Column::Session => (Width::Between(8, 18), 16),
        Column::Project => (Width::Between(8, 18), 14),
        Column::Agent => (Width::Between(7, 18), 13),
        Column::UseCase => (Width::Between(8, 18), 15),
        Column::Endpoint => (Width::Between(10, 24), 0),
        Column::Input => (Width::Fixed(6), by_parts(2, 9)),
        Column::Cache => (Width::Fixed(5), by_parts(8, 18)),
        Column::Output => (Width::Fixed(5), by_parts(3, 9)),
        Column::Tokens => (Width::Fixed(6), by_parts(17, 2)),
        Column::CacheRead | Column::CacheWrite | Column::Reasoning | Column::Twins => (Width::Fixed(7), 0),
        Column::Speed | Column::PromptLength => (Width::Fixed(6), 0),
        Column::Baseline | Column::Saved => (Width::Fixed(9), 0),
        Column::Deciding => (Width::Fixed(7), 0),
        Column::Override => (Width::Fixed(8), 0),
        Column::Error => (Width::Between(8, 24), 0),
        Column::Id => (Width::Between(12, 28), 0),
        Column::Cost => (Width::Fixed(8), 0),
        Column::Took => (Width::Fixed(6), 1),
        Column::FirstToken => (Width::Fixed(5), by_parts(9, 17)),
        Column::Confidence => (Width::Fixed(4), 6),
        // That a call failed is never what gives way.
        Column::Status => (Width::Between(if cx.is_small() { 6 } else { 10 }, 16), 1),
        // The source: most know it.
        _ => (Width::Between(12, 26), 14),
    };
    let has = |dim: Dim| store.has(dim);
    let is_logged = |column: Column| match column {
        Column::Provider => form == Form::Full && has(Dim::Provider),
        Column::Route => has(Dim::Route),
        Column::User => form == Form::Full && has(Dim::User),
        Column::Session => form == Form::Full && has(Dim::Session),
        Column::Project => form == Form::Full && has(Dim::Project),
        Column::Agent => form == Form::Full && has(Dim::Agent),
        Column::UseCase => form == Form::Full && has(Dim::UseCase),
        Column::Cache => cached,
        Column::Confidence => confident,
        Column::Tokens => whole || form == Form::Full,
        Column::FirstToken => form == Form::Full,
        Column::Source => form == Form::Full && cx.app.sources.len() > 1,
        Column::Time | Column::Model | Column::Input | Column::Output | Column::Cost => true,
        Column::Took | Column::Status => true,
        // The others are there for whoever asks for them.
        _ => false,
    };
    let chosen = chosen(cx, form);
    let made = |column: Column| {
        let (width, rank) = width(column);
        let make = if is_amount(column) { table::Column::right } else { table::Column::left };
        // Its marks say what they are; beside columns that a person has chosen it has its name.
        let is_plain = column == Column::Status && chosen.is_none();
        (column, make(if is_plain { "" } else { column.title() }, width, rank))
    };
    match chosen {
        Some(chosen) => chosen.iter().map(|column| made(*column)).collect(),
        None => Column::OF_CALLS.into_iter().filter(|column| is_logged(*column)).map(made).collect(),
    }
}

/// The columns that were chosen, where they are shown: the list of the overview follows its room.
fn chosen(cx: Cx<'_>, form: Form) -> Option<&[Column]> {
    cx.app.columns().filter(|_| form == Form::Full && cx.app.screen() == Screen::Calls)
}

/// The first column to show, if they are scrolled at all: where they were chosen all of them can be reached.
pub fn from(cx: Cx, form: Form, list: &[(Column, table::Column)], area: Rect) -> Option<usize> {
    chosen(cx, form)?;
    let at = |column: Column| list.iter().position(|(known, _)| *known == column);
    let was = cx.app.shown.pane(Pane::Calls).and_then(|shown| at(*shown.columns.first()?)).unwrap_or(0);
    let cursor = at(cx.app.place().cursor(Pane::Calls).column);
    let columns: Vec<_> = list.iter().map(|(_, column)| *column).collect();
    Some(table::scrolled(&columns, was, cursor, table::room(area.width)))
}

/// Whether it stands on the right of its column, so that digits stand under each other.
fn is_amount(column: Column) -> bool {
    matches!(
        column,
        Column::Input
            | Column::Cache
            | Column::CacheRead
            | Column::CacheWrite
            | Column::Output
            | Column::Reasoning
            | Column::Tokens
            | Column::Cost
            | Column::Baseline
            | Column::Saved
            | Column::Took
            | Column::FirstToken
            | Column::Speed
            | Column::Deciding
            | Column::Confidence
            | Column::PromptLength
            | Column::Twins
    )
}
