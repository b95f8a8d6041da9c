//! Random writers against an exact account of what they wrote: no line comes twice in one pass, none comes torn, and
//! each that could be read at a look was seen by then.

use std::collections::HashSet;
use std::os::unix::fs::FileExt;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Op {
    Append(usize),
    /// Part of a record, in per cent of it.
    Part(usize),
    Finish,
    /// To so many per cent.
    Truncate(usize),
    Regrow(usize, usize),
    /// Other bytes of the same length.
    Rewrite,
    CopyTruncate {
        stale: bool,
    },
    Rotate,
    /// A writer goes on in the file that was rotated away last.
    Late(usize),
    Delete,
    Replace(usize),
    Look,
    /// The file is closed, as after a quiet minute.
    Rest,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let few = || 1..4_usize;
    let op = prop_oneof![
        6 => few().prop_map(Op::Append),
        3 => (1..100_usize).prop_map(Op::Part),
        3 => Just(Op::Finish),
        1 => (0..100_usize).prop_map(Op::Truncate),
        1 => (0..100_usize, 1..12_usize).prop_map(|(to, lines)| Op::Regrow(to, lines)),
        1 => Just(Op::Rewrite),
        1 => any::<bool>().prop_map(|stale| Op::CopyTruncate { stale }),
        2 => Just(Op::Rotate),
        2 => few().prop_map(Op::Late),
        1 => Just(Op::Delete),
        1 => few().prop_map(Op::Replace),
        8 => Just(Op::Look),
        1 => Just(Op::Rest),
    ];
    prop::collection::vec(op, 1..60)
}

/// A file that stands, or stood, at the path.
#[derive(Default)]
struct Life {
    content: Vec<u8>,
    place: Option<PathBuf>,
    /// What is missing of a record that was written in part.
    missing: Vec<u8>,
    /// Looks before it was made.
    born: usize,
    /// It never stood at the path.
    is_copy: bool,
}

impl Life {
    fn lines(&self) -> Vec<String> {
        let end = self.content.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        text(&self.content[..end]).lines().map(bare).collect()
    }
}

/// Without the NULs that stale writers leave; how many of them are handed over is not promised.
fn bare(line: &str) -> String {
    line.trim_start_matches('\0').to_owned()
}

struct World {
    scene: Scene,
    lives: Vec<Life>,
    at_path: Option<usize>,
    followed: Option<usize>,
    lingering: Vec<usize>,
    looks: usize,
    /// The last look at which a file stood at the path.
    in_place: usize,
    ids: usize,
    /// Every line that any file ever held.
    whole: HashSet<String>,
    seen: HashSet<String>,
    pass: HashSet<String>,
    /// Nothing but a hole was read of the file that is followed.
    is_in_hole: bool,
    /// How often loss must have been suspected by the next look.
    losses: u64,
}

impl World {
    fn new() -> Self {
        let limits = Limits { chunk: 100, line: 100_000, settle: Duration::from_hours(1), ..Limits::default() };
        Self {
            scene: with_limits(limits),
            lives: Vec::new(),
            at_path: None,
            followed: None,
            lingering: Vec::new(),
            looks: 0,
            in_place: 0,
            ids: 0,
            whole: HashSet::new(),
            seen: HashSet::new(),
            pass: HashSet::new(),
            is_in_hole: false,
            losses: 0,
        }
    }

    fn record(&mut self) -> String {
        self.ids += 1;
        let pad = "å".repeat(self.ids % 7 * 9);
        format!("{{\"id\":{},\"pad\":\"{pad}\"}}\n", self.ids)
    }

