//! Where a model's calls go, or which models serve a route.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use super::groups::Colours;
use crate::app::{Grouping, Pane};
use crate::figures::{Group, GroupBy, Share};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;

pub fn draw(cx: Cx, of: GroupBy, name: &str, group: &Group, area: Rect, out: &mut Canvas) {
    let (other, plural) = if of == GroupBy::Model { (GroupBy::Route, "routes") } else { (GroupBy::Model, "models") };
    let parts = group.mix.sorted();
    let title = format!("{plural} of {}", line::fit_middle(name, 24, cx.ink.glyphs.ellipsis));
    let words = Words::new(title).details(numbers::grouped(parts.len() as u64));
    let inner = pane::padded(frame::draw(cx, Some(Pane::Mix), words, area, out));
    let top = cx.app.place().cursor(Pane::Mix).nth.min(parts.len().saturating_sub(usize::from(inner.height)));
    // Models have the colours that they have elsewhere; routes have none.
    let colours = if other == GroupBy::Model { Colours::of(cx, Grouping::By(other)) } else { Colours::default() };
    let most = parts.iter().map(|part| part.calls).max().unwrap_or(0).max(1) as f64;
    let name_width = (inner.width / 3).clamp(8, 20);
    for (at, part) in parts.iter().skip(top).take(usize::from(inner.height)).enumerate() {
        let row = crate::ui::layout::row(inner, at as u16);
        let label = cx.label(other, cx.app.store.label(part.name));
        let label = line::fit_middle(&label, usize::from(name_width), cx.ink.glyphs.ellipsis).into_owned();
        let blank = usize::from(name_width).saturating_sub(line::width(&label)) + 1;
        let room = row.width.saturating_sub(name_width + 1 + 8 + 8);
        let spans = vec![
            cx.ink.text(Role::Text, label),
            Span::raw(" ".repeat(blank)),
            bars::bar(cx.ink, part.calls as f64 / most, room, colours.style(cx, Some(part.name))),
        ];
        out.left(cx.ink, spans, row);
        let calls = numbers::tokens(Some(part.calls));
        let mut right = vec![cx.ink.text(Role::Muted, format!("{calls:>6} "))];
        let cost = cost_of(part);
        right.push(Span::raw(" ".repeat(8_usize.saturating_sub(line::width(&cost)))));
        right.extend(cx.ink.number(Role::Text, &cost));
        out.right(cx.ink, Line::from(right), row);
    }
    out.place(Pane::Mix, area, inner, top, parts.len());
    if parts.is_empty() {
        graphs::hush(cx, "nothing", inner, out);
    }
}

/// `–` where no cost is known, `?` where no price is, `~` before what is estimated.
fn cost_of(part: &Share) -> String {
    match (part.priced, part.unpriced) {
        (0, 0) => numbers::UNKNOWN.to_owned(),
        (0, _) => numbers::UNPRICED.to_owned(),
        _ => format!("{}{}", if part.estimated > 0 { "~" } else { "" }, numbers::money_places(part.cost, 2)),
    }
}
