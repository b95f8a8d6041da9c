//! The shapes that screens are drawn with, in three sets: terminals and fonts differ in what they can show.
//!
//! Every shape is one cell wide in every set, the pause mark two, so that the layout never depends on the set. Only the
//! Enter key has a name instead of a shape where there is none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Which shapes a terminal and its font can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum GlyphSet {
    /// Graphs of 2 × 4 dots a cell.
    #[default]
    Braille,
    /// Graphs of eighths of a cell, for fonts whose braille has hollow dots.
    Block,
    Ascii,
}

impl GlyphSet {
    pub const ALL: [Self; 3] = [Self::Braille, Self::Block, Self::Ascii];

    /// The name in the config; `auto` is [`Self::detect`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Braille => "braille",
            Self::Block => "block",
            Self::Ascii => "ascii",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    /// Braille where the locale is UTF-8, except on the Linux console and dumb terminals, whose fonts have a few
    /// hundred shapes.
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(&env).find(|value| !value.is_empty());
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        let poor = env("TERM").is_some_and(|term| term == "linux" || term == "dumb");
        if utf8 && !poor { Self::Braille } else { Self::Ascii }
    }

    pub fn glyphs(self) -> &'static Glyphs {
        match self {
            Self::Braille => &BRAILLE,
            Self::Block => &BLOCK,
            Self::Ascii => &ASCII,
        }
    }
}

/// The lines of a frame.
#[derive(Debug, PartialEq, Eq)]
pub struct Border {
    pub top_left: &'static str,
    pub top_right: &'static str,
    pub bottom_left: &'static str,
    pub bottom_right: &'static str,
    pub horizontal: &'static str,
    pub vertical: &'static str,
}

/// One set of shapes.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    pub set: GlyphSet,
    pub border: Border,
    /// For the pane with the keys where there is no colour to show it.
    pub double: Border,
    /// `▲ HIGH`
    pub high: &'static str,
    /// `● MED`
    pub medium: &'static str,
    /// `○ LOW`
    pub low: &'static str,
    pub ok: &'static str,
    pub failed: &'static str,
    /// The row under the cursor; also between the crumbs of a trail.
    pub pointer: &'static str,
    /// An answer that was overridden.
    pub over: &'static str,
    pub live: &'static str,
    /// Two cells.
    pub paused: &'static str,
    /// The name of the Enter key, as long as it is.
    pub enter: &'static str,
    pub stale: &'static str,
    /// What is seen lies in the past.
    pub past: &'static str,
    /// What was before, behind a graph: like nothing that is drawn for now.
    pub ghost: &'static str,
    /// More above, more below; also the ends of a scroll bar.
    pub up: &'static str,
    pub down: &'static str,
    /// More columns to the left, more to the right.
    pub left: &'static str,
    pub right: &'static str,
    pub sort_up: &'static str,
    pub sort_down: &'static str,
    /// A row that is marked for copying or comparing.
    pub marked: &'static str,
    pub ellipsis: &'static str,
    pub unknown: &'static str,
    /// The thumb of a scroll bar, and the track under it.
    pub thumb: &'static str,
    pub track: &'static str,
    /// A whole cell of a stacked bar.
    pub full: &'static str,
    /// The ends of a bar that runs out.
    pub bar_left: &'static str,
    pub bar_right: &'static str,
    /// What follows the whole part in a stacked bar: overridden, failed.
    pub light: &'static str,
    pub medium_shade: &'static str,
    /// From few to many, where colours cannot say so.
    pub shades: &'static [&'static str],
    /// A cell of a bar, and of a meter that is lit: lower than its cell, so that bars in neighbouring rows stay apart.
    pub meter_on: &'static str,
    pub meter_off: &'static str,
    /// A column of a graph in growing heights, up to the whole cell.
    pub heights: &'static [&'static str],
    /// The colour of a series in a legend.
    pub swatch: &'static str,
    /// A level line in the lower or the upper half of its cell; and one of which little is known.
    pub line: [&'static str; 2],
    pub dotted: &'static str,
}

