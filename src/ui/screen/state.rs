//! What is shown when there is nothing to show: loading, nothing found, nothing kept, nothing readable, no room.

use std::cmp::Reverse;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Screen, SourceState};
use crate::model::{Window, clean};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::{self, centered};
use crate::ui::numbers;
use crate::ui::panel::frame::{self, Words};
use crate::ui::panel::sources;
use crate::ui::part::{line, meter};
use crate::ui::theme::Role;

/// One line that asks for room, and today's cost all the same.
pub fn too_small(cx: Cx, least: (u16, u16), area: Rect, out: &mut Canvas) {
    let cost = cx.app.daily.today().cost_text(numbers::money);
    let (wide, high) = least;
    let words = Line::from(vec![
        cx.ink.text(Role::Muted, format!("needs {wide}×{high}  ")),
        cx.ink.text(Role::Strong, cost.clone()),
        cx.ink.text(Role::Muted, " today"),
    ]);
    let width = line::line_width(&words) as u16;
    // Where not even that fits, the number is what matters.
    let words = if width > area.width { Line::from(cx.ink.text(Role::Strong, cost)) } else { words };
    let width = line::line_width(&words) as u16;
    out.left(cx.ink, words, centered(area, width, 1));
}

/// Lines of words in the middle of a pane.
pub fn card(cx: Cx, title: &str, words: &[&str], area: Rect, out: &mut Canvas) {
    let inner = frame::draw(cx, None, Words::new(title.to_owned()), area, out);
    let lines: Vec<Line> = words.iter().map(|words| Line::from(cx.ink.text(Role::Text, (*words).to_owned()))).collect();
    middle(cx, lines, inner, out);
}

/// A screen without calls: why there are none, what was looked at, and what to press.
pub fn empty(cx: Cx, area: Rect, out: &mut Canvas) {
    let title = cx.app.screen().name().to_lowercase();
    let inner = frame::draw(cx, None, Words::new(title), area, out);
    let loading = !cx.app.loading.caught_up;
    let mut lines = vec![headline(cx, loading)];
    if loading && let Some(share) = cx.app.loading.share() {
        let mut bar = vec![cx.ink.text(Role::Strong, format!("{:>4}  ", numbers::percent_whole(share)))];
        bar.extend(meter::meter(cx.ink, Some(share), 40, cx.ink.style(Role::Info)));
        lines.extend([Line::default(), Line::from(bar)]);
    }
    lines.push(Line::default());
    let found = found(cx, inner);
    if !found.is_empty() {
        lines.extend(found);
        lines.push(Line::default());
    }
    lines.extend(ways_out(cx));
    let top = middle(cx, lines, inner, out);
    out.click(top, Action::Sources);
}

fn headline(cx: Cx, loading: bool) -> Line<'static> {
    let words = if cx.app.sources.is_empty() && loading {
        "looking for logs and tables …".to_owned()
    } else if cx.app.sources.is_empty() && cx.app.left_out.iter().any(|left| left.missed) {
        "nothing of what was named can be read".to_owned()
    } else if cx.app.sources.is_empty() {
        "no log or table of AI calls was found here".to_owned()
    } else if loading {
        "reading what is there, the newest first".to_owned()
    } else if cx.app.store.calls() == 0 {
        "no calls yet; whatever is written from now on shows at once".to_owned()
    } else if !cx.app.filter.is_empty() {
        "no call fits the filter".to_owned()
    } else {
        none_in(cx)
    };
    Line::from(cx.ink.text(Role::Strong, words))
}

/// `no calls in the last 60 minutes; the last was 3 h ago`, `no calls 02:10–02:40`.
pub fn none_in(cx: Cx) -> String {
    if cx.app.ago().is_some() {
        return format!("no calls {}", cx.span());
    }
    let segments = cx.app.store.segments().iter();
    let last = segments.map(|segment| segment.latest).max();
    let last = last.map(|last| format!("; the last was {}", numbers::age(cx.now.0 - last.0)));
    let is_named = cx.app.range.is_none() && cx.app.bounds.is_none();
    let span = if is_named { format!("in {}", span(cx)) } else { span(cx) };
    format!("no calls {span}{}", last.unwrap_or_default())
}

fn span(cx: Cx) -> String {
    if cx.app.bounds.is_some() || cx.app.range.is_some() {
        return cx.span();
    }
    match cx.app.window {
        Window::Hour => "the last 60 minutes",
        Window::Day => "the last 24 hours",
        Window::Today => "the day so far",
        Window::Week => "the last 7 days",
        Window::Month => "the last 30 days",
        Window::All => "any of the sources",
    }
    .to_owned()
}

