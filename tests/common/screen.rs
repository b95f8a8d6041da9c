//! The real binary in a real pseudo-terminal, and an emulator that knows what is on its screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::thread;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Signal;
use rustix::termios::LocalModes;
use vt100::Parser;

use super::{BIN, Place, env, signal, wait_for, wait_or};

pub struct Screen {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    parser: Parser,
    raw: Vec<u8>,
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a screen has cells")
}

impl Screen {
    /// The program on a screen of this size.
    pub fn start(place: &Place, size: (u16, u16), args: &[&str]) -> Self {
        Self::start_with(place, size, &[], &[&[BIN], args].concat())
    }

    /// Any command line, with variables of its own.
    pub fn start_with(place: &Place, (width, height): (u16, u16), vars: &[(&str, &str)], line: &[&str]) -> Self {
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(line[0]);
        command.args(&line[1..]);
        command.cwd(place.path());
        command.env_remove("NO_COLOR");
        command.env("COLORTERM", "truecolor");
        for (name, value) in env(place.path()) {
            command.env(name, value);
        }
        for (name, value) in vars {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let writer = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let seen = Arc::new(Mutex::new(Seen { parser: Parser::new(cells(height), cells(width), 0), raw: Vec::new() }));
        let eye = seen.clone();
        thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(got @ 1..) = reader.read(&mut bytes) {
                let mut seen = eye.lock().unwrap();
                seen.parser.process(&bytes[..got]);
                seen.raw.extend_from_slice(&bytes[..got]);
            }
        });
        Self { master: pair.master, writer, child, seen }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Types text or control codes.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self
    }

    pub fn resize(&self, (width, height): (u16, u16)) {
        // The emulator first, so that no frame of the new size meets a screen of the old one.
        self.seen.lock().unwrap().parser.screen_mut().set_size(cells(height), cells(width));
        let size = PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }

    pub fn text(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    pub fn line(&self, nth: usize) -> String {
        self.text().lines().nth(nth).unwrap_or("").to_owned()
    }

    /// Everything that was ever sent to the terminal.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().unwrap().raw.clone()
    }

    /// Forgets what was sent so far.
    pub fn forget(&self) {
        self.seen.lock().unwrap().raw.clear();
    }

    pub fn is_alternate(&self) -> bool {
        self.seen.lock().unwrap().parser.screen().alternate_screen()
    }

    /// Whether typed characters are echoed and lines edited, as a shell leaves a terminal.
    pub fn is_cooked(&self) -> bool {
        let modes = self.master.get_termios().unwrap().local_flags.bits();
        let cooked = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        modes & cooked.bits() == cooked.bits()
    }

    pub fn wait(&self, what: &str, condition: impl Fn(&str) -> bool) -> &Self {
        wait_or(|| condition(&self.text()).then_some(()), || format!("{what} on\n{}", self.text()));
        self
    }

    pub fn wait_text(&self, text: &str) -> &Self {
        self.wait(text, |screen| screen.contains(text))
    }

    pub fn wait_no(&self, text: &str) -> &Self {
        self.wait(&format!("no {text}"), |screen| !screen.contains(text))
    }

    pub fn signal(&self, which: Signal) -> &Self {
        signal(self.pid(), which);
        self
    }

    /// Waits for the end, and gives the exit code.
    pub fn code(&mut self) -> u32 {
        let child = &mut self.child;
        wait_for("the end of the program", || child.try_wait().unwrap()).exit_code()
    }

    /// The terminal is as it was before: the main screen, the cursor shown, the mouse and pastes off, lines edited.
    pub fn assert_given_back(&self) {
        wait_for("the main screen", || (!self.is_alternate()).then_some(()));
        let seen = self.seen.lock().unwrap();
        let screen = seen.parser.screen();
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is free");
        drop(seen);
        assert!(self.is_cooked(), "lines are edited again");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
