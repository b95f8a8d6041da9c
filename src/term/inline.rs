//! Some rows of the terminal instead of all: what was on it before stays above, and the last picture stays when the
//! program ends.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU16, Ordering};

use crossterm::terminal::{Clear, ClearType};
use crossterm::{QueueableCommand, cursor};

/// How many rows are ours; 0 is the whole screen.
static ROWS: AtomicU16 = AtomicU16::new(0);
/// The first of them.
static TOP: AtomicU16 = AtomicU16::new(0);

/// Takes the rows from the cursor on. Where the terminal has fewer left, what is above moves up. The terminal must be in
/// raw mode, and nobody else may be reading from it.
pub fn take(rows: u16) -> io::Result<()> {
    let (_, height) = super::size();
    let rows = rows.min(height);
    // One that does not say where its cursor is: at its end, as after a long output.
    let (column, row) = cursor::position().unwrap_or((0, height.saturating_sub(1)));
    let row = row + u16::from(column > 0);
    let mut bytes = Vec::new();
    if column > 0 {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend(std::iter::repeat_n(b'\n', usize::from(rows.saturating_sub(1))));
    super::file()?.write_all(&bytes)?;
    ROWS.store(rows, Ordering::SeqCst);
    TOP.store(row.min(height.saturating_sub(rows)), Ordering::SeqCst);
    Ok(())
}

/// The first row and how many, if not all of the terminal is ours.
pub fn rows() -> Option<(u16, u16)> {
    let rows = ROWS.load(Ordering::SeqCst);
    (rows > 0).then(|| (TOP.load(Ordering::SeqCst), rows))
}

/// The terminal has another size: the rows stay at its end if they were there. What was drawn is wiped out from where
/// it may begin now; a terminal that breaks long lines anew has moved it up.
pub fn resized(height: u16) -> io::Result<()> {
    let Some((top, rows)) = rows() else { return Ok(()) };
    let top = top.min(height.saturating_sub(rows));
    TOP.store(top, Ordering::SeqCst);
    let mut bytes = Vec::new();
    bytes.queue(cursor::MoveTo(0, top))?.queue(Clear(ClearType::FromCursorDown))?;
    super::Out::new()?.write_all(&bytes)
}

/// The bytes that put the cursor below the last picture.
pub(super) fn below(bytes: &mut Vec<u8>) -> io::Result<()> {
    if let Some((top, rows)) = rows() {
        bytes.queue(cursor::MoveTo(0, top + rows.saturating_sub(1)))?;
        bytes.extend_from_slice(b"\r\n");
    }
    Ok(())
}
