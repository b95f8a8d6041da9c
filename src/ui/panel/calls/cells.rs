//! What the columns of the calls' table say of a call.

use std::borrow::Cow;

use chrono::Datelike;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::Form;
use crate::app::Column;
use crate::model::{CostSource, Dim, Flags, Status, clean};
use crate::query::{Field, SortBy};
use crate::store::Row;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// Cells of an id: its two ends tell it from others.
const ID: usize = 28;

/// What a column says of a call.
pub fn cell(cx: Cx, row: Row, column: Column, form: Form) -> Line<'static> {
    let usage = row.usage();
    let unknown = || numbers::UNKNOWN.to_owned();
    let number = |text: String| Line::from(cx.ink.number(Role::Text, &text));
    let name = |dim: Dim, role: Role| {
        let text = cx.name(row, dim).map_or_else(|| numbers::UNKNOWN.to_owned(), Cow::into_owned);
        Line::from(cx.ink.text(if row.name(dim).is_some() { role } else { Role::Muted }, text))
    };
    match column {
        Column::Time => time(cx, row, form),
        Column::Model => name(Dim::Model, Role::Text),
        Column::Requested => name(Dim::Requested, Role::Muted),
        Column::Provider => name(Dim::Provider, Role::Muted),
        Column::Route => name(Dim::Route, Role::Text),
        Column::User => name(Dim::User, Role::Muted),
        Column::Session => name(Dim::Session, Role::Muted),
        Column::Project => name(Dim::Project, Role::Muted),
        Column::Agent => name(Dim::Agent, Role::Muted),
        Column::UseCase => name(Dim::UseCase, Role::Muted),
        Column::Endpoint => name(Dim::Endpoint, Role::Muted),
        Column::Input => number(numbers::tokens(usage.has_parts().then(|| usage.prompt()))),
        Column::Cache => number(numbers::percent_whole(row.cache_share())),
        Column::CacheRead => number(numbers::tokens(usage.cache_read)),
        Column::CacheWrite => number(numbers::tokens(usage.cache_write())),
        Column::Output => number(numbers::tokens(usage.output)),
        Column::Reasoning => number(numbers::tokens(usage.reasoning)),
        Column::Tokens => number(numbers::tokens(usage.total())),
        Column::Cost => Line::from(cost(cx, row)),
        Column::Baseline => number(numbers::money_places(row.baseline(), 4)),
        Column::Saved => number(numbers::money_places(row.saved(), 4)),
        Column::Took => number(format!("{}{}", row.about(), numbers::duration(row.took()))),
        Column::FirstToken => number(numbers::duration(row.first_token())),
        Column::Speed => number(row.tokens_per_second().map_or_else(unknown, |speed| format!("{speed:.0}"))),
        Column::Deciding => number(numbers::duration(row.processing())),
        Column::Confidence => number(numbers::confidence(row.confidence())),
        Column::Override => Line::from(match row.overridden() {
            Some(true) => cx.ink.text(Role::Warn, format!("{} over", cx.ink.glyphs.over)),
            Some(false) => cx.ink.text(Role::Muted, "no"),
            None => cx.ink.text(Role::Muted, numbers::UNKNOWN),
        }),
        Column::Error => name(Dim::ErrorType, Role::Bad),
        Column::PromptLength => {
            number(row.prompt_length().map_or_else(unknown, |length| numbers::tokens(Some(length))))
        }
        Column::Twins => number(numbers::grouped(row.twins().len() as u64)),
        Column::Id => {
            let id = cx.private(&row.id());
            Line::from(cx.ink.text(Role::Muted, line::fit_middle(&id, ID, cx.ink.glyphs.ellipsis).into_owned()))
        }
        Column::Status if cx.is_small() => Line::from(short_status(cx, row)),
        Column::Status => Line::from(status(cx, row)),
        Column::Source => {
            let label = clean::line(row.source_label());
            let file = label.rsplit('/').next().unwrap_or_default();
            Line::from(cx.ink.text(Role::Muted, file.to_owned()))
        }
        _ => Line::default(),
    }
}

