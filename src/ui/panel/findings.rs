//! What the rules find: a line each, and all about the one under the cursor.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::app::{Action, ActiveFilter, Pane, Screen, Show};
use crate::model::Stamp;
use crate::rules::standing::Stands;
use crate::rules::verdict::Verdict;
use crate::rules::{Finding, Severity};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, Length};
use crate::ui::numbers;
use crate::ui::part::table::{Column, Row, Table, Width};
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;

static COLUMNS: [Column; 6] = [
    Column::left("", Width::Fixed(6), 0),
    Column::left("KIND", Width::Fixed(7), 3),
    Column::left("WHAT", Width::Grow(24), 0),
    Column::right("WORTH", Width::Fixed(10), 1),
    Column::right("SINCE", Width::Fixed(6), 2),
    Column::left("STATE", Width::Fixed(9), 0),
];

/// `▲ HIGH`: a mark and a word, because nothing is told by colour alone.
pub fn badge(cx: Cx, severity: Severity) -> Span<'static> {
    let glyphs = cx.ink.glyphs;
    let (role, mark, word) = match severity {
        Severity::High => (Role::Bad, glyphs.high, "HIGH"),
        Severity::Medium => (Role::Warn, glyphs.medium, "MED"),
        Severity::Low => (Role::Info, glyphs.low, "LOW"),
    };
    cx.ink.text(role, format!("{mark} {word}"))
}

static BRIEF: [Column; 3] = [
    Column::left("", Width::Fixed(6), 0),
    Column::left("WHAT", Width::Grow(20), 0),
    Column::right("WORTH", Width::Fixed(10), 1),
];

/// The same in a frame beside other panes: what was found, and what it is worth.
pub fn boxed(cx: Cx, area: Rect, out: &mut Canvas) {
    let words = Words::new(Line::from(cx.ink.text(Role::Title, "alerts"))).details(counts(cx));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Findings), words, area, out));
    let len = cx.app.len(Pane::Findings);
    if len == 0 {
        let nothing =
            if cx.app.looked().is_some() { "no rule finds anything new" } else { "the rules are looking …" };
        out.place(Pane::Findings, area, inner, 0, 0);
        return graphs::hush(cx, nothing, inner, out);
    }
    let cursor = cx.app.place().cursor(Pane::Findings);
    let table = Table {
        columns: &BRIEF,
        rows: len,
        top: cursor.top(usize::from(inner.height.saturating_sub(1)), len),
        selected: cx.has_focus(Pane::Findings).then_some(cursor.nth),
        ..Table::default()
    };
    let drawn = table.draw(cx.ink, inner, out.buf, |nth| {
        let Some(stands) = cx.app.alert_at(nth) else { return Row::default() };
        let mut row = row(cx, stands);
        row.cells = [0, 2, 3].map(|cell| std::mem::take(&mut row.cells[cell])).into();
        row
    });
    out.place_table(Pane::Findings, area, drawn.body, drawn.shown.start, len, Vec::new());
}

/// The findings in the state that is shown, the most severe first.
pub fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let len = cx.app.len(Pane::Findings);
    let cursor = cx.app.place().cursor(Pane::Findings);
    // Where there is little room and all are of one state it need not be said.
    let told = cx.app.show() == Show::All || !cx.is_small();
    let table = Table {
        columns: if told { &COLUMNS } else { &COLUMNS[..5] },
        rows: len,
        top: cursor.top(usize::from(area.height.saturating_sub(1)), len),
        selected: (len > 0).then_some(cursor.nth),
        ..Table::default()
    };
    let drawn = table.draw(cx.ink, area, out.buf, |nth| match cx.app.alert_at(nth) {
        Some(stands) => row(cx, stands),
        None => Row::default(),
    });
    out.place_table(Pane::Findings, area, drawn.body, drawn.shown.start, len, Vec::new());
}

