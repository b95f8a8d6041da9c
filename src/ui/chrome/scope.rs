//! Line 2: what is counted. Window, sources, filter or trail on the left; on the right what the filter keeps, or how
//! far the reading is. While a filter is typed, the line is where it is typed.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, ActiveFilter, Place, Prompt, PromptKind, Screen, SourceState};
use crate::model::Stamp;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::panel;
use crate::ui::part::line::{self, Align};
use crate::ui::theme::Role;

pub fn draw(cx: Cx, row: Rect, out: &mut Canvas) {
    let row = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    if let Some(prompt) = cx.app.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Filter) {
        return typed(cx, prompt, row, out);
    }
    let mut side = right(cx, row.width);
    if cx.app.masked {
        // Who shares the screen must see it at any time.
        side.insert(0, cx.ink.text(Role::Warn, if side.is_empty() { "masked" } else { "masked   " }));
    }
    let taken = out.right(cx.ink, side, row);
    if cx.app.screen() == Screen::Alerts {
        out.click(Rect { x: row.right() - taken, width: taken, ..row }, Action::ShowNext);
    }
    let left = Rect { width: row.width.saturating_sub(taken + 2), ..row };
    if cx.app.trail.len() > 1 { trail(cx, left, out) } else { counted(cx, left, out) }
}

/// `60m ▾  4 sources  model:opus`.
fn counted(cx: Cx, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    let window = [ink.text(Role::Strong, cx.span()), ink.text(Role::Muted, format!(" {}", ink.glyphs.sort_down))];
    let width = out.left(ink, window.to_vec(), row);
    out.click(Rect { width, ..row }, Action::WindowLonger);
    let row = after(row, width + 2);
    if cx.app.screen() == Screen::Alerts {
        let mut spans = vec![ink.text(Role::Text, panel::findings::counts(cx))];
        if !cx.app.filter.is_empty() {
            spans.push(ink.text(Role::Muted, ", whatever the filter"));
        }
        out.left(ink, spans, row);
        return;
    }
    let many = cx.app.sources.len();
    let words = format!("{many} source{}", if many == 1 { "" } else { "s" });
    let trouble = |source: &&SourceState| panel::sources::is_trouble(&source.health);
    let missed = cx.app.left_out.iter().filter(|left| left.missed).count() as u64;
    let troubled = cx.app.sources.iter().filter(trouble).count() as u64 + missed;
    let malformed = cx.app.sources.iter().map(|source| cx.app.store.counts_of(source.info.id).malformed).sum();
    let mut spans = vec![ink.text(Role::Muted, words)];
    let counts = |source: &SourceState| cx.app.store.counts_of(source.info.id);
    let drifted = cx.app.sources.iter().filter(|source| counts(source).runs.complaint().is_some()).count() as u64;
    let quiet =
        cx.app.sources.iter().filter(|source| source.quiet_for(&cx.app.sources, cx.now).is_some()).count() as u64;
    for (count, what) in
        [(drifted, "changed format"), (troubled, "not read"), (quiet, "quiet"), (malformed, "malformed")]
    {
        if count > 0 {
            let words = format!(" {} {}", ink.glyphs.high, numbers::grouped(count));
            let words = if row.width < 36 { words } else { format!("{words} {what}") };
            spans.push(ink.text(Role::Warn, words));
        }
    }
    let width = out.left(ink, spans, row);
    out.click(Rect { width, ..row }, Action::Sources);
    let row = after(row, width + 2);
    if cx.app.filter.is_empty() {
        let width = out.left(ink, ink.text(Role::Muted, "no filter"), row);
        out.click(Rect { width, ..row }, Action::Find);
    } else {
        out.click(row, Action::Find);
        chips(cx, &cx.app.filter.chips, Some(0), row, out);
    }
}

