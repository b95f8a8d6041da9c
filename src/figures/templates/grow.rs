//! Sketches to groups of one shape: a tree over their words, in the manner of log template miners such as Drain (He et
//! al., ICWS 2017). At each place the words that are a part of the text's frame stay, and all others are one variable.
//!
//! Unlike Drain, which takes lines as they come, this looks at all sketches at once, and every choice is a matter of
//! counts: the groups do not depend on the order of the calls, only on which calls they are.
//!
//! A word belongs to the frame if nearly all calls that came so far have it, or if those that have it go on alike: three
//! hundred questions that begin with "The" go on in three hundred ways. After two variables in a row the rest is free
//! text. Where nothing stands at the beginning, the same is done from the end.

use std::collections::{BTreeMap, BTreeSet};

use super::sketch::MASKED;
use crate::model::quick::QuickMap;

/// A word of the frame in fewer calls than these is not kept: it may be one person's.
pub const LEAST: usize = 3;
/// Of the calls at a place so many have its word, and it belongs to the frame whatever follows.
const NEARLY_ALL: f64 = 0.8;
/// How many of the next words must be the same in half the calls that share a word, and how far is looked.
const ALIKE: usize = 2;
const AHEAD: usize = 5;
/// Among fewer calls than these all must have it: two or three of a few are alike by chance.
const SURELY: usize = 4;
/// Variables in a row after which the rest is free.
const GAP: usize = 2;
/// A group with fewer words of its frame is no template.
pub const FEWEST: usize = 2;
/// Values of one variable, from which on groups that differ in nothing else are one, and of how many words each may be.
const VALUES: usize = 3;
const RUN: usize = 4;

/// The hashes of a prompt's words, see [`Sketch`](super::sketch::Sketch).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    pub head: Box<[u64]>,
    pub tail: Box<[u64]>,
}

/// Words of the frame, and variables between them.
pub type Frame = Vec<Option<u64>>;

/// Prompts of one shape.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grown {
    pub head: Frame,
    /// Free text follows the head.
    pub is_open: bool,
    /// What stands behind it.
    pub tail: Frame,
    /// Which of the shapes, in their order.
    pub members: Vec<u32>,
}

impl Grown {
    pub fn words(&self) -> usize {
        self.head.iter().chain(&self.tail).flatten().count()
    }
}

/// The groups of shapes, in an order of their own; what is of no template comes last, in one group without words.
pub fn grow(shapes: &[&Shape]) -> Vec<Grown> {
    let all: Vec<u32> = (0..shapes.len() as u32).collect();
    let forward = Tree { shapes, backward: false };
    let (mut groups, mut rest) = (Vec::new(), Vec::new());
    for grown in forward.of(all) {
        if is_template(&grown) { groups.push(grown) } else { rest.extend(grown.members) }
    }
    let backward = Tree { shapes, backward: true };
    rest.sort_unstable();
    for grown in backward.of(std::mem::take(&mut rest)) {
        if grown.is_open && is_template(&grown) {
            let tail = grown.head.into_iter().rev().collect();
            groups.push(Grown { head: Frame::new(), is_open: true, tail, members: grown.members });
        } else {
            rest.extend(grown.members);
        }
    }
    for group in &mut groups {
        if group.is_open && group.tail.is_empty() {
            group.tail = common_end(shapes, group);
        }
    }
    groups = merged(groups);
    if !rest.is_empty() {
        rest.sort_unstable();
        groups.push(Grown { is_open: true, members: rest, ..Grown::default() });
    }
    groups
}

/// The whole of a prompt that never varies is a template too, however short.
fn is_template(grown: &Grown) -> bool {
    let enough = if grown.is_open || grown.head.iter().any(Option::is_none) { FEWEST } else { 1 };
    grown.members.len() >= LEAST && grown.words() >= enough
}

struct Tree<'a> {
    shapes: &'a [&'a Shape],
    backward: bool,
}

