//! From a write to the screen: how long after another process has written a call it stands on the monitor's screen.
//!
//! ```text
//! cargo bench --bench latency            # 200 of each
//! cargo bench --bench latency -- 1000
//! cargo bench --bench latency -- 200 1000000     # beside a history of so many calls, which the rules look at all the while
//! ```
//!
//! The binary runs in a pseudo-terminal. This process appends a line, or commits a row, with a marker that no call had
//! before, and stops the clock when the emulated screen shows it. The time of the write itself is not counted.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

const SIZE: PtySize = PtySize { rows: 40, cols: 140, pixel_width: 0, pixel_height: 0 };
/// Longer than this is not late, it is lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// The monitor on its screen; dropped, it ends.
struct Monitor {
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    screen: Parser,
}

impl Monitor {
    fn on(dir: &Path) -> Self {
        let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_callscope"));
        command.args(["--window", "all", "."]);
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
        let cells = |count| NonZero::new(count).expect("not 0");
        let screen = Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0);
        Self { _master: pair.master, writer, child, bytes, screen }
    }

    /// Waits for a text on the screen, and says since `from` how long.
    fn wait(&mut self, text: &str, from: Instant) -> Duration {
        while !self.screen.screen().contents().contains(text) {
            let Ok(bytes) = self.bytes.recv_timeout(PATIENCE) else {
                panic!("{text} never came on the screen:\n{}", self.screen.screen().contents())
            };
            self.screen.process(&bytes);
        }
        from.elapsed()
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Measures `count` writes, which are told one after the other with a pause in between: a call as it comes, not a flood.
fn measure(name: &str, count: usize, dir: &Path, mut write: impl FnMut(&str)) {
    write("warm-up");
    let mut monitor = Monitor::on(dir);
    monitor.wait("● live", Instant::now());
    monitor.writer.write_all(b"2").expect("a key");
    monitor.wait("warm-up", Instant::now());
    let mut took: Vec<Duration> = (0..count)
        .map(|nth| {
            std::thread::sleep(Duration::from_millis(40 + (nth as u64 * 37) % 60));
            let marker = format!("mark-{nth:04}");
            write(&marker);
            monitor.wait(&marker, Instant::now())
        })
        .collect();
    took.sort();
    let at = |share: f64| took[((count as f64 * share) as usize).min(count - 1)].as_secs_f64() * 1e3;
    println!(
        "{name:<12} {count:>5} writes   p50 {:6.1} ms   p95 {:6.1} ms   p99 {:6.1} ms   worst {:6.1} ms",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}

fn now() -> String {
    iso(chrono::Utc::now())
}

fn iso(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// So many calls over the last thirty days, with something for rules to find: models that fail, routes that are not
/// sure, and several models on each route.
fn history(calls: usize, dir: &Path) {
    let file = std::fs::File::create(dir.join("history.jsonl")).expect("a log");
    let mut out = std::io::BufWriter::new(file);
    let from = chrono::Utc::now() - chrono::TimeDelta::days(30);
    let each = 30 * 86_400_000 / calls.max(1) as i64;
    for nth in 0..calls {
        let at = iso(from + chrono::TimeDelta::milliseconds(nth as i64 * each));
        let model = ["gpt-5", "gpt-5-mini", "claude-sonnet-4-5", "claude-haiku-4-5", "unheard-of"][nth % 5];
        let (route, user) = (["chat", "triage", "extract", "plan"][nth / 5 % 4], nth % 97);
        let (confidence, failed) = ((nth % 10) as f64 / 10.0, nth % 4 == 1);
        let error = if failed { "\"rate_limit\"" } else { "null" };
        writeln!(
            out,
            "{{\"id\":\"old-{nth}\",\"timestamp\":\"{at}\",\"model\":\"{model}\",\"route\":\"{route}\",\"user_id\":\"u{user}\",\"input_tokens\":{},\"output_tokens\":90,\"latency_ms\":{},\"confidence\":{confidence},\"override\":{},\"success\":{},\"error_type\":{error}}}",
            500 + nth % 4_000,
            300 + nth % 2_000,
            nth % 3 == 0,
            !failed
        )
        .expect("a line");
    }
    out.flush().expect("the log is written");
}

fn lines(count: usize, before: usize) {
    let dir = tempfile::tempdir().expect("a folder");
    if before > 0 {
        history(before, dir.path());
    }
    let mut file = OpenOptions::new().create(true).append(true).open(dir.path().join("calls.jsonl")).expect("a log");
    let name = if before > 0 { format!("+{before}") } else { "JSONL".to_owned() };
    measure(&name, count, dir.path(), |marker| {
        let line = format!(
            "{{\"id\":\"{marker}\",\"timestamp\":\"{}\",\"model\":\"gpt-5\",\"route\":\"{marker}\",\"provider\":\"openai\",\"input_tokens\":900,\"output_tokens\":90,\"latency_ms\":700,\"success\":true}}\n",
            now()
        );
        file.write_all(line.as_bytes()).expect("a line");
    });
}

fn rows(count: usize, mode: &str) {
    let dir = tempfile::tempdir().expect("a folder");
    let db = rusqlite::Connection::open(dir.path().join("app.db")).expect("a database");
    db.busy_timeout(Duration::from_secs(5)).expect("patience");
    db.execute_batch(&format!(
        "PRAGMA journal_mode = {mode}; PRAGMA synchronous = normal;
         CREATE TABLE token_usage (id INTEGER PRIMARY KEY, provider TEXT, model_name TEXT, input_tokens INTEGER,
           output_tokens INTEGER, call_id TEXT, latency_ms INTEGER, success BOOLEAN, created_at TEXT)"
    ))
    .expect("a table");
    measure(&format!("SQLite {mode}"), count, dir.path(), |marker| {
        let insert = "INSERT INTO token_usage (provider, model_name, input_tokens, output_tokens, call_id, latency_ms, success, created_at)
                      VALUES ('openai', ?1, 900, 90, ?1, 700, 1, ?2)";
        db.execute(insert, [marker, &now()]).expect("a row");
    });
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|word| word.parse().ok());
    let count = numbers.next().unwrap_or(200);
    if let Some(before) = numbers.next() {
        return lines(count, before);
    }
    lines(count, 0);
    rows(count, "wal");
    rows(count, "delete");
}