fn row(cx: Cx, stands: &Stands) -> Row<'static> {
    let finding = &stands.finding;
    let style = if stands.is_clearing() { Style::new().add_modifier(Modifier::DIM) } else { Style::new() };
    let cells = vec![
        Line::from(badge(cx, finding.severity)),
        Line::from(cx.ink.text(Role::Muted, finding.kind.word())),
        Line::from(cx.ink.text(Role::Text, cx.open(&finding.message).into_owned())),
        Line::from(cx.ink.number(Role::Text, &worth(cx, stands))),
        Line::from(cx.ink.text(Role::Muted, finding.since.map_or_else(|| numbers::UNKNOWN.into(), |at| since(cx, at)))),
        Line::from(cx.ink.text(Role::Muted, state(cx, stands))),
    ];
    Row { cells, style, ..Row::default() }
}

/// `$31/mo`: what it is worth; where that cannot be said, what it would have saved here, or how many calls show it.
fn worth(cx: Cx, stands: &Stands) -> String {
    match (stands.finding.worth, cx.app.evidence(stands)) {
        (Some(worth), _) => format!("{}/mo", numbers::money(worth)),
        (None, _) if stands.finding.saves.is_some() => numbers::money(stands.finding.saves),
        (None, Some(shows)) => calls(shows.calls, true),
        (None, None) => numbers::UNKNOWN.to_owned(),
    }
}

fn calls(count: u64, short: bool) -> String {
    let word = if count == 1 { "call" } else { "calls" };
    let count = if short { numbers::tokens(Some(count)) } else { numbers::grouped(count) };
    format!("{count} {word}")
}

fn since(cx: Cx, at: Stamp) -> String {
    let format = if at.day() == cx.now.day() { "%H:%M" } else { "%b %-d" };
    at.local().format(format).to_string()
}

fn state(cx: Cx, stands: &Stands) -> &'static str {
    match cx.app.verdict(stands) {
        Verdict::New if stands.is_clearing() => "clearing",
        verdict => verdict.word(),
    }
}

/// Cells of the names before what is said.
const NAME: usize = 14;

/// All about the finding under the cursor: what, why, since when, what proves it, how to check it; and where there is
/// room, when its calls were.
pub fn detail(cx: Cx, area: Rect, out: &mut Canvas) {
    let Some(stands) = cx.app.current_alert() else { return };
    let finding = &stands.finding;
    let title = if finding.subject.is_empty() { finding.rule } else { &finding.subject };
    let words = Words::new(cx.open(title).into_owned()).details(format!("rule {}", finding.rule));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Finding), words, area, out));
    let lines = lines(cx, stands, usize::from(inner.width));
    let height = usize::from(inner.height);
    let top = cx.app.place().cursor(Pane::Finding).nth.min(lines.len().saturating_sub(height));
    for (at, words) in lines.iter().skip(top).take(height).enumerate() {
        out.left(cx.ink, words.clone(), layout::row(inner, at as u16));
    }
    out.place(Pane::Finding, area, inner, top, lines.len());
    let used = (lines.len() as u16 + 1).min(inner.height);
    let [_, rest] = layout::rows(inner, [Length::Fixed(used), Length::Share(1)]);
    if let Some(shows) = cx.app.evidence(stands).filter(|shows| shows.calls > 0) {
        graphs::of_evidence(cx, shows, rest, out);
    }
}

