//! The screens: one question each, one file each, all of the same shape. A screen lays out panes for the room there is;
//! what lies over a screen (help, drawer, palette) is here too.

mod alerts;
mod audit;
mod call;
mod calls;
mod change;
mod chooser;
mod differ;
mod drawer;
mod help;
mod models;
mod overview;
mod pair;
mod palette;
mod routes;
mod sources;
pub(super) mod state;
mod templates;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::cx::Cx;
use crate::app::{PromptKind, Screen, Show};

/// One screen: what it is, and how it is drawn into the body.
#[derive(Clone, Copy)]
pub struct View {
    pub screen: Screen,
    draw: fn(Cx, Rect, &mut Canvas),
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.screen).finish()
    }
}

/// Every screen there is.
pub static SCREENS: [View; 12] = [
    View { screen: Screen::Overview, draw: overview::draw },
    View { screen: Screen::Calls, draw: calls::draw },
    View { screen: Screen::Models, draw: models::draw },
    View { screen: Screen::Routes, draw: routes::draw },
    View { screen: Screen::Alerts, draw: alerts::draw },
    View { screen: Screen::Audit, draw: audit::draw },
    View { screen: Screen::Call, draw: call::draw },
    View { screen: Screen::Sources, draw: sources::draw },
    View { screen: Screen::Differ, draw: differ::draw },
    View { screen: Screen::Change, draw: change::draw },
    View { screen: Screen::Templates, draw: templates::draw },
    View { screen: Screen::Pair, draw: pair::draw },
];

/// The screen that the person is at, or why there is nothing to show on it.
pub(super) fn draw(cx: Cx, body: Rect, out: &mut Canvas) {
    let screen = cx.app.screen();
    // A span without calls has changed the bill as well.
    // Rules look whatever the filter keeps, and at sources too.
    let needs_calls = match screen {
        Screen::Sources | Screen::Call | Screen::Change | Screen::Pair => false,
        Screen::Alerts => {
            cx.app.looked().is_none_or(|looked| looked.calls == 0) && cx.app.alerts_in(Show::All).next().is_none()
        }
        _ => true,
    };
    // Whoever moves in time comes through hours without calls, where the screen stays what it is.
    let moves = cx.app.range.is_some() && screen.tab().is_some() && cx.app.store.calls() > 0;
    if needs_calls && !moves && cx.app.board.total.calls == 0 {
        return state::empty(cx, body, out);
    }
    if let Some(view) = SCREENS.iter().find(|view| view.screen == screen) {
        (view.draw)(cx, body, out);
    }
}

/// What lies over the screen.
pub(super) fn over(cx: Cx, scope: Rect, body: Rect, out: &mut Canvas) {
    if cx.app.drawer.is_some() {
        drawer::draw(cx, body, out);
    }
    if cx.app.chooser.is_some() {
        chooser::draw(cx, body, out);
    }
    if cx.app.help.is_some() {
        help::draw(cx, body, out);
    }
    if let Some(prompt) = &cx.app.prompt {
        match prompt.kind {
            PromptKind::Command => palette::draw(cx, prompt, body, out),
            PromptKind::Filter => palette::completions(cx, prompt, scope, body, out),
            PromptKind::Search | PromptKind::Time => {}
        }
    }
}
