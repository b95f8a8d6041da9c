//! Which columns a table of groups has, in which form.

use crate::app::{Column, Grouping};
use crate::figures::GroupBy;
use crate::ui::cx::Cx;
use crate::ui::part::table::{self, Width};

/// How much of a group is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Name, bar, cost, share; no heading.
    Bars,
    /// What fits beside other panes.
    Brief,
    /// Every column there is.
    Full,
    /// What tells whether a route can be trusted.
    Trust,
    /// The same beside other panes.
    TrustBrief,
}

impl Form {
    /// Whether other panes show what is under its cursor, so that the cursor is always seen.
    pub fn leads(self) -> bool {
        matches!(self, Self::Full | Self::Trust)
    }
}

/// The heading of the names.
pub fn head(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::By(GroupBy::Model) => "MODEL",
        Grouping::By(GroupBy::Provider) => "PROVIDER",
        Grouping::By(GroupBy::Route) => "ROUTE",
        Grouping::By(GroupBy::User) => "USER",
        Grouping::By(GroupBy::Session) => "SESSION",
        Grouping::By(GroupBy::Project) => "PROJECT",
        Grouping::By(GroupBy::Agent) => "AGENT",
        Grouping::By(GroupBy::UseCase) => "USE CASE",
        Grouping::By(GroupBy::Endpoint) => "ENDPOINT",
        Grouping::By(GroupBy::ErrorType) => "ERROR",
        Grouping::Day => "DAY",
    }
}

/// How a sort reads in a border.
pub fn word(column: Column) -> String {
    match column {
        Column::Overrides => "override".to_owned(),
        Column::PerCall => "cost a call".to_owned(),
        Column::Input => "input".to_owned(),
        Column::Output => "output".to_owned(),
        Column::Errors => "errors".to_owned(),
        Column::Success => "success".to_owned(),
        other => other.title().to_lowercase(),
    }
}

/// The columns of a form, those left out that nothing can stand in.
pub fn of(cx: Cx, grouping: Grouping, form: Form) -> Vec<(Column, table::Column)> {
    let right = |column: Column, width, rank| (column, table::Column::right(column.title(), Width::Fixed(width), rank));
    let bar = |column: Column, least, most, rank| {
        (column, table::Column::left(column.title(), Width::Between(least, most), rank))
    };
    let name = |least, most| (Column::Name, table::Column::left(head(grouping), Width::Between(least, most), 0));
    let mut list = match form {
        Form::Bars => Vec::new(),
        Form::Brief => vec![
            name(16, 24),
            right(Column::Calls, 7, 2),
            right(Column::Cost, 9, 0),
            bar(Column::Share, 6, 20, 1),
            right(Column::Cache, 5, 6),
            right(Column::P50, 6, 4),
            right(Column::Errors, 6, 3),
            bar(Column::Trend, 8, 20, 7),
        ],
        Form::Full => vec![
            name(17, 30),
            right(Column::Calls, 7, 1),
            right(Column::Input, 6, 3),
            right(Column::Output, 6, 4),
            right(Column::Cache, 5, 6),
            right(Column::Cost, 9, 0),
            bar(Column::Share, 8, 22, 2),
            right(Column::PerCall, 8, 8),
            right(Column::P50, 6, 5),
            right(Column::P95, 6, 9),
            right(Column::Errors, 6, 3),
            bar(Column::Trend, 10, 30, 10),
        ],
        Form::Trust => vec![
            name(10, 24),
            right(Column::Calls, 7, 1),
            bar(Column::Overrides, 13, 19, 2),
            right(Column::Confidence, 4, 3),
            right(Column::Success, 6, 4),
            right(Column::P50, 6, 8),
            right(Column::P95, 6, 6),
            right(Column::Cost, 9, 5),
            bar(Column::Mix, 10, 30, 7),
        ],
        Form::TrustBrief => vec![
            name(8, 16),
            right(Column::Calls, 6, 2),
            bar(Column::Overrides, 13, 19, 0),
            right(Column::Confidence, 4, 4),
            right(Column::Success, 6, 3),
            right(Column::P95, 6, 6),
            right(Column::Cost, 9, 5),
        ],
    };
    let rich = matches!(grouping, Grouping::By(GroupBy::Model | GroupBy::Provider | GroupBy::Route));
    let board = &cx.app.board;
    list.retain(|(column, _)| match column {
        Column::Trend | Column::P50 | Column::P95 => rich && (*column == Column::Trend || board.took.count() > 0),
        Column::Confidence => board.total.confident > 0,
        Column::Overrides => board.total.override_known > 0,
        Column::Mix => rich,
        Column::Cache => board.total.tokens.cache_read > 0 && grouping != Grouping::Day,
        Column::Name | Column::Calls | Column::Cost | Column::Share => true,
        _ => grouping != Grouping::Day,
    });
    list
}