/// Terms of the filter, one beside the other; returns the cells they took. Those in force have their place in the filter
/// from `first` on, and a click takes one out.
fn chips(cx: Cx, chips: &[String], first: Option<usize>, row: Rect, out: &mut Canvas) -> u16 {
    let mut left = row;
    for (nth, chip) in chips.iter().enumerate() {
        let gap = u16::from(nth > 0);
        left = after(left, gap);
        let width = out.left(cx.ink, cx.ink.text(Role::Link, cx.term(chip)), left);
        if let Some(first) = first {
            out.click(Rect { width, ..left }, Action::Unchip(first + nth));
        }
        left = after(left, width);
    }
    left.x - row.x
}

/// `Calls ▸ model:opus ▸ msg_01Hk…9Qe`: each stop with what it added to the filter.
fn trail(cx: Cx, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    let mut row = row;
    if cx.app.screen() != Screen::Call && cx.app.screen() != Screen::Sources {
        let window =
            vec![ink.text(Role::Strong, cx.span()), ink.text(Role::Muted, format!(" {}", ink.glyphs.sort_down))];
        let width = out.left(ink, window, row);
        out.click(Rect { width, ..row }, Action::WindowLonger);
        row = after(row, width + 2);
    }
    let last = cx.app.trail.len() - 1;
    let mut before = 0;
    for (index, place) in cx.app.trail.iter().enumerate() {
        let mut words = Vec::new();
        if index > 0 {
            words.push(ink.text(Role::Muted, format!(" {} ", ink.glyphs.pointer)));
        }
        let here = index == last;
        let role = if here { Role::Strong } else { Role::Text };
        words.push(ink.text(role, stop(cx, place)));
        let filter = if here { cx.app.filter.chips.clone() } else { chips_of(&place.filter, cx.now) };
        let added: Vec<String> = filter.iter().skip(before).cloned().collect();
        let width = out.left(ink, words, row);
        let stop = row;
        row = after(row, width);
        if !added.is_empty() && place.screen != Screen::Call {
            row = after(row, 1);
            let width = chips(cx, &added, here.then_some(before), row, out);
            row = after(row, width);
        }
        before = filter.len();
        if index < last {
            out.click(Rect { width: row.x - stop.x, ..stop }, Action::BackTo(index));
        }
    }
}

/// The terms of a filter that was in force at a stop of the trail.
fn chips_of(filter: &str, now: Stamp) -> Vec<String> {
    ActiveFilter::read(filter, now).map(|filter| filter.chips).unwrap_or_default()
}

fn stop(cx: Cx, place: &Place) -> String {
    let row = place.row.filter(|_| place.screen == Screen::Call).and_then(|row| cx.app.store.get(row));
    match row {
        Some(row) => {
            let id = if cx.app.masked { cx.private("") } else { crate::model::clean::line(&row.id()).into_owned() };
            line::fit_middle(&id, 20, cx.ink.glyphs.ellipsis).into_owned()
        }
        None => place.screen.name().to_owned(),
    }
}

