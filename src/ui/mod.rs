//! State to cells. Reads the application's state, writes a buffer, and changes nothing.
//!
//! Three lines of chrome (tabs, scope, keys), and between them a screen: see [`screen::SCREENS`]. A screen is panes laid
//! out for the room there is; the panes are in `panel`, what they are made of in `part`.

pub mod canvas;
mod chrome;
pub mod cx;
pub mod glyphs;
pub mod ink;
pub mod inline;
pub mod layout;
pub use crate::model::numbers;
mod panel;
pub mod part;
pub mod screen;
pub mod theme;
mod title;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::canvas::Canvas;
use self::cx::Cx;
use self::glyphs::Glyphs;
use self::ink::Ink;
use self::layout::Length::{Fixed, Share};
use self::layout::{Density, Thresholds};
use self::theme::{Swatches, Theme};
use crate::app::{App, Shown};
pub use crate::model::clean;
pub use title::title;

/// Colours, shapes, and the sizes at which the layout changes.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub theme: &'a Theme,
    pub glyphs: &'a Glyphs,
    pub thresholds: Thresholds,
    /// Of the themes that can be chosen; `None` where none can.
    pub swatches: Option<&'a Swatches>,
}

/// How much there is room for; a few rows have as little as the smallest screen.
fn density(app: &App, look: &Look, area: Rect) -> Density {
    if app.inline { Density::Small } else { Density::of(area, &look.thresholds) }
}

/// Draws the whole screen and tells where things are. [`App::settle`] must have run before.
pub fn draw(app: &App, look: &Look, area: Rect, buf: &mut Buffer) -> Shown {
    let area = area.intersection(buf.area);
    let ink = Ink { theme: look.theme, glyphs: look.glyphs };
    let cx = Cx { app, ink, swatches: look.swatches, density: density(app, look, area), now: app.moment() };
    look.theme.paint(area, buf);
    let mut out = Canvas { buf, shown: Shown::default() };
    if app.inline {
        inline::draw(cx, area, &mut out);
    } else if cx.density == Density::TooSmall {
        screen::state::too_small(cx, look.thresholds.least, area, &mut out);
    } else {
        let [tabs, scope, body, foot] = layout::rows(area, [Fixed(1), Fixed(1), Share(1), Fixed(1)]);
        chrome::tabs::draw(cx, tabs, &mut out);
        chrome::scope::draw(cx, scope, &mut out);
        screen::draw(cx, body, &mut out);
        chrome::footer::draw(cx, foot, &mut out);
        screen::over(cx, scope, body, &mut out);
    }
    let shown = out.shown;
    look.glyphs.settle(area, buf);
    shown
}
