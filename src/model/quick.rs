//! Hash maps for names and for keys that are hashes already. The standard hasher withstands attackers who choose keys to
//! collide, at ten times the price; ours answers for its own keys, and names are bounded by what a log can hold.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// One multiplication a word; xxh3 for longer text.
#[derive(Debug, Default, Clone, Copy)]
pub struct QuickHasher(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = twox_hash::XxHash3_64::oneshot_with_seed(self.0, bytes);
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

pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;
