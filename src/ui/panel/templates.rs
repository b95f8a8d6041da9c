//! Prompt templates: what their calls came to, a row each, and one of them in full.

use ratatui::layout::Rect;
use ratatui::text::{Line as Words, Span};

use super::frame;
use super::groups;
use crate::app::Pane;
use crate::figures::GroupBy;
use crate::figures::stats::ratio;
use crate::figures::templates::{Kind, Line, MOST, OTHER, Template, Templates};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::table::{Column, Row, Table, Width};
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;

const COLUMNS: [Column; 9] = [
    Column::left("TEMPLATE", Width::Grow(22), 0),
    Column::right("CALLS", Width::Fixed(7), 0),
    Column::right("SHARE", Width::Fixed(5), 3),
    Column::right("COST", Width::Fixed(8), 0),
    Column::right("TOKENS", Width::Fixed(7), 2),
    Column::right("P50", Width::Fixed(6), 1),
    Column::right("OK", Width::Fixed(5), 1),
    Column::right("OVERRIDE", Width::Fixed(8), 4),
    Column::left("MODELS", Width::Between(12, 18), 5),
];

/// A row a template; without any, why there are none.
pub fn table(cx: Cx, found: &Templates, area: Rect, out: &mut Canvas) {
    let words = frame::Words::new("templates").details(details(cx, found)).foot(foot(cx, found));
    let inner = frame::draw(cx, Some(Pane::Templates), words, area, out);
    if !found.is_any() {
        out.place(Pane::Templates, area, inner, 0, found.lines.len());
        return none(cx, found, inner, out);
    }
    let (len, cursor) = (found.lines.len(), cx.app.place().cursor(Pane::Templates));
    let table = Table {
        columns: &COLUMNS,
        rows: len,
        top: cursor.top(usize::from(inner.height.saturating_sub(2)), len),
        selected: Some(cursor.nth),
        total: Some(total(cx, found)),
        ..Table::default()
    };
    let room = usize::from(table.width_of(0, inner));
    let drawn = table.draw(cx.ink, inner, out.buf, |nth| {
        found.lines.get(nth).map(|line| row(cx, found, line, room)).unwrap_or_default()
    });
    out.place_table(Pane::Templates, area, drawn.body, drawn.shown.start, len, Vec::new());
}

/// How far the reading of prompts is.
fn details(cx: Cx, found: &Templates) -> Words<'static> {
    match cx.app.learning_so_far() {
        Some((read, of)) => {
            let [read, of] = [read, of].map(|count| numbers::grouped(count as u64));
            Words::from(cx.ink.text(Role::Info, format!("learning: {read} of {of} calls")))
        }
        None => {
            let count = found.lines.iter().filter(|line| matches!(line.kind, Kind::Learnt(_))).count();
            Words::from(format!("{count}"))
        }
    }
}

/// Of which calls they are, where not of all.
fn foot(cx: Cx, found: &Templates) -> String {
    let unseen = found.total.calls - found.seen;
    if unseen == 0 || cx.app.learning_so_far().is_some() {
        return String::new();
    }
    if found.total.calls > MOST as u64 {
        return format!("of the newest {} calls", numbers::grouped(found.seen));
    }
    format!("of {} of {} calls", numbers::grouped(found.seen), numbers::grouped(found.total.calls))
}

/// Nothing to show: nothing was read yet, or no prompt is logged.
fn none(cx: Cx, found: &Templates, area: Rect, out: &mut Canvas) {
    let reads = cx.app.learning_so_far().is_some() || found.seen == 0;
    let lines: Vec<Words> = if reads {
        vec![
            Words::from(cx.ink.text(Role::Strong, "reading the prompts of these calls …")),
            Words::default(),
            Words::from(cx.ink.text(Role::Muted, "words that a few calls have in common become a template;")),
            Words::from(cx.ink.text(Role::Muted, "what stands in one call only is not kept")),
        ]
    } else {
        vec![
            Words::from(cx.ink.text(Role::Strong, "no prompts are logged here")),
            Words::default(),
            Words::from(cx.ink.text(Role::Muted, "log what is sent as one of messages, request or prompt,")),
            Words::from(cx.ink.text(Role::Muted, "or hashes of it as system_prompt_hash and user_prompt_hash:")),
            Words::from(cx.ink.text(Role::Muted, "then calls of one template are counted together")),
        ]
    };
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (at, words) in lines.into_iter().enumerate() {
        let width = (line::line_width(&words) as u16).min(area.width);
        let place = Rect { x: area.x + (area.width - width) / 2, y: top + at as u16, width, height: 1 };
        out.left(cx.ink, words, place.intersection(area));
    }
}

