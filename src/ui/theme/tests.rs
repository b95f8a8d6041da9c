//! What every theme promises: legible words, no colour without colours, the files of the folder all listed.

use std::collections::HashSet;

use super::*;

fn all() -> impl Iterator<Item = (&'static str, Theme)> {
    THEMES.iter().map(|(name, toml)| (*name, Theme::load(toml).unwrap_or_else(|error| panic!("{name}: {error}"))))
}

fn colors(theme: &Theme) -> impl Iterator<Item = Color> {
    let roles = theme.roles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
    roles.chain(theme.background).chain(theme.ramps.into_iter().flatten()).chain(theme.series.clone())
}

#[test]
fn every_theme_of_the_folder_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/themes");
    let files: HashSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, THEMES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn words_stand_out_from_a_background_that_the_theme_states() {
    for (name, theme) in all() {
        for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
            let theme = theme.at_depth(depth);
            let Some(background) = theme.background else { continue };
            for role in Role::ALL.into_iter().filter(|role| role.is_words()) {
                let style = theme.style(role);
                if style.add_modifier.contains(Modifier::REVERSED) {
                    continue;
                }
                let contrast = color::contrast(style.fg.unwrap(), style.bg.unwrap_or(background)).unwrap();
                // Sixteen colours leave no choice but between legible and not.
                let least = if role == Role::Muted || depth == Depth::Ansi16 { 3.0 } else { 4.5 };
                assert!(contrast >= least, "{name} {depth:?}: {} has {contrast:.2}", role.name());
            }
        }
    }
}

/// Made for those who do not see all colours, or not well.
const ACCESSIBLE: [&str; 3] = ["okabe-ito", "modus-vivendi", "modus-operandi"];

#[test]
fn neighbours_of_a_series_are_told_apart_by_everyone() {
    for (name, theme) in all().filter(|(_, theme)| theme.background.is_some()) {
        let least = if ACCESSIBLE.contains(&name) { 0.09 } else { 0.04 };
        for index in 0..theme.series.len() {
            let (one, next) = (theme.series(index), theme.series(index + 1));
            let apart = color::apart(one, next).unwrap();
            assert!(apart >= least, "{name}: series {index} and the next are {apart:.3} apart");
            let contrast = color::contrast(one, theme.background.unwrap()).unwrap();
            assert!(contrast >= 2.9, "{name}: series {index} has {contrast:.2}");
        }
    }
}

#[test]
fn good_warn_and_bad_differ_and_for_some_themes_to_everyone() {
    for (name, theme) in all().filter(|(_, theme)| theme.background.is_some()) {
        for (one, other) in [(Role::Good, Role::Warn), (Role::Warn, Role::Bad), (Role::Good, Role::Bad)] {
            let [a, b] = [one, other].map(|role| theme.style(role).fg.unwrap());
            assert_ne!(a, b, "{name}: {} and {}", one.name(), other.name());
            // Dark enough for 7:1 on white, an orange and a red are one colour to a deutan: their glyphs tell them apart.
            if ACCESSIBLE.contains(&name) && (one == Role::Good || name != "modus-operandi") {
                let apart = color::apart(a, b).unwrap();
                assert!(apart >= 0.09, "{name}: {} and {} are {apart:.3} apart", one.name(), other.name());
            }
        }
    }
}

#[test]
fn modus_keeps_the_contrast_it_is_known_for() {
    for name in ["modus-vivendi", "modus-operandi"] {
        let theme = Theme::named(name).unwrap();
        for role in [Role::Text, Role::Strong, Role::Good, Role::Info, Role::Warn, Role::Bad, Role::Key, Role::Link] {
            let contrast = color::contrast(theme.style(role).fg.unwrap(), theme.background.unwrap()).unwrap();
            assert!(contrast >= 6.95, "{name}: {} has {contrast:.2}", role.name());
        }
    }
}

#[test]
fn a_light_theme_is_light_and_every_theme_says_all_of_its_roles() {
    for (name, theme) in all() {
        let light = theme.background.map(|color| color::contrast(color, Color::Black).unwrap() > 10.0);
        let mode = match light {
            None => Mode::Any,
            Some(true) => Mode::Light,
            Some(false) => Mode::Dark,
        };
        assert_eq!(theme.mode, mode, "{name}");
        let (_, toml) = THEMES.iter().find(|(known, _)| *known == name).unwrap();
        let file = file::parse(toml, inherited).unwrap();
        let silent = Role::ALL.into_iter().filter(|role| file.said[*role as usize].is_none());
        // Strong is text in bold, wherever a theme says nothing else.
        assert!(silent.eq([Role::Strong]) || name == "mono", "{name} leaves out a role");
        assert!(file.ramps.iter().all(Option::is_some) && file.series.is_some(), "{name}");
    }
}

