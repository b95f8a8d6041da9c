//! The run in a real terminal: drawn, fed, suspended, killed, abandoned, and given back each time.
//!
//! The program under test is this very file: `child` below is started again inside a pseudo-terminal.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test or a benchmark may fail loudly")]
#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use callscope::app::{App, Area, Options, Pane, Screen, Shown, ShownPane};
use callscope::ingest::event::{Event, SourceInfo, Transcript};
use callscope::model::{Bill, Call, Scribe, SourceId, Span, Stamp};
use callscope::monitor;
use callscope::store::{Priced, Pricer, Row};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::Frame;
use ratatui::text::{Line, Text};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Action, LocalModes, tcflow, tcgetattr};

struct Free;

impl Pricer for Free {
    fn price(&mut self, _: Row<'_>) -> Priced {
        Priced::default()
    }

    fn bill(&mut self, _: Row<'_>) -> Option<Bill> {
        None
    }
}

fn draw(app: &App, frame: &mut Frame<'_>) -> Shown {
    let area = frame.area();
    assert!(app.filter.text != "boom", "drawing failed on purpose");
    let mut lines = vec![Line::from(format!(
        "{} on {}x{}, {} calls{}",
        app.screen().name(),
        area.width,
        area.height,
        app.board.total.calls,
        if app.clock == callscope::app::Clock::Live { "" } else { ", paused" }
    ))];
    lines.extend(app.prompt.as_ref().map(|prompt| Line::from(format!("> {}", prompt.text()))));
    if app.screen() == Screen::Call {
        lines.extend(app.text.lines(Pane::Raw).iter().map(|line| Line::from(line.text.to_owned())));
    }
    lines.extend(app.toast.iter().map(|toast| Line::from(toast.text.clone())));
    frame.render_widget(Text::from(lines), area);
    let area = Area { x: 0, y: 1, width: area.width, height: area.height.saturating_sub(1) };
    let pane = ShownPane { pane: app.focus(), area, lines: area, top: 0, len: 0, columns: Vec::new() };
    Shown { panes: vec![pane], ..Shown::default() }
}

/// The program under test.
#[test]
#[ignore = "started by the other tests inside a terminal"]
fn child() {
    let (sender, events) = tokio::sync::mpsc::channel(4);
    let mode = std::env::var("CHILD").unwrap_or_default();
    thread::spawn(move || {
        let source = SourceInfo { path: "a.jsonl".into(), ..SourceInfo::default() };
        let _ = sender.blocking_send(Event::Found(source));
        let mut scribe = Scribe::new(SourceId(0));
        for nth in 1..=3 {
            scribe.write(&Call { at: Stamp::now(), ..Call::default() }, nth, Span { at: nth, len: 1 });
        }
        let _ = sender.blocking_send(Event::Batch(scribe.take()));
        let _ = sender.blocking_send(Event::CaughtUp);
        // Without anybody to feed, the channel stays open all the same: a source can fall silent.
        for nth in 4.. {
            thread::sleep(Duration::from_millis(20));
            if mode == "flood" {
                scribe.write(&Call { at: Stamp::now(), ..Call::default() }, nth, Span { at: nth, len: 1 });
                if sender.blocking_send(Event::Batch(scribe.take())).is_err() {
                    return;
                }
            }
        }
    });
    let read = |_: &_| -> Result<Transcript, String> {
        assert!(std::env::var("CHILD").unwrap_or_default() != "worker", "a worker failed on purpose");
        Ok(Transcript { raw: vec![serde_json::json!("the record")], ..Transcript::default() })
    };
    callscope::term::end_on_panic();
    let app = App::new(Options::default(), Box::new(Free), Stamp::now());
    let code =
        match monitor::run(app, events, read, draw, monitor::Options { mouse: true, ..monitor::Options::default() }) {
            Ok(code) if code == ExitCode::SUCCESS => 0,
            Ok(code) => (0..=255).find(|n| code == ExitCode::from(*n)).map_or(99, i32::from),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                1
            }
        };
    std::process::exit(code);
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

struct Session {
    master: Option<Box<dyn MasterPty + Send>>,
    tty: File,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    all: Vec<u8>,
}

