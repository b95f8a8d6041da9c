//! The rules of the house, checked on the sources themselves: which layer may know which, how long a file may be, that
//! every list is complete.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use callscope::app::keys;
use callscope::ingest::format::FORMATS;
use callscope::ui::theme::THEMES;

/// More, and a file has more than one idea.
const MOST_LINES: usize = 450;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every file of `src` by its path below it.
fn sources() -> BTreeMap<String, String> {
    let src = root().join("src");
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
    rust_files(&src).into_iter().map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// What ships: without the tests that stand below it in the same file.
fn shipped(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap()
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.ends_with("/tests.rs") || name.ends_with("testing.rs")
}

/// Code without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The layers of the crate that a file names: `crate::model::Call` and `use crate::{model, query}` alike.
fn layers(text: &str) -> Vec<String> {
    let text = code(text);
    let mut layers = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let list = match rest.strip_prefix('{') {
            Some(rest) => top_level(rest),
            None => vec![rest],
        };
        for item in list {
            let end = item.trim().find(|c: char| !c.is_alphanumeric() && c != '_');
            layers.push(item.trim()[..end.unwrap_or(item.trim().len())].to_owned());
        }
    }
    layers
}

/// The items of a `{…}` list, whose own lists stay whole.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut items) = (0, 0, Vec::new());
    for (at, char) in list.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    items.into_iter().filter(|item| !item.trim().is_empty()).collect()
}

#[test]
fn data_goes_one_way() {
    let may_know: [(&str, &[&str]); 7] = [
        ("model", &[]),
        ("ingest", &[]),
        ("store", &[]),
        ("price", &["store"]),
        ("query", &["store"]),
        ("figures", &["store", "query"]),
        ("rules", &["store", "query", "figures", "price"]),
    ];
    let mut checked = 0;
    for (name, text) in sources() {
        let layer = name.split('/').next().unwrap();
        let Some((_, known)) = may_know.iter().find(|(known, _)| *known == layer) else { continue };
        if is_test(&name) {
            continue;
        }
        for other in layers(shipped(&text)) {
            checked += 1;
            let fine = other == layer || other == "model" || other == "drill" || known.contains(&other.as_str());
            assert!(fine, "{name} must not know `{other}`: {layer} may use model{}", known.join(", "));
        }
    }
    assert!(checked > 50, "only {checked} imports were found: is the check still looking?");
}

#[test]
fn some_things_are_out_of_bounds() {
    // The layer, and what its code must not say.
    let out_of_bounds: [(&str, &[&str]); 4] = [
        ("app", &["ratatui", "crossterm", "std::fs", "std::net", "crate::ui", "crate::term", "crate::commands"]),
        ("ui", &["std::fs", "crate::price", "crate::term", "crate::commands", "Stamp::now", "SystemTime"]),
        ("model", &["std::fs", "std::io", "ratatui"]),
        ("figures", &["std::fs", "ratatui", "crate::ui", "crate::app"]),
    ];
    for (name, text) in sources() {
        let text = code(shipped(&text));
        if is_test(&name) {
            continue;
        }
        for (layer, words) in out_of_bounds {
            if name.starts_with(&format!("{layer}/")) {
                for word in words {
                    assert!(!text.contains(word), "{name} says {word}");
                }
            }
        }
        // Of the readers the screen knows only what they hand over.
        if name.starts_with("ui/") || name.starts_with("app/") {
            for rest in text.split("crate::ingest").skip(1) {
                assert!(rest.starts_with("::event"), "{name}: crate::ingest{}", rest.lines().next().unwrap_or(""));
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_not_long() {
    let mut files = sources().into_iter().collect::<Vec<_>>();
    for folder in ["tests", "benches"] {
        for path in rust_files(&root().join(folder)) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    for (name, text) in files {
        // The tests of a file are about that file.
        if is_test(&name) {
            continue;
        }
        assert!(text.starts_with("//!"), "{name} does not open with what it is for");
        let lines = shipped(&text).lines().count();
        assert!(
            lines <= MOST_LINES || name.starts_with("tests/"),
            "{name} has {lines} lines without its tests: take a part of it out"
        );
    }
}

#[test]
fn nothing_is_left_undone_or_unsafe() {
    for (name, text) in sources() {
        let ships = code(shipped(&text));
        if is_test(&name) {
            continue;
        }
        // Written apart, so that this file does not say them.
        for word in
            [concat!("TO", "DO"), concat!("FIX", "ME"), "todo!", "unimplemented!", "unsafe ", ".unwrap()", "dbg!"]
        {
            assert!(!ships.contains(word), "{name} says {word}");
        }
        let comments = [concat!("TO", "DO"), concat!("FIX", "ME")];
        assert!(comments.iter().all(|word| !text.contains(word)), "{name} leaves something undone");
    }
}

#[test]
fn every_format_is_on_the_list() {
    // The parts that all formats share.
    const SHARED: [&str; 13] = [
        "fields", "media", "memory", "mod", "parts", "print", "role", "said", "scan", "slots", "stamp", "standard",
        "value",
    ];
    let mut files: Vec<String> = fs::read_dir(root().join("src/ingest/format"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !SHARED.contains(&name.as_str()))
        .collect();
    let mut listed: Vec<String> = FORMATS.iter().map(|recipe| recipe.name.replace('-', "_")).collect();
    files.sort();
    listed.sort_unstable();
    assert_eq!(files, listed);
}

#[test]
fn every_theme_is_embedded() {
    let mut files: Vec<String> = fs::read_dir(root().join("themes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut embedded: Vec<&str> = THEMES.iter().map(|(name, _)| *name).collect();
    files.sort();
    embedded.sort_unstable();
    assert_eq!(files, embedded);
}

#[test]
fn the_readme_shows_the_keys_there_are() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    if let Some((_, rest)) = readme.split_once("<!-- keys -->") {
        assert!(
            rest.trim_start().starts_with(keys::markdown(&keys::Keymap::default()).trim_end()),
            "run `callscope keys` and put it in README.md"
        );
    }
}

#[test]
fn the_readme_lists_every_format() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let row = |(name, about): (&str, &str)| format!("| `{name}` | {about} |\n");
    let own = FORMATS.iter().map(|recipe| (recipe.name, recipe.about));
    let fields = (callscope::ingest::format::fields::NAME, callscope::ingest::format::fields::ABOUT);
    let rows: String = own.chain([fields]).map(row).collect();
    let expected = format!("<!-- formats -->\n| format | what it is |\n|---|---|\n{rows}<!-- /formats -->");
    if std::env::var_os("CALLSCOPE_WRITE_README").is_some() {
        let (before, rest) = readme.split_once("<!-- formats -->").unwrap();
        let (_, after) = rest.split_once("<!-- /formats -->").unwrap();
        fs::write(root().join("README.md"), format!("{before}{expected}{after}")).unwrap();
        return;
    }
    assert!(readme.contains(&expected), "run this test with CALLSCOPE_WRITE_README=1");
    for tool in callscope::ingest::tools::TOOLS {
        assert!(
            readme.contains(&format!("`{}`", tool.name)) || readme.contains(tool.name),
            "{} is not in it",
            tool.name
        );
    }
}
