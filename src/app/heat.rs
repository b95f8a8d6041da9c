//! The heat strip: whether it is shown and of what, the figures it is drawn from, and a cursor over time and values.
//!
//! Which steps and bins share a cell depends on the room, and is asked of the figures with what the last frame had. The
//! cursor itself stands on a step and a bin, so that it stays where it is while the strip is drawn larger or smaller.

use std::ops::Range;

use super::{App, Pane, Screen, Side, Step, ToastKind};
use crate::figures::heat::{Area, part_at};
use crate::figures::{Heat, Quantity};

/// How a place looks at the strip.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Strip {
    /// Whether it stands in the place of the latency graph, or above the list of calls.
    pub shown: bool,
    /// What was chosen; until then the first that is told.
    of: Option<Quantity>,
    /// The bin under the cursor; until it is moved, the one in the middle of the column's calls.
    bin: Option<usize>,
}

/// The figures, and the fold of the board whose steps they follow.
#[derive(Debug)]
pub struct Made {
    fold: u64,
    pub it: Heat,
}

impl App {
    /// The figures of the strip, while a pane shows it.
    pub fn heat(&self) -> Option<&Heat> {
        self.heat.as_ref().map(|made| &made.it)
    }

    /// What the strip measures: as chosen, else the first that is told. `None` where no call tells any.
    pub fn heat_of(&self) -> Option<Quantity> {
        let chosen = self.place().strip.of.filter(|of| self.tells(*of));
        chosen.or_else(|| Quantity::ALL.into_iter().find(|of| self.tells(*of)))
    }

    fn tells(&self, of: Quantity) -> bool {
        let total = &self.board.total;
        match of {
            Quantity::Latency => self.board.took.count() > 0,
            Quantity::Cost => total.priced > 0,
            Quantity::Tokens => total.tokens.calls > 0,
            Quantity::Confidence => total.confident > 0,
        }
    }

    /// Whether the strip is to stand in the place of something else.
    pub fn wants_heat(&self) -> bool {
        let place = self.place();
        place.screen.panes().contains(&Pane::Heat) && (place.strip.shown || place.focus == Pane::Heat)
    }

    /// Whether the screen has a strip: asked for, or, as the last frame told, in a place of its own.
    pub fn shows_heat(&self) -> bool {
        self.wants_heat() || self.screen() == Screen::Overview && self.shown.pane(Pane::Heat).is_some()
    }

    /// Goes to the strip; from it, back to what stands there without it.
    pub(super) fn toggle_heat(&mut self) {
        let here = self.focus() == Pane::Heat;
        let place = self.place_mut();
        place.strip.shown = !here;
        place.focus = match (here, place.screen) {
            (false, _) => Pane::Heat,
            (true, Screen::Calls) => Pane::Calls,
            (true, _) => Pane::Latency,
        };
        self.zoomed &= !here;
    }

    /// Measures the next quantity that is told.
    pub(super) fn next_quantity(&mut self) {
        let told: Vec<Quantity> = Quantity::ALL.into_iter().filter(|of| self.tells(*of)).collect();
        let here = told.iter().position(|of| Some(*of) == self.heat_of()).unwrap_or(0);
        match told.get((here + 1) % told.len().max(1)).copied() {
            Some(next) if told.len() > 1 => {
                self.drop_brush();
                let strip = &mut self.place_mut().strip;
                (strip.of, strip.bin) = (Some(next), None);
                self.say(ToastKind::Done, format!("heat of {}", next.word()));
            }
            _ => self.refuse("no log tells more than this: latency, cost, tokens or confidence"),
        }
    }

    /// Folds the figures anew where the board was, and lets them go when nothing shows them.
    pub(super) fn refresh_heat(&mut self) {
        let fold = self.lists.fold;
        let Some(of) = self.heat_of().filter(|_| self.shows_heat()) else {
            self.heat = None;
            return;
        };
        if self.heat.as_ref().is_none_or(|made| made.fold != fold || made.it.of != of) {
            let it = Heat::fold(&self.store, self.board.scope.clone(), of, &self.board.series);
            self.heat = Some(Made { fold, it });
        }
    }

    /// The rows that the last frame had, the lowest first.
    fn heat_rows(&self) -> Vec<Range<usize>> {
        let room = self.shown.pane(Pane::Heat).map_or(20, |shown| shown.len);
        self.heat().map_or_else(Vec::new, |heat| heat.rows(room))
    }

