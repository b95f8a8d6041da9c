//! The other process: this test binary again, told by an environment variable to be a writer and by its input what to
//! write.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Board;

const ROLE: &str = "CALLSCOPE_TEST_SQLITE_WRITER";
const PATIENCE: Duration = Duration::from_mins(1);

/// A handle on it. Dropped, it is told to leave in order.
pub struct Writer {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Writer {
    pub fn start(db: &Path) -> Self {
        Self::start_as(&std::env::current_exe().unwrap(), db, None)
    }

    /// As another user, from a copy of this binary that they may run.
    pub fn start_as(binary: &Path, db: &Path, user: Option<u32>) -> Self {
        let mut command = Command::new(binary);
        command
            .args(["--exact", "ingest::sqlite::tests::writer::writer_process", "--nocapture", "--test-threads=1"])
            .env(ROLE, db)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let mut child = loop {
            match command.spawn() {
                // The copy is still open for writing in a child that another test's thread has just forked.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                spawned => break spawned.unwrap(),
            }
        };
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(answer) = line.strip_prefix('@')
                    && send.send(answer.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        let writer = Self { child, input, answers };
        assert_eq!(writer.answer(), "ready");
        writer
    }

    /// Gives an order without waiting for its end.
    pub fn order(&mut self, order: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{}", order.replace('\n', " ")).unwrap();
        input.flush().unwrap();
    }

    pub fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).unwrap()
    }

    /// The answer if the order has been carried out by now.
    pub fn answered(&self, within: Duration) -> Option<String> {
        match self.answers.recv_timeout(within) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the writer is gone"),
        }
    }

    pub fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.answer()
    }

    /// Runs SQL, which must succeed.
    pub fn sql(&mut self, sql: &str) {
        assert_eq!(self.ask(sql), "ok", "{sql}");
    }

    /// Adds rows `from` to `to` to `calls`; `values` may use the number as `i`.
    pub fn fill(&mut self, from: usize, to: usize, values: &str) {
        let numbers = format!("WITH n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})");
        self.sql(&format!("{numbers} INSERT INTO calls SELECT i, {values} FROM n"));
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Closes the database and ends.
    pub fn leave(mut self) {
        drop(self.input.take());
        self.child.wait().unwrap();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Not a test but the writer's side; without the variable there is nothing to do.
///
/// Orders, one a line: `.commits N SQL` runs SQL in N transactions and counts the ones that failed; `.plain` opens the
/// database as any read-only program would; `.follow TABLE` as we do; anything else is SQL.
#[test]
fn writer_process() {
    let Some(path) = std::env::var_os(ROLE) else {
        return;
    };
    let path = Path::new(&path);
    let mut connection = None;
    println!("\n@ready");
    for order in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = if let Some(rest) = order.strip_prefix(".commits ") {
            let (times, sql) = rest.split_once(' ').unwrap();
            commits(opened(&mut connection, path), times.parse().unwrap(), sql)
        } else if order == ".plain" {
            plain(path)
        } else if let Some(table) = order.strip_prefix(".follow ") {
            follow(path, table)
        } else {
            match opened(&mut connection, path).execute_batch(&order) {
                Ok(()) => "ok".to_owned(),
                Err(error) => error.to_string(),
            }
        };
        println!("@{answer}");
    }
}

/// Opened at the first order that needs it, without waiting for locks, and fast: nothing here outlives a crash of the
/// machine.
fn opened<'a>(connection: &'a mut Option<Connection>, path: &Path) -> &'a Connection {
    connection.get_or_insert_with(|| {
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
        connection
    })
}

fn commits(connection: &Connection, times: usize, sql: &str) -> String {
    let failed = (0..times).filter(|_| connection.execute_batch(sql).is_err()).count();
    format!("failed {failed}")
}

fn plain(path: &Path) -> String {
    let read = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| connection.query_row("SELECT count(*) FROM calls", [], |row| row.get::<_, i64>(0)));
    match read {
        Ok(rows) => format!("rows {rows}"),
        Err(error) => error.to_string(),
    }
}

fn follow(path: &Path, table: &str) -> String {
    let mut database = match super::Database::open(path) {
        Ok(database) => database,
        Err(why) => return why.to_string(),
    };
    if database.table(table).is_ok_and(|table| table.is_none()) {
        return "no table".into();
    }
    let mut board = Board::of(path, table, &["model", "tokens"]);
    loop {
        match board.poll() {
            Ok(true) => {}
            Ok(false) => return format!("rows {}", board.rows.len()),
            Err(why) => return why.to_string(),
        }
    }
}
