//! The sources: what was found, how each is doing, and how one was read.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::{Column, Health, Pane, SourceState};
use crate::model::clean;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::table::{self, Table, Width};
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

static COLUMNS: [(Column, table::Column); 6] = [
    (Column::Source, table::Column::left("SOURCE", Width::Between(20, 60), 0)),
    (Column::Format, table::Column::left("FORMAT", Width::Between(10, 20), 2)),
    (Column::Health, table::Column::left("HEALTH", Width::Between(12, 18), 0)),
    (Column::Calls, table::Column::right("CALLS", Width::Fixed(9), 1)),
    (Column::Malformed, table::Column::right("MALFORMED", Width::Fixed(9), 3)),
    (Column::Time, table::Column::right("NEWEST", Width::Fixed(11), 4)),
];

pub fn is_trouble(health: &Health) -> bool {
    matches!(health, Health::Gone(_) | Health::Unreadable(_))
}

/// How a source is doing, in a mark and a word.
pub fn health(cx: Cx, health: &Health) -> Line<'static> {
    let glyphs = cx.ink.glyphs;
    let (mark, role, words) = match health {
        Health::Reading { done, of } => {
            let share = (*of > 0).then(|| *done as f64 / *of as f64);
            (glyphs.stale, Role::Info, format!("reading {}", numbers::percent_whole(share)))
        }
        Health::Following => (glyphs.live, Role::Good, "following".to_owned()),
        Health::Polling(_) => (glyphs.live, Role::Info, "polling".to_owned()),
        Health::Waiting => (glyphs.low, Role::Muted, "waiting".to_owned()),
        Health::Gone(_) => (glyphs.high, Role::Warn, "gone".to_owned()),
        Health::Unreadable(_) => (glyphs.failed, Role::Bad, "unreadable".to_owned()),
    };
    Line::from(vec![cx.ink.text(role, format!("{mark} ")), cx.ink.text(Role::Text, words)])
}

pub fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let folder = folder(&cx.app.sources);
    let found = format!("{} found", cx.app.sources.len());
    let details = match folder {
        "" => found,
        folder => format!("{found} in {}", line::fit_middle(&clean::line(folder), 40, cx.ink.glyphs.ellipsis)),
    };
    let words = Words::new("sources").details(details);
    let inner = frame::draw(cx, Some(Pane::Sources), words, area, out);
    let columns = COLUMNS.map(|(_, column)| column);
    let cursor = cx.app.place().cursor(Pane::Sources);
    let len = cx.app.sources.len();
    let table = Table {
        columns: &columns,
        rows: len,
        top: cursor.top(usize::from(inner.height.saturating_sub(1)), len),
        selected: (len > 0).then_some(cursor.nth),
        ..Table::default()
    };
    let room = usize::from(table.width_of(0, inner));
    let drawn = table.draw(cx.ink, inner, out.buf, |nth| {
        cx.app.sources.get(nth).map(|source| cells(cx, source, folder.len(), room)).unwrap_or_default()
    });
    let columns = drawn.columns().map(|index| COLUMNS[index].0).collect();
    out.place_table(Pane::Sources, area, drawn.body, drawn.shown.start, len, columns);
    if len == 0 {
        super::graphs::hush(cx, "no source was found", inner, out);
    }
}

/// The folder that all of them lie in, with its slash: it is said once.
pub fn folder(sources: &[SourceState]) -> &str {
    let [first, last] = [sources.first(), sources.last()].map(|source| source.map_or("", |source| &source.info.path));
    // They are in order, so that what these two share all of them do.
    let shared = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    &first[..first.as_bytes()[..shared].iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)]
}

/// The first bytes of each label are those of the folder of all.
fn cells(cx: Cx, source: &SourceState, folder: usize, room: usize) -> Vec<Line<'static>> {
    let counts = cx.app.store.counts_of(source.info.id);
    let label = source.info.label();
    let label = clean::line(label.get(folder..).unwrap_or(&label)).into_owned();
    let bad = if counts.malformed > 0 { Role::Warn } else { Role::Muted };
    let newest = counts.newest.map(|newest| cx.app.now.0 - newest.0);
    vec![
        Line::from(cx.ink.text(Role::Text, line::fit_end(&label, room, cx.ink.glyphs.ellipsis).into_owned())),
        Line::from(cx.ink.text(Role::Muted, clean::line(&source.info.format).into_owned())),
        state(cx, source),
        Line::from(cx.ink.text(Role::Text, numbers::grouped(counts.calls))),
        Line::from(cx.ink.text(bad, numbers::grouped(counts.malformed))),
        Line::from(cx.ink.text(Role::Muted, numbers::age(newest))),
    ]
}

