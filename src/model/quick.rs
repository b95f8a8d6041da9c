//! Hash maps for names and for keys that are hashes already. The standard hasher withstands attackers who choose keys to
//! collide, at ten times the price; ours answers for its own keys, and names are bounded by what a log can hold.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// One multiplication a word, also for the words of a short text; xxh3 for longer text.
#[derive(Debug, Default, Clone, Copy)]
pub struct QuickHasher(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, bytes);
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(29) ^ word).wrapping_mul(GOLDEN).rotate_left(32);
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u8(&mut self, _: u8) {
        // The end mark of a text: the text's length is in its hash.
    }

    fn write_i64(&mut self, word: i64) {
        self.write_u64(word as u64);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// Goes on with a hash over more bytes, for keys that live no longer than the program. A text of up to 32 bytes is taken
/// by its ends, which overlap in a shorter one; its length tells those apart.
#[inline]
pub fn mix(hash: u64, bytes: &[u8]) -> u64 {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let seed = hash ^ (bytes.len() as u64).wrapping_mul(GOLDEN);
    match bytes.len() {
        0..8 => fold(seed, bytes.iter().fold(1, |sum, byte| (sum << 8) | u64::from(*byte))),
        8..=16 => fold(seed ^ word(bytes.first_chunk()), word(bytes.last_chunk())),
        17..=32 => {
            // Four words from both ends inwards: of a shorter text the inner ones overlap, or reach into the outer ones.
            let ends = fold(seed ^ word(bytes.first_chunk()), word(bytes.last_chunk()));
            fold(ends ^ word(bytes[8..].first_chunk()), word(bytes[..bytes.len() - 8].last_chunk()))
        }
        _ => twox_hash::XxHash3_64::oneshot_with_seed(seed, bytes),
    }
}

/// The whole product of two words, its halves laid over each other: every bit of both reaches every bit of it.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x2d35_8dcc_aa6c_78a5) * u128::from(b ^ 0x8bb8_4b93_962e_acc9);
    product as u64 ^ (product >> 64) as u64
}

pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;
/// A set on it.
pub type QuickSet<K> = HashSet<K, BuildHasherDefault<QuickHasher>>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// No byte of a text is without effect.
    #[test]
    fn every_byte_counts() {
        for len in 1..=80 {
            let text = vec![b'x'; len];
            for at in 0..len {
                let mut other = text.clone();
                other[at] = b'y';
                assert_ne!(mix(7, &text), mix(7, &other), "byte {at} of {len}");
            }
        }
    }

    #[test]
    fn texts_that_are_alike_have_hashes_that_are_not() {
        let words = ["", "a", "\0", "\0\0", "gpt-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "s"];
        let long = (0..120).map(|len| "x".repeat(len));
        let numbered =
            (0..20_000).flat_map(|n| [format!("session-{n:08x}"), format!("{n}"), format!("u{n}-of-the-webshop")]);
        let texts: HashSet<String> = words.map(str::to_owned).into_iter().chain(long).chain(numbered).collect();
        let hashes: HashSet<u64> = texts.iter().map(|text| mix(7, text.as_bytes())).collect();
        assert_eq!(hashes.len(), texts.len());
        let upper: HashSet<u64> = hashes.iter().map(|hash| hash >> 40).collect();
        assert!(upper.len() * 100 > texts.len() * 99, "{} of {}", upper.len(), texts.len());
    }
}
