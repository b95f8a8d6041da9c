//! A text in the user's pager. It goes there through a pipe: what people asked a model is nothing to leave in a
//! temporary file.

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