    /// The columns that it had, the earliest first.
    fn heat_columns(&self) -> Vec<Range<usize>> {
        self.heat().map_or_else(Vec::new, |heat| heat.columns(self.shown.width(Pane::Heat)))
    }

    /// The bin under the cursor.
    pub(super) fn heat_bin(&self) -> usize {
        let step = self.place().cursor(Pane::Heat).nth;
        let middle = || {
            let heat = self.heat().filter(|heat| step < heat.steps())?;
            heat.quantile(step..step + 1, 0.5).or_else(|| heat.quantile_of_all(0.5))
        };
        self.place().strip.bin.or_else(middle).unwrap_or(0)
    }

    /// The cells from one step and bin to another, whichever is the earlier and the lower, as far as they are drawn
    /// together with others.
    pub(super) fn heat_area_of(&self, steps: [usize; 2], bins: [usize; 2]) -> Option<Area> {
        let (columns, rows) = (self.heat_columns(), self.heat_rows());
        let column = |step: usize| columns.iter().find(|column| step < column.end).or(columns.last());
        let row = |bin: usize| rows.iter().find(|row| bin < row.end).or(rows.last());
        let span = |from: &Range<usize>, to: &Range<usize>| from.start.min(to.start)..from.end.max(to.end);
        let steps = span(column(steps[0])?, column(steps[1])?);
        Some(Area { steps, bins: span(row(bins[0])?, row(bins[1])?) })
    }

    /// The cell under the cursor, or the box that is being drawn.
    pub fn heat_area(&self) -> Option<Area> {
        let (step, bin) = (self.place().cursor(Pane::Heat).nth, self.heat_bin());
        match self.brush_corner(Pane::Heat) {
            Some((nth, other)) => self.heat_area_of([nth, step], [other, bin]),
            None => self.heat_area_of([step, step], [bin, bin]),
        }
    }

    /// The cursor to other values.
    pub(super) fn step_value(&mut self, step: Step) {
        let rows = self.heat_rows();
        let bin = self.heat_bin();
        let here = rows.iter().position(|row| bin < row.end).unwrap_or(rows.len().saturating_sub(1));
        let (half, last) = ((rows.len() / 4).max(1), rows.len().saturating_sub(1));
        let to = match step {
            Step::Up => here + 1,
            Step::Down => here.saturating_sub(1),
            Step::HalfUp | Step::PageUp => here + half,
            Step::HalfDown | Step::PageDown => here.saturating_sub(half),
            Step::First => last,
            Step::Last => 0,
        };
        if let Some(row) = rows.get(to.min(last)) {
            self.place_mut().strip.bin = Some(row.start);
        }
    }

    /// The cursor to the column beside it.
    pub(super) fn step_time(&mut self, side: Side) {
        let columns = self.heat_columns();
        let nth = self.place().cursor(Pane::Heat).nth;
        let here = columns.iter().position(|column| nth < column.end).unwrap_or(columns.len().saturating_sub(1));
        let to = if side == Side::Left { here.saturating_sub(1) } else { here + 1 };
        if let Some(column) = columns.get(to.min(columns.len().saturating_sub(1))) {
            self.put_cursor(Pane::Heat, column.end - 1);
        }
    }

    /// The cursor to the cell that lies there.
    pub(super) fn point_at_heat(&mut self, x: u16, y: u16) {
        let Some(shown) = self.shown.pane(Pane::Heat) else { return };
        let (lines, room) = (shown.lines, shown.len);
        let across = usize::from(x.saturating_sub(lines.x));
        let above = usize::from((lines.y + lines.height).saturating_sub(y + 1));
        let (columns, rows) = (self.heat_columns(), self.heat_rows());
        let column = part_at(across, usize::from(lines.width), columns.len());
        // The upper of the rows that share a cell.
        let up = room / usize::from(lines.height).max(1);
        let row = part_at((above + 1) * up.max(1) - 1, room, rows.len());
        if let (Some(column), Some(row)) = (columns.get(column), rows.get(row)) {
            let (step, bin) = (column.end - 1, row.start);
            self.put_cursor(Pane::Heat, step);
            self.place_mut().strip.bin = Some(bin);
        }
    }
}
