//! The table itself.

use super::refusals::{
    empty_drawer, following, never, no_side, not_past, not_saved, unbounded, unbrushable, unopenable, unreversable,
    unselected, unsortable, unzoomable, while_masked, without_any_call, without_calls, without_calls_at_all,
    without_calls_listed, without_cell, without_confidence, without_evidence, without_failed, without_finding,
    without_fix, without_heat, without_line, without_list, without_match, without_own_columns, without_past,
    without_path, without_range, without_record, without_scales, without_session, without_sides, without_strip,
    without_text, without_themes,
};
use super::{Binding, When};
use crate::app::{Action, App, Code, Edit, Judgement, Key, Screen, Side, Step, Turn, Written};
use crate::model::time::DAY;

const SCREENS_AND_DRAWER: When = When::SCREENS.or(When::DRAWER);
const TABLES_AND_DRAWER: When = When::TABLES.or(When::DRAWER);
const BROWSING: When = SCREENS_AND_DRAWER.or(When::HELP).or(When::COLUMNS);
/// What makes sense without a screen to see it on, too.
const ROWS: When = SCREENS_AND_DRAWER.or(When::INLINE);
/// Screens with more panes than one.
const PANES: When = LISTED.or(When::AUDIT).or(When::ALERTS);
/// Screens whose panes `Tab` walks.
const WALKED: When = PANES.or(When::TEMPLATES);
const LISTED: When = When::OVERVIEW.or(When::CALLS).or(When::MODELS).or(When::ROUTES);
/// Tables that can be put in another order.
const TABS: When = LISTED.or(When::SOURCES);
/// Screens whose neighbours are screens.
const NEIGHBOURS: When = TABS.or(When::ALERTS);
/// Tables whose columns the cursor walks.
const GRIDS: When = PANES.or(When::SOURCES);
/// From where templates are reached as well, without a word in the footer.
const ELSEWHERE: When = When::OVERVIEW.or(When::CALLS).or(When::ROUTES).or(When::AUDIT);
const GROUPS: When = When::OVERVIEW.or(When::MODELS);
const TRUST: When = When::ROUTES;
/// Screens of which time is an axis.
const SCRUBBED: When = LISTED;
const GHOSTS: When = When::OVERVIEW.or(When::MODELS).or(When::ROUTES);
/// The same where `+` and `-` are about time.
const TIMED: When = When::OVERVIEW.or(When::CALLS).or(When::MODELS).or(When::OTHER_ROUTES);
const FOLLOWING: When = When::OVERVIEW.or(When::CALLS);
const RECORDS: When = When::OVERVIEW.or(When::CALLS).or(When::AUDIT).or(When::CALL);
/// The same for keys that a list of calls shares with them.
const PAGED: When = RECORDS.or(When::ALERTS);
/// Where costs are looked at by model or by call.
const PRICED: When = When::MODELS.or(When::CALL);
/// Screens that stand on a list of calls.
const LISTING: When = PANES;
const TYPED: When = When::FILTER.or(When::SEARCH);
const CHOOSING: When = When::FILTER.or(When::COMMAND);

const ALT_LEFT: Key = Key { code: Code::Left, ctrl: false, alt: true };
const ALT_UP: Key = Key { code: Code::Up, ctrl: false, alt: true };
const ALT_DOWN: Key = Key { code: Code::Down, ctrl: false, alt: true };
const ALT_RIGHT: Key = Key { code: Code::Right, ctrl: false, alt: true };

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: Code) -> Key {
    Key::plain(code)
}

const fn ctrl(c: char) -> Key {
    Key::ctrl(c)
}

type Refuses = fn(&App) -> Option<&'static str>;

const fn bind(
    keys: &'static [Key],
    action: Action,
    (hint, help): (&'static str, &'static str),
    when: When,
    rank: u8,
    refuses: Refuses,
) -> Binding {
    Binding { keys, action, hint, help, when, rank, refuses }
}

