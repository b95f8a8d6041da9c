//! The terminal: taken over for the screen, and given back however the program ends.
//!
//! Everything here writes through its own descriptor and never through Rust's `stdout`, whose lock a thread may hold
//! just when another must restore the terminal.

pub mod background;
pub mod inline;
pub mod input;
mod out;
pub mod pager;
pub mod signals;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{panic, process, thread};

use crossterm::{QueueableCommand, cursor, event, style, terminal};
use rustix::io::Errno;

pub use out::Out;

/// The terminal is ours.
static ENTERED: AtomicBool = AtomicBool::new(false);
static MOUSE: AtomicBool = AtomicBool::new(false);
/// The title is ours.
static NAMED: AtomicBool = AtomicBool::new(false);
static FILE: OnceLock<File> = OnceLock::new();

/// How long a terminal that does not take what is written may hold up the end of the program.
const PATIENCE: Duration = Duration::from_millis(150);

/// Why no screen can be shown here, in one line with what to do instead.
pub fn refusal(env: impl Fn(&str) -> Option<String>) -> Option<String> {
    let instead = "use `callscope report` or `callscope calls` for plain text";
    if !io::stdout().is_terminal() {
        return Some(format!("callscope needs a terminal, and standard output is none: {instead}"));
    }
    if !io::stdin().is_terminal() && File::options().read(true).write(true).open("/dev/tty").is_err() {
        return Some(format!("callscope needs a terminal to read keys from: {instead}"));
    }
    match env("TERM") {
        Some(term) if term == "dumb" => Some(format!("callscope cannot draw on this terminal (TERM=dumb): {instead}")),
        Some(term) if !term.is_empty() => None,
        _ => Some(format!("callscope does not know this terminal (TERM is not set): {instead}")),
    }
}

/// A descriptor of standard output that is nobody else's.
fn file() -> io::Result<&'static File> {
    if let Some(file) = FILE.get() {
        return Ok(file);
    }
    let file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Ok(FILE.get_or_init(|| file))
}

/// Takes the terminal over: raw mode, the alternate screen or so many rows of the one there is, no cursor, pasted text in
/// brackets, and a word from it when it gets or loses the keys.
pub fn enter(mouse: bool, rows: Option<u16>) -> io::Result<()> {
    let mut file = file()?;
    MOUSE.store(mouse, Ordering::SeqCst);
    // NO_COLOR is the theme's affair: crossterm's own answer to it also drops bold and reverse.
    style::force_color_output(true);
    ENTERED.store(true, Ordering::SeqCst);
    // A stop from outside may have changed the mode behind crossterm's back; only so does it set it again.
    terminal::disable_raw_mode()?;
    terminal::enable_raw_mode()?;
    let mut bytes = Vec::new();
    match rows {
        Some(rows) => inline::take(rows)?,
        None => _ = bytes.queue(terminal::EnterAlternateScreen)?,
    }
    bytes.queue(event::EnableBracketedPaste)?.queue(cursor::Hide)?;
    bytes.queue(event::EnableFocusChange)?;
    if mouse {
        bytes.queue(event::EnableMouseCapture)?;
    }
    file.write_all(&bytes)
}

/// Gives the terminal back as it was. Does nothing if it is not ours; a second thread that comes here waits for no one.
pub fn leave() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    // The mode first: it cannot be held up by a terminal that takes no more bytes.
    let _ = terminal::disable_raw_mode();
    out::wait_for_writer(PATIENCE);
    let _ = restore();
}

fn restore() -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.queue(terminal::EndSynchronizedUpdate)?;
    if NAMED.swap(false, Ordering::SeqCst) {
        // Where no title was kept none stands for it, and the shell sets its own.
        bytes.extend_from_slice(&titled(""));
        bytes.extend_from_slice(b"\x1b[23;2t");
    }
    if MOUSE.load(Ordering::SeqCst) {
        bytes.queue(event::DisableMouseCapture)?;
    }
    bytes
        .queue(event::DisableFocusChange)?
        .queue(event::DisableBracketedPaste)?
        .queue(style::SetAttribute(style::Attribute::Reset))?;
    match inline::rows() {
        Some(_) => inline::below(&mut bytes)?,
        None => _ = bytes.queue(terminal::LeaveAlternateScreen)?,
    }
    bytes.queue(cursor::Show)?;
    file()?.write_all(&bytes)
}

/// Ends the program now, with the terminal given back if it can be.
pub fn die(code: i32) -> ! {
    let (done, wait) = std::sync::mpsc::channel();
    thread::spawn(move || {
        leave();
        let _ = done.send(());
    });
    let _ = wait.recv_timeout(PATIENCE);
    process::exit(code)
}

/// From here on a panic in any thread gives the terminal back, says what happened, and ends the program with 101:
/// without one of its threads the screen would show figures that are no longer true.
pub fn end_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        leave();
        report(info);
        process::exit(101);
    }));
}

/// Columns and rows, with a limit that no real screen reaches: what a terminal says of itself is not to be trusted.
pub fn size() -> (u16, u16) {
    let (width, height) = terminal::size().unwrap_or((80, 24));
    (width.min(1_000), height.min(500))
}

/// Puts a text on the clipboard, through the terminal.
pub fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.queue(crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))?;
    Out::new()?.write_all(&bytes)
}

/// What a terminal answers that is gone.
pub fn is_hangup(error: &anyhow::Error) -> bool {
    let code = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    [Errno::IO, Errno::NXIO, Errno::PIPE].iter().any(|gone| code == Some(gone.raw_os_error()))
}

/// Sets the title of the terminal's window. The one before it is kept by the terminal, where it can, and comes back when
/// the terminal is given back.
pub fn name(title: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    if !NAMED.swap(true, Ordering::SeqCst) {
        bytes.extend_from_slice(b"\x1b[22;2t");
    }
    bytes.extend_from_slice(&titled(title));
    Out::new()?.write_all(&bytes)
}

/// OSC 2. Crossterm's own ends with a bell, which a terminal that knows no titles would ring.
fn titled(title: &str) -> Vec<u8> {
    format!("\x1b]2;{title}\x1b\\").into_bytes()
}

/// Rings the bell; lets the terminal show a note beside its window (OSC 9), where it can. The note has no control
/// characters.
pub fn ring(bell: bool, note: Option<&str>) -> io::Result<()> {
    let mut bytes = Vec::new();
    if let Some(note) = note {
        write!(bytes, "\x1b]9;{note}\x1b\\")?;
    }
    if bell {
        bytes.push(7);
    }
    if bytes.is_empty() { Ok(()) } else { Out::new()?.write_all(&bytes) }
}

/// Says something on the terminal that has been given back.
pub fn note(text: &str) -> io::Result<()> {
    file()?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_terminal_there_is_no_screen_but_advice() {
        // Whether the test's own output is a terminal depends on who runs it; TERM=dumb is refused either way.
        let why = refusal(|_| Some("dumb".to_owned())).unwrap();
        assert!(why.contains("callscope report"), "{why}");
        assert!(refusal(|_| None).is_some());
    }
}
