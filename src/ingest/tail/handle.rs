//! One file that is open and read on, block by block. It follows the file, not the path: where the file goes, and which
//! comes after it, is for [`Tail`](super::Tail).

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant, SystemTime};

use memchr::{memchr, memrchr};

use super::super::file::{FileId, Stat, read_at};
use super::marker::Marker;
use super::refusal::{SAMPLE, refusal};
use super::{Limits, Why};

#[derive(Debug)]
pub struct Handle {
    /// `None`: let go of, to be opened again when the file grows.
    file: Option<File>,
    pub id: FileId,
    /// Everything before it was handed over; it is the beginning of a line.
    pub offset: u64,
    /// From the offset to here there is no end of a line.
    scanned: u64,
    marker: Marker,
    /// What lies before `scanned`, if that is more than a chunk away.
    searched: Marker,
    rest: Option<Rest>,
}

/// The last line as long as it has no end.
#[derive(Debug)]
struct Rest {
    len: u64,
    since: Instant,
    /// It was looked at since it has this length.
    judged: bool,
}

/// What a read brought.
#[derive(Debug)]
pub enum Got {
    /// Whole lines from byte `at` on are in the buffer.
    Lines {
        at: u64,
    },
    /// The last line without its end, which may still come.
    Rest {
        at: u64,
    },
    TooLong {
        at: u64,
        len: u64,
    },
    Nothing,
    /// The file is another one now; nothing of it was kept.
    Anew(Why),
    Unfit(String),
}

/// What lies after the offset.
enum Ahead {
    Lines,
    TooLong {
        end: u64,
    },
    /// A chunk of NULs: a hole, left by a writer that went on at its old place in a file cut to nothing.
    Hole,
    Nothing,
    Unfit(String),
}

impl Handle {
    pub fn new(file: File) -> io::Result<Self> {
        let meta = file.metadata()?;
        Ok(Self {
            file: Some(file),
            id: FileId::of(&meta),
            offset: 0,
            scanned: 0,
            marker: Marker::default(),
            searched: Marker::default(),
            rest: None,
        })
    }

    pub fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Closes the file; the place in it is remembered.
    pub fn let_go(&mut self) {
        self.file = None;
    }

    /// Takes the file up again, if this is it: by its birth, or, since some file systems make that up, by what is in it.
    pub fn resume(&mut self, file: File) -> io::Result<bool> {
        let id = FileId::of(&file.metadata()?);
        let is_alike = || Ok::<bool, io::Error>(self.offset > 0 && self.marker.holds(&file, self.offset)?);
        let is_it = id == self.id || (id.is_same_inode(self.id) && is_alike()?);
        if is_it {
            (self.id, self.file) = (id, Some(file));
        }
        Ok(is_it)
    }

    /// Begins at the first byte again.
    pub fn rewind(&mut self) {
        (self.offset, self.marker, self.rest) = (0, Marker::default(), None);
        self.search_anew();
    }

    fn search_anew(&mut self) {
        (self.scanned, self.searched) = (self.offset, Marker::default());
    }

    /// Whether it is open and has a name left.
    pub fn is_linked(&self) -> bool {
        let meta = self.file.as_ref().map(File::metadata);
        matches!(meta, Some(Ok(meta)) if meta.nlink() > 0)
    }

    /// Whether there is more, or less, than when it was last read.
    pub fn has_changed(&self) -> bool {
        let meta = self.file.as_ref().map(File::metadata);
        matches!(meta, Some(Ok(meta)) if meta.len() != self.scanned)
    }

