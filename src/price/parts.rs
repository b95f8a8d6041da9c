//! A model's name as words and numbers: `claude-4.5-sonnet` is `claude sonnet` and `4 5`. Dates are left out.

use std::cmp::Reverse;

use crate::model::text::is_near;

/// See the module.
pub(super) struct Parts {
    /// In lower case, without a provider.
    pub name: String,
    words: Vec<String>,
    numbers: Vec<String>,
}

impl Parts {
    pub fn of(name: &str) -> Self {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let (mut words, mut numbers) = (Vec::new(), Vec::<String>::new());
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let mut parts = name.split(|char: char| !char.is_ascii_alphanumeric()).peekable();
        while let Some(part) = parts.next() {
            for piece in part.as_bytes().chunk_by(|a, b| is_digit(a) == is_digit(b)) {
                let piece = String::from_utf8_lossy(piece).into_owned();
                match piece.bytes().next() {
                    Some(first) if is_digit(&first) => numbers.push(piece),
                    Some(_) => words.push(piece),
                    None => {}
                }
            }
            // `2025-09-29`, `0613`, `20250929`.
            if numbers.last().is_some_and(|number| number.len() >= 4) {
                numbers.pop();
                while parts.next_if(|part| part.len() == 2 && part.bytes().all(|byte| is_digit(&byte))).is_some() {}
            }
        }
        Self { name, words, numbers }
    }

    /// How much their words differ; `None` where they cannot be names of one model.
    pub fn unlike(&self, other: &Self) -> Option<usize> {
        let left = |mine: &[String], theirs: &[String]| -> Vec<String> {
            mine.iter().filter(|word| !theirs.contains(word)).cloned().collect()
        };
        let (mut mine, mut theirs) = (left(&self.words, &other.words), left(&other.words, &self.words));
        let mut slips = 0;
        mine.retain(|word| {
            let slip = theirs.iter().position(|their| word.len() > 3 && is_near(word, their));
            slips += usize::from(slip.is_some());
            slip.map(|at| theirs.remove(at)).is_none()
        });
        let shares = slips > 0 || self.words.iter().any(|word| word.len() > 2 && other.words.contains(word));
        let within = mine.is_empty() || theirs.is_empty();
        (self.numbers == other.numbers && shares && within).then_some(slips + 2 * (mine.len() + theirs.len()))
    }
    /// How far another name is, of whatever model: what both have, then what only the other has; of equals the newest
    /// comes first.
    pub fn distance(&self, other: &str) -> impl Ord + use<> {
        let other = Self::of(other);
        let common = |mine: &[String], theirs: &[String]| theirs.iter().filter(|part| mine.contains(part)).count();
        let shared = common(&self.words, &other.words) + common(&self.numbers, &other.numbers);
        let version: Vec<u32> = other.numbers.iter().filter_map(|number| number.parse().ok()).collect();
        (Reverse(shared), other.words.len() + other.numbers.len() - shared, Reverse(version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_shares_the_most_and_of_equals_it_is_the_newest() {
        let mut names = ["claude-3-5-sonnet-20241022", "claude-sonnet-4-0", "claude-sonnet-4-6", "claude-sonnet-4-5"];
        let mut nearest = |own: &str| {
            let own = Parts::of(own);
            names.sort_by_cached_key(|name| own.distance(name));
            names[0]
        };
        assert_eq!(nearest("claude-haiku-4-5-20251001"), "claude-sonnet-4-5");
        assert_eq!(nearest("claude-instant"), "claude-sonnet-4-6");
    }
}
