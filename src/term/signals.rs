//! Signals, and the terminal that goes away: each ends or stops the program with the terminal given back, even when
//! the loop is stuck in a write to it.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, getsid, kill_process};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the loop is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// End with this exit code.
    End(u8),
    /// Stop, as the shell's `^Z` asks.
    Stop,
    /// Running again: the screen may have been painted over.
    Continued,
}

/// How long the loop has to end by itself.
const GRACE: Duration = Duration::from_millis(250);

/// Whether another program has the terminal, so that `^C` and `^\` are meant for it, and until when such a signal may
/// still arrive after it.
static LENT: Mutex<(bool, Option<Instant>)> = Mutex::new((false, None));

/// How long after another program's end the signal that ended it may still come.
const ECHO: Duration = Duration::from_millis(200);

/// While this lives, another program has the terminal.
#[derive(Debug)]
pub struct Lent;

impl Lent {
    pub fn begin() -> Self {
        *LENT.lock().unwrap_or_else(PoisonError::into_inner) = (true, None);
        Self
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *LENT.lock().unwrap_or_else(PoisonError::into_inner) = (false, Some(Instant::now() + ECHO));
    }
}

fn is_lent() -> bool {
    LENT.lock().unwrap_or_else(PoisonError::into_inner).0
}

fn is_for_another() -> bool {
    let (now, echo) = *LENT.lock().unwrap_or_else(PoisonError::into_inner);
    now || echo.is_some_and(|until| Instant::now() < until)
}

/// Begins to listen. Must run inside the tokio runtime, on which it spawns its tasks.
pub fn listen() -> io::Result<UnboundedReceiver<Told>> {
    let (tell, told) = unbounded_channel();
    for kind in [SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit(), SignalKind::terminate()] {
        tokio::spawn(end_on(signal(kind)?, kind, tell.clone()));
    }
    let stop = SignalKind::from_raw(Signal::TSTP.as_raw());
    tokio::spawn(stop_on(signal(stop)?, tell.clone()));
    let proceed = SignalKind::from_raw(Signal::CONT.as_raw());
    tokio::spawn(tell_on(signal(proceed)?, tell.clone()));
    std::thread::Builder::new().name("hangup".into()).spawn(move || {
        wait_for_hangup();
        // As if SIGHUP had come: it may be ignored, as under nohup, and then nothing else would tell. The runtime may be
        // ending just now, and is not asked for its clock.
        let _ = tell.send(Told::End(129));
        std::thread::sleep(GRACE);
        // Once the loop has ended the program tidies up and ends by itself.
        if !tell.is_closed() {
            super::die(129);
        }
    })?;
    Ok(told)
}

async fn end_on(mut signals: Stream, kind: SignalKind, tell: UnboundedSender<Told>) {
    let from_keyboard = kind == SignalKind::interrupt() || kind == SignalKind::quit();
    while signals.recv().await.is_some() {
        if from_keyboard && is_for_another() {
            continue;
        }
        end(128 + kind.as_raw_value() as u8, &tell).await;
    }
}

async fn end(code: u8, tell: &UnboundedSender<Told>) {
    let _ = tell.send(Told::End(code));
    tokio::time::sleep(GRACE).await;
    super::die(i32::from(code));
}

async fn stop_on(mut signals: Stream, tell: UnboundedSender<Told>) {
    while signals.recv().await.is_some() {
        if is_lent() {
            stop();
        } else {
            let _ = tell.send(Told::Stop);
        }
    }
}

async fn tell_on(mut signals: Stream, tell: UnboundedSender<Told>) {
    while signals.recv().await.is_some() {
        let _ = tell.send(Told::Continued);
    }
}

/// Stops this process until somebody continues it. A caught SIGTSTP no longer stops; SIGSTOP cannot be caught.
pub fn stop() {
    let _ = kill_process(getpid(), Signal::STOP);
}

/// Whether no shell is there to continue us: the program leads its own session, as under `xterm -e` or `ssh -t`.
pub fn is_alone() -> bool {
    getsid(None).is_ok_and(|session| session == getpid())
}

/// Returns when the terminal is gone. Crossterm then spins without ever returning, so nothing inside the loop could
/// tell. Asking for no event leaves only those that always come: hang-up and error.
fn wait_for_hangup() {
    let stdout = io::stdout();
    loop {
        let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
        match poll(&mut watched, None) {
            Err(error) if error == rustix::io::Errno::INTR => {}
            Err(_) => return,
            Ok(_) if watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => return,
            Ok(_) => {}
        }
    }
}