    /// Whether there is an unterminated line that was not looked at yet.
    pub fn is_undecided(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| !rest.judged)
    }

    /// Whether it is time to look at the unterminated line.
    pub fn is_rest_due(&self, settle: Duration) -> bool {
        self.rest.as_ref().is_some_and(|rest| !rest.judged && rest.since.elapsed() >= settle)
    }

    /// Reads on: whole lines, or the last one without its end if that has not grown for `settle`.
    pub fn read(&mut self, limits: &Limits, settle: Duration, buf: &mut Vec<u8>) -> io::Result<Got> {
        let Some(file) = self.file.take() else { return Ok(Got::Nothing) };
        let got = self.read_from(&file, limits, settle, buf);
        self.file = Some(file);
        if !matches!(got, Ok(Got::Lines { .. } | Got::Rest { .. })) {
            buf.clear();
        }
        got
    }

    fn read_from(&mut self, file: &File, limits: &Limits, settle: Duration, buf: &mut Vec<u8>) -> io::Result<Got> {
        let stat = Stat::of(&file.metadata()?);
        let len = stat.len;
        if len < self.offset {
            return Ok(Got::Anew(Why::Truncated));
        }
        if self.scanned > len || !self.searched.holds(file, self.scanned)? {
            self.search_anew();
        }
        loop {
            let ahead = self.ahead(file, len, limits, buf)?;
            if !self.marker.holds(file, self.offset)? {
                let is_short = file.metadata()?.len() < self.offset;
                return Ok(Got::Anew(if is_short { Why::Truncated } else { Why::Rewritten }));
            }
            let at = self.offset;
            match ahead {
                Ahead::Lines => {
                    self.commit(at + buf.len() as u64, buf, at == 0);
                    return Ok(Got::Lines { at });
                }
                Ahead::TooLong { end } => {
                    self.commit(end, buf, false);
                    return Ok(Got::TooLong { at, len: end - at });
                }
                Ahead::Hole => self.commit(at + buf.len() as u64, buf, at == 0),
                Ahead::Unfit(why) => return Ok(Got::Unfit(why)),
                Ahead::Nothing => return self.judge_rest(file, stat, limits, settle, buf),
            }
        }
    }

    /// Finds the next whole lines and reads them. The unterminated last line is not kept but read again when it has
    /// grown, so that bytes from before and after a rewrite never meet in one line; if it is longer than a chunk, only
    /// the place up to which it was searched is remembered.
    fn ahead(&mut self, file: &File, len: u64, limits: &Limits, buf: &mut Vec<u8>) -> io::Result<Ahead> {
        let chunk = limits.chunk as u64;
        if self.scanned - self.offset < chunk {
            fill(file, self.offset, chunk.min(len - self.offset), limits, buf)?;
            if self.offset == 0
                && let Some(why) = refusal(&buf[..buf.len().min(SAMPLE)])
            {
                return Ok(Ahead::Unfit(why));
            }
            if let Some(last) = memrchr(b'\n', buf) {
                buf.truncate(last + 1);
                return Ok(Ahead::Lines);
            }
            self.scanned = self.offset + buf.len() as u64;
            if buf.len() < limits.chunk {
                return Ok(Ahead::Nothing);
            }
            if buf.iter().all(|byte| *byte == 0) {
                return Ok(Ahead::Hole);
            }
            self.searched.pass(buf, false);
        }
        while self.scanned < len {
            fill(file, self.scanned, chunk.min(len - self.scanned), limits, buf)?;
            if let Some(first) = memchr(b'\n', buf) {
                return self.long_line(file, self.scanned + first as u64 + 1, limits, buf);
            }
            if buf.is_empty() {
                break;
            }
            self.searched.pass(buf, false);
            self.scanned += buf.len() as u64;
        }
        Ok(Ahead::Nothing)
    }

    /// A line longer than a chunk, whose `end` lies in the buffer.
    fn long_line(&mut self, file: &File, end: u64, limits: &Limits, buf: &mut Vec<u8>) -> io::Result<Ahead> {
        let len = end - self.offset;
        if len > limits.line as u64 {
            // Only its end, for the marker.
            let kept = len.min(SAMPLE as u64);
            fill(file, end - kept, kept, limits, buf)?;
            return Ok(Ahead::TooLong { end });
        }
        fill(file, self.offset, len, limits, buf)?;
        match memrchr(b'\n', buf) {
            Some(last) => buf.truncate(last + 1),
            // Cut in between; the next look will say so.
            None => return Ok(Ahead::Nothing),
        }
        Ok(Ahead::Lines)
    }

    /// `block` ends at the new offset.
    fn commit(&mut self, offset: u64, block: &[u8], first: bool) {
        self.marker.pass(block, first);
        (self.offset, self.rest) = (offset, None);
        self.search_anew();
    }

    /// Hands the unterminated line over if it looks like a whole record and has not grown for a while.
    fn judge_rest(
        &mut self,
        file: &File,
        stat: Stat,
        limits: &Limits,
        settle: Duration,
        buf: &mut Vec<u8>,
    ) -> io::Result<Got> {
        let (at, len) = (self.offset, self.scanned - self.offset);
        if self.rest.as_ref().map_or(0, |rest| rest.len) != len {
            let now = Instant::now();
            let was_quiet = stat.is_older_than(settle, SystemTime::now());
            let since = if was_quiet { now.checked_sub(settle).unwrap_or(now) } else { now };
            self.rest = (len > 0).then_some(Rest { len, since, judged: false });
        }
        if !self.is_rest_due(settle) {
            return Ok(Got::Nothing);
        }
        if let Some(rest) = &mut self.rest {
            rest.judged = true;
        }
        if len > limits.line as u64 {
            return Ok(Got::Nothing);
        }
        fill(file, at, len, limits, buf)?;
        let is_record = buf.trim_ascii_end().ends_with(b"}") && memchr(b'\n', buf).is_none();
        Ok(if is_record && self.marker.holds(file, at)? { Got::Rest { at } } else { Got::Nothing })
    }
}

/// Makes `buf` the `len` bytes from `at` on, or fewer at the end of the file. What an outsized line took is given back.
fn fill(file: &File, at: u64, len: u64, limits: &Limits, buf: &mut Vec<u8>) -> io::Result<()> {
    let len = len as usize;
    if buf.capacity() > 4 * limits.chunk && len <= limits.chunk {
        buf.truncate(limits.chunk);
        buf.shrink_to(limits.chunk);
    }
    buf.resize(len, 0);
    let read = read_at(file, buf, at)?;
    buf.truncate(read);
    Ok(())
}
