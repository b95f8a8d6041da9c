//! What a call was: names, times, how it ended, and where it is written.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::{Pane, Payload, SoFar};
use crate::model::{Dim, Status, Usd, clean};
use crate::store::Row;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

const NAME: usize = 11;

pub fn draw(cx: Cx, row: Row, area: Rect, out: &mut Canvas) {
    let words =
        Words::new("summary").details(if cx.is_small() { Line::default() } else { Line::from(verdict(cx, row)) });
    let inner = pane::padded(frame::draw(cx, Some(Pane::Summary), words, area, out));
    let two = inner.width >= 66;
    let room = usize::from(if two { inner.width / 2 } else { inner.width }).saturating_sub(NAME + 1);
    let facts = facts(cx, row, room);
    let height = usize::from(inner.height);
    let (long, short): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| two && is_long(fact));
    let pairs = if two { short.len().div_ceil(2) } else { short.len() };
    let rows = pairs + long.len();
    let top = cx.app.place().cursor(Pane::Summary).nth.min(rows.saturating_sub(height));
    for at in top..rows.min(top + height) {
        let place = layout::row(inner, (at - top) as u16);
        // First what nobody should miss.
        let Some(at) = at.checked_sub(long.len()) else {
            fact(cx, &long[at], place, out);
            continue;
        };
        if two {
            let half = place.width / 2;
            fact(cx, &short[at], Rect { width: half.saturating_sub(1), ..place }, out);
            if let Some(second) = short.get(at + pairs) {
                fact(cx, second, Rect { x: place.x + half, width: place.width - half, ..place }, out);
            }
        } else {
            fact(cx, &short[at], place, out);
        }
    }
    out.place(Pane::Summary, area, inner, top, rows);
}

/// Rows that the facts need in so many columns of text.
pub fn rows(cx: Cx, row: Row, width: u16) -> usize {
    let facts = facts(cx, row, usize::from(width));
    let long = facts.iter().filter(|fact| is_long(fact)).count();
    // A frame and its margins take four.
    if width >= 70 { (facts.len() - long).div_ceil(2) + long } else { facts.len() }
}

/// What is worth a line of its own where facts stand two in one: how a call failed, and what to beware of.
fn is_long((name, _): &Fact) -> bool {
    matches!(*name, "error" | "caution")
}

/// `✓ ok  4.3s`, `✗ rate_limit  0.3s`.
pub fn verdict(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let mut spans = super::calls::status(cx, row);
    if row.status() == Status::Success {
        spans.insert(0, cx.ink.text(Role::Good, format!("{} ok ", cx.ink.glyphs.ok)));
    }
    spans.push(Span::raw("  "));
    spans.extend(cx.ink.number(Role::Strong, &format!("{}{}", row.about(), numbers::duration(row.took()))));
    spans
}

type Fact = (&'static str, Vec<Span<'static>>);

fn fact(cx: Cx, (name, value): &Fact, place: Rect, out: &mut Canvas) {
    let mut spans = vec![cx.ink.text(Role::Muted, format!("{name:<NAME$}"))];
    spans.extend(value.iter().cloned());
    out.left(cx.ink, Line::from(spans), place);
}

