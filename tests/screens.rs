//! Every screen at every size, from a fixed scene: what it shows, that it fits, and that it tells nothing by colour
//! alone.

#[path = "screens/picture.rs"]
mod picture;
#[path = "screens/scene.rs"]
mod scene;

use callscope::app::{Action, App, Pane, Screen, Turn};
use callscope::model::Window;
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::theme::{Depth, Theme};
use picture::Camera;
use scene::{NOW, Without, answer};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 36), (200, 50), (60, 50)];

/// Where a person can be, and the way there.
fn places() -> Vec<(&'static str, App)> {
    let go = |actions: &[Action]| {
        let mut app = scene::scene(Without::default());
        for action in actions {
            app.update(action.clone(), NOW);
            answer(&mut app);
        }
        app
    };
    let week = Action::Window(Window::All);
    vec![
        ("overview", go(&[])),
        ("calls", go(&[Action::Screen(Screen::Calls)])),
        ("call", go(&[Action::Screen(Screen::Calls), Action::Open])),
        ("request", go(&[Action::Screen(Screen::Calls), Action::Open, Action::Focus(Turn::Next)])),
        ("models", go(&[Action::Screen(Screen::Models)])),
        ("models_all", go(&[week.clone(), Action::Screen(Screen::Models)])),
        ("routes", go(&[Action::Screen(Screen::Routes)])),
        ("sources", go(&[Action::Sources])),
        ("help", go(&[Action::Help])),
        ("drawer", go(&[Action::Drawer])),
        ("palette", go(&[Action::Palette])),
        ("overview_all", go(&[week])),
    ]
}

/// Writes pictures for looking at: `PICTURES=folder cargo test --test screens -- --ignored`.
#[test]
#[ignore = "for looking, not for checking"]
fn pictures() {
    let Ok(folder) = std::env::var("PICTURES") else { return };
    let themes = std::env::var("THEMES").unwrap_or_else(|_| "default".to_owned());
    let only = std::env::var("ONLY").unwrap_or_default();
    for (name, mut app) in places() {
        if !only.is_empty() && !only.split(',').any(|one| one == name) {
            continue;
        }
        for theme in themes.split(',') {
            for (width, height) in SIZES {
                let camera = Camera { theme: Theme::named(theme).unwrap(), set: GlyphSet::Braille };
                let (buf, _) = camera.take(&mut app, width, height);
                let path = format!("{folder}/{name}-{theme}-{width}.ansi");
                std::fs::write(path, picture::ansi(&buf)).unwrap();
            }
        }
    }
}
