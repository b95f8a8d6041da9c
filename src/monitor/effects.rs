//! What takes its time runs here, on threads of its own: reading records, and looking for text in them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_blocking;

use crate::app::{Address, CallText, Manner, PairOf, PairText, Pane, SECTIONS, Search, Sections};
use crate::config::alerts::Ways;
use crate::figures::templates::{Learner, Learnt, sketch_of};
use crate::ingest::event::Transcript;
use crate::ingest::payload::contains;
use crate::model::Span;
use crate::report::alerts::Alert;
use crate::rules::Finding;
use crate::rules::verdict::Verdict;

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    Read {
        row: u32,
        span: Span,
        transcript: Result<Transcript, String>,
    },
    Found {
        needle: String,
        rows: Vec<u32>,
    },
    Learnt {
        learnt: Option<Arc<Learnt>>,
        read: usize,
        is_done: bool,
    },
    Laid(CallText),
    Paired(PairText),
    /// Something that nobody waits for did not work.
    Failed(String),
    Looked {
        needle: String,
        sections: Sections,
        hits: Vec<(Pane, usize)>,
    },
}

/// How long differences of two texts are told to the word; then more coarsely.
const PATIENCE: Duration = Duration::from_secs(2);

type Read = dyn Fn(&Address) -> Result<Transcript, String> + Send + Sync;

/// Calls read before templates are learnt for the first time, and between two words of how far it is.
const FIRST_LEARNT: usize = 200;
const TOLD: usize = 100;

/// See the module.
pub struct Workers {
    pub answers: UnboundedReceiver<Answer>,
    answer: UnboundedSender<Answer>,
    read: Arc<Read>,
    /// Counts the searches: an older one gives up.
    search: Arc<AtomicU64>,
    /// The same for records that are cut into lines, and for texts that are looked for in one.
    lay: Arc<AtomicU64>,
    look: Arc<AtomicU64>,
    /// Findings are told of one after the other.
    telling: Arc<Mutex<()>>,
    learn: Arc<AtomicU64>,
    learner: Arc<Mutex<Learner>>,
}

impl Workers {
    pub fn new(read: impl Fn(&Address) -> Result<Transcript, String> + Send + Sync + 'static) -> Self {
        let (answer, answers) = unbounded_channel();
        Self {
            answers,
            answer,
            read: Arc::new(read),
            search: Arc::default(),
            lay: Arc::default(),
            look: Arc::default(),
            telling: Arc::default(),
            learn: Arc::default(),
            learner: Arc::default(),
        }
    }

    /// Tells of a finding: see [`tell`](super::tell).
    pub fn tell(&self, ways: Ways, finding: Finding, calls: u64) {
        let (answer, telling) = (self.answer.clone(), Arc::clone(&self.telling));
        spawn_blocking(move || {
            let _turn = telling.lock().unwrap_or_else(PoisonError::into_inner);
            let alert = Alert { finding, verdict: Verdict::New, calls };
            if let Err(why) = super::tell::tell(&ways, &alert) {
                let _ = answer.send(Answer::Failed(why));
            }
        });
    }

    pub fn read(&self, address: Address) {
        let (read, answer) = (Arc::clone(&self.read), self.answer.clone());
        spawn_blocking(move || {
            let transcript = read(&address);
            // Nobody listens only when the program ends.
            let _ = answer.send(Answer::Read { row: address.row, span: address.span, transcript });
        });
    }

    /// Cuts a record into lines, unless another is asked for before this one's turn.
    pub fn lay(&self, row: u32, transcript: Arc<Transcript>, widths: [usize; SECTIONS], manner: Manner) {
        let (answer, lay) = (self.answer.clone(), Arc::clone(&self.lay));
        let mine = lay.fetch_add(1, Ordering::SeqCst) + 1;
        spawn_blocking(move || {
            if lay.load(Ordering::Relaxed) == mine {
                let _ = answer.send(Answer::Laid(CallText::lay(row, &transcript, widths, manner)));
            }
        });
    }

