//! Templates as they are learnt: sketches come, groups are made of them, and words are kept of what the groups have in
//! common.

use std::collections::HashSet;

use super::grow::{Frame, LEAST, Shape, grow};
use super::sketch::{MASKED, Sketch, Word};
use crate::model::batch::hash;
use crate::model::quick::{QuickMap, QuickSet};

/// The newest calls that are learnt from: of each about 400 bytes stay while there is learning.
pub const MOST: usize = 20_000;
/// Templates that are told apart; what is left is free text.
pub const TEMPLATES: usize = 200;
/// Words met in one call so far that are remembered by their hashes.
const ONCE: usize = 1_000_000;

/// A template: the frame that some prompts have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What filters call it: eight digits made of its words.
    pub name: String,
    /// How the system prompt begins; empty where there is none.
    pub system: Vec<Option<Box<str>>>,
    /// The words of the frame; `None` is a variable. Both are empty for prompts that have nothing but the system prompt
    /// in common.
    pub head: Vec<Option<Box<str>>>,
    /// Free text follows the head.
    pub is_open: bool,
    pub tail: Vec<Option<Box<str>>>,
}

impl Template {
    /// Whether the prompts have nothing in common.
    pub fn is_free(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }
}

/// What was learnt: see the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learnt {
    pub templates: Vec<Template>,
    /// The template of each call that has one.
    pub of: QuickMap<u32, u32>,
    /// Calls that were looked at and have no prompt.
    pub without: QuickSet<u32>,
}

impl Learnt {
    pub fn has_seen(&self, row: u32) -> bool {
        self.of.contains_key(&row) || self.without.contains(&row)
    }

    /// The place of a template by the name that filters have for it.
    pub fn place(&self, name: &str) -> Option<u32> {
        self.templates.iter().position(|template| template.name == name).map(|at| at as u32)
    }

    /// The calls that a filter means by a template's name, or by the word for those without a prompt.
    pub fn named(&self, name: &str) -> HashSet<u32> {
        match self.place(name) {
            None if name == NONE => self.without.iter().copied().collect(),
            None => HashSet::new(),
            Some(place) => self.calls(place).collect(),
        }
    }

    /// The calls of a template.
    pub fn calls(&self, place: u32) -> impl Iterator<Item = u32> {
        self.of.iter().filter(move |(_, template)| **template == place).map(|(row, _)| *row)
    }
}

/// See the module. Text stays only of words that are in the frame of a template; of others, hashes.
#[derive(Debug, Default)]
pub struct Learner {
    /// Each call with its system prompt and its shape.
    shapes: QuickMap<u32, (u64, Shape)>,
    without: QuickSet<u32>,
    /// How the system prompts begin.
    systems: QuickMap<u64, Box<[u64]>>,
    /// Words that several calls have.
    words: QuickMap<u64, Box<str>>,
    /// Words that one call has so far, and which.
    once: QuickMap<u64, u32>,
}

impl Learner {
    /// Takes a call's sketch, or notes that it has none.
    pub fn add(&mut self, row: u32, sketch: Option<Sketch>) {
        let Some(sketch) = sketch else {
            self.without.insert(row);
            return;
        };
        let hashes = |words: &[Word]| words.iter().map(|word| word.hash).collect::<Box<[u64]>>();
        let shape = Shape { head: hashes(&sketch.head), tail: hashes(&sketch.tail) };
        self.systems.entry(sketch.system).or_insert_with(|| hashes(&sketch.system_words));
        for word in sketch.system_words.into_iter().chain(sketch.head).chain(sketch.tail) {
            self.hear(word, row);
        }
        self.shapes.insert(row, (sketch.system, shape));
    }

    /// A word is kept once a second call has it: until then it may be a secret of one.
    fn hear(&mut self, word: Word, row: u32) {
        if word.text.is_empty() || self.words.contains_key(&word.hash) {
            return;
        }
        match self.once.get(&word.hash) {
            Some(first) if *first != row => {
                self.once.remove(&word.hash);
                self.words.insert(word.hash, word.text);
            }
            Some(_) => {}
            None if self.once.len() < ONCE => drop(self.once.insert(word.hash, row)),
            None => {}
        }
    }

