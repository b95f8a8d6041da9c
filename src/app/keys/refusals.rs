//! Why a key cannot work now: what pressing it says. `{mask}` stands for the key that masks, whatever that is.

use crate::app::{App, Column, Pane, PaneKind, Screen, Sort};

pub fn never(_: &App) -> Option<&'static str> {
    None
}

pub fn without_line(app: &App) -> Option<&'static str> {
    let pane = app.focus();
    match pane.kind() {
        PaneKind::Text | PaneKind::Lines => Some("there is no line to choose here: {next-pane} goes to a table"),
        _ if app.len(pane) == 0 => Some("there is nothing here yet"),
        _ => None,
    }
}

pub fn unopenable(app: &App) -> Option<&'static str> {
    match app.focus() {
        Pane::Summary | Pane::Checks | Pane::Cases => without_call(app),
        Pane::Findings | Pane::Finding => without_finding(app).or_else(|| without_evidence(app)),
        _ => without_line(app),
    }
}

/// For keys that say something of a finding.
pub fn without_finding(app: &App) -> Option<&'static str> {
    app.current_alert().is_none().then_some("there is no finding under the cursor")
}

/// For keys that are about the calls that show it.
pub fn without_evidence(app: &App) -> Option<&'static str> {
    let shown = app.current_alert().is_some_and(|stands| !stands.finding.evidence.is_empty());
    while_masked(app)
        .filter(|_| app.focus() == Pane::Evidence)
        .or_else(|| without_finding(app))
        .or_else(|| (!shown).then_some("no call shows this: {sources} says what is known of the sources"))
}

pub fn no_side(app: &App) -> Option<&'static str> {
    matches!(app.focus().kind(), PaneKind::Text | PaneKind::Lines)
        .then_some("there is nothing to the side of a text: {next-pane} goes to a table")
}

pub fn without_table(app: &App) -> Option<&'static str> {
    match app.focus().kind() {
        PaneKind::Table => without_line(app),
        _ => Some("only tables: {next-pane} goes to one"),
    }
}

pub fn without_cell(app: &App) -> Option<&'static str> {
    if app.focus() == Pane::Finding {
        return while_masked(app).or_else(|| without_finding(app));
    }
    if matches!(app.focus().kind(), PaneKind::Graph | PaneKind::Strip) {
        return while_masked(app).or_else(|| without_line(app));
    }
    if app.focus() == Pane::Confidence && app.screen() == Screen::Routes {
        return without_confidence(app);
    }
    if app.masked { Some("private text is masked: {mask} shows it") } else { without_table(app) }
}

/// For keys of the threshold lab.
pub fn without_confidence(app: &App) -> Option<&'static str> {
    app.trust().is_none().then_some("no log tells how sure the router was")
}

pub fn without_scales(app: &App) -> Option<&'static str> {
    let scales = app.verdicts().map_or(0, |verdicts| verdicts.scales.len());
    (scales < 2).then_some("there is only one router's confidence, or none")
}

pub fn without_call(app: &App) -> Option<&'static str> {
    app.current_call().is_none().then_some("there is no call under the cursor")
}

/// For keys that take a record out of the program.
pub fn without_record(app: &App) -> Option<&'static str> {
    // Then the key reads the logs of the tools in the home.
    if app.offers_tools() {
        return None;
    }
    if app.store.calls() == 0 {
        return Some("no tool of this home has logged anything: name a file, a folder or a database");
    }
    while_masked(app).or_else(|| without_call(app))
}

pub fn without_calls_at_all(app: &App) -> Option<&'static str> {
    (app.calls_len() == 0).then_some("there are no calls to compare")
}

pub fn without_calls_listed(app: &App) -> Option<&'static str> {
    (app.store.calls() == 0).then_some("there are no calls yet")
}

pub fn without_calls(app: &App) -> Option<&'static str> {
    if app.screen() == crate::app::Screen::Alerts {
        return without_evidence(app);
    }
    // Masked, what is written is masked too, and says so.
    (app.calls_len() == 0).then_some("there are no calls to write")
}

/// For keys that walk a session.
pub fn without_session(app: &App) -> Option<&'static str> {
    app.so_far().is_none().then_some("the log names no session for this call")
}

/// For the key that puts sections side by side. Before the first frame nobody knows.
pub fn without_sides(app: &App) -> Option<&'static str> {
    let one = app.shown.panes.len() == 1 && !app.one_by_one && !app.zoomed;
    one.then_some("there is room for one section at a time: {next-pane} goes to the next")
}

/// For keys that fold.
pub fn without_text(app: &App) -> Option<&'static str> {
    let text = app.focus().kind() == PaneKind::Lines && app.len(app.focus()) > 0;
    (!text).then_some("only in a request, a response or a record: {next-pane} goes to one")
}

/// For keys that are about the record's JSON.
pub fn without_path(app: &App) -> Option<&'static str> {
    let raw = matches!(app.focus(), Pane::Raw | Pane::Twins);
    while_masked(app).or_else(|| (!raw).then_some("only in the raw record: {next-pane} goes to it"))
}

