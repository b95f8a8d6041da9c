//! A text in the user's pager or editor. To the pager it goes through a pipe: what people asked a model is nothing to
//! leave in a temporary file. An editor needs one; nobody else can read it, and it is gone when the editor is.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use super::signals::Lent;

/// Shows a text and waits until it has been read. The terminal must have been given back. The error says what to do.
pub fn show(text: String) -> Result<(), String> {
    let command = std::env::var("PAGER").ok().filter(|command| !command.trim().is_empty());
    let command = command.unwrap_or_else(|| "less".to_owned());
    let _lent = Lent::begin();
    let mut pager = Command::new("sh")
        .arg("-c")
        .arg(&command)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the pager `{command}` does not start: {error}"))?;
    let pipe = pager.stdin.take();
    let writer = thread::spawn(move || {
        // A pager that is quit before the end closes the pipe: no error.
        pipe.map(|mut pipe| pipe.write_all(text.as_bytes()))
    });
    let status = pager.wait().map_err(|error| format!("the pager `{command}` failed: {error}"))?;
    let _ = writer.join();
    match status.code() {
        Some(126 | 127) => Err(format!("the pager `{command}` was not found: set PAGER")),
        _ => Ok(()),
    }
}

/// Opens a copy of a text in the user's editor and waits until it is closed. The terminal must have been given back.
pub fn edit(text: &str) -> Result<(), String> {
    let named = |name| std::env::var(name).ok().filter(|command: &String| !command.trim().is_empty());
    let command = named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let written = tempfile::Builder::new().prefix("callscope-").suffix(".json").tempfile().and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        Ok(file.into_temp_path())
    });
    let file = written.map_err(|error| format!("no copy for the editor can be written: {error}"))?;
    let _lent = Lent::begin();
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{command} \"$1\""))
        .arg("callscope")
        .arg(&file)
        .status()
        .map_err(|error| format!("the editor `{command}` does not start: {error}"))?;
    match status.code() {
        Some(126 | 127) => Err(format!("the editor `{command}` was not found: set EDITOR")),
        _ => Ok(()),
    }
}
