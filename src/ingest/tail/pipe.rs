//! Standard input, or any other stream, cut into the same steps as a file. It blocks, so it has a thread of its own.

use std::io::{ErrorKind, Read};

use memchr::{memchr, memrchr};

use super::super::file::words;
use super::refusal::refusal;
use super::{Limits, Step};

pub struct Pipe<R> {
    reader: R,
    limits: Limits,
    /// What was read and not handed over; its first byte is byte `at` of the stream.
    held: Vec<u8>,
    at: u64,
    /// Bytes of `held` known to hold no end of a line.
    searched: usize,
    /// Bytes of a line that is too long, passed over so far.
    passed: Option<u64>,
    ended: bool,
}

impl<R> std::fmt::Debug for Pipe<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipe").field("at", &self.at).field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl<R: Read> Pipe<R> {
    pub fn new(reader: R, limits: Limits) -> Self {
        Self { reader, limits, held: Vec::new(), at: 0, searched: 0, passed: None, ended: false }
    }

    /// Blocks until there are whole lines. The last line of the stream comes even without its newline (`provisional`,
    /// though nothing can follow it); then, and ever after, comes [`Step::Gone`].
    pub fn next(&mut self, buf: &mut Vec<u8>) -> Step {
        buf.clear();
        loop {
            if let Some(step) = self.cut(buf) {
                return step;
            }
            if self.ended {
                return self.end(buf);
            }
            if let Err(why) = self.fill() {
                self.ended = true;
                self.held.clear();
                return Step::Unreadable(why);
            }
        }
    }

    /// Reads once more, into what is held.
    fn fill(&mut self) -> Result<(), String> {
        let len = self.held.len();
        self.held.resize(len + self.limits.chunk, 0);
        let read = loop {
            match self.reader.read(&mut self.held[len..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.held.truncate(len + *read.as_ref().unwrap_or(&0));
        self.ended = read.map_err(|error| words(&error))? == 0;
        match refusal(&self.held) {
            Some(why) if self.at == 0 && self.passed.is_none() => Err(why),
            _ => Ok(()),
        }
    }

    fn cut(&mut self, buf: &mut Vec<u8>) -> Option<Step> {
        if let Some(passed) = self.passed {
            return self.pass_over(passed);
        }
        let Some(last) = memrchr(b'\n', &self.held[self.searched..]) else {
            self.searched = self.held.len();
            if self.searched > self.limits.line {
                self.passed = Some(self.searched as u64);
                self.held = Vec::new();
                self.searched = 0;
            }
            return None;
        };
        let end = self.searched + last + 1;
        buf.extend_from_slice(&self.held[..end]);
        Some(self.hand_over(end, false))
    }

    /// Looks for the end of a line that is too long to be held.
    fn pass_over(&mut self, passed: u64) -> Option<Step> {
        let end = memchr(b'\n', &self.held).map(|first| first + 1);
        let len = passed + end.unwrap_or(self.held.len()) as u64;
        self.held.drain(..end.unwrap_or(self.held.len()));
        self.passed = end.is_none().then_some(len);
        end.map(|_| self.skip(len))
    }

    fn end(&mut self, buf: &mut Vec<u8>) -> Step {
        if let Some(len) = self.passed.take() {
            return self.skip(len);
        }
        if self.held.is_empty() {
            return Step::Gone;
        }
        buf.extend_from_slice(&self.held);
        self.hand_over(self.held.len(), true)
    }

    fn hand_over(&mut self, end: usize, provisional: bool) -> Step {
        let at = self.at;
        self.held.drain(..end);
        self.at += end as u64;
        self.searched = 0;
        Step::Lines { at, provisional }
    }

    fn skip(&mut self, len: u64) -> Step {
        let at = self.at;
        self.at += len;
        Step::TooLong { at, len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the pieces one at a time, as a pipe does.
    struct Pieces(std::vec::IntoIter<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let piece = self.0.next().unwrap_or_default();
            buf[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    fn steps(pieces: &[&[u8]], line: usize) -> Vec<(Step, String)> {
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        let limits = Limits { chunk: 16, line, ..Limits::default() };
        let mut pipe = Pipe::new(Pieces(pieces.into_iter()), limits);
        let mut buf = Vec::new();
        let mut all = Vec::new();
        loop {
            let step = pipe.next(&mut buf);
            if step == Step::Gone {
                assert_eq!(pipe.next(&mut buf), Step::Gone);
                return all;
            }
            all.push((step, String::from_utf8(buf.clone()).unwrap()));
        }
    }

    fn lines(at: u64, provisional: bool, text: &str) -> (Step, String) {
        (Step::Lines { at, provisional }, text.to_owned())
    }

    #[test]
    fn lines_come_whole_and_the_last_one_needs_no_newline() {
        assert_eq!(
            steps(&[b"{\"a\":1}\n{\"b", b"\":\"\xc3", b"\xa5\"}\n{}\n{", b"\"c\":3}"], 99),
            [lines(0, false, "{\"a\":1}\n"), lines(8, false, "{\"b\":\"å\"}\n{}\n"), lines(22, true, "{\"c\":3}")]
        );
        assert_eq!(steps(&[], 99), []);
    }

    #[test]
    fn a_line_too_long_is_passed_over_and_the_next_one_read() {
        let long = [b'a'; 15];
        assert_eq!(
            steps(&[b"{}\n", &long, &long, &long, b"a\n{}\n"], 20),
            [lines(0, false, "{}\n"), (Step::TooLong { at: 3, len: 47 }, String::new()), lines(50, false, "{}\n")]
        );
        assert_eq!(steps(&[&long, &long], 20), [(Step::TooLong { at: 0, len: 30 }, String::new())]);
    }

    #[test]
    fn what_is_no_text_is_refused_once() {
        let steps = steps(&[b"\x1f\x8b\x08\0\0\0\0\n\0\n\0\n"], 99);
        assert!(
            matches!(&steps[..], [(Step::Unreadable(why), _)] if why.starts_with("compressed (gzip)")),
            "{steps:?}"
        );
    }
}
