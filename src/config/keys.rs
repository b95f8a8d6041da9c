//! `[keys]`: other keys for actions, by the names that `callscope keys` prints.

use std::collections::BTreeMap;
use std::fmt;

use crate::app::Key;
use crate::app::keys::{self, Keymap, Said, spell};
use crate::model::text::{nearest, quoted};
use crate::price::Mistake;

/// Keys by action, and where each was said.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    said: Said,
    /// `line 3`, and the file where there may be two.
    places: BTreeMap<String, String>,
}

/// Where something was said is not what was said.
impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

fn mistake(name: &str, why: impl fmt::Display) -> Mistake {
    Mistake { path: vec!["keys".to_owned(), name.to_owned()], why: format!("[keys] {why}") }
}

impl Keys {
    /// Understands a section; `line_of` tells where a name stands.
    pub fn read(
        table: &BTreeMap<String, toml::Value>,
        line_of: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, Mistake> {
        let mut keys = Self::default();
        for (name, value) in table {
            if !keys::names().any(|known| known == *name) {
                let known: Vec<_> = keys::names().collect();
                let meant = nearest(name, known.iter().map(AsRef::as_ref));
                let why = format!("there is no action `{name}`: did you mean `{meant}`? `callscope keys` prints all");
                return Err(mistake(name, why));
            }
            keys.said.insert(name.clone(), read(name, value)?);
            if let Some(line) = line_of(name) {
                keys.places.insert(name.clone(), format!("line {line}"));
            }
        }
        keys.map()?;
        Ok(keys)
    }

    /// The keys in force, and what has lost its own by that.
    pub fn map(&self) -> Result<(Keymap, Vec<String>), Mistake> {
        Keymap::new(&self.said).map_err(|wrong| {
            let told = wrong.names.first().map_or("", String::as_str);
            // The line of the first is told before the words; the other's among them.
            let other = wrong.names.get(1).and_then(|name| Some(format!(" ({}, {name})", self.places.get(name)?)));
            mistake(told, format!("{told}: {}{}", wrong.why, other.unwrap_or_default()))
        })
    }

    /// Names the file that the lines are of.
    pub fn of_file(&mut self, file: &str) {
        self.places.values_mut().for_each(|place| *place = format!("{file} {place}"));
    }

    /// These, and below them another's.
    pub fn over(mut self, below: Self) -> Result<Self, Mistake> {
        for (name, keys) in below.said {
            self.said.entry(name.clone()).or_insert(keys);
            if let Some(place) = below.places.get(&name) {
                self.places.entry(name).or_insert_with(|| place.clone());
            }
        }
        match self.map() {
            Ok(_) => Ok(self),
            Err(wrong) => {
                // Nobody adds a line number to what is wrong with two files together.
                let place = wrong.path.get(1).and_then(|name| self.places.get(name));
                Err(Mistake {
                    why: place.map_or(wrong.why.clone(), |place| format!("{place}: {}", wrong.why)),
                    ..wrong
                })
            }
        }
    }
}

fn read(name: &str, value: &toml::Value) -> Result<Vec<Key>, Mistake> {
    let key = |value: &toml::Value| match value.as_str() {
        Some(text) => spell::parse(text).map_err(|why| mistake(name, format!("{name} = {}: {why}", quoted(text)))),
        None => Err(expected(name, value)),
    };
    match value {
        toml::Value::Boolean(false) => Ok(Vec::new()),
        toml::Value::Array(list) => list.iter().map(key).collect(),
        value => key(value).map(|key| vec![key]),
    }
}

fn expected(name: &str, value: &toml::Value) -> Mistake {
    mistake(
        name,
        format!("{name} = {value}: expected a key as \"P\", several as [\"P\", \"ctrl-p\"], or false for none"),
    )
}

/// Every action: with the keys that were said, or as a comment with those it has by default.
impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Keymap::default();
        for name in keys::names() {
            // A default that was said as well would clash with whatever has taken its key.
            let said = self.said.get(&*name);
            let keys = said.cloned().unwrap_or_else(|| known.keys_of(&name));
            let words: Vec<String> = keys.iter().map(|key| quoted(&spell::spelled(*key))).collect();
            let value = match &words[..] {
                [] => "false".to_owned(),
                [one] => one.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            let help = keys::BINDINGS.iter().find(|line| line.name() == name).map_or("", |line| line.help);
            let line = format!("{}{name} = {value}", if said.is_some() { "" } else { "# " });
            writeln!(f, "{line:<36} # {}", known.fill(help, keys::When::ANYWHERE))?;
        }
        Ok(())
    }
}
