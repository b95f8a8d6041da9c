//! Every key in every place: it does something that is seen, or says why not. And the ways to other keys, to whatever has
//! a name, and back to how it was left.

#![allow(clippy::unwrap_used, dead_code, reason = "a test may fail loudly, and shares a scene with others")]

#[path = "screens/picture.rs"]
mod picture;
#[path = "screens/scene.rs"]
mod scene;

use std::collections::BTreeSet;
use std::thread;

use callscope::app::keys::{Keymap, Said, context, names, spell};
use callscope::app::{Action, App, Edit, Effect, Free, Key, Kind, Options, Pane, Saved, Screen, Shown, View};
use callscope::model::time::{MINUTE, SECOND};
use callscope::model::{Call, Status, Usage, Window};
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::theme::Theme;
use picture::Camera;
use scene::{NOW, answer};

/// A world to press keys in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum World {
    Empty,
    OneCall,
    Many,
}

fn calls(many: usize) -> Vec<Call<'static>> {
    let call = |nth: usize| Call {
        at: NOW.minus(SECOND + (many - nth) as i64 * MINUTE / 2),
        id: Some(format!("call-{nth:04}").into()),
        model: Some(["claude-opus-4-1", "gpt-5", "gpt-5-mini"][nth % 3].into()),
        provider: Some(["anthropic", "openai", "openai"][nth % 3].into()),
        route: Some(["chat", "triage"][nth % 2].into()),
        session: Some(["s-1", "s-2"][nth / 3 % 2].into()),
        user: Some("ann".into()),
        usage: Usage { input: Some(1_000 + 90 * nth as u32), output: Some(100), ..Usage::default() },
        confidence: Some(0.5 + nth as f64 / 100.0),
        overridden: Some(nth.is_multiple_of(7)),
        took: Some((1 + nth as u64) * 200_000_000),
        status: if nth % 9 == 4 { Status::Error } else { Status::Success },
        ..Call::default()
    };
    (0..many).map(call).collect()
}

fn world(of: World) -> App {
    let mut app = scene::only(&calls(match of {
        World::Empty => 0,
        World::OneCall => 1,
        World::Many => 40,
    }));
    while app.look(NOW) {}
    answer(&mut app);
    app
}

fn with(options: Options) -> App {
    let mut app = world(World::Many);
    app.keymap = options.keymap;
    app.saved = options.saved;
    app
}

fn act(app: &mut App, actions: &[Action]) {
    for action in actions {
        app.update(action.clone(), NOW);
        answer(app);
    }
}

/// Presses keys as they are written in a configuration, `/` among them; what stands in quotes is typed.
fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for word in keys.split(' ') {
        let all = match word.strip_prefix('"') {
            Some(text) => {
                text.trim_end_matches('"').chars().map(|c| Key::char(if c == '_' { ' ' } else { c })).collect()
            }
            None => vec![spell::parse(word).unwrap()],
        };
        for key in all {
            effects.extend(app.press(key, NOW));
            effects.extend(app.settle(NOW));
        }
    }
    answer(app);
    effects
}

fn said(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| toast.text.as_str())
}

fn camera() -> Camera {
    Camera { theme: Theme::default(), set: GlyphSet::Braille }
}

fn shown(app: &mut App) -> String {
    camera().take(app, 120, 36).1
}

fn item(app: &App, title: &str) -> Option<callscope::app::PaletteItem> {
    app.prompt.as_ref()?.items.iter().find(|item| item.title == title).cloned()
}