/// `wide` is the whole line: on a narrow one what is counted matters more than keys.
fn right(cx: Cx, wide: u16) -> Vec<Span<'static>> {
    let (app, ink) = (cx.app, cx.ink);
    if app.screen() == Screen::Call {
        let (here, of) = app.place_in_list();
        let of = numbers::grouped(of as u64);
        let place = here.map_or_else(|| numbers::UNKNOWN.to_owned(), |nth| numbers::grouped(nth as u64 + 1));
        let mut spans = vec![ink.text(Role::Strong, place), ink.text(Role::Muted, format!(" of {of}   "))];
        spans.extend(cx.hints(["previous", "next"], "prev/next"));
        return spans;
    }
    if app.screen() == Screen::Alerts && app.loading.caught_up {
        let shown = format!("{} {}", app.show().word(), ink.glyphs.sort_down);
        return vec![ink.text(Role::Muted, "show: "), ink.text(Role::Strong, shown)];
    }
    if app.searching_bodies {
        return vec![ink.text(Role::Info, "looking into requests and responses …")];
    }
    if !app.filter.is_empty() {
        let mut spans = found(cx);
        spans.push(Span::raw("   "));
        spans.extend(cx.hint("back", "clear"));
        return spans;
    }
    if !app.loading.caught_up {
        return progress(cx);
    }
    if app.screen() == Screen::Audit {
        let failed = app.failed_checks();
        let role = if failed > 0 { Role::Warn } else { Role::Strong };
        let of = format!(" of {} checks fail", crate::figures::Check::ALL.len());
        return vec![ink.text(role, failed.to_string()), ink.text(Role::Muted, of)];
    }
    if wide < 72 {
        return Vec::new();
    }
    if app.range.is_some() {
        let mut spans = cx.hints(["zoom-time", "less-zoom"], "zoom");
        let more = [
            cx.hints(["earlier", "later"], "move"),
            cx.hint("whole-window", app.window.word()),
            if app.ago().is_some() { cx.hint("follow", "live") } else { Vec::new() },
        ];
        for hint in more.into_iter().filter(|hint| !hint.is_empty()) {
            spans.push(Span::raw("  "));
            spans.extend(hint);
        }
        return spans;
    }
    let mut spans = cx.hint("filter", "filter");
    spans.push(Span::raw("  "));
    spans.extend(cx.hint("longer-window", "window"));
    if matches!(app.screen(), Screen::Overview | Screen::Models) {
        spans.push(Span::raw("  "));
        spans.extend(cx.hint("group-by", &format!("by {}", app.place().grouping.word())));
    }
    spans
}

/// `171 of 412`: the calls that the filter keeps, of all in the window.
fn found(cx: Cx) -> Vec<Span<'static>> {
    let counting = cx.app.is_counting();
    let kept = if counting { cx.ink.glyphs.ellipsis.to_owned() } else { numbers::grouped(cx.app.board.total.calls) };
    let of = numbers::grouped(cx.app.within.calls);
    let role = if cx.app.board.total.calls == 0 && !counting { Role::Warn } else { Role::Strong };
    vec![cx.ink.text(role, format!("{kept:>width$}", width = of.len())), cx.ink.text(Role::Muted, format!(" of {of}"))]
}

/// `reading 41% ■■■■······ 3s left`.
fn progress(cx: Cx) -> Vec<Span<'static>> {
    let ink = cx.ink;
    let Some(share) = cx.app.loading.share() else {
        return vec![ink.text(Role::Muted, "looking for calls …")];
    };
    let mut spans = vec![ink.text(Role::Muted, "reading "), ink.text(Role::Strong, numbers::percent_whole(share))];
    spans.push(Span::raw(" "));
    spans.extend(crate::ui::part::meter::meter(ink, Some(share), 10, ink.style(Role::Info)));
    if let Some(left) = cx.app.loading.left(cx.app.now) {
        let left = numbers::seconds(Some(left.max(0) as u64));
        spans.push(ink.text(Role::Muted, format!(" {left:>6} left")));
    }
    spans
}

/// The filter as it is typed, its cursor, and what it keeps or why it cannot be read.
fn typed(cx: Cx, prompt: &Prompt, row: Rect, out: &mut Canvas) {
    let ink = cx.ink;
    let right: Vec<Span> = match &prompt.error {
        Some(error) => vec![ink.text(Role::Bad, error.to_string())],
        None => found(cx),
    };
    let width = line::line_width(&Line::from(right.clone())).min(usize::from(row.width) / 2) as u16;
    let side = Rect { x: row.right() - width, width, ..row };
    line::draw(ink, &Line::from(right), Align::Left, side, out.buf);
    let key = out.left(ink, ink.text(Role::Key, "/ "), row);
    let place = Rect { x: row.x + key, width: row.width.saturating_sub(key + width + 2), ..row };
    super::super::panel::input::draw(cx, prompt, place, out);
}

fn after(row: Rect, cells: u16) -> Rect {
    let cells = cells.min(row.width);
    Rect { x: row.x + cells, width: row.width - cells, ..row }
}
