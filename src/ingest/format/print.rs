//! What a request is known by: a hash of its bytes as they are logged, made while they are passed over, so that calls
//! which asked the same can be found without keeping what they asked.
//!
//! All bytes count. A request that carries an id or a time of its own is another one each time, as it is for a cache
//! that goes by the request. What stands beside it and changes the answer, such as the system prompt or the
//! temperature, is part of it; the record's own id, time, user and answer are not. The model is compared by whoever
//! asks. Formats whose requests are made of other records ([`transcribe`](super::Format::transcribe)) have none, and
//! neither have bare prompts of a session: what was said before belongs to them. Then it is unknown whether two are
//! alike.

use std::num::NonZeroU64;

use super::role::{Field, Role};
use super::{Format, Plan};
use crate::model::batch::hash;

impl Format {
    /// A plan of its own for a thread. Where a request is made of other records too, a part of it is no fingerprint.
    pub fn new_plan(&self) -> Plan {
        let plan = Plan::new(&self.fields);
        if self.transcribe.is_none() { plan.printing(&self.fields) } else { plan }
    }
}

/// How a field counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is the request; of several the one with the lowest rank.
    Request(u16),
    /// It goes with the request, the nth of [`BESIDE`].
    Beside(u16),
}

/// What stands beside a prompt and belongs to the request, by the names of APIs, proxies and the seeds.
const BESIDE: [&str; 17] = [
    "system",
    "system_prompt",
    "systemPrompt",
    "system_prompt_hash",
    "instructions",
    "tools",
    "temperature",
    "top_p",
    "seed",
    "max_tokens",
    "response_format",
    "parameters",
    "model_parameters",
    "modelParameters",
    "\"gen_ai.system_instructions\"",
    "\"gen_ai.request.temperature\"",
    "\"gen_ai.request.max_tokens\"",
];

/// Hashes of a request that a log keeps instead of it. They stand for it, beginning and all.
const HASHES: [&str; 4] = ["user_prompt_hash", "prompt_hash", "promptHash", "request_hash"];

/// The paths whose values make the fingerprint.
pub fn parts(fields: &[Field]) -> Vec<(String, Part)> {
    let requests = fields.iter().enumerate().filter(|(_, field)| field.role == Role::Request);
    let mut parts: Vec<(String, Part)> =
        requests.map(|(rank, field)| (field.path.clone(), Part::Request(rank as u16))).collect();
    let parents: Vec<String> = parts.iter().map(|(path, _)| parent(path).to_owned()).collect();
    let behind = (0..).map(|nth| Part::Request(fields.len() as u16 + nth));
    parts.extend(HASHES.iter().zip(behind).map(|(name, part)| ((*name).to_owned(), part)));
    for parent in parents.iter().map(String::as_str).chain([""]) {
        let new = BESIDE.iter().enumerate().map(|(nth, name)| (format!("{parent}{name}"), Part::Beside(nth as u16)));
        let new: Vec<_> = new.filter(|(path, _)| !parts.iter().any(|(known, _)| known == path)).collect();
        parts.extend(new);
    }
    parts
}

/// A path without its last key.
fn parent(path: &str) -> &str {
    let end = match path.strip_suffix('"') {
        Some(open) => open.rfind('"').unwrap_or(0),
        None => path.rfind('.').map_or(0, |dot| dot + 1),
    };
    &path[..end]
}

/// A fingerprint while its record is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Print {
    /// The rank and the hash of the request.
    request: Option<(u16, u64)>,
    /// It is text, and no list of messages or object.
    is_bare: bool,
    beside: u64,
}

impl Print {
    /// Takes in a part as its bytes stand in the record. What says nothing is not there.
    #[inline]
    pub fn add(&mut self, part: Part, bytes: &[u8]) {
        if matches!(bytes, b"" | b"null" | b"\"\"" | b"[]" | b"{}") {
            return;
        }
        match part {
            Part::Request(rank) if self.request.is_none_or(|(known, _)| rank <= known) => {
                self.request = Some((rank, hash(bytes)));
                self.is_bare = !matches!(bytes, [b'{' | b'[', ..] | [b'"', b'{' | b'[', ..]);
            }
            Part::Request(_) => {}
            // In whatever order they stand.
            Part::Beside(nth) => self.beside = self.beside.wrapping_add(hash(bytes).rotate_left(u32::from(nth))),
        }
    }

