//! Can the router be trusted? Routes (or models) by how often they are overruled, and for the one under the cursor, or for
//! all, how sure the router was and whether it was right to be, and what a threshold would do. Where logs tell nothing of
//! that: outcome, latency and cost.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{GroupRow, Grouping, Pane};
use crate::figures::{Confidence, Group, GroupBy, Quantiles, Stats, Trust};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, row, rows};
use crate::ui::panel::frame::{self, Words};
use crate::ui::panel::groups::{self, Form};
use crate::ui::panel::{confidence, graphs, lab, mix, outcome, overrides, shares, thresholds, tokens};
use crate::ui::part::pane;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let chosen = Chosen::of(cx);
    if cx.app.zoomed {
        return match cx.app.focus() {
            Pane::Confidence => chosen.whole_lab(cx, body, out),
            Pane::Cost => chosen.cost(cx, body, out),
            Pane::Corrections => chosen.corrections(cx, body, out),
            _ => table(cx, body, out),
        };
    }
    match cx.density {
        Density::Large => large(cx, &chosen, body, out),
        Density::Medium => medium(cx, &chosen, body, out),
        _ if cx.is_tall(body) => stacked(cx, &chosen, body, out),
        _ => small(cx, &chosen, body, out),
    }
}

fn small(cx: Cx, chosen: &Chosen, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(1), Share(1)]);
    let [list, time] = rows(left, [Share(1), Fixed(body.height * 2 / 5)]);
    table(cx, list, out);
    chosen.under_the_list(cx, time, out);
    chosen.trust(cx, right, out);
}

fn stacked(cx: Cx, chosen: &Chosen, body: Rect, out: &mut Canvas) {
    let [list, sure, time] = rows(body, [Share(4), Fixed(20), Share(3)]);
    table(cx, list, out);
    chosen.trust(cx, sure, out);
    chosen.under_the_list(cx, time, out);
}

fn medium(cx: Cx, chosen: &Chosen, body: Rect, out: &mut Canvas) {
    let [left, right] = columns(body, [Share(1), Share(1)]);
    let [list, time, last] = rows(left, [Share(4), Share(3), Share(3)]);
    table(cx, list, out);
    chosen.rate(cx, time, out);
    if cx.app.focus() != Pane::Cost && cx.app.len(Pane::Corrections) > 0 {
        chosen.corrections(cx, last, out);
    } else {
        chosen.cost(cx, last, out);
    }
    let Some(trust) = chosen.trust else { return chosen.plain(cx, right, out) };
    let [sure, below] = rows(right, [Fixed(height(cx, trust, right).min(right.height - 10)), Share(1)]);
    chosen.trust(cx, sure, out);
    lab::draw(cx, &chosen.name, trust, below, out);
}

fn large(cx: Cx, chosen: &Chosen, body: Rect, out: &mut Canvas) {
    let [left, middle, right] = columns(body, [Share(37), Share(33), Share(30)]);
    let lines = (cx.app.group_ids(Pane::Routes).len() as u16).saturating_add(4).clamp(8, body.height / 2);
    let pairs = (cx.app.len(Pane::Corrections) as u16).min(8);
    let [list, time, cost, over] =
        rows(left, [Fixed(lines), Share(1), Share(1), Fixed(if pairs > 0 { pairs + 2 } else { 0 })]);
    table(cx, list, out);
    chosen.rate(cx, time, out);
    chosen.cost(cx, cost, out);
    if pairs > 0 {
        chosen.corrections(cx, over, out);
    }
    let parts = chosen.parts();
    let Some(trust) = chosen.trust else {
        chosen.plain(cx, middle, out);
        let [mixed, ends, spread] = rows(right, [Fixed(parts), Fixed(11), Share(1)]);
        chosen.mix(cx, mixed, out);
        outcome::draw(cx, ends, out);
        return shares::draw(cx, spread, out);
    };
    let bins = height(cx, trust, middle).min(middle.height * 2 / 3);
    let [sure, took, ends, seen] = rows(middle, [Fixed(bins), Fixed(7), Fixed(9), Share(1)]);
    chosen.trust(cx, sure, out);
    chosen.latency(cx, took, out);
    chosen.outcome(cx, ends, out);
    graphs::latency(cx, seen, out);
    let [below, mixed] = rows(right, [Share(1), Fixed(parts)]);
    lab::draw(cx, &chosen.name, trust, below, out);
    chosen.mix(cx, mixed, out);
}

fn table(cx: Cx, area: Rect, out: &mut Canvas) {
    let form = if area.width >= 58 { Form::Trust } else { Form::TrustBrief };
    groups::boxed(cx, Pane::Routes, form, area, out);
}

/// Rows of the bins and of what is said under them.
fn height(cx: Cx, trust: &Trust, area: Rect) -> u16 {
    let bins = cx.app.place().lab.bins.count() as u16;
    bins + thresholds::height(cx, trust, area.width.saturating_sub(4)) + 4
}

/// What is under the cursor: a route, a model, or all of them.
struct Chosen<'a> {
    name: String,
    by: GroupBy,
    /// `None` for all.
    group: Option<&'a Group>,
    stats: &'a Stats,
    took: &'a Quantiles,
    /// `None` where no log tells how sure the router was.
    trust: Option<&'a Trust>,
    bins: Confidence,
}

