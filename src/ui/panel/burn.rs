//! Budgets and objectives, a row each, the worst first: what is left, how fast it burns, and how it will end.
//!
//! ```text
//! ▲ overrides   overrides ≤ 5%/30d  ▕█████▊   ▏  58% left  burn ×6.20  gone in 4 d 7 h
//! ● team        $13.51 of $20/day   ▕███      ▏  32% left  burn ×1.40  forecast $24.10 by the usual hours
//! ```

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::Pane;
use crate::figures::budget::BudgetState;
use crate::figures::goals::{Mood, State};
use crate::model::{Amount, clean};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Rows in Medium and in Large, and cells of a bar.
const ROWS: u16 = 3;
const MANY_ROWS: u16 = 6;
const BAR: (usize, usize) = (6, 40);
/// The longest name that is not cut.
const NAME: usize = 20;
const GAP: usize = 2;

/// Rows that the strip takes: none without budgets and objectives, and in Small one without a frame.
pub fn height(cx: Cx, tall: bool) -> u16 {
    let count = cx.app.len(Pane::Burn) as u16;
    match () {
        () if count == 0 || cx.app.zoomed => 0,
        () if cx.is_large() => count.min(MANY_ROWS) + 2,
        () if cx.is_small() && !tall => 1,
        () => count.min(ROWS) + 2,
    }
}

/// A frame with its rows; in a single row only the worst, without a frame.
pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let goals = cx.app.goals();
    if area.height == 0 || goals.is_empty() {
        return;
    }
    let cursor = cx.app.place().cursor(Pane::Burn);
    let states: Vec<State> = goals.iter().map(|(_, state)| *state).collect();
    if area.height < 3 {
        let inner = pane::padded(area);
        let more = states.len() - 1;
        let [worst, rest] = layout::columns(inner, [Share(1), Fixed(if more > 0 { 4 } else { 0 })]);
        rows(cx, &states[..1], worst, out);
        if more > 0 {
            out.right(cx.ink, cx.ink.text(Role::Muted, format!("+{more}")), rest);
        }
        // With the keys it has a frame elsewhere.
        if cx.app.focus() != Pane::Burn {
            out.place(Pane::Burn, area, inner, 0, goals.len());
        }
        return;
    }
    let inner_height = usize::from(area.height - 2);
    let top = cursor.top(inner_height, states.len());
    let shown = &states[top..states.len().min(top + inner_height)];
    let title = match (cx.app.standing.budgets.is_empty(), cx.app.standing.objectives.is_empty()) {
        (false, true) => "budgets",
        (true, _) => "objectives",
        (false, false) => "budgets and objectives",
    };
    let cut = if shown.len() < states.len() { format!("{} of {}", shown.len(), states.len()) } else { String::new() };
    let inner = pane::padded(frame::draw(cx, Some(Pane::Burn), Words::new(title).details(cut), area, out));
    rows(cx, shown, inner, out);
    let lines = Rect { height: (shown.len() as u16).min(inner.height), ..inner };
    if cx.has_focus(Pane::Burn) && !lines.is_empty() {
        let row = layout::row(inner, (cursor.nth - top) as u16);
        let mark = Rect { x: row.x.saturating_sub(1), width: 1, ..row };
        out.left(cx.ink, cx.ink.text(Role::Key, cx.ink.glyphs.pointer), mark);
        cx.ink.select(row, out.buf);
    }
    out.place(Pane::Burn, area, lines, top, states.len());
}

/// What a row says, part by part; a part that is blank in all rows takes no room.
struct Parts {
    name: String,
    what: String,
    /// The same in a second currency.
    also: String,
    left: String,
    burn: String,
    end: String,
    /// Said only where there is much room.
    more: String,
}

impl Parts {
    fn of(cx: Cx, state: State) -> Self {
        let burn = state.burn().map(|(_, burn)| format!("burn {}", numbers::times(burn)));
        let left = state.left().map(|left| numbers::percent_whole(left.max(0.0)));
        let gone = state.gone_in().map(|millis| format!("gone in {}", numbers::span(millis)));
        let (what, also, end, more) = match state {
            State::Budget(state) => {
                let forecast = state.forecast.map(|forecast| format!("forecast {}", forecast.amount));
                let method = state.forecast.map(|forecast| forecast.method.words()).unwrap_or_default();
                let usd = state.used().and_then(Amount::usd);
                let also = cx.app.currency.as_ref().zip(usd).map(|(currency, usd)| numbers::foreign(currency, usd));
                let (end, more) = match (state.is_spent(), gone, forecast) {
                    (true, _, None) => ("spent".to_owned(), String::new()),
                    (true, _, Some(forecast)) => ("spent".to_owned(), format!("{forecast} {method}")),
                    (false, Some(gone), Some(forecast)) => (gone, format!("{forecast} {method}")),
                    (false, Some(gone), None) => (gone, String::new()),
                    (false, None, Some(forecast)) => (forecast, method.to_owned()),
                    (false, None, None) => (String::new(), String::new()),
                };
                (format!("{} of {}", used(state), state.budget.words()), also.unwrap_or_default(), end, more)
            }
            State::Objective(state) => {
                let (bad, calls) = (numbers::grouped(state.events.bad), numbers::grouped(state.events.calls));
                let end = match (state.is_missed(), state.is_used_up()) {
                    (true, _) => "missed".to_owned(),
                    (false, true) => "used up".to_owned(),
                    (false, false) => gone.unwrap_or_default(),
                };
                (state.objective.words(), String::new(), end, format!("{bad} bad of {calls}"))
            }
        };
        let name = clean::line(state.name());
        Self {
            name: line::fit(&name, NAME, cx.ink.glyphs.ellipsis).into_owned(),
            what,
            also,
            left: left.map_or_else(|| numbers::UNKNOWN.to_owned(), |left| format!("{left} left")),
            burn: burn.unwrap_or_default(),
            end,
            more,
        }
    }
}

