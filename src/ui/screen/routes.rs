//! Can the router be trusted? Routes by how often they are overruled, and for the one under the cursor how sure the
//! router was and whether it was right to be. Where logs tell nothing of that: outcome, latency and cost.

use ratatui::layout::Rect;

use crate::app::{GroupRow, Pane};
use crate::figures::Group;
use crate::figures::GroupBy;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::panel::frame::{self, Words};
use crate::ui::panel::groups::{self, Form};
use crate::ui::panel::{confidence, graphs, mix, outcome, thresholds, tokens};
use crate::ui::part::pane;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let chosen = Chosen::of(cx);
    if cx.app.zoomed {
        return match (cx.app.focus(), &chosen) {
            (Pane::Confidence, Some(chosen)) => chosen.trust(cx, body, out),
            (Pane::Cost, Some(chosen)) => chosen.cost(cx, body, out),
            _ => table(cx, body, out),
        };
    }
    match cx.density {
        Density::Large => large(cx, chosen.as_ref(), body, out),
        Density::Medium => medium(cx, chosen.as_ref(), body, out),
        _ if cx.is_tall(body) => stacked(cx, chosen.as_ref(), body, out),
        _ => small(cx, chosen.as_ref(), body, out),
    }
}

fn small(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(1), Share(1)]);
    let [list, time] = rows(left, [Share(1), Fixed(body.height * 2 / 5)]);
    table(cx, list, out);
    match chosen {
        Some(chosen) if cx.app.focus() == Pane::Cost => chosen.cost(cx, time, out),
        _ => graphs::overrides(cx, time, out),
    }
    if let Some(chosen) = chosen {
        chosen.trust(cx, right, out);
    }
}

fn stacked(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [list, sure, time] = rows(body, [Share(4), Fixed(20), Share(3)]);
    table(cx, list, out);
    if let Some(chosen) = chosen {
        chosen.trust(cx, sure, out);
        if cx.app.focus() == Pane::Cost {
            return chosen.cost(cx, time, out);
        }
    }
    graphs::overrides(cx, time, out);
}

fn medium(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(1), Share(1)]);
    let [list, time, cost] = rows(left, [Share(4), Share(3), Share(3)]);
    table(cx, list, out);
    graphs::overrides(cx, time, out);
    let Some(chosen) = chosen else { return };
    chosen.cost(cx, cost, out);
    let [sure, parts] = rows(right, [Share(1), Fixed(10)]);
    chosen.trust(cx, sure, out);
    chosen.mix(cx, parts, out);
}

fn large(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, middle, right] = columns(body, [Share(36), Share(34), Share(30)]);
    let [list, time, cost] = rows(left, [Share(4), Share(3), Share(3)]);
    table(cx, list, out);
    graphs::overrides(cx, time, out);
    let Some(chosen) = chosen else { return };
    chosen.cost(cx, cost, out);
    let [sure, took] = rows(middle, [Share(1), Fixed(7)]);
    chosen.trust(cx, sure, out);
    tokens::latency(cx, &chosen.group.took, took, out);
    let [parts, kinds, ends] = rows(right, [Share(1), Fixed(8), Share(1)]);
    chosen.mix(cx, parts, out);
    tokens::draw(cx, &chosen.group.stats, kinds, out);
    outcome::draw(cx, ends, out);
}

fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let form = if area.width >= 66 { Form::Trust } else { Form::TrustBrief };
    groups::boxed(cx, Pane::Routes, form, area, out);
}

/// The route under the cursor.
struct Chosen<'a> {
    name: String,
    group: &'a Group,
}

impl<'a> Chosen<'a> {
    fn of(cx: Cx<'a>) -> Option<Self> {
        match cx.app.current_group(Pane::Routes)? {
            GroupRow::Named(group) => {
                Some(Self { name: cx.label(GroupBy::Route, cx.app.store.label(group.name)), group })
            }
            GroupRow::Day(..) => None,
        }
    }

    fn cost(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let title = format!("{}, cost per {}", self.name, cx.app.board.series.step_words());
        graphs::group_cost(cx, &title, self.group, Pane::Cost, area, out);
    }

    fn mix(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        mix::draw(cx, GroupBy::Route, &self.name, self.group, area, out);
    }

    /// The bins, and under them what a threshold would do.
    fn trust(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let known = self.group.stats.override_known > 0;
        let whose = confidence::Whose { name: &self.name, bins: &self.group.confidence, overrides_known: known };
        if self.group.confidence.calls() == 0 {
            return self.plain(cx, area, out);
        }
        if area.height < 15 || !known {
            return confidence::draw(cx, whose, area, out);
        }
        let words = Words::new(format!("{}: confidence", self.name)).details(confidence::legend(cx, whose, area.width));
        let inner = pane::padded(frame::draw(cx, Some(Pane::Confidence), words, area, out));
        let used = confidence::body(cx, whose, area, Rect { height: 10, ..inner }, out);
        let rest = Rect { y: inner.y + used + 1, height: inner.height.saturating_sub(used + 1), ..inner };
        thresholds::draw(cx, &self.group.confidence, self.group.stats.avg_confidence(), rest, out);
    }

    /// No log tells how sure the router was: how its calls went instead.
    fn plain(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let [note, took, kinds] = rows(area, [Fixed(3), Share(1), Share(1)]);
        let words = Words::new(format!("{}: confidence", self.name));
        let inner = frame::draw(cx, Some(Pane::Confidence), words, note, out);
        graphs::nothing(cx, "no log tells how sure the router was", Pane::Confidence, note, inner, out);
        tokens::latency(cx, &self.group.took, took, out);
        tokens::draw(cx, &self.group.stats, kinds, out);
    }
}
