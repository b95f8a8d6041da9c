//! `F`: which providers, models, routes, agents, users and outcomes there are, how many calls each has, and which of
//! them the filter keeps.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Drawer, FacetKind, FacetValue, terms};
use crate::figures::GroupBy;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::panel::frame::{self, Words};
use crate::ui::part::{bars, line, scroll};
use crate::ui::theme::Role;
use crate::ui::{layout, panel};

/// A line of the drawer: a heading, or a value and its place among all.
enum Entry<'d> {
    Heading(FacetKind, usize),
    Value(FacetKind, &'d FacetValue, usize),
}

pub fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let Some(drawer) = &cx.app.drawer else { return };
    let width = (body.width * 2 / 5).clamp(38, 56).min(body.width);
    let area = Rect { x: body.right() - width, width, ..body };
    let hints = Line::from(cx.hint("check", "check"));
    let inner = frame::card(cx, Words::new("filter").details(hints), area, out);
    let entries = entries(drawer);
    let height = usize::from(inner.height);
    let here = entries.iter().position(|entry| matches!(entry, Entry::Value(.., nth) if *nth == drawer.nth));
    // The heading above the first value is seen with it.
    let near = here.map(|here| if drawer.nth == 0 { 0 } else { here });
    let top = scroll::top(here.map_or(0, |here| here.saturating_sub(height / 2)), near, entries.len(), height);
    let most = drawer.facets.iter().flat_map(|facet| &facet.values).map(|value| value.calls).max().unwrap_or(0);
    for (at, entry) in entries.iter().skip(top).take(height).enumerate() {
        let row = layout::row(inner, at as u16);
        match entry {
            Entry::Heading(kind, more) => {
                let mut spans = vec![cx.ink.text(Role::Title, kind.title())];
                if *more > 0 {
                    spans.push(cx.ink.text(Role::Muted, format!("  and {} more", numbers::grouped(*more as u64))));
                }
                out.left(cx.ink, spans, row);
            }
            Entry::Value(kind, value, nth) => {
                value_row(cx, *kind, value, most, row, out);
                out.click(row, Action::Pick(*nth));
                if *nth == drawer.nth {
                    cx.ink.select(row, out.buf);
                }
            }
        }
    }
    let bar = Rect { x: area.right() - 1, width: 1, y: inner.y, height: inner.height };
    scroll::bar(cx.ink, top, height, entries.len(), bar, out.buf);
    if entries.is_empty() {
        panel::graphs::hush(cx, "nothing to choose among yet", inner, out);
    }
}

fn entries(drawer: &Drawer) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut nth = 0;
    for facet in &drawer.facets {
        entries.push(Entry::Heading(facet.kind, facet.more));
        for value in &facet.values {
            entries.push(Entry::Value(facet.kind, value, nth));
            nth += 1;
        }
    }
    entries
}

/// `[✓] @slow-opus  model:opus took>8s`: it stands for the whole filter.
fn saved_row(cx: Cx, value: &FacetValue, row: Rect, out: &mut Canvas) {
    let text = cx.app.saved.iter().find(|saved| saved.name == value.label).map_or("", |saved| saved.text.as_str());
    let terms: Vec<String> = terms(text).iter().map(|term| cx.term(term)).collect();
    let mark = if value.on { format!("[{}] ", cx.ink.glyphs.ok) } else { "[ ] ".to_owned() };
    let (role, name) = if value.on { (Role::Good, Role::Strong) } else { (Role::Muted, Role::Text) };
    let spans = vec![
        cx.ink.text(role, mark),
        cx.ink.text(name, format!("@{}  ", value.label)),
        cx.ink.text(Role::Muted, terms.join(" ")),
    ];
    out.left(cx.ink, spans, row);
}

/// ` ✓ gpt-5   ██████   1,204`.
fn value_row(cx: Cx, kind: FacetKind, value: &FacetValue, most: u64, row: Rect, out: &mut Canvas) {
    let name = match kind {
        FacetKind::User => cx.label(GroupBy::User, &value.label),
        _ => cx.open(&value.label).into_owned(),
    };
    if kind == FacetKind::Saved {
        return saved_row(cx, value, row, out);
    }
    let room = usize::from(row.width / 2);
    let name = line::fit_middle(&name, room, cx.ink.glyphs.ellipsis).into_owned();
    let blank = room.saturating_sub(line::width(&name)) + 1;
    let mark = if value.on { format!("[{}] ", cx.ink.glyphs.ok) } else { "[ ] ".to_owned() };
    let role = if value.on { Role::Good } else { Role::Muted };
    let bar = row.width.saturating_sub(room as u16 + 5 + 9);
    let share = if most > 0 { value.calls as f64 / most as f64 } else { 0.0 };
    let spans = vec![
        cx.ink.text(role, mark),
        cx.ink.text(if value.on { Role::Strong } else { Role::Text }, name),
        Span::raw(" ".repeat(blank)),
        bars::bar(cx.ink, share, bar, cx.ink.style(Role::Info)),
    ];
    out.left(cx.ink, spans, row);
    out.right(cx.ink, cx.ink.text(Role::Text, numbers::grouped(value.calls)), row);
}