/// The way to each place where keys go to.
fn ways() -> Vec<(&'static str, Vec<Action>)> {
    let screen = |screen| vec![Action::Screen(screen)];
    let typed = |text: &str| Action::Edit(Edit::Insert(text.to_owned()));
    let call = || vec![Action::Screen(Screen::Calls), Action::Open];
    vec![
        ("Overview", vec![]),
        ("Calls", screen(Screen::Calls)),
        ("Models", screen(Screen::Models)),
        ("Routes", screen(Screen::Routes)),
        ("Alerts", screen(Screen::Alerts)),
        ("Audit", screen(Screen::Audit)),
        ("Call", call()),
        ("Call: request", [call(), vec![Action::Pane(Pane::Request)]].concat()),
        ("bins of Routes", vec![Action::Screen(Screen::Routes), Action::Pane(Pane::Confidence)]),
        ("the past", vec![Action::ZoomIn, Action::Earlier]),
        ("Compare", vec![Action::Screen(Screen::Calls), Action::Mark, Action::Mark, Action::Differ]),
        ("time", vec![Action::Screen(Screen::Calls), Action::AskTime, typed("-2m")]),
        ("Sources", vec![Action::Sources]),
        ("Differ", vec![Action::Screen(Screen::Models), Action::Differ]),
        ("Change", vec![Action::Window(Window::Hour), Action::Change]),
        ("Templates", screen(Screen::Templates)),
        ("drawer", vec![Action::Drawer]),
        ("columns", vec![Action::Screen(Screen::Calls), Action::Columns]),
        ("help", vec![Action::Help]),
        ("filter", vec![Action::Find, typed("mod")]),
        ("palette", vec![Action::Palette, typed("t")]),
        ("search", [call(), vec![Action::Find, typed("e")]].concat()),
    ]
}

/// What is seen, with its colours, and what is not seen but kept.
fn state(app: &mut App) -> String {
    let (buf, text) = camera().take(app, 120, 36);
    format!("{text}{:?}{:?}", buf.content.iter().map(ratatui::buffer::Cell::style).collect::<Vec<_>>(), app.prompt)
}

#[test]
fn every_key_does_something_or_says_why_not() {
    let mut silent: Vec<String> = Vec::new();
    let moved: BTreeSet<String> = thread::scope(|scope| {
        let walks: Vec<_> =
            [World::Empty, World::OneCall, World::Many].into_iter().map(|of| scope.spawn(move || walk(of))).collect();
        let mut moved = BTreeSet::new();
        for walk in walks {
            let (silent_here, moved_here) = walk.join().unwrap();
            silent.extend(silent_here);
            moved.extend(moved_here);
        }
        moved
    });
    assert!(silent.is_empty(), "pressed in vain:\n{}", silent.join("\n"));
    // What only moves about may be at an end in one place, but not in all of them.
    for name in names().filter(|name| !["suspend", "redraw"].contains(&name.as_ref())) {
        assert!(moved.contains(&*name), "{name} was never seen to do anything");
    }
}

/// Keys that did nothing without a word, and names of those that did something.
fn walk(of: World) -> (Vec<String>, Vec<String>) {
    let (mut silent, mut did) = (Vec::new(), Vec::new());
    for (place, way) in ways() {
        let mut app = world(of);
        act(&mut app, &way);
        let here = context(&app);
        let lines: Vec<_> = app.keymap.lines(here).collect();
        let before = state(&mut app);
        for (binding, keys) in lines {
            for key in keys {
                let mut app = world(of);
                act(&mut app, &way);
                (app.shown, app.toast) = (Shown::default(), None);
                let _ = state(&mut app);
                app.toast = None;
                let effects = app.press(key, NOW);
                answer(&mut app);
                if !effects.is_empty() || app.toast.is_some() || app.quit || state(&mut app) != before {
                    did.push(binding.name().into_owned());
                    assert!(!said(&app).contains(['{', '}']), "{}", said(&app));
                } else if !matches!(binding.action, Action::Move(_) | Action::Side(_) | Action::Edit(_)) {
                    silent.push(format!("{of:?} {place}: {key} ({})", binding.name()));
                }
            }
        }
    }
    (silent, did)
}

fn keymap(lines: &[(&str, &[&str])]) -> Keymap {
    let keys = |keys: &&[&str]| keys.iter().map(|key| spell::parse(key).unwrap()).collect();
    let said: Said = lines.iter().map(|(name, list)| ((*name).to_owned(), keys(list))).collect();
    Keymap::new(&said).unwrap().0
}