fn lines(cx: Cx, stands: &Stands, width: usize) -> Vec<Line<'static>> {
    let finding = &stands.finding;
    let text = |words: &str| cx.open(words).into_owned();
    let mut lines: Vec<Line> = line::wrap(&text(&finding.message), width)
        .into_iter()
        .map(|words| cx.ink.text(Role::Strong, words).into())
        .collect();
    lines.push(Line::default());
    if !finding.table.is_empty() {
        lines.extend(figures(cx, finding));
        lines.push(Line::default());
    }
    let why = finding.because.iter().map(|words| text(words)).collect::<Vec<_>>().join(",  ");
    named(cx, "why it fired", &why, width, &mut lines);
    let (verdict, clearing) = (cx.app.verdict(stands), stands.is_clearing());
    let since = finding.since.map(|at| at.local().format("%b %-d %H:%M").to_string());
    let since = since.unwrap_or_else(|| numbers::UNKNOWN.to_owned());
    let stands_so = match verdict {
        Verdict::New if clearing => format!("{since}; the last look did not find it"),
        Verdict::New => since,
        Verdict::Snoozed(until) => {
            format!("{since}; snoozed until {}", Stamp(until).local().format("%b %-d %H:%M"))
        }
        verdict => format!("{since}; {}", verdict.word()),
    };
    named(cx, "since", &stands_so, width, &mut lines);
    match (finding.worth, finding.saves) {
        (Some(worth), _) => {
            named(cx, "worth", &format!("{} in thirty days at this rate", numbers::money(worth)), width, &mut lines);
        }
        (None, Some(saves)) => {
            let words =
                format!("{} of these calls; over a day and more it is told by the month", numbers::money(saves));
            named(cx, "worth", &words, width, &mut lines);
        }
        (None, None) => {}
    }
    evidence(cx, stands, width, &mut lines);
    named(cx, "how to check", finding.check, width, &mut lines);
    let limits = format!("[rules.{}] in callscope.toml", finding.rule.replace('-', "_"));
    named(cx, "its limits", &limits, width, &mut lines);
    lines
}

/// `↵ route:summarise model:opus-4.1    38 calls  $1.57`.
fn evidence(cx: Cx, stands: &Stands, width: usize, lines: &mut Vec<Line<'static>>) {
    if stands.finding.evidence.is_empty() {
        return named(
            cx,
            "evidence",
            &cx.keyed("no call shows it; {sources} says what is known of the sources"),
            width,
            lines,
        );
    }
    let chips = ActiveFilter::read(&stands.finding.evidence, cx.now).map(|filter| filter.chips).unwrap_or_default();
    let terms: Vec<String> = chips.iter().map(|term| cx.term(term)).collect();
    let counted = cx.app.evidence(stands).map_or_else(
        || "being counted".to_owned(),
        |shows| {
            let cost = (shows.priced > 0).then(|| format!("  {}", numbers::money(shows.cost)));
            format!("{}{}", calls(shows.calls, false), cost.unwrap_or_default())
        },
    );
    let enter = cx.key("open").unwrap_or_default();
    let mut spans = vec![
        cx.ink.text(Role::Muted, format!("{:<NAME$}", "evidence")),
        cx.ink.text(Role::Key, enter.clone()),
        Span::raw(" "),
    ];
    let room = width.saturating_sub(NAME + line::width(&enter) + 1);
    let terms = terms.join(" ");
    if line::width(&terms) + 3 + line::width(&counted) <= room {
        spans.extend([cx.ink.text(Role::Link, terms), Span::raw("   "), cx.ink.text(Role::Text, counted)]);
        return lines.push(Line::from(spans));
    }
    let terms = line::fit_middle(&terms, room, cx.ink.glyphs.ellipsis).into_owned();
    spans.push(cx.ink.text(Role::Link, terms));
    lines.push(Line::from(spans));
    lines.push(Line::from(vec![Span::raw(" ".repeat(NAME)), cx.ink.text(Role::Text, counted)]));
}

/// A name, and what is said in as many lines as it takes.
fn named(cx: Cx, name: &str, words: &str, width: usize, lines: &mut Vec<Line<'static>>) {
    for (at, words) in line::wrap(words, width.saturating_sub(NAME)).into_iter().enumerate() {
        let name = if at == 0 { name } else { "" };
        lines
            .push(Line::from(vec![cx.ink.text(Role::Muted, format!("{name:<NAME$}")), cx.ink.text(Role::Text, words)]));
    }
}

