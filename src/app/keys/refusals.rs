//! Why a key cannot work now: what pressing it says.

use crate::app::{App, Pane, PaneKind, Screen};

pub fn never(_: &App) -> Option<&'static str> {
    None
}

pub fn without_line(app: &App) -> Option<&'static str> {
    let pane = app.focus();
    match pane.kind() {
        PaneKind::Text => Some("there is no line to choose here: Tab goes to a table"),
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
        .or_else(|| (!shown).then_some("no call shows this: D says what is known of the sources"))
}

pub fn no_side(app: &App) -> Option<&'static str> {
    (app.focus().kind() == PaneKind::Text).then_some("there is nothing to the side of a text: Tab goes to a table")
}

pub fn without_table(app: &App) -> Option<&'static str> {
    match app.focus().kind() {
        PaneKind::Table => without_line(app),
        _ => Some("only tables: Tab goes to one"),
    }
}

pub fn without_cell(app: &App) -> Option<&'static str> {
    if app.focus() == Pane::Finding {
        return while_masked(app).or_else(|| without_finding(app));
    }
    if app.focus() == Pane::Confidence && app.screen() == Screen::Routes {
        return without_confidence(app);
    }
    if app.masked { Some("private text is masked: * shows it") } else { without_table(app) }
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
        return while_masked(app).or_else(|| without_evidence(app));
    }
    while_masked(app).or_else(|| (app.calls_len() == 0).then_some("there are no calls to write"))
}

pub fn while_masked(app: &App) -> Option<&'static str> {
    app.masked.then_some("private text is masked: * shows it")
}

pub fn without_own_columns(app: &App) -> Option<&'static str> {
    (!app.has_own_columns()).then_some("the columns are automatic already: Space shows one, or no longer")
}

pub fn without_match(app: &App) -> Option<&'static str> {
    let found = app.search.as_ref().is_some_and(|search| !search.hits.is_empty());
    (!found).then_some("nothing was found: / looks for text")
}

pub fn without_themes(app: &App) -> Option<&'static str> {
    (app.themes.len() < 2).then_some("there is only one theme")
}

pub fn without_failed(app: &App) -> Option<&'static str> {
    (app.failed_checks() == 0).then_some("no check fails")
}

/// For keys that mark calls.
pub fn without_list(app: &App) -> Option<&'static str> {
    if app.focus() == Pane::Calls { without_line(app) } else { Some("only calls are marked: Tab goes to their list") }
}

pub fn without_fix(app: &App) -> Option<&'static str> {
    app.fix().is_none().then_some("nothing to add here: A prices a model like one it resembles")
}

/// For keys that compare the calls under the cursor with the rest.
pub fn unselected(app: &App) -> Option<&'static str> {
    (app.selection().is_none() && app.two_calls().is_none())
        .then_some("nothing is selected: m marks calls, / filters, or choose a group, a bin or a moment of a graph")
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

pub fn empty_drawer(app: &App) -> Option<&'static str> {
    let empty = app.drawer.as_ref().is_none_or(super::super::Drawer::is_empty);
    empty.then_some("there is nothing to choose among yet")
}