pub fn while_masked(app: &App) -> Option<&'static str> {
    app.masked.then_some("private text is masked: {mask} shows it")
}

pub fn without_own_columns(app: &App) -> Option<&'static str> {
    (!app.has_own_columns()).then_some("the columns are automatic already: {check} shows one, or no longer")
}

pub fn without_match(app: &App) -> Option<&'static str> {
    let found = app.search.as_ref().is_some_and(|search| !search.hits.is_empty());
    (!found).then_some("nothing was found: {search} looks for text")
}

pub fn without_themes(app: &App) -> Option<&'static str> {
    (app.themes.len() < 2).then_some("there is only one theme")
}

pub fn without_failed(app: &App) -> Option<&'static str> {
    (app.failed_checks() == 0).then_some("no check fails")
}

/// For keys that mark calls.
pub fn without_list(app: &App) -> Option<&'static str> {
    if app.focus() == Pane::Calls {
        without_line(app)
    } else {
        Some("only calls are marked: {next-pane} goes to their list")
    }
}

pub fn without_fix(app: &App) -> Option<&'static str> {
    app.fix().is_none().then_some("nothing to add here: {apply} prices a model like one it resembles")
}

/// For keys that compare the calls under the cursor with the rest.
pub fn unselected(app: &App) -> Option<&'static str> {
    (app.selection().is_none() && app.two_calls().is_none()).then_some(
        "nothing is selected: {mark} marks calls, {filter} filters, or choose a group, a bin or a moment of a graph",
    )
}

pub fn unbrushable(app: &App) -> Option<&'static str> {
    let why = "no box or range here: {next-pane} goes to a graph or to the calls";
    if app.can_brush(app.focus()) { without_line(app) } else { Some(why) }
}

/// For the key that shows the heat strip.
pub fn without_heat(app: &App) -> Option<&'static str> {
    app.heat_of().is_none().then_some("no log tells latency, cost, tokens or confidence")
}

/// For keys of the strip.
pub fn without_strip(app: &App) -> Option<&'static str> {
    (!app.shows_heat()).then_some("only on the heat strip: {heat} shows it")
}

pub fn unbounded(app: &App) -> Option<&'static str> {
    app.periods(crate::figures::waterfall::Against::Previous).err()
}

pub fn unsortable(app: &App) -> Option<&'static str> {
    let cursor = app.place().cursor(app.focus());
    match app.focus() {
        Pane::Sources => Some("sources stand in the order they were found"),
        Pane::Burn => Some("budgets and objectives stand with the worst first"),
        Pane::Calls if cursor.column.sort_by().is_none() => Some("calls cannot be sorted by this column"),
        _ => without_table(app),
    }
}

pub fn unreversable(app: &App) -> Option<&'static str> {
    match app.focus() {
        Pane::Sources => Some("sources stand in the order they were found"),
        Pane::Burn => Some("budgets and objectives stand with the worst first"),
        _ => without_table(app),
    }
}

pub fn not_saved(app: &App) -> Option<&'static str> {
    match app.saved_under_cursor() {
        None => Some("only saved filters are forgotten: {save-filter} saves one while it is typed"),
        Some(saved) if saved.is_configured => Some("the configuration has this filter: change it there"),
        Some(_) => None,
    }
}

/// For the key that follows the newest call.
pub fn following(app: &App) -> Option<&'static str> {
    let cursor = app.place().cursor(Pane::Calls);
    let newest_first = cursor.sort == Sort::falling(Column::Time);
    (app.ago().is_none() && cursor.id.is_none() && cursor.nth == 0 && newest_first)
        .then_some("the cursor is on the newest call already, and stays there")
}

/// For the key that gives a pane the whole body. Before the first frame nobody knows.
pub fn unzoomable(app: &App) -> Option<&'static str> {
    let drawn = !app.shown.clicks.is_empty();
    (drawn && !app.zoomed && app.shown.panes.len() < 2).then_some("there is no other pane to take room from")
}

/// For keys that zoom and move time.
pub fn without_any_call(app: &App) -> Option<&'static str> {
    (app.store.calls() == 0).then_some("there are no calls yet, at any time")
}

pub fn without_range(app: &App) -> Option<&'static str> {
    app.range.is_none().then_some("this is the whole window: {longer-window} looks further back")
}

pub fn without_past(app: &App) -> Option<&'static str> {
    (!app.ghosts && !app.has_past()).then_some("all of time has nothing before it: {shorter-window} chooses a window")
}

pub fn not_past(app: &App) -> Option<&'static str> {
    app.ago().is_none().then_some("this is now: {earlier} goes back in time")
}

pub fn empty_drawer(app: &App) -> Option<&'static str> {
    let empty = app.drawer.as_ref().is_none_or(super::super::Drawer::is_empty);
    empty.then_some("there is nothing to choose among yet")
}