/// `room` is for what is cut in its middle.
fn facts(cx: Cx, row: Row, room: usize) -> Vec<Fact> {
    let ink = cx.ink;
    let text = |text: String| vec![ink.text(Role::Text, text)];
    let unknown = || numbers::UNKNOWN.to_owned();
    let name = |dim: Dim| cx.name(row, dim).map_or_else(unknown, Cow::into_owned);
    let mut model = vec![ink.text(Role::Strong, name(Dim::Model))];
    if let Some(asked) = cx.name(row, Dim::Requested).filter(|asked| Some(asked.as_ref()) != row.model()) {
        model.push(ink.text(Role::Muted, format!("  asked for {asked}")));
    } else if let Some(title) = cx.name(row, Dim::ModelName).filter(|title| Some(title.as_ref()) != row.model()) {
        model.push(ink.text(Role::Muted, format!("  {title}")));
    }
    let mut list: Vec<Fact> = vec![("model", model)];
    if row.name(Dim::Provider).is_some() {
        list.push(("provider", text(name(Dim::Provider))));
    }
    list.push(("when", when(cx, row, room)));
    list.push(("route", text(name(Dim::Route))));
    list.push(("confidence", confidence(cx, row)));
    for (label, dim) in [
        ("user", Dim::User),
        ("session", Dim::Session),
        ("project", Dim::Project),
        ("agent", Dim::Agent),
        ("use case", Dim::UseCase),
        ("endpoint", Dim::Endpoint),
    ] {
        if row.name(dim).is_some() {
            let mut words = text(name(dim));
            if let Some(so_far) = cx.app.so_far().filter(|_| dim == Dim::Session) {
                let id = name(dim);
                let so_far = in_session(so_far, room.saturating_sub(line::width(&id).min(12)));
                let id = line::fit_middle(&id, room.saturating_sub(so_far.len()), ink.glyphs.ellipsis);
                words = vec![ink.text(Role::Text, id.into_owned()), ink.text(Role::Muted, so_far)];
            }
            list.push((label, words));
        }
    }
    if row.status() == Status::Pending {
        let since = row.at().local().format("%H:%M:%S");
        let open = ink.text(Role::Text, format!("open since {since}"));
        list.push(("outcome", vec![ink.text(Role::Info, format!("{} ", ink.glyphs.low)), open]));
    }
    if row.status() == Status::Error {
        let mut words = vec![ink.text(Role::Bad, name(Dim::ErrorType))];
        if let Some(message) = row.name(Dim::ErrorMessage) {
            words.push(ink.text(Role::Text, format!("  {}", cx.private(message))));
        }
        list.push(("error", words));
    }
    list.extend(same(cx, row));
    let usage = row.usage();
    let cached = usage.cache_read.and_then(|read| crate::figures::stats::ratio(read.into(), usage.prompt()));
    let total = numbers::tokens(usage.total());
    let mut tokens = ink.number(Role::Text, &total);
    if cached.is_some() {
        tokens.push(ink.text(Role::Muted, format!("  {} from cache", numbers::percent_whole(cached))));
    }
    if let Some(thought) = usage.reasoning.filter(|thought| *thought > 0) {
        tokens.push(ink.text(Role::Muted, format!("  {} thought", numbers::tokens(Some(thought)))));
    }
    match usage.web_searches {
        0 => {}
        1 => tokens.push(ink.text(Role::Muted, "  1 web search")),
        several => tokens.push(ink.text(Role::Muted, format!("  {several} web searches"))),
    }
    list.push(("tokens", tokens));
    if let Some(Payload::Ready(transcript)) = cx.app.payload()
        && let Some(caution) = transcript.caution
    {
        list.push(("caution", vec![ink.text(Role::Warn, caution)]));
    }
    if let Some(baseline) = row.baseline() {
        let mut words = ink.number(Role::Text, &numbers::money(baseline));
        if let Some(saved) = row.saved() {
            let word = if saved < Usd::ZERO { "more than that" } else { "saved" };
            words.push(ink.text(Role::Muted, format!("  {} {word}", numbers::money(Usd(saved.0.abs())))));
        }
        list.push(("baseline", words));
    }
    if let Some(patterns) = row.name(Dim::Patterns).filter(|patterns| *patterns != "[]") {
        list.push(("patterns", text(cx.private(&words_of(patterns)))));
    }
    if let Some(length) = row.prompt_length() {
        let unit = ink.text(Role::Muted, " characters");
        list.push(("prompt", vec![ink.text(Role::Text, numbers::grouped(length)), unit]));
    }
    if !row.preview().is_empty() {
        list.push(("begins", text(cx.private(row.preview()))));
    }
    list.push(("id", text(if cx.app.masked { cx.private("") } else { clean::line(&row.id()).into_owned() })));
    list.push(("source", text(place_of(cx, row, room))));
    if !row.twins().is_empty() {
        let twins: Vec<String> =
            row.twins().iter().map(|twin| clean::line(cx.app.store.label_of(twin.source)).into_owned()).collect();
        list.push(("also in", text(twins.join(", "))));
    }
    let alike: Vec<Row> = cx.app.alike().iter().filter_map(|row| cx.app.store.get(*row)).collect();
    if let Some(first) = alike.first() {
        let more = if alike.len() > 1 { format!(" and {} more", alike.len() - 1) } else { String::new() };
        let words = format!("{}{more}", place_of(cx, *first, room.saturating_sub(more.len())));
        list.push(("maybe also", vec![cx.ink.text(Role::Warn, words)]));
    }
    list
}

