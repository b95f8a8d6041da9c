//! The first records of a file, by which its format is judged, and what to say when none fits.

use serde_json::Value as Json;

use super::super::read::trimmed;

/// Records a format is judged by.
pub const SAMPLED: usize = 40;

/// Records that are enough where they leave no doubt: a home may hold thousands of files.
pub const FEW: usize = 6;

/// How well a format must fit for that.
pub const NO_DOUBT: u8 = 90;

/// The first records of a block, those that are JSON objects.
pub fn sample(block: &[u8], most: usize) -> Vec<Json> {
    block
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Json>(trimmed(line, 0).0).ok())
        .filter(Json::is_object)
        .take(most)
        .collect()
}

/// Records from everywhere in a block: a log of an app may begin with others.
pub fn spread(block: &[u8], most: usize) -> Vec<Json> {
    let lines = memchr::memchr_iter(b'\n', block).count().max(1);
    let every = lines.div_ceil(most).max(1);
    let some = block.split(|byte| *byte == b'\n').step_by(every);
    some.filter_map(|line| serde_json::from_slice::<Json>(trimmed(line, 0).0).ok()).filter(Json::is_object).collect()
}

/// Why no format fits, and what to do.
pub fn why_not(records: &[Json], block: &[u8], forced: Option<&str>) -> String {
    if let Some(forced) = forced {
        return format!("does not read as {forced}: see `callscope sources` without --format for what it is");
    }
    if records.is_empty() {
        let first = String::from_utf8_lossy(&block[..block.len().min(60)]).lines().next().unwrap_or("").to_owned();
        return format!("no line of it is a JSON object; it begins with: {first}");
    }
    let keys: Vec<&str> =
        records[0].as_object().map(|object| object.keys().take(8).map(String::as_str).collect()).unwrap_or_default();
    format!(
        "its fields are not those of a log of calls (a time, a model, and tokens, a cost, a duration or a confidence): {}. \
         Name them under [formats.NAME] in callscope.toml",
        keys.join(", ")
    )
}
