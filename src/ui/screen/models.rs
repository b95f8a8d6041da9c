//! What costs? Models, or whatever is grouped by: a table, and below it the one under the cursor.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{GroupRow, Grouping, Pane};
use crate::figures::{Group, GroupBy};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::numbers;
use crate::ui::panel::groups::{self, Form};
use crate::ui::panel::{confidence, figures, graphs, mix, outcome, shares, tokens};
use crate::ui::theme::Role;

/// Says what a `?` means, once, where one is shown.
const UNPRICED: &str = "? no price known for this name: its cost is left out, not guessed.";
const UNPRICED_SHORT: &str = "? no price known: its cost is left out, not guessed.";

/// Says of how much of the sum somebody may have paid a month's price, and not this one.
fn equivalent(cx: Cx) -> Option<String> {
    let part = figures::equivalent_part(&cx.app.board);
    let whole = figures::cost_name(&cx.app.board) == figures::EQUIVALENT;
    let how_much =
        part.map(|part| format!("of it {}", numbers::money(part))).or(whole.then(|| "all of it".to_owned()))?;
    Some(format!("{how_much} {}: a subscription may have paid.", figures::EQUIVALENT))
}

/// What must be said of the costs in the table.
fn notes(cx: Cx, width: u16) -> Vec<String> {
    let unpriced = if width < 70 { UNPRICED_SHORT } else { UNPRICED };
    let unpriced = (cx.app.board.total.unpriced > 0).then(|| unpriced.to_owned());
    equivalent(cx).into_iter().chain(unpriced).collect()
}

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let chosen = Chosen::of(cx);
    if cx.app.zoomed {
        return match (cx.app.focus(), &chosen) {
            (Pane::Cost, Some(chosen)) => chosen.cost(cx, body, out),
            (Pane::Mix, Some(chosen)) => chosen.mix(cx, body, out),
            _ => table(cx, body, out),
        };
    }
    // Head, lines and total, and notes.
    let lines = (cx.app.group_ids(Pane::Groups).len() + 2 + notes(cx, body.width).len()) as u16;
    match cx.density {
        Density::Large => large(cx, lines, chosen.as_ref(), body, out),
        Density::Medium => {
            let [list, rest] = rows(body, [Fixed(lines.clamp(5, body.height / 2) + 1), Share(1)]);
            table(cx, list, out);
            let [cost, side] = columns(rest, [Share(63), Share(37)]);
            if let Some(chosen) = &chosen {
                chosen.cost(cx, cost, out);
                let [parts, kinds, took] = rows(side, [Fixed(chosen.parts()), Fixed(7), Share(1)]);
                chosen.mix(cx, parts, out);
                tokens::draw(cx, &chosen.group.stats, kinds, out);
                tokens::latency(cx, &chosen.group.took, took, out);
            } else {
                graphs::cost(cx, cost, out);
                outcome::draw(cx, side, out);
            }
        }
        _ => {
            let [list, rest] = rows(body, [Fixed(lines.clamp(5, body.height / 2)), Share(1)]);
            table(cx, list, out);
            match &chosen {
                Some(chosen) if cx.app.focus() == Pane::Mix => chosen.mix(cx, rest, out),
                Some(chosen) => chosen.cost(cx, rest, out),
                None => graphs::cost(cx, rest, out),
            }
        }
    }
}