impl Tree<'_> {
    fn word(&self, shape: u32, depth: usize) -> Option<u64> {
        let shape = self.shapes[shape as usize];
        if !self.backward {
            return shape.head.get(depth).copied();
        }
        let words = if shape.tail.is_empty() { &shape.head } else { &shape.tail };
        words.len().checked_sub(depth + 1).map(|at| words[at])
    }

    fn of(&self, members: Vec<u32>) -> Vec<Grown> {
        let mut leaves = Vec::new();
        // An own stack: no prompt's length is a matter of this one's.
        let mut stack = vec![(Frame::new(), 0_usize, members)];
        while let Some((frame, gap, members)) = stack.pop() {
            let depth = frame.len();
            let mut children: QuickMap<u64, Vec<u32>> = QuickMap::default();
            let mut ended = Vec::new();
            for member in members.iter().copied() {
                match self.word(member, depth) {
                    Some(word) => children.entry(word).or_default().push(member),
                    None => ended.push(member),
                }
            }
            let going = members.len() - ended.len();
            if !ended.is_empty() {
                // One that goes on behind its head was cut, and has not ended.
                let (cut, ended): (Vec<u32>, Vec<u32>) = ended.into_iter().partition(|member| self.is_cut(*member));
                for (is_open, members) in [(true, cut), (false, ended)] {
                    leaves.push(Grown { head: frame.clone(), is_open, members, ..Grown::default() });
                }
            }
            let mut varying = Vec::new();
            let mut children: Vec<(u64, Vec<u32>)> = children.into_iter().collect();
            children.sort_unstable();
            for (word, members) in children {
                if word != MASKED && self.is_frame(&members, depth, going) {
                    let mut frame = frame.clone();
                    frame.push(Some(word));
                    stack.push((frame, 0, members));
                } else {
                    varying.extend(members);
                }
            }
            varying.sort_unstable();
            if gap == GAP || varying.len() < LEAST {
                let words = frame.len() - gap;
                leaves.push(Grown {
                    head: frame[..words].to_vec(),
                    is_open: true,
                    members: varying,
                    ..Grown::default()
                });
            } else {
                let mut frame = frame;
                frame.push(None);
                stack.push((frame, gap + 1, varying));
            }
        }
        merged_leaves(leaves)
    }

    fn is_cut(&self, member: u32) -> bool {
        self.backward || !self.shapes[member as usize].tail.is_empty()
    }

    /// Whether the word that all of these have at a place belongs to their frame.
    fn is_frame(&self, members: &[u32], depth: usize, of: usize) -> bool {
        if members.len() < LEAST.max(of / 100) {
            return false;
        }
        if members.len() as f64 >= NEARLY_ALL * of as f64 && (of >= SURELY || members.len() == of) {
            return true;
        }
        let mut alike = 0;
        let mut ends = 0;
        for ahead in depth + 1..=depth + AHEAD {
            let mut counts: QuickMap<u64, usize> = QuickMap::default();
            let mut over = 0;
            for member in members {
                match self.word(*member, ahead) {
                    Some(word) => *counts.entry(word).or_default() += 1,
                    None => over += 1,
                }
            }
            let most = counts.iter().filter(|(word, _)| **word != MASKED).map(|(_, calls)| *calls).max().unwrap_or(0);
            alike += usize::from(2 * most >= members.len() && most >= members.len().min(SURELY));
            ends = over;
        }
        // Short ones that all end soon are as they are.
        alike >= ALIKE || 2 * ends >= members.len() && alike + 1 >= ALIKE
    }
}

/// Leaves of one frame are one: what ended in a variable and what was cut there.
fn merged_leaves(leaves: Vec<Grown>) -> Vec<Grown> {
    let whole = leaves.into_iter().filter(|leaf| !leaf.members.is_empty()).map(|mut leaf| {
        let words = leaf.head.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        leaf.is_open |= words < leaf.head.len();
        leaf.head.truncate(words);
        leaf
    });
    united(whole.collect())
}