#[test]
fn other_keys_are_pressed_shown_and_named() {
    let own = keymap(&[
        ("pause", &["f2"]),
        ("quit", &["Q"]),
        ("filter", &["/", "ctrl-g"]),
        ("next-theme", &[]),
        ("mask", &["X"]),
        ("calls", &["f3"]),
        ("next-pane", &["ctrl-n"]),
    ]);
    let mut app = with(Options { keymap: own, ..Options::default() });
    press(&mut app, "p");
    assert!(!said(&app).contains("pause") && app.clock == callscope::app::Clock::Live, "the old key does nothing");
    press(&mut app, "f2");
    assert_ne!(app.clock, callscope::app::Clock::Live);
    press(&mut app, "f2 f3");
    assert_eq!(app.screen(), Screen::Calls);
    let screen = camera().take(&mut app, 200, 50).1;
    assert!(screen.contains("F3 Calls") && !screen.contains("2 Calls"), "{screen}");
    assert!(screen.lines().last().unwrap().contains("F2 pause"), "{screen}");
    press(&mut app, "ctrl-g");
    assert!(app.prompt.is_some());
    press(&mut app, "esc ?");
    let help = camera().take(&mut app, 200, 50).1;
    assert!(help.contains("/ ^g") && help.contains("longer-window"), "{help}");
    press(&mut app, "esc X y");
    assert_eq!(said(&app), "private text is masked: X shows it");
    press(&mut app, "X : \"next_theme\"");
    let theme = app.prompt.as_ref().unwrap().items.iter().find(|item| item.action == Action::ThemeNext).unwrap();
    assert_eq!(theme.keys, "", "what has no key is still found");
    press(&mut app, "esc");
    assert!(press(&mut app, "q").is_empty() && !app.quit);
    press(&mut app, "Q");
    assert!(app.quit);
}

#[test]
fn the_palette_finds_whatever_has_a_name() {
    let mut app = world(World::Many);
    app.saved = vec![Saved { name: "slow".into(), text: "took>3s".into(), is_configured: false }];
    for (typed, title, kind) in [
        ("\"zoo\"", "zoom", Kind::Action),
        ("\"go_mod\"", "go to models", Kind::Screen),
        ("\"7d\"", "window 7d", Kind::Window),
        ("\"slow\"", "@slow", Kind::Filter),
        ("\"clock\"", "theme tokyo-night", Kind::Theme),
        ("\"gpt-5\"", "model:gpt-5", Kind::Value),
        ("\"group_prov\"", "group by provider", Kind::Group),
        ("\"sort_cost\"", "sort by cost", Kind::Sort),
        ("\"ascii\"", "graphs ascii", Kind::Graphs),
        ("\"call-0007\"", "call-0007", Kind::Call),
    ] {
        let typed = if typed == "\"clock\"" { "\"tokyo\"" } else { typed };
        press(&mut app, &format!(": {typed}"));
        let first = app.prompt.as_ref().unwrap().items.first().cloned();
        assert_eq!(first.map(|item| (item.title, item.kind)), Some((title.to_owned(), kind)), "{typed}");
        press(&mut app, "esc");
    }
    press(&mut app, ": \"gpt-5-m\" enter");
    assert_eq!(app.filter.text, "model=gpt-5-mini");
    press(&mut app, ": \"@slow\" enter");
    assert_eq!(app.filter.text, "took>3s", "a saved filter stands for the whole");
    press(&mut app, ": \"call-0007\" enter");
    let row = app.current_call().unwrap();
    assert_eq!((app.screen(), app.store.row(row).id()), (Screen::Call, "call-0007".to_owned()));
}

