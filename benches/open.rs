//! A call whose request and response are very long, from the key that opens it to the last line of it.
//!
//! ```text
//! cargo bench --bench open            # 50 MB: half asked, half answered
//! cargo bench --bench open -- 10      # megabytes
//! ```
//!
//! The binary runs in a pseudo-terminal; each key's clock stops when the emulated screen shows what it was pressed for. At
//! last the most memory the process ever had, and what it has then (Linux). Two shapes of the same size: a conversation of
//! many messages, and a prompt and an answer that are one line each.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::{Value, json};
use vt100::Parser;

const SIZE: PtySize = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
/// Longer than this is not late, it is lost.
const PATIENCE: Duration = Duration::from_mins(1);

/// The monitor on its screen; dropped, it ends.
struct Monitor {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    screen: Parser,
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("not 0")
}

impl Monitor {
    fn on(dir: &Path) -> Self {
        let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(["--window", "all", "calls.jsonl"]);
        command.cwd(dir);
        command.env("HOME", dir);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("the binary");
        drop(pair.slave);
        let writer = pair.master.take_writer().expect("its keyboard");
        let mut reader = pair.master.try_clone_reader().expect("its screen");
        let (send, bytes) = channel();
        std::thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            while let Ok(got @ 1..) = reader.read(&mut chunk) {
                if send.send(chunk[..got].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { master: pair.master, writer, child, bytes, screen: Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0) }
    }

    /// Waits until the screen is as asked for, and says since `from` how long.
    fn wait(&mut self, from: Instant, is: impl Fn(&str) -> bool) -> Duration {
        while !is(&self.screen.screen().contents()) {
            // A clock that ticks on the screen is no answer.
            let Ok(bytes) = self.bytes.recv_timeout(PATIENCE.saturating_sub(from.elapsed())) else {
                panic!("it never came on the screen:\n{}", self.screen.screen().contents())
            };
            self.screen.process(&bytes);
        }
        from.elapsed()
    }

    fn keys(&mut self, keys: &str) -> Instant {
        self.writer.write_all(keys.as_bytes()).expect("a key");
        Instant::now()
    }

    /// Presses keys, and says how long it took until a text is seen.
    fn until(&mut self, what: &str, keys: &str, text: &str) {
        let began = self.keys(keys);
        let took = self.wait(began, |screen| screen.contains(text));
        println!("  {what:<42} {:8.1} ms", took.as_secs_f64() * 1e3);
    }

    fn resize(&mut self, cols: u16) -> Instant {
        // All is painted anew, and what was there before would be taken for it.
        self.screen = Parser::new(cells(SIZE.rows), cells(cols), 0);
        self.master.resize(PtySize { cols, ..SIZE }).expect("another size");
        Instant::now()
    }

    /// Megabytes by a line of the process's status.
    fn memory(&self, line: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let kilobytes = status.lines().find_map(|text| text.strip_prefix(line))?;
        Some(kilobytes.trim_start_matches(':').split_whitespace().next()?.parse::<u64>().ok()? / 1_000)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const LINE: &str =
    "The carrier in Malmö marked the parcel as left with a neighbour, and nobody there has seen it since then.";

/// A conversation of so many bytes, and an answer as long.
fn conversation(bytes: usize) -> (Value, Value) {
    let said = |nth: usize| format!("turn {nth} begins\n{}", format!("{LINE}\n").repeat(25));
    let count = bytes / said(0).len();
    let role = |nth: usize| if nth.is_multiple_of(2) { "user" } else { "assistant" };
    let messages = (0..count).map(|nth| json!({"role": role(nth), "content": said(nth)})).collect::<Vec<_>>();
    let mut answer = "answer begins\n".to_owned() + &format!("{LINE}\n").repeat(bytes / LINE.len());
    answer.push_str("one needle\nthe-very-end");
    (json!({"messages": messages}), json!(answer))
}

/// The same as one line each.
fn one_line(bytes: usize) -> (Value, Value) {
    let words = format!("{LINE} ").repeat(bytes / LINE.len());
    let answer = format!("answer begins {words} one needle {LINE} the-very-end");
    (json!({"messages": [{"role": "user", "content": format!("turn 0 begins {words}")}]}), json!(answer))
}

fn measure(name: &str, (request, response): (Value, Value)) {
    println!("{name}");
    let dir = tempfile::tempdir().expect("a folder");
    let record = json!({
        "id": "long", "timestamp": "2026-01-05T10:00:00.000Z", "provider": "anthropic", "model": "claude-sonnet-4-5",
        "input_tokens": 9_000_000, "output_tokens": 9_000_000, "latency_ms": 4_300, "success": true,
        "request_payload": request, "output": response,
    });
    let text = record.to_string();
    drop(record);
    std::fs::write(dir.path().join("calls.jsonl"), text + "\n").expect("a log");
    let mut monitor = Monitor::on(dir.path());
    monitor.wait(Instant::now(), |screen| screen.contains("1 call") && screen.contains("live"));
    let before = monitor.memory("VmHWM");
    let began = monitor.keys("2");
    monitor.wait(began, |screen| screen.contains("[2 Calls]"));
    monitor.until("open: summary and cost", "\r", "1 of 1");
    let opened = Instant::now();
    let beginnings =
        [("then the first words of the request", "turn 0 begins"), ("then those of the answer", "answer begins")];
    for (what, text) in beginnings {
        let took = monitor.wait(opened, |screen| screen.contains(text));
        println!("  {what:<42} {:8.1} ms", took.as_secs_f64() * 1e3);
    }
    monitor.until("G at once: all is laid out, and its end seen", "\t\tG", "the-very-end");
    monitor.until("g: the answer's beginning", "g", "answer begins");
    monitor.until("G: its end", "G", "the-very-end");
    monitor.until("g: its beginning", "g", "answer begins");
    monitor.until("search: all the text looked through", "/one needle\r", "match 1 of");
    let began = monitor.keys("\u{1b}");
    monitor.wait(began, |screen| !screen.contains("match 1 of"));
    let began = monitor.keys("\u{1b}[Zg");
    monitor.wait(began, |screen| screen.contains("▸"));
    monitor.until("x: fold all", "x", "unfolds");
    let began = monitor.keys("xg");
    let took = monitor.wait(began, |screen| !screen.contains("unfolds"));
    println!("  {:<42} {:8.1} ms", "x: unfold all", took.as_secs_f64() * 1e3);
    let began = monitor.resize(100);
    let took = monitor.wait(began, |screen| screen.contains("turn 0 begins") && screen.contains("╯"));
    println!("  {:<42} {:8.1} ms", "another width", took.as_secs_f64() * 1e3);
    let told = |line| monitor.memory(line).map_or("–".to_owned(), |megabytes| format!("{megabytes} MB"));
    let before = before.map_or("–".to_owned(), |megabytes| format!("{megabytes} MB"));
    println!("  memory: {before} before it was opened, {} at most, {} now", told("VmHWM"), told("VmRSS"));
}

fn main() {
    let megabytes: usize = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(50);
    let half = megabytes * 500_000;
    measure(&format!("{megabytes} MB in many messages"), conversation(half));
    measure(&format!("{megabytes} MB in two lines"), one_line(half));
}