/// The calls before and after it that asked the very same: a retry, where the first of two failed.
fn same(cx: Cx, row: Row) -> Vec<Fact> {
    let [before, after] = cx.app.same().map(|same| same.and_then(|same| cx.app.store.get(same)));
    let fact = |other: Row, names: [&'static str; 2], first: Row, way: &str| {
        let name = names[usize::from(first.status() != Status::Error)];
        let apart = u64::try_from((other.at().0 - row.at().0).abs()).unwrap_or_default();
        let mut words = cx.ink.number(Role::Text, &numbers::duration(Some(apart * 1_000_000)));
        words.push(cx.ink.text(Role::Muted, format!(" {way}  ")));
        words.extend(match other.status() {
            Status::Success => vec![cx.ink.text(Role::Good, format!("{} ok", cx.ink.glyphs.ok))],
            _ => super::calls::status(cx, other),
        });
        (name, words)
    };
    let before = before.map(|other| fact(other, ["retry of", "repeats"], other, "before"));
    let after = after.map(|other| fact(other, ["retried", "repeated"], row, "after"));
    before.into_iter().chain(after).collect()
}

/// To the minute, and whose it is, where the record has none.
fn when(cx: Cx, row: Row, room: usize) -> Vec<Span<'static>> {
    let local = row.at().local();
    if !row.is_undated() {
        return vec![cx.ink.text(Role::Text, local.format("%Y-%m-%d %H:%M:%S%.3f").to_string())];
    }
    let about = local.format("~%Y-%m-%d %H:%M").to_string();
    let whose = ["  its file's: not logged", "  file's"];
    let whose = if about.len() + whose[0].len() <= room { whose[0] } else { whose[1] };
    vec![cx.ink.text(Role::Text, about), cx.ink.text(Role::Muted, whose)]
}

/// `, 12th of 31, $0.31 so far`, with a `?` where a price is unknown, and less of it where there is no room.
fn in_session(so_far: SoFar, room: usize) -> String {
    if so_far.of == 1 {
        return ", its only call".to_owned();
    }
    let place = format!(", {} of {}", ordinal(so_far.nth), numbers::grouped(so_far.of));
    let unknown = if so_far.is_short { "?" } else { "" };
    let cost = format!("{place}, {}{unknown}", numbers::money(so_far.cost));
    let whole = format!("{cost} so far");
    [whole, cost].into_iter().find(|words| words.len() <= room).unwrap_or(place)
}

/// `1st`, `12th`, `1,203rd`.
fn ordinal(nth: u64) -> String {
    let ending = match (nth % 100, nth % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{}{ending}", numbers::grouped(nth))
}

fn confidence(cx: Cx, row: Row) -> Vec<Span<'static>> {
    let mut spans = vec![cx.ink.text(Role::Text, numbers::confidence(row.confidence()))];
    let (role, words) = match row.overridden() {
        Some(true) => (Role::Warn, "overridden"),
        Some(false) => (Role::Muted, "kept"),
        None => (Role::Muted, "override not logged"),
    };
    spans.push(cx.ink.text(role, format!("  {words}")));
    spans
}

/// `logs/a.jsonl, byte 48,212`, `app.db:calls, row 90,114`.
fn place_of(cx: Cx, row: Row, room: usize) -> String {
    let label = clean::line(row.source_label()).into_owned();
    let unit = if cx.app.store.table_of(row.source()).is_some() { "row" } else { "byte" };
    let at = format!(", {unit} {}", numbers::grouped(row.span().at));
    // The name matters more than the place in it.
    let at = if room >= at.len() + 20 { at } else { String::new() };
    let label = line::fit_middle(&label, room.saturating_sub(at.len()), cx.ink.glyphs.ellipsis).into_owned();
    label + &at
}

/// `["delivery","refund"]` as words; what is no list of texts stays as it is logged.
fn words_of(patterns: &str) -> String {
    serde_json::from_str::<Vec<String>>(patterns).map_or_else(|_| patterns.to_owned(), |words| words.join(", "))
}
