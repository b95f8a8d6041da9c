//! `callscope serve` running beside a test, and a client that sends exactly what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::Signal;
use serde_json::Value as Json;

use super::{PATIENCE, Place, code_of, signal, wait_for};

#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `127.0.0.1:` and its port.
    pub address: String,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// It was refused with this status, in the shape of all refusals, and says all these words.
    pub fn refused(&self, status: u16, words: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        let answer = self.json();
        assert_eq!(answer["success"], false, "{self:?}");
        let error = answer["error"].as_str().unwrap();
        assert!(words.iter().all(|word| error.contains(word)), "{words:?} in {error:?}");
    }
}

impl Server {
    /// Serves on a free port, and does not wait until anything has been read.
    pub fn begin(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find_map(|line| Some(line.split_once("listening on http://")?.1.to_owned()));
        thread::spawn(move || lines.for_each(drop));
        Self { child, address: said.expect("where it listens") }
    }

    pub fn begin_in(place: &Place, more: &[&str]) -> Self {
        Self::begin(place.command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat()))
    }

    /// Serves, and everything that is there has been read.
    pub fn start(place: &Place, more: &[&str]) -> Self {
        let server = Self::begin_in(place, more);
        wait_for("figures", || (server.get("/healthz").status == 200).then_some(()));
        server
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends these bytes and gives what comes back until the server closes.
    pub fn send(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        // Whoever is refused in the middle of a long request may be cut off.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).expect("an answer in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let host = if headers.to_ascii_lowercase().contains("host:") { "" } else { "Host: localhost\r\n" };
        let len = body.len();
        let length = if len > 0 { format!("Content-Length: {len}\r\n") } else { String::new() };
        let head = format!("{method} {path} HTTP/1.1\r\n{host}{headers}{length}Connection: close\r\n\r\n");
        self.send((head + body).as_bytes())
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    /// A JSON answer that must succeed.
    pub fn json(&self, path: &str) -> Json {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.ask("POST", path, "Content-Type: application/json\r\n", body)
    }

    /// What is told from now on, as it comes.
    pub fn listen(&self) -> Events {
        let mut stream = self.connect();
        write!(stream, "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = told.clone();
        thread::spawn(move || {
            let (mut name, lines) = (String::new(), BufReader::new(stream).lines());
            // A message is one chunk: what stands between are the lengths of chunks.
            for line in lines.map_while(Result::ok) {
                if let Some(event) = line.strip_prefix("event: ") {
                    event.clone_into(&mut name);
                } else if let Some(data) = line.strip_prefix("data: ") {
                    ear.lock().unwrap().push((name.clone(), serde_json::from_str(data).unwrap()));
                } else if line.starts_with("retry: ") {
                    ear.lock().unwrap().push(("open".to_owned(), Json::Null));
                }
            }
            ear.lock().unwrap().push(("end".to_owned(), Json::Null));
        });
        let events = Events(told);
        events.wait("open", |_| true);
        events
    }

    /// Ends it with a signal, and gives its exit code.
    pub fn end(mut self, by: Signal) -> i32 {
        signal(self.pid(), by);
        code_of(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Messages by name, in the order they were told; `open` and `end` are the stream's own.
#[derive(Debug)]
pub struct Events(Arc<Mutex<Vec<(String, Json)>>>);

impl Events {
    pub fn told(&self) -> Vec<(String, Json)> {
        self.0.lock().unwrap().clone()
    }

    /// Waits for a message, and gives its data.
    pub fn wait(&self, name: &str, is_it: impl Fn(&Json) -> bool) -> Json {
        wait_for(name, || {
            self.told().into_iter().find(|(told, data)| told == name && is_it(data)).map(|(_, data)| data)
        })
    }
}