    /// Lays two calls side by side, unless others are asked for before their turn.
    pub fn pair(&self, of: PairOf, calls: [Arc<Transcript>; 2]) {
        let (answer, lay) = (self.answer.clone(), Arc::clone(&self.lay));
        let mine = lay.fetch_add(1, Ordering::SeqCst) + 1;
        spawn_blocking(move || {
            if lay.load(Ordering::Relaxed) == mine {
                let deadline = Instant::now() + PATIENCE;
                let _ = answer.send(Answer::Paired(PairText::lay(of, &calls, Some(deadline))));
            }
        });
    }

    /// Looks for a text in one record.
    pub fn look(&self, needle: String, sections: Sections) {
        let (answer, look) = (self.answer.clone(), Arc::clone(&self.look));
        let mine = look.fetch_add(1, Ordering::SeqCst) + 1;
        spawn_blocking(move || {
            if let Some(hits) = Search::look(&needle, &sections, || look.load(Ordering::Relaxed) != mine) {
                let _ = answer.send(Answer::Looked { needle, sections, hits });
            }
        });
    }

    /// Reads prompts and learns templates from them, and from those read before unless it is to begin afresh. What was
    /// learnt is handed over ever more rarely, as it changes ever less.
    pub fn learn(&self, among: Vec<Address>, afresh: bool) {
        let (read, answer, learn) = (Arc::clone(&self.read), self.answer.clone(), Arc::clone(&self.learn));
        let learner = Arc::clone(&self.learner);
        let mine = learn.fetch_add(1, Ordering::SeqCst) + 1;
        if among.is_empty() {
            return;
        }
        spawn_blocking(move || {
            let learner = &mut *learner.lock().unwrap_or_else(PoisonError::into_inner);
            if afresh {
                *learner = Learner::default();
            }
            let mut next = FIRST_LEARNT;
            for (nth, address) in among.iter().enumerate() {
                if learn.load(Ordering::Relaxed) != mine {
                    return;
                }
                let transcript = read(address).ok();
                let sketch = transcript.and_then(|transcript| sketch_of(transcript.request.as_ref(), &transcript.raw));
                learner.add(address.row, sketch);
                let is_done = nth + 1 == among.len();
                let learnt = (is_done || nth + 1 == next).then(|| Arc::new(learner.learn()));
                if learnt.is_some() {
                    next *= 4;
                }
                if learnt.is_some() || nth % TOLD == 0 {
                    let _ = answer.send(Answer::Learnt { learnt, read: nth + 1, is_done });
                }
            }
        });
    }

    /// Looks for a text in the requests and responses of calls. What cannot be read does not have it.
    pub fn find(&self, needle: String, among: Vec<Address>) {
        let (read, answer, search) = (Arc::clone(&self.read), self.answer.clone(), Arc::clone(&self.search));
        let mine = search.fetch_add(1, Ordering::SeqCst) + 1;
        spawn_blocking(move || {
            let mut rows = Vec::new();
            for address in among {
                if search.load(Ordering::Relaxed) != mine {
                    return;
                }
                if read(&address).is_ok_and(|transcript| contains(&transcript, &needle)) {
                    rows.push(address.row);
                }
            }
            let _ = answer.send(Answer::Found { needle, rows });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mark;
    use serde_json::json;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_text_is_found_in_what_was_asked_and_answered_and_nowhere_else() {
        let mut workers = Workers::new(|address: &Address| match address.row {
            0 => Ok(Transcript {
                request: Some(json!({"messages": [{"content": "a REFUND"}]})),
                ..Transcript::default()
            }),
            1 => Ok(Transcript { raw: vec![json!("refund")], ..Transcript::default() }),
            2 => Ok(Transcript { response: Some(json!("refund it")), ..Transcript::default() }),
            _ => Err("gone".to_owned()),
        });
        let at = |row| Address {
            row,
            source: Arc::default(),
            span: Span::default(),
            mark: Mark::default(),
            opened: None,
            others: Vec::new(),
        };
        workers.find("refund".to_owned(), (0..4).map(at).collect());
        let Some(Answer::Found { needle, rows }) = workers.answers.recv().await else { panic!("an answer") };
        assert_eq!((needle.as_str(), rows), ("refund", vec![0, 2]));
    }
}
