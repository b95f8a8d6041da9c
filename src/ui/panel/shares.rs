//! Who costs: the dearest use cases, agents, projects and users, as far as logs tell of them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use super::graphs;
use super::groups;
use crate::app::{Action, Grouping, Screen};
use crate::figures::GroupBy;
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{bars, line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

const OF: [GroupBy; 5] = [GroupBy::UseCase, GroupBy::Agent, GroupBy::Project, GroupBy::User, GroupBy::Provider];

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let hint = if groups_here(cx) { cx.hint("group-by", "group by") } else { Vec::new() };
    let words = Words::new("shares of the cost").details(Line::from(hint));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let named: Vec<GroupBy> = OF.into_iter().filter(|by| cx.app.board.by(*by).is_named()).collect();
    if named.is_empty() || inner.height == 0 {
        return graphs::hush(cx, "no log tells of use cases, agents, projects or users", inner, out);
    }
    // As many dimensions as have a heading and two lines each.
    let shown = named.len().min((usize::from(inner.height) / 4).max(1));
    let each = usize::from(inner.height) / shown;
    for (at, by) in named.into_iter().take(shown).enumerate() {
        let top = inner.y + (at * each) as u16;
        let height = if at + 1 == shown { inner.bottom() - top } else { each as u16 };
        dimension(cx, by, Rect { y: top, height, ..inner }, out);
    }
}

/// Whether the screen has a table that can be grouped otherwise.
fn groups_here(cx: Cx) -> bool {
    matches!(cx.app.screen(), Screen::Overview | Screen::Models)
}

fn dimension(cx: Cx, by: GroupBy, area: Rect, out: &mut Canvas) {
    let grouping = Grouping::By(by);
    let groups = cx.app.board.by(by);
    let total = cx.app.board.total.cost.dollars();
    let (all, none): (Vec<_>, Vec<_>) = groups.by_cost().into_iter().partition(|group| group.name.is_some());
    let mut head = vec![cx.ink.text(Role::Title, grouping.plural())];
    if let Some(none) = none.first().filter(|none| total > 0.0 && !none.stats.cost.is_zero()) {
        let share = numbers::percent_whole(none.stats.cost.dollars() / total);
        head.push(cx.ink.text(Role::Muted, format!("   {share} without one")));
    }
    out.left(cx.ink, head, layout::row(area, 0));
    if groups_here(cx) {
        out.click(layout::row(area, 0), Action::GroupBy(grouping));
    }
    let rows = usize::from(area.height.saturating_sub(1)).min(all.len());
    let most = all.first().map_or(0.0, |group| group.stats.cost.dollars());
    for (at, group) in all.iter().take(rows).enumerate() {
        let row = layout::row(area, at as u16 + 1);
        let share = if total > 0.0 { group.stats.cost.dollars() / total } else { 0.0 };
        let label = cx.label(by, cx.app.store.label(group.name));
        let label = line::fit_middle(&label, 18, cx.ink.glyphs.ellipsis).into_owned();
        let blank = 18_usize.saturating_sub(line::width(&label)) + 2;
        let spans = vec![
            cx.ink.text(Role::Text, format!(" {label}")),
            Span::raw(" ".repeat(blank)),
            bars::bar(
                cx.ink,
                if most > 0.0 { group.stats.cost.dollars() / most } else { 0.0 },
                row.width.saturating_sub(21 + 9 + 5),
                cx.ink.theme.series_style(at),
            ),
        ];
        out.left(cx.ink, spans, row);
        let mut right = groups::cost_text(cx, &group.stats);
        right.push(cx.ink.text(Role::Muted, format!("{:>5}", numbers::percent_whole(share))));
        out.right(cx.ink, right, row);
    }
}
