//! How much, and is it normal?
//!
//! ```text
//!  $3.41 cost   412 calls   1.20M tok   1.5% err   p95 11.9s   9.1% override
//! ╭─ budgets ─────────────────────────────── only where any is configured ─╮
//! ╰──────────────────────────────────────────────────────────────────────╯
//! ╭─ cost per minute ───────────────────────╮╭─ latency p95 ─────────────╮
//! ╰─────────────────────────────────────────╯╰───────────────────────────╯
//! ╭─ models ──────────────╮╭─ confidence ─────╮╭─ routes ────────────────╮
//! ╰───────────────────────╯╰──────────────────╯╰─────────────────────────╯
//! ╭─ outcome ───────────╮╭─ latest calls ────────────────── ▼ following ─╮
//! ╰─────────────────────╯╰───────────────────────────────────────────────╯
//! ```

use ratatui::layout::Rect;

use crate::app::{Pane, Show};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::panel::groups::Form;
use crate::ui::panel::{burn, calls, confidence, days, figures, findings, graphs, groups, heat, outcome, shares};

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let strip = burn::height(cx, cx.is_tall(body));
    // What matters most of what the rules find, where there is a line for it and no room for all of them.
    let said = cx.density == Density::Medium && cx.app.alerts_in(Show::New).next().is_some();
    let [head, strip, rest, news] = rows(body, [Fixed(1), Fixed(strip), Share(1), Fixed(u16::from(said))]);
    figures::draw(cx, head, out);
    burn::draw(cx, strip, out);
    findings::headline(cx, news, out);
    if cx.app.zoomed {
        return pane(cx, cx.app.focus(), rest, out);
    }
    match cx.density {
        Density::Large => large(cx, rest, out),
        Density::Medium => medium(cx, rest, out),
        _ if cx.is_tall(body) => tall(cx, rest, out),
        _ => small(cx, rest, out),
    }
}

fn pane(cx: Cx, which: Pane, area: Rect, out: &mut Canvas) {
    let wide = area.width >= 90;
    match which {
        // Whose figures these are is best seen over time.
        Pane::Cost | Pane::Figures => graphs::cost(cx, area, out),
        Pane::Latency => graphs::latency(cx, area, out),
        Pane::Heat => heat::draw(cx, area, out),
        Pane::Burn => burn::draw(cx, area, out),
        Pane::Findings => findings::boxed(cx, area, out),
        Pane::Confidence => confidence::draw(cx, confidence::everyone(cx), area, out),
        Pane::Routes => groups::boxed(cx, Pane::Routes, if wide { Form::Trust } else { Form::TrustBrief }, area, out),
        Pane::Groups => {
            let form = match area.width {
                0..56 => Form::Bars,
                56..120 => Form::Brief,
                _ if cx.app.zoomed => Form::Full,
                _ => Form::Brief,
            };
            groups::boxed(cx, Pane::Groups, form, area, out);
        }
        _ => calls::boxed(
            cx,
            "latest calls",
            if cx.app.zoomed || area.width >= 96 { calls::Form::Full } else { calls::Form::Brief },
            area,
            out,
        ),
    }
}

/// The first of these that has the focus, or the first.
fn focused(cx: Cx, panes: &[Pane]) -> Pane {
    let focus = cx.app.focus();
    if panes.contains(&focus) { focus } else { panes[0] }
}

fn small(cx: Cx, area: Rect, out: &mut Canvas) {
    let top = focused(cx, &[Pane::Cost, Pane::Latency, Pane::Heat]);
    let right = focused(cx, &[Pane::Confidence, Pane::Routes]);
    // Ten bins need a pane of their own height; it takes that of the calls while one looks at them.
    let bins = cx.app.focus() == Pane::Confidence;
    let graph = (area.height * 2 / 5).clamp(5, 12);
    let [graph, pair, list] = if bins {
        rows(area, [Share(1), Fixed(12), Fixed(0)])
    } else {
        rows(area, [Fixed(graph), Fixed((area.height - graph) / 2), Share(1)])
    };
    pane(cx, top, graph, out);
    let [left, side] = columns(pair, [Share(9), Share(7)]);
    pane(cx, Pane::Groups, left, out);
    pane(cx, right, side, out);
    if !bins {
        // Of the budgets only the worst has a line of its own.
        pane(cx, focused(cx, &[Pane::Calls, Pane::Findings, Pane::Burn]), list, out);
    }
}

