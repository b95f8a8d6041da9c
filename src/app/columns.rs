//! Which columns the calls' table has, and in which order: as a person chose them in this folder, else as the
//! configuration says, else as many as have something to tell and room to tell it.

use super::place::NOWHERE;
use super::{App, Column, Effect, Pane, Screen, Turn};

/// What was chosen; `None` where nobody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub by_hand: Option<Vec<Column>>,
    pub configured: Option<Vec<Column>>,
}

/// The card on which columns are chosen and moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chooser {
    /// Every column there is, those that are shown first where the order was chosen.
    pub list: Vec<(Column, bool)>,
    /// The line under the cursor.
    pub nth: usize,
}

impl App {
    /// The columns of the calls' table, in their order; `None` where they follow the room there is.
    pub fn columns(&self) -> Option<&[Column]> {
        self.chosen.by_hand.as_deref().or(self.chosen.configured.as_deref())
    }

    /// Whether the columns are those that a person chose here.
    pub fn has_own_columns(&self) -> bool {
        self.chosen.by_hand.is_some()
    }

    /// Takes the columns that were chosen here before; names that are no column any more are left out.
    pub fn remember_columns(&mut self, words: &[String]) {
        let known: Vec<Column> = words.iter().filter_map(|word| Column::parse(word)).collect();
        self.chosen.by_hand = Some(known).filter(|known| !known.is_empty());
    }

    /// Opens the card, or closes it.
    pub(super) fn toggle_chooser(&mut self) {
        self.chooser = if self.chooser.is_some() { None } else { Some(Chooser { list: self.all_columns(), nth: 0 }) };
    }

    fn all_columns(&self) -> Vec<(Column, bool)> {
        let Some(chosen) = self.columns() else {
            // What has room is what is shown.
            let shown = self.shown.pane(Pane::Calls).map_or(&[][..], |shown| &shown.columns);
            let is_shown = |column: &Column| shown.is_empty() || shown.contains(column);
            return Column::OF_CALLS.map(|column| (column, is_shown(&column))).into();
        };
        let rest = Column::OF_CALLS.into_iter().filter(|column| !chosen.contains(column));
        chosen.iter().map(|column| (*column, true)).chain(rest.map(|column| (column, false))).collect()
    }

    /// Shows the column under the card's cursor, or no longer.
    pub(super) fn check_column(&mut self) {
        let Some(chooser) = &mut self.chooser else { return };
        let shown = chooser.list.iter().filter(|(_, on)| *on).count();
        let Some((_, on)) = chooser.list.get_mut(chooser.nth) else { return };
        if *on && shown == 1 {
            return self.refuse("one column must stay");
        }
        *on = !*on;
        self.take_columns();
    }

    /// Moves the column under the card's cursor a place on or back; the cursor goes with it.
    pub(super) fn shift_column(&mut self, turn: Turn) {
        let Some(chooser) = &mut self.chooser else { return };
        let to = if turn == Turn::Next { chooser.nth + 1 } else { chooser.nth.wrapping_sub(1) };
        if to >= chooser.list.len() {
            return self.refuse(if turn == Turn::Next {
                "this is the last column"
            } else {
                "this is the first column"
            });
        }
        chooser.list.swap(chooser.nth, to);
        chooser.nth = to;
        self.take_columns();
    }

    /// Goes back to the columns of the configuration, or to those that have room.
    pub(super) fn reset_columns(&mut self) {
        self.chosen.by_hand = None;
        self.outbox.push(Effect::RememberColumns(Vec::new()));
        // What has room is known after the next frame; until then all that may be.
        let list = self.all_columns();
        if let Some(chooser) = &mut self.chooser {
            *chooser = Chooser { list, nth: 0 };
        }
    }

    fn take_columns(&mut self) {
        let Some(chooser) = &self.chooser else { return };
        let chosen: Vec<Column> = chooser.list.iter().filter(|(_, on)| *on).map(|(column, _)| *column).collect();
        let words = chosen.iter().map(|column| column.word().to_owned()).collect();
        self.chosen.by_hand = Some(chosen);
        self.outbox.push(Effect::RememberColumns(words));
    }

    /// The columns that a pane's cursor walks over, in their order.
    pub(super) fn walked(&self, pane: Pane) -> Vec<Column> {
        match self.columns() {
            Some(chosen) if pane == Pane::Calls && self.screen() == Screen::Calls => chosen.to_vec(),
            _ => self.shown.pane(pane).map_or(pane.columns(), |shown| &shown.columns).to_vec(),
        }
    }

    /// A card that shows the columns there is room for follows the room; the cursor of a table stays on a column that
    /// there is.
    pub(super) fn refresh_columns(&mut self) {
        if self.columns().is_none()
            && let Some(nth) = self.chooser.as_ref().map(|chooser| chooser.nth)
        {
            self.chooser = Some(Chooser { list: self.all_columns(), nth });
        }
        let column = self.place().cursor(Pane::Calls).column;
        let chosen = self.columns().filter(|_| self.screen() == Screen::Calls);
        let column = match chosen {
            Some(chosen) if !chosen.contains(&column) => chosen.first().copied(),
            // What is asked most: which call cost the most is then one key away.
            None if column == NOWHERE => Some(Column::Cost),
            _ => None,
        };
        if let Some(column) = column {
            self.place_mut().cursor_mut(Pane::Calls).column = column;
        }
    }
}
