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
use crate::ui::panel::{confidence, graphs, mix, outcome, shares, thresholds, tokens};
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
        _ => overrides(cx, chosen, time, out),
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
    overrides(cx, chosen, time, out);
}

fn medium(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(1), Share(1)]);
    let [list, time, cost] = rows(left, [Share(4), Share(3), Share(3)]);
    table(cx, list, out);
    overrides(cx, chosen, time, out);
    let Some(chosen) = chosen else { return };
    chosen.cost(cx, cost, out);
    // Bins and thresholds take all there is; what they leave is for the latency.
    if cx.app.board.confidence.calls() == 0 || right.height < chosen.parts() + 7 + 22 {
        let [sure, parts] = rows(right, [Share(1), Fixed(chosen.parts())]);
        chosen.trust(cx, sure, out);
        return chosen.mix(cx, parts, out);
    }
    let [sure, took, parts] = rows(right, [Share(1), Fixed(7), Fixed(chosen.parts())]);
    chosen.trust(cx, sure, out);
    tokens::latency(cx, &chosen.group.took, took, out);
    chosen.mix(cx, parts, out);
}

fn large(cx: Cx, chosen: Option<&Chosen>, body: Rect, out: &mut Canvas) {
    let [left, middle, right] = columns(body, [Share(36), Share(34), Share(30)]);
    let lines = (cx.app.group_ids(Pane::Routes).len() as u16).saturating_add(4).clamp(8, body.height / 2);
    let [list, time, cost] = rows(left, [Fixed(lines), Share(1), Share(1)]);
    table(cx, list, out);
    overrides(cx, chosen, time, out);
    let Some(chosen) = chosen else { return };
    chosen.cost(cx, cost, out);
    let known = cx.app.board.confidence.calls() > 0;
    let [sure, took] = rows(middle, [Share(1), if known { Share(1) } else { Fixed(0) }]);
    let bins = if known { Rect { height: sure.height.min(23).max(sure.height / 2), ..sure } } else { sure };
    let took = Rect { y: bins.bottom(), height: if known { took.bottom() - bins.bottom() } else { 0 }, ..took };
    chosen.trust(cx, bins, out);
    let [took, seen] = rows(took, [Fixed(7), Share(1)]);
    if known {
        tokens::latency(cx, &chosen.group.took, took, out);
        graphs::latency(cx, seen, out);
    }
    let [parts, kinds, ends, spread] = rows(right, [Fixed(chosen.parts()), Fixed(7), Fixed(11), Share(1)]);
    chosen.mix(cx, parts, out);
    tokens::draw(cx, &chosen.group.stats, kinds, out);
    outcome::draw(cx, ends, out);
    shares::draw(cx, spread, out);
}

fn overrides(cx: Cx, chosen: Option<&Chosen>, area: Rect, out: &mut Canvas) {
    graphs::overrides(cx, chosen.map(|chosen| (chosen.name.as_str(), chosen.group)), area, out);
}

fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let form = if area.width >= 66 { Form::Trust } else { Form::TrustBrief };
    groups::boxed(cx, Pane::Routes, form, area, out);
}

/// The bins, and under them what a threshold would do.
fn trust_of(cx: Cx, title: &str, whose: confidence::Whose, average: Option<f64>, area: Rect, out: &mut Canvas) {
    let words = Words::new(title.to_owned()).details(confidence::legend(cx, whose, title, area.width));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Confidence), words, area, out));
    let bins = if inner.height >= 14 { Rect { height: 10, ..inner } } else { inner };
    let used = confidence::body(cx, whose, area, bins, out);
    if whose.overrides_known && inner.height > used + 1 {
        let rest = Rect { y: inner.y + used + 1, height: inner.height - used - 1, ..inner };
        thresholds::draw(cx, whose.bins, average, rest, out);
    }
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

    /// Rows for the models that serve it.
    fn parts(&self) -> u16 {
        (self.group.mix.sorted().len() as u16).saturating_add(2).clamp(4, 12)
    }

    fn mix(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        mix::draw(cx, GroupBy::Route, &self.name, self.group, area, out);
    }

    /// The bins, and under them what a threshold would do.
    fn trust(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let known = self.group.stats.override_known > 0;
        let whose = confidence::Whose { name: &self.name, bins: &self.group.confidence, overrides_known: known };
        if self.group.confidence.calls() == 0 {
            if cx.app.board.confidence.calls() == 0 {
                return self.plain(cx, area, out);
            }
            let title = format!("{} tells none; all routes: confidence", self.name);
            return trust_of(cx, &title, confidence::everyone(cx), cx.app.board.total.avg_confidence(), area, out);
        }
        let title = format!("{}: confidence", self.name);
        trust_of(cx, &title, whose, self.group.stats.avg_confidence(), area, out);
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
