//! Requests a second and their latency, with many calls loaded.
//!
//! ```text
//! cargo bench --bench serve                  # one million calls
//! cargo bench --bench serve -- 100000
//! ```
//!
//! The binary serves what its demo has written. Clients ask over connections that stay open, each its next question when
//! its last is answered. Answers are measured as dashboards ask for them, again and again with nothing new, and while a
//! call is appended ten times a second, so that every figure is made anew; and how long after its line was written a call
//! is told as an event.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const BIN: &str = env!("CARGO_BIN_EXE_callscope");
/// How long each kind of question is asked.
const SPAN: Duration = Duration::from_secs(5);
const CLIENTS: usize = 8;

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn on(dir: &Path) -> Self {
        let mut command = Command::new(BIN);
        command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(dir).env("HOME", dir);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary");
        let mut lines = BufReader::new(child.stderr.take().expect("its words")).lines().map_while(Result::ok);
        let said = lines.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        thread::spawn(move || lines.for_each(drop));
        Self { child, address: said.expect("its address") }
    }

    fn client(&self) -> Client {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Client(BufReader::new(stream))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    /// Asks, and gives the status and the length of the answer.
    fn get(&mut self, path: &str) -> (u16, usize) {
        write!(self.0.get_mut(), "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a question");
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("an answer");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest.split(' ').next().and_then(|status| status.parse().ok()).unwrap_or(0);
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse().expect("a length");
            } else if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a whole answer");
        (status, length)
    }
}

fn line(id: &str) -> String {
    let now = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ");
    format!(
        "{{\"id\":\"{id}\",\"timestamp\":\"{now}\",\"model\":\"gpt-5\",\"provider\":\"openai\",\"input_tokens\":900,\"output_tokens\":90,\"latency_ms\":700,\"success\":true}}\n"
    )
}

fn at(sorted: &[Duration], share: f64) -> f64 {
    sorted[((sorted.len() as f64 * share) as usize).min(sorted.len() - 1)].as_secs_f64() * 1e3
}

/// Asks the same for a while over all connections.
fn measure(server: &Server, name: &str, path: &str) {
    let mut length = 0;
    let mut took: Vec<Duration> = thread::scope(|scope| {
        let ask = || {
            let (mut client, end, mut took) = (server.client(), Instant::now() + SPAN, Vec::new());
            let mut length = 0;
            while Instant::now() < end {
                let began = Instant::now();
                let (status, bytes) = client.get(path);
                assert_eq!(status, 200, "{path}");
                took.push(began.elapsed());
                length = bytes;
            }
            (took, length)
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients
            .into_iter()
            .flat_map(|client| {
                let (took, bytes) = client.join().expect("a client");
                length = bytes;
                took
            })
            .collect()
    });
    took.sort();
    let rate = took.len() as f64 / SPAN.as_secs_f64();
    let [half, most, worst] = [0.5, 0.99, 1.0].map(|share| at(&took, share));
    println!("{name:<28} {rate:>9.1}/s   p50 {half:8.2} ms   p99 {most:8.2} ms   worst {worst:8.2} ms   {length:>8} B");
}

/// How long after its line was written a call is told.
fn events(server: &Server, log: &Path, mark: &str) {
    let mut stream = TcpStream::connect(&server.address).expect("a connection");
    write!(stream, "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a question");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.find(|line| line.starts_with("retry")).expect("a stream");
    let mut file = OpenOptions::new().append(true).open(log).expect("a log");
    let mut took: Vec<Duration> = (0..200)
        .map(|nth| {
            thread::sleep(Duration::from_millis(20));
            let id = format!("{mark}-{nth}-");
            file.write_all(line(&id).as_bytes()).expect("a line");
            let began = Instant::now();
            lines.find(|line| line.contains(&id)).expect("an event");
            began.elapsed()
        })
        .collect();
    took.sort();
    let [half, most, worst] = [0.5, 0.99, 1.0].map(|share| at(&took, share));
    println!(
        "{:<28} {:>11}   p50 {half:8.2} ms   p99 {most:8.2} ms   worst {worst:8.2} ms",
        "a call, told as an event", ""
    );
}

fn main() {
    let calls = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000_u64);
    let dir = tempfile::tempdir().expect("a folder");
    let written = Command::new(BIN)
        .args(["demo", "--no-ui", "--dir", ".", "--calls", &calls.to_string()])
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .status();
    assert!(written.expect("the demo").success());
    let log = dir.path().join("calls.jsonl");
    std::fs::write(&log, line("first-call")).expect("a log");
    let began = Instant::now();
    let server = Server::on(dir.path());
    while server.client().get("/healthz").0 != 200 {
        thread::sleep(Duration::from_millis(10));
    }
    println!("{calls} calls, figures after {:.2} s; {CLIENTS} clients", began.elapsed().as_secs_f64());
    let asked = [
        ("health", "/healthz"),
        ("the report", "/api/ai/analytics"),
        ("the report, filtered", "/api/ai/analytics?route=debugging&filter=is:error"),
        ("metrics", "/metrics"),
        ("a page of logs", "/api/llm/logs?range=all"),
        ("one call", "/api/calls/first-call"),
    ];
    for (name, path) in asked {
        measure(&server, name, path);
    }
    events(&server, &log, "calm");
    println!("ten calls a second are appended:");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = OpenOptions::new().append(true).open(&log).expect("a log");
            for nth in 0.. {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                file.write_all(line(&format!("more-{nth}")).as_bytes()).expect("a line");
                thread::sleep(Duration::from_millis(100));
            }
        });
        for (name, path) in &asked[1..4] {
            measure(&server, name, path);
        }
        events(&server, &log, "busy");
        done.store(true, Ordering::Relaxed);
    });
}