/// How it is doing: what is amiss with its records or its writer outranks that it is followed.
fn state(cx: Cx, source: &SourceState) -> Line<'static> {
    let amiss = |role: Role, word: &'static str| {
        Line::from(vec![cx.ink.text(role, format!("{} ", cx.ink.glyphs.high)), cx.ink.text(Role::Text, word)])
    };
    if cx.app.store.counts_of(source.info.id).runs.complaint().is_some() {
        amiss(Role::Bad, "changed")
    } else if source.quiet_for(&cx.app.sources, cx.now).is_some() {
        amiss(Role::Warn, "quiet")
    } else {
        health(cx, &source.health)
    }
}

/// Rows that the list of what is not read takes, with its frame; 0 if there is nothing in it.
pub fn left_out_height(cx: Cx, most: u16) -> u16 {
    match cx.app.left_out.len() as u16 {
        0 => 0,
        some => some.saturating_mul(2).saturating_add(2).min(most),
    }
}

/// What was looked at and is not read: its name, and under it why and what to do. What was named comes first.
pub fn left_out(cx: Cx, area: Rect, out: &mut Canvas) {
    if area.height < 3 {
        return;
    }
    let words = Words::new("not read").details(cx.app.left_out.len().to_string());
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let mut all: Vec<_> = cx.app.left_out.iter().collect();
    all.sort_by_key(|left| !left.missed);
    let lines = all.into_iter().flat_map(|left| {
        let role = if left.missed { Role::Warn } else { Role::Muted };
        let path =
            line::fit_end(&clean::line(&left.path), usize::from(inner.width), cx.ink.glyphs.ellipsis).into_owned();
        let why = clean::line(&left.why).into_owned();
        [Line::from(cx.ink.text(Role::Text, path)), Line::from(cx.ink.text(role, format!("  {why}")))]
    });
    for (at, words) in lines.take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
}

/// How the source under the cursor was understood.
pub fn detail(cx: Cx, area: Rect, out: &mut Canvas) {
    let nth = cx.app.place().cursor(Pane::Sources).nth;
    let source = cx.app.sources.get(nth);
    let title = source.map_or_else(|| "no source".to_owned(), |source| clean::line(&source.info.label()).into_owned());
    let title = line::fit_middle(&title, 40, cx.ink.glyphs.ellipsis).into_owned();
    let inner = pane::padded(frame::draw(cx, None, Words::new(title), area, out));
    let lines = source.map(|source| told(cx, source)).unwrap_or_default();
    for (at, words) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
}

fn told(cx: Cx, source: &SourceState) -> Vec<Line<'static>> {
    let counts = cx.app.store.counts_of(source.info.id);
    let line = |name: &str, value: Vec<Span<'static>>| {
        let mut spans = vec![cx.ink.text(Role::Muted, format!("{name:<11}"))];
        spans.extend(value);
        Line::from(spans)
    };
    let text = |text: String| vec![cx.ink.text(Role::Text, text)];
    let mut lines = vec![line(
        "format",
        vec![
            cx.ink.text(Role::Strong, clean::line(&source.info.format).into_owned()),
            cx.ink.text(Role::Muted, format!("  {}", clean::line(&source.info.why))),
        ],
    )];
    if let Some(complaint) = counts.runs.complaint() {
        lines.push(line("changed", vec![cx.ink.text(Role::Bad, complaint)]));
    }
    if let Some(quiet) = source.quiet_for(&cx.app.sources, cx.now) {
        lines.push(line("quiet", vec![cx.ink.text(Role::Warn, numbers::quiet(quiet))]));
    }
    if let Some(message) = source.health.message() {
        let role = if is_trouble(&source.health) { Role::Warn } else { Role::Text };
        lines.push(line(source.health.word(), vec![cx.ink.text(role, clean::line(message).into_owned())]));
    }
    let counted = [
        (counts.calls, "calls"),
        (counts.updates, "updates"),
        (counts.duplicates, "told again"),
        (counts.malformed, "malformed"),
        (counts.skipped, "no calls"),
    ];
    let parts: Vec<String> =
        counted.iter().map(|(count, name)| format!("{} {name}", numbers::grouped(*count))).collect();
    lines.push(line("records", text(parts.join("   "))));
    if let (Some(oldest), Some(newest)) = (counts.oldest, counts.newest) {
        let day = |at: crate::model::Stamp| at.local().format("%Y-%m-%d %H:%M").to_string();
        lines.push(line("from", text(format!("{}  to  {}", day(oldest), day(newest)))));
    }
    for (meaning, from) in source.info.fields.iter() {
        let spans = vec![
            cx.ink.text(Role::Link, format!("{:<15}", clean::line(meaning))),
            cx.ink.text(Role::Muted, format!("{} ", cx.ink.glyphs.pointer)),
            cx.ink.text(Role::Text, clean::line(from).into_owned()),
        ];
        lines.push(line("", spans));
    }
    for first in &counts.first {
        let words = format!("line {}: {}", numbers::grouped(first.line), cx.open(&first.why));
        lines.push(line("malformed", vec![cx.ink.text(Role::Warn, words)]));
    }
    lines
}