fn large(cx: Cx, lines: u16, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(62), Share(38)]);
    let [list, rest] = rows(left, [Fixed(lines.clamp(8, body.height / 2) + 1), Share(1)]);
    table(cx, list, out);
    let [middle, all] = rows(rest, [Share(1), Share(1)]);
    if let Some(chosen) = chosen {
        chosen.cost(cx, middle, out);
        let sure = if chosen.group.confidence.calls() > 0 { 12 } else { 0 };
        let lengths = [Fixed(chosen.parts()), Fixed(7), Fixed(7), Fixed(sure), Share(1)];
        let [parts, kinds, took, sure, spread] = rows(right, lengths);
        shares::draw(cx, spread, out);
        chosen.mix(cx, parts, out);
        tokens::draw(cx, &chosen.group.stats, kinds, out);
        tokens::latency(cx, &chosen.group.took, took, out);
        let whose = confidence::Whose {
            name: &chosen.name,
            bins: &chosen.group.confidence,
            overrides_known: chosen.group.stats.override_known > 0,
            line: None,
        };
        if chosen.group.confidence.calls() > 0 {
            confidence::draw(cx, whose, sure, out);
        }
    } else {
        graphs::tokens(cx, middle, out);
        let [ends, spread] = rows(right, [Share(2), Share(3)]);
        outcome::draw(cx, ends, out);
        shares::draw(cx, spread, out);
        return graphs::cost(cx, all, out);
    }
    graphs::all_models(cx, all, out);
}

fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let mut notes = notes(cx, area.width);
    // Head, total, and lines enough to be a table.
    notes.truncate(usize::from(area.height.saturating_sub(4)));
    let [list, below] = rows(area, [Share(1), Fixed(notes.len() as u16)]);
    groups::table(cx, Pane::Groups, Form::Full, area, list, out);
    for (at, note) in (0..).zip(notes) {
        out.left(cx.ink, cx.ink.text(Role::Muted, note), layout::inset(layout::row(below, at), 1, 0));
    }
}

/// The group under the cursor.
struct Chosen<'a> {
    by: GroupBy,
    name: String,
    group: &'a Group,
}

impl<'a> Chosen<'a> {
    /// `None` where there is none, and for days, users and others that are only summed: their costs are not kept by
    /// time, and an empty graph would say that they had none.
    fn of(cx: Cx<'a>) -> Option<Self> {
        let row = cx.app.current_group(Pane::Groups)?;
        let grouping = cx.app.grouping(Pane::Groups);
        match (row, grouping) {
            (GroupRow::Named(group), Grouping::By(by @ (GroupBy::Model | GroupBy::Provider | GroupBy::Route))) => {
                Some(Self { by, name: groups::label(cx, grouping, row), group })
            }
            _ => None,
        }
    }

    fn cost(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let [graph, facts] = rows(area, [Share(1), Fixed(u16::from(area.height >= 10))]);
        let title = format!("{}, cost per {}", self.name, cx.app.board.series.step_words());
        graphs::group_cost(cx, &title, self.by, self.group, graph, out);
        let row = layout::inset(facts, 2, 0);
        out.left(cx.ink, self.facts(cx, row.width), row);
    }

    /// What the table has no room for, as much as there is room for here.
    fn facts(&self, cx: Cx, width: u16) -> Line<'static> {
        let stats = &self.group.stats;
        let took = |q: f64| numbers::duration(self.group.took.at(q));
        let all = stats.tokens.input + stats.tokens.cache_read + stats.tokens.cache_write;
        let ratio = crate::figures::stats::ratio(stats.tokens.output, all);
        let mut spans = Vec::new();
        for (name, number) in [
            ("p50", took(0.5)),
            ("p95", took(0.95)),
            ("p99", took(0.99)),
            ("out/in", numbers::percent(ratio)),
            ("$/call", numbers::money_places(stats.cost_per_call(), 4)),
            ("confidence", numbers::confidence(stats.avg_confidence())),
        ] {
            let used: usize = spans.iter().map(ratatui::text::Span::width).sum();
            let fits = used + name.len() + 1 + number.len() <= usize::from(width);
            if fits && number != numbers::UNKNOWN {
                spans.push(cx.ink.text(Role::Muted, format!("{name} ")));
                spans.extend(cx.ink.number(Role::Text, &number));
                spans.push("   ".into());
            }
        }
        Line::from(spans)
    }

    /// Rows for what its calls are made of.
    fn parts(&self) -> u16 {
        (self.group.mix.sorted().len() as u16).saturating_add(2).clamp(4, 10)
    }

    fn mix(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        mix::draw(cx, self.by, &self.name, self.group, area, out);
    }
}
