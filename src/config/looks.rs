//! How the screen looks: which theme, and on which background.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// `theme = "nord"`, or one for either background: `theme = { dark = "nord", light = "solarized-light" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    One(String),
    /// The terminal is asked what its background is.
    Either {
        dark: String,
        light: String,
    },
}

impl ThemeChoice {
    /// The names it may come to.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::One(name) => vec![name],
            Self::Either { dark, light } => vec![dark, light],
        }
    }
}

impl<'de> Deserialize<'de> for ThemeChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Said)
    }
}

/// Not an untagged enum: serde would say of a mistake in one only that it is none of them.
struct Said;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Either {
    dark: String,
    light: String,
}

impl<'de> Visitor<'de> for Said {
    type Value = ThemeChoice;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a theme's name, or { dark = \"…\", light = \"…\" }")
    }

    fn visit_str<E>(self, name: &str) -> Result<ThemeChoice, E> {
        Ok(ThemeChoice::One(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ThemeChoice, A::Error> {
        let Either { dark, light } = Either::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(ThemeChoice::Either { dark, light })
    }
}
