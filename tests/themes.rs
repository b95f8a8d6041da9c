//! Themes as a person meets them: what is drawn in which role, that no theme changes a word or leaves a patch, that the one
//! chosen is remembered, and the user's own ones.

#![allow(clippy::unwrap_used, dead_code, reason = "a test that unwraps asserts; the scene is shared")]

mod common;
#[path = "screens/picture.rs"]
mod picture;
#[path = "screens/scene.rs"]
mod scene;

use std::process::Command;

use callscope::app::{Action, App, Screen};
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::screen::SCREENS;
use callscope::ui::theme::{Role, THEMES, Theme};
use common::{Place, WORKED};
use picture::Camera;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use scene::{NOW, Without, answer};

/// Runs a test of this file again with the clock of UTC.
fn utc(test: &str, body: impl FnOnce()) {
    if std::env::var("TZ").as_deref() == Ok("UTC") {
        return body();
    }
    let this = std::env::current_exe().unwrap();
    let run = Command::new(this).args([test, "--exact", "--nocapture"]).env("TZ", "UTC").output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
}

fn after(actions: &[Action]) -> App {
    let mut app = scene::scene(Without::default());
    for action in actions {
        app.update(action.clone(), NOW);
        answer(&mut app);
    }
    app
}

/// Every screen, and everything that can lie over one.
fn places() -> Vec<(&'static str, App)> {
    let mut places: Vec<(&'static str, App)> = SCREENS
        .iter()
        .map(|view| match view.screen {
            Screen::Call => ("Call", after(&[Action::Screen(Screen::Calls), Action::Open])),
            Screen::Differ => ("Differ", after(&[Action::Screen(Screen::Models), Action::Differ])),
            Screen::Pair => {
                ("Compare", after(&[Action::Screen(Screen::Calls), Action::Mark, Action::Mark, Action::Differ]))
            }
            Screen::Change => ("Change", after(&[Action::Window(callscope::model::Window::Day), Action::Change])),
            screen => (screen.name(), after(&[Action::Screen(screen)])),
        })
        .collect();
    for (_, app) in &mut places {
        while app.look(NOW) {}
        answer(app);
    }
    let over = [("help", Action::Help), ("drawer", Action::Drawer), ("palette", Action::Palette)];
    places.extend(over.map(|(name, action)| (name, after(&[action]))));
    places
}

fn camera(theme: &str) -> Camera {
    Camera { theme: Theme::named(theme).unwrap(), set: GlyphSet::Braille }
}

#[test]
fn a_theme_changes_no_word() {
    // Focus has a double border where there are no colours.
    let single = |text: String| {
        let pairs = [('═', '─'), ('║', '│'), ('╔', '╭'), ('╗', '╮'), ('╚', '╰'), ('╝', '╯')];
        pairs.iter().fold(text, |text, (double, single)| text.replace(*double, &single.to_string()))
    };
    for (name, mut app) in places() {
        for (width, height) in [(80, 24), (120, 36)] {
            let mut said = |theme: &str| single(camera(theme).take(&mut app, width, height).1);
            let mono = said("mono");
            for theme in ["default", "catppuccin-mocha", "solarized-light"] {
                let themed = said(theme);
                assert_eq!(mono, themed, "{name} in {theme} at {width}×{height}");
            }
        }
    }
}

#[test]
fn a_background_has_no_patches_and_the_default_paints_none() {
    for (name, mut app) in places() {
        for (theme, _) in THEMES {
            let camera = camera(theme);
            let (buf, text) = camera.take(&mut app, 120, 36);
            let is_bare = |cell: &Cell| cell.bg == Color::Reset;
            match camera.theme.background {
                Some(_) => assert!(!buf.content.iter().any(is_bare), "{name} in {theme}\n{text}"),
                None => {
                    let painted = buf.content.iter().filter(|cell| !is_bare(cell)).count();
                    let bars = buf.content.iter().filter(|cell| !is_bare(cell) && cell.symbol() == " ").count();
                    assert_eq!(bars, 0, "{name} in {theme}: {painted} cells\n{text}");
                }
            }
        }
    }
}

/// What each cell is drawn in, a letter for each role; `~` is a colour of a ramp or a series, and in upper case it stands
/// on a background of its own or is reversed.
fn styles(buf: &Buffer, theme: &Theme) -> String {
    const LETTERS: [(Role, char); 15] = [
        (Role::Text, '.'),
        (Role::Strong, 's'),
        (Role::Good, 'g'),
        (Role::Warn, 'w'),
        (Role::Bad, 'e'),
        (Role::Info, 'i'),
        (Role::Key, 'k'),
        (Role::Focus, 'o'),
        (Role::Link, 'l'),
        (Role::Muted, 'm'),
        (Role::Border, 'r'),
        (Role::Faint, 'f'),
        (Role::Title, 't'),
        (Role::New, 'n'),
        (Role::Match, 'h'),
    ];
    let letter = |cell: &Cell| {
        if cell.symbol() == " " && cell.bg == theme.background.unwrap_or(Color::Reset) && cell.modifier.is_empty() {
            return ' ';
        }
        let weight = |modifier: Modifier| modifier & (Modifier::BOLD | Modifier::DIM | Modifier::UNDERLINED);
        let exact = |role: Role| {
            let style = theme.style(role);
            style.fg.unwrap_or_default() == cell.fg && weight(style.add_modifier) == weight(cell.modifier)
        };
        let near = |role: Role| theme.style(role).fg.is_some_and(|fg| fg == cell.fg && fg != Color::Reset);
        let role =
            LETTERS.iter().find(|(role, _)| exact(*role)).or_else(|| LETTERS.iter().find(|(role, _)| near(*role)));
        let letter = role.map_or('~', |(_, letter)| *letter);
        let set_off = cell.bg != theme.background.unwrap_or(Color::Reset) || cell.modifier.contains(Modifier::REVERSED);
        match letter {
            '.' if set_off => '#',
            _ if set_off => letter.to_ascii_uppercase(),
            _ => letter,
        }
    };
    let rows = buf.content.chunks(usize::from(buf.area.width));
    rows.map(|row| row.iter().map(letter).collect::<String>().trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_drawn_in_which_role() {
    utc("what_is_drawn_in_which_role", || {
        for (name, actions) in [
            ("overview", vec![]),
            ("call", vec![Action::Screen(Screen::Calls), Action::Open]),
            ("routes", vec![Action::Screen(Screen::Routes)]),
        ] {
            for theme in ["mono", "default", "catppuccin-mocha", "solarized-light"] {
                let camera = camera(theme);
                let (buf, _) = camera.take(&mut after(&actions), 80, 24);
                insta::assert_snapshot!(format!("{name}_{theme}"), styles(&buf, &camera.theme));
            }
        }
    });
}

fn logs() -> Place {
    let place = Place::new();
    place.write("logs/decisions-2026-01-05.jsonl", WORKED);
    place
}

fn open(place: &Place, args: &[&str]) -> common::screen::Screen {
    let screen = common::screen::Screen::start(place, (120, 36), &[&["--window", "all", "logs"], args].concat());
    screen.wait_text("2 calls").wait_text("live");
    screen
}

/// The escape sequence of a painted background.
fn painted(color: &str) -> String {
    let channel = |at: usize| u8::from_str_radix(&color[at..at + 2], 16).unwrap();
    format!("48;2;{};{};{}", channel(0), channel(2), channel(4))
}

fn is_painted(screen: &common::screen::Screen, color: &str) -> bool {
    String::from_utf8_lossy(&screen.raw()).contains(&painted(color))
}

#[test]
fn the_theme_that_was_chosen_is_there_the_next_time_unless_something_says_another() {
    let place = logs();
    let mut screen = open(&place, &[]);
    assert!(!String::from_utf8_lossy(&screen.raw()).contains("48;2;"), "by default nothing is painted");
    screen.keys("Tnord\r").wait_text("theme nord");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let mut screen = open(&place, &[]);
    assert!(is_painted(&screen, "2e3440"));
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    place.write("callscope.toml", "theme = \"dracula\"\n");
    let mut screen = open(&place, &[]);
    assert!(is_painted(&screen, "282a36"), "the configuration goes before what was chosen");
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    let screen = open(&place, &["--theme", "monokai"]);
    assert!(is_painted(&screen, "272822"), "and the command line before both");
}

#[test]
fn a_theme_of_ones_own_is_listed_shown_and_read_again_while_it_is_edited() {
    let place = logs();
    let file = ".no-config/callscope/themes/mine.toml";
    place.write(file, "name = \"Mine\"\nmode = \"dark\"\n[roles]\nbackground = \"#010203\"\ntext = \"#d0d0d0\"\n");
    place.write(".no-config/callscope/themes/broken.toml", "[roles]\nbad = \"reddish\"\n");
    let listed = place.run(&["themes"]);
    assert!(listed.err.contains("broken.toml: line 2: unknown colour `reddish`"), "{}", listed.err);
    let listed = listed.out;
    let line = |name: &str| listed.lines().find(|line| line.starts_with(name)).map(str::to_owned).unwrap_or_default();
    assert!(line("mine ").contains("dark") && line("mine ").contains("themes/mine.toml"), "{listed}");
    assert!(line("gruvbox-light ").ends_with("light"), "{listed}");
    assert!(place.run(&["themes", "nord"]).out.contains("name = \"Nord\""));
    place.run(&["themes", "nrd"]).failed(2, &["no theme is named nrd; did you mean nord?"]);
    place.run(&["--theme", "broken", "logs"]).failed(2, &["broken.toml: line 2: unknown colour"]);
    let mut screen = open(&place, &["--theme", "mine"]);
    assert!(is_painted(&screen, "010203"));
    screen.wait_text("unknown colour");
    place.write(file, "[roles]\nbackground = \"#040506\"\ntext = \"#d0d0d0\"\n");
    screen.wait("the new background", |_| is_painted(&screen, "040506"));
    place.write(file, "[roles]\nbackground = \"#0405\"\n");
    screen.wait_text("mine.toml: line 2: unknown colour `#0405`");
    place.write(file, "[roles]\nbackground = \"#070809\"\n");
    screen.wait("a good one again", |_| is_painted(&screen, "070809"));
    screen.keys("q");
    assert_eq!(screen.code(), 0);
}

#[test]
fn a_base16_scheme_is_a_theme_as_it_is() {
    let place = logs();
    let slots = [
        "181818", "282828", "383838", "808080", "b8b8b8", "d8d8d8", "e8e8e8", "f8f8f8", "ab4642", "dc9656", "f7ca88",
        "a1b56c", "86c1b9", "7cafc2", "ba8baf", "a16946",
    ];
    let yaml = slots.iter().enumerate().map(|(slot, color)| format!("  base0{slot:X}: \"{color}\"\n"));
    let yaml = format!("system: \"base16\"\nname: \"Dusk\"\npalette:\n{}", yaml.collect::<String>());
    place.write(".no-config/callscope/themes/dusk.yaml", yaml);
    let screen = open(&place, &["--theme", "dusk"]);
    assert!(is_painted(&screen, "181818"));
}

#[test]
fn the_terminals_background_chooses_among_two_themes() {
    let place = logs();
    place.write("callscope.toml", "theme = { dark = \"nord\", light = \"solarized-light\" }\n");
    // A terminal that says nothing is dark, and what it says too late presses no key.
    let mut screen = open(&place, &[]);
    assert!(is_painted(&screen, "2e3440"));
    screen.keys("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}[?1;2c");
    screen.keys("p").wait_text("paused");
    screen.keys("p").wait_text("live").wait_text("[1 Overview]");
    assert!(!is_painted(&screen, "fdf6e3"));
    screen.keys("q");
    assert_eq!(screen.code(), 0);
    // The answer must come within a tenth of a second, which a busy machine may miss now and then.
    let answered = (0..20).any(|_| {
        let mut screen = common::screen::Screen::start(&place, (120, 36), &["--window", "all", "logs"]);
        screen.wait("the question", |_| String::from_utf8_lossy(&screen.raw()).contains("\u{1b}]11;?"));
        screen.keys("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}[?1;2c");
        screen.wait_text("live");
        is_painted(&screen, "fdf6e3")
    });
    assert!(answered);
    place.write("callscope.toml", "theme = { dark = \"nord\", light = \"solarised-light\" }\n");
    let screen = common::screen::Screen::start(&place, (120, 36), &["logs"]);
    screen.wait_text("did you mean solarized-light?");
}
