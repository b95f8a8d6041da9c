//! The bill as the arithmetic that it is: count × rate = amount, line by line, beside what the log says.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::app::Pane;
use crate::model::bill::differs;
use crate::model::{Bill, BillLine, Per, Status, Usd};
use crate::store::Row;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Cells of the columns: part (the least), count, rate, amount.
const PART: usize = 12;
const TOKENS: usize = 10;
const RATE: usize = 12;
const AMOUNT: usize = 12;

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let bill = cx.app.bill();
    let price = bill.and_then(|bill| bill.price.as_ref());
    let details = price.map(|price| {
        let date = price.date.as_deref().map(|date| format!(", {date}")).unwrap_or_default();
        let provider = price.provider.as_deref().map(|provider| format!("{provider} ")).unwrap_or_default();
        format!("{provider}{}{date}", price.model)
    });
    let details = details.unwrap_or_default();
    let words = Words::new("cost").details(details);
    let inner = pane::padded(frame::draw(cx, Some(Pane::Summary), words, area, out));
    for (at, words) in lines(cx, bill, inner.width).into_iter().take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
}

/// Rows that the bill needs in a pane of this width, without its frame.
pub fn rows(cx: Cx, width: u16) -> usize {
    // A frame and its margins take four.
    lines(cx, cx.app.bill(), width.saturating_sub(4)).len()
}

fn lines(cx: Cx, bill: Option<&Bill>, width: u16) -> Vec<Line<'static>> {
    let wrapped = |role: Role, words: &str| {
        let lines = line::wrap(words, usize::from(width)).into_iter();
        lines.map(move |words| Line::from(cx.ink.text(role, words))).collect::<Vec<_>>()
    };
    let row = cx.app.current_call().and_then(|row| cx.app.store.get(row));
    let Some(bill) = bill else {
        let words = match row.map(Row::status) {
            Some(Status::Pending) => "not answered yet: tokens and cost come with the answer",
            _ => "this record tells neither tokens nor a cost",
        };
        return vec![Line::from(cx.ink.text(Role::Muted, words))];
    };
    let mut lines = Vec::new();
    let part_width = bill.lines.iter().map(|part| part.part.len()).max().unwrap_or(0).max(PART);
    if bill.price.is_some() {
        lines.push(Line::from(cx.ink.text(
            Role::Muted,
            format!("{:part_width$}{:>TOKENS$}{:>RATE$}{:>AMOUNT$}", "", "tokens", "× $/Mtok", "="),
        )));
        for part in &bill.lines {
            let (role, rate, amount) = match part.price {
                Some((dollars, usd)) => (Role::Text, rate(part, dollars), numbers::money_exact(usd)),
                None => (Role::Warn, "?".to_owned(), "?".to_owned()),
            };
            lines.push(Line::from(vec![
                cx.ink.text(Role::Text, format!("{:<part_width$}", part.part)),
                cx.ink.text(Role::Text, format!("{:>TOKENS$}", numbers::grouped(part.count))),
                cx.ink.text(role, format!("{rate:>RATE$}{amount:>AMOUNT$}")),
            ]));
        }
        let rule = cx.ink.glyphs.border.horizontal.repeat(part_width + TOKENS + RATE + AMOUNT);
        lines.push(Line::from(Span::styled(rule, cx.ink.style(Role::Faint))));
        let sum = match (bill.cached, bill.estimated) {
            (true, _) => "saved by the cache",
            (false, true) => "our estimate",
            (false, false) if row.is_some_and(Row::is_api_equivalent) => "our sum, API-equivalent",
            (false, false) => "our sum",
        };
        let about = if bill.estimated { "~" } else { "" };
        lines.push(total(cx, part_width, sum, &format!("{about}{}", numbers::money_exact(bill.total))));
        foreign(cx, bill.total, width, &mut lines);
    } else {
        for words in ["? no price is known for this name:", "  its cost is left out, not guessed"] {
            lines.push(Line::from(cx.ink.text(Role::Warn, words)));
        }
        lines.extend(bill.unpriced.iter().flat_map(|why| wrapped(Role::Warn, &crate::model::clean::line(why))));
    }
    if let Some(logged) = bill.logged {
        let mut says = total(cx, part_width, "the log says", &numbers::money_exact(logged));
        if bill.price.is_some() && !bill.cached {
            says.spans.extend(verdict(cx, bill, logged));
        }
        lines.push(says);
        if bill.price.is_none() {
            foreign(cx, logged, width, &mut lines);
        }
    }
    if let Some(price) = bill.price.as_ref().filter(|price| !price.because.is_empty()) {
        let since = price.since.as_deref().map(|since| format!(" since {since}")).unwrap_or_default();
        let words = format!("{}{since}: {}", price.source, crate::model::clean::line(&price.because));
        lines.extend(wrapped(Role::Muted, &words));
    }
    if let Some(cause) = &bill.likely_cause {
        let words = format!("likely cause: {}", crate::model::clean::line(cause));
        lines.extend(wrapped(Role::Warn, &words));
    }
    lines
}

fn total(cx: Cx, part_width: usize, name: &str, amount: &str) -> Line<'static> {
    let before = part_width + TOKENS + RATE;
    let blank = AMOUNT.saturating_sub(line::width(amount));
    Line::from(vec![
        cx.ink.text(Role::Text, format!("{name:<before$}")),
        Span::raw(" ".repeat(blank)),
        cx.ink.text(Role::Strong, amount.to_owned()),
    ])
}

/// The last line's amount in a second currency: beside it where there is room, else below it.
fn foreign(cx: Cx, amount: Usd, width: u16, lines: &mut Vec<Line<'static>>) {
    let (Some(currency), Some(last)) = (&cx.app.currency, lines.last_mut()) else { return };
    let text = numbers::foreign_exact(currency, amount);
    let (before, wide) = (line::line_width(last), line::width(&text));
    if before + 2 + wide <= usize::from(width) {
        last.spans.push(cx.ink.text(Role::Text, format!("  {text}")));
    } else {
        lines.push(Line::from(cx.ink.text(Role::Text, format!("{text:>before$}"))));
    }
}

/// `✓` where log and bill agree, else `▲ ×2.00`.
fn verdict(cx: Cx, bill: &Bill, logged: Usd) -> Vec<Span<'static>> {
    if !differs(logged, bill.total) {
        return vec![cx.ink.text(Role::Good, format!(" {}", cx.ink.glyphs.ok))];
    }
    let factor = (!bill.total.is_zero()).then(|| logged.dollars() / bill.total.dollars());
    vec![cx.ink.text(Role::Warn, format!(" {} {}", cx.ink.glyphs.high, numbers::times(factor)))]
}

/// Two places, more where a rate has them; what it is for, where that is not what the column's head says.
fn rate(part: &BillLine, usd: f64) -> String {
    let text = format!("{usd:.4}");
    let point = text.find('.').unwrap_or(0) + 3;
    let per = match part.per {
        Per::MillionTokens => "",
        Per::Thousand => "/1000",
    };
    format!("{}{per}", &text[..text.trim_end_matches('0').len().max(point)])
}