/// Every key there is, in the order that `?` and the README show them.
#[rustfmt::skip]
pub static BINDINGS: &[Binding] = &[
    // Moving about
    bind(&[c('j'), k(Code::Down)], Action::Move(Step::Down), ("down", "one row down"), BROWSING, 9, never),
    bind(&[c('k'), k(Code::Up)], Action::Move(Step::Up), ("up", "one row up"), BROWSING, 9, never),
    bind(&[c('h'), k(Code::Left)], Action::Side(Side::Left), ("left", "the column to the left; in a graph or a strip, back in time; on the bins of Routes, a lower threshold"), GRIDS, 9, no_side),
    bind(&[c('l'), k(Code::Right)], Action::Side(Side::Right), ("right", "the column to the right; in a graph or a strip, on in time; on the bins of Routes, a higher threshold"), GRIDS, 9, no_side),
    bind(&[c('g'), k(Code::Home)], Action::Move(Step::First), ("first", "the first row; in calls, the newest, and stay there"), BROWSING, 9, never),
    bind(&[c('G'), k(Code::End)], Action::Move(Step::Last), ("last", "the last row"), BROWSING, 9, never),
    bind(&[ctrl('d')], Action::Move(Step::HalfDown), ("half page down", "half a page down"), BROWSING, 9, never),
    bind(&[ctrl('u')], Action::Move(Step::HalfUp), ("half page up", "half a page up"), BROWSING, 9, never),
    bind(&[k(Code::PageDown), ctrl('f')], Action::Move(Step::PageDown), ("page down", "a page down"), BROWSING, 9, never),
    bind(&[k(Code::PageUp), ctrl('b')], Action::Move(Step::PageUp), ("page up", "a page up"), BROWSING, 9, never),
    bind(&[k(Code::Enter)], Action::Open, ("open", "go deeper: a row opens its call, a group or a bin its calls"), When::TABLES, 0, unopenable),
    bind(&[k(Code::Tab)], Action::Focus(Turn::Next), ("pane", "the next pane"), WALKED, 1, never),
    bind(&[k(Code::BackTab)], Action::Focus(Turn::Previous), ("previous pane", "the previous pane"), WALKED, 9, never),
    bind(&[k(Code::Tab)], Action::Focus(Turn::Next), ("section", "the next section of the call"), When::CALL, 0, never),
    bind(&[k(Code::BackTab)], Action::Focus(Turn::Previous), ("previous section", "the previous section of the call"), When::CALL, 9, never),
    bind(&[c('1')], Action::Screen(Screen::Overview), ("overview", "how much, and is it normal?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('2')], Action::Screen(Screen::Calls), ("calls", "which ones?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('3')], Action::Screen(Screen::Models), ("models", "what costs?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('4')], Action::Screen(Screen::Routes), ("routes", "can the router be trusted?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('5')], Action::Screen(Screen::Alerts), ("alerts", "what should I do?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('6')], Action::Screen(Screen::Audit), ("audit", "do the books agree?"), SCREENS_AND_DRAWER, 9, never),
    bind(&[c('[')], Action::Sibling(Turn::Previous), ("previous screen", "the previous screen"), NEIGHBOURS, 9, never),
    bind(&[c(']')], Action::Sibling(Turn::Next), ("next screen", "the next screen"), NEIGHBOURS, 9, never),
    bind(&[c('a')], Action::Judge(Judgement::Accept), ("accept", "accept the finding: it will be done; again, take it back"), When::ALERTS, 1, without_finding),
    bind(&[c('x')], Action::Judge(Judgement::Dismiss), ("dismiss", "dismiss the finding: it is wrong here; again, take it back"), When::ALERTS, 1, without_finding),
    bind(&[c('Z')], Action::Judge(Judgement::Snooze(DAY)), ("snooze", "snooze the finding for a day (the palette for other spans); again, take it back"), When::ALERTS, 1, without_finding),
    bind(&[c('v')], Action::ShowNext, ("show", "show findings that are new, accepted, dismissed, snoozed, or all"), When::ALERTS, 2, never),
    bind(&[c('[')], Action::Sibling(Turn::Previous), ("previous", "the previous call that fails the check"), When::AUDIT, 9, without_failed),
    bind(&[c(']')], Action::Sibling(Turn::Next), ("next call", "the next call that fails the check"), When::AUDIT, 2, without_failed),
    bind(&[c('n')], Action::Failed(Turn::Next), ("next check", "the next check that fails"), When::AUDIT, 1, without_failed),
    bind(&[c('N')], Action::Failed(Turn::Previous), ("previous check", "the previous check that fails"), When::AUDIT, 9, without_failed),
    bind(&[c('A')], Action::Fix, ("apply", "add to the configuration what would settle it; asks first"), When::AUDIT.or(When::ALERTS), 7, without_fix),
    bind(&[c('[')], Action::Sibling(Turn::Previous), ("previous call", "the previous call of the list"), When::CALL, 1, never),
    bind(&[c(']')], Action::Sibling(Turn::Next), ("next call", "the next call of the list"), When::CALL, 1, never),
    bind(&[c('D')], Action::Sources, ("sources", "what was found, how it was read, and what was left out"), SCREENS_AND_DRAWER, 8, never),
    bind(&[c('P')], Action::Screen(Screen::Templates), ("templates", "which prompts cost: templates learnt from the requests"), When::MODELS, 5, never),
    bind(&[c('P')], Action::Screen(Screen::Templates), ("templates", "which prompts cost: templates learnt from the requests"), ELSEWHERE, 9, never),
    bind(&[c(':'), ctrl('p')], Action::Palette, ("command", "every action, screen, filter and theme by name, and calls by their ids"), BROWSING, 6, never),
    // What is counted
    bind(&[c('/')], Action::Find, ("filter", "keep only the calls that fit; counted while you type"), TABLES_AND_DRAWER.or(When::INLINE), 3, never),
    bind(&[c('F')], Action::Drawer, ("facets", "choose providers, models, routes, agents, users and status"), SCREENS_AND_DRAWER, 5, never),
    bind(&[k(Code::Enter), c(' ')], Action::Check, ("check", "keep this value, or no longer"), When::DRAWER, 0, empty_drawer),
    bind(&[c('x')], Action::Forget, ("forget", "forget the saved filter under the cursor"), When::DRAWER, 7, not_saved),
    bind(&[c('=')], Action::Only, ("only this", "only calls with the value under the cursor"), When::TABLES, 7, without_line),
    bind(&[c('!')], Action::Without, ("not this", "no calls with the value under the cursor"), When::TABLES, 7, without_line),
    bind(&[c('@')], Action::AskTime, ("time", "go to the call nearest a time: 14:32, -2h, yesterday 9:00, 2026-11-24 12:00"), FOLLOWING, 6, without_calls_listed),
    bind(&[c('w')], Action::WindowLonger, ("window", "look further back"), ROWS, 4, never),
    bind(&[c('W')], Action::WindowShorter, ("shorter window", "look less far back"), ROWS, 9, never),
    bind(&[c('d')], Action::Differ, ("differ", "what is different about these calls: of the group, bin or moment under the cursor, or of the filter; with two marked calls, or one and the cursor on another, between these two"), GRIDS, 6, unselected),
    bind(&[c('n')], Action::Difference(Turn::Next), ("next change", "the next change of request and response"), When::PAIR, 0, never),
    bind(&[c('N')], Action::Difference(Turn::Previous), ("previous change", "the previous change of request and response"), When::PAIR, 1, never),
    bind(&[k(Code::Enter)], Action::Unfold, ("unfold", "show the lines that are the same, or fold them again"), When::PAIR, 2, never),
    bind(&[c('B')], Action::Change, ("bill", "why the bill changed: this window against the one before it"), PANES, 8, unbounded),
    bind(&[c('~')], Action::Against, ("last week", "against the same hours of last week, or the span before"), When::CHANGE, 1, never),
    bind(&[c('~')], Action::Ghost, ("ghost", "last week's same hours behind the graphs; without calls then, yesterday's, or those of the span before"), GHOSTS, 8, without_past),
    bind(&[c('b')], Action::GroupNext, ("group by", "group by the next: model, provider, route, agent, project, use case, user, session, day; on the heat strip, what it measures"), GROUPS, 4, never),
    bind(&[c('b')], Action::GroupNext, ("measure", "what the heat strip measures: latency, cost, tokens, confidence"), When::CALLS, 8, without_strip),
    bind(&[c('b')], Action::GroupNext, ("group by", "whose confidence: by route, model or provider; the last line is all of them"), TRUST, 4, never),
    bind(&[c('%')], Action::Certify, ("hold", "the lowest threshold that holds at most 1 % wrong; again, 2, 5, 10 %, or as [trust] says"), TRUST, 2, without_confidence),
    bind(&[c('u')], Action::Scale, ("scale", "the next router's confidence, where several say it"), TRUST, 7, without_scales),
    bind(&[c('+')], Action::Finer, ("finer", "finer bins of confidence: 4, 10, 20"), When::BINS, 7, without_confidence),
    bind(&[c('-')], Action::Wider, ("wider", "wider bins of confidence"), When::BINS, 9, without_confidence),
    bind(&[c('+')], Action::ZoomIn, ("zoom time", "look at less time, about the cursor of a graph: all figures follow"), TIMED, 7, without_any_call),
    bind(&[c('-')], Action::ZoomOut, ("less zoom", "look at more time, about the cursor of a graph"), TIMED, 9, without_any_call),
    bind(&[c('<')], Action::Earlier, ("earlier", "back in time by half of what is seen, while calls go on being counted"), SCRUBBED, 8, without_any_call),
    bind(&[c('>')], Action::Later, ("later", "on in time by half of what is seen; at the end, live again"), SCRUBBED, 9, not_past),
    bind(&[c('0')], Action::WholeWindow, ("whole window", "back from a zoomed or moved range of time to the window"), SCRUBBED, 9, without_range),
    // How it is shown
    bind(&[c('s')], Action::Sort, ("sort", "sort by the column under the cursor; again, the other way round"), TABS, 2, unsortable),
    bind(&[c('c')], Action::Columns, ("columns", "choose, order and remember the columns of the table"), When::CALLS, 5, never),
    bind(&[k(Code::Enter), c(' ')], Action::Check, ("show", "show the column, or no longer"), When::COLUMNS, 0, never),
    bind(&[c('J'), ALT_DOWN], Action::Shift(Turn::Next), ("move on", "move the column a place to the right"), When::COLUMNS, 1, never),
    bind(&[c('K'), ALT_UP], Action::Shift(Turn::Previous), ("move back", "move the column a place to the left"), When::COLUMNS, 1, never),
    bind(&[c('r')], Action::ResetColumns, ("automatic", "back to the configuration's columns, or to those that have something to tell and room for it"), When::COLUMNS, 2, without_own_columns),
    bind(&[c('c')], Action::Columns, ("keep", "close the card; the columns stay as they are, and are remembered for this folder"), When::COLUMNS, 3, never),
    bind(&[c('S')], Action::Reverse, ("reverse", "turn the order round"), TABS, 9, unreversable),
    bind(&[c('f')], Action::Follow, ("follow", "stay on the newest call; from the past, back to now"), FOLLOWING, 4, following),
    bind(&[c('f')], Action::Follow, ("live", "from the past, back to now"), When::MODELS.or(When::ROUTES), 9, not_past),
    bind(&[c('p')], Action::Pause, ("pause", "stop counting, or catch up"), ROWS, 5, never),
    bind(&[c(' ')], Action::Pause, ("pause", "stop counting, or catch up"), When::SCREENS, 9, never),
    bind(&[c('H')], Action::Heat, ("heat", "a heat strip: calls by time and by latency, cost, tokens or confidence; on it, away with it"), FOLLOWING, 6, without_heat),
    bind(&[c('v')], Action::Brush, ("box", "begin a box on the heat strip, a range on a graph or in the calls; then {open}, {differ}, {export}, {copy}; {back} drops it"), LISTED, 7, unbrushable),
    bind(&[c('z')], Action::Zoom, ("zoom", "give the pane the whole body, or take it back"), When::SCREENS, 6, unzoomable),
    bind(&[c('t')], Action::ThemeNext, ("theme", "the next theme"), ROWS, 8, without_themes),
    bind(&[c('T')], Action::Themes, ("themes", "choose a theme, each seen live"), SCREENS_AND_DRAWER, 9, without_themes),
    bind(&[c('*')], Action::Mask, ("mask", "hide private text, or show it"), ROWS, 7, never),
    // A call
    bind(&[c('/')], Action::Find, ("search", "find text in the call"), When::CALL, 2, never),
    bind(&[c('n')], Action::Match(Turn::Next), ("next match", "the next match of the search"), When::CALL, 9, without_match),
    bind(&[c('N')], Action::Match(Turn::Previous), ("previous match", "the previous match of the search"), When::CALL, 9, without_match),
    bind(&[c('y')], Action::CopyCell, ("copy", "copy the cell under the cursor; on a graph or the strip, the filter; on the bins of Routes, the threshold as a line of the router's configuration"), When::TABLES, 7, without_cell),
    bind(&[c('y')], Action::CopyCell, ("copy", "copy the section; of the summary, the id"), When::CALL, 3, while_masked),
    bind(&[c('Y')], Action::CopyRecord, ("copy record", "copy the record as it is logged"), RECORDS, 9, without_record),
    bind(&[c('Y')], Action::CopyRecord, ("copy evidence", "copy the evidence's filter; in its calls, the record"), When::ALERTS, 9, without_evidence),
    bind(&[k(Code::Enter)], Action::Fold, ("fold", "fold what the line stands in, or unfold it"), When::CALL, 2, without_text),
    bind(&[c('|')], Action::Sections, ("sections", "the sections of the call side by side, or one by one"), When::CALL, 8, without_sides),
    bind(&[c('x')], Action::FoldAll, ("fold all", "fold every message, or show all"), When::CALL, 6, without_text),
    bind(&[c('r')], Action::Rendered, ("as written", "Markdown as it was written, or rendered"), When::CALL, 6, never),
    bind(&[c('S')], Action::Secrets, ("secrets", "show keys and passwords in the text of calls, or hide them again"), When::CALL.or(When::PAIR), 9, never),
    bind(&[c('{')], Action::InSession(Turn::Previous), ("before", "the call before it in the same session"), When::CALL, 4, without_session),
    bind(&[c('}')], Action::InSession(Turn::Next), ("after", "the call after it in the same session"), When::CALL, 4, without_session),
    bind(&[c('P')], Action::CopyPath, ("path", "copy the path of the JSON under the cursor, as jq takes it"), When::CALL, 7, without_path),
    bind(&[c('c')], Action::CopyCurl, ("curl", "copy the request as a curl command, with the key as a variable"), When::CALL, 7, while_masked),
    bind(&[c('O')], Action::Editor, ("editor", "open the record in $EDITOR, as a copy that is thrown away"), PAGED, 9, without_record),
    bind(&[c('o')], Action::Pager, ("pager", "open the record in $PAGER"), PAGED, 4, without_record),
    bind(&[c('R')], Action::Compare, ("what if", "the same tokens at another model's price; of prices only, not of quality"), PRICED, 8, without_calls_at_all),
    bind(&[c('e')], Action::Export(Written::Csv), ("export", "write the listed calls, or the marked ones, to a new CSV file in the current folder"), LISTING, 8, without_calls),
    bind(&[c('E')], Action::Export(Written::Ndjson), ("export JSON", "the same as JSON lines, each call an object"), LISTING, 9, without_calls),
    bind(&[c('m')], Action::Mark, ("mark", "mark the call for {differ} and {export}, or take the mark back; {back} takes all back. Two marked calls are compared by {differ}"), FOLLOWING, 7, without_list),
    bind(&[c('M')], Action::MarkRange, ("mark range", "mark everything from the last mark to here"), FOLLOWING, 9, without_list),
    // The program
    bind(&[k(Code::Esc), k(Code::Backspace)], Action::Back, ("back", "back: closes what lies on top, then the zoom, the last chip of the filter, the place"), BROWSING.or(When::INLINE), 7, never),
    bind(&[c('?')], Action::Help, ("help", "the keys of this screen"), BROWSING, 8, never),
    bind(&[k(Code::Tab)], Action::HelpForm, ("in full", "a word or two for each key, or all that it does"), When::HELP, 1, never),
    bind(&[c('q')], Action::Quit, ("quit", "quit, from anywhere"), BROWSING.or(When::INLINE), 8, never),
    bind(&[ctrl('c')], Action::Quit, ("quit", "quit, from anywhere"), When::ANYWHERE, 9, never),
    bind(&[ctrl('z')], Action::Suspend, ("suspend", "back to the shell for a while"), When::ANYWHERE, 9, never),
    bind(&[ctrl('l')], Action::Redraw, ("redraw", "paint every cell anew"), When::ANYWHERE, 9, never),
    // A prompt
    bind(&[ctrl('s')], Action::SaveFilter, ("save", "keep the filter and give it a name, by which it is found again"), When::FILTER, 4, never),
    bind(&[k(Code::Enter)], Action::Accept, ("keep", "keep what is typed"), TYPED, 0, never),
    bind(&[k(Code::Enter)], Action::Accept, ("go", "go to the call nearest the time"), When::TIME, 0, never),
    bind(&[k(Code::Enter)], Action::Accept, ("do", "do the chosen line"), When::COMMAND, 0, never),
    bind(&[k(Code::Esc)], Action::Back, ("drop", "close, as it was before"), When::PROMPTS, 1, never),
    bind(&[k(Code::Tab)], Action::Complete, ("complete", "put in the chosen completion"), When::FILTER, 2, never),
    bind(&[k(Code::Tab), k(Code::Down), ctrl('n')], Action::Move(Step::Down), ("next", "the next line"), When::COMMAND, 2, never),
    bind(&[k(Code::Down), ctrl('n')], Action::Move(Step::Down), ("next completion", "the next completion"), When::FILTER, 9, never),
    bind(&[k(Code::BackTab), k(Code::Up), ctrl('p')], Action::Move(Step::Up), ("previous", "the previous line"), CHOOSING, 9, never),
    bind(&[k(Code::Left), ctrl('b')], Action::Edit(Edit::Left), ("left", "a character to the left"), When::PROMPTS, 9, never),
    bind(&[k(Code::Right), ctrl('f')], Action::Edit(Edit::Right), ("right", "a character to the right"), When::PROMPTS, 9, never),
    bind(&[k(Code::Home), ctrl('a')], Action::Edit(Edit::Start), ("start", "the beginning of the line"), When::PROMPTS, 9, never),
    bind(&[k(Code::End), ctrl('e')], Action::Edit(Edit::End), ("end", "the end of the line"), When::PROMPTS, 9, never),
    bind(&[k(Code::Backspace), ctrl('h')], Action::Edit(Edit::Backspace), ("delete", "delete to the left; in an empty prompt, close it"), When::PROMPTS, 9, never),
    bind(&[k(Code::Delete), ctrl('d')], Action::Edit(Edit::Delete), ("delete right", "delete to the right"), When::PROMPTS, 9, never),
    bind(&[ctrl('w')], Action::Edit(Edit::DeleteWord), ("delete word", "delete the word to the left"), When::PROMPTS, 9, never),
    bind(&[ctrl('u')], Action::Edit(Edit::DeleteToStart), ("clear", "delete to the beginning"), When::PROMPTS, 3, never),
    bind(&[ctrl('k')], Action::Edit(Edit::DeleteToEnd), ("cut", "delete to the end"), When::PROMPTS, 9, never),
    bind(&[ALT_LEFT], Action::Edit(Edit::WordLeft), ("word left", "a word to the left"), When::PROMPTS, 9, never),
    bind(&[ALT_RIGHT], Action::Edit(Edit::WordRight), ("word right", "a word to the right"), When::PROMPTS, 9, never),
];
