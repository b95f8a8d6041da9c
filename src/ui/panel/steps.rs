//! The steps from what a span cost to what the next one did, as bars that go on where the last one ended.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use crate::app::Pane;
use crate::figures::waterfall::{Against, Factor, Period, Spent, Step};
use crate::figures::{GroupBy, Waterfall};
use crate::model::Usd;
use crate::model::time::DAY;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::numbers;
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;

/// Cells of a step's name and of its amount.
const NAME: u16 = 15;
const AMOUNT: u16 = 10;

/// Rows that the steps take with their frame: two of words, the two sums, and what is not in them.
pub fn lines(change: &Waterfall) -> u16 {
    change.steps.len() as u16 + 7
}

pub fn table(cx: Cx, change: &Waterfall, area: Rect, out: &mut Canvas) {
    let (was, is) = (change.before.1, change.this.1);
    let against = match cx.app.place().against {
        Against::Previous => "against the span before",
        Against::LastWeek => "against the same hours last week",
    };
    let scale = Scale::of(change);
    let words = Words::new("why the bill changed").details(against).foot(scale.words());
    let inner = pane::padded(frame::draw(cx, Some(Pane::Steps), words, area, out));
    let [head, body] = layout::rows(inner, [layout::Length::Fixed(2), layout::Length::Share(1)]);
    out.left(cx.ink, headline(cx, was, is), head);
    let cursor = cx.app.place().cursor(Pane::Steps).nth;
    let bar = |from: Usd, to: Usd, style: Style, width: u16| scale.bar(cx, from, to, style, width);
    let sum = |name: &str, spent: Spent, y: u16, out: &mut Canvas| {
        let row = layout::row(body, y);
        let amount = numbers::money(known(spent));
        let width = row.width.saturating_sub(NAME + AMOUNT + 1);
        let mut spans = words_of(cx, name, &amount, Role::Strong);
        spans.extend(bar(Usd::ZERO, spent.cost, cx.ink.style(Role::Info), width));
        out.left(cx.ink, spans, row);
    };
    sum("before", was, 0, out);
    let steps = Rect { y: body.y + 1, height: body.height.saturating_sub(3), ..body };
    let top = cx.app.place().cursor(Pane::Steps).top(usize::from(steps.height), change.steps.len());
    for (at, (step, from, to)) in change.running().skip(top).take(usize::from(steps.height)).enumerate() {
        let row = layout::row(steps, at as u16);
        let (role, style) = match step.usd.0 {
            0 => (Role::Muted, cx.ink.style(Role::Muted)),
            1.. => (Role::Text, cx.ink.style(Role::Bad)),
            _ => (Role::Text, cx.ink.style(Role::Good)),
        };
        let mut spans = words_of(cx, step.factor.words().0, &numbers::more(step.usd), role);
        spans.extend(bar(from, to, style, row.width.saturating_sub(NAME + AMOUNT + 1)));
        out.left(cx.ink, spans, row);
        if cursor == top + at {
            cx.ink.select(row, out.buf);
        }
    }
    let shown = (change.steps.len() - top.min(change.steps.len())).min(usize::from(steps.height)) as u16;
    out.place(Pane::Steps, area, Rect { height: shown, ..steps }, top, change.steps.len());
    sum("now", is, 1 + shown, out);
    if let Some(lost) = lost(was, is) {
        out.left(cx.ink, cx.ink.text(Role::Warn, lost), layout::row(body, 2 + shown));
    }
}

/// `None` where there is something to pay for and no price of it is known.
fn known(spent: Spent) -> Option<Usd> {
    (spent.priced > 0 || spent.unpriced == 0).then_some(spent.cost)
}

/// `$41.80 → $63.10  +$21.30  +51%   1,204 → 1,800 calls`.
fn headline(cx: Cx, was: Spent, is: Spent) -> Line<'static> {
    let ink = cx.ink;
    let more = is.cost - was.cost;
    let share = (was.cost > Usd::ZERO).then(|| more.dollars() / was.cost.dollars());
    let role = match more.0 {
        0 => Role::Strong,
        1.. => Role::Bad,
        _ => Role::Good,
    };
    Line::from(vec![
        ink.text(Role::Strong, numbers::money(known(was))),
        ink.text(Role::Muted, " to "),
        ink.text(Role::Strong, numbers::money(known(is))),
        ink.text(role, format!("   {}   {}", numbers::more(more), numbers::change(share))),
        ink.text(Role::Muted, format!("   {} to {} calls", numbers::grouped(was.calls), numbers::grouped(is.calls))),
    ])
}

fn words_of(cx: Cx, name: &str, amount: &str, role: Role) -> Vec<Span<'static>> {
    let blank = usize::from(AMOUNT).saturating_sub(line::width(amount));
    vec![
        cx.ink.text(role, format!("{name:<width$}", width = usize::from(NAME))),
        Span::raw(" ".repeat(blank)),
        cx.ink.text(role, amount.to_owned()),
        Span::raw(" "),
    ]
}

/// Calls that are in no step, in words.
fn lost(was: Spent, is: Spent) -> Option<String> {
    let unpriced = was.unpriced + is.unpriced;
    (unpriced > 0).then(|| format!("{} calls have no known price and are not in it", numbers::grouped(unpriced)))
}