/// The cell with what the filter looks for made to stand out; under the cursor too, where a selection is reversed.
pub fn lit(cx: Cx, needles: &[(Option<Field>, &str)], column: Column, cell: Line<'static>) -> Line<'static> {
    let own = match column {
        Column::Status | Column::Error => Some(Field::Error),
        Column::Source => Some(Field::Source),
        Column::Id => Some(Field::Id),
        _ => column.sort_by().and_then(SortBy::dim).map(Field::Dim),
    };
    let Some(own) = own else { return cell };
    // Where a bare word is looked for, as far as it is on the screen.
    let bare = [Field::Error, Field::Id].contains(&own)
        || [Dim::Model, Dim::Route, Dim::User].into_iter().any(|dim| own == Field::Dim(dim));
    let wanted = |of: Option<Field>| -> Vec<&str> {
        needles.iter().filter(|(field, _)| *field == of).map(|(_, needle)| *needle).collect()
    };
    // A term of a field is met in every row: marked as found it would be a wall.
    let named = cx.ink.style(Role::Link).add_modifier(Modifier::UNDERLINED);
    let cell = line::lit(cell, &wanted(Some(own)), named);
    let words = if bare { wanted(None) } else { Vec::new() };
    line::lit(cell, &words, cx.ink.style(Role::Match).add_modifier(Modifier::UNDERLINED))
}

/// The time, what is the same for all calls of a minute muted. `~07:02` is that of the file: the record has none.
fn time(cx: Cx, row: Row, form: Form) -> Line<'static> {
    let local = row.at().local();
    let mut spans = Vec::new();
    if row.is_undated() {
        let form = if cx.spans_days() { "~%b %e %H:%M" } else { "~%H:%M" };
        return Line::from(cx.ink.text(Role::Muted, local.format(form).to_string()));
    }
    if cx.spans_days() && local.year() != cx.app.now.local().year() {
        // Seconds of another year are of no interest, the year is.
        return Line::from(cx.ink.text(Role::Muted, local.format("%b %e'%y %H:%M").to_string()));
    }
    if cx.spans_days() {
        spans.push(cx.ink.text(Role::Muted, local.format("%b %e ").to_string()));
    }
    spans.push(cx.ink.text(Role::Text, local.format("%H:%M:%S").to_string()));
    if form == Form::Full && !cx.spans_days() && !cx.is_small() {
        spans.push(cx.ink.text(Role::Muted, local.format("%.3f").to_string()));
    }
    Line::from(spans)
}

/// `$0.0228`, `~$0.0031` estimated, `?` without a price, `–` without tokens, `▲` where log and bill differ.
pub fn cost(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let source = row.cost_source();
    if source == CostSource::Unpriced {
        return vec![cx.ink.text(Role::Warn, numbers::UNPRICED)];
    }
    let about = if source == CostSource::Estimated { "~" } else { "" };
    let role = if row.flags().has(Flags::MISMATCH) { Role::Warn } else { Role::Text };
    cx.ink.number(role, &format!("{about}{}", numbers::money_places(row.cost(), 4)))
}

/// `✗ 429`, `◆ over`, `✓ cached`, `… pending`; a call that went well says nothing.
pub fn status(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let glyphs = cx.ink.glyphs;
    let mut spans = match row.status() {
        Status::Error => {
            let kind = cx.name(row, Dim::ErrorType).map_or(Cow::Borrowed("error"), |kind| kind);
            vec![cx.ink.text(Role::Bad, format!("{} {kind}", glyphs.failed))]
        }
        Status::Cached => vec![cx.ink.text(Role::Good, format!("{} cached", glyphs.ok))],
        Status::Pending => vec![cx.ink.text(Role::Muted, format!("{} pending", glyphs.low))],
        Status::Success => Vec::new(),
    };
    if row.overridden() == Some(true) {
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        spans.push(cx.ink.text(Role::Warn, format!("{} over", glyphs.over)));
    }
    spans
}

/// The same in six cells: `✗ time`, `✓ hit`, `○ open`.
fn short_status(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let glyphs = cx.ink.glyphs;
    match row.status() {
        Status::Error => {
            let kind = cx.name(row, Dim::ErrorType).unwrap_or(Cow::Borrowed("fail"));
            let kind: String = kind.chars().take(4).collect();
            vec![cx.ink.text(Role::Bad, format!("{} {kind}", glyphs.failed))]
        }
        Status::Cached => vec![cx.ink.text(Role::Good, format!("{} hit", glyphs.ok))],
        Status::Pending => vec![cx.ink.text(Role::Muted, format!("{} open", glyphs.low))],
        Status::Success => status(cx, row),
    }
}
