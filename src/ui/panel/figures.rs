//! The headline: how much, of what, and is it normal? Each figure has a place of its own, so that none moves when
//! another grows.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::figures::Board;
use crate::model::Usd;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::layout::Density;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// A number, what it is, and how it is.
struct Figure {
    number: String,
    /// The same in a second currency.
    also: Option<String>,
    name: &'static str,
    role: Role,
}

pub fn draw(cx: Cx, row: Rect, out: &mut Canvas) {
    let row = Rect { x: row.x + 2, width: row.width.saturating_sub(3), ..row };
    let all = figures(cx);
    // The least important are last; a place is as wide as its figure can get.
    let places = all.iter().map(place);
    let mut fitting = 0;
    let mut used = 0;
    for place in places.clone() {
        // The blanks behind the last one are needed for nothing.
        if used + place > usize::from(row.width) + GAP {
            break;
        }
        used += place;
        fitting += 1;
    }
    let spare = usize::from(row.width).saturating_sub(used) / fitting.max(1);
    let mut x = row.x;
    for (figure, place) in all.iter().zip(places).take(fitting) {
        let width = (place + spare.min(12)) as u16;
        let area = Rect { x, width: width.min(row.right().saturating_sub(x)), ..row };
        out.left(cx.ink, words(cx, figure), area);
        x += width;
    }
}

/// Blanks behind a figure.
const GAP: usize = 2;

/// Cells for the number and its name with room to grow, and blanks.
fn place(figure: &Figure) -> usize {
    let number = match figure.name {
        "" | "cost" | EQUIVALENT => 7,
        "calls" => 5,
        "p50" | "p95" | "tok" => 5,
        _ => 4,
    };
    let name =
        [figure.also.as_deref().unwrap_or(""), figure.name].map(line::width).into_iter().filter(|cells| *cells > 0);
    number.max(line::width(&figure.number)) + name.map(|cells| cells + 1).sum::<usize>() + GAP
}

fn words(cx: Cx, figure: &Figure) -> Line<'static> {
    let mut spans: Vec<Span> = Vec::new();
    let name = cx.ink.text(Role::Muted, figure.name);
    if figure.name.starts_with('p') || figure.number.starts_with("not ") {
        spans.extend([name, Span::raw(" ")]);
        spans.extend(cx.ink.number(figure.role, &figure.number));
    } else {
        spans.extend(cx.ink.number(figure.role, &figure.number));
        if let Some(also) = &figure.also {
            spans.extend([Span::raw(" "), cx.ink.text(Role::Text, also.clone())]);
        }
        spans.extend([Span::raw(" "), name]);
    }
    Line::from(spans)
}

fn figures(cx: Cx) -> Vec<Figure> {
    let board = &cx.app.board;
    let total = &board.total;
    let known = |name: &'static str, number: String| Figure { number, also: None, name, role: Role::Strong };
    let currency = cx.app.currency.as_ref().filter(|_| total.priced > 0);
    let also = currency.map(|currency| numbers::foreign(currency, total.cost));
    let name = match cost_name(board) {
        // An amount says by itself that it is one; a narrow line has no cell to spare.
        "cost" if also.is_some() && cx.density < Density::Medium => "",
        name => name,
    };
    // How many calls have no price is said where there is room; that some have none, everywhere.
    let more = if total.unpriced > 0 && total.priced > 0 { numbers::UNPRICED } else { "" };
    let mut all = vec![Figure { also, ..known(name, format!("{}{more}", cost(board))) }];
    if let Some(part) = equivalent_part(board) {
        all.push(known(EQUIVALENT, format!("of it {}", numbers::money(part))));
    }
    all.extend([
        known(if total.calls == 1 { "call" } else { "calls" }, numbers::grouped(total.calls)),
        known("tok", numbers::tokens((total.tokens.calls > 0).then_some(total.tokens.total))),
        Figure { role: alarm(total.error_rate(), 0.02, 0.05), ..known("err", numbers::percent(total.error_rate())) },
        known("p95", numbers::duration(board.took.at(0.95))),
    ]);
    let rate = total.override_rate();
    all.push(match rate {
        None => Figure { role: Role::Muted, ..known("override", "not logged".to_owned()) },
        Some(_) => Figure { role: alarm(rate, 0.10, 0.25), ..known("override", numbers::percent(rate)) },
    });
    all.push(known("p50", numbers::duration(board.took.at(0.5))));
    all.push(known("cache hit", numbers::percent_whole(total.cache_share())));
    if total.unpriced > 0 {
        all.push(Figure { role: Role::Warn, ..known("unpriced", numbers::grouped(total.unpriced)) });
    }
    if total.routing.calls > 0 {
        all.push(known("saved by routing", numbers::money(total.routing.saved())));
    }
    if !total.mixes_scales() {
        all.push(known("confidence", numbers::confidence(total.avg_confidence())));
    }
    let per_call = total.cost_per_call();
    all.push(known("a call", numbers::money(per_call)));
    all
}

/// What the API would have charged, where a subscription may have paid.
pub const EQUIVALENT: &str = "API-equivalent";

/// `cost`, or what it is where none of it was billed by the token.
pub fn cost_name(board: &Board) -> &'static str {
    let total = &board.total;
    if total.cost > Usd::ZERO && total.cost == total.api_equivalent { EQUIVALENT } else { "cost" }
}

/// What the API would have charged of the cost, where the rest of it was billed by the token.
pub fn equivalent_part(board: &Board) -> Option<Usd> {
    let total = &board.total;
    (!total.api_equivalent.is_zero() && total.api_equivalent != total.cost).then_some(total.api_equivalent)
}

/// With `~` where a part of it is estimated.
pub fn cost(board: &Board) -> String {
    let total = &board.total;
    let about = if total.estimated.is_zero() { "" } else { "~" };
    format!("{about}{}", numbers::money((total.priced > 0 || total.calls == 0).then_some(total.cost)))
}

/// Strong while all is well.
pub fn alarm(rate: Option<f64>, warn: f64, bad: f64) -> Role {
    match rate {
        Some(rate) if rate >= bad => Role::Bad,
        Some(rate) if rate >= warn => Role::Warn,
        None => Role::Muted,
        Some(_) => Role::Strong,
    }
}
