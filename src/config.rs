//! The configuration: defaults, under the user's file, under the folder's file, under flags. Strict: an unknown name is
//! an error that says where and which name is meant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

use crate::ingest::format::fields::OwnFormat;
use crate::ingest::format::{Cached, Field, Role};
use crate::model::text::nearest;
use crate::price::OwnPrices;

/// What a file says, and the defaults for what it does not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A theme's name.
    pub theme: Option<String>,
    /// `auto`, `braille`, `block` or `ascii`.
    pub graphs: Option<String>,
    pub mouse: Option<bool>,
    /// Sources to watch where none are named.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Logs whose fields callscope cannot guess: `[formats.acme]`.
    #[serde(default)]
    formats: BTreeMap<String, BTreeMap<String, String>>,
    /// Prices of models that the catalogue does not know, or knows wrongly: `[prices]`.
    #[serde(default)]
    pub prices: OwnPrices,
    /// A second currency that costs are shown in: `[currency]`.
    pub currency: Option<Currency>,
    #[serde(skip)]
    pub own_formats: Vec<OwnFormat>,
}

/// A currency at a fixed rate: no network is asked for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Currency {
    /// `SEK`.
    pub code: String,
    /// How many of it a dollar is.
    pub rate: f64,
    /// The day of the rate, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// The file in the current folder.
pub const FOLDER_FILE: &str = "callscope.toml";

impl Config {
    /// Reads `named`, or the folder's file over the user's. The error names file, line and what to do.
    pub fn load(named: Option<&Path>) -> Result<Self, String> {
        if let Some(path) = named {
            return Self::read(path)?.ok_or_else(|| format!("{}: no such file", path.display()));
        }
        let user = user_file().map_or(Ok(None), |path| Self::read(&path))?.unwrap_or_default();
        let folder = Self::read(Path::new(FOLDER_FILE))?.unwrap_or_default();
        Ok(folder.over(user))
    }

    fn read(path: &Path) -> Result<Option<Self>, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some).map_err(|why| format!("{}: {why}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
        })?;
        let formats = std::mem::take(&mut config.formats);
        config.own_formats =
            formats.into_iter().map(|(name, table)| own_format(name, table)).collect::<Result<_, _>>()?;
        if let Some(currency) = config.currency.as_ref().filter(|currency| !(1e-6..1e9).contains(&currency.rate)) {
            return Err(format!(
                "[currency] rate = {}: expected how many {} a dollar is",
                currency.rate, currency.code
            ));
        }
        Ok(config)
    }

    /// This file's settings, and below them another's.
    fn over(mut self, below: Self) -> Self {
        self.theme = self.theme.or(below.theme);
        self.graphs = self.graphs.or(below.graphs);
        self.mouse = self.mouse.or(below.mouse);
        if self.sources.is_empty() {
            self.sources = below.sources;
        }
        self.prices = self.prices.over(below.prices);
        self.currency = self.currency.or(below.currency);
        let known: Vec<String> = self.own_formats.iter().map(|own| own.name.clone()).collect();
        self.own_formats.extend(below.own_formats.into_iter().filter(|own| !known.contains(&own.name)));
        self
    }
}

/// `callscope/callscope.toml` in the user's config folder.
fn user_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("callscope").join(FOLDER_FILE))
}

fn own_format(name: String, table: BTreeMap<String, String>) -> Result<OwnFormat, String> {
    let mut own = OwnFormat { name, ..OwnFormat::default() };
    for (key, value) in table {
        match (key.as_str(), Role::parse(&key)) {
            ("match", _) => own.marks = Some(value),
            ("table", _) => own.table = Some(value),
            ("file", _) => own.file = Some(value),
            ("cached", _) => match value.as_str() {
                "inside" => own.cached = Cached::Inside,
                "beside" => own.cached = Cached::Beside,
                _ => {
                    return Err(format!(
                        "[formats.{}] cached = \"{value}\": expected \"inside\" or \"beside\"",
                        own.name
                    ));
                }
            },
            (_, Some(role)) => own.fields.push(Field::noted(role, &value)),
            (key, None) => {
                let nearest =
                    nearest(key, Role::ALL.iter().map(|role| role.word()).chain(["match", "table", "file", "cached"]));
                return Err(format!("[formats.{}] has no key `{key}`: did you mean `{nearest}`?", own.name));
            }
        }
    }
    // The rank of a field among those of its role is its place; across roles the order says nothing.
    own.fields.sort_by_key(|field| field.role);
    if !own.fields.iter().any(|field| field.role == Role::Time) {
        return Err(format!(
            "[formats.{}] needs `time`: the path of the field that says when a call was made",
            own.name
        ));
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_described_without_code() {
        let config = Config::parse(
            "theme = \"nord\"\n[formats.acme]\nmatch = \"acme_trace\"\ntime = \"ts\"\nmodel = \"llm.model\"\nlatency = \"took_seconds\"\n",
        )
        .unwrap();
        let own = &config.own_formats[0];
        assert_eq!((own.name.as_str(), own.marks.as_deref(), own.fields.len()), ("acme", Some("acme_trace"), 3));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_the_name_that_is_meant() {
        for (text, part) in [
            ("thme = \"x\"\n", "line 1: unknown field `thme`"),
            ("theme = \"x\"\nmouse = 3\n", "line 2"),
            ("[formats.a]\ntime = \"t\"\nmodle = \"m\"\n", "did you mean `model`?"),
            ("[formats.a]\nmodel = \"m\"\n", "needs `time`"),
            ("[prices]\nm = { inputs = 1 }\n", "there is no `inputs`"),
            ("[prices]\nm = \"fre\"\n", "expected \"free\""),
            ("[prices]\nm = { output = 1 }\n", "`input` is missing"),
            ("[prices]\nm = { input = -1, output = 1 }\n", "no price in dollars"),
            ("[currency]\ncode = \"SEK\"\nrate = 0\n", "how many SEK a dollar is"),
            ("[formats.a]\ntime = \"t\"\ncached = \"maybe\"\n", "expected \"inside\" or \"beside\""),
        ] {
            let error = Config::parse(text).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn the_folder_outranks_the_user() {
        let user = Config::parse("theme = \"a\"\nmouse = false\n[formats.x]\ntime = \"t\"\n").unwrap();
        let folder = Config::parse("theme = \"b\"\n[formats.x]\ntime = \"u\"\n").unwrap();
        let both = folder.over(user);
        assert_eq!((both.theme.as_deref(), both.mouse), (Some("b"), Some(false)));
        assert_eq!(both.own_formats.len(), 1);
        assert_eq!(both.own_formats[0].fields[0].path, "u");
    }
}
