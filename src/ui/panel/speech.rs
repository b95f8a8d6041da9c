//! Request, response and record of a call: who says what, JSON in colours, matches of a search. Only the lines on the
//! screen are looked at, however long the text is.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::{Pane, TextKind, TextLine, TextLines, TextMark};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::{json, line, pane, scroll};
use crate::ui::theme::Role;

/// Lines looked back over to learn whether a line of JSON goes on with a string.
const LOOK_BACK: usize = 200;

pub fn draw(cx: Cx, of: Pane, details: &str, area: Rect, out: &mut Canvas) {
    let (lines, Some(folds)) = (cx.app.text.lines(of), cx.app.text.folds(of)) else { return };
    let len = folds.shown(lines.len());
    let cursor = cx.app.place().cursor(of);
    let height = usize::from(area.height.saturating_sub(2));
    let top = cursor.top(height, len);
    let has_keys = cx.has_focus(of);
    let place = match cx.app.search.as_ref().filter(|search| has_keys && !search.hits.is_empty()) {
        Some(search) => {
            format!(
                "match {} of {}",
                numbers::grouped(search.at as u64 + 1),
                numbers::grouped(search.hits.len() as u64)
            )
        }
        None if len > height && height > 0 => {
            let seen = numbers::grouped((top + height).min(len) as u64);
            format!("{seen} of {}", numbers::grouped(len as u64))
        }
        None => String::new(),
    };
    let path = if has_keys && of == Pane::Raw && !cx.app.masked { cx.app.json_path() } else { None };
    let path = path.map(|path| line::fit_end(&path, usize::from(area.width) / 2, cx.ink.glyphs.ellipsis).into_owned());
    let place =
        [path, Some(place)].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ");
    let masked = if cx.app.masked { "masked" } else { "" };
    let secrets = if cx.app.manner.secrets { "secrets shown" } else { "" };
    let details =
        [details, masked, secrets].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ");
    let words = Words::new(of.name().to_lowercase()).details(details).foot(place);
    let inner = pane::padded(frame::draw(cx, Some(of), words, area, out));
    let mut before = None;
    let mut inside = false;
    for at in 0..inner.height {
        let place = top + usize::from(at);
        if place >= len {
            break;
        }
        let nth = folds.line_at(place);
        let Some(text) = lines.get(nth) else { break };
        if before.is_none_or(|before| before + 1 != nth) {
            inside = goes_on(lines, nth);
        }
        before = Some(nth);
        let row = crate::ui::layout::row(inner, at);
        let marks: Vec<_> = lines.marks(nth).collect();
        let found = match cx.app.search.as_ref() {
            Some(search) if !cx.app.masked => lines.matches(nth, &search.needle),
            _ => Vec::new(),
        };
        let mut words = spans(cx, text, &marks, &mut inside);
        for range in &found {
            words = restyled(words, range, cx.ink.style(Role::Match));
        }
        if let Some(hidden) = folds.under(nth) {
            let lines = if hidden == 1 { "line" } else { "lines" };
            let count = numbers::grouped(hidden as u64);
            words.push(cx.ink.text(Role::Muted, format!("  {} {count} {lines}, ", cx.ink.glyphs.ellipsis)));
            words.extend(cx.ink.hint(&cx.keys("↵"), "unfolds"));
        }
        out.left(cx.ink, Line::from(words), row);
        if has_keys && place == cursor.nth {
            out.left(
                cx.ink,
                cx.ink.text(Role::Key, cx.ink.glyphs.pointer),
                Rect { x: row.x.saturating_sub(1), width: 1, ..row },
            );
        }
    }
    let bar = Rect { x: area.right().saturating_sub(1), width: 1, y: inner.y, height: inner.height };
    scroll::bar(cx.ink, top, height, len, bar, out.buf);
    out.place(of, area, inner, top, len);
}

