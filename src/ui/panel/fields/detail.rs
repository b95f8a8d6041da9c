//! One field in full: the values of a name on either side, or two distributions on one scale.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{name, styles};
use crate::app::Pane;
use crate::figures::Differ;
use crate::figures::differ::{Difference, Field, Named, Sides};
use crate::figures::stats::ratio;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::panel::frame::{self, Words};
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

pub fn draw(cx: Cx, differ: &Differ, area: Rect, out: &mut Canvas) {
    let Some(found) = differ.fields.get(cx.app.place().cursor(Pane::Fields).nth) else { return };
    let details = match found.range {
        Some((low, high)) => format!("{} to {}", numbers::points(low), numbers::points(high)),
        None => String::new(),
    };
    let words = Words::new(found.field.word()).details(details).foot(why(found));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    match &found.sides {
        Sides::Names { values, known } => names(cx, found.field, values, *known, inner, out),
        Sides::Numbers { .. } => distributions(cx, found, inner, out),
    }
}

/// What is to be thought of the difference.
fn why(found: &Difference) -> &'static str {
    if found.by_construction {
        "the selection is made of it"
    } else if found.is_sure() {
        "hardly chance"
    } else {
        "may be chance"
    }
}

/// `billing  71% ████████▌   12% █▌`.
fn names(cx: Cx, field: Field, values: &[Named], known: [u64; 2], area: Rect, out: &mut Canvas) {
    let label_width = (area.width / 3).clamp(6, 24);
    let bar = area.width.saturating_sub(label_width + 13) / 2;
    let styles = styles(cx, false);
    for (at, value) in values.iter().take(usize::from(area.height)).enumerate() {
        let label = name(cx, field, &value.label);
        let label = line::fit_middle(&label, usize::from(label_width), cx.ink.glyphs.ellipsis).into_owned();
        let blank = usize::from(label_width).saturating_sub(line::width(&label));
        let mut spans = vec![cx.ink.text(Role::Text, label), Span::raw(" ".repeat(blank))];
        for side in 0..2 {
            let share = ratio(value.calls[side], known[side]);
            let text = numbers::percent_whole(share);
            spans.push(Span::raw(" ".repeat(5_usize.saturating_sub(line::width(&text)))));
            spans.extend(cx.ink.number(Role::Text, &text));
            spans.push(Span::raw(" "));
            spans.push(bars::bar(cx.ink, share.unwrap_or(0.0), bar, styles[side]));
        }
        out.left(cx.ink, spans, layout::row(area, at as u16));
    }
}

/// One above the other, on one scale: how the shares of each lie over the values.
fn distributions(cx: Cx, found: &Difference, area: Rect, out: &mut Canvas) {
    let Sides::Numbers { medians, known, bins, ends, cut, beyond } = &found.sides else { return };
    let text = |value: u64| crate::figures::differ::measured(found.field, value);
    let shares = shares(bins, area.width);
    let most = shares.iter().flatten().copied().fold(0.0, f64::max);
    // A line of words each, one of the scale, and one of the cut.
    let height = (area.height.saturating_sub(4) / 2).clamp(1, 10);
    let styles = styles(cx, false);
    let mut y = 0;
    for (side, whose) in ["these", "the rest"].into_iter().enumerate() {
        let words = vec![
            cx.ink.text(Role::Muted, format!("{whose:<9}median ")),
            cx.ink.text(Role::Strong, text(medians[side])),
            cx.ink.text(Role::Muted, format!("   {} calls", numbers::grouped(known[side]))),
        ];
        out.left(cx.ink, words, layout::row(area, y));
        y += 1;
        for level in (0..height).rev() {
            let cells = shares.iter().map(|share| {
                let whole = f64::from(height) * share[side] / most.max(f64::MIN_POSITIVE);
                self::height(cx, (whole - f64::from(level)).clamp(0.0, 1.0), 1.0)
            });
            let row = layout::row(area, y);
            out.left(cx.ink, Span::styled(cells.collect::<String>(), styles[side]), row);
            y += 1;
        }
    }
    let scale = Rect { width: shares.len() as u16, ..layout::row(area, y) };
    out.left(cx.ink, cx.ink.text(Role::Muted, text(ends[0])), scale);
    out.right(cx.ink, cx.ink.text(Role::Muted, text(ends[1])), scale);
    let share = |side: usize| numbers::percent_whole(ratio(beyond[side], known[side]));
    let words = vec![
        cx.ink.text(Role::Muted, "from "),
        cx.ink.text(Role::Text, text(*cut)),
        cx.ink.text(Role::Muted, " on "),
        cx.ink.text(Role::Strong, share(0)),
        cx.ink.text(Role::Muted, " these, "),
        cx.ink.text(Role::Strong, share(1)),
        cx.ink.text(Role::Muted, " the rest"),
    ];
    out.left(cx.ink, Line::from(words), layout::row(area, y + 1));
}

/// The share of each side in each of as many cells as there is room for: bins are put together or drawn wider.
pub fn shares(bins: &[[u64; 2]], width: u16) -> Vec<[f64; 2]> {
    let all = bins.iter().fold([0, 0], |sum, bin| [sum[0] + bin[0], sum[1] + bin[1]]);
    let share = |bin: [u64; 2]| [0, 1].map(|side| ratio(bin[side], all[side]).unwrap_or(0.0));
    let (many, width) = (bins.len(), usize::from(width));
    if width >= many {
        return (0..width).map(|at| share(bins[at * many / width])).collect();
    }
    let cell = |at: usize| &bins[at * many / width..((at + 1) * many / width).max(at * many / width + 1)];
    (0..width).map(|at| share(cell(at).iter().fold([0, 0], |sum, bin| [sum[0] + bin[0], sum[1] + bin[1]]))).collect()
}

/// A cell filled to a share of `most`; something is at least the lowest.
pub fn height(cx: Cx, share: f64, most: f64) -> &'static str {
    let steps = cx.ink.glyphs.heights;
    if share <= 0.0 || most <= 0.0 {
        return " ";
    }
    let step = (share / most * steps.len() as f64).round() as usize;
    steps[step.clamp(1, steps.len()) - 1]
}