fn row(cx: Cx, found: &Templates, line: &Line, room: usize) -> Row<'static> {
    let ink = cx.ink;
    let stats = &line.stats;
    let number = |text: String| Words::from(ink.number(Role::Text, &text));
    let cells = vec![
        title(cx, line, room),
        number(numbers::grouped(stats.calls)),
        number(numbers::percent_whole(ratio(stats.calls, found.total.calls))),
        Words::from(groups::cost_text(cx, stats)),
        number(numbers::tokens((stats.tokens.calls > 0).then_some(stats.tokens.total))),
        number(numbers::duration(line.took.at(0.5))),
        number(numbers::percent_whole(stats.success_rate())),
        number(numbers::percent_whole(stats.override_rate())),
        Words::from(ink.text(Role::Muted, models(cx, line))),
    ];
    cells.into()
}

fn total(cx: Cx, found: &Templates) -> Vec<Words<'static>> {
    let stats = &found.total;
    let number = |text: String| Words::from(cx.ink.number(Role::Strong, &text));
    vec![
        Words::from("total"),
        number(numbers::grouped(stats.calls)),
        Words::default(),
        Words::from(groups::cost_text(cx, stats)),
        number(numbers::tokens((stats.tokens.calls > 0).then_some(stats.tokens.total))),
    ]
}

fn models(cx: Cx, line: &Line) -> String {
    let labels = line.models.iter().take(3).map(|(model, _)| cx.label(GroupBy::Model, cx.app.store.label(*model)));
    let more = line.models.len().saturating_sub(3);
    let names = labels.collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{names} +{more}") } else { names }
}

/// What calls without a template are.
fn aside(line: &Line, template: Option<&Template>) -> Option<&'static str> {
    match (line.kind, template) {
        (Kind::None, _) => Some("(none)"),
        (Kind::Unseen, _) | (Kind::Learnt(_), None) => Some("(not read)"),
        (Kind::Learnt(_), Some(template)) if template.name == OTHER => Some("(other)"),
        _ => None,
    }
}

/// The template in one line: its prompt, or where that is free the system prompt before it.
fn title(cx: Cx, line: &Line, room: usize) -> Words<'static> {
    let template = cx.app.template_of(line);
    if let Some(aside) = aside(line, template) {
        return Words::from(cx.ink.text(Role::Muted, aside));
    }
    let Some(template) = template else { return Words::default() };
    let spans = if template.is_free() { system(cx, template) } else { prompt(cx, template) };
    clipped(cx, spans, room)
}

/// Cut where the room ends, and marked so.
fn clipped(cx: Cx, spans: Vec<Span<'static>>, room: usize) -> Words<'static> {
    let whole: usize = spans.iter().map(|span| line::width(&span.content)).sum();
    let is_cut = whole > room + 1;
    let mut left = if is_cut { room.saturating_sub(1) } else { room };
    let mut shown = Vec::new();
    for span in spans {
        let cells = line::width(&span.content);
        if cells > left {
            let part: String = span.content.chars().take(left).collect();
            shown.push(Span::styled(part, span.style));
            break;
        }
        left -= cells;
        shown.push(span);
    }
    if is_cut {
        shown.push(cx.ink.text(Role::Muted, cx.ink.glyphs.ellipsis));
    }
    Words::from(shown)
}

fn variable(cx: Cx) -> Span<'static> {
    cx.ink.text(Role::Info, "<*>")
}

/// Words with variables between them, a blank after each.
fn frame_of(cx: Cx, frame: &[Option<Box<str>>], role: Role) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for word in frame {
        spans.push(match word {
            Some(word) => cx.ink.text(role, cx.private(word)),
            None => variable(cx),
        });
        spans.push(Span::raw(" "));
    }
    spans
}

fn prompt(cx: Cx, template: &Template) -> Vec<Span<'static>> {
    let mut spans = frame_of(cx, &template.head, Role::Text);
    if template.is_open {
        spans.extend([cx.ink.text(Role::Info, cx.ink.glyphs.ellipsis), Span::raw(" ")]);
    }
    spans.extend(frame_of(cx, &template.tail, Role::Text));
    spans
}

fn system(cx: Cx, template: &Template) -> Vec<Span<'static>> {
    let mut spans = vec![cx.ink.text(Role::Warn, "system: ")];
    spans.extend(frame_of(cx, &template.system, Role::Text));
    spans.push(cx.ink.text(Role::Info, cx.ink.glyphs.ellipsis));
    spans
}

