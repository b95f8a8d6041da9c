//! What the tests of the whole program share: a folder of its own, the binary run in it, and waiting for what must
//! come. Nothing here sleeps for a fixed time: every wait is for a condition, with a deadline.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod follow;
pub mod screen;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use tempfile::TempDir;

pub const BIN: &str = env!("CARGO_BIN_EXE_callscope");

/// How long anything may take on a busy machine before it counts as never.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The worked example of the interface: two calls, told by three lines.
pub const WORKED: &str = concat!(
    r#"{"timestamp":"2026-01-05T10:00:00.000Z","model":"gpt-5","modelName":"GPT-5","provider":"openai","route":"debugging","confidence":0.9,"override":false,"promptLength":23,"matchedPatterns":["fix"],"processingTimeMs":2,"tokensUsed":null,"latencyMs":null,"success":null,"errorType":null}"#,
    "\n",
    r#"{"timestamp":"2026-01-05T10:00:01.000Z","model":"gpt-5","modelName":"GPT-5","provider":"openai","route":"debugging","confidence":0.45,"override":true,"promptLength":40,"matchedPatterns":[],"processingTimeMs":4,"tokensUsed":null,"latencyMs":null,"success":null,"errorType":null}"#,
    "\n",
    r#"{"timestamp":"2026-01-05T10:00:02.000Z","model":"gpt-5","modelName":"GPT-5","provider":"openai","route":"debugging","confidence":0.9,"override":false,"promptLength":23,"matchedPatterns":["fix"],"processingTimeMs":2,"tokensUsed":321,"latencyMs":356,"success":true,"errorType":null}"#,
    "\n",
);

/// A call in a log of plain fields.
pub fn call(id: &str, model: &str, tokens: u64) -> String {
    format!(
        r#"{{"id":"{id}","timestamp":"2026-01-05T10:00:00.000Z","provider":"openai","model":"{model}","input_tokens":{tokens},"output_tokens":10,"latency_ms":120,"success":true}}"#
    ) + "\n"
}

/// A folder that the program is run in, with an empty home.
#[derive(Debug)]
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a whole file; its folders are made.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn append(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.at(name)).unwrap();
        file.write_all(bytes.as_ref()).unwrap();
    }

    /// Opens a database, made where there is none, and runs `sql` in it.
    pub fn sql(&self, name: &str, sql: &str) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(self.at(name)).unwrap();
        db.busy_timeout(Duration::from_secs(5)).unwrap();
        db.execute_batch(sql).unwrap();
        db
    }

    /// The program in this folder, in UTC, with nothing of the user's around it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BIN);
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        for (name, value) in env(self.path()) {
            command.env(name, value);
        }
        command.env_remove("NO_COLOR").env_remove("COLORTERM");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args))
    }

    pub fn run_in(&self, zone: &str, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.env("TZ", zone);
        Ran::of(command)
    }

    /// Runs with `input` on standard input.
    pub fn pipe(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A reader that stops early is no failure of the writer.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = Ran::from(child.wait_with_output().unwrap());
        writer.join().unwrap();
        ran
    }

    /// The parsed standard output of a command that must succeed.
    pub fn json(&self, args: &[&str]) -> Json {
        self.run(args).json()
    }
}

/// The variables every run gets, so that no test depends on who runs it.
pub fn env(home: &Path) -> [(&'static str, String); 7] {
    let home = home.to_str().unwrap().to_owned();
    [
        ("HOME", home.clone()),
        ("XDG_CONFIG_HOME", format!("{home}/.no-config")),
        ("XDG_STATE_HOME", format!("{home}/.state")),
        ("TMPDIR", home.clone()),
        ("TZ", "UTC".to_owned()),
        ("TERM", "xterm-256color".to_owned()),
        ("LC_ALL", "C.UTF-8".to_owned()),
    ]
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<std::process::Output> for Ran {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Ran {
    fn of(mut command: Command) -> Self {
        Self::from(command.output().unwrap())
    }

    pub fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    pub fn json(self) -> Json {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// It failed with this code, said so on standard error with all these words, and put no data out.
    pub fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "nothing but data goes to standard output");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {:?}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert!(self.err.starts_with("callscope: ") || code == 2, "{}", self.err);
    }
}

/// Every path of `expected` has its value in `actual`.
pub fn has(actual: &Json, expected: &Json) {
    match expected.as_object() {
        Some(fields) => fields.iter().for_each(|(key, value)| has(&actual[key], value)),
        None => assert!(
            actual == expected || actual.as_f64().is_some() && actual.as_f64() == expected.as_f64(),
            "{actual} is not {expected}"
        ),
    }
}

/// An amount of the JSON in nano-dollars: exact, as they have at most nine decimals.
pub fn nanos(amount: &Json) -> i64 {
    match amount {
        Json::Null => 0,
        amount => (amount.as_f64().expect("an amount") * 1e9).round() as i64,
    }
}

/// Waits until `condition` gives something.
pub fn wait_for<T>(what: &str, condition: impl FnMut() -> Option<T>) -> T {
    wait_or(condition, || what.to_owned())
}

/// As [`wait_for`]; what never came is asked for when it has not come.
pub fn wait_or<T>(mut condition: impl FnMut() -> Option<T>, what: impl Fn() -> String) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < end, "never came: {}", what());
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid as i32).unwrap(), signal).unwrap();
}

/// Waits for the end of a child and gives its exit code, or 128 and the number of the signal that ended it.
pub fn code_of(child: &mut Child) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let status = wait_for("the end of the program", || child.try_wait().unwrap());
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