impl Session {
    fn start(env: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "child", "--nocapture", "--quiet"]);
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        for (name, value) in env {
            command.env(name, value);
        }
        let tty = OpenOptions::new().read(true).write(true).open(pair.master.tty_name().unwrap()).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(len @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..len].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let screen = vt100::Parser::new(cells(24), cells(80), 0);
        Self { master: Some(pair.master), tty, keys, child, bytes, screen, all: Vec::new() }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap() as i32).unwrap()
    }

    fn read(&mut self) {
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(10)) {
            self.screen.process(&bytes);
            self.all.extend(bytes);
        }
    }

    /// Waits until something is so.
    fn until(&mut self, what: &str, mut so: impl FnMut(&mut Self) -> bool) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            self.read();
            if so(self) {
                return;
            }
            assert!(Instant::now() < until, "{what}; the screen was:\n{}", self.screen.screen().contents());
        }
    }

    fn shows(&mut self, text: &str) {
        self.until(&format!("expected {text:?}"), |session| session.screen.screen().contents().contains(text));
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn is_raw(&self) -> bool {
        !tcgetattr(&self.tty).unwrap().local_modes.contains(LocalModes::ICANON)
    }

    /// `T` is stopped, `Z` ended.
    fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid().as_raw_nonzero())).unwrap_or_default();
        stat.rsplit(") ").next().and_then(|rest| rest.chars().next()).unwrap_or('Z')
    }

    /// Whether one of its threads is inside a write to a terminal.
    fn is_writing(&self) -> bool {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.pid().as_raw_nonzero())).unwrap();
        tasks.flatten().any(|task| {
            let waits = std::fs::read_to_string(task.path().join("wchan")).unwrap_or_default();
            waits.contains("tty_write") || waits.contains("wait_woken")
        })
    }

    fn ends(&mut self) -> u32 {
        let mut code = None;
        self.until("the program should end", |session| {
            code = session.child.try_wait().unwrap().map(|status| status.exit_code());
            code.is_some()
        });
        self.read();
        code.unwrap()
    }

    /// The terminal is as a shell wants it.
    fn is_given_back(&self) -> bool {
        let screen = self.screen.screen();
        !self.is_raw()
            && !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }
}

#[test]
fn it_takes_the_terminal_over_and_gives_it_back() {
    let mut session = Session::start(&[]);
    session.shows("Overview on 80x24, 3 calls");
    let screen = session.screen.screen();
    assert!(session.is_raw() && screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
    session.press("2");
    session.shows("Calls on");
    session.press("q");
    assert_eq!(session.ends(), 0);
    assert!(session.is_given_back());
    let frames = String::from_utf8_lossy(&session.all).into_owned();
    assert!(frames.contains("\u{1b}[?2026h") && frames.contains("\u{1b}[?2026l"), "frames are synchronized");
}

#[test]
fn signals_end_it_with_their_own_code() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let mut session = Session::start(&[]);
        session.shows("3 calls");
        session.signal(signal);
        assert_eq!(session.ends(), code);
        assert!(session.is_given_back(), "after {code}");
    }
}

#[test]
fn a_panic_anywhere_ends_it_with_its_message_on_the_shell() {
    for (mode, keys, words) in
        [("", "/boom", "drawing failed on purpose"), ("worker", "2\r", "a worker failed on purpose")]
    {
        let mut session = Session::start(&[("CHILD", mode)]);
        session.shows("3 calls");
        session.press(keys);
        assert_eq!(session.ends(), 101);
        assert!(session.is_given_back(), "{words}");
        assert!(session.screen.screen().contents().contains(words), "{}", session.screen.screen().contents());
    }
}

