//! Draws a screen into a buffer, and a buffer as text.

use callscope::app::App;
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::layout::Thresholds;
use callscope::ui::theme::Theme;
use callscope::ui::{Look, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::scene::answer;

/// What a screen is drawn with.
pub struct Camera {
    pub theme: Theme,
    pub set: GlyphSet,
}

impl Camera {
    /// Draws as the loop does: what a frame tells back is known to the next.
    pub fn take(&self, app: &mut App, width: u16, height: u16) -> (Buffer, String) {
        let area = Rect::new(0, 0, width, height);
        let look =
            Look { theme: &self.theme, glyphs: self.set.glyphs(), thresholds: Thresholds::default(), swatches: None };
        let mut buf = Buffer::empty(area);
        for _ in 0..2 {
            buf.reset();
            app.shown = draw(app, &look, area, &mut buf);
            answer(app);
        }
        buf.reset();
        app.shown = draw(app, &look, area, &mut buf);
        let text = text(&buf);
        (buf, text)
    }
}

/// One line a row, blanks at its end cut off.
pub fn text(buf: &Buffer) -> String {
    let rows = buf.content.chunks(usize::from(buf.area.width).max(1));
    let line = |row: &[ratatui::buffer::Cell]| {
        let mut line = String::new();
        let mut skip = 0;
        for cell in row {
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        line.trim_end().to_owned()
    };
    rows.map(line).collect::<Vec<_>>().join("\n")
}

/// The same with colours, as a terminal takes them.
pub fn ansi(buf: &Buffer) -> String {
    let mut out = String::new();
    for row in buf.content.chunks(usize::from(buf.area.width).max(1)) {
        for cell in row {
            out.push_str("\x1b[0");
            let modifiers = [
                (Modifier::BOLD, "1"),
                (Modifier::DIM, "2"),
                (Modifier::ITALIC, "3"),
                (Modifier::UNDERLINED, "4"),
                (Modifier::REVERSED, "7"),
            ];
            for (modifier, code) in modifiers {
                if cell.modifier.contains(modifier) {
                    out.push(';');
                    out.push_str(code);
                }
            }
            out.push_str(&color(cell.fg, 30));
            out.push_str(&color(cell.bg, 40));
            out.push('m');
            out.push_str(cell.symbol());
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

fn color(color: Color, base: u8) -> String {
    let names = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match color {
        Color::Rgb(r, g, b) => format!(";{};2;{r};{g};{b}", base + 8),
        Color::Indexed(index) => format!(";{};5;{index}", base + 8),
        named => match names.iter().position(|known| *known == named) {
            Some(at) if at < 8 => format!(";{}", base + at as u8),
            Some(at) => format!(";{}", base + 52 + at as u8),
            None => String::new(),
        },
    }
}