const fn border(parts: [&'static str; 6]) -> Border {
    let [top_left, top_right, bottom_left, bottom_right, horizontal, vertical] = parts;
    Border { top_left, top_right, bottom_left, bottom_right, horizontal, vertical }
}

static BRAILLE: Glyphs = unicode(GlyphSet::Braille);
static BLOCK: Glyphs = unicode(GlyphSet::Block);

const fn unicode(set: GlyphSet) -> Glyphs {
    Glyphs {
        set,
        border: border(["╭", "╮", "╰", "╯", "─", "│"]),
        double: border(["╔", "╗", "╚", "╝", "═", "║"]),
        high: "▲",
        medium: "●",
        low: "○",
        ok: "✓",
        failed: "✗",
        pointer: "▸",
        over: "◆",
        live: "●",
        paused: "❚❚",
        enter: "↵",
        stale: "◌",
        past: "◂",
        ghost: "░",
        up: "▲",
        down: "▼",
        left: "‹",
        right: "›",
        sort_up: "▴",
        sort_down: "▾",
        marked: "•",
        ellipsis: "…",
        unknown: "–",
        thumb: "┃",
        track: "│",
        full: "█",
        bar_left: "▕",
        bar_right: "▏",
        light: "░",
        medium_shade: "▒",
        shades: &["░", "▒", "▓", "█"],
        meter_on: "■",
        meter_off: "·",
        heights: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        swatch: "■",
        line: ["▄", "▀"],
        dotted: "┄",
    }
}

static ASCII: Glyphs = Glyphs {
    set: GlyphSet::Ascii,
    border: border(["+", "+", "+", "+", "-", "|"]),
    double: border(["#", "#", "#", "#", "=", "#"]),
    high: "!",
    medium: "*",
    low: "o",
    ok: "v",
    failed: "x",
    pointer: ">",
    over: "#",
    live: "*",
    paused: "||",
    enter: "Enter",
    stale: "~",
    past: "<",
    ghost: "/",
    up: "^",
    down: "v",
    left: "<",
    right: ">",
    sort_up: "^",
    sort_down: "v",
    marked: "*",
    ellipsis: "~",
    unknown: "-",
    thumb: "#",
    track: "|",
    full: "#",
    bar_left: "[",
    bar_right: "]",
    light: ":",
    medium_shade: "%",
    shades: &[".", ":", "-", "=", "+", "*", "#", "%", "@"],
    meter_on: "=",
    meter_off: ".",
    heights: &[".", ":", "-", "=", "+", "*", "#", "%", "@"],
    swatch: "#",
    line: ["_", "'"],
    dotted: ".",
};

impl Glyphs {
    /// The last touch on a frame: in the ASCII set, what is not ASCII yet (a dash in a number, an arrow in a sentence,
    /// a letter in a log) is replaced by its nearest shape, or by `?`. Does nothing in the other sets.
    pub fn settle(&self, area: Rect, buf: &mut Buffer) {
        if self.set != GlyphSet::Ascii {
            return;
        }
        for position in area.intersection(buf.area).positions() {
            let cell = &mut buf[position];
            if !cell.symbol().is_ascii() {
                let symbol = ascii(cell.symbol());
                cell.set_symbol(symbol);
            }
        }
    }
}

/// The nearest ASCII shape of a symbol that is drawn by no set, or only by the others.
fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "–" | "−" | "—" | "─" | "━" | "═" => "-",
        "…" | "≈" | "◌" => "~",
        "×" | "✗" => "x",
        "→" | "▸" | "›" | "⇥" => ">",
        "←" | "‹" => "<",
        "↑" | "▴" | "▲" => "^",
        "↓" | "▾" | "▼" | "✓" => "v",
        "↵" | "⏎" => "/",
        "░" => ":",
        "▒" => "%",
        "τ" => "t",
        "●" | "•" => "*",
        "·" => ".",
        "○" => "o",
        "◆" | "█" | "■" => "#",
        "│" | "┃" | "║" | "▏" | "▕" | "❚" => "|",
        "≠" => "!",
        "≤" => "<",
        "≥" => ">",
        "⇄" => "=",
        "’" | "‘" => "'",
        "“" | "”" => "\"",
        "±" => "+",
        "µ" => "u",
        "\u{a0}" | "\u{2009}" | "\u{202f}" => " ",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn shapes(glyphs: &Glyphs) -> Vec<&'static str> {
        let lines = |b: &Border| [b.top_left, b.top_right, b.bottom_left, b.bottom_right, b.horizontal, b.vertical];
        let g = glyphs;
        let mut all = vec![
            g.high,
            g.medium,
            g.low,
            g.ok,
            g.failed,
            g.pointer,
            g.over,
            g.live,
            g.stale,
            g.past,
            g.ghost,
            g.up,
            g.down,
            g.sort_up,
            g.sort_down,
            g.marked,
            g.ellipsis,
            g.unknown,
            g.thumb,
            g.track,
            g.full,
            g.bar_left,
            g.bar_right,
            g.light,
            g.medium_shade,
            g.meter_on,
            g.meter_off,
            g.swatch,
            g.dotted,
        ];
        all.extend(g.line);
        all.extend(lines(&g.border).into_iter().chain(lines(&g.double)));
        all.extend(g.heights.iter().chain(g.shades));
        all
    }

    #[test]
    fn every_shape_is_one_cell_wide() {
        for set in GlyphSet::ALL {
            let glyphs = set.glyphs();
            assert_eq!(glyphs.set, set);
            for shape in shapes(glyphs) {
                assert_eq!((shape.width(), shape.chars().count()), (1, 1), "{shape}");
            }
            assert_eq!(glyphs.paused.width(), 2);
        }
        assert!(shapes(&ASCII).iter().all(|shape| shape.is_ascii()));
    }

    #[test]
    fn the_set_follows_the_locale_and_the_terminal() {
        let detect = |vars: &[(&str, &str)]| {
            GlyphSet::detect(|name| vars.iter().find_map(|(key, value)| (*key == name).then(|| (*value).to_owned())))
        };
        assert_eq!(detect(&[("LANG", "de_DE.UTF-8"), ("TERM", "xterm")]), GlyphSet::Braille);
        assert_eq!(detect(&[("LC_ALL", "C.utf8")]), GlyphSet::Braille);
        assert_eq!(detect(&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")]), GlyphSet::Braille);
        assert_eq!(detect(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]), GlyphSet::Ascii);
        assert_eq!(detect(&[("LANG", "en_US.UTF-8"), ("TERM", "linux")]), GlyphSet::Ascii);
        assert_eq!(detect(&[]), GlyphSet::Ascii);
    }

    #[test]
    fn settling_leaves_ascii_only() {
        let area = Rect::new(0, 0, 24, 1);
        let mut buf = Buffer::empty(area);
        buf.set_string(0, 0, "−$31 → opus… – 日本 ▲ µs", Style::new());
        GlyphSet::Braille.glyphs().settle(area, &mut buf);
        assert_eq!(buf[(0, 0)].symbol(), "−");
        GlyphSet::Ascii.glyphs().settle(area, &mut buf);
        let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(text.trim_end(), "-$31 > opus~ - ? ?  ^ us");
    }
}
