//! The writer that frames go through. It stops taking bytes once the terminal has been given back, so that a frame
//! under way is not painted over the shell.

use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

static WRITING: Mutex<()> = Mutex::new(());

/// See the module.
#[derive(Debug, Clone, Copy)]
pub struct Out(&'static File);

impl Out {
    pub fn new() -> io::Result<Self> {
        super::file().map(Self)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        if super::ENTERED.load(Ordering::SeqCst) { self.0.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Waits until no write is under way, or not much longer than `patience`: it may be stuck in a terminal that takes no
/// more bytes.
pub(super) fn wait_for_writer(patience: Duration) {
    let until = Instant::now() + patience;
    while matches!(WRITING.try_lock(), Err(TryLockError::WouldBlock)) && Instant::now() < until {
        thread::sleep(Duration::from_millis(1));
    }
}