#[test]
fn words_stand_out_from_the_selection() {
    for (name, theme) in all() {
        let Some(bg) = theme.style(Role::Selection).bg else { continue };
        for (role, least) in [(Role::Text, 4.5), (Role::Strong, 4.5), (Role::Bad, 3.0), (Role::Good, 3.0)] {
            let contrast = color::contrast(theme.style(role).fg.unwrap(), bg).unwrap();
            assert!(contrast >= least, "{name}: {} has {contrast:.2} when selected", role.name());
        }
    }
}

#[test]
fn mono_has_no_colour_and_still_shows_focus_and_selection() {
    for (name, theme) in all() {
        let mono = theme.at_depth(Depth::Mono);
        assert!(colors(&mono).all(|color| color == Color::Reset), "{name}");
        assert!(mono.is_mono());
        assert!(mono.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), "{name}");
        assert_ne!(mono.style(Role::Focus), mono.style(Role::Border), "{name}");
    }
    assert!(Theme::named("mono").unwrap().is_mono());
    assert!(!Theme::default().is_mono());
}

#[test]
fn the_default_theme_writes_no_words_in_black_white_or_grey() {
    let theme = Theme::default();
    assert_eq!(theme.background, None);
    for role in Role::ALL.into_iter().filter(|role| role.is_words()) {
        let fg = theme.style(role).fg.unwrap_or_default();
        let unsafe_colors = [Color::Black, Color::DarkGray, Color::Gray, Color::White];
        assert!(!unsafe_colors.contains(&fg), "{} is {fg:?}", role.name());
    }
    assert!(colors(&theme).all(|color| !matches!(color, Color::Rgb(..) | Color::Indexed(_))));
}

#[test]
fn a_depth_has_no_colour_of_a_deeper_one() {
    for (name, theme) in all() {
        let shown = |depth| theme.at_depth(depth);
        assert!(colors(&shown(Depth::Ansi256)).all(|color| !matches!(color, Color::Rgb(..))), "{name}");
        let ansi = shown(Depth::Ansi16);
        assert!(colors(&ansi).all(|color| !matches!(color, Color::Rgb(..) | Color::Indexed(_))), "{name}");
        assert!(ansi.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), "{name}");
    }
}

#[test]
fn sixteen_colours_keep_the_hues() {
    for name in ["catppuccin-mocha", "tokyo-night"] {
        let theme = Theme::named(name).unwrap().at_depth(Depth::Ansi16);
        for (role, hues) in [
            (Role::Good, [Color::Green, Color::LightGreen]),
            (Role::Warn, [Color::Yellow, Color::LightYellow]),
            (Role::Bad, [Color::Red, Color::LightRed]),
            (Role::Info, [Color::Blue, Color::LightBlue]),
            (Role::Link, [Color::Cyan, Color::LightCyan]),
        ] {
            let fg = theme.style(role).fg.unwrap();
            assert!(hues.contains(&fg), "{name}: {} is {fg:?}", role.name());
        }
        assert_eq!(theme.series.iter().collect::<HashSet<_>>().len(), 8, "{name}: {:?}", theme.series);
    }
}

#[test]
fn ramps_run_from_end_to_end() {
    let theme = Theme::load("[ramps]\ncost = [\"#000000\", \"#808080\", \"#ffffff\"]").unwrap();
    assert_eq!(theme.ramp(Ramp::Cost, 0.0), Color::Rgb(0, 0, 0));
    assert_eq!(theme.ramp(Ramp::Cost, -3.0), Color::Rgb(0, 0, 0));
    assert_eq!(theme.ramp(Ramp::Cost, 7.0), Color::Rgb(255, 255, 255));
    assert_eq!(theme.ramp(Ramp::Cost, f64::NAN), Color::Rgb(0, 0, 0));
    let named = Theme::load("[ramps]\ncost = [\"green\", \"yellow\", \"red\"]").unwrap();
    let picked = [0.0, 0.3, 0.4, 0.6, 0.7, 1.0].map(|position| named.ramp(Ramp::Cost, position));
    let [green, yellow, red] = [Color::Green, Color::Yellow, Color::Red];
    assert_eq!(picked, [green, green, yellow, yellow, red, red]);
}

#[test]
fn series_come_round_again() {
    let theme = Theme::default();
    assert_eq!(theme.series(0), theme.series(8));
    assert_eq!((0..8).map(|i| theme.series(i)).collect::<HashSet<_>>().len(), 8);
}
