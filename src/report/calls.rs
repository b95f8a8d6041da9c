//! `calls`: one record a call, as JSON, NDJSON, CSV or text.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};
use unicode_width::UnicodeWidthStr;

use super::analytics::number;
use crate::ingest::event::SourceInfo;
use crate::model::clean;
use crate::model::{Currency, Dim, Medium, SourceId};
use crate::store::{Row, Store};
use crate::ui::numbers;

/// A source's path, table and format, and a place in it.
pub fn place(sources: &[SourceInfo], id: SourceId, at: u64) -> Json {
    let Some(source) = sources.iter().find(|source| source.id == id) else { return Json::Null };
    let in_table = source.table.is_some();
    json!({
        "path": source.path,
        "table": source.table,
        "format": source.format,
        "offset": (!in_table).then_some(at),
        "rowid": in_table.then_some(at as i64),
    })
}

/// The call as the interface describes it.
pub fn call(row: Row<'_>, sources: &[SourceInfo]) -> Json {
    let usage = row.usage();
    let millis = |nanos: Option<u64>| nanos.map(|nanos| number(nanos as f64 / 1e6));
    let patterns: Option<Json> =
        row.name(Dim::Patterns).map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)));
    json!({
        "id": row.id(),
        "timestamp": row.at().iso(),
        "timeFrom": row.is_undated().then_some("file"),
        "provider": row.name(Dim::Provider),
        "model": row.name(Dim::Model),
        "modelName": row.name(Dim::ModelName),
        "requestedModel": row.name(Dim::Requested),
        "route": row.name(Dim::Route),
        "confidence": row.confidence(),
        "override": row.overridden(),
        "status": row.status().word(),
        "errorType": row.name(Dim::ErrorType),
        "errorMessage": row.name(Dim::ErrorMessage),
        "inputTokens": usage.input,
        "cacheReadTokens": usage.cache_read,
        "cacheWriteTokens": usage.cache_write(),
        "outputTokens": usage.output,
        "reasoningTokens": usage.reasoning,
        "totalTokens": usage.total(),
        "mediaTokens": (!usage.media.is_none()).then(|| {
            let of = |medium: Medium| (medium.key().to_owned(), json!(usage.medium(medium)));
            Medium::ALL.into_iter().filter(|medium| usage.medium(*medium) > 0).map(of).collect::<Map<_, _>>()
        }),
        "webSearches": (usage.web_searches > 0).then_some(usage.web_searches),
        "costUsd": row.cost(),
        "costSource": row.cost_source().word(),
        "loggedCostUsd": row.logged_cost(),
        "baselineCostUsd": row.baseline(),
        "computedCostUsd": row.our_cost(),
        "latencyMs": millis(row.took()),
        "processingMs": millis(row.processing()),
        "firstTokenMs": millis(row.first_token()),
        "user": row.name(Dim::User),
        "session": row.name(Dim::Session),
        "project": row.name(Dim::Project),
        "agent": row.name(Dim::Agent),
        "useCase": row.name(Dim::UseCase),
        "endpoint": row.name(Dim::Endpoint),
        "promptLength": row.prompt_length(),
        "matchedPatterns": patterns,
        "source": place(sources, row.source(), row.span().at),
        "twins": row.twins().len(),
    })
}

/// The columns of the CSV, in order: the JSON's keys, with the source flattened; what came later stands at the end.
const COLUMNS: [&str; 41] = [
    "id",
    "timestamp",
    "provider",
    "model",
    "modelName",
    "requestedModel",
    "route",
    "confidence",
    "override",
    "status",
    "errorType",
    "errorMessage",
    "inputTokens",
    "cacheReadTokens",
    "cacheWriteTokens",
    "outputTokens",
    "reasoningTokens",
    "totalTokens",
    "costUsd",
    "costSource",
    "loggedCostUsd",
    "computedCostUsd",
    "latencyMs",
    "processingMs",
    "firstTokenMs",
    "user",
    "session",
    "project",
    "agent",
    "useCase",
    "endpoint",
    "promptLength",
    "matchedPatterns",
    "path",
    "table",
    "format",
    "offset",
    "rowid",
    "webSearches",
    "baselineCostUsd",
    "timeFrom",
];

/// Calls as CSV, with a header; costs in a second currency have a column named after it. Text that a spreadsheet would
/// take for a formula is kept from being one.
pub fn csv(mut out: impl Write, currency: Option<&Currency>, rows: impl Iterator<Item = Json>) -> io::Result<()> {
    let also = currency.map(|currency| format!("cost{}", currency.code));
    csv::Writer::from_writer(&mut out).write_record(COLUMNS.into_iter().chain(also.as_deref()))?;
    csv_rows(out, currency, rows)
}