#[test]
fn the_palette_says_why_not_and_offers_first_what_was_last_chosen() {
    let mut app = world(World::Many);
    press(&mut app, ": \"pager\"");
    let refused = item(&app, "pager").unwrap().refused.unwrap();
    assert!(shown(&mut app).contains(&refused), "it is told beside the line");
    press(&mut app, "enter");
    assert_eq!(said(&app), refused);
    assert!(app.prompt.is_some(), "another line can be chosen");
    press(&mut app, "esc : \"window_24\" enter : \"mask\" enter :");
    let titles: Vec<&str> = app.prompt.as_ref().unwrap().items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles[..2], ["mask", "window 24h"]);
    press(&mut app, "\"call-0007\"");
    assert_eq!(item(&app, "call-0007"), None, "ids are private, and masked now");
}

#[test]
fn a_filter_gets_a_name_and_stands_for_it_until_it_is_forgotten() {
    let mut app = world(World::Many);
    press(&mut app, "/ \"route:chat_took>3s\" ctrl-s");
    assert_eq!(app.prompt.as_ref().unwrap().text(), "save ", "its name is asked for");
    let effects = press(&mut app, "\"slow_chat\" enter");
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::KeepFilter { name, text } => Some((name.as_str(), text.as_deref())),
        _ => None,
    });
    assert_eq!(kept, Some(("slow-chat", Some("route:chat took>3s"))));
    press(&mut app, "esc esc");
    assert!(app.filter.is_empty());
    press(&mut app, "/ \"-is:error_@sl\"");
    assert_eq!(app.prompt.as_ref().unwrap().completions, ["@slow-chat"]);
    press(&mut app, "tab");
    assert_eq!(app.prompt.as_ref().unwrap().text(), "-is:error route:chat took>3s");
    press(&mut app, "enter esc esc esc / \"@slow-chat\" enter");
    assert_eq!(app.filter.chips, ["route:chat", "took>3s"], "a name that is typed out is understood as well");
    press(&mut app, "F");
    assert!(shown(&mut app).contains("@slow-chat"), "{}", shown(&mut app));
    press(&mut app, "enter");
    assert!(app.filter.is_empty(), "it was checked");
    press(&mut app, "enter");
    assert_eq!(app.filter.text, "route:chat took>3s");
    let effects = press(&mut app, "x");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::KeepFilter { text: None, .. })));
    assert!(app.saved.is_empty());
}

#[test]
fn a_name_of_the_configuration_is_not_written_over() {
    let mut app = world(World::Many);
    app.saved = vec![Saved { name: "slow".into(), text: "took>3s".into(), is_configured: true }];
    press(&mut app, "/ \"is:error\" enter : \"save_slow\" enter");
    assert_eq!(said(&app), "the configuration has a filter @slow: choose another name");
    assert_eq!(app.saved[0].text, "took>3s");
    press(&mut app, "F g x");
    assert_eq!(said(&app), "the configuration has this filter: change it there");
}

