//! What happens to logs while they are followed, one scene at a time. Each proves first that it happened.

mod changed;
mod model;
mod odd;
mod pieces;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::{Limits, Step, Tail, Why};

/// A folder with a log in it, followed.
struct Scene {
    dir: TempDir,
    path: PathBuf,
    tail: Tail,
    buf: Vec<u8>,
}

/// What one look brought, until there was nothing more.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    lines: Vec<String>,
    provisional: Vec<String>,
    late: Vec<String>,
    passes: Vec<Why>,
    too_long: Vec<(u64, u64)>,
    end: Option<Step>,
}

fn with_limits(limits: Limits) -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.jsonl");
    Scene { tail: Tail::new(path.clone(), limits), dir, path, buf: Vec::new() }
}

fn scene() -> Scene {
    with_limits(Limits { chunk: 64, line: 1000, settle: Duration::from_hours(1), ..Limits::default() })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Scene {
    fn look(&mut self) -> Seen {
        self.steps(Tail::next)
    }

    fn finish(&mut self) -> Seen {
        self.steps(Tail::finish)
    }

    fn steps(&mut self, next: fn(&mut Tail, &mut Vec<u8>) -> Step) -> Seen {
        let mut seen = Seen::default();
        loop {
            match next(&mut self.tail, &mut self.buf) {
                Step::Lines { provisional: true, .. } => seen.provisional.push(text(&self.buf)),
                Step::Lines { .. } => seen.lines.extend(self.whole_lines()),
                Step::Late { provisional: true, .. } => seen.late.push(text(&self.buf)),
                Step::Late { .. } => seen.late.extend(self.whole_lines()),
                Step::Fresh(why) => seen.passes.push(why),
                Step::TooLong { at, len } => seen.too_long.push((at, len)),
                end => {
                    assert!(self.buf.is_empty(), "nothing is left in the buffer");
                    seen.end = Some(end);
                    return seen;
                }
            }
        }
    }

    fn whole_lines(&self) -> Vec<String> {
        let text = text(&self.buf);
        assert!(text.ends_with('\n'), "a block ends with a line: {text:?}");
        text.lines().map(str::to_owned).collect()
    }

    /// Looks, and expects these lines, no new pass, and nothing else.
    fn expect(&mut self, lines: &[&str]) {
        assert_eq!(self.look(), Seen { end: Some(Step::Idle), ..only(lines) });
    }

    /// Looks, and expects a new pass with these lines.
    fn expect_fresh(&mut self, why: Why, lines: &[&str]) {
        assert_eq!(self.look(), Seen { end: Some(Step::Idle), passes: vec![why], ..only(lines) });
    }

    fn append(&self, text: impl AsRef<[u8]>) {
        append(&self.path, text);
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// `{"id":1}` and so on, a line each.
fn records(ids: std::ops::Range<u32>) -> String {
    ids.map(|id| format!("{{\"id\":{id}}}\n")).collect::<Vec<_>>().concat()
}

fn only(lines: &[&str]) -> Seen {
    Seen { lines: lines.iter().map(|&line| line.to_owned()).collect(), ..Seen::default() }
}

fn append(path: &Path, text: impl AsRef<[u8]>) {
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_ref()).unwrap();
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

fn truncate(path: &Path, len: u64) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(len).unwrap();
    assert_eq!(size(path), len);
}

fn open_without_append(path: &Path) -> File {
    OpenOptions::new().write(true).create(true).truncate(false).open(path).unwrap()
}