/// Whether the line at `top` begins inside a string of JSON.
fn goes_on(lines: &TextLines, top: usize) -> bool {
    let before = (top.saturating_sub(LOOK_BACK)..top).filter_map(|nth| lines.get(nth));
    before.fold(false, |inside, line| line.kind == TextKind::Data && ends_inside(line.text, inside))
}

fn ends_inside(text: &str, inside: bool) -> bool {
    let mut inside = inside;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

fn spans(cx: Cx, text: TextLine, marks: &[(Range<usize>, TextMark)], inside: &mut bool) -> Vec<Span<'static>> {
    let ink = cx.ink;
    let runs = match text.kind {
        TextKind::Data => {
            let runs = json::roles(text.text, *inside);
            *inside = ends_inside(text.text, *inside);
            runs
        }
        TextKind::Heading => vec![(text.text.len(), speaker(text.text))],
        TextKind::Title => vec![(text.text.len(), Role::Title)],
        TextKind::Words => vec![(text.text.len(), Role::Text)],
        TextKind::Code => vec![(text.text.len(), Role::Info)],
        TextKind::Note => vec![(text.text.len(), Role::Muted)],
    };
    if text.kind != TextKind::Data {
        *inside = false;
    }
    if cx.app.masked && !matches!(text.kind, TextKind::Heading | TextKind::Note) {
        let indent = text.text.len() - text.text.trim_start().len();
        let cells = line::width(text.text.trim_start());
        return vec![Span::raw(" ".repeat(indent)), ink.text(Role::Muted, "•".repeat(cells))];
    }
    let mut spans = Vec::new();
    let mut at = 0;
    for (end, role) in runs {
        let end = end.min(text.text.len());
        if at < end && text.text.is_char_boundary(at) && text.text.is_char_boundary(end) {
            spans.push(ink.text(role, text.text[at..end].to_owned()));
        }
        at = end;
    }
    marks.iter().fold(spans, |spans, (range, mark)| restyled(spans, range, mark_style(cx, *mark)))
}

/// Who speaks has a colour of its own: the same on every call.
fn speaker(heading: &str) -> Role {
    match heading.trim_start().split(' ').next().unwrap_or_default() {
        "system" | "developer" | "instructions" => Role::Warn,
        "error" | "refusal" => Role::Bad,
        "thinking" | "reasoning" | "redacted_thinking" => Role::Muted,
        "user" | "human" | "prompt" => Role::Link,
        "assistant" | "model" => Role::Good,
        "tool" | "tools" | "tool_call" | "tool_use" | "tool_result" => Role::Key,
        "function" | "function_call" | "function_call_output" => Role::Key,
        _ => Role::Title,
    }
}

/// How a stretch of words is told apart: by weight and colour, so that it is seen without colours too.
fn mark_style(cx: Cx, mark: TextMark) -> Style {
    match mark {
        TextMark::Strong => cx.ink.style(Role::Strong),
        TextMark::Emphasis => Style::new().add_modifier(Modifier::ITALIC),
        TextMark::Code => cx.ink.style(Role::Info),
        TextMark::Link => cx.ink.style(Role::Link).add_modifier(Modifier::UNDERLINED),
    }
}

/// Puts a style over some bytes of a line.
fn restyled(spans: Vec<Span<'static>>, range: &Range<usize>, style: Style) -> Vec<Span<'static>> {
    let mut out = Vec::new();
    let mut start = 0;
    for span in spans {
        let end = start + span.content.len();
        let cuts = [start, range.start.clamp(start, end), range.end.clamp(start, end), end];
        for pair in cuts.windows(2) {
            let Some(piece) = span.content.get(pair[0] - start..pair[1] - start).filter(|piece| !piece.is_empty())
            else {
                continue;
            };
            let styled = if range.contains(&pair[0]) { span.style.patch(style) } else { span.style };
            out.push(Span::styled(piece.to_owned(), styled));
        }
        start = end;
    }
    out
}
