//! Why this much? One call: what it was, its bill, its request, response and record. Side by side where there is room
//! and nobody wants them one by one, else section by section.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::state;
use crate::app::{Action, Pane, Payload, Screen};
use crate::store::Row;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout;
use crate::ui::layout::Length::{Fixed, Share};
use crate::ui::layout::{Density, columns, rows};
use crate::ui::numbers;
use crate::ui::panel::{bill, speech, summary, timeline};
use crate::ui::theme::Role;

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let Some(row) = cx.app.place().row.and_then(|row| cx.app.store.get(row)) else {
        return state::card(cx, "call", &["this call is no longer known"], body, out);
    };
    let focus = cx.app.focus();
    if cx.app.zoomed {
        return section(cx, row, focus, body, out);
    }
    match cx.density {
        Density::Large if !cx.app.one_by_one => large(cx, row, body, out),
        Density::Medium if !cx.app.one_by_one => medium(cx, row, body, out),
        _ => {
            let [tabs, rest] = rows(body, [Fixed(1), Share(1)]);
            sections(cx, row, tabs, out);
            section(cx, row, focus, rest, out);
        }
    }
}

/// `[Summary]  Request  Response  Raw      ✓ ok  4.3s`.
fn sections(cx: Cx, row: Row, line: Rect, out: &mut Canvas) {
    let line = layout::inset(line, 1, 0);
    let taken = out.right(cx.ink, Line::from(summary::verdict(cx, row)), line);
    let mut room = Rect { width: line.width.saturating_sub(taken), ..line };
    for pane in Screen::Call.panes().iter().filter(|pane| **pane != Pane::Twins || cx.app.has_twins()) {
        let here = cx.app.focus() == *pane;
        let (open, close) = if here { ("[", "]") } else { (" ", " ") };
        let role = if here { Role::Focus } else { Role::Muted };
        let width = out.left(cx.ink, cx.ink.text(role, format!("{open}{}{close}", pane.name())), room);
        out.click(Rect { width, ..room }, Action::Pane(*pane));
        let taken = (width + 1).min(room.width);
        room = Rect { x: room.x + taken, width: room.width - taken, ..room };
    }
}

fn section(cx: Cx, row: Row, pane: Pane, area: Rect, out: &mut Canvas) {
    match pane {
        Pane::Summary => stack(cx, row, area, out),
        pane => text(cx, row, pane, area, out),
    }
}

/// Summary, bill and time one below the other; what has no room waits behind scrolling.
fn stack(cx: Cx, row: Row, area: Rect, out: &mut Canvas) {
    let sums = (bill::rows(cx, area.width) as u16 + 2).min(area.height.saturating_sub(6));
    let facts = summary::rows(cx, row, area.width) as u16 + 2;
    let time = match area.height {
        height if height >= facts + sums + 5 => 5,
        height if height >= sums + 12 => 4,
        _ => 0,
    };
    let [what, cost, spent] = rows(area, [Share(1), Fixed(sums), Fixed(time)]);
    summary::draw(cx, row, what, out);
    bill::draw(cx, cost, out);
    if time > 0 {
        timeline::draw(cx, row, spent, out);
    }
}

fn text(cx: Cx, row: Row, pane: Pane, area: Rect, out: &mut Canvas) {
    let usage = row.usage();
    let details = match pane {
        Pane::Request if usage.has_parts() => format!("{} tok", numbers::grouped(usage.prompt())),
        Pane::Response => usage.output.map(|count| format!("{} tok", numbers::grouped(count))).unwrap_or_default(),
        Pane::Raw => crate::model::clean::line(row.source_label()).into_owned(),
        Pane::Twins => cx.app.payload().map(others).unwrap_or_default(),
        _ => String::new(),
    };
    speech::draw(cx, pane, &details, area, out);
}

/// How many there are.
fn others(payload: &Payload) -> String {
    match payload {
        Payload::Ready(transcript) if transcript.others.len() > 1 => format!("{} records", transcript.others.len()),
        _ => String::new(),
    }
}

fn medium(cx: Cx, row: Row, body: Rect, out: &mut Canvas) {
    let facts = (summary::rows(cx, row, body.width / 2).max(bill::rows(cx, body.width / 2)) as u16 + 2)
        .clamp(8, body.height / 2);
    let [top, texts, time] = rows(body, [Fixed(facts), Share(1), Fixed(5)]);
    let [what, cost] = columns(top, [Share(1), Share(1)]);
    summary::draw(cx, row, what, out);
    bill::draw(cx, cost, out);
    if cx.app.focus() == Pane::Twins || cx.app.focus() == Pane::Raw && cx.app.has_twins() {
        both(cx, row, columns(texts, [Share(1), Share(1)]), out);
    } else if cx.app.focus() == Pane::Raw {
        text(cx, row, Pane::Raw, texts, out);
    } else {
        let [request, response] = columns(texts, [Share(1), Share(1)]);
        text(cx, row, Pane::Request, request, out);
        text(cx, row, Pane::Response, response, out);
    }
    timeline::draw(cx, row, time, out);
}

/// The record beside what others tell of the call.
fn both(cx: Cx, row: Row, [left, right]: [Rect; 2], out: &mut Canvas) {
    text(cx, row, Pane::Raw, left, out);
    text(cx, row, Pane::Twins, right, out);
}

fn large(cx: Cx, row: Row, body: Rect, out: &mut Canvas) {
    let [left, middle, right] = columns(body, [Fixed(62), Share(1), Share(1)]);
    let sums = (bill::rows(cx, left.width) as u16 + 2).min(left.height / 2);
    let facts = (summary::rows(cx, row, left.width) as u16 + 2).min(left.height - sums);
    let [what, cost, time, record] = rows(left, [Fixed(facts), Fixed(sums), Fixed(5), Share(1)]);
    summary::draw(cx, row, what, out);
    bill::draw(cx, cost, out);
    timeline::draw(cx, row, time, out);
    if cx.app.focus() == Pane::Twins {
        return both(cx, row, [middle, right], out);
    }
    let room = record.height >= 6;
    if room {
        text(cx, row, Pane::Raw, record, out);
    }
    text(cx, row, Pane::Request, middle, out);
    let hidden = !room && cx.app.focus() == Pane::Raw;
    text(cx, row, if hidden { Pane::Raw } else { Pane::Response }, right, out);
}
