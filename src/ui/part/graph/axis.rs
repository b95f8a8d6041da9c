//! What stands beside and below a graph: three values on the left, round times along the bottom.

use chrono::{Offset, TimeDelta};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE};
use crate::ui::ink::Ink;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// A label below a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where on the time axis, 0 its start and 1 its end.
    pub at: f64,
    pub label: String,
}

/// Labels at round local times, as many as stand apart in so many columns: `12:00` within two days, then `Nov 23`, then `Nov 2026`.
pub fn ticks(start: Stamp, end: Stamp, columns: u16) -> Vec<Tick> {
    const STEPS: [i64; 22] = [
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY,
        30 * DAY,
        90 * DAY,
        180 * DAY,
        365 * DAY,
        2 * 365 * DAY,
        5 * 365 * DAY,
        20 * 365 * DAY,
    ];
    // A label is six cells at most; thrice that leaves air.
    let most = i64::from(columns / 18).max(1);
    let span = end.0.saturating_sub(start.0);
    let least = if span > 2 * DAY { DAY } else { MINUTE };
    let Some(step) = STEPS.into_iter().find(|step| *step >= least && span / step <= most) else { return Vec::new() };
    if span <= 0 {
        return Vec::new();
    }
    let offset = i64::from(end.local().offset().fix().local_minus_utc()) * 1_000;
    let first = (start.0 + offset + step - 1).div_euclid(step) * step - offset;
    let after = (end.0 - first).div_euclid(step);
    (0..=after)
        .map(|n| first + n * step)
        .map(|at| Tick { at: (at - start.0) as f64 / span as f64, label: label(Stamp(at), step) })
        .collect()
}

fn label(at: Stamp, step: i64) -> String {
    let format = match step {
        _ if step < DAY => "%H:%M",
        // Beyond a year a day says little without one.
        _ if step < 90 * DAY => "%b %e",
        _ => "%b %Y",
    };
    // Where the clocks change inside the window, a day begins an hour off; some hours later its date is sure.
    let shown = if step < DAY { at.local() } else { at.local() + TimeDelta::hours(6) };
    shown.format(format).to_string()
}

/// From so many rows on, quarters are written too.
const ROWS_FOR_QUARTERS: u16 = 16;

/// Columns that the values on the left of so many rows need, the blank beside them included.
pub fn gutter(label: &dyn Fn(f64) -> String, top: f64, rows: u16) -> u16 {
    let all = [top, top / 2.0, 0.0, top * 0.75, top / 4.0];
    let shown = if rows >= ROWS_FOR_QUARTERS { 5 } else { 3 };
    let widest = all.into_iter().take(shown).map(|value| line::width(&label(value))).max();
    widest.unwrap_or(0) as u16 + 1
}

/// Writes the greatest value beside the first row, zero beside the last and, in five rows or more, half between; the
/// quarters where the rows are many.
pub fn draw_values(ink: Ink, label: &dyn Fn(f64) -> String, top: f64, area: Rect, buf: &mut Buffer) {
    let last = area.height - 1;
    let middle = (area.height >= 5).then_some((area.height / 2, top / 2.0));
    let quarters = (area.height >= ROWS_FOR_QUARTERS)
        .then(|| [(area.height / 4, top * 0.75), (area.height * 3 / 4, top / 4.0)])
        .into_iter()
        .flatten();
    for (row, value) in [(0, top), (last, 0.0)].into_iter().chain(middle).chain(quarters) {
        let text = label(value);
        let width = line::width(&text) as u16;
        let x = area.right().saturating_sub(width + 1).max(area.x);
        buf.set_stringn(x, area.y + row, text, usize::from(area.width), ink.style(Role::Muted));
    }
}

/// Writes each label under its time, those that would touch the one before left out.
pub fn draw_times(ink: Ink, ticks: &[Tick], row: Rect, buf: &mut Buffer) {
    let mut free = row.x;
    for tick in ticks {
        let width = line::width(&tick.label) as u16;
        if width > row.width {
            continue;
        }
        let under = row.x + (tick.at.clamp(0.0, 1.0) * f64::from(row.width.saturating_sub(1))).round() as u16;
        let x = under.saturating_sub(width / 2).clamp(row.x, row.right() - width);
        if x >= free {
            buf.set_string(x, row.y, &tick.label, ink.style(Role::Muted));
            free = x + width + 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_at_round_times_and_apart() {
        let end = Stamp(1_764_000_271_000);
        for (span, columns, most, least) in
            [(HOUR, 80, 4, 3), (HOUR, 40, 2, 1), (DAY, 80, 4, 3), (7 * DAY, 120, 7, 3), (30 * DAY, 60, 5, 1)]
        {
            let ticks = ticks(end.minus(span), end, columns);
            assert!((least..=most + 1).contains(&ticks.len()), "{span} {columns} {ticks:?}");
            assert!(ticks.iter().all(|tick| (0.0..=1.0).contains(&tick.at)));
            assert!(ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
        let hour = ticks(end.minus(HOUR), end, 80);
        assert!(hour.iter().all(|tick| tick.label.ends_with('0') || tick.label.ends_with('5')), "{hour:?}");
    }

    #[test]
    fn no_time_has_no_labels() {
        assert!(ticks(Stamp(5), Stamp(5), 80).is_empty());
        assert!(ticks(Stamp(50), Stamp(5), 80).is_empty());
        assert!(ticks(Stamp(0), Stamp(i64::MAX / 4), 80).is_empty());
    }
}
