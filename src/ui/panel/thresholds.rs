//! What the line does, in words: how many calls pass it, how many of them are wrong, and what it catches, misses and costs.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::confidence::low_high;
use crate::figures::{Cut, Trust};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::line;
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// A few words that stand on one line.
type Words = Vec<Span<'static>>;

/// Draws as much as there is room for, the line itself first.
pub fn draw(cx: Cx, trust: &Trust, area: Rect, out: &mut Canvas) {
    for (at, words) in lines(cx, trust, area.width).into_iter().take(usize::from(area.height)).enumerate() {
        out.left(cx.ink, words, layout::row(area, at as u16));
    }
}

/// Rows that all of it takes.
pub fn height(cx: Cx, trust: &Trust, width: u16) -> u16 {
    lines(cx, trust, width).len() as u16
}

fn lines(cx: Cx, trust: &Trust, width: u16) -> Vec<Line<'static>> {
    if trust.judged() == 0 {
        let words = format!("the outcome of none of {} calls is known", numbers::grouped(trust.calls()));
        return flow(vec![vec![cx.ink.text(Role::Muted, words)]], width);
    }
    let cut = trust.cut(cx.app.place().lab.line());
    let mut lines = flow(first(cx, &cut, width), width);
    lines.extend(flow(second(cx, trust, &cut), width));
    lines.extend(flow(verdict(cx, trust), width));
    lines
}

/// Chunks side by side, two blanks between them, broken where the next does not fit.
fn flow(chunks: Vec<Words>, width: u16) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    for chunk in chunks {
        let chunk = Line::from(chunk);
        match lines.last_mut() {
            Some(last) if line::line_width(last) + 2 + line::line_width(&chunk) <= usize::from(width) => {
                last.spans.push(Span::raw("  "));
                last.spans.extend(chunk.spans);
            }
            _ => lines.push(chunk),
        }
    }
    lines
}

fn chunk(cx: Cx, name: &str, number: &str) -> Words {
    let mut words = vec![cx.ink.text(Role::Muted, format!("{name} "))];
    words.extend(cx.ink.number(Role::Strong, number));
    words
}

/// `τ .82  auto 71%  wrong among auto 2.1% (1–3)  human 29%`.
fn first(cx: Cx, cut: &Cut, width: u16) -> Vec<Words> {
    let wrong = cut.wrong();
    let mut among = chunk(cx, "wrong among auto", &numbers::percent(wrong.map(|rate| rate.rate)));
    if let Some(rate) = wrong {
        among.push(cx.ink.text(Role::Muted, format!(" {}", low_high(rate))));
    }
    let line = vec![cx.ink.text(Role::Key, "τ "), cx.ink.text(Role::Strong, numbers::confidence(cut.threshold()))];
    let auto = chunk(cx, "auto", &numbers::percent_whole(cut.auto_share()));
    let human = chunk(cx, "human", &numbers::percent_whole(cut.sent_share()));
    // Where it is broken anyway, the short ones first.
    if width < 60 { vec![line, auto, human, among] } else { vec![line, auto, among, human] }
}

/// What lies under the line, what it catches, and what it costs.
fn second(cx: Cx, trust: &Trust, cut: &Cut) -> Vec<Words> {
    let cost = match cut.sent.known_cost() {
        Some(usd) => numbers::money(usd),
        None => numbers::UNKNOWN.to_owned(),
    };
    let mut under = chunk(cx, "under it", &numbers::grouped(cut.sent.calls()));
    under.push(cx.ink.text(Role::Muted, if cut.sent.calls() == 1 { " settled call, " } else { " settled calls, " }));
    under.push(cx.ink.text(Role::Text, cost));
    let caught = |name: &str, caught: u64, missed: u64, share: Option<f64>| {
        let mut words = chunk(cx, "caught", &numbers::grouped(caught));
        words.push(cx.ink.text(Role::Muted, format!(" of {} {name}", numbers::grouped(caught + missed))));
        if share.is_some() {
            words.push(cx.ink.text(Role::Muted, format!(" ({})", numbers::percent_whole(share))));
        }
        words
    };
    let mut chunks = vec![under];
    if trust.reviewed > 0 {
        chunks.push(caught("overrides", cut.sent.overridden, cut.auto.overridden, cut.caught_overrides()));
    } else {
        chunks.push(vec![cx.ink.text(Role::Muted, "overrides not logged")]);
    }
    chunks.push(caught("failures", cut.sent.failed(), cut.auto.failed(), cut.caught_failures()));
    let stakes = &cx.app.stakes;
    if stakes.are_known() {
        chunks.push(chunk(cx, "in all", &numbers::money(stakes.cost(cut))));
    }
    chunks
}

/// How it ranks, how sure it is, and of how many calls that is said.
fn verdict(cx: Cx, trust: &Trust) -> Vec<Words> {
    let mut chunks: Vec<Words> = match trust.words() {
        Some([ranks, sure]) => {
            vec![vec![cx.ink.text(Role::Text, format!("{ranks};"))], vec![cx.ink.text(Role::Text, sure)]]
        }
        None => vec![vec![cx.ink.text(Role::Muted, "too few outcomes for a verdict")]],
    };
    let (judged, calls) = (numbers::grouped(trust.judged()), numbers::grouped(trust.calls()));
    let known = numbers::percent_whole(trust.coverage());
    chunks.push(vec![cx.ink.text(Role::Muted, format!("outcomes known {judged} of {calls} ({known})"))]);
    chunks
}
