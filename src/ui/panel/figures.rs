//! The headline: how much, of what, and is it normal? Each figure has a place of its own, so that none moves when
//! another grows.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Pane};
use crate::figures::Board;
use crate::figures::past::{Change, Measure};
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
    /// What its change against the span before is of.
    measure: Option<Measure>,
}

pub fn draw(cx: Cx, row: Rect, out: &mut Canvas) {
    let whole = row;
    let row = Rect { x: row.x + 2, width: row.width.saturating_sub(3), ..row };
    let all = figures(cx);
    let room = usize::from(row.width);
    // The least important are last; a place is as wide as its figure can get.
    let places: Vec<usize> = all.iter().map(place).collect();
    let focus = cx.has_focus(Pane::Figures).then(|| cx.app.place().cursor(Pane::Figures).nth);
    let measured = |at: &usize| all[*at].measure.is_some();
    let changing: Vec<bool> = (0..all.len()).map(|at| measured(&at) && cx.app.has_past()).collect();
    let under = focus.and_then(|nth| (0..all.len()).filter(measured).nth(nth));
    let head =
        all.iter().rposition(|figure| figure.measure.is_some() || figure.name == UNPRICED).map_or(0, |at| at + 1);
    let told = |under| told(&places, &changing, head, under, room);
    // The cursor walks those that have room while none is told all about.
    let seen = (0..told(None).len()).filter(measured).count();
    let told = told(under.filter(|at| changing[*at]));
    let fitting = told.len();
    if fitting == 0 {
        return out.place(Pane::Figures, whole, row, 0, 0);
    }
    let widths: Vec<usize> = places.iter().zip(&told).map(|(place, told)| place + told.cells()).collect();
    // On a narrow line those before the cursor make room for what is said of the one under it.
    let sum = |from: usize| widths[from..=under.unwrap_or(from)].iter().sum::<usize>();
    let first = (0..=under.unwrap_or(0)).find(|from| sum(*from) <= room + GAP).unwrap_or(0);
    let used: usize = widths[first..].iter().sum();
    let spare = room.saturating_sub(used) / (fitting - first).max(1);
    let mut x = row.x;
    for at in first..fitting {
        let area = Rect { x, width: row.right().saturating_sub(x).min((widths[at] + spare.min(12)) as u16), ..row };
        if usize::from(area.width) + GAP < widths[at] {
            break;
        }
        let mut words = words(cx, &all[at]);
        words.spans.extend(told[at].words(cx, all[at].measure));
        let width = out.left(cx.ink, words, area);
        if under == Some(at) {
            cx.ink.select(Rect { width, ..area }, out.buf);
        }
        if let Told::Change | Told::Band = told[at] {
            out.click(Rect { width, ..area }, Action::Change);
        }
        x += area.width;
    }
    out.place(Pane::Figures, whole, row, 0, seen);
}

/// How many places fit, from the first one on. The blanks behind the last one are needed for nothing.
fn fitting(places: &[usize], room: usize) -> usize {
    let mut used = 0;
    let fits = |place: &&usize| {
        used += **place;
        used <= room + GAP
    };
    places.iter().take_while(fits).count()
}

/// The first so many figures come before changes, the others after them.
const MATTER: usize = 6;

/// What is said of a figure beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Nothing,
    /// How it has changed.
    Change,
    /// And by how much it usually does.
    Band,
}

impl Told {
    /// Cells with room for any change, so that nothing moves when it becomes another.
    fn cells(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Change => 7,
            Self::Band => 7 + 16,
        }
    }

    fn words(self, cx: Cx, measure: Option<Measure>) -> Vec<Span<'static>> {
        let Some((measure, change)) = measure.and_then(|of| Some((of, cx.app.change_of(of)?))) else {
            return Vec::new();
        };
        let mut spans = Vec::new();
        if self != Self::Nothing {
            spans.extend([Span::raw(" "), changed(cx, measure, &change)]);
        }
        if let Some(usual) = change.usual.filter(|_| self == Self::Band) {
            let words = format!(" (usual ±{})", amount(measure, usual));
            spans.push(cx.ink.text(Role::Muted, words));
        }
        spans
    }
}

/// A headline that is filled with what there is room for.
struct Filling<'a> {
    places: &'a [usize],
    /// Which figures can have changed.
    changing: &'a [bool],
    /// The one under the cursor, of which everything is told whatever room that leaves to the others.
    under: Option<usize>,
    told: Vec<Told>,
    /// Cells that are left.
    spare: usize,
}

impl Filling<'_> {
    /// Says that much of all figures that are there; whether there was room for it.
    fn widen(&mut self, to: Told) -> bool {
        for at in (0..self.told.len()).filter(|at| self.changing[*at] && Some(*at) != self.under) {
            let more = to.cells() - self.told[at].cells();
            if more > self.spare {
                return false;
            }
            self.spare -= more;
            self.told[at] = to;
        }
        true
    }

    /// Adds figures up to one, with their changes; whether there was room for all.
    fn add(&mut self, end: usize) -> bool {
        for at in self.told.len()..end {
            let what = if self.changing[at] && Some(at) != self.under { Told::Change } else { Told::Nothing };
            if self.places[at] + what.cells() > self.spare {
                return false;
            }
            self.spare -= self.places[at] + what.cells();
            self.told.push(what);
        }
        true
    }
}

