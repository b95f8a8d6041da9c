//! The call that is looked at: its bill, its record and the record's text, asked for when they are missing.

use std::sync::Arc;

use serde_json::{Value, json};

use super::search::TEXTS;
use super::text::{Manner, is_long, section_lines};
use super::{App, CallText, Effect, Pane, Payload, Screen, ToastKind};
use crate::ingest::event::Transcript;
use crate::model::{Bill, Dim, Span, Stamp, Status, secret};
use crate::store::Row;

/// What to do with a record once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    Copy,
    Pager,
    Editor,
}

/// A bill, and the state of the store it was made in.
#[derive(Debug)]
pub struct BillOf {
    pub row: u32,
    revision: u64,
    pub bill: Option<Bill>,
}

/// Bytes that go to the clipboard at most: more is dropped by terminals without a word.
const CLIPBOARD: usize = 74_000;

/// Bytes of a record that are cut into lines between two frames: about 2 ms. What is longer is laid out elsewhere.
const AT_ONCE: usize = 128 * 1024;

impl App {
    /// Takes a record that [`Effect::Read`] asked for. `span` is the address's.
    pub fn arrived(&mut self, row: u32, span: Span, answer: Result<Transcript, String>, now: Stamp) {
        self.now = self.now.max(now);
        let payload = match answer {
            Ok(transcript) => Payload::Ready(Arc::new(transcript)),
            Err(why) => Payload::Failed(why),
        };
        self.transcripts.put(row, span, payload);
        let due: Vec<Errand> = self.errands.extract_if(.., |(of, _)| *of == row).map(|(_, errand)| errand).collect();
        for errand in due {
            self.run(row, errand);
        }
        if self.text.row == row {
            (self.text.made, self.laying) = (false, None);
        }
    }

    /// Takes the text that [`Effect::Lay`] asked for.
    pub fn laid(&mut self, text: CallText, now: Stamp) {
        self.now = self.now.max(now);
        if self.laying.take_if(|laying| *laying == (text.row, text.widths, text.manner)).is_some()
            && self.place().row == Some(text.row)
        {
            // Whoever went to the end of what was there is on the way to the end of all.
            let at_end = |pane: &Pane| (2..=self.place().cursor(*pane).nth + 1).contains(&self.text.shown(*pane));
            let ends: Vec<Pane> = TEXTS.into_iter().filter(|pane| !self.text.made && at_end(pane)).collect();
            self.text = text;
            self.explain_silence();
            for pane in ends {
                self.go_to_line(pane, self.text.lines(pane).len().saturating_sub(1));
            }
            self.search_again();
            self.anchor();
        }
    }

    /// Copies or shows a record, now or when it has been read.
    pub(super) fn send(&mut self, row: u32, errand: Errand) {
        self.transcripts.forget_failure(row);
        self.ask(row);
        match self.transcripts.get(row) {
            Some(Payload::Loading) => self.errands.push((row, errand)),
            _ => self.run(row, errand),
        }
    }

    fn run(&mut self, row: u32, errand: Errand) {
        let text = match self.transcripts.get(row) {
            Some(Payload::Ready(transcript)) if errand == Errand::Copy && is_long(&transcript.raw, CLIPBOARD) => {
                return self.refuse_keyed(&too_long("record"));
            }
            Some(Payload::Ready(transcript)) => self.without_secrets(record(transcript)),
            Some(Payload::Failed(why)) => {
                let why = format!("this record cannot be read: {why}");
                return self.say(ToastKind::Failed, why);
            }
            _ => return,
        };
        match errand {
            Errand::Copy => self.copy(text, "record"),
            Errand::Editor => self.outbox.push(Effect::Editor { text }),
            Errand::Pager => {
                let title = self.store.get(row).map(Row::id).unwrap_or_default();
                self.outbox.push(Effect::Pager { title, text });
            }
        }
    }

    /// Without keys and passwords, unless they are shown.
    pub(super) fn without_secrets(&self, text: String) -> String {
        if self.manner.secrets { text } else { secret::hide(&text).into_owned() }
    }

    pub(super) fn copy(&mut self, text: String, what: &str) {
        let text = self.without_secrets(text);
        self.put(text, what);
    }

    /// The same of a text that holds none of a log's secrets.
    pub(super) fn put(&mut self, text: String, what: &str) {
        if text.is_empty() {
            return self.refuse(format!("this {what} is empty"));
        }
        if text.len() > CLIPBOARD {
            return self.refuse_keyed(&too_long(what));
        }
        self.say(ToastKind::Done, format!("{what} copied"));
        self.outbox.push(Effect::Copy(text));
    }