    fn records(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.record()).collect::<String>().into_bytes()
    }

    /// The file at the path, made if there is none.
    fn there(&mut self) -> usize {
        if let Some(life) = self.at_path {
            return life;
        }
        File::create(&self.scene.path).unwrap();
        self.born(self.scene.path.clone())
    }

    /// Takes a file that was just made into the account.
    fn born(&mut self, place: PathBuf) -> usize {
        let content = fs::read(&place).unwrap();
        let is_copy = place != self.scene.path;
        if !is_copy {
            self.at_path = Some(self.lives.len());
        }
        self.lives.push(Life { content, place: Some(place), missing: Vec::new(), born: self.looks, is_copy });
        self.account(self.lives.len() - 1);
        self.lives.len() - 1
    }

    fn account(&mut self, life: usize) {
        self.whole.extend(self.lives[life].lines());
    }

    fn write(&mut self, life: usize, bytes: &[u8]) {
        if let Some(place) = &self.lives[life].place {
            append(place, bytes);
            self.lives[life].missing.clear();
            self.lives[life].content.extend_from_slice(bytes);
            self.account(life);
        }
    }

    /// What is rotated away before the first look is not asked for, nor can it be told by its time of birth: that
    /// comes from a clock that is too coarse for this test.
    fn rotated_name(&self) -> PathBuf {
        let base = if self.followed.is_some() { "log.jsonl" } else { "first" };
        self.scene.beside(&format!("{base}.{:03}", self.lives.len()))
    }

    /// The bytes of `life` after `to` are about to go.
    fn destroy(&mut self, life: usize, to: usize) {
        let was = self.lives[life].lines();
        self.lives[life].content.truncate(to);
        self.lives[life].missing.clear();
        let is = self.lives[life].lines();
        let is_unseen = was.iter().any(|line| !is.contains(line) && !self.seen.contains(line));
        // What lies beyond our offset can be cut and grown again without a trace, and one hole is like another.
        let is_told = (to as u64) < self.scene.tail.offset() && !self.is_in_hole;
        if self.followed == Some(life) && is_unseen && is_told {
            self.losses = self.scene.tail.possible_loss() + 1;
        }
    }

    fn truncate(&mut self, life: usize, percent: usize) {
        let to = self.lives[life].content.len() * percent / 100;
        self.destroy(life, to);
        truncate(&self.scene.path, to as u64);
    }

    fn perform(&mut self, op: &Op) {
        match *op {
            Op::Append(count) => {
                let (life, bytes) = (self.there(), self.records(count));
                self.write(life, &bytes);
            }
            Op::Part(percent) => {
                let (life, bytes) = (self.there(), self.records(1));
                let cut = 1 + (bytes.len() - 2) * percent / 100;
                self.write(life, &bytes[..cut]);
                self.lives[life].missing = bytes[cut..].to_vec();
            }
            Op::Finish => {
                let life = self.there();
                let bytes = std::mem::take(&mut self.lives[life].missing);
                self.write(life, &bytes);
            }
            Op::Truncate(percent) => {
                let life = self.there();
                self.truncate(life, percent);
            }
            Op::Regrow(percent, count) => {
                let life = self.there();
                self.truncate(life, percent);
                let bytes = self.records(count);
                self.write(life, &bytes);
            }
            Op::Rewrite => self.rewrite(),
            Op::CopyTruncate { stale } => self.copy_truncate(stale),
            Op::Rotate => {
                let life = self.there();
                let to = self.rotated_name();
                fs::rename(&self.scene.path, &to).unwrap();
                self.lives[life].place = Some(to);
                self.at_path = None;
            }
            Op::Late(count) => {
                let held = self.followed.filter(|life| self.at_path != Some(*life)).or(self.lingering.last().copied());
                let bytes = self.records(count);
                if let Some(life) = held {
                    self.write(life, &bytes);
                }
            }
            Op::Delete => {
                let life = self.there();
                fs::remove_file(&self.scene.path).unwrap();
                self.lives[life].place = None;
                self.at_path = None;
            }
            Op::Replace(count) => {
                let life = self.there();
                let bytes = self.records(count);
                fs::write(self.scene.beside("new"), bytes).unwrap();
                fs::rename(self.scene.beside("new"), &self.scene.path).unwrap();
                self.lives[life].place = None;
                self.born(self.scene.path.clone());
            }
            Op::Look => self.look(),
            Op::Rest => {
                if self.at_path.is_some()
                    && self.followed == self.at_path
                    && let Some(handle) = &mut self.scene.tail.current
                {
                    handle.let_go();
                }
            }
        }
    }

    fn rewrite(&mut self) {
        let life = self.there();
        let len = self.lives[life].content.len();
        let id = self.ids + 1;
        let around = format!("{{\"id\":{id},\"new\":\"\"}}\n").len();
        if len < around {
            return;
        }
        self.ids = id;
        let bytes = format!("{{\"id\":{id},\"new\":\"{}\"}}\n", "n".repeat(len - around));
        self.destroy(life, 0);
        open_without_append(&self.scene.path).write_all(bytes.as_bytes()).unwrap();
        assert_eq!(size(&self.scene.path), len as u64);
        self.lives[life].content = bytes.into_bytes();
        self.account(life);
    }

    fn copy_truncate(&mut self, stale: bool) {
        let life = self.there();
        let copy = self.scene.beside(&format!("copy.{}", self.lives.len()));
        fs::write(&copy, &self.lives[life].content).unwrap();
        self.born(copy);
        let was = self.lives[life].content.len();
        self.truncate(life, 0);
        if stale {
            let bytes = self.records(1);
            open_without_append(&self.scene.path).write_all_at(&bytes, was as u64).unwrap();
            self.lives[life].content = vec![0; was];
            self.lives[life].content.extend_from_slice(&bytes);
            self.account(life);
        }
    }

    /// The files whose lines must have been seen when this look is over, those that were rotated away first.
    fn required(&mut self) -> Vec<usize> {
        let mut required = self.lingering.clone();
        let is_open = self.scene.tail.current.as_ref().is_some_and(super::super::Handle::is_open);
        let Some(followed) = self.followed else { return self.at_path.into_iter().collect() };
        if self.at_path == Some(followed) {
            required.push(followed);
            return required;
        }
        if is_open || self.lives[followed].place.is_some() {
            required.push(followed);
        } else {
            // Closed and then deleted: nobody can say what was in it.
            self.losses = 0;
        }
        let is_missed = |life: &usize| {
            let Life { place, born, is_copy, .. } = &self.lives[*life];
            place.is_some()
                && !is_copy
                && *born >= self.in_place
                && self.at_path != Some(*life)
                && !required.contains(life)
        };
        let missed: Vec<_> = (0..self.lives.len()).filter(is_missed).collect();
        // Those that were looked for when the path was gone are not looked for again.
        if self.at_path.is_some() || self.scene.tail.gone.is_none() {
            required.extend(missed);
        }
        required.extend(self.at_path);
        required
    }

    fn look(&mut self) {
        let required = self.required();
        let must: Vec<String> = required.iter().flat_map(|life| self.lives[*life].lines()).collect();
        let mut buf = Vec::new();
        loop {
            match self.scene.tail.next(&mut buf) {
                Step::Lines { provisional: false, .. } => {
                    for line in text(&buf).lines().map(bare) {
                        assert!(self.whole.contains(&line), "torn: {line:?}");
                        assert!(self.pass.insert(line.clone()), "twice in one pass: {line:?}");
                        self.seen.insert(line);
                    }
                }
                Step::Late { provisional: false, .. } => {
                    for line in text(&buf).lines().map(bare) {
                        assert!(self.whole.contains(&line), "torn and late: {line:?}");
                        assert!(self.seen.insert(line.clone()), "seen and late: {line:?}");
                    }
                }
                Step::Fresh(_) => self.pass.clear(),
                Step::Idle => break,
                Step::Waiting | Step::Gone => {
                    assert_eq!(self.at_path, None);
                    break;
                }
                step => panic!("{step:?}"),
            }
        }
        for line in must {
            assert!(self.seen.contains(&line), "not seen: {line:?}");
        }
        assert!(self.scene.tail.possible_loss() >= self.losses, "a loss was not told");
        self.looked(&required);
    }

    fn looked(&mut self, required: &[usize]) {
        self.looks += 1;
        let past: Vec<usize> = required.iter().copied().filter(|life| self.at_path != Some(*life)).collect();
        self.followed = self.at_path.or(past.last().copied()).or(self.followed);
        let read = self.scene.tail.offset() as usize;
        self.is_in_hole =
            self.followed.is_some_and(|life| self.lives[life].content.iter().take(read).all(|byte| *byte == 0));
        self.lingering = past.into_iter().filter(|life| self.followed != Some(*life)).collect();
        let surplus = self.lingering.len().saturating_sub(4);
        self.lingering.drain(..surplus);
        if self.at_path.is_some() {
            self.in_place = self.looks;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost_torn_or_repeated(ops in ops()) {
        let mut world = World::new();
        for op in &ops {
            world.perform(op);
        }
        world.look();
        world.look();
    }
}
