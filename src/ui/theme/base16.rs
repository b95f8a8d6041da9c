//! A base16 scheme read as a theme: sixteen colours by number, in hundreds of schemes that exist already.
//!
//! Schemes are published as YAML (`base00: "1e1e2e"`), old ones flat and new ones under `palette:`; some tools write
//! TOML. All of these are lines of a slot and a colour, and that is all that is read here.

use ratatui::style::{Color, Style};

use super::file::File;
use super::role::Role;
use super::{Mode, color};

/// `None` where the text is not a scheme: it lacks a slot, or it names roles itself.
pub fn parse(text: &str) -> Option<File> {
    if text.lines().any(|line| line.trim() == "[roles]") {
        return None;
    }
    let mut slots = [None; 16];
    let mut name = String::new();
    for (key, value) in text.lines().filter_map(pair) {
        match key {
            "name" => value.clone_into(&mut name),
            "scheme" if name.is_empty() => value.clone_into(&mut name),
            _ => {
                if let Some(slot) = slot(key) {
                    slots[slot] = color::parse_hex(value.trim_start_matches('#'));
                }
            }
        }
    }
    let slots: Vec<Color> = slots.into_iter().collect::<Option<_>>()?;
    Some(themed(name, &slots))
}

/// The key and the value of `base0A: "f9e2af"  # gold`, without quotes.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '='])?;
    let value = value.trim();
    let value = match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next()?,
        None => value.split(" #").next()?.trim(),
    };
    Some((key.trim(), value))
}

fn slot(key: &str) -> Option<usize> {
    let digits = key.strip_prefix("base0")?;
    usize::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 1)
}

fn themed(name: String, slots: &[Color]) -> File {
    let background = slots[0x0];
    // Against white, a dark background stands out; a light one does not.
    let dark = color::contrast(background, Color::White).is_some_and(|contrast| contrast > 4.5);
    let mut file = File {
        name,
        mode: if dark { Mode::Dark } else { Mode::Light },
        background: Some(background),
        series: Some([0xd, 0xe, 0xa, 0xb, 0xc, 0x9, 0xf, 0x8].map(|slot: usize| slots[slot]).to_vec()),
        ..File::default()
    };
    for (role, slot) in [
        (Role::Text, 0x5),
        (Role::Muted, 0x3),
        (Role::Faint, 0x2),
        (Role::Border, 0x3),
        (Role::Focus, 0xd),
        (Role::Key, 0x9),
        (Role::Link, 0xe),
        (Role::Good, 0xb),
        (Role::Info, 0xd),
        (Role::Warn, 0xa),
        (Role::Bad, 0x8),
    ] {
        file.said[role as usize] = Some(Style::new().fg(slots[slot]));
    }
    file.said[Role::Selection as usize] = Some(Style::new().bg(slots[0x2]));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOTS: [&str; 16] = [
        "181818", "282828", "383838", "808080", "b8b8b8", "d8d8d8", "e8e8e8", "f8f8f8", "ab4642", "dc9656", "f7ca88",
        "a1b56c", "86c1b9", "7cafc2", "ba8baf", "a16946",
    ];

    fn scheme(head: &str, line: impl Fn(usize, &str) -> String) -> String {
        SLOTS.iter().enumerate().fold(head.to_owned(), |text, (slot, color)| text + &line(slot, color))
    }

    #[test]
    fn old_and_new_yaml_and_toml_are_read_alike() {
        let old = scheme("scheme: \"Dusk\"\n", |slot, color| format!("base0{slot:X}: \"{color}\" # note\n"));
        let new = scheme("system: \"base16\"\nname: \"Dusk\"\npalette:\n", |slot, color| {
            format!("  base0{slot:X}: '#{color}'\n")
        });
        let toml = scheme("name = \"Dusk\"\n[palette]\n", |slot, color| format!("base0{slot:X} = \"#{color}\"\n"));
        for text in [old, new, toml] {
            let file = parse(&text).unwrap();
            assert_eq!((file.name.as_str(), file.mode), ("Dusk", Mode::Dark));
            assert_eq!(file.background, Some(Color::Rgb(0x18, 0x18, 0x18)));
            assert_eq!(file.said[Role::Bad as usize], Some(Style::new().fg(Color::Rgb(0xab, 0x46, 0x42))));
            assert_eq!(file.series.unwrap()[0], Color::Rgb(0x7c, 0xaf, 0xc2));
        }
    }

    #[test]
    fn a_theme_with_roles_or_with_a_slot_missing_is_no_scheme() {
        let whole = scheme("", |slot, color| format!("base0{slot:X} = \"{color}\"\n"));
        assert!(parse(&format!("{whole}[roles]\n")).is_none());
        assert!(parse(whole.rsplit_once("base0F").unwrap().0).is_none());
    }
}