#[test]
fn it_begins_as_it_was_left() {
    let mut app = world(World::Many);
    press(&mut app, "w w 3 b b s");
    act(&mut app, &[Action::SortBy(callscope::app::Column::Calls), Action::Theme("mono".into())]);
    press(&mut app, "/ \"route:chat\" enter enter");
    assert_ne!(app.screen(), Screen::Models, "a group was opened");
    let text = serde_json::to_string(&app.view()).unwrap();
    let view: View = serde_json::from_str(&text).unwrap();
    let (grouping, sort, window) = {
        let place = &app.trail[0];
        (place.grouping, place.cursor(Pane::Groups).sort, app.window)
    };
    let mut again = world(World::Many);
    again.restore(&view, Free { window: true, filter: true, theme: true });
    answer(&mut again);
    let place = again.place();
    assert_eq!((place.screen, place.grouping, place.cursor(Pane::Groups).sort), (Screen::Models, grouping, sort));
    assert_eq!((again.window, again.theme.as_str()), (window, "mono"));
    assert_eq!(again.filter.text, "route:chat", "without the term that only the way to the calls added");
    assert!(said(&again).contains("Esc takes it back"), "{}", said(&again));
    let mut bound = world(World::Many);
    bound.restore(&view, Free::default());
    assert_eq!((bound.screen(), bound.window), (Screen::Models, Window::Hour), "flags outrank what is remembered");
    assert!(bound.filter.is_empty() && bound.theme == "default");
    for broken in
        ["{}", r#"{"screen": "Nowhere", "window": "5y", "filter": "cost>x", "sort": {"Calls calls": ["NO", true]}}"#]
    {
        let mut app = world(World::Many);
        app.restore(&serde_json::from_str(broken).unwrap(), Free { window: true, filter: true, theme: true });
        assert_eq!((app.screen(), app.filter.is_empty()), (Screen::Overview, true));
    }
}

/// Clicks on the first of these words that is on the screen.
fn click(app: &mut App, words: &str) {
    let text = shown(app);
    let found = text.lines().enumerate().find_map(|(y, line)| {
        let at = line.find(words)?;
        Some((line[..at].chars().count() as u16, y as u16))
    });
    let (x, y) = found.unwrap_or_else(|| panic!("{words} on\n{text}"));
    app.click(x, y, NOW);
    answer(app);
}

#[test]
fn the_mouse_reaches_what_is_drawn() {
    let mut app = world(World::Many);
    press(&mut app, "2 / \"route:chat_model:gpt_took<9s\" enter");
    click(&mut app, "model:gpt");
    assert_eq!(app.filter.text, "route:chat took<9s", "a click takes a chip out");
    click(&mut app, "60m");
    assert_eq!(app.window, Window::Day);
    click(&mut app, "3 Models");
    assert_eq!(app.screen(), Screen::Models);
    press(&mut app, "enter");
    assert_eq!(app.screen(), Screen::Calls);
    click(&mut app, "took<9s");
    assert_eq!((app.screen(), app.filter.chips.len()), (Screen::Models, 2), "a crumb leads back, whole as it is");
    click(&mut app, "? help");
    assert!(app.help.is_some(), "a hint is a button");
    press(&mut app, "esc : \"zoom\"");
    click(&mut app, "give the pane");
    assert!(app.zoomed && app.prompt.is_none(), "a line of the palette is one too");
}

#[test]
fn rows_in_a_shell_show_what_counts_and_have_their_own_keys() {
    let mut app = world(World::Many);
    app.inline = true;
    for (rows, most) in [(3, 3), (8, 8), (20, 20)] {
        let (_, text) = camera().take(&mut app, 80, rows);
        assert_eq!(text.lines().count(), most);
        assert!(text.contains("60m") && text.contains("live") && text.contains("40 calls"), "{text}");
        assert!(text.contains("cost per"), "{text}");
        assert_eq!(text.contains("gpt-5"), rows > 4, "{text}");
    }
    press(&mut app, "w");
    assert_eq!(app.window, Window::Day);
    press(&mut app, "2 ? : F");
    assert!(app.screen() == Screen::Overview && app.help.is_none() && app.prompt.is_none() && app.drawer.is_none());
    press(&mut app, "/ \"route:chat\"");
    assert!(camera().take(&mut app, 80, 5).1.contains("/ route:chat"));
    press(&mut app, "enter");
    assert_eq!(app.board.total.calls, 20);
    press(&mut app, "esc q");
    assert!(app.filter.is_empty() && app.quit);
    for (width, height) in [(20, 3), (10, 3), (1, 1), (80, 1), (200, 20)] {
        camera().take(&mut app, width, height);
    }
}

/// With a million calls a letter finds what has a name at once, and an id a few rows at a time.
#[test]
fn older_calls_are_looked_through_while_one_types() {
    let mut app = scene::only(&calls(45_000));
    answer(&mut app);
    press(&mut app, ": \"call-0000\"");
    assert!(app.is_scanning() || item(&app, "call-0000").is_some());
    for _ in 0..4 {
        app.settle(NOW);
    }
    assert!(item(&app, "call-0000").is_some() && !app.is_scanning(), "the oldest is found in the end");
    press(&mut app, "esc");
    assert!(app.due() > NOW, "nothing goes on when the palette is closed");
}