/// From which amount to which the bars go.
struct Scale {
    from: i64,
    to: i64,
}

impl Scale {
    /// From nothing, unless all that happens would be lost at the end of long bars.
    fn of(change: &Waterfall) -> Self {
        let sums = || change.running().flat_map(|(_, from, to)| [from.0, to.0]).chain([change.before.1.cost.0]);
        let (least, most) = (sums().min().unwrap_or(0), sums().max().unwrap_or(0));
        let from = if least > most / 2 { least - (most - least) / 4 } else { least.min(0) };
        Self { from, to: most.max(from + 1) }
    }

    fn words(&self) -> String {
        if self.from > 0 { format!("bars begin at {}", numbers::money(Usd(self.from))) } else { String::new() }
    }

    fn cells(&self, amount: Usd, width: u16) -> f64 {
        let share = (amount.0 - self.from) as f64 / (self.to - self.from) as f64;
        share.clamp(0.0, 1.0) * f64::from(width)
    }

    /// A bar between two amounts; one that is there at all has a cell.
    fn bar(&self, cx: Cx, from: Usd, to: Usd, style: Style, width: u16) -> Vec<Span<'static>> {
        let (low, high) = (from.min(to), from.max(to));
        let start = (self.cells(low, width).floor() as u16).min(width.saturating_sub(1));
        let length = self.cells(high, width) - f64::from(start);
        let room = width - start;
        let share = if low == high { 0.0 } else { length.max(0.2) / f64::from(room.max(1)) };
        vec![Span::raw(" ".repeat(usize::from(start))), bars::bar(cx.ink, share, room, style)]
    }
}

/// What the step under the cursor is, and whose.
pub fn detail(cx: Cx, change: &Waterfall, area: Rect, out: &mut Canvas) {
    let Some(step) = change.steps.get(cx.app.place().cursor(Pane::Steps).nth) else { return };
    let words = Words::new(step.factor.words().0).details(numbers::more(step.usd));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let told = [meaning(step.factor).to_owned(), spans_of(change)];
    let told = told.iter().flat_map(|words| line::wrap(words, usize::from(inner.width)));
    let mut lines: Vec<Line> = told.map(|words| Line::from(cx.ink.text(Role::Muted, words))).collect();
    if inner.height > 8 {
        lines.push(Line::default());
    }
    let most = step.parts.iter().map(|(_, usd)| usd.0.unsigned_abs()).max().unwrap_or(0).max(1);
    lines.extend(step.parts.iter().map(|part| part_of(cx, step, *part, most, inner.width)));
    if step.parts.is_empty() {
        lines.push(Line::from(cx.ink.text(Role::Text, "nothing of the difference")));
    }
    for (at, words) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
}

fn part_of(cx: Cx, step: &Step, (name, usd): (crate::model::Sym, Usd), most: u64, width: u16) -> Line<'static> {
    let by = if step.factor.by() == "route" { GroupBy::Route } else { GroupBy::Model };
    let room = (width / 2).clamp(8, 24);
    let label = cx.label(by, cx.app.store.label(name));
    let label = line::fit_middle(&label, usize::from(room), cx.ink.glyphs.ellipsis).into_owned();
    let blank = usize::from(room).saturating_sub(line::width(&label));
    let amount = numbers::more(usd);
    let style = cx.ink.style(if usd > Usd::ZERO { Role::Bad } else { Role::Good });
    let bar = width.saturating_sub(room + AMOUNT + 1);
    vec![
        cx.ink.text(Role::Text, label),
        Span::raw(" ".repeat(blank + usize::from(AMOUNT).saturating_sub(line::width(&amount)))),
        cx.ink.text(Role::Text, amount),
        Span::raw(" "),
        bars::bar(cx.ink, usd.0.unsigned_abs() as f64 / most as f64, bar, style),
    ]
    .into()
}

/// The two spans: `Nov 22 12:05 – 13:04, then Nov 23 12:05 – 13:04`.
fn spans_of(change: &Waterfall) -> String {
    let span = |Period { since, until }: Period| {
        let is_long = since.day() != until.day();
        let end = if is_long { graphs::moment(until, DAY / 2) } else { graphs::moment(until, 1) };
        format!("{} – {end}", graphs::moment(since, DAY / 2))
    };
    format!("{}, then {}", span(change.before.0), span(change.this.0))
}

fn meaning(factor: Factor) -> &'static str {
    match factor {
        Factor::Volume => "more or fewer calls, at what a call cost before",
        Factor::Mix => "calls went to dearer or cheaper models",
        Factor::Answered => "more or fewer calls were answered from a cache",
        Factor::Input => "longer or shorter prompts",
        Factor::Output => "longer or shorter answers",
        Factor::Tokens => "more or fewer tokens a call, where logs tell only their sum",
        Factor::Cache => "other shares of the prompt were fresh, read from a cache and written to it",
        Factor::Price => "other prices for the same tokens: rates, tiers, and what logs charge beyond them",
        Factor::NewRoutes => "routes that had no calls before",
        Factor::EndedRoutes => "routes that have no calls any more",
        Factor::NewModels => "models that had no calls before, on routes that had",
        Factor::EndedModels => "models that have no calls any more, on routes that have",
    }
}