/// A narrow half of a split screen: panes stack, and the focused one takes more.
fn tall(cx: Cx, area: Rect, out: &mut Canvas) {
    let focus = cx.app.focus();
    let graph = focused(cx, &[Pane::Cost, Pane::Latency, Pane::Heat]);
    let list = focused(cx, &[Pane::Calls, Pane::Findings]);
    let shown = [graph, Pane::Groups, Pane::Confidence, Pane::Routes, list];
    let areas = rows(area, shown.map(|pane| Share(if pane == focus { 10 } else { 6 })));
    for (which, area) in shown.into_iter().zip(areas) {
        pane(cx, which, area, out);
    }
}

fn medium(cx: Cx, area: Rect, out: &mut Canvas) {
    let [top, middle, bottom] = rows(area, [Share(1), Fixed(12), Share(1)]);
    let [cost, latency] = columns(top, [Share(63), Share(37)]);
    pane(cx, Pane::Cost, cost, out);
    pane(cx, if cx.app.wants_heat() { Pane::Heat } else { Pane::Latency }, latency, out);
    let [models, bins, routes] = columns(middle, [Share(58), Share(32), Share(30)]);
    pane(cx, Pane::Groups, models, out);
    pane(cx, Pane::Confidence, bins, out);
    pane(cx, Pane::Routes, routes, out);
    if days::are_known(cx) {
        let [side, ends, list] = columns(bottom, [Share(28), Share(24), Share(48)]);
        days::draw(cx, side, out);
        outcome::draw(cx, ends, out);
        return pane(cx, focused(cx, &[Pane::Calls, Pane::Findings]), list, out);
    }
    let [ends, list] = columns(bottom, [Share(36), Share(64)]);
    outcome::draw(cx, ends, out);
    pane(cx, focused(cx, &[Pane::Calls, Pane::Findings]), list, out);
}

fn large(cx: Cx, area: Rect, out: &mut Canvas) {
    // Head and total of the models; ten bins.
    let middle = (cx.app.group_ids(Pane::Groups).len() as u16).saturating_add(4).clamp(12, (area.height / 3).max(12));
    let [top, middle, bottom] = rows(area, [Share(1), Fixed(middle), Share(1)]);
    // The strip has a place of its own, where there is anything to show in it.
    let strip = if cx.app.heat_of().is_some() { 29 } else { 0 };
    let [cost, strip, side] = columns(top, [Share(62 - strip / 2), Share(strip), Share(38 - strip / 2)]);
    pane(cx, Pane::Cost, cost, out);
    if strip.width > 0 {
        pane(cx, Pane::Heat, strip, out);
    }
    let [tokens, latency] = rows(side, [Share(1), Share(1)]);
    graphs::tokens(cx, tokens, out);
    pane(cx, Pane::Latency, latency, out);
    let [models, bins, routes] = columns(middle, [Share(46), Share(27), Share(27)]);
    pane(cx, Pane::Groups, models, out);
    pane(cx, Pane::Confidence, bins, out);
    pane(cx, Pane::Routes, routes, out);
    let [list, alerts, ends] = columns(bottom, [Share(48), Share(30), Share(22)]);
    pane(cx, Pane::Calls, list, out);
    // Frame and head; as long as few rules find anything, who costs stands under them.
    let lines = (cx.app.len(Pane::Findings) as u16).saturating_add(3).max(5);
    let [alerts, spread] = if lines + 7 <= alerts.height {
        rows(alerts, [Fixed(lines), Share(1)])
    } else {
        rows(alerts, [Share(1), Fixed(0)])
    };
    pane(cx, Pane::Findings, alerts, out);
    if spread.height > 0 {
        shares::draw(cx, spread, out);
    }
    if days::are_known(cx) {
        let [ends, trend] = rows(ends, [Share(1), Share(1)]);
        outcome::draw(cx, ends, out);
        days::draw(cx, trend, out);
    } else {
        outcome::draw(cx, ends, out);
    }
}