    /// The fingerprint, if the whole request is there. `known` are the fields that have a rank.
    pub fn finish(self, known: usize, is_of_session: bool) -> Option<NonZeroU64> {
        let (rank, request) = self.request?;
        let is_hash = usize::from(rank) >= known;
        let is_whole = is_hash || !self.is_bare || !is_of_session;
        NonZeroU64::new(request ^ self.beside.rotate_left(1)).filter(|_| is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Slots;
    use super::super::role::fields;
    use super::*;

    fn print(record: &str) -> Option<NonZeroU64> {
        let fields = fields(&[(Role::Session, &["session"]), (Role::Request, &["kwargs.messages", "prompt"])]);
        let mut slots = Slots::new();
        Plan::new(&fields).printing(&fields).fill(record.as_bytes(), &mut slots).unwrap();
        slots.print.finish(fields.len(), slots.has(Role::Session))
    }

    #[test]
    fn what_was_asked_is_known_by_its_bytes_and_by_what_goes_with_it() {
        let same = print(r#"{"t":1,"prompt":"why?","system":"be brief","temperature":0.2}"#);
        assert!(same.is_some());
        assert_eq!(same, print(r#"{"temperature": 0.2, "system": "be brief","id":"x","t":2, "prompt": "why?"}"#));
        for other in [
            r#"{"t":1,"prompt":"why??","system":"be brief","temperature":0.2}"#,
            r#"{"t":1,"prompt":"why?","system":"be long","temperature":0.2}"#,
            r#"{"t":1,"prompt":"why?","system":"be brief","temperature":0.9}"#,
            r#"{"t":1,"prompt":"be brief","system":"why?","temperature":0.2}"#,
            r#"{"t":1,"prompt":"why?"}"#,
            r#"{"t":1,"kwargs":{"messages":"why!","system":"be brief","temperature":0.2},"prompt":"why"}"#,
        ] {
            assert!(print(other).is_some());
            assert_ne!(print(other), same, "{other}");
        }
    }

    #[test]
    fn the_best_of_several_requests_counts_wherever_it_stands() {
        let one = print(r#"{"prompt":"p","kwargs":{"messages":[{"role":"user","content":"p"}]}}"#);
        assert_eq!(one, print(r#"{"kwargs":{"messages":[{"role":"user","content":"p"}]},"prompt":"q"}"#));
        assert_ne!(one, print(r#"{"kwargs":{"messages":[{"role":"user","content":"q"}]},"prompt":"p"}"#));
    }

    #[test]
    fn what_is_no_whole_request_has_no_fingerprint() {
        for record in [
            r#"{"model":"m"}"#,
            r#"{"prompt":null,"system":"be brief"}"#,
            r#"{"prompt":""}"#,
            r#"{"kwargs":{"messages":[]}}"#,
            // What was said before in the session is not there.
            r#"{"prompt":"go on","session":"s1"}"#,
        ] {
            assert_eq!(print(record), None, "{record}");
        }
        for record in [
            r#"{"kwargs":{"messages":[{"content":"go on"}]},"session":"s1"}"#,
            r#"{"prompt":"[{\"content\":\"go on\"}]","session":"s1"}"#,
            r#"{"user_prompt_hash":"9f3a","system_prompt_hash":"01","session":"s1"}"#,
        ] {
            assert!(print(record).is_some(), "{record}");
        }
    }

    #[test]
    fn the_parts_of_a_request_stand_beside_it() {
        let fields = fields(&[(Role::Request, &["a.\"b.c\"", "d"])]);
        let paths: Vec<String> = parts(&fields).into_iter().map(|(path, _)| path).collect();
        for path in ["a.\"b.c\"", "d", "a.system", "system", "prompt_hash", "a.\"gen_ai.system_instructions\""] {
            assert!(paths.iter().any(|known| known == path), "{path}");
        }
    }
}