/// More calls as CSV, without the header.
pub fn csv_rows(out: impl Write, currency: Option<&Currency>, rows: impl Iterator<Item = Json>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for call in rows {
        let cells = COLUMNS.map(|column| cell(call.get(column).unwrap_or(&call["source"][column])));
        let also = currency.map(|_| cell(&call["currency"]["total"]));
        writer.write_record(cells.into_iter().chain(also))?;
    }
    writer.flush()
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => guarded(text),
        value => clean::field(&value.to_string()).into_owned(),
    }
}

/// Text of a log as a cell of CSV, which no spreadsheet takes for a formula.
pub fn guarded(text: &str) -> String {
    let text = clean::field(text);
    let formula = text.starts_with(['=', '+', '-', '@']) || text.starts_with("\\u{9}") || text.starts_with("\\u{d}");
    if formula { format!("'{text}") } else { text.into_owned() }
}

/// The columns of the text, the width they have where calls come one by one, and whether they are numbers.
const TEXT_COLUMNS: [(&str, usize, bool); 11] = [
    ("TIME", 19, false),
    ("MODEL", 24, false),
    ("ROUTE", 14, false),
    ("IN", 6, true),
    ("CACHE", 6, true),
    ("OUT", 6, true),
    ("COST", 9, true),
    ("TOOK", 6, true),
    ("CONF", 4, true),
    ("STATUS", 18, false),
    ("SOURCE", 0, false),
];

/// Calls as an aligned table with a header.
pub fn text(mut out: impl Write, store: &Store, currency: Option<&Currency>, rows: &[u32]) -> io::Result<()> {
    let mut table = vec![TEXT_COLUMNS.map(|(name, ..)| name.to_owned())];
    table.extend(rows.iter().map(|index| text_row(store.row(*index), currency)));
    let width = |column: usize| table.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..TEXT_COLUMNS.len()).map(width).collect();
    table.iter().try_for_each(|row| text_line(&mut out, row, &widths))
}

/// Calls a line each, in columns of fixed width: for output that goes on.
pub fn lines(mut out: impl Write, store: &Store, currency: Option<&Currency>, rows: &[u32]) -> io::Result<()> {
    let also = currency.map_or(0, |_| ALSO);
    let widths = TEXT_COLUMNS.map(|(name, width, _)| if name == "COST" { width + also } else { width });
    rows.iter().try_for_each(|index| text_line(&mut out, &text_row(store.row(*index), currency), &widths))
}

/// Cells that a cost takes in a second currency, with its code and a blank.
const ALSO: usize = 11;

fn text_line(out: &mut impl Write, row: &[String; 11], widths: &[usize]) -> io::Result<()> {
    let mut line = String::new();
    for ((cell, width), (.., number)) in row.iter().zip(widths).zip(TEXT_COLUMNS) {
        let pad = " ".repeat(width.saturating_sub(cell.width()));
        let (before, after) = if number { (pad.as_str(), "") } else { ("", pad.as_str()) };
        line.extend([before, cell, after, "  "]);
    }
    writeln!(out, "{}", line.trim_end())
}

fn text_row(row: Row<'_>, currency: Option<&Currency>) -> [String; 11] {
    let usage = row.usage();
    let also = currency.zip(row.cost()).map(|(currency, cost)| format!(" {}", numbers::foreign_money(currency, cost)));
    let name = |dim: Dim| row.name(dim).map_or_else(|| "–".to_owned(), |name| clean::field(name).into_owned());
    let status = match row.name(Dim::ErrorType) {
        Some(kind) => format!("✗ {}", clean::field(kind)),
        None if row.overridden() == Some(true) => format!("{} ◆ override", row.status().word()),
        None => row.status().word().to_owned(),
    };
    [
        // A file's time is near the call's, at best.
        row.at().local().format(if row.is_undated() { "~%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" }).to_string(),
        name(Dim::Model),
        name(Dim::Route),
        numbers::tokens(usage.input),
        numbers::tokens(usage.cache_read),
        numbers::tokens(usage.output),
        cost_words(row) + &also.unwrap_or_default(),
        format!("{}{}", row.about(), numbers::duration(row.took())),
        numbers::confidence(row.confidence()),
        status,
        clean::field(row.source_label()).into_owned(),
    ]
}

/// A cost with its mark: `~` estimated, `?` unpriced, `–` nothing to price.
pub fn cost_words(row: Row<'_>) -> String {
    use crate::model::CostSource;
    match row.cost_source() {
        CostSource::Unpriced => "?".to_owned(),
        CostSource::Estimated => format!("~{}", numbers::money(row.cost())),
        _ => numbers::money(row.cost()),
    }
}
