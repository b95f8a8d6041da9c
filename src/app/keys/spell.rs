//! Keys as people write them in a configuration: `P`, `ctrl-f`, `alt-left`, `space`.

use crate::app::{Code, Key};

/// Keys that are no characters, by name. The first of a code is how it is printed.
const NAMED: [(&str, Code); 23] = [
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("shift-tab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("page-up", Code::PageUp),
    ("page-down", Code::PageDown),
    ("space", Code::Char(' ')),
    ("return", Code::Enter),
    ("escape", Code::Esc),
    ("backtab", Code::BackTab),
    ("del", Code::Delete),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
];

/// What is understood, for whoever wrote something else.
pub const EXPECTED: &str = "a character, f1 to f12, or enter, esc, tab, shift-tab, backspace, delete, up, down, left, right, \
                            home, end, page-up, page-down, space; before it ctrl- or alt-";

/// Reads a key; the error says what is the matter with it.
pub fn parse(text: &str) -> Result<Key, String> {
    let (mut ctrl, mut alt, mut rest) = (false, false, text);
    loop {
        let lower = rest.to_lowercase();
        let is_after = |prefix: &str| rest.len() > prefix.len() && lower.starts_with(prefix);
        let cut = if is_after("ctrl-") || is_after("ctrl+") {
            ctrl = true;
            5
        } else if is_after("alt-") || is_after("alt+") {
            alt = true;
            4
        } else if is_after("^") {
            ctrl = true;
            1
        } else {
            break;
        };
        rest = &rest[cut..];
    }
    let named = NAMED.iter().find(|(name, _)| rest.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
    let function = || {
        let nth = rest.strip_prefix(['f', 'F'])?.parse().ok()?;
        (1..=12).contains(&nth).then_some(Code::F(nth))
    };
    let character = || {
        let mut chars = rest.chars();
        chars.next().filter(|c| chars.next().is_none() && !c.is_control()).map(Code::Char)
    };
    let Some(code) = named.or_else(function).or_else(character) else {
        return Err(format!("expected {EXPECTED}"));
    };
    if let (true, Code::Char(c)) = (ctrl, code) {
        // Terminals send the same byte for both, and the other name is the one that arrives.
        let twin = match c.to_ascii_lowercase() {
            'i' => Some("tab"),
            'm' => Some("enter"),
            '[' => Some("esc"),
            _ => None,
        };
        if let Some(twin) = twin {
            return Err(format!("a terminal sends {twin} for it: write \"{twin}\""));
        }
        return Ok(Key { code: Code::Char(c.to_ascii_lowercase()), ctrl, alt });
    }
    if ctrl {
        return Err("ctrl- goes before a character".to_owned());
    }
    Ok(Key { code, ctrl, alt })
}

/// The text that is read as this key.
pub fn spelled(key: Key) -> String {
    let name = match key.code {
        Code::Char(c) if c != ' ' => c.to_string(),
        Code::F(nth) => format!("f{nth}"),
        code => NAMED.iter().find(|(_, known)| *known == code).map_or_else(String::new, |(name, _)| (*name).to_owned()),
    };
    format!("{}{}{name}", if key.ctrl { "ctrl-" } else { "" }, if key.alt { "alt-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::BINDINGS;

    #[test]
    fn every_key_of_the_table_is_read_as_it_is_printed() {
        for key in BINDINGS.iter().flat_map(|binding| binding.keys) {
            assert_eq!(parse(&spelled(*key)), Ok(*key), "{}", spelled(*key));
        }
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        let alt = |code| Key { code, ctrl: false, alt: true };
        for (text, key) in [
            ("P", Key::char('P')),
            ("Ctrl-F", Key::ctrl('f')),
            ("^f", Key::ctrl('f')),
            ("^", Key::char('^')),
            ("-", Key::char('-')),
            ("ctrl--", Key::ctrl('-')),
            ("alt+left", alt(Code::Left)),
            ("PgDn", Key::plain(Code::PageDown)),
            ("F5", Key::plain(Code::F(5))),
            ("f", Key::char('f')),
            ("ø", Key::char('ø')),
        ] {
            assert_eq!(parse(text), Ok(key), "{text}");
        }
        for (text, part) in [
            ("", "expected a character, f1"),
            ("qq", "expected a character"),
            ("f13", "expected a character"),
            ("contrl-p", "ctrl- or alt-"),
            ("ctrl-i", "sends tab"),
            ("ctrl-up", "before a character"),
            ("\u{1b}", "expected"),
        ] {
            let why = parse(text).expect_err(text);
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