    pub fn len(&self) -> usize {
        self.shapes.len() + self.without.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes templates of what was taken. Words that are in none are forgotten.
    pub fn learn(&mut self) -> Learnt {
        let mut by_system: QuickMap<u64, Vec<u32>> = QuickMap::default();
        for (row, (system, _)) in &self.shapes {
            by_system.entry(*system).or_default().push(*row);
        }
        let mut systems: Vec<(u64, Vec<u32>)> = by_system.into_iter().collect();
        systems.sort_unstable_by(|(a, one), (b, other)| (other.len(), a).cmp(&(one.len(), b)));
        let mut found = Vec::new();
        // What few calls have is nobody's template.
        let mut alone: Vec<u32> = Vec::new();
        for (system, mut rows) in systems {
            rows.sort_unstable();
            if rows.len() < LEAST && system != 0 {
                alone.extend(rows);
                continue;
            }
            let shapes: Vec<&Shape> = rows.iter().map(|row| &self.shapes[row].1).collect();
            for grown in grow(&shapes) {
                let members: Vec<u32> = grown.members.iter().map(|member| rows[*member as usize]).collect();
                if system == 0 && grown.words() == 0 {
                    alone.extend(members);
                } else {
                    found.push((system, grown.head, grown.is_open, grown.tail, members));
                }
            }
        }
        found.sort_by_key(|(.., members)| std::cmp::Reverse(members.len()));
        for (.., members) in found.drain(TEMPLATES.min(found.len())..) {
            alone.extend(members);
        }
        if !alone.is_empty() {
            found.push((0, Frame::new(), true, Frame::new(), alone));
        }
        let mut learnt = Learnt { without: self.without.clone(), ..Learnt::default() };
        let mut kept: QuickSet<u64> = QuickSet::default();
        for (nth, (system, head, is_open, tail, members)) in found.into_iter().enumerate() {
            let begins = self.systems.get(&system).map(|words| words.iter()).unwrap_or_default();
            let begins: Frame = begins.map(|word| Some(*word).filter(|word| *word != MASKED)).collect();
            let name = name(system, &head, is_open, &tail);
            kept.extend(begins.iter().chain(&head).chain(&tail).flatten());
            let [system, head, tail] = [begins, head, tail].map(|frame| self.text(&frame));
            learnt.templates.push(Template { name, system, head, is_open, tail });
            learnt.of.extend(members.into_iter().map(|row| (row, nth as u32)));
        }
        let (kept, words) = std::mem::take(&mut self.words).into_iter().partition(|(word, _)| kept.contains(word));
        self.words = kept;
        // Should one of them come to be in a template, a later call says it again.
        let forgotten: QuickMap<u64, Box<str>> = words;
        self.once.extend(forgotten.into_keys().take(ONCE).map(|word| (word, u32::MAX)));
        learnt
    }

    /// A frame in words. One whose text was forgotten is a variable until it is heard again.
    fn text(&self, frame: &Frame) -> Vec<Option<Box<str>>> {
        let mut words: Vec<Option<Box<str>>> = Vec::new();
        for word in frame {
            let text = word.and_then(|word| self.words.get(&word).cloned());
            if text.is_some() || words.last().is_none_or(Option::is_some) {
                words.push(text);
            }
        }
        words
    }
}

fn name(system: u64, head: &Frame, is_open: bool, tail: &Frame) -> String {
    if system == 0 && head.is_empty() && tail.is_empty() {
        return OTHER.to_owned();
    }
    let mut bytes = system.to_le_bytes().to_vec();
    for frame in [head, tail] {
        bytes.extend(frame.iter().flat_map(|word| word.unwrap_or_default().to_le_bytes()));
        bytes.push(u8::from(is_open));
    }
    format!("{:08x}", hash(&bytes) as u32)
}

/// What filters call the calls whose prompt is not logged.
pub const NONE: &str = "none";

/// The name of those that are like no others.
pub const OTHER: &str = "other";
