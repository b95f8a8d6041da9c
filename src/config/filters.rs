//! `[filters]`: filters that have a name, which stands for them as `@name`.

use std::collections::BTreeMap;

use crate::app::Saved;
use crate::model::Stamp;
use crate::model::text::quoted;
use crate::price::Mistake;
use crate::query::{self, saved::is_of_a_name};

/// Whether each can be read, and be called so.
pub fn check(filters: &BTreeMap<String, String>) -> Result<(), Mistake> {
    for (name, text) in filters {
        let wrong = |why: String| Mistake { path: vec!["filters".to_owned(), name.clone()], why };
        if name.is_empty() || !name.chars().all(is_of_a_name) {
            return Err(wrong(format!("[filters] {}: expected a name of letters, digits, - _ and .", quoted(name))));
        }
        if let Err(error) = query::parse(text, Stamp(0)) {
            return Err(wrong(format!("[filters] {name} = {}: {error}", quoted(text))));
        }
    }
    Ok(())
}

/// Those of the configuration beside those that were saved; of one name the configuration's.
pub fn beside(configured: &BTreeMap<String, String>, kept: &BTreeMap<String, String>) -> Vec<Saved> {
    let mut all: BTreeMap<&String, Saved> = BTreeMap::new();
    for (filters, is_configured) in [(kept, false), (configured, true)] {
        all.extend(
            filters.iter().map(|(name, text)| (name, Saved { name: name.clone(), text: text.clone(), is_configured })),
        );
    }
    all.into_values().collect()
}
