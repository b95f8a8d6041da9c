//! `@`: to the call nearest a time.

use super::{App, Column, Pane, Prompt, PromptKind, Sort, ToastKind};
use crate::model::{Stamp, Window, numbers};
use crate::query::bounds::{MOMENTS, parse_moment};

impl App {
    /// Asks for a time.
    pub(super) fn ask_time(&mut self) {
        self.prompt = Some(Prompt::new(PromptKind::Time, "", String::new()));
    }

    /// What is typed as a time, as far as it is one.
    pub fn typed_moment(&self) -> Option<Stamp> {
        let prompt = self.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Time)?;
        parse_moment(prompt.text(), self.moment())
    }

    /// Goes to the call nearest the time that is typed; the window grows where it does not hold that time.
    pub(super) fn go_to_typed(&mut self) {
        let Some(at) = self.typed_moment() else {
            return self.refuse(format!("this is no time: expected {MOMENTS}"));
        };
        self.prompt = None;
        let grown = self.window_to(at);
        if let Some(window) = grown {
            self.set_window(window);
        }
        self.refresh_figures();
        self.place_mut().focus = Pane::Calls;
        self.place_mut().cursor_mut(Pane::Calls).sort = Sort::falling(Column::Time);
        self.order_lists();
        let Some(row) = self.kept.listing.nearest(at) else {
            return self.refuse("no call is listed: Esc clears the filter");
        };
        let nth = self.call_position(row).unwrap_or(0);
        let height = self.shown.height(Pane::Calls);
        let cursor = self.place_mut().cursor_mut(Pane::Calls);
        (cursor.id, cursor.nth, cursor.top) = (Some(row), nth, nth.saturating_sub(height / 2));
        self.keep_mark();
        let found = self.store.row(row).at();
        let apart = match found.0 - at.0 {
            0 => String::new(),
            millis => {
                let side = if millis < 0 { "before" } else { "after" };
                format!(", {} {side} {}", numbers::span(millis.abs()), at.local().format("%H:%M:%S"))
            }
        };
        let window = grown.map(|window| format!("; the window is {} now", window.word())).unwrap_or_default();
        let found = found.local().format("%b %-d %H:%M:%S");
        self.say(ToastKind::Done, format!("the nearest call: {found}{apart}{window}"));
    }

    /// The smallest window that holds a moment, where the present one does not.
    fn window_to(&self, at: Stamp) -> Option<Window> {
        let now = self.moment();
        let at = at.min(now);
        if self.scope().holds(at) {
            return None;
        }
        let holds = |window: &Window| window.start(now).is_none_or(|start| start <= at);
        [Window::Hour, Window::Day, Window::Week, Window::Month].into_iter().find(holds).or(Some(Window::All))
    }
}
