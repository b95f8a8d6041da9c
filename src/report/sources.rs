//! `sources`: what was found, how it is understood, how much of it, and what was left out and why.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Component, Path};

use serde_json::{Map, Value as Json, json};

use super::analytics::source_counts;
use crate::ingest::event::{Health, LeftOut, SourceInfo};
use crate::model::{Malformed, SourceId, Stamp, clean};
use crate::store::Store;
use crate::ui::numbers;

/// Logs whose writers have stopped, and for how many milliseconds.
pub type Quiet = HashMap<SourceId, i64>;

/// The interface's array: one object a source, those that are not read included, with why.
pub fn json(store: &Store, sources: &[(SourceInfo, Health)], left_out: &[LeftOut], quiet: &Quiet) -> Json {
    let read = sources.iter().map(|(source, health)| one(store, source, health, quiet));
    read.chain(left_out.iter().map(not_read)).collect()
}

fn not_read(left: &LeftOut) -> Json {
    json!({
        "path": left.path, "table": null, "format": null, "why": null,
        "health": Health::Unreadable(String::new()).word(), "message": left.why,
        "fields": {}, "calls": 0, "updates": 0, "duplicates": 0, "malformed": 0, "skipped": 0,
        "first": [], "oldest": null, "newest": null,
    })
}

fn one(store: &Store, source: &SourceInfo, health: &Health, quiet: &Quiet) -> Json {
    let counts = store.counts_of(source.id);
    let mut json = source_counts(store, source);
    json["why"] = json!(source.why);
    json["health"] = json!(health.word());
    let silence = || quiet.get(&source.id).map(|millis| numbers::quiet(*millis));
    json["message"] = json!(health.message().map(str::to_owned).or_else(|| counts.runs.complaint()).or_else(silence));
    json["fields"] = source.fields.iter().map(|(role, path)| (role.clone(), json!(path))).collect::<Map<_, _>>().into();
    json["first"] = counts.first.iter().map(|bad| json!(bad_place(source, bad))).collect();
    json["oldest"] = json!(counts.oldest.map(Stamp::iso));
    json["newest"] = json!(counts.newest.map(Stamp::iso));
    json
}

/// `line 12: expected value at byte 1`.
pub fn bad_place(source: &SourceInfo, bad: &Malformed) -> String {
    let place = if source.table.is_some() { "row" } else { "line" };
    format!("{place} {}: {}", bad.line, bad.why)
}

/// For people who are in this folder.
pub fn text(
    mut out: impl Write,
    store: &Store,
    sources: &[(SourceInfo, Health)],
    left_out: &[LeftOut],
    quiet: &Quiet,
    here: &Path,
) -> io::Result<()> {
    if sources.is_empty() {
        writeln!(out, "No source of calls was found.")?;
    }
    for (source, health) in sources {
        let counts = store.counts_of(source.id);
        writeln!(out, "{}", clean::field(&source.label()))?;
        writeln!(out, "  format   {}: {}", source.format, clean::field(&source.why))?;
        let message = health.message().map(|message| format!(": {}", clean::field(message))).unwrap_or_default();
        writeln!(out, "  health   {}{message}", health.word())?;
        if let Some(complaint) = counts.runs.complaint() {
            writeln!(out, "  ▲ {complaint}")?;
        }
        if let Some(millis) = quiet.get(&source.id) {
            writeln!(out, "  ▲ {}", numbers::quiet(*millis))?;
        }
        write!(out, "  calls    {}", numbers::grouped(counts.calls))?;
        for (count, word) in [
            (counts.updates, "updates"),
            (counts.duplicates, "duplicates"),
            (counts.malformed, "malformed"),
            (counts.skipped, "skipped: understood, and not a call"),
        ] {
            if count > 0 {
                write!(out, "   {} {word}", numbers::grouped(count))?;
            }
        }
        writeln!(out)?;
        if let (Some(oldest), Some(newest)) = (counts.oldest, counts.newest) {
            writeln!(out, "  from     {} to {}", oldest.iso(), newest.iso())?;
        }
        for bad in counts.first.iter().take(3) {
            writeln!(out, "  ✗ {}", clean::field(&bad_place(source, bad)))?;
        }
        let fields: Vec<String> = source.fields.iter().map(|(role, path)| format!("{role} = {path}")).collect();
        if !fields.is_empty() {
            writeln!(out, "  fields   {}", clean::field(&fields.join(", ")))?;
        }
        if source.format == crate::ingest::format::fields::NAME {
            toml(&mut out, source, here)?;
        }
        writeln!(out)?;
    }
    if !left_out.is_empty() {
        writeln!(out, "Left out:")?;
    }
    for left in left_out {
        writeln!(out, "  {}: {}", clean::field(&left.path), clean::field(&left.why))?;
    }
    Ok(())
}

/// A file's path from this folder on, with the folder's own name; one that lies elsewhere has all its folders.
fn place_from(here: &Path, file: &Path) -> String {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let base = here.parent().filter(|_| file.starts_with(here));
    let part = base.and_then(|base| file.strip_prefix(base).ok()).unwrap_or(&file);
    let names = part.components().filter(|part| matches!(part, Component::Normal(_)));
    names.map(|name| name.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// How the fields were understood, as it would stand in the configuration.
fn toml(out: &mut impl Write, source: &SourceInfo, here: &Path) -> io::Result<()> {
    let stem = Path::new(&source.path).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    let name: String = stem.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    writeln!(out, "  put this into callscope.toml, and change what is wrong:")?;
    writeln!(out, "    [formats.{}]", name.trim_matches('_').to_ascii_lowercase())?;
    // By where its file lies: its fields are common, and so is its name.
    let star = if source.table.is_some() { "" } else { "*" };
    writeln!(out, "    file = {}", quoted(&format!("{}{star}", place_from(here, &source.origin.path))))?;
    if let Some(table) = &source.table {
        writeln!(out, "    table = {}", quoted(table))?;
    }
    for (role, path) in source.fields.iter() {
        writeln!(out, "    {role} = {}", quoted(path))?;
    }
    Ok(())
}