    /// Asks for a record unless it is there or on its way.
    pub(super) fn ask(&mut self, row: u32) {
        let Some(mut address) = self.address(row) else { return };
        if self.transcripts.ask(row, address.span) {
            address.others = self.elsewhere(row);
            self.outbox.push(Effect::Read(address));
        }
    }

    /// Brings bill, record and text of the call up to date.
    pub(super) fn refresh_call(&mut self) {
        let Some(row) = self.current_call().filter(|row| *row < self.store.len()) else { return };
        let revision = self.store.revision();
        if self.bill.as_ref().is_none_or(|bill| bill.row != row || bill.revision != revision) {
            let bill = self.pricer.bill(self.store.row(row));
            self.bill = Some(BillOf { row, revision, bill });
        }
        self.look_around(row);
        if self.screen() != Screen::Call {
            return;
        }
        self.ask(row);
        let widths = TEXTS.map(|pane| self.shown.width(pane));
        let manner = self.manner;
        if self.text.made && self.text.row == row && self.text.widths == widths && self.text.manner == manner {
            return;
        }
        self.text = match self.transcripts.get(row) {
            None => CallText::note(row, "this record's source is no longer known", widths, true),
            Some(Payload::Loading) => CallText::note(row, "reading …", widths, false),
            Some(Payload::Failed(why)) => CallText::note(row, why, widths, true),
            Some(Payload::Ready(transcript)) if is_long_in_all(transcript) => {
                let asked = self.laying.replace((row, widths, manner)) == Some((row, widths, manner));
                if !asked {
                    self.outbox.push(Effect::Lay { row, transcript: Arc::clone(transcript), widths, manner });
                }
                // What was laid out for another width is better than its beginning, unless it shows what is hidden now.
                let bares = self.text.manner.secrets && !manner.secrets;
                if self.text.row == row && (asked || self.text.made) && !bares {
                    return;
                }
                CallText::begin(row, transcript, widths, manner)
            }
            Some(Payload::Ready(transcript)) => CallText::lay(row, transcript, widths, manner),
        };
        self.explain_silence();
        self.search_again();
        self.anchor();
    }
}

impl App {
    /// Copies the focused section: lines as they were written, not as they are cut to the pane.
    pub(super) fn copy_section(&mut self) {
        let Some(Payload::Ready(transcript)) = self.payload() else { return self.copy(String::new(), "section") };
        let others: Vec<_>;
        let values = match self.focus() {
            Pane::Request => transcript.request.as_slice(),
            Pane::Response => transcript.response.as_slice(),
            Pane::Twins => {
                others = transcript.others.iter().filter_map(|other| other.record.clone().ok()).collect();
                &others
            }
            _ => &transcript.raw,
        };
        if is_long(values, CLIPBOARD) {
            return self.refuse_keyed(&too_long("section"));
        }
        // As it was written: Markdown is for the screen.
        let lines = section_lines(values, Manner { rendered: false, ..self.manner });
        let text = lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        self.copy(text, "section");
    }
}

impl App {
    /// Says in place of a response why there is none, where the log is not the reason.
    fn explain_silence(&mut self) {
        let Some(Payload::Ready(transcript)) = self.transcripts.get(self.text.row) else { return };
        let silent = match &transcript.response {
            Some(Value::Object(fields)) => fields.is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::String(text)) => text.is_empty(),
            response => response.as_ref().is_none_or(Value::is_null),
        };
        let Some(row) = self.store.get(self.text.row).filter(|_| silent) else { return };
        match row.status() {
            Status::Pending => self.text.answer(&json!("not answered yet")),
            Status::Error => {
                let name = |dim| row.name(dim).unwrap_or_default();
                let message = match (name(Dim::ErrorType), name(Dim::ErrorMessage)) {
                    ("", "") => "the call failed, and the log does not say how",
                    (_, "") => "the log says no more of it",
                    (_, message) => message,
                };
                let error = json!({"error": {"type": name(Dim::ErrorType), "message": message}});
                self.text.answer(&error);
            }
            _ => {}
        }
    }
}

fn is_long_in_all(transcript: &Transcript) -> bool {
    let others = transcript.others.iter().filter_map(|other| other.record.as_ref().ok());
    is_long(&transcript.raw, AT_ONCE) || others.into_iter().any(|record| is_long(std::slice::from_ref(record), AT_ONCE))
}

fn too_long(what: &str) -> String {
    format!("this {what} is too long for the clipboard: {{pager}} opens it in the pager")
}

/// A record as it is logged, readable.
fn record(transcript: &Transcript) -> String {
    let records = transcript.raw.iter().filter_map(|record| serde_json::to_string_pretty(record).ok());
    records.collect::<Vec<_>>().join("\n")
}
