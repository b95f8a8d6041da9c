//! `[columns]`: which columns a table has, and in which order.

use serde::Deserialize;

use crate::app::Column;
use crate::model::text::nearest;
use crate::price::Mistake;

/// The section as it is written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    calls: Option<Vec<String>>,
}

/// What it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Of the calls' table; `None` where they follow the room there is.
    pub calls: Option<Vec<Column>>,
}

impl Said {
    pub(super) fn columns(self) -> Result<Columns, Mistake> {
        let Some(words) = self.calls else { return Ok(Columns::default()) };
        let wrong = |nth: Option<usize>, why: String| Mistake {
            path: std::iter::once("calls".to_owned()).chain(nth.map(|nth| nth.to_string())).collect(),
            why: format!("[columns] calls: {why}"),
        };
        let mut calls: Vec<Column> = Vec::with_capacity(words.len());
        for (nth, word) in words.iter().enumerate() {
            let Some(column) = Column::parse(word) else {
                let meant = nearest(word, Column::OF_CALLS.iter().map(|column| column.word()));
                return Err(wrong(Some(nth), format!("there is no column \"{word}\": did you mean \"{meant}\"?")));
            };
            if calls.contains(&column) {
                return Err(wrong(Some(nth), format!("\"{word}\" stands there twice")));
            }
            calls.push(column);
        }
        if calls.is_empty() {
            return Err(wrong(None, "at least one column is needed; without the line they follow the room".to_owned()));
        }
        Ok(Columns { calls: Some(calls) })
    }
}