/// What there is room to say of each figure that has room: of those that matter how they have changed; then of the others
/// up to `head`; then by how much they usually do; and last the rest.
fn told(places: &[usize], changing: &[bool], head: usize, under: Option<usize>, room: usize) -> Vec<Told> {
    let matter = fitting(&places[..places.len().min(MATTER)], room);
    let taken: usize = places[..matter].iter().sum::<usize>() + under.map_or(0, |_| Told::Band.cells());
    let (told, spare) = (vec![Told::Nothing; matter], (room + GAP).saturating_sub(taken));
    let mut line = Filling { places, changing, under, told, spare };
    let _all = line.widen(Told::Change) && line.add(head) && line.widen(Told::Band) && line.add(places.len());
    let mut told = line.told;
    if let Some(under) = under {
        told.resize(told.len().max(under + 1), Told::Nothing);
        told[under] = Told::Band;
    }
    told
}

/// `▲18%` and `▼0.4pt` where that is unusual, or nobody knows; `+3%` and `=` where it is as usual.
fn changed(cx: Cx, measure: Measure, change: &Change) -> Span<'static> {
    let size = amount(measure, change.by.abs());
    let mark = if change.is_partial { numbers::UNPRICED } else { "" };
    if size.trim_end_matches(['%', 'p', 't']) == "0" {
        return cx.ink.text(Role::Muted, format!("={mark}"));
    }
    let rises = change.by > 0.0;
    if change.is_usual() == Some(true) {
        return cx.ink.text(Role::Muted, format!("{}{size}{mark}", if rises { '+' } else { '−' }));
    }
    let role = match (change.usual, measure.is_good()) {
        (None, _) => Role::Text,
        (Some(_), None) => Role::Info,
        (Some(_), Some(good)) => [Role::Warn, Role::Good][usize::from(good == rises)],
    };
    let glyph = if rises { cx.ink.glyphs.up } else { cx.ink.glyphs.down };
    cx.ink.text(role, format!("{glyph}{size}{mark}"))
}

/// `18%`, of a share `0.4pt`; at ten times and more, `×12`.
fn amount(measure: Measure, size: f64) -> String {
    let hundredths = size * 100.0;
    match measure.is_share() {
        true if hundredths < 9.95 => format!("{hundredths:.1}pt").replace(".0pt", "pt"),
        true => format!("{hundredths:.0}pt"),
        false if size >= 9.995 => format!("×{:.0}", (size + 1.0).min(999.0)),
        false => format!("{hundredths:.0}%"),
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
    let known =
        |name: &'static str, number: String| Figure { number, also: None, name, role: Role::Strong, measure: None };
    let of = |measure, figure: Figure| Figure { measure: Some(measure), ..figure };
    let currency = cx.app.currency.as_ref().filter(|_| total.priced > 0);
    let also = currency.map(|currency| numbers::foreign(currency, total.cost));
    let name = match cost_name(board) {
        // An amount says by itself that it is one; a narrow line has no cell to spare.
        "cost" if also.is_some() && cx.density < Density::Medium => "",
        name => name,
    };
    // How many calls have no price is said where there is room; that some have none, everywhere.
    let more = if total.unpriced > 0 && total.priced > 0 { numbers::UNPRICED } else { "" };
    let mut all = vec![of(Measure::Cost, Figure { also, ..known(name, format!("{}{more}", cost(board))) })];
    if let Some(part) = equivalent_part(board) {
        all.push(known(EQUIVALENT, format!("of it {}", numbers::money(part))));
    }
    all.extend([
        of(Measure::Calls, known(if total.calls == 1 { "call" } else { "calls" }, numbers::grouped(total.calls))),
        of(Measure::Tokens, known("tok", numbers::tokens((total.tokens.calls > 0).then_some(total.tokens.total)))),
        Figure {
            role: alarm(total.error_rate(), 0.02, 0.05),
            ..of(Measure::Errors, known("err", numbers::percent(total.error_rate())))
        },
        of(Measure::P95, known("p95", numbers::duration(board.took.at(0.95)))),
    ]);
    let rate = total.override_rate();
    all.push(match rate {
        None => Figure { role: Role::Muted, ..known("override", "not logged".to_owned()) },
        Some(_) => Figure { role: alarm(rate, 0.10, 0.25), ..known("override", numbers::percent(rate)) },
    });
    if let Some(overridden) = all.last_mut() {
        overridden.measure = Some(Measure::Overrides);
    }
    all.push(of(Measure::P50, known("p50", numbers::duration(board.took.at(0.5)))));
    all.push(of(Measure::CacheHit, known("cache hit", numbers::percent_whole(total.cache_share()))));
    if total.unpriced > 0 {
        all.push(Figure { role: Role::Warn, ..known(UNPRICED, numbers::grouped(total.unpriced)) });
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

const UNPRICED: &str = "unpriced";

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