/// The rule's own figures, the first column to the left and the others to the right, under a muted head.
fn figures(cx: Cx, finding: &Finding) -> Vec<Line<'static>> {
    let table: Vec<Vec<String>> =
        finding.table.iter().map(|row| row.iter().map(|cell| cx.open(cell).into_owned()).collect()).collect();
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| table.iter().filter_map(|row| row.get(at)).map(|cell| line::width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(|at| if at == 0 { width(at).min(28) } else { width(at) + 3 }).collect();
    let role = |row: usize| if row == 0 { Role::Muted } else { Role::Text };
    let made = table.iter().enumerate().map(|(nth, row)| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            let cell = line::fit_middle(cell, *width, cx.ink.glyphs.ellipsis).into_owned();
            let blank = " ".repeat(width.saturating_sub(line::width(&cell)));
            cx.ink.text(role(nth), if at == 0 { format!("{cell}{blank}") } else { format!("{blank}{cell}") })
        });
        Line::from(cells.collect::<Vec<_>>())
    });
    made.collect()
}

/// Nothing to show: what was looked at, and where others are.
pub fn none(cx: Cx, area: Rect, out: &mut Canvas) {
    let inner = frame::draw(cx, None, Words::new("alerts"), area, out);
    let Some(looked) = cx.app.looked() else {
        return graphs::hush(cx, "the rules are looking …", inner, out);
    };
    let show = cx.app.show();
    let standing = cx.app.alerts_in(Show::All).count();
    let head = match (show, standing) {
        (_, 0) => "nothing to say: no rule finds anything in these calls".to_owned(),
        (show, _) => format!("nothing that is {}", show.word()),
    };
    let at = looked.at.local().format("%H:%M:%S");
    let asked = format!(
        "{} rules looked at {} of {}, and at the last 35 days for what is usual, at {at}",
        cx.app.rules(),
        calls(looked.calls, false),
        cx.span(),
    );
    let mut lines = vec![Line::from(cx.ink.text(Role::Strong, head)), Line::default()];
    let width = usize::from(inner.width).saturating_sub(4).min(76);
    lines.extend(line::wrap(&asked, width).into_iter().map(|words| Line::from(cx.ink.text(Role::Text, words))));
    lines.push(Line::default());
    let mut way = |name: &str, words: String| {
        let key = cx.key(name).unwrap_or_default();
        let blank = " ".repeat(4_usize.saturating_sub(line::width(&key)).max(1));
        lines.push(Line::from(vec![cx.ink.text(Role::Key, key + &blank), cx.ink.text(Role::Text, words)]));
    };
    if standing > 0 {
        way("show", format!("show others: {}", counts(cx)));
    }
    way("longer-window", format!("look at {} instead", cx.app.next_window().word()));
    way("", "callscope config prints every rule with its limits".to_owned());
    let width = lines.iter().map(line::line_width).max().unwrap_or(0) as u16;
    let block = layout::centered(inner, width, lines.len() as u16);
    for (at, words) in lines.into_iter().take(usize::from(block.height)).enumerate() {
        out.left(cx.ink, words, layout::row(block, at as u16));
    }
}

/// `3 new, 2 accepted, 1 dismissed`.
pub fn counts(cx: Cx) -> String {
    let of = |show: Show| (cx.app.alerts_in(show).count(), show.word());
    let each = [Show::New, Show::Accepted, Show::Dismissed, Show::Snoozed].map(of);
    let told = each.iter().enumerate().filter(|(at, (count, _))| *at == 0 || *count > 0);
    told.map(|(_, (count, word))| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// The most severe of the new ones in a line, which leads there.
pub fn headline(cx: Cx, row: Rect, out: &mut Canvas) {
    let mut new = cx.app.alerts_in(Show::New);
    let Some(first) = new.next() else { return };
    let others = new.count();
    let more = if others == 0 { String::new() } else { format!("and {others} more") };
    let mut right = vec![cx.ink.text(Role::Muted, format!("{more}  "))];
    right.extend(cx.hint("alerts", "alerts"));
    right.push(Span::raw(" "));
    let taken = out.right(cx.ink, right, row);
    let said = cx.open(&first.finding.message).into_owned();
    let words = vec![Span::raw(" "), badge(cx, first.finding.severity), Span::raw("  "), cx.ink.text(Role::Text, said)];
    out.left(cx.ink, words, Rect { width: row.width.saturating_sub(taken + 2), ..row });
    out.click(row, Action::Screen(Screen::Alerts));
}