#[test]
fn it_stops_for_the_shell_and_comes_back_whole() {
    let mut session = Session::start(&[]);
    session.shows("3 calls");
    for by_key in [false, true] {
        if by_key {
            session.press("\u{1a}");
        } else {
            session.signal(Signal::TSTP);
        }
        session.until("it should stop with the terminal given back", |session| {
            session.state() == 'T' && session.is_given_back()
        });
        session.screen.process(b"\x1b[2J\x1b[Hsomething else");
        session.signal(Signal::CONT);
        session.shows("Overview on 80x24, 3 calls");
        let screen = session.screen.screen();
        assert!(session.is_raw() && screen.alternate_screen() && !screen.contents().contains("something else"));
    }
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn a_terminal_that_vanishes_ends_it() {
    let mut session = Session::start(&[]);
    session.shows("3 calls");
    let pid = session.pid();
    // Held open, our own descriptors would keep the terminal alive.
    session.tty = File::open("/dev/null").unwrap();
    session.keys = Box::new(std::io::sink());
    session.master = None;
    drop(std::mem::replace(&mut session.bytes, channel().1));
    let until = Instant::now() + Duration::from_secs(20);
    while session.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "still running: {pid:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn sizes_are_followed_and_none_is_too_odd() {
    let mut session = Session::start(&[]);
    session.shows("on 80x24");
    for (cols, rows) in [(1, 1), (2, 1), (0, 0), (300, 1), (1, 200), (65_535, 1), (120, 36)] {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        session.master.as_ref().unwrap().resize(size).unwrap();
        thread::yield_now();
    }
    session.screen.screen_mut().set_size(cells(36), cells(120));
    session.shows("Overview on 120x36, 3 calls");
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn what_is_pasted_goes_into_the_prompt_and_not_to_the_keys() {
    let mut session = Session::start(&[]);
    session.shows("3 calls");
    session.press("\u{1b}[200~qqq\u{1b}[201~");
    session.press("/\u{1b}[200~model:x q\u{1b}[201~");
    session.shows("> model:x q");
    session.press("\u{3}");
    assert_eq!(session.ends(), 0);
}

#[test]
fn the_pager_gets_the_terminal_and_the_keys() {
    let mut session = Session::start(&[("PAGER", "cat; read line </dev/tty; echo got $line; read line </dev/tty")]);
    session.shows("3 calls");
    session.press("2\r");
    session.shows("the record");
    session.press("o");
    session.until("the pager's text", |session| {
        !session.is_raw() && session.screen.screen().contents().contains("\"the record\"")
    });
    session.press("hello\r");
    session.shows("got hello");
    session.signal(Signal::INT);
    session.press("\r");
    session.until("the screen is back", |session| session.is_raw() && session.screen.screen().alternate_screen());
    session.shows("Call on 80x24");
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn a_copy_goes_through_the_terminal() {
    let mut session = Session::start(&[]);
    session.shows("3 calls");
    session.press("2\r");
    session.shows("the record");
    session.press("Y");
    session.shows("record copied");
    // "the record" with its quotes, as base64.
    assert!(String::from_utf8_lossy(&session.all).contains("\u{1b}]52;c;InRoZSByZWNvcmQi"));
    session.press("q");
    session.ends();
}

#[test]
fn data_keeps_coming_and_keys_are_heard() {
    let mut session = Session::start(&[("CHILD", "flood")]);
    session.until("calls come in", |session| {
        let text = session.screen.screen().contents();
        let calls = text.split(", ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
        calls.is_some_and(|calls| calls > 10)
    });
    session.press("p");
    session.shows("paused");
    session.press("q");
    assert_eq!(session.ends(), 0);
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_it_alive() {
    let mut session = Session::start(&[("CHILD", "flood")]);
    session.shows("calls");
    tcflow(&session.tty, Action::OOff).unwrap();
    session.until("a write is stuck", |session| session.is_writing());
    session.signal(Signal::TERM);
    assert_eq!(session.ends(), 143);
    assert!(!session.is_raw());
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let exe = std::env::current_exe().unwrap();
    let output = std::process::Command::new(exe)
        .args(["--ignored", "--exact", "child", "--nocapture", "--quiet"])
        .env("TERM", "xterm")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("needs a terminal") && said.contains("callscope report"), "{said}");
}

#[test]
fn a_dumb_terminal_is_refused() {
    let mut session = Session::start(&[("TERM", "dumb")]);
    assert_eq!(session.ends(), 1);
    assert!(session.screen.screen().contents().contains("TERM=dumb"));
    assert!(session.is_given_back());
}
