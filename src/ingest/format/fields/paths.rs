//! What a sample holds: its paths, and the values under them.

use serde_json::Value as Json;

use super::super::Sample;
use super::{DEPTH, Seen};

/// Every path of the sample with its values; JSON inside a string goes on below it.
pub(super) fn paths(sample: &Sample<'_>) -> Vec<Seen> {
    let mut seen: Vec<Seen> = Vec::new();
    if let Some((_, columns)) = sample.table {
        for column in columns {
            note(&mut seen, column, None, 0);
        }
    }
    for record in sample.records {
        walk(&mut seen, record, "", 0);
    }
    seen
}

fn walk(seen: &mut Vec<Seen>, value: &Json, prefix: &str, depth: usize) {
    let Json::Object(object) = value else { return };
    if depth >= DEPTH || seen.len() > 2_000 {
        return;
    }
    for (key, value) in object {
        // A dot in a key cannot be told from a step down.
        if key.contains('.') {
            continue;
        }
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        note(seen, &path, Some(value), depth);
        match value {
            Json::Object(_) => walk(seen, value, &path, depth + 1),
            Json::String(text) if text.starts_with('{') && text.len() < 1 << 20 => {
                if let Ok(inner) = serde_json::from_str::<Json>(text) {
                    walk(seen, &inner, &path, depth + 1);
                }
            }
            _ => {}
        }
    }
}

fn note(seen: &mut Vec<Seen>, path: &str, value: Option<&Json>, depth: usize) {
    let at = seen.iter().position(|known| known.path == path).unwrap_or_else(|| {
        let plain =
            |keys: &str| keys.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
        let last = plain(path.rsplit('.').next().unwrap_or(path));
        let lasts = plain(path.rmatch_indices('.').nth(1).map_or(path, |(at, _)| &path[at + 1..]));
        seen.push(Seen { path: path.to_owned(), last, lasts, depth, order: seen.len(), values: Vec::new() });
        seen.len() - 1
    });
    if let Some(value) = value {
        let keep = match value {
            // The shape is enough; a body must not be copied to be judged.
            Json::Object(_) => Json::Object(serde_json::Map::new()),
            Json::Array(items) if items.len() > 2 => Json::Array(Vec::new()),
            Json::String(text) if text.len() > 400 => Json::String(text[..text.floor_char_boundary(400)].to_owned()),
            value => value.clone(),
        };
        seen[at].values.push(keep);
    }
}
