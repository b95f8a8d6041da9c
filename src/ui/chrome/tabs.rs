//! Line 1: where one can go, what today has cost, and whether what is seen is live.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Clock, Screen, Show};
use crate::model::time::MINUTE;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::numbers;
use crate::ui::part::line;
use crate::ui::theme::Role;

/// Milliseconds without a record after which the state says so.
const STALE: i64 = 5 * MINUTE;

pub fn draw(cx: Cx, row: Rect, out: &mut Canvas) {
    let state = Line::from(state(cx));
    let mut right = vec![];
    let room = usize::from(row.width).saturating_sub(tabs_width(cx) + line::line_width(&state) + 4);
    let today = today(cx);
    if line::line_width(&Line::from(today.clone())) <= room {
        right.extend(today);
        right.push(Span::raw("  "));
    }
    right.extend(state.spans);
    right.push(Span::raw(" "));
    let taken = out.right(cx.ink, right, row);
    tabs(cx, Rect { width: row.width.saturating_sub(taken), ..row }, out);
}

fn tabs_width(cx: Cx) -> usize {
    let width =
        |screen: Screen| screen.name().len() + 3 + line::width(&key(cx, screen)) + line::width(&badge(cx, screen));
    Screen::TABS.into_iter().map(width).sum()
}

/// The key of a tab: its number, unless it was given another.
fn key(cx: Cx, screen: Screen) -> String {
    cx.key(&screen.name().to_lowercase()).unwrap_or_default()
}

/// `•2`: what waits on a screen.
fn badge(cx: Cx, screen: Screen) -> String {
    match screen {
        Screen::Alerts if new_alerts(cx) > 0 => format!("{}{}", cx.ink.glyphs.marked, new_alerts(cx)),
        Screen::Audit if cx.app.failed_checks() > 0 => format!("{}{}", cx.ink.glyphs.marked, cx.app.failed_checks()),
        _ => String::new(),
    }
}

fn new_alerts(cx: Cx) -> usize {
    cx.app.alerts_in(Show::New).count()
}

/// `[1 Overview] 2 Calls  3 Models`: brackets, because nothing is told by colour alone.
fn tabs(cx: Cx, row: Rect, out: &mut Canvas) {
    let mut x = row.x;
    // Where room is short, the number of a tab stands for it.
    let short = usize::from(row.width) < tabs_width(cx);
    for screen in Screen::TABS {
        let here = cx.app.tab() == screen;
        let (open, close) = if here { ("[", "]") } else { (" ", " ") };
        let name = if here { Role::Focus } else { Role::Muted };
        let name = cx.ink.style(name);
        let words = Line::from(vec![
            cx.ink.text(Role::Focus, open),
            cx.ink.text(Role::Key, key(cx, screen)),
            Span::styled(
                if short && !here { String::new() } else { format!(" {}", screen.name()) },
                if here { name.bold() } else { name },
            ),
            cx.ink.text(Role::Warn, badge(cx, screen)),
            cx.ink.text(Role::Focus, close),
        ]);
        let area = Rect { x, width: row.right().saturating_sub(x), ..row };
        let width = out.left(cx.ink, words, area);
        out.click(Rect { width, ..area }, Action::Screen(screen));
        x += width;
    }
}

fn today(cx: Cx) -> Vec<Span<'static>> {
    vec![cx.ink.text(Role::Strong, cx.app.daily.today().cost_text(numbers::money)), cx.ink.text(Role::Muted, " today")]
}

/// `◂ 2 h ago, 41 newer calls`: what is seen is the past.
fn past(cx: Cx, ago: i64) -> Vec<Span<'static>> {
    let newer = cx.app.newer_calls();
    let newer = format!(", {} newer call{}", numbers::grouped(newer), if newer == 1 { "" } else { "s" });
    vec![
        cx.ink.text(Role::Warn, format!("{} ", cx.ink.glyphs.past)),
        cx.ink.text(Role::Strong, numbers::age(ago)),
        cx.ink.text(Role::Muted, newer),
    ]
}

/// `● live 12:04`, `❚❚ paused 12:03:10, 41 behind`, `◌ load 41%`, `◌ no data for 5 min`.
pub fn state(cx: Cx) -> Vec<Span<'static>> {
    let glyphs = cx.ink.glyphs;
    let clock = |format: &str| cx.now.local().format(format).to_string();
    if let Clock::Paused { behind, .. } = cx.app.clock {
        let mut spans = vec![cx.ink.text(Role::Warn, format!("{} paused ", glyphs.paused))];
        spans.push(cx.ink.text(Role::Strong, clock("%H:%M:%S")));
        if behind > 0 {
            spans.push(cx.ink.text(Role::Muted, format!(", {} behind", numbers::grouped(behind as u64))));
        }
        return spans;
    }
    if !cx.app.loading.caught_up {
        let share = cx.app.loading.share().map(numbers::percent_whole).unwrap_or_default();
        return vec![
            cx.ink.text(Role::Info, format!("{} load ", glyphs.stale)),
            cx.ink.text(Role::Strong, format!("{share:>4}")),
        ];
    }
    if let Some(ago) = cx.app.ago() {
        return past(cx, ago);
    }
    match cx.app.silent_for() {
        Some(silent) if silent >= STALE => {
            let words = format!("{} no data for {}", glyphs.stale, numbers::age(silent).trim_end_matches(" ago"));
            vec![cx.ink.text(Role::Warn, words)]
        }
        _ => vec![cx.ink.text(Role::Good, format!("{} live ", glyphs.live)), cx.ink.text(Role::Strong, clock("%H:%M"))],
    }
}