/// The words that nearly all prompts of a group end with.
fn common_end(shapes: &[&Shape], group: &Grown) -> Frame {
    let mut end = Frame::new();
    let words = |member: u32, back: usize| {
        let shape = shapes[member as usize];
        let (words, from) = if shape.tail.is_empty() { (&shape.head, group.head.len()) } else { (&shape.tail, 0) };
        words.len().checked_sub(back + 1).filter(|at| *at >= from).map(|at| words[at])
    };
    for back in 0..super::sketch::TAIL {
        let mut counts: QuickMap<u64, usize> = QuickMap::default();
        group.members.iter().filter_map(|member| words(*member, back)).for_each(|word| {
            *counts.entry(word).or_default() += 1;
        });
        let most = counts.into_iter().filter(|(word, _)| *word != MASKED).max_by_key(|(word, calls)| (*calls, *word));
        match most {
            Some((word, calls)) if calls >= LEAST && calls as f64 >= 0.9 * group.members.len() as f64 => {
                end.insert(0, Some(word));
            }
            _ => break,
        }
    }
    end
}

/// Groups that differ in a few words at one place are one with a variable there, if there are several such, or one that
/// has the variable already.
fn merged(groups: Vec<Grown>) -> Vec<Grown> {
    let mut groups = united(groups);
    loop {
        let mut alike: BTreeMap<(Frame, bool, Frame), BTreeSet<usize>> = BTreeMap::new();
        for (nth, group) in groups.iter().enumerate() {
            for at in 0..group.head.len() {
                for len in 1..=RUN.min(group.head.len() - at) {
                    let (head, is_open) = blank(group, at, len);
                    if head.iter().flatten().count() >= (FEWEST + 1).max(2 * len) {
                        alike.entry((head, is_open, group.tail.clone())).or_default().insert(nth);
                    }
                }
            }
        }
        for (nth, group) in groups.iter().enumerate() {
            if let Some(who) = alike.get_mut(&(group.head.clone(), group.is_open, group.tail.clone())) {
                // It counts as several: all others are values of its variable.
                who.insert(nth);
            }
        }
        let has_variable = |head: &Frame, who: &BTreeSet<usize>| who.iter().any(|nth| groups[*nth].head == *head);
        let several = alike
            .into_iter()
            .filter(|((head, ..), who)| who.len() >= VALUES || who.len() > 1 && has_variable(head, who));
        // What loses the fewest words comes first.
        let kept =
            |((head, ..), who): &((Frame, bool, Frame), BTreeSet<usize>)| (head.iter().flatten().count(), who.len());
        let Some(((head, is_open, tail), who)) = several.max_by_key(kept) else { return groups };
        let members = who.into_iter().rev().flat_map(|nth| groups.remove(nth).members).collect();
        groups.push(Grown { head, is_open, tail, members });
        groups = united(groups);
    }
}

/// The head of a group with a variable instead of some words; at its end it is free text.
fn blank(group: &Grown, at: usize, len: usize) -> (Frame, bool) {
    let (before, after) = (&group.head[..at], &group.head[at + len..]);
    let mut head: Frame = before.iter().copied().chain([None]).chain(after.iter().copied()).collect();
    head.dedup_by(|one, other| one.is_none() && other.is_none());
    let words = head.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let is_open = group.is_open || words < head.len();
    head.truncate(words);
    (head, is_open)
}

/// Groups of one frame are one; in order.
fn united(groups: Vec<Grown>) -> Vec<Grown> {
    let mut by_frame: BTreeMap<(Frame, bool, Frame), Vec<u32>> = BTreeMap::new();
    for group in groups {
        by_frame.entry((group.head, group.is_open, group.tail)).or_default().extend(group.members);
    }
    let united = by_frame.into_iter().map(|((head, is_open, tail), mut members)| {
        members.sort_unstable();
        Grown { head, is_open, tail, members }
    });
    united.collect()
}