/// The template under the cursor: its words, its models and an example.
pub fn detail(cx: Cx, found: &Templates, area: Rect, out: &mut Canvas) {
    let Some(one) = cx.app.current_template() else { return };
    let template = cx.app.template_of(one);
    let name = template.map_or_else(String::new, |template| template.name.clone());
    let words = frame::Words::new("template").details(name);
    let inner = pane::padded(frame::draw(cx, Some(Pane::Summary), words, area, out));
    let width = usize::from(inner.width);
    let mut lines: Vec<Words> = Vec::new();
    match aside(one, template) {
        Some(_) => lines.extend(plain(cx, meaning(one, template), width)),
        None => {
            if let Some(template) = template {
                if !template.system.is_empty() {
                    lines.extend(wrapped(system(cx, template), width).into_iter().take(2));
                }
                let free = [cx.ink.text(Role::Muted, "free text: the prompts have nothing in common")];
                let spans = if template.is_free() { free.to_vec() } else { prompt(cx, template) };
                lines.extend(wrapped(spans, width));
            }
        }
    }
    if let Some(row) = cx.app.store.get(one.example) {
        let when = row.at().local().format("%b %d %H:%M:%S").to_string();
        lines.push(Words::from(vec![
            cx.ink.text(Role::Muted, format!("newest {when}  ")),
            cx.ink.text(Role::Link, cx.private(&row.id())),
            cx.ink.text(Role::Muted, cx.keyed("  {next-pane}, {open} open it")),
        ]));
    }
    if inner.height > 8 {
        lines.push(Words::default());
    }
    lines.extend(mix(cx, found, one, inner.width));
    let top = cx.app.place().cursor(Pane::Summary).nth.min(lines.len().saturating_sub(usize::from(inner.height)));
    let len = lines.len();
    for (at, words) in lines.into_iter().skip(top).take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
    out.place(Pane::Summary, area, inner, top, len);
}

fn meaning(line: &Line, template: Option<&Template>) -> &'static str {
    match line.kind {
        Kind::None => "These calls have no prompt in their log, and no hash of one.",
        Kind::Learnt(_) if template.is_some() => {
            "These prompts are like no others: fewer than three calls have words in common, or it is free text without a system prompt. Nothing of them is kept."
        }
        _ => {
            "The prompts of these calls were not read: they are older than those that are learnt from, or cannot be read any more."
        }
    }
}

fn plain(cx: Cx, words: &str, width: usize) -> Vec<Words<'static>> {
    line::wrap(words, width).into_iter().map(|words| Words::from(cx.ink.text(Role::Muted, words))).collect()
}

/// Styled words in as many lines as they need.
fn wrapped(spans: Vec<Span<'static>>, width: usize) -> Vec<Words<'static>> {
    let mut lines = vec![Vec::new()];
    let mut left = width;
    for span in spans {
        let cells = line::width(&span.content);
        if cells > left {
            left = width;
            lines.push(Vec::new());
            if span.content.trim().is_empty() {
                continue;
            }
        }
        left = left.saturating_sub(cells);
        if let Some(last) = lines.last_mut() {
            last.push(span);
        }
    }
    lines.into_iter().map(Words::from).collect()
}

/// The models of a template as bars.
fn mix(cx: Cx, found: &Templates, one: &Line, width: u16) -> Vec<Words<'static>> {
    let name = (width / 2).clamp(10, 26);
    let of = |(model, calls): &(crate::model::Sym, u64)| {
        let label = cx.label(GroupBy::Model, cx.app.store.label(*model));
        let label = line::fit_middle(&label, usize::from(name), cx.ink.glyphs.ellipsis).into_owned();
        let blank = usize::from(name).saturating_sub(line::width(&label));
        let share = ratio(*calls, one.stats.calls);
        let count = format!("{:>9} {:>5} ", numbers::grouped(*calls), numbers::percent_whole(share));
        let bar = width.saturating_sub(name + 16);
        Words::from(vec![
            cx.ink.text(Role::Text, label),
            Span::raw(" ".repeat(blank)),
            cx.ink.text(Role::Text, count),
            bars::bar(cx.ink, share.unwrap_or(0.0), bar, cx.ink.style(Role::Info)),
        ])
    };
    let share = numbers::percent(ratio(one.stats.cost.0.max(0) as u64, found.total.cost.0.max(0) as u64));
    let cost = (found.total.cost.0 > 0).then(|| {
        Words::from(cx.ink.text(Role::Muted, format!("{} of the cost, by {} models", share, one.models.len())))
    });
    cost.into_iter().chain(one.models.iter().take(5).map(of)).collect()
}
