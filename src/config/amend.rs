//! Adding a line to a configuration that people write by hand: everything else in it stays as it is.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::Config;

/// Adds a line at the head of a section, which is added too where there is none. Nothing is written unless the whole is
/// a configuration afterwards. The file is replaced at once, so that nobody reads half of it.
pub fn amend(path: &Path, section: &str, line: &str) -> Result<(), String> {
    let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}; add it by hand: [{section}] {line}", path.display());
    // A link, as people keep their configurations behind, stays one.
    let path_of = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let target = path_of(path);
    let text = match std::fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(wrong(&error)),
    };
    let amended = with(&text, section, line);
    Config::parse(&amended).map_err(|why| wrong(&why))?;
    replace(&target, &amended).map_err(|error| wrong(&error))
}

fn with(text: &str, section: &str, line: &str) -> String {
    let head = format!("[{section}]");
    let is_head = |line: &str| line.split('#').next().unwrap_or_default().trim() == head;
    let mut out = String::with_capacity(text.len() + line.len() + 16);
    let mut added = false;
    for old in text.lines() {
        out.push_str(old);
        out.push('\n');
        if !added && is_head(old) {
            out.push_str(line);
            out.push('\n');
            added = true;
        }
    }
    if !added {
        let gap = if text.is_empty() { "" } else { "\n" };
        out.extend([gap, &head, "\n", line, "\n"]);
    }
    out
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = dir.join(format!(".callscope-{}.toml", std::process::id()));
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        if let Ok(known) = std::fs::metadata(path) {
            file.set_permissions(known.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let placed = written.and_then(|()| std::fs::rename(&beside, path));
    if placed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "\"gpt5\" = { like = \"gpt-5\" }";

    fn amended(text: Option<&str>) -> (Result<(), String>, String) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("callscope.toml");
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let result = amend(&path, "prices", LINE);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), usize::from(path.exists()), "nothing lies about");
        (result, std::fs::read_to_string(&path).unwrap_or_default())
    }

    #[test]
    fn the_line_stands_in_its_section_and_all_else_stays() {
        for (before, after) in [
            (None, format!("[prices]\n{LINE}\n")),
            (Some("theme = \"nord\" # mine\n"), format!("theme = \"nord\" # mine\n\n[prices]\n{LINE}\n")),
            (
                Some("[prices] # ours\n\"x\" = \"free\"\n\n[currency]\ncode = \"SEK\"\nrate = 10.4"),
                format!("[prices] # ours\n{LINE}\n\"x\" = \"free\"\n\n[currency]\ncode = \"SEK\"\nrate = 10.4\n"),
            ),
        ] {
            let (result, text) = amended(before);
            assert_eq!((result, text), (Ok(()), after));
        }
    }

    #[test]
    fn nothing_is_written_that_would_be_no_configuration() {
        for text in ["prices = { x = \"free\" }\n", "[prices]\n\"gpt5\" = \"free\"\n", "not toml"] {
            let (result, after) = amended(Some(text));
            let why = result.unwrap_err();
            assert!(why.contains("callscope.toml") && why.contains(LINE), "{why}");
            assert_eq!(after, text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_file_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("dotfiles.toml"), dir.path().join("callscope.toml"));
        std::fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        amend(&link, "prices", LINE).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(std::fs::read_to_string(&real).unwrap().contains(LINE));
    }
}