/// What was looked at: the sources in trouble first, then those that were written to last.
fn found(cx: Cx, inner: Rect) -> Vec<Line<'static>> {
    let room = usize::from(inner.height).saturating_sub(10);
    let mut all: Vec<_> = cx.app.sources.iter().collect();
    let newest = |source: &SourceState| cx.app.store.counts_of(source.info.id).newest;
    all.sort_by_key(|source| (!sources::is_trouble(&source.health), Reverse(newest(source))));
    // What all of them share is left out where the names would not fit.
    let longest = all.iter().map(|source| line::width(&source.info.label())).max().unwrap_or(0);
    let width = longest.clamp(32, usize::from(inner.width.saturating_sub(42)).clamp(32, 64));
    let fit = longest <= width;
    let folder = if fit { 0 } else { sources::folder(&cx.app.sources).len() };
    let room = room.clamp(1, 8);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for source in all.iter().take(room) {
        let counts = cx.app.store.counts_of(source.info.id);
        let label = source.info.label();
        let label = clean::line(label.get(folder..).unwrap_or(&label)).into_owned();
        let label = line::fit_end(&label, width, cx.ink.glyphs.ellipsis).into_owned();
        let blank = (width + 2).saturating_sub(line::width(&label));
        let mut spans = vec![cx.ink.text(Role::Text, label), Span::raw(" ".repeat(blank))];
        let trouble = source.health.message().filter(|_| sources::is_trouble(&source.health));
        if trouble.is_none() {
            let calls = numbers::grouped(counts.calls);
            let unit = if counts.calls == 1 { "call " } else { "calls" };
            spans.push(cx.ink.text(Role::Muted, format!("{calls:>9} {unit}   ")));
        }
        match counts.newest.filter(|_| trouble.is_none()) {
            Some(newest) => {
                let age = numbers::age(cx.app.now.0 - newest.0);
                spans.push(cx.ink.text(Role::Muted, format!("newest {age}")));
            }
            None => spans.extend(sources::health(cx, &source.health).spans),
        }
        lines.push(Line::from(spans));
        // What went wrong and what to do may be long: it has a line of its own.
        lines.extend(trouble.map(|message| Line::from(cx.ink.text(Role::Bad, format!("  {}", clean::line(message))))));
    }
    for left in cx.app.left_out.iter().filter(|left| left.missed).take(room) {
        lines.push(Line::from(cx.ink.text(Role::Text, clean::line(&left.path).into_owned())));
        lines.push(Line::from(cx.ink.text(Role::Bad, format!("  {}", clean::line(&left.why)))));
    }
    let others = cx.app.left_out.iter().filter(|left| !left.missed).count();
    if all.is_empty() && others > 0 && cx.app.loading.caught_up {
        let files = if others == 1 {
            "1 file here holds"
        } else {
            &format!("{} files here hold", numbers::grouped(others as u64))
        };
        lines.push(Line::from(cx.ink.text(Role::Muted, format!("{files} no calls that could be understood"))));
    }
    if all.len() > room {
        lines.push(Line::from(cx.ink.text(Role::Muted, format!("and {} more", all.len() - room))));
    }
    lines
}

fn ways_out(cx: Cx) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut way = |name: &str, words: String| {
        let key = cx.key(name).unwrap_or_default();
        let blank = " ".repeat(5_usize.saturating_sub(line::width(&key)).max(1));
        lines.push(Line::from(vec![cx.ink.text(Role::Key, key + &blank), cx.ink.text(Role::Text, words)]));
    };
    if !cx.app.filter.is_empty() && cx.app.store.calls() > 0 {
        way("back", "take back the last term of the filter".to_owned());
    }
    if cx.app.range.is_some() {
        way("whole-window", format!("back to {}", cx.app.window.word()));
        way("later", "move on in time".to_owned());
    } else if cx.app.store.calls() > 0 && cx.app.window != Window::All {
        let longer = match cx.app.next_window() {
            Window::All => "all of time",
            window => window.word(),
        };
        let calls = numbers::grouped(cx.app.store.calls());
        let unit = if cx.app.store.calls() == 1 { "call" } else { "calls" };
        way("longer-window", format!("look at {longer} instead   ({calls} {unit} in all)"));
    }
    if cx.app.offers_tools() {
        way("pager", format!("read what is logged in your home by {}", cx.app.tools.join(", ")));
    }
    if cx.app.sources.is_empty() && cx.app.loading.caught_up {
        way("", "name a file, a folder, a glob, a database or a tool: callscope logs/".to_owned());
        way("", "or see how it looks on a live demo: callscope demo".to_owned());
    }
    way("sources", "what was found, how it was read, and why not".to_owned());
    if cx.app.screen() != Screen::Overview {
        way("overview", "back to the overview".to_owned());
    }
    lines
}

/// Draws lines as one block in the middle; returns where.
fn middle(cx: Cx, lines: Vec<Line>, area: Rect, out: &mut Canvas) -> Rect {
    let width = lines.iter().map(line::line_width).max().unwrap_or(0) as u16;
    let block = centered(area, width, lines.len() as u16);
    for (at, words) in lines.into_iter().take(usize::from(block.height)).enumerate() {
        out.left(cx.ink, words, layout::row(block, at as u16));
    }
    block
}
