//! Tokens by kind, in parts that do not overlap, so that any total is a plain sum; and what else is billed by the piece.

use super::{Media, Medium};

/// What one call used. Every part is exclusive: `input` is the fresh part only, without what was read from or written
/// to a prompt cache. `reasoning` and `media` alone lie inside other parts and are never added. `None` is unknown, not
/// zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: Option<u32>,
    pub cache_read: Option<u32>,
    /// Written to a cache that lives five minutes, or to one whose lifetime is not logged.
    pub cache_write_5m: Option<u32>,
    pub cache_write_1h: Option<u32>,
    pub output: Option<u32>,
    /// Within `output`.
    pub reasoning: Option<u32>,
    /// The logged total. Alone, it says nothing about its parts.
    pub total_logged: Option<u32>,
    /// Searches of the web that the provider made for the call; 0 where none is logged.
    pub web_searches: u32,
    /// Within `input`, `cache_read` and `output`: see [`medium`](Self::medium).
    pub media: Media,
}

impl Usage {
    /// Whether parts are known, so that a price can be computed rather than estimated. What a cache gave says nothing
    /// of the rest where a total is logged beside it.
    pub fn has_parts(&self) -> bool {
        let cached = [self.cache_read, self.cache_write_5m, self.cache_write_1h].iter().any(|part| *part > Some(0));
        self.input.is_some() || self.output.is_some() || cached && self.total_logged.is_none()
    }

    /// Fresh, read and written: what the model was shown.
    pub fn prompt(&self) -> u64 {
        [self.input, self.cache_read, self.cache_write_5m, self.cache_write_1h]
            .into_iter()
            .flatten()
            .map(u64::from)
            .sum()
    }

    /// Tokens of a medium: no more than the part has that they lie within, whatever a log says.
    pub fn medium(&self, medium: Medium) -> u32 {
        let at = medium as usize;
        let whole = [self.input, self.cache_read, self.output][at / 2].unwrap_or(0);
        let audio = self.media.0[at & !1].min(whole);
        if at.is_multiple_of(2) { audio } else { self.media.0[at].min(whole - audio) }
    }

    /// What is left of it without sound and pictures.
    #[must_use]
    pub fn text(mut self) -> Self {
        if !self.media.is_none() {
            let all = Medium::ALL.map(|medium| self.medium(medium));
            for (part, of_part) in
                [&mut self.input, &mut self.cache_read, &mut self.output].into_iter().zip(all.chunks(2))
            {
                *part = part.map(|whole| whole - of_part.iter().sum::<u32>());
            }
            self.media = Media::NONE;
        }
        self
    }

    /// Tokens written to any cache; `None` where no part of it is logged.
    pub fn cache_write(&self) -> Option<u64> {
        match (self.cache_write_5m, self.cache_write_1h) {
            (None, None) => None,
            (short, long) => Some(u64::from(short.unwrap_or(0)) + u64::from(long.unwrap_or(0))),
        }
    }

    /// Whether all that is known of its tokens is how many they are, so that a price can only be estimated.
    pub fn is_total_alone(&self) -> bool {
        !self.has_parts() && self.total_logged.is_some()
    }

    /// Whether there is anything to price.
    pub fn is_billable(&self) -> bool {
        self.web_searches > 0 || self.total() > Some(0)
    }

    /// The sum of the parts, or the logged total where the parts are unknown; `None` where neither is.
    pub fn total(&self) -> Option<u64> {
        if self.has_parts() {
            Some(self.prompt() + u64::from(self.output.unwrap_or(0)))
        } else {
            self.total_logged.map(u64::from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_outrank_a_logged_total() {
        let usage =
            Usage { input: Some(10), cache_read: Some(5), output: Some(2), total_logged: Some(99), ..Usage::default() };
        assert_eq!(usage.total(), Some(17));
    }

    #[test]
    fn a_total_alone_is_kept_and_nothing_is_unknown() {
        assert_eq!(Usage { total_logged: Some(321), ..Usage::default() }.total(), Some(321));
        assert_eq!(Usage::default().total(), None);
    }

    #[test]
    fn a_call_that_only_read_a_cache_counts_what_it_read() {
        let read = Usage { cache_read: Some(50), ..Usage::default() };
        assert_eq!((read.has_parts(), read.total()), (true, Some(50)));
        let nothing = Usage { cache_read: Some(0), ..Usage::default() };
        assert_eq!((nothing.has_parts(), nothing.total()), (false, None));
        let beside_a_total = Usage { total_logged: Some(500), ..read };
        assert_eq!((beside_a_total.has_parts(), beside_a_total.total()), (false, Some(500)));
    }

    #[test]
    fn a_search_is_billed_and_is_no_token() {
        let usage = Usage { web_searches: 2, ..Usage::default() };
        assert_eq!((usage.total(), usage.is_billable()), (None, true));
        assert!(!Usage { input: Some(0), ..Usage::default() }.is_billable());
    }

    #[test]
    fn a_medium_is_never_more_than_the_part_it_lies_within() {
        let media = Media([80, 50, 9, 0, 0, 40]);
        let usage = Usage { input: Some(100), output: Some(60), media, ..Usage::default() };
        assert_eq!(Medium::ALL.map(|medium| usage.medium(medium)), [80, 20, 0, 0, 0, 40]);
        assert_eq!((usage.total(), usage.text().total()), (Some(160), Some(20)));
    }

    #[test]
    fn reasoning_is_inside_output() {
        let usage = Usage { input: Some(1), output: Some(10), reasoning: Some(9), ..Usage::default() };
        assert_eq!(usage.total(), Some(11));
    }
}