/// `≥~$13.51`: at least, and in part estimated.
fn used(state: &BudgetState) -> String {
    let marks = [(state.is_at_least(), "≥"), (state.is_estimated(), "~")];
    let marks: String = marks.iter().filter(|(said, _)| *said).map(|(_, mark)| *mark).collect();
    // What is counted stands behind the whole: `14.7M of 20M tok`.
    let used = state.used().map_or_else(|| numbers::UNKNOWN.to_owned(), |used| used.to_string());
    format!("{marks}{}", used.trim_end_matches(" tok"))
}

fn rows(cx: Cx, states: &[State], area: Rect, out: &mut Canvas) {
    let all: Vec<Parts> = states.iter().map(|state| Parts::of(cx, *state)).collect();
    let width = |part: fn(&Parts) -> &str| all.iter().map(|parts| line::width(part(parts))).max().unwrap_or(0);
    let mut widths = [
        width(|parts| &parts.name),
        width(|parts| &parts.what),
        width(|parts| &parts.also),
        width(|parts| &parts.left),
        width(|parts| &parts.burn),
        width(|parts| &parts.end),
        width(|parts| &parts.more),
    ];
    let taken =
        |widths: &[usize; 7]| widths.iter().map(|cells| cells + if *cells > 0 { GAP } else { 0 }).sum::<usize>();
    // The mark, and the ends of the bar.
    let rest = usize::from(area.width).saturating_sub(4);
    // What goes first where there is no room: what is said beside, the second currency, the burn, what it is about.
    for dropped in [6, 2, 4, 1] {
        if taken(&widths) + BAR.0 > rest {
            widths[dropped] = 0;
        }
    }
    let bar = rest.saturating_sub(taken(&widths)).min(BAR.1);
    for (at, (state, parts)) in states.iter().zip(&all).take(usize::from(area.height)).enumerate() {
        out.left(cx.ink, row(cx, *state, parts, &widths, bar as u16), layout::row(area, at as u16));
    }
}

fn row(cx: Cx, state: State, parts: &Parts, widths: &[usize; 7], bar: u16) -> Line<'static> {
    let ink = cx.ink;
    let (mark, role) = match state.mood() {
        Mood::Good => (ink.glyphs.ok, Role::Good),
        Mood::Watch => (ink.glyphs.medium, Role::Warn),
        Mood::Bad => (ink.glyphs.high, Role::Bad),
    };
    let mut spans = vec![ink.text(role, format!("{mark} "))];
    let padded = |text: &str, width: usize, right: bool| {
        let blank = " ".repeat(width.saturating_sub(line::width(text)));
        if right { format!("{blank}{text}") } else { format!("{text}{blank}") }
    };
    let mut part = |text: &str, width: usize, right: bool, role: Role| {
        if width > 0 {
            spans.push(ink.text(role, padded(text, width, right)));
            spans.push(Span::raw(" ".repeat(GAP)));
        }
    };
    part(&parts.name, widths[0], false, Role::Strong);
    part(&parts.what, widths[1], false, Role::Text);
    part(&parts.also, widths[2], true, Role::Text);
    spans.push(ink.text(Role::Faint, ink.glyphs.bar_left));
    spans.push(bars::bar(ink, state.left().unwrap_or(0.0).max(0.0), bar, ink.style(role)));
    spans.push(ink.text(Role::Faint, ink.glyphs.bar_right));
    let mut part = |text: &str, width: usize, right: bool, role: Role| {
        if width > 0 {
            spans.push(Span::raw(" ".repeat(GAP)));
            spans.push(ink.text(role, padded(text, width, right)));
        }
    };
    part(&parts.left, widths[3], true, if state.mood() == Mood::Good { Role::Text } else { role });
    part(&parts.burn, widths[4], false, Role::Muted);
    part(&parts.end, widths[5], false, if state.mood() == Mood::Good { Role::Muted } else { role });
    part(&parts.more, widths[6], false, Role::Muted);
    Line::from(spans)
}
