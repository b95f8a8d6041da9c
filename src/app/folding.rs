//! What is done with the text of a call: folding, going to a line of it, and copying where it stands.

use super::{App, CallText, Pane, Payload, Turn, curl, path_of};
use crate::model::Dim;

impl App {
    /// The line of the text under the cursor of the pane that has the keys.
    fn text_line(&self) -> Option<usize> {
        let pane = self.focus();
        let folds = self.text.folds(pane)?;
        let place = self.place().cursor(pane).nth;
        (place < self.text.shown(pane)).then(|| folds.line_at(place))
    }

    pub(super) fn fold(&mut self) {
        let pane = self.focus();
        let (Some(line), Some(nth)) = (self.text_line(), CallText::section(pane)) else {
            return self.refuse("there is nothing to fold here");
        };
        let sections = self.text.sections.clone();
        match self.text.folds[nth].turn(&sections[nth], line) {
            Some(head) => self.go_to_line(pane, head),
            None => self.refuse("there is nothing to fold here"),
        }
    }

    pub(super) fn fold_all(&mut self) {
        let pane = self.focus();
        let (Some(line), Some(nth)) = (self.text_line(), CallText::section(pane)) else {
            return self.refuse("there is nothing to fold here");
        };
        let sections = self.text.sections.clone();
        if self.text.folds[nth].turn_all(&sections[nth]) && self.text.folds[nth] == super::Folds::default() {
            return self.refuse("there is nothing to fold here");
        }
        let place = self.text.folds[nth].place_of(line);
        self.stand_at(pane, place);
    }

    /// Puts the cursor on a line of a text, unfolding what it is folded under.
    pub(super) fn go_to_line(&mut self, pane: Pane, line: usize) {
        let Some(nth) = CallText::section(pane) else { return };
        self.text.folds[nth].open(line);
        let place = self.text.folds[nth].place_of(line);
        self.stand_at(pane, place);
    }

    fn stand_at(&mut self, pane: Pane, place: usize) {
        let (height, len) = (self.shown.height(pane), self.len(pane));
        let cursor = self.place_mut().cursor_mut(pane);
        (cursor.id, cursor.nth) = (Some(place as u32), place);
        if !(cursor.top..cursor.top + height).contains(&place) {
            cursor.top = place.saturating_sub(height / 3);
        }
        cursor.top = cursor.top(height, len);
    }

    /// Where in the record the line under the cursor stands.
    pub fn json_path(&self) -> Option<String> {
        path_of(self.text.lines(self.focus()), self.text_line()?)
    }

    pub(super) fn copy_path(&mut self) {
        match self.json_path() {
            Some(path) => self.copy(path, "path"),
            None => self.refuse("this line is no JSON"),
        }
    }

    pub(super) fn copy_curl(&mut self) {
        let row = self.current_call().and_then(|row| self.store.get(row));
        let name = |dim| row.and_then(|row| row.name(dim)).map(str::to_owned);
        let (provider, model) = (name(Dim::Provider), name(Dim::Requested).or_else(|| name(Dim::Model)));
        let request = match self.payload() {
            Some(Payload::Ready(transcript)) => transcript.request.clone(),
            _ => return self.refuse("the record is being read"),
        };
        match curl::command(provider.as_deref(), model.as_deref(), request.as_ref(), |text| self.without_secrets(text))
        {
            // The variables that stand for keys are no keys.
            Ok(text) => self.put(text, "curl command"),
            Err(why) => self.refuse(why),
        }
    }

    /// The neighbour of the call that is shown, among those of its session.
    pub(super) fn turn_session(&mut self, turn: Turn) {
        let Some(here) = self.current_call().and_then(|row| self.store.get(row)) else { return };
        let session = here.sym(Dim::Session);
        let place = (here.at(), here.index);
        let others = self.store.rows().filter(|row| row.counts() && row.sym(Dim::Session) == session);
        let places = others.map(|row| (row.at(), row.index));
        let next = match turn {
            Turn::Next => places.filter(|other| *other > place).min(),
            Turn::Previous => places.filter(|other| *other < place).max(),
        };
        match next {
            Some((_, row)) => self.show_call(row),
            None if turn == Turn::Next => self.refuse("this is the newest call of its session"),
            None => self.refuse("this is the first call of its session"),
        }
    }
}