impl<'a> Chosen<'a> {
    fn of(cx: Cx<'a>) -> Self {
        let app = cx.app;
        let by = if let Grouping::By(by) = app.grouping(Pane::Routes) { by } else { GroupBy::Route };
        let group = app.judged_group().and_then(GroupRow::named);
        let name = match group {
            Some(group) => cx.label(by, app.store.label(group.name)),
            None => format!("all {}", app.grouping(Pane::Routes).plural()),
        };
        let (stats, took) = group.map_or((&app.board.total, &app.board.took), |group| (&group.stats, &group.took));
        let trust = app.trust();
        let bins = trust.map(Trust::bins).unwrap_or_default();
        Self { name, by, group, stats, took, trust, bins }
    }

    fn cost(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let Some(group) = self.group else { return graphs::cost(cx, area, out) };
        let title = format!("{}, cost per {}", self.name, cx.app.board.series.step_words());
        graphs::group_cost(cx, &title, self.by, group, area, out);
    }

    /// Rows for the models that serve it.
    fn parts(&self) -> u16 {
        self.group.map_or(0, |group| (group.mix.sorted().len() as u16).saturating_add(2).clamp(4, 12))
    }

    fn mix(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        if let Some(group) = self.group {
            mix::draw(cx, self.by, &self.name, group, area, out);
        }
    }

    fn rate(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        overrides::rate(cx, &self.name, self.group, area, out);
    }

    fn corrections(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        overrides::corrections(cx, &self.name, area, out);
    }

    /// Where there is room for one pane under the list, the one that has the keys.
    fn under_the_list(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        match cx.app.focus() {
            Pane::Cost => self.cost(cx, area, out),
            Pane::Corrections => self.corrections(cx, area, out),
            _ => self.rate(cx, area, out),
        }
    }

    fn latency(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        tokens::latency(cx, self.took, area, out);
    }

    fn outcome(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let title = format!("{}: outcome", self.name);
        outcome::of(cx, &title, self.stats, self.group.is_none(), area, out);
    }

    /// Whose confidence it is, where several routers say theirs.
    fn title(&self, cx: Cx, trust: &Trust) -> String {
        let scales = cx.app.verdicts().map_or(0, |verdicts| verdicts.scales.len());
        if scales < 2 {
            return format!("{}: confidence", self.name);
        }
        let nth = cx.app.verdicts().and_then(|all| all.scales.iter().position(|one| one.id == trust.id)).unwrap_or(0);
        let scale = crate::model::clean::line(&trust.scale).into_owned();
        format!("{}: {}/{scales} {scale}", self.name, nth + 1)
    }

    /// The bins, and under them what the line does.
    fn trust(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let Some(trust) = self.trust else { return self.plain(cx, area, out) };
        let whose = confidence::Whose {
            name: &self.name,
            bins: &self.bins,
            overrides_known: trust.reviewed > 0,
            line: Some(cx.app.place().lab.line()),
        };
        let title = self.title(cx, trust);
        // Where the upper border has no room for what the glyphs mean, the lower one has.
        let above = confidence::legend(cx, whose, &title, area.width);
        let below = confidence::legend(cx, whose, "", area.width);
        let is_whole = above.spans.len() == below.spans.len();
        let words = Words::new(title).details(if is_whole { above } else { Line::default() });
        let words = words.foot(if is_whole { Line::default() } else { below });
        let inner = pane::padded(frame::draw(cx, Some(Pane::Confidence), words, area, out));
        let said = thresholds::height(cx, trust, inner.width).min(inner.height / 2);
        let wanted = cx.app.place().lab.bins.count() as u16;
        // The heading, then a blank line, are the first to give way.
        let spare = inner.height.saturating_sub(wanted + said);
        let [head, bins, _, below] = rows(
            inner,
            [
                Fixed(u16::from(spare > 0)),
                Fixed(wanted.min(inner.height - said)),
                Fixed(u16::from(spare > 1)),
                Fixed(said),
            ],
        );
        if head.height > 0 {
            out.right(cx.ink, confidence::head(cx, whose, head.width), row(head, 0));
        }
        confidence::body(cx, whose, area, bins, out);
        thresholds::draw(cx, trust, below, out);
    }

    /// Bins and curves with the whole body.
    fn whole_lab(&self, cx: Cx, body: Rect, out: &mut Canvas) {
        let Some(trust) = self.trust else { return self.plain(cx, body, out) };
        let (bins, curves) = if cx.is_tall(body) {
            let [bins, curves] = rows(body, [Share(2), Share(3)]);
            (bins, curves)
        } else {
            let [bins, curves] = columns(
                body,
                [Share(if body.width < 100 { 1 } else { 2 }), Share(if body.width < 100 { 1 } else { 3 })],
            );
            (bins, curves)
        };
        self.trust(cx, bins, out);
        lab::draw(cx, &self.name, trust, curves, out);
    }

    /// No log tells how sure the router was: how its calls went instead.
    fn plain(&self, cx: Cx, area: Rect, out: &mut Canvas) {
        let kinds = if area.height > 26 { 8 } else { 0 };
        let rest = area.height.saturating_sub(3 + 9 + 7 + kinds);
        // A graph needs some height; less goes to the outcome.
        let (ends, seen) = if rest >= 7 { (9, rest) } else { (9 + rest, 0) };
        let [note, ends, took, kinds, seen] = rows(area, [Fixed(3), Fixed(ends), Fixed(7), Fixed(kinds), Fixed(seen)]);
        let words = Words::new(format!("{}: confidence", self.name));
        let inner = frame::draw(cx, Some(Pane::Confidence), words, note, out);
        graphs::nothing(cx, "no log tells how sure the router was", Pane::Confidence, note, inner, out);
        self.outcome(cx, ends, out);
        self.latency(cx, took, out);
        if kinds.height > 0 {
            tokens::draw(cx, self.stats, kinds, out);
        }
        if seen.height > 0 {
            graphs::latency(cx, seen, out);
        }
    }
}
